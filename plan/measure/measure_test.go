package measure_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/measure"
)

func day(s string) area.Date {
	d, err := area.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func on(date, known string) *area.Dated {
	return &area.Dated{Date: day(date), Known: day(known), Cite: area.Cite{Source: "s", Grade: area.GradeB}}
}

func section(id, project string, km float64, opened *area.Dated, planned ...area.Dated) area.Section {
	return area.Section{
		ID: id, Project: project, Scopes: []string{"valley"}, Opened: opened, Planned: planned,
		Lengths: []area.Length{{Km: km, Definition: "operating", Cite: area.Cite{Grade: area.GradeA}}},
	}
}

// valley is a drawn world: a tram of three sections and a maglev of one.
//
//	2020 ==A== 2023 ==B== (2025 promised) --C--      tram    10 + 5.3 + 4.7 km
//	2021 ==M==                                       maglev  18.55 km, by no project
func valley() measure.Inputs {
	b := on("2023-06-01", "2023-06-01")
	return measure.Inputs{
		Until: day("2026-12-31"),
		Network: &area.Network{Lines: []area.Line{
			{ID: "tram", Mode: "rail", Class: "metro", Stations: []string{"a", "b", "c", "d"}, Sections: []area.Section{
				section("A", "", 10, on("2020-01-01", "2020-01-01")),
				section("B", "extend", 5.3, b, *on("2022-12-31", "2021-01-01")),
				section("C", "further", 4.7, nil, *on("2025-06-30", "2022-01-01"), *on("2026-03-31", "2024-01-01")),
			}},
			{ID: "float", Mode: "rail", Class: "maglev", Sections: []area.Section{section("M", "", 18.55, on("2021-05-06", "2021-05-06"))}},
		}},
		Projects: []plan.Project{
			{ID: "extend", Verb: plan.Finish, Sections: []string{"B"}},
			{ID: "further", Verb: plan.Finish, Sections: []string{"C"}},
			{ID: "dream", Verb: plan.Study},
			{ID: "parade", Verb: plan.SpeedUp, Milestones: []plan.Milestone{
				{ID: "m1", Kind: "ceremony", Actual: on("2022-11-21", "2022-11-21")},
				{ID: "m2", Kind: "start", Actual: on("2025-08-02", "2025-08-02"), Planned: []area.Dated{*on("2022-12-31", "2022-06-01")}},
			}},
			{ID: "blueprint", Verb: plan.PlanFor, Milestones: []plan.Milestone{
				{ID: "m1", Kind: "start", Planned: []area.Dated{*on("2024-01-01", "2023-01-01")}},
			}},
		},
	}
}

var tram = plan.Rule{ID: "tram", Measure: "network-length", Mode: "rail", Classes: []string{"metro"}, Definitions: []string{"operating"}, Scope: "valley"}
var both = plan.Rule{ID: "both", Measure: "network-length", Mode: "rail", Classes: []string{"metro", "maglev"}, Definitions: []string{"operating"}, Scope: "valley"}

func at(asOf, believed string) measure.Moment {
	return measure.Moment{AsOf: day(asOf), Believed: day(believed)}
}

func TestLengthDependsOnRuleAndBothDays(t *testing.T) {
	for _, c := range []struct {
		name string
		rule plan.Rule
		at   measure.Moment
		want float64
	}{
		{"before anything", tram, at("2019-12-31", "2026-01-01"), 0},
		{"opening day counts", tram, at("2020-01-01", "2026-01-01"), 10},
		{"two sections", tram, at("2023-06-01", "2026-01-01"), 15.3},
		{"not known yet", tram, at("2023-06-01", "2023-05-31"), 10},
		{"with maglev", both, at("2023-06-01", "2026-01-01"), 33.85},
		{"promise is not an opening", both, at("2026-11-23", "2026-11-23"), 33.85},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := measure.Run(valley(), &c.rule, c.at)
			if err != nil || got.Value != c.want {
				t.Errorf("got %v (%v), want %v", got.Value, err, c.want)
			}
		})
	}
}

func TestASectionWithoutLengthIsNamedMissing(t *testing.T) {
	in := valley()
	in.Network.Lines[0].Sections[1].Lengths = nil
	got, _ := measure.Run(in, &tram, at("2024-01-01", "2024-01-01"))
	if got.Value != 10 || got.Missing != 1 || !got.Evidence[1].Missing {
		t.Errorf("got value %v, missing %d: %+v", got.Value, got.Missing, got.Evidence)
	}
}

func TestALengthCitesItsOwnRow(t *testing.T) {
	in := valley()
	s := &in.Network.Lines[0].Sections[0]
	s.Lengths[0].Cite, s.Lengths[0].Ref = area.Cite{Source: "survey", Grade: area.GradeK}, area.Ref{File: "rail.yaml", Line: 9}
	s.Opened.Ref = area.Ref{File: "rail.yaml", Line: 7}
	got, _ := measure.Run(in, &tram, at("2020-12-31", "2026-01-01"))
	e := got.Evidence[0]
	if e.Source != "survey" || e.Ref.Line != 9 || e.Opening == nil || e.Opening.Source != "s" || e.Opening.Ref.Line != 7 || got.Grade != area.GradeK {
		t.Errorf("got %+v, grade %s", e, got.Grade)
	}
}

