package catalogue

import (
	"encoding/json"

	"conurb/area"
)

// Form is what an applicant fills in: a schema of the answers and how they are asked for.
type Form struct {
	ID     string          `json:"id"`
	Title  area.Text       `json:"title"`
	Schema json.RawMessage `json:"schema"` // JSON Schema 2020-12, as far as Schema knows it
	Layout []Section       `json:"layout"`

	schema *Schema
}

// Section is a group of questions.
type Section struct {
	ID     string    `json:"id"`
	Title  area.Text `json:"title"`
	Note   area.Text `json:"note,omitzero"`
	When   []Cond    `json:"when,omitempty"` // shown only where all hold
	Fields []Field   `json:"fields"`
}

// Field is a question.
type Field struct {
	At      string    `json:"at"`    // JSON pointer of the answer; within a list that of an item's
	Label   area.Text `json:"label"` // the question
	Hint    area.Text `json:"hint,omitzero"`
	Widget  string    `json:"widget"`            // one of Widgets
	Needed  bool      `json:"needed,omitempty"`  // has to be answered where it is shown
	When    []Cond    `json:"when,omitempty"`    // shown only where all hold
	Fill    string    `json:"fill,omitempty"`    // "<code of a licence type>/<attribute>" that can answer it
	Options []Option  `json:"options,omitempty"` // of a choice
	Fields  []Field   `json:"fields,omitempty"`  // of every item of a list
}

// Option is an answer that can be chosen.
type Option struct {
	Value string    `json:"value"`
	Label area.Text `json:"label"`
	Note  area.Text `json:"note,omitzero"`
}

// Cond holds where the answer at a pointer is one of some texts; true and false are written
// "true" and "false". Within a list the pointer is that of the same item. An answer that is
// not there is "".
type Cond struct {
	At string   `json:"at"`
	In []string `json:"in"`
}

// Widgets are the ways of asking.
var Widgets = []string{"text", "area", "choice", "radio", "yesno", "day", "number", "money", "phone", "citizen", "person", "city", "address", "consent", "list"}
