//go:build !cgo

package main

import (
	"bytes"
	"context"
	"runtime"

	"github.com/paulmach/osm"
	theirs "github.com/paulmach/osm/osmpbf"
)

func readTheirs(data []byte) (t pbfTally, err error) {
	s := theirs.New(context.Background(), bytes.NewReader(data), runtime.GOMAXPROCS(0))
	defer s.Close()
	for s.Scan() {
		switch o := s.Object().(type) {
		case *osm.Node:
			t.nodes++
			t.ids += int64(o.ID)
			t.tags += int64(len(o.Tags))
		case *osm.Way:
			t.ways++
			t.ids += int64(o.ID)
			t.refs += int64(len(o.Nodes))
			t.tags += int64(len(o.Tags))
		case *osm.Relation:
			t.relations++
			t.ids += int64(o.ID)
			t.refs += int64(len(o.Members))
			t.tags += int64(len(o.Tags))
		}
	}
	return t, s.Err()
}
