package strategic_test

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"testing"

	"conurb/area"
	"conurb/area/people"
	"conurb/connect/strategic"
	"conurb/connect/street"
	"conurb/plan/pack"
	"conurb/region"
)

// lay makes cells and streets of a pack.
func lay(t testing.TB, p *pack.Pack, asOf area.Date) (*area.Cells, street.Source, strategic.Report) {
	t.Helper()
	cells, _, err := people.Distribute(&p.Area, &p.Network, p.Sketch.Anchors, people.DefaultRule())
	if err != nil {
		t.Fatal(err)
	}
	src, rep, err := strategic.Source(&p.Network, &p.Sketch, cells, strategic.DefaultRule(), asOf, asOf)
	if err != nil {
		t.Fatal(err)
	}
	return cells, src, rep
}

func czt(t testing.TB) *pack.Pack {
	t.Helper()
	p, problems := pack.Load(region.CZT())
	if p == nil {
		t.Fatal(problems)
	}
	return p
}

func build(t testing.TB, src street.Source, profile string) (*street.Graph, *street.Report) {
	t.Helper()
	rules, err := street.Builtin(profile)
	if err != nil {
		t.Fatal(err)
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		t.Fatal(err)
	}
	g, rep, err := street.Build(context.Background(), src, street.Options{Profile: rules, Limits: limits, Country: "CN"})
	if err != nil {
		t.Fatal(err)
	}
	return g, rep
}

// queue is a heap of nodes by time.
type queue []street.Leg

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].Time < q[j].Time }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(street.Leg)) }
func (q *queue) Pop() any          { old := *q; x := old[len(old)-1]; *q = old[:len(old)-1]; return x }

const never = street.Millis(math.MaxInt32)

// times are those from a point to every node (Dijkstra).
func times(g *street.Graph, from street.Spot) []street.Millis {
	best := slices.Repeat([]street.Millis{never}, g.Nodes())
	var q queue
	relax := func(l street.Leg) {
		if l.Time < best[l.Node] {
			best[l.Node] = l.Time
			heap.Push(&q, l)
		}
	}
	for _, l := range g.Leave(from) {
		relax(l)
	}
	for len(q) > 0 {
		l := heap.Pop(&q).(street.Leg)
		if l.Time > best[l.Node] {
			continue
		}
		for a, end := g.Out(l.Node); a < end; a++ {
			relax(street.Leg{Node: g.Head[a], Time: l.Time + g.Time(a)})
		}
	}
	return best
}

// arrive is the time to a point.
func arrive(g *street.Graph, best []street.Millis, to street.Spot) street.Millis {
	least := never
	for _, l := range g.Reach(to) {
		if best[l.Node] != never {
			least = min(least, best[l.Node]+l.Time)
		}
	}
	return least
}

func spot(t testing.TB, s *street.Snapper, p [2]float64) street.Spot {
	t.Helper()
	at, ok := s.Nearest(p[0], p[1], 0)
	if !ok {
		t.Fatalf("no street near %v", p)
	}
	return at
}

// TestKnownTimes holds the model against times by car that are commonly known (and, as
// everything known without a document, of grade K): centre to centre in ordinary
// traffic. It may be a sixth off either end. The method pages print this table.
func TestKnownTimes(t *testing.T) {
	_, src, rep := lay(t, czt(t), area.NewDate(2026, 1, 1))
	t.Logf("%+v", rep)
	g, _ := build(t, src, "car")
	snap := g.Snapper()
	var table []string
	for _, row := range known {
		got := float64(arrive(g, times(g, spot(t, snap, row.from)), spot(t, snap, row.to))) / 60_000
		t.Logf("%-28s %5.1f min (%v to %v)", row.name, got, row.low, row.high)
		if got < row.low*5/6 || got > row.high*7/6 {
			t.Errorf("%s: %.1f minutes by car, known are %v to %v", row.name, got, row.low, row.high)
		}
		table = append(table, fmt.Sprintf("%v %v %.0f", row.low, row.high, got))
	}
	for _, page := range []string{"en", "zh-CN"} {
		b, err := os.ReadFile("../../docs/methods/" + page + "/strategic.md")
		if err != nil {
			t.Fatal(err)
		}
		var printed []string
		for _, m := range regexp.MustCompile(`(?m)^\| .* \| (\d+)[-—](\d+) \| (\d+) \|$`).FindAllStringSubmatch(string(b), -1) {
			printed = append(printed, m[1]+" "+m[2]+" "+m[3])
		}
		if !slices.Equal(printed, table) {
			t.Errorf("%s prints\n%q, want\n%q", page, printed, table)
		}
	}
}

