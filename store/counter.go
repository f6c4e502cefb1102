package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conurb/trust/trustlist"
)

// roomCounter is what counters ask and check, and what is told of it to the city that
// issued the licence.
const roomCounter = "counter"

// The actions of notes of the counter.
const (
	counterAsked    = "asked"    // a request to wallets was made
	counterDeclined = "declined" // a wallet declined it
	counterChecked  = "checked"  // a licence was looked at
	counterAccepted = "accepted" // what was shown became part of a case
	counterDisputed = "disputed" // the holder objects, his city tells
	counterReplied  = "replied"  // and is answered
	counterVisited  = "visited"  // at the issuing city: somebody looked at a licence of ours
	counterObjected = "objected" // its holder objects
	counterSettled  = "settled"  // the answer came
)

// The states of a request to wallets.
const (
	RequestOpen     = "open"
	RequestAnswered = "answered"
	RequestDeclined = "declined"
)

// The refusals of the counter.
var (
	ErrOver     = errors.New("the request is over")
	ErrDone     = errors.New("that was done before")
	ErrNotHeld  = errors.New("what was shown is no longer held")
	ErrStranger = errors.New("that is somebody else's affair")
)

// Clerk is who asks.
type Clerk struct {
	Name   string `json:"name"`
	Office string `json:"office"`
	Role   string `json:"role"`
}

// Asking is what a counter asks wallets for.
type Asking struct {
	ID         string          `json:"id"`
	Wanted     string          `json:"wanted"` // type, 21 characters
	Attributes []string        `json:"attributes"`
	Purpose    string          `json:"purpose"` // 使用事由
	Case       string          `json:"case,omitempty"`
	Clerk      Clerk           `json:"clerk"`
	Made       time.Time       `json:"made"`
	Until      time.Time       `json:"until"`
	Limits     json.RawMessage `json:"limits"` // of whoever judges the answer
	Salt       string          `json:"salt"`
}

// Request is what became of an Asking.
type Request struct {
	Asking
	State   string
	Check   string // id; empty while nothing came of it
	Ask     string // what the answer is held to; empty once it is over
	Trouble string // why the last answer was refused; empty: none was
}

// Check is what came of looking at a licence. What was shown stands here by name alone.
type Check struct {
	ID         string            `json:"id"`
	Request    string            `json:"request,omitempty"`
	Form       string            `json:"form"` // wallet, slip, file
	Identifier string            `json:"identifier"`
	City       trustlist.Party   `json:"city"` // that issued it
	Authority  string            `json:"authority"`
	Type       string            `json:"type"`
	Wanted     string            `json:"wanted"`
	Purpose    string            `json:"purpose"`
	Case       string            `json:"case,omitempty"`
	Clerk      Clerk             `json:"clerk"`
	Asked      []string          `json:"asked"`
	Shown      []string          `json:"shown"`
	At         time.Time         `json:"at"`
	Offline    bool              `json:"offline,omitempty"`
	Signed     bool              `json:"signed"` // its signature was verified with a known key
	Outcome    trustlist.Outcome `json:"outcome"`
	Version    int               `json:"version"` // of the trust list
	Reasons    []Reason          `json:"reasons"`
	ListAt     time.Time         `json:"listAt,omitzero"`
	StatusAt   time.Time         `json:"statusAt,omitzero"`
	Told       bool              `json:"told"` // the issuing city is told
	Salt       string            `json:"salt"`
}

// Reason is a reason of a verdict as it was given.
type Reason struct {
	Code   string            `json:"code"`
	Weight string            `json:"weight"`
	Args   map[string]string `json:"args"`
}

// Acceptance is that what was shown became part of a case.
type Acceptance struct {
	Case    string          `json:"case"`
	By      Clerk           `json:"by"`
	At      time.Time       `json:"at"`
	Content json.RawMessage `json:"content"` // what was shown
	Salt    string          `json:"salt"`
}

