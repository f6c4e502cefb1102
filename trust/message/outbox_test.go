package message_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/trust/message"
)

func TestOnTheWay(t *testing.T) {
	key, other := newKey(t, jws.EdDSA), newKey(t, jws.EdDSA)
	peers := message.Peers{"changsha": {{Public: key.Public()}}, "zhuzhou": {{Public: other.Public(), Until: noon.Add(time.Hour)}}}
	in := message.Inbox{Me: "xiangtan", Peers: peers}
	s := sealed(t, draft("c"), 1, noon, key)
	to := message.Place{Scheme: "https", Authority: "xiangtan.example", Target: "/node/messages"}
	send := func(key *jws.Private, at time.Time) *httpsig.Message {
		m, err := s.Request(rand.Reader, to, at, key)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	c, err := in.Open(send(key, noon), noon)
	if err != nil || c.Node != "changsha" || c.Nonce == "" || c.From(s) != nil || !c.Until.After(noon.Add(httpsig.Node.MaxAge)) {
		t.Errorf("%+v, %v", c, err)
	}
	if again, _ := in.Open(send(key, noon), noon); again.Nonce == c.Nonce {
		t.Error("two requests with one nonce")
	}
	if c, err = in.Open(send(other, noon), noon); err != nil || code(c.From(s)) != message.OtherSender {
		t.Errorf("carried by another: %+v, %v", c, err)
	}
	if _, err := in.Open(send(other, noon.Add(2*time.Hour)), noon.Add(2*time.Hour)); code(err) != message.KeyExpired {
		t.Errorf("carried by a key that has ended: %v", err)
	}
	if _, err := in.Open(send(newKey(t, jws.EdDSA), noon), noon); code(err) != message.UnknownKey {
		t.Errorf("carried by nobody: %v", err)
	}
	for name, f := range map[string]func(m *httpsig.Message){
		"altered": func(m *httpsig.Message) { m.Body = bytes.Replace(m.Body, []byte("revoked"), []byte("resumed"), 1) },
		"late":    func(m *httpsig.Message) { *m = *send(key, noon.Add(-time.Hour)) },
		"unsigned": func(m *httpsig.Message) {
			m.Fields = slices.DeleteFunc(m.Fields, func(f httpsig.Field) bool { return strings.HasPrefix(f.Name, "Sig") })
		},
	} {
		m := send(key, noon)
		f(m)
		if _, err := in.Open(m, noon); code(err) != message.Transport {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := send(key, noon)
	m.Set("Content-Type", "text/plain")
	if _, err := in.Open(m, noon); code(err) != message.Malformed {
		t.Errorf("another type: %v", err)
	}
}

func TestPausesAndDeadLetters(t *testing.T) {
	for _, c := range []struct {
		tries int
		want  time.Duration
	}{{1, 2 * time.Second}, {2, 4 * time.Second}, {5, 32 * time.Second}, {9, 512 * time.Second}, {10, 15 * time.Minute}, {1000, 15 * time.Minute}} {
		if got := message.Pause(c.tries, 0); got != c.want {
			t.Errorf("after %d tries: %v, want %v", c.tries, got, c.want)
		}
		if got := message.Pause(c.tries, 0.9999); got < c.want*6/5 || got > c.want*5/4 {
			t.Errorf("after %d tries, by chance: %v", c.tries, got)
		}
	}
	o := message.Out{State: message.Waiting, Since: noon}
	if got := o.After(message.Answer{Unreachable: "no route"}, noon, 0); got.State != message.Waiting || got.Tries != 1 || got.Next != noon.Add(2*time.Second) || got.Reason.Code != message.Transport {
		t.Errorf("unreachable: %+v", got)
	}
	if got := o.After(message.Answer{Unreachable: "no route"}, noon.Add(message.LongLife), 0); got.State != message.Dead || got.Reason.Code != message.Undelivered {
		t.Errorf("unreachable for a month: %+v", got)
	}
	if got := o.After(message.Answer{}, noon.Add(message.LongLife), 0); got.State != message.Delivered || got.Reason != nil {
		t.Errorf("taken: %+v", got)
	}
	for _, code := range message.Codes {
		want := message.Dead
		if message.Passing(code) {
			want = message.Waiting
		}
		if got := o.After(message.Answer{Refused: &message.Refusal{Code: code}}, noon, 0); got.State != want || got.Reason.Code != code {
			t.Errorf("%s: %+v", code, got)
		}
	}
}

// TestExactlyOnceAndInOrder: two nodes and a net that loses requests and answers, sends
// twice and mixes up; in the end every message had effect once, in the order of its case.
func TestExactlyOnceAndInOrder(t *testing.T) {
	key := newKey(t, jws.EdDSA)
	in := message.Inbox{Me: "xiangtan", Peers: message.Peers{"changsha": {{Public: key.Public()}}}}
	rapid.Check(t, func(rt *rapid.T) {
		var box []message.Out
		count := map[string]int64{}
		for _, kase := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 12).Draw(rt, "cases") {
			count[kase]++
			box = append(box, message.Out{Sealed: sealed(t, draft(kase), count[kase], noon, key), State: message.Waiting, Since: noon, Next: noon})
		}
		past := &memory{done: map[string]int64{}}
		effects := map[string][]int64{}
		var flying [][]byte // copies that the net has kept
		arrive := func(b []byte, now time.Time) message.Answer {
			s, known, err := in.Judge(b, now, past)
			var no *message.Refusal
			if errors.As(err, &no) {
				return message.Answer{Refused: no}
			}
			if !known {
				past.all = append(past.all, s)
			}
			for kase := range count { // what has its turn has effect
				for {
					next, _ := past.Next("changsha", kase)
					if _, ok, _ := past.At("changsha", kase, next); !ok {
						break
					}
					effects[kase] = append(effects[kase], next)
					past.done[kase] = next
				}
			}
			return message.Answer{}
		}
		now := noon
		for round := 0; ; round++ {
			bad := round < 30 // then the net is well
			for _, o := range message.Due(box, now) {
				b, err := o.Sealed.Bytes()
				if err != nil {
					rt.Fatal(err)
				}
				fate := 0
				if bad {
					fate = rapid.IntRange(0, 4).Draw(rt, "fate")
				}
				answer := message.Answer{Unreachable: "lost"}
				switch fate {
				case 0:
					answer = arrive(b, now)
				case 1: // the request is lost
				case 2: // the answer is
					arrive(b, now)
				case 3: // it is late, beyond the answer
					flying = append(flying, b)
				case 4: // twice
					arrive(b, now)
					answer = arrive(b, now)
				}
				i := slices.IndexFunc(box, func(x message.Out) bool { return x.Sealed.Envelope.ID == o.Sealed.Envelope.ID })
				box[i] = o.After(answer, now, 0.5)
			}
			if bad && len(flying) > 0 && rapid.Bool().Draw(rt, "land") {
				arrive(flying[rapid.IntRange(0, len(flying)-1).Draw(rt, "which")], now)
			}
			now = now.Add(time.Minute)
			if !bad && !slices.ContainsFunc(box, func(o message.Out) bool { return o.State != message.Delivered }) {
				break
			}
			if round > 500 {
				rt.Fatalf("never all delivered: %+v", box)
			}
		}
		for kase, n := range count {
			for i, got := range effects[kase] {
				if got != int64(i+1) {
					rt.Fatalf("case %s: effects %v", kase, effects[kase])
				}
			}
			if int64(len(effects[kase])) != n {
				rt.Fatalf("case %s: %d effects of %d", kase, len(effects[kase]), n)
			}
		}
	})
}

func TestDueKeepsTheOrderOfACase(t *testing.T) {
	key := newKey(t, jws.EdDSA)
	out := func(kase string, n int64, state message.OutState, next time.Time) message.Out {
		return message.Out{Sealed: sealed(t, draft(kase), n, noon, key), State: state, Next: next}
	}
	box := []message.Out{
		out("a", 2, message.Waiting, noon), out("a", 1, message.Waiting, noon.Add(time.Second)), // the first pauses
		out("b", 1, message.Delivered, noon), out("b", 2, message.Waiting, noon),
		out("c", 1, message.Dead, noon), out("c", 2, message.Waiting, noon), // the first needs a person
	}
	due := message.Due(box, noon)
	if len(due) != 1 || due[0].Sealed.Envelope.Case != "b" {
		t.Errorf("due: %+v", due)
	}
}
