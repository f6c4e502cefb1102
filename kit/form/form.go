// Package form reads files that people write in YAML, of which JSON is a part, and
// collects every fault of them at its place, so that all can be mended at once.
//
//	f := form.Form{File: file}
//	m := f.Open(b)
//	name, speed := m.Text("name", true), m.Number("speed", true, 1, 400)
//	m.Done() // reports the keys nobody asked for
//	if len(f.Problems) > 0 { ... }
//
// It knows files, places and the common kinds of value; what a file means, and the words
// for a fault, belong to the room whose file it is: the text of a fault is
// "<room>.check.<Code>" in the language files, what to do about it the same with
// ".remedy". A file may hold one document, no key twice and no merged keys; what has a
// fault reads as nothing.
package form

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

// Problem is a fault of a file, at the place where it has to be mended.
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

// Most bounds a file that people write, in bytes; it also bounds what aliases can cost.
const Most = 1 << 20

// Form is one file that is being read.
type Form struct {
	File     string
	Problems []Problem
}

// Codes are those that this package reports.
var Codes = []string{
	"too-long", "not-utf8", "yaml-syntax", "empty-file", "not-a-mapping", "bad-key", "twice", "missing", "unknown-key", "not-a-list", "too-few",
	"not-text", "not-a-number", "out-of-range", "not-whole", "not-true-or-false", "unknown-value",
}

// Report notes a fault at a node, nil being the file as a whole. args are names and
// values in turn; what the file says is cut where it is long.
func (f *Form) Report(n *yaml.Node, field, code string, args ...string) {
	p := Problem{File: f.File, Line: 1, Column: 1, Field: field, Code: code, Args: map[string]string{"field": field}}
	if n != nil {
		p.Line, p.Column = max(n.Line, 1), max(n.Column, 1)
	}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	if v, ok := p.Args["value"]; ok {
		p.Args["value"] = clip(v)
	}
	f.Problems = append(f.Problems, p)
}

// clip keeps what a message quotes short.
func clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}

var lineOfError = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// Open parses a file to its one mapping; nil, reported, where it has none.
func (f *Form) Open(b []byte) *Mapping {
	switch {
	case len(b) > Most:
		f.Report(nil, "", "too-long", "bytes", strconv.Itoa(len(b)), "limit", strconv.Itoa(Most))
		return nil
	case !utf8.Valid(b):
		f.Report(nil, "", "not-utf8")
		return nil
	}
	doc, err := parse(bytes.TrimPrefix(b, []byte("\uFEFF")))
	if err != nil {
		n := &yaml.Node{}
		if m := lineOfError.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
			n.Line, _ = strconv.Atoi(m[1])
		}
		f.Report(n, "", "yaml-syntax", "cause", lineOfError.ReplaceAllString(err.Error(), ""))
		return nil
	}
	if doc == nil {
		f.Report(nil, "", "empty-file")
		return nil
	}
	return f.Mapping(doc, "")
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

// Text reads a text that is not blank.
func (f *Form) Text(n *yaml.Node, field string) string {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
		f.Report(n, field, "not-text")
		return ""
	}
	return n.Value
}

// Number reads a figure between two bounds, both allowed; the lower one stands for what
// is none.
func (f *Form) Number(n *yaml.Node, field string, low, high float64) float64 {
	v, err := strconv.ParseFloat(n.Value, 64)
	switch {
	case n.Kind != yaml.ScalarNode || err != nil || math.IsNaN(v):
		f.Report(n, field, "not-a-number", "value", n.Value)
		return low
	case v < low || v > high:
		f.Report(n, field, "out-of-range", "value", n.Value, "low", Decimal(low), "high", Decimal(high))
		return low
	}
	return v
}

// Decimal writes a figure without an exponent.
func Decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Whole reads a whole figure.
func (f *Form) Whole(n *yaml.Node, field string, low, high float64) int {
	v := f.Number(n, field, low, high)
	if v != math.Trunc(v) {
		f.Report(n, field, "not-whole", "value", n.Value)
	}
	return int(v)
}

// Flag reads true or false.
func (f *Form) Flag(n *yaml.Node, field string) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		f.Report(n, field, "not-true-or-false", "value", n.Value)
		return false
	}
	return n.Value == "true"
}

// One reads a word out of some; the first of them stands for what is none.
func (f *Form) One(n *yaml.Node, field string, of []string) string {
	if n.Kind != yaml.ScalarNode || !slices.Contains(of, n.Value) {
		f.Report(n, field, "unknown-value", "value", n.Value, "known", strings.Join(of, ", "))
		return of[0]
	}
	return n.Value
}
