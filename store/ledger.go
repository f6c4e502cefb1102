package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"conurb/area"
	"conurb/livelihood/ledger"
	"conurb/trust/message"
)

// roomLedger is the money of persons, and what schemes know of them.
const roomLedger = "ledger"

// ledgerChanged is the one action of its notes: what was added and what is from here on.
const ledgerChanged = "changed"

// FundRecord is what a scheme knows of a person here.
type FundRecord struct {
	ID     string          `json:"id"`
	Scheme string          `json:"scheme"`
	Owner  string          `json:"owner"`
	Text   json.RawMessage `json:"text"`
}

// Ledger runs f over the book, as part of the deed. What f changes is one note of the evidence
// log, written when f has returned without an error; with an error the caller gives the deed up.
// v is in whose name messages go out, zone where days begin.
func (d *Deed) Ledger(v Voice, zone *time.Location, f func(b *LedgerBook) error) error {
	b := &LedgerBook{ctx: d.w.ctx, tx: d.w.tx, w: d.w, deed: d, voice: v, today: area.DateOf(d.w.at.In(zone))}
	if err := f(b); err != nil {
		return err
	}
	return b.flush()
}

// ReadLedger runs f over the book of a node as it stands at one moment. Writes are refused.
func (s *Store) ReadLedger(ctx context.Context, me ledger.City, zone *time.Location, f func(b *LedgerBook) error) error {
	return s.read(ctx, func(tx *sql.Tx) error {
		return f(&LedgerBook{ctx: ctx, tx: tx, voice: Voice{Node: me}, today: area.DateOf(s.now().In(zone))})
	})
}

// LedgerBook is ledger.Book over the tables, and what doors ask of it beside.
type LedgerBook struct {
	ctx    context.Context
	tx     executor
	w      *writing // nil where only reading is allowed
	deed   *Deed
	voice  Voice
	today  area.Date
	change ledgerChange
}

var _ ledger.Book = (*LedgerBook)(nil)

// Today is part of ledger.Book, as are most of the others.
func (b *LedgerBook) Today() area.Date { return b.today }

const selectAccounts = `SELECT id, scheme, fund, kind, owner, city, standing, opened, sum FROM ledger_account `

// Account is an account with its sum.
func (b *LedgerBook) Account(id string) (ledger.Account, bool, error) {
	return foremost(b.accounts(selectAccounts+`WHERE id = $1`, id))
}

// foremost is the first of a list.
func foremost[T any](list []T, err error) (v T, there bool, _ error) {
	if err == nil && len(list) > 0 {
		v, there = list[0], true
	}
	return v, there, err
}

func (b *LedgerBook) accounts(text string, args ...any) ([]ledger.Account, error) {
	return rowsOf(b, "accounts", text, args, func(rows *sql.Rows) (a ledger.Account, err error) {
		var opened string
		if err = rows.Scan(&a.ID, &a.Scheme, &a.Fund, &a.Kind, &a.Owner, &a.City, &a.Standing, &opened, &a.Sum); err == nil {
			a.Opened, err = dayOf(opened)
		}
		return a, err
	})
}

