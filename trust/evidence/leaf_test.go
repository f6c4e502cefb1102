package evidence_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/trust/evidence"
)

// The samples of RFC 8785, Appendix B.
func TestNumbersAsEcmaScriptWritesThem(t *testing.T) {
	for _, c := range []struct {
		bits uint64
		want string
	}{
		{0x0000000000000000, "0"}, {0x8000000000000000, "0"}, {0x0000000000000001, "5e-324"}, {0x8000000000000001, "-5e-324"},
		{0x7fefffffffffffff, "1.7976931348623157e+308"}, {0x4340000000000000, "9007199254740992"},
		{0x4430000000000000, "295147905179352830000"}, {0x44b52d02c7e14af5, "9.999999999999997e+22"},
		{0x44b52d02c7e14af6, "1e+23"}, {0x444b1ae4d6e2ef4e, "999999999999999700000"}, {0x444b1ae4d6e2ef50, "1e+21"},
		{0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"}, {0x3eb0c6f7a0b5ed8d, "0.000001"},
		{0x41b3de4355555553, "333333333.3333332"}, {0xbecbf647612f3696, "-0.0000033333333333333333"},
		{0x43143ff3c1cb0959, "1424953923781206.2"},
	} {
		got, err := evidence.Canonical(math.Float64frombits(c.bits))
		if err != nil || string(got) != c.want {
			t.Errorf("%x: %s, %v, want %s", c.bits, got, err, c.want)
		}
	}
}

// The example of RFC 8785 §3.2.2 and §3.2.3, and the order of §3.2.3.
func TestCanonicalForm(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
			`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`},
		{`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"},
		{" [ ] ", "[]"},
		{`"a\u2028b<>&"`, "\"a\u2028b<>&\""},
	} {
		got, err := evidence.Canonicalise([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "{", "1 2", "1e999", "nan"} {
		if got, err := evidence.Canonicalise([]byte(bad)); err == nil {
			t.Errorf("%q came out as %s", bad, got)
		}
	}
}

var anyText = rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0 && r != 0xfffd }))

// anyLeaf draws a leaf of any type.
func anyLeaf(t *rapid.T) evidence.Leaf {
	text := func(name string) string { return anyText.Draw(t, name) }
	l := evidence.Leaf{
		Type:     rapid.SampledFrom([]string{evidence.TypeKey, evidence.TypePack, evidence.TypeObservation, evidence.TypeBoard, evidence.TypeToken, evidence.TypeLicence, evidence.TypeMessage}).Draw(t, "type"),
		Recorded: time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "at")).UTC(),
	}
	day := area.Date(rapid.Int32Range(1, 900000).Draw(t, "day"))
	switch l.Type {
	case evidence.TypeKey:
		l.Key = &evidence.Key{VKey: text("vkey")}
	case evidence.TypePack:
		l.Pack = evidence.NewPack(text("pack"), text("digest"), map[string][]byte{text("path"): {1}, "b": nil}, evidence.Rows{Count: 3, SHA256: "x"})
	case evidence.TypeObservation:
		l.Observation = &evidence.Observation{
			ID: text("id"), Version: rapid.IntRange(1, 9).Draw(t, "version"), Indicator: text("indicator"), Scope: text("scope"),
			Period: text("period"), Value: rapid.Float64().Draw(t, "value"), Source: text("source"), SourceText: text("sourceText"),
			Grade: area.GradeB, Published: day, Note: text("note"), Withdrawn: rapid.Bool().Draw(t, "withdrawn"),
			Reason: text("reason"), By: text("by"),
		}
		if rapid.Bool().Draw(t, "ref") {
			l.Observation.Ref = area.Ref{File: text("file"), Line: rapid.IntRange(1, 99).Draw(t, "line")}
		}
		if l.Observation.Value == 0 {
			l.Observation.Value = 0
		}
	case evidence.TypeBoard:
		l.Board = &evidence.Board{Pack: text("pack"), PackDigest: "d", AsOf: day, BelievedOn: day, Log: 7, Version: "board-1", SHA256: "s", Size: 9, By: text("by")}
	case evidence.TypeMessage:
		l.Message = &evidence.Message{Action: text("action"), From: text("from"), ID: text("id"), SHA256: text("sha256"), Size: 7}
	case evidence.TypeLicence:
		l.Licence = &evidence.Licence{ID: text("id"), Version: rapid.IntRange(1, 999).Draw(t, "version"), Action: text("action"), State: text("state"), SHA256: text("sha256"), Size: 7}
	case evidence.TypeToken:
		l.Token = &evidence.Token{ID: text("id"), Name: text("name"), Action: evidence.Created, Fingerprint: text("fingerprint")}
	}
	return l
}

func TestLeavesAreCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLeaf(t)
		b, err := l.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		canonical, err := evidence.Canonicalise(b)
		if err != nil || !bytes.Equal(b, canonical) {
			t.Fatalf("leaf      %s\ncanonical %s\n%v", b, canonical, err)
		}
		again, err := evidence.ParseLeaf(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(l, again); d != "" {
			t.Fatalf("read back:\n%s", d)
		}
		if bytes.IndexByte(b, '\n') >= 0 {
			t.Fatalf("more than a line: %s", b)
		}
	})
}

func TestLeavesThatAreNone(t *testing.T) {
	good := evidence.Leaf{Type: evidence.TypeToken, Recorded: time.Unix(0, 0), Token: &evidence.Token{ID: "1", Name: "n", Action: "created"}}
	b, err := good.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"space":          append([]byte(" "), b...),
		"two values":     append(b[:len(b):len(b)], b...),
		"another member": bytes.Replace(b, []byte(`"id"`), []byte(`"Id"`), 1),
		"twice":          bytes.Replace(b, []byte(`{`), []byte(`{"action":"created",`), 1),
		"escaped":        bytes.Replace(b, []byte(`"n"`), []byte(`"\u006e"`), 1),
		"type":           bytes.Replace(b, []byte(`"token"`), []byte(`"coin"`), 1),
		"milliseconds":   bytes.Replace(b, []byte(`.000000Z`), []byte(`.000Z`), 1),
		"zone":           bytes.Replace(b, []byte(`.000000Z`), []byte(`.000000+00:00`), 1),
		"empty":          nil,
	} {
		if _, err := evidence.ParseLeaf(bad); !errors.Is(err, evidence.ErrLeaf) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, l := range map[string]evidence.Leaf{
		"no content": {Type: evidence.TypeBoard},
		"NaN":        {Type: evidence.TypeObservation, Observation: &evidence.Observation{Value: math.NaN()}},
		"NUL":        {Type: evidence.TypeToken, Token: &evidence.Token{Name: "a\x00"}},
		"not UTF-8":  {Type: evidence.TypeToken, Token: &evidence.Token{Name: "a\xff"}},
	} {
		if b, err := l.Bytes(); err == nil {
			t.Errorf("%s was written: %s", name, b)
		}
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add([]byte(`{"recorded":"2026-11-23T00:00:00.000000Z","type":"key","vkey":"a"}`))
	f.Add([]byte(`{"action":"created","id":"1","name":"n","recorded":"1970-01-01T00:00:00.000000Z","type":"token"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := evidence.ParseLeaf(b)
		if err != nil {
			return
		}
		again, err := l.Bytes()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q is written as %q, %v", b, again, err)
		}
	})
}

func FuzzCanonicalise(f *testing.F) {
	f.Add([]byte(`{"b":[1.50,"\u20ac"],"a":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		one, err := evidence.Canonicalise(b)
		if err != nil {
			return
		}
		two, err := evidence.Canonicalise(one)
		if err != nil || !bytes.Equal(one, two) {
			t.Fatalf("%q, then %q, %v", one, two, err)
		}
		if !json.Valid(one) {
			t.Fatalf("%q is no JSON", one)
		}
	})
}

func TestEveryFindingHasWords(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := os.ReadFile("../../locale/" + lang + "/evidence.json")
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := json.Unmarshal(raw, &words); err != nil {
			t.Fatal(err)
		}
		for _, code := range evidence.Codes {
			if words["evidence."+code] == "" {
				t.Errorf("%s has no evidence.%s", lang, code)
			}
		}
	}
}
