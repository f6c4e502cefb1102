package progress

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func ptr(v float64) *float64 { return &v }

func at(t, v float64) Point { return Point{T: t, V: v} }

// series is a series of times and values in turn.
func series(tv ...float64) []Point {
	var out []Point
	for i := 0; i < len(tv); i += 2 {
		out = append(out, at(tv[i], tv[i+1]))
	}
	return out
}

// Series of Statistics Canada's data hub on the global indicators, with the
// figure, score and status it publishes (indicator_calculation_components.yml of
// sdg-data-canada-odd-donnees/sdg-data-donnees-odd, Open Government Licence).
func TestCanadaAsPublished(t *testing.T) {
	for _, c := range []struct {
		name                     string
		base, from, current, now float64
		direction                int
		target, limit            *float64
		value, score             *float64
		status                   string
	}{
		{"1.4.1 drinking water", 98.82, 2015, 99.04, 2022, 1, ptr(100), nil, ptr(0.4013545340426752), ptr(-0.8276760630043856), "limited-progress"},
		{"1.3.1 children, limit", 90, 2015, 93.2, 2021, 1, nil, ptr(100), ptr(0.005839995229728112), ptr(2.815386645395768), "substantial-progress"},
		{"9.c.1 at the limit", 99.47, 2016, 99.57, 2022, 1, nil, ptr(100), ptr(0.00016748456325199612), ptr(0.5456262610658811), "moderate-progress"},
		{"12.b.1 limit 11", 9, 2015, 6, 2021, 1, nil, ptr(11), ptr(-0.06534473481593284), ptr(-5), "deterioration"},
		{"2.1.1 base is the target", 2.5, 2015, 2.5, 2023, -1, ptr(2.5), nil, nil, ptr(5), "target-achieved"},
		{"2.b.1 target 0, value 0", 81124, 2015, 0, 2023, -1, ptr(0), nil, ptr(1.4224293446258616), ptr(5), "target-achieved"},
		{"3.1.1 beyond the target", 7.05, 2015, 12.19, 2023, -1, ptr(70), nil, ptr(-0.428428629067103), ptr(5), "target-achieved"},
		{"16.6.1 base at the target's foot", 100.1, 2015, 109.7, 2023, -1, ptr(100), nil, ptr(-172.79058698766454), ptr(-5), "deterioration"},
		{"15.2.1 no change, limit", 8.5, 2015, 8.5, 2020, 1, nil, ptr(100), ptr(0), ptr(-2.5), "limited-progress"},
		{"3.1.2 no change, target", 97.8, 2015, 97.8, 2023, 1, ptr(100), nil, ptr(0), ptr(-2.5), "limited-progress"},
		{"10.c.1 one value", 5.5, 2017, 5.5, 2017, -1, ptr(3), nil, nil, nil, NotApplicable},
		{"17.8.1 on track", 91.3, 2018, 94.5, 2022, 1, ptr(100), nil, ptr(1.1360249872573844), ptr(3.8288128814807703), "substantial-progress"},
	} {
		t.Run(c.name, func(t *testing.T) {
			values := series(c.from, c.base)
			if c.now != c.from {
				values = append(values, at(c.now, c.current))
			}
			got := Canada(Input{Series: values, Base: &values[0], Target: c.target, TargetT: 2030, Direction: c.direction, Limit: c.limit})
			if got.Status != c.status || !same(got.Value, c.value) || !same(got.Score, c.score) {
				t.Errorf("got %s %v %v, want %s %v %v", got.Status, show(got.Value), show(got.Score), c.status, show(c.value), show(c.score))
			}
		})
	}
}

