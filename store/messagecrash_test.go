package store_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/message"
)

// cut is a context that ends when it has been asked a number of times: at the first
// statement of a write, at the second, and so on.
type cut struct {
	context.Context
	left atomic.Int64
	done chan struct{}
	over atomic.Bool
}

func cutAfter(n int64) *cut {
	c := &cut{Context: context.Background(), done: make(chan struct{})}
	c.left.Store(n)
	return c
}

func (c *cut) Done() <-chan struct{} {
	if c.left.Add(-1) < 0 && c.over.CompareAndSwap(false, true) {
		close(c.done)
	}
	return c.done
}

func (c *cut) Err() error {
	if c.over.Load() {
		return context.Canceled
	}
	return nil
}

// TestNothingIsLostAndNothingTwice cuts the way of a message off at every step, opens both
// databases anew as after a crash, and lets everything go on. Every write of the sender has
// its message, every message its one answer, in order.
func TestNothingIsLostAndNothingTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		dsns := [2]string{dsn, storetest.DSN(t, "sqlite")}
		open := func() [2]*node {
			return [2]*node{newNode(t, storetest.Open(t, dsns[0]), "changsha"), newNode(t, storetest.Open(t, dsns[1]), "xiangtan")}
		}
		close := func(n [2]*node) {
			for _, x := range n {
				if err := x.store.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
		answer := func(b *node) func(d *store.Deed, m message.Sealed) error {
			return func(d *store.Deed, m message.Sealed) error {
				_, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: m.Envelope.Case, InReplyTo: m.Envelope.ID, Body: map[string]any{}})
				return err
			}
		}
		way := func(ctx context.Context, n [2]*node) error {
			if _, err := n[0].send(ctx, "xiangtan", "c", map[string]any{"x": 1}); err != nil {
				return err
			}
			if err := deliver(ctx, n[0], n[1]); err != nil {
				return err
			}
			_, _, err := n[1].store.HandleMessage(ctx, answer(n[1]))
			return err
		}
		cuts := 0
		for n := int64(0); ; n += 3 {
			ctx := cutAfter(n)
			nodes := open()
			err := way(ctx, nodes)
			close(nodes)
			if !ctx.over.Load() {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			cuts++
		}
		t.Logf("cut off at %d places", cuts)
		if cuts < 20 {
			t.Errorf("cut off at %d places only", cuts)
		}
		ctx, nodes := context.Background(), open()
		for range cuts + 2 {
			if err := deliver(ctx, nodes[0], nodes[1]); err != nil {
				t.Fatal(err)
			}
			for {
				_, there, err := nodes[1].store.HandleMessage(ctx, answer(nodes[1]))
				if err != nil {
					t.Fatal(err)
				}
				if !there {
					break
				}
			}
		}
		sent, err := nodes[0].store.Outbox(ctx, message.Delivered, 10000)
		if err != nil {
			t.Fatal(err)
		}
		answers, err := nodes[1].store.Outbox(ctx, message.Waiting, 10000)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d writes stood", len(sent))
		if len(sent) == 0 || len(sent) != len(answers) {
			t.Fatalf("%d sent, %d answered", len(sent), len(answers))
		}
		bySequence := func(a, b message.Out) int { return int(a.Sealed.Envelope.Sequence - b.Sealed.Envelope.Sequence) }
		slices.SortFunc(sent, bySequence)
		slices.SortFunc(answers, bySequence)
		for i := range sent {
			s, a := sent[i].Sealed.Envelope, answers[i].Sealed.Envelope
			if s.Sequence != int64(i+1) || a.Sequence != int64(i+1) || a.InReplyTo != s.ID {
				t.Errorf("%d: sent %d, answer %d to %s, not %s", i, s.Sequence, a.Sequence, a.InReplyTo, s.ID)
			}
		}
		for _, n := range nodes {
			sound(t, n.store)
		}
	})
}
