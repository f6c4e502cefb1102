package area

import "slices"

// piece is the way from a station to its neighbour on a line.
type piece struct {
	to       string
	sections []string // Section.ID that cover it
}

// track is the lines that a service may run on.
type track map[string][]piece

// lay makes the track of lines, in their order.
func lay(lines []*Line) track {
	t := track{}
	for _, line := range lines {
		cover := make([][]string, max(0, len(line.Stations)-1))
		for i := range line.Sections {
			s := &line.Sections[i]
			from, to := span(line.Stations, s)
			for k := from; k < to; k++ {
				cover[k] = append(cover[k], s.ID)
			}
		}
		for k := range cover {
			a, b := line.Stations[k], line.Stations[k+1]
			t[a], t[b] = append(t[a], piece{b, cover[k]}), append(t[b], piece{a, cover[k]})
		}
	}
	return t
}

// span is the pieces of a line that a section covers, from the first to before the last;
// none where it does not state its ends. A section from a station to itself is a ring.
func span(stations []string, s *Section) (from, to int) {
	from, to = slices.Index(stations, s.From), slices.Index(stations, s.To)
	switch {
	case s.From == "" || from < 0 || to < 0:
		return 0, 0
	case s.From == s.To:
		return 0, len(stations) - 1
	}
	return min(from, to), max(from, to)
}

// way is the pieces from a station to another, the fewest; of equals the one found first
// in the order of the lines. ok is false where the lines do not join them.
func (t track) way(from, to string) (pieces []piece, ok bool) {
	type step struct {
		by   piece
		back int
	}
	reached, seen := []step{{by: piece{to: from}, back: -1}}, map[string]bool{from: true}
	for i := 0; i < len(reached); i++ {
		at := reached[i].by.to
		if at == to {
			for k := i; k > 0; k = reached[k].back {
				pieces = append(pieces, reached[k].by)
			}
			slices.Reverse(pieces)
			return pieces, true
		}
		for _, p := range t[at] {
			if !seen[p.to] {
				seen[p.to] = true
				reached = append(reached, step{p, i})
			}
		}
	}
	return nil, false
}

// Under lists, for each way from a stop of a service to the next, the sections of each
// piece of it (Section.ID); an empty piece lies on no section. The way is the one past
// the fewest stations over the service's lines, its own first. A nil way: its lines do
// not join the two.
func (n *Network) Under(s *Service) [][][]string {
	var lines []*Line
	for _, id := range append([]string{s.Line}, s.Over...) {
		if i := slices.IndexFunc(n.Lines, func(l Line) bool { return l.ID == id }); i >= 0 {
			lines = append(lines, &n.Lines[i])
		}
	}
	t := lay(lines)
	out := make([][][]string, max(0, len(s.Stops)-1))
	for i := range out {
		pieces, ok := t.way(s.Stops[i], s.Stops[i+1])
		if !ok {
			continue
		}
		out[i] = [][]string{}
		for _, p := range pieces {
			out[i] = append(out[i], p.sections)
		}
	}
	return out
}