var changsha, zhuzhou, xiangtan = [2]float64{112.97, 28.195}, [2]float64{113.13, 27.83}, [2]float64{112.94, 27.85}

var known = []struct {
	name      string
	from, to  [2]float64
	low, high float64 // minutes
}{
	{"Changsha-Zhuzhou", changsha, zhuzhou, 50, 60},
	{"Changsha-Xiangtan", changsha, xiangtan, 45, 55},
	{"Zhuzhou-Xiangtan", zhuzhou, xiangtan, 30, 40},
	{"Changsha-Liuyang", changsha, [2]float64{113.64, 28.145}, 60, 70},
	{"Changsha-Ningxiang", changsha, [2]float64{112.555, 28.255}, 45, 60},
	{"Changsha-Huanghua airport", changsha, [2]float64{113.21, 28.19}, 30, 45},
	{"Changsha-Shaoshan", changsha, [2]float64{112.525, 27.92}, 70, 85},
	{"Changsha-Liling", changsha, [2]float64{113.495, 27.655}, 80, 100},
	{"Xiangtan-Xiangxiang", xiangtan, [2]float64{112.53, 27.735}, 45, 60},
	{"Zhuzhou-You County", zhuzhou, [2]float64{113.345, 27.0}, 90, 110},
	{"Zhuzhou-Chaling", zhuzhou, [2]float64{113.54, 26.785}, 110, 135},
	{"Zhuzhou-Yanling", zhuzhou, [2]float64{113.77, 26.49}, 130, 160},
	{"Wuyi Square-Changsha South", changsha, [2]float64{113.06, 28.15}, 25, 35},
}

// TestEverySquareReachesEveryOther builds both packs with every profile: nothing may be
// left out of the largest strongly connected part, and every square stands on it.
func TestEverySquareReachesEveryOther(t *testing.T) {
	rivers, problems := pack.Load(os.DirFS("../../examples/two-rivers"))
	if rivers == nil {
		t.Fatal(problems)
	}
	for name, p := range map[string]*pack.Pack{"czt": czt(t), "two-rivers": rivers} {
		for _, day := range []area.Date{area.NewDate(2000, 1, 1), area.NewDate(2026, 1, 1)} {
			cells, src, rep := lay(t, p, day)
			if !rep.Basis.Modelled || rep.Basis.Text.Zh == "" || rep.Basis.Text.En == "" {
				t.Errorf("%s: not labelled: %+v", name, rep.Basis)
			}
			for _, profile := range []string{"car", "bicycle", "walk"} {
				g, built := build(t, src, profile)
				if len(built.Parts) > 0 || built.MissingNodes > 0 {
					t.Errorf("%s, %v, %s: left out %v, missing %d", name, day, profile, built.Parts, built.MissingNodes)
				}
				snap := g.Snapper()
				for i, at := range cells.Point {
					if s, ok := snap.Nearest(at[0], at[1], 0); !ok || s.Metres > 1 {
						t.Fatalf("%s, %v, %s: square %s is %v m from the nearest street", name, day, profile, cells.ID[i], s.Metres)
					}
				}
			}
		}
	}
}

func TestRoadsOpenOnTheirDay(t *testing.T) {
	p, problems := pack.Load(os.DirFS("../../examples/two-rivers"))
	if p == nil {
		t.Fatal(problems)
	}
	_, before, old := lay(t, p, area.NewDate(2024, 4, 30))
	_, after, now := lay(t, p, area.NewDate(2024, 5, 1))
	if old.NotOpen != 1 || now.NotOpen != 0 || now.Roads != old.Roads+1 || old.Interchanges != 0 || now.Interchanges != 3 {
		t.Errorf("before %+v, after %+v", old, now)
	}
	west, east := [2]float64{-30.25, 40.06}, [2]float64{-29.95, 39.99}
	var took [2]street.Millis
	for i, src := range []street.Source{before, after} {
		g, _ := build(t, src, "car")
		snap := g.Snapper()
		took[i] = arrive(g, times(g, spot(t, snap, west)), spot(t, snap, east))
	}
	if took[1] >= took[0] {
		t.Errorf("the expressway opens and the trip takes %d ms instead of %d", took[1], took[0])
	}
	src, _, err := strategic.Source(&p.Network, &p.Sketch, square(3, 3), strategic.DefaultRule(), area.NewDate(2024, 6, 1), area.NewDate(2024, 4, 30))
	if err != nil || ways(src, "ref", "E1") > 0 {
		t.Errorf("a road is used before its opening was known: %v", err)
	}
}

// ways counts those with a tag.
func ways(src street.Source, key, value string) (n int) {
	_ = src.Ways(func(w street.MapWay) error {
		if w.Tags.Get(key) == value {
			n++
		}
		return nil
	})
	return n
}
