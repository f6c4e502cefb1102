package family

import (
	"slices"

	"conurb/area"
)

// What follows is for moves that the register has completed already: they cannot be refused any
// more. Each does what was planned where it can be done, else what is nearest to it, and says by
// the code of a refusal why it could not; whoever keeps the register looks at it.

// TakeAnyway is Take where that is possible. Else those who stay are led by whom they were to be
// led, else by the eldest of age, else by the eldest; what does not follow becomes Relative.
func (h Household) TakeAnyway(leave []Person, successor Person, told map[Person]Relation, today area.Date) (rest Household, left []Member, why string) {
	leave = slices.DeleteFunc(slices.Clone(leave), func(p Person) bool { _, there := h.Member(p); return !there })
	slices.Sort(leave)
	leave = slices.Compact(leave)
	rest, left, err := h.Take(leave, successor, told, today)
	if err == nil {
		return rest, left, ""
	}
	why = codeOf(err)
	if left, rest.Members, err = h.Pick(leave); err != nil {
		return h, nil, why
	}
	stay := rest.Members
	rest = h
	rest.Version, rest.Members = h.Version+1, stay
	old, _ := h.Member(h.Head)
	rest.headed(old, successor, told, today)
	return rest, left, why
}

// JoinAnyway is Join where that is possible. Else whoever is not there yet is taken in, beyond the
// places too, as Relative where nothing was said.
func (h Household) JoinAnyway(in []Member, told map[Person]Relation, today area.Date) (next Household, why string) {
	next, err := h.Join(in, told, today)
	if err == nil {
		return next, ""
	}
	next = h
	next.Version, next.Members = h.Version+1, slices.Clone(h.Members)
	for _, m := range in {
		if _, there := next.Member(m.Person); there {
			continue
		}
		m.Since, m.Relation = today, anyRelation(told[m.Person], m.Sex)
		if h.Kind == Collective {
			m.Relation = NoRelative
		}
		next.Members = append(next.Members, m)
	}
	if h.Kind == Family && h.Head == "" && len(next.Members) > 0 {
		next.headed(Member{}, "", told, today)
	}
	return next, codeOf(err)
}

// FoundAnyway is Found where that is possible. Else it is a family household of them all.
func FoundAnyway(base Household, in []Member, old Member, head Person, told map[Person]Relation, today area.Date) (h Household, why string) {
	h, err := Found(base, in, old, head, told, today)
	if err == nil {
		return h, ""
	}
	base.Kind, base.Unit, base.Places, base.Version, base.Members = Family, "", 0, 1, slices.Clone(in)
	for i := range base.Members {
		base.Members[i].Since = today
	}
	base.headed(old, head, told, today)
	return base, codeOf(err)
}

// headed gives a family its head and everybody a relation to him, told by what they were to old.
func (h *Household) headed(old Member, wish Person, told map[Person]Relation, today area.Date) {
	if h.Kind != Family || len(h.Members) == 0 {
		h.Head = ""
		return
	}
	head, there := h.Member(wish)
	if !there {
		head, there = h.Member(h.Head)
	}
	if !there {
		head = slices.MinFunc(h.Members, func(a, b Member) int { // the eldest is of age where anybody is
			if a.Born != b.Born {
				return int(a.Born) - int(b.Born)
			}
			return compare(a.Person, b.Person)
		})
	}
	h.Head = head.Person
	h.Members = slices.Clone(h.Members)
	for i, m := range h.Members {
		switch r := told[m.Person]; {
		case m.Person == head.Person:
			h.Members[i].Relation = Head
		case r != "" && r != Head && r.Fits(m.Sex):
			h.Members[i].Relation = r
		default:
			h.Members[i].Relation = anyRelation(follow(m, head, old), m.Sex)
		}
	}
}

func anyRelation(r Relation, s Sex) Relation {
	if r == "" || r == Head || !r.Fits(s) {
		return Relative
	}
	return r
}

func compare(a, b Person) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func codeOf(err error) string {
	if no, is := err.(*Refusal); is {
		return no.Code
	}
	return RefusedNobody
}
