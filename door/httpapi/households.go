package httpapi

import (
	"context"
	"net/http"
	"time"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/trust/rights"
)

// Households is the register of residence of a city: who lives with whom, and where a person is
// registered. Refusals are *casework.Refusal; what is not there is ErrUnknown.
type Households interface {
	City() string
	// Of is the household that a person is in.
	Of(ctx context.Context, person string) (family.Household, error)
	Household(ctx context.Context, id string) (family.Household, error)
	// Eligibility judges a case of a move; of the materials that are unseen nobody has said yet
	// whether they are there. What cannot be judged is a *casework.Refusal.
	Eligibility(ctx context.Context, k *casework.Case, unseen []string) (Eligibility, error)
	// Versions are those of a household, oldest first.
	Versions(ctx context.Context, id string) ([]HouseholdVersion, error)
	List(ctx context.Context, kind, after string, limit int) ([]family.Household, error)
	// Homeless are registered here and in no household.
	Homeless(ctx context.Context) ([]string, error)
	Where(ctx context.Context, person string) (Registration, error)

	// Begin and BeginBirth begin an entry: it is made once every other city has said that it knows none
	// of those who are registered nowhere.
	Begin(ctx context.Context, by string, h family.Household, members []family.Member, reason string) (Entering, error)
	BeginBirth(ctx context.Context, by, id string, m family.Member, reason string) (Entering, error)
	Entering(ctx context.Context, id string) (Entering, error)
	// Enterings lists entries, the newest first; open: those alone that are under way or lost.
	Enterings(ctx context.Context, open bool, before string, limit int) ([]Entering, error)
	// EndEntering ends one that is under way, or one that was lost where somebody is sure.
	EndEntering(ctx context.Context, by, id, reason string, sure bool) (Entering, error)
	EnterAgain(ctx context.Context, by, id string) (Entering, error)
	Lead(ctx context.Context, by, id, head string, relations map[string]string, reason string) (family.Household, error)
	// Block blocks the registration of a person, or lifts the block where code is empty.
	Block(ctx context.Context, by, person, code, reason string) (family.Household, error)
}

// HouseholdVersion is a household as it was, by whom and why.
type HouseholdVersion struct {
	Household family.Household
	By, Why   string
	Reason    string
	Case      string
	At        time.Time
}

