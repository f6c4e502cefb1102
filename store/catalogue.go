package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"conurb/trust/evidence"
)

// roomCatalogue are editions of service items (政务服务事项).
const roomCatalogue = "catalogue"

// The origins of an edition.
const (
	EditionPack   = "pack"   // what the region pack says
	EditionEdit   = "edit"   // an editor of the city published it
	EditionRevert = "revert" // a former one was brought back
	EditionHeard  = "heard"  // the item's city told us
)

// ErrServiceMoved tells that another edition was published since the one that was edited.
var ErrServiceMoved = errors.New("another edition of the item is in force")

// ServiceEdition is an item of a city as it was in force from a moment on.
type ServiceEdition struct {
	City    string          `json:"city"`
	Item    string          `json:"item"`
	Version int             `json:"version"` // from 1
	Origin  string          `json:"origin"`
	At      time.Time       `json:"at"`
	By      string          `json:"by,omitempty"` // account or token; empty: the program
	Reason  string          `json:"reason,omitempty"`
	Says    json.RawMessage `json:"says"`           // the item
	Form    json.RawMessage `json:"form,omitempty"` // its form at that time; of this node's city alone
	Log     int64           `json:"-"`
}

const selectEdition = `SELECT s.log, n.text FROM service_item s JOIN note n ON n.log = s.log`

// ServiceEditions are those of an item of a city, the newest first.
func (s *Store) ServiceEditions(ctx context.Context, city, item string) ([]ServiceEdition, error) {
	return editionsOf(ctx, s.db, selectEdition+` WHERE s.city = $1 AND s.item = $2 ORDER BY s.version DESC`, city, item)
}

// ServiceEdition is one edition; ErrUnknown where there is none.
func (s *Store) ServiceEdition(ctx context.Context, city, item string, version int) (ServiceEdition, error) {
	list, err := editionsOf(ctx, s.db, selectEdition+` WHERE s.city = $1 AND s.item = $2 AND s.version = $3`, city, item, version)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("edition %d of %s of %s: %w", version, item, city, ErrUnknown)
	}
	if err != nil {
		return ServiceEdition{}, err
	}
	return list[0], nil
}

// ServiceHead names the edition of an item that is in force.
type ServiceHead struct {
	City, Item string
	Version    int
}

// ServiceHeads are the editions in force, of every city.
func (s *Store) ServiceHeads(ctx context.Context) (list []ServiceHead, err error) {
	return headsOf(ctx, s.db)
}

// ServiceHeads is Store.ServiceHeads within a deed.
func (d *Deed) ServiceHeads() ([]ServiceHead, error) { return headsOf(d.w.ctx, d.w.tx) }

func headsOf(ctx context.Context, q querier) (list []ServiceHead, err error) {
	rows, err := q.QueryContext(ctx, `SELECT city, item, MAX(version) FROM service_item GROUP BY city, item ORDER BY city, item`)
	if err != nil {
		return nil, fmt.Errorf("service items: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h ServiceHead
		if err := rows.Scan(&h.City, &h.Item, &h.Version); err != nil {
			return nil, fmt.Errorf("service items: %w", err)
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

func editionsOf(ctx context.Context, q querier, query string, args ...any) (list []ServiceEdition, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("service items: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var log int64
		var text string
		if err := rows.Scan(&log, &text); err != nil {
			return nil, fmt.Errorf("service items: %w", err)
		}
		e, err := readEdition(log, text)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

func readEdition(log int64, text string) (e ServiceEdition, err error) {
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return e, fmt.Errorf("edition of a service item: %w: %v", ErrDamaged, err)
	}
	e.Log = log
	return e, nil
}

// PutServiceEdition puts an edition in force after another: its version is that one's and one
// more. ErrServiceMoved where another is in force. At is that of the deed.
func (d *Deed) PutServiceEdition(e ServiceEdition, after int) (ServiceEdition, error) {
	head, err := d.w.serviceHead(e.City, e.Item)
	if err != nil {
		return e, err
	}
	if head != after {
		return e, fmt.Errorf("%s of %s is at %d, not %d: %w", e.Item, e.City, head, after, ErrServiceMoved)
	}
	e.Version, e.At = head+1, d.w.at
	return d.w.edition(e)
}

// HearServiceEdition keeps another city's edition where it is newer than what is known.
func (d *Deed) HearServiceEdition(e ServiceEdition) (kept bool, err error) {
	head, err := d.w.serviceHead(e.City, e.Item)
	if err != nil || e.Version <= head {
		return false, err
	}
	e.Origin = EditionHeard
	_, err = d.w.edition(e)
	return err == nil, err
}

func (w *writing) serviceHead(city, item string) (head int, err error) {
	err = w.tx.QueryRowContext(w.ctx, `SELECT COALESCE(MAX(version), 0) FROM service_item WHERE city = $1 AND item = $2`, city, item).Scan(&head)
	if err != nil {
		return 0, fmt.Errorf("%s of %s: %w", item, city, err)
	}
	return head, nil
}

func (w *writing) edition(e ServiceEdition) (ServiceEdition, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return e, fmt.Errorf("%s of %s: %w", e.Item, e.City, err)
	}
	if e.Log, err = w.note(roomCatalogue, e.Origin, e.key(), text); err != nil {
		return e, err
	}
	return e, w.editionRow(e)
}

func (e ServiceEdition) key() string { return e.City + "/" + e.Item + "/" + strconv.Itoa(e.Version) }

func (w *writing) editionRow(e ServiceEdition) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO service_item (city, item, version, log, origin, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		e.City, e.Item, e.Version, e.Log, e.Origin, stampOf(e.At))
	if err != nil {
		return fmt.Errorf("%s: %w", e.key(), err)
	}
	return nil
}

func (w *writing) editionNoted(n savedNote) error {
	e, err := readEdition(n.Log, n.Text)
	if err != nil {
		return err
	}
	return w.editionRow(e)
}

// catalogueTables is the one of service items.
var catalogueTables = []following{{"service_item", []string{"city", "item", "version", "log", "origin", "at"}, " version log ", 3}}

// checkCatalogue holds the table of service items to its notes.
func checkCatalogue(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	return checkFollowing(ctx, tx, r, 14, catalogueTables, []string{roomCatalogue}, func(want followed, n savedNote) error {
		e, err := readEdition(n.Log, n.Text)
		want["service_item"][e.key()] = []string{fmt.Sprint(n.Log), e.Origin, stampOf(e.At)}
		return err
	})
}
