package node

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"conurb/kit/httpsig"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// Accept takes a message that came over HTTP. known tells that it was here before. Refusals
// are *message.Refusal.
func (n *Node) Accept(ctx context.Context, m *httpsig.Message) (known bool, err error) {
	in, err := n.inbox(ctx)
	if err != nil {
		return false, err
	}
	carrier, err := in.Open(m, n.now())
	if err != nil {
		return false, err
	}
	list, err := n.take(ctx, in, carrier, [][]byte{m.Body})
	if err != nil {
		return false, err
	}
	if list[0].Refused != nil {
		return false, list[0].Refused
	}
	return list[0].Known, nil
}

// AcceptBatch takes messages that came together over HTTP. It returns why each is not here
// now, nil for those that are. Refusals of all are *message.Refusal.
func (n *Node) AcceptBatch(ctx context.Context, m *httpsig.Message) ([]*message.Refusal, error) {
	in, err := n.inbox(ctx)
	if err != nil {
		return nil, err
	}
	carrier, err := in.OpenBatch(m, n.now())
	if err != nil {
		return nil, err
	}
	raws, err := message.Split(m.Body)
	if err != nil {
		return nil, err
	}
	list, err := n.take(ctx, in, carrier, raws)
	if err != nil {
		return nil, err
	}
	out := make([]*message.Refusal, len(list))
	for i, t := range list {
		out[i] = t.Refused
	}
	return out, nil
}

// inbox is this node's, by the cards of this moment.
func (n *Node) inbox(ctx context.Context) (message.Inbox, error) {
	err := n.fresh(ctx)
	return message.Inbox{Me: message.Node(n.Me()), Peers: n.Peers(), Checked: n.checked}, err
}

// take keeps what came, and lets what has its turn have its effect with it: the other node hears
// that it is here when that is done.
func (n *Node) take(ctx context.Context, in message.Inbox, c message.Carrier, raws [][]byte) ([]store.Taken, error) {
	list, err := n.store.TakeMessages(ctx, in, c, raws, n.turn(ctx))
	if err != nil {
		return nil, err
	}
	here, cards := false, false
	for _, t := range list {
		here = here || t.Refused == nil
		if t.Refused == nil && !t.Known && (t.Handled == nil || t.Handled.Err != nil) {
			n.waits.Store(true)
		}
		cards = cards || t.Refused == nil && t.Message.Envelope.Kind == kindCard
		if t.Handled != nil {
			if err := n.came(*t.Handled); err != nil {
				n.log.Error("post", "error", err)
			}
		}
	}
	if !here {
		return list, nil
	}
	defer n.Wake()
	if cards { // what follows may be signed by the key that it brings
		if err := errors.Join(n.Handle(ctx), n.fresh(ctx)); err != nil {
			return list, err
		}
	}
	if n.Seen(trustlist.Party(c.Node)).Error != "" { // it is back: what waits for it need not wait longer
		return list, n.store.HurryMessages(ctx, c.Node)
	}
	return list, nil
}

const (
	perHandling = 128 // messages that have their effect in one write
	mostErrors  = 64  // after which a round of effects ends
)

// Handle lets every message whose turn it is have its effect. One that ends in an error is
// tried again later, and holds up its own case alone.
func (n *Node) Handle(ctx context.Context) error {
	turn := n.turn(ctx)
	done := 0
	var errs []error
	n.waits.Store(false) // before it is asked: who leaves one waiting from here on says so
	if waits, err := n.store.MessagesWait(ctx, 0); err != nil || !waits {
		return err
	}
	n.waits.Store(true)
	defer func() {
		if done > 0 {
			n.Wake() // effects may have written post
		}
	}()
	for ctx.Err() == nil && len(errs) < mostErrors {
		list, err := n.store.HandleMessages(ctx, turn)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		if len(list) == 0 {
			break
		}
		for _, h := range list {
			if h.Err == nil {
				done++
			} else {
				turn.From = h.Log + 1
			}
			if err := n.came(h); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(append(errs, ctx.Err())...)
}

func (n *Node) turn(ctx context.Context) store.Turn {
	return store.Turn{Most: perHandling, Ready: n.ready, Do: func(d *store.Deed, m message.Sealed) error { return n.effect(ctx, d, m) }}
}

// came notes what came of a message; an error that is no refusal is returned.
func (n *Node) came(h store.Handled) error {
	id, no := h.Message.Envelope.ID, (*message.Refusal)(nil)
	switch {
	case h.Err == nil:
		n.forget(id)
	case errors.As(h.Err, &no):
		n.log.Warn("a message had no effect", "from", h.Message.Envelope.From, "id", id, "kind", h.Message.Envelope.Kind, "code", no.Code, "detail", no.Args["detail"])
		n.forget(id) // its state is in the store now
	default:
		n.fail(id)
		return fmt.Errorf("message %s of %s: %w", id, h.Message.Envelope.From, h.Err)
	}
	return nil
}

// ready passes over a message whose next try is not yet due.
func (n *Node) ready(m message.Sealed) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	f := n.failed[m.Envelope.ID]
	return f.tries >= mostTries || !n.now().Before(f.next)
}

// fail notes that the effect of a message ended in an error.
func (n *Node) fail(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f := n.failed[id]
	f.tries++
	f.next = n.now().Add(message.Pause(f.tries, 0))
	n.failed[id] = f
}

// forget forgets the tries of a message.
func (n *Node) forget(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.failed, id)
}

func (n *Node) effect(ctx context.Context, d *store.Deed, m message.Sealed) (err error) {
	n.mu.RLock()
	effect, failed := n.effects[m.Envelope.Kind], n.failed[m.Envelope.ID]
	n.mu.RUnlock()
	switch {
	case effect == nil:
		return unhandled(fmt.Errorf("kind %q is not known here", m.Envelope.Kind))
	case failed.tries >= mostTries:
		return unhandled(fmt.Errorf("%d tries ended in an error; see the log of the program", failed.tries))
	}
	defer func() { // a message of another node is not to end this one
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return effect(ctx, d, m)
}
