package slip_test

import (
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/area"
	"conurb/kit/cwt"
	"conurb/kit/jws"
	"conurb/kit/licenceid"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/slip"
	"conurb/trust/trustlist"
)

const (
	kind      = "11430000000000000XX01" // invented, by form only
	authority = "11430100XX00000010"
)

var east8 = time.FixedZone("CST", 8*3600)

func key(t testing.TB, alg jws.Algorithm, seed string) *jws.Private {
	t.Helper()
	k, err := jws.FromSeed(alg, []byte(strings.Repeat(seed, 32)[:32]))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func known(all ...*jws.Private) slip.Keys {
	return func([]byte) (out []jws.Public) {
		for _, k := range all {
			out = append(out, k.Public())
		}
		return out
	}
}

// record is an identity card of Changsha, of ten years.
func record(t testing.TB) licence.Record {
	t.Helper()
	day := area.NewDate(2026, 11, 26)
	r, err := licence.Begin(&licence.Type{Code: kind, Months: 120}, licence.Draft{
		Type: kind, Authority: licence.Authority{City: "changsha", Code: authority, Name: "长沙市公安局"},
		Holder: licence.Holder{Kind: licence.KindCitizen, Code: "430102199001010014", Name: "王小明"},
	}, licence.Fresh{ID: "1", Serial: "20261126000000000007", Place: licence.Place{List: "1", Index: 71423, Bits: 2, Size: 1 << 17}},
		licence.How{At: day.Time().Add(4 * time.Hour), Today: day})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func of(t testing.TB) slip.Slip {
	t.Helper()
	r := record(t)
	s, err := slip.Of(&r, east8)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASlipOfALicence(t *testing.T) {
	r, want := record(t), of(t)
	for _, alg := range jws.Algorithms {
		k := key(t, alg, "issuer")
		text, err := want.Sign(rand.Reader, k)
		if err != nil {
			t.Fatal(err)
		}
		if n := (len(text) - len(slip.Prefix)) * 2 / 3; n > 200 || alg != jws.SM2 && n > 195 {
			t.Errorf("%s: %d bytes", alg, n)
		}
		got, by, err := slip.Read(text, known(key(t, alg, "another"), k), alg)
		if err != nil || got != want || !by.Equal(k.Public()) {
			t.Errorf("%s: %+v, %v, want %+v", alg, got, err, want)
		}
		if got.Identifier() != r.Identifier || got.Name != "王*明" || got.CodeEnd != "0014" || got.Until.In(east8).String() != "2036-11-26 00:00:00 +0800 CST" {
			t.Errorf("%s: %+v of %+v", alg, got, r)
		}
		for _, c := range text {
			if !strings.ContainsRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", c) {
				t.Errorf("%s: %q is none of a QR code's alphanumeric characters", alg, c)
			}
		}
		if got.Status("").URI != "urn:conurb:statuses:"+authority+":1" || got.Status("https://x.example/s/") != (statuslist.Reference{URI: "https://x.example/s/1", Index: 71423}) {
			t.Errorf("%s: %v, %v", alg, got.Status(""), got.Status("https://x.example/s/"))
		}
	}
}

func TestMasks(t *testing.T) {
	for name, want := range map[string]string{"": "*", "王": "*", "王明": "王*", "王小明": "王*明", "欧阳小明": "欧*明", "Ann Lee": "A*e"} {
		if got := slip.MaskName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for code, want := range map[string]string{"": "", "1234567": "", "12345678": "5678", "43010219900101001X": "001X"} {
		if got := slip.MaskCode(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

func TestSlipsThatAreRefused(t *testing.T) {
	k := key(t, jws.EdDSA, "issuer")
	text, err := of(t).Sign(nil, k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := cwt.FromBase45(strings.TrimPrefix(text, slip.Prefix))
	if err != nil {
		t.Fatal(err)
	}
	token, err := cwt.Parse(b, jws.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(h cwt.Header, change func(cwt.Claims, []any)) string {
		c, err := token.Claims()
		if err != nil {
			t.Fatal(err)
		}
		change(c, c[int64(-65600)].([]any))
		payload, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		b, err := cwt.Sign(nil, k, h, payload)
		if err != nil {
			t.Fatal(err)
		}
		return slip.Prefix + cwt.Base45(b)
	}
	id := cwt.Header{KeyID: slip.KeyID(k.Public())}
	same := func(cwt.Claims, []any) {}
	if signed(id, same) != text {
		t.Fatal("a slip made by hand is not the one that is signed")
	}
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", slip.ErrText},
		{"another text", "HTTPS://EXAMPLE.COM/", slip.ErrText},
		{"no prefix", strings.TrimPrefix(text, slip.Prefix), slip.ErrText},
		{"prefix of another form", strings.Replace(text, "1:", "2:", 1), slip.ErrText},
		{"small letters", strings.ToLower(text), slip.ErrText},
		{"a character more", text + "0", cwt.ErrForm},
		{"two characters more", text + "00", slip.ErrText},
		{"bytes more", slip.Prefix + cwt.Base45(append(b[:len(b):len(b)], 0)), cwt.ErrForm},
		{"cut off", slip.Prefix + cwt.Base45(b[:len(b)-1]), cwt.ErrForm},
		{"the tag of a CWT around it", slip.Prefix + cwt.Base45(append([]byte{0xd8, 0x3d}, b...)), slip.ErrForm},
		{"oversized", slip.Prefix + strings.Repeat("0", slip.MostText), cwt.ErrLong},
		{"no key named", signed(cwt.Header{}, same), slip.ErrForm},
		{"key named at length", signed(cwt.Header{KeyID: []byte("12345")}, same), slip.ErrForm},
		{"a key nobody knows", signed(cwt.Header{KeyID: []byte("1234")}, same), slip.ErrKey},
		{"a token of another kind", signed(cwt.Header{Type: "application/statuslist+cwt", KeyID: id.KeyID}, same), slip.ErrForm},
		{"a claim more", signed(id, func(c cwt.Claims, _ []any) { c[cwt.Audience] = "x" }), slip.ErrForm},
		{"no licence", signed(id, func(c cwt.Claims, _ []any) { delete(c, int64(-65600)) }), slip.ErrForm},
		{"an item more", signed(id, func(c cwt.Claims, l []any) { c[int64(-65600)] = append(l, int64(1)) }), slip.ErrForm},
		{"type a number", signed(id, func(_ cwt.Claims, l []any) { l[0] = int64(1) }), slip.ErrForm},
		{"type of another form", signed(id, func(_ cwt.Claims, l []any) { l[0] = "X" }), licenceid.ErrID},
		{"serial in small letters", signed(id, func(_ cwt.Claims, l []any) { l[2] = "serial" }), licenceid.ErrID},
		{"edition none", signed(id, func(_ cwt.Claims, l []any) { l[3] = int64(0) }), slip.ErrForm},
		{"edition beyond three digits", signed(id, func(_ cwt.Claims, l []any) { l[3] = int64(1000) }), slip.ErrForm},
		{"place below nothing", signed(id, func(_ cwt.Claims, l []any) { l[7] = int64(-1) }), slip.ErrForm},
		{"place a fraction", signed(id, func(_ cwt.Claims, l []any) { l[7] = 1.5 }), slip.ErrForm},
		{"no city", signed(id, func(c cwt.Claims, _ []any) { delete(c, cwt.Issuer) }), slip.ErrForm},
		{"no date of issue", signed(id, func(c cwt.Claims, _ []any) { delete(c, cwt.IssuedAt) }), slip.ErrForm},
		{"end a fraction", signed(id, func(c cwt.Claims, _ []any) { c[cwt.Expires] = 1.5 }), slip.ErrForm},
		{"end a text", signed(id, func(c cwt.Claims, _ []any) { c[cwt.Expires] = "x" }), cwt.ErrClaim},
	} {
		if s, _, err := slip.Read(c.text, known(k), jws.Algorithms...); !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v, want %v", c.name, s, err, c.want)
		}
	}
	if _, _, err := slip.Read(text, known(k), jws.ES256, jws.SM2); !errors.Is(err, cwt.ErrAlgorithm) {
		t.Errorf("an algorithm that is not permitted: %v", err)
	}
	forged := key(t, jws.EdDSA, "forger")
	if _, _, err := slip.Read(text, known(forged), jws.EdDSA); !errors.Is(err, slip.ErrKey) {
		t.Errorf("only another key is known: %v", err)
	}
}

// TestMutatedSlips: of 10,000 slips with characters or bytes exchanged, dropped or doubled
// none is accepted.
func TestMutatedSlips(t *testing.T) {
	k := key(t, jws.EdDSA, "issuer")
	good, err := of(t).Sign(nil, k)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := cwt.FromBase45(strings.TrimPrefix(good, slip.Prefix))
	if err != nil {
		t.Fatal(err)
	}
	const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:az\n"
	r := mathrand.New(mathrand.NewPCG(1, 2))
	reached := 0
	for n := range 10_000 {
		text := []byte(good)
		if n%2 == 0 {
			b := mutated(r, plain, func() byte { return byte(r.IntN(256)) })
			text = []byte(slip.Prefix + cwt.Base45(b))
		} else {
			text = mutated(r, text, func() byte { return characters[r.IntN(len(characters))] })
		}
		_, _, err := slip.Read(string(text), known(k), jws.Algorithms...)
		if err == nil && string(text) != good {
			t.Fatalf("%q is accepted", text)
		}
		if errors.Is(err, cwt.ErrSignature) {
			reached++
		}
	}
	if reached < 1000 {
		t.Errorf("only %d reached the signature: the others test little", reached)
	}
}

// mutated is a text with one to three places exchanged, dropped or doubled.
func mutated(r *mathrand.Rand, text []byte, other func() byte) []byte {
	b := slices.Clone(text)
	for range 1 + r.IntN(3) {
		i := r.IntN(len(b))
		switch r.IntN(8) {
		case 0:
			b = slices.Delete(b, i, i+1)
		case 1:
			b = slices.Insert(b, i, b[i])
		default:
			b[i] = other()
		}
	}
	return b
}

func FuzzRead(f *testing.F) {
	k := key(f, jws.EdDSA, "issuer")
	good, err := of(f).Sign(nil, k)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(slip.Prefix)
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := slip.Read(text, known(k), jws.Algorithms...); err == nil && text != good {
			t.Fatalf("%q is accepted", text)
		}
	})
}

// line is the way to an issuer's lists; it can be cut.
type line struct {
	token *statuslist.Token
	cut   bool
}

var errCut = errors.New("line is cut")

func (l *line) Fetch(context.Context, string) (*statuslist.Token, error) {
	if l.cut {
		return nil, errCut
	}
	return l.token, nil
}

// TestACounterWithoutNetwork reads a slip in the morning with the network, in the
// afternoon without, and the next day: accepted, accepted with the age of what is known,
// and no answer.
func TestACounterWithoutNetwork(t *testing.T) {
	k := key(t, jws.ES256, "issuer")
	text, err := of(t).Sign(rand.Reader, k)
	if err != nil {
		t.Fatal(err)
	}
	morning := time.Date(2026, 11, 27, 9, 0, 0, 0, east8)
	s, by, err := slip.Read(text, known(k), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	statuses, err := statuslist.New(2, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	ref := s.Status("")
	l := &line{token: &statuslist.Token{Subject: ref.URI, Issued: morning.Add(-time.Hour), Life: 10 * time.Minute, Form: statuses.Form()}}
	cache := statuslist.NewCache(l, statuslist.Limits{Age: 12 * time.Hour})
	list := trusting(t, by, trustlist.InstantOf(morning)-86400)
	at := func(after time.Duration) (trustlist.Outcome, time.Duration, error) {
		now := morning.Add(after)
		known, err := cache.Look(t.Context(), ref, now)
		facts := s.Facts(by)
		if err == nil && known.Status == statuslist.Valid {
			facts.Status = trustlist.StatusValid
		} else if err == nil {
			facts.Status = trustlist.StatusRevoked
		}
		v := trustlist.Judge(list, trustlist.Question{At: trustlist.InstantOf(now), City: "changsha", Wanted: kind}, facts,
			trustlist.Knowledge{StatusAt: trustlist.InstantOf(known.AsOf), MostStatus: 12 * 3600, Offline: l.cut})
		return v.Outcome, known.Age, err
	}
	check := func(name string, after time.Duration, want trustlist.Outcome, age time.Duration, wantErr error) {
		t.Helper()
		got, old, err := at(after)
		if got != want || old != age || !errors.Is(err, wantErr) {
			t.Errorf("%s: %s, %s old, %v, want %s, %s, %v", name, got, old, err, want, age, wantErr)
		}
	}
	check("in the morning", 0, trustlist.Accepted, time.Hour, nil)
	l.cut = true
	check("in the afternoon", 8*time.Hour, trustlist.Accepted, 9*time.Hour, nil)
	check("the next day", 24*time.Hour, trustlist.CannotTell, 0, statuslist.ErrOld)
	if err := statuses.Set(s.Index, statuslist.Invalid); err != nil {
		t.Fatal(err)
	}
	l.cut, l.token = false, &statuslist.Token{Subject: ref.URI, Issued: morning.Add(24 * time.Hour), Form: statuses.Form()}
	check("revoked, and the line is back", 25*time.Hour, trustlist.NotAccepted, time.Hour, nil)
}

// trusting is a trust list with one row: the key of the authority.
func trusting(t *testing.T, issuer jws.Public, at trustlist.Instant) *trustlist.List {
	t.Helper()
	city, office := key(t, jws.EdDSA, "city"), key(t, jws.EdDSA, "office")
	keys := trustlist.Keys{"changsha": {city.Public()}, trustlist.Office: {office.Public()}}
	change, err := trustlist.Propose(rand.Reader, trustlist.Change{Kind: trustlist.AddRow, By: "changsha", Proposed: at, Reason: "it issues them", Row: &trustlist.Row{
		City: "changsha", Authority: authority, Name: "长沙市公安局", Type: kind, From: 1, Key: issuer.JWK(""),
	}}, city)
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&trustlist.List{}).Publish(rand.Reader, []trustlist.Signed{change}, at, keys, office)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
