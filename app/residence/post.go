package residence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/entry"
	"conurb/livelihood/household/family"
	"conurb/store"
	"conurb/trust/message"
)

// The kinds of messages about cases, beside those of the register.
const (
	KindAsk    = "case.ask"    // T to S: are these people with you, as they say
	KindAnswer = "case.answer" // S to T: so it stands in the register
	KindMove   = "case.move"   // T to S: what the clerk needs to know of a move that was promised
	KindNews   = "case.news"   // S to T: what was done there, or that its papers are wanted again
	KindAppeal = "case.appeal" // T to S: the applicant asks for a review of its refusal, or takes that back
)

// The news.
const (
	newsWant    = "want"    // the promise is here, its papers are not
	newsArrived = "arrived" // it lies with a clerk
	newsReached = "reached" // the applicant was spoken to
	newsMissed  = "missed"  // he was not reached
	newsRefused = "refused" // with why and grounds
	newsLeft    = "left"    // decided: the register completes it
	newsDone    = "done"    // it has heard that they are booked
	newsUpheld  = "upheld"  // the review upholds the refusal, with grounds
	newsChanged = "changed" // it does not: a new hold may begin, of the number that is said
	newsLost    = "lost"    // there is no refusal any more that could be reviewed
	newsDropped = "dropped" // the review has ended, as the applicant wishes
)

// Fault is what stands against a move in the register of the other city: a code of
// "casework.refusal.<code>".
type Fault struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// askBody names people as the applicant does.
type askBody struct {
	Case      string          `json:"case"`
	Number    int             `json:"number"` // of the question: an answer to an older one is nothing
	People    []family.Stated `json:"people"`
	Successor course.Other    `json:"successor,omitzero"`
	Rural     bool            `json:"rural,omitempty"`
}

// Going is somebody who is to move, as the register of his city has him.
type Going struct {
	Person    family.Person   `json:"person"`
	Epoch     household.Epoch `json:"epoch"`
	Name      string          `json:"name"`
	Relation  family.Relation `json:"relation"` // to the head there
	Guardians []family.Person `json:"guardians,omitempty"`
}

// answerBody has faults, or who moves.
type answerBody struct {
	Case   string        `json:"case"`
	Number int           `json:"number"`
	Faults []Fault       `json:"faults,omitempty"`
	People []Going       `json:"people,omitempty"`
	Head   family.Person `json:"head,omitempty"` // of the household there: what people are to one another follows from it
	Stay   int           `json:"stay,omitempty"` // how many of the household stay
}

// Papers are what the clerk of the city that lets go needs to know: the form of its case.
type Papers struct {
	Case      string          `json:"case"`               // of the move-in; the move-out has the same number
	Transfer  string          `json:"transfer,omitempty"` // empty: that of the case
	Kind      string          `json:"kind"`
	Address   string          `json:"address"` // where they are to live
	Applicant casework.Person `json:"applicant"`
	Phone     string          `json:"phone"`
	People    []family.Stated `json:"people"`
	Guardians []Guardianship  `json:"guardians,omitempty"`
	Successor course.Other    `json:"successor,omitzero"`
	Rural     bool            `json:"rural,omitempty"`  // the note on rights in a rural collective was read
	Permit    string          `json:"permit,omitempty"` // identifier of the 准予迁入证明
}

// Guardianship is whose consent somebody under age has.
type Guardianship struct {
	Minor    family.Person `json:"minor"`
	Guardian family.Person `json:"guardian"`
}

