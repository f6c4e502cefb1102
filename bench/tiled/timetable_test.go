package tiled

import (
	"testing"

	"conurb/connect/street"
	"conurb/connect/transit"
)

// Two stops a trip apart, in one tile, in two and in four: as many trips in each, and
// lines there and back between neighbours that hold together.
func TestTimetablesRepeatWithTheTiles(t *testing.T) {
	one := &transit.Timetable{
		StopPlace: [][2]float64{{0, 0}, {0.004, 0.004}}, TripFirst: []int32{0, 2, 4}, TripRoute: []transit.Route{0, 0}, Stay: []transit.Trip{1, transit.None},
		EventStop: []transit.Stop{0, 1, 1, 0}, Arrive: []transit.Second{0, 300, 400, 1200}, Depart: []transit.Second{0, 300, 400, 1200},
	}
	links := map[int]int{1: 0, 2: 2, 4: 8} // lines, each way
	for tiles, lines := range links {
		m := &Map{Tiles: tiles, wide: (tiles + 1) / 2, step: street.Place{Lon: 50_000, Lat: 50_000}}
		if tiles == 2 {
			m.wide = 2
		}
		all := m.Timetable(one)
		if err := all.Check(); err != nil {
			t.Fatalf("%d tiles: %v", tiles, err)
		}
		starts := 3 // at 0, 600 and 1,200 s
		if got, want := all.Trips(), 2*tiles+starts*lines; got != want {
			t.Errorf("%d tiles: got %d trips, want %d", tiles, got, want)
		}
		if got, want := all.Stops(), 2*tiles; got != want {
			t.Errorf("%d tiles: got %d stops, want %d", tiles, got, want)
		}
		if last := transit.Trip(2*tiles - 2); all.Stay[last] != last+1 {
			t.Errorf("%d tiles: trip %d goes on as %d", tiles, last, all.Stay[last])
		}
	}
}
