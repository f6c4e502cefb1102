package line

import (
	"testing"

	"conurb/area"
	"conurb/connect/transit"
)

func TestALineInTwoPhases(t *testing.T) {
	n := &area.Network{
		Stations: []area.Station{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}},
		Lines: []area.Line{{ID: "l", Mode: "rail", Stations: []string{"a", "b", "c", "d"}, Sections: []area.Section{
			{ID: "west", From: "a", To: "b"}, {ID: "east", From: "b", To: "d"},
		}}},
	}
	services := []area.Service{{ID: "s", Line: "l", Stops: []string{"a", "b", "c", "d"}, Run: []int{60, 90, 120}, Dwell: 30,
		BothWays: true, Bands: []area.Band{{From: 6 * 3600, Until: 7 * 3600, Headway: 600}}}}
	got, rep := Timetable(n, services, func(id string) bool { return id == "east" }, func(*area.Service) bool { return true })
	if err := got.Check(); err != nil {
		t.Fatal(err)
	}
	if rep.Services != 1 || rep.Runs != 12 || got.Trips() != 12 || len(rep.Part) != 1 || rep.Part[0].Section != "west" {
		t.Errorf("report %+v", rep)
	}
	if got.Depart[0] != 6*3600+90 || got.EventStop[0] != transit.Stop(1) {
		t.Errorf("the first train leaves stop %d at %d", got.EventStop[0], got.Depart[0])
	}
}
