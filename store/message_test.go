package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// node is one of two nodes that write to one another.
type node struct {
	store *store.Store
	voice store.Voice
	inbox message.Inbox
	place message.Place
}

func nodeKey(t testing.TB, seed byte) *jws.Private {
	t.Helper()
	k, err := jws.FromSeed(jws.EdDSA, bytes.Repeat([]byte{seed}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newNode(t testing.TB, s *store.Store, me message.Node) *node {
	t.Helper()
	keys := map[message.Node]*jws.Private{"changsha": nodeKey(t, 1), "xiangtan": nodeKey(t, 2)}
	peers := message.Peers{}
	for n, k := range keys {
		if n != me {
			peers[n] = []message.Key{{Public: k.Public()}}
		}
	}
	return &node{s, store.Voice{Node: me, Key: keys[me]}, message.Inbox{Me: me, Peers: peers},
		message.Place{Scheme: "https", Authority: string(me) + ".example", Target: "/node/messages"}}
}

func (n *node) send(ctx context.Context, to message.Node, kase string, body any) (m message.Sealed, err error) {
	err = n.store.Do(ctx, func(d *store.Deed) error {
		m, err = d.Send(n.voice, message.Draft{To: to, Kind: "test", Case: kase, Body: body})
		return err
	})
	return m, err
}

func request(m message.Sealed, from, to *node) (*httpsig.Message, error) {
	return m.Request(rand.Reader, to.place, time.Now(), from.voice.Key)
}

func (n *node) take(ctx context.Context, r *httpsig.Message) (bool, error) {
	c, err := n.inbox.Open(r, time.Now())
	if err != nil {
		return false, err
	}
	_, known, err := n.store.TakeMessage(ctx, n.inbox, c, r.Body)
	return known, err
}

// deliver sends what is due, and keeps what came of it.
func deliver(ctx context.Context, from, to *node) error {
	post := nodetest.Post{Now: time.Now, Peers: to.inbox.Peers, Lasting: true}
	_, err := post.Send(ctx, nodetest.Node{Voice: from.voice, Store: from.store}, nodetest.Node{Voice: to.voice, Store: to.store})
	return err
}

func refusal(err error) string {
	var no *message.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	return fmt.Sprint(err)
}

func sound(t testing.TB, s *store.Store) {
	t.Helper()
	storetest.Sound(t, s, "the database")
}

func TestAMessageGoesFromNodeToNode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a := newNode(t, storetest.Open(t, dsn), "changsha")
		b := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "xiangtan")
		var sent []message.Sealed
		for i := range 3 {
			m, err := a.send(ctx, "xiangtan", "c", map[string]any{"n": i})
			if err != nil || m.Envelope.Sequence != int64(i+1) {
				t.Fatalf("%+v, %v", m, err)
			}
			sent = append(sent, m)
		}
		if _, err := a.send(ctx, "xiangtan", "d", map[string]any{}); err != nil {
			t.Fatal(err)
		}
		due, err := a.store.DueMessages(ctx, 10)
		box, err2 := a.store.Outbox(ctx, message.Waiting, 10)
		if err != nil || err2 != nil || len(box) != 4 || len(due) != 2 || len(message.Due(box, time.Now())) != 2 {
			t.Errorf("due: %d of %d, %v, %v", len(due), len(box), err, err2)
		}
		// The third comes first: it waits.
		r, err := request(sent[2], a, b)
		if err != nil {
			t.Fatal(err)
		}
		if known, err := b.take(ctx, r); err != nil || known {
			t.Errorf("early: %v, %v", known, err)
		}
		if _, err := b.take(ctx, r); refusal(err) != message.Replayed {
			t.Errorf("the same request: %v", err)
		}
		if r, err = request(sent[2], a, b); err != nil {
			t.Fatal(err)
		}
		if known, err := b.take(ctx, r); err != nil || !known {
			t.Errorf("the same message: %v, %v", known, err)
		}
		if _, there, err := b.store.HandleMessage(ctx, nil); there || err != nil {
			t.Errorf("out of turn: %v, %v", there, err)
		}
		for range 4 {
			if err := deliver(ctx, a, b); err != nil {
				t.Fatal(err)
			}
		}
		var effects []string
		for {
			m, there, err := b.store.HandleMessage(ctx, func(*store.Deed, message.Sealed) error { return nil })
			if err != nil || !there {
				break
			}
			effects = append(effects, fmt.Sprint(m.Envelope.Case, m.Envelope.Sequence))
		}
		slices.Sort(effects)
		if !slices.Equal(effects, []string{"c1", "c2", "c3", "d1"}) {
			t.Errorf("effects: %v", effects)
		}
		if left, err := b.store.Inbox(ctx, 10); err != nil || len(left) != 0 {
			t.Errorf("inbox: %+v, %v", left, err)
		}
		if done, err := a.store.Outbox(ctx, message.Delivered, 10); err != nil || len(done) != 4 {
			t.Errorf("delivered: %d, %v", len(done), err)
		}
		sound(t, a.store)
		sound(t, b.store)
	})
}