// Registration is where a person is registered, by the word of this node.
type Registration struct {
	Person   string `json:"person" doc:"The citizen's number." example:"430299198811150029"`
	City     string `json:"city" doc:"The city that the person is registered in." example:"changsha"`
	Epoch    int64  `json:"epoch" doc:"How many cities the person has been registered in by now, from 1." example:"2"`
	Standing string `json:"standing" enum:"registered,deciding,moved" doc:"How this city stands to it: it has the registration, is about to hand it over, or points to where it went." example:"moved"`
	UnderWay bool   `json:"underWay" doc:"True while the certificate is on its way: rows of no city may have the person, and the assertion counts." example:"false"`
	Said     string `json:"said" doc:"That in words; empty where there is nothing to say beside the city." example:"Registered in changsha; the entry is being made."`
	Transfer string `json:"transfer,omitempty" doc:"The transfer by which the person came or went." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Proof    any    `json:"proof,omitempty" doc:"The certificate of that transfer, with promise, decision and witness in it, each signed by its city; left out where there is none."`
}

// HouseholdBlock is why a registration may not be moved.
type HouseholdBlock struct {
	Code   string    `json:"code" enum:"frozen,criminal,duplicate,cancelled" doc:"Why." example:"frozen"`
	Reason string    `json:"reason" doc:"Why, in the registrar's words." example:"正在核查"`
	Since  area.Date `json:"since" format:"date" doc:"Since when." example:"2026-11-26"`
}

// HouseholdMember is somebody in a household.
type HouseholdMember struct {
	Person       string          `json:"person" doc:"The citizen's number." example:"430299198811150029"`
	Name         string          `json:"name" doc:"The name." example:"周云"`
	Sex          string          `json:"sex" enum:"1,2" doc:"By GB/T 2261.1: 1 male, 2 female." example:"2"`
	Born         area.Date       `json:"born" format:"date" doc:"Day of birth." example:"1988-11-15"`
	Relation     string          `json:"relation" doc:"What the member is to the head: a code of GB/T 4761-2008." example:"02"`
	RelationName string          `json:"relationName" doc:"That in words, in the language asked for." example:"head of the household"`
	Guardians    []string        `json:"guardians,omitempty" nullable:"false" doc:"The numbers of the guardians of somebody under age." example:"[\"430299198811150029\"]"`
	Since        area.Date       `json:"since" format:"date" doc:"In this household since." example:"2026-11-26"`
	Block        *HouseholdBlock `json:"block,omitempty" doc:"Why the registration may not be moved; left out where it may."`
}

// HouseholdView is a household.
type HouseholdView struct {
	ID      string            `json:"id" doc:"The household." example:"01990a3c-7f7e-7000-8000-000000000000"`
	City    string            `json:"city" doc:"Its city." example:"zhuzhou"`
	Kind    string            `json:"kind" enum:"family,collective" doc:"Its kind." example:"family"`
	Address string            `json:"address" doc:"Where it is." example:"株洲市示例区示例路2号"`
	Unit    string            `json:"unit,omitempty" doc:"The unit that keeps a collective household." example:"示例大学"`
	Places  int               `json:"places,omitempty" doc:"How many it takes." example:"200"`
	Rural   bool              `json:"rural,omitempty" doc:"True where its members belong to a rural collective." example:"false"`
	Head    string            `json:"head,omitempty" doc:"The number of its head." example:"430299198811150029"`
	Members []HouseholdMember `json:"members" nullable:"false" doc:"Who belongs to it."`
	Version int               `json:"version" doc:"Counts its changes, from 1." example:"1"`
}

// HouseholdChange is a version of a household.
type HouseholdChange struct {
	Household HouseholdView `json:"household" doc:"As it was from then on."`
	By        string        `json:"by" doc:"Who changed it; empty: a transfer did." example:"吴静"`
	Why       string        `json:"why" enum:"entered,born,head,blocked,unblocked,in,out" doc:"What was done." example:"entered"`
	Reason    string        `json:"reason" doc:"Why, in words; empty where a transfer says it." example:"立户"`
	Case      string        `json:"case,omitempty" doc:"The case of the transfer." example:"01990a3c-7f7e-7000-8000-000000000000"`
	At        time.Time     `json:"at" doc:"When." example:"2026-11-26T08:30:00Z"`
}

// HouseholdDetail is a household with its history.
type HouseholdDetail struct {
	Household HouseholdView     `json:"household" doc:"As it is now."`
	Versions  []HouseholdChange `json:"versions" nullable:"false" doc:"How it came to be so, oldest first."`
}

// HouseholdList is a list of households.
type HouseholdList struct {
	Households []HouseholdView `json:"households" nullable:"false" doc:"The households."`
	Homeless   []string        `json:"homeless" nullable:"false" doc:"Who is registered in this city and in no household: a certificate came whose application was lost. They are entered by a registrar; of the first page alone." example:"[]"`
	Next       string          `json:"next,omitempty" doc:"Asked for as after, it continues; left out at the end." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

// MyHousehold is one's own.
type MyHousehold struct {
	Household    *HouseholdView `json:"household,omitempty" doc:"One's household in this city; left out where one has none here."`
	Registration *Registration  `json:"registration,omitempty" doc:"Where one is registered; left out where this city knows nothing of it."`
}

func (s *server) householdRoutes(v1 string) {
	op := func(method, path, id, summary string) operation {
		return operation{method: method, path: v1 + path, id: id, tag: "households", summary: summary}
	}
	made := func(o operation) operation { o.status = http.StatusCreated; return o }
	register(s, op(http.MethodGet, "/households/mine", "getOwnHousehold", "One's own household and registration"), s.ownHousehold)
	register(s, op(http.MethodGet, "/households", "listHouseholds", "Households of the city, or that of a person"), s.households)
	register(s, op(http.MethodGet, "/households/{id}", "getHousehold", "A household with its history"), s.household)
	register(s, op(http.MethodGet, "/registrations/{person}", "getRegistration", "Where a person is registered, with the proof"), s.registration)
	register(s, made(op(http.MethodPost, "/households", "enterHousehold", "Begin the entry of a household whose members were never registered anywhere")), s.enterHousehold)
	register(s, made(op(http.MethodPost, "/households/{id}/births", "enterBirth", "Begin the entry of a newborn into the household of a parent")), s.enterBirth)
	register(s, op(http.MethodGet, "/household-entries", "listHouseholdEntries", "Entries under way and ended, the newest first"), s.enterings)
	register(s, op(http.MethodGet, "/household-entries/{id}", "getHouseholdEntry", "An entry: for which cities it waits, what came of it"), s.entering)
	register(s, op(http.MethodPost, "/household-entries/{id}/withdraw", "withdrawHouseholdEntry", "Withdraw an entry that is under way"), s.endEntering)
	register(s, made(op(http.MethodPost, "/household-entries/{id}/again", "repeatHouseholdEntry", "Begin an entry anew that was lost with a backup")), s.enterAgain)
	register(s, op(http.MethodPost, "/households/{id}/head", "changeHead", "Make another member the head"), s.changeHead)
	register(s, op(http.MethodPost, "/households/{id}/blocks", "blockRegistration", "Block the registration of a member, or lift the block"), s.blockRegistration)
}

// register of residence, where the node has one.
func (s *server) residence() (Households, error) {
	if s.residents == nil {
		return nil, refuse("no-cases")
	}
	return s.residents, nil
}

func ofPerson(h Households, person string) rights.Resource {
	return rights.Resource{City: h.City(), HolderKind: licence.KindCitizen, HolderCode: person}
}

func householdView(lang string, h family.Household) HouseholdView {
	v := HouseholdView{ID: h.ID, City: string(h.City), Kind: string(h.Kind), Address: h.Address, Unit: h.Unit, Places: h.Places, Rural: h.Rural, Head: string(h.Head),
		Members: []HouseholdMember{}, Version: h.Version}
	for _, m := range h.Members {
		one := HouseholdMember{Person: string(m.Person), Name: m.Name, Sex: string(m.Sex), Born: m.Born, Relation: string(m.Relation),
			RelationName: locale.T(lang, "family.relation."+string(m.Relation), nil), Since: m.Since}
		for _, g := range m.Guardians {
			one.Guardians = append(one.Guardians, string(g))
		}
		if m.Block != nil {
			one.Block = &HouseholdBlock{m.Block.Code, m.Block.Reason, m.Block.Since}
		}
		v.Members = append(v.Members, one)
	}
	return v
}

// said puts a registration that is under way into words.
func (s *server) said(ctx context.Context, r Registration) Registration {
	if r.UnderWay {
		lang := language(ctx)
		r.Said = locale.T(lang, "residence.way", map[string]string{"city": s.cityName(lang, r.City)})
	}
	return r
}

func (s *server) ownHousehold(ctx context.Context, _ *Language) (*personal[MyHousehold], error) {
	h, err := s.residence()
	if err != nil {
		return nil, err
	}
	p, _ := who(ctx)
	if err := s.allow(ctx, rights.RegistryRead, rights.Resource{City: h.City(), HolderKind: p.HolderKind, HolderCode: p.HolderCode}); err != nil {
		return nil, err
	}
	var out MyHousehold
	if p.HolderCode == "" || p.HolderKind != licence.KindCitizen {
		return confidential(out), nil
	}
	one, err := h.Of(ctx, p.HolderCode)
	switch {
	case err == nil:
		if one, ok := s.readable(ctx, h, one); ok {
			v := householdView(language(ctx), one)
			out.Household = &v
		}
	case !isUnknown(err):
		return nil, caseRefusal(ctx, err)
	}
	r, err := h.Where(ctx, p.HolderCode)
	switch {
	case err == nil:
		r = s.said(ctx, r)
		out.Registration = &r
	case !isUnknown(err):
		return nil, caseRefusal(ctx, err)
	}
	return confidential(out), nil
}

// HouseholdsInput says which households.
type HouseholdsInput struct {
	Language
	Person string `query:"person" maxLength:"18" doc:"The household of a person, by the citizen's number." example:"430299198811150029"`
	Kind   string `query:"kind" enum:",family,collective" doc:"Of a kind alone." example:"collective"`
	After  string `query:"after" maxLength:"100" doc:"Continues a list: what next said." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many at most." example:"50"`
}

func (s *server) households(ctx context.Context, in *HouseholdsInput) (*personal[HouseholdList], error) {
	h, err := s.residence()
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, rights.RegistryRead, ofPerson(h, in.Person)); err != nil {
		return nil, err
	}
	out := HouseholdList{Households: []HouseholdView{}, Homeless: []string{}}
	if in.Person != "" {
		one, err := h.Of(ctx, in.Person)
		if isUnknown(err) {
			return confidential(out), nil
		} else if err != nil {
			return nil, caseRefusal(ctx, err)
		}
		if one, ok := s.readable(ctx, h, one); ok {
			out.Households = append(out.Households, householdView(language(ctx), one))
		}
		return confidential(out), nil
	}
	list, err := h.List(ctx, in.Kind, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		out.Households = append(out.Households, householdView(language(ctx), one))
	}
	if len(list) == in.Limit {
		out.Next = list[len(list)-1].ID
	}
	if in.After == "" {
		homeless, err := h.Homeless(ctx)
		if err != nil {
			return nil, err
		}
		out.Homeless = append(out.Homeless, homeless...)
	}
	return confidential(out), nil
}

