package sim

import (
	"fmt"
	"time"

	"conurb/livelihood/household"
)

func (w *world) violate(count *int, format string, args ...any) {
	*count++
	if w.res.First == "" && w.o.Bad(w.res) {
		w.res.First = fmt.Sprintf("tick %d: ", w.tick) + fmt.Sprintf(format, args...)
	}
}

// committed holds the cities to one another, about whom a step changed; about everybody where a
// city has begun or ended to serve.
func (w *world) committed(c *city, b *book) {
	served := c.serves
	ok, err := c.machine.Serving(c.book())
	if c.serves = ok && err == nil; c.serves != served {
		c.since = w.tick
	}
	if w.o.Trace != nil {
		for _, p := range b.changed {
			w.o.Trace(w.tick, c.name, "entry", nil, c.disk.entries[p])
		}
		if served != c.serves {
			w.o.Trace(w.tick, c.name, "serves", served, c.serves)
		}
	}
	if w.tick == 0 {
		return
	}
	if w.o.History {
		w.note(c, b)
	}
	who := b.changed
	if served != c.serves {
		who = nil
		for i := range w.o.Persons {
			who = append(who, person(i))
		}
	}
	all := true
	for _, c := range w.cities {
		all = all && c.serves
	}
	for _, p := range who {
		w.checkPerson(p, all)
	}
}

// checkPerson: no two cities assert him themselves, no epoch has or ever had two holders, and,
// while all cities serve, somebody asserts him or owes him a certificate, at the newest epoch that
// anybody ever asserted: what was once said is not taken back.
func (w *world) checkPerson(p household.Person, all bool) {
	owners := 0
	var newest household.Epoch
	for _, c := range w.cities {
		e, ok := c.disk.entries[p]
		if !ok || !c.serves {
			continue
		}
		if e.Standing != household.Moved {
			owners++
		}
		holder := e.Asserts(c.name)
		if other, there := w.said[e.Token]; there && other != holder {
			w.violate(&w.res.Forks, "%s at epoch %d: %s by %s, and %s was said before", p, e.Epoch, holder, c.name, other)
		}
		w.said[e.Token] = holder
		newest = max(newest, e.Epoch)
	}
	if owners > 1 {
		w.violate(&w.res.TwoOwners, "%s is asserted by %d cities", p, owners)
	}
	if all && newest < w.newest[p] {
		w.violate(&w.res.Forks, "%s is back at epoch %d, and was at %d", p, newest, w.newest[p])
	}
	w.newest[p] = max(w.newest[p], newest)
	if !all || owners > 0 {
		return
	}
	for _, c := range w.cities { // a certificate that is owed
		e, ok := c.disk.entries[p]
		if ok && e.Epoch == newest && e.Standing == household.Moved && c.disk.transfers[e.Transfer].State == household.Gone {
			return
		}
	}
	w.violate(&w.res.Nobody, "%s is asserted by nobody", p)
}

// mostRest bounds how long the world may take to come to rest, ticks of a tenth of a second.
const mostRest = 1200

// settle lets the world come to rest without faults, and holds it to that.
func (w *world) settle() error {
	begin := w.tick
	for _, c := range w.cities {
		c.down = w.tick
	}
	most := int64(mostRest)
	if w.o.Two {
		most += 4 * mourning // people wait
	}
	for w.tick-begin < most {
		w.tick++
		if err := w.post(); err != nil {
			return err
		}
		if err := w.deliver(); err != nil {
			return err
		}
		if err := w.sign(); err != nil {
			return err
		}
		w.mourned(false)
		if err := w.ask(); err != nil {
			return err
		}
		for _, c := range w.cities {
			if err := tolerate(w.clerk(c)); err != nil {
				return err
			}
			if w.tick%10 == 0 {
				if err := tolerate(w.do(c, func(b *book) error { return c.machine.Tick(b) })); err != nil {
					return err
				}
			}
		}
		if w.atRest() {
			break
		}
	}
	w.res.Settled = time.Duration(w.tick-begin) * 100 * time.Millisecond
	w.mourned(true)
	w.final()
	return nil
}

func (w *world) atRest() bool {
	if len(w.mail) > 0 {
		return false
	}
	for _, c := range w.cities {
		if len(c.disk.outbox) > 0 || !c.serves {
			return false
		}
		for _, t := range c.disk.transfers {
			if t.Open() {
				return false
			}
		}
	}
	return true
}

// final: every person is registered in one city and no other, and no transfer is open.
func (w *world) final() {
	for _, c := range w.cities {
		if !c.serves {
			w.violate(&w.res.Stuck, "%s does not serve", c.name)
		}
		for _, id := range c.disk.order {
			t := c.disk.transfers[id]
			if t.Open() {
				w.violate(&w.res.Stuck, "%s: %s is %s", c.name, id, t.State)
			}
			if t.State == household.Booked {
				w.res.Booked++
			}
		}
	}
	for i := range w.o.Persons {
		n := 0
		for _, c := range w.cities {
			if e, ok := c.disk.entries[person(i)]; ok && e.Standing == household.Registered {
				n++
			}
		}
		switch {
		case n == 0:
			w.violate(&w.res.Nobody, "%s is registered nowhere at the end", person(i))
		case n > 1:
			w.violate(&w.res.TwoOwners, "%s is registered %d times at the end", person(i), n)
		}
	}
}
