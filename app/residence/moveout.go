package residence

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"conurb/app/cases"
	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
)

// announce opens the case of a move-out: with its papers, or by the promise alone.
func (r *Room) announce(ctx context.Context, d *store.Deed, to household.City, p Papers, t *household.Transfer) error {
	if t == nil {
		if held, there, err := r.Register.In(d).Transfer(p.transfer()); err != nil || there && (held.State != household.Promised || held.To != to) {
			return err // papers of what is over already: nobody has to act on them
		}
	}
	facts := map[string]string{FactTo: string(to)}
	who := casework.Person{City: string(r.Me), Kind: licence.KindCitizen}
	var persons []family.Person
	form := json.RawMessage("{}")
	if t != nil {
		facts[FactPromised], facts[FactUntil] = "yes", time.Unix(t.Until, 0).UTC().Format(time.RFC3339)
		for _, k := range t.Persons {
			persons = append(persons, k.Person)
		}
	} else {
		facts[FactTold] = "yes"
		who = p.Applicant
		who.City = string(r.Me)
		for _, s := range p.People {
			persons = append(persons, s.Person)
		}
		var err error
		if form, err = json.Marshal(p); err != nil {
			return err
		}
	}
	id, transfer, links := p.Case, p.transfer(), []casework.Link(nil)
	if t != nil {
		id, transfer = t.ID, t.ID
	}
	id, err := unused(d, id, transfer)
	if err != nil {
		return err
	}
	if transfer != id {
		facts[FactTransfer] = transfer
	}
	for _, person := range persons {
		links = append(links, casework.Link{Kind: linkPerson, City: string(r.Me), ID: string(person)})
		if who.Name == "" {
			if h, err := d.FamilyOf(person); err == nil {
				m, _ := h.Member(person)
				who.Code, who.Name = string(person), m.Name
			} else if !errors.Is(err, store.ErrUnknown) {
				return err
			}
		}
	}
	links = append(links, casework.Link{Kind: linkTransfer, City: string(r.Me), ID: transfer}, casework.Link{Kind: linkCase, City: string(to), ID: cmp.Or(p.Case, id)})
	_, err = r.Cases.OpenIn(ctx, d, r.by(to), cases.Opening{ID: id, Item: course.ItemOut, Applicant: who, Form: form, Facts: facts, Links: links})
	if err != nil {
		return err
	}
	if t != nil {
		return r.send(d, to, KindNews, id, newsBody{Case: id, Transfer: transfer, What: newsWant})
	}
	held, there, err := r.Register.In(d).Transfer(transfer) // the promise may have come, and its case been lost
	if err != nil || !there || held.State != household.Promised || held.To != to {
		return err
	}
	return r.arrive(ctx, d, to, id, p)
}

// unpromised holds the end of a case that waits to there being no promise: one that is open ends
// in the register.
func (r *Room) unpromised(_ context.Context, t *cases.Turn) error {
	held, there, err := r.Register.In(t.Deed).Transfer(transferOf(t.Case))
	if err == nil && there && held.State == household.Promised {
		err = casework.Refuse(casework.RefusedEarly, "until", r.day(time.Unix(held.Until, 0)).String())
	}
	return err
}

// arrive brings a case to the clerks: promise and papers are here.
func (r *Room) arrive(ctx context.Context, d *store.Deed, to household.City, id string, p Papers) error {
	held, there, err := r.Register.In(d).Transfer(p.transfer())
	if err != nil || !there || held.State != household.Promised || held.To != to {
		return err // the promise has yet to come, or is over
	}
	papers, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = r.tell(ctx, d, id, "out-arrive", to, note{Facts: map[string]string{
		FactTold: "yes", FactPromised: "yes", FactUntil: time.Unix(held.Until, 0).UTC().Format(time.RFC3339), factForm: string(papers)}})
	return err
}

// factForm carries papers through the input of a move to the form of the case.
const factForm = "form"

