package geo

import (
	"slices"
	"testing"
)

// Neighbours on the curve are neighbours on the grid, and no square is left out.
func TestTheCurveGoesFromSquareToNeighbour(t *testing.T) {
	const n = 32
	var points []Point
	for i := range n * n {
		points = append(points, Point{float64(i % n), float64(i / n)})
	}
	order := Along(points)
	for k, i := range order[1:] {
		a, b := points[order[k]], points[i]
		if d := (a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]); d != 1 {
			t.Errorf("step %d leads from %v to %v", k, a, b)
		}
	}
	if slices.Sort(order); order[0] != 0 || order[n*n-1] != n*n-1 || len(slices.Compact(order)) != n*n {
		t.Error("squares are left out")
	}
}

func TestPointsInOnePlaceHaveAnOrder(t *testing.T) {
	if got := Along([]Point{{1, 1}, {1, 1}, {1, 1}}); !slices.Equal(got, []int32{0, 1, 2}) {
		t.Errorf("got %v", got)
	}
	if got := Along(nil); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
