package cch

import (
	"context"
	"fmt"
	"math/bits"
)

// Change is a new weight for an arc of the graph.
type Change struct {
	Arc    Arc
	Weight Weight
}

// worth is how many edges a full customization computes in about twice the time
// that Update takes for one: when more than this share was touched, starting over
// costs little beside what going on might.
const worth = 32

// Update changes weights and brings the metric to exactly the state that a full
// customization would give (partial customization, Dibbelt et al. 2016, §7.5):
// from the lowest edge touched upward, each is computed anew from its arcs and
// its lower triangles, and where it changes, those it may have carried follow. It
// returns how many edges were computed. With arcs named twice the last one holds.
// Changes all over the network end in a full customization on one core. Nobody
// may query the metric meanwhile.
func (m *Metric) Update(changes []Change) (edges int, err error) {
	for _, c := range changes {
		if uint32(c.Arc) >= uint32(len(m.weight)) {
			return 0, fmt.Errorf("update: arc %d: the graph has %d", c.Arc, len(m.weight))
		}
	}
	if m.fix == nil {
		m.fix = newFixer(m.h.Edges())
	}
	for _, c := range changes {
		m.weight[c.Arc] = min(c.Weight, Infinity)
		if s := m.h.SideOf[c.Arc]; s != none {
			m.fix.add(s / 2)
		}
	}
	for e := m.fix.take(); e != none; e = m.fix.take() {
		if edges++; edges > 100+m.h.Edges()/worth {
			m.fix.clear()
			return m.h.Edges(), m.customize(context.Background(), 1)
		}
		up, down := m.edgeAnew(e)
		oldUp, oldDown := m.side[2*e], m.side[2*e+1]
		if up != oldUp || down != oldDown {
			m.side[2*e], m.side[2*e+1] = up, down
			m.above(e, oldUp, oldDown)
		}
	}
	return edges, nil
}

// edgeAnew is what customization gives an edge, from its arcs and the triangles
// below it.
func (m *Metric) edgeAnew(e int32) (up, down Weight) {
	up, down = m.sideArcs(2*e), m.sideArcs(2*e+1)
	h := m.h
	y, z := h.UpTail[e], h.UpHead[e]
	a, b := h.under(y, z)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch p, q := h.UpTail[a[i]], h.UpTail[b[j]]; {
		case p < q:
			i++
		case p > q:
			j++
		default:
			up = min(up, m.side[2*a[i]+1]+m.side[2*b[j]])
			down = min(down, m.side[2*b[j]+1]+m.side[2*a[i]])
			i++
			j++
		}
	}
	return up, down
}

// sideArcs is the least weight of the graph's arcs on a side.
func (m *Metric) sideArcs(s int32) Weight {
	w := Infinity
	for _, a := range m.h.ArcOf[m.h.ArcFirst[s]:m.h.ArcFirst[s+1]] {
		w = min(w, m.weight[a])
	}
	return w
}

// above marks the edges over the triangles that e is a lower side of, where e
// did carry them or now will.
func (m *Metric) above(e int32, oldUp, oldDown Weight) {
	h, side := m.h, m.side
	x, y := h.UpTail[e], h.UpHead[e]
	newUp, newDown := side[2*e], side[2*e+1]
	for f := h.UpFirst[x]; f < e; f++ {
		g := h.edge(h.UpHead[f], y)
		if carries(oldDown, newDown, side[2*f], side[2*g+1]) || carries(oldUp, newUp, side[2*f+1], side[2*g]) {
			m.fix.add(g)
		}
	}
	g := h.UpFirst[y]
	for f := e + 1; f < h.UpFirst[x+1]; f++ {
		for h.UpHead[g] != h.UpHead[f] { // what is above x is above y too
			g++
		}
		if carries(oldDown, newDown, side[2*f], side[2*g]) || carries(oldUp, newUp, side[2*f+1], side[2*g+1]) {
			m.fix.add(g)
		}
	}
}

// carries tells whether a triangle's third side may change with one of the other
// two: it hung on the old weight, or the new one beats it.
func carries(old, now, other, third Weight) bool {
	return now != old && (now+other < third || old+other == third)
}

// fixer holds the edges to be computed, to be taken in ascending order: a bit for
// each and a bit for each word of bits that is not empty.
type fixer struct {
	edge, word []uint64
	from       int // no bit is set in words of word below this
}

func newFixer(edges int) *fixer {
	words := (edges + 63) / 64
	return &fixer{edge: make([]uint64, words), word: make([]uint64, (words+63)/64)}
}

func (f *fixer) add(e int32) {
	f.edge[e>>6] |= 1 << (e & 63)
	f.word[e>>12] |= 1 << (e >> 6 & 63)
	f.from = min(f.from, int(e>>12))
}

// take removes the lowest edge, none if there is none.
func (f *fixer) take() int32 {
	for ; f.from < len(f.word); f.from++ {
		if f.word[f.from] == 0 {
			continue
		}
		w := f.from<<6 + bits.TrailingZeros64(f.word[f.from])
		e := w<<6 + bits.TrailingZeros64(f.edge[w])
		f.edge[w] &= f.edge[w] - 1
		if f.edge[w] == 0 {
			f.word[f.from] &= f.word[f.from] - 1
		}
		return int32(e)
	}
	return none
}

func (f *fixer) clear() {
	clear(f.edge)
	clear(f.word)
}

func (f *fixer) bytes() int64 { return 8 * int64(len(f.edge)+len(f.word)) }
