package sim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// Options say what kind of world it is.
type Options struct {
	Persons  int  // 24 when 0
	Moves    int  // transfers that are begun, 40 when 0
	Restores int  // cities that come back from an old backup, one after another
	Two      bool // two of them at once, and a person who then signs to go on without the other
	Quiet    bool // no faults at all
	Stop     bool // at the first violation
	Late     int  // one letter in so many is later than a reconciliation takes, 30 when 0
	Load     int  // transfers that are begun, and decided, at every step of a tenth of a second; 0: now and then one
	Early    bool // a mutant of the world: a message is sent although its transaction is taken back
	Unsigned bool // a mutant of the world: whoever takes messages in does not look at signatures
	// Machine makes the machine of a city; nil: the product's.
	Machine func(me household.City, others []household.City, verify func(message.Sealed) error) *household.Machine
	// Trace is told what changes, for whoever looks for the cause of a violation.
	Trace func(tick int64, c household.City, what string, was, is any)
	// History makes the run ask for persons like a reader would, and keep what he heard.
	History bool
}

// Result is what came of a run.
type Result struct {
	Seed                             uint64
	Moves, Booked, Crashes, Restores int
	Messages, Lost, Doubled, Forged  int
	TwoOwners, Nobody, Forks, Stuck  int
	History                          []Event       // where asked for
	First                            string        // the first violation, for whoever looks for its cause
	Settled                          time.Duration // virtual, from the last fault to rest
}

// Add adds another run's counts; of the violations it keeps the first, of the times the longest.
func (r *Result) Add(o Result) {
	for _, x := range []struct {
		to *int
		n  int
	}{{&r.Moves, o.Moves}, {&r.Booked, o.Booked}, {&r.Crashes, o.Crashes}, {&r.Restores, o.Restores}, {&r.Messages, o.Messages}, {&r.Lost, o.Lost}, {&r.Doubled, o.Doubled},
		{&r.Forged, o.Forged}, {&r.TwoOwners, o.TwoOwners}, {&r.Nobody, o.Nobody}, {&r.Forks, o.Forks}, {&r.Stuck, o.Stuck}} {
		*x.to += x.n
	}
	if r.First == "" && o.First != "" {
		r.Seed, r.First = o.Seed, o.First
	}
	r.Settled = max(r.Settled, o.Settled)
}

// Bad tells whether a run broke a rule of such a world: where two cities are lost at once, what was
// asserted may be taken back.
func (o Options) Bad(r Result) bool {
	return r.TwoOwners+r.Nobody+r.Stuck > 0 || r.Forks > 0 && !o.Two
}

// names are the cities; the office is a node like them, that nobody is registered at.
var names = []household.City{"changsha", "zhuzhou", "xiangtan", "office"}

type city struct {
	name    household.City
	world   *world
	machine *household.Machine
	disk    state
	backup  []state
	skew    int64
	down    int64 // until when, ticks
	stopped bool  // in the middle of a transaction
	awake   bool  // whether steps may crash
	serves  bool  // asserts what is on its disk
	since   int64 // when that last changed, ticks
}

type letter struct {
	at    int64
	order int
	to    household.City
	m     message.Sealed
	ack   func()
}

type world struct {
	o      Options
	rng    *rand.Rand
	tick   int64
	cities []*city
	mail   []letter
	past   []message.Sealed // for replays
	order  int
	quiet  bool
	res    Result
	ids    uint64

	sealed map[string]message.Sealed            // by signature: the honest ones
	said   map[household.Token]household.City   // every assertion that was ever made
	newest map[household.Person]household.Epoch // asserted ever
	reads  []*reader
	began  map[string]int64 // decisions by transfer, for the history
	ended  map[string]bool
	steps  int64
	lost   int64      // since which step two cities are lost, 0: they are not
	chance *rand.Rand // of the readers: they change nothing
}

var errCrash = errors.New("sim: the power went")

// start is when the clocks begin, seconds since 1970.
const start = 1_790_000_000

// Run runs the world of a seed.
func Run(seed uint64, o Options) (Result, error) {
	o.Persons, o.Moves = cmp.Or(o.Persons, 24), cmp.Or(o.Moves, 40)
	o.Late = cmp.Or(o.Late, 30)
	w := &world{o: o, rng: rand.New(rand.NewPCG(seed, 7)), quiet: o.Quiet, res: Result{Seed: seed},
		sealed: map[string]message.Sealed{}, said: map[household.Token]household.City{}, newest: map[household.Person]household.Epoch{}, began: map[string]int64{}, ended: map[string]bool{}, chance: rand.New(rand.NewPCG(seed, 8))}
	if err := w.begin(); err != nil {
		return w.res, err
	}
	for w.res.Moves < o.Moves || w.res.Restores < o.Restores {
		if err := w.turn(); err != nil {
			return w.res, err
		}
		if w.tick > 30_000 || o.Stop && o.Bad(w.res) {
			break
		}
	}
	w.quiet = true
	if o.Stop && o.Bad(w.res) {
		return w.res, nil
	}
	return w.res, w.settle()
}

