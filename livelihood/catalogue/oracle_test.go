package catalogue_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
)

// theirs compiles a schema with a validator that is not ours.
func theirs(t interface{ Fatalf(string, ...any) }, schema []byte) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatalf("%v: %s", err, schema)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	for _, f := range []string{"citizen-number", "phone"} { // ours: the oracle is asked about the rest
		c.RegisterFormat(&jsonschema.Format{Name: f, Validate: func(any) error { return nil }})
	}
	if err := c.AddResource("mem:form", doc); err != nil {
		t.Fatalf("%v: %s", err, schema)
	}
	s, err := c.Compile("mem:form")
	if err != nil {
		t.Fatalf("the oracle does not read a schema that we read: %v: %s", err, schema)
	}
	return s
}

// draws of schemas of the part that forms use, and of answers near to them.
type draw struct{ *rapid.T }

func (d draw) schema(depth int) map[string]any {
	kinds := []string{"string", "string", "integer", "number", "boolean"}
	if depth > 0 {
		kinds = append(kinds, "object", "object", "array")
	}
	s := map[string]any{"type": rapid.SampledFrom(kinds).Draw(d.T, "type")}
	maybe := func(key string, v any) {
		if rapid.Bool().Draw(d.T, key) {
			s[key] = v
		}
	}
	small := func(what string) int { return rapid.IntRange(0, 3).Draw(d.T, what) }
	switch s["type"] {
	case "object":
		props, required := map[string]any{}, []string{}
		for i := range small("properties") {
			name := fmt.Sprint("p", i)
			if props[name] = d.schema(depth - 1); rapid.Bool().Draw(d.T, "needed") {
				required = append(required, name)
			}
		}
		s["properties"], s["required"], s["additionalProperties"] = props, required, false
	case "array":
		s["items"] = d.schema(depth - 1)
		maybe("minItems", small("least"))
		maybe("maxItems", small("most"))
		maybe("uniqueItems", rapid.Bool().Draw(d.T, "unique"))
	case "string":
		maybe("minLength", small("least"))
		maybe("maxLength", small("most"))
		maybe("enum", []string{"a", "李明"})
		maybe("pattern", rapid.SampledFrom([]string{"^a", "b$", "^[0-9]{2}$", "李"}).Draw(d.T, "pattern"))
		maybe("format", "date")
	case "integer", "number":
		maybe("minimum", rapid.SampledFrom([]any{-1, 0, 1.5}).Draw(d.T, "least"))
		maybe("maximum", rapid.SampledFrom([]any{0, 2, 2.5}).Draw(d.T, "most"))
	case "boolean":
		maybe("const", rapid.Bool().Draw(d.T, "const"))
	}
	return s
}

// value draws an answer that is often what the schema asks for.
func (d draw) value(s map[string]any, depth int) any {
	if rapid.IntRange(0, 9).Draw(d.T, "other") == 0 {
		return rapid.SampledFrom([]any{nil, true, "a", 1, 2.5, []any{}, map[string]any{}}).Draw(d.T, "value")
	}
	switch s["type"] {
	case "object":
		o := map[string]any{}
		for name, p := range s["properties"].(map[string]any) {
			if rapid.IntRange(0, 4).Draw(d.T, "there") > 0 {
				o[name] = d.value(p.(map[string]any), depth-1)
			}
		}
		if rapid.IntRange(0, 9).Draw(d.T, "more") == 0 {
			o["more"] = 1
		}
		return o
	case "array":
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(d.T, "items") {
			list = append(list, d.value(s["items"].(map[string]any), depth-1))
		}
		return list
	case "string":
		return rapid.SampledFrom([]string{"", "a", "ab", "李明", "12", "123", "2026-11-26", "2026-02-30", "bbbb"}).Draw(d.T, "text")
	case "boolean":
		return rapid.Bool().Draw(d.T, "yes")
	}
	return rapid.SampledFrom([]any{-1, 0, 1, json.Number("1.0"), 1.5, 2, 2.5, 3, json.Number("1e2")}).Draw(d.T, "number")
}

