package httpapi

import (
	"context"
	"errors"

	"conurb/livelihood/household/family"
)

// isUnknown tells that something is not there.
func isUnknown(err error) bool { return errors.Is(err, ErrUnknown) }

// EnteredMember is somebody whom a registrar enters.
type EnteredMember struct {
	Person    string   `json:"person" minLength:"18" maxLength:"18" doc:"The citizen's number (GB 11643)." example:"430299198811150029"`
	Name      string   `json:"name" minLength:"1" maxLength:"200" doc:"The name." example:"周云"`
	Sex       string   `json:"sex" enum:"1,2" doc:"By GB/T 2261.1, as in the number: 1 male, 2 female." example:"2"`
	Born      string   `json:"born" doc:"Day of birth, as in the number." example:"1988-11-15"`
	Relation  string   `json:"relation" minLength:"2" maxLength:"2" doc:"What the member is to the head: a code of GB/T 4761-2008; 02 is the head, 99 everybody in a collective household." example:"02"`
	Guardians []string `json:"guardians,omitempty" maxItems:"10" nullable:"false" doc:"The numbers of the guardians of somebody under age." example:"[\"430299198811150029\"]"`
}

// EnterHouseholdInput is a household that is entered.
type EnterHouseholdInput struct {
	Language
	Body struct {
		Kind    string          `json:"kind" enum:"family,collective" doc:"Its kind." example:"family"`
		Address string          `json:"address" minLength:"1" maxLength:"300" doc:"Where it is." example:"株洲市示例区示例路2号"`
		Unit    string          `json:"unit,omitempty" maxLength:"200" doc:"The unit that keeps a collective household." example:"示例大学"`
		Places  int             `json:"places,omitempty" minimum:"0" maximum:"1000000" doc:"How many a collective household takes." example:"200"`
		Rural   bool            `json:"rural,omitempty" doc:"True where its members belong to a rural collective." example:"false"`
		Reason  string          `json:"reason" minLength:"1" maxLength:"1000" doc:"Why it is entered." example:"立户"`
		Members []EnteredMember `json:"members" maxItems:"100" nullable:"false" doc:"Who belongs to it; a collective household may begin with nobody."`
	}
}

func (m EnteredMember) member() (family.Member, error) {
	born, err := day("born", m.Born, 0)
	if err != nil {
		return family.Member{}, err
	}
	out := family.Member{Person: family.Person(m.Person), Name: m.Name, Sex: family.Sex(m.Sex), Born: born, Relation: family.Relation(m.Relation)}
	for _, g := range m.Guardians {
		out.Guardians = append(out.Guardians, family.Person(g))
	}
	return out, nil
}

// entered is what came of it.
func entered(ctx context.Context, h family.Household, err error, id string) (*personal[HouseholdView], error) {
	if isUnknown(err) {
		return nil, about(err, "household", id)
	} else if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	return confidential(householdView(language(ctx), h)), nil
}

func (s *server) enterHousehold(ctx context.Context, in *EnterHouseholdInput) (*personal[HouseholdEntry], error) {
	b := in.Body
	var members []family.Member
	var persons []family.Person
	for _, m := range b.Members {
		persons = append(persons, family.Person(m.Person))
	}
	h, err := s.enteringAt(ctx, persons...)
	if err != nil {
		return nil, err
	}
	for _, m := range b.Members {
		one, err := m.member()
		if err != nil {
			return nil, err
		}
		members = append(members, one)
	}
	base := family.Household{Kind: family.Kind(b.Kind), Address: b.Address, Unit: b.Unit, Places: b.Places, Rural: b.Rural}
	out, err := h.Begin(ctx, signer(ctx), base, members, b.Reason)
	return s.begun(ctx, out, err, "household", "")
}

// EnterBirthInput is a newborn.
type EnterBirthInput struct {
	HouseholdInput
	Body struct {
		EnteredMember
		Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"Why it is entered." example:"出生登记"`
	}
}

func (s *server) enterBirth(ctx context.Context, in *EnterBirthInput) (*personal[HouseholdEntry], error) {
	h, _, err := s.enteringInto(ctx, in.ID, family.Person(in.Body.Person))
	if err != nil {
		return nil, err
	}
	m, err := in.Body.member()
	if err != nil {
		return nil, err
	}
	out, err := h.BeginBirth(ctx, signer(ctx), in.ID, m, in.Body.Reason)
	return s.begun(ctx, out, err, "household", in.ID)
}

// ChangeHeadInput names a new head.
type ChangeHeadInput struct {
	HouseholdInput
	Body struct {
		Head      string            `json:"head" minLength:"18" maxLength:"18" doc:"The number of the member who is the head from now on." example:"430299198702030053"`
		Relations map[string]string `json:"relations,omitempty" doc:"What members are to the new head where it does not follow: codes of GB/T 4761-2008 by number." example:"{\"430299201606010086\":\"30\"}"`
		Reason    string            `json:"reason" minLength:"1" maxLength:"1000" doc:"Why." example:"户主变更申请"`
	}
}

func (s *server) changeHead(ctx context.Context, in *ChangeHeadInput) (*personal[HouseholdView], error) {
	h, _, err := s.enteringInto(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out, err := h.Lead(ctx, signer(ctx), in.ID, in.Body.Head, in.Body.Relations, in.Body.Reason)
	return entered(ctx, out, err, in.ID)
}

// BlockInput blocks a registration.
type BlockInput struct {
	HouseholdInput
	Body struct {
		Person string `json:"person" minLength:"18" maxLength:"18" doc:"The number of the member." example:"430299198702030053"`
		Code   string `json:"code" enum:",frozen,criminal,duplicate,cancelled" doc:"Why; empty: the block is lifted." example:"frozen"`
		Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"Why, in words." example:"正在核查"`
	}
}

func (s *server) blockRegistration(ctx context.Context, in *BlockInput) (*personal[HouseholdView], error) {
	h, one, err := s.enteringInto(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, there := one.Member(family.Person(in.Body.Person)); !there {
		return nil, unknown("registration", in.Body.Person)
	}
	out, err := h.Block(ctx, signer(ctx), in.Body.Person, in.Body.Code, in.Body.Reason)
	return entered(ctx, out, err, in.ID)
}
