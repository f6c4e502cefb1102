package reach_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

// pick draws some of the points.
func pick(points []geo.Point, n int, seed uint64) []geo.Point {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]geo.Point, n)
	for i := range out {
		out[i] = points[r.IntN(len(points))]
	}
	return out
}

// Every mode, both directions, narrow and wide sweeps, and routes, against a plain
// search on measured streets.
func TestTimesAreThoseOfAPlainSearch(t *testing.T) {
	for _, city := range []string{"porto", "porto-alegre"} {
		for _, mode := range street.Builtins {
			t.Run(city+" "+mode, func(t *testing.T) {
				e, points := real(t, city, mode)
				from, to := e.Join(pick(points, 12, 1), 0), e.Join(append(pick(points, 150, 2), points[:3]...), 0)
				for _, limit := range []reach.Decis{reach.Minutes(60), reach.Minutes(300)} {
					exact(t, e, from, to, limit)
				}
			})
		}
	}
}

func exact(t *testing.T, e *reach.Engine, from, to *reach.Joined, limit reach.Decis) {
	t.Helper()
	search := &plain{g: e.Graph}
	known := 0
	err := e.Matrix(t.Context(), reach.Outbound, from, to, limit, reach.Work{}, func(i int, row reach.Row) error {
		if from.Spots[i].Edge == street.None {
			return nil
		}
		search.run(from.Spots[i])
		for k := range row.Len() {
			want := reach.Never
			if to.Spots[k].Edge != street.None {
				want = search.to(from.Spots[i], to.Spots[k], from.Points[i] == to.Points[k])
			}
			if got := row.At(k); got != want && (got <= limit || want <= limit) {
				t.Fatalf("limit %d: from %v to %v: got %d, want %d", limit, from.Points[i], to.Points[k], got, want)
			}
			if want != reach.Never {
				known++
			}
			if k%29 == 0 && want != reach.Never && want > 0 {
				route, err := e.Route(from.Points[i], to.Points[k])
				if err != nil || route.Time != want {
					t.Fatalf("route from %v to %v: %v, %v; want %d", from.Points[i], to.Points[k], route, err, want)
				}
				whole(t, e, route)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if known < 200 {
		t.Errorf("only %d pairs were compared", known)
	}
	inbound(t, e, from, to, limit)
}

// inbound holds the times to a place to the times from the others.
func inbound(t *testing.T, e *reach.Engine, from, to *reach.Joined, limit reach.Decis) {
	t.Helper()
	there := map[[2]int]reach.Decis{}
	_ = e.Matrix(t.Context(), reach.Outbound, from, to, limit, reach.Work{}, func(i int, row reach.Row) error {
		for k := range row.Len() {
			there[[2]int{i, k}] = row.At(k)
		}
		return nil
	})
	err := e.Matrix(t.Context(), reach.Inbound, to, from, limit, reach.Work{}, func(k int, row reach.Row) error {
		for i := range row.Len() {
			if got, want := row.At(i), there[[2]int{i, k}]; got != want && (got <= limit || want <= limit) {
				t.Fatalf("inbound %d to %d: got %d, want %d", i, k, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// whole checks that a route hangs together: its steps take its time and its length,
// and its line has no gap.
func whole(t *testing.T, e *reach.Engine, r *reach.Route) {
	t.Helper()
	time, metres := reach.Decis(0), r.From.Metres+r.To.Metres
	for _, s := range r.Steps {
		time += s.Time
		metres += s.Metres
	}
	if d := time - r.Time; d < -4 || d > 4 {
		t.Errorf("the steps take %d, the route %d", time, r.Time)
	}
	if math.Abs(metres-r.Metres) > 0.01*r.Metres+1 {
		t.Errorf("the steps are %.0f m long, the route %.0f", metres, r.Metres)
	}
	if drawn := geo.Length(r.Path); math.Abs(drawn-r.Metres) > 0.01*r.Metres+15 {
		t.Errorf("the line is %.0f m long, the route %.0f", drawn, r.Metres)
	}
	if n := len(r.Steps); n < 2 || r.Steps[0].Turn != reach.Depart || r.Steps[n-1].Turn != reach.Arrive {
		t.Errorf("steps %v", r.Steps)
	}
}

func TestCountsAreSumsOverTheMatrix(t *testing.T) {
	e := engine(t, streettest.Draw(t, `
		A--B--C--D
		|     |
		E     F
	`, "ABCD highway=residential", "AE highway=residential", "CF highway=residential"), "walk")
	places := e.Join([]geo.Point{at(0, 0), at(3, 0), at(6, 0), at(9, 0), at(0, 2), at(6, 2), {1, 1}}, 0)
	if len(places.Missed) != 1 || places.Missed[0].Index != 6 {
		t.Fatalf("missed %v", places.Missed)
	}
	people, beds := []float64{1, 10, 100, 1000, 10000, 100000, 5}, []float64{1, 1, 1, 1, 1, 1, 1}
	limits := []reach.Decis{reach.Minutes(1), reach.Minutes(6), reach.Minutes(60)}
	times := map[[2]int]reach.Decis{}
	if err := e.Matrix(t.Context(), reach.Outbound, places, places, reach.Minutes(60), reach.Work{}, func(i int, row reach.Row) error {
		for k := range row.Len() {
			times[[2]int{i, k}] = row.At(k)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	calls := 0
	err := e.Count(t.Context(), reach.Outbound, places, places, reach.Question{Limits: limits, Columns: [][]float64{people, beds}}, reach.Work{}, func(i int, s reach.Sums) error {
		calls++
		for l, limit := range limits {
			sum, n := 0.0, 0
			for k := range people {
				if times[[2]int{i, k}] <= limit {
					sum, n = sum+people[k], n+1
				}
			}
			if s.At[l][0] != sum || s.At[l][1] != float64(n) || s.Places[l] != n {
				t.Errorf("origin %d within %d: %v and %d places, want %v and %d", i, limit, s.At[l], s.Places[l], sum, n)
			}
		}
		return nil
	})
	if err != nil || calls != 7 {
		t.Errorf("%d calls, %v", calls, err)
	}
	if times[[2]int{0, 0}] != 0 || times[[2]int{0, 6}] != reach.Never {
		t.Errorf("to itself %d, to the sea %d", times[[2]int{0, 0}], times[[2]int{0, 6}])
	}
	// 300 m and 200 m on foot, by the profile's own speed
	if a, b := times[[2]int{0, 1}], times[[2]int{0, 4}]; math.Abs(float64(a)/float64(b)-1.5) > 0.01 {
		t.Errorf("300 m take %d, 200 m %d", a, b)
	}
}

func TestRefusals(t *testing.T) {
	e := engine(t, streettest.Draw(t, `A--B`, "AB highway=residential"), "walk")
	here := e.Join([]geo.Point{at(1, 0)}, 0)
	never := func(int, reach.Row) error { t.Error("a row"); return nil }
	if err := e.Matrix(t.Context(), reach.Outbound, here, here, 0, reach.Work{}, never); !errors.Is(err, reach.ErrLimit) {
		t.Error(err)
	}
	net := [4]float64{0, 0, 1, 1}
	var gone *reach.FarError
	if err := e.Join([]geo.Point{{50, 50}}, 0).Near(net); !errors.As(err, &gone) || !errors.Is(err, reach.ErrNothingJoined) || gone.Swapped {
		t.Error(err)
	}
	if err := e.Join([]geo.Point{{50, 0.5}}, 0).Near([4]float64{0, 49, 1, 51}); !errors.As(err, &gone) || !gone.Swapped {
		t.Error(err)
	}
	if err := here.Near(net); err != nil {
		t.Error(err)
	}
	if _, err := e.Isochrones(t.Context(), reach.Outbound, geo.Point{50, 50}, []reach.Decis{600}, 0); !errors.Is(err, reach.ErrNothingJoined) {
		t.Error(err)
	}
	if _, err := e.Isochrones(t.Context(), reach.Outbound, at(1, 0), []reach.Decis{600, -1}, 0); !errors.Is(err, reach.ErrLimit) {
		t.Error(err)
	}
	if _, err := e.Route(at(1, 0), geo.Point{50, 50}); !errors.Is(err, reach.ErrNothingJoined) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Matrix(ctx, reach.Outbound, here, here, 600, reach.Work{}, never); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	stop := errors.New("stop")
	if err := e.Matrix(t.Context(), reach.Outbound, here, here, 600, reach.Work{}, func(int, reach.Row) error { return stop }); err != stop {
		t.Error(err)
	}
}

// A one-way street: what one reaches is not what reaches one.
func TestDirectionsDiffer(t *testing.T) {
	e := engine(t, streettest.Draw(t, `
		A--B
		|  |
		D--C
	`, "ABCDA highway=residential oneway=yes"), "car")
	a, b := e.Join([]geo.Point{at(1, 0)}, 0), e.Join([]geo.Point{at(2, 0)}, 0)
	times := func(d reach.Direction) (t0 reach.Decis) {
		if err := e.Matrix(t.Context(), d, a, b, 6000, reach.Work{}, func(_ int, r reach.Row) error { t0 = r.At(0); return nil }); err != nil {
			t.Fatal(err)
		}
		return t0
	}
	if out, in := times(reach.Outbound), times(reach.Inbound); out*5 > in {
		t.Errorf("there %d, and back all the way round %d", out, in)
	}
}
