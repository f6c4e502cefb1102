package line

import (
	"slices"
	"strings"

	"conurb/area"
	"conurb/connect/transit"
)

// drawn is a network of lines written as "name: a b c d | west a-b | east b-d": stations
// in order, then sections with their ends. A section without ends is written by its name.
func drawn(lines ...string) *area.Network {
	n := &area.Network{}
	for _, text := range lines {
		name, rest, _ := strings.Cut(text, ": ")
		parts := strings.Split(rest, " | ")
		l := area.Line{ID: name, Mode: "rail", Class: "metro", Name: area.Text{Zh: name, En: name}, Stations: strings.Fields(parts[0])}
		for _, part := range parts[1:] {
			id, ends, _ := strings.Cut(part, " ")
			from, to, _ := strings.Cut(ends, "-")
			l.Sections = append(l.Sections, area.Section{ID: id, Line: name, From: from, To: to})
		}
		for _, s := range l.Stations {
			if !slices.ContainsFunc(n.Stations, func(k area.Station) bool { return k.ID == s }) {
				n.Stations = append(n.Stations, area.Station{ID: s, Name: area.Text{Zh: s, En: s}, Point: [2]float64{113 + float64(len(n.Stations))/10000, 28}})
			}
		}
		n.Lines = append(n.Lines, l)
	}
	return n
}

// these says that some sections are open and no others.
func these(sections ...string) func(string) bool {
	return func(id string) bool { return slices.Contains(sections, id) }
}

func always(*area.Service) bool { return true }

// runsOf writes the trips of a timetable, as "a 06:00 b 06:01", one a line. The days
// beside are left out.
func runsOf(n *area.Network, t *transit.Timetable) []string {
	var out []string
	for k := range t.Trips() {
		var b strings.Builder
		for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
			at := t.Depart[e]
			if e == t.TripFirst[k+1]-1 {
				at = t.Arrive[e]
			}
			if at < 0 || t.Depart[t.TripFirst[k]] >= day {
				b.Reset()
				break
			}
			b.WriteString(" " + n.Stations[t.EventStop[e]].ID + " " + hourMinute(at))
		}
		if b.Len() > 0 {
			out = append(out, b.String()[1:])
		}
	}
	return out
}

func hourMinute(t transit.Second) string {
	m := int(t) / 60
	return string([]byte{byte('0' + m/600), byte('0' + m/60%10), ':', byte('0' + m%60/10), byte('0' + m%10)})
}

func clock(text string) area.Clock {
	return area.Clock((int(text[0]-'0')*10+int(text[1]-'0'))*3600 + (int(text[3]-'0')*10+int(text[4]-'0'))*60)
}

func clocks(texts ...string) []area.Clock {
	var out []area.Clock
	for _, t := range texts {
		out = append(out, clock(t))
	}
	return out
}

// earliest is when one is at each stop who is at a stop at a time, by trips alone and
// with no time for changing: a scan of all rides until nothing gets better.
func earliest(t *transit.Timetable, from transit.Stop, at transit.Second) []transit.Second {
	best := make([]transit.Second, t.Stops())
	for i := range best {
		best[i] = transit.Never
	}
	best[from] = at
	for better := true; better; {
		better = false
		for k := range t.Trips() {
			on := false
			for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
				if s := t.EventStop[e]; on && t.Arrive[e] < best[s] {
					best[s], better = t.Arrive[e], true
				}
				on = on || t.Closed[e]&transit.NoBoard == 0 && best[t.EventStop[e]] <= t.Depart[e]
			}
		}
	}
	return best
}
