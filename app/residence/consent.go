package residence

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
)

// Facts about the consent of a host. Those of the application say how it stands and nothing of
// who gives it: whoever applies knows a household by its number alone, and is not to learn from it
// who lives there.
const (
	FactHost    = "host"    // of the application: how the consent stands (course.Consents)
	FactHostAt  = "hostAt"  // of the application: since when, RFC 3339
	FactConsent = "consent" // of the application: id of the case of the consent
	factAsked   = "asked"   // of the application: what was asked: household and who moves
	FactWho     = "who"     // of the consent: name of whoever applies
	FactComing  = "coming"  // of the consent: who is to come: a list of {name, relation}
	FactPaper   = "paper"   // of the consent: reference of the paper that the clerk saw
	FactClerk   = "clerk"   // of the consent: name of that clerk
)

// Coming is somebody who is to come into a household, as its head reads it.
type Coming struct {
	Name     string          `json:"name"`
	Relation family.Relation `json:"relation,omitempty"`
}

// asking is what a consent is for: with other people, or for another household, it counts no more.
func asking(a course.Application) string {
	list := []string{}
	for _, p := range a.Persons() {
		list = append(list, string(p))
	}
	slices.Sort(list)
	return a.Host.Household + " " + strings.Join(list, " ")
}

// consentOf is the case of the consent to an application.
func (r *Room) consentOf(d *store.Deed, c *casework.Case) (casework.Case, bool, error) {
	id := c.Facts[FactConsent]
	if id == "" {
		return casework.Case{}, false, nil
	}
	return r.mine(d, id, course.ItemConsent)
}

// askHost asks the head of the household that is to take somebody in, unless he was asked for the
// same already. Of whoever applies and is the head himself the application is the consent.
func (r *Room) askHost(ctx context.Context, t *cases.Turn, a course.Application) error {
	h, err := r.target(t.Deed, t.Case.ID, a, 0)
	var no *casework.Refusal
	if err != nil && !errors.As(err, &no) {
		return err
	}
	old, there, err := r.consentOf(t.Deed, t.Case)
	if err != nil {
		return err
	}
	if a.As == course.AsHost && no == nil && there && t.Case.Facts[factAsked] == asking(a) && old.Applicant.Code == string(h.Head) &&
		slices.Contains([]casework.State{course.HostAsked, course.HostAgreed, casework.Closed}, old.State) {
		return nil
	}
	if err := r.hostOver(ctx, t); err != nil {
		return err
	}
	put(t.Case, map[string]string{FactHost: "", FactHostAt: "", FactConsent: "", factAsked: ""})
	if a.As != course.AsHost || no != nil {
		return nil
	}
	return r.openConsent(ctx, t, a, h)
}

func (r *Room) openConsent(ctx context.Context, t *cases.Turn, a course.Application, h family.Household) error {
	var coming []Coming
	for _, m := range a.People {
		coming = append(coming, Coming{m.Name, m.Relation})
	}
	text, err := json.Marshal(coming)
	if err != nil {
		return err
	}
	m, _ := h.Member(h.Head)
	head := casework.Person{City: string(r.Me), Kind: licence.KindCitizen, Code: string(h.Head), Name: m.Name}
	k, err := r.Cases.OpenIn(ctx, t.Deed, r.by(r.Me), cases.Opening{Item: course.ItemConsent, Applicant: head,
		Facts: map[string]string{FactWho: t.Case.Applicant.Name, FactComing: string(text)},
		Links: []casework.Link{{Kind: linkCase, City: string(r.Me), ID: t.Case.ID}, {Kind: linkHousehold, City: string(r.Me), ID: h.ID}}})
	if err != nil {
		return err
	}
	put(t.Case, map[string]string{FactHost: course.ConsentAsked, FactHostAt: t.Deed.At().UTC().Format(time.RFC3339), FactConsent: k.ID, factAsked: asking(a)})
	if _, err := r.Cases.ActIn(ctx, t.Deed, k.ID, casework.Act{Move: "host-ask", By: r.by(r.Me)}); err != nil {
		return err
	}
	if by := t.Act.By; by.By == casework.Applicant && by.Code == head.Code {
		_, err = r.Cases.ActIn(ctx, t.Deed, k.ID, casework.Act{Move: "host-agree", By: by})
	}
	return err
}

// hostOver ends the asking for an application that is over, or asks otherwise.
func (r *Room) hostOver(ctx context.Context, t *cases.Turn) error {
	return r.consentEnds(ctx, t, "host-over")
}

