package message

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"conurb/kit/jws"
)

// mostChecked bounds what Checked remembers, in signatures of 64 bytes or so each.
const mostChecked = 1 << 14

// Checked remembers which signatures were good, of messages that come again soon: inside
// another message, or once more. It knows a signature by the digest of everything it was
// computed from, and forgets the oldest; keys and their times are asked anew each time. Its
// zero value is ready, and a nil one remembers nothing.
type Checked struct {
	mu       sync.Mutex
	now, old map[[sha256.Size]byte]string // thumbprint of the key
}

// digest is over the head and the signature of a message as they are sent, and what both are
// over.
func digestOf(signature string, payload []byte) (d [sha256.Size]byte) {
	h := sha256.New()
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(signature)))
	h.Write(n[:])
	h.Write([]byte(signature))
	h.Write(payload)
	h.Sum(d[:0])
	return d
}

func (c *Checked) key(d [sha256.Size]byte) (kid string, ok bool) {
	if c == nil {
		return "", false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if kid, ok = c.now[d]; !ok {
		kid, ok = c.old[d]
	}
	return kid, ok
}

func (c *Checked) keep(d [sha256.Size]byte, kid string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now == nil || len(c.now) >= mostChecked/2 {
		c.now, c.old = make(map[[sha256.Size]byte]string, 64), c.now
	}
	c.now[d] = kid
}

// Made remembers a message that was just signed with a key.
func (c *Checked) Made(s Sealed, key jws.Public) {
	if payload, err := s.Envelope.head(); err == nil && c != nil {
		c.keep(digestOf(s.Signature, payload), key.Thumbprint())
	}
}

// Verify is Peers.Verify, which computes no signature twice that was good.
func (c *Checked) Verify(p Peers, s Sealed, now time.Time) error {
	payload, err := s.Envelope.head()
	if err != nil {
		return err
	}
	d := digestOf(s.Signature, payload)
	if kid, ok := c.key(d); ok {
		k, err := p.byThumbprint(s.Envelope.From, kid)
		if err != nil {
			return err
		}
		return k.signs(s.Envelope.From, s.Envelope.Made, now)
	}
	kid, err := p.verify(s, payload, now)
	if err == nil {
		c.keep(d, kid)
	}
	return err
}