func TestUnknownMeasureIsRefused(t *testing.T) {
	if _, err := measure.Run(valley(), &plan.Rule{ID: "x", Measure: "guess"}, at("2024-01-01", "2024-01-01")); err == nil {
		t.Error("no error")
	}
}

func TestStationsAreCountedOnce(t *testing.T) {
	in := valley()
	s := in.Network.Lines[0].Sections
	s[0].From, s[0].To, s[1].From, s[1].To = "a", "c", "c", "d"
	rule := plan.Rule{ID: "stops", Measure: "station-count", Classes: []string{"metro"}, Scope: "valley"}
	for _, c := range []struct {
		asOf string
		want float64
	}{{"2022-01-01", 3}, {"2024-01-01", 4}} {
		if got, _ := measure.Run(in, &rule, at(c.asOf, "2026-01-01")); got.Value != c.want {
			t.Errorf("%s: got %v, want %v", c.asOf, got.Value, c.want)
		}
	}
}

func TestCommitments(t *testing.T) {
	in := valley()
	months := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		name    string
		project int
		at      measure.Moment
		state   measure.State
		slip    *float64
		due     string
	}{
		{"kept late", 0, at("2024-01-01", "2024-01-01"), measure.Kept, months(5), "2022-12-31"},
		{"late before it was known", 0, at("2023-06-01", "2023-05-31"), measure.Late, months(5), "2022-12-31"},
		{"pending", 1, at("2024-01-01", "2024-01-01"), measure.Pending, months(9), "2025-06-30"},
		{"first promise binds", 1, at("2026-01-01", "2026-01-01"), measure.Late, months(9), "2025-06-30"},
		{"older belief, older promise", 1, at("2023-01-01", "2023-01-01"), measure.Pending, months(0), "2025-06-30"},
		{"silence is not lateness", 2, at("2027-06-01", "2027-06-01"), measure.Unknown, nil, "2026-12-31"},
		{"a ceremony is not a start", 3, at("2024-01-01", "2024-01-01"), measure.Late, months(12), "2022-12-31"},
		{"a promise of another deed that keeps the verb binds", 4, at("2025-01-01", "2025-01-01"), measure.Late, months(12), "2024-01-01"},
		{"real works", 3, at("2025-08-02", "2025-08-02"), measure.Kept, months(31), "2022-12-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := measure.Judge(in, &in.Projects[c.project], c.at)
			if got.State != c.state || got.Due.String() != c.due || !cmp.Equal(got.SlipMonths, c.slip) {
				t.Errorf("got %s due %s slip %v, want %s due %s slip %v", got.State, got.Due, show(got.SlipMonths), c.state, c.due, show(c.slip))
			}
		})
	}
}

func show(p *float64) any {
	if p == nil {
		return "none"
	}
	return *p
}

func TestContributionsAddUpAndShowTheResidual(t *testing.T) {
	got, err := measure.Divide(valley(), &both, day("2020-12-31"), at("2024-01-01", "2024-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Start != 10 || got.End != 33.85 || got.Change != 23.85 || got.Residual != 18.55 || len(got.ResidualParts) != 1 {
		t.Errorf("got %+v", got)
	}
	if len(got.Projects) != 2 || got.Projects[0].Project != "extend" || got.Projects[0].Amount != 5.3 || got.Projects[1].Pending != 4.7 {
		t.Errorf("projects: %+v", got.Projects)
	}
}

// Whatever opens when, the parts are the whole to the last digit.
func TestContributionsAlwaysAddUpExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := valley()
		n := rapid.IntRange(0, 40).Draw(t, "sections")
		line := &in.Network.Lines[0]
		for i := range n {
			km := float64(rapid.IntRange(1, 99999).Draw(t, "metres")) / 1000
			opened := area.NewDate(rapid.IntRange(2018, 2027).Draw(t, "year"), 6, 1)
			s := section(string(rune('k'+i)), rapid.SampledFrom([]string{"", "extend", "further", "dream"}).Draw(t, "project"), km,
				&area.Dated{Date: opened, Known: opened})
			line.Sections = append(line.Sections, s)
		}
		m := measure.Moment{AsOf: area.NewDate(rapid.IntRange(2018, 2027).Draw(t, "asOf"), 12, 31), Believed: day("2030-01-01")}
		from := area.NewDate(rapid.IntRange(2017, 2026).Draw(t, "from"), 12, 31)
		got, err := measure.Divide(in, &both, from, m)
		if err != nil {
			t.Fatal(err)
		}
		sum := metres(got.Residual)
		for _, p := range got.Projects {
			sum += metres(p.Amount)
		}
		whole, _ := measure.Run(in, &both, m)
		if sum != metres(got.Change) || metres(got.Start)+metres(got.Change) != metres(got.End) || got.End != whole.Value {
			t.Fatalf("parts %d, change %v, start %v, end %v, whole %v", sum, got.Change, got.Start, got.End, whole.Value)
		}
	})
}

func metres(km float64) int { return int(km*1000 + 0.5) }

func TestSlipsCountOnlyPromisesMadeBeforeTheEvent(t *testing.T) {
	got := measure.Slips(valley(), at("2026-11-23", "2026-11-23"))
	if !cmp.Equal(got, []float64{31, 5}) { // m2, then B; C has not opened
		t.Errorf("got %v", got)
	}
}
