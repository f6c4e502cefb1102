package reach_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/kit/geo"
)

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// legs holds a journey to what every journey is: legs follow one another without gaps,
// vehicles run as the timetable says, walks are those of the streets, slack is kept.
func legs(t failer, tt *transit.Timetable, j reach.Journey, it *reach.Itinerary) {
	t.Helper()
	at, stop, sum := it.Depart, transit.Stop(transit.None), transit.Second(0)
	for i, l := range it.Legs {
		if l.Depart != at || l.Arrive < l.Depart || l.From != stop {
			t.Fatalf("leg %d of %+v begins at stop %d at %d, not %d at %d", i, it, l.From, l.Depart, stop, at)
		}
		switch l.By {
		case reach.Wait:
			if l.Arrive-l.Depart < j.Slack || it.Legs[i+1].By != reach.Ride {
				t.Fatalf("leg %d of %+v: a wait of %d s before %s", i, it, l.Arrive-l.Depart, it.Legs[i+1].By)
			}
		case reach.Ride:
			leaves, arrives := false, false
			for e := tt.TripFirst[l.Trip]; e < tt.TripFirst[l.Trip+1]; e++ {
				leaves = leaves || tt.EventStop[e] == l.From && tt.Depart[e] == l.Depart
				arrives = arrives || leaves && tt.EventStop[e] == l.To && tt.Arrive[e] == l.Arrive
			}
			if !leaves || !arrives && tt.Stay[l.Trip] == transit.None {
				t.Fatalf("leg %d of %+v: trip %d does not run so", i, it, l.Trip)
			}
		}
		at, stop, sum = l.Arrive, l.To, sum+l.Arrive-l.Depart
	}
	if at != it.Arrive || sum != it.Time() || stop != transit.None && len(it.Legs) > 0 && it.Legs[len(it.Legs)-1].By != reach.Ride {
		t.Fatalf("%+v ends at %d after %d s", it, at, sum)
	}
}

// during are the times of all departures of a window by a pair's journeys and its walk.
func during(p *reach.Pair, w reach.Window, longest reach.Decis) []reach.Decis {
	var out []reach.Decis
	list := p.During(w)
	for d := w.From; d < w.Until; d += w.Step {
		best := p.Foot
		for _, it := range list {
			if it.Depart >= d {
				best = min(best, it.Arrive-d)
				break
			}
		}
		if best > transit.Second(longest/10) {
			out = append(out, reach.Never)
		} else {
			out = append(out, reach.Decis(best)*10)
		}
	}
	return out
}

// traced holds the lines of a journey's legs to one another: each begins where the one
// before ends.
func traced(t failer, p *reach.Pair, it *reach.Itinerary) {
	t.Helper()
	at := p.From
	for i, l := range it.Legs {
		line := p.Line(l)
		if l.By == reach.Wait {
			continue
		}
		if len(line) < 2 && l.From != l.To || geo.Distance(line[0], at) > 1 {
			t.Fatalf("leg %d of %+v is drawn from %v, not from %v", i, it, line, at)
		}
		at = line[len(line)-1]
	}
	if geo.Distance(at, p.To) > 1 {
		t.Fatalf("%+v is drawn to %v, not to %v", it, at, p.To)
	}
}

