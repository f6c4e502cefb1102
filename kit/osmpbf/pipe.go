package osmpbf

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
)

// pipe is one reading of a file. A feeder goroutine reads file blocks, workers
// unpack and decode them, and the caller's goroutine visits them in order:
//
//	feeder ──work──▶ workers ──job.ready──▶ caller ──free──▶ feeder
//	       ──────────────order─────────────▶
//
// There is a fixed number of jobs, each with its own buffers, and the channels
// hold all of them, so that only waiting for a free job or for its ready blocks.
type pipe struct {
	o      Options
	src    stream
	stop   int64 // offset of the first block that is not wanted; 0: none
	ranged bool  // parts of the file were left out because it is sorted
	visit  func(*Block) error

	free, work, order chan *job
	idle              []*job
	jobs, out         int   // made, and not idle
	charged           int64 // for the jobs that are out
}

// charge is the most that a block with content of this length can hold.
func (p *pipe) charge(j *job, content int) int64 {
	return j.end - j.offset + (1+p.o.expansion())*int64(content)
}

func (p *pipe) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	slots := 2*p.o.Workers + 1
	p.free, p.work, p.order = make(chan *job, slots), make(chan *job, slots), make(chan *job, slots)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel(nil)
	wg.Go(func() {
		defer close(p.order)
		defer close(p.work)
		p.feed(ctx, slots)
	})
	for range p.o.Workers {
		wg.Go(func() { p.decodeAll(ctx) })
	}
	return p.visitAll(ctx)
}

// feed reads file blocks until the end of the file, a fault or the end of ctx.
func (p *pipe) feed(ctx context.Context, slots int) {
	for {
		j := p.take(ctx, slots)
		if j == nil {
			return
		}
		end, err := p.frame(ctx, j)
		if end {
			return
		}
		j.err = err
		p.order <- j
		if err != nil {
			j.ready <- struct{}{}
			return
		}
		p.work <- j
	}
}

// frame reads the next OSMData block into j. end says that there is none.
func (p *pipe) frame(ctx context.Context, j *job) (end bool, err error) {
	for {
		if p.stop > 0 && p.src.pos >= p.stop {
			return true, nil
		}
		if err := p.src.next(j); err == io.EOF {
			return true, nil
		} else if err != nil {
			return false, err
		}
		if j.data {
			break
		}
		if ctx.Err() != nil {
			return true, nil
		}
		if err := p.src.skip(j); err != nil {
			return false, err
		}
	}
	if !p.reserve(ctx, j, p.charge(j, 0)) {
		return true, nil
	}
	if err := p.src.body(j); err != nil {
		return false, err
	}
	return !p.reserve(ctx, j, p.charge(j, j.pack.size)), nil
}

// take gives a job that is not in use.
func (p *pipe) take(ctx context.Context, slots int) *job {
	for more := true; more && len(p.free) > 0; {
		more = p.reclaim(ctx)
	}
	if len(p.idle) == 0 && p.jobs < slots {
		p.jobs++
		p.idle = append(p.idle, &job{ready: make(chan struct{}, 1)})
	}
	if len(p.idle) == 0 && !p.reclaim(ctx) {
		return nil
	}
	if ctx.Err() != nil {
		return nil
	}
	j := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	p.out++
	return j
}

// reclaim waits for a job to come back.
func (p *pipe) reclaim(ctx context.Context) bool {
	select {
	case j := <-p.free:
		p.out--
		p.charged -= j.charge
		j.charge = 0
		p.idle = append(p.idle, j)
		return true
	case <-ctx.Done():
		return false
	}
}

// reserve waits until the memory of the jobs that are out leaves room for j to
// weigh so much, or j is alone.
func (p *pipe) reserve(ctx context.Context, j *job, weight int64) bool {
	for p.charged-j.charge+weight > p.o.Memory && p.out > 1 {
		if !p.reclaim(ctx) {
			return false
		}
	}
	p.charged += weight - j.charge
	j.charge = weight
	return true
}

// decodeAll is one worker.
func (p *pipe) decodeAll(ctx context.Context) {
	d := decoder{o: &p.o}
	defer d.close()
	for j := range p.work {
		if ctx.Err() == nil {
			p.decode(&d, j)
		}
		j.ready <- struct{}{}
	}
}

// decode unpacks and decodes one block. A panic, which Filter.Key may cause, is
// carried over to the caller's goroutine, where it can be recovered from.
func (p *pipe) decode(d *decoder, j *job) {
	defer func() {
		if v := recover(); v != nil {
			j.panicked = fmt.Sprintf("osm pbf block %d: %v\n%s", j.number, v, debug.Stack())
		}
	}()
	content, err := d.unpack(j)
	if err == nil {
		err = d.decode(content, &j.block)
	}
	d.forget()
	if err != nil {
		j.err = place(j, content, err)
		return
	}
	j.block.Number, j.block.Offset, j.block.End = j.number, j.offset, j.end
}

// visitAll hands the blocks over, in order.
func (p *pipe) visitAll(ctx context.Context) error {
	var last Kind
	for j := range p.order {
		select {
		case <-j.ready:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if j.panicked != nil {
			panic(j.panicked)
		}
		if j.err != nil {
			return j.err
		}
		if b := &j.block; p.ranged && b.some {
			if b.first < last || b.last < b.first {
				return place(j, nil, fmt.Errorf("%w: a %s comes after a %s", ErrUnsorted, b.first, max(last, b.first)))
			}
			last = b.last
		}
		if err := p.visit(&j.block); err != nil {
			return err
		}
		j.trim(p.o.Memory / int64(cap(p.free)))
		p.free <- j
	}
	return context.Cause(ctx)
}

// trim drops the buffers of a job that holds more than its share while idle.
func (j *job) trim(share int64) {
	if int64(cap(j.blob)+cap(j.raw))+j.block.footprint() > share {
		j.blob, j.raw, j.block, j.pack = nil, nil, Block{}, pack{}
	}
}
