package circle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"conurb/area"
)

// Problem is a fault in a rule file, at the place where it is. Its text is
// "circle.check.<Code>" in the language files, what to do about it the same with
// ".remedy".
type Problem struct {
	File         string
	Line, Column int
	Field        string
	Code         string
	Args         map[string]string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s %s %v", p.File, p.Line, p.Column, p.Field, p.Code, p.Args)
}

// maxFile bounds a file that people write; it also bounds what aliases can cost.
const maxFile = 1 << 20

// form reads one YAML file and collects every fault of it.
type form struct {
	file       string
	problems   []Problem
	parameters []Parameter
}

func (f *form) report(n *yaml.Node, field, code string, args ...string) {
	p := Problem{File: f.file, Line: 1, Column: 1, Field: field, Code: code, Args: map[string]string{"field": field}}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	f.problems = append(f.problems, p)
}

var lineOfError = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// open parses the file to its one mapping.
func (f *form) open(b []byte) *mapping {
	switch {
	case len(b) > maxFile:
		f.report(nil, "", "too-long", "bytes", strconv.Itoa(len(b)), "limit", strconv.Itoa(maxFile))
		return nil
	case !utf8.Valid(b):
		f.report(nil, "", "not-utf8")
		return nil
	}
	doc, err := parse(bytes.TrimPrefix(b, []byte("\uFEFF")))
	if err != nil {
		n := &yaml.Node{Line: 1, Column: 1}
		if m := lineOfError.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
			n.Line, _ = strconv.Atoi(m[1])
		}
		f.report(n, "", "yaml-syntax", "cause", lineOfError.ReplaceAllString(err.Error(), ""))
		return nil
	}
	if doc == nil {
		f.report(nil, "", "empty-file")
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
		f.report(n, field, "not-a-mapping")
		return nil
	}
	m := &mapping{f: f, node: n, field: field}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
			f.report(k, field, "bad-key")
			continue
		}
		if seen[k.Value] {
			f.report(k, m.path(k.Value), "twice")
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
		m.f.report(m.node, m.path(key), "missing")
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
			m.f.report(k, m.path(k.Value), "unknown-key", "known", strings.Join(m.taken, ", "))
		}
	}
}

// child takes a mapping below key.
func (m *mapping) child(key string) *mapping {
	if n := m.take(key, true); n != nil {
		return m.f.mapping(n, m.path(key))
	}
	return nil
}

// list goes through the items below key.
func (m *mapping) list(key string, visit func(n *yaml.Node, field string)) {
	n := m.take(key, true)
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		m.f.report(n, m.path(key), "not-a-list")
		return
	}
	for i, item := range n.Content {
		visit(item, m.path(key)+"["+strconv.Itoa(i)+"]")
	}
}

func (f *form) text(n *yaml.Node, field string) string {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
		f.report(n, field, "not-text")
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
	c := m.child(key)
	t := area.Text{Zh: c.text("zh", true), En: c.text("en", true)}
	c.done()
	return t
}

// number reads a figure between two bounds, both allowed.
func (f *form) number(n *yaml.Node, field string, low, high float64) float64 {
	v, err := strconv.ParseFloat(n.Value, 64)
	switch {
	case n.Kind != yaml.ScalarNode || err != nil || math.IsNaN(v):
		f.report(n, field, "not-a-number", "value", n.Value)
		return low
	case v < low || v > high:
		f.report(n, field, "out-of-range", "value", n.Value, "low", trim(low), "high", trim(high))
		return low
	}
	return v
}

func trim(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

var clock = regexp.MustCompile(`^([0-9]{2}):([0-5][0-9])$`)

// clock reads hh:mm, up to 30:00.
func (f *form) clock(n *yaml.Node, field string) area.Clock {
	m := clock.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		f.report(n, field, "not-a-clock", "value", n.Value)
		return 0
	}
	h, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	if h > 30 {
		f.report(n, field, "not-a-clock", "value", n.Value)
	}
	return area.Clock(h*3600 + minute*60)
}

// one reads a word out of some.
func (f *form) one(n *yaml.Node, field string, of []string) string {
	if n.Kind != yaml.ScalarNode || !slices.Contains(of, n.Value) {
		f.report(n, field, "unknown-value", "value", n.Value, "known", strings.Join(of, ", "))
		return of[0]
	}
	return n.Value
}
