package sdjwt_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

// hidden is a disclosure made by hand, and its digest.
func hidden(text string) (disclosure, digest string) {
	d := jws.Encode([]byte(text))
	sum := sha256.Sum256([]byte(d))
	return d, jws.Encode(sum[:])
}

// signed is an SD-JWT over a payload written by hand.
func signed(t *testing.T, k *jws.Private, payload string, disclosures ...string) string {
	t.Helper()
	token, err := jws.Sign(rand.Reader, k, nil, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return token + "~" + strings.Join(append(disclosures, ""), "~")
}

func TestHostileCredentials(t *testing.T) {
	k := newKey(t, jws.EdDSA)
	name, nameD := hidden(`["salt","name","王小明"]`)
	element, elementD := hidden(`["salt","CN"]`)
	inner, innerD := hidden(`["salt","street","五一大道"]`)
	outer, outerD := hidden(`["salt","address",{"_sd":["` + innerD + `"]}]`)
	digests, digestsD := hidden(`["salt","_sd",["x"]]`)
	dots, dotsD := hidden(`["salt","...","x"]`)
	four, fourD := hidden(`["salt","a","b","c"]`)
	one, oneD := hidden(`["salt"]`)
	object, objectD := hidden(`{"a":1}`)
	number, numberD := hidden(`[1,"a","b"]`)
	numeric, numericD := hidden(`["salt",7,"b"]`)
	twice, twiceD := hidden(`["salt","a",{"x":1,"x":2}]`)
	selfish, selfishD := hidden(`["salt","a",{"_sd":["` + nameD + `","` + nameD + `"]}]`)
	broken, brokenD := hidden(`["salt","a"`)
	for title, c := range map[string]struct {
		text string
		want error
	}{
		"good":                               {signed(t, k, `{"_sd":["`+nameD+`"]}`, name), nil},
		"inside one another":                 {signed(t, k, `{"_sd":["`+outerD+`"]}`, outer, inner), nil},
		"a digest of nothing":                {signed(t, k, `{"_sd":["`+nameD+`","nothing"]}`), nil},
		"disclosure nobody calls for":        {signed(t, k, `{"_sd":[]}`, name), sdjwt.ErrUnused},
		"what is inside, without what holds": {signed(t, k, `{"_sd":["`+outerD+`"]}`, inner), sdjwt.ErrUnused},
		"disclosure twice":                   {signed(t, k, `{"_sd":["`+nameD+`"]}`, name, name), sdjwt.ErrTwice},
		"digest twice":                       {signed(t, k, `{"_sd":["`+nameD+`","`+nameD+`"]}`, name), sdjwt.ErrTwice},
		"digest twice, not disclosed":        {signed(t, k, `{"_sd":["x"],"a":{"_sd":["x"]}}`), sdjwt.ErrTwice},
		"digest twice, inside a disclosure":  {signed(t, k, `{"_sd":["`+selfishD+`"]}`, selfish, name), sdjwt.ErrTwice},
		"claim is there already":             {signed(t, k, `{"name":"x","_sd":["`+nameD+`"]}`, name), sdjwt.ErrName},
		"claim _sd":                          {signed(t, k, `{"_sd":["`+digestsD+`"]}`, digests), sdjwt.ErrName},
		"claim ...":                          {signed(t, k, `{"_sd":["`+dotsD+`"]}`, dots), sdjwt.ErrName},
		"element for a claim":                {signed(t, k, `{"_sd":["`+elementD+`"]}`, element), sdjwt.ErrDisclosure},
		"claim for an element":               {signed(t, k, `{"l":[{"...":"`+nameD+`"}]}`, name), sdjwt.ErrDisclosure},
		"four parts":                         {signed(t, k, `{"_sd":["`+fourD+`"]}`, four), sdjwt.ErrDisclosure},
		"one part":                           {signed(t, k, `{"_sd":["`+oneD+`"]}`, one), sdjwt.ErrDisclosure},
		"an object":                          {signed(t, k, `{"_sd":["`+objectD+`"]}`, object), sdjwt.ErrDisclosure},
		"salt no string":                     {signed(t, k, `{"_sd":["`+numberD+`"]}`, number), sdjwt.ErrDisclosure},
		"name no string":                     {signed(t, k, `{"_sd":["`+numericD+`"]}`, numeric), sdjwt.ErrDisclosure},
		"a name twice in a disclosure":       {signed(t, k, `{"_sd":["`+twiceD+`"]}`, twice), strictjson.ErrTwice},
		"broken JSON":                        {signed(t, k, `{"_sd":["`+brokenD+`"]}`, broken), sdjwt.ErrDisclosure},
		"not base64url":                      {signed(t, k, `{"_sd":[]}`, name+"="), sdjwt.ErrDisclosure},
		"_sd no list":                        {signed(t, k, `{"_sd":"x"}`), sdjwt.ErrForm},
		"_sd of numbers":                     {signed(t, k, `{"_sd":[1]}`), sdjwt.ErrForm},
		"... in an object":                   {signed(t, k, `{"a":{"...":"x"}}`), sdjwt.ErrName},
		"weak hash":                          {signed(t, k, `{"_sd_alg":"md5","_sd":["x"]}`), sdjwt.ErrHash},
		"hash, a number":                     {signed(t, k, `{"_sd_alg":1}`), sdjwt.ErrHash},
		"payload, a list":                    {signed(t, k, `[]`), strictjson.ErrSyntax},
		"payload, a name twice":              {signed(t, k, `{"a":1,"a":2}`), strictjson.ErrTwice},
		"nested too deeply":                  {nested(t, k), sdjwt.ErrDeep},
		"another's signature":                {signed(t, newKey(t, jws.EdDSA), `{}`), jws.ErrSignature},
	} {
		s, err := sdjwt.Parse(c.text, jws.EdDSA)
		if err == nil {
			_, err = s.Verify(k.Public())
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", title, err, c.want)
		}
	}
	for title, text := range map[string]string{"nothing": "", "no ~": strings.Split(signed(t, k, `{}`), "~")[0], "only ~": "~"} {
		if s, err := sdjwt.Parse(text, jws.EdDSA); err == nil {
			t.Errorf("%s: %v", title, s)
		}
	}
}

// nested is a claim in a claim in a claim, each a disclosure of its own.
func nested(t *testing.T, k *jws.Private) string {
	var all []string
	d, digest := hidden(`["salt","a",1]`)
	for range 200 {
		all = append(all, d)
		d, digest = hidden(`["salt","a",{"_sd":["` + digest + `"]}]`)
	}
	return signed(t, k, `{"_sd":["`+digest+`"]}`, append(all, d)...)
}

func TestKeyBinding(t *testing.T) {
	issuer, holder, thief := newKey(t, jws.EdDSA), newKey(t, jws.ES256), newKey(t, jws.ES256)
	b, _ := json.Marshal(holder.Public().JWK(""))
	cnf, _ := strictjson.Decode(b, strictjson.Limits{})
	text, err := sdjwt.Issue(rand.Reader, issuer, nil, sdjwt.Object{"cnf": sdjwt.Object{"jwk": cnf}, "name": sdjwt.Hidden{Value: "x"}, "born": sdjwt.Hidden{Value: "y"}}, sdjwt.Settings{Decoys: 2})
	if err != nil {
		t.Fatal(err)
	}
	s := parse(t, text)
	r, now, fresh := sdjwt.Request{Audience: "https://xiangtan.example", Nonce: "42"}, time.Unix(1_700_000_000, 0), sdjwt.Fresh{Age: time.Minute, Ahead: 10 * time.Second}
	shown, err := s.Choose(func(d sdjwt.Disclosure) bool { return d.Path[0] == "name" })
	if err != nil {
		t.Fatal(err)
	}
	bind := func(s *sdjwt.Shown, k *jws.Private, r sdjwt.Request, at time.Time) *sdjwt.Shown {
		text, err := s.Bind(rand.Reader, k, r, at)
		if err != nil {
			t.Fatal(err)
		}
		return parse(t, text)
	}
	good := bind(shown, holder, r, now)
	claims, err := good.VerifyBound(issuer.Public(), r, now, fresh)
	if err != nil || claims["name"] != "x" || claims["born"] != nil {
		t.Fatalf("%v, %v", claims, err)
	}
	less, _ := good.Choose(func(sdjwt.Disclosure) bool { return false })
	for title, c := range map[string]struct {
		shown *sdjwt.Shown
		r     sdjwt.Request
		at    time.Time
		want  error
	}{
		"without binding":       {shown, r, now, sdjwt.ErrUnbound},
		"by somebody else":      {bind(shown, thief, r, now), r, now, jws.ErrSignature},
		"another verifier":      {good, sdjwt.Request{Audience: "https://zhuzhou.example", Nonce: "42"}, now, sdjwt.ErrAudience},
		"another request":       {good, sdjwt.Request{Audience: r.Audience, Nonce: "43"}, now, sdjwt.ErrNonce},
		"no nonce asked for":    {bind(shown, holder, sdjwt.Request{Audience: r.Audience}, now), sdjwt.Request{Audience: r.Audience}, now, sdjwt.ErrNonce},
		"too old":               {good, r, now.Add(61 * time.Second), sdjwt.ErrTime},
		"from the future":       {good, r, now.Add(-11 * time.Second), sdjwt.ErrTime},
		"a disclosure left out": {withBinding(t, less, good), r, now, sdjwt.ErrBinding},
		"one put in":            {withBinding(t, s, good), r, now, sdjwt.ErrBinding},
	} {
		if _, err := c.shown.VerifyBound(issuer.Public(), c.r, c.at, fresh); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", title, err, c.want)
		}
	}
	unbound, _ := sdjwt.Issue(rand.Reader, issuer, nil, sdjwt.Object{"a": "b"}, sdjwt.Settings{})
	if _, err := bind(parse(t, unbound), holder, r, now).VerifyBound(issuer.Public(), r, now, fresh); !errors.Is(err, sdjwt.ErrHolder) {
		t.Errorf("a credential without a holder: %v", err)
	}
}

