package pack

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
)

// mapping reads one YAML mapping. The keys it is asked for are the keys that are
// allowed: done reports the others.
type mapping struct {
	record
	node  *yaml.Node
	path  string // of the mapping from the top of its list item, "" there
	keys  map[string]*yaml.Node
	names map[string]*yaml.Node
	asked []string
}

// tree is the document of one YAML file, with a budget of nodes to visit that
// aliases cannot stretch: a bomb of aliases ends as one problem.
type tree struct {
	l      *loader
	file   string
	budget int
	spent  bool
}

func (t *tree) place(n *yaml.Node, field string) place {
	return place{file: t.file, line: n.Line, column: n.Column, field: field}
}

// resolve follows an alias and counts the visit; nil when the budget is spent.
func (t *tree) resolve(n *yaml.Node) *yaml.Node {
	for hops := 0; n != nil && n.Kind == yaml.AliasNode && hops < 100; hops++ {
		n = n.Alias
	}
	if t.budget--; t.budget < 0 {
		if !t.spent {
			t.spent = true
			t.l.report(t.place(n, ""), "alias-bomb")
			t.l.closed[t.file] = true // what follows from stopping here is no fault of its own
		}
		return nil
	}
	return n
}

// mapping wraps a node of the same file for reading as a mapping.
func (t *tree) mapping(n *yaml.Node, path string, cite area.Cite) *mapping {
	at := t.place(n, path)
	if n = t.resolve(n); n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "：") {
			t.l.report(at, "wide-colon")
		} else {
			t.l.report(at, "not-a-mapping")
		}
		return nil
	}
	m := &mapping{node: n, path: path, keys: map[string]*yaml.Node{}, names: map[string]*yaml.Node{}}
	m.record = record{l: t.l, look: lookup{m, t}, at: at, cite: cite}
	m.collect(t, n, 0)
	return m
}

// collect notes the keys of a mapping, and behind them those it merges (<<).
func (m *mapping) collect(t *tree, n *yaml.Node, depth int) {
	var merged []*yaml.Node
	here := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := t.resolve(n.Content[i]), n.Content[i+1]
		switch {
		case key == nil:
			return
		case key.Kind != yaml.ScalarNode:
			t.l.report(t.place(key, m.path), "bad-key")
			continue
		case key.Tag == "!!merge":
			merged = append(merged, value)
			continue
		}
		if first, twice := here[key.Value]; twice {
			t.l.report(t.place(key, m.join(key.Value)), "duplicate-key", "key", key.Value, "first", t.place(first, "").where())
			continue
		}
		here[key.Value] = key
		if _, own := m.keys[key.Value]; !own {
			m.keys[key.Value], m.names[key.Value] = value, key
		}
	}
	for _, value := range merged {
		m.merge(t, value, depth)
	}
}

func (m *mapping) merge(t *tree, value *yaml.Node, depth int) {
	at := t.place(value, m.join("<<"))
	n := t.resolve(value)
	if n == nil {
		return
	}
	parts := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		parts = n.Content
	}
	for _, part := range parts {
		if part = t.resolve(part); part == nil {
			return
		}
		if part.Kind != yaml.MappingNode || depth > 8 {
			t.l.report(at, "not-a-mapping")
			continue
		}
		m.collect(t, part, depth+1)
	}
}

func (m *mapping) join(key string) string {
	if m.path == "" {
		return key
	}
	return m.path + "." + key
}

// child returns the value of a key; ok is false where it is absent or null.
func (m *mapping) child(t *tree, key string, n need) (node *yaml.Node, at place, ok bool) {
	if !slices.Contains(m.asked, key) {
		m.asked = append(m.asked, key)
	}
	value, there := m.keys[key]
	if !there {
		at = m.at.at(m.join(key))
	} else {
		at = t.place(value, m.join(key))
		if at.line == 0 {
			at = t.place(m.names[key], m.join(key))
		}
		if node = t.resolve(value); node == nil {
			return nil, at, false
		}
		if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
			at = t.place(m.names[key], m.join(key))
			there = false
		}
	}
	if !there {
		if n == must {
			m.l.report(at, "missing-field")
		}
		return nil, at, false
	}
	return node, at, true
}

// lookup makes the scalars of a mapping readable by record.
type lookup struct {
	m *mapping
	t *tree
}

func (k lookup) cell(key string) cell {
	node, at, ok := k.m.child(k.t, key, may)
	if !ok {
		return cell{at: at}
	}
	if node.Kind != yaml.ScalarNode {
		if !slices.Contains(k.m.asked, "\x00"+key) { // say it once, however often the cell is looked at
			k.m.asked = append(k.m.asked, "\x00"+key)
			k.t.l.report(at, "not-a-scalar")
		}
		return cell{at: at, odd: true}
	}
	quoted := node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	return cell{text: node.Value, at: at, there: strings.TrimSpace(node.Value) != "", quoted: quoted, truth: node.Tag == "!!bool"}
}

// position is where a key's value stands, or the mapping where it is absent.
func (k lookup) position(key string) place {
	_, at, _ := k.m.child(k.t, key, may)
	return at
}

func (m *mapping) tree() *tree { return m.look.(lookup).t }

// sub reads a mapping inside; nil where there is none.
func (m *mapping) sub(key string, n need) *mapping {
	node, _, ok := m.child(m.tree(), key, n)
	if !ok {
		return nil
	}
	return m.tree().mapping(node, m.join(key), m.cite)
}

