package scenario

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

// maxFile bounds a file that people write; it also bounds what aliases can cost.
const maxFile = 1 << 20

// form reads one YAML file and collects every fault of it.
type form struct {
	file     string
	problems []Problem
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

// take returns the value of a key; nil where it is missing, which it reports if the key
// is needed.
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

func (m *mapping) text(key string, needed bool) string {
	n := m.take(key, needed)
	switch {
	case n == nil:
		return ""
	case n.Kind != yaml.ScalarNode || n.Value == "":
		m.f.report(n, m.path(key), "not-text")
		return ""
	}
	return n.Value
}

func (m *mapping) flag(key string) bool {
	n := m.take(key, false)
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		m.f.report(n, m.path(key), "not-true-or-false", "value", n.Value)
	}
	return n.Value == "true"
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

func (m *mapping) number(key string, needed bool, low, high float64) float64 {
	if n := m.take(key, needed); n != nil {
		return m.f.number(n, m.path(key), low, high)
	}
	return 0
}

// whole reads a whole figure.
func (f *form) whole(n *yaml.Node, field string, low, high float64) int {
	v := f.number(n, field, low, high)
	if v != math.Trunc(v) {
		f.report(n, field, "not-whole", "value", n.Value)
	}
	return int(v)
}

func (m *mapping) whole(key string, needed bool, low, high float64) int {
	if n := m.take(key, needed); n != nil {
		return m.f.whole(n, m.path(key), low, high)
	}
	return 0
}

// items goes through a list of at least so many.
func (m *mapping) items(key string, needed bool, least int, visit func(n *yaml.Node, field string)) {
	n := m.take(key, needed)
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		m.f.report(n, m.path(key), "not-a-list")
		return
	}
	if len(n.Content) < least {
		m.f.report(n, m.path(key), "too-few", "least", strconv.Itoa(least))
	}
	for i, item := range n.Content {
		visit(item, m.path(key)+"["+strconv.Itoa(i)+"]")
	}
}

// point reads [longitude, latitude].
func (f *form) point(n *yaml.Node, field string) (p [2]float64) {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		f.report(n, field, "not-a-point")
		return p
	}
	return [2]float64{f.number(n.Content[0], field, -180, 180), f.number(n.Content[1], field, -90, 90)}
}

func (m *mapping) points(key string, needed bool, least int) (out [][2]float64) {
	m.items(key, needed, least, func(n *yaml.Node, field string) { out = append(out, m.f.point(n, field)) })
	return out
}

func (m *mapping) date(key string, needed bool) area.Date {
	text := m.text(key, needed)
	if text == "" {
		return 0
	}
	d, err := area.ParseDate(text)
	if err != nil {
		m.f.report(m.take(key, false), m.path(key), "not-a-date", "value", text)
	}
	return d
}

// clock reads hh:mm or hh:mm:ss, which may pass 24 hours.
func (m *mapping) clock(key string) area.Clock {
	text := m.text(key, true)
	parts := strings.Split(text, ":")
	at, ok := 0, text != "" && (len(parts) == 2 || len(parts) == 3)
	for i, high := range []int{47, 59, 59} {
		at *= 60
		if ok && i < len(parts) {
			v, err := strconv.Atoi(parts[i])
			ok = err == nil && v >= 0 && v <= high && len(parts[i]) <= 2
			at += v
		}
	}
	if !ok && text != "" {
		m.f.report(m.take(key, false), m.path(key), "not-a-clock", "value", text)
	}
	return area.Clock(at)
}

// both reads a text in two languages, or one that is the same in both.
func (m *mapping) both(key string) area.Text {
	n := m.take(key, true)
	if n == nil {
		return area.Text{}
	}
	if n.Kind == yaml.ScalarNode && n.Value != "" {
		return area.Text{Zh: n.Value, En: n.Value}
	}
	c := m.f.mapping(n, m.path(key))
	t := area.Text{Zh: c.text("zh", true), En: c.text("en", true)}
	c.done()
	return t
}
