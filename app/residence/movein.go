package residence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/eligibility"
	"conurb/livelihood/household/family"
	"conurb/store"
)

// The kinds of links of a case.
const (
	linkPerson    = casework.LinkPerson // who moves
	linkHousehold = "household"         // into which, or out of which
	linkTransfer  = "transfer"
	linkLicence   = "licence"
	linkCase      = "case" // of the other city
)

// application holds a form to what can be seen here, at T.
func (r *Room) application(_ context.Context, t *cases.Turn) error {
	a, err := course.Read(t.Case.Form)
	if err != nil {
		return err
	}
	if k, known := r.Rules.Kind(a.Kind); !known || !k.Nationwide {
		return course.Refuse(course.RefusedOldWay, "kind", a.Kind)
	}
	for _, m := range a.People {
		day, _, err := born(m.Number)
		if err != nil {
			return course.Of(err)
		}
		if m.Born != 0 && m.Born != day {
			return course.Of(&family.Refusal{Code: family.RefusedBorn, Args: map[string]string{"person": string(m.Number)}})
		}
	}
	switch {
	case a.From == r.Me:
		return course.Refuse(course.RefusedSameCity)
	case !slices.Contains(r.Others(), a.From) || a.From == "office":
		return course.Refuse(course.RefusedNoCity, "city", string(a.From))
	}
	if mine, err := r.hisToName(t.Deed, a, family.Person(t.Case.Applicant.Code)); err != nil || !mine {
		return errors.Join(err, course.Refuse(course.RefusedNotYours))
	}
	book := r.Register.In(t.Deed)
	for _, m := range a.People {
		e, there, err := book.Entry(m.Number)
		if err != nil {
			return err
		}
		if there && e.Standing != household.Moved {
			return course.Refuse(course.RefusedElsewhere, "person", string(m.Number))
		}
		if err := r.alone(t.Deed, t.Case.ID, m.Number); err != nil {
			return err
		}
	}
	_, err = r.target(t.Deed, t.Case.ID, a, len(a.People))
	return err
}

// hisToName tells whether somebody applies for himself among others, or for those who join the
// household that he is in.
func (r *Room) hisToName(d *store.Deed, a course.Application, me family.Person) (bool, error) {
	if slices.Contains(a.Persons(), me) || a.As != course.AsHost {
		return slices.Contains(a.Persons(), me), nil
	}
	h, err := d.FamilyOf(me)
	if errors.Is(err, store.ErrUnknown) {
		return false, nil
	}
	return h.ID == strings.TrimSpace(a.Host.Household), err
}

// target is the household that takes people in; nobody's version where it is yet to be founded.
func (r *Room) target(d *store.Deed, id string, a course.Application, n int) (family.Household, error) {
	switch a.As {
	case course.AsHost:
		h, err := d.Family(strings.TrimSpace(a.Host.Household))
		if errors.Is(err, store.ErrUnknown) || err == nil && (h.Kind != family.Family || len(h.Members) == 0) {
			return family.Household{}, course.Refuse(course.RefusedHost)
		}
		return h, err
	case course.AsCollective:
		h, err := d.Family(a.Collective)
		if errors.Is(err, store.ErrUnknown) || err == nil && h.Kind != family.Collective {
			return h, course.Refuse(course.RefusedCollective)
		} else if err != nil {
			return h, err
		}
		coming, err := r.coming(d, id, h.ID)
		if err != nil {
			return h, err
		}
		if len(h.Members)+coming+n > h.Places {
			return h, course.Of(&family.Refusal{Code: family.RefusedFull, Args: map[string]string{"places": strconv.Itoa(h.Places)}})
		}
		return h, nil
	}
	return family.Household{City: r.Me, Kind: family.Family, Address: strings.TrimSpace(a.Address)}, nil
}

// coming counts those who were promised a place in a household and are not there yet.
func (r *Room) coming(d *store.Deed, id, household string) (n int, err error) {
	list, err := d.Cases(store.CaseFilter{Link: &casework.Link{Kind: linkHousehold, City: string(r.Me), ID: household},
		States: []casework.State{course.InPromised, course.InThere, course.InLeaving, course.InWithdrawing}, Limit: 1000})
	for _, c := range list {
		if c.ID == id {
			continue
		}
		for _, l := range c.Links {
			if l.Kind == linkPerson {
				n++
			}
		}
	}
	return n, err
}