func same(a, b *float64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
func show(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// yearly is a series from a year on.
func yearly(from int, v ...float64) []Point {
	out := make([]Point, len(v))
	for i, x := range v {
		out[i] = at(float64(from+i), x)
	}
	return out
}

// Every word and reason of every method, on series small enough to check by hand.
func TestMethods(t *testing.T) {
	type method func(Input) Result
	path := func(p ...Point) method { return func(in Input) Result { return Trajectory(in, p) } }
	up := func(target float64, s []Point) Input {
		return Input{Series: s, Target: &target, TargetT: 2026, Direction: 1}
	}
	down := func(target float64, s []Point) Input {
		return Input{Series: s, Target: &target, TargetT: 2026, Direction: -1}
	}
	only := func(direction int, s []Point) Input { return Input{Series: s, Direction: direction} }
	for _, c := range []struct {
		name   string
		run    method
		in     Input
		status string
		value  float64
		why    string
	}{
		{"canada: before 2015 only", Canada, only(1, yearly(2010, 1, 2)), NotApplicable, 0, WhyBaseAfterData},
		{"canada: nothing", Canada, only(1, nil), NotApplicable, 0, WhyNoValues},
		{"canada: a rate through zero", Canada, only(1, yearly(2021, -1, 2)), NotApplicable, 0, WhySignChange},
		{"canada: half a year", Canada, only(1, series(2021, 1, 2021.5, 2)), NotApplicable, 0, WhyTooShort},
		{"canada: target of another sign", Canada, up(5, yearly(2021, -4, -3)), NotApplicable, 0, WhySignChange},
		{"canada: losses shrink", Canada, only(1, yearly(2021, -100, -90)), "substantial-progress", 0.1, ""},
		{"canada: 1% without target", Canada, only(1, yearly(2021, 100, 101)), "moderate-progress", 0.01, ""},
		{"canada: later values are not looked at", Canada, Input{Series: yearly(2021, 100, 101, 500), Direction: 1, Now: 2022.5}, "moderate-progress", 0.01, ""},

		{"eurostat: half of the rate", Eurostat, up(400, yearly(2022, 100, 200/math.Sqrt2)), "significant-progress", math.Expm1(math.Log(2)/2) / math.Expm1(math.Log(4)/4), ""},
		{"eurostat: too slow", Eurostat, up(200, yearly(2022, 100, 101)), "insufficient-progress", 0.01 / (math.Pow(2, 0.25) - 1), ""},
		{"eurostat: away", Eurostat, up(200, yearly(2022, 100, 99)), "movement-away", -0.01 / (math.Pow(2, 0.25) - 1), ""},
		{"eurostat: reached", Eurostat, up(101, yearly(2022, 100, 102)), "significant-progress", 0.02 / (math.Pow(1.01, 0.25) - 1), ""},
		{"eurostat: 1% a year", Eurostat, only(1, yearly(2022, 1000, 1011)), "significant-progress", 0.011, ""},
		{"eurostat: standstill", Eurostat, only(1, yearly(2022, 100, 100)), "moderate-progress", 0, ""},
		{"eurostat: half a percent away", Eurostat, only(-1, yearly(2022, 1000, 1005)), "moderate-movement-away", -0.005, ""},
		{"eurostat: far away", Eurostat, only(-1, yearly(2022, 100, 110)), "significant-movement-away", -0.1, ""},
		{"eurostat: five years, not all", Eurostat, only(1, yearly(2010, 1, 900, 900, 900, 900, 1000, 900, 900, 900, 900, 1000)), "moderate-progress", 0, ""},
		{"eurostat: from zero", Eurostat, only(1, yearly(2022, 0, 5)), NotApplicable, 0, WhyZeroBase},
		{"eurostat: to zero", Eurostat, down(0, yearly(2022, 9, 5)), NotApplicable, 0, WhyZeroTarget},
		{"eurostat: base beyond the target", Eurostat, up(5, yearly(2022, 9, 4)), NotApplicable, 0, WhyBasePastTarget},
		{"eurostat: one value", Eurostat, only(1, yearly(2022, 5)), NotApplicable, 0, WhyTooFew},

		{"escap: half of the way at half of the time", EscapCurrent, up(20, yearly(2022, 10, 12, 15)), "on-pace", 5, ""},
		{"escap: a tenth", EscapCurrent, up(20, yearly(2022, 10, 10, 11)), "behind-pace", 1, ""},
		{"escap: back", EscapCurrent, down(0, yearly(2022, 10, 12)), "regressed", -2, ""},
		{"escap: there", EscapCurrent, up(20, yearly(2022, 10, 30)), "reached", 10, ""},
		{"escap: no target", EscapCurrent, only(1, yearly(2022, 1, 2)), NotApplicable, 0, WhyNoTarget},
		{"escap: one value", EscapCurrent, up(20, yearly(2022, 10)), NotApplicable, 0, WhyTooFew},

		{"anticipated: straight to it", EscapAnticipated, up(18, yearly(2022, 10, 12, 14)), "maintain", 0, ""},
		{"anticipated: half", EscapAnticipated, up(26, yearly(2022, 10, 12, 14)), "accelerate", 50, ""},
		{"anticipated: within a tenth", EscapAnticipated, up(18.8, yearly(2022, 10, 12, 14)), "maintain", 100 * 0.8 / 8.8, ""},
		{"anticipated: the wrong way", EscapAnticipated, up(18, yearly(2022, 10, 9, 8)), "reverse", 100 * 12. / 8, ""},

		{"oecd: there", Oecd, up(3, yearly(2020, 1, 2, 3, 4)), "met", 0, ""},
		{"oecd: arrives", Oecd, up(6, yearly(2019, 1, 1.6, 2.6, 3.4, 4)), "on-track", 2 / math.Sqrt(1.532), ""},
		{"oecd: moves but does not arrive", Oecd, up(60, yearly(2019, 1, 1.6, 2.6, 3.4, 4)), "insufficient", 56 / math.Sqrt(1.532), ""},
		{"oecd: no trend", Oecd, up(6, yearly(2019, 3, 1, 4, 1, 5)), "no-progress", 1 / math.Sqrt(3.2), ""},
		{"oecd: the wrong way", Oecd, up(9, yearly(2019, 5, 4, 3, 2, 1)), "no-progress", 8 / math.Sqrt(2.5), ""},
		{"oecd: three values", Oecd, up(9, yearly(2019, 5, 6, 7)), NotApplicable, 0, WhyTooFew},
		{"oecd: never changes", Oecd, up(9, yearly(2019, 5, 5, 5, 5)), NotApplicable, 0, WhyNoVariation},

		{"trajectory: none", path(), up(9, yearly(2022, 5)), NotApplicable, 0, WhyNoPath},
		{"trajectory: not begun", path(at(2024, 0), at(2026, 9)), up(9, yearly(2022, 5)), NotApplicable, 0, WhyNotStarted},
		{"trajectory: ahead", path(at(2022, 0), at(2026, 10)), up(10, series(2024, 6)), "ahead", 0.1, ""},
		{"trajectory: on it", path(at(2022, 0), at(2026, 10)), up(10, series(2024, 5)), "on-path", 0, ""},
		{"trajectory: behind", path(at(2022, 0), at(2026, 10)), up(10, series(2024, 4.2)), "behind", -0.08, ""},
		{"trajectory: far behind", path(at(2022, 0), at(2026, 10)), up(10, series(2024, 1)), "far-behind", -0.4, ""},
		{"trajectory: reached", path(at(2022, 0), at(2026, 10)), up(10, series(2024, 10)), "reached", 0.5, ""},
		{"trajectory: less is better", path(at(2022, 10), at(2026, 0)), down(0, series(2024, 6)), "behind", -0.1, ""},
		{"trajectory: nothing opens before its day", path(Steps(series(2022, 100, 2025, 140))...), up(140, series(2024.9, 100)), "on-path", 0, ""},
		{"trajectory: the day after", path(Steps(series(2022, 100, 2025, 140))...), up(140, series(2025.1, 100)), "far-behind", -1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.run(c.in)
			if got.Status != c.status || got.Why != c.why {
				t.Fatalf("got %s %s, want %s %s", got.Status, got.Why, c.status, c.why)
			}
			if c.why != "" {
				if got.Value != nil || got.Score != nil {
					t.Errorf("a figure %v without an answer", *got.Value)
				}
				return
			}
			if got.Value == nil || math.Abs(*got.Value-c.value) > 1e-9 {
				t.Errorf("value %v, want %v", show(got.Value), c.value)
			}
		})
	}
}

func TestPaths(t *testing.T) {
	from, to := at(2022, 100), at(2026, 180)
	steps := Steps([]Point{from, at(2024, 130), to})
	s := SCurve(from, to)
	for _, c := range []struct {
		name string
		path []Point
		t    float64
		want float64
	}{
		{"linear", Linear(from, to), 2023, 120},
		{"linear after its end", Linear(from, to), 2040, 180},
		{"steps before", steps, 2023.999, 100}, {"steps on the day", steps, 2024, 130},
		{"steps after", steps, 2025, 130}, {"steps at the end", steps, 2026, 180},
		{"s-curve start", s, 2022, 100}, {"s-curve middle", s, 2024, 140}, {"s-curve end", s, 2026, 180},
		{"s-curve a quarter", s, 2023, 100 + 80*(1/(1+math.Exp(2))-1/(1+math.Exp(4)))/(1/(1+math.Exp(-4))-1/(1+math.Exp(4)))},
	} {
		if got, ok := Expected(c.path, c.t); !ok || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if _, ok := Expected(steps, 2021); ok {
		t.Error("something is expected before the path begins")
	}
}

// draw is any input that the board could give.
func draw(t *rapid.T) (Input, []Point) {
	n := rapid.IntRange(0, 12).Draw(t, "n")
	value := rapid.OneOf(rapid.Float64Range(-50, 500), rapid.SampledFrom([]float64{0, 1, 100, 1e-300, 1e300, -1e300}))
	now := 2010.0
	var in Input
	for range n {
		now += rapid.SampledFrom([]float64{0.25, 1, 1, 1, 3}).Draw(t, "gap")
		in.Series = append(in.Series, at(now, value.Draw(t, "v")))
	}
	if rapid.Bool().Draw(t, "has target") {
		in.Target, in.TargetT = ptr(value.Draw(t, "target")), rapid.SampledFrom([]float64{0, 2010.25, 2026, 2030}).Draw(t, "due")
	}
	if rapid.Bool().Draw(t, "has limit") {
		in.Limit = ptr(rapid.SampledFrom([]float64{0, 1, 100}).Draw(t, "limit"))
	}
	if rapid.Bool().Draw(t, "has base") {
		in.Base = &Point{T: rapid.SampledFrom([]float64{2005, 2015, 2050}).Draw(t, "base"), V: value.Draw(t, "base v")}
	}
	in.Direction = rapid.SampledFrom([]int{1, -1}).Draw(t, "direction")
	in.Now = rapid.SampledFrom([]float64{0, 2000, 2016.5}).Draw(t, "now")
	path := series(2012, value.Draw(t, "p0"), 2014, value.Draw(t, "p1"), 2026, value.Draw(t, "p2"))
	if rapid.Bool().Draw(t, "stepwise") {
		path = Steps(path)
	}
	return in, path
}

// Whatever comes in: results in order, a known word, a figure or a reason, and
// numbers that JSON can carry; the input stays as it was.
func TestEveryResultIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, path := draw(t)
		kept := slices.Clone(in.Series)
		results := All(in, path)
		for i, r := range results {
			if r.Method != Methods[i] {
				t.Fatalf("%d is %s", i, r.Method)
			}
			switch {
			case r.Status == NotApplicable:
				if r.Value != nil || r.Score != nil || !slices.Contains(Whys, r.Why) {
					t.Fatalf("%+v", r)
				}
			case !slices.Contains(Statuses(r.Method), r.Status) || r.Why != "":
				t.Fatalf("%+v", r)
			}
			for k := range r.Inputs {
				if !slices.Contains(InputKeys, k) {
					t.Fatalf("input %s has no name", k)
				}
			}
		}
		if _, err := json.Marshal(results); err != nil {
			t.Fatalf("%v in %+v", err, results)
		}
		if d := Differ(results); !slices.Contains(Differences, d.Code) {
			t.Fatalf("difference %+v", d)
		}
		if !slices.Equal(kept, in.Series) {
			t.Fatal("the series was changed")
		}
	})
}

