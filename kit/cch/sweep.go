package cch

import (
	"context"
	"fmt"
)

// SweepOptions says how a metric is laid out. The zero value is right for a
// metric that will be swept more than a few times.
type SweepOptions struct {
	Basic   bool // skip perfect customization: built sooner, swept slower
	Reverse bool // distances to the sources instead of from them
	Cores   int  // 0 is all
}

// Sweep is a metric laid out for one-to-all and one-to-many queries: only the
// sides that are needed, in the order in which they are read. It does not follow
// later updates of the metric, is never changed, and may be shared.
type Sweep struct {
	h *Hierarchy
	// The sides upward from rank x are first[x] to first[x+1], and so the sides
	// downward into rank x, from its higher neighbours.
	up, down sides
	up16     []uint16 // up.weight, saturated
	depth    int
}

type sides struct {
	first  []int32
	other  []Node // the rank of the upper end
	weight []Weight
}

// NewSweep lays out a metric.
func NewSweep(ctx context.Context, m *Metric, o SweepOptions) (*Sweep, error) {
	p := &perfect{side: m.side}
	if !o.Basic {
		var err error
		if p, err = m.perfect(ctx, cores(o.Cores)); err != nil {
			return nil, fmt.Errorf("lay out sweeps: %w", err)
		}
	}
	up, down := p.list(m.h, 0), p.list(m.h, 1)
	if o.Reverse {
		up, down = down, up
	}
	return &Sweep{h: m.h, up: up, down: down, up16: saturated(up.weight), depth: m.h.Depth()}, nil
}

// list collects the upward (0) or downward (1) sides that count.
func (p *perfect) list(h *Hierarchy, which int) sides {
	n := h.Nodes()
	counts := func(e int32) bool {
		s := 2*int(e) + which
		return p.side[s] < Infinity && (p.keep == nil || p.keep[s])
	}
	l := sides{first: make([]int32, n+1)}
	for e, x := range h.UpTail {
		if counts(int32(e)) {
			l.first[x+1]++
		}
	}
	for x := range n {
		l.first[x+1] += l.first[x]
	}
	l.other, l.weight = make([]Node, 0, l.first[n]), make([]Weight, 0, l.first[n])
	for e, y := range h.UpHead {
		if counts(int32(e)) {
			l.other = append(l.other, y)
			l.weight = append(l.weight, p.side[2*e+which])
		}
	}
	return l
}

func saturated(weight []Weight) []uint16 {
	out := make([]uint16, len(weight))
	for i, w := range weight {
		out[i] = uint16(min(w, Infinity16))
	}
	return out
}

// Sides counts the sides a sweep climbs and descends.
func (s *Sweep) Sides() (up, down int) { return len(s.up.other), len(s.down.other) }

// Bytes is the memory of the layout beside that of the hierarchy.
func (s *Sweep) Bytes() int64 {
	return 8*int64(len(s.up.first)+len(s.up.other)+len(s.down.other)) + 2*int64(len(s.up16))
}
