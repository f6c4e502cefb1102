package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// roomHousehold is the register of residence.
const roomHousehold = "household"

// householdChanged is the one action of its notes: rows as they are from here on.
const householdChanged = "changed"

// perTick is how many transfers one transaction takes up by itself.
const perTick = 100

// Household runs f over the register of residence, as part of the deed. What f changes is one
// note of the evidence log, written when f has returned without an error; with an error the
// caller gives the deed up. v is in whose name messages go out; m, where it is not nil, is the
// message of the inbox that is being handled.
//
// A register without a town around it, for a bench: open a Store, make one register.New with it,
// and call Store.Do with Register.HoldIn and the like; see package register.
func (d *Deed) Household(v Voice, m *message.Sealed, f func(b household.Book) error) error {
	b := d.book(v)
	if m != nil {
		b.here[refOf(m)] = true
	}
	if err := f(b); err != nil {
		return err
	}
	return b.flush()
}

// HouseholdBook is the register within a deed, for those that read it beside other things. What
// is written to it is a note of its own each time: whoever changes several things uses Household.
func (d *Deed) HouseholdBook(v Voice) household.Book {
	b := d.book(v)
	b.atOnce = true
	return b
}

// ReadHousehold runs f over the register as it stands at one moment. Writes are refused.
func (s *Store) ReadHousehold(ctx context.Context, f func(b household.Book) error) error {
	return s.read(ctx, func(tx *sql.Tx) error {
		return f(&householdBook{ctx: ctx, tx: tx, beside: tx, now: s.now().Unix()})
	})
}

