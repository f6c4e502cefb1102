package family

import (
	"slices"
	"strings"

	"conurb/area"
	"conurb/livelihood/licence"
)

// MostMembers bounds a family household; no household known is near it.
const MostMembers = 100

// Enter makes a household that is entered into the register for the first time: members say
// what they are to the head, who says Head.
func Enter(base Household, members []Member, today area.Date) (Household, error) {
	base.Version, base.Head, base.Members = 1, "", slices.Clone(members)
	if base.Members == nil {
		base.Members = []Member{}
	}
	for i, m := range base.Members {
		if m.Since == 0 {
			base.Members[i].Since = today
		}
		if m.Relation == Head {
			if base.Head != "" {
				return Household{}, refuse(RefusedHeads, "person", string(m.Person))
			}
			base.Head = m.Person
		}
	}
	if err := base.Sound(today); err != nil {
		return Household{}, err
	}
	return base, nil
}

// Born takes a newborn into the household of a parent.
func (h Household) Born(m Member, today area.Date) (Household, error) {
	if err := m.sound(today); err != nil {
		return Household{}, err
	}
	return h.Join([]Member{m}, map[Person]Relation{m.Person: m.Relation}, today)
}

// Sound holds a household to what is always true of one.
func (h Household) Sound(today area.Date) error {
	if err := h.sound(); err != nil {
		return err
	}
	for i, m := range h.Members {
		if err := m.sound(today); err != nil {
			return err
		}
		switch {
		case slices.ContainsFunc(h.Members[:i], func(o Member) bool { return o.Person == m.Person }):
			return refuse(RefusedTwice, "person", string(m.Person))
		case (m.Relation == Head) != (m.Person == h.Head) || h.Kind == Collective && m.Relation != NoRelative:
			return refuse(RefusedHeads, "person", string(m.Person))
		case m.Person == h.Head && m.Minor(today):
			return refuse(RefusedHeadMinor, "person", string(m.Person))
		}
	}
	if h.Kind == Family && h.Head == "" && len(h.Members) > 0 {
		return refuse(RefusedHead)
	}
	return nil
}

func (h Household) sound() error {
	switch {
	case !slices.Contains(Kinds, h.Kind):
		return refuse(RefusedKind)
	case strings.TrimSpace(h.Address) == "" || h.Kind == Collective && (strings.TrimSpace(h.Unit) == "" || h.Places <= 0):
		return refuse(RefusedEmpty)
	case h.Kind == Family && (h.Unit != "" || h.Places != 0):
		return refuse(RefusedKind)
	case h.Kind == Collective && len(h.Members) > h.Places || h.Kind == Family && len(h.Members) > MostMembers:
		return refuse(RefusedFull)
	}
	return nil
}

// sound holds a member to his number: GB 11643 has the day of birth in places 7 to 14 and the
// sex in place 17, odd for men.
func (m Member) sound(today area.Date) error {
	n := string(m.Person)
	if !licence.SoundCode(licence.KindCitizen, n) {
		return refuse(RefusedNumber, "person", n)
	}
	born, err := area.ParseDate(n[6:10] + "-" + n[10:12] + "-" + n[12:14])
	man := (n[16]-'0')%2 == 1
	switch {
	case err != nil || born != m.Born:
		return refuse(RefusedBorn, "person", n)
	case m.Born > today:
		return refuse(RefusedFuture, "person", n)
	case m.Sex != Male && m.Sex != Female || man != (m.Sex == Male):
		return refuse(RefusedSex, "person", n)
	case strings.TrimSpace(m.Name) == "" || len(m.Name) > 200:
		return refuse(RefusedName, "person", n)
	case !m.Relation.Fits(m.Sex):
		return refuse(RefusedCode, "person", n, "code", string(m.Relation))
	}
	return nil
}

// Stated is what an applicant says of somebody.
type Stated struct {
	Person Person    `json:"person"`
	Name   string    `json:"name"`
	Born   area.Date `json:"born,omitzero"` // where it is said beside the number
}

// Agrees holds what is said of somebody to the register.
func (m Member) Agrees(s Stated) error {
	switch {
	case s.Person != m.Person:
		return refuse(RefusedNumber, "person", string(s.Person))
	case strings.TrimSpace(s.Name) != m.Name:
		return refuse(RefusedName, "person", string(s.Person))
	case s.Born != 0 && s.Born != m.Born:
		return refuse(RefusedBorn, "person", string(s.Person))
	}
	return nil
}
