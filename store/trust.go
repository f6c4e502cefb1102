package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// The rooms of the trust list (互认清单), whose things are its versions, proposals, what other
// nodes say its versions are, and what was found wrong.
const (
	roomTrustList     = "trust.list"
	roomTrustProposal = "trust.proposal"
	roomTrustHeard    = "trust.heard"
	roomTrustFinding  = "trust.finding"
)

// The actions of versions of the list.
const (
	ListPublished = "published" // here: this is the office
	ListGot       = "got"       // from the office
)

// ErrTrustMoved tells that the node's list got another version meanwhile.
var ErrTrustMoved = errors.New("the trust list has moved on meanwhile")

// KeptPublication is a version of the list as a node keeps it.
type KeptPublication struct {
	By          string                `json:"by,omitempty"` // who published it, at the office
	Publication trustlist.Publication `json:"publication"`
	Salt        string                `json:"salt"`
}

// keptStep is a step of a proposal, with all that stands after it.
type keptStep struct {
	Proposal trustlist.Signed `json:"proposal"`
	Stage    trustlist.Stage  `json:"stage"`
	Step     trustlist.Step   `json:"step"`
	Salt     string           `json:"salt"`
}

// TrustHeard is what a node said that a version of the list is.
type TrustHeard struct {
	Party   trustlist.Party `json:"party"`
	Version int             `json:"version"`
	Digest  string          `json:"digest"`
}

func (h TrustHeard) id() string { return string(h.Party) + " " + strconv.Itoa(h.Version) }

// TrustFinding is something wrong about the list, kept with what shows it.
type TrustFinding struct {
	Code        string                 `json:"code"`
	Party       trustlist.Party        `json:"party"`                 // who said or gave it
	Version     int                    `json:"version"`               // of the list, where it begins
	Have        string                 `json:"have,omitempty"`        // digest of that version here
	Other       string                 `json:"other,omitempty"`       // and there
	Detail      string                 `json:"detail,omitempty"`      // code of the fault
	Publication *trustlist.Publication `json:"publication,omitempty"` // the other one, signed, where it was given
	At          time.Time              `json:"-"`                     // when it was found
}

// id is that of the finding, whenever it is found again.
func (f TrustFinding) id() string {
	f.Publication = nil
	b, err := evidence.Canonical(f)
	if err != nil {
		return f.Code // digests, codes and names have canonical forms
	}
	return evidence.SHA256(b)[:32]
}

// trustNow is the row that a note leads to.
type trustNow struct {
	room, id string
	version  int64
	mark     string
	log      int64
}

func trustNowOf(n savedNote) (r trustNow, err error) {
	r = trustNow{room: n.Room, id: n.ID, log: n.Log}
	switch n.Room {
	case roomTrustList:
		var k KeptPublication
		if err = json.Unmarshal([]byte(n.Text), &k); err == nil {
			r.version = int64(k.Publication.Version)
			r.mark, err = k.Publication.Digest()
		}
	case roomTrustProposal:
		var k keptStep
		err = json.Unmarshal([]byte(n.Text), &k)
		r.version, r.mark = int64(k.Step.Version), string(k.Stage)
	case roomTrustHeard:
		var h TrustHeard
		err = json.Unmarshal([]byte(n.Text), &h)
		r.version, r.mark = int64(h.Version), h.Digest
	case roomTrustFinding:
		var f TrustFinding
		err = json.Unmarshal([]byte(n.Text), &f)
		r.version, r.mark = int64(f.Version), f.Code
	}
	if err != nil {
		return r, fmt.Errorf("note %d of %s: %w", n.Log, n.Room, err)
	}
	return r, nil
}

// trust writes a note of these rooms, and its row.
func (w *writing) trust(room, action, id string, text any) error {
	b, err := evidence.Canonical(text)
	if err != nil {
		return fmt.Errorf("%s %s: %w", room, id, err)
	}
	log, err := w.note(room, action, id, b)
	if err != nil {
		return err
	}
	return w.trustNoted(savedNote{log, room, id, action, string(b)})
}