func (w *world) begin() error {
	for _, name := range names {
		c := &city{name: name, world: w, disk: newState(), skew: w.rng.Int64N(7) - 3}
		w.cities = append(w.cities, c)
	}
	verify := w.verify()
	for _, c := range w.cities {
		var others []household.City
		for _, name := range names {
			if name != c.name {
				others = append(others, name)
			}
		}
		c.machine = &household.Machine{Me: c.name, Others: others, Verify: verify}
		if w.o.Machine != nil {
			c.machine = w.o.Machine(c.name, others, verify)
		}
		if w.res.Seed%2 == 1 {
			c.machine.PerPart = 700 // a few entries, or a decision: answers of many parts
		}
		c.machine.Pause = func(tries int) int64 { return min(8, int64(1)<<min(max(tries-1, 0), 3)) }
	}
	for i := range w.o.Persons {
		c := w.cities[i%3]
		if err := w.do(c, func(b *book) error { return c.machine.Register(b, person(i)) }); err != nil {
			return err
		}
		w.entered(c, person(i))
	}
	for _, c := range w.cities {
		c.backup = append(c.backup, c.disk.clone())
	}
	return nil
}

// verify knows what every city signed in this run: a signature is good for that text and no other.
// Real ones are tested where they are made; here nobody can break them.
func (w *world) verify() func(s message.Sealed) error {
	return func(s message.Sealed) error {
		if known, ok := w.sealed[s.Signature]; !ok || !same(known, s) {
			return errors.New("sim: its sender did not sign this")
		}
		return nil
	}
}

func same(a, b message.Sealed) bool {
	x, y := a.Envelope, b.Envelope
	if !bytes.Equal(x.Body, y.Body) {
		return false
	}
	return x.ID == y.ID && x.From == y.From && x.To == y.To && x.Kind == y.Kind && x.Case == y.Case && x.Sequence == y.Sequence && x.Made.Equal(y.Made)
}

func person(i int) household.Person { return household.Person(fmt.Sprintf("P%03d", i)) }

func (w *world) clock() time.Time { return time.Unix(start+w.tick/10, 0).UTC() }

func (c *city) now() int64 { return start + c.world.tick/10 + c.skew }

// seal makes a message whose every byte follows from the seed.
func (c *city) seal(to household.City, kind, about string, body json.RawMessage) message.Sealed {
	w := c.world
	w.ids++
	id := strconv.FormatUint(w.ids, 10)
	s := message.Sealed{Signature: string(c.name) + "/" + id, Envelope: message.Envelope{ID: id, From: c.name, To: to, Kind: kind,
		Case: "household/" + about, Sequence: 1, Made: w.clock(), Body: body}}
	w.sealed[s.Signature] = s
	return s
}

// crash stops a city in the middle of a transaction, now and then.
func (w *world) crash(c *city) error {
	if !c.awake || w.quiet || w.rng.IntN(250) > 0 {
		return nil
	}
	c.stopped = true
	return errCrash
}

// book is the city's, for one transaction.
func (c *city) book() *book {
	return &book{state: &c.disk, of: of{now: c.now, seal: c.seal, early: c.world.o.Early, crash: func() error { return c.world.crash(c) },
		fresh: func() int64 { c.world.ids++; return int64(c.world.ids) }}}
}

// do runs a transaction of a city that is up. A crash takes it back.
func (w *world) do(c *city, f func(b *book) error) error {
	b := c.book()
	c.awake = w.tick > 0
	err := f(b)
	c.awake = false
	if err != nil {
		b.back()
	}
	if c.stopped {
		c.stopped, c.down = false, w.tick+w.rng.Int64N(60)
		w.res.Crashes++
		return errCrash
	}
	if err != nil {
		return fmt.Errorf("%s at tick %d: %w", c.name, w.tick, err)
	}
	w.committed(c, b)
	return nil
}

// tolerate passes over what a world of faults has: crashes and refusals.
func tolerate(err error) error {
	var no *household.Refusal
	if errors.Is(err, errCrash) || errors.As(err, &no) {
		return nil
	}
	return err
}

func (c *city) up() bool { return c.world.tick >= c.down }

// turn is one step of the world.
func (w *world) turn() error {
	w.tick++
	if err := w.post(); err != nil {
		return err
	}
	if err := w.deliver(); err != nil {
		return err
	}
	if err := w.ask(); err != nil {
		return err
	}
	if err := w.sign(); err != nil {
		return err
	}
	w.mourned(false)
	if w.o.Load > 0 {
		return w.busy()
	}
	c := w.cities[w.rng.IntN(len(w.cities))]
	if !c.up() {
		return nil
	}
	switch n := w.rng.IntN(100); {
	case n < 8:
		return tolerate(w.move())
	case n < 24:
		return tolerate(w.clerk(c))
	case n < 26:
		return tolerate(w.regret(c))
	case n < 40:
		return tolerate(w.do(c, func(b *book) error { return c.machine.Tick(b) }))
	case n < 43:
		c.backup = append(c.backup, c.disk.clone())
	case n < 44:
		return tolerate(w.restore(c))
	case n < 46 && !w.quiet:
		return w.forge()
	}
	return nil
}

