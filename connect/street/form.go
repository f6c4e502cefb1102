package street

import (
	"errors"
	"math"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/kit/form"
)

// ErrUnknownProfile tells that no profile of this name comes with the program.
var ErrUnknownProfile = errors.New("unknown profile")

// Problem is a fault in a profile or a table; its words are under "street.check.<Code>".
type Problem = form.Problem

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

// child takes a mapping below key; without a Mapping where there is none.
func (m mapping) child(key string) mapping { return mapping{m.Child(key, true), m.f} }

// each goes through the pairs of a mapping below key, where key and value are free.
func (m mapping) each(key string, visit func(k *yaml.Node, field string, v *yaml.Node)) {
	c := m.child(key)
	if c.Mapping == nil {
		return
	}
	for i := 0; i+1 < len(c.Node.Content); i += 2 {
		if k := c.Node.Content[i]; k.Kind == yaml.ScalarNode {
			visit(k, c.Path(k.Value), c.Node.Content[i+1])
		}
	}
}

// items goes through the list below key.
func (m mapping) items(key string, visit func(n *yaml.Node, field string)) {
	m.List(key, true, 0, visit)
}

func (m mapping) text(key string) string { return m.Text(key, true) }

func (m mapping) texts(key string) []string {
	var out []string
	m.items(key, func(n *yaml.Node, field string) {
		if s := m.f.Text(n, field); s != "" {
			out = append(out, s)
		}
	})
	return out
}

func (m mapping) flag(key string) bool { return m.Flag(key, true) }

func (m mapping) number(key string, low, high float64) float64 {
	if n := m.Take(key, true); n != nil {
		return m.f.Number(n, m.Path(key), low, high)
	}
	return low
}

func (m mapping) time(key string, highSeconds float64) Millis {
	return Millis(math.Round(1000 * m.number(key, 0, highSeconds)))
}

// tag reads key=value.
func (f sheet) tag(n *yaml.Node, field string) Tag {
	k, v, ok := strings.Cut(n.Value, "=")
	if n.Kind != yaml.ScalarNode || !ok || k == "" || v == "" {
		f.Report(n, field, "not-a-tag", "value", n.Value)
		return Tag{}
	}
	return Tag{k, v}
}

func (m mapping) tags(key string) []Tag {
	var out []Tag
	m.items(key, func(n *yaml.Node, field string) {
		if t := m.f.tag(n, field); t != (Tag{}) {
			out = append(out, t)
		}
	})
	return out
}
