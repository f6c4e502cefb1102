package message_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/kit/jws"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

var noon = time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC)

func newKey(t testing.TB, alg jws.Algorithm) *jws.Private {
	t.Helper()
	k, err := jws.Generate(alg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newID(t testing.TB) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func draft(kase string) message.Draft {
	return message.Draft{To: "xiangtan", Kind: "licence.revoked", Case: kase, Body: map[string]any{"b": 1, "a": "证照 <&>"}}
}

func sealed(t testing.TB, d message.Draft, n int64, at time.Time, key *jws.Private) message.Sealed {
	t.Helper()
	s, err := message.Seal(rand.Reader, d, newID(t), "changsha", n, at, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func raw(t testing.TB, s message.Sealed) []byte {
	t.Helper()
	b, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// memory is a Past in memory: a list searched from end to end.
type memory struct {
	all  []message.Sealed
	done map[string]int64
}

func (m *memory) ByID(from message.Node, id string) (message.Sealed, bool, error) {
	for _, s := range m.all {
		if s.Envelope.From == from && s.Envelope.ID == id {
			return s, true, nil
		}
	}
	return message.Sealed{}, false, nil
}

func (m *memory) At(from message.Node, kase string, n int64) (message.Sealed, bool, error) {
	for _, s := range m.all {
		if e := s.Envelope; e.From == from && e.Case == kase && e.Sequence == n {
			return s, true, nil
		}
	}
	return message.Sealed{}, false, nil
}

func (m *memory) Taken(from message.Node, kase string, n int64) (bool, error) {
	_, ok, err := m.At(from, kase, n)
	return ok, err
}

func (m *memory) Next(_ message.Node, kase string) (int64, error) { return m.done[kase] + 1, nil }

func code(err error) string {
	var no *message.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestInbox(t *testing.T) {
	key, later, stranger := newKey(t, jws.EdDSA), newKey(t, jws.SM2), newKey(t, jws.ES256)
	peers := message.Peers{"changsha": {
		{Public: key.Public(), Until: noon.Add(24 * time.Hour)},
		{Public: later.Public(), From: noon},
	}}
	in := message.Inbox{Me: "xiangtan", Peers: peers}
	here := sealed(t, draft("c"), 2, noon, key)
	past := &memory{all: []message.Sealed{here}, done: map[string]int64{"c": 2}}
	edit := func(s message.Sealed, f func(e *message.Envelope)) []byte {
		f(&s.Envelope)
		return raw(t, s)
	}
	good := sealed(t, draft("c"), 3, noon, key)
	text := string(raw(t, good))
	again, err := here.Again(rand.Reader, noon.Add(time.Hour), later)
	if err != nil {
		t.Fatal(err)
	}
	words := sentences(t)
	for _, c := range []struct {
		name string
		raw  []byte
		at   time.Time
		want string
	}{
		{"in its turn", raw(t, good), noon, ""},
		{"early: it waits", raw(t, sealed(t, draft("c"), 9, noon, key)), noon, ""},
		{"another case", raw(t, sealed(t, draft("d"), 1, noon, key)), noon, ""},
		{"by the key that follows", raw(t, sealed(t, draft("c"), 3, noon.Add(48*time.Hour), later)), noon.Add(48 * time.Hour), ""},
		{"under way for four weeks", raw(t, good), noon.Add(28 * 24 * time.Hour), ""},
		{"here already", raw(t, here), noon, "known"},
		{"here already, signed anew", raw(t, again), noon.Add(time.Hour), "known"},
		{"here already, however old", raw(t, here), noon.Add(1000 * 24 * time.Hour), "known"},
		{"under way for five weeks", raw(t, good), noon.Add(35 * 24 * time.Hour), message.TooOld},
		{"from the future", raw(t, good), noon.Add(-2 * time.Minute), message.Future},
		{"a clock that is half a minute ahead", raw(t, good), noon.Add(-30 * time.Second), ""},
		{"another with the number of one that is here", raw(t, sealed(t, draft("c"), 2, noon, key)), noon, message.Taken},
		{"another with a number that had its turn", raw(t, sealed(t, draft("c"), 1, noon, key)), noon, message.Taken},
		{"far ahead", raw(t, sealed(t, draft("c"), 3+message.MaxAhead, noon, key)), noon, message.TooFar},
		{"made after the key's end", raw(t, sealed(t, draft("c"), 3, noon.Add(25*time.Hour), key)), noon.Add(25 * time.Hour), message.KeyExpired},
		{"made before the key's beginning", raw(t, sealed(t, draft("c"), 3, noon.Add(-time.Second), later)), noon, message.KeyExpired},
		{"by an unknown key", raw(t, sealed(t, draft("c"), 3, noon, stranger)), noon, message.UnknownKey},
		{"to another node", edit(good, func(e *message.Envelope) { e.To = "zhuzhou" }), noon, message.NotForMe},
		{"from another node", edit(good, func(e *message.Envelope) { e.From = "zhuzhou" }), noon, message.Forged},
		{"another kind", edit(good, func(e *message.Envelope) { e.Kind = "licence.issued" }), noon, message.Forged},
		{"another case than was signed", edit(good, func(e *message.Envelope) { e.Case = "e" }), noon, message.Forged},
		{"another number", edit(good, func(e *message.Envelope) { e.Sequence = 4 }), noon, message.Forged},
		{"another moment", edit(good, func(e *message.Envelope) { e.Made = e.Made.Add(1000) }), noon, message.Forged},
		{"another body", edit(good, func(e *message.Envelope) { e.Body = json.RawMessage(`{}`) }), noon, message.OtherDigest},
		{"another body and digest", edit(good, func(e *message.Envelope) { e.Body, e.Digest = json.RawMessage(`{}`), evidence.SHA256([]byte(`{}`)) }), noon, message.Forged},
		{"no body", edit(good, func(e *message.Envelope) { e.Body = nil }), noon, message.Field},
		{"number 0", edit(good, func(e *message.Envelope) { e.Sequence = 0 }), noon, message.Field},
		{"an id of another form", edit(good, func(e *message.Envelope) { e.ID = strings.ToUpper(e.ID) }), noon, message.Field},
		{"a random id", edit(good, func(e *message.Envelope) { e.ID = uuid.NewString() }), noon, message.Field},
		{"a moment of another zone", edit(good, func(e *message.Envelope) { e.Made = e.Made.In(time.FixedZone("", 3600)) }), noon, message.Field},
		{"no signature", []byte(strings.Replace(text, "eyJ", "", 1)), noon, message.Forged},
		{"a space more", []byte(strings.Replace(text, ":", ": ", 1)), noon, message.NotCanonical},
		{"a field more", []byte(strings.Replace(text, `{"envelope":`, `{"a":1,"envelope":`, 1)), noon, message.Malformed},
		{"a field twice", []byte(strings.Replace(text, `"kind":`, `"kind":"x","kind":`, 1)), noon, message.Malformed},
		{"a field in capitals", []byte(strings.Replace(text, `"id":`, `"ID":`, 1)), noon, message.NotCanonical},
		{"cut off", raw(t, good)[:100], noon, message.Malformed},
		{"nested deeply", []byte(`{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`), noon, message.Deep},
		{"oversized", bytes.Repeat([]byte("x"), message.MaxBytes+1), noon, message.Oversized},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, known, err := in.Judge(c.raw, c.at, past)
			got := code(err)
			if known {
				got = "known"
			}
			if got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
			var no *message.Refusal
			if !errors.As(err, &no) {
				return
			}
			for _, says := range words {
				for _, m := range placeholder.FindAllStringSubmatch(says["message.refusal."+no.Code], -1) {
					if _, ok := no.Args[m[1]]; !ok {
						t.Errorf("%s speaks of {%s}, and has %v", no.Code, m[1], no.Args)
					}
				}
			}
		})
	}
	t.Run("the id of another message", func(t *testing.T) {
		s, err := message.Seal(rand.Reader, draft("c"), here.Envelope.ID, "changsha", 3, noon, key)
		if _, _, got := in.Judge(raw(t, s), noon, past); err != nil || code(got) != message.IDTaken {
			t.Errorf("%v, %v", err, got)
		}
	})
	t.Run("a node that is not known", func(t *testing.T) {
		_, _, err := message.Inbox{Me: "xiangtan", Peers: message.Peers{}}.Judge(raw(t, good), noon, past)
		if code(err) != message.UnknownNode {
			t.Error(err)
		}
	})
	t.Run("a key that was revoked", func(t *testing.T) {
		revoked := message.Peers{"changsha": {{Public: key.Public(), Revoked: noon.Add(time.Hour)}}}
		for at, want := range map[time.Duration]string{0: "", time.Hour: message.KeyRevoked} {
			if err := revoked.Verify(good, noon.Add(at)); code(err) != want {
				t.Errorf("after %v: %v", at, err)
			}
		}
	})
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// sentences are the words for refusals in both languages.
func sentences(t testing.TB) []map[string]string {
	t.Helper()
	var all []map[string]string
	for _, lang := range []string{"en", "zh-CN"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "locale", lang, "message.json"))
		if err != nil {
			t.Fatal(err)
		}
		var says map[string]string
		if err := json.Unmarshal(b, &says); err != nil {
			t.Fatal(err)
		}
		all = append(all, says)
	}
	return all
}

func TestEveryRefusalHasWords(t *testing.T) {
	for _, says := range sentences(t) {
		for _, code := range message.Codes {
			for _, key := range []string{"message.refusal." + code, "message.refusal." + code + ".remedy"} {
				if says[key] == "" {
					t.Errorf("%s has no words", key)
				}
				delete(says, key)
			}
		}
		for key := range says {
			t.Errorf("%s is nobody's", key)
		}
	}
}

func TestAnswersOfOtherNodes(t *testing.T) {
	for _, code := range message.Codes {
		b, err := json.Marshal(&message.Refusal{Code: code, Args: map[string]string{"a": "b"}})
		if a := message.ReadAnswer(b); err != nil || a.Refused == nil || a.Refused.Code != code || a.Refused.Args["a"] != "b" {
			t.Errorf("%s: %+v, %v", code, a, err)
		}
	}
	for _, text := range []string{``, `<html>`, `{}`, `{"code":"teapot"}`, `{"code":1}`, `{"code":"forged","code":"forged"}`, `{"code":"forged","args":{"a":{}}}`,
		`{"code":"forged","args":{"a":"` + strings.Repeat("x", message.MaxRefusal) + `"}}`} {
		if a := message.ReadAnswer([]byte(text)); a.Refused != nil || a.Unreachable == "" {
			t.Errorf("%.60s: %+v", text, a)
		}
	}
}

func TestWhatIsNotSealed(t *testing.T) {
	key := newKey(t, jws.EdDSA)
	deep := any("x")
	for range 20 {
		deep = []any{deep}
	}
	for _, c := range []struct {
		name string
		d    message.Draft
		want string
	}{
		{"to itself", message.Draft{To: "changsha", Kind: "a", Case: "c", Body: map[string]any{}}, message.Field},
		{"no kind", message.Draft{To: "xiangtan", Case: "c", Body: map[string]any{}}, message.Field},
		{"no case", message.Draft{To: "xiangtan", Kind: "a", Body: map[string]any{}}, message.Field},
		{"a list", message.Draft{To: "xiangtan", Kind: "a", Case: "c", Body: []any{}}, message.Field},
		{"nested deeply", message.Draft{To: "xiangtan", Kind: "a", Case: "c", Body: map[string]any{"a": deep}}, message.Deep},
		{"too long", message.Draft{To: "xiangtan", Kind: "a", Case: "c", Body: map[string]any{"a": strings.Repeat("x", message.MaxBytes)}}, message.Oversized},
	} {
		if _, err := message.Seal(rand.Reader, c.d, newID(t), "changsha", 1, noon, key); code(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	key, err := jws.FromSeed(jws.EdDSA, bytes.Repeat([]byte{1}, 32))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw(f, sealed(f, draft("c"), 1, noon, key)))
	f.Add([]byte(`{"envelope":{},"signature":""}`))
	peers := message.Peers{"changsha": {{Public: newKey(f, jws.EdDSA).Public()}}}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := message.Read(b)
		if err != nil {
			if code(err) == err.Error() {
				t.Errorf("an error without a code: %v", err)
			}
			return
		}
		if back, err := s.Bytes(); err != nil || !bytes.Equal(back, b) {
			t.Errorf("read %q, written %q, %v", b, back, err)
		}
		if err := peers.Verify(s, noon); err == nil {
			t.Error("taken by a key that never signed")
		}
	})
}