// list reads the items of a list; nil where there is none.
func (m *mapping) list(key string, n need) (items []*yaml.Node, at place) {
	node, at, ok := m.child(m.tree(), key, n)
	if !ok {
		return nil, at
	}
	if node.Kind != yaml.SequenceNode {
		m.l.report(at, "not-a-list")
		return nil, at
	}
	return node.Content, at
}

// each reads a list of mappings, checking that every key of each was known.
func (m *mapping) each(key string, n need, read func(*mapping)) {
	items, _ := m.list(key, n)
	for i, node := range items {
		item := m.tree().mapping(node, m.join(key)+"["+strconv.Itoa(i)+"]", m.cite)
		if item != nil {
			read(item)
			item.done()
		}
	}
}

// cells reads a list of scalars.
func (m *mapping) cells(key string, n need) []cell {
	items, _ := m.list(key, n)
	out := make([]cell, 0, len(items))
	for i, node := range items {
		at := m.tree().place(node, m.join(key)+"["+strconv.Itoa(i)+"]")
		node = m.tree().resolve(node)
		if node == nil {
			return out
		}
		if node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
			m.l.report(at, "not-a-scalar")
			continue
		}
		out = append(out, cell{text: node.Value, at: at, there: true, quoted: node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0})
	}
	return out
}

// refs reads a list of ids that must exist, each once.
func (m *mapping) refs(key, kind string, n need) []string {
	var out []string
	for _, c := range m.unique(key, n) {
		m.l.refer(kind, c.text, c.at)
		out = append(out, c.text)
	}
	return out
}

// words reads a list of permitted words, each once.
func (m *mapping) words(key string, n need, allowed ...string) []string {
	var out []string
	for _, c := range m.unique(key, n) {
		if w := m.l.wordOf(c, allowed); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func (m *mapping) unique(key string, n need) []cell {
	cells := m.cells(key, n)
	seen := map[string]bool{}
	return slices.DeleteFunc(cells, func(c cell) bool {
		if seen[c.text] {
			m.l.report(c.at, "listed-twice", "value", c.text)
			return true
		}
		seen[c.text] = true
		return false
	})
}

// bilingual reads a text in both languages.
func (m *mapping) bilingual(key string, n need) area.Text {
	node, at, ok := m.child(m.tree(), key, n)
	if !ok {
		return area.Text{}
	}
	if node.Kind != yaml.MappingNode {
		m.l.report(at, "not-bilingual")
		return area.Text{}
	}
	sub := m.tree().mapping(node, m.join(key), m.cite)
	if sub == nil {
		return area.Text{}
	}
	t := area.Text{Zh: sub.text("zh", must), En: sub.text("en", must)}
	sub.done()
	return t
}

// point reads [longitude, latitude].
func (m *mapping) point(key string, n need) (p [2]float64, at place, ok bool) {
	node, at, ok := m.child(m.tree(), key, n)
	if !ok {
		return p, at, false
	}
	p, ok = m.tree().pointOf(node, at)
	return p, at, ok
}

func (t *tree) pointOf(node *yaml.Node, at place) (p [2]float64, ok bool) {
	if node.Kind != yaml.SequenceNode || len(node.Content) != 2 {
		t.l.report(at, "not-a-point")
		return p, false
	}
	for i, n := range node.Content {
		c := cell{at: t.place(n, at.field)}
		if n = t.resolve(n); n == nil {
			return p, false
		}
		if n.Kind != yaml.ScalarNode {
			t.l.report(at, "not-a-point")
			return p, false
		}
		c.text, c.quoted = n.Value, n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
		if p[i], ok = t.l.numberOf(c); !ok {
			return p, false
		}
	}
	return p, true
}

// typed are keys by which people try to state what Conurb measures.
var typed = []string{
	"status", "state", "progress", "percent", "percentage", "pct", "done", "complete", "completed", "completion",
	"finished", "verdict", "achieved", "on-track", "on_track", "rag", "状态", "进度", "完成", "完成率", "百分比",
}

// done reports every key that was not asked for.
func (m *mapping) done() {
	if m == nil {
		return
	}
	allowed := slices.DeleteFunc(slices.Clone(m.asked), func(k string) bool { return k[0] == 0 })
	slices.Sort(allowed)
	for key, name := range m.names {
		if slices.Contains(allowed, key) {
			continue
		}
		at, value := m.tree().place(name, m.join(key)), m.keys[key]
		if strings.Contains(key, "：") {
			m.l.report(at, "wide-colon")
			continue
		}
		if m.node.Style&yaml.FlowStyle != 0 && value.Kind == yaml.ScalarNode && value.Value == "" && value.Tag == "!!null" {
			m.l.report(at, "comma-in-braces", "key", key) // {en: 10,000 people} is two keys to YAML
			continue
		}
		m.l.unknownKey(at, key, allowed)
	}
}

func (l *loader) unknownKey(at place, key string, allowed []string) {
	if slices.Contains(typed, strings.ToLower(key)) {
		l.report(at, "typed-status", "key", key)
	} else if near := nearestFold(key, allowed); near != "" {
		l.report(at, "misspelt-key", "key", key, "near", near, "allowed", strings.Join(allowed, ", "))
	} else {
		l.report(at, "unknown-key", "key", key, "allowed", strings.Join(allowed, ", "))
	}
}

// cite makes what a mapping states the citation that its parts inherit.
func (m *mapping) cited() area.Cite {
	c := m.record.cited()
	m.cite = c
	return c
}

// ref is where the mapping was written.
func (m *mapping) ref() area.Ref { return area.Ref{File: m.at.file, Line: m.at.line} }
