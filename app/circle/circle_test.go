package circle

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	measure "conurb/connect/circle"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/strategic"
	"conurb/connect/street"
)

// TestTimesAreThoseOfAllCellsAtOnce: cells far from every station are answered without
// trains, the others with them; asking about all cells with trains gives the same.
func TestTimesAreThoseOfAllCellsAtOnce(t *testing.T) {
	c := valley(t, nil)
	for _, mode := range []string{Transit, Bicycle} {
		got := evaluate(t, c, Asked{Mode: mode, Complete: true, Reach: true})
		b, err := c.base.Get(nil)
		if err != nil {
			t.Fatal(err)
		}
		l, err := c.legs(t.Context(), b, mode, nil)
		if err != nil {
			t.Fatal(err)
		}
		near := len(l.near) - len(b.place.Centres)
		if near == 0 || near == len(b.place.Point) {
			t.Fatalf("%s: %d of %d cells are near a station: nothing is compared", mode, near, len(b.place.Point))
		}
		w := c.rule.Walk
		if mode == Bicycle {
			w = c.rule.Bicycle.Limits()
		}
		table, _ := c.timetable(got.Asked, got.isOpen)
		whole, err := l.engine.NewTransit(t.Context(), table, l.all, reach.Journey{Access: reach.Minutes(w.Access), Change: reach.Minutes(w.Change),
			Egress: reach.Minutes(w.Egress), Slack: 60, Longest: reach.Minutes(c.rule.Walk.Longest)}, nil, reach.Work{})
		if err != nil {
			t.Fatal(err)
		}
		toward, err := whole.Towards(t.Context(), b.aims, reach.Work{})
		if err != nil {
			t.Fatal(err)
		}
		rows := append(slices.Clone(got.Times.Centre), got.Times.Service...)
		riding := 0
		err = toward.Percentiles(t.Context(), c.departures(), []float64{50}, reach.Work{}, func(origin int, times [][]reach.Decis) error {
			for aim, row := range rows {
				if origin < len(row) && min(l.direct[aim][origin], decis(times[0][aim])) != row[origin] { // sweeps end ways without a train at 109 minutes
					t.Errorf("%s: from %s to aim %d: %v tenths, of all cells %v", mode, b.place.Cells[origin], aim, row[origin], times[0][aim])
				}
				if origin < len(row) && row[origin] < l.direct[aim][origin] {
					riding++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if riding < 10 {
			t.Errorf("%s: only %d times are by train", mode, riding)
		}
		people := append(slices.Clone(b.people), 0, 0, 0)
		q := reach.Question{Limits: []reach.Decis{reach.Minutes(60)}, Columns: [][]float64{people}}
		err = whole.Counts(t.Context(), c.departures(), 50, q, reach.Work{}, func(origin int, s reach.Sums) error {
			if origin < len(got.Times.Reached) && got.Times.Reached[origin] != s.At[0][0] {
				t.Errorf("%s: %s reaches %v people, of all cells %v", mode, b.place.Cells[origin], got.Times.Reached[origin], s.At[0][0])
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoWorkMakesAnybodyLater, whatever else is open and by whichever mode.
func TestNoWorkMakesAnybodyLater(t *testing.T) {
	c := valley(t, nil)
	works := ids(c.Works(0, 0))
	if want := []string{"levee-road-1", "tram-to-ford", "lighthouse-line"}; !slices.Equal(works, want) {
		t.Fatalf("works %v, want %v", works, want)
	}
	for _, mode := range Modes {
		changed := 0
		for _, set := range sets(works) {
			for _, w := range works {
				if slices.Contains(set, w) {
					continue
				}
				rest := slices.DeleteFunc(slices.Clone(works), func(id string) bool { return slices.Contains(set, id) })
				after := slices.DeleteFunc(slices.Clone(rest), func(id string) bool { return id == w })
				got, err := c.Compare(t.Context(), Asked{Mode: mode, With: set, Without: rest}, Asked{Mode: mode, With: append(slices.Clone(set), w), Without: after}, nil)
				if err != nil {
					t.Fatal(err)
				}
				later(t, mode+" "+w+" beside "+strings.Join(set, " "), got)
				if got.Change.Total.Gain > 0 {
					changed++
				}
			}
		}
		if changed == 0 && mode != Bicycle { // in so small a valley a bicycle is as fast as any train
			t.Errorf("%s: no work changes anything", mode)
		}
	}
}

// later holds that nobody takes longer to any centre or service.
func later(t *testing.T, what string, c *Comparison) {
	t.Helper()
	a, b := c.Before.Times, c.After.Times
	for i, row := range append(slices.Clone(a.Centre), a.Service...) {
		next := append(slices.Clone(b.Centre), b.Service...)[i]
		for cell, at := range row {
			if next[cell] > at {
				t.Errorf("%s: %s takes %v tenths to aim %d, before %v", what, c.After.Place.Cells[cell], next[cell], i, at)
				return
			}
		}
	}
	if c.Change.Total.Lose != 0 {
		t.Errorf("%s: %v people lose", what, c.Change.Total.Lose)
	}
}

// TestAClosedRoadIsNoRoad: travel times without end on a part are those of a network
// laid without its ways.
func TestAClosedRoadIsNoRoad(t *testing.T) {
	c := valley(t, nil)
	got := evaluate(t, c, Asked{Mode: Car, AsOf: day(2024, 4, 30)}) // earlier, Mouth would have no road at all
	open := evaluate(t, c, Asked{Mode: Car})
	b, _ := c.base.Get(nil)
	r, _ := b.roads.Get(nil)
	closed := c.closed(r, got.Asked, got.isOpen)
	if want := []string{linkMark + "valley-expressway"}; !slices.Equal(closed, want) {
		t.Fatalf("closed %v, want %v", closed, want)
	}
	n, sketch := c.everyRoad()
	cells := b.ground.Cells
	src, _, err := strategic.Source(n, sketch, cells, strategic.DefaultRule(), c.today, c.today)
	if err != nil {
		t.Fatal(err)
	}
	p, err := street.Builtin("car")
	if err != nil {
		t.Fatal(err)
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.Build(t.Context(), without{src, closed}, []network.Rules{{Profile: p}}, network.Plan{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	net.Modes[0].Graph = r.doorless(net.Modes[0].Graph, c.closable())
	e := reach.New(net.Modes[0])
	rows, err := nearestOf(t.Context(), e, e.Join(b.points, 0), aimedAt(e, b.aims), c.free(c.rule.Walk.Longest), c.driven)
	if err != nil {
		t.Fatal(err)
	}
	sooner, differ := 0, 0
	for i, row := range got.Times.Centre {
		for cell, at := range row {
			if at != rows[i][cell] {
				differ++
			}
			if open.Times.Centre[i][cell] < at {
				sooner++
			}
		}
	}
	if differ > 0 {
		t.Errorf("%d times differ from those of a network without the roads", differ)
	}
	if sooner == 0 {
		t.Error("nobody is sooner with the roads: nothing is compared")
	}
}

// without is a source without the ways of some parts.
type without struct {
	street.Source
	parts []string
}

func (s without) Ways(visit func(street.MapWay) error) error {
	return s.Source.Ways(func(w street.MapWay) error {
		if part, ok := strings.CutPrefix(w.Tags.Get("ref"), partMark); ok && slices.Contains(s.parts, part) {
			return nil
		}
		return visit(w)
	})
}

func TestDrivenAndFreeAgree(t *testing.T) {
	for _, congestion := range []float64{1, 1.3, 1.7} {
		c := &Circles{rule: &measure.Rule{Car: measure.Car{Door: 5, Congestion: congestion}}}
		for minutes := 6.0; minutes < 90; minutes += 0.25 {
			f := c.free(minutes)
			if c.driven(f) > measure.Minutes(minutes) || c.driven(f+1) <= measure.Minutes(minutes) {
				t.Fatalf("times %v, %v minutes: %v on empty roads is driven in %v, one more in %v", congestion, minutes, f, c.driven(f), c.driven(f+1))
			}
		}
	}
}

func TestWhatIsOpen(t *testing.T) {
	c := valley(t, nil)
	for _, row := range []struct {
		name  string
		asked Asked
		open  string
	}{
		{"the eve", Asked{AsOf: day(2023, 11, 19)}, "shore-old tram-1-town"},
		{"the road opens", Asked{AsOf: day(2023, 11, 20)}, "levee-road-1 shore-old tram-1-town"},
		{"not known yet", Asked{AsOf: day(2024, 12, 31), Believed: day(2024, 1, 1)}, "levee-road-1 shore-old tram-1-town"},
		{"today", Asked{}, "levee-road-1 shore-old tram-1-ford tram-1-town"},
		{"plan complete", Asked{Complete: true}, "levee-road-1 shore-lighthouse shore-old tram-1-ford tram-1-town"},
		{"without the tram", Asked{Complete: true, Without: []string{"tram-to-ford"}}, "levee-road-1 shore-lighthouse shore-old tram-1-town"},
		{"with the lighthouse", Asked{AsOf: day(2023, 1, 1), With: []string{"lighthouse-line"}}, "shore-lighthouse shore-old tram-1-town"},
	} {
		if got := strings.Join(evaluate(t, c, row.asked).Open, " "); got != row.open {
			t.Errorf("%s: open are %s, want %s", row.name, got, row.open)
		}
	}
}

func TestTheSameIsNeverComputedTwice(t *testing.T) {
	c := valley(t, nil)
	steps := 0
	count := func(string, int, int) { steps++ }
	a, err := c.Evaluate(t.Context(), Asked{}, count)
	if err != nil || steps == 0 {
		t.Fatal(err, steps)
	}
	steps = 0
	b, err := c.Evaluate(t.Context(), Asked{AsOf: c.today - 1, Threshold: 0.2, Without: []string{"levee-road-1"}}, count) // no train runs on the road
	if err != nil || steps != 0 || b.Digest != a.Digest {
		t.Errorf("the same trains: %d steps, digests %s and %s (%v)", steps, a.Digest, b.Digest, err)
	}
	if v := b.Result.Indicator(measure.Circle60).Verdict; v.Threshold != 0.2 {
		t.Errorf("threshold %v", v.Threshold)
	}
	if d := evaluate(t, c, Asked{Without: []string{"tram-to-ford"}}); d.Digest == a.Digest {
		t.Error("another timetable has the same digest")
	}
}

func TestWorksThatChangeNothing(t *testing.T) {
	c := valley(t, func(files map[string][]byte) {
		files["network/services.yaml"] = []byte(strings.Replace(trains, "stops: [weir-central, mouth-quay, lighthouse], run: [840, 240]", "stops: [weir-central, mouth-quay], run: [840]", 1))
	})
	for _, w := range c.Works(0, 0) {
		if got, want := len(w.Mute) == len(w.Sections), w.ID == "lighthouse-line"; got != want {
			t.Errorf("%s: sections %v, of them mute %v", w.ID, w.Sections, w.Mute)
		}
	}
}

func TestRefusals(t *testing.T) {
	c := valley(t, nil)
	if _, err := c.Evaluate(t.Context(), Asked{Mode: "boat"}, nil); !errors.Is(err, ErrMode) {
		t.Errorf("by boat: %v", err)
	}
	var work *WorkError
	if _, err := c.Evaluate(t.Context(), Asked{With: []string{"bridge"}}, nil); !errors.As(err, &work) || work.ID != "bridge" || len(work.Known) != 3 {
		t.Errorf("an unknown work: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Evaluate(ctx, Asked{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	evaluate(t, c, Asked{}) // and is computed all the same for the next one
	var service *ServiceError
	noSchool := valley(t, func(files map[string][]byte) {
		files[RuleFile] = []byte(strings.Replace(string(files[RuleFile]), "value: [university]", "value: [hospital]", 1))
	})
	if _, err := noSchool.Evaluate(t.Context(), Asked{}, nil); !errors.As(err, &service) || service.ID != "hospital" {
		t.Errorf("a service without a place: %v", err)
	}
}

func TestARuleNamesSourcesOfThePack(t *testing.T) {
	c := valley(t, nil)
	text := strings.Replace(string(c.pack.Files[RuleFile]), "source: charter", "source: hearsay", 1)
	rule, problems := measure.ReadRule("mine.yaml", []byte(text))
	if rule == nil {
		t.Fatal(problems)
	}
	_, err := New(c.pack, c.ground, rule, c.today)
	var faults RuleFaults
	if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Code != "unknown-source" || faults[0].Field != "scope.source" || faults[0].Line != 9 {
		t.Errorf("got %v", err)
	}
}

func TestShelf(t *testing.T) {
	var s shelf[int]
	made := make(chan struct{})
	begun := make(chan struct{})
	results := make(chan int, 3)
	go func() {
		v, _ := s.get(t.Context(), "a", func() (int, error) { close(begun); <-made; return 7, nil })
		results <- v
	}()
	<-begun
	for range 2 {
		go func() {
			v, _ := s.get(t.Context(), "a", func() (int, error) { t.Error("made twice"); return 0, nil })
			results <- v
		}()
	}
	close(made)
	for range 3 {
		if v := <-results; v != 7 {
			t.Errorf("got %d", v)
		}
	}
	if _, err := s.get(t.Context(), "b", func() (int, error) { return 0, errors.ErrUnsupported }); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
	if v, err := s.get(t.Context(), "b", func() (int, error) { return 8, nil }); v != 8 || err != nil {
		t.Errorf("after a failure: %d, %v", v, err)
	}
	for i := range keptAnswers + 5 {
		_, _ = s.get(t.Context(), string(rune('A'+i)), func() (int, error) { return i, nil })
	}
	if len(s.kept) != keptAnswers || len(s.order) != keptAnswers {
		t.Errorf("%d kept, %d in order", len(s.kept), len(s.order))
	}
}

// A panic in whoever makes a value leaves nobody waiting, and the next one makes it.
func TestAShelfOutlivesAPanic(t *testing.T) {
	var s shelf[int]
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is swallowed")
			}
		}()
		_, _ = s.get(t.Context(), "a", func() (int, error) { panic("broken") })
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if got, err := s.get(ctx, "a", func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("afterwards %d, %v", got, err)
	}
}
