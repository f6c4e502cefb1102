package httpapi

import (
	"context"
	"time"

	"conurb/livelihood/household"
	first "conurb/livelihood/household/entry"
	"conurb/livelihood/household/family"
	"conurb/locale"
	"conurb/trust/rights"
)

// Entering is an entry of persons, as the register has it.
type Entering struct {
	first.Entry
	Asks      []household.City // cities that are asked
	Into      string           // household that a newborn comes into
	Household family.Household // or the new one
	Members   []family.Member
	By, Why   string
	Made      string // household that came of it
	EndedBy   string
	EndedWhy  string
	Code      string // refused as changed: of casework.refusal
	Args      map[string]string
}

// HouseholdEntryCity is a city that is asked.
type HouseholdEntryCity struct {
	City string     `json:"city" doc:"The city." example:"changsha"`
	Name string     `json:"name" doc:"What it is called." example:"Changsha"`
	Said string     `json:"said,omitempty" enum:",unknown,registered,moved,entering,busy,lost,restoring" doc:"What it has said last; left out where it has not answered. With unknown it waits for nothing more." example:"unknown"`
	Text string     `json:"text" doc:"That in words." example:"knows none of them, and has promised not to enter them"`
	At   *time.Time `json:"at,omitempty" doc:"When it said so." example:"2026-11-27T08:30:00Z"`
}

