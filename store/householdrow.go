package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"conurb/livelihood/household"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// householdChange is the text of a note: rows as they are from here on.
type householdChange struct {
	Salt      string            `json:"salt"`
	Entries   []household.Entry `json:"entries,omitempty"`
	Transfers []transferRow     `json:"transfers,omitempty"`
	Witnessed []witnessedRow    `json:"witnessed,omitempty"`
	Met       []metRow          `json:"met,omitempty"`
	Numbers   map[string]int64  `json:"numbers,omitempty"`

	due []dueRow
}

func (c *householdChange) empty() bool {
	return len(c.Entries)+len(c.Transfers)+len(c.Witnessed)+len(c.Met)+len(c.Numbers) == 0
}

// transferRow is a transfer whose messages stand where they are kept.
type transferRow struct {
	ID          string            `json:"id"`
	From        household.City    `json:"from"`
	To          household.City    `json:"to"`
	Persons     []household.Token `json:"persons"`
	Until       int64             `json:"until"`
	State       household.State   `json:"state"`
	Reason      string            `json:"reason,omitempty"`
	Promise     string            `json:"promise,omitempty"`
	Decision    string            `json:"decision,omitempty"`
	Witness     string            `json:"witness,omitempty"`
	WitnessCity household.City    `json:"witnessCity,omitempty"`
	Certificate string            `json:"certificate,omitempty"`
	Sent        int64             `json:"sent,omitempty"`
}

func (r transferRow) same(o transferRow) bool {
	return r.ID == o.ID && r.From == o.From && r.To == o.To && slices.Equal(r.Persons, o.Persons) && r.Until == o.Until && r.State == o.State && r.Reason == o.Reason &&
		r.Promise == o.Promise && r.Decision == o.Decision && r.Witness == o.Witness && r.WitnessCity == o.WitnessCity && r.Certificate == o.Certificate && r.Sent == o.Sent
}

// witnessedRow is a decision that is kept, with where.
type witnessedRow struct {
	household.Witnessed
	Ref string `json:"decision"`
}

type metRow struct {
	Other  household.City   `json:"other"`
	Person household.Person `json:"person"`
}

// dueRow is when something is done about a transfer by itself: no evidence.
type dueRow struct {
	id    string
	due   int64
	tries int
}

func refOf(s *message.Sealed) string { return string(s.Envelope.From) + "/" + s.Envelope.ID }

// ref is how a message is kept: by its id where it is in one of this node's boxes, else whole.
func (b *householdBook) ref(s *message.Sealed) (string, error) {
	if s == nil {
		return "", nil
	}
	key := refOf(s)
	in, known := b.here[key]
	if !known {
		var n int
		err := b.tx.QueryRowContext(b.ctx, `SELECT COUNT(*) FROM message WHERE sender = $1 AND id = $2 AND action <> $3`, string(s.Envelope.From), s.Envelope.ID, evidence.Done).Scan(&n)
		if err != nil {
			return "", fmt.Errorf("message %s: %w", s.Envelope.ID, err)
		}
		in = n > 0
		b.here[key] = in
	}
	if in {
		return s.Envelope.ID, nil
	}
	text, err := s.Bytes()
	return string(text), err
}

// row is a transfer as it is kept.
func (b *householdBook) row(t household.Transfer) (r transferRow, err error) {
	r = transferRow{ID: t.ID, From: t.From, To: t.To, Persons: t.Persons, Until: t.Until, State: t.State, Reason: t.Reason, Sent: t.Sent}
	var errs [4]error
	r.Promise, errs[0] = b.ref(t.Promise)
	r.Decision, errs[1] = b.ref(t.Decision)
	r.Witness, errs[2] = b.ref(t.Witness)
	r.Certificate, errs[3] = b.ref(t.Certificate)
	if t.Decision != nil {
		r.WitnessCity = t.Decision.Envelope.To
	}
	return r, errors.Join(errs[:]...)
}

// kept is the text of a message by its id, of one of several senders.
func kept(id, sender string) string {
	return `COALESCE((SELECT m.text FROM message m WHERE m.sender = ` + sender + ` AND m.id = ` + id + ` AND m.action <> 'done' ORDER BY m.log DESC LIMIT 1), '')`
}

var selectTransfers = `SELECT t.id, t.from_city, t.to_city, t.persons, t.until_at, t.state, t.reason, t.sent_at, t.due, t.tries, t.promise, t.decision, t.witness, t.certificate, ` +
	kept("t.promise", "t.to_city") + `, ` + kept("t.decision", "t.from_city") + `, ` + kept("t.witness", "t.witness_city") + `, ` + kept("t.certificate", "t.from_city") +
	` FROM household_transfer t `

