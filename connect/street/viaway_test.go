package street_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"conurb/connect/street"
	"conurb/internal/streettest"

	"pgregory.net/rapid"
)

// carriageways: two roads of one direction each, W to E above and E to W below, with
// links at P-Q and R-S, and room to turn at both ends.
const carriageways = `
A--P--R--B
|  |  |  |
C--Q--S--D
`

// TestDrawnTurnsAlongWays: restrictions whose via is a way, or several.
func TestDrawnTurnsAlongWays(t *testing.T) {
	ways := []string{"AP highway=primary oneway=yes", "PR highway=primary oneway=yes", "RB highway=primary oneway=yes",
		"DS highway=primary oneway=yes", "SQ highway=primary oneway=yes", "QC highway=primary oneway=yes",
		"BD highway=primary", "CA highway=primary", "PQ highway=service", "RS highway=service"}
	rows := []struct{ name, profile, line, trip, want string }{
		{"free", "car", "", "AP>QC", "PQ"},
		{"no_u_turn along a link", "car", "turn AP QC restriction=no_u_turn via=PQ", "AP>QC", "PRSQ"},
		{"it binds nobody who comes another way", "car", "turn AP QC restriction=no_u_turn via=PQ", "PQ>QC", "Q"},
		{"nor those who only cross", "car", "turn PR SQ restriction=no_u_turn via=RS", "PR>RS", "R"},
		{"only for cars", "bicycle", "turn AP QC restriction:motorcar=no_u_turn via=PQ", "AP>QC", "PQ"},
		{"several ways, in any order", "car", "turn AP QC restriction=no_u_turn via=SQ via=PR via=RS", "AP>SQ", "PRS"},
		{"several ways bind", "car", "turn AP QC restriction=no_u_turn via=SQ via=PR via=RS", "AP>QC", "PQ"},
		{"only_u_turn", "car", "turn AP QC restriction=only_u_turn via=PQ", "AP>RB", "none"},
		{"only_u_turn may be made", "car", "turn AP QC restriction=only_u_turn via=PQ", "AP>CA", "PQC"},
		{"only_straight_on leaves others free", "car", "turn AP RB restriction=only_straight_on via=PR", "CA>BD", "APRB"},
		{"only_straight_on", "car", "turn AP RB restriction=only_straight_on via=PR", "AP>RS", "PRBDS"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			lines := slices.Clone(ways)
			if r.line != "" {
				lines = append(lines, r.line)
			}
			w := streettest.Draw(t, carriageways, lines...)
			g, rep := build(t, w, builtin(t, r.profile))
			if n := rep.Restrictions; n.ViaWay != n.Applied || n.ViaWay+n.Other != len(lines)-len(ways) {
				t.Errorf("counted %+v", n)
			}
			if got := passes(t, g, w, r.trip); got != r.want {
				t.Errorf("%s passes %s, want %s", r.trip, got, r.want)
			}
		})
	}
}

// drive is one side of a way of a town: its number, and whether against it.
type drive struct {
	way  int
	back bool
}

// recent are the last sides of a trip, the latest first.
type recent [4]drive

// forbidAlong adds random restrictions with ways as via: they follow a random walk.
func (m *town) forbidAlong(t *rapid.T) {
	for range rapid.IntRange(1, 8).Draw(t, "along ways") {
		walk := []drive{{rapid.IntRange(0, len(m.ways)-1).Draw(t, "first"), rapid.Bool().Draw(t, "back")}}
		for range rapid.IntRange(2, 4).Draw(t, "steps") {
			next := m.on(walk[len(walk)-1])
			walk = append(walk, rapid.SampledFrom(next).Draw(t, "next"))
		}
		kind := rapid.SampledFrom([]string{"no_left_turn", "only_left_turn"}).Draw(t, "kind")
		r := street.MapRelation{Tags: tagged("type=restriction restriction=" + kind)}
		for i, d := range walk {
			role := "via"
			switch i {
			case 0:
				role = "from"
			case len(walk) - 1:
				role = "to"
			}
			r.Members = append(r.Members, street.Member{Kind: street.WayMember, ID: int64(d.way + 1), Role: role})
		}
		m.turns = append(m.turns, r)
	}
}

// on are the sides that leave the head of a side, but for turning back.
func (m *town) on(d drive) []drive {
	var out []drive
	for way := range m.ways {
		for _, back := range []bool{false, true} {
			if way != d.way && m.end(way, back) == m.end(d.way, !d.back) {
				out = append(out, drive{way, back})
			}
		}
	}
	return out
}

