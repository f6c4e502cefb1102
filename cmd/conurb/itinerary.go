package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"conurb/app/ground"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/door/export"
)

// ride tells the journey of a pair by public transport, or all of the window.
func (c reachRouteCmd) ride(s *session) error {
	if c.Inbound {
		c.From, c.To = c.To, c.From
	}
	r, err := c.ready(s, c.on, c.Max, bounded{Memory: 1024})
	if err != nil {
		return err
	}
	ends, err := c.ends(s)
	if err != nil {
		return err
	}
	p, err := r.transit.Pair(s.ctx, ends[0], ends[1], reach.Work{})
	if err != nil {
		return err
	}
	s.modelled(r.modelled())
	t := r.transit.Timetable()
	if c.Every {
		if c.Out != "" {
			return errEvery
		}
		return s.journeys(p, t, p.During(r.window))
	}
	it, err := p.At(r.window.From)
	if err != nil {
		return err
	}
	about := export.Basis(r.ground, s.lang)
	about["mode"], about["modelled"] = c.Mode, r.modelled()
	shapes := export.Journey(p, t, it, about)
	if c.Out != "" {
		if err := ground.Save(c.Out, func(w io.Writer) error { return export.WriteJSON(w, shapes) }); err != nil {
			return err
		}
		fmt.Fprintln(s.err, s.t("ground.saved", "file", c.Out))
	}
	if s.json {
		return s.writeJSON(s.journey(t, it))
	}
	fmt.Fprintln(s.out, s.t("reach.journey", "time", s.span(seconds(it.Time())), "leave", clock(it.Depart), "arrive", clock(it.Arrive),
		"changes", strconv.Itoa(it.Changes()), "walk", s.span(seconds(it.Takes(reach.Walk))), "wait", s.span(seconds(it.Takes(reach.Wait)))))
	for _, l := range it.Legs {
		if l.Arrive > l.Depart {
			fmt.Fprintf(s.out, "  %s  %s\n", clock(l.Depart), s.leg(t, l))
		}
	}
	fmt.Fprintf(s.out, "  %s  %s\n", clock(it.Arrive), s.t("reach.turn.arrive"))
	return nil
}

func seconds(t transit.Second) reach.Decis { return reach.Decis(t) * 10 }

// clock is a second of the service day as people read it; days after it are counted.
func clock(t transit.Second) string {
	text := fmt.Sprintf("%02d:%02d", t/3600%24, t/60%60)
	if day := t / (24 * 3600); day > 0 {
		text += fmt.Sprintf("+%d", day)
	}
	return text
}

// leg says what to do, with what it takes.
func (s *session) leg(t *transit.Timetable, l reach.Leg) string {
	args := []string{"time", s.span(seconds(l.Arrive - l.Depart)), "calls", strconv.Itoa(l.Calls)}
	key := "reach.leg." + string(l.By)
	if l.From != transit.None {
		args = append(args, "from", t.StopName[l.From])
	}
	if l.To != transit.None {
		args = append(args, "to", t.StopName[l.To])
	} else if l.By == reach.Walk {
		key += ".end"
	}
	if l.By == reach.Ride {
		args = append(args, "line", t.RouteName[l.Route])
	}
	return s.t(key, args...)
}

// journey is one with its legs, for machines.
func (s *session) journey(t *transit.Timetable, it *reach.Itinerary) map[string]any {
	legs := []map[string]any{}
	for _, l := range it.Legs {
		one := export.LegOf(t, l)
		one["text"] = s.leg(t, l)
		legs = append(legs, one)
	}
	return map[string]any{"depart": it.Depart, "arrive": it.Arrive, "seconds": it.Time(), "changes": it.Changes(),
		"walk": it.Takes(reach.Walk), "wait": it.Takes(reach.Wait), "legs": legs}
}

// journeys is a table of the journeys of a window, and how long it takes on foot.
func (s *session) journeys(p *reach.Pair, t *transit.Timetable, list []reach.Itinerary) error {
	if s.json {
		out := map[string]any{"foot": nil, "journeys": []map[string]any{}}
		if p.Foot != transit.Never {
			out["foot"] = p.Foot
		}
		for i := range list {
			out["journeys"] = append(out["journeys"].([]map[string]any), s.journey(t, &list[i]))
		}
		return s.writeJSON(out)
	}
	var rows [][]string
	for _, it := range list {
		var lines []string
		for _, l := range it.Legs {
			if l.By == reach.Ride {
				lines = append(lines, t.RouteName[l.Route])
			}
		}
		rows = append(rows, []string{clock(it.Depart), clock(it.Arrive), s.span(seconds(it.Time())), strconv.Itoa(it.Changes()),
			s.span(seconds(it.Takes(reach.Walk))), strings.Join(slices.Compact(lines), ", ")})
	}
	if len(rows) > 0 {
		s.table(strings.Split(s.t("reach.journey.header"), "|"), rows)
	} else {
		fmt.Fprintln(s.out, s.t("reach.journey.none"))
	}
	if p.Foot != transit.Never {
		fmt.Fprintln(s.out, s.t("reach.journey.foot", "time", s.span(seconds(p.Foot))))
	}
	return nil
}
