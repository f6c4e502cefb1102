package town

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"conurb/app/cases"
	"conurb/app/residence"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

// act is something that is done to a case of the demonstration.
type act struct {
	ago  int    // working days before the first start of the demonstration; 0: that day
	at   string // time of day
	move string // of the course, or moveShare, moveRate
	text string // reason or grounds, whichever the move needs; what a rating says
	more string // further input, an object
}

// What is done beside the moves of a course.
const (
	moveShare = "share" // his identity card
	moveRate  = "rate"  // more has the stars
)

// story is a case of the demonstration from its beginning.
type story struct {
	key  string // names it in its city for ever
	item string
	who  int    // of the people of its city; itsCitizen: the demonstration's account that lives there
	form string // answers beside those of the item; an object
	acts []act  // the first is when it was opened
}

// itsCitizen is the account that lives in a city; where none does, the last of its people.
const itsCitizen = -1

// Live makes the invented cases of a city at its first start, by what citizens, clerks and
// supervisors would do at the desk of cases. Their acts pretend to be of days before; the log says
// when they were written. What is there stays as it is. made is how many it made.
func (t *Town) Live(ctx context.Context, by string) (made int, err error) {
	if t.Residence == nil || t.Desk == nil || !t.demo {
		return 0, nil
	}
	l, err := t.lives(ctx, by)
	if err != nil {
		return 0, fmt.Errorf("the invented cases: %w", err)
	}
	for _, s := range stories(string(t.Node.Me())) {
		tell := l.tell
		if s.item == newborn {
			tell = l.born
		}
		fresh, err := tell(ctx, s)
		if err != nil {
			return made, fmt.Errorf("the invented case %s: %w", s.key, err)
		}
		if fresh {
			made++
		}
	}
	if made == 0 {
		return 0, nil
	}
	if _, err := t.Cases.Tick(ctx); err != nil { // who is late is told so, as on any day
		return made, err
	}
	return made, t.Cases.Report(ctx)
}

// life is a city of the demonstration whose people do things.
type life struct {
	*Town
	people   []casework.Person
	citizen  casework.Person   // itsCitizen
	cards    map[string]string // their identity cards, by number
	clerk    casework.Actor
	superior casework.Actor
	offices  []cases.Office // that a case may be handed over to
	today    time.Time
}

// lives finds who does things, and issues identity cards to the people who have none.
func (t *Town) lives(ctx context.Context, by string) (*life, error) {
	l := &life{Town: t, cards: map[string]string{}, today: t.App.Now()}
	for _, p := range inhabitants(string(t.Node.Me())) {
		if err := l.settled(ctx, p, by); err != nil {
			return nil, err
		}
		l.people = append(l.people, p.Person)
	}
	l.citizen = l.people[len(l.people)-1]
	for _, s := range samples {
		if s.city != string(t.Node.Me()) || s.kind != typeIdentity {
			continue
		}
		a, err := t.App.Store().PersonByLogin(ctx, s.login)
		if err != nil {
			return nil, err
		}
		l.citizen = personOf(a, s.city)
		list, err := t.Desk.List(ctx, store.LicenceFilter{Types: []string{s.kind}, Holder: a.HolderCode, Limit: 1})
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			l.cards[a.HolderCode] = r.ID
		}
	}
	var err error
	if l.clerk, err = l.staffed(ctx, rights.Clerk, casework.Clerk); err != nil {
		return nil, err
	}
	if l.superior, err = l.staffed(ctx, rights.Supervisor, casework.Supervisor); err != nil {
		return nil, err
	}
	l.offices, err = t.caseOffices(ctx)
	return l, err
}

func personOf(a identity.Account, city string) casework.Person {
	return casework.Person{City: city, Account: a.ID, Kind: a.HolderKind, Code: a.HolderCode, Name: a.Name}
}

// staffed is the demonstration's account of a role, whose login is the role's name.
func (l *life) staffed(ctx context.Context, login string, by casework.By) (casework.Actor, error) {
	a, err := l.App.Store().PersonByLogin(ctx, login)
	return casework.Actor{Person: personOf(a, string(l.Node.Me())), By: by}, err
}

