package message_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"conurb/kit/jws"
	"conurb/trust/message"
)

func TestBoundsOfABatch(t *testing.T) {
	key := newKey(t, jws.EdDSA)
	var many, large []message.Sealed
	for i := range message.MaxBatch + 3 {
		many = append(many, sealed(t, draft(fmt.Sprint(i)), 1, noon, key))
	}
	d := draft("large")
	d.Body = map[string]any{"a": strings.Repeat("x", message.MaxBytes*3/4)}
	for range 8 {
		large = append(large, sealed(t, d, 1, noon, key))
	}
	for name, c := range map[string]struct {
		list []message.Sealed
		want int
	}{"none": {nil, 0}, "one": {many[:1], 1}, "too many": {many, message.MaxBatch}, "too large": {large, 5}} {
		body, n, err := message.Join(c.list)
		if err != nil || n != c.want || len(body) > message.MaxBatchBytes {
			t.Errorf("%s: %d of %d, %d bytes, %v", name, n, len(c.list), len(body), err)
		}
		raws, err := message.Split(body)
		if err != nil || len(raws) != max(n, 1) {
			t.Errorf("%s: %d come out, %v", name, len(raws), err)
		}
		for i := range n {
			if b := raw(t, c.list[i]); !bytes.Equal(raws[i], b) {
				t.Errorf("%s: number %d is %s, was %s", name, i, raws[i], b)
			}
		}
	}
	if _, err := message.Split(bytes.Repeat([]byte("\n"), message.MaxBatch)); code(err) != message.Malformed {
		t.Errorf("too many: %v", err)
	}
	if _, err := message.Split(make([]byte, message.MaxBatchBytes+1)); code(err) != message.Oversized {
		t.Errorf("too long: %v", err)
	}
}

func TestABatchOnTheWay(t *testing.T) {
	key := newKey(t, jws.EdDSA)
	in := message.Inbox{Me: "xiangtan", Peers: message.Peers{"changsha": {{Public: key.Public()}}}}
	to := message.Place{Scheme: "https", Authority: "xiangtan.example", Target: "/node/message-batches"}
	body, _, err := message.Join([]message.Sealed{sealed(t, draft("c"), 1, noon, key), sealed(t, draft("c"), 2, noon, key)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := message.RequestBatch(rand.Reader, body, to, noon, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := in.OpenBatch(m, noon); err != nil || c.Node != "changsha" || c.Nonce == "" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := in.Open(m, noon); code(err) != message.Malformed {
		t.Errorf("a batch as one message: %v", err)
	}
	single, err := sealed(t, draft("c"), 1, noon, key).Request(rand.Reader, to, noon, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.OpenBatch(single, noon); code(err) != message.Malformed {
		t.Errorf("one message as a batch: %v", err)
	}
	m.Body = append(bytes.Clone(m.Body), '\n')
	if _, err := in.OpenBatch(m, noon); code(err) != message.Transport {
		t.Errorf("altered: %v", err)
	}
}

func TestAnswersToABatch(t *testing.T) {
	long := &message.Refusal{Code: message.Unhandled, Args: map[string]string{"detail": strings.Repeat("x", message.MaxRefusal)}}
	b, err := message.WriteAnswers([]*message.Refusal{nil, {Code: message.Forged, Args: map[string]string{"from": "changsha"}}, nil, long})
	if err != nil {
		t.Fatal(err)
	}
	got := message.ReadAnswers(b, 4)
	if got[0] != (message.Answer{}) || got[1].Refused == nil || got[1].Refused.Args["from"] != "changsha" || got[2] != (message.Answer{}) || got[3].Refused == nil || got[3].Refused.Code != message.Unhandled {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{``, `{}`, `[]`, `[null]`, `[null,null,null]`, `[null,null] ` + `x`, `<html>`, `"ok"`} {
		for _, a := range message.ReadAnswers([]byte(text), 2) {
			if a.Unreachable == "" {
				t.Errorf("%q: %+v", text, a)
			}
		}
	}
	for _, text := range []string{`[1,null]`, `["forged",null]`, `[{"code":"teapot"},null]`, `[{},null]`, `[[],null]`} {
		if a := message.ReadAnswers([]byte(text), 2); a[0].Unreachable == "" || a[1] != (message.Answer{}) {
			t.Errorf("%q: %+v", text, a)
		}
	}
}

func TestASignatureThatIsKnown(t *testing.T) {
	key, other := newKey(t, jws.EdDSA), newKey(t, jws.EdDSA)
	peers := message.Peers{"changsha": {{Public: key.Public()}}}
	checked := new(message.Checked)
	s := sealed(t, draft("c"), 1, noon, key)
	for range 2 {
		if err := checked.Verify(peers, s, noon); err != nil {
			t.Error(err)
		}
	}
	// What was known to be good is held to the keys of this moment, and to every byte.
	if err := checked.Verify(message.Peers{"changsha": {{Public: other.Public()}}}, s, noon); code(err) != message.UnknownKey {
		t.Errorf("by another key: %v", err)
	}
	if err := checked.Verify(message.Peers{"changsha": {{Public: key.Public(), Revoked: noon}}}, s, noon); code(err) != message.KeyRevoked {
		t.Errorf("revoked: %v", err)
	}
	for name, f := range map[string]func(*message.Sealed){
		"another case":      func(s *message.Sealed) { s.Envelope.Case = "d" },
		"another digest":    func(s *message.Sealed) { s.Envelope.Digest = strings.Repeat("0", 64) },
		"another sender":    func(s *message.Sealed) { s.Envelope.From = "zhuzhou" },
		"another signature": func(s *message.Sealed) { s.Signature = s.Signature[:len(s.Signature)-4] + "AAAA" },
	} {
		forged := s
		f(&forged)
		both := message.Peers{"changsha": peers["changsha"], "zhuzhou": peers["changsha"]}
		if err := checked.Verify(both, forged, noon); code(err) != message.Forged {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What was made here needs no look, and is no more believed than its key.
	made := new(message.Checked)
	made.Made(s, key.Public())
	if err := made.Verify(peers, s, noon); err != nil {
		t.Error(err)
	}
	if err := made.Verify(message.Peers{"changsha": {{Public: other.Public()}}}, s, noon); code(err) != message.UnknownKey {
		t.Errorf("made, by another key: %v", err)
	}
	for i := range 20_000 { // it forgets, and stays right
		made.Made(message.Sealed{Signature: fmt.Sprint(i)}, key.Public())
	}
	if err := made.Verify(peers, s, noon); err != nil {
		t.Error(err)
	}
}