// sequences are the chains of sides that a restriction along ways may mean: every
// order of its vias, every direction.
func (m *town) sequences(r street.MapRelation) [][]drive {
	var vias []int
	for _, one := range r.Members[1 : len(r.Members)-1] {
		vias = append(vias, int(one.ID-1))
	}
	var found [][]drive
	var grow func(chain []drive, left []int)
	grow = func(chain []drive, left []int) {
		if len(left) == 0 {
			left = []int{int(r.Members[len(r.Members)-1].ID - 1)}
			if len(chain) == len(r.Members) {
				found = append(found, slices.Clone(chain))
				return
			}
		}
		for i, way := range left {
			for _, back := range []bool{false, true} {
				d, last := drive{way, back}, chain[len(chain)-1]
				turns := way == last.way && len(chain) != 2 && len(chain) != len(r.Members)-1
				if m.end(last.way, !last.back) != m.end(way, back) || turns || d == (drive{last.way, !last.back}) {
					continue
				}
				grow(append(chain, d), slices.Delete(slices.Clone(left), i, i+1))
			}
		}
	}
	for _, back := range []bool{false, true} {
		grow([]drive{{int(r.Members[0].ID - 1), back}}, vias)
	}
	return found
}

// forbidden are the sequences of a town, in words of its ways.
func (m *town) forbidden() [][]drive {
	var out [][]drive
	for _, r := range m.turns {
		if r.Members[1].Kind != street.WayMember {
			continue
		}
		found := m.sequences(r)
		if len(found) != 1 || slices.ContainsFunc(found[0], func(d drive) bool { _, ok := m.time(d.way, d.back); return !ok }) {
			continue // of no use, or of two meanings
		}
		if strings.HasPrefix(r.Tags.Get("restriction"), "no_") {
			out = append(out, found[0])
			continue
		}
		for i := 1; i < len(found[0]); i++ {
			for way := range m.ways {
				for _, back := range []bool{false, true} {
					if d := (drive{way, back}); d != found[0][i] && m.end(way, back) == m.end(found[0][i].way, found[0][i].back) {
						out = append(out, append(slices.Clone(found[0][:i]), d))
					}
				}
			}
		}
	}
	return out
}

// remembering is the time between the middles of two ways by a search that carries
// the last sides of every trip.
func (m *town) remembering(from, to int64) street.Millis {
	forbidden := m.forbidden()
	nothing := drive{-1, false}
	best := map[recent]street.Millis{}
	var queue []recent
	for _, back := range []bool{false, true} {
		if t, ok := m.time(int(from-1), back); ok {
			r := recent{{int(from - 1), back}, nothing, nothing, nothing}
			best[r] = half(t)
			queue = append(queue, r)
		}
	}
	least := street.Millis(math.MaxInt32)
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, d := range append(m.on(at[0]), drive{at[0].way, !at[0].back}) {
			t, ok := m.time(d.way, d.back)
			if !ok || !m.follows(move{at[0].way, at[0].back, onPublic}, d.way, d.back) || completes(forbidden, at, d) {
				continue
			}
			if int64(d.way+1) == to {
				least = min(least, best[at]+half(t))
			}
			next := recent{d, at[0], at[1], at[2]}
			if was, ok := best[next]; !ok || best[at]+t < was {
				best[next] = best[at] + t
				queue = append(queue, next)
			}
		}
	}
	return least
}

// completes tells whether a side after the recent ones makes a forbidden sequence.
func completes(forbidden [][]drive, at recent, d drive) bool {
	return slices.ContainsFunc(forbidden, func(f []drive) bool {
		if f[len(f)-1] != d {
			return false
		}
		for i := range len(f) - 1 {
			if at[i] != f[len(f)-2-i] {
				return false
			}
		}
		return true
	})
}

// TestTripsKeepTheRulesAlongWays compares the graph with a search that carries the
// last sides, on maps with both kinds of restrictions.
func TestTripsKeepTheRulesAlongWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := ring(t)
		m.forbidAlong(t)
		g := built(t, m, carProfile)
		from, to := rapid.IntRange(1, len(m.ways)).Draw(t, "from"), rapid.IntRange(1, len(m.ways)).Draw(t, "to")
		if _, ok := onWay(g, int64(to)); !ok || from == to {
			return
		}
		if got, want := between(g, int64(from), int64(to)), m.remembering(int64(from), int64(to)); got != want {
			t.Fatalf("from way %d to way %d: %d ms, by the rules %d", from, to, got, want)
		}
	})
}

// ring is a small town in which few roads carry many restrictions.
func ring(t *rapid.T) *town {
	m := &town{}
	const n = 6
	for i := range n {
		m.nodes = append(m.nodes, street.MapNode{ID: int64(i + 1), Place: street.Place{Lon: int32(i%3) * 40_000, Lat: -int32(i/3) * 30_000}})
		m.add(i, (i+1)%n, "highway=residential")
	}
	for range rapid.IntRange(1, 6).Draw(t, "roads") {
		i, j := rapid.IntRange(0, n-1).Draw(t, "i"), rapid.IntRange(0, n-1).Draw(t, "j")
		if i != j {
			m.add(i, j, rapid.SampledFrom([]string{"highway=residential", "highway=primary", "highway=residential oneway=yes"}).Draw(t, "kind"))
		}
	}
	m.forbid(t)
	return m
}