func (w *writing) trustNoted(n savedNote) error {
	r, err := trustNowOf(n)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, `INSERT INTO trust_now (room, id, version, mark, log) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (room, id) DO UPDATE SET version = excluded.version, mark = excluded.mark, log = excluded.log`,
		r.room, r.id, r.version, r.mark, r.log)
	if err != nil {
		return fmt.Errorf("%s %s: %w", n.Room, n.ID, err)
	}
	return nil
}

// TrustHead is the newest version of the list here: 0 and "" before the first.
func (d *Deed) TrustHead() (version int, digest string, err error) {
	err = d.w.tx.QueryRowContext(d.w.ctx, `SELECT version, mark FROM trust_now WHERE room = $1 ORDER BY version DESC LIMIT 1`, roomTrustList).Scan(&version, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	} else if err != nil {
		return 0, "", fmt.Errorf("trust list: %w", err)
	}
	return version, digest, nil
}

// KeepPublication keeps the version after the newest one here; where it is not that, the
// error is ErrTrustMoved. Whoever keeps it has checked it.
func (d *Deed) KeepPublication(action string, k KeptPublication) error {
	version, digest, err := d.TrustHead()
	if err != nil {
		return err
	}
	p := &k.Publication
	if p.Version != version+1 || p.Previous != digest {
		return fmt.Errorf("version %d after %d: %w", p.Version, version, ErrTrustMoved)
	}
	k.Salt = salt()
	return d.w.trust(roomTrustList, action, strconv.Itoa(p.Version), k)
}

// TrustDigest is the digest of a version here; "" where there is none.
func (d *Deed) TrustDigest(version int) (string, error) {
	return d.w.trustMark(roomTrustList, strconv.Itoa(version))
}

func (w *writing) trustMark(room, id string) (mark string, err error) {
	err = w.tx.QueryRowContext(w.ctx, `SELECT mark FROM trust_now WHERE room = $1 AND id = $2`, room, id).Scan(&mark)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("%s %s: %w", room, id, err)
	}
	return mark, nil
}

// TrustProposal is a proposal with its steps; known is false where the node has none such.
func (d *Deed) TrustProposal(id string) (p trustlist.Proposal, known bool, err error) {
	list, err := trustProposals(d.w.ctx, d.w.tx, `AND t.id = $2`, id)
	if err != nil || len(list) == 0 {
		return p, false, err
	}
	return list[0], true, nil
}

// KeepTrustStep keeps a proposal after its last step.
func (d *Deed) KeepTrustStep(p trustlist.Proposal) error {
	if len(p.Steps) == 0 {
		return fmt.Errorf("proposal without a step: %w", ErrInvalid)
	}
	step := p.Steps[len(p.Steps)-1]
	step.At = 0 // its note has the moment
	return d.w.trust(roomTrustProposal, step.Action, p.Signed.Change.ID(), keptStep{p.Signed, p.Stage, step, salt()})
}

// HearTrust keeps what a node says of a version. It returns what that node said before, ""
// if nothing: of two that differ the first stays.
func (d *Deed) HearTrust(h TrustHeard) (before string, err error) {
	if before, err = d.w.trustMark(roomTrustHeard, h.id()); err != nil || before != "" {
		return before, err
	}
	return "", d.w.trust(roomTrustHeard, "heard", h.id(), h)
}

// KeepTrustFinding keeps a finding; what was found before is not kept again.
func (d *Deed) KeepTrustFinding(f TrustFinding) error {
	if before, err := d.w.trustMark(roomTrustFinding, f.id()); err != nil || before != "" {
		return err
	}
	return d.w.trust(roomTrustFinding, "found", f.id(), f)
}

// trustRoom tells whether a room is one of the trust list.
func trustRoom(room string) bool {
	switch room {
	case roomTrustList, roomTrustProposal, roomTrustHeard, roomTrustFinding:
		return true
	}
	return false
}
