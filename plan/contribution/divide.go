package contribution

import (
	"context"
	"errors"
	"fmt"

	"conurb/area"
	"conurb/kit/shapley"
)

// Work is what a project builds.
type Work struct {
	ID   string    `json:"id"`
	Name area.Text `json:"name"`
	Fen  int64     `json:"fen,omitempty"` // cost; 0 where no source states it
	Open bool      `json:"open"`          // in service today: the order leaves it alone
	Mute bool      `json:"mute"`          // known to change nothing that is measured: never asked about
}

// Measure is a figure that works change: an indicator, of a district or of the whole.
type Measure struct {
	Indicator string  `json:"indicator"`
	District  string  `json:"district,omitempty"` // its code; empty: the whole
	People    float64 `json:"people,omitempty"`   // of whom the figure counts some; 0: it counts no people
}

// Valuer says what the measures are with a set of works in service; bit i is work i. It
// is called by several goroutines at once.
type Valuer interface {
	Works() []Work
	Measures() []Measure
	Value(ctx context.Context, on shapley.Set) ([]float64, error)
}

// Method is a way of dividing.
type Method string

// The methods.
const (
	Shapley     Method = "shapley"
	LeaveOneOut Method = "leave-one-out"
	AddFirst    Method = "add-first"
)

// Methods lists them.
var Methods = []Method{Shapley, LeaveOneOut, AddFirst}

// ErrMethod tells that there is no such method.
var ErrMethod = errors.New("no such method")

// Division is what each work adds.
type Division struct {
	Method   Method    `json:"method"`
	Measures []Measure `json:"measures"`
	Before   []float64 `json:"before"` // with none of the works, by measure
	After    []float64 `json:"after"`  // with all of them
	Shares   []Share   `json:"shares"` // in the order of the works
	Residual []float64 `json:"residual"`
	Orders   int       `json:"orders,omitempty"` // sampled; 0: nothing was
	Sets     int       `json:"sets"`             // whose value was needed
}

// Share is what a work adds.
type Share struct {
	Work
	Gain  []float64 `json:"gain"`            // by measure
	Error []float64 `json:"error,omitempty"` // standard error, where orders were sampled
}

// PerYi is the gain for each 10^8 yuan; ok is false where the cost is not known.
func (s *Share) PerYi(m int) (gain float64, ok bool) {
	if s.Fen <= 0 {
		return 0, false
	}
	return s.Gain[m] / (float64(s.Fen) / fenInYi), true
}

// fenInYi is the fen of 10^8 yuan.
const fenInYi = 1e10

// Study asks a valuer, each set once, for whatever is wanted to know of its works.
type Study struct {
	works    []Work
	measures []Measure
	book     *shapley.Book
	player   []int // work of each player: those that are not mute
}

// NewStudy begins a study.
func NewStudy(v Valuer, w shapley.Work) (*Study, error) {
	s := &Study{works: v.Works(), measures: v.Measures()}
	for i, work := range s.works {
		if !work.Mute {
			s.player = append(s.player, i)
		}
	}
	var err error
	s.book, err = shapley.NewBook(shapley.Game{
		Players: len(s.player), Measures: len(s.measures),
		Value: func(ctx context.Context, set shapley.Set) ([]float64, error) { return v.Value(ctx, s.worksOf(set)) },
	}, w)
	if err != nil {
		return nil, fmt.Errorf("works that change something: %w", err)
	}
	return s, nil
}

// Players is how many of the works change something.
func (s *Study) Players() int { return len(s.player) }

// worksOf is a set of players as a set of works.
func (s *Study) worksOf(players shapley.Set) shapley.Set {
	var out shapley.Set
	for p, work := range s.player {
		if players.Has(p) {
			out = out.With(work)
		}
	}
	return out
}

// Divide divides the change between none and all of the works. By Shapley all sets are
// asked if there are at most shapley.MostExact works that change something and q.Orders
// is 0; else orders are sampled.
func (s *Study) Divide(ctx context.Context, m Method, q shapley.Sampling) (*Division, error) {
	var shares *shapley.Shares
	var err error
	switch {
	case m == LeaveOneOut:
		shares, err = s.book.LeaveOneOut(ctx)
	case m == AddFirst:
		shares, err = s.book.AddFirst(ctx)
	case m == Shapley && q.Orders == 0 && len(s.player) <= shapley.MostExact:
		shares, err = s.book.Exact(ctx)
	case m == Shapley:
		if q.Orders == 0 {
			q.Orders = usualOrders
		}
		shares, err = s.book.Sample(ctx, q)
	default:
		err = fmt.Errorf("%q: %w", m, ErrMethod)
	}
	if err != nil {
		return nil, err
	}
	return s.division(m, shares), nil
}

// usualOrders are sampled where nothing is said: the standard error is then about a
// twentieth of how much a work's gain differs from order to order.
const usualOrders = 400

func (s *Study) division(m Method, shares *shapley.Shares) *Division {
	d := &Division{Method: m, Measures: s.measures, Before: shares.None, After: shares.All, Orders: shares.Orders}
	s.book.Known(func(shapley.Set, []float64) { d.Sets++ })
	for k := range s.measures {
		d.Residual = append(d.Residual, shares.Residual(k))
	}
	for _, w := range s.works {
		share := Share{Work: w, Gain: make([]float64, len(s.measures))}
		if shares.Error != nil {
			share.Error = make([]float64, len(s.measures))
		}
		d.Shares = append(d.Shares, share)
	}
	for p, work := range s.player {
		copy(d.Shares[work].Gain, shares.Of[p])
		if shares.Error != nil {
			copy(d.Shares[work].Error, shares.Error[p])
		}
	}
	return d
}
