package licence

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
	"conurb/kit/licenceid"
	"conurb/trust/trustlist"
)

// Format is the version of the files that this package reads.
const Format = "1"

// RegisterFile is where a region pack has its register.
const RegisterFile = "licence/types.yaml"

// mostMonths is the longest validity of a type that ends: a hundred years.
const mostMonths = 1200

// ReadRegister reads the types of licences. It returns them, or every problem of the file.
func ReadRegister(file string, b []byte) (*Register, error) {
	f := sheet{Form: &form.Form{File: file}}
	m := f.open(b)
	m.one("format", []string{Format})
	r := &Register{}
	lines := map[string]int{}
	m.list("types", true, func(n *yaml.Node, field string) {
		t := f.readType(n, field)
		if first, twice := lines[t.Code]; twice && t.Code != "" {
			f.Report(n, field+".code", ProblemCodeTwice, "code", t.Code, "first", strconv.Itoa(first))
		}
		lines[t.Code] = n.Line
		r.Types = append(r.Types, t)
	})
	m.Done()
	if len(f.Problems) > 0 {
		return nil, Problems(f.Problems)
	}
	return r, nil
}

func (f sheet) readType(n *yaml.Node, field string) Type {
	m := f.mapping(n, field)
	t := Type{Line: n.Line, Code: m.code("code", 21), Name: m.both("name")}
	d := m.child("definer", true)
	t.Definer = Body{Code: d.code("code", 18), Name: d.both("name")}
	d.Done()
	if t.Code != "" && t.Definer.Code != "" && !strings.HasPrefix(t.Code, t.Definer.Code) {
		f.Report(n, field+".code", ProblemDefiner, "code", t.Code, "definer", t.Definer.Code)
	}
	m.list("holders", true, func(n *yaml.Node, field string) { t.Holders = append(t.Holders, f.one(n, field, Kinds)) })
	t.Several = m.yes("several")
	t.Months = m.whole("months", false, mostMonths)
	t.Late = m.whole("late", false, mostMonths)
	t.Transfer = m.yes("transfer")
	m.list("attributes", true, func(n *yaml.Node, field string) {
		a := f.mapping(n, field)
		one := Attribute{ID: a.text("id", true), Name: a.both("name"), Form: a.one("form", Forms), Needed: a.yes("needed"), Open: a.yes("open")}
		a.Done()
		if !word(one.ID) {
			f.Report(n, field+".id", ProblemCode, "value", one.ID, "length", "40")
		}
		if t.Attribute(one.ID) != nil {
			f.Report(n, field+".id", ProblemCodeTwice, "code", one.ID, "first", "")
		}
		t.Attributes = append(t.Attributes, one)
	})
	t.Basis = m.both("basis")
	grades := make([]string, len(area.Grades))
	for i, g := range area.Grades {
		grades[i] = string(g)
	}
	t.Grade = area.Grade(m.one("grade", grades))
	m.Done()
	return t
}

