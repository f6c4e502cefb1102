package people_test

import (
	"testing"

	"conurb/area/people"
	"conurb/kit/geo"
)

func TestWhereAgreesWithDistribute(t *testing.T) {
	a := twoTowns()
	cells, rep, err := people.Distribute(a, nil, nil, people.DefaultRule())
	if err != nil {
		t.Fatal(err)
	}
	points := append([]geo.Point{}, cells.Point...)
	got, err := people.Where(a, append(points, geo.Point{9, 50}))
	if err != nil {
		t.Fatal(err)
	}
	for d, r := range rep.Districts {
		for i := r.First; i < r.First+r.Cells; i++ {
			if got[i] != int32(d) {
				t.Errorf("%s lies in district %d, want %d", cells.ID[i], got[i], d)
			}
		}
	}
	if got[len(got)-1] != -1 {
		t.Errorf("a point far outside lies in district %d", got[len(got)-1])
	}
}
