package contribution_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/kit/shapley"
	wide "conurb/plan/contribution"
)

// region is three lines and a road to a town of two districts: a and b overlap in the
// first district, c serves the second. Line d was there before.
type region struct {
	mu    sync.Mutex
	asked map[string]int
	fails error
}

var lines = []circle.Work{
	{ID: "a", Project: true, Mode: "rail", Sections: []string{"a"}, Fen: 2e10},
	{ID: "b", Project: true, Mode: "rail", Sections: []string{"b"}, Fen: 1e10},
	{ID: "c", Project: true, Mode: "rail", Sections: []string{"c"}},
	{ID: "d", Mode: "rail", Sections: []string{"d"}},
	{ID: "road", Project: true, Mode: "road", Sections: []string{"road"}, Fen: 3e10},
	{ID: "drawn", Project: true, Mode: "rail", Sections: []string{"drawn"}, Mute: []string{"drawn"}},
	{ID: "never", Project: true, Mode: "rail", Sections: []string{"never"}},
}

// on lists what is in service: d from day 1, a from day 20, the rest with the plan.
func on(q circle.Asked) []string {
	var out []string
	for _, w := range lines {
		opened := w.ID == "d" || w.ID == "a" && q.AsOf >= 20
		if (opened || q.Complete && w.ID != "never") && !slices.Contains(q.Without, w.ID) {
			out = append(out, w.ID)
		}
	}
	return out
}

func (r *region) Works(asOf, _ area.Date) []circle.Work {
	out := slices.Clone(lines)
	for i := range out {
		out[i].Whole = slices.Contains(on(circle.Asked{AsOf: asOf}), out[i].ID)
	}
	return out
}

func (r *region) Rule() *measure.Rule {
	return &measure.Rule{OneHour: measure.OneHour{Headline: measure.Nearest}}
}

func (r *region) Evaluate(_ context.Context, q circle.Asked, _ circle.Progress) (*circle.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	open := on(q)
	key := strings.Join(open, " ")
	if r.asked[key]++; r.fails != nil {
		return nil, r.fails
	}
	has := func(id string) float64 {
		if slices.Contains(open, id) {
			return 1
		}
		return 0
	}
	first := 100*has("d") + 50*max(has("a"), has("b")) + 30*has("a") + 20*has("b")
	second := 40*has("c") + float64(min(q.AsOf, 25))/100 // something changes with the days alone
	of := func(code string, n float64) measure.ByDistrict {
		return measure.ByDistrict{District: measure.District{Code: code}, People: 500, Nearest: n / 500}
	}
	place := &measure.Place{People: []float64{300, 100, 5}, District: []int32{0, 1, -1}, Districts: []measure.District{{Code: "1"}, {Code: "2"}}}
	times := &measure.Times{}
	if q.Reach {
		times.Reached = []float64{10 * first, 10 * second, 7}
	}
	return &circle.Answer{Asked: q, Digest: key, Works: open, Place: place, Times: times, Result: &measure.Result{
		People:     1000,
		Indicators: []measure.Indicator{{ID: measure.Circle60Nearest, Unit: measure.Share, Value: (first + second) / 1000}, {ID: measure.Gini, Unit: measure.Ratio, Value: 0.5 - first/1000}},
		Districts:  []measure.ByDistrict{of("1", first), of("2", second)},
	}}, nil
}

func asked() contribution.Asked {
	return contribution.Asked{Base: 10, AsOf: 30, Complete: true, Today: 25, Mode: circle.Transit, Indicator: measure.Circle60, Method: wide.Shapley, Order: true, MostSets: wide.MostSets}
}

