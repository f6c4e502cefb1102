package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"conurb/livelihood/casework"
)

// roomBundle are applications for several items at once (一件事一次办).
const roomBundle = "case-bundle"

// CaseBundle is an application for several items: what was answered once, and how far each
// step is.
type CaseBundle struct {
	ID        string          `json:"id"`
	Bundle    string          `json:"bundle"`
	Applicant casework.Person `json:"applicant"`
	Answers   json.RawMessage `json:"answers"`
	Steps     []BundleStep    `json:"steps"`
	At        time.Time       `json:"at"`
	Salt      string          `json:"salt"`
}

// Open tells whether something of it is under way; where nothing is, nothing begins any more.
func (b *CaseBundle) Open() bool {
	return slices.ContainsFunc(b.Steps, func(s BundleStep) bool { return s.State == StepAsked || s.State == StepOpen })
}

// BundleStep is a step of one.
type BundleStep struct {
	ID      string          `json:"id"`
	Item    string          `json:"item"`
	City    string          `json:"city"`
	After   []string        `json:"after"`
	Answers json.RawMessage `json:"answers"`
	State   string          `json:"state"` // one of the states below
	Case    string          `json:"case,omitempty"`
	Reason  string          `json:"reason,omitempty"` // code of a refusal by the city
}

// The states of a step.
const (
	StepWaiting = "waiting" // for others
	StepAsked   = "asked"   // another city was asked to open it
	StepOpen    = "open"
	StepGranted = "granted"
	StepOver    = "over" // it ended otherwise
)

// KeepBundle writes down how far an application for several items is; what is the action.
func (d *Deed) KeepBundle(b CaseBundle, what string) error {
	b.Salt = salt()
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	log, err := d.w.note(roomBundle, what, b.ID, text)
	if err != nil {
		return err
	}
	return d.w.bundleNoted(savedNote{log, roomBundle, b.ID, what, string(text)})
}

// Bundle is an application for several items; ErrUnknown.
func (d *Deed) Bundle(id string) (CaseBundle, error) { return bundleOf(d.w.ctx, d.w.tx, id) }

// Bundle is an application for several items; ErrUnknown.
func (s *Store) Bundle(ctx context.Context, id string) (CaseBundle, error) {
	return bundleOf(ctx, s.db, id)
}

func bundleOf(ctx context.Context, q querier, id string) (b CaseBundle, err error) {
	var text string
	if err := one(ctx, q, "bundle "+id, `SELECT n.text FROM case_bundle b JOIN note n ON n.log = b.log WHERE b.id = $1`, []any{id}, &text); err != nil {
		return b, err
	}
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return b, fmt.Errorf("bundle %s: %w: %v", id, ErrDamaged, err)
	}
	return b, nil
}

func (w *writing) bundleNoted(n savedNote) error {
	var b CaseBundle
	if err := json.Unmarshal([]byte(n.Text), &b); err != nil {
		return err
	}
	head, err := bundleHeadOf(&b)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, `INSERT INTO case_bundle (id, log, code_kind, code, head) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET log = excluded.log, head = excluded.head`,
		n.ID, n.Log, b.Applicant.Kind, b.Applicant.Code, head)
	if err != nil {
		return fmt.Errorf("bundle %s: %w", n.ID, err)
	}
	return nil
}
