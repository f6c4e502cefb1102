package reach_test

import (
	"testing"

	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/kit/geo"
)

// cathedral is in the middle of Porto Alegre.
var cathedral = geo.Point{-51.2302, -30.0331}

// By public transport on measured streets, both ways in time: what the cells' own
// percentiles say is near lies within the line, what they say is far outside, but for a
// margin of what the grid can show.
func TestIsochronesOfJourneysAgreeWithTimes(t *testing.T) {
	e, points, table, transfers := portoAlegre(t)
	j := reach.DefaultJourney()
	j.Longest = reach.Minutes(90)
	cells := e.Join(points, 0)
	transits := []*reach.Transit{}
	for _, more := range []reach.Decis{0, -600, 600} { // of the walks at both ends
		j.Access, j.Egress = reach.Minutes(20)+more, reach.Minutes(20)+more
		tr, err := e.NewTransit(t.Context(), table, cells, j, transfers, reach.Work{})
		if err != nil {
			t.Fatal(err)
		}
		transits = append(transits, tr)
	}
	limits := []reach.Decis{reach.Minutes(20), reach.Minutes(40), reach.Minutes(60)}
	for _, d := range []reach.Direction{reach.Outbound, reach.Inbound} {
		for _, percent := range []float64{50} {
			iso, err := transits[0].Isochrones(t.Context(), d, cathedral, afternoon, percent, limits, 0, reach.Work{})
			if err != nil {
				t.Fatal(err)
			}
			var times [][]reach.Decis
			for _, tr := range transits {
				list, err := tr.Times(t.Context(), d, cathedral, afternoon, percent, reach.Work{})
				if err != nil {
					t.Fatal(err)
				}
				times = append(times, list)
			}
			margin := reach.Decis(2.5 * iso.Step / (e.Graph.Snap.Kmh / 3.6) * 10)
			checked, wrong, within := 0, 0, 0
			for k, at := range times[0] {
				if cells.Spots[k].Edge == street.None || cells.Spots[k].Metres > 50 || times[1][k] != times[2][k] {
					continue
				}
				for i, l := range limits {
					if at != reach.Never && at > l-margin && at < l+margin {
						continue
					}
					if at <= l {
						within++
					}
					if checked++; inside(iso.Lines[i].Polygons, points[k]) != (at <= l) {
						wrong++
					}
				}
			}
			for _, l := range iso.Lines {
				oriented(t, l.Polygons)
			}
			t.Logf("direction %d, %v %%: step %.0f m, %d checked, %d within, %d wrong, %.1f km2", d, percent, iso.Step, checked, within, wrong, iso.Lines[2].Km2)
			if within < 200 || wrong*100 > checked {
				t.Errorf("direction %d: %d of %d cells lie on the wrong side, %d within", d, wrong, checked, within)
			}
		}
	}
}

func BenchmarkIsochronesOfJourneys(b *testing.B) {
	e, points, table, transfers := portoAlegre(b)
	tr, err := e.NewTransit(b.Context(), table, e.Join(points, 0), reach.DefaultJourney(), transfers, reach.Work{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := tr.Isochrones(b.Context(), reach.Outbound, cathedral, afternoon, 50, []reach.Decis{reach.Minutes(60)}, 0, reach.Work{}); err != nil {
			b.Fatal(err)
		}
	}
}
