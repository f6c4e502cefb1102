package shapley_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/shapley"
)

// game has one measure; value needs no context.
func game(n int, value func(shapley.Set) float64) shapley.Game {
	return shapley.Game{Players: n, Measures: 1, Value: func(_ context.Context, s shapley.Set) ([]float64, error) {
		return []float64{value(s)}, nil
	}}
}

func book(t testing.TB, g shapley.Game, w shapley.Work) *shapley.Book {
	t.Helper()
	b, err := shapley.NewBook(g, w)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func exact(t testing.TB, g shapley.Game) *shapley.Shares {
	t.Helper()
	s, err := book(t, g, shapley.Work{}).Exact(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// first is the parts of the first measure.
func first(s *shapley.Shares) []float64 {
	out := make([]float64, len(s.Of))
	for i := range s.Of {
		out[i] = s.Of[i][0]
	}
	return out
}

func near(a, b []float64, by float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= by })
}

// voting is a game in which a set is worth 1 that has enough votes.
func voting(enough int, votes ...int) shapley.Game {
	return game(len(votes), func(s shapley.Set) float64 {
		sum := 0
		for i, v := range votes {
			if s.Has(i) {
				sum += v
			}
		}
		if sum >= enough {
			return 1
		}
		return 0
	})
}

// airport is the game of Littlechild and Owen (1973): a runway costs what the largest
// aircraft of the set needs.
func airport(costs ...float64) shapley.Game {
	return game(len(costs), func(s shapley.Set) float64 {
		most := 0.0
		for i, c := range costs {
			if s.Has(i) {
				most = max(most, c)
			}
		}
		return most
	})
}

func TestGamesOfTheTextbooks(t *testing.T) {
	glove := game(3, func(s shapley.Set) float64 { // one has a left glove, two have right ones
		return float64(min(s.Len()-(s&1).Len(), (s & 1).Len()))
	})
	for _, c := range []struct {
		name string
		game shapley.Game
		want []float64
	}{
		{"gloves", glove, []float64{4. / 6, 1. / 6, 1. / 6}},
		{"a majority of 50, 49, 1", voting(51, 50, 49, 1), []float64{4. / 6, 1. / 6, 1. / 6}},
		{"apex, four small", voting(4, 3, 1, 1, 1, 1), []float64{3. / 5, 1. / 10, 1. / 10, 1. / 10, 1. / 10}},
		{"the council of the six of 1958, 12 of 17 votes", voting(12, 4, 4, 4, 2, 2, 1), []float64{14. / 60, 14. / 60, 14. / 60, 9. / 60, 9. / 60, 0}},
		{"three runways", airport(10, 20, 40), []float64{10. / 3, 10./3 + 10./2, 10./3 + 10./2 + 20}},
		{"nobody", game(0, func(shapley.Set) float64 { return 3 }), []float64{}},
		{"one alone", game(1, func(s shapley.Set) float64 { return 2 + 5*float64(s) }), []float64{5}},
	} {
		if got := first(exact(t, c.game)); !near(got, c.want, 1e-12) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// Littlechild and Owen: each stretch of runway is shared equally by those who need it.
func TestRunwaysAreSharedByFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		costs := rapid.SliceOfN(rapid.Float64Range(0, 1000), 1, 11).Draw(t, "costs")
		order := make([]int, len(costs))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int {
			if costs[a] < costs[b] {
				return -1
			}
			return 1
		})
		want := make([]float64, len(costs))
		last, share := 0.0, 0.0
		for k, i := range order {
			share += (costs[i] - last) / float64(len(costs)-k)
			last, want[i] = costs[i], share
		}
		b, _ := shapley.NewBook(airport(costs...), shapley.Work{})
		s, err := b.Exact(context.Background())
		if err != nil || !near(first(s), want, 1e-9) {
			t.Fatalf("got %v (%v), want %v", first(s), err, want)
		}
	})
}

