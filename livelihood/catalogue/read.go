package catalogue

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/kit/form"
)

// Problem is a fault of a file; its words are under "catalogue.check.<Code>", and those of a
// fault of Check under "catalogue.fault.<Code>".
type Problem = form.Problem

// Problems are the faults of files as an error.
type Problems []Problem

func (p Problems) Error() string { return p[0].String() }

// reader reads YAML into the types of this package by their JSON names: what a file may say is
// what the types have, and every fault is told at its place.
type reader struct{ *form.Form }

var (
	rawType  = reflect.TypeFor[json.RawMessage]()
	textType = reflect.TypeFor[string]()
)

func (r reader) read(n *yaml.Node, field string, v reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // as if it were not there
	}
	if v.Type() == rawType {
		r.raw(n, field, v)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.fields(n, field, v)
	case reflect.Slice:
		r.list(n, field, v)
	case reflect.Map:
		r.mapping(n, field, v)
	case reflect.String:
		if n.Kind != yaml.ScalarNode || len(n.Value) > MostText {
			r.Report(n, field, "not-text")
			return
		}
		v.SetString(n.Value)
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(n.Value, 10, 64)
		if n.Kind != yaml.ScalarNode || err != nil {
			r.Report(n, field, "not-whole", "value", n.Value)
			return
		}
		v.SetInt(i)
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
			r.Report(n, field, "not-true-or-false", "value", n.Value)
			return
		}
		v.SetBool(n.Value == "true")
	}
}

// MostText bounds one text, in bytes.
const MostText = 4000

// mostItems bounds a list.
const mostItems = 500

func (r reader) fields(n *yaml.Node, field string, v reflect.Value) {
	m := r.Mapping(n, field)
	if m == nil {
		return
	}
	t := v.Type()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		if c := m.Take(name, false); c != nil {
			r.read(c, m.Path(name), v.Field(i))
		}
	}
	m.Done()
}

func (r reader) list(n *yaml.Node, field string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode || len(n.Content) > mostItems {
		r.Report(n, field, "not-a-list")
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		r.read(c, field+"["+strconv.Itoa(i)+"]", list.Index(i))
	}
	v.Set(list)
}

func (r reader) mapping(n *yaml.Node, field string, v reflect.Value) {
	if n.Kind != yaml.MappingNode || len(n.Content) > 2*mostItems {
		r.Report(n, field, "not-a-mapping")
		return
	}
	out := reflect.MakeMap(v.Type())
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := reflect.New(v.Type().Elem()).Elem()
		r.read(n.Content[i+1], field+"."+n.Content[i].Value, e)
		out.SetMapIndex(reflect.ValueOf(n.Content[i].Value).Convert(textType), e)
	}
	v.Set(out)
}

// raw turns YAML into JSON.
func (r reader) raw(n *yaml.Node, field string, v reflect.Value) {
	b, err := json.Marshal(r.plain(n, field, 0))
	if err != nil {
		r.Report(n, field, "not-text")
		return
	}
	v.SetBytes(b)
}

func (r reader) plain(n *yaml.Node, field string, depth int) any {
	switch {
	case depth > 4*MostDepth:
		r.Report(n, field, "too-long")
	case n.Kind == yaml.AliasNode:
		return r.plain(n.Alias, field, depth+1)
	case n.Kind == yaml.MappingNode:
		o := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			o[n.Content[i].Value] = r.plain(n.Content[i+1], field+"."+n.Content[i].Value, depth+1)
		}
		return o
	case n.Kind == yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, r.plain(c, field, depth+1))
		}
		return list
	case n.Tag == "!!int" || n.Tag == "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value)
		}
		r.Report(n, field, "not-a-number", "value", n.Value)
	case n.Tag == "!!bool":
		return n.Value == "true"
	case n.Tag == "!!null":
		return nil
	}
	return n.Value
}

// overlay lays mappings over one another: the value of a key is that of the last that has it.
func overlay(list ...*yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, n := range list {
		if n == nil || n.Kind != yaml.MappingNode {
			continue
		}
		if out.Line == 0 {
			out.Line, out.Column = n.Line, n.Column
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i].Value
			if at := keyOf(out, k); at >= 0 {
				out.Content[at+1] = n.Content[i+1]
				continue
			}
			out.Content = append(out.Content, n.Content[i], n.Content[i+1])
		}
	}
	return out
}

// keyOf is where a mapping has a key, or -1.
func keyOf(n *yaml.Node, key string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// nodeAt is the node at a JSON pointer, or the nearest one above it that is there.
func nodeAt(n *yaml.Node, pointer string) *yaml.Node {
	for _, step := range steps(pointer) {
		next := n
		switch n.Kind {
		case yaml.MappingNode:
			if i := keyOf(n, step); i >= 0 {
				next = n.Content[i+1]
			}
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
				next = n.Content[i]
			}
		}
		if next == n {
			return n
		}
		n = next
	}
	return n
}

// whole makes the lists that an item always has empty where they are not there, so that it is
// written with them.
func (i *Item) whole() {
	for _, list := range []*[]string{&i.Search.Zh, &i.Search.En, &i.Served, &i.Subject, &i.Handled} {
		*list = append([]string{}, *list...)
	}
	i.Grounds, i.Modes, i.Accept = append([]Ground{}, i.Grounds...), append([]Mode{}, i.Modes...), append([]Accept{}, i.Accept...)
	i.Steps, i.Materials, i.Places = append([]Step{}, i.Steps...), append([]Material{}, i.Materials...), append([]Place{}, i.Places...)
}