// TestTheOracleJudgesAlike holds our reading of JSON Schema to another's, on drawn schemas and
// answers.
func TestTheOracleJudgesAlike(t *testing.T) {
	right, wrong := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := draw{t}
		s := d.schema(2)
		top := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": map[string]any{"x": s}, "required": []string{"x"}}
		schema, _ := json.Marshal(top)
		f := &catalogue.Form{ID: "drawn", Schema: schema}
		if err := f.Compile(); err != nil {
			t.Fatalf("%v: %s", err, schema)
		}
		oracle := theirs(t, schema)
		for range 5 {
			answers, _ := json.Marshal(map[string]any{"x": d.value(s, 2)})
			v, _ := jsonschema.UnmarshalJSON(bytes.NewReader(answers))
			faults, err := f.Check(answers, true), oracle.Validate(v)
			if (err == nil) != (len(faults) == 0) {
				t.Fatalf("%s of %s: ours %v, theirs %v", answers, schema, faults, err)
			}
			if err == nil {
				right++
			} else {
				wrong++
			}
		}
	})
	if right < 50 || wrong < 50 {
		t.Errorf("%d right and %d wrong answers: too few to say anything", right, wrong)
	}
}

// TestEveryFormIsJSONSchema reads the forms of the region with the oracle, and breaks answers
// that both hold.
func TestEveryFormIsJSONSchema(t *testing.T) {
	for _, f := range czt(t).all.Forms {
		s := theirs(t, f.Schema)
		v, _ := jsonschema.UnmarshalJSON(strings.NewReader(`{}`))
		var bad *jsonschema.ValidationError
		if err := s.Validate(v); !errors.As(err, &bad) {
			t.Errorf("%s: an empty form is whole: %v", f.ID, err)
		}
		v, _ = jsonschema.UnmarshalJSON(strings.NewReader(`{"unheard-of": 1}`))
		if err := s.Validate(v); err == nil || len(f.Check(json.RawMessage(`{"unheard-of": 1}`), false)) == 0 {
			t.Errorf("%s takes an answer that nobody asks for", f.ID)
		}
	}
}

// TestItemsAreReadAsTheyWereWritten goes there and back for every item and form.
func TestItemsAreReadAsTheyWereWritten(t *testing.T) {
	for _, i := range czt(t).all.Items {
		a, _ := json.Marshal(i)
		b, _ := json.Marshal(again(t, i))
		if !bytes.Equal(a, b) {
			t.Errorf("%s of %s:\n%s\n%s", i.ID, i.City, a, b)
		}
	}
}

func FuzzReadItem(f *testing.F) {
	f.Add([]byte(`{"id":"a","name":{"zh":"一","en":"b"},"limits":{"promised":{"count":1}}}`))
	f.Add([]byte(`{"id":"\ud83d\ude00","materials":[{"copies":1e3}],"fees":null}`))
	f.Add([]byte(`{"served":"1","steps":[[]],"search":{"zh":[1]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		i, faults := catalogue.ReadItem(b)
		if i == nil {
			if len(faults) == 0 {
				t.Error("not read, and no fault")
			}
			return
		}
		catalogue.Check(i, catalogue.Refs{})
		if len(faults) > 0 {
			return
		}
		out, err := json.Marshal(i)
		if err != nil {
			t.Fatal(err)
		}
		n, faults := catalogue.ReadItem(out)
		if n == nil || len(faults) > 0 {
			t.Fatalf("what was read is not read again: %s: %v", out, faults)
		}
		if more, _ := json.Marshal(n); !bytes.Equal(out, more) {
			t.Errorf("%s\n%s", out, more)
		}
	})
}

func FuzzReadSchema(f *testing.F) {
	for _, s := range []string{`{"type":"object","properties":{"a":{"type":"string","pattern":"^a"}},"additionalProperties":false}`, `{"type":"array","items":{"type":"number","minimum":1e9}}`} {
		f.Add([]byte(s), []byte(`{"a":"b"}`))
	}
	f.Fuzz(func(t *testing.T, schema, answers []byte) {
		form := &catalogue.Form{Schema: schema}
		if form.Compile() == nil {
			form.Check(answers, true)
			form.Clean(answers)
			form.CheckForm(catalogue.Refs{})
		}
	})
}

// TestTheExampleOfTheGuide loads the files that the guide shows.
func TestTheExampleOfTheGuide(t *testing.T) {
	types, err := licence.ReadRegister("types", czt(t).files[licence.RegisterFile])
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "zh-CN"} {
		files := guide(t, lang)
		c, err := catalogue.Load(files, catalogue.Refs{Cities: []string{"east"}, Types: types, Sources: func(string) bool { return true }})
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		if c.Item("library-card", "east") == nil {
			t.Errorf("%s: no item", lang)
		}
	}
}
