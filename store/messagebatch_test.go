package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/kit/httpsig"
	"conurb/store"
	"conurb/trust/message"
)

// batch is the request that carries messages together.
func batch(t testing.TB, from, to *node, list ...message.Sealed) *httpsig.Message {
	t.Helper()
	body, n, err := message.Join(list)
	if err != nil || n != len(list) {
		t.Fatal(n, err)
	}
	return batchOf(t, from, to, body)
}

func batchOf(t testing.TB, from, to *node, body []byte) *httpsig.Message {
	t.Helper()
	r, err := message.RequestBatch(rand.Reader, body, to.place, time.Now(), from.voice.Key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (n *node) takeBatch(ctx context.Context, r *httpsig.Message) ([]store.Taken, error) {
	c, err := n.inbox.OpenBatch(r, time.Now())
	if err != nil {
		return nil, err
	}
	raws, err := message.Split(r.Body)
	if err != nil {
		return nil, err
	}
	return n.store.TakeMessages(ctx, n.inbox, c, raws, store.Turn{})
}

// fates are what became of messages: "here", "known", or the code of a refusal.
func fates(list []store.Taken) (out []string) {
	for _, t := range list {
		switch {
		case t.Refused != nil:
			out = append(out, t.Refused.Code)
		case t.Known:
			out = append(out, "known")
		default:
			out = append(out, "here")
		}
	}
	return out
}

func (n *node) sendMany(t testing.TB, cases ...string) (list []message.Sealed) {
	t.Helper()
	for _, kase := range cases {
		m, err := n.send(context.Background(), "xiangtan", kase, map[string]any{"case": kase})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return list
}

// effects lets everything have its effect, and lists what had: case and number.
func (n *node) effects(t testing.TB, most int, do func(*store.Deed, message.Sealed) error) (done []string, bad []store.Handled) {
	t.Helper()
	turn := store.Turn{Most: most, Do: do}
	for {
		list, err := n.store.HandleMessages(context.Background(), turn)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return done, bad
		}
		for _, h := range list {
			if h.Err != nil {
				bad = append(bad, h)
				turn.From = h.Log + 1
				continue
			}
			done = append(done, fmt.Sprint(h.Message.Envelope.Case, h.Message.Envelope.Sequence))
		}
	}
}

func nothing(*store.Deed, message.Sealed) error { return nil }

func TestOneOfABatchHarmsNoOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		list := a.sendMany(t, "c", "d", "e", "f", "c")
		forged, stranger := list[1], list[2]
		forged.Envelope.Kind = "other"
		stranger, err := message.Seal(rand.Reader, message.Draft{To: "xiangtan", Kind: "test", Case: "g", Body: map[string]any{}}, stranger.Envelope.ID, "zhuzhou", 1, time.Now(), nodeKey(t, 3))
		if err != nil {
			t.Fatal(err)
		}
		body, _, err := message.Join([]message.Sealed{list[0], forged, stranger, list[3], list[3], list[4]})
		if err != nil {
			t.Fatal(err)
		}
		body = append(body, "\n{\"envelope\":"...)
		r := batchOf(t, a, b, body)
		got, err := b.takeBatch(ctx, r)
		want := []string{"here", message.Forged, message.UnknownNode, "here", "known", "here", message.Malformed}
		if err != nil || !slices.Equal(fates(got), want) {
			t.Errorf("%q, %v; want %q", fates(got), err, want)
		}
		if _, err := b.takeBatch(ctx, r); refusal(err) != message.Replayed {
			t.Errorf("the same request: %v", err)
		}
		got, err = b.takeBatch(ctx, batch(t, a, b, list...))
		if want := []string{"known", "here", "here", "known", "known"}; err != nil || !slices.Equal(fates(got), want) {
			t.Errorf("once more: %q, %v; want %q", fates(got), err, want)
		}
		done, bad := b.effects(t, 10, nothing)
		slices.Sort(done)
		if !slices.Equal(done, []string{"c1", "c2", "d1", "e1", "f1"}) || len(bad) > 0 {
			t.Errorf("effects %q, %v", done, bad)
		}
		sound(t, b.store)
	})
}

func TestABatchOfWhichNothingIsTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		list := a.sendMany(t, "c", "d")
		for i := range list {
			list[i].Envelope.Kind = "other"
		}
		before, err := b.store.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		r := batch(t, a, b, list...)
		for range 2 { // nothing was kept: not the request either
			got, err := b.takeBatch(ctx, r)
			if want := []string{message.Forged, message.Forged}; err != nil || !slices.Equal(fates(got), want) {
				t.Errorf("%q, %v", fates(got), err)
			}
		}
		if after, err := b.store.Head(ctx); err != nil || after != before {
			t.Errorf("the log has %d entries, had %d, %v", after.Size, before.Size, err)
		}
	})
}

