package people_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"conurb/area"
	"conurb/kit/geo"
	"conurb/plan/pack"
	"conurb/region"
)

// TestAnchorsAgainstSurveyedPoints holds the anchors, written from general knowledge,
// against measured points of the same name beside the repository.
func TestAnchorsAgainstSurveyedPoints(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "czt", "facilities")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no measured points beside the repository: 1 test left out")
	}
	points := map[string][]geo.Point{}
	for _, name := range []string{"universities_wgs84_dedup.csv", "changsha_hospitals_2020_gcj02_wgs84.csv"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := map[string]int{}
		for i, column := range rows[0] {
			at[column] = i
		}
		for _, r := range rows[1:] {
			lon, err1 := strconv.ParseFloat(r[at["lon_wgs84"]], 64)
			lat, err2 := strconv.ParseFloat(r[at["lat_wgs84"]], 64)
			if err1 != nil || err2 != nil {
				continue
			}
			points[r[at["name"]]] = append(points[r[at["name"]]], geo.Point{lon, lat})
		}
	}
	p, problems := pack.Load(region.CZT())
	if p == nil {
		t.Fatal(problems)
	}
	compared := 0
	for _, a := range p.Sketch.Anchors {
		if a.Kind != area.AnchorUniversity && a.Kind != area.AnchorHospital {
			continue
		}
		best, found := 2000.0, false
		for name, list := range points {
			if strings.Contains(name, a.Name.Zh) {
				found = true
				for _, q := range list {
					best = min(best, geo.Distance(a.Point, q))
				}
			}
		}
		if found {
			compared++
		}
		if found && best >= 2000 {
			t.Errorf("%s (%s) is 2 km and more from every point of its name", a.ID, a.Name.Zh)
		}
	}
	if compared < 20 {
		t.Errorf("only %d anchors have a measured point of their name", compared)
	}
}
