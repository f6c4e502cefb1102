package transit

import (
	"errors"
	"fmt"
	"math"
)

// Wide is the number of origins that one run of a Counter serves.
const Wide = 64

// narrow is the state of one trip, stop, alighting or cell for Wide lanes: how many of
// the sampled departures, from the window's first on, leave early enough for one to be
// there; so the latest of them does. 0 is not at all.
type narrow [Wide]uint8

// mostDepartures leaves room for walks above the last departure: 255 is too far.
const mostDepartures = 254

// ErrNarrow tells that departures, or walks as long as some step of them, do not fit
// into bytes. A Sweeper takes them.
var ErrNarrow = errors.New("too many departures for a counter")

// Asked is what a Counter counts: the departures every Step seconds of the window
// whose journey takes at most each budget.
type Asked struct {
	Step    Second
	Budgets []Second
}

// Counter runs a program for departures every so many seconds, and counts while it
// does. It tells what a Sweeper's Coverage tells, from states of half the size: those
// who leave between two sampled departures need no telling apart. It keeps its
// buffers; one goroutine at a time.
//
// With departures at 1, 1+step, ... a state in seconds v is the number
// ceil(v / step). What walking w seconds to a stop allows at second t is
// ceil((t-w) / step): with t+step-1 = q·step+r and w = q'·step+r' that is q-q', less
// one if r' > r; bytes hold both parts.
type Counter struct {
	p     *Program
	v     *countVariant
	asked Asked
	n     uint8  // departures
	end   uint16 // what happens later is within no budget

	walk             []walking // from the origins; the first is no walk at all
	walkOf           []int32   // by stop
	walked           []int32   // stops whose walk is set
	stop, slot, seat []narrow
	cell             []narrow
	covered          []narrow // by cell and budget
	low              []narrow // by budget, in all lanes: departures that left too early for what is arriving
}

// walking is a walk of every lane, slack included: whole steps and the rest.
type walking struct{ whole, rest narrow }

// countVariant is a counting sweep in one set of instructions.
type countVariant struct {
	name  string
	sweep func(*Counter)
}

var plainCount = &countVariant{"plain", plainCounts}

// NewCounter makes a counter on instructions of Instructions; the best that the machine
// has if none are named.
func NewCounter(p *Program, asked Asked, instructions string) (*Counter, error) {
	for _, v := range countVariants() {
		if instructions == "" || v.name == instructions {
			return newCounter(p, asked, v)
		}
	}
	return nil, fmt.Errorf("count on %q: %w", instructions, ErrInstructions)
}

// Fits tells whether a counter holds what is asked with walks to the stops: nil or
// ErrNarrow.
func (p *Program) Fits(asked Asked, access *Walks) error {
	c, err := newCounter(p, asked, plainCount)
	if err != nil {
		return err
	}
	for _, t := range access.Time {
		if err := c.fits(t + p.slack); err != nil {
			return err
		}
	}
	return nil
}

func newCounter(p *Program, asked Asked, v *countVariant) (*Counter, error) {
	if asked.Step <= 0 || asked.Step > math.MaxUint8+1 {
		return nil, fmt.Errorf("a departure every %d s: %w", asked.Step, ErrNarrow)
	}
	n := upTo(p.window.width(), asked.Step)
	if n > mostDepartures {
		return nil, fmt.Errorf("%d departures: %w", n, ErrNarrow)
	}
	longest := Second(0)
	for _, b := range asked.Budgets {
		if b < 0 || b > p.window.Longest {
			return nil, fmt.Errorf("a budget of %d s of at most %d s: %w", b, p.window.Longest, ErrWindow)
		}
		longest = max(longest, b)
	}
	c := &Counter{p: p, v: v, asked: asked, n: uint8(n), end: uint16(p.window.width() + longest)}
	c.walkOf, c.stop, c.cell = make([]int32, p.stops), make([]narrow, p.stops), make([]narrow, p.cells)
	c.slot, c.seat = make([]narrow, p.slots), make([]narrow, p.seats)
	c.covered, c.low = make([]narrow, p.cells*len(asked.Budgets)), make([]narrow, len(asked.Budgets))
	c.walk = []walking{noWalk}
	return c, nil
}

var noWalk = func() (w walking) {
	for i := range w.whole {
		w.whole[i] = math.MaxUint8
	}
	return w
}()

// Run counts from up to Wide origins, given the walks from each to the stops; lane i
// is origin i. What Covered tells holds until the next run.
func (c *Counter) Run(access *Walks, origins []int32) error {
	if len(origins) > Wide {
		return fmt.Errorf("%d: %w", len(origins), ErrOrigins)
	}
	c.reset()
	for lane, o := range origins {
		to, time := access.From(int(o))
		for i, stop := range to {
			if stop = local(c.p.stopOf, stop); stop == None {
				continue
			}
			if err := c.walks(lane, stop, time[i]+c.p.slack); err != nil {
				return err
			}
		}
	}
	c.v.sweep(c)
	return nil
}

