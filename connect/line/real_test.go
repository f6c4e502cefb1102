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
// is left out where it is not at hand.
const july = "../../../shared/data/czt/rail"

var update = flag.Bool("update", false, "write the comparison into the method pages")

// pair is two stations by the names of the timetable, one way.
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

// realTrips reads the direct trains between stations of the pack, each physical train once: a
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
				if a.name != b.name { // a tourist train comes back to where it began
					out.add(pair{a.name, b.name}, b.arrive-a.dep)
				}
			}
		}
	}
	return out
}

// inside is the stations of the area: their names by id, and the names.
func inside(p *pack.Pack) (name map[string]string, known map[string]bool) {
	name, known = map[string]string{}, map[string]bool{}
	for _, s := range p.Network.Stations {
		if s.City != "" {
			name[s.ID], known[s.Name.Zh] = s.Name.Zh, true
		}
	}
	return name, known
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
					if name[a.stop] == "" || name[b.stop] == "" {
						continue // outside the area
					}
					out.add(pair{name[a.stop], name[b.stop]}, float64(b.arrive-a.depart)/60)
				}
			}
		}
	}
	return out
}

// Limits of the comparison. Patterns that are rare in the timetable are counted to the
// nearest pattern of the pack, so a pair in the middle of a line may gain or lose trains
// and minutes; ends of lines and whole lines may not.
const (
	wholeShare = 0.02 // of all trains between all pairs, by which ours may be more or fewer
	goneShare  = 0.01 // of all trains, of pairs that ours do not join directly
	nearTrains = 4    // or a fifth: how near a pair is in trains a day
	nearRun    = 3    // minutes, or a tenth: how near in median run time
	nearShare  = 0.93 // of the pairs have to be near in each
	farTrains  = 8    // no pair is further off than that
	farRun     = 12   // minutes, nor than that
)

// TestTrainsOfJuly2025 holds the services of the pack to the timetable they are derived
// from: trains a day and median run time of every pair of stations in the area with
// direct trains.
func TestTrainsOfJuly2025(t *testing.T) {
	p := czt(t)
	name, known := inside(p)
	real, model := realTrips(t, known), modelTrips(p, name)
	all, ours, gone, near, nearTime, joined := 0, 0, 0, 0, 0, 0
	for k, trains := range real {
		n, m := len(trains), len(model[k])
		all, ours = all+n, ours+m
		if m == 0 {
			gone += n
			continue
		}
		joined++
		off, late := max(n-m, m-n), median(model[k])-median(trains)
		late = max(late, -late)
		if off <= max(nearTrains, n/5) {
			near++
		}
		if late <= max(nearRun, median(trains)/10) {
			nearTime++
		}
		if off > farTrains || late > farRun {
			t.Errorf("%s to %s: %d trains, median %.0f min; ours %d, %.0f min", k.from, k.to, n, median(trains), m, median(model[k]))
		}
	}
	for k, trains := range model {
		if real[k] == nil {
			ours += len(trains)
			t.Logf("%s to %s: %d trains of ours, none in the timetable", k.from, k.to, len(trains))
		}
	}
	share := func(a, b int) float64 { return float64(a) / float64(b) }
	if d := share(ours, all) - 1; max(d, -d) > wholeShare || share(gone, all) > goneShare {
		t.Errorf("%d direct trains between pairs, ours %d; %d of pairs that ours do not join", all, ours, gone)
	}
	if share(near, joined) < nearShare || share(nearTime, joined) < nearShare {
		t.Errorf("of %d pairs %d are near in trains a day, %d in run time", joined, near, nearTime)
	}
	t.Logf("%d pairs, %d joined; %d trains, ours %d, %d of pairs not joined; near: %d in trains, %d in run time", len(real), joined, all, ours, gone, near, nearTime)
}

// rowsOf is the comparison as the method page shows it: a row for two stations, figures
// there / back.
func rowsOf(p *pack.Pack, real, model trips, lang string) string {
	names := map[string]string{}
	for _, s := range p.Network.Stations {
		names[s.Name.Zh] = s.Name.In(lang)
	}
	both := func(t trips, k pair, of func([]float64) string) string {
		return of(t[k]) + " / " + of(t[pair{k.to, k.from}])
	}
	count := func(v []float64) string { return strconv.Itoa(len(v)) }
	minutes := func(v []float64) string {
		if len(v) == 0 {
			return "–"
		}
		return strconv.FormatFloat(median(v), 'f', 0, 64)
	}
	pairs := slices.SortedFunc(maps.Keys(real), func(a, b pair) int {
		return cmp.Or(cmp.Compare(len(real[b]), len(real[a])), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var b strings.Builder
	done := map[pair]bool{}
	for _, k := range pairs {
		if !done[pair{k.to, k.from}] {
			fmt.Fprintf(&b, "| %s – %s | %s | %s | %s | %s |\n", names[k.from], names[k.to], both(real, k, count), both(model, k, count), both(real, k, minutes), both(model, k, minutes))
		}
		done[k] = true
	}
	return b.String()
}

// TestMethodPageShowsTheComparison: the table of docs/methods is the one of today's pack.
func TestMethodPageShowsTheComparison(t *testing.T) {
	p := czt(t)
	name, known := inside(p)
	real, model := realTrips(t, known), modelTrips(p, name)
	for _, lang := range []string{"en", "zh-CN"} {
		page := filepath.Join("../../docs/methods", lang, "lines.md")
		old, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		head, _, ok := strings.Cut(string(old), "|---|---|---|---|---|\n")
		if !ok {
			t.Fatalf("%s has no table", page)
		}
		want := head + "|---|---|---|---|---|\n" + rowsOf(p, real, model, lang)
		switch {
		case *update:
			if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		case want != string(old):
			t.Errorf("the table of %s is not that of the pack: go test ./connect/line -update", page)
		}
	}
}
