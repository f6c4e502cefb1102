package catalogue

import "conurb/area"

// Bundle is several items for one turn in a life (一件事一次办).
type Bundle struct {
	ID     string       `json:"id"`
	Name   area.Text    `json:"name"`
	Plain  area.Text    `json:"plain"`
	Search Words        `json:"search"`
	Event  string       `json:"event"` // one of Events
	Form   string       `json:"form"`  // the shared questions, asked once
	Steps  []BundleStep `json:"steps"`
	Mark   Mark         `json:"mark"`
}

// BundleStep is an item of a bundle.
type BundleStep struct {
	ID    string            `json:"id"`
	Item  string            `json:"item"`
	City  string            `json:"city"`            // JSON pointer of the shared answer that names the city
	After []string          `json:"after,omitempty"` // steps that have to end well before; none: in parallel
	When  []Cond            `json:"when,omitempty"`  // only where all hold
	Share map[string]string `json:"share,omitempty"` // pointer in the item's form: pointer in the shared answers
}

// Events are the turns in a life, and in that of an enterprise.
var Events = []string{"birth", "work-move", "retirement", "restaurant"}
