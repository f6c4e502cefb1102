package cch

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Metric is a hierarchy with weights: for each edge the cost upward and downward
// by the best way over lower nodes. It may be queried by any number of goroutines
// as long as none calls Update.
type Metric struct {
	h      *Hierarchy
	weight []Weight // by arc of the graph
	side   []Weight // by side of an edge
	fix    *fixer   // what Update needs, once it has been called
}

// ErrMetric tells that the sides of a metric do not come from its weights.
var ErrMetric = errors.New("weights and sides do not belong together")

// Customize computes the metric of a weight for each arc of the graph (basic
// customization: every lower triangle once). The work of an edge reads edges of
// lower nodes only, so that subtrees of the elimination tree go to the cores and
// the nodes above them follow; sums and minima do not depend on that. It keeps a
// copy of the weights.
func (h *Hierarchy) Customize(ctx context.Context, weight []Weight, maxCores int) (*Metric, error) {
	if len(weight) != h.Arcs() {
		return nil, fmt.Errorf("customize: %d weights for %d arcs: %w", len(weight), h.Arcs(), ErrSize)
	}
	m := &Metric{h: h, weight: slices.Clone(weight), side: make([]Weight, 2*h.Edges())}
	if err := m.customize(ctx, cores(maxCores)); err != nil {
		return nil, fmt.Errorf("customize: %w", err)
	}
	return m, nil
}

// Recustomize replaces all weights and reuses the memory of the metric.
func (m *Metric) Recustomize(ctx context.Context, weight []Weight, maxCores int) error {
	if len(weight) != m.h.Arcs() {
		return fmt.Errorf("customize: %d weights for %d arcs: %w", len(weight), m.h.Arcs(), ErrSize)
	}
	copy(m.weight, weight)
	if err := m.customize(ctx, cores(maxCores)); err != nil {
		return fmt.Errorf("customize: %w", err)
	}
	return nil
}

func (m *Metric) customize(ctx context.Context, cores int) error {
	for a, w := range m.weight {
		m.weight[a] = min(w, Infinity)
	}
	for s := range m.side {
		m.side[s] = Infinity
	}
	for a, s := range m.h.SideOf {
		if s != none {
			m.side[s] = min(m.side[s], m.weight[a])
		}
	}
	return m.h.byTree(ctx, cores, func() func(lo, hi Node) {
		at := make([]int32, m.h.Nodes())
		return func(lo, hi Node) {
			for y := lo; y < hi; y++ {
				m.lower(y, at)
			}
		}
	})
}

// lower relaxes the edges from y upward by all triangles with a lower node. at
// is room for the place of a node among the upper ends of y.
func (m *Metric) lower(y Node, at []int32) {
	h, side := m.h, m.side
	first := h.UpFirst[y]
	mine := side[2*first : 2*h.UpFirst[y+1]]
	if len(mine) == 0 {
		return
	}
	for i, z := range h.UpHead[first:h.UpFirst[y+1]] {
		at[z] = int32(2 * i)
	}
	for _, e := range h.DownEdge[h.DownFirst[y]:h.DownFirst[y+1]] {
		toY, fromY := side[2*e], side[2*e+1]
		if toY == Infinity && fromY == Infinity {
			continue
		}
		last := h.UpFirst[h.UpTail[e]+1]
		heads := h.UpHead[e+1 : last]
		theirs := side[2*e+2 : 2*last]
		for k, z := range heads {
			i, t := at[z], theirs[2*k:2*k+2:2*k+2]
			mine := mine[i : i+2 : i+2]
			mine[0] = min(mine[0], fromY+t[0])
			mine[1] = min(mine[1], t[1]+toY)
		}
	}
}

// Hierarchy is what the metric belongs to.
func (m *Metric) Hierarchy() *Hierarchy { return m.h }

// Weight is the present weight of an arc of the graph.
func (m *Metric) Weight(a Arc) Weight { return m.weight[a] }

// Sides are the costs by side of an edge, for a file to hold. They are not to be
// changed.
func (m *Metric) Sides() []Weight { return m.side }

// OpenMetric makes a metric of weights and sides that came from a file, and keeps
// both slices. Only their lengths and ranges can be checked: sides that do not
// belong to the weights give wrong answers, so a file needs a checksum. Where the
// slices are mapped to be read only, Clone before Update or Recustomize.
func (h *Hierarchy) OpenMetric(weight, side []Weight) (*Metric, error) {
	if len(weight) != h.Arcs() || len(side) != 2*h.Edges() {
		return nil, fmt.Errorf("open metric: %d weights, %d sides: %w", len(weight), len(side), ErrSize)
	}
	for _, all := range [][]Weight{weight, side} {
		for i, w := range all {
			if w > Infinity {
				return nil, fmt.Errorf("open metric: weight %d is %d, above infinity", i, w)
			}
		}
	}
	return &Metric{h: h, weight: weight, side: side}, nil
}

// Clone is a metric of its own with the same weights, for a scenario.
func (m *Metric) Clone() *Metric {
	return &Metric{h: m.h, weight: slices.Clone(m.weight), side: slices.Clone(m.side)}
}

// Bytes is the memory of the metric beside that of its hierarchy.
func (m *Metric) Bytes() int64 {
	b := 4 * int64(len(m.weight)+len(m.side))
	if m.fix != nil {
		b += m.fix.bytes()
	}
	return b
}
