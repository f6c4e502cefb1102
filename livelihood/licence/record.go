package licence

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"conurb/area"
	"conurb/kit/jws"
	"conurb/kit/licenceid"
	"conurb/kit/statuslist"
)

// Authority is the office that issues a licence.
type Authority struct {
	City string `json:"city"`
	Code string `json:"code"` // 18 characters
	Name string `json:"name"`
}

// Holder is whom a licence is about.
type Holder struct {
	Kind string `json:"kind"` // one of Kinds
	Code string `json:"code"`
	Name string `json:"name"`
}

// Place is where the status of an edition stands.
type Place struct {
	List  string          `json:"list"`
	Index int             `json:"index"`
	Bits  statuslist.Bits `json:"bits"`
	Size  int             `json:"size"` // of the list, places
}

// Draft is a licence that is to be issued.
type Draft struct {
	Type       string
	Authority  Authority
	Holder     Holder
	Number     string // 证照编号; empty: the serial number
	From       area.Date
	Until      area.Date // empty: by the months of the type
	Former     string    // identifier it had with another authority: it is transferred in
	Attributes map[string]any
	Key        *jws.JWK // the holder's; nil: nobody can prove to be the holder
	Reason     string
	Batch      string // where a file of many had it; empty: it came alone
}

// Record is a licence after an action. A licence is the list of its records, of which
// none is ever changed.
type Record struct {
	ID      string `json:"id"`      // the same in all records of a licence
	Version int    `json:"version"` // of the record, from 1
	Action  Action `json:"action"`
	State   State  `json:"state"`
	At      string `json:"at"` // RFC 3339, UTC, microseconds
	By      string `json:"by,omitempty"`
	Reason  string `json:"reason,omitempty"`

	Identifier string         `json:"identifier"` // GB/T 36904, of this edition
	Edition    int            `json:"edition"`    // 版本号, from 1
	Former     string         `json:"former,omitempty"`
	Type       string         `json:"type"`
	Single     bool           `json:"single,omitempty"` // the type gives a holder one at a time
	Authority  Authority      `json:"authority"`
	Holder     Holder         `json:"holder"`
	Number     string         `json:"number"`
	Issued     area.Date      `json:"issued"`
	From       area.Date      `json:"from"`
	Until      area.Date      `json:"until,omitzero"`
	Attributes map[string]any `json:"attributes"`
	Key        *jws.JWK       `json:"key,omitempty"`
	Place      Place          `json:"place"`
	Credential string         `json:"credential"` // SD-JWT with every disclosure
	Salt       string         `json:"salt"`       // random: the digest of a record tells nobody what it holds

	Batch     string `json:"batch,omitempty"`     // SHA-256 of the file it was issued from, a colon, the row
	To        string `json:"to,omitempty"`        // city that it is transferred to
	Successor string `json:"successor,omitempty"` // identifier it has there
	Held      bool   `json:"held,omitempty"`      // transferred in, and kept back until the other city closes its own
}

// stamp is how records write a moment, as leaves of the log do.
const stamp = "2006-01-02T15:04:05.000000Z"

// Fresh is what is drawn for a record: none of it has a meaning.
type Fresh struct {
	ID     string // UUIDv7
	Serial string // 流水号, upper-case letters and digits
	Salt   string
	Place  Place
}

// How says when, by whom and why an action is done, and what it changes.
type How struct {
	At         time.Time
	Today      area.Date // the day of At in the authority's time zone
	By         string
	Reason     string
	Until      area.Date      // of Renew; empty: by the months of the type
	Attributes map[string]any // of Change and Renew; nil: as they were
	Name       string         // of Change: the holder's new name; empty: as it was
	Key        *jws.JWK       // of Change and Renew: the holder's new key; nil: as it was
	To         string         // of TransferOut: the city, where it is told
	Successor  string         // of Move: the identifier it has there
	Hold       bool           // of Suspend: only a Resume with Hold gives it back
}

// Refusal is why something was not done. Its words are "licence.refusal.<Code>".
type Refusal struct {
	Code string
	Args map[string]string
}

