package sim

import (
	"fmt"
	"strings"

	"conurb/livelihood/household"
)

// Event is something that was done with a person's registration, from Call to Return, in steps of
// the run: a first entry or a move that a city committed, a question that a reader asked and the
// answer, or the loss of two cities at once, until both serve again and nothing is asked any more.
type Event struct {
	Person       household.Person
	Move, Lost   bool
	City         household.City // where he moved, or where he was said to be
	Epoch        household.Epoch
	Call, Return int64
}

// reader asks a city where a person is registered, and goes where he is sent.
type reader struct {
	person household.Person
	at     household.City
	heard  household.Entry // the newest answer
	holder household.City
	call   int64
}

// note keeps when the moves of a city were decided and committed.
func (w *world) note(c *city, b *book) {
	for id := range b.touched {
		t := c.disk.transfers[id]
		if t.From != c.name {
			continue
		}
		switch _, began := w.began[id]; {
		case t.State == household.Decided && !began:
			w.began[id] = w.step()
		case t.State == household.Gone && began && !w.ended[id]:
			w.ended[id] = true
			for _, p := range t.Persons {
				w.res.History = append(w.res.History, Event{Person: p.Person, Move: true, City: t.To, Epoch: p.Epoch + 1, Call: w.began[id], Return: w.step()})
			}
		}
	}
}

// entered notes the first entry of a person.
func (w *world) entered(c *city, p household.Person) {
	if w.o.History {
		w.res.History = append(w.res.History, Event{Person: p, Move: true, City: c.name, Epoch: 1, Return: w.step()})
	}
}

// mourned notes the loss of two cities once it is over: all serve, and nobody has still to ask again
// whom he went on without. So it does what is left at the end of the run.
func (w *world) mourned(end bool) {
	if w.lost == 0 || !w.o.History {
		return
	}
	for _, c := range w.cities {
		over := c.serves
		for name, n := range c.disk.numbers {
			over = over && !(n != 0 && strings.HasPrefix(name, "without/"))
		}
		if !over && !end {
			return
		}
	}
	for i := range w.o.Persons {
		w.res.History = append(w.res.History, Event{Person: person(i), Lost: true, Call: w.lost, Return: w.step()})
	}
	w.lost = 0
}

// step counts what was done, so that no two moments are the same.
func (w *world) step() int64 {
	w.steps++
	return w.steps
}

// ask lets readers go one city further. One who finds a city that does not serve asks it again.
func (w *world) ask() error {
	if !w.o.History {
		return nil
	}
	if w.chance.IntN(3) == 0 {
		w.reads = append(w.reads, &reader{person: person(w.chance.IntN(w.o.Persons)), at: names[w.chance.IntN(3)], call: w.step()})
	}
	var left []*reader
	for _, r := range w.reads {
		if w.chance.IntN(2) == 0 || !w.hear(r) {
			left = append(left, r)
		}
	}
	w.reads = left
	return nil
}

// hear takes one city's answer; true once the reader has his.
func (w *world) hear(r *reader) bool {
	c := w.city(r.at)
	if !c.up() || !c.serves {
		return false
	}
	e, knows := c.disk.entries[r.person]
	switch {
	case knows && (r.holder == "" || e.Epoch >= r.heard.Epoch):
		r.heard, r.holder = e, e.Asserts(c.name)
		if r.holder != c.name {
			r.at = r.holder
			return false
		}
	case r.holder == "": // never heard of him: another city may have
		r.at = names[w.chance.IntN(3)]
		return false
	}
	w.res.History = append(w.res.History, Event{Person: r.person, City: r.holder, Epoch: r.heard.Epoch, Call: r.call, Return: w.step()})
	return true
}

// String is for whoever reads a history that does not hold.
func (e Event) String() string {
	word := "is in"
	switch {
	case e.Lost:
		return fmt.Sprintf("[%d, %d] %s: two cities are lost", e.Call, e.Return, e.Person)
	case e.Move:
		word = "moves to"
	}
	return fmt.Sprintf("[%d, %d] %s %s %s at epoch %d", e.Call, e.Return, e.Person, word, e.City, e.Epoch)
}
