package dcql_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

var (
	issuer = key()
	holder = key()
	jwk    = func() any {
		b, err := json.Marshal(holder.Public().JWK(""))
		if err != nil {
			panic(err)
		}
		v, err := strictjson.Decode(b, strictjson.Limits{})
		if err != nil {
			panic(err)
		}
		return v
	}()
)

func key() *jws.Private {
	k, err := jws.Generate(jws.EdDSA, rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

type object = sdjwt.Object

func hide(v any) sdjwt.Hidden { return sdjwt.Hidden{Value: v} }

// issue makes a credential of a type; who holds it is in it unless loose.
func issue(vct string, claims object, header ...any) *sdjwt.Shown {
	all := object{"vct": vct, "cnf": object{"jwk": jwk}}
	maps.Copy(all, claims)
	if all["cnf"] == nil {
		delete(all, "cnf")
	}
	h := map[string]any{"typ": "dc+sd-jwt"}
	if len(header) > 0 {
		h["x5c"] = header
	}
	text, err := sdjwt.Issue(rand.Reader, issuer, h, all, sdjwt.Settings{})
	if err != nil {
		panic(err)
	}
	s, err := sdjwt.Parse(text, jws.EdDSA)
	if err != nil {
		panic(err)
	}
	return s
}

// arthur is the credential of §7.3, every claim of it hidden.
func arthur() object {
	return object{
		"name":    hide("Arthur Dent"),
		"address": hide(object{"street_address": hide("42 Market Street"), "locality": hide("Milliways"), "postal_code": hide("12345")}),
		"degrees": hide([]any{
			hide(object{"type": hide("Bachelor of Science"), "university": hide("University of Betelgeuse")}),
			hide(object{"type": hide("Master of Science"), "university": hide("University of Betelgeuse")}),
		}),
		"nationalities": []any{hide("British"), hide("Betelgeusian")},
		"age":           hide(42), "over_18": hide(true),
	}
}

// TestPathsOfTheText applies the pointers of §7.3, and the errors of §7.1.1.
func TestPathsOfTheText(t *testing.T) {
	claims, err := issue("t", arthur()).Claims()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path dcql.Path
		want []any
		err  error
	}{
		{dcql.Path{"name"}, []any{"Arthur Dent"}, nil},
		{dcql.Path{"address"}, []any{object{"street_address": "42 Market Street", "locality": "Milliways", "postal_code": "12345"}}, nil},
		{dcql.Path{"address", "street_address"}, []any{"42 Market Street"}, nil},
		{dcql.Path{"degrees", nil, "type"}, []any{"Bachelor of Science", "Master of Science"}, nil},
		{dcql.Path{"nationalities", 1}, []any{"Betelgeusian"}, nil},
		{dcql.Path{"nationalities", nil}, []any{"British", "Betelgeusian"}, nil},
		{dcql.Path{"nationalities", 2}, nil, dcql.ErrNothing},
		{dcql.Path{"degrees", nil, "year"}, nil, dcql.ErrNothing},
		{dcql.Path{"nothing"}, nil, dcql.ErrNothing},
		{dcql.Path{"nothing", "below"}, nil, dcql.ErrNothing},
		{dcql.Path{}, nil, dcql.ErrNothing},
		{dcql.Path{"name", "first"}, nil, dcql.ErrStep},
		{dcql.Path{"name", nil}, nil, dcql.ErrStep},
		{dcql.Path{"name", 0}, nil, dcql.ErrStep},
		{dcql.Path{"address", 0}, nil, dcql.ErrStep},
		{dcql.Path{"degrees", "type"}, nil, dcql.ErrStep},
		{dcql.Path{nil}, nil, dcql.ErrStep},
		{dcql.Path{"degrees", 1.5}, nil, dcql.ErrStep},
	} {
		found, err := c.path.Find(claims)
		var got []any
		for _, f := range found {
			got = append(got, f.Value)
		}
		if !errors.Is(err, c.err) || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, %v", c.path, got, err)
		}
	}
}

// ask reads a query for one credential of the type t.
func ask(t *testing.T, more string) *dcql.Query {
	t.Helper()
	return parse(t, credential(more))
}