// word tells whether an attribute may be named so: it becomes the name of a claim.
func word(s string) bool {
	return s != "" && len(s) <= 40 && s[0] >= 'a' && s[0] <= 'z' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// code reads upper-case letters and digits, so many of them.
func (m mapping) code(key string, length int) string {
	n := m.Take(key, true)
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || len(n.Value) != length || strings.Trim(n.Value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		m.f.Report(n, m.Path(key), ProblemCode, "value", n.Value, "length", strconv.Itoa(length))
		return ""
	}
	return n.Value
}

// ReadDraft reads a licence that is to be issued, and holds it to its type.
func ReadDraft(file string, b []byte, r *Register) (Draft, error) {
	f := sheet{Form: &form.Form{File: file}}
	m := f.open(b)
	d := Draft{Type: m.text("type", true), Number: m.text("number", false), Reason: m.text("reason", false)}
	t := f.typeOf(m, d.Type, r)
	a := m.child("authority", true)
	d.Authority = Authority{City: a.text("city", true), Code: a.code("code", 18), Name: a.text("name", true)}
	if d.Authority.City != "" && !trustlist.Party(d.Authority.City).Valid() {
		f.Report(a.Take("city", true), "authority.city", ProblemCity, "value", d.Authority.City)
	}
	a.Done()
	d.Holder = m.holder(t)
	d.From, d.Until = m.day("from"), m.day("until")
	if d.Until != 0 && d.Until < d.From {
		f.Report(m.Node, "until", ProblemOrder, "from", d.From.String(), "until", d.Until.String())
	}
	if n := m.Take("former", false); n != nil {
		d.Former = n.Value
		if _, err := licenceid.Parse(n.Value); err != nil {
			f.Report(n, "former", ProblemID, "value", n.Value)
		}
	}
	d.Attributes = m.attributes(t)
	m.Done()
	if len(f.Problems) > 0 {
		return Draft{}, Problems(f.Problems)
	}
	return d, nil
}

// ReadAttributes reads the attributes that an edition of a type is to have.
func ReadAttributes(file string, b []byte, t *Type) (map[string]any, error) {
	f := sheet{Form: &form.Form{File: file}}
	m := f.open(b)
	values := m.attributes(t)
	m.Done()
	if len(f.Problems) > 0 {
		return nil, Problems(f.Problems)
	}
	return values, nil
}

func (f sheet) typeOf(m mapping, code string, r *Register) *Type {
	t := r.Type(code)
	if t == nil && m.Mapping != nil && code != "" {
		known := make([]string, len(r.Types))
		for i := range r.Types {
			known[i] = r.Types[i].Code
		}
		f.Report(m.Take("type", true), "type", ProblemNear, "value", code, "known", strings.Join(known, ", "))
	}
	return t
}

// holder reads whom the licence is about; the code has the form of its kind.
func (m mapping) holder(t *Type) Holder {
	c := m.child("holder", true)
	if c.Mapping == nil {
		return Holder{}
	}
	kinds := Kinds
	if t != nil {
		kinds = t.Holders
	}
	h := Holder{Code: c.text("code", true), Name: c.text("name", true)}
	if n := c.Take("kind", true); n != nil {
		h.Kind = n.Value
		if !slices.Contains(kinds, h.Kind) {
			m.f.Report(n, c.Path("kind"), ProblemHolder, "value", h.Kind, "known", strings.Join(kinds, ", "))
		}
	}
	switch n := c.Take("code", false); {
	case h.Code == "":
	case h.Kind == KindCitizen && !citizen(h.Code):
		m.f.Report(n, c.Path("code"), ProblemCitizen) // the number itself is nobody's business
	case h.Kind == KindCredit && (len(h.Code) != 18 || strings.Trim(h.Code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != ""):
		m.f.Report(n, c.Path("code"), ProblemCredit, "value", h.Code)
	}
	c.Done()
	return h
}

// attributes reads the values of a type's attributes.
func (m mapping) attributes(t *Type) map[string]any {
	values := map[string]any{}
	needed := t != nil && slices.ContainsFunc(t.Attributes, func(a Attribute) bool { return a.Needed })
	c := m.child("attributes", needed)
	if c.Mapping == nil || t == nil {
		return values
	}
	for _, a := range t.Attributes {
		if n := c.Take(a.ID, a.Needed); n != nil {
			values[a.ID] = m.f.value(n, c.Path(a.ID), a.Form)
		}
	}
	c.Done()
	return values
}

func (f sheet) value(n *yaml.Node, field, form string) any {
	switch form {
	case FormDay:
		return f.day(n, field).String()
	case FormYesNo:
		return f.yes(n, field)
	case FormNumber:
		v, err := strconv.ParseFloat(n.Value, 64)
		if n.Kind != yaml.ScalarNode || err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			f.Report(n, field, ProblemNumber, "value", n.Value, "most", "1e308")
			return json.Number("0")
		}
		return json.Number(strconv.FormatFloat(v, 'f', -1, 64))
	case FormTexts:
		list := []any{}
		if n.Kind != yaml.SequenceNode || len(n.Content) > 200 {
			f.Report(n, field, ProblemList)
			return list
		}
		for i, item := range n.Content {
			list = append(list, f.text(item, field+"["+strconv.Itoa(i)+"]"))
		}
		return list
	}
	return f.text(n, field)
}
