package httpapi

import (
	"context"
	"slices"

	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/trust/rights"
)

// readable is what whoever is signed in reads of a household, and whether anything. A family's
// book is all its members'; of a collective household (集体户) everybody has the page of his own:
// those he shares it with are strangers to him. Staff read all of it.
func (s *server) readable(ctx context.Context, h Households, one family.Household) (family.Household, bool) {
	p, _ := who(ctx)
	if s.rights.Decide(p, rights.RegistryRead, rights.Resource{City: h.City()}).Allowed {
		return one, true
	}
	me := family.Person(p.HolderCode)
	if _, there := one.Member(me); !there || p.HolderKind != licence.KindCitizen {
		return family.Household{}, false
	}
	if one.Kind == family.Collective {
		var mine []family.Member
		for _, m := range one.Members {
			if m.Person == me || slices.Contains(m.Guardians, me) {
				mine = append(mine, m)
			}
		}
		one.Members = mine
		if !slices.ContainsFunc(mine, func(m family.Member) bool { return m.Person == one.Head }) {
			one.Head = ""
		}
	}
	return one, true
}

// enteringAt is the register for who may enter something about these persons: nobody enters his
// own affairs, or those of his household (回避).
func (s *server) enteringAt(ctx context.Context, persons ...family.Person) (Households, error) {
	h, err := s.residence()
	if err != nil {
		return nil, err
	}
	on := rights.Resource{City: h.City()}
	if p, _ := who(ctx); p.HolderKind == licence.KindCitizen && slices.Contains(persons, family.Person(p.HolderCode)) {
		on = ofPerson(h, p.HolderCode)
	}
	return h, s.allow(ctx, rights.RegistryEnter, on)
}

// enteringInto is enteringAt for a household that is there, with it, and further persons. Who may
// not enter anything does not learn whether it is there.
func (s *server) enteringInto(ctx context.Context, id string, persons ...family.Person) (Households, family.Household, error) {
	h, err := s.enteringAt(ctx, persons...)
	if err != nil {
		return nil, family.Household{}, err
	}
	one, err := h.Household(ctx, id)
	if err != nil {
		return nil, one, about(err, "household", id)
	}
	for _, m := range one.Members {
		persons = append(persons, m.Person)
	}
	h, err = s.enteringAt(ctx, persons...)
	return h, one, err
}
