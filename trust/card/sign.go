package card

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

const typ = "conurb-card+jws" // what is signed as one thing is never read as another

// Signed is a card with its signatures.
type Signed struct {
	Card       Card     `json:"card"`
	Signatures []string `json:"signatures"` // detached compact JWS: by its newest key that speaks, then by one of the card before
}

// Sign makes a card of what it says; keys are those that sign it, its own first.
func Sign(random io.Reader, c Card, keys ...*jws.Private) (Signed, error) {
	if err := c.Check(); err != nil {
		return Signed{}, err
	}
	b, err := c.Bytes()
	if err != nil {
		return Signed{}, err
	}
	s := Signed{Card: c}
	for _, k := range keys {
		text, err := jws.Sign(random, k, map[string]any{"typ": typ, "iss": string(c.Name), "kid": k.Public().Thumbprint()}, b)
		if err != nil {
			return Signed{}, err
		}
		s.Signatures = append(s.Signatures, text[:strings.IndexByte(text, '.')]+"."+text[strings.LastIndexByte(text, '.'):])
	}
	return s, s.verify()
}

// Read reads a card and holds it to its form and to its own key's signature: that it is the
// card of whom it names is for Follows, or for a person who compares fingerprints.
func Read(raw []byte) (Signed, error) {
	var s Signed
	object, err := strictjson.DecodeObject(raw, strictjson.Limits{Bytes: MostBytes, Depth: mostDepth})
	if err != nil {
		return s, fault(FaultSyntax, "", "detail", err.Error())
	}
	canonical, err := evidence.Canonical(object)
	if err != nil {
		return s, fault(FaultSyntax, "", "detail", err.Error())
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fault(FaultSyntax, "", "detail", err.Error())
	}
	if back, err := s.Bytes(); err != nil || !bytes.Equal(back, canonical) {
		return s, fault(FaultSyntax, "", "detail", "a field in another spelling or form")
	}
	if err := s.Card.Check(); err != nil {
		return s, err
	}
	return s, s.verify()
}

// Bytes is the card as it is sent and kept.
func (s Signed) Bytes() ([]byte, error) { return evidence.Canonical(s) }

func (s Signed) verify() error {
	if len(s.Signatures) == 0 || len(s.Signatures) > 2 || !s.signedBy(s.Card.Voice[len(s.Card.Voice)-1:], s.Card.Made) {
		return fault(FaultSignature, "signatures", "name", string(s.Card.Name))
	}
	return nil
}

// signedBy tells whether one of the keys that sign at an instant made one of the signatures.
func (s Signed) signedBy(keys []Key, at trustlist.Instant) bool {
	payload, err := s.Card.Bytes()
	if err != nil {
		return false
	}
	for _, detached := range s.Signatures {
		head, signature, ok := strings.Cut(detached, "..")
		if !ok {
			return false
		}
		t, err := jws.Parse(head+"."+jws.Encode(payload)+"."+signature, jws.Algorithms...)
		if err != nil || t.Type != typ || t.Header["iss"] != string(s.Card.Name) {
			return false
		}
		for _, k := range keys {
			p, err := k.Key.Public()
			if err == nil && p.Thumbprint() == t.KeyID && k.Signs(at) && t.Verify(p) == nil {
				return true
			}
		}
	}
	return false
}

// Follows tells whether a card is the next of one that is known, at the moment at which it
// is looked at: a later version, signed by a key of that one too, that keeps every key of it
// and lets none sign for longer.
func (s Signed) Follows(old Signed, now time.Time) error {
	a, b := &old.Card, &s.Card
	switch {
	case a.Name != b.Name:
		return fault(FaultOther, "name", "name", string(b.Name), "want", string(a.Name))
	case b.Version < a.Version:
		return fault(FaultOlder, "version", "version", strconv.Itoa(b.Version), "have", strconv.Itoa(a.Version))
	case b.Version == a.Version && old.Fingerprint() == s.Fingerprint():
		return nil
	case b.Version == a.Version:
		return fault(FaultFork, "version", "version", strconv.Itoa(b.Version))
	}
	if err := keeps("voice", a.Voice, b.Voice); err != nil {
		return err
	}
	if err := keeps("licences", a.Licences, b.Licences); err != nil {
		return err
	}
	if !s.signedBy(a.Voice, trustlist.InstantOf(now)) {
		return fault(FaultStranger, "signatures", "name", string(b.Name))
	}
	return nil
}

func keeps(name string, old, now []Key) error {
	for i, k := range old {
		if i >= len(now) || thumbprint(now[i]) != thumbprint(k) || now[i].From != k.From || later(now[i].Until, k.Until) || later(now[i].Revoked, k.Revoked) {
			return fault(FaultDropped, field(name, i), "key", thumbprint(k))
		}
	}
	return nil
}

// later tells whether an end was put off; none is the latest.
func later(now, before trustlist.Instant) bool { return before != 0 && (now == 0 || now > before) }

func thumbprint(k Key) string {
	p, err := k.Key.Public()
	if err != nil {
		return ""
	}
	return p.Thumbprint()
}

// Fingerprint is what two people compare, over another way than the card took: the SHA-256
// of the card, the first 20 bytes in groups of four digits.
func (s Signed) Fingerprint() string {
	b, err := s.Card.Bytes()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	text := hex.EncodeToString(sum[:20])
	var parts []string
	for i := 0; i < len(text); i += 4 {
		parts = append(parts, text[i:i+4])
	}
	return strings.Join(parts, " ")
}

// Peers are the keys by which nodes send messages.
func Peers(cards []Signed) message.Peers {
	p := message.Peers{}
	for _, s := range cards {
		for _, k := range s.Card.Voice {
			if public, err := k.Key.Public(); err == nil {
				p[message.Node(s.Card.Name)] = append(p[message.Node(s.Card.Name)], message.Key{Public: public, From: moment(k.From), Until: moment(k.Until), Revoked: moment(k.Revoked)})
			}
		}
	}
	return p
}

// moment is the time of an instant; none is the zero time.
func moment(i trustlist.Instant) time.Time {
	if i == 0 {
		return time.Time{}
	}
	return i.Time()
}

// Keys are the keys by which cities and the office sign the trust list, those of the past
// among them.
func Keys(cards []Signed) trustlist.Keys {
	keys := trustlist.Keys{}
	for _, s := range cards {
		for _, k := range s.Card.Voice {
			if public, err := k.Key.Public(); err == nil {
				keys[s.Card.Name] = append(keys[s.Card.Name], public)
			}
		}
	}
	return keys
}
