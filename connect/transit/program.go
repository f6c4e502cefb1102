package transit

import (
	"errors"
	"fmt"
	"math"
)

// Window is when people depart, and how long they may be on their way.
type Window struct {
	From, Until Second // departures from From on, before Until
	Longest     Second // journeys that take longer are none
}

// Rules are what a journey may be like.
type Rules struct {
	Slack Second // between being at a stop and boarding; at least 1
}

// Ways are the walks of an area: from stops to other stops, and from stops to cells.
type Ways struct {
	Change Walks // stop -> stops; staying at the stop need not be listed
	Egress Walks // stop -> cells
	Cells  int
}

// ErrWindow tells that a window is empty or longer than 16 bits of seconds hold.
var ErrWindow = errors.New("window out of range")

// Program is a timetable and its ways compiled for a window. It is never changed and
// may be shared by any number of sweepers.
type Program struct {
	window       Window
	slack        Second
	stops, cells int
	trips        int
	slots        int // lines for alightings
	seats        int // lines for trips

	// A program for a district has stops and cells of its own: by number of the whole,
	// None for those where nobody gets; nil where the numbers are the same.
	stopOf, cellOf []int32
	reached        []int32 // the cells by number of the whole

	runs  []run
	pairs [kinds][]pair  // the operations of each kind, in the order of time
	owner [kinds][]int32 // the trips of those that alight, stay, follow, enter and board
}

// kind is what an operation does with its pair of lines.
type kind uint8

const (
	change kind = iota // stop a is raised to alighting b
	alight             // alighting a is what is on trip b
	follow             // trip a begins as trip b
	stay               // trip a is raised to trip b
	enter              // trip a begins as what stop b and walking there give
	board              // trip a is raised to that
	leave              // cell a is raised to alighting b
	kinds
)

type pair struct{ a, b int32 }

// run is operations of one kind at one second, which is counted from the first
// departure, which is 1.
type run struct {
	kind   kind
	at     uint16
	lo, hi int32
}

// local is the number of a stop or cell in a program.
func local(of []int32, i int32) int32 {
	if of == nil {
		return i
	}
	return of[i]
}

// Cells calls f for every cell that somebody may get to.
func (p *Program) Cells(f func(cell int32)) {
	for i := range int32(p.cells) {
		if p.reached != nil {
			f(p.reached[i])
		} else {
			f(i)
		}
	}
}

// width is the number of departures of the window.
func (w Window) width() Second { return w.Until - w.From }

// end is the last second at which a journey may end: the last departure's.
func (w Window) end() Second { return w.Until - 1 + w.Longest }

func (w Window) check() error {
	if w.width() <= 0 || w.Longest <= 0 || int64(w.end())-int64(w.From)+1 >= math.MaxUint16 {
		return fmt.Errorf("from %d until %d, at most %d s: %w", w.From, w.Until, w.Longest, ErrWindow)
	}
	return nil
}

// Compile makes the program of a timetable for a window.
func Compile(t *Timetable, ways Ways, w Window, r Rules) (*Program, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	if r.Slack < 1 {
		return nil, fmt.Errorf("slack of %d s: %w", r.Slack, ErrWindow)
	}
	for _, err := range []error{t.Check(), ways.Change.check("changes", t.Stops(), t.Stops()), ways.Egress.check("ways out", t.Stops(), ways.Cells)} {
		if err != nil {
			return nil, err
		}
	}
	c := &compiler{t: t, ways: ways, w: w, slack: r.Slack}
	c.leaving = departuresOf(t, func(e Event) bool { return c.boards(t.Depart[e]) })
	c.emit()
	return c.assemble(), nil
}

// operation is one before it has its lines: a and b are stops, cells, trips and
// events of the timetable.
type operation struct {
	at   Second
	rank int32 // within the second
	kind kind
	a, b int32
}

type compiler struct {
	t     *Timetable
	ways  Ways
	w     Window
	slack Second

	leaving departures
	ops     []operation
	rank    []int32    // by trip: rank of its last arrival, at
	rankAt  []Second   // this second
	ranks   [][2]int32 // of the events of one trip: alighting, boarding
	soonest soonest
}

// soonest is when each target of a trip is first reached from its events so far,
// from the last one backwards.
type soonest struct {
	stop, cell []Second
	touched    []int32 // stops, and cells as -cell-1
}

// ranks leave room for what comes first in a second, changes, and last, ways out.
const (
	firstRank = 0
	lastRank  = math.MaxInt32
)

// emit writes the operations of all trips, each after those that go on as it.
func (c *compiler) emit() {
	n := c.t.Trips()
	c.rank, c.rankAt = make([]int32, n), make([]Second, n)
	c.soonest = soonest{stop: fillNever(c.t.Stops()), cell: fillNever(c.ways.Cells)}
	before := make([][]Trip, n)
	waits := make([]int32, n)
	for k, next := range c.t.Stay {
		if next != None {
			before[next] = append(before[next], Trip(k))
			waits[next]++
		}
	}
	var queue []Trip
	for k := range n {
		if waits[k] == 0 {
			queue = append(queue, Trip(k))
		}
	}
	for i := 0; i < len(queue); i++ {
		k := queue[i]
		c.trip(k, before[k])
		if next := c.t.Stay[k]; next != None {
			if waits[next]--; waits[next] == 0 {
				queue = append(queue, next)
			}
		}
	}
	// Trips that go round in a circle of staying on take no time; nobody does.
	for k := range n {
		if waits[k] > 0 {
			c.trip(Trip(k), nil)
		}
	}
}

