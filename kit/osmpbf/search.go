package osmpbf

import (
	"context"
	"io"
	"sort"
)

// search finds where a kind begins in a sorted file: it hops from head to head
// to learn where the blocks are and then unpacks a few of them, halving.
type search struct {
	r      io.ReaderAt
	size   int64
	o      *Options
	blocks []int64 // offsets of file blocks after the header, and the end of the file
	u      unpacker
	j      job
}

// A file of fewer than minBlocks is read faster than searched. maxBlocks bounds
// the list of offsets (32 MiB); OpenStreetMap as a whole has some 50,000 blocks.
const (
	minBlocks = 48
	maxBlocks = 4 << 20
)

// narrow restricts the pipe to the blocks that may hold what is wanted.
func (p *pipe) narrow(ctx context.Context, s *search) error {
	defer s.u.close()
	first := p.src.number
	ok, err := s.index(ctx, p.src)
	if err != nil || !ok {
		return err
	}
	from, to := 0, len(s.blocks)-1
	if to < minBlocks {
		return nil
	}
	if p.o.Nodes.Skip {
		least := KindWay
		if p.o.Ways.Skip {
			least = KindRelation
		}
		if from, ok, err = s.find(ctx, first, from, to, func(_, last Kind) bool { return last >= least }); err != nil || !ok {
			return err
		}
	}
	if p.o.Relations.Skip {
		most := KindWay
		if p.o.Ways.Skip {
			most = KindNode
		}
		if to, ok, err = s.find(ctx, first, from, to, func(first, _ Kind) bool { return first > most }); err != nil || !ok {
			return err
		}
	}
	p.ranged = true
	p.src.pos, p.src.number, p.stop = s.blocks[from], first+from, s.blocks[to]
	p.src.r = io.NewSectionReader(s.r, p.src.pos, s.size-p.src.pos)
	return nil
}

// index lists where the blocks begin. ok is false if there are too many or one
// is of another type, which a search could not place.
func (s *search) index(ctx context.Context, at stream) (ok bool, err error) {
	at.r = io.NewSectionReader(s.r, at.pos, s.size-at.pos)
	for {
		if err := ctx.Err(); err != nil {
			return false, context.Cause(ctx)
		}
		s.blocks = append(s.blocks, at.pos)
		switch err := at.next(&s.j); {
		case err == io.EOF:
			return true, nil
		case err != nil:
			return false, err
		case !s.j.data || len(s.blocks) > maxBlocks:
			return false, nil
		}
		if err := at.skip(&s.j); err != nil {
			return false, err
		}
	}
}

// find is the first block from lo on for which is holds, hi if it holds for none.
// ok is false if an empty block was met, which is of no kind.
func (s *search) find(ctx context.Context, number, lo, hi int, is func(first, last Kind) bool) (at int, ok bool, err error) {
	ok = true
	at = lo + sort.Search(hi-lo, func(i int) bool {
		if err != nil || !ok {
			return true
		}
		if ctx.Err() != nil {
			err = context.Cause(ctx)
			return true
		}
		var b Block
		if err = s.peek(number, lo+i, &b); err != nil || !b.some {
			ok = false
			return true
		}
		return is(b.first, b.last)
	})
	return at, ok, err
}

// peek sees what kinds of element the i-th block holds, without decoding them.
func (s *search) peek(number, i int, b *Block) error {
	at := stream{r: io.NewSectionReader(s.r, s.blocks[i], s.size-s.blocks[i]), pos: s.blocks[i], number: number + i}
	if err := at.next(&s.j); err != nil {
		return err
	}
	if err := at.body(&s.j); err != nil {
		return err
	}
	content, err := s.u.unpack(&s.j)
	if err != nil {
		return place(&s.j, nil, err)
	}
	d := decoder{o: &Options{Nodes: Filter{Skip: true}, Ways: Filter{Skip: true}, Relations: Filter{Skip: true}}}
	if err := d.decode(content, b); err != nil {
		return place(&s.j, content, err)
	}
	return nil
}
