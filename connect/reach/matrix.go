package reach

import (
	"context"
	"fmt"

	"conurb/kit/cch"
)

// Work bounds what an answer may use, and tells how far it is.
type Work struct {
	Cores  int   // 0 is all
	Memory int64 // bytes for buffers; 0 is defaultMemory

	// Instructions that sweeps of public transport run on, of transit.Instructions; the
	// best if empty. Answers do not depend on it.
	Instructions string
	Large        int64 // bytes of a program from which it is cut into districts; 0 is largeProgram
	Progress     func(done, total int)
}

// defaultMemory is what a matrix may use for buffers where nothing is said.
const defaultMemory = 1 << 30

// Row is the times of one origin to every destination.
type Row struct {
	narrow []uint16
	wide   []cch.Weight
}

// Len is the number of destinations.
func (r Row) Len() int { return max(len(r.narrow), len(r.wide)) }

// At is the time to destination t.
func (r Row) At(t int) Decis {
	if r.wide != nil {
		return ofWeight(r.wide[t])
	}
	if v := r.narrow[t]; v != cch.Infinity16 {
		return Decis(v)
	}
	return Never
}

func ofWeight(w cch.Weight) Decis {
	if w >= cch.Infinity {
		return Never
	}
	return Decis(w)
}

// Matrix finds the time from every origin to every destination (Inbound: from every
// destination to every origin) as far as limit, and hands it over by origin, in
// order, from the caller's goroutine. What lies farther may be told or be Never. The
// row is used again after the call; the first error of visit ends the work.
//
// Limits of up to 109 minutes are swept in 16 bits, longer ones in 32.
func (e *Engine) Matrix(ctx context.Context, d Direction, from, to *Joined, limit Decis, w Work, visit func(origin int, times Row) error) error {
	if limit <= 0 {
		return ErrLimit
	}
	selection, err := e.selection(ctx, d, to)
	if err != nil {
		return err
	}
	job := job{e: e, d: d, from: from, to: to, selection: selection, w: w}
	if job.w.Memory <= 0 {
		job.w.Memory = defaultMemory
	}
	if limit <= narrowest {
		return fill(ctx, &job, func(v []uint16) Row { return Row{narrow: v} }, visit)
	}
	return fill(ctx, &job, func(v []cch.Weight) Row { return Row{wide: v} }, visit)
}

type job struct {
	e         *Engine
	d         Direction
	from, to  *Joined
	selection *cch.Selection
	w         Work
}

// fill computes blocks of origins and hands their rows over in order.
func fill[T cch.Lane](ctx context.Context, j *job, row func([]T) Row, visit func(int, Row) error) error {
	n, width := j.from.Len(), j.to.Len()
	block := j.block(cch.Lanes[T](), int(sizeOf[T]()))
	buffer := make([]T, min(block, n)*width)
	sources := j.from.places(j.d == Outbound)
	for first := 0; first < n; first += block {
		end := min(first+block, n)
		part := cch.Places{}
		for i := first; i < end; i++ {
			part.Add(sources.At(i)...)
		}
		out := buffer[:(end-first)*width]
		work := cch.Work{Cores: j.w.Cores, Memory: j.w.Memory - int64(len(buffer))*sizeOf[T]()}
		if err := cch.Fill(ctx, j.selection, part, work, out); err != nil {
			return fmt.Errorf("times of origins %d to %d: %w", first+1, end, err)
		}
		for i := first; i < end; i++ {
			times := out[(i-first)*width:][:width:width]
			correct(j, i, times)
			if err := visit(i, row(times)); err != nil {
				return err
			}
		}
		if j.w.Progress != nil {
			j.w.Progress(end, n)
		}
	}
	return ctx.Err()
}

func sizeOf[T cch.Lane]() int64 {
	if cch.Lanes[T]() == cch.Lanes[uint16]() {
		return 2
	}
	return 4
}

// block is how many origins are swept before their rows are handed over: enough for
// every core to be busy, in at most half of the memory.
func (j *job) block(lanes, size int) int {
	fit := int(j.w.Memory / 2 / int64(max(1, j.to.Len()*size)))
	return max(lanes, min(fit, 4096)/lanes*lanes)
}

// correct puts in the ways along a single edge, which no sweep sees.
func correct[T cch.Lane](j *job, i int, times []T) {
	edge := j.from.Spots[i].Edge
	for _, t := range j.to.onEdge[edge] {
		way := Never
		if j.d == Outbound {
			way = j.e.direct(j.from, j.to, i, int(t))
		} else {
			way = j.e.direct(j.to, j.from, int(t), i)
		}
		if int64(way) < int64(times[t]) {
			times[t] = T(way)
		}
	}
}

// Question is what is counted: the sums of columns over the destinations within
// each limit.
type Question struct {
	Limits  []Decis
	Columns [][]float64 // each with a value for every destination
}

// Sums are what one origin reaches: At[limit][column].
type Sums struct {
	At     [][]float64
	Places []int // destinations within each limit
}

// Count finds for every origin how much lies within each limit. Sums are handed
// over in order and used again after the call.
func (e *Engine) Count(ctx context.Context, d Direction, from, to *Joined, q Question, w Work, visit func(origin int, s Sums) error) error {
	longest := Decis(0)
	for _, l := range q.Limits {
		if l <= 0 {
			return ErrLimit
		}
		longest = max(longest, l)
	}
	for i, c := range q.Columns {
		if len(c) != to.Len() {
			return fmt.Errorf("column %d has %d values for %d destinations", i, len(c), to.Len())
		}
	}
	s := newSums(len(q.Limits), len(q.Columns))
	return e.Matrix(ctx, d, from, to, max(longest, 1), w, func(origin int, times Row) error {
		s.clear()
		for t := range times.Len() {
			at := times.At(t)
			if at > longest {
				continue
			}
			for i, l := range q.Limits {
				if at > l {
					continue
				}
				s.add(i, t, q.Columns)
			}
		}
		return visit(origin, s)
	})
}

func newSums(limits, columns int) Sums {
	s := Sums{At: make([][]float64, limits), Places: make([]int, limits)}
	for i := range s.At {
		s.At[i] = make([]float64, columns)
	}
	return s
}

// add counts a place within limit i.
func (s *Sums) add(i, place int, columns [][]float64) {
	s.Places[i]++
	for c, col := range columns {
		s.At[i][c] += col[place]
	}
}

func (s *Sums) clear() {
	clear(s.Places)
	for _, row := range s.At {
		clear(row)
	}
}
