package contribution_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/connect/transit"
	"conurb/internal/streettest"
	"conurb/kit/geo"
	"conurb/kit/shapley"
	"conurb/plan/contribution"
)

// picture is the town of docs/methods/*/contribution.md, a hundred metres a letter.
const picture = `
                    +---------------------------N------------------------------+
                   /                                                            \
F-----------------W-------------------------M------------------------------------C
`

// The five quarters, in the order of their cells and stops.
var (
	quarterNames = []string{"F", "W", "M", "N", "C"}
	quarterFolk  = []float64{2000, 4000, 1500, 1000, 3000}
	townWorks    = []contribution.Work{{ID: "1", Fen: 8 * yi}, {ID: "2", Fen: 6 * yi}, {ID: "3", Fen: yi}}
)

// townLines are the lines: stops, first departure in minutes past seven, minutes between
// stops. All run every ten minutes, both ways.
var townLines = []struct {
	stops []transit.Stop
	first transit.Second
	run   transit.Second
}{{[]transit.Stop{1, 2, 4}, 0, 5}, {[]transit.Stop{1, 3, 4}, 2, 5}, {[]transit.Stop{0, 1}, 2, 6}}

// timetable holds the trips of the lines of a set, from half past six to half past nine.
func timetable(places []geo.Point, on shapley.Set) *transit.Timetable {
	t := &transit.Timetable{TripFirst: []int32{0}, RouteName: []string{"1", "2", "3"}, StopName: quarterNames}
	t.StopPlace = append(t.StopPlace, places...)
	for i, l := range townLines {
		if !on.Has(i) {
			continue
		}
		back := slices.Clone(l.stops)
		slices.Reverse(back)
		for start := transit.Second(6*60 + 30); start < 9*60+30; start += 10 {
			for _, stops := range [][]transit.Stop{l.stops, back} {
				for k, s := range stops {
					at := 60 * (start + l.first + l.run*transit.Second(k))
					t.EventStop, t.Arrive, t.Depart = append(t.EventStop, s), append(t.Arrive, at), append(t.Depart, at)
				}
				t.TripFirst, t.TripRoute, t.Stay = append(t.TripFirst, int32(len(t.EventStop))), append(t.TripRoute, transit.Route(i)), append(t.Stay, transit.None)
			}
		}
	}
	return t
}

// halfHour is the town with its people who are at C within half an hour, at the median
// of the departures from seven to eight, for any set of the lines.
func halfHour(t *testing.T) *town {
	t.Helper()
	drawn := streettest.Draw(t, picture, "FWMC highway=residential", "WNC highway=residential")
	p, err := street.Builtin("walk")
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.Build(t.Context(), drawn, []network.Rules{{Profile: p}}, network.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	var places []geo.Point
	for _, name := range quarterNames {
		lon, lat := drawn.At(name, 0, 0)
		places = append(places, geo.Point{lon, lat})
	}
	e := reach.New(net.Mode("walk"))
	j := reach.DefaultJourney()
	j.Access, j.Egress = reach.Minutes(10), reach.Minutes(10)
	all, err := e.NewTransit(t.Context(), timetable(places, 0b111), e.Join(places, 0), j, nil, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	towards, err := all.Towards(t.Context(), []reach.Aim{{Points: places[4:]}}, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	return &town{townWorks, []contribution.Measure{{Indicator: "half-hour", People: 11500}}, func(on shapley.Set) []float64 {
		return []float64{within(t, towards, timetable(places, on))}
	}}
}

// within is the people who arrive in half an hour.
func within(t *testing.T, all *reach.Transit, table *transit.Timetable) float64 {
	tr, err := all.With(table)
	if err != nil {
		t.Error(err)
		return 0
	}
	sum := 0.0
	if err := tr.Percentiles(context.Background(), reach.Window{From: 7 * 3600, Until: 8 * 3600, Step: 60}, []float64{50}, reach.Work{Cores: 1}, func(origin int, times [][]reach.Decis) error {
		if times[0][0] <= reach.Minutes(30) {
			sum += quarterFolk[origin]
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	return sum
}

// rows are the tables of the page, with the figures as they come out.
func rows(t *testing.T, v *town) []string {
	s := study(t, v)
	var out []string
	for on := range shapley.Set(8) {
		name := ""
		for i := range 3 {
			if on.Has(i) {
				name += fmt.Sprintf(" + %d", i+1)
			}
		}
		if name == "" {
			name = " + –"
		}
		out = append(out, fmt.Sprintf("| %s | %.0f |", name[3:], v.value(on)[0]))
	}
	var columns [][]float64
	for _, m := range []contribution.Method{contribution.AddFirst, contribution.LeaveOneOut, contribution.Shapley} {
		d, err := s.Divide(t.Context(), m, shapley.Sampling{})
		if err != nil {
			t.Fatal(err)
		}
		var column []float64
		sum := 0.0
		for _, share := range d.Shares {
			column = append(column, share.Gain[0])
			sum += share.Gain[0]
		}
		columns = append(columns, append(column, sum, math.Round(1e6*d.Residual[0])/1e6, d.After[0]-d.Before[0]))
	}
	for k := range columns[0] {
		name := []string{"1", "2", "3", "Σ", "Δ − Σ", "Δ"}[k]
		out = append(out, fmt.Sprintf("| %s | %.1f | %.1f | %.1f |", name, columns[0][k], columns[1][k], columns[2][k]))
	}
	for _, budget := range []int64{7, 9, 15} {
		o, err := s.Order(t.Context(), 0, budget*yi, contribution.MostSets)
		if err != nil || !o.Exact {
			t.Fatal(o, err)
		}
		steps := ""
		for _, step := range o.Steps {
			steps += fmt.Sprintf(", %s (%.0f, %.1f)", step.ID, step.Gain, step.PerYi())
		}
		out = append(out, fmt.Sprintf("| %d | %s | %.0f | %d |", budget, steps[2:], o.Gain, o.Spent/yi))
	}
	return out
}

// The town of the page, through streets, timetables and journeys: every figure that the
// page shows is the one that comes out.
func TestTheTownOfTheMethodPage(t *testing.T) {
	v := halfHour(t)
	want := rows(t, v)
	t.Log("\n" + strings.Join(want, "\n"))
	if v.value(0)[0] != 3000 || v.value(0b111)[0] != 11500 || v.value(0b100)[0] != 3000 || v.value(0b101)[0] != 10500 {
		t.Errorf("the town is no longer the one that the page tells of: %v", want)
	}
	for _, lang := range []string{"en", "zh-CN"} {
		b, err := os.ReadFile("../../docs/methods/" + lang + "/contribution.md")
		if err != nil {
			t.Fatal(err)
		}
		page := string(b)
		if !strings.Contains(page, strings.Trim(picture, "\n")) {
			t.Errorf("%s: the page draws another town", lang)
		}
		for _, row := range want {
			if !strings.Contains(page, row+"\n") {
				t.Errorf("%s: the page lacks %s", lang, row)
			}
		}
	}
}
