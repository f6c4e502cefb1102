package catalogue

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"conurb/kit/rule"
)

// Bounds of a condition: its length in bytes, how deep it may nest, and what one answer
// may cost in CEL's units (about one for each step).
const (
	MostCondition = 500
	MostNesting   = 24
	MostCost      = 20_000
)

var language = sync.OnceValues(func() (*rule.Language, error) {
	return rule.Speak(rule.Terms{Objects: []string{"form"}, Sure: true, Text: MostCondition, Nesting: MostNesting, Cost: MostCost})
})

// condition reads a condition over the answers of a form: CEL, whose programs end, have no
// clock and change nothing. `form` has every answer that the schema knows; one that was not
// given is "", 0, false or empty. An answer the schema does not know is refused.
func (f *Form) condition(text string) (*rule.Rule, error) {
	if len(text) > MostCondition {
		return nil, fmt.Errorf("longer than %d", MostCondition)
	}
	l, err := language()
	if err != nil {
		return nil, err
	}
	r, err := l.Compile(text)
	if err != nil {
		return nil, err
	}
	for _, names := range r.Asks("form") {
		path := ""
		for _, n := range names {
			path += "/" + escape(n)
		}
		if f.schema.At(path) == nil {
			return nil, fmt.Errorf("no such answer: form%s", strings.ReplaceAll(path, "/", "."))
		}
	}
	return r, nil
}

// ask answers a condition for answers.
func (f *Form) ask(text string, o map[string]any) (bool, error) {
	r, err := f.condition(text)
	if err != nil {
		return false, err
	}
	return r.Ask(map[string]any{"form": value(f.schema, o)})
}

// value is an answer as CEL knows it; one of another type than the schema's is none.
func value(s *Schema, v any) any {
	switch s.Type {
	case "object":
		out := map[string]any{}
		o, _ := v.(map[string]any)
		for name, p := range s.Properties {
			out[name] = value(p, o[name])
		}
		return out
	case "array":
		out := []any{}
		list, _ := v.([]any)
		for _, e := range list {
			out = append(out, value(s.Items, e))
		}
		return out
	case "boolean":
		b, _ := v.(bool)
		return b
	case "integer", "number":
		n, _ := v.(json.Number)
		if s.Type == "integer" {
			if q := rational(n); q != nil && q.IsInt() && q.Num().IsInt64() {
				return q.Num().Int64()
			}
			return int64(0)
		}
		d, _ := n.Float64()
		return d
	}
	t, _ := v.(string)
	return t
}

// Needs are the materials and fees that apply to an applicant.
type Needs struct {
	Materials []Material `json:"materials"`
	Fees      []Fee      `json:"fees"`
}

// Needed tells which materials and fees apply to answers, complete or not. The form is that of
// the item, compiled; nil where it has none. An error is a condition that has no answer.
func (i *Item) Needed(f *Form, answers json.RawMessage) (Needs, error) {
	n := Needs{Materials: []Material{}, Fees: []Fee{}}
	o, _ := decode(answers)
	applies := func(what, when string) (bool, error) {
		if when == "" {
			return true, nil
		}
		if f == nil {
			return false, fmt.Errorf("%s of %s: no form: %w", what, i.ID, ErrSchema)
		}
		yes, err := f.ask(when, o)
		if err != nil {
			return false, fmt.Errorf("%s of %s: %w", what, i.ID, err)
		}
		return yes, nil
	}
	for _, m := range i.Materials {
		yes, err := applies("material "+m.ID, m.When)
		if err != nil {
			return n, err
		}
		if yes {
			n.Materials = append(n.Materials, m)
		}
	}
	for _, fee := range i.Fees {
		yes, err := applies("fee "+fee.ID, fee.When)
		if err != nil {
			return n, err
		}
		if yes {
			n.Fees = append(n.Fees, fee)
		}
	}
	return n, nil
}
