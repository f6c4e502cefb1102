package street_test

import (
	"math"
	"strings"

	"conurb/connect/street"
	"conurb/kit/geo"
)

// move is a way driven in one direction, after which the trip is in a phase:
// leaving private ground, on the public network, arriving on private ground.
type move struct {
	way   int
	back  bool
	phase int
}

const (
	leaving = iota
	onPublic
	arriving
)

// slowly is the time between the middles of two ways, by a search that knows ways
// and rules and no graph: every state is improved until nothing changes.
func (m *town) slowly(from, to int64) street.Millis {
	best := map[move]street.Millis{}
	for _, back := range []bool{false, true} {
		if t, ok := m.time(int(from-1), back); ok {
			phase := leaving
			if m.public(m.end(int(from-1), !back)) {
				phase = onPublic
			}
			best[move{int(from - 1), back, phase}] = half(t)
		}
	}
	for changed := true; changed; {
		changed = false
		for at, t := range best {
			for way := range m.ways {
				for _, back := range []bool{false, true} {
					next, ok := m.next(at, way, back)
					if !ok {
						continue
					}
					step, _ := m.time(way, back)
					if was, ok := best[next]; !ok || t+step < was {
						best[next], changed = t+step, true
					}
				}
			}
		}
	}
	least := street.Millis(math.MaxInt32)
	for at, t := range best {
		for _, back := range []bool{false, true} {
			step, ok := m.time(int(to-1), back)
			if !ok || !m.follows(at, int(to-1), back) {
				continue
			}
			if m.public(m.end(int(to-1), back)) == (at.phase == onPublic) {
				least = min(least, t+half(step))
			}
		}
	}
	return least
}

func half(t street.Millis) street.Millis { return street.Millis(math.Round(float64(t) * 0.5)) }

// next is the move after at, if way may be driven through then.
func (m *town) next(at move, way int, back bool) (move, bool) {
	if _, ok := m.time(way, back); !ok || !m.follows(at, way, back) {
		return move{}, false
	}
	tail, head := m.public(m.end(way, back)), m.public(m.end(way, !back))
	private := m.ways[way].Tags.Get("access") == "private"
	switch {
	case !private:
		return move{way, back, onPublic}, at.phase == onPublic
	case tail && head:
		return move{}, false
	case tail:
		return move{way, back, arriving}, at.phase == onPublic
	case head:
		return move{way, back, onPublic}, at.phase == leaving
	}
	return move{way, back, at.phase}, true
}

// follows: the way begins where the last one ended, and no restriction forbids it.
func (m *town) follows(at move, way int, back bool) bool {
	v := m.end(way, back)
	if m.end(at.way, !at.back) != v {
		return false
	}
	for _, r := range m.turns {
		if r.Members[1].Kind != street.NodeMember || r.Members[0].ID != int64(at.way+1) || r.Members[1].ID != v {
			continue
		}
		if named := r.Members[2].ID == int64(way+1); named == strings.HasPrefix(r.Tags.Get("restriction"), "no_") {
			return false
		}
	}
	return true
}

// end is the node where a direction of a way begins.
func (m *town) end(way int, back bool) int64 {
	if back {
		return m.ways[way].Refs[1]
	}
	return m.ways[way].Refs[0]
}

func (m *town) public(node int64) bool { return node <= side*side }

func (m *town) time(way int, back bool) (street.Millis, bool) {
	rules := street.Rules{Profile: carProfile}
	rule := rules.Way(m.ways[way].Tags)
	d := rule.Forward
	if back {
		d = rule.Backward
	}
	if d.Access == street.No {
		return 0, false
	}
	p, q := m.nodes[m.ways[way].Refs[0]-1].Place.Point(), m.nodes[m.ways[way].Refs[1]-1].Place.Point()
	return street.Millis(math.Round(geo.Distance(p, q) / (d.Kmh / 3.6) * 1000)), true
}