// A change of unit changes no word and no figure. Powers of two change no bit.
func TestUnitsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 4000), func(i int) float64 { return float64(i) / 8 }), 2, 12).Draw(t, "v")
		target := float64(rapid.IntRange(1, 900).Draw(t, "target"))
		run := func(scale float64) []Result {
			in := Input{Target: ptr(target * scale), TargetT: 2030, Direction: 1}
			for i, x := range v {
				in.Series = append(in.Series, at(float64(2015+i), x*scale))
			}
			return All(in, Linear(at(2015, v[0]*scale), at(2030, target*scale)))
		}
		a, b := run(1), run(256)
		for i := range a {
			if a[i].Status != b[i].Status || !same(a[i].Value, b[i].Value) || !same(a[i].Score, b[i].Score) {
				t.Fatalf("%s: %s %v against %s %v", a[i].Method, a[i].Status, show(a[i].Value), b[i].Status, show(b[i].Value))
			}
		}
	})
}

// A better newest value never makes a figure worse.
func TestBetterIsNotWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(1, 90), 2, 10).Draw(t, "v")
		more := rapid.Float64Range(0, 40).Draw(t, "more")
		target := rapid.Float64Range(v[0]+1, 200).Draw(t, "target")
		run := func(last float64) []Result {
			in := Input{Target: &target, TargetT: 2040, Direction: 1}
			for i, x := range v {
				in.Series = append(in.Series, at(float64(2015+i), x))
			}
			in.Series[len(v)-1].V = last
			in.Base = &in.Series[0]
			return All(in, Linear(at(2015, v[0]), at(2040, target)))
		}
		a, b := run(v[len(v)-1]), run(v[len(v)-1]+more)
		for i := range a {
			m := a[i].Method
			if m == "oecd" || a[i].Value == nil || b[i].Value == nil { // its unit is the spread, which the newest value widens
				continue
			}
			worse := *b[i].Value < *a[i].Value-1e-9
			if m == "escap-anticipated" { // a gap
				worse = *b[i].Value > *a[i].Value+1e-9
			}
			if worse {
				t.Fatalf("%s: %v became %v", m, *a[i].Value, *b[i].Value)
			}
		}
	})
}

