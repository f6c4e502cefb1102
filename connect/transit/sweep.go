package transit

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// Lanes is the number of origins that one sweep serves.
const Lanes = 32

// line is the state of one trip, stop, alighting or cell for all lanes: the latest
// departure with which one is there, counted from the window's first, which is 1; 0
// is not at all.
type line [Lanes]uint16

// ErrOrigins tells that a sweep was given more origins than it has lanes.
var ErrOrigins = errors.New("more origins than lanes")

// Sweeper runs a program. It keeps its buffers; one goroutine at a time.
type Sweeper struct {
	p    *Program
	v    *variant
	last line // the window's last departure, in all lanes

	walk             []line // from the origins to each stop, slack included; 65,535 where there is no way
	stop, slot, seat []line
	cell             []line
	steps            steps
	chain            []int32 // of the cell that is being read out
	walked           []int32 // stops whose walk is set
}

// steps are the rises of the cells' states, in the order of time.
type steps struct {
	head []int32 // by cell: its last step; None
	prev []int32
	at   []uint16
	who  []uint32 // the lanes that rose
	from []int32  // what they rose to is to[from[i]] and after, in the order of the lanes
	to   []uint16
}

// ErrInstructions tells that this build or machine has no such instructions.
var ErrInstructions = errors.New("instructions unknown here")

// NewSweeper makes a sweeper on instructions of Instructions; the best that the machine
// has if none are named.
func NewSweeper(p *Program, instructions string) (*Sweeper, error) {
	for _, v := range variants() {
		if instructions == "" || v.name == instructions {
			return newSweeper(p, v), nil
		}
	}
	return nil, fmt.Errorf("sweep on %q: %w", instructions, ErrInstructions)
}

func newSweeper(p *Program, v *variant) *Sweeper {
	s := &Sweeper{p: p, v: v}
	s.walk, s.stop, s.cell = make([]line, p.stops), make([]line, p.stops), make([]line, p.cells)
	s.slot, s.seat = make([]line, p.slots), make([]line, p.seats)
	s.steps.head = fillNone(p.cells)
	for i := range s.walk {
		s.walk[i] = nowhere
	}
	for i := range s.last {
		s.last[i] = uint16(p.window.width())
	}
	return s
}

var nowhere = func() (l line) {
	for i := range l {
		l[i] = math.MaxUint16
	}
	return l
}()

// Run sweeps from up to Lanes origins, given the walks from each to the stops; lane i
// is origin i. What Arrivals and the others tell holds until the next run.
func (s *Sweeper) Run(access *Walks, origins []int32) error {
	if len(origins) > Lanes {
		return fmt.Errorf("%d: %w", len(origins), ErrOrigins)
	}
	s.reset()
	for lane, o := range origins {
		to, time := access.From(int(o))
		for i, stop := range to {
			stop = local(s.p.stopOf, stop)
			if t := time[i] + s.p.slack; stop != None && t < math.MaxUint16 {
				w := &s.walk[stop]
				w[lane] = min(w[lane], uint16(t))
				s.walked = append(s.walked, stop)
			}
		}
	}
	s.v.sweep(s)
	return nil
}

func (s *Sweeper) reset() {
	for _, i := range s.walked {
		s.walk[i] = nowhere
	}
	s.walked = s.walked[:0]
	clear(s.stop)
	clear(s.cell)
	st := &s.steps
	for i := range st.head {
		st.head[i] = None
	}
	st.prev, st.at, st.who, st.from, st.to = st.prev[:0], st.at[:0], st.who[:0], st.from[:0], st.to[:0]
}

// rise keeps what the state of a cell was raised to: who departs after what it was,
// and until what it is, arrives now.
func (s *Sweeper) rise(cell int32, at uint16, who uint32, to *line) {
	st := &s.steps
	st.prev = append(st.prev, st.head[cell])
	st.head[cell] = int32(len(st.at))
	st.at, st.who, st.from = append(st.at, at), append(st.who, who), append(st.from, int32(len(st.to)))
	for ; who != 0; who &= who - 1 {
		st.to = append(st.to, to[bits.TrailingZeros32(who)])
	}
}

// plainSweep is the twin that says what every variant has to do.
func plainSweep(s *Sweeper) {
	last := s.last[0]
	for _, r := range s.p.runs {
		pairs := s.p.pairs[r.kind][r.lo:r.hi]
		switch r.kind {
		case change:
			for _, o := range pairs {
				raise(&s.stop[o.a], &s.slot[o.b])
			}
		case alight:
			for _, o := range pairs {
				s.slot[o.a] = s.seat[o.b]
			}
		case follow:
			for _, o := range pairs {
				s.seat[o.a] = s.seat[o.b]
			}
		case stay:
			for _, o := range pairs {
				raise(&s.seat[o.a], &s.seat[o.b])
			}
		case enter, board:
			for _, o := range pairs {
				there, walk, stop := &s.seat[o.a], &s.walk[o.b], &s.stop[o.b]
				for i := range there {
					v := stop[i]
					if w := walk[i]; w < r.at {
						v = max(v, min(r.at-w, last))
					}
					if r.kind == board {
						v = max(v, there[i])
					}
					there[i] = v
				}
			}
		case leave:
			for _, o := range pairs {
				cell, slot := &s.cell[o.a], &s.slot[o.b]
				if who := above(slot, cell); who != 0 {
					raise(cell, slot)
					s.rise(o.a, r.at, who, cell)
				}
			}
		}
	}
}

// above are the lanes in which a is more than b.
func above(a, b *line) (who uint32) {
	for i := range a {
		if a[i] > b[i] {
			who |= 1 << i
		}
	}
	return who
}

func raise(a, b *line) {
	for i := range a {
		a[i] = max(a[i], b[i])
	}
}