// HouseholdInput names a household.
type HouseholdInput struct {
	Language
	ID string `path:"id" maxLength:"100" doc:"The household." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) household(ctx context.Context, in *HouseholdInput) (*personal[HouseholdDetail], error) {
	h, err := s.residence()
	if err != nil {
		return nil, err
	}
	p, ok := who(ctx)
	if !ok { // who is not signed in does not learn whether there is such a one
		return nil, s.allow(ctx, rights.RegistryRead, rights.Resource{City: h.City()})
	}
	one, err := h.Household(ctx, in.ID)
	if err != nil {
		return nil, about(err, "household", in.ID)
	}
	on := rights.Resource{City: h.City()}
	if _, mine := one.Member(family.Person(p.HolderCode)); mine && p.HolderKind == licence.KindCitizen {
		on = ofPerson(h, p.HolderCode)
	}
	if err := s.allow(ctx, rights.RegistryRead, on); err != nil {
		return nil, err
	}
	versions, err := h.Versions(ctx, in.ID)
	if err != nil {
		return nil, about(err, "household", in.ID)
	}
	one, _ = s.readable(ctx, h, one)
	out := HouseholdDetail{Household: householdView(language(ctx), one), Versions: []HouseholdChange{}}
	for _, v := range versions {
		var ok bool
		if v.Household, ok = s.readable(ctx, h, v.Household); !ok { // of before he came to it, or after
			continue
		}
		out.Versions = append(out.Versions, HouseholdChange{householdView(language(ctx), v.Household), v.By, v.Why, v.Reason, v.Case, v.At})
	}
	return confidential(out), nil
}

// RegistrationInput names a person.
type RegistrationInput struct {
	Language
	Person string `path:"person" maxLength:"18" doc:"The citizen's number." example:"430299198811150029"`
}

func (s *server) registration(ctx context.Context, in *RegistrationInput) (*personal[Registration], error) {
	h, err := s.residence()
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, rights.RegistryRead, ofPerson(h, in.Person)); err != nil {
		return nil, err
	}
	r, err := h.Where(ctx, in.Person)
	if isUnknown(err) {
		return nil, about(err, "registration", in.Person)
	} else if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	return confidential(s.said(ctx, r)), nil
}