func (c *Counter) reset() {
	for _, s := range c.walked {
		c.walkOf[s] = 0
	}
	c.walked, c.walk = c.walked[:0], c.walk[:1]
	clear(c.stop)
	clear(c.cell)
	clear(c.covered)
}

// fits tells whether a walk and the departures do.
func (c *Counter) fits(t Second) error {
	if t < Second(c.end) && t/c.asked.Step > mostDepartures-Second(c.n) {
		return fmt.Errorf("a walk of %d s and %d departures: %w", t, c.n, ErrNarrow)
	}
	return nil
}

// walks sets the walk of a lane to a stop, the shortest of those told.
func (c *Counter) walks(lane int, stop int32, t Second) error {
	if t >= Second(c.end) {
		return nil // nobody who walks so long gets on in time
	}
	if err := c.fits(t); err != nil {
		return err
	}
	whole, rest := t/c.asked.Step, t%c.asked.Step
	i := c.walkOf[stop]
	if i == 0 {
		i = int32(len(c.walk))
		c.walk = append(c.walk, noWalk)
		c.walkOf[stop] = i
		c.walked = append(c.walked, stop)
	}
	w := &c.walk[i]
	if whole < Second(w.whole[lane]) || whole == Second(w.whole[lane]) && rest < Second(w.rest[lane]) {
		w.whole[lane], w.rest[lane] = uint8(whole), uint8(rest)
	}
	return nil
}

// Covered is for how many departures the journey to a cell takes at most a budget, by
// lane.
func (c *Counter) Covered(cell int32, budget int) *[Wide]uint8 {
	if cell = local(c.p.cellOf, cell); cell == None {
		return &nobody
	}
	return (*[Wide]uint8)(&c.covered[int(cell)*len(c.asked.Budgets)+budget])
}

var nobody [Wide]uint8

// phase is a second in steps, as boarding takes it.
func (c *Counter) phase(at uint16) (whole, rest uint8) {
	t := Second(at) + c.asked.Step - 1
	return uint8(min(t/c.asked.Step, math.MaxUint8)), uint8(t % c.asked.Step)
}

// tooEarly sets for every budget how many departures left too early to arrive at a
// second within it.
func (c *Counter) tooEarly(at uint16) {
	for b, budget := range c.asked.Budgets {
		n := uint8(min(upTo(Second(at)-budget-1, c.asked.Step), math.MaxUint8))
		if low := &c.low[b]; low[0] != n {
			for i := range low {
				low[i] = n
			}
		}
	}
}

// plainCounts is the twin that says what every variant has to do.
func plainCounts(c *Counter) {
	for _, r := range c.p.runs {
		if r.at > c.end {
			break
		}
		pairs := c.p.pairs[r.kind][r.lo:r.hi]
		switch r.kind {
		case change:
			for _, o := range pairs {
				raiseNarrow(&c.stop[o.a], &c.slot[o.b])
			}
		case alight:
			for _, o := range pairs {
				c.slot[o.a] = c.seat[o.b]
			}
		case follow:
			for _, o := range pairs {
				c.seat[o.a] = c.seat[o.b]
			}
		case stay:
			for _, o := range pairs {
				raiseNarrow(&c.seat[o.a], &c.seat[o.b])
			}
		case enter:
			for _, o := range pairs {
				c.seat[o.a] = c.stop[o.b]
				c.walkOn(&c.seat[o.a], o.b, r.at)
			}
		case board:
			for _, o := range pairs {
				raiseNarrow(&c.seat[o.a], &c.stop[o.b])
				c.walkOn(&c.seat[o.a], o.b, r.at)
			}
		case leave:
			c.tooEarly(r.at)
			for _, o := range pairs {
				c.arrive(o.a, &c.slot[o.b])
			}
		}
	}
}

// walkOn raises a trip to what walking to a stop at a second allows.
func (c *Counter) walkOn(seat *narrow, stop int32, at uint16) {
	i := c.walkOf[stop]
	if i == 0 {
		return
	}
	w := &c.walk[i]
	whole, rest := c.phase(at)
	for lane := range seat {
		v := whole - min(whole, w.whole[lane])
		if w.rest[lane] > rest {
			v -= min(v, 1)
		}
		seat[lane] = max(seat[lane], min(v, c.n))
	}
}

// arrive raises a cell to an alighting, and counts who arrives within each budget.
func (c *Counter) arrive(cell int32, slot *narrow) {
	state := &c.cell[cell]
	if *state == *slot {
		return
	}
	covered := c.covered[int(cell)*len(c.low):]
	for lane, was := range state {
		now := slot[lane]
		if now <= was {
			continue
		}
		state[lane] = now
		for b := range c.low {
			if from := max(was, c.low[b][lane]); now > from {
				covered[b][lane] += now - from
			}
		}
	}
}

func raiseNarrow(a, b *narrow) {
	for i := range a {
		a[i] = max(a[i], b[i])
	}
}
