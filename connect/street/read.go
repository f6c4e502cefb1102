package street

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/kit/form"
)

// verdicts are the words for access in a profile.
var verdicts = map[string]Verdict{"no": {No, false}, "ends": {Ends, false}, "push": {Yes, true}, "yes": {Yes, false}}

// format is the version of the files this package reads.
const format = "1"

// ReadProfile reads a profile and reports every fault of it; the profile is nil if
// there is any.
func ReadProfile(file string, b []byte) (*Profile, []Problem) {
	f := sheet{Form: &form.Form{File: file}}
	m := f.open(b)
	if m.Mapping == nil {
		return nil, f.Problems
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
		if d := f.mapping(n, field); d.Mapping != nil {
			p.Delays = append(p.Delays, Delay{d.tag("tag"), d.time("seconds", 3600)})
			d.Done()
		}
	})
	if t := m.child("turns"); t.Mapping != nil {
		p.Turns = Turns{t.time("left", 600), t.time("right", 600), t.time("u_turn", 600)}
		t.Done()
	}
	if r := m.child("restrictions"); r.Mapping != nil {
		p.Restrictions = RestrictionKeys{r.texts("keys"), r.texts("except")}
		r.Done()
	}
	p.snap(m.child("snap"))
	p.slope(m)
	m.Done()
	if len(f.Problems) > 0 {
		return nil, f.Problems
	}
	return p, nil
}

func (m mapping) version() {
	if n := m.Take("format", true); n != nil && n.Value != format {
		m.f.Report(n, "format", "other-format", "value", n.Value, "known", format)
	}
}

func (m mapping) tag(key string) Tag {
	if n := m.Take(key, true); n != nil {
		return m.f.tag(n, m.Path(key))
	}
	return Tag{}
}

func (f sheet) verdict(n *yaml.Node, field string) Verdict {
	v, ok := verdicts[n.Value]
	if n.Kind != yaml.ScalarNode || !ok {
		f.Report(n, field, "not-an-access", "value", n.Value)
	}
	return v
}

// verdict takes an optional verdict; nil where there is none.
func (m mapping) verdict(key string) *Verdict {
	n := m.Take(key, false)
	if n == nil {
		return nil
	}
	v := m.f.verdict(n, m.Path(key))
	return &v
}

func (p *Profile) access(m mapping) {
	if m.Mapping == nil {
		return
	}
	p.Keys = m.texts("keys")
	if len(p.Keys) == 0 {
		m.f.Report(m.Node, m.Path("keys"), "empty-list")
	}
	p.Values = map[string]Verdict{}
	for _, word := range []string{"yes", "ends", "push", "no"} {
		m.items(word, func(n *yaml.Node, field string) {
			v := m.f.Text(n, field)
			if _, twice := p.Values[v]; twice {
				m.f.Report(n, field, "two-meanings", "value", v)
			}
			p.Values[v] = verdicts[word]
		})
	}
	p.Exclude = m.tags("exclude")
	m.Done()
}

func (p *Profile) oneway(m mapping) {
	if m.Mapping == nil {
		return
	}
	p.Oneway = Oneway{Keys: m.texts("keys"), Forward: m.tags("forward"), Backward: m.tags("backward"), Both: m.tags("both")}
	m.Done()
}