func (r *Refusal) Error() string { return "licence: " + r.Code }

func refuse(code string, args ...string) *Refusal {
	r := &Refusal{code, map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// The codes of refusals.
const (
	RefusedState    = "state"    // the action may not follow the state
	RefusedReason   = "reason"   // without a reason
	RefusedEarly    = "early"    // to expire before its day, or without one
	RefusedUntil    = "until"    // a renewal that ends no later
	RefusedLate     = "late"     // a renewal longer after the end than the type permits
	RefusedPast     = "past"     // validity that is over
	RefusedTransfer = "transfer" // the type is not transferred
	RefusedLive     = "live"     // the holder has one already
	RefusedType     = "type"     // not of the register
	RefusedLong     = "long"     // a text of more than MostText bytes
	RefusedHeld     = "held"     // to be given back while another city has not closed its own
	RefusedPrint    = "print"    // to print one that is not valid
	RefusedUnlisted = "unlisted" // handed over by an authority that the trust list does not have for the type
	RefusedForm     = "form"     // what another city hands over is not as the register has it
)

// Refusals lists them.
var Refusals = []string{RefusedState, RefusedReason, RefusedEarly, RefusedUntil, RefusedLate, RefusedPast, RefusedTransfer, RefusedLive, RefusedType, RefusedLong, RefusedHeld, RefusedPrint, RefusedUnlisted, RefusedForm}

// MostText is the longest text that a record takes, bytes.
const MostText = 2000

// Begin is the first record of a licence. The draft has been read by ReadDraft.
func Begin(t *Type, d Draft, f Fresh, h How) (Record, error) {
	r := Record{
		ID: f.ID, Version: 1, Action: Issue, At: h.At.UTC().Format(stamp), By: h.By, Reason: d.Reason,
		Edition: 1, Former: d.Former, Type: t.Code, Single: !t.Several, Authority: d.Authority, Holder: d.Holder, Number: d.Number,
		Issued: h.Today, From: d.From, Until: d.Until, Attributes: d.Attributes, Key: d.Key, Place: f.Place, Salt: f.Salt, Batch: d.Batch,
	}
	if d.Former != "" {
		r.Action = TransferIn
	}
	if r.Attributes == nil {
		r.Attributes = map[string]any{}
	}
	if r.From == 0 {
		r.From = h.Today
	}
	if r.Until == 0 && t.Months > 0 {
		r.Until = r.From.AddMonths(t.Months) - 1
	}
	if r.Number == "" {
		r.Number = f.Serial
	}
	switch {
	case r.Action == TransferIn && !t.Transfer:
		return Record{}, refuse(RefusedTransfer, "type", t.Code)
	case r.Until != 0 && (r.Until < h.Today || r.Until < r.From):
		return Record{}, refuse(RefusedPast, "until", r.Until.String(), "today", h.Today.String())
	}
	if err := r.act(r.Action, d.Reason); err != nil {
		return Record{}, err
	}
	r.State = Valid
	id := licenceid.ID{Type: t.Code, Issuer: d.Authority.Code, Serial: f.Serial, Version: editionText(1)}
	if err := id.Valid(); err != nil {
		return Record{}, err
	}
	r.Identifier = id.String()
	return r, nil
}

func editionText(n int) string { return fmt.Sprintf("%03d", n) }

// act holds an action and its reason to the table.
func (r *Record) act(a Action, reason string) error {
	to, ok := next(r.State, a)
	switch {
	case !ok:
		may := []string{}
		for _, m := range r.State.May() {
			may = append(may, string(m))
		}
		return refuse(RefusedState, "state", string(r.State), "action", string(a), "may", strings.Join(may, ", "))
	case a.reasoned() && strings.TrimSpace(reason) == "":
		return refuse(RefusedReason, "action", string(a))
	case len(reason) > MostText:
		return refuse(RefusedLong, "bytes", fmt.Sprint(len(reason)), "limit", fmt.Sprint(MostText))
	}
	r.State = to
	return nil
}

// Act is the record that follows another by an action. f gives its salt, and to a new
// edition its place; a new edition has yet to be sealed.
func (r Record) Act(t *Type, a Action, f Fresh, h How) (Record, error) {
	if a == Issue || a == TransferIn {
		return Record{}, refuse(RefusedState, "state", string(r.State), "action", string(a), "may", "")
	}
	if err := r.act(a, h.Reason); err != nil {
		return Record{}, err
	}
	r.Version++
	r.Action, r.At, r.By, r.Reason, r.Salt = a, h.At.UTC().Format(stamp), h.By, h.Reason, f.Salt
	switch {
	case a == Expire && (r.Until == 0 || r.Until >= h.Today):
		return Record{}, refuse(RefusedEarly, "until", r.Until.String(), "today", h.Today.String())
	case a == Expire:
		r.Reason = ""
	case a == TransferOut && !t.Transfer:
		return Record{}, refuse(RefusedTransfer, "type", r.Type)
	case a == Resume && r.Held && !h.Hold:
		return Record{}, refuse(RefusedHeld, "former", r.Former)
	}
	r.pass(a, h)
	if !a.edition() {
		return r, nil
	}
	if err := r.follow(t, a, h); err != nil {
		return Record{}, err
	}
	id, err := licenceid.Parse(r.Identifier)
	if err != nil {
		return Record{}, err
	}
	r.Edition++
	id.Version = editionText(r.Edition)
	if err := id.Valid(); err != nil {
		return Record{}, err
	}
	r.Identifier, r.Place, r.Issued, r.Credential = id.String(), f.Place, h.Today, ""
	return r, nil
}

// pass keeps what is said of the way between two cities.
func (r *Record) pass(a Action, h How) {
	r.Held = a == Suspend && h.Hold
	switch a {
	case TransferOut:
		r.To = h.To
	case Move:
		r.Successor = h.Successor
	case Stay:
		r.To = ""
	}
}

// follow puts into an edition what renewal or change give it.
func (r *Record) follow(t *Type, a Action, h How) error {
	if a == Renew {
		until := h.Until
		if until == 0 && t.Months > 0 {
			until = max(r.Until+1, h.Today).AddMonths(t.Months) - 1
		}
		if r.Until == 0 || until <= r.Until || until < h.Today {
			return refuse(RefusedUntil, "until", until.String(), "before", r.Until.String())
		}
		if last := r.Until.AddMonths(t.Late); h.Today > last {
			return refuse(RefusedLate, "until", r.Until.String(), "last", last.String())
		}
		r.Until = until
	}
	if a == Change && r.Until != 0 && r.Until < h.Today {
		return refuse(RefusedPast, "until", r.Until.String(), "today", h.Today.String())
	}
	if h.Attributes != nil {
		r.Attributes = h.Attributes
	}
	if a == Change && h.Name != "" {
		r.Holder.Name = h.Name
	}
	if h.Key != nil {
		r.Key = h.Key
	}
	return nil
}

// Slot names what only one live licence at a time may hold: the type and the holder where
// the type gives a holder one, else the licence itself.
func (r *Record) Slot() string {
	if r.Single && r.State.Live() {
		return strings.Join([]string{r.Type, r.Holder.Kind, r.Holder.Code}, "/")
	}
	return r.ID
}

// NewEdition tells whether a record has a place and a credential of its own.
func (r *Record) NewEdition() bool { return r.Action.edition() }

// JSON writes a record as it is kept.
func (r *Record) JSON() ([]byte, error) { return json.Marshal(r) }

// ParseRecord reads a record that JSON wrote.
func ParseRecord(b []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("record of a licence: %w", err)
	}
	if r.ID == "" || r.Version < 1 || !slices.Contains(States, r.State) || !slices.Contains(Actions, r.Action) {
		return r, fmt.Errorf("record of a licence: %q version %d, %q after %q", r.ID, r.Version, r.State, r.Action)
	}
	return r, nil
}
