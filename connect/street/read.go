package street

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// verdicts are the words for access in a profile.
var verdicts = map[string]Verdict{"no": {No, false}, "ends": {Ends, false}, "push": {Yes, true}, "yes": {Yes, false}}

// format is the version of the files this package reads.
const format = "1"

// ReadProfile reads a profile and reports every fault of it; the profile is nil if
// there is any.
func ReadProfile(file string, b []byte) (*Profile, []Problem) {
	f := &form{file: file}
	m := f.open(b)
	if m == nil {
		return nil, f.problems
	}
	p := &Profile{}
	m.version()
	p.ID = m.text("id")
	p.TopKmh = m.number("top_kmh", 0.1, 400)
	p.PushKmh = m.number("push_kmh", 0.1, 20)
	p.access(m.child("access"))
	p.oneway(m.child("oneway"))
	p.classes(m)
	p.refine(m)
	p.limit(m.child("limit"))
	p.surfaces(m)
	p.ferry(m.child("ferry"))
	p.barriers(m)
	m.items("delays", func(n *yaml.Node, field string) {
		if d := f.mapping(n, field); d != nil {
			p.Delays = append(p.Delays, Delay{d.tag("tag"), d.time("seconds", 3600)})
			d.done()
		}
	})
	if t := m.child("turns"); t != nil {
		p.Turns = Turns{t.time("left", 600), t.time("right", 600), t.time("u_turn", 600)}
		t.done()
	}
	if r := m.child("restrictions"); r != nil {
		p.Restrictions = RestrictionKeys{r.texts("keys"), r.texts("except")}
		r.done()
	}
	p.snap(m.child("snap"))
	p.slope(m)
	m.done()
	if len(f.problems) > 0 {
		return nil, f.problems
	}
	return p, nil
}

func (m *mapping) version() {
	if n := m.take("format", true); n != nil && n.Value != format {
		m.f.report(n, "format", "other-format", "value", n.Value, "known", format)
	}
}

func (m *mapping) tag(key string) Tag {
	if n := m.take(key, true); n != nil {
		return m.f.tag(n, m.path(key))
	}
	return Tag{}
}

func (f *form) verdict(n *yaml.Node, field string) Verdict {
	v, ok := verdicts[n.Value]
	if n.Kind != yaml.ScalarNode || !ok {
		f.report(n, field, "not-an-access", "value", n.Value)
	}
	return v
}

// verdict takes an optional verdict; nil where there is none.
func (m *mapping) verdict(key string) *Verdict {
	n := m.take(key, false)
	if n == nil {
		return nil
	}
	v := m.f.verdict(n, m.path(key))
	return &v
}

func (p *Profile) access(m *mapping) {
	if m == nil {
		return
	}
	p.Keys = m.texts("keys")
	if len(p.Keys) == 0 {
		m.f.report(m.node, m.path("keys"), "empty-list")
	}
	p.Values = map[string]Verdict{}
	for _, word := range []string{"yes", "ends", "push", "no"} {
		m.items(word, func(n *yaml.Node, field string) {
			v := m.f.text(n, field)
			if _, twice := p.Values[v]; twice {
				m.f.report(n, field, "two-meanings", "value", v)
			}
			p.Values[v] = verdicts[word]
		})
	}
	p.Exclude = m.tags("exclude")
	m.done()
}

func (p *Profile) oneway(m *mapping) {
	if m == nil {
		return
	}
	p.Oneway = Oneway{Keys: m.texts("keys"), Forward: m.tags("forward"), Backward: m.tags("backward"), Both: m.tags("both")}
	m.done()
}

func (p *Profile) classes(m *mapping) {
	p.Classes = map[Tag]Class{}
	m.each("classes", func(k *yaml.Node, field string, n *yaml.Node) {
		c := m.f.mapping(n, field)
		if c == nil {
			return
		}
		t := Tag{"highway", k.Value}
		if strings.Contains(k.Value, "=") {
			t = m.f.tag(k, field)
		}
		class := Class{Name: k.Value, Kmh: c.number("kmh", 0.1, 400), Default: Verdict{Yes, false}}
		if v := c.verdict("access"); v != nil {
			class.Default = *v
		}
		c.done()
		p.Classes[t] = class
	})
	if len(p.Classes) == 0 {
		m.f.report(m.node, m.path("classes"), "empty-list")
	}
	if len(p.Classes) > 250 {
		m.f.report(m.node, m.path("classes"), "too-many", "high", "250")
	}
}

