package form

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Mapping is a YAML mapping of which every key is taken once; Done reports the rest. A
// nil mapping, which has been reported, gives nothing.
type Mapping struct {
	Form  *Form
	Node  *yaml.Node
	Field string // path of the mapping in the file

	taken []string
}

// Mapping holds a node to be a mapping with every key once; nil, reported, if it is none.
func (f *Form) Mapping(n *yaml.Node, field string) *Mapping {
	if n.Kind != yaml.MappingNode {
		f.Report(n, field, "not-a-mapping")
		return nil
	}
	m := &Mapping{Form: f, Node: n, Field: field}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
			f.Report(k, field, "bad-key")
			continue
		}
		if seen[k.Value] {
			f.Report(k, m.Path(k.Value), "twice")
		}
		seen[k.Value] = true
	}
	return m
}

// Path is a key's in the file.
func (m *Mapping) Path(key string) string {
	if m == nil || m.Field == "" {
		return key
	}
	return m.Field + "." + key
}

// Take returns the value of a key; nil where it is missing, which is reported if it is
// needed.
func (m *Mapping) Take(key string, needed bool) *yaml.Node {
	if m == nil {
		return nil
	}
	m.taken = append(m.taken, key)
	for i := 0; i+1 < len(m.Node.Content); i += 2 {
		if m.Node.Content[i].Kind == yaml.ScalarNode && m.Node.Content[i].Value == key {
			return m.Node.Content[i+1]
		}
	}
	if needed {
		m.Form.Report(m.Node, m.Path(key), "missing")
	}
	return nil
}

// Done reports the keys nobody asked for.
func (m *Mapping) Done() {
	if m == nil {
		return
	}
	for i := 0; i < len(m.Node.Content); i += 2 {
		if k := m.Node.Content[i]; k.Kind == yaml.ScalarNode && !slices.Contains(m.taken, k.Value) {
			m.Form.Report(k, m.Path(k.Value), "unknown-key", "known", strings.Join(m.taken, ", "))
		}
	}
}

// Child takes a mapping below a key.
func (m *Mapping) Child(key string, needed bool) *Mapping {
	if n := m.Take(key, needed); n != nil {
		return m.Form.Mapping(n, m.Path(key))
	}
	return nil
}

// List goes through the items below a key, of which there have to be so many.
func (m *Mapping) List(key string, needed bool, least int, visit func(n *yaml.Node, field string)) {
	n := m.Take(key, needed)
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		m.Form.Report(n, m.Path(key), "not-a-list")
		return
	}
	if len(n.Content) < least {
		m.Form.Report(n, m.Path(key), "too-few", "least", strconv.Itoa(least))
	}
	for i, item := range n.Content {
		visit(item, m.Path(key)+"["+strconv.Itoa(i)+"]")
	}
}

// Text, Number, Whole, Flag and One take a value of that kind; nothing where it is
// missing.
func (m *Mapping) Text(key string, needed bool) string {
	if n := m.Take(key, needed); n != nil {
		return m.Form.Text(n, m.Path(key))
	}
	return ""
}

// Number is one of them.
func (m *Mapping) Number(key string, needed bool, low, high float64) float64 {
	if n := m.Take(key, needed); n != nil {
		return m.Form.Number(n, m.Path(key), low, high)
	}
	return 0
}

// Whole is one of them.
func (m *Mapping) Whole(key string, needed bool, low, high float64) int {
	if n := m.Take(key, needed); n != nil {
		return m.Form.Whole(n, m.Path(key), low, high)
	}
	return 0
}

// Flag is one of them.
func (m *Mapping) Flag(key string, needed bool) bool {
	n := m.Take(key, needed)
	return n != nil && m.Form.Flag(n, m.Path(key))
}

// One is one of them; the first word stands for what is missing.
func (m *Mapping) One(key string, needed bool, of []string) string {
	if n := m.Take(key, needed); n != nil {
		return m.Form.One(n, m.Path(key), of)
	}
	return of[0]
}
