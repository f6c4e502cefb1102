package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/store"
)

// Turn is an act as guards and actions of an affair see it, inside its deed.
type Turn struct {
	Deed     *store.Deed
	Desk     *Desk
	Before   casework.Case  // as it was
	Case     *casework.Case // guards: as it is; actions: as it becomes, Facts, Links and Shared may be changed
	Act      casework.Act
	Calendar *casework.Calendar
}

// Handler is how the affair of an item goes.
type Handler struct {
	Item    string // id of the item: "household-transfer"; empty: every item whose course has this name
	Course  *casework.Course
	Guards  map[string]func(context.Context, *Turn) error
	Actions map[string]func(context.Context, *Turn) error
}

// Item is what the desk knows of an item of the catalogue.
type Item struct {
	ID        string
	City      string
	Edition   string // of what the catalogue says of it
	Name      area.Text
	Course    string // name of its course; empty: standard
	Office    string // that is responsible; empty: the desk's own
	Promised  int    // days, 0: none
	Natural   bool   // all days count, not working days alone
	Statutory int    // days that a law sets, 0: none
	Offline   bool   // it can be applied for at a counter alone
	Materials []Material
}

// Material is something that an applicant has to show.
type Material struct {
	ID       string
	Name     area.Text
	Types    []string // of licences, any of which does; empty: none does
	Required bool
}

// Step is an item of a bundle for one applicant.
type Step struct {
	ID      string          `json:"id"`
	Item    string          `json:"item"`
	City    string          `json:"city"`
	After   []string        `json:"after"`   // steps that have to be granted before
	Answers json.RawMessage `json:"answers"` // what the shared answers answer of its form
}

// Fault and Faulty are those of casework.
type (
	Fault  = casework.Fault
	Faulty = casework.Faulty
)

// Items is the catalogue as the desk needs it. What is not there is store.ErrUnknown.
type Items interface {
	Item(ctx context.Context, city, id string) (Item, error)
	// Check holds answers to the item's form; whole: nothing that is needed may be missing.
	Check(ctx context.Context, it Item, answers json.RawMessage, whole bool) ([]Fault, error)
	// Needed are the materials that these answers ask for.
	Needed(ctx context.Context, it Item, answers json.RawMessage) ([]Material, error)
	// Fill puts what a licence says into the questions that can be answered by it.
	Fill(ctx context.Context, it Item, answers json.RawMessage, licenceType string, attributes map[string]any) (json.RawMessage, error)
	// Plan are the steps of a bundle that its shared answers call for.
	Plan(ctx context.Context, bundle string, answers json.RawMessage) ([]Step, []Fault, error)
}

// Office is an office of the city that holds cases.
type Office struct{ Code, Name string }

// Teller tells somebody that something happened to his case, in the same deed. Words are
// "notice.<code>".
type Teller interface {
	Tell(d *store.Deed, to casework.Person, code string, args map[string]string, link string) error
}

// Settings are what a desk is made of.
type Settings struct {
	Store    *store.Store
	City     string
	Office   string                                      // that holds what no item gives to another
	Offices  func(ctx context.Context) ([]Office, error) // that a case may be handed over to; nil: the desk's own alone
	Calendar *casework.Calendar
	Items    Items
	Wallets  Wallets                // nil: no wallet is asked
	Teller   Teller                 // nil tells nobody
	Tells    func(code string) bool // whether the teller has words for a code; nil: for all
	// Above are the supervisors of an office, who are told of what is late there; nil: none.
	Above  func(d *store.Deed, office string) ([]casework.Person, error)
	Voice  func() store.Voice
	Cities func() []string // other nodes; with Voice nil: none
	Now    func() time.Time
}

// Desk is the desk of cases of a city.
type Desk struct {
	Settings
	lock     sync.RWMutex
	handlers map[string]Handler // by item
	courses  map[string]Handler // by name of course
	refused  daily              // refusals, by account
	asked    daily              // requests to wallets, by account
}

// New makes a desk that knows the standard course.
func New(s Settings) (*Desk, error) {
	if s.Store == nil || s.City == "" || s.Calendar == nil || s.Items == nil || s.Now == nil {
		return nil, errors.New("cases: store, city, calendar, items and clock are needed")
	}
	k := &Desk{Settings: s, handlers: map[string]Handler{}, courses: map[string]Handler{}}
	return k, k.Register(Handler{Course: casework.Standard()})
}

// Register binds how an affair goes. A course that is not sound is refused.
func (k *Desk) Register(h Handler) error {
	if h.Course == nil {
		return errors.New("cases: a handler without a course")
	}
	if faults := h.Course.Check(slices.Concat(GuardNames, slices.Collect(maps.Keys(h.Guards))), slices.Collect(maps.Keys(h.Actions))); len(faults) > 0 {
		return errors.Join(faults...)
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	all, name := k.handlers, h.Item
	if name == "" {
		all, name = k.courses, h.Course.Name
	}
	if _, twice := all[name]; twice {
		return fmt.Errorf("cases: %s has a handler already", name)
	}
	all[name] = h
	return nil
}

// handler is how the affair of an item goes: its own, else that of the course.
func (k *Desk) handler(item, course string) (Handler, error) {
	k.lock.RLock()
	defer k.lock.RUnlock()
	if h, ok := k.handlers[item]; ok {
		return h, nil
	}
	if course == "" {
		course = casework.StandardName
	}
	h, ok := k.courses[course]
	if !ok {
		return h, casework.Refuse(RefusedOffline, "item", item)
	}
	return h, nil
}

// Courses are all courses that are registered, by name.
func (k *Desk) Courses() map[string]*casework.Course {
	k.lock.RLock()
	defer k.lock.RUnlock()
	all := map[string]*casework.Course{}
	for _, list := range []map[string]Handler{k.courses, k.handlers} {
		for _, h := range list {
			all[h.Course.Name] = h.Course
		}
	}
	return all
}

// Opening is a case that is to be opened.
type Opening struct {
	ID        string // empty: a new one
	Item      string
	Applicant casework.Person
	Form      json.RawMessage // answers so far; empty: {}
	Links     []casework.Link
	Facts     map[string]string
	Bundle    string
	Step      int
}
