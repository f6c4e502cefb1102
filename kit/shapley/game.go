package shapley

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"runtime"
	"sync"
)

// Set is a set of players: bit i is player i.
type Set uint64

// MaxPlayers is how many players a set can hold, MostExact for how many all sets are
// asked.
const (
	MaxPlayers = 64
	MostExact  = 14
)

// All is the set of the first n players.
func All(n int) Set {
	if n >= 64 {
		return ^Set(0)
	}
	return Set(1)<<n - 1
}

// Has reports whether a player is in the set; With and Without are the set with and
// without them; Len is how many there are.
func (s Set) Has(i int) bool    { return s>>i&1 == 1 }
func (s Set) With(i int) Set    { return s | 1<<i }
func (s Set) Without(i int) Set { return s &^ (1 << i) }
func (s Set) Len() int          { return bits.OnesCount64(uint64(s)) }

// Game gives every set of players a value for each measure.
type Game struct {
	Players  int
	Measures int
	// Value is called by several goroutines at once and returns Measures finite numbers.
	Value func(ctx context.Context, s Set) ([]float64, error)
}

// Memo remembers values longer than a book does, so that nothing is computed twice
// after a restart. It belongs to one game.
type Memo interface {
	Recall(s Set) ([]float64, bool)
	Keep(s Set, values []float64) error
}

// Work says how a book works.
type Work struct {
	Cores    int // values computed at once; 0: as many as the machine has
	Memo     Memo
	Progress func(done, total int) // sets whose value had to be computed; one call at a time
}

// The refusals of a book.
var (
	ErrPlayers  = errors.New("too many players")
	ErrValue    = errors.New("not a value")
	ErrSampling = errors.New("sampling that cannot be")
)

// Book asks a game for values and remembers them. It is used by one goroutine.
type Book struct {
	game  Game
	work  Work
	known map[Set][]float64
	asked int // computed, by this book
	done  int // computed, in the question that is being answered
	total int // expected to be computed in it
}

// NewBook begins a book.
func NewBook(g Game, w Work) (*Book, error) {
	if g.Players < 0 || g.Players > MaxPlayers {
		return nil, fmt.Errorf("%d players, of at most %d: %w", g.Players, MaxPlayers, ErrPlayers)
	}
	if w.Cores <= 0 {
		w.Cores = runtime.GOMAXPROCS(0)
	}
	return &Book{game: g, work: w, known: map[Set][]float64{}}, nil
}

// Computed is how many values were computed so far: those known from a Memo are not
// counted.
func (b *Book) Computed() int { return b.asked }

// Players is how many players the game has.
func (b *Book) Players() int { return b.game.Players }

// Known are the sets whose value is known, in no order.
func (b *Book) Known(visit func(s Set, values []float64)) {
	for s, v := range b.known {
		visit(s, v)
	}
}

// Value is the value of a set.
func (b *Book) Value(ctx context.Context, s Set) ([]float64, error) {
	if v, ok := b.known[s]; ok {
		return v, nil
	}
	if err := b.Ask(ctx, []Set{s}); err != nil {
		return nil, err
	}
	return b.known[s], nil
}

// Ask makes the values of sets known, several at a time, in about the order given.
func (b *Book) Ask(ctx context.Context, sets []Set) error {
	b.done, b.total = 0, 0
	return b.ask(ctx, sets)
}

// ask is Ask within a question whose progress is told as one.
func (b *Book) ask(ctx context.Context, sets []Set) error {
	var missing []Set
	for _, s := range sets {
		if _, ok := b.known[s]; ok {
			continue
		}
		if b.work.Memo != nil {
			if v, ok := b.work.Memo.Recall(s); ok && b.check(s, v) == nil {
				b.known[s] = v
				continue
			}
		}
		b.known[s] = nil // so that it is listed once
		missing = append(missing, s)
	}
	b.total = max(b.total, b.done+len(missing))
	err := b.compute(ctx, missing)
	for _, s := range missing {
		if b.known[s] == nil {
			delete(b.known, s)
		}
	}
	return err
}

// compute fills in the values of sets.
func (b *Book) compute(ctx context.Context, sets []Set) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var all sync.WaitGroup
	next := 0
	for range min(b.work.Cores, len(sets)) {
		all.Go(func() {
			for {
				mu.Lock()
				if next >= len(sets) || ctx.Err() != nil {
					mu.Unlock()
					return
				}
				s := sets[next]
				next++
				mu.Unlock()
				v, err := b.game.Value(ctx, s)
				if err == nil {
					err = b.check(s, v)
				}
				mu.Lock()
				if err == nil {
					err = b.note(s, v)
				}
				mu.Unlock()
				if err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// note keeps a value that was computed; the book is locked.
func (b *Book) note(s Set, v []float64) error {
	b.known[s] = v
	b.asked++
	b.done++
	if b.work.Memo != nil {
		if err := b.work.Memo.Keep(s, v); err != nil {
			return fmt.Errorf("keep the value of %b: %w", s, err)
		}
	}
	if b.work.Progress != nil {
		b.work.Progress(b.done, max(b.total, b.done))
	}
	return nil
}

func (b *Book) check(s Set, v []float64) error {
	if len(v) != b.game.Measures {
		return fmt.Errorf("set %b: %d values for %d measures: %w", s, len(v), b.game.Measures, ErrValue)
	}
	for m, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("set %b, measure %d: %v: %w", s, m, x, ErrValue)
		}
	}
	return nil
}
