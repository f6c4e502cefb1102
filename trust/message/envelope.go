package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
	"conurb/trust/evidence"
)

// Bounds of a message.
const (
	MaxBytes = 256 << 10
	MaxDepth = 16 // of JSON, the envelope included
)

// typ is what the signature is for: it is never read as one of something else.
const typ = "conurb-message+jws"

// Node is the name of a node: a city or the metropolitan office.
type Node string

// Envelope is a message without its signature.
type Envelope struct {
	ID        string          `json:"id"` // UUIDv7
	From      Node            `json:"from"`
	To        Node            `json:"to"`
	Kind      string          `json:"kind"`                // what is said, such as "licence.revoked"
	Case      string          `json:"case"`                // whose messages keep their order
	Sequence  int64           `json:"sequence"`            // in the case, from this sender to this receiver, from 1
	InReplyTo string          `json:"inReplyTo,omitempty"` // id
	Made      time.Time       `json:"made"`                // UTC, microseconds
	Digest    string          `json:"digest"`              // SHA-256 of the body's canonical form, hex
	Body      json.RawMessage `json:"body,omitempty"`      // an object in canonical form
}

// Sealed is a message with its sender's signature.
type Sealed struct {
	Envelope  Envelope `json:"envelope"`
	Signature string   `json:"signature"` // detached JWS over the envelope without its body
}

// Draft is what a sender says; the outbox gives the rest.
type Draft struct {
	To        Node
	Kind      string
	Case      string
	InReplyTo string
	Body      any // an object
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool { return '0' <= c && c <= '9' }

func nodeForm(s string) bool {
	return word(s, 63, lower, func(c byte) bool { return lower(c) || digit(c) || c == '-' })
}

func kindForm(s string) bool {
	return word(s, 63, lower, func(c byte) bool { return lower(c) || 'A' <= c && c <= 'Z' || digit(c) || c == '.' || c == '-' })
}

func caseForm(s string) bool {
	printed := func(c byte) bool { return '!' <= c && c <= '~' }
	return word(s, 128, printed, printed)
}

// word tells whether a text has at least one byte and at most so many, of such a first one and such others.
func word(s string, most int, first, rest func(byte) bool) bool {
	if s == "" || len(s) > most || !first(s[0]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !rest(s[i]) {
			return false
		}
	}
	return true
}

// Seal makes a message of a draft and signs it.
func Seal(random io.Reader, d Draft, id string, from Node, sequence int64, now time.Time, key *jws.Private) (Sealed, error) {
	body, err := evidence.Canonical(d.Body)
	if err != nil {
		return Sealed{}, err
	}
	return seal(random, Envelope{ID: id, From: from, To: d.To, Kind: d.Kind, Case: d.Case, Sequence: sequence,
		InReplyTo: d.InReplyTo, Made: evidence.Microseconds(now), Digest: evidence.SHA256(body), Body: body}, key)
}

// Again is the message made anew, with another moment and perhaps another key: the same
// to whoever has it already.
func (s Sealed) Again(random io.Reader, now time.Time, key *jws.Private) (Sealed, error) {
	e := s.Envelope
	e.Made = evidence.Microseconds(now)
	return seal(random, e, key)
}

func seal(random io.Reader, e Envelope, key *jws.Private) (Sealed, error) {
	head, err := e.head()
	if err != nil {
		return Sealed{}, err
	}
	text, err := jws.Sign(random, key, map[string]any{"typ": typ, "iss": string(e.From), "kid": key.Public().Thumbprint()}, head)
	if err != nil {
		return Sealed{}, err
	}
	s := Sealed{e, text[:strings.IndexByte(text, '.')] + "." + text[strings.LastIndexByte(text, '.'):]}
	raw, err := s.Bytes()
	if err != nil {
		return Sealed{}, err
	}
	_, err = Read(raw) // what another node would refuse is not sent
	return s, err
}

// Same tells whether two messages say the same, whenever they were signed.
func (s Sealed) Same(o Sealed) bool {
	a, b := s.Envelope, o.Envelope
	return a.ID == b.ID && a.From == b.From && a.To == b.To && a.Kind == b.Kind && a.Case == b.Case &&
		a.Sequence == b.Sequence && a.InReplyTo == b.InReplyTo && a.Digest == b.Digest
}

// Read reads a message and holds it to its form, signature aside. Text that is not the
// canonical form of what it says is refused: two nodes would otherwise read two things.
func Read(raw []byte) (Sealed, error) {
	if len(raw) <= MaxBytes {
		if s, ok := readExact(raw); ok {
			return s, s.Envelope.check()
		}
	}
	return readStrictly(raw)
}

// readStrictly says what is wrong with a text that is not exactly that of a message.
func readStrictly(raw []byte) (Sealed, error) {
	var s Sealed
	object, err := strictjson.DecodeObject(raw, strictjson.Limits{Bytes: MaxBytes, Depth: MaxDepth})
	switch {
	case errors.Is(err, strictjson.ErrLong):
		return s, refuse(Oversized, "bytes", strconv.Itoa(len(raw)), "most", strconv.Itoa(MaxBytes))
	case errors.Is(err, strictjson.ErrDeep):
		return s, refuse(Deep, "most", strconv.Itoa(MaxDepth))
	case err != nil:
		return s, refuse(Malformed, "detail", err.Error())
	}
	if canonical, err := evidence.Canonical(object); err != nil || !bytes.Equal(canonical, raw) {
		return s, refuse(NotCanonical)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, refuse(Malformed, "detail", err.Error())
	}
	if back, err := s.Bytes(); err != nil || !bytes.Equal(back, raw) {
		return s, refuse(NotCanonical) // a field in two spellings, or a moment in another form
	}
	return s, s.Envelope.check()
}

func (e Envelope) check() error {
	id, err := uuid.Parse(e.ID)
	reply, replyErr := uuid.Parse(e.InReplyTo)
	for _, f := range []struct {
		name, text string
		ok         bool
	}{
		{"id", e.ID, err == nil && id.Version() == 7 && id.String() == e.ID},
		{"from", string(e.From), nodeForm(string(e.From))},
		{"to", string(e.To), nodeForm(string(e.To)) && e.To != e.From},
		{"kind", e.Kind, kindForm(e.Kind)},
		{"case", e.Case, caseForm(e.Case)},
		{"sequence", strconv.FormatInt(e.Sequence, 10), e.Sequence >= 1 && e.Sequence < 1<<31},
		{"inReplyTo", e.InReplyTo, e.InReplyTo == "" || replyErr == nil && reply.String() == e.InReplyTo},
		{"made", e.Made.Format(time.RFC3339Nano), e.Made.Location() == time.UTC && e.Made.Equal(evidence.Microseconds(e.Made)) && e.Made.Year() > 2000},
		{"body", "", len(e.Body) > 0 && e.Body[0] == '{'},
	} {
		if !f.ok {
			return refuse(Field, "field", f.name, "text", f.text)
		}
	}
	if evidence.SHA256(e.Body) != e.Digest {
		return refuse(OtherDigest)
	}
	return nil
}
