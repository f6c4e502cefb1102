package message

import (
	"strings"
	"time"

	"conurb/kit/jws"
)

// Key is a key of a node and the time for which it signs.
type Key struct {
	Public  jws.Public
	From    time.Time // zero: since ever
	Until   time.Time // zero: without end
	Revoked time.Time // zero: never; from then on nothing it signed is taken, whenever it says it was made
}

// Peers are the nodes that a node knows, by their keys. During a rotation there are two.
type Peers map[Node][]Key

// byThumbprint finds a node's key.
func (p Peers) byThumbprint(from Node, kid string) (Key, error) {
	keys, ok := p[from]
	if !ok {
		return Key{}, refuse(UnknownNode, "from", string(from))
	}
	for _, k := range keys {
		if k.Public.Thumbprint() == kid {
			return k, nil
		}
	}
	return Key{}, refuse(UnknownKey, "key", kid)
}

// signs holds a key to its time: for what was made at a moment and is looked at now.
func (k Key) signs(from Node, made, now time.Time) error {
	kid := k.Public.Thumbprint()
	switch {
	case !k.Revoked.IsZero() && !now.Before(k.Revoked):
		return refuse(KeyRevoked, "from", string(from), "key", kid)
	case !k.From.IsZero() && made.Before(k.From), !k.Until.IsZero() && !made.Before(k.Until):
		return refuse(KeyExpired, "from", string(from), "key", kid)
	}
	return nil
}

// Verify holds a message to its sender's signature. It asks for nothing but the message and
// the keys, so that whoever has both can ask again years later; now is the day whose
// revocations count.
func (p Peers) Verify(s Sealed, now time.Time) error { return (*Checked)(nil).Verify(p, s, now) }

// verify computes; kid is the thumbprint of the key.
func (p Peers) verify(s Sealed, payload []byte, now time.Time) (kid string, err error) {
	from := s.Envelope.From
	head, signature, ok := strings.Cut(s.Signature, "..")
	if !ok {
		return "", refuse(Forged, "from", string(from))
	}
	t, err := jws.Parse(head+"."+jws.Encode(payload)+"."+signature, jws.Algorithms...)
	if err != nil || t.Header["typ"] != typ || t.Header["iss"] != string(from) {
		return "", refuse(Forged, "from", string(from))
	}
	kid, _ = t.Header["kid"].(string)
	k, err := p.byThumbprint(from, kid)
	if err != nil {
		return "", err
	}
	if err := k.signs(from, s.Envelope.Made, now); err != nil {
		return "", err
	}
	if err := t.Verify(k.Public); err != nil {
		return "", refuse(Forged, "from", string(from))
	}
	return kid, nil
}
