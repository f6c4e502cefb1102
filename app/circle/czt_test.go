package circle

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"

	"conurb/app/ground"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/connect/reach"
	"conurb/plan/pack"
	"conurb/region"
)

// shared are the circles of the region, made once for all tests: they are asked, never
// changed.
var shared struct {
	once sync.Once
	dir  string
	c    *Circles
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.dir != "" {
		_ = os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

func czt(t *testing.T) *Circles {
	t.Helper()
	shared.once.Do(func() {
		p, problems := pack.Load(region.CZT())
		if p == nil {
			t.Fatal(problems)
		}
		if shared.dir, shared.err = os.MkdirTemp("", "circles"); shared.err != nil {
			return
		}
		home := ground.Home{Data: shared.dir, Now: today}
		shared.c, shared.err = New(p, func(ctx context.Context) (*reach.Ground, error) { return ground.Region(ctx, home, p, nil) }, nil, area.DateOf(today))
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.c
}

// TestNoWorkOfTheRegionMakesAnybodyLater: each taken alone out of the plan complete.
func TestNoWorkOfTheRegionMakesAnybodyLater(t *testing.T) {
	c := czt(t)
	works := c.Works(0, 0)
	changed := 0
	for _, mode := range []string{Transit, Car} {
		for _, w := range works {
			if len(w.Mute) == len(w.Sections) || (w.Mode == "road") != (mode == Car) {
				continue
			}
			got, err := c.Compare(t.Context(), Asked{Mode: mode, Complete: true, Without: []string{w.ID}}, Asked{Mode: mode, Complete: true, With: []string{w.ID}}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if later(t, mode+" "+w.ID, got); got.Change.Total.Gain > 0 {
				changed++
			}
		}
	}
	if changed < 5 {
		t.Errorf("only %d works change anything", changed)
	}
}

// TestOpeningsChangeTheirDistricts: what opened inside the plan's time changes times
// where it lies and nowhere else, and nobody is later for it.
func TestOpeningsChangeTheirDistricts(t *testing.T) {
	c := czt(t)
	for _, o := range []struct {
		name   string
		opened area.Date
		must   []string // districts where people get to a centre sooner
		may    []string // where they may
	}{
		{"Yiyang to Changsha", day(2022, 9, 6), []string{"430182"}, []string{"430104", "430112", "430381", "430382"}},
		{"Changde to Yiyang, outside of the area", day(2022, 12, 26), nil, []string{"430182", "430104", "430112"}},
		{"West Ring Line", day(2023, 6, 28), []string{"430104", "430302"}, []string{"430103", "430281", "430304", "430321", "430381", "430382"}},
	} {
		for _, mode := range []string{Transit, Bicycle} {
			got, err := c.Compare(t.Context(), Asked{AsOf: o.opened - 1, Mode: mode}, Asked{AsOf: o.opened, Mode: mode}, nil)
			if err != nil {
				t.Fatal(err)
			}
			later(t, o.name, got)
			sooner := map[string]float64{}
			for _, d := range got.Change.Districts {
				if d.Gain.Gain > 0 {
					sooner[d.Code] = d.Gain.Gain
				}
			}
			for _, code := range o.must {
				if sooner[code] < 1000 {
					t.Errorf("%s, %s: only %v people of %s are sooner", o.name, mode, sooner[code], code)
				}
			}
			for code, n := range sooner {
				if !slices.Contains(o.must, code) && !slices.Contains(o.may, code) {
					t.Errorf("%s, %s: %v people of %s are sooner", o.name, mode, n, code)
				}
			}
		}
	}
}

// TestFourDates: shares never fall from one date to the next while nothing closes, the
// census is kept, and nobody is cut off by the roads that are not open yet.
func TestFourDates(t *testing.T) {
	c := czt(t)
	for _, mode := range []string{Transit, Car} {
		var last *Answer
		for _, a := range []Asked{{AsOf: day(2021, 12, 31)}, {AsOf: day(2023, 12, 31)}, {}, {Complete: true}} {
			a.Mode = mode
			got := evaluate(t, c, a)
			if got.Result.People != 14_664_180 {
				t.Errorf("%v people count, want those of the census in the scope", got.Result.People)
			}
			if len(got.Modelled) < 2 || len(got.Result.Missing) == 0 {
				t.Errorf("%s: modelled %v, missing %v: it does not say so", mode, got.Modelled, got.Result.Missing)
			}
			for _, i := range got.Result.Indicators {
				if last != nil && i.Unit == measure.Share && i.Value < last.Result.Indicator(i.ID).Value {
					t.Errorf("%s, %v: %s falls from %v to %v", mode, a.AsOf, i.ID, last.Result.Indicator(i.ID).Value, i.Value)
				}
			}
			last = got
		}
	}
	first, last := evaluate(t, c, Asked{AsOf: day(2021, 12, 31), Mode: Car}), evaluate(t, c, Asked{Complete: true, Mode: Car})
	for cell, at := range last.Times.Nearest() {
		if at != measure.Never && first.Times.Nearest()[cell] == measure.Never && at < measure.Minutes(c.rule.Walk.Longest-30) {
			t.Errorf("%s is cut off before the roads of the plan are open", last.Place.Cells[cell])
		}
	}
}