// ask asks the other city's register, and keeps who is in the case.
func (r *Room) ask(ctx context.Context, t *cases.Turn) error {
	a, err := course.Read(t.Case.Form)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(t.Case.Facts[FactAsk])
	number++
	put(t.Case, map[string]string{FactFrom: string(a.From), FactAsk: strconv.Itoa(number), FactFaults: "", FactGroup: ""})
	t.Case.Links = slices.DeleteFunc(t.Case.Links, func(l casework.Link) bool { return l.Kind == linkPerson })
	q := askBody{Case: t.Case.ID, Number: number, Successor: a.Successor, Rural: a.Rural}
	for _, m := range a.People {
		q.People = append(q.People, family.Stated{Person: m.Number, Name: m.Name, Born: m.Born})
		t.Case.Links = append(t.Case.Links, casework.Link{Kind: linkPerson, City: string(r.Me), ID: string(m.Number)})
	}
	if err := r.askHost(ctx, t, a); err != nil {
		return err
	}
	lies(t.Case, string(a.From))
	r.Wake()
	return r.send(t.Deed, a.From, KindAsk, t.Case.ID, q)
}

// coming together: what T knows of those who move, from its form and the other register.
type arrival struct {
	form    course.Application
	members []family.Member
	old     family.Member // the head that they had
	answer  answerBody
}

// arrivalOf puts together what the case knows.
func arrivalOf(c *casework.Case, a *answerBody) (out arrival, err error) {
	if out.form, err = course.Read(c.Form); err != nil {
		return out, err
	}
	if a == nil {
		a = &answerBody{}
		if err := json.Unmarshal([]byte(c.Facts[FactGroup]), a); err != nil {
			return out, fmt.Errorf("case %s: who moves: %w", c.ID, err)
		}
	}
	out.answer = *a
	for _, g := range a.People {
		day, sex, err := born(g.Person)
		if err != nil {
			return out, course.Of(err)
		}
		m := family.Member{Person: g.Person, Name: g.Name, Sex: sex, Born: day, Relation: g.Relation, Guardians: g.Guardians}
		if g.Person == a.Head {
			out.old = m
		}
		out.members = append(out.members, m)
	}
	if out.old.Person == "" && a.Head != "" {
		day, sex, err := born(a.Head)
		if err != nil {
			return out, course.Of(err)
		}
		out.old = family.Member{Person: a.Head, Sex: sex, Born: day, Relation: family.Head}
	}
	return out, nil
}

// head is who leads a household that is founded.
func (a arrival) head(applicant string) family.Person {
	if a.form.Head != "" {
		return a.form.Head
	}
	return family.Person(applicant)
}

// fits holds what the other register says to what is applied for, at T; what stands against it is
// a *casework.Refusal.
func (r *Room) fits(d *store.Deed, c *casework.Case, a *answerBody) error {
	in, err := arrivalOf(c, a)
	if err != nil {
		return err
	}
	var there []family.Person
	for _, m := range in.members {
		there = append(there, m.Person)
	}
	if !slices.Equal(there, in.form.Persons()) {
		return course.Refuse(course.RefusedForm, "field", "/people")
	}
	return r.planned(d, c, in)
}

// planned holds an arrival to what can be done now.
func (r *Room) planned(d *store.Deed, c *casework.Case, in arrival) error {
	today := r.day(d.At())
	for _, m := range in.members {
		if err := r.alone(d, c.ID, m.Person); err != nil {
			return err
		}
	}
	if err := family.Guarded(in.members, in.form.Consents(), today); err != nil {
		return course.Of(err)
	}
	h, err := r.target(d, c.ID, in.form, len(in.members))
	if err != nil {
		return err
	}
	if in.form.As == course.AsFound {
		_, err = family.Found(h, in.members, in.old, in.head(c.Applicant.Code), in.form.Relations(), today)
	} else {
		_, err = h.Join(in.members, in.form.Relations(), today)
	}
	return course.Of(err)
}

