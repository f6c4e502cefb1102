package shapley

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Sampling says how many orders are sampled, and when it is enough.
type Sampling struct {
	Seed    uint64  `json:"seed"`
	Orders  int     `json:"orders"`  // at most; even, since each order goes with its reverse
	Least   int     `json:"least"`   // at least, since an error from few orders says little; 0: 32
	Measure int     `json:"measure"` // whose errors are looked at
	Error   float64 `json:"error"`   // enough when no player's standard error is above; 0: all Orders
}

// leastOrders are sampled before an error is believed.
const leastOrders = 32

// pairsAtOnce are sampled between two looks at the errors.
const pairsAtOnce = 4

// Sample estimates the Shapley value from orders drawn at random with equal chance,
// each with its reverse. Standard errors are those of the mean over pairs, which are
// independent of each other; the orders of a pair are not. The same seed gives the
// same answer on any number of cores.
func (b *Book) Sample(ctx context.Context, q Sampling) (*Shares, error) {
	if q.Orders < 4 || q.Orders%2 != 0 || q.Measure < 0 || q.Measure >= max(b.game.Measures, 1) || q.Error < 0 || q.Least < 0 || q.Least > q.Orders {
		return nil, fmt.Errorf("%d orders, at least %d, error %v of measure %d: %w", q.Orders, q.Least, q.Error, q.Measure, ErrSampling)
	}
	if q.Least == 0 {
		q.Least = min(leastOrders, q.Orders)
	}
	b.done, b.total = 0, 0
	if err := b.ask(ctx, []Set{0, All(b.game.Players)}); err != nil {
		return nil, err
	}
	s, err := b.shares(ctx)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(q.Seed, 0x5ab1e))
	t := newTally(b.game)
	for t.pairs*2 < q.Orders {
		if t.pairs*2 >= q.Least && q.Error > 0 && t.worst(q.Measure) <= q.Error {
			break
		}
		orders := b.draw(random, min(pairsAtOnce, q.Orders/2-t.pairs))
		if t.pairs > 0 { // as many new sets for each order as so far
			b.total = b.done + b.done*(q.Orders-2*t.pairs)/(2*t.pairs)
		}
		if err := b.ask(ctx, along(orders)); err != nil {
			return nil, err
		}
		for _, order := range orders {
			t.add(b, order)
		}
	}
	s.Orders = 2 * t.pairs
	s.Error = make([][]float64, b.game.Players)
	for i := range s.Of {
		s.Error[i] = make([]float64, b.game.Measures)
		for m := range s.Of[i] {
			s.Of[i][m] = t.sum[i][m].value() / float64(t.pairs)
			s.Error[i][m] = t.error(i, m)
		}
	}
	return s, nil
}

// draw draws orders of the players.
func (b *Book) draw(random *rand.Rand, pairs int) [][]int {
	out := make([][]int, pairs)
	for k := range out {
		out[k] = random.Perm(b.game.Players)
	}
	return out
}

// along lists the sets that come about in orders and their reverses.
func along(orders [][]int) []Set {
	var out []Set
	for _, order := range orders {
		for range 2 {
			s := Set(0)
			for _, i := range order {
				s = s.With(i)
				out = append(out, s)
			}
			order = slices.Clone(order)
			slices.Reverse(order)
		}
	}
	return out
}

// tally is what pairs of orders have added up to: the mean of a pair, and its square
// about the first pair's so that little is lost.
type tally struct {
	pairs       int
	sum, square [][]sum
	first       [][]float64
	one         [][]float64
}

func newTally(g Game) *tally {
	t := &tally{}
	for range g.Players {
		t.sum, t.square = append(t.sum, make([]sum, g.Measures)), append(t.square, make([]sum, g.Measures))
		t.one, t.first = append(t.one, make([]float64, g.Measures)), append(t.first, make([]float64, g.Measures))
	}
	return t
}

func (t *tally) add(b *Book, order []int) {
	before := Set(0)
	for _, i := range order { // those who come before in one order come after in the other
		with, after := before.With(i), All(b.game.Players)&^before
		for m := range t.one[i] {
			forth := b.known[with][m] - b.known[before][m]
			back := b.known[after][m] - b.known[after.Without(i)][m]
			t.one[i][m] = (forth + back) / 2
		}
		before = with
	}
	for i := range t.one {
		for m, x := range t.one[i] {
			if t.pairs == 0 {
				t.first[i][m] = x
			}
			d := x - t.first[i][m]
			t.sum[i][m].add(x)
			t.square[i][m].add(d * d)
		}
	}
	t.pairs++
}

// error is the standard error of a mean over the pairs.
func (t *tally) error(i, m int) float64 {
	if t.pairs < 2 {
		return math.Inf(1)
	}
	n := float64(t.pairs)
	mean := t.sum[i][m].value()/n - t.first[i][m]
	return math.Sqrt(max(0, t.square[i][m].value()/n-mean*mean) / (n - 1))
}

// worst is the greatest error among the players.
func (t *tally) worst(m int) float64 {
	worst := 0.0
	for i := range t.sum {
		worst = max(worst, t.error(i, m))
	}
	return worst
}
