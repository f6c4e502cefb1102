package opensdg

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Meta is what the build reads of an indicator's metadata.
type Meta struct {
	Auto    bool     // auto_progress_calculation: true
	Status  string   // progress_status, used where Auto is off
	Options []Option // progress_calculation_options; one of defaults where there is none
}

// Option says which series to measure and how; or it is a group of options.
type Option struct {
	Series, Unit   string
	Disaggregation []Field
	Positive       bool // direction: positive
	BaseYear       float64
	Target         *float64
	TargetYear     float64
	Limit          *float64
	High, Med, Low *float64 // progress_thresholds
	Group          []Option
}

// Field is a column with the value that its rows must have.
type Field struct{ Column, Value string }

// The defaults of the build.
const (
	defaultBaseYear   = 2015
	defaultTargetYear = 2030
)

// ParseMeta reads a metadata file: YAML between two lines of three dashes, or
// YAML alone.
func ParseMeta(b []byte) (*Meta, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(frontMatter(b), &doc); err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	m := &Meta{}
	return m, m.add(&doc)
}

// add reads the keys that a document has, over those read before.
func (m *Meta) add(doc *yaml.Node) error {
	root := doc
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		root = root.Content[0]
	}
	if n := get(root, "auto_progress_calculation"); n != nil {
		m.Auto = isTrue(n)
	}
	if n := get(root, "progress_status"); n != nil && n.Kind == yaml.ScalarNode {
		m.Status = text(n)
	}
	n := get(root, "progress_calculation_options")
	if n == nil && m.Options != nil {
		return nil
	}
	left := maxOptions
	options, err := parseOptions(n, 0, &left)
	if err != nil {
		return err
	}
	if len(options) == 0 {
		options = []Option{{BaseYear: defaultBaseYear, TargetYear: defaultTargetYear}}
	}
	m.Options = options
	return nil
}

// frontMatter cuts the YAML out of a markdown file.
func frontMatter(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	first, rest, _ := bytes.Cut(b, []byte("\n"))
	if string(bytes.TrimRight(first, " \t\r")) != "---" {
		return b
	}
	for at := 0; at < len(rest); {
		end := bytes.IndexByte(rest[at:], '\n')
		if end < 0 {
			end = len(rest) - at
		}
		if line := bytes.TrimRight(rest[at:at+end], " \t\r"); string(line) == "---" || string(line) == "..." {
			return rest[:at]
		}
		at += end + 1
	}
	return rest
}

// Bounds that no real file comes near: aliases of groups in groups could
// otherwise multiply without end.
const (
	maxDepth   = 16
	maxOptions = 10000
)

func parseOptions(n *yaml.Node, depth int, left *int) ([]Option, error) {
	n = deref(n)
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil, nil
	}
	var out []Option
	for _, item := range n.Content {
		if item = deref(item); item == nil || item.Kind != yaml.MappingNode {
			continue
		}
		if *left--; *left < 0 || depth > maxDepth {
			return nil, fmt.Errorf("line %d: more than %d options, or groups nested deeper than %d", item.Line, maxOptions, maxDepth)
		}
		o, err := parseOption(item, depth, left)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func parseOption(n *yaml.Node, depth int, left *int) (Option, error) {
	o := Option{BaseYear: defaultBaseYear, TargetYear: defaultTargetYear}
	group, err := parseOptions(get(n, "group"), depth+1, left)
	if err != nil {
		return o, err
	}
	o.Group = group
	o.Series, o.Unit = text(get(n, "series")), text(get(n, "unit"))
	o.Positive = text(get(n, "direction")) == "positive"
	if d := get(n, "disaggregation"); d != nil && d.Kind == yaml.SequenceNode {
		for _, f := range d.Content {
			o.Disaggregation = append(o.Disaggregation, Field{text(get(f, "field")), text(get(f, "value"))})
		}
	}
	thresholds := get(n, "progress_thresholds")
	for _, key := range []struct {
		of   *yaml.Node
		name string
		set  func(float64)
	}{
		{n, "base_year", func(v float64) { o.BaseYear = v }},
		{n, "target_year", func(v float64) { o.TargetYear = v }},
		{n, "target", func(v float64) { o.Target = &v }},
		{n, "limit", func(v float64) { o.Limit = &v }},
		{thresholds, "high", func(v float64) { o.High = &v }},
		{thresholds, "med", func(v float64) { o.Med = &v }},
		{thresholds, "low", func(v float64) { o.Low = &v }},
	} {
		if err := readNumber(get(key.of, key.name), key.name, key.set); err != nil {
			return o, err
		}
	}
	return o, nil
}

// readNumber accepts a number or its text; empty and null set nothing.
func readNumber(n *yaml.Node, name string, set func(float64)) error {
	if n == nil || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		return nil
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(n.Value), "_", ""), 64)
	if err != nil || n.Kind != yaml.ScalarNode || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("line %d: %s is %q, not a number", n.Line, name, n.Value)
	}
	set(v)
	return nil
}

// get returns the value of a key of a mapping; the last one where it is written
// twice, as the build's reader takes it.
func get(n *yaml.Node, key string) *yaml.Node {
	if n = deref(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if n.Content[i].Value == key {
			return deref(n.Content[i+1])
		}
	}
	return nil
}

func deref(n *yaml.Node) *yaml.Node {
	for range maxDepth {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

func text(n *yaml.Node) string {
	if n = deref(n); n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// isTrue knows the truths of YAML 1.1, which the build's reader speaks: yes and
// on count, but a quoted "true" is a text.
func isTrue(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return false
	}
	switch strings.ToLower(n.Value) {
	case "true", "yes", "on":
		return true
	}
	return false
}
