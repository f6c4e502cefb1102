package family

import (
	"slices"
	"strconv"
	"strings"

	"conurb/area"
)

// Led is what a group of people from one household are to a new head out of it. old is the head
// to whom their relations were; told says what does not follow, or what is otherwise than it
// would follow. Refusals: RefusedRelation with the numbers of all who have to say.
func Led(group []Member, old Member, head Person, told map[Person]Relation) ([]Member, error) {
	i := slices.IndexFunc(group, func(m Member) bool { return m.Person == head })
	if i < 0 {
		return nil, refuse(RefusedHeadGone, "person", string(head))
	}
	var asked []string
	out := make([]Member, len(group))
	for j, m := range group {
		r := Head
		if m.Person != head {
			if r = told[m.Person]; r == "" {
				r = follow(m, group[i], old)
			}
		}
		if r == "" {
			asked = append(asked, string(m.Person))
		} else if r == Head && m.Person != head {
			return nil, refuse(RefusedHeads, "person", string(m.Person))
		} else if !r.Fits(m.Sex) {
			return nil, refuse(RefusedCode, "person", string(m.Person), "code", string(r))
		}
		m.Relation = r
		out[j] = m
	}
	if len(asked) > 0 {
		return nil, refuse(RefusedRelation, "person", strings.Join(asked, " "))
	}
	return out, nil
}

// Asked lists those of a group who have to say what they are to a new head.
func Asked(group []Member, old Member, head Person) []Person {
	_, err := Led(group, old, head, nil)
	if no, is := err.(*Refusal); is && no.Code == RefusedRelation {
		var list []Person
		for _, p := range strings.Fields(no.Args["person"]) {
			list = append(list, Person(p))
		}
		return list
	}
	return nil
}

// Pick divides a household into those who leave and those who stay.
func (h Household) Pick(leave []Person) (left, rest []Member, err error) {
	if len(leave) == 0 {
		return nil, nil, refuse(RefusedNobody)
	}
	for i, p := range leave {
		if slices.Contains(leave[:i], p) {
			return nil, nil, refuse(RefusedTwice, "person", string(p))
		}
		if _, there := h.Member(p); !there {
			return nil, nil, refuse(RefusedStranger, "person", string(p))
		}
	}
	for _, m := range h.Members {
		if slices.Contains(leave, m.Person) {
			left = append(left, m)
		} else {
			rest = append(rest, m)
		}
	}
	return left, rest, nil
}

// Take takes persons out of a household: all of them, or a part. Where the head leaves a family
// and others stay, successor is their new head, and told what those are to him for whom it does
// not follow. left are those who leave, as they were; a household of nobody stays, for its
// history.
func (h Household) Take(leave []Person, successor Person, told map[Person]Relation, today area.Date) (rest Household, left []Member, err error) {
	left, stay, err := h.Pick(leave)
	if err != nil {
		return Household{}, nil, err
	}
	for _, m := range left {
		if m.Block != nil {
			return Household{}, nil, refuse(RefusedBlocked, "person", string(m.Person), "block", m.Block.Code)
		}
	}
	rest = h
	rest.Version, rest.Members = h.Version+1, stay
	switch {
	case len(stay) == 0:
		rest.Head, rest.Members = "", []Member{}
		return rest, left, nil
	case h.Kind == Collective:
		return rest, left, nil
	case !slices.ContainsFunc(stay, func(m Member) bool { return !m.Minor(today) }):
		return Household{}, nil, refuse(RefusedAlone)
	case slices.Contains(leave, successor):
		return Household{}, nil, refuse(RefusedHeadGone, "person", string(successor))
	case !slices.Contains(leave, h.Head) && successor == "":
		return rest, left, nil
	case successor == "":
		return Household{}, nil, refuse(RefusedHead)
	}
	if rest, err = rest.lead(h, successor, told, today); err != nil {
		return Household{}, nil, err
	}
	return rest, left, nil
}