func TestItinerariesAddUpInDrawnTowns(t *testing.T) {
	town, rides := drawn(t), 0
	for range 30 { // of a hundred towns each
		rapid.Check(t, func(t *rapid.T) {
			j := reach.Journey{Access: reach.Minutes(5), Change: reach.Minutes(3), Egress: reach.Minutes(4), Slack: transit.Second(rapid.IntRange(1, 40).Draw(t, "slack")), Longest: reach.Minutes(15)}
			if rapid.Bool().Draw(t, "bicycle") {
				j.By = &reach.Vehicle{Engine: town.bicycle, Limit: reach.Minutes(3), Park: 455}
			}
			ends := points(t, 2, 2, "end")
			table := lines(t, points(t, 2, 6, "stop"))
			tr, err := town.walk.NewTransit(t.Context(), table, town.walk.Join(nil, 0), j, nil, reach.Work{Cores: 1})
			if err != nil {
				t.Fatal(err)
			}
			o := &journeys{walk: town.walk, j: j, t: table, known: map[leg]reach.Decis{}}
			p, err := tr.Pair(t.Context(), ends[0], ends[1], reach.Work{Cores: 1})
			if err != nil {
				t.Fatal(err)
			}
			got, want := during(p, shortly, j.Longest), o.times(ends[0], ends[1:], shortly, false)
			for i, d := 0, shortly.From; d < shortly.Until; i, d = i+1, d+shortly.Step {
				it, err := p.At(d)
				if err == nil {
					legs(t, table, j, it)
					traced(t, p, it)
					if it.Takes(reach.Ride) > 0 {
						rides++
					}
				}
				if err != nil && (!errors.Is(err, reach.ErrNoWay) || got[i] != reach.Never) || err == nil && reach.Decis(it.Time())*10 != got[i] {
					t.Fatalf("leaving at %d: %+v, %v; during the window it takes %d", d, it, err, got[i])
				}
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
		})
	}
	if rides < 150 {
		t.Errorf("only %d journeys by public transport: little was tested", rides)
	}
}

// On measured timetables the journeys of pairs tell what percentiles tell.
func TestItinerariesAreThoseOfPercentiles(t *testing.T) {
	e, all, table, transfers := portoAlegre(t)
	points := pick(all, 24, 7)
	j := reach.DefaultJourney()
	j.Longest = reach.Minutes(90)
	tr, err := e.NewTransit(t.Context(), table, e.Join(points, 0), j, transfers, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	percent := []float64{5, 50, 95}
	random, pairs, changes := rand.New(rand.NewPCG(1, 2)), 0, 0
	if err := tr.Percentiles(t.Context(), afternoon, percent, reach.Work{}, func(from int, times [][]reach.Decis) error {
		for to := range points[:13] {
			p, err := tr.Pair(t.Context(), points[from], points[to], reach.Work{})
			if errors.Is(err, reach.ErrNothingJoined) {
				continue
			}
			if err != nil {
				return err
			}
			got := during(p, afternoon, j.Longest)
			changes += pair(t, p, table, j, afternoon.From+transit.Second(60*random.IntN(120)), got)
			slices.Sort(got)
			for i, q := range percent {
				if g := got[transit.Rank(q, len(got))-1]; g != times[i][to] {
					t.Fatalf("from %v to %v, %v %%: journeys take %d, want %d", points[from], points[to], q, g, times[i][to])
				}
			}
			pairs++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if t.Logf("%d pairs, %d changes", pairs, changes); pairs < 300 || changes < 100 {
		t.Errorf("%d pairs with %d changes: little was tested", pairs, changes)
	}
}

// pair holds the journeys of a pair to the timetable; it tells how many changes they have.
func pair(t *testing.T, p *reach.Pair, table *transit.Timetable, j reach.Journey, depart transit.Second, got []reach.Decis) (changes int) {
	t.Helper()
	for _, it := range p.During(afternoon) {
		legs(t, table, j, &it)
		changes += it.Changes()
	}
	it, err := p.At(depart)
	want := got[(depart-afternoon.From)/60]
	if err != nil && want != reach.Never || err == nil && reach.Decis(it.Time())*10 != want {
		t.Fatalf("leaving at %d: %+v, %v; want %d", depart, it, err, want)
	}
	return changes
}

func BenchmarkPair(b *testing.B) {
	e, points, table, transfers := portoAlegre(b)
	tr, err := e.NewTransit(b.Context(), table, e.Join(points, 0), reach.DefaultJourney(), transfers, reach.Work{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p, err := tr.Pair(b.Context(), cathedral, geo.Point{-51.17, -30.02}, reach.Work{})
		if err != nil {
			b.Fatal(err)
		}
		p.During(afternoon)
	}
}