func fillNever(n int) []Second {
	out := make([]Second, n)
	for i := range out {
		out[i] = Never
	}
	return out
}

// trip emits one trip. Ranks rise along it within a second: alightings are even,
// boardings and staying on odd.
func (c *compiler) trip(k Trip, before []Trip) {
	t := c.t
	first, end := t.TripFirst[k], t.TripFirst[k+1]
	if first == end {
		return
	}
	at, rank := t.Arrive[first], int32(firstRank+2)
	for _, b := range before { // who stays seated is there as the trip arrives at its first stop
		r := int32(firstRank + 2)
		if c.rankAt[b] == at {
			r = c.rank[b] + 2
		}
		if c.inTime(at) {
			c.ops = append(c.ops, operation{at, r + 1, stay, int32(k), int32(b)})
		}
		rank = max(rank, r+2)
	}
	c.ranks = c.ranks[:0]
	next := func(time Second) int32 {
		if time > at {
			at, rank = time, firstRank+2
		}
		rank += 2
		return rank - 2
	}
	for e := first; e < end; e++ {
		alights := next(t.Arrive[e])
		c.rank[k], c.rankAt[k] = alights, t.Arrive[e]
		boards := next(t.Depart[e]) + 1
		c.ranks = append(c.ranks, [2]int32{alights, boards})
	}
	c.events(k, len(before) > 0)
}

// boards tells whether somebody may board at a second.
func (c *compiler) boards(at Second) bool { return at >= c.w.From+c.slack && c.inTime(at) }

func (c *compiler) inTime(at Second) bool { return at >= c.w.From && at <= c.w.end() }

// events walks a trip backwards. It emits what one gets to from each event, unless
// a later one gets there as soon: whoever is on board then has departed as late or
// later. Boarding is emitted where that leads to anything.
func (c *compiler) events(k Trip, seated bool) {
	t := c.t
	c.soonest.clear()
	first, useful := t.TripFirst[k], t.Stay[k] != None
	for e := t.TripFirst[k+1] - 1; e >= first; e-- {
		ranks := c.ranks[e-first]
		if useful && e+1 < t.TripFirst[k+1] && t.closed(Event(e))&NoBoard == 0 && c.boards(t.Depart[e]) {
			c.ops = append(c.ops, operation{t.Depart[e], ranks[1], board, int32(k), int32(t.EventStop[e])})
		}
		if e == first && !seated {
			break
		}
		before := len(c.ops)
		c.targets(Event(e), func(s int32, at Second) {
			if c.soonest.better(c.soonest.stop, s, s, at) {
				c.ops = append(c.ops, operation{at, firstRank, change, s, e})
			}
		}, func(cell int32, at Second) {
			if c.soonest.better(c.soonest.cell, cell, -cell-1, at) {
				c.ops = append(c.ops, operation{at, lastRank, leave, cell, e})
			}
		})
		if len(c.ops) > before {
			useful = true
			c.ops = append(c.ops, operation{t.Arrive[e], ranks[0], alight, e, int32(k)})
		}
	}
}

func (s *soonest) clear() {
	for _, i := range s.touched {
		if i < 0 {
			s.cell[-i-1] = Never
		} else {
			s.stop[i] = Never
		}
	}
	s.touched = s.touched[:0]
}

// better tells whether a time is sooner than those so far, and keeps it then.
func (s *soonest) better(of []Second, i, name int32, at Second) bool {
	if at >= of[i] {
		return false
	}
	if of[i] == Never {
		s.touched = append(s.touched, name)
	}
	of[i] = at
	return true
}

// targets lists where one gets from an event after alighting: stops with the first
// time that one boards there, and cells.
func (c *compiler) targets(e Event, stop func(s int32, at Second), cell func(cell int32, at Second)) {
	t := c.t
	if t.closed(e)&NoAlight != 0 || !c.inTime(t.Arrive[e]) {
		return
	}
	s := t.EventStop[e]
	if at := c.leaving.next(int32(s), t.Arrive[e]+c.slack); at != Never {
		stop(int32(s), at)
	}
	to, time := c.ways.Change.From(int(s))
	for i, other := range to {
		if other == int32(s) {
			continue
		}
		if at := c.leaving.next(other, t.Arrive[e]+time[i]+c.slack); at != Never {
			stop(other, at)
		}
	}
	to, time = c.ways.Egress.From(int(s))
	for i, other := range to {
		if at := t.Arrive[e] + time[i]; c.inTime(at) {
			cell(other, at)
		}
	}
}
