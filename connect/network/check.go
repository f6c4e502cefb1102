package network

import (
	"fmt"

	"conurb/connect/street"
)

// check holds a graph to what street.Build promises, so that a file with right
// checksums and wrong contents is an error and never a panic later. It is linear.
func check(g *street.Graph) error {
	n, arcs, edges := len(g.NodePlace), len(g.Head), len(g.EdgeWay)
	for _, l := range []struct {
		name      string
		got, want int
	}{
		{"node/id", len(g.NodeID), n}, {"arc/first", len(g.First), n + 1}, {"arc/side", len(g.ArcSide), arcs},
		{"arc/move", len(g.Move), arcs}, {"arc/wait", len(g.Wait), arcs}, {"edge/class", len(g.EdgeClass), edges},
		{"edge/metres", len(g.EdgeMetres), edges}, {"edge/name", len(g.EdgeName), edges}, {"edge/ref", len(g.EdgeRef), edges},
		{"edge/flags", len(g.EdgeFlags), edges}, {"names-en", len(g.NamesEn), len(g.Names)}, {"edge/shape-first", len(g.ShapeFirst), edges + 1},
		{"side/move", len(g.SideMove), 2 * edges}, {"side/wait", len(g.SideWait), 2 * edges},
		{"side/depart", len(g.Depart), 2 * edges}, {"side/arrive-first", len(g.ArriveFirst), 2*edges + 1},
	} {
		if l.got != l.want {
			return fmt.Errorf("array %s has %d elements, not %d", l.name, l.got, l.want)
		}
	}
	for _, o := range []struct {
		name  string
		first []int32
		last  int
	}{{"arc/first", g.First, arcs}, {"edge/shape-first", g.ShapeFirst, len(g.Shape)}, {"side/arrive-first", g.ArriveFirst, len(g.Arrive)}} {
		if !offsets(o.first, o.last) {
			return fmt.Errorf("array %s: offsets out of order", o.name)
		}
	}
	for _, r := range []error{
		within("arc/head", g.Head, 0, n), within("arc/side", g.ArcSide, street.None, 2*edges),
		within("side/depart", g.Depart, street.None, n), within("edge/class", g.EdgeClass, 0, len(g.Classes)),
		within("edge/name", g.EdgeName, 0, len(g.Names)), within("edge/ref", g.EdgeRef, 0, len(g.Names)),
	} {
		if r != nil {
			return r
		}
	}
	for i, leg := range g.Arrive {
		if int(leg.Node) < 0 || int(leg.Node) >= n || leg.Time < 0 {
			return fmt.Errorf("array side/arrive: element %d out of range", i)
		}
	}
	for e := range edges {
		if g.ShapeFirst[e+1]-g.ShapeFirst[e] < 2 {
			return fmt.Errorf("edge %d has no shape", e)
		}
		for s := 2 * e; s < 2*e+2; s++ {
			if open := g.SideMove[s] >= 0; open && (g.Depart[s] < 0 || g.SideWait[s] < 0) {
				return fmt.Errorf("side %d is open and leads nowhere", s)
			}
		}
	}
	for a := range arcs {
		if g.Move[a] < 0 || g.Wait[a] < 0 {
			return fmt.Errorf("arc %d takes negative time", a)
		}
	}
	return nil
}

func offsets(first []int32, last int) bool {
	if first[0] != 0 || int(first[len(first)-1]) != last {
		return false
	}
	for i := 1; i < len(first); i++ {
		if first[i] < first[i-1] {
			return false
		}
	}
	return true
}

func within[T ~int32 | ~uint8](name string, v []T, low, end int) error {
	for i := range v {
		if int(v[i]) < low || int(v[i]) >= end {
			return fmt.Errorf("array %s: element %d out of range", name, i)
		}
	}
	return nil
}
