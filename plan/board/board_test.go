package board_test

import (
	"encoding/json"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
)

func day(s string) area.Date {
	d, err := area.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func about(s string) plan.Period {
	p, err := plan.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

// figure is an observation of indicator "x"; published in the February after.
func figure(id, scope, period string, value float64) plan.Observation {
	p := about(period)
	return plan.Observation{ID: id, Version: 1, Indicator: "x", Scope: scope, Period: p, Value: value,
		Source: "s", Grade: area.GradeB, Published: area.NewDate(p.End().Year()+1, 2, 1)}
}

func reported(op string, value float64, hedges ...string) *plan.Plan {
	return &plan.Plan{
		From: day("2022-01-01"), Until: day("2026-12-31"),
		Hedges:     []plan.HedgeRule{{ID: "about", Tolerance: 0.03}},
		Fields:     []plan.Item{{ID: "f"}},
		Indicators: []plan.Indicator{{ID: "x", Kind: "reported", Field: "f", StaleMonths: 18, Direction: plan.Up}},
		Targets: []plan.Target{{ID: "t", Indicator: "x", Scope: "metro", Op: op, Value: value, Hedges: hedges, Due: day("2025-12-31"),
			Baseline: &plan.Baseline{Value: 100, Date: day("2021-12-31")}, Trajectory: plan.Trajectory{Kind: "linear"}}},
	}
}

func evaluate(p *plan.Plan, asOf, believed string, all ...plan.Observation) board.Target {
	in := &board.Input{Network: &area.Network{}, Plan: p, Ledger: board.NewLedger(all)}
	return board.Evaluate(in, board.Query{AsOf: day(asOf), BelievedOn: day(believed)}).Targets[0]
}

func codes(t board.Target) []string {
	out := []string{}
	for _, r := range t.Reasons {
		out = append(out, r.Code)
	}
	return out
}

func TestVerdictsOfAReportedTarget(t *testing.T) {
	for _, c := range []struct {
		name           string
		plan           *plan.Plan
		asOf, believed string
		all            []plan.Observation
		want           board.Verdict
		first          string // first reason
	}{
		{"nothing known", reported(">=", 140), "2024-06-30", "2024-06-30", nil, board.NoData, "no-observation"},
		{"another scope is never compared", reported(">=", 140), "2025-06-30", "2025-06-30",
			[]plan.Observation{figure("a", "three-cities", "2024", 500)}, board.NotComparable, "other-scope"},
		{"met", reported(">=", 140), "2025-06-30", "2025-06-30", []plan.Observation{figure("a", "metro", "2024", 140)}, board.Met, "met"},
		{"more than is more than", reported(">", 140), "2026-06-30", "2026-06-30", []plan.Observation{figure("a", "metro", "2025", 140)}, board.Missed, "missed"},
		{"met only because it says about", reported(">=", 140, "about"), "2025-06-30", "2025-06-30",
			[]plan.Observation{figure("a", "metro", "2024", 136)}, board.Met, "met-by-hedge"},
		{"less is better", reported("<=", 90), "2025-06-30", "2025-06-30", []plan.Observation{figure("a", "metro", "2024", 89)}, board.Met, "met"},
		{"missed on the due day", reported(">=", 140), "2026-06-30", "2026-06-30", []plan.Observation{figure("a", "metro", "2025", 139)}, board.Missed, "missed"},
		{"due, but its figure is not out", reported(">=", 140), "2026-01-15", "2026-01-15",
			[]plan.Observation{figure("a", "metro", "2024", 131)}, board.OnTrack, "awaiting-figure"},
		{"on its trajectory", reported(">=", 140), "2024-06-30", "2024-06-30", []plan.Observation{figure("a", "metro", "2023", 120)}, board.OnTrack, "ahead-of-path"},
		{"behind", reported(">=", 140), "2024-06-30", "2024-06-30", []plan.Observation{figure("a", "metro", "2023", 113)}, board.AtRisk, "behind-path"},
		{"far behind", reported(">=", 140), "2024-06-30", "2024-06-30", []plan.Observation{figure("a", "metro", "2023", 103)}, board.OffTrack, "behind-path"},
		{"not believed yet", reported(">=", 140), "2025-06-30", "2025-01-31", []plan.Observation{figure("a", "metro", "2024", 140)}, board.NoData, "no-observation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := evaluate(c.plan, c.asOf, c.believed, c.all...)
			if got.Verdict != c.want || len(got.Reasons) == 0 || got.Reasons[0].Code != c.first {
				t.Errorf("got %s %v, want %s %s", got.Verdict, codes(got), c.want, c.first)
			}
		})
	}
}

func TestWithoutTrajectoryOrForecastNothingIsConcluded(t *testing.T) {
	p := reported(">=", 140)
	p.Targets[0].Trajectory.Kind, p.Targets[0].Baseline = "none", nil
	got := evaluate(p, "2024-06-30", "2024-06-30", figure("a", "metro", "2023", 120))
	if got.Verdict != board.Undetermined {
		t.Errorf("got %s", got.Verdict)
	}
}

func TestATargetWithoutIndicatorIsCounted(t *testing.T) {
	p := reported(">=", 140)
	p.Targets[0].Indicator = ""
	in := &board.Input{Network: &area.Network{}, Plan: p, Ledger: board.NewLedger(nil)}
	b := board.Evaluate(in, board.Query{AsOf: day("2024-06-30"), BelievedOn: day("2024-06-30")})
	if b.Targets[0].Verdict != board.NoData || !slices.Equal(b.Coverage.TargetsWithoutIndicator, []string{"t"}) || !slices.Equal(b.Coverage.IndicatorsWithoutData, []string{"x"}) {
		t.Errorf("got %+v", b.Coverage)
	}
}

func TestACorrectionSupersedesOnlyFromTheDayItWasPublished(t *testing.T) {
	first := figure("a", "metro", "2023", 120)
	second := first
	second.Version, second.Value, second.Published, second.Log = 2, 105, day("2024-09-01"), 1
	gone := second
	gone.Version, gone.Withdrawn, gone.Published, gone.Log = 3, true, day("2025-03-01"), 2
	for _, c := range []struct {
		believed string
		want     *float64
	}{{"2024-06-30", &first.Value}, {"2024-12-31", &second.Value}, {"2025-06-30", nil}} {
		got := evaluate(reported(">=", 140), "2024-12-31", c.believed, gone, first, second)
		var value *float64
		if got.Current != nil {
			value = &got.Current.Value
		}
		if !cmp.Equal(value, c.want) {
			t.Errorf("believed on %s: got %v, want %v", c.believed, value, c.want)
		}
	}
}

func TestACorrectionWithoutALaterDayCountsFromItsRecording(t *testing.T) {
	first := figure("a", "metro", "2023", 120)
	first.Recorded = day("2024-02-01").Time()
	typo := first
	typo.Version, typo.Value, typo.Recorded, typo.Log = 2, 105, day("2024-09-01").Time(), 1
	for believed, want := range map[string]float64{"2024-06-30": 120, "2024-09-01": 105} {
		if got := evaluate(reported(">=", 140), "2024-12-31", believed, first, typo); got.Current.Value != want {
			t.Errorf("believed on %s: got %v, want %v", believed, got.Current.Value, want)
		}
	}
}

// Nothing can be missed, late or certain on a day that nobody has seen yet.
func TestNoCertaintyAboutDaysThatNobodyKnows(t *testing.T) {
	in := rails(false)
	for _, believed := range []string{"2024-06-30", "2026-11-23"} {
		got := board.Evaluate(in, board.Query{AsOf: day("2027-06-30"), BelievedOn: day(believed)}).Targets[0]
		for _, r := range got.ByRule {
			if r.Verdict == board.Missed {
				t.Errorf("believed on %s, rule %s: missed on a day still to come", believed, r.Rule.ID)
			}
			if r.Value.Date != day(believed) {
				t.Errorf("believed on %s: a figure for %s", believed, r.Value.Date)
			}
		}
	}
}

func TestBeforeThePlanWasIssuedNothingIsJudged(t *testing.T) {
	in := rails(false)
	in.Plan.Issued = day("2022-06-01")
	got := board.Evaluate(in, board.Query{AsOf: day("2022-01-31"), BelievedOn: day("2022-01-31")}).Targets[0]
	if got.Verdict != board.Undetermined || !slices.Equal(codes(got), []string{"plan-not-issued"}) {
		t.Errorf("got %s %v", got.Verdict, codes(got))
	}
}

func TestPromisesThatPassedWithoutNewsAreCounted(t *testing.T) {
	got := board.Evaluate(rails(false), board.Query{AsOf: day("2026-06-30"), BelievedOn: day("2026-06-30")}).Targets[0]
	found := slices.ContainsFunc(got.ByRule[0].Reasons, func(r board.Reason) bool { return r.Code == "unheard" && r.Args["n"] == "1" })
	if !found {
		t.Errorf("got %+v", got.ByRule[0].Reasons)
	}
}

func TestALogPrefixHidesWhatWasEnteredLater(t *testing.T) {
	early, late := figure("a", "metro", "2022", 110), figure("b", "metro", "2023", 120)
	early.Log, late.Log = 4, 9
	l := board.NewLedger([]plan.Observation{late, early})
	q := board.Query{AsOf: day("2026-01-01"), BelievedOn: day("2026-01-01")}
	for _, c := range []struct {
		log  int64
		want int
	}{{0, 2}, {5, 1}, {9, 1}, {10, 2}, {4, 0}} {
		q.Log = c.log
		if got := len(l.Believed("x", q)); got != c.want {
			t.Errorf("first %d entries: %d observations, want %d", c.log, got, c.want)
		}
	}
}

func TestOfTwoSourcesTheBetterGradedCounts(t *testing.T) {
	weak, good := figure("a", "metro", "2023", 99), figure("b", "metro", "2023", 120)
	weak.Grade, weak.Published = area.GradeD, day("2024-05-01")
	got := evaluate(reported(">=", 140), "2024-06-30", "2024-06-30", weak, good)
	if got.Current.Value != 120 || len(got.Series) != 1 {
		t.Errorf("got %+v", got.Current)
	}
}

func TestTheBaselineAloneShowsNoProgress(t *testing.T) {
	got := evaluate(reported(">=", 140), "2022-11-30", "2022-11-30", figure("a", "metro", "2021", 100), figure("b", "three-cities", "2021", 300))
	if got.Verdict != board.Undetermined || !slices.Equal(codes(got), []string{"only-baseline", "other-scopes"}) {
		t.Errorf("got %s %v", got.Verdict, codes(got))
	}
}

func TestStaleFiguresAreNamed(t *testing.T) {
	got := evaluate(reported(">=", 140), "2025-11-30", "2025-11-30", figure("a", "metro", "2022", 120))
	if !got.Current.Stale || got.Verdict != board.Undetermined || !slices.Contains(codes(got), "stale") {
		t.Errorf("got %v", codes(got))
	}
}

// rails is a metro of 100 km, a maglev of 20 km, and 30 km promised for 2025.
func rails(partial bool) *board.Input {
	open := func(id, class string, km float64, d string) area.Line {
		return area.Line{ID: id, Mode: "rail", Class: class, Sections: []area.Section{{
			ID: id, Scopes: []string{"metro"}, Lengths: []area.Length{{Km: km, Definition: "operating"}},
			Opened: &area.Dated{Date: day(d), Known: day(d), Cite: area.Cite{Grade: area.GradeC}}}}}
	}
	promised := open("p", "metro", 30, "2027-01-01")
	promised.Sections[0].Opened = nil
	promised.Sections[0].Planned = []area.Dated{{Date: day("2025-12-31"), Known: day("2022-01-01")}}
	rule := func(id string, classes ...string) plan.Rule {
		return plan.Rule{ID: id, Version: 1, Measure: "network-length", Classes: classes, Definitions: []string{"operating"}, Scope: "metro", Partial: partial}
	}
	return &board.Input{
		Network: &area.Network{Lines: []area.Line{open("m", "metro", 100, "2020-01-01"), open("g", "maglev", 20, "2016-05-06"), promised}},
		Ledger:  board.NewLedger(nil),
		Plan: &plan.Plan{
			From: day("2022-01-01"), Until: day("2026-12-31"),
			Indicators: []plan.Indicator{{ID: "rail", Kind: "measured", Additive: true, Direction: plan.Up, Rules: []plan.Rule{rule("urban", "metro"), rule("all", "metro", "maglev")}}},
			Targets:    []plan.Target{{ID: "t", Indicator: "rail", Scope: "metro", Op: ">=", Value: 115, Due: day("2026-12-31")}},
		},
	}
}

func TestRulesThatDisagreeAreSaidToDisagree(t *testing.T) {
	in := rails(false)
	got := board.Evaluate(in, board.Query{AsOf: day("2027-06-30"), BelievedOn: day("2027-06-30")}).Targets[0]
	if got.Verdict != board.RuleDependent || got.ByRule[0].Verdict != board.Missed || got.ByRule[1].Verdict != board.Met {
		t.Errorf("got %s: %s, %s", got.Verdict, got.ByRule[0].Verdict, got.ByRule[1].Verdict)
	}
	in.Plan.Targets[0].JudgeRule = "all"
	got = board.Evaluate(in, board.Query{AsOf: day("2027-06-30"), BelievedOn: day("2027-06-30")}).Targets[0]
	if got.Verdict != board.Met || got.Current.Value != 120 || got.Current.Rule != "all" || len(got.Current.Evidence) != 2 {
		t.Errorf("judged by one rule: got %s %+v", got.Verdict, got.Current)
	}
}

func TestIncompleteEvidenceIsALowerBoundNotAFailure(t *testing.T) {
	got := board.Evaluate(rails(true), board.Query{AsOf: day("2027-06-30"), BelievedOn: day("2027-06-30")}).Targets[0]
	if got.ByRule[0].Verdict != board.LowerBound || got.ByRule[1].Verdict != board.Met {
		t.Errorf("got %s, %s", got.ByRule[0].Verdict, got.ByRule[1].Verdict)
	}
}

func TestARuleOfAnotherScopeIsNotComparable(t *testing.T) {
	in := rails(false)
	in.Plan.Targets[0].Scope = "province"
	got := board.Evaluate(in, board.Query{AsOf: day("2024-06-30"), BelievedOn: day("2024-06-30")}).Targets[0]
	if got.Verdict != board.NotComparable || got.Current != nil {
		t.Errorf("got %s", got.Verdict)
	}
}

func TestWithoutAnyPromisedWorkALengthIsOffTrack(t *testing.T) {
	in := rails(false)
	in.Network.Lines = in.Network.Lines[:2]
	in.Plan.Targets[0].JudgeRule = "urban"
	in.Plan.Targets[0].Trajectory = plan.Trajectory{Kind: "milestones", Registered: day("2022-06-01")}
	got := board.Evaluate(in, board.Query{AsOf: day("2024-06-30"), BelievedOn: day("2024-06-30")}).Targets[0]
	if got.Verdict != board.OffTrack || !slices.Contains(codes(got), "nothing-pending") {
		t.Errorf("got %s %v", got.Verdict, codes(got))
	}
}

func TestReachedLateIsMissedAndSaysWhen(t *testing.T) {
	in := rails(false)
	in.Network.Lines[2].Sections[0].Opened = &area.Dated{Date: day("2027-01-01"), Known: day("2027-01-01")}
	got := board.Evaluate(in, board.Query{AsOf: day("2027-06-30"), BelievedOn: day("2027-06-30")}).Targets[0].ByRule[0]
	last := got.Reasons[len(got.Reasons)-1]
	if got.Verdict != board.Missed || last.Code != "reached-late" || last.Args["date"] != "2027-01-01" {
		t.Errorf("got %s %+v", got.Verdict, got.Reasons)
	}
}

func TestThePromisesOfTheDayMakeTheTrajectory(t *testing.T) {
	in := rails(false)
	in.Plan.Targets[0].Trajectory = plan.Trajectory{Kind: "milestones", Registered: day("2022-06-01")}
	in.Plan.Targets[0].JudgeRule = "urban"
	for _, c := range []struct {
		asOf string
		want float64
	}{{"2024-06-30", 100}, {"2026-06-30", 130}} {
		got := board.Evaluate(in, board.Query{AsOf: day(c.asOf), BelievedOn: day(c.asOf)}).Targets[0]
		if got.Expected == nil || *got.Expected != c.want {
			t.Errorf("%s: expected %v, want %v; path %v", c.asOf, got.Expected, c.want, got.Path)
		}
	}
}

// The same evidence gives the same bytes, in any order and on any number of cores.
func TestABoardIsTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []plan.Observation
		for i := range rapid.IntRange(0, 30).Draw(t, "n") {
			year := rapid.IntRange(2010, 2025).Draw(t, "year")
			o := figure(string(rune('a'+i)), rapid.SampledFrom([]string{"metro", "three-cities"}).Draw(t, "scope"),
				area.NewDate(year, 1, 1).String()[:4], rapid.Float64Range(50, 200).Draw(t, "value"))
			o.Log = int64(i)
			all = append(all, o)
		}
		bytes := func(list []plan.Observation) string {
			in := &board.Input{Network: &area.Network{}, Plan: reported(">=", 140, "about"), Ledger: board.NewLedger(list)}
			b, err := json.Marshal(board.Evaluate(in, board.Query{AsOf: day("2026-06-30"), BelievedOn: day("2026-06-30")}))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		want := bytes(all)
		slices.Reverse(all)
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		if got := bytes(all); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

func TestWithAddsToALedgerAndLeavesTheOldAlone(t *testing.T) {
	a, b := figure("a", "metro", "2022", 1), figure("b", "metro", "2023", 2)
	l := board.NewLedger([]plan.Observation{b})
	m := l.With([]plan.Observation{a})
	q := board.Query{AsOf: day("2030-01-01"), BelievedOn: day("2030-01-01")}
	if len(l.Believed("x", q)) != 1 || len(m.Believed("x", q)) != 2 {
		t.Errorf("old has %d, new has %d", len(l.Believed("x", q)), len(m.Believed("x", q)))
	}
}
