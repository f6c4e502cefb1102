package household

import (
	"conurb/trust/message"
)

// City is a city's node.
type City = message.Node

// Person is a citizen's number (公民身份号码, GB 11643).
type Person string

// Epoch counts the cities that a person has been registered in, from 1.
type Epoch int64

// Token is a person's registration at an epoch.
type Token struct {
	Person Person `json:"person"`
	Epoch  Epoch  `json:"epoch"`
}

// Standing is how a city stands to a person's registration.
type Standing string

// The standings. A city without an entry knows nothing of the person.
const (
	Registered Standing = "registered"
	Deciding   Standing = "deciding" // it has decided to hand over, and asserts still itself
	Moved      Standing = "moved"    // it has handed over, and points there
)

// Entry is what a city's book says of a person. Epoch never goes down.
type Entry struct {
	Token
	Standing Standing `json:"standing"`
	To       City     `json:"to,omitempty"`       // where he went, or is about to
	Transfer string   `json:"transfer,omitempty"` // by which he came, or is leaving
}

// Asserts is the city that an entry says a person is registered in.
func (e Entry) Asserts(me City) City {
	if e.Standing == Moved {
		return e.To
	}
	return me
}

// State is how far a transfer has come.
type State string

// The states of a transfer. At the city that takes in: held, booked, refused, withdrawn. At the
// city that lets go: promised, deciding, moved, done, refused, withdrawn.
const (
	Held      State = "held"
	Booked    State = "booked"
	Promised  State = "promised"
	Decided   State = "deciding"
	Gone      State = "moved"
	Done      State = "done"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// Transfer is a household, or a part of one, on its way between two cities, as one of them
// keeps it.
type Transfer struct {
	ID      string  `json:"id"`
	From    City    `json:"from"`
	To      City    `json:"to"`
	Persons []Token `json:"persons"` // at the epochs that the one who takes in expects
	Until   int64   `json:"until"`   // seconds since 1970: the promise does not count from then on
	State   State   `json:"state"`
	Reason  string  `json:"reason,omitempty"` // code of a refusal

	Promise     *message.Sealed `json:"promise,omitempty"`
	Decision    *message.Sealed `json:"decision,omitempty"`
	Witness     *message.Sealed `json:"witness,omitempty"`
	Certificate *message.Sealed `json:"certificate,omitempty"`
	Sent        int64           `json:"sent,omitempty"` // when the certificate was last sent, seconds since 1970

	// When something is to be done about it by itself, seconds since 1970, 0 never; and how often
	// that was. Neither is evidence: after a restore whatever is open is due.
	Due   int64 `json:"-"`
	Tries int   `json:"-"`
}

// Open tells whether a transfer has yet to come to its end.
func (t Transfer) Open() bool {
	return t.State == Held || t.State == Promised || t.State == Decided || t.State == Gone
}

// Witnessed is a decision that this city keeps for another.
type Witnessed struct {
	From        City            `json:"from"`
	Person      Person          `json:"person"`
	Epoch       Epoch           `json:"epoch"` // that the person has after the move
	Transfer    string          `json:"transfer"`
	Incarnation int64           `json:"incarnation"`
	Decision    *message.Sealed `json:"decision"`
}

// Book is a city's state within one transaction. What is asked for and not there is the zero
// value with false.
type Book interface {
	Entry(p Person) (Entry, bool, error)
	SetEntry(e Entry) error
	Transfer(id string) (Transfer, bool, error)
	SetTransfer(t Transfer) error
	// Open lists transfers in a state. It is asked after a restore alone.
	Open(s State) ([]Transfer, error)
	// Due lists transfers whose time has come, that of the longest ago first, and not more than
	// a transaction should take.
	Due() ([]Transfer, error)
	// Hurry makes every open transfer due that a city has a part in, as the other city or as the
	// witness; where none is named, every one.
	Hurry(other City) error
	Witnessed(from City, p Person, e Epoch) (Witnessed, bool, error)
	SetWitnessed(w Witnessed) error
	// WitnessedOf lists what is kept for a city.
	WitnessedOf(from City) ([]Witnessed, error)
	// Meet keeps that a person was in another city, or is on his way there, for ever; Been tells
	// all of which it is kept; EntriesWith lists the entries of all of whom it is kept about a
	// city, and KeptAbout the decisions of other cities than that one about them.
	Meet(other City, p Person) error
	Been(p Person) ([]City, error)
	EntriesWith(other City) ([]Entry, error)
	KeptAbout(other City) ([]Witnessed, error)
	// Number and SetNumber keep a number by name: incarnations and who has answered.
	Number(name string) (int64, error)
	SetNumber(name string, n int64) error
	// Send puts a message into the outbox: one at a time of a kind about a thing to a city. While
	// one with this text waits there, it is that one; with another text, it takes its place.
	Send(to City, kind, about string, body any) (message.Sealed, error)
	// Now is the moment of the transaction, seconds since 1970.
	Now() int64
	// Fresh is a positive number that was never drawn before, not in a past that was lost either.
	Fresh() (int64, error)
}
