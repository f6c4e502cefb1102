package contribution

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"conurb/kit/shapley"
)

// Order is which of the works still to come are built under a budget, and in what order.
type Order struct {
	Measure  Measure  `json:"measure"`
	Budget   int64    `json:"budget"` // fen; 0: no limit
	Steps    []Step   `json:"steps"`
	Gain     float64  `json:"gain"`  // of all steps together
	Spent    int64    `json:"spent"` // fen
	Exact    bool     `json:"exact"` // all sets were gone through: nothing adds more
	Bound    float64  `json:"bound"` // no choice adds more, as long as no work takes anything away
	Relaxed  *float64 `json:"relaxed,omitempty"`
	Falls    int      `json:"falls"`    // pairs of sets seen where one more work took something away
	Looked   int      `json:"looked"`   // pairs of works, beside a set, of which was seen whether they help each other
	Helps    int      `json:"helps"`    // those that do
	Left     []string `json:"left"`     // Work.ID with a known cost that were not chosen
	Unpriced []string `json:"unpriced"` // whose cost is not known
}

// Step is one work of the order.
type Step struct {
	ID    string  `json:"id"`
	Gain  float64 `json:"gain"` // beside those before it
	Fen   int64   `json:"fen"`
	Spent int64   `json:"spent"` // with it, fen
}

// PerYi is the gain for each 10^8 yuan.
func (s *Step) PerYi() float64 { return s.Gain / (float64(s.Fen) / fenInYi) }

// ErrBudget tells that there cannot be such a budget.
var ErrBudget = errors.New("budget below nought")

// MostSets is a usual limit of how many sets an exact order may ask about.
const MostSets = 1 << shapley.MostExact

// Order finds the order of the works that are not open. It is exact if all sets of
// those that fit the budget one by one are at most so many; else it is greedy.
func (s *Study) Order(ctx context.Context, measure int, budget int64, mostSets int) (*Order, error) {
	if budget < 0 {
		return nil, fmt.Errorf("%d fen: %w", budget, ErrBudget)
	}
	o := &Order{Measure: s.measures[measure], Budget: budget, Steps: []Step{}, Left: []string{}, Unpriced: []string{}}
	c := &choice{study: s, measure: measure, budget: budget}
	for p, work := range s.player {
		w := s.works[work]
		switch {
		case w.Open:
			c.open = c.open.With(p)
		case w.Fen <= 0:
			o.Unpriced = append(o.Unpriced, w.ID)
		case budget > 0 && w.Fen > budget:
			o.Left = append(o.Left, w.ID)
		default:
			c.players = append(c.players, p)
			c.fen = append(c.fen, w.Fen)
		}
	}
	for _, w := range s.works {
		if w.Mute && !w.Open && w.Fen <= 0 {
			o.Unpriced = append(o.Unpriced, w.ID)
		} else if w.Mute && !w.Open {
			o.Left = append(o.Left, w.ID)
		}
	}
	order, err := c.find(ctx, o, mostSets)
	if err != nil {
		return nil, err
	}
	return o, c.fill(ctx, o, order)
}

// choice is the works to choose from, numbered from 0: sets of them are beside what is
// open.
type choice struct {
	study   *Study
	measure int
	budget  int64
	open    shapley.Set
	players []int
	fen     []int64
}

func (c *choice) find(ctx context.Context, o *Order, mostSets int) (order []int, err error) {
	n := len(c.players)
	if o.Exact = n < 30 && 1<<n <= mostSets; o.Exact {
		return c.exact(ctx)
	}
	order, err = c.greedy(ctx, o, nil)
	if err != nil {
		return nil, err
	}
	single, err := c.single(ctx)
	if err != nil || single < 0 {
		return order, err
	}
	other, err := c.greedy(ctx, o, []int{single})
	if err != nil {
		return nil, err
	}
	a, err := c.gain(ctx, setOf(order))
	if err != nil {
		return nil, err
	}
	b, err := c.gain(ctx, setOf(other))
	if b > a {
		order = other
	}
	return order, err
}

