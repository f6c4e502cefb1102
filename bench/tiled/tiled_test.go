package tiled

import (
	"context"
	"testing"

	"conurb/connect/street"
)

// block is a small map: four streets around a square, and one across.
//
//	1--2--3
//	|  |  |
//	4--5--6
//	|  |  |
//	7--8--9
func block() *Map {
	t := &Map{Tiles: 1, wide: 1, step: street.Place{Lon: 40_000 + gap, Lat: 40_000 + gap}}
	for id := range int64(9) {
		t.nodes = append(t.nodes, street.MapNode{ID: id + 1, Place: street.Place{Lon: int32(id%3) * 20_000, Lat: 20_000 * (2 - int32(id/3))}})
	}
	tags := street.Tags{{Key: "highway", Value: "secondary"}}
	for k, refs := range [][]int64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {1, 4, 7}, {2, 5, 8}, {3, 6, 9}} {
		t.ways = append(t.ways, street.MapWay{ID: int64(k + 1), Refs: refs, Tags: tags})
	}
	t.relations = []street.MapRelation{{ID: 1, Tags: street.Tags{{Key: "type", Value: "restriction"}, {Key: "restriction", Value: "no_right_turn"}},
		Members: []street.Member{{Kind: street.WayMember, ID: 1, Role: "from"}, {Kind: street.NodeMember, ID: 3, Role: "via"}, {Kind: street.WayMember, ID: 6, Role: "to"}}}}
	return t
}

// TestTilesAreOneNetwork: every tile is there whole, restrictions too, and all are
// joined, in full rows and in one that is not.
func TestTilesAreOneNetwork(t *testing.T) {
	car, err := street.Builtin("car")
	if err != nil {
		t.Fatal(err)
	}
	src := block()
	tile, alone, err := street.Build(context.Background(), src, street.Options{Profile: car})
	if err != nil {
		t.Fatal(err)
	}
	trunks := map[int]int{1: 0, 4: 4, 5: 5, 9: 12} // pairs of neighbours
	for tiles, pairs := range trunks {
		src.Repeat(tiles, tile)
		g, rep, err := street.Build(context.Background(), src, street.Options{Profile: car})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := rep.Junctions, tiles*alone.Junctions; got != want || len(rep.Parts) > 0 {
			t.Errorf("%d tiles: got %d junctions and %d parts apart, want %d and none", tiles, got, len(rep.Parts), want)
		}
		if got, want := rep.Edges, tiles*alone.Edges+3*pairs; got != want {
			t.Errorf("%d tiles: got %d edges, want %d", tiles, got, want)
		}
		if got, want := rep.Restrictions.Applied, tiles*alone.Restrictions.Applied; got != want || alone.Restrictions.Applied == 0 {
			t.Errorf("%d tiles: got %d restrictions, want %d", tiles, got, want)
		}
		seen := map[street.Place]bool{}
		for _, p := range g.NodePlace {
			seen[p] = true
		}
		if got, want := len(seen), tiles*alone.Junctions; got != want {
			t.Errorf("%d tiles: got %d places, want %d", tiles, got, want)
		}
	}
}
