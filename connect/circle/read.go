package circle

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
)

// Format is the version of the rule files that this package reads.
const Format = 1

// longestWindow bounds window and journey together: what 16 bits of seconds hold, with
// room to spare.
const longestWindow = 12 * 3600

// ReadRule reads a rule. It returns the rule, or nil and every problem of the file.
func ReadRule(file string, b []byte) (*Rule, []Problem) {
	f := &reader{Form: &form.Form{File: file}}
	m := f.open(b)
	if m.Mapping == nil {
		return nil, f.Problems
	}
	if n := m.Take("format", true); n != nil {
		f.Number(n, "format", Format, Format)
	}
	r := &Rule{ID: m.Text("id", true), Name: m.both("name")}
	if n := m.Take("version", true); n != nil {
		if v := f.Number(n, "version", 1, 1e6); v == float64(int(v)) {
			r.Version = int(v)
		} else {
			f.Report(n, "version", "not-whole", "value", n.Value)
		}
	}
	m.param("scope", func(n *yaml.Node, field string) { r.Scope = f.Text(n, field) })
	r.window(m.child("window"))
	r.walk(m.child("walk"))
	r.bicycle(m.child("bicycle"))
	r.car(m.child("car"))
	r.halfHour(m.child("half_hour"))
	r.oneHour(m.child("one_hour"))
	v := m.child("verdict")
	v.number("share", 0.01, 1, &r.Verdict.Share)
	v.Done()
	m.Done()
	if len(f.Problems) > 0 {
		return nil, f.Problems
	}
	sum := sha256.Sum256(b)
	r.Digest, r.Parameters = "sha256:"+hex.EncodeToString(sum[:]), f.parameters
	return r, nil
}

// param reads a parameter: its value, its reason, and who says so.
func (m mapping) param(key string, read func(n *yaml.Node, field string)) {
	c := m.child(key)
	if c.Mapping == nil {
		return
	}
	p := Parameter{Field: m.Path(key), Ref: area.Ref{File: m.f.File, Line: c.Node.Line}}
	if n := c.Take("value", true); n != nil {
		read(n, c.Path("value"))
		p.Value = written(n)
	}
	p.Reason = c.both("reason")
	p.Source = c.Text("source", false)
	if n := c.Take("grade", true); n != nil {
		grades := make([]string, len(area.Grades))
		for i, g := range area.Grades {
			grades[i] = string(g)
		}
		p.Grade = area.Grade(m.f.One(n, c.Path("grade"), grades))
		if p.Source == "" && p.Grade != area.GradeAssumed && p.Grade != area.GradeK {
			m.f.Report(n, c.Path("grade"), "no-source", "value", n.Value)
		}
	}
	c.Done()
	m.f.parameters = append(m.f.parameters, p)
}

// written is a value, or a list of values, as people read it.
func written(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	var items []string
	for _, i := range n.Content {
		items = append(items, i.Value)
	}
	return strings.Join(items, ", ")
}

func (m mapping) number(key string, low, high float64, to *float64) {
	m.param(key, func(n *yaml.Node, field string) { *to = m.f.Number(n, field, low, high) })
}

func (m mapping) whole(key string, low, high float64, to *int) {
	m.param(key, func(n *yaml.Node, field string) {
		v := m.f.Number(n, field, low, high)
		if v != float64(int(v)) {
			m.f.Report(n, field, "not-whole", "value", n.Value)
		}
		*to = int(v)
	})
}

func (r *Rule) window(m mapping) {
	w := &r.Window
	m.param("from", func(n *yaml.Node, field string) { w.From = m.f.clock(n, field) })
	m.param("until", func(n *yaml.Node, field string) {
		if w.Until = m.f.clock(n, field); w.Until <= w.From {
			m.f.Report(n, field, "window-empty", "value", n.Value)
		} else if w.Until-w.From > longestWindow {
			m.f.Report(n, field, "window-long", "value", n.Value, "hours", form.Decimal(longestWindow/3600))
		}
	})
	m.whole("step", 1, 3600, &w.Step)
	m.number("percentile", 1, 100, &w.Percentile)
	m.Done()
}

func (r *Rule) walk(m mapping) {
	w := &r.Walk
	m.number("access", 1, 120, &w.Access)
	m.number("change", 1, 120, &w.Change)
	m.number("egress", 1, 120, &w.Egress)
	m.whole("slack", 1, 3600, &w.Slack)
	m.number("longest", 1, 240, &w.Longest)
	m.Done()
}

func (r *Rule) bicycle(m mapping) {
	b := &r.Bicycle
	m.number("access", 1, 120, &b.Access)
	m.number("change", 1, 120, &b.Change)
	m.number("egress", 1, 120, &b.Egress)
	m.Done()
}

func (r *Rule) car(m mapping) {
	m.number("door", 0, 60, &r.Car.Door)
	m.number("congestion", 1, 10, &r.Car.Congestion)
	m.Done()
}

func (r *Rule) halfHour(m mapping) {
	h := &r.HalfHour
	m.limit(&r.HalfHour.Minutes, r.Walk.Longest, r.Car.Door)
	m.List("services", true, 0, func(n *yaml.Node, field string) {
		s := m.f.mapping(n, field)
		one := Service{ID: s.Text("id", true), Name: s.both("name")}
		s.param("kinds", func(n *yaml.Node, field string) {
			kinds := append([]string{area.AnchorCity}, area.AnchorKinds...)
			for _, k := range list(m.f, n, field) {
				one.Kinds = append(one.Kinds, m.f.One(k, field, kinds))
			}
		})
		s.Done()
		if slices.ContainsFunc(h.Services, func(other Service) bool { return other.ID == one.ID }) {
			m.f.Report(n, field+".id", "id-twice", "value", one.ID)
		}
		h.Services = append(h.Services, one)
	})
	m.List("missing", true, 0, func(n *yaml.Node, field string) {
		s := m.f.mapping(n, field)
		h.Missing = append(h.Missing, Missing{ID: s.Text("id", true), Name: s.both("name")})
		s.Done()
	})
	m.Done()
}

// list are the items of a list that is not empty.
func list(f *reader, n *yaml.Node, field string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		f.Report(n, field, "not-a-list")
		return nil
	}
	return n.Content
}

// limit reads the minutes of a circle, which no journey may be cut short of, and of
// which getting to a car and from it leaves some.
func (m mapping) limit(to *float64, longest, door float64) {
	m.param("minutes", func(n *yaml.Node, field string) {
		if *to = m.f.Number(n, field, 1, 240); *to+widest > longest && longest > 0 {
			m.f.Report(n, field, "past-longest", "value", n.Value, "longest", form.Decimal(longest), "more", form.Decimal(widest))
		} else if *to <= door {
			m.f.Report(n, field, "within-door", "value", n.Value, "door", form.Decimal(door))
		}
	})
}

func (r *Rule) oneHour(m mapping) {
	m.limit(&r.OneHour.Minutes, r.Walk.Longest, r.Car.Door)
	m.param("headline", func(n *yaml.Node, field string) {
		r.OneHour.Headline = m.f.One(n, field, []string{Nearest, Own, All})
	})
	m.Done()
}
