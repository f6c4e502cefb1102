package catalogue

import (
	"encoding/json"
	"slices"

	"conurb/area"
	"conurb/kit/strictjson"
)

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

// order puts the steps so that each comes after those it waits for; false where some wait for
// one another.
func (b *Bundle) order() ([]int, bool) {
	done, order := map[string]bool{}, []int{}
	for len(order) < len(b.Steps) {
		before := len(order)
		for n, s := range b.Steps {
			if !done[s.ID] && !slices.ContainsFunc(s.After, func(a string) bool { return !done[a] && known(b, a) }) {
				done[s.ID] = true
				order = append(order, n)
			}
		}
		if len(order) == before {
			return nil, false
		}
	}
	return order, true
}

func known(b *Bundle, id string) bool {
	return slices.ContainsFunc(b.Steps, func(s BundleStep) bool { return s.ID == id })
}

// Planned is a step of a bundle for one applicant: the item of a city, with what the shared
// answers answer of its form.
type Planned struct {
	Step    string          `json:"step"`
	Item    string          `json:"item"`
	City    string          `json:"city"`
	After   []string        `json:"after"` // of the steps that apply
	Answers json.RawMessage `json:"answers"`
}

// Plan tells which steps apply to shared answers, each after those it waits for. The answers
// have to be without a fault by the bundle's form. What waits for a step that does not apply
// waits for what that one waits for.
func (b *Bundle) Plan(form *Form, answers json.RawMessage) ([]Planned, []Fault) {
	if faults := form.Check(answers, true); len(faults) > 0 {
		return nil, faults
	}
	o, _ := decode(answers)
	order, _ := b.order()
	applies := map[string]bool{}
	for _, s := range b.Steps {
		applies[s.ID] = holds(s.When, o)
	}
	list := []Planned{}
	for _, n := range order {
		s := b.Steps[n]
		if !applies[s.ID] {
			continue
		}
		city, _ := at(o, s.City)
		p := Planned{Step: s.ID, Item: s.Item, City: said(city), After: []string{}}
		p.After = b.waits(s, applies, p.After)
		own := strictjson.Object{}
		for to, from := range s.Share {
			if v, there := at(o, from); there {
				put(own, to, v)
			}
		}
		p.Answers, _ = json.Marshal(own) // of values read from JSON
		list = append(list, p)
	}
	return list, nil
}

// waits are the steps that apply and have to end before one.
func (b *Bundle) waits(s BundleStep, applies map[string]bool, list []string) []string {
	for _, a := range s.After {
		switch i := slices.IndexFunc(b.Steps, func(o BundleStep) bool { return o.ID == a }); {
		case i < 0 || slices.Contains(list, a):
		case applies[a]:
			list = append(list, a)
		default:
			list = b.waits(b.Steps[i], applies, list)
		}
	}
	return list
}

// put sets the value at a pointer, with the objects above it.
func put(o strictjson.Object, pointer string, v any) {
	list := steps(pointer)
	for _, step := range list[:len(list)-1] {
		next, ok := o[step].(strictjson.Object)
		if !ok {
			next = strictjson.Object{}
			o[step] = next
		}
		o = next
	}
	o[list[len(list)-1]] = v
}