// fill tells of the order that was found.
func (c *choice) fill(ctx context.Context, o *Order, order []int) error {
	s, before := shapley.Set(0), 0.0
	for _, i := range order {
		s = s.With(i)
		after, err := c.gain(ctx, s)
		if err != nil {
			return err
		}
		o.Spent += c.fen[i]
		o.Steps = append(o.Steps, Step{ID: c.id(i), Gain: after - before, Fen: c.fen[i], Spent: o.Spent})
		o.Gain, before = after, after
	}
	for i := range c.players {
		if !s.Has(i) {
			o.Left = append(o.Left, c.id(i))
		}
	}
	if o.Bound = o.Gain; !o.Exact {
		var err error
		if o.Bound, err = c.gain(ctx, shapley.All(len(c.players))); err != nil {
			return err
		}
	}
	c.look(o)
	return nil
}

func (c *choice) id(i int) string { return c.study.works[c.study.player[c.players[i]]].ID }

// asked is a set of the choice as a set of players.
func (c *choice) asked(s shapley.Set) shapley.Set {
	out := c.open
	for i, p := range c.players {
		if s.Has(i) {
			out = out.With(p)
		}
	}
	return out
}

// gain is what a set adds to what is open.
func (c *choice) gain(ctx context.Context, s shapley.Set) (float64, error) {
	none, err := c.study.book.Value(ctx, c.open)
	if err != nil {
		return 0, err
	}
	v, err := c.study.book.Value(ctx, c.asked(s))
	if err != nil {
		return 0, err
	}
	return v[c.measure] - none[c.measure], nil
}

func (c *choice) cost(s shapley.Set) int64 {
	sum := int64(0)
	for i, fen := range c.fen {
		if s.Has(i) {
			sum += fen
		}
	}
	return sum
}

func (c *choice) fits(fen int64) bool { return c.budget == 0 || fen <= c.budget }

func setOf(order []int) shapley.Set {
	var s shapley.Set
	for _, i := range order {
		s = s.With(i)
	}
	return s
}

// exact goes through all sets for the best one, and through all of its own for the best
// order: best[s] is the greatest sum, over the works of s in order, of cost times what
// those before add; it follows from those of the sets with one work less.
func (c *choice) exact(ctx context.Context) ([]int, error) {
	n := len(c.players)
	sets := shapley.Gray(n)
	for k, s := range sets {
		sets[k] = c.asked(s)
	}
	if err := c.study.book.Ask(ctx, sets); err != nil {
		return nil, err
	}
	gains, trifle := make([]float64, 1<<n), c.trifle()
	chosen := shapley.Set(0)
	for s := range shapley.Set(1 << n) {
		var err error
		if gains[s], err = c.gain(ctx, s); err != nil {
			return nil, err
		}
		if c.fits(c.cost(s)) && c.better(s, chosen, gains, trifle) {
			chosen = s
		}
	}
	best, last := make([]float64, 1<<n), make([]int, 1<<n)
	for s := range shapley.Set(1 << n) {
		if s == 0 || s&^chosen != 0 {
			continue
		}
		last[s] = -1
		for i := range n {
			if !s.Has(i) {
				continue
			}
			less := s.Without(i)
			if v := best[less] + float64(c.fen[i])*gains[less]; last[s] < 0 || v >= best[s] { // of equals the first comes first
				best[s], last[s] = v, i
			}
		}
	}
	var order []int
	for s := chosen; s != 0; s = s.Without(last[s]) {
		order = append(order, last[s])
	}
	slices.Reverse(order)
	return order, nil
}

// better reports whether one set is to be preferred to another.
func (c *choice) better(s, t shapley.Set, gains []float64, trifle float64) bool {
	if d := gains[s] - gains[t]; math.Abs(d) > trifle {
		return d > 0
	}
	if a, b := c.cost(s), c.cost(t); a != b {
		return a < b
	}
	return s.Len() < t.Len()
}