func TestWhatIsRefusedStaysVisible(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		m, err := a.send(ctx, "xiangtan", "c", map[string]any{})
		if err != nil {
			t.Fatal(err)
		}
		key := b.inbox.Peers["changsha"]
		b.inbox.Peers["changsha"] = []message.Key{{Public: key[0].Public, Until: time.Now().Add(-time.Hour)}}
		if err := deliver(ctx, a, b); err != nil {
			t.Fatal(err)
		}
		dead, err := a.store.Outbox(ctx, message.Dead, 10)
		if err != nil || len(dead) != 1 || dead[0].Reason.Code != message.KeyExpired {
			t.Fatalf("dead letters: %+v, %v", dead, err)
		}
		b.inbox.Peers["changsha"] = key
		if err := a.store.ReviveMessage(ctx, a.voice, m.Envelope.ID); err != nil {
			t.Fatal(err)
		}
		if err := a.store.ReviveMessage(ctx, a.voice, m.Envelope.ID); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("revived twice: %v", err)
		}
		if err := deliver(ctx, a, b); err != nil {
			t.Fatal(err)
		}
		// What its receiver cannot do fails, undone, with its reason, until a person has it tried again.
		cannot := &message.Refusal{Code: message.Unhandled, Args: map[string]string{"detail": "a \x00 b"}}
		_, there, err := b.store.HandleMessage(ctx, func(d *store.Deed, m message.Sealed) error {
			if _, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "test", Case: "c", Body: map[string]any{}}); err != nil {
				return err
			}
			return cannot
		})
		if !there || refusal(err) != message.Unhandled {
			t.Errorf("%v, %v", there, err)
		}
		left, err := b.store.Inbox(ctx, 10)
		out, err2 := b.store.Outbox(ctx, message.Waiting, 10)
		if err != nil || err2 != nil || len(left) != 1 || left[0].Reason == nil || left[0].Reason.Code != message.Unhandled || len(out) != 0 {
			t.Errorf("inbox %+v, outbox %+v, %v, %v", left, out, err, err2)
		}
		if _, there, err := b.store.HandleMessage(ctx, nil); there || err != nil {
			t.Errorf("a failed one had its turn: %v, %v", there, err)
		}
		if err := b.store.RetryMessage(ctx, "changsha", m.Envelope.ID); err != nil {
			t.Error(err)
		}
		if _, there, err := b.store.HandleMessage(ctx, func(*store.Deed, message.Sealed) error { return nil }); !there || err != nil {
			t.Errorf("again: %v, %v", there, err)
		}
		if err := b.store.RetryMessage(ctx, "changsha", m.Envelope.ID); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("a done one again: %v", err)
		}
		sound(t, a.store)
		sound(t, b.store)
	})
}

func TestABackupHasTheMessages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a := newNode(t, storetest.Open(t, dsn), "changsha")
		b := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "xiangtan")
		for i := range 3 {
			if _, err := a.send(ctx, "xiangtan", "c", map[string]any{"i": i}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.send(ctx, "changsha", "c", map[string]any{}); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(deliver(ctx, a, b), deliver(ctx, b, a)); err != nil {
			t.Fatal(err)
		}
		if _, there, err := a.store.HandleMessage(ctx, func(*store.Deed, message.Sealed) error { return nil }); !there || err != nil {
			t.Fatal(there, err)
		}
		var saved bytes.Buffer
		if err := a.store.Backup(ctx, &saved); err != nil {
			t.Fatal(err)
		}
		again := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		if _, err := again.store.Restore(ctx, bytes.NewReader(saved.Bytes()), int64(saved.Len())); err != nil {
			t.Fatal(err)
		}
		sound(t, again.store)
		if _, there, err := again.store.HandleMessage(ctx, nil); there || err != nil {
			t.Errorf("what had its effect has it again: %v, %v", there, err)
		}
		for range 3 {
			if err := deliver(ctx, again, b); err != nil {
				t.Fatal(err)
			}
		}
		if m, err := again.send(ctx, "xiangtan", "c", map[string]any{}); err != nil || m.Envelope.Sequence != 4 {
			t.Errorf("the next number: %+v, %v", m, err)
		}
		if list, err := b.store.Inbox(ctx, 10); err != nil || len(list) != 3 {
			t.Errorf("the other node has %d, %v", len(list), err)
		}
	})
}

func TestAlteredMessagesAreNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"the text", `UPDATE message SET text = '{}' WHERE action = 'sent'`, evidence.MessageAltered},
		{"an entry", `UPDATE message SET action = 'taken' WHERE action = 'sent'`, evidence.MessageAltered},
		{"no row", `DELETE FROM message WHERE action = 'sent' AND log NOT IN (SELECT log FROM message_out)`, evidence.MessageMissing},
		{"a row too many", `INSERT INTO message (log, action, sender, id, text) VALUES (999, 'sent', 'a', 'b', '')`, evidence.MessageInserted},
		{"the outbox", `UPDATE message_out SET receiver = 'zhuzhou'`, evidence.MessageAltered},
		{"nothing in the outbox", `DELETE FROM message_out`, evidence.MessageMissing},
		{"what is done is to be done again", `UPDATE message_in SET state = 'waiting'`, evidence.MessageAltered},
		{"one more in the inbox", `INSERT INTO message_in SELECT sender, 'x', log, 'y', sequence, state, reason FROM message_in`, evidence.MessageInserted},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, dsn := context.Background(), storetest.DSN(t, "sqlite")
			a := newNode(t, storetest.Open(t, dsn), "changsha")
			b := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "xiangtan")
			m, err := a.send(ctx, "xiangtan", "c", map[string]any{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.send(ctx, "changsha", "c", map[string]any{}); err != nil {
				t.Fatal(err)
			}
			if err := deliver(ctx, b, a); err != nil {
				t.Fatal(err)
			}
			if _, _, err := a.store.HandleMessage(ctx, func(*store.Deed, message.Sealed) error { return nil }); err != nil {
				t.Fatal(err)
			}
			dead := message.Answer{Refused: &message.Refusal{Code: message.NotForMe}}
			if _, err := a.store.TriedMessage(ctx, m.Envelope.ID, dead, 0); err != nil {
				t.Fatal(err)
			}
			if err := a.store.ReviveMessage(ctx, a.voice, m.Envelope.ID); err != nil {
				t.Fatal(err)
			}
			sound(t, a.store)
			storetest.Exec(t, dsn, c.text)
			report, err := a.store.CheckIntegrity(ctx, evidence.AuditOptions{})
			if err != nil || !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Code == c.want }) {
				t.Errorf("%+v, %v; want %s", report.Findings, err, c.want)
			}
		})
	}
}

// TestManyHandsAtOneInbox: four take turns at once; every message has its effect once.
func TestManyHandsAtOneInbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		for i := range 12 {
			if _, err := a.send(ctx, "xiangtan", string(rune('a'+i%3)), map[string]any{"i": i}); err != nil {
				t.Fatal(err)
			}
		}
		for range 4 {
			if err := deliver(ctx, a, b); err != nil {
				t.Fatal(err)
			}
		}
		var hands errgroup.Group
		for range 4 {
			hands.Go(func() error {
				for {
					_, there, err := b.store.HandleMessage(ctx, func(d *store.Deed, m message.Sealed) error {
						_, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: m.Envelope.Case, InReplyTo: m.Envelope.ID, Body: map[string]any{}})
						return err
					})
					if err != nil || !there {
						return err
					}
				}
			})
		}
		if err := hands.Wait(); err != nil {
			t.Fatal(err)
		}
		answers, err := b.store.Outbox(ctx, message.Waiting, 100)
		if err != nil || len(answers) != 12 {
			t.Errorf("%d answers to 12, %v", len(answers), err)
		}
		due, err := b.store.DueMessages(ctx, 100)
		want := message.Due(answers, time.Now())
		if err != nil || len(due) != 3 || len(want) != 3 {
			t.Errorf("due: %d, the rule says %d, %v", len(due), len(want), err)
		}
		for _, o := range due {
			if !slices.ContainsFunc(want, func(w message.Out) bool { return w.Sealed.Envelope.ID == o.Sealed.Envelope.ID }) {
				t.Errorf("due against the rule: %+v", o.Sealed.Envelope)
			}
		}
		sound(t, b.store)
	})
}
