package ledger_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"conurb/area"
	"conurb/livelihood/ledger"
	"conurb/trust/message"
)

var cities = []ledger.City{"changsha", "zhuzhou", "xiangtan"}

// world is three cities whose messages are lost, doubled and late, and whose transactions may end
// at any statement.
type world struct {
	rng      *rand.Rand
	books    map[ledger.City]*memory
	machines map[ledger.City]*ledger.Machine
	mail     []message.Sealed // under way, in any order
	began    int
	calm     bool
	crashes  int
	owed     ledger.Fen
	first    string // what first broke a rule
}

func account(i int, fund string) string { return fmt.Sprintf("social/%s/%d", fund, i) }

func newWorld(t *testing.T, seed uint64, machine func(me ledger.City) *ledger.Machine) *world {
	t.Helper()
	w := &world{rng: rand.New(rand.NewPCG(seed, 11)), books: map[ledger.City]*memory{}, machines: map[ledger.City]*ledger.Machine{}, calm: true}
	for _, c := range cities {
		b := quiet(c)
		b.step = w.step
		w.books[c], w.machines[c] = b, machine(c)
		err := b.do(func(b ledger.Book) error {
			m := w.machines[c]
			err := m.OpenAccount(b, ledger.Account{ID: "bank", Kind: ledger.Bank})
			for i := range 6 {
				a := ledger.Account{ID: account(i, "individual"), Scheme: "social", Fund: "individual", Kind: ledger.Person, Owner: fmt.Sprint(i)}
				err = errors.Join(err, m.OpenAccount(b, a))
				err = errors.Join(err, m.Post(b, ledger.Entry{ID: "o" + a.ID, What: ledger.Opening, Postings: []ledger.Posting{{Account: "bank", Amount: 1000}, {Account: a.ID, Amount: -1000}}}))
			}
			err = errors.Join(err, m.OpenAccount(b, ledger.Account{ID: "pool", Scheme: "social", Fund: "pooled", Kind: ledger.Pool}))
			return errors.Join(err, m.Post(b, ledger.Entry{ID: "pool", What: ledger.Opening, Postings: []ledger.Posting{{Account: "bank", Amount: 9000}, {Account: "pool", Amount: -9000}}}))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.calm, w.owed = false, 3*15000
	return w
}

func (w *world) step() error {
	if !w.calm && w.rng.IntN(120) == 0 {
		w.crashes++
		return errCrash
	}
	return nil
}

// check holds the world to what must be true at every moment.
func (w *world) check(when string) {
	owed := ledger.Fen(0)
	for _, c := range cities {
		sum := ledger.Fen(0)
		for _, e := range w.books[c].posted {
			for _, p := range e.Postings {
				sum += p.Amount
			}
		}
		all := ledger.Fen(0)
		for _, a := range w.books[c].accounts {
			all += a.Sum
			switch a.Kind {
			case ledger.Person, ledger.Pool, ledger.DueTo:
				owed += a.Balance()
			case ledger.DueFrom:
				owed -= a.Balance()
				if to := w.books[a.City].accounts[ledger.Clearing(ledger.DueTo, "social", c)]; to.Balance() < a.Balance() {
					w.bad("%s: %s has more from %s than that owes", when, c, a.City)
				}
			}
			if a.Balance() < 0 {
				w.bad("%s: %s of %s is overdrawn", when, a.ID, c)
			}
		}
		if sum != 0 || all != 0 {
			w.bad("%s: the book of %s sums to %s, its accounts to %s", when, c, sum, all)
		}
	}
	if owed != w.owed {
		w.bad("%s: %s is owed, not %s", when, owed, w.owed)
	}
}

func (w *world) bad(format string, args ...any) {
	if w.first == "" {
		w.first = fmt.Sprintf(format, args...)
	}
}

// begin has one city expect a transfer and, now and then not as it is expected, another pay it.
func (w *world) begin() error {
	from, to := cities[w.rng.IntN(3)], cities[w.rng.IntN(3)]
	if from == to {
		return nil
	}
	w.began++
	t := ledger.Transfer{ID: fmt.Sprintf("T%03d", w.began), Scheme: "social", From: from, To: to, Case: "c", Parts: []ledger.Part{
		{Fund: "individual", Account: account(w.rng.IntN(6), "individual"), Amount: ledger.Fen(1 + w.rng.Int64N(300))},
		{Fund: "pooled", Account: "pool", Amount: ledger.Fen(1 + w.rng.Int64N(900))}}}
	if w.rng.IntN(5) > 0 {
		e := t
		if w.rng.IntN(5) == 0 {
			e.Parts = append([]ledger.Part{}, t.Parts...)
			e.Parts[0].Amount++
		}
		if err := w.books[to].do(func(b ledger.Book) error { return w.machines[to].Expect(b, e) }); err != nil {
			return err
		}
	}
	err := w.books[from].do(func(b ledger.Book) error { return w.machines[from].PayOut(b, t, "clerk") })
	if code(err) == ledger.RefusedOverdrawn {
		return nil
	}
	return err
}

// post puts letters under way. What seems to have arrived may go again, and what seems lost may not.
func (w *world) post() {
	for _, c := range cities {
		var left []message.Sealed
		for _, s := range w.books[c].outbox {
			copies := w.rng.IntN(3) // lost, once, doubled
			if w.calm {
				copies = 1
			}
			for range copies {
				w.mail = append(w.mail, s)
			}
			if copies == 0 || !w.calm && w.rng.IntN(4) == 0 {
				left = append(left, s) // no answer heard
			}
		}
		w.books[c].outbox = left
	}
	w.rng.Shuffle(len(w.mail), func(i, j int) { w.mail[i], w.mail[j] = w.mail[j], w.mail[i] })
}

func (w *world) deliver(most int) error {
	for n := 0; n < most && len(w.mail) > 0; n++ {
		s := w.mail[len(w.mail)-1]
		w.mail = w.mail[:len(w.mail)-1]
		to := s.Envelope.To
		err := w.books[to].do(func(b ledger.Book) error { _, err := w.machines[to].Handle(b, s); return err })
		if errors.Is(err, errCrash) {
			w.mail = append([]message.Sealed{s}, w.mail...) // it comes again
		} else if err != nil {
			return fmt.Errorf("%s of %s to %s: %s: %w", s.Envelope.Kind, s.Envelope.From, to, s.Envelope.Body, err)
		}
	}
	return nil
}

func (w *world) state(day area.Date) error {
	for _, c := range cities {
		for _, o := range cities {
			if o == c {
				continue
			}
			for err := errCrash; errors.Is(err, errCrash); {
				err = w.books[c].do(func(b ledger.Book) error { return w.machines[c].State(b, o, day) })
				if err != nil && !errors.Is(err, errCrash) {
					return err
				}
			}
		}
	}
	return nil
}

// run lets days go by, and ends in calm.
func (w *world) run(days int) error {
	day := w.books["changsha"].today
	for d := range days {
		w.calm = d >= days-6
		for range 6 {
			if err := w.begin(); err != nil && !w.calm && !errors.Is(err, errCrash) {
				return err
			}
			w.post()
			most := 4 + w.rng.IntN(12)
			if w.calm {
				most = len(w.mail)
			}
			if err := w.deliver(most); err != nil {
				return err
			}
			w.check(fmt.Sprintf("day %d", d))
		}
		day++
		for _, b := range w.books {
			b.today = day
		}
		if err := w.state(day - 1); err != nil {
			return err
		}
	}
	w.calm = true
	for range 8 {
		w.post()
		if err := w.deliver(len(w.mail)); err != nil {
			return err
		}
	}
	return nil
}

func whole(me ledger.City) *ledger.Machine { return &ledger.Machine{Me: me, Patience: 3} }

// settled holds a world at rest to what must be true then.
func (w *world) settled() {
	for _, c := range cities {
		for id, t := range w.books[c].transfers {
			if t.State == ledger.Paid {
				w.bad("at rest: %s is still under way from %s", id, c)
			}
		}
		for _, f := range w.books[c].findings {
			if f.Settled == 0 {
				w.bad("at rest: %s has an open finding: %+v", c, f)
			}
		}
		for _, a := range w.books[c].accounts {
			if a.Kind == ledger.DueTo && a.Balance() != w.books[a.City].accounts[ledger.Clearing(ledger.DueFrom, "social", c)].Balance() {
				w.bad("at rest: %s of %s is not what the other has", a.ID, c)
			}
		}
	}
}

func TestNothingIsLostOrMade(t *testing.T) {
	seeds, began, crashes, ended := 40, 0, 0, map[ledger.State]int{}
	for seed := range uint64(seeds) {
		w := newWorld(t, seed, whole)
		if err := w.run(14); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		w.settled()
		if w.first != "" {
			t.Fatalf("seed %d: %s", seed, w.first)
		}
		began, crashes = began+w.began, crashes+w.crashes
		for _, b := range w.books {
			for _, tr := range b.transfers {
				ended[tr.State]++
			}
		}
	}
	t.Logf("%d worlds, %d transfers, %d crashes: %v", seeds, began, crashes, ended)
	if crashes < 50 || ended[ledger.Taken] < 300 || ended[ledger.Returned] < 100 || ended[ledger.Done] < 300 {
		t.Error("the worlds are too quiet to say anything")
	}
}

func TestTheMutantsAreCaught(t *testing.T) {
	for name := range ledger.Mutants("", 0) {
		caught := ""
		for seed := uint64(0); seed < 20 && caught == ""; seed++ {
			w := newWorld(t, seed, func(me ledger.City) *ledger.Machine { return ledger.Mutants(me, 3)[name] })
			if err := w.run(14); err != nil {
				caught = err.Error()
				break
			}
			w.settled()
			caught = w.first
		}
		if caught == "" {
			t.Errorf("without %q nothing is found", name)
		}
		t.Logf("%s: %.100s", name, caught)
	}
}
