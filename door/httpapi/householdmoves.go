package httpapi

import (
	"slices"
	"strings"

	"conurb/livelihood/casework"
	"conurb/livelihood/household/course"
	"conurb/locale"
)

// groundsIn are the grounds of a decision as somebody reads them: what its key says in his language,
// then what whoever decided wrote.
func groundsIn(lang string, d *casework.Decision) string {
	if d.Key == "" || !locale.Has(lang, d.Key) {
		return d.Grounds
	}
	return strings.TrimSpace(locale.T(lang, d.Key, nil) + "\n" + d.Grounds)
}

// householdNeeds completes what a move of a household transfer takes: what may be left out, and
// what there is to choose from.
func householdNeeds(lang, move string, v *PossibleMove) {
	for _, f := range course.Fields[move] {
		i := slices.IndexFunc(v.Needs, func(n MoveNeed) bool { return n.Name == f.Name })
		if i < 0 {
			i = len(v.Needs)
			v.Needs = append(v.Needs, MoveNeed{Name: f.Name, Widget: "text", Label: locale.T(lang, "casework.need."+f.Name, nil), Hint: wordOr(lang, "casework.need."+f.Name+".hint", "")})
		}
		for _, of := range f.Of {
			v.Needs[i].Widget = "choice"
			v.Needs[i].Options = append(v.Needs[i].Options, NeedOption{of, locale.T(lang, f.Word+"."+of, nil)})
		}
	}
}