func (b *householdBook) transfersWhere(where string, args ...any) (list []heldTransfer, err error) {
	rows, err := b.tx.QueryContext(b.ctx, selectTransfers+where, args...)
	if err != nil {
		return nil, fmt.Errorf("transfers: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var t heldTransfer
		var persons string
		var refs, texts [4]string
		r := &t.row
		if err := rows.Scan(&t.ID, &t.From, &t.To, &persons, &t.Until, &t.State, &t.Reason, &t.Sent, &t.Due, &t.Tries,
			&refs[0], &refs[1], &refs[2], &refs[3], &texts[0], &texts[1], &texts[2], &texts[3]); err != nil {
			return nil, fmt.Errorf("transfers: %w", damaged(err))
		}
		if err := json.Unmarshal([]byte(persons), &t.Persons); err != nil {
			return nil, fmt.Errorf("persons of transfer %s: %w", t.ID, ErrDamaged)
		}
		for i, to := range []**message.Sealed{&t.Promise, &t.Decision, &t.Witness, &t.Certificate} {
			if *to, err = b.sealed(refs[i], texts[i]); err != nil {
				return nil, fmt.Errorf("transfer %s: %w", t.ID, err)
			}
		}
		*r = transferRow{ID: t.ID, From: t.From, To: t.To, Persons: t.Persons, Until: t.Until, State: t.State, Reason: t.Reason,
			Promise: refs[0], Decision: refs[1], Witness: refs[2], Certificate: refs[3], Sent: t.Sent}
		if t.Decision != nil {
			r.WitnessCity = t.Decision.Envelope.To
		}
		if b.transfers != nil { // sealed has noted where its messages are
			b.transfers[t.ID] = &t
		}
		if b.w != nil {
			b.w.register.keepTransfer(t)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// isWhole tells whether a reference is the message itself.
func isWhole(ref string) bool { return strings.HasPrefix(ref, "{") }

// sealed is a message by how it is kept and the text of the boxes that was found.
func (b *householdBook) sealed(ref, text string) (*message.Sealed, error) {
	whole := isWhole(ref)
	switch {
	case ref == "":
		return nil, nil
	case whole:
		text = ref
	case text == "":
		return nil, fmt.Errorf("message %s: %w", ref, ErrDamaged)
	}
	s := new(message.Sealed)
	if err := json.Unmarshal([]byte(text), s); err != nil { // held to its form when it was taken in
		return nil, fmt.Errorf("message %s: %w", ref, ErrDamaged)
	}
	if b.here != nil {
		b.here[refOf(s)] = !whole
	}
	return s, nil
}

func (b *householdBook) witnessedWhere(where string, args ...any) (list []household.Witnessed, err error) {
	rows, err := b.tx.QueryContext(b.ctx, `SELECT k.from_city, k.person, k.epoch, k.transfer, k.incarnation, k.decision, `+kept("k.decision", "k.from_city")+
		` FROM household_witnessed k `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("decisions kept: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k household.Witnessed
		var ref, text string
		if err := rows.Scan(&k.From, &k.Person, &k.Epoch, &k.Transfer, &k.Incarnation, &ref, &text); err != nil {
			return nil, fmt.Errorf("decisions kept: %w", damaged(err))
		}
		if k.Decision, err = b.sealed(ref, text); err != nil {
			return nil, fmt.Errorf("decision of %s kept: %w", k.From, err)
		}
		list = append(list, k)
	}
	return list, rows.Err()
}

// householdRows writes the rows of a note.
func (w *writing) householdRows(c householdChange) error {
	all, err := c.rows()
	if err != nil {
		return err
	}
	for _, t := range householdTables {
		columns := t.columns
		if t.name == "household_transfer" {
			columns = append(slices.Clone(columns), "due", "tries")
		}
		for _, row := range all[t.name] {
			if err := w.rowsOf(t.name, columns, t.keys).add(row...); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows are the rows of a note by table.
func (c *householdChange) rows() (map[string][][]any, error) {
	all := map[string][][]any{}
	add := func(table string, row ...any) { all[table] = append(all[table], row) }
	for _, e := range c.Entries {
		add("household_entry", string(e.Person), int64(e.Epoch), string(e.Standing), string(e.To), e.Transfer)
	}
	for _, t := range c.Transfers {
		persons, err := json.Marshal(t.Persons)
		if err != nil {
			return nil, fmt.Errorf("transfer %s: %w", t.ID, err)
		}
		d := c.dueOf(t.ID)
		add("household_transfer", t.ID, string(t.From), string(t.To), string(persons), t.Until, string(t.State), t.Reason,
			t.Promise, t.Decision, t.Witness, string(t.WitnessCity), t.Certificate, t.Sent, d.due, d.tries)
	}
	for _, k := range c.Witnessed {
		add("household_witnessed", string(k.From), string(k.Person), int64(k.Epoch), k.Transfer, k.Incarnation, k.Ref)
	}
	for _, m := range c.Met {
		add("household_met", string(m.Person), string(m.Other))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Numbers)) {
		add("household_number", name, c.Numbers[name])
	}
	return all, nil
}

// The columns that follow from notes, the keys first.
var (
	entryColumns     = []string{"person", "epoch", "standing", "to_city", "transfer"}
	transferColumns  = []string{"id", "from_city", "to_city", "persons", "until_at", "state", "reason", "promise", "decision", "witness", "witness_city", "certificate", "sent_at"}
	witnessedColumns = []string{"from_city", "person", "epoch", "transfer", "incarnation", "decision"}
	metColumns       = []string{"person", "other"}
	numberColumns    = []string{"name", "n"}
)

func (c *householdChange) dueOf(id string) dueRow {
	for _, d := range slices.Backward(c.due) {
		if d.id == id {
			return d
		}
	}
	return dueRow{}
}

// householdDue writes when transfers are due that have not changed beside.
func (w *writing) householdDue(c householdChange) error {
	for i, d := range c.due {
		again := slices.ContainsFunc(c.due[i+1:], func(o dueRow) bool { return o.id == d.id })
		if again || slices.ContainsFunc(c.Transfers, func(t transferRow) bool { return t.ID == d.id }) {
			continue
		}
		if _, err := w.tx.ExecContext(w.ctx, `UPDATE household_transfer SET due = $1, tries = $2 WHERE id = $3`, d.due, d.tries, d.id); err != nil {
			return fmt.Errorf("transfer %s: %w", d.id, err)
		}
	}
	return nil
}
