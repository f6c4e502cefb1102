package street_test

import (
	"container/heap"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"conurb/connect/street"
	"conurb/internal/streettest"
)

func builtin(t testing.TB, id string) *street.Profile {
	t.Helper()
	p, err := street.Builtin(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func limits(t testing.TB) *street.Limits {
	t.Helper()
	l, err := street.BuiltinLimits()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func build(t testing.TB, src street.Source, p *street.Profile) (*street.Graph, *street.Report) {
	t.Helper()
	g, rep, err := street.Build(context.Background(), src, street.Options{Profile: p, Limits: limits(t)})
	if err != nil {
		t.Fatal(err)
	}
	return g, rep
}

// best is an obvious Dijkstra: the times from the start of a trip to all nodes, and
// the node before each.
func best(g *street.Graph, starts []street.Leg, times []street.Millis) (time []street.Millis, before []street.Node) {
	time, before = make([]street.Millis, g.Nodes()), make([]street.Node, g.Nodes())
	for v := range time {
		time[v], before[v] = math.MaxInt32, street.None
	}
	q := &queue{}
	for _, s := range starts {
		if s.Time < time[s.Node] {
			time[s.Node] = s.Time
			heap.Push(q, s)
		}
	}
	for q.Len() > 0 {
		c := heap.Pop(q).(street.Leg)
		if c.Time > time[c.Node] {
			continue
		}
		from, to := g.Out(c.Node)
		for a := from; a < to; a++ {
			step := g.Time(a)
			if times != nil {
				step = times[a]
			}
			if w := g.Head[a]; c.Time+step < time[w] {
				time[w], before[w] = c.Time+step, c.Node
				heap.Push(q, street.Leg{Node: w, Time: time[w]})
			}
		}
	}
	return time, before
}

type queue []street.Leg

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].Time < q[j].Time }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(street.Leg)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// trip is the time and the junctions passed between two spots.
func trip(g *street.Graph, from, to street.Spot) (street.Millis, string) {
	t, ok := g.Between(from, to)
	if !ok {
		t = math.MaxInt32
	}
	time, before := best(g, g.Leave(from), nil)
	last := street.Node(street.None)
	for _, leg := range g.Reach(to) {
		if time[leg.Node] < math.MaxInt32 && time[leg.Node]+leg.Time < t {
			t, last = time[leg.Node]+leg.Time, leg.Node
		}
	}
	if t == math.MaxInt32 {
		return t, "none"
	}
	var passed []rune
	for v := last; v != street.None; v = before[v] {
		if r := rune(g.NodeID[v]); len(passed) == 0 || passed[len(passed)-1] != r {
			passed = append(passed, r)
		}
	}
	slices.Reverse(passed)
	return t, string(passed)
}

// middle joins the point midway between two neighbouring letters.
func middle(t testing.TB, g *street.Graph, w *streettest.World, name string) street.Spot {
	t.Helper()
	a, b := name[:1], name[1:2]
	x, y := w.At(a, 0, 0)
	u, v := w.At(b, 0, 0)
	s, ok := g.Snapper().Nearest((x+u)/2, (y+v)/2, 20)
	if !ok {
		return street.Spot{Edge: street.None}
	}
	return s
}

// passes is the junctions of the fastest trip between two middles: "AB>CD".
func passes(t testing.TB, g *street.Graph, w *streettest.World, fromTo string) string {
	t.Helper()
	from, to, _ := strings.Cut(fromTo, ">")
	a, b := middle(t, g, w, from), middle(t, g, w, to)
	if a.Edge == street.None || b.Edge == street.None {
		return "nowhere"
	}
	_, way := trip(g, a, b)
	return way
}
