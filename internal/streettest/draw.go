// Package streettest draws street maps for tests.
//
// A picture gives the places: every letter or digit in it is a node, 100 metres
// from the next column's and from the next row's; lines between them are for the
// reader. The lines after it give the tags:
//
//	world := streettest.Draw(t, `
//		A--B--C
//		   |
//		   D
//	`,
//		"ABC highway=residential oneway=yes",
//		"BD  highway=service access=private",
//		"node B highway=traffic_signals",
//		"turn ABC BD restriction=no_right_turn via=B",
//	)
//
// Ways are numbered from 1 in the order of their lines, nodes by their letter. A
// blank inside a value is written as ~.
package streettest

import (
	"strings"
	"testing"
	"unicode"

	"conurb/connect/street"
)

// Cell is the distance between two neighbouring letters, in metres.
const Cell = 100.0

// World is a drawn map. It is a street.Source.
type World struct {
	t         testing.TB
	nodes     []street.MapNode
	ways      []street.MapWay
	relations []street.MapRelation
	byName    map[string]int64
}

var _ street.Source = (*World)(nil)

// The corner of every world lies on the equator, where a cell is the same angle in
// both directions.
const cellUnits = 8993 // of a ten-millionth of a degree: 100.0 m on the sphere of kit/geo

// Draw reads a picture and its lines.
func Draw(t testing.TB, picture string, lines ...string) *World {
	t.Helper()
	w := &World{t: t, byName: map[string]int64{}}
	rows := strings.Split(strings.Trim(strings.ReplaceAll(picture, "\t", ""), "\n"), "\n")
	seen := map[rune]bool{}
	for y, row := range rows {
		for x, r := range []rune(row) {
			switch {
			case unicode.IsLetter(r) || unicode.IsDigit(r):
				if seen[r] {
					t.Fatalf("the picture has two nodes %c", r)
				}
				seen[r] = true
				w.nodes = append(w.nodes, street.MapNode{ID: int64(r), Place: street.Place{Lon: int32(x) * cellUnits, Lat: -int32(y) * cellUnits}})
			case !strings.ContainsRune(` -|/\+`, r):
				t.Fatalf("the picture has a %q, neither node nor line", r)
			}
		}
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 1 && fields[0] == "node":
			w.node(fields[1]).Tags = w.tags(fields[2:])
		case len(fields) > 2 && fields[0] == "turn":
			w.turn(fields[1], fields[2], fields[3:])
		case len(fields) > 0:
			w.way(fields[0], fields[1:])
		}
	}
	return w
}

// Move shifts a world by degrees, which a file in need of a place on earth wants.
func (w *World) Move(lon, lat float64) {
	for i := range w.nodes {
		w.nodes[i].Place.Lon += int32(lon * 1e7)
		w.nodes[i].Place.Lat += int32(lat * 1e7)
	}
}

func (w *World) node(name string) *street.MapNode {
	w.t.Helper()
	for i := range w.nodes {
		if string(rune(w.nodes[i].ID)) == name {
			return &w.nodes[i]
		}
	}
	w.t.Fatalf("the picture has no node %q", name)
	return nil
}

func (w *World) way(name string, tags []string) {
	w.t.Helper()
	one := street.MapWay{ID: int64(len(w.ways) + 1), Tags: w.tags(tags)}
	for _, r := range name {
		one.Refs = append(one.Refs, w.node(string(r)).ID)
	}
	if _, twice := w.byName[name]; twice {
		w.t.Fatalf("two ways %q", name)
	}
	w.byName[name] = one.ID
	w.ways = append(w.ways, one)
}

// turn adds a restriction: "turn FROM TO key=value via=X"; via may be a way.
func (w *World) turn(from, to string, rest []string) {
	w.t.Helper()
	r := street.MapRelation{ID: int64(len(w.relations) + 1), Tags: street.Tags{{Key: "type", Value: "restriction"}}}
	r.Members = []street.Member{{Kind: street.WayMember, ID: w.Way(from), Role: "from"}, {Kind: street.WayMember, ID: w.Way(to), Role: "to"}}
	for _, t := range w.tags(rest) {
		switch {
		case t.Key != "via":
			r.Tags = append(r.Tags, t)
		case len(t.Value) == 1:
			r.Members = append(r.Members, street.Member{Kind: street.NodeMember, ID: w.node(t.Value).ID, Role: "via"})
		default:
			r.Members = append(r.Members, street.Member{Kind: street.WayMember, ID: w.Way(t.Value), Role: "via"})
		}
	}
	w.relations = append(w.relations, r)
}

func (w *World) tags(words []string) street.Tags {
	w.t.Helper()
	var tags street.Tags
	for _, word := range words {
		k, v, ok := strings.Cut(word, "=")
		if !ok {
			w.t.Fatalf("%q is not key=value", word)
		}
		tags = append(tags, street.Tag{Key: k, Value: strings.ReplaceAll(v, "~", " ")})
	}
	return tags
}

// Way gives the number of a way by its name.
func (w *World) Way(name string) int64 {
	w.t.Helper()
	id, ok := w.byName[name]
	if !ok {
		w.t.Fatalf("no way %q", name)
	}
	return id
}

// At gives longitude and latitude, in degrees, of a node, moved by east and north
// metres.
func (w *World) At(name string, east, north float64) (lon, lat float64) {
	p := w.node(name).Place.Point()
	const unit = cellUnits / 1e7 / Cell
	return p[0] + east*unit, p[1] + north*unit
}

// Lose takes a node out of the map, as at the edge of an extract; ways keep it.
func (w *World) Lose(name string) {
	lost := w.node(name).ID
	for i := range w.nodes {
		if w.nodes[i].ID == lost {
			w.nodes = append(w.nodes[:i], w.nodes[i+1:]...)
			return
		}
	}
}

// Relations, Ways and Nodes hand the map over.
func (w *World) Relations(visit func(street.MapRelation) error) error {
	return each(w.relations, visit)
}

// Ways is part of street.Source.
func (w *World) Ways(visit func(street.MapWay) error) error { return each(w.ways, visit) }

// Nodes is part of street.Source.
func (w *World) Nodes(visit func(street.MapNode) error) error { return each(w.nodes, visit) }

func each[T any](list []T, visit func(T) error) error {
	for _, one := range list {
		if err := visit(one); err != nil {
			return err
		}
	}
	return nil
}