// HouseholdEntry is a registrar's entry: made once every other city has said that it knows none of
// the persons.
type HouseholdEntry struct {
	ID        string               `json:"id" doc:"The entry." example:"01990a3c-7f7e-7000-8000-000000000000"`
	State     string               `json:"state" enum:"asking,entered,refused,withdrawn,lost" doc:"asking: other cities have yet to say that they know nobody; lost: a backup was put back while it was under way, and nobody knows whether it was made." example:"asking"`
	Since     time.Time            `json:"since" doc:"When it began." example:"2026-11-27T08:30:00Z"`
	Ended     *time.Time           `json:"ended,omitempty" doc:"When it ended." example:"2026-11-27T08:30:01Z"`
	Persons   []string             `json:"persons" nullable:"false" doc:"Who is registered by it: all of them or nobody. Empty where everybody was registered here already." example:"[\"430299199001010010\"]"`
	Members   []HouseholdMember    `json:"members" nullable:"false" doc:"Who is to be in the household; empty where the entry was forgotten with a backup."`
	Address   string               `json:"address,omitempty" doc:"Of a new household." example:"株洲市示例区示例路2号"`
	Into      string               `json:"into,omitempty" doc:"The household that a newborn comes into." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Household string               `json:"household,omitempty" doc:"The household that came of it." example:"01990a3c-7f7e-7000-8000-000000000000"`
	By        string               `json:"by,omitempty" doc:"Who entered it." example:"吴静"`
	Reason    string               `json:"reason,omitempty" doc:"Why it is entered." example:"立户"`
	Cities    []HouseholdEntryCity `json:"cities" nullable:"false" doc:"Who is asked, and what each has said."`
	Waits     []string             `json:"waits" nullable:"false" doc:"Names of the cities that it still waits for." example:"[\"Changsha\"]"`
	Why       string               `json:"why,omitempty" doc:"A refusal: why, in words." example:"430299199001010010 is registered in Changsha."`
	Remedy    string               `json:"remedy,omitempty" doc:"And what to do." example:"Apply for a move from Changsha instead of entering the person again."`
	EndedBy   string               `json:"endedBy,omitempty" doc:"Who withdrew it." example:"吴静"`
	EndedWhy  string               `json:"endedWhy,omitempty" doc:"And why." example:"录错"`
}

// HouseholdEntryList is a list of entries.
type HouseholdEntryList struct {
	Entries []HouseholdEntry `json:"entries" nullable:"false" doc:"The entries."`
	Next    string           `json:"next,omitempty" doc:"Asked for as before, it continues; left out at the end." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func secondOf(at int64) *time.Time {
	if at == 0 {
		return nil
	}
	t := time.Unix(at, 0).UTC()
	return &t
}

func (s *server) entryView(ctx context.Context, e Entering) HouseholdEntry {
	lang := language(ctx)
	members := e.Household
	members.Members = e.Members
	v := HouseholdEntry{ID: e.ID, State: string(e.State), Since: time.Unix(e.Since, 0).UTC(), Ended: secondOf(e.Ended), Persons: []string{}, Members: householdView(lang, members).Members,
		Address: e.Household.Address, Into: e.Into, Household: e.Made, By: e.By, Reason: e.Why, Cities: []HouseholdEntryCity{}, Waits: []string{}, EndedBy: e.EndedBy, EndedWhy: e.EndedWhy}
	for _, p := range e.Persons {
		v.Persons = append(v.Persons, string(p))
	}
	for _, c := range e.Asks {
		a := e.Work.Answers[c]
		one := HouseholdEntryCity{City: string(c), Name: s.cityName(lang, string(c)), Said: a.Said, At: secondOf(a.At)}
		if a.Said != "" {
			one.Text = locale.T(lang, "entry.said."+a.Said, map[string]string{"city": s.cityName(lang, string(a.City))})
		}
		if e.State == first.Asking && a.Said != first.SaidUnknown {
			v.Waits = append(v.Waits, one.Name)
		}
		if e.State == first.Asking || a.Said != "" {
			v.Cities = append(v.Cities, one)
		}
	}
	if e.State == first.Refused {
		args := map[string]string{"city": s.cityName(lang, string(e.City)), "person": string(e.Person)}
		v.Why, v.Remedy = locale.T(lang, "entry.reason."+e.Reason, args), locale.T(lang, "entry.reason."+e.Reason+".remedy", args)
		if e.Code != "" {
			key := "casework.refusal." + e.Code
			v.Why, v.Remedy = v.Why+" "+locale.T(lang, key, CaseArgs(lang, e.Args)), locale.T(lang, key+".remedy", CaseArgs(lang, e.Args))
		}
	}
	return v
}

// begun is what came of beginning an entry, or of another act upon one.
func (s *server) begun(ctx context.Context, e Entering, err error, kind, id string) (*personal[HouseholdEntry], error) {
	if isUnknown(err) {
		return nil, about(err, kind, id)
	} else if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	return confidential(s.entryView(ctx, e)), nil
}

// HouseholdEntriesInput says which entries.
type HouseholdEntriesInput struct {
	Language
	Open   bool   `query:"open" doc:"Those alone that are under way, or lost with a backup." example:"true"`
	Before string `query:"before" maxLength:"100" doc:"Continues a list: what next said." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many at most." example:"50"`
}

func (s *server) enterings(ctx context.Context, in *HouseholdEntriesInput) (*personal[HouseholdEntryList], error) {
	h, err := s.residence()
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, rights.RegistryRead, rights.Resource{City: h.City()}); err != nil {
		return nil, err
	}
	list, err := h.Enterings(ctx, in.Open, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	out := HouseholdEntryList{Entries: []HouseholdEntry{}}
	for _, e := range list {
		out.Entries = append(out.Entries, s.entryView(ctx, e))
	}
	if len(list) == in.Limit {
		out.Next = list[len(list)-1].ID
	}
	return confidential(out), nil
}

// HouseholdEntryInput names an entry.
type HouseholdEntryInput struct {
	Language
	ID string `path:"id" maxLength:"100" doc:"The entry." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) entering(ctx context.Context, in *HouseholdEntryInput) (*personal[HouseholdEntry], error) {
	h, err := s.residence()
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, rights.RegistryRead, rights.Resource{City: h.City()}); err != nil {
		return nil, err
	}
	e, err := h.Entering(ctx, in.ID)
	return s.begun(ctx, e, err, "household-entry", in.ID)
}

// actingOn is the register, once whoever asks may act upon an entry and it is not about himself.
func (s *server) actingOn(ctx context.Context, id string) (Households, error) {
	h, err := s.enteringAt(ctx)
	if err != nil {
		return nil, err
	}
	e, err := h.Entering(ctx, id)
	if err != nil {
		return nil, about(err, "household-entry", id)
	}
	persons := e.Persons
	for _, m := range e.Members {
		persons = append(persons, m.Person)
	}
	if e.Into != "" {
		h, _, err = s.enteringInto(ctx, e.Into, persons...)
		return h, err
	}
	return s.enteringAt(ctx, persons...)
}

// WithdrawHouseholdEntryInput ends an entry.
type WithdrawHouseholdEntryInput struct {
	HouseholdEntryInput
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"Why." example:"录错"`
		Sure   bool   `json:"sure,omitempty" doc:"Of an entry that was lost with a backup: somebody is sure that it was never completed. Other cities may enter the persons from then on." example:"false"`
	}
}

func (s *server) endEntering(ctx context.Context, in *WithdrawHouseholdEntryInput) (*personal[HouseholdEntry], error) {
	h, err := s.actingOn(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	e, err := h.EndEntering(ctx, signer(ctx), in.ID, in.Body.Reason, in.Body.Sure)
	return s.begun(ctx, e, err, "household-entry", in.ID)
}

func (s *server) enterAgain(ctx context.Context, in *HouseholdEntryInput) (*personal[HouseholdEntry], error) {
	h, err := s.actingOn(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	e, err := h.EnterAgain(ctx, signer(ctx), in.ID)
	return s.begun(ctx, e, err, "household-entry", in.ID)
}
