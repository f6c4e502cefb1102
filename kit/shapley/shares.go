package shapley

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// Shares is how a worth is divided.
type Shares struct {
	None, All []float64   // values with nobody and with everybody, by measure
	Of        [][]float64 // by player and measure
	Error     [][]float64 // standard errors; nil where nothing was sampled
	Orders    int         // sampled
}

// Change is v(all) - v(nobody) in a measure.
func (s *Shares) Change(m int) float64 { return s.All[m] - s.None[m] }

// Residual is what of the change of a measure the parts do not add up to: what floats
// lose for a Shapley value; what players do together, or twice over, for the others.
func (s *Shares) Residual(m int) float64 {
	var t sum
	t.add(s.All[m])
	t.add(-s.None[m])
	for _, p := range s.Of {
		t.add(-p[m])
	}
	return t.value()
}

func (b *Book) shares(ctx context.Context) (*Shares, error) {
	none, err := b.Value(ctx, 0)
	if err != nil {
		return nil, err
	}
	all, err := b.Value(ctx, All(b.game.Players))
	if err != nil {
		return nil, err
	}
	s := &Shares{None: none, All: all, Of: make([][]float64, b.game.Players)}
	for i := range s.Of {
		s.Of[i] = make([]float64, b.game.Measures)
	}
	return s, nil
}

// LeaveOneOut is what would be lost if a player alone were missing.
func (b *Book) LeaveOneOut(ctx context.Context) (*Shares, error) {
	n := b.game.Players
	return b.edge(ctx, func(i int) (less, more Set) { return All(n).Without(i), All(n) })
}

// AddFirst is what a player alone adds to nobody.
func (b *Book) AddFirst(ctx context.Context) (*Shares, error) {
	return b.edge(ctx, func(i int) (less, more Set) { return 0, Set(0).With(i) })
}

func (b *Book) edge(ctx context.Context, of func(i int) (less, more Set)) (*Shares, error) {
	sets := []Set{0, All(b.game.Players)}
	for i := range b.game.Players {
		less, more := of(i)
		sets = append(sets, less, more)
	}
	if err := b.Ask(ctx, sets); err != nil {
		return nil, err
	}
	s, err := b.shares(ctx)
	if err != nil {
		return nil, err
	}
	for i := range s.Of {
		less, more := of(i)
		for m := range s.Of[i] {
			s.Of[i][m] = b.known[more][m] - b.known[less][m]
		}
	}
	return s, nil
}

// Exact is the Shapley value from all sets, for at most MostExact players.
func (b *Book) Exact(ctx context.Context) (*Shares, error) {
	n := b.game.Players
	if n > MostExact {
		return nil, fmt.Errorf("%d players, of at most %d for all sets: %w", n, MostExact, ErrPlayers)
	}
	if err := b.Ask(ctx, Gray(n)); err != nil {
		return nil, err
	}
	s, err := b.shares(ctx)
	if err != nil {
		return nil, err
	}
	bySize := make([]sum, n) // of what the player adds to sets of so many others
	for i := range n {
		for m := range b.game.Measures {
			clear(bySize)
			for set := range All(n) + 1 {
				if !set.Has(i) {
					bySize[set.Len()].add(b.known[set.With(i)][m])
					bySize[set.Len()].add(-b.known[set][m])
				}
			}
			var mean sum
			for size, t := range bySize {
				mean.add(t.value() / choose(n-1, size) / float64(n))
			}
			s.Of[i][m] = mean.value()
		}
	}
	return s, nil
}

// Gray lists all sets of n players, each once, neighbours differing by one player.
func Gray(n int) []Set {
	out := make([]Set, 1<<n)
	for k := range out {
		out[k] = Set(k ^ k>>1)
	}
	return out
}

func choose(n, k int) float64 {
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return math.Round(out)
}

// sum adds floats and keeps what rounding loses apart (Neumaier 1974).
type sum struct{ s, c float64 }

func (t *sum) add(x float64) {
	s := t.s + x
	if math.Abs(t.s) >= math.Abs(x) {
		t.c += (t.s - s) + x
	} else {
		t.c += (x - s) + t.s
	}
	t.s = s
}

func (t *sum) value() float64 { return t.s + t.c }

// Apportion rounds parts to whole numbers that add up to a total, by the largest
// remainder (Hamilton's method): each part is rounded down, and what is missing goes,
// one by one, to those that lost most; of equals to the first. Where the parts add up
// to the total but for rounding no part is moved by one or more.
func Apportion(parts []float64, total int64) []int64 {
	out := make([]int64, len(parts))
	if len(parts) == 0 {
		return out
	}
	byLoss := make([]int, len(parts))
	missing := total
	for i, p := range parts {
		byLoss[i] = i
		out[i] = int64(math.Floor(p))
		missing -= out[i]
	}
	slices.SortStableFunc(byLoss, func(a, b int) int {
		return cmp.Compare(parts[b]-math.Floor(parts[b]), parts[a]-math.Floor(parts[a]))
	})
	n := int64(len(parts))
	each := missing / n
	if missing%n < 0 {
		each--
	}
	rest := missing - each*n
	for k, i := range byLoss {
		if out[i] += each; int64(k) < rest {
			out[i]++
		}
	}
	return out
}
