package catalogue

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"conurb/kit/strictjson"
)

// Schema is a JSON Schema (2020-12) of answers, as far as forms need one: type (one of
// object, array, string, integer, number, boolean), properties, required,
// additionalProperties (false, which every object has to say), items, minItems, maxItems,
// uniqueItems, enum (of texts), const, pattern (as RE2 reads it), minLength, maxLength,
// minimum, maximum, format, title, description. A schema with another keyword is refused,
// so what is accepted means here what it means to every other reader; formats are asserted.
type Schema struct {
	Type       string
	Properties map[string]*Schema
	Required   []string
	Items      *Schema
	Enum       []string
	Const      any
	HasConst   bool
	Format     string
	Unique     bool

	minItems, maxItems, minLength, maxLength int // -1: none
	minimum, maximum                         *big.Rat
	pattern                                  *regexp.Regexp
}

// Bounds of schemas and of what they are asked about.
const (
	MostSchema  = 64 << 10 // bytes
	MostAnswers = 64 << 10 // bytes
	MostDepth   = 8
)

// ErrSchema is a schema that is not of the part of JSON Schema above.
var ErrSchema = errors.New("not a schema of a form")

// Formats are the values of "format" that are held to: full-date of RFC 3339, a citizen's
// number (GB 11643), a telephone number in China.
var Formats = []string{"date", "citizen-number", "phone"}

// ReadSchema reads a schema.
func ReadSchema(text []byte) (*Schema, error) {
	v, err := strictjson.DecodeObject(text, strictjson.Limits{Bytes: MostSchema, Depth: 4 * MostDepth})
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrSchema, err)
	}
	if s, ok := v["$schema"]; ok && s != "https://json-schema.org/draft/2020-12/schema" {
		return nil, fmt.Errorf("%w: /$schema: %v", ErrSchema, s)
	}
	delete(v, "$schema")
	delete(v, "$id")
	return schemaOf(v, "")
}

func schemaOf(v any, at string) (*Schema, error) {
	o, ok := v.(strictjson.Object)
	if !ok {
		return nil, fmt.Errorf("%w: %s: not an object", ErrSchema, at)
	}
	s := &Schema{minItems: -1, maxItems: -1, minLength: -1, maxLength: -1}
	r := keywords{o: o, at: at}
	s.Type = r.text("type")
	if !slices.Contains([]string{"object", "array", "string", "integer", "number", "boolean"}, s.Type) {
		r.fail("type", s.Type)
	}
	r.text("title")
	r.text("description")
	switch s.Type {
	case "object":
		s.object(&r)
	case "array":
		s.minItems, s.maxItems, s.Unique = r.count("minItems"), r.count("maxItems"), r.flag("uniqueItems")
		if items, there := r.take("items"); there {
			var err error
			if s.Items, err = schemaOf(items, at+"/items"); err != nil {
				return nil, err
			}
		} else {
			r.fail("items", "missing")
		}
	case "string":
		s.string(&r)
	case "integer", "number":
		s.minimum, s.maximum = r.rational("minimum"), r.rational("maximum")
	}
	if c, there := r.take("const"); there {
		s.Const, s.HasConst = c, true
	}
	for key := range o {
		r.fail(key, "not known here")
	}
	return s, r.err
}

func (s *Schema) object(r *keywords) {
	s.Properties = map[string]*Schema{}
	if open, there := r.take("additionalProperties"); !there || open != false {
		r.fail("additionalProperties", "has to be false")
	}
	props, _ := r.take("properties")
	o, ok := props.(strictjson.Object)
	if !ok {
		r.fail("properties", "missing")
	}
	for name, p := range o {
		one, err := schemaOf(p, r.at+"/properties/"+escape(name))
		if err != nil && r.err == nil {
			r.err = err
		}
		s.Properties[name] = one
	}
	s.Required = r.texts("required")
	for _, name := range s.Required {
		if s.Properties[name] == nil {
			r.fail("required", name)
		}
	}
}

func (s *Schema) string(r *keywords) {
	s.minLength, s.maxLength, s.Enum, s.Format = r.count("minLength"), r.count("maxLength"), r.texts("enum"), r.text("format")
	if s.Format != "" && !slices.Contains(Formats, s.Format) {
		r.fail("format", s.Format)
	}
	if p := r.text("pattern"); p != "" {
		var err error
		if s.pattern, err = regexp.Compile(p); err != nil {
			r.fail("pattern", err.Error())
		}
	}
}

// keywords takes the keywords of a schema one by one.
type keywords struct {
	o   strictjson.Object
	at  string
	err error
}

func (r *keywords) fail(key, why string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s/%s: %s", ErrSchema, r.at, escape(key), why)
	}
}

func (r *keywords) take(key string) (any, bool) {
	v, ok := r.o[key]
	delete(r.o, key)
	return v, ok
}

func (r *keywords) text(key string) string {
	v, there := r.take(key)
	s, ok := v.(string)
	if there && !ok {
		r.fail(key, "not a text")
	}
	return s
}

func (r *keywords) texts(key string) (list []string) {
	v, there := r.take(key)
	all, ok := v.([]any)
	if there && !ok {
		r.fail(key, "not a list")
	}
	for _, e := range all {
		s, ok := e.(string)
		if !ok || slices.Contains(list, s) {
			r.fail(key, "not texts, each once")
		}
		list = append(list, s)
	}
	return list
}

func (r *keywords) flag(key string) bool {
	v, there := r.take(key)
	b, ok := v.(bool)
	if there && !ok {
		r.fail(key, "not true or false")
	}
	return b
}

func (r *keywords) count(key string) int {
	q := r.rational(key)
	if q == nil {
		return -1
	}
	if !q.IsInt() || q.Sign() < 0 || q.Num().BitLen() > 30 {
		r.fail(key, q.RatString())
		return -1
	}
	return int(q.Num().Int64())
}

func (r *keywords) rational(key string) *big.Rat {
	v, there := r.take(key)
	if !there {
		return nil
	}
	q := rational(v)
	if q == nil {
		r.fail(key, "not a number")
	}
	return q
}

// At is the schema at a pointer through properties; nil where there is none.
func (s *Schema) At(pointer string) *Schema {
	for _, step := range steps(pointer) {
		if s == nil {
			return nil
		}
		s = s.Properties[step]
	}
	return s
}

// steps are the parts of a JSON pointer.
func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	list := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range list {
		list[i] = strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
	}
	return list
}

// escape writes a name into a JSON pointer.
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
