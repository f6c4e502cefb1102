package trustlist_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/jws"
	"conurb/locale"
	tl "conurb/trust/trustlist"
)

// full is a world whose list has something of everything.
func full(t testing.TB) *world {
	w := newWorld(t)
	row := w.row("changsha", bureau, household, "bureau", 0)
	other := w.row("zhuzhou", station, residence, "station", 0)
	w.publish(w.signed(row), w.signed(other))
	e := w.equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", residence}, `attributes.kind == "a"`)
	w.publish(w.signed(e, "changsha"))
	w.publish(
		w.signed(w.change(tl.Change{Kind: tl.EndRow, By: "zhuzhou", Ends: other.ID(), At: w.now})),
		w.signed(w.change(tl.Change{Kind: tl.EndEquivalent, By: "changsha", Ends: e.ID(), At: w.now + 5})),
		w.signed(w.change(tl.Change{Kind: tl.RevokeKey, By: "changsha", Key: w.licence().Key, At: w.now})),
	)
	w.publish()
	return w
}

func (w *world) bytes() []byte {
	w.t.Helper()
	b, err := w.list.Bytes()
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func TestAListComesBack(t *testing.T) {
	w := full(t)
	b := w.bytes()
	back, err := tl.Open(b, w.keys)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Bytes()
	if err != nil || !bytes.Equal(b, again) || back.Version() != 4 || back.Digest() != w.list.Digest() {
		t.Errorf("version %d, %v: not what was written", back.Version(), err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, b, "", "\t"); err != nil {
		t.Fatal(err)
	}
	if _, err := tl.Open(pretty.Bytes(), w.keys); err != nil {
		t.Errorf("white space counts: %v", err)
	}
	s := back.State()
	if len(s.Rows) != 2 || len(s.Equivalents) != 1 || len(s.Revoked) != 1 || s.Equivalents[0].Until == 0 || s.Rows[0].Until == 0 && s.Rows[1].Until == 0 {
		t.Errorf("state: %+v", s)
	}
	w.publish(w.signed(w.row("xiangtan", station, permit, "station", 0)))
	if next, err := tl.Open(w.bytes(), w.keys); err != nil || next.Version() != 5 || next.Extends(back) != nil {
		t.Errorf("the list goes on: %v", err)
	}
	if err := back.Extends(w.list); faultCode(err) != tl.FaultShorter {
		t.Errorf("a shorter list: %v", err)
	}
}

// TestForks: two lists of one version that the same office signed do not extend each other.
func TestForks(t *testing.T) {
	w := full(t)
	one, before := *w, *w
	w.publish(w.signed(w.row("xiangtan", station, permit, "station", 0)))
	one.publish()
	if err := w.list.Extends(one.list); faultCode(err) != tl.FaultFork {
		t.Errorf("a fork: %v", err)
	}
	if err := w.list.Extends(before.list); err != nil {
		t.Errorf("no fork: %v", err)
	}
}

func TestWhatTheOfficeMayNotPublish(t *testing.T) {
	for _, c := range []struct {
		name string
		fold func(w *world) []tl.Signed
		want string
	}{
		{"a row that nobody signed", func(w *world) []tl.Signed {
			return []tl.Signed{{Change: w.row("changsha", bureau, permit, "bureau", 0)}}
		}, tl.FaultUnsigned},
		{"an equivalent that one city signed", func(w *world) []tl.Signed {
			return []tl.Signed{w.signed(w.equal(tl.Side{"changsha", permit}, tl.Side{"zhuzhou", permit}, ""))}
		}, tl.FaultUnsigned},
		{"a row that the office signed for the city", func(w *world) []tl.Signed {
			s, _ := tl.Propose(rand.Reader, w.row("changsha", bureau, permit, "bureau", 0), w.sign[tl.Office])
			return []tl.Signed{s}
		}, tl.FaultSignature},
		{"a signature of another change", func(w *world) []tl.Signed {
			a, b := w.signed(w.row("changsha", bureau, permit, "bureau", 0)), w.signed(w.row("changsha", bureau, residence, "bureau", 0))
			return []tl.Signed{{Change: a.Change, Signatures: b.Signatures}}
		}, tl.FaultSignature},
		{"one signature for two cities of one key", func(w *world) []tl.Signed {
			w.sign["zhuzhou"], w.keys["zhuzhou"] = w.sign["xiangtan"], w.keys["xiangtan"]
			s := w.signed(w.equal(tl.Side{"xiangtan", permit}, tl.Side{"zhuzhou", permit}, ""))
			s.Signatures["xiangtan"] = s.Signatures["zhuzhou"]
			return []tl.Signed{s}
		}, tl.FaultSignature},
		{"a signature more than is needed", func(w *world) []tl.Signed {
			a, b := w.signed(w.row("changsha", bureau, permit, "bureau", 0)), w.signed(w.row("zhuzhou", bureau, permit, "bureau", 0))
			a.Signatures["zhuzhou"] = b.Signatures["zhuzhou"]
			return []tl.Signed{a}
		}, tl.FaultStranger},
		{"the end of another city's row", func(w *world) []tl.Signed {
			return []tl.Signed{w.signed(w.change(tl.Change{Kind: tl.EndRow, By: "xiangtan", Ends: w.list.State().Rows[0].ID, At: w.now}))}
		}, tl.FaultProposer},
		{"the end of others' equivalent", func(w *world) []tl.Signed {
			return []tl.Signed{w.signed(w.change(tl.Change{Kind: tl.EndEquivalent, By: "xiangtan", Ends: w.list.State().Equivalents[0].ID, At: w.now}))}
		}, tl.FaultProposer},
		{"the end of nothing", func(w *world) []tl.Signed {
			return []tl.Signed{w.signed(w.change(tl.Change{Kind: tl.EndRow, By: "changsha", Ends: "0", At: w.now}))}
		}, tl.FaultNothing},
		{"an end put off", func(w *world) []tl.Signed {
			e := w.list.State().Equivalents[0]
			return []tl.Signed{w.signed(w.change(tl.Change{Kind: tl.EndEquivalent, By: "zhuzhou", Ends: e.ID, At: e.Until}))}
		}, tl.FaultSpan},
		{"the revocation of another city's key", func(w *world) []tl.Signed {
			return []tl.Signed{w.signed(w.change(tl.Change{Kind: tl.RevokeKey, By: "xiangtan", Key: w.licence().Key, At: w.now}))}
		}, tl.FaultNoSuchKey},
		{"a change again", func(w *world) []tl.Signed {
			return []tl.Signed{w.list.Publications()[0].Changes[0]}
		}, tl.FaultTwice},
		{"a change of tomorrow", func(w *world) []tl.Signed {
			c := w.row("changsha", bureau, permit, "bureau", 0)
			c.Proposed = w.now + 1
			return []tl.Signed{w.signed(c)}
		}, tl.FaultFuture},
		{"a change kept back", func(w *world) []tl.Signed {
			c := w.row("changsha", bureau, permit, "bureau", 0)
			c.Proposed = w.now - tl.Fresh - 1
			return []tl.Signed{w.signed(c)}
		}, tl.FaultStale},
		{"anything, in the past", func(w *world) []tl.Signed { w.now -= 10 * 86400; return nil }, tl.FaultTime},
		{"anything, with a city's key", func(w *world) []tl.Signed { w.sign[tl.Office] = w.sign["zhuzhou"]; return nil }, tl.FaultOffice},
		{"a row of a city whose key nobody knows", func(w *world) []tl.Signed {
			w.sign["yueyang"] = generate(t, jws.EdDSA, "yueyang")
			return []tl.Signed{w.signed(w.row("yueyang", bureau, permit, "bureau", 0))}
		}, tl.FaultNoKey},
	} {
		w := full(t)
		before := w.list.Digest()
		err := w.try(c.fold(w)...)
		if faultCode(err) != c.want || w.list.Digest() != before {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		saidFault(t, err)
	}
}

func TestTheFormOfChanges(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		spoil  func(*tl.Change)
		want   string
		at     string
		equals bool // an equivalent instead of a row
	}{
		{"no reason", func(c *tl.Change) { c.Reason = " " }, tl.FaultMissing, "reason", false},
		{"a long reason", func(c *tl.Change) { c.Reason = strings.Repeat("长", 501) }, tl.FaultLong, "reason", false},
		{"no day", func(c *tl.Change) { c.Proposed = 0 }, tl.FaultMissing, "proposed", false},
		{"the office proposes", func(c *tl.Change) { c.By = tl.Office }, tl.FaultParty, "by", false},
		{"another city's row", func(c *tl.Change) { c.By = "zhuzhou" }, tl.FaultProposer, "by", false},
		{"two others' equivalent", func(c *tl.Change) { c.By = "xiangtan" }, tl.FaultProposer, "by", true},
		{"no kind", func(c *tl.Change) { c.Kind = "add" }, tl.FaultKind, "change", false},
		{"no row", func(c *tl.Change) { c.Row = nil }, tl.FaultMissing, "row", false},
		{"an end as well", func(c *tl.Change) { c.At = 9 }, tl.FaultSurplus, "at", false},
		{"a short authority", func(c *tl.Change) { c.Row.Authority = "430100" }, tl.FaultCode, "row.authority", false},
		{"a small letter", func(c *tl.Change) { c.Row.Type = strings.ToLower(c.Row.Type) }, tl.FaultCode, "row.type", false},
		{"no beginning", func(c *tl.Change) { c.Row.From = 0 }, tl.FaultMissing, "row.from", false},
		{"an end before", func(c *tl.Change) { c.Row.Until = c.Row.From }, tl.FaultSpan, "row.until", false},
		{"no key", func(c *tl.Change) { c.Row.Key = jws.JWK{} }, tl.FaultKey, "row.key", false},
		{"a named key", func(c *tl.Change) { c.Row.Key.Kid = "1" }, tl.FaultKey, "row.key", false},
		{"a type too long", func(c *tl.Change) { c.Equivalent.As.Type += "0" }, tl.FaultCode, "equivalent.as.type", true},
		{"an ill condition", func(c *tl.Change) { c.Equivalent.If = "at +" }, tl.FaultCondition, "equivalent.if", true},
		{"in no city", func(c *tl.Change) { c.Equivalent.Of.City = "长沙" }, tl.FaultParty, "equivalent.of.city", true},
	} {
		change := w.row("changsha", bureau, household, "bureau", 0)
		if c.equals {
			change = w.equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", residence}, "")
		}
		if err := change.Check(); err != nil {
			t.Fatal(err)
		}
		c.spoil(&change)
		saidFault(t, change.Check())
		f, ok := change.Check().(*tl.Fault)
		if !ok || f.Code != c.want || f.Field != c.at {
			t.Errorf("%s: %v, want %s of %s", c.name, f, c.want, c.at)
		}
	}
}

func TestFaultsNameTheirLine(t *testing.T) {
	good, err := json.MarshalIndent(newWorld(t).row("changsha", bureau, household, "bureau", 0), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tl.ReadChange(good, tl.Given{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, code, field string }{
		{`"type": "` + household, `"type": "x`, tl.FaultCode, "row.type"},
		{`"reason"`, `"raeson"`, tl.FaultUnknown, "raeson"},
		{`"name": "公安局"`, `"name": 7`, tl.FaultForm, "row.name"},
		{`"reason": "agreed`, `"reason": x"agreed`, tl.FaultSyntax, ""},
		{`"reason"`, `"by"`, tl.FaultSyntax, ""},
	} {
		raw := strings.Replace(string(good), c.from, c.to, 1)
		_, err := tl.ReadChange([]byte(raw), tl.Given{})
		f, ok := err.(*tl.Fault)
		if !ok || f.Code != c.code || f.Field != c.field {
			t.Fatalf("%s: %v, want %s of %q", c.to, err, c.code, c.field)
		}
		saidFault(t, err)
		if want := 1 + strings.Count(raw[:strings.Index(raw, c.to)], "\n"); f.Line != want && c.to != `"by"` {
			t.Errorf("%s: line %d, want %d", c.to, f.Line, want)
		}
	}
}

// TestMutatedLists: a list in which any byte was exchanged is refused.
func TestMutatedLists(t *testing.T) {
	w := full(t)
	good := w.bytes()
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			b := bytes.Clone(good)
			i := rapid.IntRange(0, len(b)-2).Draw(t, "where")
			c := rapid.Byte().Draw(t, "what")
			if b[i] == c {
				continue
			}
			b[i] = c
			if l, err := tl.Open(b, w.keys); err == nil {
				t.Fatalf("byte %d, %q for %q: version %d passes", i, c, good[i], l.Version())
			}
		}
	})
}

// TestAlteredLists: a list of which any member was taken away, doubled or exchanged for
// its neighbour is refused, and so is one without any one of its signatures.
func TestAlteredLists(t *testing.T) {
	w := full(t)
	var tree any
	if err := json.Unmarshal(w.bytes(), &tree); err != nil {
		t.Fatal(err)
	}
	tried, signatures := 0, 0
	alter(tree, "", func(path string) {
		b, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		tried++
		if strings.Contains(path, "signature") {
			signatures++
		}
		l, err := tl.Open(b, w.keys)
		if err == nil {
			t.Errorf("%s: version %d passes", path, l.Version())
		}
		saidFault(t, err)
	})
	if tried < 150 || signatures < 15 {
		t.Errorf("%d alterations, %d of signatures: too few to tell", tried, signatures)
	}
	for _, p := range []tl.Party{tl.Office, "changsha", "zhuzhou"} {
		keys := tl.Keys{}
		for q, k := range w.keys {
			if q != p {
				keys[q] = k
			}
		}
		if _, err := tl.Open(w.bytes(), keys); faultCode(err) != tl.FaultNoKey {
			t.Errorf("without the key of %s: %v", p, err)
		}
	}
}

// alter takes away every member of a tree in turn, doubles and exchanges elements, and
// puts everything back.
func alter(v any, path string, see func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			delete(v, k)
			see(path + "/" + k)
			v[k] = e
			alter(e, path+"/"+k, see)
		}
	case []any:
		for i, e := range v {
			name := fmt.Sprintf("%s/%d", path, i)
			v[i] = nil
			see(name + " emptied")
			v[i] = e
			if i > 0 {
				v[i] = v[i-1]
				see(name + " doubled")
				v[i], v[i-1] = v[i-1], e
				see(name + " exchanged")
				v[i-1], v[i] = v[i], e
			}
			alter(e, name, see)
		}
	}
}

