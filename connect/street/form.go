package street

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
)

// ErrUnknownProfile tells that no profile of this name comes with the program.
var ErrUnknownProfile = errors.New("unknown profile")

// Problem is a fault in a file, at the place where it is. Its text is
// "street.check.<Code>" in the language files, what to do about it the same with
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
		f.report(nil, "", "too-long")
		return nil
	case !utf8.Valid(b):
		f.report(nil, "", "not-utf8")
		return nil
	}
	doc, err := parse(b)
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

// mapping is a YAML mapping of which every key is taken once; done reports the rest.
type mapping struct {
	f     *form
	node  *yaml.Node
	field string // path of the mapping in the file
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

// take returns the value of key; nil where it is missing, which it reports if the
// key is needed.
func (m *mapping) take(key string, needed bool) *yaml.Node {
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
	for i := 0; i < len(m.node.Content); i += 2 {
		if k := m.node.Content[i]; k.Kind == yaml.ScalarNode && !slices.Contains(m.taken, k.Value) {
			m.f.report(k, m.path(k.Value), "unknown-key", "known", strings.Join(m.taken, ", "))
		}
	}
}

// child takes a mapping below key; nil where there is none.
func (m *mapping) child(key string) *mapping {
	n := m.take(key, true)
	if n == nil {
		return nil
	}
	return m.f.mapping(n, m.path(key))
}

// each goes through the pairs of a mapping below key, where key and value are free.
func (m *mapping) each(key string, visit func(k *yaml.Node, field string, v *yaml.Node)) {
	c := m.child(key)
	if c == nil {
		return
	}
	for i := 0; i+1 < len(c.node.Content); i += 2 {
		if k := c.node.Content[i]; k.Kind == yaml.ScalarNode {
			visit(k, c.path(k.Value), c.node.Content[i+1])
		}
	}
}

// items goes through the list below key.
func (m *mapping) items(key string, visit func(n *yaml.Node, field string)) {
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
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		f.report(n, field, "not-text")
		return ""
	}
	return n.Value
}

func (m *mapping) text(key string) string {
	if n := m.take(key, true); n != nil {
		return m.f.text(n, m.path(key))
	}
	return ""
}

func (m *mapping) texts(key string) []string {
	var out []string
	m.items(key, func(n *yaml.Node, field string) {
		if s := m.f.text(n, field); s != "" {
			out = append(out, s)
		}
	})
	return out
}

func (m *mapping) flag(key string) bool {
	n := m.take(key, true)
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		m.f.report(n, m.path(key), "not-true-or-false", "value", n.Value)
		return false
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

func (m *mapping) number(key string, low, high float64) float64 {
	if n := m.take(key, true); n != nil {
		return m.f.number(n, m.path(key), low, high)
	}
	return low
}

func (m *mapping) time(key string, highSeconds float64) Millis {
	return Millis(math.Round(1000 * m.number(key, 0, highSeconds)))
}

// tag reads key=value.
func (f *form) tag(n *yaml.Node, field string) Tag {
	k, v, ok := strings.Cut(n.Value, "=")
	if n.Kind != yaml.ScalarNode || !ok || k == "" || v == "" {
		f.report(n, field, "not-a-tag", "value", n.Value)
		return Tag{}
	}
	return Tag{k, v}
}

func (m *mapping) tags(key string) []Tag {
	var out []Tag
	m.items(key, func(n *yaml.Node, field string) {
		if t := m.f.tag(n, field); t != (Tag{}) {
			out = append(out, t)
		}
	})
	return out
}
