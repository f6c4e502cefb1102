package licence

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
)

// Problem is a fault of a file; its words are under "licence.check.<Code>".
type Problem = form.Problem

// Problems are the faults of a file as an error.
type Problems []Problem

func (p Problems) Error() string { return p[0].String() }

// The codes of problems.
const (
	ProblemTooLong   = "too-long"
	ProblemUTF8      = "not-utf8"
	ProblemSyntax    = "yaml-syntax"
	ProblemEmpty     = "empty-file"
	ProblemMapping   = "not-a-mapping"
	ProblemKey       = "bad-key"
	ProblemTwice     = "twice"
	ProblemMissing   = "missing"
	ProblemUnknown   = "unknown-key"
	ProblemList      = "not-a-list"
	ProblemText      = "not-text"
	ProblemNumber    = "not-a-number"
	ProblemYesNo     = "not-yes-or-no"
	ProblemDay       = "not-a-day"
	ProblemValue     = "unknown-value"
	ProblemCode      = "bad-code"
	ProblemDefiner   = "other-definer"
	ProblemCodeTwice = "code-twice"
	ProblemNear      = "unknown-type"
	ProblemHolder    = "other-holder"
	ProblemCitizen   = "not-a-citizen"
	ProblemCredit    = "not-a-credit-code"
	ProblemID        = "not-an-identifier"
	ProblemOrder     = "ends-before"
	ProblemCity      = "not-a-city"
)

// ProblemCodes lists them.
var ProblemCodes = []string{
	ProblemTooLong, ProblemUTF8, ProblemSyntax, ProblemEmpty, ProblemMapping, ProblemKey, ProblemTwice, ProblemMissing, ProblemUnknown,
	ProblemList, ProblemText, ProblemNumber, ProblemYesNo, ProblemDay, ProblemValue, ProblemCode, ProblemDefiner, ProblemCodeTwice,
	ProblemNear, ProblemHolder, ProblemCitizen, ProblemCredit, ProblemID, ProblemOrder, ProblemCity,
}

// sheet reads one file.
type sheet struct{ *form.Form }

// mapping is a mapping of it.
type mapping struct {
	*form.Mapping
	f sheet
}

func (f sheet) open(b []byte) mapping { return mapping{f.Open(b), f} }
func (f sheet) mapping(n *yaml.Node, field string) mapping {
	return mapping{f.Form.Mapping(n, field), f}
}

// child takes a mapping below key.
func (m mapping) child(key string, needed bool) mapping {
	if n := m.Take(key, needed); n != nil {
		return m.f.mapping(n, m.Path(key))
	}
	return mapping{f: m.f}
}

// list goes through the items below key, of which there has to be one.
func (m mapping) list(key string, needed bool, visit func(n *yaml.Node, field string)) {
	n := m.Take(key, needed)
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		m.f.Report(n, m.Path(key), ProblemList)
		return
	}
	for i, item := range n.Content {
		visit(item, m.Path(key)+"["+strconv.Itoa(i)+"]")
	}
}

func (f sheet) text(n *yaml.Node, field string) string {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" || len(n.Value) > MostText || strings.IndexByte(n.Value, 0) >= 0 {
		f.Report(n, field, ProblemText, "limit", strconv.Itoa(MostText))
		return ""
	}
	return n.Value
}

func (m mapping) text(key string, needed bool) string {
	if n := m.Take(key, needed); n != nil {
		return m.f.text(n, m.Path(key))
	}
	return ""
}

// both reads a text in the two languages.
func (m mapping) both(key string) area.Text {
	c := m.child(key, true)
	t := area.Text{Zh: c.text("zh", true), En: c.text("en", true)}
	c.Done()
	return t
}

// whole reads a whole number from 0 to a bound.
func (m mapping) whole(key string, needed bool, most int) int {
	n := m.Take(key, needed)
	if n == nil {
		return 0
	}
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < 0 || v > most {
		m.f.Report(n, m.Path(key), ProblemNumber, "value", n.Value, "most", strconv.Itoa(most))
		return 0
	}
	return v
}

func (m mapping) yes(key string) bool {
	n := m.Take(key, false)
	if n == nil {
		return false
	}
	return m.f.yes(n, m.Path(key))
}

func (f sheet) yes(n *yaml.Node, field string) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		f.Report(n, field, ProblemYesNo, "value", n.Value)
	}
	return n.Value == "true"
}

func (m mapping) day(key string) area.Date {
	if n := m.Take(key, false); n != nil {
		return m.f.day(n, m.Path(key))
	}
	return 0
}

func (f sheet) day(n *yaml.Node, field string) area.Date {
	d, err := area.ParseDate(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		f.Report(n, field, ProblemDay, "value", n.Value)
		return 0
	}
	return d
}

// one reads a word out of some.
func (f sheet) one(n *yaml.Node, field string, of []string) string {
	if n.Kind != yaml.ScalarNode || !slices.Contains(of, n.Value) {
		f.Report(n, field, ProblemValue, "value", n.Value, "known", strings.Join(of, ", "))
		return of[0]
	}
	return n.Value
}

func (m mapping) one(key string, of []string) string {
	if n := m.Take(key, true); n != nil {
		return m.f.one(n, m.Path(key), of)
	}
	return of[0]
}