func TestWhatIsLeftOutIsGiven(t *testing.T) {
	w := newWorld(t)
	g := tl.Given{By: "changsha", Proposed: w.now, Issuer: w.issue["bureau"].Public()}
	c, err := tl.ReadChange([]byte(`{"change":"add-row","reason":"r","row":{"city":"changsha","authority":"`+bureau+`","name":"n","type":"`+household+`","from":"2025-01-01T00:00:00+08:00"}}`), g)
	if err != nil || c.By != "changsha" || c.Proposed != w.now || c.Row.Key.X == "" || c.Row.From != at("2024-12-31T16:00:00Z") {
		t.Errorf("row: %+v, %v", c, err)
	}
	if c, err = tl.ReadChange([]byte(`{"change":"revoke-key","reason":"r","at":"2025-01-01T00:00:00Z"}`), g); err != nil || c.Key != g.Issuer.Thumbprint() {
		t.Errorf("revocation: %+v, %v", c, err)
	}
	if c, err = tl.ReadChange([]byte(`{"change":"revoke-key","by":"zhuzhou","key":"k","reason":"r","at":"2025-01-01T00:00:00Z"}`), g); err != nil || c.Key != "k" || c.By != "zhuzhou" {
		t.Errorf("what is written stays: %+v, %v", c, err)
	}
	facts := `{"city":"changsha","authority":"` + bureau + `","type":"` + household + `","issued":"2025-06-01T00:00:00Z","status":"valid","holder":"proven","attributes":{"age":17}}`
	if l, err := tl.ReadLicence([]byte(facts), g.Issuer); err != nil || l.Key != g.Issuer.Thumbprint() || l.Issued != at("2025-06-01T00:00:00Z") {
		t.Errorf("licence: %+v, %v", l, err)
	}
	if _, err := tl.ReadLicence([]byte(facts), jws.Public{}); faultCode(err) != tl.FaultMissing {
		t.Errorf("a licence without a key: %v", err)
	}
	for from, to := range map[string]string{`"issued":"2025-06-01T00:00:00Z",`: "", "changsha": "office", bureau: "430100", household: "x", `"status"`: `"state"`, "2025-06-01T00:00:00Z": "June"} {
		if _, err := tl.ReadLicence([]byte(strings.Replace(facts, from, to, 1)), g.Issuer); err == nil {
			t.Errorf("a licence with %s for %s passes", to, from)
		}
	}
}

func TestEveryFaultHasWords(t *testing.T) {
	for _, code := range tl.Faults {
		for _, lang := range locale.Languages {
			if key := "trust.fault." + code; !locale.Has(lang, key) || !locale.Has(lang, key+".remedy") {
				t.Errorf("%s: no words for %s", lang, key)
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	w := full(f)
	good := w.bytes()
	f.Add(good)
	f.Add([]byte(`{"format":"conurb-trust-list-1","publications":[],"rows":[],"equivalents":[],"revoked":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := tl.Open(b, w.keys)
		if err != nil {
			return
		}
		again, err := l.Bytes()
		if err != nil || !bytes.Equal(again, good) {
			t.Fatalf("another list passes: %s, %v", b, err)
		}
	})
}

func FuzzReadChange(f *testing.F) {
	b, _ := json.Marshal(newWorld(f).equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", residence}, "at > issued"))
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := tl.ReadChange(b, tl.Given{})
		if err != nil {
			return
		}
		text, err := c.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := tl.ReadChange(text, tl.Given{}); err != nil || back.ID() != c.ID() {
			t.Fatalf("%s comes back as %v, %v", text, back, err)
		}
	})
}
