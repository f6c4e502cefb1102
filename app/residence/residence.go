package residence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/app/authority"
	"conurb/app/cases"
	"conurb/app/register"
	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/eligibility"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
)

// Settings are what a room is made of.
type Settings struct {
	Store    *store.Store
	Me       household.City
	Others   func() []household.City
	Register *register.Register
	Cases    *cases.Desk
	Desk     *authority.Desk // nil: the city issues no licences
	Rules    *eligibility.Rules
	Voice    func() store.Voice
	Wake     func() // post was written; may be nil
	Zone     *time.Location
	Now      func() time.Time
	Office   string // code of the office whose clerks work on moves; empty: the desk's own
}

// Room is a city's part in household transfers.
type Room struct{ Settings }

// New makes a room, binds its courses to the desk of cases, and hears the register.
func New(s Settings) (*Room, error) {
	if s.Store == nil || s.Register == nil || s.Cases == nil || s.Rules == nil || s.Zone == nil || s.Now == nil || s.Voice == nil {
		return nil, errors.New("residence: store, register, cases, rules, voice, zone and clock are needed")
	}
	if s.Wake == nil {
		s.Wake = func() {}
	}
	r := &Room{s}
	s.Register.OnPromised, s.Register.OnDecided, s.Register.OnMoved, s.Register.OnDone = r.promised, r.decided, r.moved, r.done
	s.Register.OnBooked, s.Register.OnRefused, s.Register.OnWithdrawn, s.Register.OnRecalled = r.booked, r.refused, r.withdrawn, r.recalled
	for _, h := range r.handlers() {
		if err := s.Cases.Register(h); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Room) handlers() []cases.Handler {
	type bound = map[string]func(context.Context, *cases.Turn) error
	return []cases.Handler{
		{Item: course.ItemIn, Course: course.MoveIn(),
			Guards: bound{"in-application": r.application, "in-eligible": r.eligible, "in-room": r.room},
			Actions: bound{"noted": r.noted, "in-ask": r.ask, "in-hold": r.hold, "in-withdraw": r.withdraw,
				"in-granted": r.granted, "in-refusal": r.refusal, "in-appeal": r.appeal, "in-drop": r.dropAppeal, "in-changed": r.inChanged, "in-upheld": r.inUpheld,
				"in-host-over": r.hostOver}},
		{Item: course.ItemOut, Course: course.MoveOut(),
			Guards: bound{"out-contact": r.channel, "out-unreachable": r.unreachable, "out-code": r.why, "out-movable": r.movable, "out-unpromised": r.unpromised},
			Actions: bound{"noted": r.noted, "out-arrived": r.arrived, "out-contact": r.contact, "out-refuse": r.refuse, "out-decide": r.decide,
				"out-ended": r.refusal, "out-changed": r.outChanged, "out-upheld": r.outUpheld}},
		{Item: course.ItemConsent, Course: course.HostConsent(),
			Guards:  bound{"host-head": r.hostHead, "host-clerk": r.hostClerk},
			Actions: bound{"host-paper": r.hostPaper, "host-told": r.hostTold}},
	}
}

// Items is a catalogue beside which a city has items that nobody applies for (Offline): that of the
// move-out, opened by the other city's promise, and that of the consent of a host.
type Items struct{ cases.Items }

// names are what the items are called that no catalogue has.
var names = map[string]area.Text{
	course.ItemOut:     {Zh: "户口迁出核验", En: "check of a move-out"},
	course.ItemConsent: {Zh: "接收入户同意", En: "consent to somebody registering in your household"},
}

// ItemName is what such an item is called.
func ItemName(id string) (area.Text, bool) {
	n, ok := names[id]
	return n, ok
}

// Item is part of cases.Items, as are the others.
func (i Items) Item(ctx context.Context, city, id string) (cases.Item, error) {
	switch id {
	case course.ItemOut:
		return cases.Item{ID: id, City: city, Course: course.MoveOutName, Promised: course.CheckDays, Offline: true, Name: names[id]}, nil
	case course.ItemConsent:
		in, err := i.Items.Item(ctx, city, course.ItemIn) // the office is that of the move
		if err != nil && !errors.Is(err, store.ErrUnknown) {
			return cases.Item{}, err
		}
		return cases.Item{ID: id, City: city, Course: course.ConsentName, Office: in.Office, Offline: true, Name: names[id]}, nil
	}
	return i.Items.Item(ctx, city, id)
}

// Check holds answers to the form of an item.
func (i Items) Check(ctx context.Context, it cases.Item, answers json.RawMessage, whole bool) ([]cases.Fault, error) {
	if _, own := names[it.ID]; own {
		return nil, nil
	}
	return i.Items.Check(ctx, it, answers, whole)
}

// Needed are the materials of an item.
func (i Items) Needed(ctx context.Context, it cases.Item, answers json.RawMessage) ([]cases.Material, error) {
	if _, own := names[it.ID]; own {
		return nil, nil
	}
	return i.Items.Needed(ctx, it, answers)
}

// Facts of a case that pages read. Those of a move-in begin with the first group.
const (
	FactFrom      = "from"      // city that lets go
	FactTo        = "to"        // city that takes in
	FactAsk       = "ask"       // number of the last question to the other register
	FactFaults    = "faults"    // what the other register objects to: a list of {code, args}
	FactGroup     = "group"     // who moves, as the other register has them
	FactUntil     = "until"     // when the promise ends, RFC 3339
	FactContacted = "contacted" // when the applicant was last reached, RFC 3339
	FactMissed    = "missed"    // how often nobody was reached
	FactChannel   = "channel"   // by which the applicant was last tried
	FactWhy       = "why"       // code of a refusal: course.Whys, or a code of the register
	FactGrounds   = "grounds"   // of the other city's clerk
	FactHousehold = "household" // id of the new household
	FactForced    = "forced"    // a household could not be changed as planned: a code of package family
	FactPromised  = "promised"  // the promise is here
	FactSuccessor = "successor" // new head of those who stay
	FactRelations = "relations" // what they are to him
	FactTold      = "told"      // the other city's papers are here
	FactPapers    = "papers"    // what the clerk saw on paper
	FactTransfer  = "transfer"  // number of the transfer, where it is not that of the case: of a new hold after an appeal
	FactAgain     = "again"     // the other city changed its refusal: the promise is made again once its register agrees
)

// day is a moment's day in the zone.
func (r *Room) day(t time.Time) area.Date { return area.DateOf(t.In(r.Zone)) }

// note is the input of moves that messages make: what they bring.
type note struct {
	Facts  map[string]string `json:"facts,omitempty"`
	Links  []casework.Link   `json:"links,omitempty"`
	Holder string            `json:"holder,omitempty"` // city with which the case now lies
	Until  string            `json:"until,omitempty"`  // day until when

	Grounds string `json:"-"` // of the act itself
}

// noted puts into a case what a message brought.
func (r *Room) noted(_ context.Context, t *cases.Turn) error {
	if t.Act.By.By != casework.ByMessage || len(t.Act.Input) == 0 {
		return nil
	}
	var n note
	if err := json.Unmarshal(t.Act.Input, &n); err != nil {
		return fmt.Errorf("case %s: %w", t.Case.ID, err)
	}
	put(t.Case, n.Facts)
	t.Case.Links = append(t.Case.Links, n.Links...)
	if n.Holder != "" {
		lies(t.Case, n.Holder)
	}
	return nil
}

func put(c *casework.Case, facts map[string]string) {
	if c.Facts == nil && len(facts) > 0 {
		c.Facts = map[string]string{}
	}
	for k, v := range facts {
		c.Facts[k] = v
	}
}

// lies says that a case lies with another city.
func lies(c *casework.Case, city string) {
	c.Holder.City, c.Holder.Office, c.Holder.Person = city, "", ""
	if n := len(c.Events); n > 0 {
		c.Events[n-1].Holder = c.Holder
	}
}

// actingKey marks a deed in which this room acts on a case itself, so that the register's hook,
// which follows from it, does not act on the case too.
type actingKey struct{}

func acting(ctx context.Context) context.Context { return context.WithValue(ctx, actingKey{}, true) }

func isActing(ctx context.Context) bool { is, _ := ctx.Value(actingKey{}).(bool); return is }

// by is who acts where a message or the register does.
func (r *Room) by(city household.City) casework.Actor {
	return casework.Actor{By: casework.ByMessage, Person: casework.Person{City: string(city)}}
}

// tell makes a move of a case because of a message. A case that is not there, or has gone on,
// stays as it is: done is false.
func (r *Room) tell(ctx context.Context, d *store.Deed, id, move string, from household.City, n note) (done bool, err error) {
	input, err := json.Marshal(n)
	if err != nil {
		return false, err
	}
	_, err = r.Cases.ActIn(ctx, d, id, casework.Act{Move: move, By: r.by(from), Input: input, Grounds: n.Grounds})
	var no *casework.Refusal
	if errors.As(err, &no) {
		switch no.Code {
		case cases.RefusedCase, casework.RefusedState, casework.RefusedEnded, casework.RefusedMove:
			return false, nil
		}
	}
	return err == nil, err
}

// send writes a message about a case. Each has a line of its own: none waits for one before it,
// which the other city may have lost with a backup.
func (r *Room) send(d *store.Deed, to household.City, kind, id string, body any) error {
	line, err := uuid.NewV7()
	if err != nil {
		return err
	}
	_, err = d.Send(r.Voice(), message.Draft{To: to, Kind: kind, Case: "residence/" + id + "/" + line.String(), Body: body})
	return err
}

// both are the two languages of a text one after the other, for refusals, whose arguments
// have no language.
func both(zh, en string) string {
	if zh == "" {
		return en
	}
	return strings.TrimSpace(zh + " / " + en)
}

// citizen is the holder of licences that a person is.
func citizen(p family.Person, name string) licence.Holder {
	return licence.Holder{Kind: licence.KindCitizen, Code: string(p), Name: name}
}

// born and sex are what a citizen's number says (GB 11643 §4).
func born(p family.Person) (area.Date, family.Sex, error) {
	s := string(p)
	if !licence.SoundCode(licence.KindCitizen, s) {
		return 0, "", &family.Refusal{Code: family.RefusedNumber, Args: map[string]string{"person": s}}
	}
	d, err := area.ParseDate(s[6:10] + "-" + s[10:12] + "-" + s[12:14])
	if err != nil {
		return 0, "", &family.Refusal{Code: family.RefusedBorn, Args: map[string]string{"person": s}}
	}
	if (s[16]-'0')%2 == 1 {
		return d, family.Male, nil
	}
	return d, family.Female, nil
}
