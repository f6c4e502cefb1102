package message

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/kit/jws"
	"conurb/trust/evidence"
)

func someText(t testing.TB, body any) []byte {
	t.Helper()
	key, err := jws.FromSeed(jws.EdDSA, bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Seal(rand.Reader, Draft{To: "xiangtan", Kind: "a", Case: "c", InReplyTo: "01900000-0000-7000-8000-000000000000", Body: body},
		"01900000-0000-7000-8000-000000000001", "changsha", 1, time.Date(2026, 7, 1, 4, 0, 0, 120000, time.UTC), key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// exactIsStrict holds what is read quickly to what is read strictly.
func exactIsStrict(t testing.TB, raw []byte) bool {
	t.Helper()
	s, ok := readExact(raw)
	if !ok {
		return false
	}
	want, err := readStrictly(raw)
	if got := s.Envelope.check(); !reflect.DeepEqual(got, err) {
		t.Errorf("%q: %v, want %v", raw, got, err)
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("%q: %+v, want %+v", raw, s, want)
	}
	return true
}

func TestMessagesAreReadQuickly(t *testing.T) {
	deep := func(n int) any {
		v := any(map[string]any{})
		for range n {
			v = map[string]any{"a": v}
		}
		return v
	}
	for _, body := range []any{map[string]any{}, map[string]any{"say": `a "b" \ <c> {[`, "长": "沙", "n": []int{1, 2}}, deep(MaxDepth - 3)} {
		raw := someText(t, body)
		if !exactIsStrict(t, raw) {
			t.Errorf("%s is not", raw)
		}
		for i := range raw { // what is altered anywhere is read the same, or not quickly
			for _, c := range []byte(`"\{}[],:0 x`) {
				b := bytes.Clone(raw)
				b[i] = c
				exactIsStrict(t, b)
			}
		}
		if exactIsStrict(t, raw[:len(raw)-1]) || exactIsStrict(t, append(bytes.Clone(raw), ' ')) {
			t.Error("cut off, or with more behind it")
		}
	}
	raw := someText(t, deep(MaxDepth-3))
	deeper := bytes.Replace(raw, []byte(`{"a":{}}`), []byte(`{"a":{"a":{}}}`), 1)
	if _, ok := readExact(deeper); ok || bytes.Equal(raw, deeper) {
		t.Error("nested too deeply")
	}
}

func TestBytesAreCanonical(t *testing.T) {
	quickly := 0
	text := rapid.SampledFrom([]string{"", "a", "长沙", "<&>", "\"", "\\", "\n", "\x00", "\x7f", "\u2028", "\xff", "😀"})
	rapid.Check(t, func(rt *rapid.T) {
		zones := []*time.Location{time.UTC, time.FixedZone("", 3600), time.Local}
		s := Sealed{Envelope{ID: text.Draw(rt, "id"), From: Node(text.Draw(rt, "from")), To: Node(text.Draw(rt, "to")), Kind: text.Draw(rt, "kind"), Case: text.Draw(rt, "case"),
			Sequence: rapid.Int64().Draw(rt, "sequence"), InReplyTo: text.Draw(rt, "reply"), Digest: text.Draw(rt, "digest"),
			Made: time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(rt, "made"), rapid.Int64Range(0, 999_999_999).Draw(rt, "part")).In(rapid.SampledFrom(zones).Draw(rt, "zone")),
			Body: json.RawMessage(rapid.SampledFrom([]string{"", "{}", `{"b":1,"a":"<\u003c"}`, `{"a":1,"a":2}`, `{`, ` [1.50] `}).Draw(rt, "body"))}, text.Draw(rt, "signature")}
		if rapid.Bool().Draw(rt, "small") {
			s.Envelope.Sequence %= 1000
		}
		got, err := s.Bytes()
		want, wantErr := evidence.Canonical(s)
		if (err != nil) != (wantErr != nil) || !bytes.Equal(got, want) {
			rt.Fatalf("%q, %v; want %q, %v", got, err, want, wantErr)
		}
		if _, ok := s.appendTo(nil); ok {
			quickly++
		}
		if head, err := s.Envelope.head(); err == nil && !strings.Contains(string(head), `"kind":`) {
			rt.Fatalf("head %q", head)
		}
	})
	if quickly == 0 {
		t.Error("none was written quickly")
	}
}

func FuzzExact(f *testing.F) {
	f.Add(someText(f, map[string]any{"a": 1}))
	f.Add([]byte(`{"envelope":{"body":{},"case":"c","digest":"","from":"a","id":"","kind":"","made":"2026-07-01T04:00:00,5Z","sequence":01,"to":""},"signature":""}`))
	f.Fuzz(func(t *testing.T, raw []byte) { exactIsStrict(t, raw) })
}
