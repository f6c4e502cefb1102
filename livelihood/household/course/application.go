package course

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"conurb/area"
	"conurb/livelihood/household"
	"conurb/livelihood/household/family"
)

// As is how people come to live in the city that takes them in.
type As string

// The ways.
const (
	AsFound      As = "found"      // in a household of their own
	AsHost       As = "host"       // in somebody's household
	AsCollective As = "collective" // in a collective household
)

// AsAll lists them.
var AsAll = []As{AsFound, AsHost, AsCollective}

// Mover is somebody who is to move, as the applicant says.
type Mover struct {
	Number   family.Person   `json:"number"`             // GB 11643
	Name     string          `json:"name"`               // as in the register
	Born     area.Date       `json:"born,omitzero"`      // where it is said beside the number
	Relation family.Relation `json:"relation,omitempty"` // to the head in the new household; empty: as it follows
	Guardian family.Person   `json:"guardian,omitempty"` // of somebody under age: whoever consents, where no guardian moves along
}

// Other is somebody who is named beside those who move.
type Other struct {
	Number family.Person `json:"number,omitempty"`
	Name   string        `json:"name,omitempty"`
}

// Host is the household that takes people in. Its number is given by who lives there.
type Host struct {
	Household string        `json:"household,omitempty"` // number of the household
	Number    family.Person `json:"number,omitempty"`    // who is joined, where the kind of move asks for it
}

// Application is the form of "household-transfer": what an applicant says. Other members of the
// form are for eligibility rules (package eligibility) and stay in the case.
type Application struct {
	Kind       string         `json:"kind"` // of eligibility.yaml: work, admission, graduation, spouse, parents
	From       household.City `json:"from"` // that holds the registration now
	People     []Mover        `json:"people"`
	As         As             `json:"as"`
	Address    string         `json:"address,omitempty"`    // AsFound
	Head       family.Person  `json:"head,omitempty"`       // AsFound: of the new household; empty: the applicant
	Host       Host           `json:"host,omitzero"`        // AsHost: the household that takes them in
	Collective string         `json:"collective,omitempty"` // AsCollective: its id
	Successor  Other          `json:"successor,omitzero"`   // head of those who stay, where the head leaves
	Phone      string         `json:"phone"`                // the city that lets go calls it
	Rural      bool           `json:"rural,omitempty"`      // the note on rights in a rural collective was read
}

// MostPeople bounds a transfer.
const MostPeople = 50

// Read reads a form. Refusals are those of the form alone.
func Read(form json.RawMessage) (Application, error) {
	var a Application
	if err := json.NewDecoder(bytes.NewReader(form)).Decode(&a); err != nil {
		return a, Refuse(RefusedForm, "field", "/")
	}
	empty := func(s string) bool { return strings.TrimSpace(s) == "" }
	field := ""
	switch {
	case empty(a.Kind):
		field = "/kind"
	case a.From == "":
		field = "/from"
	case len(a.People) == 0 || len(a.People) > MostPeople:
		field = "/people"
	case !slices.Contains(AsAll, a.As):
		field = "/as"
	case a.As == AsFound && empty(a.Address):
		field = "/address"
	case a.As == AsHost && empty(a.Host.Household):
		field = "/host/household"
	case a.As == AsCollective && empty(a.Collective):
		field = "/collective"
	case empty(a.Phone):
		field = "/phone"
	}
	if field != "" {
		return a, Refuse(RefusedForm, "field", field)
	}
	for i, m := range a.People {
		if slices.ContainsFunc(a.People[:i], func(o Mover) bool { return o.Number == m.Number }) {
			return a, Refuse(RefusedTwice, "person", string(m.Number))
		}
	}
	return a, nil
}

// Persons are the numbers of those who move.
func (a Application) Persons() (list []family.Person) {
	for _, m := range a.People {
		list = append(list, m.Number)
	}
	return list
}

// Mover is one of those who move.
func (a Application) Mover(p family.Person) (Mover, bool) {
	i := slices.IndexFunc(a.People, func(m Mover) bool { return m.Number == p })
	if i < 0 {
		return Mover{}, false
	}
	return a.People[i], true
}

// Relations are what movers say that they are to the head of the new household.
func (a Application) Relations() map[family.Person]family.Relation {
	all := map[family.Person]family.Relation{}
	for _, m := range a.People {
		if m.Relation != "" {
			all[m.Number] = m.Relation
		}
	}
	return all
}

// Consents are whose consent those under age have.
func (a Application) Consents() map[family.Person]family.Person {
	all := map[family.Person]family.Person{}
	for _, m := range a.People {
		if m.Guardian != "" {
			all[m.Number] = m.Guardian
		}
	}
	return all
}
