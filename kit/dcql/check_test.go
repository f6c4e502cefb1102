package dcql_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"conurb/kit/dcql"
	"conurb/kit/sdjwt"
)

// TestSeveral shows one of several credentials, or all where several may be shown.
func TestSeveral(t *testing.T) {
	held := []*sdjwt.Shown{issue("t", arthur()), issue("t", arthur())}
	for more, want := range map[string]int{``: 1, `,"multiple":true`: 2} {
		q := ask(t, more)
		list, err := q.Select(q.Matches(held), false)
		if err != nil || len(list) != want {
			t.Errorf("%q: %d shown, want %d: %v", more, len(list), want, err)
		}
		if err := q.Check(answers(t, list)); err != nil {
			t.Errorf("%q: %v", more, err)
		}
	}
}

// TestCheckRefuses has answers that do not satisfy what was asked.
func TestCheckRefuses(t *testing.T) {
	s := issue("t", arthur())
	one := func(keep string) []dcql.Answer {
		shown, err := s.Choose(func(d sdjwt.Disclosure) bool { return slices.Contains(strings.Fields(keep), strings.Join(d.Path, ".")) })
		if err != nil {
			t.Fatal(err)
		}
		return answers(t, []dcql.Match{{Query: "a", Shown: shown, Bind: true}})["a"]
	}
	unbound := one("name")
	unbound[0].Bound = false
	two := append(one("name"), one("name")...)
	asks := ask(t, `,"claims":[{"path":["name"]}]`)
	pair := `{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["t"]}},{"id":"b","format":"dc+sd-jwt","meta":{"vct_values":["t"]}},{"id":"c","format":"mso_mdoc","meta":{"doctype_value":"t"}}],"credential_sets":`
	for name, c := range map[string]struct {
		q    *dcql.Query
		got  map[string][]dcql.Answer
		want string
	}{
		"as asked":                     {asks, map[string][]dcql.Answer{"a": one("name")}, ""},
		"more than asked":              {asks, map[string][]dcql.Answer{"a": one("name age")}, ""}, // §6.4 permits it for another query
		"nothing":                      {asks, nil, "answers-missing@a"},
		"an empty list":                {asks, map[string][]dcql.Answer{"a": {}}, "several@a answers-missing@a"},
		"another claim":                {asks, map[string][]dcql.Answer{"a": one("age")}, "claims-missing@a"},
		"not hidden, and not shown":    {asks, map[string][]dcql.Answer{"a": one("")}, "claims-missing@a"},
		"two":                          {asks, map[string][]dcql.Answer{"a": two}, "several@a"},
		"unbound":                      {asks, map[string][]dcql.Answer{"a": unbound}, "unbound@a"},
		"something else":               {asks, map[string][]dcql.Answer{"a": one("name"), "b": one("name")}, "unasked@b"},
		"another type":                 {parse(t, strings.ReplaceAll(credential(``), `"t"`, `"u"`)), map[string][]dcql.Answer{"a": one("")}, "type@a"},
		"another value":                {ask(t, `,"claims":[{"path":["name"],"values":["Ford"]}]`), map[string][]dcql.Answer{"a": one("name")}, "claims-missing@a"},
		"an mdoc":                      {parse(t, pair+`[{"options":[["c"]]}]}`), map[string][]dcql.Answer{"c": one("")}, "format@c"},
		"half of an option":            {parse(t, pair+`[{"options":[["a","b"]]}]}`), map[string][]dcql.Answer{"a": one("")}, "answers-missing@credential_sets[0]"},
		"only the optional one":        {parse(t, pair+`[{"options":[["a"]]},{"options":[["b"]],"required":false}]}`), map[string][]dcql.Answer{"b": one("")}, "answers-missing@credential_sets[0]"},
		"without the optional one":     {parse(t, pair+`[{"options":[["a"]]},{"options":[["b"]],"required":false}]}`), map[string][]dcql.Answer{"a": one("")}, ""},
		"one that stands in no option": {parse(t, pair+`[{"options":[["a"]]}]}`), map[string][]dcql.Answer{"a": one(""), "b": one("")}, "unasked@b"},
		"an element that has moved up": {ask(t, `,"claims":[{"path":["nationalities",1]}]`), map[string][]dcql.Answer{"a": one("nationalities.1")}, ""},
		"no element":                   {ask(t, `,"claims":[{"path":["nationalities",1]}]`), map[string][]dcql.Answer{"a": one("")}, "claims-missing@a"},
	} {
		err := c.q.Check(c.got)
		var faults dcql.Faults
		errors.As(err, &faults)
		var got []string
		for _, f := range faults {
			got = append(got, string(f.Code)+"@"+f.Path)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
