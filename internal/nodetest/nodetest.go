// Package nodetest is the post between stores in tests, and what a node of a test has to have: a
// key and a card. It stands apart from internal/storetest because that opens one database and
// knows nothing of who speaks to whom.
//
// Messages go as between nodes in earnest: signed requests, held to the sender's key, taken in
// and put down as tried. Only the wire is missing. How the doors of app/node carry them is not
// tried here, but there and in door/peer.
package nodetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// Voice is a node of a name, with a key that is the same in every test.
func Voice(t testing.TB, name message.Node) store.Voice {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	key, err := jws.FromSeed(jws.EdDSA, seed[:])
	if err != nil {
		t.Fatal(err)
	}
	return store.Voice{Node: name, Key: key}
}

// LogName is the name of a node's evidence log; storetest.Signer has its key.
func LogName(name message.Node) string { return "conurb/" + string(name) }

// Card is the card of a node, signed by itself.
func Card(t testing.TB, v store.Voice, made time.Time) card.Signed {
	t.Helper()
	at, name := trustlist.InstantOf(made), string(v.Node)
	s, err := card.Sign(rand.Reader, card.Card{Format: card.Format, Name: trustlist.Party(name), Title: area.Text{Zh: name, En: name}, URL: "https://" + name + ".example", Version: 1, Made: at,
		Voice: []card.Key{{Key: v.Key.Public().JWK(""), From: at}}, Licences: []card.Key{}, Anchors: []string{}, Log: storetest.Signer(t, LogName(v.Node)).VKey()}, v.Key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Effect lets a message have its effect, as those of app/node do.
type Effect = func(ctx context.Context, d *store.Deed, m message.Sealed) error

// Node is one that sends and takes messages.
type Node struct {
	store.Voice
	Store  *store.Store
	Effect Effect
}

// By is the effect by handlers of kinds; a message of any other kind is refused as unhandled.
func By(handlers map[string]Effect) Effect {
	return func(ctx context.Context, d *store.Deed, m message.Sealed) error {
		if do, ok := handlers[m.Envelope.Kind]; ok {
			return do(ctx, d, m)
		}
		return &message.Refusal{Code: message.Unhandled}
	}
}

// Post carries messages between nodes. Whoever is not among them is down: what is meant for him
// waits.
type Post struct {
	Nodes []Node // in whose order it goes
	Now   func() time.Time
	Peers message.Peers // whose keys count; nil: those of Nodes

	// Times is how often a message is brought; nil: once. One that is brought no times is
	// lost, though its sender believes that it came.
	Times func(m message.Sealed) int
	// Taken hears of every message that was taken in and was not there before.
	Taken func(m message.Sealed)
	// Lasting has refusals be no error, as at a node that runs: who sent is told what is not
	// taken, and what had no effect waits for a person.
	Lasting bool
}

// most messages are carried for a node in one round; more rounds than rounds are no rest.
const most, rounds = 1000, 200

// Between is the post between two nodes or more.
func Between(now func() time.Time, nodes ...Node) Post { return Post{Nodes: nodes, Now: now} }

// Later has ten seconds pass, in which whatever waits for its next try gets its turn, and lets nodes
// speak until none has anything to say.
func Later(ctx context.Context, watch *storetest.Watch, nodes ...Node) error {
	watch.Pass(10 * time.Second)
	return Between(watch.Now, nodes...).Settle(ctx)
}

// Settle carries and lets have its effect what is due until nothing is under way. Whoever is
// cut off in between by ctx gets its error.
func (p Post) Settle(ctx context.Context) error {
	for range rounds {
		n, err := p.Round(ctx)
		if n == 0 || err != nil {
			return err
		}
	}
	return fmt.Errorf("not at rest after %d rounds", rounds)
}

// Round carries what is due, once, and lets have its effect whatever has its turn; it says how
// many messages moved.
func (p Post) Round(ctx context.Context) (moved int, err error) {
	moved, err = p.Carry(ctx)
	for _, n := range p.Nodes {
		had := 0
		if err == nil {
			had, err = p.Handle(ctx, n)
			moved += had
		}
	}
	return moved, err
}

// Carry carries what is due, once, without effect there.
func (p Post) Carry(ctx context.Context) (carried int, err error) {
	for _, from := range p.Nodes {
		n, err := p.Send(ctx, from, p.Nodes...)
		carried += n
		if err != nil {
			return carried, err
		}
	}
	return carried, nil
}

// Deliver carries what is due from one node to another, and lets it have its effect there.
func (p Post) Deliver(ctx context.Context, from, to Node) error {
	_, err := p.Send(ctx, from, to)
	if err == nil {
		_, err = p.Handle(ctx, to)
	}
	return err
}

// Send carries what is due from one node to those who are up, once, without effect there.
func (p Post) Send(ctx context.Context, from Node, up ...Node) (carried int, err error) {
	due, err := from.Store.DueMessages(ctx, most)
	if err != nil {
		return 0, fmt.Errorf("what %s has to send: %w", from.Node, err)
	}
	for _, o := range due {
		m := o.Sealed
		at := slices.IndexFunc(up, func(n Node) bool { return n.Node == m.Envelope.To })
		if at < 0 {
			continue
		}
		answer, err := p.bring(ctx, from, up[at], m)
		if err == nil {
			_, err = from.Store.TriedMessage(ctx, m.Envelope.ID, answer, 0)
		}
		if err != nil {
			return carried, fmt.Errorf("%s of %s to %s: %w", m.Envelope.Kind, from.Node, m.Envelope.To, err)
		}
		carried++
	}
	return carried, nil
}

// bring takes one message to its receiver as often as it is to come.
func (p Post) bring(ctx context.Context, from, to Node, m message.Sealed) (a message.Answer, err error) {
	times := 1
	if p.Times != nil {
		times = p.Times(m)
	}
	for range times {
		known, err := p.Take(ctx, from, to, m)
		if no, is := errors.AsType[*message.Refusal](err); is && p.Lasting {
			return message.Answer{Refused: no}, nil
		}
		if err != nil {
			return a, err
		}
		if !known && p.Taken != nil {
			p.Taken(m)
		}
	}
	return a, nil
}

// Take brings a message once, in a request of its own, and says whether it was there before.
func (p Post) Take(ctx context.Context, from, to Node, m message.Sealed) (known bool, err error) {
	place := message.Place{Scheme: "https", Authority: string(to.Node) + ".example", Target: "/node/messages"}
	r, err := m.Request(rand.Reader, place, p.Now(), from.Key)
	if err != nil {
		return false, err
	}
	in := message.Inbox{Me: to.Node, Peers: p.Peers}
	if in.Peers == nil {
		in.Peers = message.Peers{from.Node: {{Public: from.Key.Public()}}}
	}
	c, err := in.Open(r, p.Now())
	if err != nil {
		return false, err
	}
	_, known, err = to.Store.TakeMessage(ctx, in, c, r.Body)
	return known, err
}

// Handle lets messages of a node's inbox have their effect until none has its turn, and says how
// many did, or could not.
func (p Post) Handle(ctx context.Context, n Node) (had int, err error) {
	for {
		m, there, err := n.Store.HandleMessage(ctx, func(d *store.Deed, m message.Sealed) error { return n.Effect(ctx, d, m) })
		if _, is := errors.AsType[*message.Refusal](err); is && p.Lasting {
			err = nil
		}
		if err != nil {
			return had, fmt.Errorf("%s of %s at %s: %w", m.Envelope.Kind, m.Envelope.From, n.Node, err)
		}
		if !there {
			return had, nil
		}
		had++
	}
}
