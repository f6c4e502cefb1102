package circle

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/geo"
)

// testRule is a rule with a hospital beside the centre.
func testRule() *Rule {
	return &Rule{ID: "test", HalfHour: HalfHour{Minutes: 30, Services: []Service{{ID: "hospital"}}}, OneHour: OneHour{Minutes: 60, Headline: Nearest}, Verdict: Threshold{0.6}}
}

// twoCities draws a road with a centre at each end, minutes between the cells as drawn:
//
//	A(100) --20-- b(200) --40-- c(300) --20-- D(400)
//	west city                   east city
//	        hospital at b
func twoCities() (*Place, *Times) {
	at := []float64{0, 20, 60, 80}
	p := &Place{
		Cells: []string{"A", "b", "c", "D"}, People: []float64{100, 200, 300, 400}, District: []int32{0, 0, 1, 1},
		Districts: []District{{Code: "west", Centre: 0, Inside: true}, {Code: "east", Centre: 1, Inside: true}},
		Centres:   []Centre{{ID: "W", Point: geo.Point{10, 50}}, {ID: "E", Point: geo.Point{11, 50}}},
	}
	t := &Times{}
	to := func(place float64) (row []Decis) {
		for _, x := range at {
			row = append(row, Minutes(math.Abs(x-place)))
		}
		return row
	}
	t.Centre = [][]Decis{to(0), to(80)}
	t.Service = [][]Decis{to(20)}
	t.Between = [][]Decis{{0, Minutes(80)}, {Never, 0}}
	for _, x := range at {
		p.Point = append(p.Point, geo.Point{10 + x/80, 50})
	}
	t.Reached = []float64{300, 1000, 1000, 700}
	return p, t
}

func TestTwoCities(t *testing.T) {
	p, times := twoCities()
	got := Measure(testRule(), p, times)
	for id, want := range map[string]float64{
		Circle30:        0.3, // A and b have the hospital and a centre; c and D are 40 and 60 minutes from the hospital
		Circle30Service: 0.3,
		Circle30Centre:  1,
		Circle60:        1,
		Circle60Nearest: 1,
		Circle60Own:     1,
		Circle60All:     0.5, // b: 20 and 60; c: 60 and 20
		ReachMedian:     700,
	} {
		if i := got.Indicator(id); i == nil || math.Abs(i.Value-want) > 1e-12 {
			t.Errorf("%s: got %+v, want %v", id, i, want)
		}
	}
	if v := got.Indicator(Circle60).Verdict; !v.Met || v.FlipsAt != 1 || !v.AtThreshold[len(v.AtThreshold)-1].Met {
		t.Errorf("one hour: %+v", v)
	}
	if v := got.Indicator(Circle30).Verdict; v.Met || v.AtThreshold[0].Met || !slices.ContainsFunc(v.AtMinutes, func(m AtMinutes) bool { return m.Minutes == 40 && m.Share == 0.6 && m.Met }) {
		t.Errorf("half an hour: %+v", v)
	}
	if *got.Between[0][1] != 80 || got.Between[1][0] != nil {
		t.Errorf("between centres: %v", got.Between)
	}
	var bins []float64
	for _, b := range got.Histogram {
		bins = append(bins, b.People)
	}
	if bins[0] != 500 || bins[3] != 500 {
		t.Errorf("histogram %v: A and D are there, b and c take 20 minutes", bins)
	}
	west := got.Districts[0]
	if west.People != 300 || west.Life != 1 || west.All != 2./3 || *west.Median != 20 || *west.Reached != 1000 {
		t.Errorf("west: %+v", west)
	}
}

func TestALimitIncludesItsEnd(t *testing.T) {
	p, times := twoCities()
	r := testRule()
	r.HalfHour.Minutes = 20 - 1./600
	if got := Measure(r, p, times).Indicator(Circle30Centre).Value; got != 0.5 {
		t.Errorf("a tenth of a second short of b and c: %v", got)
	}
	r.HalfHour.Minutes = 20
	if got := Measure(r, p, times).Indicator(Circle30Centre).Value; got != 1 {
		t.Errorf("exactly at b and c: %v", got)
	}
}

func TestNobodyCounts(t *testing.T) {
	p, times := twoCities()
	clear(p.People)
	got := Measure(testRule(), p, times)
	if got.People != 0 || got.Indicator(Circle60).Value != 0 || got.Indicator(Gini).Value != 0 || got.Reach.Palma != nil {
		t.Errorf("of nobody: %+v", got.Indicators)
	}
}

// TestASpread: values with known coefficients. n values 1..n have Gini (n²-1)/3n / (n+1) = (n-1)/3n.
func TestASpread(t *testing.T) {
	ten := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	ones := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	for _, c := range []struct {
		name          string
		value, weight []float64
		gini, palma   float64
	}{
		{"all alike", ones, ten, 0, 0.25},
		{"one has all", []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 5}, ones, 0.9, math.NaN()},
		{"one to ten", ten, ones, 0.3, 1},
		{"a person at the border is divided", []float64{3, 1, 3}, []float64{1, 1, 1}, 4. / 21, 0.9 / 1.6},
	} {
		s := spreadOf(c.value, c.weight)
		if got := s.gini(); math.Abs(got-c.gini) > 1e-12 {
			t.Errorf("%s: Gini %v, want %v", c.name, got, c.gini)
		}
		got, ok := s.palma()
		if ok == math.IsNaN(c.palma) || ok && math.Abs(got-c.palma) > 1e-12 {
			t.Errorf("%s: Palma %v (%v), want %v", c.name, got, ok, c.palma)
		}
	}
	if got := spreadOf([]float64{5, 1, 3}, []float64{1, 2, 1}).quantile(0.5); got != 1 {
		t.Errorf("median %v, want 1: half of the weight is there", got)
	}
}

