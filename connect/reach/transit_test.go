package reach_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/kit/geo"
	"conurb/kit/gtfs"
)

// portoAlegre is the measured city with its two feeds on 13 May 2019.
func portoAlegre(t testing.TB) (*reach.Engine, []geo.Point, *transit.Timetable, transit.Transfers) {
	t.Helper()
	e, points := real(t, "porto-alegre", "walk")
	var parts []gtfs.Part
	for _, name := range []string{"eptc", "trensurb"} {
		f, err := os.Open(filepath.Join(shared, "porto-alegre", "poa_"+name+".zip"))
		if err != nil {
			t.Skip("measured timetables are absent: ", err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		feed, report, err := gtfs.ReadZip(context.Background(), f, info.Size(), gtfs.Options{})
		if err != nil {
			t.Fatal(err, report.Groups())
		}
		parts = append(parts, gtfs.Part{Name: name, Feed: feed})
	}
	feed, _, err := gtfs.Merge(parts...)
	if err != nil {
		t.Fatal(err)
	}
	table, rep := transit.OfFeed(feed, gtfs.NewDate(2019, time.May, 13))
	t.Logf("%d stops, %+v", table.Stops(), rep)
	return e, points, table, transit.TransfersOf(feed)
}

var afternoon = reach.Window{From: 14 * 3600, Until: 16 * 3600, Step: 60}

// Every percentile of a real city is that of connection scans minute by minute, with
// walks by the same tables.
func TestPercentilesAreThoseOfScansMinuteByMinute(t *testing.T) {
	e, points, table, transfers := portoAlegre(t)
	cells := e.Join(pick(points, 180, 3), 0)
	j := reach.DefaultJourney()
	j.Longest = reach.Minutes(90)
	tr, err := e.NewTransit(t.Context(), table, cells, j, transfers, reach.Work{})
	if err != nil {
		t.Fatal(err)
	}
	percent := []float64{5, 25, 50, 75, 95}
	got := map[int][][]reach.Decis{}
	if err := tr.Percentiles(t.Context(), afternoon, percent, reach.Work{}, func(origin int, times [][]reach.Decis) error {
		if len(got) != origin {
			t.Errorf("origin %d after %d others", origin, len(got))
		}
		for _, row := range times {
			got[origin] = append(got[origin], append([]reach.Decis(nil), row...))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	counts(t, tr, got, cells.Len())
	random := rand.New(rand.NewPCG(4, 5))
	compared, reached := 0, 0
	for range 12 {
		origin := random.IntN(cells.Len())
		want := tr.Scanned(t.Context(), origin, afternoon, percent)
		for p := range percent {
			for c := range cells.Len() {
				if compared++; got[origin][p][c] != want[p][c] {
					t.Fatalf("origin %d to cell %d, %v %%: got %d, want %d", origin, c, percent[p], got[origin][p][c], want[p][c])
				}
				if want[p][c] != reach.Never {
					reached++
				}
			}
		}
	}
	t.Logf("%d compared, %d reached", compared, reached)
	if reached < compared/4 {
		t.Errorf("only %d of %d are reached: nothing was tested", reached, compared)
	}
}

// counts holds sums by coverage to the percentiles: here the medians.
func counts(t *testing.T, tr *reach.Transit, got map[int][][]reach.Decis, n int) {
	t.Helper()
	ones := make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	limits := []reach.Decis{reach.Minutes(20), reach.Minutes(45), reach.Minutes(90)}
	if err := tr.Counts(t.Context(), afternoon, 50, reach.Question{Limits: limits, Columns: [][]float64{ones}}, reach.Work{}, func(origin int, s reach.Sums) error {
		for i, l := range limits {
			want := 0
			for _, at := range got[origin][2] {
				if at <= l {
					want++
				}
			}
			if s.Places[i] != want || s.At[i][0] != float64(want) {
				t.Errorf("origin %d within %d: %d places, want %d", origin, l, s.Places[i], want)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// The same towards aims of several points, backwards in time, and with a bicycle to the
// first stop.
func TestOtherEndsAreThoseOfScansMinuteByMinute(t *testing.T) {
	e, points, table, transfers := portoAlegre(t)
	bicycle, _ := real(t, "porto-alegre", "bicycle")
	cells := e.Join(pick(points, 40, 5), 0)
	j := reach.DefaultJourney()
	j.Longest = reach.Minutes(90)
	must := func(tr *reach.Transit, err error) *reach.Transit {
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	base := must(e.NewTransit(t.Context(), table, cells, j, transfers, reach.Work{}))
	j.By = &reach.Vehicle{Engine: bicycle, Limit: reach.Minutes(10), Park: reach.Minutes(2)}
	var aims []reach.Aim
	for i := range 12 {
		aims = append(aims, reach.Aim{Points: pick(points, 1+i%4, uint64(50+i))})
	}
	towards := must(base.Towards(t.Context(), aims, reach.Work{}))
	for name, tr := range map[string]*reach.Transit{"towards": towards, "inbound": must(towards.Inbound(t.Context())), "bicycle": must(e.NewTransit(t.Context(), table, cells, j, transfers, reach.Work{}))} {
		percent, compared, reached := []float64{5, 50}, 0, 0
		if err := tr.Percentiles(t.Context(), afternoon, percent, reach.Work{}, func(origin int, times [][]reach.Decis) error {
			if origin%5 != 0 {
				return nil
			}
			for p, row := range tr.Scanned(t.Context(), origin, afternoon, percent) {
				for c, want := range row {
					if compared++; times[p][c] != want {
						t.Fatalf("%s: row %d, column %d, %v %%: got %d, want %d", name, origin, c, percent[p], times[p][c], want)
					}
					if want != reach.Never {
						reached++
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if t.Logf("%s: %d compared, %d reached", name, compared, reached); reached < compared/4 {
			t.Errorf("%s: only %d of %d are reached", name, reached, compared)
		}
	}
}

func BenchmarkPortoAlegre(b *testing.B) {
	e, points, table, transfers := portoAlegre(b)
	cells := e.Join(points, 0)
	tr, err := e.NewTransit(b.Context(), table, cells, reach.DefaultJourney(), transfers, reach.Work{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("walks", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.NewTransit(b.Context(), table, cells, reach.DefaultJourney(), transfers, reach.Work{Cores: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("program", func(b *testing.B) {
		b.StopTimer()
		for range b.N {
			other, err := e.NewTransit(b.Context(), table, cells, reach.DefaultJourney(), transfers, reach.Work{})
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			p, err := other.Program(afternoon)
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			b.ReportMetric(float64(p.Operations()), "ops")
		}
	})
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			if err := tr.Counts(b.Context(), afternoon, 50, reach.Question{Limits: []reach.Decis{reach.Minutes(30), reach.Minutes(60)}}, reach.Work{Cores: 1}, func(int, reach.Sums) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			tr.Scanned(b.Context(), 600, afternoon, nil)
		}
	})
	b.Run("median", func(b *testing.B) {
		for b.Loop() {
			if err := tr.Percentiles(b.Context(), afternoon, []float64{50}, reach.Work{Cores: 1}, func(int, [][]reach.Decis) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
