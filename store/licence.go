package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/area"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/trust/evidence"
)

// Shape is how status lists are made: a new licence gets a place in a list of its shape.
type Shape struct {
	Bits statuslist.Bits // DefaultBits when 0
	Size int             // places; DefaultPlaces when 0
}

// The shape of a list where nobody asks for another. Half of its places are given away:
// a place is then drawn twice at most, on average.
const (
	DefaultBits   statuslist.Bits = 2
	DefaultPlaces                 = 1 << 17
	MostPlaces                    = 1 << 24
)

// serialLength is the length of serial numbers: 20 random letters and digits.
const serialLength = 20

func (s Shape) filled() (Shape, error) {
	if s.Bits == 0 {
		s.Bits = DefaultBits
	}
	if s.Size == 0 {
		s.Size = DefaultPlaces
	}
	if _, err := statuslist.New(s.Bits, 0); err != nil {
		return s, err
	}
	if s.Size < 2 || s.Size > MostPlaces {
		return s, fmt.Errorf("status list of %d places: %w", s.Size, ErrInvalid)
	}
	return s, nil
}

// Seal makes the credential of a new edition.
type Seal func(r *licence.Record) error

// IssueLicence records a licence that begins, with its status and its entry in the log,
// all or nothing. Where its holder has a live one of the type already, the refusal is
// licence.RefusedLive. seal is called inside the write, perhaps more than once.
func (s *Store) IssueLicence(ctx context.Context, t *licence.Type, d licence.Draft, by string, zone *time.Location, shape Shape, seal Seal) (licence.Record, error) {
	var r licence.Record
	err := s.write(ctx, func(w *writing) (err error) {
		r, err = w.issue(t, d, by, zone, shape, seal)
		return err
	})
	return r, err
}

func (w *writing) issue(t *licence.Type, d licence.Draft, by string, zone *time.Location, shape Shape, seal Seal) (r licence.Record, err error) {
	if shape, err = shape.filled(); err != nil {
		return r, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return r, err
	}
	f := licence.Fresh{ID: id.String(), Serial: serial(), Salt: salt()}
	if f.Place, err = w.place(shape); err != nil {
		return r, err
	}
	r, err = licence.Begin(t, d, f, licence.How{At: w.at, Today: area.DateOf(w.at.In(zone)), By: by, Reason: d.Reason})
	if err != nil {
		return r, err
	}
	if err := seal(&r); err != nil {
		return r, err
	}
	return r, w.licence(&r)
}

// ActOnLicence records what is done to a licence, in the same way. key names it by its id
// or by the identifier of one of its editions.
func (s *Store) ActOnLicence(ctx context.Context, types *licence.Register, key string, a licence.Action, how licence.How, zone *time.Location, seal Seal) (licence.Record, error) {
	var r licence.Record
	err := s.write(ctx, func(w *writing) error {
		before, err := licenceOf(ctx, w.tx, key)
		if err != nil {
			return err
		}
		r, err = w.act(types, before, a, how, zone, seal)
		return err
	})
	return r, err
}

func (w *writing) act(types *licence.Register, before licence.Record, a licence.Action, how licence.How, zone *time.Location, seal Seal) (r licence.Record, err error) {
	t := types.Type(before.Type)
	if t == nil {
		return r, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": before.Type}}
	}
	how.At, how.Today = w.at, area.DateOf(w.at.In(zone))
	f := licence.Fresh{Salt: salt(), Serial: serial()}
	if a == licence.Renew || a == licence.Change {
		if f.Place, err = w.place(Shape{before.Place.Bits, before.Place.Size}); err != nil {
			return r, err
		}
	}
	if r, err = before.Act(t, a, f, how); err != nil {
		return r, err
	}
	if r.NewEdition() {
		if err := seal(&r); err != nil {
			return r, err
		}
	}
	return r, w.licence(&r)
}

