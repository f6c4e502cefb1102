package card_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/kit/jws"
	"conurb/trust/card"
	"conurb/trust/trustlist"
)

var now = time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)

func key(t testing.TB) *jws.Private {
	t.Helper()
	k, err := jws.Generate(jws.EdDSA, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func first(t testing.TB, k *jws.Private) card.Card {
	t.Helper()
	_, vkey, err := note.GenerateKey(rand.Reader, "conurb/changsha")
	if err != nil {
		t.Fatal(err)
	}
	at := trustlist.InstantOf(now)
	return card.Card{Format: card.Format, Name: "changsha", Title: area.Text{Zh: "长沙", En: "Changsha"}, URL: "https://changsha.example:8443", Version: 1, Made: at,
		Voice: []card.Key{{Key: k.Public().JWK(""), From: at}}, Licences: []card.Key{}, Anchors: []string{}, Log: vkey}
}

func sign(t testing.TB, c card.Card, keys ...*jws.Private) card.Signed {
	t.Helper()
	s, err := card.Sign(rand.Reader, c, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// after is the next card, with a new key that speaks.
func after(old card.Signed, k *jws.Private, at time.Time) card.Card {
	c := old.Card
	c.Version, c.Made = c.Version+1, trustlist.InstantOf(at)
	c.Voice = append([]card.Key{}, c.Voice...)
	c.Voice[len(c.Voice)-1].Until = c.Made + 3600
	c.Voice = append(c.Voice, card.Key{Key: k.Public().JWK(""), From: c.Made})
	return c
}

func code(err error) string {
	var f *card.Fault
	if errors.As(err, &f) {
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestACardFollowsTheOneBefore(t *testing.T) {
	a, b, thief := key(t), key(t), key(t)
	old := sign(t, first(t, a), a)
	later := now.Add(time.Hour)
	good := after(old, b, later)
	next := sign(t, good, b, a)
	if err := next.Follows(old, later); err != nil {
		t.Fatal(err)
	}
	if err := next.Follows(next, later); err != nil {
		t.Errorf("the same card again: %v", err)
	}
	for _, tc := range []struct {
		name string
		card card.Signed
		old  card.Signed
		at   time.Time
		want string
	}{
		{"of a thief", sign(t, after(old, thief, later), thief), old, later, card.FaultStranger},
		{"backwards", old, next, later, card.FaultOlder},
		{"another of the same version", sign(t, after(old, thief, later), thief, a), next, later, card.FaultFork},
		{"of another node", sign(t, rename(good), b, a), old, later, card.FaultOther},
		{"without the key before", sign(t, drop(good), b, a), old, later, card.FaultDropped},
		{"that lets an ended key sign on", sign(t, forever(after(next, thief, later)), thief, b), next, later, card.FaultDropped},
		{"signed by a key after its end", sign(t, after(old, b, later), b, a), ended(t, old, a), later.Add(3 * time.Hour), card.FaultDropped},
	} {
		if got := code(tc.card.Follows(tc.old, tc.at)); got != tc.want {
			t.Errorf("a card %s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func rename(c card.Card) card.Card { c.Name = "zhuzhou"; return c }

func drop(c card.Card) card.Card { c.Voice = c.Voice[1:]; return c }

// forever takes the end of the first key away.
func forever(c card.Card) card.Card { c.Voice[0].Until = 0; return c }

// ended is a card whose only key ends in an hour.
func ended(t *testing.T, s card.Signed, k *jws.Private) card.Signed {
	c := s.Card
	c.Voice = []card.Key{{Key: c.Voice[0].Key, From: c.Voice[0].From, Until: c.Voice[0].From + 3600}}
	return sign(t, c, k)
}

func TestWhatIsNoCard(t *testing.T) {
	k := key(t)
	for _, tc := range []struct {
		name   string
		change func(*card.Card)
		want   string
	}{
		{"another format", func(c *card.Card) { c.Format = "2" }, card.FaultForm},
		{"a name in capitals", func(c *card.Card) { c.Name = "Changsha" }, card.FaultForm},
		{"no title", func(c *card.Card) { c.Title.Zh = "" }, card.FaultForm},
		{"an address with a path", func(c *card.Card) { c.URL += "/x" }, card.FaultURL},
		{"an address with a password", func(c *card.Card) { c.URL = "https://a:b@c" }, card.FaultURL},
		{"a file as address", func(c *card.Card) { c.URL = "file://x" }, card.FaultURL},
		{"no voice", func(c *card.Card) { c.Voice = nil }, card.FaultForm},
		{"a key twice", func(c *card.Card) { c.Voice = append(c.Voice, c.Voice[0]) }, card.FaultTwice},
		{"a key that ends before it begins", func(c *card.Card) { c.Voice[0].Until = c.Voice[0].From }, card.FaultSpan},
		{"an anchor that is none", func(c *card.Card) { c.Anchors = []string{"AAAA"} }, card.FaultAnchor},
		{"an authority without a key", func(c *card.Card) { c.Authority = card.Body{Code: "11430100XXSPJ00010", Name: "x"} }, card.FaultForm},
		{"no log", func(c *card.Card) { c.Log = "" }, card.FaultForm},
		{"a key that does not sign yet", func(c *card.Card) { c.Voice[0].From += 10 }, card.FaultSignature},
	} {
		c := first(t, k)
		tc.change(&c)
		if _, err := card.Sign(rand.Reader, c, k); code(err) != tc.want {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
}

func TestACardIsReadAsItWasWritten(t *testing.T) {
	k := key(t)
	s := sign(t, first(t, k), k)
	b, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := card.Read(b)
	if err != nil || again.Fingerprint() != s.Fingerprint() || len(strings.Fields(s.Fingerprint())) != 10 {
		t.Errorf("%v, %q", err, s.Fingerprint())
	}
	if p := card.Peers([]card.Signed{s}); len(p["changsha"]) != 1 || !p["changsha"][0].From.Equal(now) {
		t.Errorf("peers %v", p)
	}
	if k := card.Keys([]card.Signed{s}); len(k["changsha"]) != 1 {
		t.Errorf("keys %v", k)
	}
	// No byte can be another one and the card still be read.
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(b)-1).Draw(t, "place")
		altered := bytes.Clone(b)
		altered[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		if s, err := card.Read(altered); err == nil {
			t.Fatalf("read with byte %d altered: %+v", i, s)
		}
	})
}

func FuzzRead(f *testing.F) {
	k := key(f)
	b, err := sign(f, first(f, k), k).Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"card":{},"signatures":[]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := card.Read(raw)
		if err != nil {
			return
		}
		if back, err := s.Bytes(); err != nil || len(back) == 0 {
			t.Fatal(err)
		}
	})
}