// The Security Council has more members than are asked exactly; what a permanent one
// holds is known: 421/2145 (Straffin, "Game theory and strategy", 1993, ch. 28).
func TestSamplingFindsThePowerOfTheSecurityCouncil(t *testing.T) {
	votes := []int{7, 7, 7, 7, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	b := book(t, voting(39, votes...), shapley.Work{})
	if _, err := b.Exact(t.Context()); !errors.Is(err, shapley.ErrPlayers) {
		t.Fatalf("15 players exactly: %v", err)
	}
	s, err := b.Sample(t.Context(), shapley.Sampling{Seed: 5, Orders: 4000})
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range first(s) {
		want := 4. / 2145
		if i < 5 {
			want = 421. / 2145
		}
		if e := s.Error[i][0]; e <= 0 || e > 0.02 || math.Abs(got-want) > 4*e {
			t.Errorf("member %d: got %.4f ± %.4f, want %.4f", i, got, e, want)
		}
	}
	if r := s.Residual(0); math.Abs(r) > 1e-12 {
		t.Errorf("residual %g", r)
	}
}

// drawn is a game whose values are drawn, whole numbers in two measures.
func drawn(t *rapid.T, least, most int) (shapley.Game, [][]float64) {
	n := rapid.IntRange(least, most).Draw(t, "players")
	values := make([][]float64, 1<<n)
	for s := range values {
		values[s] = []float64{float64(rapid.IntRange(-1000, 20_000_000).Draw(t, "value")), float64(rapid.IntRange(0, 9).Draw(t, "second"))}
	}
	return table(n, values), values
}

func table(n int, values [][]float64) shapley.Game {
	return shapley.Game{Players: n, Measures: 2, Value: func(_ context.Context, s shapley.Set) ([]float64, error) { return values[s], nil }}
}

// byOrders is the definition: the mean over all orders, in rational numbers.
func byOrders(n int, values [][]float64, m int) []float64 {
	total := make([]*big.Rat, n)
	for i := range total {
		total[i] = new(big.Rat)
	}
	orders := int64(0)
	var from func(s shapley.Set)
	from = func(s shapley.Set) {
		if s == shapley.All(n) {
			orders++
			return
		}
		for i := range n {
			if s.Has(i) {
				continue
			}
			before := orders
			from(s.With(i))
			d := new(big.Rat).SetFloat64(values[s.With(i)][m] - values[s][m])
			total[i].Add(total[i], d.Mul(d, new(big.Rat).SetInt64(orders-before)))
		}
	}
	from(0)
	out := make([]float64, n)
	for i := range out {
		out[i], _ = total[i].Quo(total[i], new(big.Rat).SetInt64(orders)).Float64()
	}
	return out
}

func TestExactIsTheMeanOverAllOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, values := drawn(t, 1, 6)
		b, _ := shapley.NewBook(g, shapley.Work{})
		s, err := b.Exact(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for m := range g.Measures {
			got := make([]float64, g.Players)
			for i := range got {
				got[i] = s.Of[i][m]
			}
			if want := byOrders(g.Players, values, m); !near(got, want, 1e-8) {
				t.Fatalf("measure %d: got %v, want %v", m, got, want)
			}
			if r := s.Residual(m); math.Abs(r) > 1e-7 {
				t.Fatalf("measure %d: parts do not add up, by %g", m, r)
			}
		}
	})
}

// The four properties by which Shapley singled the value out, and what they say of
// sampled values too: those add up, and give nothing to a dummy.
func TestAddsUpTreatsEqualsAlikeAndGivesNothingForNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, values := drawn(t, 3, 7)
		n := g.Players
		other := make([][]float64, len(values))
		for s := range other { // player 0 changes nothing; 1 and 2 are alike
			plain := shapley.Set(s).Without(0)
			if plain.Has(1) != plain.Has(2) {
				plain = plain.With(1).Without(2)
			}
			other[s] = values[plain]
		}
		both := make([][]float64, len(values))
		for s := range both {
			both[s] = []float64{values[s][0] + other[s][0], values[s][1] + other[s][1]}
		}
		parts := func(v [][]float64) *shapley.Shares {
			b, _ := shapley.NewBook(table(n, v), shapley.Work{Cores: 3})
			s, err := b.Exact(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		p, q, r := parts(values), parts(other), parts(both)
		for m := range 2 {
			if q.Of[0][m] != 0 {
				t.Fatalf("a dummy gets %g", q.Of[0][m])
			}
			if math.Abs(q.Of[1][m]-q.Of[2][m]) > 1e-8 {
				t.Fatalf("equals get %g and %g", q.Of[1][m], q.Of[2][m])
			}
			for i := range n {
				if math.Abs(p.Of[i][m]+q.Of[i][m]-r.Of[i][m]) > 1e-7 {
					t.Fatalf("player %d gets %g and %g, in both together %g", i, p.Of[i][m], q.Of[i][m], r.Of[i][m])
				}
			}
		}
		b, _ := shapley.NewBook(table(n, other), shapley.Work{})
		s, err := b.Sample(context.Background(), shapley.Sampling{Seed: 1, Orders: 10})
		if err != nil || s.Of[0][0] != 0 || s.Error[0][0] != 0 || math.Abs(s.Residual(0)) > 1e-7 {
			t.Fatalf("sampled: %v, dummy %g ± %g, residual %g", err, s.Of[0][0], s.Error[0][0], s.Residual(0))
		}
	})
}

