package line

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"conurb/area"
	"conurb/plan/pack"
)

// The timetable of July 2025 is not part of the repository: this test lies beside it and
// is left out where it is not at hand. With -table the comparison of the method page is
// printed.
const july = "../../../shared/data/czt/rail"

var table = flag.Bool("table", false, "print the comparison of the method page")

// asked is a pair of stations by the names of the timetable, one way.
type pair struct{ from, to string }

// trips are the minutes that the direct trains of a day take between two stations.
type trips map[pair][]float64

func (t trips) add(p pair, minutes float64) { t[p] = append(t[p], minutes) }

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// real reads the direct trains between stations of the pack, each physical train once: a
// train that changes its number on the way stands in the table under each.
func realTrips(t *testing.T, known map[string]bool) trips {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(july, "duplicate_train_numbers.json"))
	if err != nil {
		t.Skipf("the timetable of July 2025 is not at hand (%v): its comparison with the services is left out", err)
	}
	var twins struct {
		Groups [][]string `json:"duplicate_numbers"`
	}
	if err := json.Unmarshal(b, &twins); err != nil {
		t.Fatal(err)
	}
	physical := map[string]string{}
	for _, g := range twins.Groups {
		for _, number := range g {
			physical[number] = g[0]
		}
	}
	f, err := os.Open(filepath.Join(july, "timetable_2025-07-31_trains_calling_CZT.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type stop struct {
		name        string
		arrive, dep float64
	}
	trains := map[string][]stop{}
	of := map[string]string{} // physical train -> the number it is read under
	rows := csv.NewReader(f)
	if _, err := rows.Read(); err != nil {
		t.Fatal(err)
	}
	for {
		r, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		id := cmp.Or(physical[r[0]], r[0])
		if of[id] == "" {
			of[id] = r[0]
		}
		if of[id] != r[0] || !known[r[2]] {
			continue
		}
		arrive, _ := strconv.ParseFloat(r[5], 64) // empty at the first stop
		dep, _ := strconv.ParseFloat(r[6], 64)    // empty at the last
		trains[id] = append(trains[id], stop{r[2], arrive, dep})
	}
	out := trips{}
	for _, stops := range trains {
		for i, a := range stops {
			for _, b := range stops[i+1:] {
				out.add(pair{a.name, b.name}, b.arrive-a.dep)
			}
		}
	}
	return out
}

// modelTrips are those of the services of national railways.
func modelTrips(p *pack.Pack, name map[string]string) trips {
	out := trips{}
	day, _ := area.ParseDate("2025-07-31")
	for i := range p.Services {
		s := &p.Services[i]
		if s.Source != "timetable-2025-07" {
			continue
		}
		list, _, _ := stretches(&p.Network, s, func(id string) bool { return p.Section(id).OpenedBy(day, day) })
		for _, v := range vehicles(s, list) {
			for i, a := range v.calls {
				for _, b := range v.calls[i+1:] {
					out.add(pair{name[a.stop], name[b.stop]}, float64(b.arrive-a.depart)/60)
				}
			}
		}
	}
	return out
}

// TestTrainsOfJuly2025 holds the services of the pack to the timetable they are derived
// from: trains a day and median run time of every pair of stations in the area with
// direct trains.
func TestTrainsOfJuly2025(t *testing.T) {
	p, problems := pack.Load(os.DirFS("../../region/czt"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	name, known := map[string]string{}, map[string]bool{}
	for _, s := range p.Network.Stations {
		if s.City != "" && !strings.HasPrefix(s.ID, "changsha-railway") {
			name[s.ID], known[s.Name.Zh] = s.Name.Zh, true
		}
	}
	real, model := realTrips(t, known), modelTrips(p, name)
	pairs := slices.SortedFunc(maps.Keys(real), func(a, b pair) int {
		return cmp.Or(cmp.Compare(len(real[b]), len(real[a])), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	all, ours, missing := 0, 0, 0
	far, slow := 0, 0
	for _, k := range pairs {
		n, m := len(real[k]), len(model[k])
		all, ours = all+n, ours+m
		rt := median(real[k])
		if *table {
			mt := 0.0
			if m > 0 {
				mt = median(model[k])
			}
			fmt.Printf("%s,%s,%d,%d,%.0f,%.0f\n", k.from, k.to, n, m, rt, mt)
		}
		if m == 0 {
			missing += n
			continue
		}
		if d := max(n-m, m-n); d > max(4, n/5) {
			far++
			t.Logf("%v: %d trains, ours %d", k, n, m)
		}
		if d := median(model[k]) - rt; max(d, -d) > max(3, rt/10) {
			slow++
			t.Logf("%v: %.0f min, ours %.0f", k, rt, median(model[k]))
		}
	}
	t.Logf("%d pairs, %d trains, ours %d, missing %d, far %d, slow %d", len(pairs), all, ours, missing, far, slow)
}