// Lead makes another member the head.
func (h Household) Lead(head Person, told map[Person]Relation, today area.Date) (Household, error) {
	next := h
	next.Version++
	return next.lead(h, head, told, today)
}

func (h Household) lead(before Household, head Person, told map[Person]Relation, today area.Date) (Household, error) {
	if h.Kind != Family {
		return Household{}, refuse(RefusedKind)
	}
	old, _ := before.Member(before.Head)
	members, err := Led(h.Members, old, head, told)
	if err != nil {
		return Household{}, err
	}
	h.Head, h.Members = head, members
	if m, _ := h.Member(head); m.Minor(today) {
		return Household{}, refuse(RefusedHeadMinor, "person", string(head))
	}
	return h, nil
}

// Join takes people into a household, told saying what each is to the head of a family. Nobody
// is related in a collective household, which has to have places.
func (h Household) Join(in []Member, told map[Person]Relation, today area.Date) (Household, error) {
	if len(in) == 0 {
		return Household{}, refuse(RefusedNobody)
	}
	if h.Kind == Family && len(h.Members) == 0 {
		return Household{}, refuse(RefusedHead)
	}
	if h.Kind == Collective && len(h.Members)+len(in) > h.Places {
		return Household{}, refuse(RefusedFull, "places", strconv.Itoa(h.Places))
	}
	next := h
	next.Version, next.Members = h.Version+1, slices.Clone(h.Members)
	for _, m := range in {
		if _, there := next.Member(m.Person); there {
			return Household{}, refuse(RefusedMember, "person", string(m.Person))
		}
		m.Since, m.Relation = today, NoRelative
		if h.Kind == Family {
			m.Relation = told[m.Person]
		}
		switch {
		case m.Relation == "":
			return Household{}, refuse(RefusedRelation, "person", string(m.Person))
		case m.Relation == Head:
			return Household{}, refuse(RefusedHeads, "person", string(m.Person))
		case !m.Relation.Fits(m.Sex):
			return Household{}, refuse(RefusedCode, "person", string(m.Person), "code", string(m.Relation))
		}
		next.Members = append(next.Members, m)
	}
	return next, nil
}

// Found makes a household of people who have come, old being the head that they had, nobody's
// Person where they had none. base has id, city, kind and address; head is theirs now.
func Found(base Household, in []Member, old Member, head Person, told map[Person]Relation, today area.Date) (Household, error) {
	base.Version, base.Head, base.Members = 1, "", []Member{}
	if err := base.sound(); err != nil {
		return Household{}, err
	}
	if base.Kind == Collective {
		if len(in) == 0 {
			return base, nil
		}
		base.Version = 0
		return base.Join(in, nil, today)
	}
	if len(in) == 0 {
		return Household{}, refuse(RefusedNobody)
	}
	if head == "" {
		return Household{}, refuse(RefusedHead)
	}
	members, err := Led(in, old, head, told)
	if err != nil {
		return Household{}, err
	}
	for i := range members {
		members[i].Since = today
		if members[i].Person == head && members[i].Minor(today) {
			return Household{}, refuse(RefusedHeadMinor, "person", string(head))
		}
	}
	base.Head, base.Members = head, members
	return base, nil
}

// Guarded holds a move to those under age: each moves with a guardian, or with the consent of
// one, consents saying whose by the number of the one under age. Where no guardian is on record
// anybody of age among those who move, or the guardian named in the consent, is taken for one
// and the clerk examines it.
func Guarded(moving []Member, consents map[Person]Person, today area.Date) error {
	for _, m := range moving {
		if !m.Minor(today) {
			continue
		}
		along := slices.ContainsFunc(moving, func(o Member) bool {
			return !o.Minor(today) && (len(m.Guardians) == 0 || slices.Contains(m.Guardians, o.Person))
		})
		by := consents[m.Person]
		if !along && (by == "" || by == m.Person || len(m.Guardians) > 0 && !slices.Contains(m.Guardians, by)) {
			return refuse(RefusedGuardian, "person", string(m.Person))
		}
	}
	return nil
}