func TestDiffer(t *testing.T) {
	target := 140.0
	metro := Input{Series: series(2021, 100, 2022, 100, 2023, 100, 2024, 100), Target: &target, TargetT: 2026, Direction: 1}
	for _, c := range []struct {
		name string
		in   Input
		path []Point
		code string
	}{
		{"a line opens on one day", metro, Steps(series(2021, 100, 2025.5, 140)), "step-path"},
		{"nothing to compare", Input{Direction: 1}, nil, "none"},
		{"all good", Input{Series: yearly(2018, 10, 20, 30, 40, 50, 60), Target: ptr(80), TargetT: 2026, Direction: 1}, nil, "agree"},
		{"there, and on the way back", Input{Series: yearly(2018, 90, 80, 70, 60, 55), Target: ptr(50), TargetT: 2026, Direction: 1}, nil, "falls-back"},
		{"another base", Input{Series: yearly(2015, 100, 80, 60, 50, 40, 44, 50, 58, 66, 74, 90), Direction: 1}, nil, "base"},
		{"the same figure, other thresholds", Input{Series: yearly(2021, 100, 101.2, 102.4), Direction: 1}, nil, "thresholds"},
		{"a movement, not a trend", Input{Series: yearly(2020, 10, 30, 5, 40), Target: ptr(60), TargetT: 2026, Direction: 1}, nil, "trend-not-proven"},
	} {
		results := All(c.in, c.path)
		if got := Differ(results); got.Code != c.code {
			t.Errorf("%s: %+v, want %s", c.name, got, c.code)
			for _, r := range results {
				t.Log(r.Method, r.Status, r.Why, show(r.Value))
			}
		}
	}
}

