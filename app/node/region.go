package node

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
	"conurb/trust/card"
	"conurb/trust/trustlist"
)

// RegionFile is where a region pack names its nodes.
const RegionFile = "trust/nodes.yaml"

// Place is a node as a region pack has it: all of Config but where it stands.
type Place struct {
	Name      trustlist.Party
	Title     area.Text
	Authority card.Body
	Basis     area.Text
	Grade     area.Grade
}

// Config is that of a node at an address.
func (p Place) Config(listen, url string) Config {
	return Config{Name: p.Name, Title: p.Title, Authority: p.Authority, Listen: listen, URL: url}
}

// ReadRegion reads the nodes of a region, or Problems.
func ReadRegion(file string, b []byte) ([]Place, error) {
	f := form.Form{File: file}
	m := f.Open(b)
	m.One("format", true, []string{"1"})
	var list []Place
	grades := make([]string, len(area.Grades))
	for i, g := range area.Grades {
		grades[i] = string(g)
	}
	m.List("nodes", true, 1, func(n *yaml.Node, field string) {
		item := f.Mapping(n, field)
		if item == nil {
			return
		}
		p := Place{Name: trustlist.Party(item.Text("name", true)), Title: both(item, "title"), Basis: both(item, "basis"), Grade: area.Grade(item.One("grade", true, grades))}
		if a := item.Child("authority", false); a != nil {
			p.Authority = card.Body{Code: a.Text("code", true), Name: a.Text("name", true)}
			if len(p.Authority.Code) != 18 {
				f.Report(a.Node, a.Path("code"), ProblemCode, "value", p.Authority.Code)
			}
			a.Done()
		}
		item.Done()
		if !p.Name.Valid() || slices.ContainsFunc(list, func(o Place) bool { return o.Name == p.Name }) {
			f.Report(n, item.Path("name"), ProblemName, "value", string(p.Name))
		}
		list = append(list, p)
	})
	m.Done()
	if len(f.Problems) > 0 {
		return nil, Problems(f.Problems)
	}
	return list, nil
}

func both(m *form.Mapping, key string) area.Text {
	t := m.Child(key, true)
	if t == nil {
		return area.Text{}
	}
	defer t.Done()
	return area.Text{Zh: t.Text("zh", true), En: t.Text("en", true)}
}
