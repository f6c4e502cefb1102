package progress

import (
	"math"
	"sort"
)

// Trajectory judges the newest value against a path that was registered in
// advance: the one question that fits what a plan promised.
//
//	Value = d (now - expected) / |end - start|     0 on the path, 0.05 five percent of the whole way ahead
//
// path is read as straight pieces; two points at the same time are a step (see
// Steps). Before the first opening of a stepwise path nothing is expected, and
// nothing achieved is on the path.
//
// Status: reached (at or past the path's end), ahead (by more than 5% of the
// whole way), on-path, behind, far-behind (by more than 10%).
func Trajectory(in Input, path []Point) Result { return checked(trajectory(in, path)) }

func trajectory(in Input, path []Point) Result {
	r := in.result("trajectory", 12)
	known := in.known()
	switch {
	case len(path) == 0:
		return r.not(WhyNoPath)
	case len(known) == 0:
		return r.not(WhyNoValues)
	}
	current := known[len(known)-1]
	expected, ok := Expected(path, current.T)
	if !ok {
		return r.not(WhyNotStarted)
	}
	start, end := path[0], path[len(path)-1]
	r.Inputs["current-value"], r.Inputs["current-time"] = current.V, current.T
	r.Inputs["expected"], r.Inputs["path-start"], r.Inputs["path-end"] = expected, start.V, end.V
	r.Inputs["steps"] = float64(stepsIn(path))
	way := math.Abs(end.V - start.V)
	if way == 0 { // a path that holds a value: measured in that value
		way = math.Abs(end.V)
	}
	gap := in.sign() * (current.V - expected)
	if way > 0 {
		gap /= way
	}
	r.Value = number(gap)
	switch slack := 1e-9; {
	case in.better(current.V, end.V):
		r.Status = "reached"
	case gap > 0.05:
		r.Status = "ahead"
	case gap >= -slack:
		r.Status = "on-path"
	case gap >= -0.1-slack:
		r.Status = "behind"
	default:
		r.Status = "far-behind"
	}
	return r
}

// Expected reads a path at a time: after its last point it holds the end, at a
// step the upper side; ok is false before its first point.
func Expected(path []Point, t float64) (v float64, ok bool) {
	// the first point later than t
	i := sort.Search(len(path), func(i int) bool { return path[i].T > t })
	switch {
	case i == 0:
		return 0, false
	case i == len(path):
		return path[i-1].V, true
	}
	a, b := path[i-1], path[i]
	return a.V + (b.V-a.V)*(t-a.T)/(b.T-a.T), true
}

func stepsIn(path []Point) (n int) {
	for i := 1; i < len(path); i++ {
		if path[i].T == path[i-1].T && path[i].V != path[i-1].V {
			n++
		}
	}
	return n
}

// Linear is the straight path from one point to another.
func Linear(from, to Point) []Point { return []Point{from, to} }

// Steps is the path of dated milestones: each value holds from its time until
// the next, since a line opens on one day.
func Steps(milestones []Point) []Point {
	out := make([]Point, 0, 2*len(milestones))
	for i, m := range milestones {
		if i > 0 {
			out = append(out, Point{T: m.T, V: milestones[i-1].V})
		}
		out = append(out, m)
	}
	return out
}

// sPieces is how many straight pieces stand for an S-curve.
const sPieces = 48

// SCurve is the path that starts slowly, runs, and ends slowly: the logistic
// function (Verhulst 1838) from -4 to 4, stretched to begin and end exactly, in
// 48 straight pieces.
func SCurve(from, to Point) []Point {
	out := make([]Point, sPieces+1)
	for i := range out {
		x := float64(i) / sPieces
		out[i] = Point{T: from.T + x*(to.T-from.T), V: from.V + (to.V-from.V)*sShare(x)}
	}
	out[0], out[sPieces] = from, to
	return out
}

// sShare is the share of the way at a share of the time.
func sShare(x float64) float64 {
	logistic := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	lo, hi := logistic(-4), logistic(4)
	return (logistic(8*x-4) - lo) / (hi - lo)
}