// settled enters somebody into the register of the city, with a household of his own and an
// identity card, where he has none.
func (l *life) settled(ctx context.Context, p inhabitant, by string) error {
	var unknown *household.Refusal
	if _, err := l.Register.Where(ctx, family.Person(p.Code)); errors.As(err, &unknown) && unknown.Code == household.RefusedUnknown {
		m, err := p.member()
		if err != nil {
			return err
		}
		_, err = l.Residence.Enter(ctx, by, residence.Entry{Household: family.Household{Kind: family.Family, Address: p.address()}, Licences: true, Reason: by, Members: []family.Member{m}})
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	had, err := l.Desk.List(ctx, store.LicenceFilter{Types: []string{typeIdentity}, Holder: p.Code, Limit: 1})
	if err != nil {
		return err
	}
	if len(had) > 0 {
		l.cards[p.Code] = had[0].ID
		return nil
	}
	r, err := l.Desk.Issue(ctx, licence.Draft{Type: typeIdentity, Authority: l.Desk.Offices[0], Attributes: p.attributes(), Reason: by,
		Holder: licence.Holder{Kind: p.Kind, Code: p.Code, Name: p.Name}}, by)
	l.cards[p.Code] = r.ID
	return err
}

// moment is when something is done: never to come, for it is begun at any hour.
func (l *life) moment(ago int, at string) time.Time {
	cal := l.Cases.Calendar
	day := cal.Day(l.today)
	if ago > 0 {
		day = cal.Ahead(day, -ago)
	}
	clock, err := time.ParseInLocation("2006-01-02 15:04", day.String()+" "+at, cal.Zone())
	if err != nil || clock.After(l.today) {
		return l.today
	}
	return clock
}

// caseID is the number that a case of the demonstration has at every start.
func caseID(city, key string) string {
	sum := sha256.Sum256([]byte("conurb demonstration " + city + " " + key))
	id, _ := uuid.FromBytes(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // version 8 of RFC 9562: whatever we like
	return id.String()
}

// tell makes a case whole, unless it was ever made.
func (l *life) tell(ctx context.Context, s story) (fresh bool, err error) {
	id := caseID(string(l.Node.Me()), s.key)
	err = l.App.Store().Do(ctx, func(d *store.Deed) error {
		fresh = false
		if _, err := d.Case(id); !errors.Is(err, store.ErrUnknown) {
			return err
		}
		fresh = true
		who := l.citizen
		if s.who != itsCitizen {
			who = l.people[s.who]
		}
		form, err := l.answers(s, who)
		if err != nil {
			return err
		}
		then, err := d.Pretend(l.moment(s.acts[0].ago, s.acts[0].at))
		if err != nil {
			return err
		}
		self := casework.Actor{Person: who, By: casework.Applicant}
		if _, err := l.Cases.OpenIn(ctx, then, self, cases.Opening{ID: id, Item: s.item, Applicant: who, Form: form}); err != nil {
			return err
		}
		for _, a := range s.acts[1:] {
			if err := l.act(ctx, d, id, self, a); err != nil {
				return fmt.Errorf("%s, %d days ago: %w", a.move, a.ago, err)
			}
		}
		return nil
	})
	return fresh, err
}

// act does something to a case, as whoever its course says.
func (l *life) act(ctx context.Context, d *store.Deed, id string, self casework.Actor, a act) error {
	then, err := d.Pretend(l.moment(a.ago, a.at))
	if err != nil {
		return err
	}
	switch a.move {
	case moveShare:
		_, err = l.Cases.ShareIn(ctx, then, id, self, cases.Consent{Licence: l.cards[self.Code], Material: "identity", Attributes: []string{"holder.name", "holder.code"}})
		return err
	case moveRate:
		_, err = l.Cases.RateIn(ctx, then, id, self, int(a.more[0]-'0'), a.text)
		return err
	}
	c, err := d.Case(id)
	if err != nil {
		return err
	}
	m, _, _ := l.Cases.Courses()[c.Course].Move(a.move, c.State)
	does := casework.Act{Move: a.move, By: self, Input: json.RawMessage(a.more)}
	switch m.By {
	case casework.Clerk:
		does.By = l.clerk
	case casework.Supervisor:
		does.By = l.superior
	}
	if slices.Contains(m.Needs, "grounds") {
		does.Grounds = a.text
	} else {
		does.Reason = a.text
	}
	if slices.Contains(m.Needs, "office") {
		other := slices.IndexFunc(l.offices, func(o cases.Office) bool { return o.Code != c.Office })
		if does.Input, err = json.Marshal(map[string]string{"office": l.offices[max(other, 0)].Code}); err != nil {
			return err
		}
	}
	_, err = l.Cases.ActIn(ctx, then, id, does)
	return err
}