// HouseholdDue tells whether the register has to look after something by itself: whether the
// node serves, and how many transfers are due.
func (s *Store) HouseholdDue(ctx context.Context) (serving bool, due int, err error) {
	var restoring int
	err = s.db.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM household_number WHERE name = $1 AND n <> 0),
		(SELECT COUNT(*) FROM household_transfer WHERE due > 0 AND due <= $2)`, household.Restoring, s.now().Unix()).Scan(&restoring, &due)
	if err != nil {
		return false, 0, fmt.Errorf("the register: %w", err)
	}
	return restoring == 0, due, nil
}

func (d *Deed) book(v Voice) *householdBook {
	w := d.w
	return &householdBook{ctx: w.ctx, tx: w.tx, beside: w.tx.Tx, w: w, deed: d, voice: v, now: w.at.Unix(),
		entries: map[household.Person]*household.Entry{}, transfers: map[string]*heldTransfer{}, here: map[string]bool{}}
}

// householdBook is household.Book over the tables. Within a note it keeps what it has read and
// what is to be written; lists are asked of the tables once these have all of it.
type householdBook struct {
	ctx    context.Context
	tx     executor
	beside executor // of statements that have nothing to do with messages
	w      *writing // nil where only reading is allowed
	deed   *Deed
	voice  Voice
	now    int64
	atOnce bool

	entries   map[household.Person]*household.Entry // nil: there is none
	transfers map[string]*heldTransfer
	here      map[string]bool // messages that are in this node's boxes, by sender and id
	change    householdChange // of the note that is being made
}

var _ household.Book = (*householdBook)(nil)

// changed is called after a write.
func (b *householdBook) changed() error {
	if b.atOnce {
		return b.flush()
	}
	return nil
}

// Entry is part of household.Book, as are the others.
func (b *householdBook) Entry(p household.Person) (household.Entry, bool, error) {
	if e, known := b.entries[p]; known {
		if e == nil {
			return household.Entry{}, false, nil
		}
		return *e, true, nil
	}
	if b.w != nil {
		if e, known := b.w.register.entries[p]; known {
			b.entries[p] = &e
			return e, true, nil
		}
		if b.w.register.nobody[p] {
			b.entries[p] = nil
			return household.Entry{}, false, nil
		}
	}
	if err := b.seen("household_entry", string(p)); err != nil {
		return household.Entry{}, false, err
	}
	var e household.Entry
	err := b.beside.QueryRowContext(b.ctx, `SELECT person, epoch, standing, to_city, transfer FROM household_entry WHERE person = $1`, string(p)).
		Scan(&e.Person, &e.Epoch, &e.Standing, &e.To, &e.Transfer)
	there := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return e, false, fmt.Errorf("entry of a person: %w", err)
	}
	if b.entries != nil {
		b.entries[p] = nil
		if there {
			b.entries[p] = &e
			b.w.register.keepEntry(e)
		} else {
			keep(b.w.register.nobody, p, true)
		}
	}
	return e, there, nil
}

func (b *householdBook) SetEntry(e household.Entry) error {
	if b.w == nil {
		return ErrReadOnly
	}
	b.entries[e.Person] = &e
	b.change.Entries = put(b.change.Entries, e, func(o household.Entry) bool { return o.Person == e.Person })
	return b.changed()
}

// put replaces what is the same thing in a list, or appends it.
func put[T any](list []T, v T, same func(T) bool) []T {
	if i := slices.IndexFunc(list, same); i >= 0 {
		list[i] = v
		return list
	}
	return append(list, v)
}

func (b *householdBook) Transfer(id string) (household.Transfer, bool, error) {
	t, err := b.transfer(id)
	if err != nil || t == nil {
		return household.Transfer{}, false, err
	}
	return t.Transfer, true, nil
}

// transfer is nil where there is none.
func (b *householdBook) transfer(id string) (*heldTransfer, error) {
	if t, known := b.transfers[id]; known {
		return t, nil
	}
	if b.w != nil {
		if t, known := b.w.register.transfers[id]; known {
			b.know(&t)
			return &t, nil
		}
		if b.w.register.none[id] {
			b.transfers[id] = nil
			return nil, nil
		}
	}
	if err := b.seen("household_transfer", id); err != nil {
		return nil, err
	}
	var n int
	err := b.beside.QueryRowContext(b.ctx, `SELECT COUNT(*) FROM household_transfer WHERE id = $1`, id).Scan(&n)
	if err != nil {
		return nil, fmt.Errorf("transfer %s: %w", id, err)
	}
	if n > 0 {
		list, err := b.transfersWhere(`WHERE t.id = $1`, id)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			return &list[0], nil
		}
	}
	if b.transfers != nil {
		b.transfers[id] = nil
	}
	return nil, nil
}

// seen is for reads beside the messages.
func (b *householdBook) seen(table string, keys ...any) error {
	if b.w == nil {
		return nil
	}
	return b.w.seen(table, keys...)
}

// know keeps a transfer of the write before for what follows in the note.
func (b *householdBook) know(t *heldTransfer) {
	b.transfers[t.ID] = t
	refs := [...]string{t.row.Promise, t.row.Decision, t.row.Witness, t.row.Certificate}
	for i, s := range []*message.Sealed{t.Promise, t.Decision, t.Witness, t.Certificate} {
		if s != nil {
			b.here[refOf(s)] = !isWhole(refs[i])
		}
	}
}

func (b *householdBook) SetTransfer(t household.Transfer) error {
	if b.w == nil {
		return ErrReadOnly
	}
	old, err := b.transfer(t.ID)
	if err != nil {
		return err
	}
	row, err := b.row(t)
	if err != nil {
		return err
	}
	b.transfers[t.ID] = &heldTransfer{t, row}
	b.change.due = append(b.change.due, dueRow{t.ID, t.Due, t.Tries})
	if old != nil && row.same(old.row) {
		return b.changed()
	}
	b.change.Transfers = put(b.change.Transfers, row, func(o transferRow) bool { return o.ID == t.ID })
	return b.changed()
}

func (b *householdBook) Open(s household.State) ([]household.Transfer, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	return transfersOf(b.transfersWhere(`WHERE t.state = $1 ORDER BY t.id`, string(s)))
}

func (b *householdBook) Due() ([]household.Transfer, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	return transfersOf(b.transfersWhere(`WHERE t.due > 0 AND t.due <= $1 ORDER BY t.due LIMIT $2`, b.now, perTick))
}

func transfersOf(list []heldTransfer, err error) ([]household.Transfer, error) {
	var out []household.Transfer
	for _, t := range list {
		out = append(out, t.Transfer)
	}
	return out, err
}

func (b *householdBook) Hurry(other household.City) error {
	if err := b.flush(); err != nil {
		return err
	}
	if b.w == nil {
		return ErrReadOnly
	}
	text, args := `UPDATE household_transfer SET due = $1, tries = 0 WHERE state IN ($2, $3, $4)`, []any{b.now, string(household.Held), string(household.Decided), string(household.Gone)}
	if other != "" {
		text, args = text+` AND (from_city = $5 OR to_city = $5 OR witness_city = $5)`, append(args, string(other))
	}
	if _, err := b.tx.ExecContext(b.ctx, text, args...); err != nil {
		return fmt.Errorf("transfers that are due: %w", err)
	}
	clear(b.transfers)
	b.w.register.forget()
	return nil
}

func (b *householdBook) Witnessed(from household.City, p household.Person, e household.Epoch) (household.Witnessed, bool, error) {
	for _, w := range b.change.Witnessed {
		if w.From == from && w.Person == p && w.Epoch == e {
			return w.Witnessed, true, nil
		}
	}
	if b.w != nil && b.w.register.unkept[keptKey{from, p, e}] {
		return household.Witnessed{}, false, nil
	}
	if err := b.seen("household_witnessed", string(from), string(p), int64(e)); err != nil {
		return household.Witnessed{}, false, err
	}
	var n int
	err := b.beside.QueryRowContext(b.ctx, `SELECT COUNT(*) FROM household_witnessed WHERE from_city = $1 AND person = $2 AND epoch = $3`, string(from), string(p), int64(e)).Scan(&n)
	if err != nil || n == 0 {
		return household.Witnessed{}, false, known(err)
	}
	list, err := b.witnessedWhere(`WHERE k.from_city = $1 AND k.person = $2 AND k.epoch = $3`, string(from), string(p), int64(e))
	if err != nil || len(list) == 0 {
		return household.Witnessed{}, false, err
	}
	return list[0], true, nil
}

func (b *householdBook) SetWitnessed(w household.Witnessed) error {
	if b.w == nil {
		return ErrReadOnly
	}
	ref, err := b.ref(w.Decision)
	if err != nil {
		return err
	}
	row := witnessedRow{w, ref}
	b.change.Witnessed = put(b.change.Witnessed, row, func(o witnessedRow) bool {
		return o.From == w.From && o.Person == w.Person && o.Epoch == w.Epoch
	})
	return b.changed()
}

func (b *householdBook) WitnessedOf(from household.City) ([]household.Witnessed, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	return b.witnessedWhere(`WHERE k.from_city = $1 ORDER BY k.person, k.epoch`, string(from))
}

func (b *householdBook) Meet(other household.City, p household.Person) error {
	if b.w == nil {
		return ErrReadOnly
	}
	m := metRow{other, p}
	if slices.Contains(b.change.Met, m) {
		return nil
	}
	b.change.Met = append(b.change.Met, m)
	return b.changed()
}

func (b *householdBook) EntriesWith(other household.City) (list []household.Entry, err error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	rows, err := b.tx.QueryContext(b.ctx, `SELECT e.person, e.epoch, e.standing, e.to_city, e.transfer FROM household_met m JOIN household_entry e ON e.person = m.person
		WHERE m.other = $1 ORDER BY e.person`, string(other))
	if err != nil {
		return nil, fmt.Errorf("entries with %s: %w", other, err)
	}
	defer rows.Close()
	for rows.Next() {
		var e household.Entry
		if err := rows.Scan(&e.Person, &e.Epoch, &e.Standing, &e.To, &e.Transfer); err != nil {
			return nil, fmt.Errorf("entries with %s: %w", other, damaged(err))
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

func (b *householdBook) Number(name string) (n int64, err error) {
	if b.w != nil {
		if n, known := b.w.register.numbers[name]; known {
			return n, nil
		}
	}
	if err := b.seen("household_number", name); err != nil {
		return 0, err
	}
	err = b.beside.QueryRowContext(b.ctx, `SELECT n FROM household_number WHERE name = $1`, name).Scan(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("number %s: %w", name, err)
	}
	if b.w != nil {
		b.w.register.numbers[name] = n
	}
	return n, nil
}

func (b *householdBook) SetNumber(name string, n int64) error {
	if b.w == nil {
		return ErrReadOnly
	}
	old, err := b.Number(name)
	if err != nil || old == n {
		return err
	}
	b.w.register.numbers[name] = n
	if b.change.Numbers == nil {
		b.change.Numbers = map[string]int64{}
	}
	b.change.Numbers[name] = n
	return b.changed()
}

func (b *householdBook) Now() int64 { return b.now }

// Fresh draws by chance: a number out of 2^52, which JSON keeps, is not drawn twice in any past.
func (b *householdBook) Fresh() (int64, error) {
	var raw [8]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return 0, fmt.Errorf("a fresh number: %w", err)
	}
	return int64(binary.BigEndian.Uint64(raw[:])>>12) | 1, nil
}

// flush writes the note of what was changed, and the rows that follow from it.
func (b *householdBook) flush() error {
	if b.w == nil {
		return nil
	}
	c := b.change
	b.change = householdChange{}
	if !c.empty() {
		c.Salt = salt()
		text, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("register: %w", err)
		}
		id := "register" // of persons an entry of the log says nothing
		if len(c.Transfers) > 0 {
			id = c.Transfers[0].ID
		}
		if _, err := b.w.note(roomHousehold, householdChanged, id, text); err != nil {
			return err
		}
		if err := b.w.householdRows(c); err != nil {
			return err
		}
	}
	b.w.register.changed(b, c)
	return b.w.householdDue(c)
}