// Of 300 sampled parts few lie more than two standard errors from the exact ones, and
// none more than four: errors are neither too small nor far too large.
func TestStandardErrorsAreHonest(t *testing.T) {
	costs := []float64{3, 8, 8, 15, 21, 40, 41, 60, 77, 100}
	g := airport(costs...)
	want := first(exact(t, g))
	total, beyondTwo, within := 0, 0, 0
	for seed := range uint64(30) {
		s, err := book(t, g, shapley.Work{}).Sample(t.Context(), shapley.Sampling{Seed: seed, Orders: 400})
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range first(s) {
			e := s.Error[i][0]
			total++
			if d := math.Abs(got - want[i]); d > 4*e {
				t.Errorf("seed %d, player %d: got %.3f ± %.3f, want %.3f", seed, i, got, e, want[i])
			} else if d > 2*e {
				beyondTwo++
			} else if d < e {
				within++
			}
		}
	}
	if beyondTwo > total/8 || within < total/2 || within > total*9/10 {
		t.Errorf("of %d parts %d lie within one error and %d beyond two", total, within, beyondTwo)
	}
}

func TestSamplingEndsWhenTheErrorIsSmallEnough(t *testing.T) {
	g := airport(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
	s, err := book(t, g, shapley.Work{}).Sample(t.Context(), shapley.Sampling{Seed: 2, Orders: 100_000, Error: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for _, e := range s.Error {
		worst = max(worst, e[0])
	}
	if s.Orders >= 100_000 || s.Orders < 32 || worst > 0.1 || worst < 0.05 {
		t.Errorf("%d orders, greatest error %.3f", s.Orders, worst)
	}
}

func TestOneAloneAndOneLeftOut(t *testing.T) {
	// two bridges over one river do the same; a third thing helps only with a bridge
	g := game(3, func(s shapley.Set) float64 {
		v := 0.0
		if s&0b011 != 0 {
			v = 100
			if s.Has(2) {
				v += 40
			}
		}
		return v
	})
	b := book(t, g, shapley.Work{})
	out, err := b.LeaveOneOut(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	alone, err := b.AddFirst(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shares, err := b.Exact(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := first(out); !near(got, []float64{0, 0, 40}, 0) || out.Residual(0) != 100 {
		t.Errorf("left out: %v, rest %v", got, out.Residual(0))
	}
	if got := first(alone); !near(got, []float64{100, 100, 0}, 0) || alone.Residual(0) != -60 {
		t.Errorf("alone: %v, rest %v", got, alone.Residual(0))
	}
	if got := first(shares); !near(got, []float64{170. / 3, 170. / 3, 80. / 3}, 1e-12) || b.Computed() != 8 {
		t.Errorf("shared: %v after %d sets", got, b.Computed())
	}
}

func TestGrayCodesListEverySetOnceNeighboursDifferingByOne(t *testing.T) {
	for n := range 12 {
		list := shapley.Gray(n)
		seen := map[shapley.Set]bool{}
		for k, s := range list {
			seen[s] = true
			if k > 0 && bits.OnesCount64(uint64(s^list[k-1])) != 1 {
				t.Fatalf("%b follows %b", s, list[k-1])
			}
		}
		if len(seen) != 1<<n {
			t.Errorf("%d players: %d sets", n, len(seen))
		}
	}
}

func TestPrintedPartsAddUp(t *testing.T) {
	for _, c := range []struct {
		parts []float64
		total int64
		want  []int64
	}{
		{[]float64{1. / 3, 1. / 3, 1. / 3}, 1, []int64{1, 0, 0}},
		{[]float64{10.6, -3.2, 2.5}, 10, []int64{11, -3, 2}},
		{[]float64{10.5, -3.25, 2.75}, 10, []int64{10, -3, 3}},
		{[]float64{-0.5, -0.5}, -1, []int64{0, -1}},
		{nil, 0, []int64{}},
	} {
		if got := shapley.Apportion(c.parts, c.total); !slices.Equal(got, c.want) {
			t.Errorf("%v to %d: got %v, want %v", c.parts, c.total, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 20).Draw(t, "parts")
		exact := 0.0
		for _, p := range parts {
			exact += p
		}
		total := int64(math.Floor(exact)) + rapid.Int64Range(0, 1).Draw(t, "up")
		sum := int64(0)
		for i, v := range shapley.Apportion(parts, total) {
			sum += v
			if d := math.Abs(float64(v) - parts[i]); d > 1+1e-9 {
				t.Fatalf("part %v became %d", parts[i], v)
			}
		}
		if sum != total {
			t.Fatalf("parts sum to %d, not %d", sum, total)
		}
	})
}