// busy is a step of a day with many movers: every city works off what it can.
func (w *world) busy() error {
	for range w.o.Load {
		if err := tolerate(w.move()); err != nil {
			return err
		}
		for _, c := range w.cities {
			if err := tolerate(w.clerk(c)); err != nil {
				return err
			}
		}
	}
	for _, c := range w.cities {
		if w.tick%10 > 0 {
			break
		}
		if err := tolerate(w.do(c, func(b *book) error { return c.machine.Tick(b) })); err != nil {
			return err
		}
	}
	return nil
}

// move begins a transfer of a few persons of one city, at the epochs that their city knows, or
// now and then at wrong ones.
func (w *world) move() error {
	if w.res.Moves >= w.o.Moves {
		return nil
	}
	from, to := w.cities[w.rng.IntN(3)], w.cities[w.rng.IntN(3)]
	if from == to || !to.up() {
		return nil
	}
	var who []household.Token
	for i := range w.o.Persons {
		if e, ok := from.disk.entries[person((i+w.rng.IntN(w.o.Persons))%w.o.Persons)]; ok && e.Standing == household.Registered && len(who) < 1+w.rng.IntN(3) {
			if !slices.ContainsFunc(who, func(t household.Token) bool { return t.Person == e.Person }) {
				who = append(who, e.Token)
			}
		}
	}
	if len(who) == 0 {
		return nil
	}
	if w.rng.IntN(20) == 0 {
		who[0].Epoch++
	}
	w.res.Moves++
	id := fmt.Sprintf("T%04d", w.res.Moves)
	until := to.now() + 5 + w.rng.Int64N(300)
	return w.do(to, func(b *book) error { return to.machine.Hold(b, id, from.name, who, until) })
}

// clerk decides what was promised, or refuses it.
func (w *world) clerk(c *city) error {
	for _, id := range c.disk.order {
		if t := c.disk.transfers[id]; t.State == household.Promised && t.From == c.name {
			if w.rng.IntN(12) == 0 {
				return w.do(c, func(b *book) error { return c.machine.Refuse(b, id, household.RefusedClerk) })
			}
			return w.do(c, func(b *book) error { return c.machine.Decide(b, id) })
		}
	}
	return nil
}

// regret withdraws what is held.
func (w *world) regret(c *city) error {
	for _, id := range c.disk.order {
		if t := c.disk.transfers[id]; t.State == household.Held && w.rng.IntN(3) == 0 {
			return w.do(c, func(b *book) error { return c.machine.Withdraw(b, id) })
		}
	}
	return nil
}

// restore brings a city back from an old backup, while every other one serves: two that are lost
// at once are for people to settle.
func (w *world) restore(c *city) error {
	if w.res.Restores >= w.o.Restores || w.quiet {
		return nil
	}
	for _, other := range w.cities {
		if other.disk.numbers["restoring"] != 0 {
			return nil
		}
	}
	call := w.step()
	if err := w.comeBack(c); err != nil || !w.o.Two {
		return err
	}
	if other := w.cities[w.rng.IntN(len(w.cities))]; other != c {
		if w.lost == 0 {
			w.lost = call
		}
		return w.comeBack(other)
	}
	return nil
}

// mourning is how long people wait before they sign, ticks: nothing of before is under way then.
const mourning = 600

// sign has a person go on at one of several cities that have served nothing for long, without the
// others of them.
func (w *world) sign() error {
	var lost []*city
	for _, c := range w.cities {
		if w.o.Two && !c.serves && w.tick-c.since > mourning && c.up() {
			lost = append(lost, c)
		}
	}
	if len(lost) < 2 {
		return nil
	}
	for _, other := range lost[1:] {
		if lost[0].disk.numbers["without/"+string(other.name)] != 0 {
			continue // signed for already
		}
		if lost[0].disk.numbers["stale/"+string(other.name)] == 0 {
			continue // it has not told yet what it still knows
		}
		err := w.do(lost[0], func(b *book) error { return lost[0].machine.Without(b, other.name) })
		if err := tolerate(err); err != nil {
			return err
		}
	}
	return nil
}

// comeBack restores a city from one of its backups.
func (w *world) comeBack(c *city) error {
	w.res.Restores++
	c.disk = c.backup[w.rng.IntN(len(c.backup))].clone()
	if w.o.Trace != nil {
		w.o.Trace(w.tick, c.name, "restore", nil, c.disk.entries)
	}
	c.disk.numbers["restoring"] = 1 // the restore writes it, before anything else
	for err := errCrash; errors.Is(err, errCrash); {
		err = w.do(c, func(b *book) error { return c.machine.Restored(b) })
		if err != nil && !errors.Is(err, errCrash) {
			return err
		}
	}
	return nil
}
