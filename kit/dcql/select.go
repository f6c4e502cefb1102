package dcql

import (
	"slices"
	"strings"

	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
	"conurb/kit/x5c"
)

// Match is a credential that answers a credential query, with the disclosures that are
// needed for it and no others.
type Match struct {
	Query  string       // id of what was asked
	Held   int          // place of the credential among those held
	Claims []Found      // those that were asked for, as the credential has them
	Shown  *sdjwt.Shown // not yet bound to the verifier
	Bind   bool         // a key binding is asked for
}

// Matches finds every credential that answers a part of the query, in the order of the
// query and then of the credentials. A credential that cannot be read matches nothing.
func (q *Query) Matches(held []*sdjwt.Shown) []Match {
	var out []Match
	for _, c := range q.Credentials {
		for i, s := range held {
			if m, ok := c.match(s); ok {
				m.Held = i
				out = append(out, m)
			}
		}
	}
	return out
}

func (c Credential) match(s *sdjwt.Shown) (Match, bool) {
	if c.Format != FormatSDJWT {
		return Match{}, false
	}
	claims, err := s.Claims()
	if err != nil || !c.typed(claims) || !c.vouched(s) {
		return Match{}, false
	}
	if _, err := sdjwt.Holder(claims); err != nil && !c.Unbound {
		return Match{}, false
	}
	found, ok := c.claims(claims, nil)
	if !ok {
		return Match{}, false
	}
	shown, err := s.Choose(func(d sdjwt.Disclosure) bool {
		return slices.ContainsFunc(found, func(f Found) bool { return within(d.Path, f.Path) || within(f.Path, d.Path) })
	})
	if err != nil {
		return Match{}, false
	}
	return Match{Query: c.ID, Claims: found, Shown: shown, Bind: !c.Unbound}, true
}

func within(outer, path []string) bool {
	return len(outer) <= len(path) && slices.Equal(outer, path[:len(outer)])
}

func (c Credential) typed(claims strictjson.Object) bool {
	name, ok := claims["vct"].(string)
	return ok && slices.Contains(c.Types, name)
}

// vouched tells whether an authority asked for stands behind the credential. Of the types
// of §6.1.1 only aki can be told from what the credential carries.
func (c Credential) vouched(s *sdjwt.Shown) bool {
	if len(c.Authorities) == 0 {
		return true
	}
	chain, err := x5c.Read(s.Issuer.Header)
	if err != nil {
		return false
	}
	keys := chain.AuthorityKeys()
	return slices.ContainsFunc(c.Authorities, func(a Authority) bool {
		return a.Type == "aki" && slices.ContainsFunc(a.Values, func(v string) bool { return slices.Contains(keys, v) })
	})
}

// claims finds what is asked for: all claims, or the first combination that is there
// (§6.4.1). loose tells of a list whose elements may have been left out.
func (c Credential) claims(claims strictjson.Object, loose func(path []string) bool) ([]Found, bool) {
	if len(c.ClaimSets) == 0 {
		return all(c.Claims, claims, loose)
	}
	for _, ids := range c.ClaimSets {
		var list []Claim
		for _, id := range ids {
			i := slices.IndexFunc(c.Claims, func(c Claim) bool { return c.ID == id })
			if i < 0 {
				return nil, false
			}
			list = append(list, c.Claims[i])
		}
		if found, ok := all(list, claims, loose); ok {
			return found, true
		}
	}
	return nil, false
}

func all(list []Claim, claims strictjson.Object, loose func([]string) bool) ([]Found, bool) {
	var out []Found
	for _, c := range list {
		found, ok := c.find(claims, loose)
		if !ok {
			return nil, false
		}
		out = append(out, found...)
	}
	return out, true
}

// find is the claims that a query points to and whose values are among those expected; a
// claim of another value is as one that is not there.
func (c Claim) find(claims strictjson.Object, loose func([]string) bool) ([]Found, bool) {
	found, err := c.Path.find(claims, loose)
	if err != nil {
		return nil, false
	}
	if len(c.Values) > 0 {
		found = slices.DeleteFunc(found, func(f Found) bool {
			return !slices.ContainsFunc(c.Values, func(v any) bool { return equal(f.Value, v) })
		})
	}
	return found, len(found) > 0
}

// Unmatched tells what of a query no credential answers: nothing is shown then (§6.4.2).
type Unmatched struct{ Queries []string }

func (u *Unmatched) Error() string {
	return "no credential answers " + strings.Join(u.Queries, ", ")
}

// Select chooses among matches the ones to be shown: for every credential asked for the first
// match, or all where several may be shown; of every set the first option that can be
// satisfied. Optional sets are left out unless the holder wants them. A holder who chooses
// among credentials passes on only the matches he chose.
func (q *Query) Select(matches []Match, optional bool) ([]Match, error) {
	by := map[string][]Match{}
	for _, m := range matches {
		by[m.Query] = append(by[m.Query], m)
	}
	lacks := func(id string) bool { return len(by[id]) == 0 }
	var ids, missing []string
	if len(q.Sets) == 0 {
		for _, c := range q.Credentials {
			ids = append(ids, c.ID)
		}
		missing = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !lacks(id) })
	}
	for _, s := range q.Sets {
		if s.Optional && !optional {
			continue
		}
		i := slices.IndexFunc(s.Options, func(o []string) bool { return !slices.ContainsFunc(o, lacks) })
		switch {
		case i >= 0:
			ids = append(ids, s.Options[i]...)
		case !s.Optional:
			for _, o := range s.Options {
				missing = append(missing, slices.DeleteFunc(slices.Clone(o), func(id string) bool { return !lacks(id) })...)
			}
		}
	}
	if len(missing) > 0 {
		return nil, &Unmatched{slices.Compact(missing)}
	}
	var out []Match
	for _, c := range q.Credentials {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		if list := by[c.ID]; c.Multiple {
			out = append(out, list...)
		} else {
			out = append(out, list[0])
		}
	}
	return out, nil
}
