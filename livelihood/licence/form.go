package licence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"conurb/area"
)

// Problem is a fault of a file, at the place where it has to be mended. Its text is
// "licence.check.<Code>" in the language files, what to do about it the same with
// ".remedy".
type Problem struct {
	File   string            `json:"file"`
	Line   int               `json:"line"`
	Column int               `json:"column"`
	Field  string            `json:"field,omitempty"`
	Code   string            `json:"code"`
	Args   map[string]string `json:"args,omitempty"`
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s %s %v", p.File, p.Line, p.Column, p.Field, p.Code, p.Args)
}

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

// mostFile bounds a file that people write; it also bounds what aliases can cost.
const mostFile = 1 << 20

// form reads one YAML file, of which JSON is a part, and collects every fault of it.
type form struct {
	file     string
	problems Problems
}

func (f *form) report(n *yaml.Node, field, code string, args ...string) {
	p := Problem{File: f.file, Line: 1, Column: 1, Field: field, Code: code, Args: map[string]string{"field": field}}
	if n != nil {
		p.Line, p.Column = max(n.Line, 1), max(n.Column, 1)
	}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = clip(args[i+1])
	}
	f.problems = append(f.problems, p)
}

// clip keeps what a message quotes short.
func clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}

var lineOfError = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// open parses the file to its one mapping.
func (f *form) open(b []byte) *mapping {
	switch {
	case len(b) > mostFile:
		f.report(nil, "", ProblemTooLong, "bytes", strconv.Itoa(len(b)), "limit", strconv.Itoa(mostFile))
		return nil
	case !utf8.Valid(b):
		f.report(nil, "", ProblemUTF8)
		return nil
	}
	doc, err := parse(bytes.TrimPrefix(b, []byte("\uFEFF")))
	if err != nil {
		n := &yaml.Node{}
		if m := lineOfError.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
			n.Line, _ = strconv.Atoi(m[1])
		}
		f.report(n, "", ProblemSyntax, "cause", lineOfError.ReplaceAllString(err.Error(), ""))
		return nil
	}
	if doc == nil {
		f.report(nil, "", ProblemEmpty)
		return nil
	}
	return f.mapping(doc, "")
}

func parse(b []byte) (node *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil { // the parser is not ours: a fault of it on hostile bytes is one of the file
			node, err = nil, fmt.Errorf("yaml: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc, next yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	if err := dec.Decode(&next); err == nil {
		return nil, fmt.Errorf("yaml: line %d: a second document", next.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

// mapping is a YAML mapping of which every key is taken once; done reports the rest. A
// nil mapping, already reported, gives nothing.
type mapping struct {
	f     *form
	node  *yaml.Node
	field string
	taken []string
}

func (f *form) mapping(n *yaml.Node, field string) *mapping {
	if n.Kind != yaml.MappingNode {
		f.report(n, field, ProblemMapping)
		return nil
	}
	m := &mapping{f: f, node: n, field: field}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
			f.report(k, field, ProblemKey)
			continue
		}
		if seen[k.Value] {
			f.report(k, m.path(k.Value), ProblemTwice)
		}
		seen[k.Value] = true
	}
	return m
}

func (m *mapping) path(key string) string {
	if m.field == "" {
		return key
	}
	return m.field + "." + key
}

// take returns the value of key; nil where it is missing, which is reported if it is
// needed.
func (m *mapping) take(key string, needed bool) *yaml.Node {
	if m == nil {
		return nil
	}
	m.taken = append(m.taken, key)
	for i := 0; i+1 < len(m.node.Content); i += 2 {
		if m.node.Content[i].Kind == yaml.ScalarNode && m.node.Content[i].Value == key {
			return m.node.Content[i+1]
		}
	}
	if needed {
		m.f.report(m.node, m.path(key), ProblemMissing)
	}
	return nil
}

// done reports the keys nobody asked for.
func (m *mapping) done() {
	if m == nil {
		return
	}
	for i := 0; i < len(m.node.Content); i += 2 {
		if k := m.node.Content[i]; k.Kind == yaml.ScalarNode && !slices.Contains(m.taken, k.Value) {
			m.f.report(k, m.path(k.Value), ProblemUnknown, "known", strings.Join(m.taken, ", "))
		}
	}
}

// child takes a mapping below key.
func (m *mapping) child(key string, needed bool) *mapping {
	if n := m.take(key, needed); n != nil {
		return m.f.mapping(n, m.path(key))
	}
	return nil
}

// list goes through the items below key, of which there has to be one.
func (m *mapping) list(key string, needed bool, visit func(n *yaml.Node, field string)) {
	n := m.take(key, needed)
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		m.f.report(n, m.path(key), ProblemList)
		return
	}
	for i, item := range n.Content {
		visit(item, m.path(key)+"["+strconv.Itoa(i)+"]")
	}
}

func (f *form) text(n *yaml.Node, field string) string {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" || len(n.Value) > MostText || strings.IndexByte(n.Value, 0) >= 0 {
		f.report(n, field, ProblemText, "limit", strconv.Itoa(MostText))
		return ""
	}
	return n.Value
}

func (m *mapping) text(key string, needed bool) string {
	if n := m.take(key, needed); n != nil {
		return m.f.text(n, m.path(key))
	}
	return ""
}

// both reads a text in the two languages.
func (m *mapping) both(key string) area.Text {
	c := m.child(key, true)
	t := area.Text{Zh: c.text("zh", true), En: c.text("en", true)}
	c.done()
	return t
}

// whole reads a whole number from 0 to a bound.
func (m *mapping) whole(key string, needed bool, most int) int {
	n := m.take(key, needed)
	if n == nil {
		return 0
	}
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < 0 || v > most {
		m.f.report(n, m.path(key), ProblemNumber, "value", n.Value, "most", strconv.Itoa(most))
		return 0
	}
	return v
}

func (m *mapping) yes(key string) bool {
	n := m.take(key, false)
	if n == nil {
		return false
	}
	return m.f.yes(n, m.path(key))
}

func (f *form) yes(n *yaml.Node, field string) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		f.report(n, field, ProblemYesNo, "value", n.Value)
	}
	return n.Value == "true"
}

func (m *mapping) day(key string) area.Date {
	if n := m.take(key, false); n != nil {
		return m.f.day(n, m.path(key))
	}
	return 0
}

func (f *form) day(n *yaml.Node, field string) area.Date {
	d, err := area.ParseDate(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		f.report(n, field, ProblemDay, "value", n.Value)
		return 0
	}
	return d
}

// one reads a word out of some.
func (f *form) one(n *yaml.Node, field string, of []string) string {
	if n.Kind != yaml.ScalarNode || !slices.Contains(of, n.Value) {
		f.report(n, field, ProblemValue, "value", n.Value, "known", strings.Join(of, ", "))
		return of[0]
	}
	return n.Value
}

func (m *mapping) one(key string, of []string) string {
	if n := m.take(key, true); n != nil {
		return m.f.one(n, m.path(key), of)
	}
	return of[0]
}
