package counter_test

import (
	"crypto/rand"
	"testing"
	"time"

	"conurb/app/counter"
	"conurb/app/statuses"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/store"
)

// TestWhoseListIsBelieved has somebody between the cities, or a city itself, give lists that
// must not be taken.
func TestWhoseListIsBelieved(t *testing.T) {
	w := newWorld(t, "sqlite")
	c, home := w.cities["xiangtan"], w.cities["changsha"]
	r := w.issue("changsha", permit)
	uri := home.lists.URI(r.Place.List)
	check := func(text string) string {
		t.Helper()
		f := must[counter.Finding](t)(c.Check(t.Context(), text, counter.Question{Wanted: permit, Purpose: purpose}))
		return codes(must[store.Checked](t)(c.Node.Store().Check(t.Context(), f.ID)))
	}
	raw, _, err := home.lists.StatusToken(t.Context(), r.Place.List, false)
	if err != nil {
		t.Fatal(err)
	}
	valid := string(raw)
	before := home.asked.Load()
	for range 5 {
		if got := check(r.Credential); got != "accepted" {
			t.Fatal(got)
		}
	}
	if n := home.asked.Load() - before; n != 1 {
		t.Errorf("asked %d times within %s", n, counter.Fresh)
	}

	// Another key, and a list of another address, while the licence is valid.
	form := must[*statuslist.Token](t)(statuslist.ReadJWT(valid, func(string) (jws.Public, bool) { return home.LicenceKey().Public(), true }, jws.Algorithms...)).Form
	sign := func(key *jws.Private, subject string, issued time.Time) *string {
		t.Helper()
		text := must[string](t)(statuslist.Token{Subject: subject, Issued: issued.Truncate(time.Second), Life: time.Minute, Form: form}.SignJWT(rand.Reader, key, key.Public().Thumbprint()))
		return &text
	}
	stranger := must[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader))
	garbage := "garbage"
	for _, one := range []struct {
		name string
		text *string
	}{
		{"signed by a stranger", sign(stranger, uri, w.now())},
		{"signed by another city", sign(w.cities["zhuzhou"].LicenceKey(), uri, w.now())},
		{"signed by the voice of the node", sign(home.Node.Voice().Key, uri, w.now())},
		{"of another list", sign(home.LicenceKey(), uri+"0", w.now())},
		{"from the future", sign(home.LicenceKey(), uri, w.now().Add(time.Hour))},
		{"no list", &garbage},
	} {
		w.pass(time.Minute)
		home.stale.Store(one.text)
		if got := check(r.Credential); got != "cannot-tell status-too-old" {
			t.Errorf("%s: %s", one.name, got)
		}
	}
	home.stale.Store(nil)
	if got := check(r.Credential); got != "accepted" {
		t.Errorf("the good list again: %s", got)
	}

	w.revoke("changsha", r)
	w.pass(counter.Fresh + time.Second)
	if got := check(r.Credential); got != "not-accepted status-revoked" {
		t.Errorf("revoked: %s", got)
	}
	home.stale.Store(&valid) // somebody replays the list of before
	w.pass(counter.Fresh + time.Second)
	if got := check(r.Credential); got != "not-accepted status-revoked" && got != "not-accepted status-revoked status-too-old" {
		t.Errorf("an older list is believed: %s", got)
	}
	home.stale.Store(nil)

	// A licence of Changsha whose list would be at Zhuzhou's node: nobody is asked.
	kind := register(t).Type(permit)
	zhuzhou := w.cities["zhuzhou"]
	if err := r.Seal(rand.Reader, kind, home.LicenceKey(), licence.Settings{Status: zhuzhou.server.URL + statuses.Path, Zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	before = zhuzhou.asked.Load()
	if got := check(r.Credential); got != "cannot-tell status-unknown" {
		t.Errorf("a list elsewhere: %s", got)
	}
	if zhuzhou.asked.Load() != before {
		t.Error("another city was asked")
	}
}

// TestARotatedKey signs lists with a new key, and what the old one signed stays readable
// offline until the key is revoked.
func TestARotatedKey(t *testing.T) {
	w := newWorld(t, "sqlite")
	c, home := w.cities["xiangtan"], w.cities["changsha"]
	r := w.issue("changsha", permit)
	check := func(offline bool) string {
		t.Helper()
		f := must[counter.Finding](t)(c.Check(t.Context(), r.Credential, counter.Question{Wanted: permit, Purpose: purpose, Offline: offline}))
		return codes(must[store.Checked](t)(c.Node.Store().Check(t.Context(), f.ID)))
	}
	if got := check(false); got != "accepted" {
		t.Fatal(got)
	}
	if _, err := home.Rotate(t.Context(), "licences", time.Hour, false); err != nil {
		t.Fatal(err)
	}
	w.settle()
	w.pass(2 * time.Hour)
	if got := check(true); got != "accepted" {
		t.Errorf("offline, by a key that has ended: %s", got)
	}
	if got := check(false); got != "accepted" {
		t.Errorf("online, by the new key: %s", got)
	}
	if _, err := home.Rotate(t.Context(), "licences", 0, true); err != nil {
		t.Fatal(err)
	}
	w.settle()
	w.pass(time.Minute)
	if got := check(true); got != "cannot-tell status-unknown" {
		t.Errorf("offline, by a revoked key: %s", got)
	}
	if got := check(false); got != "accepted" {
		t.Errorf("online, by the newest key: %s", got)
	}
}