func (r *Room) consentEnds(ctx context.Context, t *cases.Turn, move string) error {
	if id := t.Case.Facts[FactConsent]; id != "" {
		_, err := r.tell(ctx, t.Deed, id, move, r.Me, note{})
		return err
	}
	return nil
}

// hostHead holds who agrees to being the head of that household still.
func (r *Room) hostHead(_ context.Context, t *cases.Turn) error {
	l, _ := t.Case.Link(linkHousehold)
	h, err := t.Deed.Family(l.ID)
	if errors.Is(err, store.ErrUnknown) || err == nil && string(h.Head) != t.Case.Applicant.Code {
		return course.Refuse(course.RefusedHostChanged)
	}
	return err
}

// hostClerk keeps a clerk away from an application that is about himself.
func (r *Room) hostClerk(_ context.Context, t *cases.Turn) error {
	l, _ := t.Case.Link(linkCase)
	in, there, err := r.mine(t.Deed, l.ID, course.ItemIn)
	if err != nil || !there {
		return err
	}
	by := t.Act.By
	by.Office = in.Office
	return in.Near(by)
}

// hostPaper keeps which paper a clerk saw.
func (r *Room) hostPaper(_ context.Context, t *cases.Turn) error {
	put(t.Case, map[string]string{FactPaper: t.Act.Text("paper"), FactClerk: t.Act.By.Name})
	return nil
}

// standsFor is how a consent stands in a state.
func standsFor(k *casework.Case) string {
	switch k.State {
	case course.HostRefused:
		return course.ConsentRefused
	case course.HostLapsed:
		return course.ConsentLapsed
	}
	if k.Facts[FactPaper] != "" {
		return course.ConsentPaper
	}
	return course.ConsentAgreed
}

// hostTold puts the answer into the application. A no while a clerk examines gives it back to
// whoever applied.
func (r *Room) hostTold(ctx context.Context, t *cases.Turn) error {
	l, _ := t.Case.Link(linkCase)
	in, there, err := r.mine(t.Deed, l.ID, course.ItemIn)
	if err != nil || !there {
		return err
	}
	how, move := standsFor(t.Case), "in-host"
	n := note{Facts: map[string]string{FactHost: how, FactHostAt: t.Deed.At().UTC().Format(time.RFC3339)}}
	if in.State == course.InExamining && (how == course.ConsentRefused || how == course.ConsentLapsed) {
		faults, err := json.Marshal([]Fault{{Code: course.RefusedConsent}})
		if err != nil {
			return err
		}
		move, n.Facts[FactFaults] = "in-host-no", string(faults)
	}
	_, err = r.tell(ctx, t.Deed, in.ID, move, r.Me, n)
	return err
}

// hosted holds a promise to the household that agreed: it is led by who did, and has in it whom the
// application says to join.
func (r *Room) hosted(d *store.Deed, c *casework.Case, a course.Application, h family.Household) error {
	if a.As != course.AsHost {
		return nil
	}
	k, there, err := r.consentOf(d, c)
	switch {
	case err != nil:
		return err
	case !there || c.Facts[factAsked] != asking(a) || c.Facts[FactHost] != course.ConsentAgreed && c.Facts[FactHost] != course.ConsentPaper:
		return course.Refuse(course.RefusedConsent)
	case k.Applicant.Code != string(h.Head):
		return course.Refuse(course.RefusedHostChanged)
	}
	if _, joined := h.Member(a.Host.Number); a.Host.Number != "" && !joined {
		return course.Refuse(course.RefusedJoined)
	}
	return nil
}

// Consent is how the head of a household answered, for those who may know who he is.
type Consent struct {
	Case, How string
	At        time.Time
	Name      string // of the head
	Paper     string // reference of the paper, where a clerk saw one
	Clerk     string // who saw it
}

// Consent is the consent to an application; nil where none is asked for.
func (r *Room) Consent(ctx context.Context, c *casework.Case) (*Consent, error) {
	how := c.Facts[FactHost]
	if how == "" {
		return nil, nil
	}
	out := &Consent{Case: c.Facts[FactConsent], How: how}
	out.At, _ = time.Parse(time.RFC3339, c.Facts[FactHostAt])
	k, err := r.Store.Case(ctx, out.Case)
	if errors.Is(err, store.ErrUnknown) {
		return out, nil
	}
	out.Name, out.Paper, out.Clerk = k.Applicant.Name, k.Facts[FactPaper], k.Facts[FactClerk]
	return out, err
}
