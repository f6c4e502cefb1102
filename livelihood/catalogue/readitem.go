package catalogue

import (
	"encoding/json"
	"reflect"
	"strings"

	"conurb/kit/form"
	"conurb/kit/strictjson"
)

// MostItem bounds an item as JSON, in bytes.
const MostItem = 128 << 10

// The codes of what is wrong with an item as it is written, beside those of package form.
const (
	CodeFixed = "fixed" // field, want: an edit may not change it
	CodeShape = "shape" // of another form than such a field has
)

// ReadItem reads an item as JSON, strictly: no name twice, none that is not known. What is
// wrong comes back as faults; an item that cannot be read at all is nil.
func ReadItem(text []byte) (*Item, []Fault) {
	o, err := strictjson.DecodeObject(text, strictjson.Limits{Bytes: MostItem, Depth: 16})
	if err != nil {
		return nil, []Fault{{Code: CodeJSON}}
	}
	if text, err = strictjson.Append(nil, o); err != nil { // escapes that YAML reads otherwise are gone
		return nil, []Fault{{Code: CodeJSON}}
	}
	r := reader{&form.Form{}}
	m := r.Open(text)
	if m == nil {
		return nil, []Fault{{Code: CodeJSON}}
	}
	i := &Item{}
	r.read(m.Node, "", reflect.ValueOf(i).Elem())
	i.whole()
	var faults []Fault
	for _, p := range r.Problems {
		faults = append(faults, Fault{At: pointer(p.Field), Code: CodeShape, Args: map[string]string{"problem": p.Code}})
	}
	return i, faults
}

// pointer writes the path of a field as a JSON pointer: a.b[2] is /a/b/2.
func pointer(field string) string {
	if field == "" {
		return ""
	}
	return "/" + strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(field)
}

// FillFrom puts what a licence says into the questions that can be answered by it: attributes
// of the licence, and holder.name and holder.code where they are given. What was answered by
// hand is left; a value that the question does not take is left out.
func (f *Form) FillFrom(answers json.RawMessage, licenceType string, attributes map[string]any) json.RawMessage {
	o, ok := decode(answers)
	if !ok {
		return answers
	}
	for _, s := range f.Layout {
		for _, q := range s.Fields {
			code, id, _ := strings.Cut(q.Fill, "/")
			v, there := attributes[id]
			if q.Fill == "" || code != licenceType || !there {
				continue
			}
			if have, _ := at(o, q.At); !blank(have) {
				continue
			}
			h := &holder{complete: true}
			if h.hold(f.schema.At(q.At), plainly(v), q.At); len(h.faults) == 0 {
				put(o, q.At, v)
			}
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		return answers
	}
	return b
}

// plainly is a value as JSON has it.
func plainly(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	out, err := strictjson.Decode(b, strictjson.Limits{Depth: MostDepth})
	if err != nil {
		return nil
	}
	return out
}