func parse(t *testing.T, text string) *dcql.Query {
	t.Helper()
	q, err := dcql.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// disclosed lists what a presentation discloses, as paths.
func disclosed(s *sdjwt.Shown, of *sdjwt.Shown) string {
	hidden, err := of.Hidden()
	if err != nil {
		panic(err)
	}
	var out []string
	for i, d := range hidden {
		if slices.Contains(s.Disclosures, of.Disclosures[i]) {
			out = append(out, strings.Join(d.Path, "."))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// TestDisclosuresChosen says for every query exactly what is shown.
func TestDisclosuresChosen(t *testing.T) {
	for name, c := range map[string]struct{ query, want string }{
		"no claims: nothing hidden":       {``, ""},
		"one":                             {`,"claims":[{"path":["name"]}]`, "name"},
		"a claim with all below it":       {`,"claims":[{"path":["address"]}]`, "address address.locality address.postal_code address.street_address"},
		"a claim within another":          {`,"claims":[{"path":["address","locality"]}]`, "address address.locality"},
		"all elements":                    {`,"claims":[{"path":["nationalities",null]}]`, "nationalities.0 nationalities.1"},
		"an element":                      {`,"claims":[{"path":["nationalities",1]}]`, "nationalities.1"},
		"a claim of every element":        {`,"claims":[{"path":["degrees",null,"type"]}]`, "degrees degrees.0 degrees.0.type degrees.1 degrees.1.type"},
		"twice the same":                  {`,"claims":[{"path":["name"]},{"path":["name"]}]`, "name"},
		"a value":                         {`,"claims":[{"path":["name"],"values":["Ford","Arthur Dent"]}]`, "name"},
		"an integer":                      {`,"claims":[{"path":["age"],"values":[42]}]`, "age"},
		"a boolean":                       {`,"claims":[{"path":["over_18"],"values":[true]}]`, "over_18"},
		"elements of a value only":        {`,"claims":[{"path":["nationalities",null],"values":["Betelgeusian"]}]`, "nationalities.1"},
		"the first set that is there":     {`,"claims":[{"id":"x","path":["salary"]},{"id":"a","path":["age"]},{"id":"o","path":["over_18"]}],"claim_sets":[["x","a"],["o"],["a"]]`, "over_18"},
		"a set whose value does not hold": {`,"claims":[{"id":"a","path":["age"],"values":[43]},{"id":"o","path":["over_18"]}],"claim_sets":[["a"],["o"]]`, "over_18"},
		"claim that is there openly":      {`,"claims":[{"path":["vct"]}]`, ""},
		"no holder binding needed":        {`,"require_cryptographic_holder_binding":false`, ""},
	} {
		s := issue("t", arthur())
		q := ask(t, c.query)
		list := q.Matches([]*sdjwt.Shown{s})
		if len(list) != 1 {
			t.Errorf("%s: %d matches", name, len(list))
			continue
		}
		if got := disclosed(list[0].Shown, s); got != c.want {
			t.Errorf("%s: shows %q, want %q", name, got, c.want)
		}
		if list[0].Bind == q.Credentials[0].Unbound {
			t.Errorf("%s: bind is %v", name, list[0].Bind)
		}
		if err := q.Check(answers(t, list)); err != nil {
			t.Errorf("%s: what is shown does not satisfy: %v", name, err)
		}
	}
}

// answers is what the verifier has once it has verified what is shown.
func answers(t interface{ Fatal(...any) }, list []dcql.Match) map[string][]dcql.Answer {
	out := map[string][]dcql.Answer{}
	for _, m := range list {
		s, err := sdjwt.Parse(m.Shown.Text(), jws.EdDSA)
		if err != nil {
			t.Fatal(err)
		}
		claims, err := s.Verify(issuer.Public())
		if err != nil {
			t.Fatal(err)
		}
		out[m.Query] = append(out[m.Query], dcql.Answer{Shown: s, Claims: claims, Bound: m.Bind})
	}
	return out
}

// TestNoMatch has credentials that must not be shown.
func TestNoMatch(t *testing.T) {
	anchorKey, now := key(), time.Now()
	anchor, err := x5c.Anchor(rand.Reader, anchorKey, "anchor", now, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x5c.Signer(rand.Reader, anchor, anchorKey, issuer.Public(), "issuer", nil, now, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	chain := x5c.Chain{leaf}
	aki := chain.AuthorityKeys()[0]
	with := issue("t", arthur(), chain.Header()...)
	unheld := arthur()
	unheld["cnf"] = nil
	for name, c := range map[string]struct {
		query string
		held  *sdjwt.Shown
		want  int
	}{
		"another type":                   {``, issue("u", arthur()), 0},
		"no type":                        {``, issue("t", object{"vct": 1}), 0},
		"a claim that is not there":      {`,"claims":[{"path":["name"]},{"path":["salary"]}]`, issue("t", arthur()), 0},
		"another value":                  {`,"claims":[{"path":["name"],"values":["Ford"]}]`, issue("t", arthur()), 0},
		"value of another kind":          {`,"claims":[{"path":["age"],"values":["42"]}]`, issue("t", arthur()), 0},
		"boolean for a text":             {`,"claims":[{"path":["over_18"],"values":["true"]}]`, issue("t", arthur()), 0},
		"an object is no value":          {`,"claims":[{"path":["address"],"values":["Milliways"]}]`, issue("t", arthur()), 0},
		"no set is there":                {`,"claims":[{"id":"a","path":["salary"]},{"id":"b","path":["name"]}],"claim_sets":[["a","b"]]`, issue("t", arthur()), 0},
		"a step into a text":             {`,"claims":[{"path":["name","first"]}]`, issue("t", arthur()), 0},
		"no key of a holder":             {``, issue("t", unheld), 0},
		"no key of a holder, none asked": {`,"require_cryptographic_holder_binding":false`, issue("t", unheld), 1},
		"authority, no certificate":      {`,"trusted_authorities":[{"type":"aki","values":["` + aki + `"]}]`, issue("t", arthur()), 0},
		"authority":                      {`,"trusted_authorities":[{"type":"etsi_tl","values":["x"]},{"type":"aki","values":["y","` + aki + `"]}]`, with, 1},
		"another authority":              {`,"trusted_authorities":[{"type":"aki","values":["y"]}]`, with, 0},
		"authority of a kind not known":  {`,"trusted_authorities":[{"type":"openid_federation","values":["` + aki + `"]}]`, with, 0},
	} {
		if got := ask(t, c.query).Matches([]*sdjwt.Shown{c.held}); len(got) != c.want {
			t.Errorf("%s: %d matches, want %d", name, len(got), c.want)
		}
	}
	mdoc := parse(t, `{"credentials":[{"id":"a","format":"mso_mdoc","meta":{"doctype_value":"t"}}]}`)
	if got := mdoc.Matches([]*sdjwt.Shown{issue("t", arthur())}); len(got) != 0 {
		t.Errorf("a query for an mdoc has %d matches", len(got))
	}
}

// TestSelectExample chooses among the alternatives of Annex D: which credentials are shown
// for which are held.
func TestSelectExample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(spec, "examples", "query_lang", "credentials_alternatives.json"))
	if err != nil {
		t.Skip("no examples of OpenID4VP beside the repository: 1 test left out")
	}
	q := parse(t, string(text))
	full := object{"given_name": hide("a"), "family_name": hide("b"), "address": hide(object{"street_address": hide("c"), "locality": hide("d")})}
	all := map[string]*sdjwt.Shown{
		"pid":     issue("https://credentials.example.com/identity_credential", full),
		"other":   issue("https://othercredentials.example/pid", full),
		"r1":      issue("https://credentials.example.com/reduced_identity_credential", full),
		"r2":      issue("https://cred.example/residence_credential", object{"postal_code": hide("1"), "locality": hide("2"), "region": hide("3")}),
		"rewards": issue("https://company.example/company_rewards", object{"rewards_number": hide(1)}),
	}
	for _, c := range []struct {
		held     string
		optional bool
		want     string
	}{
		{"pid other r1 r2 rewards", false, "pid"},
		{"pid other r1 r2 rewards", true, "pid nice_to_have"},
		{"other r1 r2", true, "other_pid"},
		{"r1 r2 rewards", false, "pid_reduced_cred_1 pid_reduced_cred_2"},
		{"r1 rewards", true, ""},
		{"rewards", true, ""},
	} {
		var held []*sdjwt.Shown
		for _, name := range strings.Fields(c.held) {
			held = append(held, all[name])
		}
		list, err := q.Select(q.Matches(held), c.optional)
		var unmatched *dcql.Unmatched
		if (c.want == "") != errors.As(err, &unmatched) {
			t.Errorf("%s: %v", c.held, err)
		}
		var got []string
		for _, m := range list {
			got = append(got, m.Query)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: shows %v, want %s", c.held, got, c.want)
		}
	}
}
