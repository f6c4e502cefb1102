package node_test

import (
	"io/fs"
	"testing"

	"conurb/app/node"
	"conurb/region"
)

func TestTheNodesOfTheRegion(t *testing.T) {
	b, err := fs.ReadFile(region.CZT(), node.RegionFile)
	if err != nil {
		t.Fatal(err)
	}
	list, err := node.ReadRegion(node.RegionFile, b)
	if err != nil {
		t.Fatal(err)
	}
	cities := 0
	for _, p := range list {
		if p.Authority.Code != "" {
			cities++
		}
	}
	if len(list) != 4 || cities != 3 || list[0].Name != "office" {
		t.Errorf("%+v", list)
	}
	if _, err := node.ReadRegion("x", []byte("format: 1\nnodes:\n  - {name: a, title: {zh: a, en: a}, basis: {zh: a, en: a}, grade: a}\n  - {name: a, title: {zh: a, en: a}, basis: {zh: a, en: a}, grade: a}\n")); err == nil {
		t.Error("a node twice")
	}
}