// arrived puts the papers into the case and tells the other city until when a clerk has it.
func (r *Room) arrived(_ context.Context, t *cases.Turn) error {
	if text := t.Case.Facts[factForm]; text != "" {
		var p Papers
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			return fmt.Errorf("case %s: papers: %w", t.Case.ID, err)
		}
		delete(t.Case.Facts, factForm)
		t.Case.Form, t.Case.Applicant = json.RawMessage(text), p.Applicant
		t.Case.Applicant.City = string(r.Me)
	}
	return r.news(t, newsBody{What: newsArrived, Until: t.Case.Holder.Until.String()})
}

// news tells the other city.
func (r *Room) news(t *cases.Turn, n newsBody) error {
	n.Case, n.Transfer = theirs(t.Case), transferOf(t.Case)
	r.Wake()
	return r.send(t.Deed, household.City(t.Case.Facts[FactTo]), KindNews, t.Case.ID, n)
}

func papersOf(c *casework.Case) (p Papers, err error) {
	if err := json.Unmarshal(c.Form, &p); err != nil {
		return p, fmt.Errorf("case %s: papers: %w", c.ID, err)
	}
	return p, nil
}

// channel is by which the clerk tried to reach the applicant.
func (r *Room) channel(_ context.Context, t *cases.Turn) error {
	if c := t.Act.Text("channel"); !slices.Contains(course.Channels, c) {
		return course.Refuse(course.RefusedChannel, "channel", c)
	}
	return nil
}

// contact keeps that the applicant was reached, or was not.
func (r *Room) contact(_ context.Context, t *cases.Turn) error {
	n := newsBody{What: newsReached, Channel: t.Act.Text("channel"), At: t.Deed.At().UTC().Format(time.RFC3339)}
	facts := map[string]string{FactChannel: n.Channel}
	if t.Act.Move == "out-reached" {
		facts[FactContacted] = n.At
	} else {
		n.What = newsMissed
		missed, _ := strconv.Atoi(t.Case.Facts[FactMissed])
		facts[FactMissed] = strconv.Itoa(missed + 1)
	}
	put(t.Case, facts)
	return r.news(t, n)
}

// unreachable is a reason only after five working days and a try.
func (r *Room) unreachable(_ context.Context, t *cases.Turn) error {
	switch until := t.Case.Holder.Until; {
	case t.Case.Facts[FactMissed] == "":
		return course.Refuse(course.RefusedNoTry)
	case until == 0 || r.day(t.Deed.At()) <= until:
		return course.Refuse(course.RefusedEarly, "until", until.String())
	}
	return nil
}

// why holds the reason of a refusal to those that a clerk may give.
func (r *Room) why(_ context.Context, t *cases.Turn) error {
	if c := t.Act.Text("code"); !slices.Contains(course.Whys, c) {
		return course.Refuse(course.RefusedWhy, "code", c)
	}
	return nil
}

// refuse ends the promise in the register; the reason goes with the case.
func (r *Room) refuse(ctx context.Context, t *cases.Turn) error {
	code := t.Act.Text("code")
	if t.Act.Move == "out-unreachable" {
		code = course.WhyUnreachable
	}
	put(t.Case, map[string]string{FactWhy: code, FactGrounds: t.Act.Grounds})
	if t.Case.Decision != nil {
		t.Case.Decision.Key = why(code)
	}
	if err := r.news(t, newsBody{What: newsRefused, Why: code, Grounds: t.Act.Grounds}); err != nil {
		return err
	}
	return course.Of(r.Register.RefuseIn(acting(ctx), t.Deed, transferOf(t.Case), household.RefusedClerk))
}

