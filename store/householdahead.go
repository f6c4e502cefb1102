package store

import (
	"fmt"
	"slices"
	"strings"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// foresee reads what the effects of messages that came together are going to ask the register for,
// with one statement for each table instead of one for each question. What it did not foresee is
// asked for when it is needed.
func (w *writing) foresee(list []message.Sealed) error {
	if len(list) < 2 {
		return nil
	}
	a := ahead{w: w, c: w.register, outs: map[sentTo][]string{}, kept: map[household.City][]household.Token{}}
	for _, s := range list {
		a.add(s)
	}
	return a.read()
}

// ahead is what is to be read.
type ahead struct {
	w         *writing
	c         *householdCache
	transfers []string
	persons   []string
	kept      map[household.City][]household.Token // by who decided
	outs      map[sentTo][]string                  // what about
}

type sentTo struct {
	to   household.City
	kind string
}

func (a *ahead) add(s message.Sealed) {
	f := household.Foresee(s)
	if f.Transfer == "" {
		return
	}
	held, under := a.c.transfers[f.Transfer]
	if f.New && !under {
		a.transfers = append(a.transfers, f.Transfer)
	}
	for _, p := range f.Persons {
		_, entry := a.c.entries[p.Person]
		if _, been := a.c.been[p.Person]; !been || !entry && !a.c.nobody[p.Person] {
			a.persons = append(a.persons, string(p.Person))
		}
	}
	from := s.Envelope.From
	a.kept[from] = append(a.kept[from], f.Kept...)
	if f.Answer == "" {
		return
	}
	to := sentTo{from, f.Answer}
	if f.Answer == household.KindCertificate { // which goes to another than who said that the decision is kept
		if !under {
			return
		}
		to.to = held.To
	}
	if _, known := a.c.outs[sentKey{to.to, to.kind, f.Transfer}]; !known {
		a.outs[to] = append(a.outs[to], f.Transfer)
	}
}

func (a *ahead) read() error {
	for _, table := range []func() error{a.readTransfers, a.readEntries, a.readBeen, a.readKept, a.readOuts} {
		if err := table(); err != nil {
			return fmt.Errorf("the register, ahead: %w", err)
		}
	}
	return nil
}

func (a *ahead) readTransfers() error {
	there := map[string]bool{}
	err := a.each("household_transfer", a.transfers, `SELECT id FROM household_transfer WHERE id IN (...)`, nil, func(read fields) error {
		var id string
		err := read(&id)
		there[id] = true
		return err
	})
	for _, id := range a.transfers {
		if !there[id] {
			keep(a.c.none, id, true)
		}
	}
	return err
}

func (a *ahead) readEntries() error {
	there := map[string]bool{} // what is kept may make room again for what is kept after it
	err := a.each("household_entry", a.persons, `SELECT person, epoch, standing, to_city, transfer FROM household_entry WHERE person IN (...)`, nil, func(read fields) error {
		var e household.Entry
		err := read(&e.Person, &e.Epoch, &e.Standing, &e.To, &e.Transfer)
		there[string(e.Person)] = true
		a.c.keepEntry(e)
		return err
	})
	for _, p := range a.persons {
		if !there[p] {
			keep(a.c.nobody, household.Person(p), true)
		}
	}
	return err
}

func (a *ahead) readBeen() error {
	been := map[household.Person][]household.City{}
	err := a.each("household_met", a.persons, `SELECT person, other FROM household_met WHERE person IN (...)`, nil, func(read fields) error {
		var p household.Person
		var other household.City
		err := read(&p, &other)
		been[p] = append(been[p], other)
		return err
	})
	for _, p := range a.persons {
		keep(a.c.been, household.Person(p), been[household.Person(p)])
	}
	return err
}

func (a *ahead) readKept() error {
	for from, list := range a.kept {
		var persons []string
		for _, t := range list {
			persons = append(persons, string(t.Person))
		}
		there := map[keptKey]bool{}
		err := a.each("household_witnessed", persons, `SELECT person, epoch FROM household_witnessed WHERE from_city = $1 AND person IN (...)`, []any{string(from)}, func(read fields) error {
			k := keptKey{from: from}
			err := read(&k.person, &k.epoch)
			there[k] = true
			return err
		})
		if err != nil {
			return err
		}
		for _, t := range list {
			if k := (keptKey{from, t.Person, t.Epoch}); !there[k] {
				keep(a.c.unkept, k, true)
			}
		}
	}
	return nil
}

func (a *ahead) readOuts() error {
	for to, abouts := range a.outs {
		last := map[string]string{}
		err := a.each("household_out", abouts, `SELECT about, id FROM household_out WHERE receiver = $1 AND kind = $2 AND about IN (...)`, []any{string(to.to), to.kind}, func(read fields) error {
			var about, id string
			err := read(&about, &id)
			last[about] = id
			return err
		})
		if err != nil {
			return err
		}
		for _, about := range abouts {
			keep(a.c.outs, sentKey{to.to, to.kind, about}, last[about])
		}
	}
	return nil
}

// each is that of writing, when no row waits that has one of the keys behind those before.
func (a *ahead) each(table string, keys []string, text string, before []any, row func(read fields) error) error {
	if b := a.w.tx.keyed[table]; b != nil && b.hasAny(before, keys) {
		if err := a.w.tx.settle(); err != nil {
			return err
		}
	}
	return a.w.each(keys, text, before, row)
}

// fields reads those of a row.
type fields = func(to ...any) error

// each asks a table, of which no rows wait, for the rows of many keys, which stand in the text for (...). It is asked for 1, 2, 4 ...
// or mostChunk keys, the last of them several times where there are fewer: so few texts are kept ready.
func (w *writing) each(keys []string, text string, before []any, row func(read fields) error) error {
	if len(keys) == 0 {
		return nil
	}
	for part := range slices.Chunk(keys, mostChunk) {
		n := 1
		for n < len(part) {
			n *= 2
		}
		args := slices.Clone(before)
		for i := range n {
			args = append(args, part[min(i, len(part)-1)])
		}
		if err := w.rowsFor(strings.Replace(text, "...", list(len(before)+1, n), 1), args, row); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) rowsFor(text string, args []any, row func(read fields) error) error {
	rows, err := w.tx.Tx.QueryContext(w.ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return damaged(err)
		}
	}
	return rows.Err()
}
