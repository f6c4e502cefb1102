package geo_test

import (
	"testing"

	"conurb/kit/geo"
)

func TestBounds(t *testing.T) {
	b := geo.BoundsOf([]geo.Point{{3, -1}, {-2, 5}, {0, 0}})
	if b != (geo.Bounds{-2, -1, 3, 5}) || geo.BoundsOf(nil) != (geo.Bounds{}) {
		t.Errorf("got %v", b)
	}
	if x := geo.Exchanged(b); x != (geo.Bounds{-1, -2, 5, 3}) {
		t.Errorf("exchanged %v", x)
	}
	for _, c := range []struct {
		other geo.Bounds
		want  bool
	}{{geo.Bounds{3, 5, 9, 9}, true}, {geo.Bounds{-1, 0, 1, 1}, true}, {geo.Bounds{3.1, 0, 9, 9}, false}, {geo.Bounds{0, -9, 1, -2}, false}} {
		if geo.Touch(b, c.other) != c.want || geo.Touch(c.other, b) != c.want {
			t.Errorf("%v and %v", b, c.other)
		}
	}
}