// newsBody is news of a case.
type newsBody struct {
	Case     string `json:"case"`
	Transfer string `json:"transfer,omitempty"` // that it is about; changed: of the new hold
	What     string `json:"what"`
	Until    string `json:"until,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Why      string `json:"why,omitempty"`
	Grounds  string `json:"grounds,omitempty"`
	At       string `json:"at,omitempty"`
}

func (b askBody) about() string    { return b.Case }
func (b answerBody) about() string { return b.Case }
func (b Papers) about() string     { return b.Case }
func (b newsBody) about() string   { return b.Case }
func (b appealBody) about() string { return b.Case }

// Handlers are the effects of messages, by kind.
func (r *Room) Handlers() map[string]func(context.Context, *store.Deed, message.Sealed) error {
	return map[string]func(context.Context, *store.Deed, message.Sealed) error{
		KindAsk: heard(r.hearAsk), KindAnswer: heard(r.hearAnswer), KindMove: heard(r.hearMove), KindNews: heard(r.hearNews), KindAppeal: heard(r.hearAppeal),
		entry.KindAsk: r.hearEntry, entry.KindAnswer: r.hearEntry, entry.KindOver: r.hearEntry,
	}
}

// heard reads a body, which may hold nothing that is not asked for.
func heard[T interface{ about() string }](f func(ctx context.Context, d *store.Deed, from household.City, body T) error) func(context.Context, *store.Deed, message.Sealed) error {
	return func(ctx context.Context, d *store.Deed, m message.Sealed) error {
		var body T
		dec := json.NewDecoder(bytes.NewReader(m.Envelope.Body))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&body); err != nil {
			return message.NoEffect(err.Error())
		}
		if _, err := uuid.Parse(body.about()); err != nil || len(body.about()) != 36 {
			return message.NoEffect("the number of a case is not of its form")
		}
		return f(ctx, d, m.Envelope.From, body)
	}
}

// hearAsk answers from the register, at S. Nothing is kept.
func (r *Room) hearAsk(_ context.Context, d *store.Deed, from household.City, q askBody) error {
	a := answerBody{Case: q.Case, Number: q.Number}
	err := r.look(d, q, &a)
	var no *casework.Refusal
	if errors.As(err, &no) {
		a.Faults, a.People, a.Head, a.Stay = []Fault{{no.Code, no.Args}}, nil, "", 0
	} else if err != nil {
		return err
	}
	return r.send(d, from, KindAnswer, q.Case, a)
}

// look holds what is said of people to the register; what stands against it is a
// *casework.Refusal.
func (r *Room) look(d *store.Deed, q askBody, a *answerBody) error {
	book := r.Register.In(d)
	if n, err := book.Number(household.Restoring); err != nil || n != 0 {
		return errors.Join(err, course.Of(&household.Refusal{Code: household.RefusedRestoring}))
	}
	if len(q.People) == 0 || len(q.People) > course.MostPeople {
		return course.Of(&family.Refusal{Code: family.RefusedNobody})
	}
	var h family.Household
	var leave []family.Person
	for i, s := range q.People {
		g, of, err := r.lookAt(d, book, q.Case, s)
		if err != nil {
			return err
		}
		if i > 0 && of.ID != h.ID {
			return course.Of(&family.Refusal{Code: family.RefusedStranger, Args: map[string]string{"person": string(s.Person)}})
		}
		h, leave, a.People = of, append(leave, s.Person), append(a.People, g)
	}
	a.Head, a.Stay = h.Head, len(h.Members)-len(leave)
	return r.leavable(h, leave, q.Successor, nil, q.Rural, r.day(d.At()), false)
}

// lookAt is one person as the register has him.
func (r *Room) lookAt(d *store.Deed, book household.Book, id string, s family.Stated) (Going, family.Household, error) {
	no := func(code string) error { return course.Of(&household.Refusal{Code: code}) }
	e, there, err := book.Entry(s.Person)
	switch {
	case err != nil:
		return Going{}, family.Household{}, err
	case !there:
		return Going{}, family.Household{}, no(household.RefusedUnknown)
	case e.Standing == household.Moved:
		return Going{}, family.Household{}, no(household.RefusedElsewhere)
	case e.Standing == household.Deciding:
		return Going{}, family.Household{}, no(household.RefusedBusy)
	}
	h, err := d.FamilyOf(s.Person)
	if errors.Is(err, store.ErrUnknown) {
		return Going{}, h, course.Refuse(course.RefusedMissing, "person", string(s.Person))
	} else if err != nil {
		return Going{}, h, err
	}
	m, _ := h.Member(s.Person)
	if err := m.Agrees(s); err != nil {
		return Going{}, h, course.Of(err)
	}
	if m.Block != nil {
		return Going{}, h, course.Of(&family.Refusal{Code: family.RefusedBlocked, Args: map[string]string{"person": string(s.Person), "block": m.Block.Code}})
	}
	if err := r.alone(d, id, s.Person); err != nil {
		return Going{}, h, err
	}
	return Going{Person: m.Person, Epoch: e.Epoch, Name: m.Name, Relation: m.Relation, Guardians: m.Guardians}, h, nil
}

// openPhases are those of cases that have not come to their end.
var openPhases = []string{casework.PhaseApplied, casework.PhaseHandling}

// alone refuses a person who is in another case of a move at this city. Whom an applicant names
// counts once the other register has said that they are his to name, and whom another city names
// once it has promised: nobody's move is to be held up by a stranger who names him.
func (r *Room) alone(d *store.Deed, id string, p family.Person) error {
	link := casework.Link{Kind: linkPerson, City: string(r.Me), ID: string(p)}
	list, err := d.Cases(store.CaseFilter{Link: &link, Items: []string{course.ItemIn, course.ItemOut}, Phases: openPhases, Limit: 1000})
	if err != nil {
		return err
	}
	for _, c := range list {
		said := c.State != course.InAsking && c.State != course.InCorrect && (c.State != course.OutAnnounced || c.Facts[FactPromised] != "")
		if c.ID != id && said && slices.Contains(c.Links, link) {
			return course.Refuse(course.RefusedUnder, "person", string(p))
		}
	}
	return nil
}

// hearAnswer lets the clerk examine, or the applicant correct, at T.
func (r *Room) hearAnswer(ctx context.Context, d *store.Deed, from household.City, a answerBody) error {
	c, there, err := r.mine(d, a.Case, course.ItemIn)
	if err != nil || !there || c.State != course.InAsking || c.Facts[FactFrom] != string(from) || c.Facts[FactAsk] != strconv.Itoa(a.Number) {
		return err
	}
	faults := a.Faults
	if len(faults) == 0 {
		err := r.fits(d, &c, &a)
		var no *casework.Refusal
		if errors.As(err, &no) {
			faults = []Fault{{no.Code, no.Args}}
		} else if err != nil {
			return err
		}
	}
	if how := c.Facts[FactHost]; how == course.ConsentRefused || how == course.ConsentLapsed { // he answered before the register
		faults = append(faults, Fault{Code: course.RefusedConsent})
	}
	if len(faults) > 0 {
		text, err := json.Marshal(faults)
		if err != nil {
			return err
		}
		_, err = r.tell(ctx, d, c.ID, "in-faulty", from, note{Facts: map[string]string{FactFaults: string(text), FactGroup: "", FactAgain: ""}})
		return err
	}
	group, err := json.Marshal(a)
	if err != nil {
		return err
	}
	move := "in-answered"
	if again, err := r.again(d, &c, &a); err != nil {
		return err
	} else if again {
		move = "in-again"
	}
	_, err = r.tell(ctx, d, c.ID, move, from, note{Facts: map[string]string{FactFaults: "", FactGroup: string(group), FactAgain: ""}})
	return err
}

// mine is a case of this city that is of an item.
func (r *Room) mine(d *store.Deed, id, item string) (c casework.Case, there bool, err error) {
	c, err = d.Case(id)
	if errors.Is(err, store.ErrUnknown) {
		return c, false, nil
	}
	return c, err == nil && c.Item == item, err
}

// hearMove takes the papers of a move, at S. They may come before the promise or after it.
func (r *Room) hearMove(ctx context.Context, d *store.Deed, from household.City, p Papers) error {
	p.Applicant.Account = "" // accounts are this node's own
	c, there, err := r.moving(d, p.transfer(), course.ItemOut)
	if err != nil {
		return err
	}
	if !there || c.State == course.OutLapsed {
		return r.announce(ctx, d, from, p, nil)
	}
	if c.State != course.OutAnnounced || c.Facts[FactTo] != string(from) || c.Facts[FactTold] != "" {
		return nil // it came twice
	}
	return r.arrive(ctx, d, from, c.ID, p)
}

// hearNews is news of the other city, at T; at S, that it is wanted again.
func (r *Room) hearNews(ctx context.Context, d *store.Deed, from household.City, n newsBody) error {
	c, there, err := r.mineOf(d, n.Case, n.Transfer, course.ItemIn)
	if err != nil || !there || c.Facts[FactFrom] != string(from) {
		return err
	}
	if done, err := r.hearReview(ctx, d, &c, from, n); done || err != nil {
		return err
	}
	if n.Transfer != "" && n.Transfer != transferOf(&c) {
		return nil // of a hold before
	}
	away := note{Holder: string(from), Until: n.Until, Facts: map[string]string{}}
	move := "in-news"
	switch n.What {
	case newsWant:
		return r.sendPapers(d, &c)
	case newsArrived:
		move = "in-arrived"
	case newsReached:
		away.Facts[FactContacted], away.Facts[FactChannel] = n.At, n.Channel
	case newsMissed:
		missed, _ := strconv.Atoi(c.Facts[FactMissed])
		away.Facts[FactMissed], away.Facts[FactChannel] = strconv.Itoa(missed+1), n.Channel
	case newsLeft:
		move = "in-left"
		away.Until = ""
	case newsDone:
		_, err = r.tell(ctx, d, c.ID, "in-done", from, note{})
		return err
	case newsRefused:
		away.Facts[FactWhy], away.Facts[FactGrounds] = n.Why, n.Grounds
		return r.late(ctx, d, &c, away, from)
	default:
		return message.NoEffect(fmt.Sprintf("news %q", n.What))
	}
	if away.Until == "" {
		away.Until = dayText(c)
	}
	_, err = r.tell(ctx, d, c.ID, move, from, away)
	return err
}

// dayText keeps the day that a case has.
func dayText(c casework.Case) string {
	if c.Holder.Until == 0 {
		return ""
	}
	return c.Holder.Until.String()
}

// late puts the other city's grounds to a case, also where the register's refusal was faster.
func (r *Room) late(ctx context.Context, d *store.Deed, c *casework.Case, n note, from household.City) error {
	n.Until = dayText(*c)
	done, err := r.tell(ctx, d, c.ID, "in-news", from, n)
	if err != nil || done || c.State != course.InRefused || c.Facts[FactGrounds] != "" {
		return err
	}
	n.Holder, n.Until = "", ""
	_, err = r.tell(ctx, d, c.ID, "in-reason", from, n)
	return err
}
