package catalogue

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"conurb/kit/strictjson"
)

// Compile reads the form's schema; a form is compiled before it is asked anything.
func (f *Form) Compile() error {
	s, err := ReadSchema(f.Schema)
	if err != nil {
		return fmt.Errorf("form %s: %w", f.ID, err)
	}
	f.schema = s
	return nil
}

// Answers is the schema of all answers.
func (f *Form) Answers() *Schema { return f.schema }

func decode(answers json.RawMessage) (strictjson.Object, bool) {
	o, err := strictjson.DecodeObject(answers, strictjson.Limits{Bytes: MostAnswers, Depth: MostDepth})
	return o, err == nil
}

// Check tells what is wrong with answers, by JSON pointer. Answers that are not complete may
// lack anything, and texts in them may be empty; complete ones need every question that is
// shown and needed, and none that is not shown.
func (f *Form) Check(answers json.RawMessage, complete bool) []Fault {
	h := &holder{complete: complete}
	o, ok := decode(answers)
	if !ok {
		h.report("", CodeJSON)
		return h.faults
	}
	h.hold(f.schema, o, "")
	if complete {
		for _, s := range f.Layout {
			h.fields(s.Fields, o, "", holds(s.When, o))
		}
	}
	return h.faults
}

// fields holds answers to what is asked of them.
func (h *holder) fields(list []Field, o strictjson.Object, base string, shown bool) {
	for _, q := range list {
		v, there := at(o, q.At)
		asked := shown && holds(q.When, o)
		switch here := base + q.At; {
		case there && !asked:
			h.report(here, CodeNotAsked)
		case asked && q.Needed && blank(v):
			if !h.told(here) {
				h.report(here, CodeRequired)
			}
		}
		items, _ := v.([]any)
		for i, e := range items {
			if one, ok := e.(strictjson.Object); ok && asked {
				h.fields(q.Fields, one, base+q.At+"/"+strconv.Itoa(i), true)
			}
		}
	}
}

func (h *holder) told(at string) bool {
	return slices.ContainsFunc(h.faults, func(f Fault) bool { return f.At == at })
}

func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}

// Clean drops the answers to questions that are not shown, and texts that are empty: what is
// left is what was asked. Answers that are not JSON come back as they are.
func (f *Form) Clean(answers json.RawMessage) json.RawMessage {
	o, ok := decode(answers)
	if !ok {
		return answers
	}
	for range MostDepth { // what goes may hide others
		dropped := false
		for _, s := range f.Layout {
			dropped = clean(s.Fields, o, holds(s.When, o)) || dropped
		}
		if !dropped {
			break
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		return answers
	}
	return b
}

func clean(list []Field, o strictjson.Object, shown bool) (dropped bool) {
	for _, q := range list {
		v, there := at(o, q.At)
		asked := shown && holds(q.When, o)
		if there && (!asked || blank(v)) {
			drop(o, q.At)
			dropped = true
		}
		items, _ := v.([]any)
		for _, e := range items {
			if one, ok := e.(strictjson.Object); ok && asked {
				dropped = clean(q.Fields, one, true) || dropped
			}
		}
	}
	return dropped
}

// holds tells whether all conditions hold.
func holds(list []Cond, o strictjson.Object) bool {
	for _, c := range list {
		v, _ := at(o, c.At)
		if !slices.Contains(c.In, said(v)) {
			return false
		}
	}
	return true
}

// said is an answer as a Cond writes it.
func said(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// at is the value at a pointer.
func at(v any, pointer string) (any, bool) {
	for _, step := range steps(pointer) {
		o, ok := v.(strictjson.Object)
		if !ok {
			return nil, false
		}
		if v, ok = o[step]; !ok {
			return nil, false
		}
	}
	return v, true
}

func drop(o strictjson.Object, pointer string) {
	list := steps(pointer)
	for _, step := range list[:len(list)-1] {
		next, ok := o[step].(strictjson.Object)
		if !ok {
			return
		}
		o = next
	}
	delete(o, list[len(list)-1])
}