// eligible asks the rules of the region; the clerk says which papers he saw.
func (r *Room) eligible(_ context.Context, t *cases.Turn) error {
	var input struct {
		Papers course.Papers `json:"papers"`
	}
	if len(t.Act.Input) > 0 {
		if err := json.Unmarshal(t.Act.Input, &input); err != nil {
			return casework.Refuse(casework.RefusedInput)
		}
	}
	f, err := r.Judge(t.Case, input.Papers, r.day(t.Deed.At()).Time())
	if err != nil {
		return err
	}
	switch {
	case f.OldWay:
		return course.Refuse(course.RefusedOldWay, "kind", f.Kind)
	case !f.Eligible():
		return course.Refuse(course.RefusedIneligible, "reasons", both(f.Words("zh-CN"), f.Words("en")))
	}
	return nil
}

// Judge asks the rules of the region about a case: with the licences that were shared and the
// papers that a clerk saw. at is a moment of the day.
func (r *Room) Judge(c *casework.Case, papers []string, at time.Time) (eligibility.Finding, error) {
	in, f, err := r.facts(c, papers, at)
	if err != nil {
		return eligibility.Finding{}, err
	}
	return r.Rules.Judge(in.Kind, f), nil
}

// Weigh judges a case before a clerk decides: of the papers that are unseen nobody has said yet
// whether they are there. Those that he saw when he promised are.
func (r *Room) Weigh(c *casework.Case, unseen []string, at time.Time) (eligibility.Finding, error) {
	in, f, err := r.facts(c, strings.Fields(c.Facts[FactPapers]), at)
	if err != nil {
		return eligibility.Finding{}, err
	}
	f.Unseen = unseen
	return r.Rules.Judge(in.Kind, f), nil
}

// facts are what the rules are asked over.
func (r *Room) facts(c *casework.Case, papers []string, at time.Time) (in course.Application, f eligibility.Facts, err error) {
	if in, err = course.Read(c.Form); err != nil {
		return in, f, err
	}
	today := r.day(at)
	f = eligibility.Facts{Shown: slices.Clone(papers), Licences: map[string]map[string]any{}, Today: today}
	if how := c.Facts[FactHost]; how != course.ConsentAsked {
		f.Consent = how
	}
	if err := json.Unmarshal(c.Form, &f.Form); err != nil {
		return in, f, course.Refuse(course.RefusedForm, "field", "/")
	}
	for _, s := range c.Shared {
		if s.Material != "" {
			f.Shown = append(f.Shown, s.Material)
		}
		f.Licences[s.Type] = s.Attributes
	}
	relations := map[family.Person]family.Relation{}
	if c.Facts[FactGroup] != "" {
		relations = r.relations(c)
	}
	for _, m := range in.People {
		day, _, err := born(m.Number)
		if err != nil {
			return in, f, course.Of(err)
		}
		one := eligibility.Someone{Number: string(m.Number), Age: eligibility.Age(day, today), Relation: string(m.Relation)}
		if one.Relation == "" {
			one.Relation = string(relations[m.Number])
		}
		f.People = append(f.People, one)
		if one.Number == c.Applicant.Code {
			f.Applicant = one
		}
	}
	if f.Applicant.Number == "" { // the host applies for those who join him
		if day, _, err := born(family.Person(c.Applicant.Code)); err == nil {
			f.Applicant = eligibility.Someone{Number: c.Applicant.Code, Age: eligibility.Age(day, today)}
		}
	}
	return in, f, nil
}

// relations are what people will be to the head of the new household, as far as it follows.
func (r *Room) relations(c *casework.Case) map[family.Person]family.Relation {
	all := map[family.Person]family.Relation{}
	in, err := arrivalOf(c, nil)
	if err != nil || in.form.As != course.AsFound {
		return all
	}
	led, _ := family.Led(in.members, in.old, in.head(c.Applicant.Code), in.form.Relations()) // what does not follow is not known yet
	for _, m := range led {
		all[m.Person] = m.Relation
	}
	return all
}

// room looks once more whether there is a household that takes them in.
func (r *Room) room(_ context.Context, t *cases.Turn) error {
	in, err := arrivalOf(t.Case, nil)
	if err != nil {
		return err
	}
	if err := r.planned(t.Deed, t.Case, in); err != nil {
		return err
	}
	h, err := r.target(t.Deed, t.Case.ID, in.form, len(in.members))
	if err != nil {
		return err
	}
	return r.hosted(t.Deed, t.Case, in.form, h)
}

// permitEnds is the moment at which a permit of today ends: with its last day.
func (r *Room) permitEnds(at time.Time) time.Time {
	d := (r.day(at) + course.PermitDays + 1).Time()
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, r.Zone)
}

