package reach_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

// world is a drawn town for journeys: walks and rides are known by plain searches.
type world struct{ walk, bicycle *reach.Engine }

func drawn(t testing.TB) world {
	picture, lines := `
		A-----B-----C-----D
		|     |     |     |
		|     |     |     |
		E-----F-----G-----H
		|     |     |
		|     |     |
		I-----J-----K-----L
	`, []string{"ABCD highway=residential", "EFGH highway=residential oneway=yes", "IJKL highway=residential",
		"AEI highway=residential", "BFJ highway=residential oneway=yes", "CGK highway=residential", "DH highway=footway"}
	return world{engine(t, streettest.Draw(t, picture, lines...), "walk"), engine(t, streettest.Draw(t, picture, lines...), "bicycle")}
}

// journeys is the obvious answer to questions about public transport: for every
// departure, trips are ridden in turn until nothing changes.
type journeys struct {
	walk   *reach.Engine
	j      reach.Journey
	t      *transit.Timetable
	known  map[leg]reach.Decis
	ridden int // answers that are faster than on foot
}

type leg struct {
	by       *reach.Engine
	from, to geo.Point
}

func (o *journeys) time(e *reach.Engine, from, to geo.Point) reach.Decis {
	t, ok := o.known[leg{e, from, to}]
	if !ok {
		t = reach.Never
		if ends := e.Join([]geo.Point{from, to}, 0); len(ends.Missed) == 0 {
			p := &plain{g: e.Graph}
			p.run(ends.Spots[0])
			t = p.to(ends.Spots[0], ends.Spots[1], from == to)
		}
		o.known[leg{e, from, to}] = t
	}
	return t
}

// within is a walk in whole seconds, rounded up.
func (o *journeys) within(from, to geo.Point, limit reach.Decis) transit.Second {
	if t := o.time(o.walk, from, to); t <= limit {
		return transit.Second((t + 9) / 10)
	}
	return transit.Never
}

func (o *journeys) access(from, stop geo.Point) transit.Second {
	best := o.within(from, stop, o.j.Access)
	if v := o.j.By; v != nil {
		if t := o.time(v.Engine, from, stop); t <= v.Limit {
			best = min(best, transit.Second((t+v.Park+9)/10))
		}
	}
	return best
}

// arrive is when one gets from a point to any of others, leaving at a second.
func (o *journeys) arrive(from geo.Point, to []geo.Point, leave transit.Second) transit.Second {
	best, ready := transit.Never, make([]transit.Second, o.t.Stops())
	for _, p := range to {
		if w := o.within(from, p, reach.Never-1); w != transit.Never {
			best = min(best, leave+w)
		}
	}
	for s, p := range o.t.StopPlace {
		if ready[s] = o.access(from, p); ready[s] != transit.Never {
			ready[s] += leave + o.j.Slack
		}
	}
	for changed := true; changed; {
		changed = false
		for k := range o.t.Trips() {
			on := false
			for e := o.t.TripFirst[k]; e < o.t.TripFirst[k+1]; e++ {
				here := o.t.StopPlace[o.t.EventStop[e]]
				if on {
					for _, p := range to {
						if w := o.within(here, p, o.j.Egress); w != transit.Never {
							best = min(best, o.t.Arrive[e]+w)
						}
					}
					for s, p := range o.t.StopPlace {
						if w := o.within(here, p, o.j.Change); w != transit.Never && o.t.Arrive[e]+w+o.j.Slack < ready[s] {
							ready[s], changed = o.t.Arrive[e]+w+o.j.Slack, true
						}
					}
				}
				on = on || ready[o.t.EventStop[e]] <= o.t.Depart[e]
			}
		}
	}
	if best == transit.Never || best-leave > transit.Second(o.j.Longest/10) {
		return transit.Never
	}
	return best
}

// times are how long one is on the way for every departure of a window; backwards, for
// every arrival.
func (o *journeys) times(from geo.Point, to []geo.Point, w reach.Window, backwards bool) []reach.Decis {
	var out []reach.Decis
	for at := w.From; at < w.Until; at += w.Step {
		best := reach.Never
		if !backwards {
			if a := o.arrive(from, to, at); a != transit.Never {
				best = reach.Decis(a-at) * 10
			}
		} else {
			for d := at; at-d <= transit.Second(o.j.Longest/10); d-- {
				if o.arrive(from, to, d) <= at {
					best = reach.Decis(at-d) * 10
					break
				}
			}
		}
		out = append(out, best)
	}
	slices.Sort(out)
	return out
}

func somewhere(t *rapid.T, what string) geo.Point {
	return at(float64(rapid.IntRange(-2, 200).Draw(t, what))/10, float64(rapid.IntRange(-2, 62).Draw(t, what))/10)
}

func points(t *rapid.T, least, most int, what string) (out []geo.Point) {
	for range rapid.IntRange(least, most).Draw(t, what+"s") {
		out = append(out, somewhere(t, what))
	}
	return out
}