func (p *Profile) refine(m *mapping) {
	m.items("refine", func(n *yaml.Node, field string) {
		r := m.f.mapping(n, field)
		if r == nil {
			return
		}
		one := Refinement{Tag: r.tag("tag"), Default: r.verdict("access")}
		if k := r.take("kmh", false); k != nil {
			one.Kmh = m.f.number(k, r.path("kmh"), 0.1, 400)
		}
		if one.Kmh == 0 && one.Default == nil {
			m.f.report(n, field, "changes-nothing")
		}
		r.done()
		p.Refine = append(p.Refine, one)
	})
}

func (p *Profile) limit(m *mapping) {
	if m == nil {
		return
	}
	p.Limit = LimitUse{Keys: m.texts("keys"), Share: m.number("share", 0.01, 2), UnlimitedKmh: m.number("unlimited_kmh", 1, 400), WalkKmh: m.number("walk_kmh", 1, 20), Implied: m.flag("implied")}
	switch n := m.take("use", true); {
	case n == nil:
	case n.Value == "drive" || n.Value == "cap":
		p.Limit.Drive = n.Value == "drive"
	default:
		m.f.report(n, m.path("use"), "not-one-of", "value", n.Value, "known", "drive, cap")
	}
	m.done()
}

func (p *Profile) surfaces(m *mapping) {
	p.Surfaces = map[Tag]float64{}
	m.each("surfaces", func(k *yaml.Node, field string, n *yaml.Node) {
		if t := m.f.tag(k, field); t != (Tag{}) {
			p.Surfaces[t] = m.f.number(n, field, 0, 1)
		}
	})
}

func (p *Profile) ferry(m *mapping) {
	if m == nil {
		return
	}
	p.Ferry = Ferry{Kmh: m.number("kmh", 0.1, 200), Board: m.time("board", 24*3600), Unless: m.texts("unless"), Default: Verdict{Yes, false}}
	if v := m.verdict("access"); v != nil {
		p.Ferry.Default = *v
	}
	m.done()
}

func (p *Profile) barriers(m *mapping) {
	p.Barriers = map[string]Verdict{}
	m.each("barriers", func(k *yaml.Node, field string, n *yaml.Node) {
		p.Barriers[k.Value] = m.f.verdict(n, field)
	})
}

func (p *Profile) snap(m *mapping) {
	if m == nil {
		return
	}
	p.Snap = SnapRule{Limit: m.number("limit_m", 1, 100_000), Kmh: m.number("kmh", 0.1, 100)}
	p.Snap.Avoid = p.known(m, "avoid")
	m.done()
}

// known reads a list of classes that the profile has.
func (p *Profile) known(m *mapping, key string) []string {
	var out []string
	m.items(key, func(n *yaml.Node, field string) {
		name := m.f.text(n, field)
		if !p.knows(name) {
			m.f.report(n, field, "unknown-class", "value", name)
		}
		out = append(out, name)
	})
	return out
}

func (p *Profile) knows(class string) bool {
	if class == ferryClass {
		return true
	}
	for _, c := range p.Classes {
		if c.Name == class {
			return true
		}
	}
	return false
}

// ReadLimits reads the legal speeds of countries and reports every fault.
func ReadLimits(file string, b []byte) (*Limits, []Problem) {
	f := &form{file: file}
	m := f.open(b)
	if m == nil {
		return nil, f.problems
	}
	m.version()
	l := &Limits{Countries: map[string]Country{}}
	m.each("countries", func(k *yaml.Node, field string, n *yaml.Node) {
		c := f.mapping(n, field)
		if c == nil {
			return
		}
		if len(k.Value) != 2 || k.Value != strings.ToUpper(k.Value) {
			f.report(k, field, "not-a-country", "value", k.Value)
		}
		l.Countries[k.Value] = Country{c.speeds("zones"), c.speeds("classes")}
		c.done()
	})
	m.done()
	if len(f.problems) > 0 {
		return nil, f.problems
	}
	return l, nil
}

func (m *mapping) speeds(key string) map[string]float64 {
	out := map[string]float64{}
	m.each(key, func(k *yaml.Node, field string, n *yaml.Node) {
		out[k.Value] = m.f.number(n, field, 1, 400)
	})
	return out
}
