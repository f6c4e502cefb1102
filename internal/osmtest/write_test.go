package osmtest_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/connect/street"
	"conurb/internal/osmtest"
	"conurb/internal/streettest"
)

// What is written is read back by kit/osmpbf as it was drawn.
func TestAMapIsReadAsItWasDrawn(t *testing.T) {
	world := streettest.Draw(t, `
		A--B--C
		   |
		   D
	`, "ABC highway=residential name=Long~Street", "BD highway=service", "node B highway=traffic_signals", "turn ABC BD restriction=no_right_turn via=B")
	var b bytes.Buffer
	if err := osmtest.Write(&b, world); err != nil {
		t.Fatal(err)
	}
	back := street.OpenPBF(t.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()))
	if d := cmp.Diff(all(t, world), all(t, back)); d != "" {
		t.Error(d)
	}
}

type everything struct {
	Nodes     []street.MapNode
	Ways      []street.MapWay
	Relations []street.MapRelation
}

func all(t *testing.T, src street.Source) (e everything) {
	t.Helper()
	tags := func(list street.Tags) street.Tags { return append(street.Tags{}, list...) }
	for _, err := range []error{
		src.Nodes(func(n street.MapNode) error { n.Tags = tags(n.Tags); e.Nodes = append(e.Nodes, n); return nil }),
		src.Ways(func(w street.MapWay) error {
			w.Tags, w.Refs = tags(w.Tags), append([]int64{}, w.Refs...)
			e.Ways = append(e.Ways, w)
			return nil
		}),
		src.Relations(func(r street.MapRelation) error {
			r.Tags, r.Members = tags(r.Tags), append([]street.Member{}, r.Members...)
			e.Relations = append(e.Relations, r)
			return nil
		}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return e
}
