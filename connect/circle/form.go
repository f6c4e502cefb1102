package circle

import (
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
)

// Problem is a fault in a rule file; its words are under "circle.check.<Code>".
type Problem = form.Problem

// reader reads one rule, and gathers its parameters.
type reader struct {
	*form.Form
	parameters []Parameter
}

// mapping is a mapping of it.
type mapping struct {
	*form.Mapping
	f *reader
}

func (f *reader) open(b []byte) mapping { return mapping{f.Open(b), f} }
func (f *reader) mapping(n *yaml.Node, field string) mapping {
	return mapping{f.Form.Mapping(n, field), f}
}
func (m mapping) child(key string) mapping { return mapping{m.Child(key, true), m.f} }

// both reads a text in the two languages.
func (m mapping) both(key string) area.Text {
	c := m.child(key)
	t := area.Text{Zh: c.Text("zh", true), En: c.Text("en", true)}
	c.Done()
	return t
}

var clock = regexp.MustCompile(`^([0-9]{2}):([0-5][0-9])$`)

// clock reads hh:mm, up to 30:00.
func (f *reader) clock(n *yaml.Node, field string) area.Clock {
	m := clock.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		f.Report(n, field, "not-a-clock", "value", n.Value)
		return 0
	}
	h, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	if h > 30 {
		f.Report(n, field, "not-a-clock", "value", n.Value)
	}
	return area.Clock(h*3600 + minute*60)
}
