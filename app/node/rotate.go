package node

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// kindCard is the message that brings a node's new card.
const kindCard = "node.card"

func compact(fingerprint string) string {
	return strings.ToLower(strings.Join(strings.Fields(fingerprint), ""))
}

// Rotate makes a new key for a purpose and tells every other node by a message. The key
// before signs for as long as overlap says; with revoke nothing it signed is taken any more.
// Licences that it signed stay good as the trust list says.
func (n *Node) Rotate(ctx context.Context, purpose string, overlap time.Duration, revoke bool) (card.Signed, error) {
	if !slices.Contains(Purposes, purpose) || purpose == Licences && n.Config.Authority.Code == "" {
		return card.Signed{}, fmt.Errorf("%q: %w", purpose, ErrPurpose)
	}
	old, _ := n.Card(n.Me())
	before := n.Voice().Key
	now := n.now()
	at := trustlist.InstantOf(now)
	c := old.Card
	c.Version, c.Made = old.Card.Version+1, at
	c.Voice, c.Licences, c.Anchors = slices.Clone(c.Voice), slices.Clone(c.Licences), slices.Clone(c.Anchors)
	suite := map[string]jws.Algorithm{Voice: jws.EdDSA, Licences: n.Config.Suite, Asks: jws.ES256}[purpose]
	n.mu.RLock()
	count := len(n.keys[purpose]) + 1
	n.mu.RUnlock()
	key, err := nextKey(n.dir, purpose, count, suite, n.pass)
	if err != nil {
		return card.Signed{}, err
	}
	switch purpose {
	case Voice:
		c.Voice = next(c.Voice, key, at, overlap, revoke)
	case Licences:
		c.Licences = next(c.Licences, key, at, overlap, revoke)
	case Asks:
		cert, err := nextCertificate(n.dir, count, key, string(n.Me()), n.Config.URL, now)
		if err != nil {
			return card.Signed{}, err
		}
		if revoke {
			c.Anchors = nil
		}
		c.Anchors = append(c.Anchors, base64.StdEncoding.EncodeToString(cert.Anchor.Raw))
	}
	signers := []*jws.Private{before}
	if purpose == Voice {
		signers = []*jws.Private{key, before}
	}
	s, err := card.Sign(rand.Reader, c, signers...)
	if err != nil {
		return card.Signed{}, err
	}
	return s, n.announce(ctx, s, before) // by the key that the others know; the card in it by both
}

// announce keeps a new card of this node and tells every other node.
func (n *Node) announce(ctx context.Context, s card.Signed, key *jws.Private) error {
	voice := store.Voice{Node: message.Node(n.Me()), Key: key}
	err := n.store.Do(ctx, func(d *store.Deed) error {
		if err := d.RenewCard(s); err != nil {
			return err
		}
		for _, other := range n.Others() {
			if _, err := d.Send(voice, message.Draft{To: message.Node(other), Kind: kindCard, Case: kindCard, Body: s}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return n.load(ctx)
}

// settle makes a new card where node.yaml has another address or title than the card.
func (n *Node) settle(ctx context.Context) error {
	same := func() (card.Card, bool) {
		own, _ := n.Card(n.Me())
		return own.Card, own.Card.URL == n.Config.URL && own.Card.Title == n.Config.Title
	}
	c, is := same()
	if is {
		return nil
	}
	c.Version, c.Made, c.URL, c.Title = c.Version+1, trustlist.InstantOf(n.now()), n.Config.URL, n.Config.Title
	key := n.Voice().Key
	s, err := card.Sign(rand.Reader, c, key)
	if err != nil {
		return err
	}
	err = n.announce(ctx, s, key)
	if f := (*card.Fault)(nil); asFault(err, &f) { // another process of this node was faster
		if err := n.load(ctx); err != nil {
			return err
		}
		if _, is := same(); is {
			return nil
		}
	}
	return err
}

func next(list []card.Key, key *jws.Private, at trustlist.Instant, overlap time.Duration, revoke bool) []card.Key {
	fresh := card.Key{Key: key.Public().JWK(""), From: at}
	if len(list) == 0 { // the authority was named after the node was made
		return []card.Key{fresh}
	}
	last := &list[len(list)-1]
	if end := at + trustlist.Instant(overlap/time.Second); last.Until == 0 || end < last.Until {
		last.Until = max(end, last.From+1)
	}
	if revoke {
		last.Revoked = at + 1
	}
	return append(list, fresh)
}

// takeCard is what a card in a message does: it has to be the sender's own, and follow.
func (n *Node) takeCard(ctx context.Context, d *store.Deed, m message.Sealed) error {
	c, err := card.Read(m.Envelope.Body)
	if err != nil {
		return unhandled(err)
	}
	if message.Node(c.Card.Name) != m.Envelope.From {
		return unhandled(fmt.Errorf("%s brings the card of %s", m.Envelope.From, c.Card.Name))
	}
	err = d.RenewCard(c)
	if f := (*card.Fault)(nil); asFault(err, &f) {
		return unhandled(err)
	}
	return err
}

// unhandled is the refusal of a message for a person to look at.
func unhandled(err error) error {
	return message.NoEffect(err.Error())
}

// CardJSON is the node's own card for people and machines.
func (n *Node) CardJSON() ([]byte, error) {
	c, ok := n.Card(n.Me())
	if !ok {
		return nil, ErrUnknown
	}
	b, err := json.MarshalIndent(c, "", "  ")
	return append(b, '\n'), err
}
