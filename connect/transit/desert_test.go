package transit_test

import (
	"testing"

	"conurb/connect/transit"
)

// The city in the desert (after the synthetic grid of Conveyal's R5): streets of blocks a
// minute apart by tram, a line eastward along every row and one southward along every
// column, all of one headway. Trams of row i pass column j at 60(i+j) seconds after
// every headway, and those of column j pass row i at the same time, so that whoever
// changes has just missed the other line by the slack and waits a whole headway. From
// (i,j) to (k,l), not north and not west of it, one therefore takes
//
//	wait(d) + 60(k-i + l-j) + headway, if both k > i and l > j
//
// where wait is spread evenly from the slack on over one headway. Whatever else one does
// - changing more often, going round - adds a headway each time.
const (
	desertSide    = 12
	desertBlock   = 60
	desertHeadway = 600
	desertSlack   = 60
)

// desert is the timetable: stops by rows, trams from 5:00 to 13:00.
func desert() *transit.Timetable {
	t := &transit.Timetable{TripFirst: []int32{0}}
	for i := range desertSide * desertSide {
		t.StopPlace, t.StopName = append(t.StopPlace, [2]float64{float64(i % desertSide), float64(i / desertSide)}), append(t.StopName, "")
	}
	for line := range 2 * desertSide {
		t.RouteName = append(t.RouteName, "")
		at := line % desertSide
		for start := transit.Second(5 * 3600); start < 13*3600; start += desertHeadway {
			for k := range desertSide {
				stop := at*desertSide + k
				if line >= desertSide {
					stop = k*desertSide + at
				}
				time := start + transit.Second(desertBlock*(at+k))
				t.EventStop = append(t.EventStop, transit.Stop(stop))
				t.Arrive, t.Depart = append(t.Arrive, time), append(t.Depart, time)
			}
			t.TripFirst = append(t.TripFirst, int32(len(t.EventStop)))
			t.TripRoute, t.Stay = append(t.TripRoute, transit.Route(line)), append(t.Stay, transit.None)
		}
	}
	return t
}

// TestTheCityInTheDesert: every percentile of every pair is what the formula says.
func TestTheCityInTheDesert(t *testing.T) {
	n := desertSide * desertSide
	var here, nowhere transit.Walks // one lives at the stops, and walks between none
	for i := range n {
		here.Add([]int32{int32(i)}, []transit.Second{0})
		nowhere.Add(nil, nil)
	}
	window := transit.Window{From: 7 * 3600, Until: 9 * 3600, Longest: 7200}
	p, err := transit.Compile(desert(), transit.Ways{Change: nowhere, Egress: here, Cells: n}, window, transit.Rules{Slack: desertSlack})
	if err != nil {
		t.Fatal(err)
	}
	const step = 60
	for _, name := range transit.Instructions() {
		s, err := transit.NewSweeper(p, name)
		if err != nil {
			t.Fatal(err)
		}
		var arrivals [transit.Lanes]transit.Arrivals
		var times []transit.Second
		compared := 0
		for first := 0; first < n; first += transit.Lanes {
			var origins []int32
			for o := first; o < min(first+transit.Lanes, n); o++ {
				origins = append(origins, int32(o))
			}
			if err := s.Run(&here, origins); err != nil {
				t.Fatal(err)
			}
			for to := range n {
				s.Arrivals(int32(to), &arrivals)
				for lane, from := range origins {
					if int(from) == to {
						continue // one is there
					}
					times = p.Times(&arrivals[lane], transit.Never, step, times)
					for _, percent := range []float64{5, 25, 50, 75, 95} {
						got, want := transit.Percentile(times, percent), desertTime(int(from), to, percent, len(times), step)
						if compared++; got != want {
							t.Fatalf("%s: from %d to %d, percentile %v: %d s, want %d", name, from, to, percent, got, want)
						}
					}
				}
			}
		}
		if compared != n*(n-1)*5 {
			t.Errorf("%s: %d times compared", name, compared)
		}
	}
}

// desertTime is the formula.
func desertTime(from, to int, percent float64, departures, step int) transit.Second {
	south, east := to/desertSide-from/desertSide, to%desertSide-from%desertSide
	if south < 0 || east < 0 {
		return transit.Never
	}
	each := desertHeadway / step // waits there are, all as frequent
	rank := transit.Rank(percent, departures) - 1
	time := desertSlack + step*(rank/(departures/each)) + desertBlock*(south+east)
	if south > 0 && east > 0 {
		time += desertHeadway
	}
	return transit.Second(time)
}
