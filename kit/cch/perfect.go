package cch

import (
	"context"
	"fmt"
	"slices"
)

// perfect holds the sides of a metric as true distances between their ends, and
// which of them sweeps cannot do without.
type perfect struct {
	side []Weight
	keep []bool
}

// perfect lowers every side to the distance between its ends (perfect
// customization, Dibbelt et al. 2016, §7.4), from the roots of the elimination
// tree downward, and finds the sides that are not needed: those that cost more
// than the distance, and of ways of equal cost all but one.
//
// Why what is kept suffices: add nodes in descending order. Among the higher
// nodes distances over kept sides are right by induction. A side from x to y is
// dropped only if a kept one from x to z and the distance from z to y do as well,
// so every distance from x is right too.
func (m *Metric) perfect(ctx context.Context, cores int) (*perfect, error) {
	p := &perfect{side: slices.Clone(m.side), keep: make([]bool, len(m.side))}
	err := m.h.byTreeDown(ctx, cores, func() func(lo, hi Node) {
		c := clique{h: m.h, perfect: p, at: make([]int32, m.h.Nodes())}
		return func(lo, hi Node) {
			for x := hi - 1; x >= lo; x-- {
				c.above(x)
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("perfect customization: %w", err)
	}
	return p, nil
}

// clique is room for the distances between the higher neighbours of one node,
// which contraction has joined each to each.
type clique struct {
	h *Hierarchy
	*perfect
	at        []int32  // by rank: place among the neighbours
	to        []Weight // to[i*k+j] from neighbour j to neighbour i
	from      []Weight // from[i*k+j] from neighbour i to neighbour j
	least     []Weight
	basic     []Weight
	candidate []bool
}

func (c *clique) above(x Node) {
	lo, hi := c.h.UpFirst[x], c.h.UpFirst[x+1]
	k := int(hi - lo)
	if k == 0 {
		return
	}
	c.load(c.h.UpHead[lo:hi])
	// Upward, x to i to j: in to, row j holds the ways into j.
	c.direction(2*lo, k, c.to)
	// Downward, j to i to x: in from, row j holds the ways out of j.
	c.direction(2*lo+1, k, c.from)
}

// load reads the distances between the nodes of a clique.
func (c *clique) load(up []Node) {
	k := len(up)
	c.to, c.from = grown(c.to, k*k), grown(c.from, k*k)
	c.least, c.basic, c.candidate = grown(c.least, k), grown(c.basic, k), grown(c.candidate, k)
	for i, y := range up {
		c.at[y] = int32(i)
	}
	for i, y := range up {
		c.to[i*k+i], c.from[i*k+i] = 0, 0
		for e := c.h.UpFirst[y]; e < c.h.UpFirst[y+1]; e++ {
			z := c.h.UpHead[e]
			j := int(c.at[z])
			if j >= k || up[j] != z { // left by another clique
				continue
			}
			ij, ji := c.side[2*e], c.side[2*e+1]
			c.from[i*k+j], c.from[j*k+i] = ij, ji
			c.to[j*k+i], c.to[i*k+j] = ij, ji
		}
	}
}

// direction makes the k sides from first in steps of two perfect, given the
// distances by which one neighbour stands in for another, and marks the kept.
func (c *clique) direction(first int32, k int, by []Weight) {
	some := false
	for i := range k {
		c.basic[i] = c.side[int(first)+2*i]
		some = some || c.basic[i] < Infinity
	}
	if !some {
		return
	}
	for j := range k {
		row, least := by[j*k:j*k+k], c.basic[j]
		for i, b := range c.basic[:k] {
			least = min(least, b+row[i])
		}
		c.least[j] = least
		c.candidate[j] = least == c.basic[j] && least < Infinity
	}
	for j := range k {
		if c.candidate[j] {
			c.candidate[j] = !c.replaceable(j, by[j*k:j*k+k])
		}
		s := int(first) + 2*j
		c.side[s], c.keep[s] = c.least[j], c.candidate[j]
	}
}

// replaceable tells whether a kept side and a distance do as well as side j.
func (c *clique) replaceable(j int, row []Weight) bool {
	for i, d := range row {
		if i != j && c.candidate[i] && c.least[i]+d <= c.least[j] {
			return true
		}
	}
	return false
}

// grown is s with room for n, its contents lost.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}
