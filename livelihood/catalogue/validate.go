package catalogue

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"conurb/area"
	"conurb/kit/strictjson"
)

// holder collects the faults of answers.
type holder struct {
	complete bool
	faults   []Fault
}

func (h *holder) report(at, code string, args ...string) {
	f := Fault{At: at, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if f.Args == nil {
			f.Args = map[string]string{}
		}
		f.Args[args[i]] = args[i+1]
	}
	h.faults = append(h.faults, f)
}

// hold holds a value to a schema.
func (h *holder) hold(s *Schema, v any, at string) {
	if s.HasConst && !equal(v, s.Const) {
		h.report(at, CodeConst)
		return
	}
	switch s.Type {
	case "object":
		h.object(s, v, at)
	case "array":
		h.array(s, v, at)
	case "string":
		h.text(s, v, at)
	case "boolean":
		if _, ok := v.(bool); !ok {
			h.report(at, CodeType, "want", s.Type)
		}
	default:
		h.number(s, v, at)
	}
}

func (h *holder) object(s *Schema, v any, at string) {
	o, ok := v.(strictjson.Object)
	if !ok {
		h.report(at, CodeType, "want", s.Type)
		return
	}
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if p := s.Properties[name]; p != nil {
			h.hold(p, o[name], at+"/"+escape(name))
		} else {
			h.report(at+"/"+escape(name), CodeUnknown)
		}
	}
	if !h.complete {
		return
	}
	for _, name := range s.Required {
		if _, there := o[name]; !there {
			h.report(at+"/"+escape(name), CodeRequired)
		}
	}
}

func (h *holder) array(s *Schema, v any, at string) {
	list, ok := v.([]any)
	if !ok {
		h.report(at, CodeType, "want", s.Type)
		return
	}
	if h.complete && len(list) < s.minItems {
		h.report(at, CodeFew, "least", strconv.Itoa(s.minItems))
	}
	if s.maxItems >= 0 && len(list) > s.maxItems {
		h.report(at, CodeMany, "most", strconv.Itoa(s.maxItems))
		return
	}
	for i, e := range list {
		here := at + "/" + strconv.Itoa(i)
		h.hold(s.Items, e, here)
		if s.Unique && slices.ContainsFunc(list[:i], func(o any) bool { return equal(o, e) }) {
			h.report(here, CodeTwice)
		}
	}
}

func (h *holder) text(s *Schema, v any, at string) {
	t, ok := v.(string)
	if !ok {
		h.report(at, CodeType, "want", s.Type)
		return
	}
	if t == "" && !h.complete {
		return // not answered yet
	}
	n := utf8.RuneCountInString(t)
	switch {
	case s.Enum != nil && !slices.Contains(s.Enum, t):
		h.report(at, CodeOneOf)
	case n < s.minLength:
		h.report(at, CodeShort, "least", strconv.Itoa(s.minLength))
	case s.maxLength >= 0 && n > s.maxLength:
		h.report(at, CodeLong, "most", strconv.Itoa(s.maxLength))
	case s.pattern != nil && !s.pattern.MatchString(t):
		h.report(at, CodePattern)
	case s.Format == "date" && !day(t):
		h.report(at, CodeDay)
	case s.Format == "citizen-number" && !citizen(t):
		h.report(at, CodeCitizen)
	case s.Format == "phone" && !phone.MatchString(t):
		h.report(at, CodePhone)
	}
}

func (h *holder) number(s *Schema, v any, at string) {
	q := rational(v)
	if q == nil || s.Type == "integer" && !q.IsInt() {
		h.report(at, CodeType, "want", s.Type)
		return
	}
	if s.minimum != nil && q.Cmp(s.minimum) < 0 {
		h.report(at, CodeSmall, "least", decimal(s.minimum))
	}
	if s.maximum != nil && q.Cmp(s.maximum) > 0 {
		h.report(at, CodeLarge, "most", decimal(s.maximum))
	}
}

// decimal writes a bound as people do.
func decimal(q *big.Rat) string {
	if q.IsInt() {
		return q.Num().String()
	}
	return strings.TrimRight(q.FloatString(6), "0")
}

// rational is the value of a number, nil of anything else and of exponents beyond sense.
func rational(v any) *big.Rat {
	n, ok := v.(json.Number)
	if !ok || len(n) > 40 {
		return nil
	}
	if i := strings.IndexAny(string(n), "eE"); i >= 0 {
		if e, err := strconv.Atoi(string(n)[i+1:]); err != nil || e > 30 || e < -30 {
			return nil
		}
	}
	q, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return nil
	}
	return q
}

// equal is the equality of JSON Schema: 1 and 1.0 are the same.
func equal(a, b any) bool {
	switch a := a.(type) {
	case strictjson.Object:
		o, ok := b.(strictjson.Object)
		if !ok || len(a) != len(o) {
			return false
		}
		for k, v := range a {
			if w, there := o[k]; !there || !equal(v, w) {
				return false
			}
		}
		return true
	case []any:
		l, ok := b.([]any)
		return ok && slices.EqualFunc(a, l, equal)
	case json.Number:
		p, q := rational(a), rational(b)
		return p != nil && q != nil && p.Cmp(q) == 0
	}
	switch b.(type) {
	case strictjson.Object, []any, json.Number:
		return false
	}
	return a == b
}

// day tells whether a text is a full-date (RFC 3339 §5.6).
func day(s string) bool {
	if len(s) != len("2006-01-02") {
		return false
	}
	_, err := area.ParseDate(s)
	return err == nil
}

// phone is a mobile number, or one with its area code: an assumption of ours, as no source
// of the item's says one.
var phone = regexp.MustCompile(`^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|[0-9]{5,6})$`)

// citizen tells whether a text is a citizen's number: 17 digits and a check character by
// ISO 7064 MOD 11-2 (GB 11643-1999 §4.5).
func citizen(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i := range 17 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * (1 << (17 - i) % 11)
	}
	return "10X98765432"[sum%11] == s[17]
}