// rowsOf reads the rows of a question.
func rowsOf[T any](b *LedgerBook, what, text string, args []any, scan func(*sql.Rows) (T, error)) (list []T, err error) {
	rows, err := b.tx.QueryContext(b.ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, damaged(err))
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// dayText is a day as it is kept: empty where there is none.
func dayText(d area.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func dayOf(s string) (area.Date, error) {
	if s == "" {
		return 0, nil
	}
	return area.ParseDate(s)
}

// SetAccount opens an account, or changes its standing.
func (b *LedgerBook) SetAccount(a ledger.Account) error {
	c := ledgerChange{Accounts: []ledger.Account{a}}
	return b.add(c)
}

// add makes the rows of a change, and keeps it for the note.
func (b *LedgerBook) add(c ledgerChange) error {
	if b.w == nil {
		return ErrReadOnly
	}
	b.change.join(c)
	return b.w.ledgerRows(c)
}

// Entry is one that was made.
func (b *LedgerBook) Entry(id string) (ledger.Entry, bool, error) {
	return foremost(b.entries(selectEntries+`WHERE e.id = $1`, id))
}

const selectEntries = `SELECT e.id, e.day, e.what, e.transfer, e.case_id, e.made_by, e.postings FROM ledger_entry e `

func (b *LedgerBook) entries(text string, args ...any) ([]ledger.Entry, error) {
	return rowsOf(b, "entries", text, args, func(rows *sql.Rows) (e ledger.Entry, err error) {
		var day, postings string
		if err = rows.Scan(&e.ID, &day, &e.What, &e.Transfer, &e.Case, &e.By, &postings); err != nil {
			return e, err
		}
		if e.Day, err = dayOf(day); err != nil {
			return e, err
		}
		return e, json.Unmarshal([]byte(postings), &e.Postings)
	})
}

// AddEntry makes an entry.
func (b *LedgerBook) AddEntry(e ledger.Entry) error {
	return b.add(ledgerChange{Entries: []ledger.Entry{e}})
}

const selectMoney = `SELECT t.id, t.other, t.pays, t.scheme, t.case_id, t.parts, t.state, t.reason, t.paid, t.day FROM ledger_transfer t `

// Transfer is one that is kept here.
func (b *LedgerBook) Transfer(id string) (ledger.Transfer, bool, error) {
	return foremost(b.transfers(selectMoney+`WHERE t.id = $1`, id))
}

func (b *LedgerBook) transfers(text string, args ...any) ([]ledger.Transfer, error) {
	return rowsOf(b, "transfers of money", text, args, func(rows *sql.Rows) (ledger.Transfer, error) { return b.transfer(rows) })
}

func (b *LedgerBook) transfer(rows *sql.Rows, more ...any) (t ledger.Transfer, err error) {
	var other ledger.City
	var pays int
	var parts, paid, day string
	if err = rows.Scan(append([]any{&t.ID, &other, &pays, &t.Scheme, &t.Case, &parts, &t.State, &t.Reason, &paid, &day}, more...)...); err != nil {
		return t, err
	}
	t.From, t.To = other, b.voice.Node
	if pays == 1 {
		t.From, t.To = b.voice.Node, other
	}
	var errs [2]error
	t.Paid, errs[0] = dayOf(paid)
	t.Day, errs[1] = dayOf(day)
	return t, errors.Join(errs[0], errs[1], json.Unmarshal([]byte(parts), &t.Parts))
}

// SetTransfer keeps a transfer as it is from here on.
func (b *LedgerBook) SetTransfer(t ledger.Transfer) error {
	row := moneyRow{Transfer: t, Other: t.Other(b.voice.Node), Pays: t.From == b.voice.Node}
	return b.add(ledgerChange{Transfers: []moneyRow{row}})
}

// ChangedOn is part of ledger.Book.
func (b *LedgerBook) ChangedOn(other ledger.City, day area.Date) ([]ledger.Transfer, error) {
	all, err := b.transfers(selectMoney+`WHERE t.other = $1 AND (t.paid = $2 OR t.day = $2) ORDER BY t.id`, string(other), dayText(day))
	if err != nil {
		return nil, err
	}
	list := all[:0]
	for _, t := range all {
		if t.ChangedOn(b.voice.Node, day) {
			list = append(list, t)
		}
	}
	return list, nil
}

// PaidUntil is part of ledger.Book.
func (b *LedgerBook) PaidUntil(other ledger.City, day area.Date) (sum ledger.Fen, err error) {
	return b.sum(`SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM ledger_transfer WHERE other = $1 AND pays = 1 AND paid <> '' AND paid <= $2
		AND state IN ('paid', 'closed', 'returned') AND NOT (state = 'returned' AND day <= $2)`, string(other), dayText(day))
}

func (b *LedgerBook) sum(text string, args ...any) (sum ledger.Fen, err error) {
	if err = b.tx.QueryRowContext(b.ctx, text, args...).Scan(&sum); err != nil {
		return 0, fmt.Errorf("a sum: %w", err)
	}
	return sum, nil
}

// Told is part of ledger.Book.
func (b *LedgerBook) Told(other ledger.City, transfer string) (ledger.Line, bool, error) {
	return foremost(rowsOf(b, "what was stated", `SELECT transfer, pays, amount, day FROM ledger_told WHERE other = $1 AND transfer = $2`, []any{string(other), transfer}, scanLine))
}

func scanLine(rows *sql.Rows) (l ledger.Line, err error) {
	var pays int
	var day string
	if err = rows.Scan(&l.Transfer, &pays, &l.Amount, &day); err == nil {
		l.Pays = pays == 1
		l.Day, err = dayOf(day)
	}
	return l, err
}

// SetTold is part of ledger.Book.
func (b *LedgerBook) SetTold(other ledger.City, l ledger.Line) error {
	return b.add(ledgerChange{Told: []toldRow{{other, l}}})
}

// ToldPaid is part of ledger.Book.
func (b *LedgerBook) ToldPaid(other ledger.City) (ledger.Fen, error) {
	return b.sum(`SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM ledger_told WHERE other = $1 AND pays = 1`, string(other))
}

// The days that are kept of each other city.
const (
	dayStated = "stated"
	dayHeard  = "heard"
)

// Heard is part of ledger.Book.
func (b *LedgerBook) Heard(other ledger.City) (area.Date, error) { return b.day(other, dayHeard) }

// Stated is the last day that was stated to another city; 0: none was.
func (b *LedgerBook) Stated(other ledger.City) (area.Date, error) { return b.day(other, dayStated) }

func (b *LedgerBook) day(other ledger.City, which string) (area.Date, error) {
	var text string
	err := b.tx.QueryRowContext(b.ctx, `SELECT day FROM ledger_day WHERE other = $1 AND which = $2`, string(other), which).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	} else if err != nil {
		return 0, fmt.Errorf("days of %s: %w", other, err)
	}
	return dayOf(text)
}

// SetHeard is part of ledger.Book.
func (b *LedgerBook) SetHeard(other ledger.City, day area.Date) error {
	return b.add(ledgerChange{Days: []dayRow{{other, dayHeard, day}}})
}

// SetStated keeps that a day was stated.
func (b *LedgerBook) SetStated(other ledger.City, day area.Date) error {
	return b.add(ledgerChange{Days: []dayRow{{other, dayStated, day}}})
}

// Send puts a message into the outbox, in a case of its own: what is said of money needs no order,
// and after a restore nobody waits for a number that was lost.
func (b *LedgerBook) Send(to ledger.City, kind, about string, body any) error {
	if b.w == nil {
		return ErrReadOnly
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	_, err = b.deed.Send(b.voice, message.Draft{To: to, Kind: kind, Case: "ledger/" + about + "/" + id.String(), Body: body})
	return err
}

// SetRecord keeps what a scheme knows of a person.
func (b *LedgerBook) SetRecord(r FundRecord) error {
	return b.add(ledgerChange{Records: []FundRecord{r}})
}

// flush writes the note of what was changed.
func (b *LedgerBook) flush() error {
	if b.w == nil || b.change.empty() {
		return nil
	}
	b.change.Salt = salt()
	text, err := json.Marshal(b.change)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	id := "book" // of persons an entry of the log says nothing
	if len(b.change.Transfers) > 0 {
		id = b.change.Transfers[0].ID
	}
	b.change = ledgerChange{}
	_, err = b.w.note(roomLedger, ledgerChanged, id, text)
	return err
}