func lines(t *rapid.T, places []geo.Point) *transit.Timetable {
	tt := &transit.Timetable{TripFirst: []int32{0}, RouteName: []string{"1"}}
	for _, p := range places {
		tt.StopPlace, tt.StopName = append(tt.StopPlace, p), append(tt.StopName, "")
	}
	for range rapid.IntRange(0, 12).Draw(t, "trips") {
		now := transit.Second(rapid.IntRange(28700, 29500).Draw(t, "starts"))
		for range rapid.IntRange(2, 4).Draw(t, "calls") {
			tt.EventStop = append(tt.EventStop, transit.Stop(rapid.IntRange(0, len(places)-1).Draw(t, "stop")))
			tt.Arrive = append(tt.Arrive, now)
			now += transit.Second(rapid.SampledFrom([]int{0, 0, 20}).Draw(t, "dwell"))
			tt.Depart = append(tt.Depart, now)
			now += transit.Second(rapid.IntRange(0, 120).Draw(t, "leg"))
		}
		tt.TripFirst = append(tt.TripFirst, int32(len(tt.EventStop)))
		tt.TripRoute, tt.Stay = append(tt.TripRoute, 0), append(tt.Stay, transit.None)
	}
	return tt
}

var shortly = reach.Window{From: 28800, Until: 28800 + 300, Step: 60}

// same compares what a transit tells of all pairs with the obvious answer.
func (o *journeys) same(t *rapid.T, what string, tr *reach.Transit, from, to [][]geo.Point, backwards bool) {
	percent := []float64{1, 50, 100}
	rows := 0
	if err := tr.Percentiles(t.Context(), shortly, percent, reach.Work{Cores: 1}, func(i int, got [][]reach.Decis) error {
		rows++
		for k := range to {
			begin, end := from[i], to[k]
			if backwards {
				begin, end = to[k], from[i]
			}
			want := o.times(begin[0], end, shortly, backwards)
			if foot := o.times(begin[0], end, reach.Window{From: 0, Until: 1, Step: 1}, false); want[0] < foot[0] {
				o.ridden++
			}
			for p, q := range percent {
				if w := want[transit.Rank(q, len(want))-1]; got[p][k] != w {
					t.Fatalf("%s: row %d, column %d, %v %%: got %d, want %d of %v", what, i, k, q, got[p][k], w, want)
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if rows != len(from) {
		t.Fatalf("%s: %d rows, want %d", what, rows, len(from))
	}
}

func each(list []geo.Point) (out [][]geo.Point) {
	for _, p := range list {
		out = append(out, []geo.Point{p})
	}
	return out
}

// Cells to cells, with another timetable, with more stops, towards aims, from other
// points, backwards in time, and with a bicycle to the first stop: all as plain searches
// for every departure would have it.
func TestJourneysAreThoseOfPlainSearches(t *testing.T) {
	town := drawn(t)
	ridden := 0
	for range 3 { // of a hundred towns each
		rapid.Check(t, func(t *rapid.T) { ridden += town.journeys(t) })
	}
	if t.Logf("%d answers are faster than on foot", ridden); ridden < 150 {
		t.Errorf("only %d answers are faster than on foot: little was tested", ridden)
	}
}

func (town world) journeys(t *rapid.T) int {
	j := reach.Journey{Access: reach.Minutes(5), Change: reach.Minutes(3), Egress: reach.Minutes(4), Slack: transit.Second(rapid.IntRange(1, 40).Draw(t, "slack")), Longest: reach.Minutes(15)}
	if rapid.Bool().Draw(t, "bicycle") {
		j.By = &reach.Vehicle{Engine: town.bicycle, Limit: reach.Minutes(3), Park: 455}
	}
	stops, cells := points(t, 3, 6, "stop"), points(t, 1, 3, "cell")
	first := rapid.IntRange(1, len(stops)).Draw(t, "first")
	table := lines(t, stops[:first])
	o := &journeys{walk: town.walk, j: j, t: table, known: map[leg]reach.Decis{}}
	ctx, w := t.Context(), reach.Work{Cores: 1}
	must := func(tr *reach.Transit, err error) *reach.Transit {
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	tr := must(town.walk.NewTransit(ctx, table, town.walk.Join(cells, 0), j, nil, w))
	o.same(t, "cells", tr, each(cells), each(cells), false)
	o.same(t, "inbound", must(tr.Inbound(ctx)), each(cells), each(cells), true)
	if first < len(stops) {
		if _, err := tr.With(lines(t, stops)); !errors.Is(err, reach.ErrStops) {
			t.Fatalf("with more stops: %v", err)
		}
	}
	o.t = lines(t, stops)
	more := must(tr.Extended(ctx, o.t, w))
	o.same(t, "extended", more, each(cells), each(cells), false)
	o.t = lines(t, stops[:rapid.IntRange(1, len(stops)).Draw(t, "fewer")])
	fewer := must(more.With(o.t))
	o.same(t, "with", fewer, each(cells), each(cells), false)
	aims := []reach.Aim{{Points: points(t, 1, 3, "aim")}, {Points: points(t, 1, 2, "aim")}}
	to := [][]geo.Point{aims[0].Points, aims[1].Points}
	towards := must(fewer.Towards(ctx, aims, w))
	o.same(t, "towards", towards, each(cells), to, false)
	o.same(t, "towards, inbound", must(towards.Inbound(ctx)), to, each(cells), true)
	here := points(t, 1, 2, "from")
	o.same(t, "from", must(towards.From(ctx, here, w)), each(here), to, false)
	o.same(t, "twice backwards", must(must(towards.Inbound(ctx)).Inbound(ctx)), each(cells), to, false)
	return o.ridden
}