// Said is what somebody says of a check: a holder who objects, or the city that answers him.
type Said struct {
	Text string    `json:"text"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
	Salt string    `json:"salt"`
}

// Checked is a check with what came after it.
type Checked struct {
	Check
	Held      string // what was shown, while it is held
	Accepted  *Acceptance
	Objection *Said
	Reply     *Said
}

// Visit is that somebody looked at a licence of this node.
type Visit struct {
	City       trustlist.Party   `json:"city"` // that looked
	ID         string            `json:"id"`   // of its check
	Licence    string            `json:"licence"`
	Identifier string            `json:"identifier"` // of the edition that was shown
	HolderKind string            `json:"holderKind"`
	HolderCode string            `json:"holderCode"`
	Type       string            `json:"type"`
	Form       string            `json:"form"`
	Clerk      Clerk             `json:"clerk"`
	Asked      []string          `json:"asked"`
	Shown      []string          `json:"shown"`
	Purpose    string            `json:"purpose"`
	At         time.Time         `json:"at"`
	Offline    bool              `json:"offline,omitempty"`
	Outcome    trustlist.Outcome `json:"outcome"`
	Salt       string            `json:"salt"`
}

// Visited is a visit with what its holder says of it.
type Visited struct {
	Visit
	Objection *Said
	Reply     *Said
}

// counter writes a note of the counter, and what follows from it.
func (w *writing) counter(action, id string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("counter %s: %w", id, err)
	}
	log, err := w.note(roomCounter, action, id, text)
	if err != nil {
		return err
	}
	return w.counterNoted(savedNote{log, roomCounter, id, action, string(text)})
}

// counterNoted is what follows from a note.
func (w *writing) counterNoted(n savedNote) error {
	change, err := counterChange(n)
	if err != nil {
		return err
	}
	r, err := w.tx.ExecContext(w.ctx, change.text, change.args...)
	if err != nil {
		return fmt.Errorf("counter %s %s: %w", n.Action, n.ID, err)
	}
	if rows, err := r.RowsAffected(); err != nil || rows != 1 {
		return errors.Join(fmt.Errorf("counter %s %s: %w", n.Action, n.ID, ErrDone), err)
	}
	if n.Action != counterChecked {
		return nil
	}
	var c Check
	if err := json.Unmarshal([]byte(n.Text), &c); err != nil || c.Request == "" {
		return err
	}
	return w.over(c.Request, RequestAnswered, c.ID)
}

// over ends a request that is open.
func (w *writing) over(id, state, check string) error {
	r, err := w.tx.ExecContext(w.ctx, `UPDATE counter_request SET state = $1, check_id = $2, ask = '', trouble = '' WHERE id = $3 AND state = $4`, state, check, id, RequestOpen)
	if err != nil {
		return fmt.Errorf("request %s: %w", id, err)
	}
	if rows, err := r.RowsAffected(); err != nil || rows != 1 {
		return errors.Join(fmt.Errorf("request %s: %w", id, ErrDone), err)
	}
	return nil
}

// statement is one change of a row.
type statement struct {
	text string
	args []any
}

func counterChange(n savedNote) (statement, error) {
	switch n.Action {
	case counterAsked:
		var a Asking
		err := json.Unmarshal([]byte(n.Text), &a)
		return statement{`INSERT INTO counter_request (id, log, state, until_at, check_id, ask, trouble) VALUES ($1, $2, $3, $4, '', '', '') ON CONFLICT DO NOTHING`,
			[]any{n.ID, n.Log, RequestOpen, stampOf(a.Until)}}, err
	case counterDeclined:
		return statement{`UPDATE counter_request SET state = $1, ask = '', trouble = '' WHERE id = $2 AND state = $3`, []any{RequestDeclined, n.ID, RequestOpen}}, nil
	case counterChecked:
		return statement{`INSERT INTO counter_check (id, log, accepted, disputed, replied, held, held_until) VALUES ($1, $2, -1, -1, -1, '', '') ON CONFLICT DO NOTHING`, []any{n.ID, n.Log}}, nil
	case counterAccepted:
		return statement{`UPDATE counter_check SET accepted = $1, held = '', held_until = '' WHERE id = $2 AND accepted = -1`, []any{n.Log, n.ID}}, nil
	case counterDisputed:
		return statement{`UPDATE counter_check SET disputed = $1 WHERE id = $2 AND disputed = -1`, []any{n.Log, n.ID}}, nil
	case counterReplied:
		return statement{`UPDATE counter_check SET replied = $1 WHERE id = $2 AND disputed <> -1 AND replied = -1`, []any{n.Log, n.ID}}, nil
	case counterVisited:
		var v Visit
		err := json.Unmarshal([]byte(n.Text), &v)
		return statement{`INSERT INTO licence_visit (city, id, log, licence, holder_kind, holder_code, objected, settled) VALUES ($1, $2, $3, $4, $5, $6, -1, -1) ON CONFLICT DO NOTHING`,
			[]any{string(v.City), v.ID, n.Log, v.Licence, v.HolderKind, v.HolderCode}}, err
	case counterObjected, counterSettled:
		city, id, err := visitKey(n.ID)
		text := `UPDATE licence_visit SET objected = $1 WHERE city = $2 AND id = $3 AND objected = -1`
		if n.Action == counterSettled {
			text = `UPDATE licence_visit SET settled = $1 WHERE city = $2 AND id = $3 AND objected <> -1 AND settled = -1`
		}
		return statement{text, []any{n.Log, city, id}}, err
	}
	return statement{}, fmt.Errorf("counter %q: %w", n.Action, ErrDamaged)
}

// one reads one row, ErrUnknown where there is none.
func one(ctx context.Context, q querier, what, text string, args []any, to ...any) error {
	err := q.QueryRowContext(ctx, text, args...).Scan(to...)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", what, ErrUnknown)
	} else if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