func TestPartsResidualAndTheRestAddUpToTheWholeChange(t *testing.T) {
	r := &region{asked: map[string]int{}}
	got, err := contribution.Divide(t.Context(), r, asked(), contribution.Work{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][3]float64{"a": {55, 55, 0}, "b": {45, 45, 0}, "c": {40, 0, 40}, "road": {}, "drawn": {}}
	if len(got.Division.Shares) != len(want) || len(got.Works) != len(want) {
		t.Fatalf("%d works: %+v", len(got.Works), got.Works)
	}
	for _, s := range got.Division.Shares {
		for m, w := range want[s.ID] {
			if math.Abs(s.Gain[m]-w) > 1e-9 {
				t.Errorf("%s, measure %d: got %v, want %v", s.ID, m, s.Gain[m], w)
			}
		}
		if quiet := s.ID == "road" || s.ID == "drawn"; s.Mute != quiet || s.Open != (s.ID == "a") {
			t.Errorf("%+v", s.Work)
		}
	}
	for m := range got.Start {
		sum := got.Other[m] + got.Division.Residual[m]
		for _, s := range got.Division.Shares {
			sum += s.Gain[m]
		}
		if change := got.End[m] - got.Start[m]; math.Abs(sum-change) > 1e-9 || change == 0 {
			t.Errorf("measure %d: parts add up to %v, the change is %v", m, sum, change)
		}
	}
	if math.Abs(got.Other[0]-0.15) > 1e-9 || got.Unit != measure.Share || len(got.Places) != 2 || got.Division.Measures[0].People != 1000 || got.Division.Measures[2].People != 500 {
		t.Errorf("%+v", got)
	}
	o := got.Order
	if o == nil || len(o.Steps) != 1 || o.Steps[0].ID != "b" || math.Abs(o.Steps[0].Gain-20) > 1e-9 || !slices.Equal(o.Unpriced, []string{"c", "drawn"}) || !slices.Equal(o.Left, []string{"road"}) {
		t.Errorf("order %+v", o)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	broken := errors.New("no people")
	for _, c := range []struct {
		name   string
		change func(*contribution.Asked, *region)
		want   error
	}{
		{"an unknown indicator", func(a *contribution.Asked, _ *region) { a.Indicator = "circle-90" }, contribution.ErrIndicator},
		{"one that the answer lacks", func(a *contribution.Asked, _ *region) { a.Indicator = measure.Palma }, contribution.ErrIndicator},
		{"a period of no days", func(a *contribution.Asked, _ *region) { a.AsOf, a.Complete = 10, false }, contribution.ErrPeriod},
		{"an order for evenness", func(a *contribution.Asked, _ *region) { a.Indicator = measure.Gini }, contribution.ErrNoOrder},
		{"a method by feeling", func(a *contribution.Asked, _ *region) { a.Method = "feeling" }, wide.ErrMethod},
		{"circles that fail", func(_ *contribution.Asked, r *region) { r.fails = broken }, broken},
	} {
		a, r := asked(), &region{asked: map[string]int{}}
		c.change(&a, r)
		if _, err := contribution.Divide(t.Context(), r, a, contribution.Work{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestEvennessIsDividedToo(t *testing.T) {
	a := asked()
	a.Indicator, a.Order = measure.Gini, false
	got, err := contribution.Divide(t.Context(), &region{asked: map[string]int{}}, a, contribution.Work{})
	if err != nil || got.Unit != measure.Ratio || len(got.Places) != 0 || math.Abs(got.Division.Shares[0].Gain[0]+0.055) > 1e-12 {
		t.Errorf("%+v (%v)", got, err)
	}
}

// Whom one reaches on average moves with every work, in the whole and where it lies.
func TestMeanReachIsDividedByDistrict(t *testing.T) {
	a := asked()
	a.Indicator = contribution.ReachMean
	got, err := contribution.Divide(t.Context(), &region{asked: map[string]int{}}, a, contribution.Work{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{{550. * 300 / 405, 550, 0}, {450. * 300 / 405, 450, 0}, {400. * 100 / 405, 0, 400}} {
		for m, w := range want {
			if g := got.Division.Shares[i].Gain[m]; math.Abs(g-w) > 1e-9 {
				t.Errorf("work %d, measure %d: got %v, want %v", i, m, g, w)
			}
		}
	}
	if got.Unit != measure.People || got.Division.Measures[1].People != 0 || got.Order == nil || len(got.Order.Steps) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestSetsAreKeptFromOneTimeToTheNext(t *testing.T) {
	folder := t.TempDir()
	digests := []string{}
	run := func() (map[string]int, *contribution.Answer) {
		r := &region{asked: map[string]int{}}
		var file *contribution.File
		got, err := contribution.Divide(t.Context(), r, asked(), contribution.Work{Keep: func(digest string) (shapley.Memo, error) {
			digests = append(digests, digest)
			var err error
			file, err = contribution.OpenFile(folder, digest)
			return file, err
		}})
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
		return r.asked, got
	}
	firstAsked, first := run()
	path := filepath.Join(folder, strings.TrimPrefix(digests[0], "sha256:")+".sets")
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	secondAsked, second := run()
	if len(firstAsked) != 9 || len(secondAsked) != 3 || digests[0] != digests[1] || first.Division.Shares[1].Gain[0] != second.Division.Shares[1].Gain[0] {
		t.Errorf("asked %d, then %d; digests %v", len(firstAsked), len(secondAsked), digests)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(kept), "\n"), "\n")
	if len(lines) != 8 {
		t.Fatalf("%d sets kept: %q", len(lines), kept)
	}
	damaged := strings.Replace(lines[3], "0", "1", 1) // another figure under the old checksum
	if damaged == lines[3] {
		t.Fatal("nothing to damage")
	}
	torn := strings.Join(lines[:3], "") + damaged + lines[4][:len(lines[4])/2]
	if err := os.WriteFile(path, []byte(torn), 0o644); err != nil {
		t.Fatal(err)
	}
	_, third := run()
	_, fourth := run()
	for m := range first.Start {
		for i := range first.Division.Shares {
			if a, b, c := first.Division.Shares[i].Gain[m], third.Division.Shares[i].Gain[m], fourth.Division.Shares[i].Gain[m]; a != b || a != c {
				t.Errorf("work %d, measure %d: %v, then %v and %v", i, m, a, b, c)
			}
		}
	}
}

func FuzzFilesOfSets(f *testing.F) {
	f.Add([]byte("3 1.5 2 00000000\n"))
	f.Add([]byte("0 1 5a3e\n\n 3\nffffffffffffffff NaN 0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "x.sets"), b, 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := contribution.OpenFile(folder, "sha256:x")
		if err != nil {
			t.Fatal(err)
		}
		want := []float64{1.25, -3e200, float64(len(b))}
		if err := errors.Join(m.Keep(5, want), m.Close()); err != nil {
			t.Fatal(err)
		}
		if m, err = contribution.OpenFile(folder, "sha256:x"); err != nil {
			t.Fatal(err)
		}
		if got, ok := m.Recall(5); !ok || !slices.Equal(got, want) {
			t.Fatalf("%s after %s: %v", strconv.Itoa(5), b, got)
		}
		m.Close()
	})
}