func TestNamed(t *testing.T) {
	d := Difference{"base", map[string]string{"good": "canada,oecd", "short": "eurostat"}}
	got := d.Named(func(m string) string { return m[:2] }, "、")
	if got["good"] != "ca、oe" || got["short"] != "eu" {
		t.Errorf("got %v", got)
	}
}

// The table of docs/methods/*/progress.md.
func TestWorkedExample(t *testing.T) {
	target := 420.0
	in := Input{Series: yearly(2021, 320, 326, 337, 360), Target: &target, TargetT: 2026, Direction: 1}
	want := []struct {
		value  float64
		status string
	}{
		{0.716404, "moderate-progress"}, {0.716404, "moderate-progress"}, {4, "behind-pace"},
		{33.3, "accelerate"}, {3.40274, "insufficient"}, {-0.2, "far-behind"},
	}
	results := All(in, Linear(at(2021, 320), at(2026, 420)))
	for i, r := range results {
		if math.Abs(*r.Value-want[i].value) > 5e-6 || r.Status != want[i].status {
			t.Errorf("%s: %v %s, the page says %v %s", r.Method, *r.Value, r.Status, want[i].value, want[i].status)
		}
	}
	if s := *results[0].Score; math.Abs(s-0.831506) > 5e-7 {
		t.Errorf("score %v", s)
	}
	if v := results[3].Inputs["predicted"]; math.Abs(v-386.7) > 1e-9 {
		t.Errorf("predicted %v", v)
	}
	in.Series = yearly(2021, 320, 320, 320, 326)
	results = All(in, Steps(series(2021, 320, 2023.5, 326, 2024.5, 360, 2026, 420)))
	for i, status := range []string{"limited-progress", "insufficient-progress", "behind-pace", "accelerate", "no-progress", "on-path"} {
		if results[i].Status != status {
			t.Errorf("a stepwise network: %s says %s, the page %s", results[i].Method, results[i].Status, status)
		}
	}
}