func (p *Profile) classes(m mapping) {
	p.Classes = map[Tag]Class{}
	m.each("classes", func(k *yaml.Node, field string, n *yaml.Node) {
		c := m.f.mapping(n, field)
		if c.Mapping == nil {
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
		c.Done()
		p.Classes[t] = class
	})
	if len(p.Classes) == 0 {
		m.f.Report(m.Node, m.Path("classes"), "empty-list")
	}
	if len(p.Classes) > 250 {
		m.f.Report(m.Node, m.Path("classes"), "too-many", "high", "250")
	}
}

func (p *Profile) refine(m mapping) {
	m.items("refine", func(n *yaml.Node, field string) {
		r := m.f.mapping(n, field)
		if r.Mapping == nil {
			return
		}
		one := Refinement{Tag: r.tag("tag"), Default: r.verdict("access")}
		if k := r.Take("kmh", false); k != nil {
			one.Kmh = m.f.Number(k, r.Path("kmh"), 0.1, 400)
		}
		if one.Kmh == 0 && one.Default == nil {
			m.f.Report(n, field, "changes-nothing")
		}
		r.Done()
		p.Refine = append(p.Refine, one)
	})
}

func (p *Profile) limit(m mapping) {
	if m.Mapping == nil {
		return
	}
	p.Limit = LimitUse{Keys: m.texts("keys"), Share: m.number("share", 0.01, 2), UnlimitedKmh: m.number("unlimited_kmh", 1, 400), WalkKmh: m.number("walk_kmh", 1, 20), Implied: m.flag("implied")}
	switch n := m.Take("use", true); {
	case n == nil:
	case n.Value == "drive" || n.Value == "cap":
		p.Limit.Drive = n.Value == "drive"
	default:
		m.f.Report(n, m.Path("use"), "not-one-of", "value", n.Value, "known", "drive, cap")
	}
	m.Done()
}

func (p *Profile) surfaces(m mapping) {
	p.Surfaces = map[Tag]float64{}
	m.each("surfaces", func(k *yaml.Node, field string, n *yaml.Node) {
		if t := m.f.tag(k, field); t != (Tag{}) {
			p.Surfaces[t] = m.f.Number(n, field, 0, 1)
		}
	})
}

func (p *Profile) ferry(m mapping) {
	if m.Mapping == nil {
		return
	}
	p.Ferry = Ferry{Kmh: m.number("kmh", 0.1, 200), Board: m.time("board", 24*3600), Unless: m.texts("unless"), Default: Verdict{Yes, false}}
	if v := m.verdict("access"); v != nil {
		p.Ferry.Default = *v
	}
	m.Done()
}

func (p *Profile) barriers(m mapping) {
	p.Barriers = map[string]Verdict{}
	m.each("barriers", func(k *yaml.Node, field string, n *yaml.Node) {
		p.Barriers[k.Value] = m.f.verdict(n, field)
	})
}

func (p *Profile) snap(m mapping) {
	if m.Mapping == nil {
		return
	}
	p.Snap = SnapRule{Limit: m.number("limit_m", 1, 100_000), Kmh: m.number("kmh", 0.1, 100)}
	p.Snap.Avoid = p.known(m, "avoid")
	m.Done()
}

// known reads a list of classes that the profile has.
func (p *Profile) known(m mapping, key string) []string {
	var out []string
	m.items(key, func(n *yaml.Node, field string) {
		name := m.f.Text(n, field)
		if !p.knows(name) {
			m.f.Report(n, field, "unknown-class", "value", name)
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
	f := sheet{Form: &form.Form{File: file}}
	m := f.open(b)
	if m.Mapping == nil {
		return nil, f.Problems
	}
	m.version()
	l := &Limits{Countries: map[string]Country{}}
	m.each("countries", func(k *yaml.Node, field string, n *yaml.Node) {
		c := f.mapping(n, field)
		if c.Mapping == nil {
			return
		}
		if len(k.Value) != 2 || k.Value != strings.ToUpper(k.Value) {
			f.Report(k, field, "not-a-country", "value", k.Value)
		}
		l.Countries[k.Value] = Country{c.speeds("zones"), c.speeds("classes")}
		c.Done()
	})
	m.Done()
	if len(f.Problems) > 0 {
		return nil, f.Problems
	}
	return l, nil
}

func (m mapping) speeds(key string) map[string]float64 {
	out := map[string]float64{}
	m.each(key, func(k *yaml.Node, field string, n *yaml.Node) {
		out[k.Value] = m.f.Number(n, field, 1, 400)
	})
	return out
}
