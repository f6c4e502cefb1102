package catalogue

import (
	"slices"
	"strconv"
	"strings"

	"conurb/area"
)

// Difference is a field in which the cities differ. Values are written as the files write
// them: codes, figures and ids, several with spaces between; texts that people read are given
// in Texts instead.
type Difference struct {
	Field  string               `json:"field"`          // its words are "catalogue.field.<Field>"
	Part   string               `json:"part,omitempty"` // id of the material, fee or step
	Name   area.Text            `json:"name,omitzero"`  // of the part
	Cities []string             `json:"cities"`
	Values map[string]string    `json:"values,omitempty"` // by city
	Texts  map[string]area.Text `json:"texts,omitempty"`
}

// The values of a part that a city has not, and of what is not stated.
const (
	Absent   = "absent"
	Unstated = "unstated"
)

// Diff tells in what the same item of several cities differs: kind and limits, modes, visits
// and places, materials and fees each by its id, conditions, result, form and course.
func Diff(items []*Item) []Difference {
	d := &differ{items: items, out: []Difference{}}
	d.values("type", func(i *Item) string { return i.Type })
	d.values("kind", func(i *Item) string { return i.Kind })
	d.values("statutory", func(i *Item) string { return i.Limits.Statutory.String() })
	d.values("promised", func(i *Item) string { return i.Limits.Promised.String() })
	d.values("scope", func(i *Item) string { return i.Scope })
	d.values("modes", func(i *Item) string { return sorted(texts(i.Modes)) })
	d.values("handled", func(i *Item) string { return sorted(i.Handled) })
	d.values("visits", func(i *Item) string { return strconv.Itoa(i.Online.Visits) })
	d.values("depth", func(i *Item) string { return i.Online.Depth })
	d.texts("accept", func(i *Item) area.Text {
		list := make([]area.Text, len(i.Accept))
		for n, a := range i.Accept {
			list[n] = a.Text
		}
		return joined(list)
	})
	d.parts("materials", func(i *Item) []part {
		list := make([]part, len(i.Materials))
		for n := range i.Materials {
			list[n] = i.Materials[n].part()
		}
		return list
	})
	d.parts("fees", func(i *Item) []part {
		list := make([]part, len(i.Fees))
		for n, f := range i.Fees {
			list[n] = part{f.ID, f.Name, strconv.FormatInt(f.Amount, 10) + when(f.When)}
		}
		return list
	})
	d.parts("steps", func(i *Item) []part {
		list := make([]part, len(i.Steps))
		for n, s := range i.Steps {
			list[n] = part{s.ID, s.Name, strconv.Itoa(s.Days)}
		}
		return list
	})
	d.texts("result", func(i *Item) area.Text { return i.Result.Name })
	d.values("form", func(i *Item) string { return i.Form })
	d.values("course", func(i *Item) string { return i.Course })
	d.texts("places", func(i *Item) area.Text {
		list := make([]area.Text, len(i.Places))
		for n, p := range i.Places {
			list[n] = p.Name
		}
		return joined(list)
	})
	return d.out
}

// String writes a limit: "5 working"; Unstated where there is none.
func (d Days) String() string {
	if !d.Stated() {
		return Unstated
	}
	return strconv.Itoa(d.Count) + " " + string(d.Unit)
}

type differ struct {
	items []*Item
	out   []Difference
}

func (d *differ) cities() []string {
	out := make([]string, len(d.items))
	for n, i := range d.items {
		out[n] = i.City
	}
	return out
}

// part is a material, fee or step as cities are compared by it.
type part struct {
	id    string
	name  area.Text
	value string
}

func (m *Material) part() part {
	v := "optional"
	if m.Required {
		v = "required"
	}
	v += " " + strconv.Itoa(m.Originals) + "+" + strconv.Itoa(m.Copies)
	if len(m.Licences) > 0 {
		v += " " + sorted(m.Licences)
	}
	return part{m.ID, m.Name, v + when(m.When)}
}

func when(condition string) string {
	if condition == "" {
		return ""
	}
	return " when " + condition
}

func (d *differ) values(field string, of func(*Item) string) {
	all := map[string]string{}
	same := true
	for _, i := range d.items {
		all[i.City] = of(i)
		same = same && all[i.City] == of(d.items[0])
	}
	if !same {
		d.out = append(d.out, Difference{Field: field, Cities: d.cities(), Values: all})
	}
}

func (d *differ) texts(field string, of func(*Item) area.Text) {
	all := map[string]area.Text{}
	same := true
	for _, i := range d.items {
		all[i.City] = of(i)
		same = same && all[i.City] == of(d.items[0])
	}
	if !same {
		d.out = append(d.out, Difference{Field: field, Cities: d.cities(), Texts: all})
	}
}

// parts compares lists by the ids of what is in them, in the order in which they are met.
func (d *differ) parts(field string, of func(*Item) []part) {
	var order []part
	have := map[string]map[string]string{}
	for _, i := range d.items {
		for _, p := range of(i) {
			if have[p.id] == nil {
				have[p.id] = map[string]string{}
				order = append(order, p)
			}
			have[p.id][i.City] = p.value
		}
	}
	for _, p := range order {
		same := true
		for _, i := range d.items {
			if _, there := have[p.id][i.City]; !there {
				have[p.id][i.City] = Absent
			}
			same = same && have[p.id][i.City] == p.value
		}
		if !same {
			d.out = append(d.out, Difference{Field: field, Part: p.id, Name: p.name, Cities: d.cities(), Values: have[p.id]})
		}
	}
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for n, s := range list {
		out[n] = string(s)
	}
	return out
}

func sorted(list []string) string { return strings.Join(slices.Sorted(slices.Values(list)), " ") }

func joined(list []area.Text) area.Text {
	var zh, en []string
	for _, t := range list {
		zh, en = append(zh, t.Zh), append(en, t.En)
	}
	return area.Text{Zh: strings.Join(zh, "；"), En: strings.Join(en, "; ")}
}
