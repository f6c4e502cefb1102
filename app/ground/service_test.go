package ground_test

import (
	"os"
	"testing"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/plan/pack"
)

// The region's own ground carries the lines that run on the day, and says that they are
// a model; before anything runs there is nothing to ride.
func TestARegionCarriesItsOwnLines(t *testing.T) {
	p, problems := pack.Load(os.DirFS("../../examples/two-rivers"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if len(p.Services) == 0 {
		t.Fatal("the example has no services: nothing would be tested")
	}
	day := area.NewDate(2026, 5, 13)
	table := ground.Timetable(p, day)
	if table.Trips() == 0 || table.Stops() != len(p.Network.Stations) {
		t.Fatalf("%d trips, %d stops of %d stations", table.Trips(), table.Stops(), len(p.Network.Stations))
	}
	if none := ground.Timetable(p, area.NewDate(1900, 1, 1)); none.Trips() != 0 || none.Stops() != table.Stops() {
		t.Errorf("in 1900 there are %d trips at %d stops", none.Trips(), none.Stops())
	}
	g, err := ground.Region(t.Context(), ground.Home{Data: t.TempDir(), Now: time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)}, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := g.Service; s == nil || s.Day != "2026-05-13" || !s.Basis.Modelled || s.Table.Trips() != table.Trips() {
		t.Fatalf("service: %+v", s)
	}
	tr, err := g.Transit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	from, to := p.Network.Stations[0].Point, p.Network.Stations[1].Point
	if _, err := tr.Pair(t.Context(), from, to, reach.Work{}); err != nil {
		t.Errorf("between two stations: %v", err)
	}
	if plain, err := ground.Lines(reach.NewGround("x", g.Net, nil), p, area.NewDate(1900, 1, 1)); err != nil || plain.Service != nil {
		t.Errorf("in 1900: %+v, %v", plain.Service, err)
	}
}
