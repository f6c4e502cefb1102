package street

import "slices"

// mostVias bounds the ways that one restriction may run along.
const mostVias = 8

// forbidAlong ties the restrictions with ways as via. The sides from the way before
// them, along them and into the way after make a sequence. no_* forbids the whole of
// it; only_* forbids to leave it ("the only routing originating from the from member
// leads to the to member", Relation:restriction).
func (b *base) forbidAlong(list []restriction, out adjacency, turns *memories, count *Restrictions) {
	pieces := map[int64][]Edge{} // of the via ways, along each
	for _, r := range list {
		for _, w := range r.viaWays {
			pieces[w] = nil
		}
	}
	if len(pieces) == 0 {
		return
	}
	for i := range b.edges {
		if e := &b.edges[i]; !e.gate {
			if list, ok := pieces[e.way]; ok {
				pieces[e.way] = append(list, Edge(i))
			}
		}
	}
	for _, r := range list {
		if len(r.viaWays) == 0 {
			continue
		}
		t := trail{b: b, out: out, pieces: pieces, r: r}
		switch found := t.find(); {
		case len(found) == 0:
			count.Idle++
		case len(found) > 1:
			count.Ambiguous++
		case b.banAlong(found[0], r.only, out, turns):
			count.Applied++
			count.ViaWay++
		default:
			count.Idle++
		}
	}
}

// banAlong forbids one sequence, or everything else from its beginning on.
func (b *base) banAlong(chain []Side, only bool, out adjacency, turns *memories) bool {
	for _, s := range chain {
		if b.access(s) == No {
			return false
		}
	}
	last := len(chain) - 1
	if !only {
		return turns.ban(chain[:last], chain[last])
	}
	news := false
	for i := 1; i <= last; i++ {
		for _, s := range out.at(b.tail(chain[i])) {
			if s != chain[i] && b.access(s) != No && turns.ban(chain[:i], s) {
				news = true
			}
		}
	}
	return news
}

// trail looks for the sequences of sides that lead from one way along others into
// another.
type trail struct {
	b      *base
	out    adjacency
	pieces map[int64][]Edge
	r      restriction
	used   []bool // via ways
	chain  []Side
	found  [][]Side
}

func (t *trail) find() [][]Side {
	t.used = make([]bool, len(t.r.viaWays))
	for i := range t.r.viaWays {
		for _, backward := range [2]bool{false, true} {
			via := t.along(t.r.viaWays[i], backward)
			if len(via) == 0 {
				return nil
			}
			for _, s := range t.out.at(t.b.tail(via[0])) {
				if in := s.Opposite(); slices.Contains(t.r.from, t.b.edges[s.Edge()].way) && s != via[0] {
					t.used[i], t.chain = true, append([]Side{in}, via...)
					t.on()
					t.used[i] = false
				}
			}
		}
	}
	return t.found
}

// along are the sides of a whole way from one end to the other; none where it is
// interrupted.
func (t *trail) along(way int64, backward bool) []Side {
	var sides []Side
	for _, e := range t.pieces[way] {
		sides = append(sides, e.Side(backward))
	}
	if backward {
		slices.Reverse(sides)
	}
	for i := 1; i < len(sides); i++ {
		if t.b.tail(sides[i]) != t.b.head(sides[i-1]) {
			return nil
		}
	}
	return sides
}

// on goes on from the end of the chain: into the last way once all vias are used,
// else along another via.
func (t *trail) on() {
	at, length := t.b.head(t.chain[len(t.chain)-1]), len(t.chain)
	if !slices.Contains(t.used, false) {
		for _, s := range t.out.at(at) {
			if slices.Contains(t.r.to, t.b.edges[s.Edge()].way) && s != t.chain[length-1].Opposite() {
				t.found = append(t.found, append(slices.Clone(t.chain), s))
			}
		}
		return
	}
	for i, w := range t.r.viaWays {
		if t.used[i] {
			continue
		}
		for _, backward := range [2]bool{false, true} {
			if via := t.along(w, backward); len(via) > 0 && t.b.tail(via[0]) == at {
				t.used[i], t.chain = true, append(t.chain[:length:length], via...)
				t.on()
				t.used[i], t.chain = false, t.chain[:length]
			}
		}
	}
}
