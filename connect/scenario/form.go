package scenario

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
)

// reader reads one file of works.
type reader struct{ *form.Form }

// mapping is a mapping of it.
type mapping struct {
	*form.Mapping
	f reader
}

func (f reader) open(b []byte) mapping { return mapping{f.Open(b), f} }
func (f reader) mapping(n *yaml.Node, field string) mapping {
	return mapping{f.Form.Mapping(n, field), f}
}

// point reads [longitude, latitude].
func (f reader) point(n *yaml.Node, field string) (p [2]float64) {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		f.Report(n, field, "not-a-point")
		return p
	}
	return [2]float64{f.Number(n.Content[0], field, -180, 180), f.Number(n.Content[1], field, -90, 90)}
}

func (m mapping) points(key string, needed bool, least int) (out [][2]float64) {
	m.List(key, needed, least, func(n *yaml.Node, field string) { out = append(out, m.f.point(n, field)) })
	return out
}

func (m mapping) date(key string, needed bool) area.Date {
	text := m.Text(key, needed)
	if text == "" {
		return 0
	}
	d, err := area.ParseDate(text)
	if err != nil {
		m.f.Report(m.Take(key, false), m.Path(key), "not-a-date", "value", text)
	}
	return d
}

// clock reads hh:mm or hh:mm:ss, which may pass 24 hours.
func (m mapping) clock(key string) area.Clock {
	text := m.Text(key, true)
	parts := strings.Split(text, ":")
	at, ok := 0, text != "" && (len(parts) == 2 || len(parts) == 3)
	for i, high := range []int{47, 59, 59} {
		at *= 60
		if ok && i < len(parts) {
			v, err := strconv.Atoi(parts[i])
			ok = err == nil && v >= 0 && v <= high && len(parts[i]) <= 2
			at += v
		}
	}
	if !ok && text != "" {
		m.f.Report(m.Take(key, false), m.Path(key), "not-a-clock", "value", text)
	}
	return area.Clock(at)
}

// both reads a text in two languages, or one that is the same in both.
func (m mapping) both(key string) area.Text {
	n := m.Take(key, true)
	if n == nil {
		return area.Text{}
	}
	if n.Kind == yaml.ScalarNode && n.Value != "" {
		return area.Text{Zh: n.Value, En: n.Value}
	}
	c := m.f.mapping(n, m.Path(key))
	t := area.Text{Zh: c.Text("zh", true), En: c.Text("en", true)}
	c.Done()
	return t
}