// Every code has a text in both languages, with the same placeholders.
func TestTextsAreComplete(t *testing.T) {
	var keys []string
	for _, m := range Methods {
		keys = append(keys, "progress.method."+m, "progress.method."+m+".note", "progress.status."+m+"."+NotApplicable)
		for _, s := range Statuses(m) {
			keys = append(keys, "progress.status."+m+"."+s)
		}
	}
	for _, w := range Whys {
		keys = append(keys, "progress.why."+w)
	}
	for _, d := range Differences {
		keys = append(keys, "progress.differ."+d)
	}
	for _, k := range InputKeys {
		keys = append(keys, "progress.input."+k)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "locale", lang, "progress.json"))
		if err != nil {
			t.Fatal(err)
		}
		var text map[string]string
		if err := json.Unmarshal(b, &text); err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			if text[k] == "" {
				t.Errorf("%s: %s has no text", lang, k)
			}
		}
	}
}

// ten thousand series of sixty values, all methods
func BenchmarkAll(b *testing.B) {
	target := 900.0
	in := Input{Target: &target, TargetT: 2026, Direction: 1}
	for i := range 60 {
		in.Series = append(in.Series, at(2010+float64(i)/4, 100+float64(i)+9*math.Sin(float64(i))))
	}
	path := SCurve(at(2010, 100), at(2026, 900))
	for b.Loop() {
		for range 10000 {
			All(in, path)
		}
	}
}