// ExpireLicences records the end of every licence whose last day is over, each in a write
// of its own, and returns how many there were. A licence that ends meanwhile is passed
// over.
func (s *Store) ExpireLicences(ctx context.Context, types *licence.Register, by string, zone *time.Location) (n int, err error) {
	ids, err := s.OverdueLicences(ctx, zone)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		_, err := s.ActOnLicence(ctx, types, id, licence.Expire, licence.How{By: by}, zone, nil)
		var no *licence.Refusal
		if errors.As(err, &no) && (no.Code == licence.RefusedState || no.Code == licence.RefusedEarly) {
			continue
		} else if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// OverdueLicences lists the ids of licences whose last day is over and whose end is not
// recorded yet.
func (s *Store) OverdueLicences(ctx context.Context, zone *time.Location) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id FROM licence WHERE last_day <> '' AND last_day < $1 AND state IN ($2, $3, $4) ORDER BY id`,
		area.DateOf(s.now().In(zone)).String(), string(licence.Valid), string(licence.Suspended), string(licence.Leaving))
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	return texts(rows)
}

// textsOf asks for the texts of a column; what names them where that fails.
func textsOf(ctx context.Context, q querier, what, text string, args ...any) (list []string, err error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err == nil {
		list, err = texts(rows)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return list, nil
}

func texts(rows *sql.Rows) (list []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// licence writes a record with its entry, and what follows from it.
func (w *writing) licence(r *licence.Record) error {
	if err := w.slotFree(r); err != nil {
		return err
	}
	b, err := r.JSON()
	if err != nil {
		return err
	}
	index, err := w.append(evidence.Leaf{Type: evidence.TypeLicence, Licence: recordLeaf(r, b)})
	if err != nil {
		return fmt.Errorf("licence %s: %w", r.Identifier, err)
	}
	return w.licenceRows(index, r, b)
}

func recordLeaf(r *licence.Record, b []byte) *evidence.Licence {
	return &evidence.Licence{ID: r.ID, Version: r.Version, Action: string(r.Action), State: string(r.State), SHA256: evidence.SHA256(b), Size: int64(len(b))}
}

// slotFree refuses a live licence beside another one. Writers hold the head of the log, so
// that nothing comes between this and the row; the unique key of the table is behind it.
func (w *writing) slotFree(r *licence.Record) error {
	var other string
	err := w.tx.QueryRowContext(w.ctx, `SELECT id FROM licence WHERE slot = $1 AND id <> $2`, r.Slot(), r.ID).Scan(&other)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return fmt.Errorf("licence: %w", err)
	}
	have, err := licenceOf(w.ctx, w.tx, other)
	if err != nil {
		return err
	}
	return &licence.Refusal{Code: licence.RefusedLive, Args: map[string]string{"type": r.Type, "identifier": have.Identifier}}
}

// licenceRows writes a record, and brings the tables that follow from records up to date.
func (w *writing) licenceRows(index int64, r *licence.Record, b []byte) error {
	exec := func(text string, args ...any) error {
		if _, err := w.tx.ExecContext(w.ctx, text, args...); err != nil {
			return fmt.Errorf("licence %s version %d: %w", r.ID, r.Version, err)
		}
		return nil
	}
	if err := exec(`INSERT INTO licence_record (log, id, version, record) VALUES ($1, $2, $3, $4)`, index, r.ID, r.Version, string(b)); err != nil {
		return err
	}
	err := exec(`INSERT INTO licence (id, stem, version, state, type, holder_kind, holder_code, last_day, slot)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state, last_day = excluded.last_day, slot = excluded.slot`,
		r.ID, stemOf(r), r.Version, string(r.State), r.Type, r.Holder.Kind, r.Holder.Code, lastDay(r), r.Slot())
	if err != nil {
		return err
	}
	if !r.NewEdition() {
		return exec(`UPDATE status_place SET status = $1 WHERE list = $2 AND idx = $3`, int(r.State.Status(r.Place.Bits)), r.Place.List, r.Place.Index)
	}
	return errors.Join(
		exec(`INSERT INTO status_list (list, bits, size) VALUES ($1, $2, $3) ON CONFLICT (list) DO NOTHING`, r.Place.List, int(r.Place.Bits), r.Place.Size),
		exec(`UPDATE status_place SET status = $1 WHERE licence = $2`, int(statuslist.Invalid), r.ID),
		exec(`INSERT INTO status_place (list, idx, licence, edition, status) VALUES ($1, $2, $3, $4, $5)`,
			r.Place.List, r.Place.Index, r.ID, r.Edition, int(r.State.Status(r.Place.Bits))),
	)
}

func lastDay(r *licence.Record) string {
	if r.Until == 0 {
		return ""
	}
	return r.Until.String()
}

// place draws a place that nobody had before, in the newest list of a shape, or in a new
// list where that is half full.
func (w *writing) place(shape Shape) (licence.Place, error) {
	p := licence.Place{Bits: shape.Bits, Size: shape.Size}
	if w.lists == nil { // counted once: a write may issue thousands
		lists, err := selectLists(w.ctx, w.tx)
		if err != nil {
			return p, err
		}
		w.lists = lists
	}
	i := -1
	for n, l := range w.lists {
		if l.Bits == shape.Bits && l.Size == shape.Size && l.Taken < max(l.Size/2, 1) {
			i = n
		}
	}
	if i < 0 {
		i = len(w.lists)
		w.lists = append(w.lists, StatusList{List: strconv.Itoa(i + 1), Bits: shape.Bits, Size: shape.Size})
	}
	p.List = w.lists[i].List
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(shape.Size)))
		if err != nil {
			return p, err
		}
		p.Index = int(n.Int64())
		var taken int
		err = w.tx.QueryRowContext(w.ctx, `SELECT COUNT(*) FROM status_place WHERE list = $1 AND idx = $2`, p.List, p.Index).Scan(&taken)
		if err != nil {
			return p, fmt.Errorf("status list %s: %w", p.List, err)
		}
		if taken == 0 {
			w.lists[i].Taken++
			return p, nil
		}
	}
}

// StatusList is a list of statuses, and how many hide in it.
type StatusList struct {
	List  string          `json:"list"`
	Bits  statuslist.Bits `json:"bits"`
	Size  int             `json:"size"`  // places
	Taken int             `json:"taken"` // the herd: licences that a question might be about
}

func selectLists(ctx context.Context, q querier) (out []StatusList, err error) {
	rows, err := q.QueryContext(ctx, `SELECT l.list, l.bits, l.size, COUNT(p.idx) FROM status_list l LEFT JOIN status_place p ON p.list = l.list
		GROUP BY l.list, l.bits, l.size ORDER BY CAST(l.list AS INTEGER)`)
	if err != nil {
		return nil, fmt.Errorf("status lists: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l StatusList
		if err := damaged(rows.Scan(&l.List, &l.Bits, &l.Size, &l.Taken)); err != nil {
			return nil, fmt.Errorf("status lists: %w", err)
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// StatusLists lists them, oldest first.
func (s *Store) StatusLists(ctx context.Context) ([]StatusList, error) { return selectLists(ctx, s.db) }

// Statuses is a list as it is to be signed and published.
func (s *Store) Statuses(ctx context.Context, list string) (l *statuslist.List, about StatusList, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		all, err := selectLists(ctx, tx)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.List == list {
				about = one
			}
		}
		if about.List == "" {
			return fmt.Errorf("status list %s: %w", list, ErrUnknown)
		}
		if l, err = statuslist.New(about.Bits, about.Size); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT idx, status FROM status_place WHERE list = $1 AND status <> 0`, list)
		if err != nil {
			return fmt.Errorf("status list %s: %w", list, err)
		}
		defer rows.Close()
		for rows.Next() {
			var i int
			var status statuslist.Status
			if err := damaged(rows.Scan(&i, &status)); err != nil {
				return fmt.Errorf("status list %s: %w", list, err)
			}
			if err := l.Set(i, status); err != nil {
				return fmt.Errorf("status list %s: %w", list, err)
			}
		}
		return rows.Err()
	})
	return l, about, err
}

// serial is a serial number: 103 random bits in upper-case letters and digits.
func serial() string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	n, err := rand.Int(rand.Reader, new(big.Int).Exp(big.NewInt(36), big.NewInt(serialLength), nil))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	text := strings.ToUpper(n.Text(36))
	return strings.Repeat(alphabet[:1], serialLength-len(text)) + text
}

func salt() string {
	var b [16]byte
	rand.Read(b[:])
	return jws.Encode(b[:])
}
