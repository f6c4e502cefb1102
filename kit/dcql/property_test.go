package dcql_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/dcql"
	"conurb/kit/sdjwt"
)

// TestSelectProperty draws queries and wallets. An obvious slow way, trying every subset of
// what is asked, tells whether anything can be shown; what is shown satisfies the query at
// the verifier, and without any one of its disclosures it does not.
func TestSelectProperty(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		var held []*sdjwt.Shown
		for i := range rapid.IntRange(0, 3).Draw(t, "held") {
			claims := object{}
			for _, n := range rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID[string]).Draw(t, fmt.Sprintf("claims %d", i)) {
				claims[n] = hide(rapid.IntRange(0, 1).Draw(t, "value"))
			}
			held = append(held, issue(rapid.SampledFrom([]string{"t", "u"}).Draw(t, "type"), claims))
		}
		q := draw(t, names)
		if err := q.Valid(); err != nil {
			t.Fatal(err)
		}
		list, err := q.Select(q.Matches(held), false)
		if possible := anyWay(q, held); possible != (err == nil) {
			t.Fatalf("can be satisfied: %v, but %v", possible, err)
		}
		if err != nil {
			return
		}
		if err := q.Check(answers(t, list)); err != nil {
			t.Fatalf("what is shown does not satisfy: %v", err)
		}
		for i, m := range list {
			for drop := range m.Shown.Disclosures {
				less := slices.Clone(list)
				part := m.Shown.Disclosures[drop]
				k := 0
				less[i].Shown, err = m.Shown.Choose(func(sdjwt.Disclosure) bool { k++; return m.Shown.Disclosures[k-1] != part })
				if err != nil {
					t.Fatal(err)
				}
				if q.Check(answers(t, less)) == nil && len(q.Credentials[slices.IndexFunc(q.Credentials, func(c dcql.Credential) bool { return c.ID == m.Query })].ClaimSets) == 0 {
					t.Fatalf("%s could be shown without disclosure %d", m.Query, drop)
				}
			}
		}
	})
}

func draw(t *rapid.T, names []string) *dcql.Query {
	q := &dcql.Query{}
	var ids []string
	for i := range rapid.IntRange(1, 3).Draw(t, "credentials") {
		c := dcql.Credential{ID: fmt.Sprint("q", i), Format: dcql.FormatSDJWT, Types: []string{rapid.SampledFrom([]string{"t", "u"}).Draw(t, "vct")}, Multiple: rapid.Bool().Draw(t, "multiple")}
		var claims []string
		for _, n := range rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID[string]).Draw(t, "asked") {
			claim := dcql.Claim{ID: n, Path: dcql.Path{n}}
			if rapid.IntRange(0, 3).Draw(t, "restricted") == 0 {
				claim.Values = []any{int64(1)}
			}
			c.Claims, claims = append(c.Claims, claim), append(claims, n)
		}
		if len(claims) > 0 && rapid.Bool().Draw(t, "sets") {
			for range rapid.IntRange(1, 2).Draw(t, "combinations") {
				c.ClaimSets = append(c.ClaimSets, rapid.SliceOfNDistinct(rapid.SampledFrom(claims), 1, len(claims), rapid.ID[string]).Draw(t, "combination"))
			}
		}
		q.Credentials, ids = append(q.Credentials, c), append(ids, c.ID)
	}
	for range rapid.IntRange(0, 2).Draw(t, "credential sets") {
		s := dcql.Set{Optional: rapid.Bool().Draw(t, "optional")}
		for range rapid.IntRange(1, 2).Draw(t, "options") {
			s.Options = append(s.Options, rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, len(ids), rapid.ID[string]).Draw(t, "option"))
		}
		q.Sets = append(q.Sets, s)
	}
	return q
}

// anyWay tries every subset of the credential queries, each answered by everything that is
// held and undressed of nothing: Check alone says whether one of them would do.
func anyWay(q *dcql.Query, held []*sdjwt.Shown) bool {
	for subset := range 1 << len(q.Credentials) {
		if satisfies(q, held, subset, 0, map[string][]dcql.Answer{}) {
			return true
		}
	}
	return false
}

func satisfies(q *dcql.Query, held []*sdjwt.Shown, subset, at int, so map[string][]dcql.Answer) bool {
	if at == len(q.Credentials) {
		return q.Check(so) == nil
	}
	if subset>>at&1 == 0 {
		return satisfies(q, held, subset, at+1, so)
	}
	for _, s := range held {
		claims, err := s.Claims()
		if err != nil {
			panic(err)
		}
		so[q.Credentials[at].ID] = []dcql.Answer{{Shown: s, Claims: claims, Bound: true}}
		if satisfies(q, held, subset, at+1, so) {
			return true
		}
	}
	delete(so, q.Credentials[at].ID)
	return false
}