// hold promises: the register holds, the permit is issued, the other city gets its papers.
func (r *Room) hold(ctx context.Context, t *cases.Turn) error {
	in, err := arrivalOf(t.Case, nil)
	if err != nil {
		return err
	}
	var tokens []household.Token
	for _, g := range in.answer.People {
		tokens = append(tokens, household.Token{Person: g.Person, Epoch: g.Epoch})
	}
	until := r.permitEnds(t.Deed.At())
	transfer, err := r.number(t.Deed, t.Case)
	if err != nil {
		return err
	}
	if err := r.Register.HoldIn(acting(ctx), t.Deed, transfer, in.form.From, tokens, until); err != nil {
		return course.Of(err)
	}
	var input struct {
		Papers course.Papers `json:"papers"`
	}
	if len(t.Act.Input) > 0 {
		if err := json.Unmarshal(t.Act.Input, &input); err != nil {
			return casework.Refuse(casework.RefusedInput)
		}
	}
	put(t.Case, map[string]string{FactUntil: until.UTC().Format(time.RFC3339), FactAgain: ""})
	if t.Act.By.By == casework.Clerk { // else those count that he saw before
		put(t.Case, map[string]string{FactPapers: strings.Join(input.Papers, " ")})
	}
	me := string(r.Me)
	join(t.Case, casework.Link{Kind: linkTransfer, City: me, ID: transfer}, casework.Link{Kind: linkCase, City: string(in.form.From), ID: t.Case.ID})
	h, err := r.target(t.Deed, t.Case.ID, in.form, len(in.members))
	if err != nil {
		return err
	}
	if h.ID != "" {
		join(t.Case, casework.Link{Kind: linkHousehold, City: me, ID: h.ID})
	}
	if err := r.issuePermit(t.Deed, t.Case, in, h.Address, until); err != nil {
		return err
	}
	if err := r.consentEnds(ctx, t, "host-used"); err != nil {
		return err
	}
	lies(t.Case, string(in.form.From))
	r.Wake()
	return r.sendPapers(t.Deed, t.Case)
}

// sendPapers tells the other city what its clerk needs.
func (r *Room) sendPapers(d *store.Deed, c *casework.Case) error {
	a, err := course.Read(c.Form)
	if err != nil {
		return err
	}
	h, err := r.target(d, c.ID, a, 0)
	var no *casework.Refusal
	if err != nil && !errors.As(err, &no) {
		return err
	}
	p := Papers{Case: c.ID, Transfer: transferOf(c), Kind: a.Kind, Address: h.Address, Applicant: c.Applicant, Phone: a.Phone, Successor: a.Successor, Rural: a.Rural, Permit: c.Facts[factPermit]}
	p.Applicant.Account = "" // of this node alone
	for _, m := range a.People {
		p.People = append(p.People, family.Stated{Person: m.Number, Name: m.Name, Born: m.Born})
		if m.Guardian != "" {
			p.Guardians = append(p.Guardians, Guardianship{m.Number, m.Guardian})
		}
	}
	return r.send(d, a.From, KindMove, c.ID, p)
}

// withdraw asks the other city to let the case go; it may have decided already.
func (r *Room) withdraw(ctx context.Context, t *cases.Turn) error {
	if err := r.Register.WithdrawIn(acting(ctx), t.Deed, transferOf(t.Case)); err != nil {
		return course.Of(err)
	}
	lies(t.Case, t.Case.Facts[FactFrom])
	r.Wake()
	return nil
}

// granted is the decision of a case that came to its end as was wished.
func (r *Room) granted(_ context.Context, t *cases.Turn) error {
	t.Case.Decision = &casework.Decision{Outcome: casework.Granted, By: t.Act.By, At: t.Deed.At(), Key: why("booked")}
	return nil
}

// refusal is the decision of the other city.
func (r *Room) refusal(_ context.Context, t *cases.Turn) error {
	t.Case.Decision = r.refusedBy(t.Deed, household.City(t.Act.By.City), t.Case.Facts)
	return nil
}

func (r *Room) refusedBy(d *store.Deed, city household.City, facts map[string]string) *casework.Decision {
	return &casework.Decision{Outcome: casework.Refused, By: r.by(city), At: d.At(), Key: why(facts[FactWhy]), Grounds: facts[FactGrounds]}
}