// withBinding is one presentation with the key binding of another.
func withBinding(t *testing.T, s, other *sdjwt.Shown) *sdjwt.Shown {
	t.Helper()
	out := *s
	out.Binding = other.Binding
	return &out
}

func parse(t testing.TB, text string) *sdjwt.Shown {
	t.Helper()
	s, err := sdjwt.Parse(text, jws.Algorithms...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheFormatsOwnNamesAreNotIssued(t *testing.T) {
	k := newKey(t, jws.EdDSA)
	for _, name := range []string{"_sd", "_sd_alg", "..."} {
		if _, err := sdjwt.Issue(rand.Reader, k, nil, sdjwt.Object{"a": sdjwt.Object{name: sdjwt.Hidden{Value: 1}}}, sdjwt.Settings{}); !errors.Is(err, sdjwt.ErrName) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := sdjwt.Issue(rand.Reader, k, nil, sdjwt.Object{}, sdjwt.Settings{Hash: "sha-1"}); !errors.Is(err, sdjwt.ErrHash) {
		t.Errorf("sha-1: %v", err)
	}
}

// TestMutatedPresentations: a presentation in which any character was exchanged, or any
// part left out, is refused.
func TestMutatedPresentations(t *testing.T) {
	issuer, holder := newKey(t, jws.EdDSA), newKey(t, jws.EdDSA)
	b, _ := json.Marshal(holder.Public().JWK(""))
	cnf, _ := strictjson.Decode(b, strictjson.Limits{})
	text, err := sdjwt.Issue(rand.Reader, issuer, nil, sdjwt.Object{"cnf": sdjwt.Object{"jwk": cnf}, "n": sdjwt.Hidden{Value: sdjwt.Object{"m": sdjwt.Hidden{Value: 1}}}, "l": []any{sdjwt.Hidden{Value: "a"}}}, sdjwt.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	r, now := sdjwt.Request{Audience: "a", Nonce: "n"}, time.Unix(1_700_000_000, 0)
	good, err := parse(t, text).Bind(rand.Reader, holder, r, now)
	if err != nil {
		t.Fatal(err)
	}
	passes := func(text string) bool {
		s, err := sdjwt.Parse(text, jws.Algorithms...)
		if err == nil {
			_, err = s.VerifyBound(issuer.Public(), r, now, sdjwt.Fresh{Age: time.Minute})
		}
		return err == nil
	}
	if !passes(good) {
		t.Fatal("what nobody touched is refused")
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/ \n"
	rapid.Check(t, func(t *rapid.T) {
		var mutated string
		if parts := strings.Split(good, "~"); rapid.Bool().Draw(t, "parts") {
			i := rapid.IntRange(0, len(parts)-1).Draw(t, "part")
			if rapid.Bool().Draw(t, "twice") {
				parts = slices.Insert(parts, i, parts[i])
			} else {
				parts = slices.Delete(parts, i, i+1)
			}
			mutated = strings.Join(parts, "~")
		} else {
			b := []byte(good)
			i := rapid.IntRange(0, len(b)-1).Draw(t, "where")
			b[i] = alphabet[rapid.IntRange(0, len(alphabet)-1).Draw(t, "what")]
			mutated = string(b)
		}
		if mutated != good && passes(mutated) {
			t.Fatalf("%s passes", mutated)
		}
	})
}

func FuzzParse(f *testing.F) {
	k := newKey(f, jws.EdDSA)
	text, err := sdjwt.Issue(rand.Reader, k, nil, sdjwt.Object{"a": sdjwt.Hidden{Value: []any{sdjwt.Hidden{Value: 1}}}}, sdjwt.Settings{Decoys: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add("a~b~c")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := sdjwt.Parse(text, jws.Algorithms...)
		if err != nil {
			return
		}
		if _, err := s.Claims(); err != nil {
			return
		}
		hidden, err := s.Hidden()
		if err != nil || len(hidden) != len(s.Disclosures) {
			t.Fatalf("%d disclosures, %d places, %v", len(s.Disclosures), len(hidden), err)
		}
	})
}