func TestOrderInABatch(t *testing.T) {
	ctx := context.Background()
	a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
	b := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "xiangtan")
	l := a.sendMany(t, "c", "d", "c", "c", "d", "e")
	due, err := a.store.DueTogether(ctx, 10)
	if err != nil || len(due) != 6 {
		t.Errorf("due: %d, %v", len(due), err)
	}
	// One that waits for its next try holds up those behind it.
	no := message.Answer{Unreachable: "no route"}
	if err := a.store.TriedMessages(ctx, []store.Tried{{ID: l[2].Envelope.ID, Answer: no}}); err != nil {
		t.Fatal(err)
	}
	due, err = a.store.DueTogether(ctx, 10)
	var cases []string
	for _, o := range due {
		cases = append(cases, fmt.Sprint(o.Sealed.Envelope.Case, o.Sealed.Envelope.Sequence))
	}
	if slices.Sort(cases); err != nil || !slices.Equal(cases, []string{"c1", "d1", "d2", "e1"}) {
		t.Errorf("due: %q, %v", cases, err)
	}
	if _, err := b.takeBatch(ctx, batch(t, a, b, l[3], l[2], l[4], l[1], l[5], l[0])); err != nil {
		t.Fatal(err)
	}
	done, _ := b.effects(t, 10, nothing)
	for _, kase := range []string{"c", "d", "e"} {
		var own []string
		for _, d := range done {
			if strings.HasPrefix(d, kase) {
				own = append(own, d)
			}
		}
		if !slices.IsSorted(own) || len(own) == 0 {
			t.Errorf("case %s: %q", kase, own)
		}
	}
	if len(done) != 6 {
		t.Errorf("effects: %q", done)
	}
}

// TestAPoisonedMessage: what fails in the middle of many is taken back alone.
func TestAPoisonedMessage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, storetest.Open(t, dsn), "xiangtan")
		if _, err := b.takeBatch(ctx, batch(t, a, b, a.sendMany(t, "a", "b", "poison", "c", "poison", "lame", "lame", "d", "a", "late")...)); err != nil {
			t.Fatal(err)
		}
		lame := errors.New("the disk is full")
		answer := func(d *store.Deed, m message.Sealed) error {
			if _, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: m.Envelope.Case, InReplyTo: m.Envelope.ID, Body: map[string]any{}}); err != nil {
				return err
			}
			switch m.Envelope.Case {
			case "poison":
				return &message.Refusal{Code: message.Unhandled, Args: map[string]string{"detail": "poison"}}
			case "lame":
				return lame
			}
			return nil
		}
		turn := store.Turn{Most: 100, Do: answer, Ready: func(m message.Sealed) bool { return m.Envelope.Case != "late" }}
		var fell []string
		for {
			list, err := b.store.HandleMessages(ctx, turn)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			if last := list[len(list)-1]; last.Err != nil {
				fell = append(fell, last.Message.Envelope.Case)
				turn.From = last.Log + 1
			}
		}
		if !slices.Equal(fell, []string{"poison", "lame"}) {
			t.Errorf("failed: %q", fell)
		}
		out, err := b.store.Outbox(ctx, message.Waiting, 100)
		var answered []string
		for _, o := range out {
			answered = append(answered, o.Sealed.Envelope.Case)
		}
		if slices.Sort(answered); err != nil || !slices.Equal(answered, []string{"a", "a", "b", "c", "d"}) {
			t.Errorf("answered: %q, %v", answered, err)
		}
		left, err := b.store.Inbox(ctx, 100)
		reasons := map[string]int{}
		for _, in := range left {
			if in.Reason != nil {
				reasons[in.Sealed.Envelope.Case+" "+in.Reason.Code]++
			} else {
				reasons[in.Sealed.Envelope.Case]++
			}
		}
		want := map[string]int{"poison " + message.Unhandled: 1, "poison": 1, "lame": 2, "late": 1}
		if err != nil || fmt.Sprint(reasons) != fmt.Sprint(want) {
			t.Errorf("left: %v, want %v, %v", reasons, want, err)
		}
		sound(t, b.store)
	})
}

