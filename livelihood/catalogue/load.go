package catalogue

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/kit/form"
)

// Format is the version of the files that this package reads.
const Format = "1"

// Where a region pack has its catalogue: a file for each item, form and bundle.
const (
	OfficesFile = "service/offices.yaml"
	ItemsDir    = "service/items"
	FormsDir    = "service/forms"
	BundlesDir  = "service/bundles"
)

// Catalogue is all items, forms and bundles of a region; immutable once it is loaded.
type Catalogue struct {
	Items   []*Item   // by id, then city
	Forms   []*Form   // by id
	Bundles []*Bundle // by id
}

// Item is an item of a city, or nil.
func (c *Catalogue) Item(id, city string) *Item {
	for _, i := range c.Items {
		if i.ID == id && i.City == city {
			return i
		}
	}
	return nil
}

// Form is a form, or nil.
func (c *Catalogue) Form(id string) *Form {
	for _, f := range c.Forms {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// Bundle is a bundle, or nil.
func (c *Catalogue) Bundle(id string) *Bundle {
	for _, b := range c.Bundles {
		if b.ID == id {
			return b
		}
	}
	return nil
}

// Load reads the catalogue out of a region pack's files, by name. It returns it, or every
// problem of its files. A pack without offices has no catalogue: nil and nil.
func Load(files map[string][]byte, refs Refs) (*Catalogue, error) {
	if files[OfficesFile] == nil {
		return nil, nil
	}
	l := &loader{refs: refs, c: &Catalogue{}}
	l.offices(files[OfficesFile])
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".yaml" {
			continue
		}
		switch path.Dir(name) {
		case FormsDir:
			l.form(name, files[name])
		case ItemsDir:
			l.item(name, files[name])
		case BundlesDir:
			l.bundle(name, files[name])
		}
	}
	l.together()
	if len(l.problems) > 0 {
		return nil, Problems(l.problems)
	}
	return l.c, nil
}

type loader struct {
	refs     Refs
	c        *Catalogue
	places   map[string]map[string]*yaml.Node // city -> office -> what it says
	sources  []loaded
	problems []Problem
}

// loaded is something read, with the node it was read of.
type loaded struct {
	file string
	node *yaml.Node
	item *Item
	form *Form
	all  *Bundle
}

// open reads the one mapping of a file; its format has been taken.
func (l *loader) open(name string, b []byte) (reader, *form.Mapping) {
	r := reader{&form.Form{File: name}}
	m := r.Open(b)
	m.One("format", true, []string{Format})
	return r, m
}

func (l *loader) keep(r reader) { l.problems = append(l.problems, r.Problems...) }

// offices reads which office of a city does what: its keys are those of an item.
func (l *loader) offices(b []byte) {
	r, m := l.open(OfficesFile, b)
	defer func() { l.keep(r) }()
	l.places = map[string]map[string]*yaml.Node{}
	for _, city := range l.refs.Cities {
		l.places[city] = map[string]*yaml.Node{}
		c := m.Child(city, true)
		if c == nil {
			continue
		}
		for i := 0; i+1 < len(c.Node.Content); i += 2 {
			k := c.Node.Content[i].Value
			l.places[city][k] = c.Take(k, true)
		}
	}
	m.Done()
}

// item reads an item of all cities: what they share, with what each says otherwise laid over.
func (l *loader) item(name string, b []byte) {
	r, m := l.open(name, b)
	defer func() { l.keep(r) }()
	if m == nil {
		return
	}
	id := strings.TrimSuffix(path.Base(name), ".yaml")
	office, cities := m.Text("agency", true), m.Child("cities", false)
	common := overlay(m.Node)
	for _, key := range []string{"format", "agency", "cities"} {
		if i := keyOf(common, key); i >= 0 {
			common.Content = slices.Delete(common.Content, i, i+2)
		}
	}
	for n, city := range l.refs.Cities {
		place := l.places[city][office]
		if place == nil {
			r.Report(nodeAt(m.Node, "/agency"), "agency", "unknown-agency", "value", office, "city", city)
			continue
		}
		node := overlay(place, common, cities.Take(city, false))
		item := &Item{ID: id, City: city}
		one := reader{&form.Form{File: name}}
		one.read(node, "", reflect.ValueOf(item).Elem())
		for _, p := range one.Problems {
			if n == 0 || !slices.ContainsFunc(r.Problems, func(o Problem) bool { return o.Line == p.Line && o.Column == p.Column && o.Code == p.Code }) {
				r.Problems = append(r.Problems, p)
			}
		}
		item.ID, item.City = id, city
		item.whole()
		if item.Code == "" {
			item.Code = item.Body.Code + item.Level + item.Basic
		}
		l.c.Items = append(l.c.Items, item)
		l.sources = append(l.sources, loaded{file: name, node: node, item: item})
	}
	cities.Done()
}

func (l *loader) form(name string, b []byte) {
	r, m := l.open(name, b)
	defer func() { l.keep(r) }()
	if m == nil {
		return
	}
	f := &Form{}
	node := without(m.Node, "format")
	r.read(node, "", reflect.ValueOf(f).Elem())
	f.ID = strings.TrimSuffix(path.Base(name), ".yaml")
	l.c.Forms = append(l.c.Forms, f)
	l.sources = append(l.sources, loaded{file: name, node: node, form: f})
}

func (l *loader) bundle(name string, b []byte) {
	r, m := l.open(name, b)
	defer func() { l.keep(r) }()
	if m == nil {
		return
	}
	one := &Bundle{}
	node := without(m.Node, "format")
	r.read(node, "", reflect.ValueOf(one).Elem())
	one.ID = strings.TrimSuffix(path.Base(name), ".yaml")
	l.c.Bundles = append(l.c.Bundles, one)
	l.sources = append(l.sources, loaded{file: name, node: node, all: one})
}

func without(n *yaml.Node, key string) *yaml.Node {
	out := overlay(n)
	if i := keyOf(out, key); i >= 0 {
		out.Content = slices.Delete(out.Content, i, i+2)
	}
	return out
}

// together checks what was read, each thing with the others at hand.
func (l *loader) together() {
	if len(l.problems) > 0 {
		return // what is missing would be missed again
	}
	l.refs.Forms = l.c.Form
	for _, s := range l.sources {
		if s.form != nil {
			l.tell(s, s.form.CheckForm(l.refs))
		}
	}
	for _, s := range l.sources {
		switch {
		case s.item != nil:
			l.tell(s, Check(s.item, l.refs))
		case s.all != nil:
			l.tell(s, s.all.Check(l.c, l.refs))
		}
	}
}

// tell turns faults into problems at their places, those of several cities once.
func (l *loader) tell(s loaded, faults []Fault) {
	for _, f := range faults {
		n := nodeAt(s.node, f.At)
		p := Problem{File: s.file, Line: max(n.Line, 1), Column: max(n.Column, 1), Field: f.At, Code: f.Code, Args: map[string]string{"field": f.At}}
		maps.Copy(p.Args, f.Args)
		if f.Mild || slices.ContainsFunc(l.problems, func(o Problem) bool {
			return o.File == p.File && o.Line == p.Line && o.Column == p.Column && o.Code == p.Code
		}) {
			continue
		}
		l.problems = append(l.problems, p)
	}
}
