package entry

import (
	"conurb/livelihood/household"
	"conurb/trust/message"
)

// City and Person are those of package household.
type (
	City   = household.City
	Person = household.Person
)

// State is how far an entry has come.
type State string

// The states of an entry.
const (
	Asking    State = "asking"    // other cities have yet to say "unknown"
	Entered   State = "entered"   // the persons are registered here
	Refused   State = "refused"   // why is in Reason
	Withdrawn State = "withdrawn" // by a registrar
	Lost      State = "lost"      // a backup was put back while it was under way, or before it began: it may have been made
)

// What a city says to a question.
const (
	SaidUnknown    = "unknown"    // not here, and promised to whoever asks
	SaidRegistered = "registered" // here
	SaidMoved      = "moved"      // he was here, and is in City now
	SaidEntering   = "entering"   // it is entering him too, and goes first
	SaidBusy       = "busy"       // it has promised him to City
	SaidLost       = "lost"       // it was entering him before a backup was put back
	SaidRestoring  = "restoring"  // it serves nothing until it has reconciled
)

// Says lists them. Words are "entry.said.<code>".
var Says = []string{SaidUnknown, SaidRegistered, SaidMoved, SaidEntering, SaidBusy, SaidLost, SaidRestoring}

// The reasons of a refusal beside SaidRegistered, SaidMoved, SaidEntering and SaidLost.
const (
	RefusedChanged = "changed" // what was to be entered does not fit this city's own register any more
)

// Reasons lists the reasons of refusals. Words are "entry.reason.<code>".
var Reasons = []string{SaidRegistered, SaidMoved, SaidEntering, SaidLost, RefusedChanged}

// Answer is what a city has said last.
type Answer struct {
	Said   string `json:"said"`
	City   City   `json:"city,omitempty"`   // moved: where to; busy: to whom he is promised
	Person Person `json:"person,omitempty"` // of whom it is said
	At     int64  `json:"at"`               // when it was heard, seconds since 1970
}

// Entry is an entry of persons by the registrar of this city.
type Entry struct {
	ID      string   `json:"id"` // a UUIDv7
	Persons []Person `json:"persons"`
	State   State    `json:"state"`
	Rank    int64    `json:"rank"`
	Since   int64    `json:"since"`            // when it began, seconds since 1970
	Ended   int64    `json:"ended,omitempty"`  // when it ended
	Reason  string   `json:"reason,omitempty"` // of a refusal
	City    City     `json:"city,omitempty"`   // that the reason is about
	Person  Person   `json:"person,omitempty"` // and the person

	Work Work `json:"-"`
}

// Work is what an entry under way has come to. It is no evidence: the messages have theirs.
type Work struct {
	Answers map[City]Answer  `json:"answers,omitempty"`
	Known   map[City][]Known `json:"known,omitempty"` // numbers of other cities' entries that stand in the way
	Due     int64            `json:"due,omitempty"`   // when it is asked again, seconds since 1970
	Tries   int              `json:"tries,omitempty"`
}

// Known is an entry of another city that somebody has a promise for.
type Known struct {
	ID     string `json:"id"`
	Person Person `json:"person"`
}

// Asked is a question of another city that was answered "unknown".
type Asked struct {
	City    City     `json:"city"`
	ID      string   `json:"id"` // of the entry there
	Persons []Person `json:"persons"`
	Rank    int64    `json:"rank"`
	Over    bool     `json:"over,omitempty"` // the promise has ended
}

// Book is a city's state within one transaction. What is asked for and not there is the zero value
// with false.
type Book interface {
	// Serving tells whether the city may answer and enter.
	Serving() (bool, error)
	// Standing is what the register says of a person.
	Standing(p Person) (household.Entry, bool, error)
	Own(id string) (Entry, bool, error)
	SetOwn(e Entry) error
	// SetWork keeps the work of an entry and nothing else.
	SetWork(e Entry) error
	// Of lists the entries of a person that are asking or lost.
	Of(p Person) ([]Entry, error)
	// Asking lists all that are.
	Asking() ([]Entry, error)
	// Due lists those that are to be asked again.
	Due() ([]Entry, error)
	Asked(c City, id string) (Asked, bool, error)
	SetAsked(a Asked) error
	// Promised lists the promises about a person that stand.
	Promised(p Person) ([]Asked, error)
	// Rank is the highest that was ever written here.
	Rank() (int64, error)
	// Make registers the persons of an entry, and does what is to follow from it, or says by a code
	// why it cannot be, with nothing done.
	Make(e Entry) (code string, err error)
	// Send puts a message into the outbox: one at a time of a kind about a thing to a city.
	Send(to City, kind, about string, body any) (message.Sealed, error)
	// Now is the moment of the transaction, seconds since 1970.
	Now() int64
}