func TestSpreadsOfWeightsAreThoseOfRepetitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(rapid.Float64Range(0.1, 1000), 1, 12).Draw(t, "values")
		var weight, one, each []float64
		for _, v := range value {
			w := rapid.IntRange(1, 4).Draw(t, "weight")
			weight = append(weight, float64(w))
			for range w {
				each, one = append(each, v), append(one, 1)
			}
		}
		a, b := spreadOf(value, weight), spreadOf(each, one)
		pa, _ := a.palma()
		pb, _ := b.palma()
		if math.Abs(a.gini()-b.gini()) > 1e-9 || math.Abs(pa-pb) > 1e-9*max(1, pb) || a.quantile(0.5) != b.quantile(0.5) {
			t.Fatalf("Gini %v and %v, Palma %v and %v, medians %v and %v", a.gini(), b.gini(), pa, pb, a.quantile(0.5), b.quantile(0.5))
		}
		// By definition: half the mean difference over the mean.
		differences, sum := 0.0, 0.0
		for _, x := range each {
			sum += x
			for _, y := range each {
				differences += math.Abs(x - y)
			}
		}
		n := float64(len(each))
		if want := differences / (2 * n * sum); math.Abs(a.gini()-want) > 1e-9 {
			t.Fatalf("Gini %v, of all pairs %v", a.gini(), want)
		}
		if scaled := spreadOf(scale(value, 7), weight); math.Abs(scaled.gini()-a.gini()) > 1e-9 {
			t.Fatalf("Gini of sevenfold values %v, of values %v", scaled.gini(), a.gini())
		}
	})
}

func scale(values []float64, by float64) (out []float64) {
	for _, v := range values {
		out = append(out, v*by)
	}
	return out
}

func TestSoonerNeverCountsFewer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, before := twoCities()
		after := &Times{Between: before.Between, Reached: before.Reached}
		sooner := func(rows [][]Decis) (out [][]Decis) {
			for _, row := range rows {
				var next []Decis
				for _, at := range row {
					next = append(next, max(0, at-Decis(rapid.IntRange(0, 30000).Draw(t, "saved"))))
				}
				out = append(out, next)
			}
			return out
		}
		after.Centre, after.Service = sooner(before.Centre), sooner(before.Service)
		r := testRule()
		a, b := Measure(r, p, before), Measure(r, p, after)
		for i := range a.Indicators {
			if a.Indicators[i].Unit == Share && b.Indicators[i].Value < a.Indicators[i].Value {
				t.Fatalf("%s falls from %v to %v", a.Indicators[i].ID, a.Indicators[i].Value, b.Indicators[i].Value)
			}
		}
		c := Compare(r, p, before, after)
		if c.Total.Lose != 0 || c.Total.Mean < 0 || c.Total.People != 1000 {
			t.Fatalf("gains %+v", c.Total)
		}
		if got, want := c.Total.Nearest, b.Indicator(Circle60Nearest).People-a.Indicator(Circle60Nearest).People; got != want {
			t.Fatalf("%v more within an hour, counted %v", got, want)
		}
		back := Compare(r, p, after, before)
		if back.Total.Lose != c.Total.Gain || back.Total.Gain != 0 || math.Abs(back.Total.Mean+c.Total.Mean) > 1e-9 {
			t.Fatalf("there %+v, back %+v", c.Total, back.Total)
		}
		for name, sum := range map[string]func(Gain) float64{"gain": func(g Gain) float64 { return g.Gain }, "people": func(g Gain) float64 { return g.People }, "life": func(g Gain) float64 { return g.Life }} {
			byDistrict, byBand := 0.0, 0.0
			for _, d := range c.Districts {
				byDistrict += sum(d.Gain)
			}
			for _, d := range c.Bands {
				byBand += sum(d.Gain)
			}
			if byDistrict != sum(c.Total) || byBand != sum(c.Total) {
				t.Fatalf("%s: %v in all, %v by district, %v by band", name, sum(c.Total), byDistrict, byBand)
			}
		}
	})
}

func TestAWayWhereThereWasNone(t *testing.T) {
	p, before := twoCities()
	before.Centre[0][2], before.Centre[1][2] = Never, Never
	_, after := twoCities()
	c := Compare(testRule(), p, before, after)
	if c.Total.Gain != 300 || c.Total.Nearest != 300 || c.Total.Mean != 0 || len(c.Largest) != 1 {
		t.Fatalf("gains %+v", c)
	}
	if l := c.Largest[0]; l.ID != "c" || l.Before != nil || *l.After != 20 {
		t.Errorf("largest %+v", l)
	}
}
