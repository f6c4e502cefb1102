package contribution_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/shapley"
	"conurb/plan/contribution"
)

const yi = int64(1e10) // fen

// town is works whose measures are a function of the set that is in service.
type town struct {
	works    []contribution.Work
	measures []contribution.Measure
	value    func(on shapley.Set) []float64
}

func (t *town) Works() []contribution.Work       { return t.works }
func (t *town) Measures() []contribution.Measure { return t.measures }
func (t *town) Value(_ context.Context, on shapley.Set) ([]float64, error) {
	return t.value(on), nil
}

// quarters is a town of quarters of so many people, each of which gains by any one of
// the works named by a letter: works overlap and never help each other.
func quarters(works []contribution.Work, of map[string]float64) *town {
	names := []string{}
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	return &town{works, []contribution.Measure{{Indicator: "circle-60", People: 1000}}, func(on shapley.Set) []float64 {
		sum := 100.0
		for _, name := range names {
			for i, w := range works {
				if on.Has(i) && slices.Contains([]byte(name), w.ID[0]) {
					sum += of[name]
					break
				}
			}
		}
		return []float64{sum}
	}}
}

func study(t testing.TB, v contribution.Valuer) *contribution.Study {
	t.Helper()
	s, err := contribution.NewStudy(v, shapley.Work{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ids(o *contribution.Order) []string {
	out := []string{}
	for _, s := range o.Steps {
		out = append(out, s.ID)
	}
	return out
}

var three = []contribution.Work{{ID: "a", Fen: 2 * yi}, {ID: "b", Fen: yi}, {ID: "c"}}

func TestOverlappingLinesShareWhatTheyBothServe(t *testing.T) {
	v := quarters(three, map[string]float64{"a": 30, "ab": 20, "bc": 12, "abc": 6})
	s := study(t, v)
	for _, c := range []struct {
		method   contribution.Method
		want     []float64
		residual float64
	}{
		{contribution.Shapley, []float64{30 + 10 + 2, 10 + 6 + 2, 6 + 2}, 0},
		{contribution.LeaveOneOut, []float64{30, 0, 0}, 38},
		{contribution.AddFirst, []float64{56, 38, 18}, -44},
	} {
		d, err := s.Divide(t.Context(), c.method, shapley.Sampling{})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if got := d.Shares[i].Gain[0]; math.Abs(got-want) > 1e-12 || d.Shares[i].Error != nil {
				t.Errorf("%s, work %d: got %v, want %v", c.method, i, got, want)
			}
		}
		if d.Before[0] != 100 || d.After[0] != 168 || math.Abs(d.Residual[0]-c.residual) > 1e-12 {
			t.Errorf("%s: %v to %v, residual %v", c.method, d.Before, d.After, d.Residual)
		}
	}
	d, _ := s.Divide(t.Context(), contribution.Shapley, shapley.Sampling{})
	if got, ok := d.Shares[0].PerYi(0); !ok || got != 21 {
		t.Errorf("42 people for two 亿元: %v", got)
	}
	if _, ok := d.Shares[2].PerYi(0); ok {
		t.Error("gain per yuan of a work whose cost nobody knows")
	}
	if _, err := s.Divide(t.Context(), "by feeling", shapley.Sampling{}); !errors.Is(err, contribution.ErrMethod) {
		t.Errorf("a method by feeling: %v", err)
	}
}

func TestMuteWorksAreNeverAskedAbout(t *testing.T) {
	works := []contribution.Work{{ID: "x", Mute: true, Fen: yi}, {ID: "a", Fen: yi}, {ID: "y", Mute: true}, {ID: "b", Fen: yi}}
	v := quarters(works, map[string]float64{"a": 30, "b": 5})
	inner := v.value
	v.value = func(on shapley.Set) []float64 {
		if on.Has(0) || on.Has(2) {
			t.Errorf("asked about %b", on)
		}
		return inner(on)
	}
	s := study(t, v)
	d, err := s.Divide(t.Context(), contribution.Shapley, shapley.Sampling{})
	if err != nil || s.Players() != 2 || d.Shares[0].Gain[0] != 0 || d.Shares[1].Gain[0] != 30 || d.Shares[3].Gain[0] != 5 {
		t.Errorf("%+v (%v)", d, err)
	}
	o, err := s.Order(t.Context(), 0, 0, contribution.MostSets)
	if err != nil || !slices.Equal(ids(o), []string{"a", "b"}) || !slices.Equal(o.Left, []string{"x"}) || !slices.Equal(o.Unpriced, []string{"y"}) {
		t.Errorf("%+v (%v)", o, err)
	}
}

func TestManyWorksAreSampled(t *testing.T) {
	var works []contribution.Work
	of := map[string]float64{}
	for c := byte('a'); c < 'a'+18; c++ {
		works = append(works, contribution.Work{ID: string(c)})
		of[string(c)+string('a'+(c-'a'+1)%18)] = float64(c - 'a')
	}
	d, err := study(t, quarters(works, of)).Divide(t.Context(), contribution.Shapley, shapley.Sampling{Seed: 3, Orders: 200})
	if err != nil || d.Orders != 200 || math.Abs(d.Residual[0]) > 1e-9 {
		t.Fatalf("%+v (%v)", d, err)
	}
	for i, s := range d.Shares { // each pair of neighbours shares a quarter equally
		want := (float64(i) + float64((i+17)%18)) / 2
		if math.Abs(s.Gain[0]-want) > 4*s.Error[0]+1e-9 {
			t.Errorf("work %d: got %v ± %v, want %v", i, s.Gain[0], s.Error[0], want)
		}
	}
}

func TestTheBestChoiceUnderABudget(t *testing.T) {
	works := []contribution.Work{
		{ID: "a", Fen: 10 * yi}, {ID: "b", Fen: 5 * yi}, {ID: "c", Fen: 5 * yi}, {ID: "d", Fen: 40 * yi}, {ID: "e"}, {ID: "f", Fen: yi, Open: true}, {ID: "g", Fen: yi},
	}
	v := quarters(works, map[string]float64{"a": 100, "ab": 10, "b": 45, "c": 45, "d": 500, "e": 70, "f": 1})
	for _, c := range []struct {
		name   string
		budget int64
		steps  []string
		gain   float64
		left   []string
	}{
		{"both halves and not the dearer whole", 9 * yi, []string{"b"}, 55, []string{"a", "d", "c", "g"}},
		{"the whole, not the halves", 10 * yi, []string{"a"}, 110, []string{"d", "b", "c", "g"}},
		{"all but the dearest, the best for its money first", 20 * yi, []string{"a", "b", "c"}, 200, []string{"d", "g"}},
		{"no limit", 0, []string{"d", "a", "b", "c"}, 700, []string{"g"}},
		{"nothing to be had", yi / 2, []string{}, 0, []string{"a", "b", "c", "d", "g"}},
	} {
		o, err := study(t, v).Order(t.Context(), 0, c.budget, contribution.MostSets)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(ids(o), c.steps) || o.Gain != c.gain || o.Bound != c.gain || !o.Exact || !slices.Equal(o.Left, c.left) || !slices.Equal(o.Unpriced, []string{"e"}) {
			t.Errorf("%s: %+v", c.name, o)
		}
		if c.budget > 0 && o.Spent > c.budget {
			t.Errorf("%s: %d spent", c.name, o.Spent)
		}
	}
	if _, err := study(t, v).Order(t.Context(), 0, -1, 1); !errors.Is(err, contribution.ErrBudget) {
		t.Errorf("budget below nought: %v", err)
	}
}

// A trunk and a feeder: each alone adds little, together much. Greedy choices see that
// works help each other, and say that one bound does not hold.
func TestWorksThatHelpEachOtherAreSeen(t *testing.T) {
	works := []contribution.Work{{ID: "trunk", Fen: 4 * yi}, {ID: "feeder", Fen: yi}, {ID: "other", Fen: 5 * yi}}
	v := &town{works, []contribution.Measure{{Indicator: "circle-60"}}, func(on shapley.Set) []float64 {
		sum := 0.0
		if on.Has(0) {
			sum += 10
		}
		if on.Has(1) {
			sum += 1
		}
		if on.Has(0) && on.Has(1) {
			sum += 50
		}
		if on.Has(2) {
			sum += 30
		}
		return []float64{sum}
	}}
	best, err := study(t, v).Order(t.Context(), 0, 5*yi, contribution.MostSets)
	if err != nil || best.Gain != 61 || !slices.Equal(ids(best), []string{"trunk", "feeder"}) || best.Helps == 0 {
		t.Errorf("%+v (%v)", best, err)
	}
	greedy, err := study(t, v).Order(t.Context(), 0, 5*yi, 0)
	if err != nil || greedy.Exact || greedy.Gain != 30 || greedy.Bound != 91 || greedy.Falls != 0 {
		t.Errorf("%+v (%v)", greedy, err)
	}
	all, err := study(t, v).Order(t.Context(), 0, 0, 0)
	if err != nil || all.Gain != 91 || all.Helps == 0 || all.Looked == 0 {
		t.Errorf("%+v (%v)", all, err)
	}
}

// covered is a drawn town of overlapping works.
func covered(t *rapid.T) *town {
	n := rapid.IntRange(1, 7).Draw(t, "works")
	var works []contribution.Work
	for i := range n {
		works = append(works, contribution.Work{ID: string(rune('a' + i)), Fen: yi * int64(rapid.IntRange(1, 9).Draw(t, "cost"))})
	}
	of := map[string]float64{}
	for range rapid.IntRange(1, 12).Draw(t, "quarters") {
		who := rapid.IntRange(1, 1<<n-1).Draw(t, "who")
		name := ""
		for i := range n {
			if who>>i&1 == 1 {
				name += works[i].ID
			}
		}
		of[name] += float64(rapid.IntRange(1, 99).Draw(t, "people"))
	}
	return quarters(works, of)
}

// bestOf is the obvious search through all sets that fit.
func bestOf(v *town, budget int64) (gain float64, cost int64) {
	for on := range shapley.Set(1 << len(v.works)) {
		spent := int64(0)
		for i, w := range v.works {
			if on.Has(i) {
				spent += w.Fen
			}
		}
		g := v.value(on)[0] - v.value(0)[0]
		if (budget == 0 || spent <= budget) && (g > gain || g == gain && spent < cost) {
			gain, cost = g, spent
		}
	}
	return gain, cost
}

// soonest is the greatest sum of cost times gain before, over all orders of some works.
func soonest(v *town, of, on shapley.Set) float64 {
	most := 0.0
	for i, w := range v.works {
		if of.Has(i) && !on.Has(i) {
			most = max(most, float64(w.Fen)*(v.value(on)[0]-v.value(0)[0])+soonest(v, of, on.With(i)))
		}
	}
	return most
}

func TestExactOrdersAreThoseOfAllOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := covered(t)
		budget := yi * int64(rapid.IntRange(0, 30).Draw(t, "budget"))
		s, err := contribution.NewStudy(v, shapley.Work{})
		if err != nil {
			t.Fatal(err)
		}
		o, err := s.Order(context.Background(), 0, budget, contribution.MostSets)
		if err != nil {
			t.Fatal(err)
		}
		gain, cost := bestOf(v, budget)
		area, before, chosen := 0.0, 0.0, shapley.Set(0)
		for _, step := range o.Steps {
			area += float64(step.Fen) * before
			before += step.Gain
			chosen = chosen.With(int(step.ID[0] - 'a'))
		}
		if o.Gain != gain || before != gain || o.Spent != cost {
			t.Fatalf("gain %v for %d, by steps %v, want %v for %d", o.Gain, o.Spent, before, gain, cost)
		}
		if want := soonest(v, chosen, 0); area != want {
			t.Fatalf("order %v: %v, want %v", ids(o), area, want)
		}
	})
}

// In towns where works only overlap all bounds hold, and half of (1-1/e) of the best is
// always found.
func TestBoundsHoldWhereWorksOnlyOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := covered(t)
		budget := yi * int64(rapid.IntRange(0, 30).Draw(t, "budget"))
		s, err := contribution.NewStudy(v, shapley.Work{})
		if err != nil {
			t.Fatal(err)
		}
		o, err := s.Order(context.Background(), 0, budget, 0)
		if err != nil {
			t.Fatal(err)
		}
		best, _ := bestOf(v, budget)
		if o.Exact || o.Falls != 0 || o.Helps != 0 || o.Relaxed == nil {
			t.Fatalf("%+v", o)
		}
		if o.Bound < best-1e-9 || *o.Relaxed < best-1e-9 || o.Gain > best+1e-9 || o.Gain < best*(1-1/math.E)/2-1e-9 {
			t.Fatalf("greedy %v, best %v, bounds %v and %v", o.Gain, best, o.Bound, *o.Relaxed)
		}
		if budget > 0 && o.Spent > budget {
			t.Fatalf("%d of %d spent", o.Spent, budget)
		}
	})
}