// movable looks at everything that could speak against the decision.
func (r *Room) movable(_ context.Context, t *cases.Turn) error {
	p, err := papersOf(t.Case)
	if err != nil {
		return err
	}
	book := r.Register.In(t.Deed)
	if err := promisedThese(book, transferOf(t.Case), p.People); err != nil {
		return err
	}
	var h family.Household
	var leave []family.Person
	var left []family.Member
	for i, s := range p.People {
		_, of, err := r.lookAt(t.Deed, book, t.Case.ID, s)
		if err != nil {
			return err
		}
		if i > 0 && of.ID != h.ID {
			return course.Of(&family.Refusal{Code: family.RefusedStranger, Args: map[string]string{"person": string(s.Person)}})
		}
		m, _ := of.Member(s.Person)
		h, leave, left = of, append(leave, s.Person), append(left, m)
	}
	for _, m := range h.Members {
		e, _, err := book.Entry(m.Person)
		if err != nil {
			return err
		}
		if e.Standing == household.Deciding {
			return course.Refuse(course.RefusedBusy)
		}
	}
	consents := map[family.Person]family.Person{}
	for _, g := range p.Guardians {
		consents[g.Minor] = g.Guardian
	}
	today := r.day(t.Deed.At())
	if err := family.Guarded(left, consents, today); err != nil {
		return course.Of(err)
	}
	successor, relations, err := stay(&t.Act, p)
	if err != nil {
		return err
	}
	return r.leavable(h, leave, successor, relations, p.Rural, today, true)
}

// promisedThese holds the papers to the promise: the clerk decides on the people he reads of, and
// the register lets go those whom the other city promised to take.
func promisedThese(book household.Book, id string, people []family.Stated) error {
	held, _, err := book.Transfer(id)
	if err != nil {
		return err
	}
	same := len(held.Persons) == len(people)
	for _, p := range held.Persons {
		same = same && slices.ContainsFunc(people, func(s family.Stated) bool { return s.Person == p.Person })
	}
	if !same {
		return course.Refuse(course.RefusedOthers)
	}
	return nil
}

// stay is who leads those who stay, and what they are to him: as the clerk says, else as the
// applicant did.
func stay(a *casework.Act, p Papers) (course.Other, map[family.Person]family.Relation, error) {
	var input struct {
		Successor family.Person    `json:"successor"`
		Relations course.Relations `json:"relations"`
	}
	if len(a.Input) > 0 {
		if err := json.Unmarshal(a.Input, &input); err != nil {
			return course.Other{}, nil, casework.Refuse(casework.RefusedInput)
		}
	}
	if input.Successor != "" {
		return course.Other{Number: input.Successor}, input.Relations, nil
	}
	return p.Successor, input.Relations, nil
}

// leavable tries the leaving. whole: what those who stay are to a new head has to be said too.
func (r *Room) leavable(h family.Household, leave []family.Person, successor course.Other, relations map[family.Person]family.Relation, rural bool, today area.Date, whole bool) error {
	if h.Rural && !rural {
		return course.Refuse(course.RefusedRural)
	}
	if m, there := h.Member(successor.Number); there && successor.Name != "" && m.Name != successor.Name {
		return course.Of(&family.Refusal{Code: family.RefusedName, Args: map[string]string{"person": string(successor.Number)}})
	}
	_, _, err := h.Take(leave, successor.Number, relations, today)
	var no *family.Refusal
	if errors.As(err, &no) && no.Code == family.RefusedRelation && !whole {
		return nil
	}
	return course.Of(err)
}

// decide lets them go: from here there is only forward.
func (r *Room) decide(ctx context.Context, t *cases.Turn) error {
	p, err := papersOf(t.Case)
	if err != nil {
		return err
	}
	successor, relations, err := stay(&t.Act, p)
	if err != nil {
		return err
	}
	text, err := json.Marshal(relations)
	if err != nil {
		return err
	}
	put(t.Case, map[string]string{FactSuccessor: string(successor.Number), FactRelations: string(text)})
	out, err := r.Register.DecideIn(acting(ctx), t.Deed, transferOf(t.Case))
	if err != nil {
		return course.Of(err)
	}
	if out.State == household.Refused { // taken back here; the register ends what is over by itself
		return course.Of(&household.Refusal{Code: out.Reason})
	}
	lies(t.Case, t.Case.Facts[FactTo])
	r.Wake()
	return nil
}
