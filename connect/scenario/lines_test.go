package scenario_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"conurb/area"
	"conurb/connect/scenario"
	"conurb/connect/transit"
)

// small is line 1 from A over B to C at 7:00, 7:10, 7:20, 7:30, where the first goes on
// as a trip of line 2 from C to D.
func small() *transit.Timetable {
	t := &transit.Timetable{StopPlace: [][2]float64{{0, 0}, {1, 0}, {2, 0}, {3, 0}}, StopName: []string{"A", "B", "C", "D"}, RouteName: []string{"1", "2"}, TripFirst: []int32{0}}
	add := func(route transit.Route, stay transit.Trip, at transit.Second, stops ...transit.Stop) {
		for i, s := range stops {
			t.EventStop = append(t.EventStop, s)
			t.Arrive, t.Depart = append(t.Arrive, at+transit.Second(100*i)), append(t.Depart, at+transit.Second(100*i+10*min(i, 1)))
		}
		t.TripFirst, t.TripRoute, t.Stay = append(t.TripFirst, int32(len(t.EventStop))), append(t.TripRoute, route), append(t.Stay, stay)
	}
	for i := range 4 {
		stay := transit.Trip(transit.None)
		if i == 0 {
			stay = 4
		}
		add(0, stay, transit.Second(25200+600*i), 0, 1, 2)
	}
	add(1, transit.None, 25500, 2, 3)
	return t
}

// shown is a timetable in a line for each trip: minutes after seven and stops.
func shown(t *transit.Timetable) string {
	var out []string
	for k := range t.Trips() {
		s := t.RouteName[t.TripRoute[k]]
		for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
			s += fmt.Sprintf(" %s%d", t.StopName[t.EventStop[e]], t.Arrive[e]-25200)
			if t.Depart[e] != t.Arrive[e] {
				s += fmt.Sprintf("+%d", t.Depart[e]-t.Arrive[e])
			}
		}
		if t.Stay[k] != transit.None {
			s += " &"
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestEditsOfLines(t *testing.T) {
	const one, two, three, four, on = "1 A0 B100+10 C200+10 &", "1 A600 B700+10 C800+10", "1 A1200 B1300+10 C1400+10", "1 A1800 B1900+10 C2000+10", "2 C300 D400+10"
	band := []area.Band{{From: 25200 + 500, Until: 25200 + 1500, Headway: 400}}
	for _, c := range []struct {
		name  string
		edits []area.Edit
		want  []string
	}{
		{"none", []area.Edit{{Kind: area.CloseRoad}}, []string{one, two, three, four, on}},
		{"dropped", []area.Edit{{Kind: area.DropLine, Line: "1"}}, []string{on}},
		{"moved, with those who stay seated", []area.Edit{{Kind: area.Shift, Line: "1", Seconds: -60}}, []string{"1 A-60 B40+10 C140+10 &", "1 A540 B640+10 C740+10", "1 A1140 B1240+10 C1340+10", "1 A1740 B1840+10 C1940+10", on}},
		{"moved past what it goes on as", []area.Edit{{Kind: area.Shift, Line: "2", Seconds: -200}}, []string{"1 A0 B100+10 C200+10", two, three, four, "2 C100 D200+10"}},
		{"slower", []area.Edit{{Kind: area.RunTime, Line: "2", Factor: 1.5}}, []string{one, two, three, four, "2 C300 D450+10"}},
		{"a stop passed", []area.Edit{{Kind: area.SkipStop, Line: "1", Stop: "b"}}, []string{"1 A0 C200+10 &", "1 A600 C800+10", "1 A1200 C1400+10", "1 A1800 C2000+10", on}},
		{"nothing left of a line", []area.Edit{{Kind: area.SkipStop, Line: "2", Stop: "D"}}, []string{"1 A0 B100+10 C200+10", two, three, four}},
		{"a stop more", []area.Edit{{Kind: area.AddStop, Line: "2", Stop: "C", Stops: []area.Place{{Name: "E", Point: [2]float64{2.25, 0}}}, Dwell: 20, Seconds: 40}}, []string{one, two, three, four, "2 C300 E335+20 D460+10"}},
		{"twice as often", []area.Edit{{Kind: area.Headway, Line: "1", Factor: 0.5}}, []string{one, "1 A300 B400+10 C500+10", two, "1 A900 B1000+10 C1100+10", three, "1 A1500 B1600+10 C1700+10", four, on}},
		{"half as often", []area.Edit{{Kind: area.Headway, Line: "1", Factor: 2}}, []string{one, three, on}},
		{"at two thirds", []area.Edit{{Kind: area.Headway, Line: "1", Factor: 1.5}}, []string{one, "1 A900 B1000+10 C1100+10", four, on}},
		{"a part of the day", []area.Edit{{Kind: area.Headway, Line: "1", Bands: band}}, []string{one, "1 A500 B600+10 C700+10", "1 A900 B1000+10 C1100+10", "1 A1300 B1400+10 C1500+10", four, on}},
		{"a new line, both ways", []area.Edit{{Kind: area.AddLine, Line: "3", Stops: []area.Place{{Name: "D"}, {Name: "B"}, {Name: "F", Point: [2]float64{9, 9}}}, Run: []int{50, 70}, Dwell: 5, Bands: band}},
			[]string{one, two, three, four, on, "3 D500 B550+5 F625", "3 D900 B950+5 F1025", "3 D1300 B1350+5 F1425", "3 F500 B570+5 D625", "3 F900 B970+5 D1025", "3 F1300 B1370+5 D1425"}},
		{"one after another", []area.Edit{{Kind: area.Headway, Line: "1", Factor: 2}, {Kind: area.Shift, Line: "1", Seconds: 5}}, []string{"1 A5 B105+10 C205+10 &", "1 A1205 B1305+10 C1405+10", on}},
	} {
		got, err := scenario.Lines(small(), []area.Work{{Edits: c.edits}})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		slices.Sort(c.want)
		if want := strings.Join(c.want, "\n"); shown(got) != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, shown(got), want)
		}
	}
}

func TestRefusedEditsOfLines(t *testing.T) {
	twins := small()
	twins.StopName[1] = "A"
	for _, c := range []struct {
		code string
		edit area.Edit
	}{
		{"unknown-line", area.Edit{Kind: area.DropLine, Line: "9"}},
		{"unknown-stop", area.Edit{Kind: area.SkipStop, Line: "1", Stop: "D"}},
		{"unknown-stop", area.Edit{Kind: area.AddStop, Line: "1", Stop: "C", Stops: []area.Place{{Name: "D"}}}},
		{"line-exists", area.Edit{Kind: area.AddLine, Line: "1"}},
		{"unknown-place", area.Edit{Kind: area.AddLine, Line: "3", Stops: []area.Place{{Name: "Z"}}}},
		{"ambiguous-stop", area.Edit{Kind: area.AddLine, Line: "3", Stops: []area.Place{{Name: "A"}}}},
	} {
		_, err := scenario.Lines(twins, []area.Work{{Edits: []area.Edit{c.edit}}})
		var r *scenario.Refusal
		if !errors.As(err, &r) || r.Code != c.code {
			t.Errorf("%s: got %v", c.code, err)
		}
	}
}
