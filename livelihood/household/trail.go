package household

import (
	"cmp"
	"maps"
	"slices"
)

// A city that comes back from a backup may hold somebody who has been in it and gone. It has to
// hear of him from everybody who knows a later epoch, not from those alone to whom it handed him:
// these may be lost too. So whoever knows of a person at an epoch knows every city that he was in
// before (his trail), and tells any of them that asks. The trail goes with what makes the epoch
// known: with the decision, inside the certificate, and with an entry that is told.

// been is a person's trail at this city: the other cities that he was in, in order of their names.
func (m *Machine) been(b Book, p Person) ([]City, error) {
	if m.broken == noTrail {
		return []City{}, nil
	}
	list, err := b.Been(p)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(append([]City{}, list...), func(c City) bool { return !slices.Contains(m.Others, c) })
	slices.Sort(list)
	return list, nil
}

// meet keeps a trail.
func (m *Machine) meet(b Book, p Person, been []City) error {
	for _, c := range been {
		if c == m.Me {
			continue
		}
		if err := b.Meet(c, p); err != nil {
			return err
		}
	}
	return nil
}

// follow keeps the trails of the persons of a decision, to which the city that decided belongs.
func (m *Machine) follow(b Book, d decisionBody, from City) error {
	if m.broken == noTrail {
		return nil
	}
	for i, p := range d.Persons {
		if err := m.meet(b, p.Person, append(slices.Clone(d.Been[i]), from)); err != nil {
			return err
		}
	}
	return nil
}

// known is what a city is told of those who have been in it, one entry of each: that of this city's
// book, or, where a decision about a later epoch is kept here, where he was when it was made.
// Whether that decision was carried out is for the city that made it to say.
func (m *Machine) known(b Book, other City) ([]told, error) {
	last, ours := map[Person]Entry{}, map[Person]bool{}
	entries, err := b.EntriesWith(other)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		last[e.Person], ours[e.Person] = e, true
	}
	kept, err := b.KeptAbout(other)
	if err != nil {
		return nil, err
	}
	for _, w := range kept {
		at := w.Epoch - 1
		if e, there := last[w.Person]; there && e.Epoch >= at {
			continue
		}
		last[w.Person], ours[w.Person] = Entry{Token: Token{w.Person, at}, Standing: Moved, To: w.From}, false
	}
	list := make([]told, 0, len(last))
	for _, p := range slices.SortedFunc(maps.Keys(last), cmp.Compare[Person]) {
		been, err := m.been(b, p)
		if err != nil {
			return nil, err
		}
		been = slices.DeleteFunc(been, func(c City) bool { return c == other }) // it knows that
		if ours[p] {
			been = append(been, m.Me)
			slices.Sort(been)
		}
		list = append(list, told{last[p], been})
	}
	return list, nil
}
