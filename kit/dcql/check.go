package dcql

import (
	"slices"
	"strconv"

	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

// Answer is a presentation whose signatures its verifier has verified.
type Answer struct {
	Shown  *sdjwt.Shown
	Claims strictjson.Object // what Shown.Verify or VerifyBound gave
	Bound  bool              // its key binding was verified
}

// Check holds presentations, by the ids of what was asked, to the query: nothing is missing
// and nothing is there that was not asked for (§8.6). Who issued them is for the caller to
// judge; trusted_authorities are no check (§6.1).
func (q *Query) Check(answers map[string][]Answer) error {
	var faults Faults
	for _, id := range strictNames(answers) {
		c, ok := q.Credential(id)
		if !ok || !q.asked(id) {
			faults = append(faults, Fault{CodeUnasked, id, nil})
			continue
		}
		list := answers[id]
		if len(list) == 0 || len(list) > 1 && !c.Multiple {
			faults = append(faults, Fault{CodeSeveral, id, []string{strconv.Itoa(len(list))}})
		}
		for _, a := range list {
			if code := c.check(a); code != "" {
				faults = append(faults, Fault{code, id, nil})
			}
		}
	}
	return append(faults, q.satisfied(answers)...).orNil()
}

func strictNames(answers map[string][]Answer) []string {
	names := make([]string, 0, len(answers))
	for id := range answers {
		names = append(names, id)
	}
	slices.Sort(names)
	return names
}

// asked tells whether a credential is asked for: one that stands in no option is not.
func (q *Query) asked(id string) bool {
	return len(q.Sets) == 0 || slices.ContainsFunc(q.Sets, func(s Set) bool {
		return slices.ContainsFunc(s.Options, func(o []string) bool { return slices.Contains(o, id) })
	})
}

func (c Credential) check(a Answer) Code {
	if c.Format != FormatSDJWT {
		return CodeFormat
	}
	if !c.typed(a.Claims) {
		return CodeType
	}
	if !c.Unbound && !a.Bound {
		return CodeUnbound
	}
	hidden, err := a.Shown.Hidden()
	if err != nil {
		return CodeClaims
	}
	loose := func(path []string) bool {
		return slices.ContainsFunc(hidden, func(d sdjwt.Disclosure) bool {
			if len(d.Path) != len(path)+1 || !within(path, d.Path) {
				return false
			}
			_, err := strconv.Atoi(d.Path[len(path)])
			return err == nil
		})
	}
	if _, ok := c.claims(a.Claims, loose); !ok {
		return CodeClaims
	}
	return ""
}

// satisfied finds what is missing: every credential where there are no sets, an option of
// every set that is required otherwise.
func (q *Query) satisfied(answers map[string][]Answer) (faults Faults) {
	lacks := func(id string) bool { return len(answers[id]) == 0 }
	if len(q.Sets) == 0 {
		for _, c := range q.Credentials {
			if lacks(c.ID) {
				faults = append(faults, Fault{CodeAnswers, c.ID, nil})
			}
		}
	}
	for i, s := range q.Sets {
		if !s.Optional && !slices.ContainsFunc(s.Options, func(o []string) bool { return !slices.ContainsFunc(o, lacks) }) {
			faults = append(faults, Fault{CodeAnswers, "credential_sets[" + strconv.Itoa(i) + "]", nil})
		}
	}
	return faults
}