// TestBatchesCutOffAnywhere: every write of a batch is cut off at every statement; in the end
// every message arrived and had its one effect, in order.
func TestBatchesCutOffAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		open := func(dsn string) *store.Store { // by one clock
			return storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log")})
		}
		a := newNode(t, open(storetest.DSN(t, "sqlite")), "changsha")
		b := newNode(t, open(dsn), "xiangtan")
		answer := func(d *store.Deed, m message.Sealed) error {
			_, err := d.Send(b.voice, message.Draft{To: "changsha", Kind: "answer", Case: m.Envelope.Case, InReplyTo: m.Envelope.ID, Body: map[string]any{}})
			return err
		}
		sent := 0
		way := func(ctx context.Context) error {
			due, err := a.store.DueTogether(ctx, 100)
			if err != nil {
				return err
			}
			var list []message.Sealed
			var tried []store.Tried
			for _, o := range due {
				list, tried = append(list, o.Sealed), append(tried, store.Tried{ID: o.Sealed.Envelope.ID})
			}
			if len(list) > 0 {
				taken, err := b.takeBatch(ctx, batch(t, a, b, list...))
				if err != nil {
					return err
				}
				for i := range tried {
					tried[i].Answer.Refused = taken[i].Refused
				}
				if err := a.store.TriedMessages(ctx, tried); err != nil {
					return err
				}
			}
			handled, err := b.store.HandleMessages(ctx, store.Turn{Most: 100, Do: answer})
			for _, h := range handled {
				err = errors.Join(err, h.Err)
			}
			return err
		}
		cuts := 0
		for n := int64(0); ; n += 5 {
			sent += len(a.sendMany(t, "c", "d", "c"))
			ctx := storetest.CutAfter(n)
			if err := way(ctx); err != nil && !ctx.Over() {
				t.Fatal(err)
			}
			if !ctx.Over() {
				break
			}
			cuts++
			if err := way(context.Background()); err != nil { // and goes on
				t.Fatal(err)
			}
		}
		t.Logf("cut off at %d places", cuts)
		if cuts < 20 {
			t.Errorf("cut off at %d places only", cuts)
		}
		delivered, err := a.store.Outbox(context.Background(), message.Delivered, 10000)
		if err != nil || len(delivered) != sent {
			t.Errorf("%d delivered of %d, %v", len(delivered), sent, err)
		}
		answers, err := b.store.Outbox(context.Background(), message.Waiting, 10000)
		if err != nil || len(answers) != sent {
			t.Errorf("%d answers to %d, %v", len(answers), sent, err)
		}
		number := map[string]int64{}
		bySequence := func(x, y message.Out) int {
			return int(x.Sealed.Envelope.Sequence - y.Sealed.Envelope.Sequence)
		}
		slices.SortStableFunc(answers, bySequence)
		for _, o := range answers { // answer number n is to message number n of the case
			e := o.Sealed.Envelope
			number[e.Case]++
			i := slices.IndexFunc(delivered, func(s message.Out) bool { return s.Sealed.Envelope.ID == e.InReplyTo })
			if i < 0 || delivered[i].Sealed.Envelope.Sequence != number[e.Case] || e.Sequence != number[e.Case] {
				t.Errorf("answer %d of case %s is to %s", e.Sequence, e.Case, e.InReplyTo)
			}
		}
		sound(t, a.store)
		sound(t, b.store)
	})
}

func TestTriedMessages(t *testing.T) {
	ctx := context.Background()
	a := newNode(t, storetest.Open(t, storetest.DSN(t, "sqlite")), "changsha")
	l := a.sendMany(t, "a", "b", "c")
	no := &message.Refusal{Code: message.NotForMe}
	err := a.store.TriedMessages(ctx, []store.Tried{{ID: l[0].Envelope.ID}, {ID: l[1].Envelope.ID, Answer: message.Answer{Refused: no}}, {ID: l[2].Envelope.ID, Answer: message.Answer{Unreachable: "no route"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []message.OutState{message.Delivered, message.Dead, message.Waiting} {
		list, err := a.store.Outbox(ctx, want, 10)
		if err != nil || len(list) != 1 || list[0].Sealed.Envelope.ID != l[i].Envelope.ID || list[0].Tries != 1 {
			t.Errorf("%s: %+v, %v", want, list, err)
		}
	}
	// What is delivered stays so, and one that is unknown takes all of them back.
	err = a.store.TriedMessages(ctx, []store.Tried{{ID: l[2].Envelope.ID}, {ID: "unknown"}})
	if !errors.Is(err, store.ErrUnknown) {
		t.Error(err)
	}
	if err := a.store.TriedMessages(ctx, []store.Tried{{ID: l[0].Envelope.ID, Answer: message.Answer{Refused: no}}}); err != nil {
		t.Error(err)
	}
	for state, want := range map[message.OutState]int{message.Delivered: 1, message.Dead: 1, message.Waiting: 1} {
		if list, err := a.store.Outbox(ctx, state, 10); err != nil || len(list) != want {
			t.Errorf("%s: %d, %v", state, len(list), err)
		}
	}
}
