package scenario

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
)

// Format is the version of the files of works that this package reads.
const Format = 1

// Modes are the ways of moving on streets that an edit can name.
var Modes = []string{"car", "bicycle", "walk"}

// Read reads a file of works. It returns them, or nil and every problem of the file.
func Read(file string, b []byte) ([]area.Work, []Problem) {
	f := &form{file: file}
	m := f.open(b)
	if m == nil {
		return nil, f.problems
	}
	m.whole("format", true, Format, Format)
	var works []area.Work
	m.items("works", true, 1, func(n *yaml.Node, field string) {
		w := f.work(n, field)
		if slices.ContainsFunc(works, func(o area.Work) bool { return o.ID == w.ID && w.ID != "" }) {
			f.report(n, field+".id", "id-twice", "value", w.ID)
		}
		works = append(works, w)
	})
	m.done()
	if len(f.problems) > 0 {
		return nil, f.problems
	}
	return works, nil
}

func (f *form) work(n *yaml.Node, field string) area.Work {
	m := f.mapping(n, field)
	if m == nil {
		return area.Work{}
	}
	w := area.Work{ID: m.text("id", true), Name: m.both("name"), Project: m.text("project", false), Yuan: m.number("yuan", false, 0, 1e13),
		Ref: area.Ref{File: f.file, Line: n.Line}}
	if strings.ContainsAny(w.ID, ", \t\n") || w.ID == Base {
		f.report(m.take("id", false), m.path("id"), "bad-id", "value", w.ID)
	}
	if d := m.date("opens", false); d != 0 {
		w.Opens = &area.Dated{Date: d, Known: d}
	}
	w.Source, w.Grade = m.text("source", false), area.Grade(m.text("grade", false))
	if w.Grade == "" {
		w.Grade = area.GradeAssumed
	}
	if !slices.Contains(area.Grades, w.Grade) {
		f.report(m.take("grade", false), m.path("grade"), "not-one-of", "value", string(w.Grade), "known", joined(area.Grades))
	}
	m.items("edits", true, 1, func(n *yaml.Node, field string) { w.Edits = append(w.Edits, f.edit(n, field)) })
	m.done()
	return w
}

// Base is the name of the network without works, which no work can have.
const Base = "base"

func joined[T ~string](list []T) string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return strings.Join(out, ", ")
}

func (f *form) edit(n *yaml.Node, field string) area.Edit {
	m := f.mapping(n, field)
	if m == nil {
		return area.Edit{}
	}
	e := area.Edit{Kind: area.EditKind(m.text("kind", true)), Ref: area.Ref{File: f.file, Line: n.Line}}
	if read := readers[e.Kind]; read != nil {
		read(m, &e)
		m.done()
	} else if e.Kind != "" {
		f.report(m.take("kind", false), m.path("kind"), "not-one-of", "value", string(e.Kind), "known", joined(area.EditKinds))
	}
	return e
}

// readers take the fields of each kind.
var readers = map[area.EditKind]func(*mapping, *area.Edit){
	area.OpenSection:  func(m *mapping, e *area.Edit) { e.Section = m.text("section", true) },
	area.CloseSection: func(m *mapping, e *area.Edit) { e.Section = m.text("section", true) },
	area.AddLine:      readLine,
	area.DropLine:     func(m *mapping, e *area.Edit) { e.Line = m.text("line", true) },
	area.Headway: func(m *mapping, e *area.Edit) {
		e.Line, e.Factor = m.text("line", true), m.number("factor", false, 0.1, 20)
		m.bands(e, false)
		m.either("factor", "bands", e.Factor != 0, e.Bands != nil)
	},
	area.Shift: func(m *mapping, e *area.Edit) {
		e.Line, e.Seconds = m.text("line", true), m.whole("seconds", true, -86400, 86400)
	},
	area.SkipStop: func(m *mapping, e *area.Edit) { e.Line, e.Stop = m.text("line", true), m.text("stop", true) },
	area.AddStop: func(m *mapping, e *area.Edit) {
		e.Line, e.Stop = m.text("line", true), m.text("stop", true)
		e.Dwell, e.Seconds = m.whole("dwell", false, 0, 3600), m.whole("seconds", false, 0, 3600)
		m.stops(e, 1)
		if len(e.Stops) > 1 {
			m.f.report(m.take("stops", false), m.path("stops"), "one-stop")
		}
	},
	area.RunTime: func(m *mapping, e *area.Edit) {
		e.Line, e.Factor = m.text("line", true), m.number("factor", true, 0.1, 10)
	},
	area.AddRoad: func(m *mapping, e *area.Edit) {
		e.Path, e.Kmh, e.OneWay = m.points("path", true, 2), m.number("kmh", true, 1, 400), m.flag("oneWay")
		m.modes(e)
	},
	area.CloseRoad: func(m *mapping, e *area.Edit) { m.where(e); m.modes(e) },
	area.RoadSpeed: func(m *mapping, e *area.Edit) {
		m.where(e)
		e.Factor, e.Kmh = m.number("factor", false, 0.01, 10), m.number("kmh", false, 1, 400)
		m.either("factor", "kmh", e.Factor != 0, e.Kmh != 0)
		m.modes(e)
	},
	area.AddFacility: readFacility,
	area.DropFacility: func(m *mapping, e *area.Edit) {
		if n := m.take("facility", true); n != nil {
			c := m.f.mapping(n, m.path("facility"))
			e.Facility = &area.Facility{ID: c.text("id", true)}
			c.done()
		}
	},
}

// either reports that of two fields not exactly one is there.
func (m *mapping) either(a, b string, hasA, hasB bool) {
	if hasA == hasB {
		m.f.report(m.node, m.field, "one-of-two", "a", a, "b", b)
	}
}

func readLine(m *mapping, e *area.Edit) {
	e.Line, e.Dwell, e.OneWay = m.text("line", true), m.whole("dwell", false, 0, 3600), m.flag("oneWay")
	m.stops(e, 2)
	m.items("run", true, 1, func(n *yaml.Node, field string) { e.Run = append(e.Run, m.f.whole(n, field, 1, 86400)) })
	if len(e.Run) != len(e.Stops)-1 && len(e.Run) > 0 && len(e.Stops) > 1 {
		m.f.report(m.take("run", false), m.path("run"), "run-count", "runs", trim(float64(len(e.Run))), "stops", trim(float64(len(e.Stops))))
	}
	m.bands(e, true)
}

func (m *mapping) stops(e *area.Edit, least int) {
	m.items("stops", true, least, func(n *yaml.Node, field string) {
		if n.Kind == yaml.ScalarNode && n.Value != "" { // one that the timetable has
			e.Stops = append(e.Stops, area.Place{Name: n.Value})
			return
		}
		c := m.f.mapping(n, field)
		p := area.Place{Name: c.text("name", true)}
		if at := c.take("point", false); at != nil {
			p.Point = m.f.point(at, c.path("point"))
		}
		c.done()
		e.Stops = append(e.Stops, p)
	})
}

func (m *mapping) bands(e *area.Edit, needed bool) {
	m.items("bands", needed, 1, func(n *yaml.Node, field string) {
		c := m.f.mapping(n, field)
		if c == nil {
			return
		}
		b := area.Band{From: c.clock("from"), Until: c.clock("until"), Headway: c.whole("headway", true, 10, 86400)}
		if b.Until <= b.From {
			m.f.report(n, field, "clock-order")
		}
		c.done()
		e.Bands = append(e.Bands, b)
	})
}

func (m *mapping) modes(e *area.Edit) {
	m.items("modes", false, 1, func(n *yaml.Node, field string) {
		if !slices.Contains(Modes, n.Value) {
			m.f.report(n, field, "not-one-of", "value", n.Value, "known", joined(Modes))
		}
		e.Modes = append(e.Modes, n.Value)
	})
}

// where reads what chooses streets.
func (m *mapping) where(e *area.Edit) {
	n := m.take("where", true)
	if n == nil {
		return
	}
	c := m.f.mapping(n, m.path("where"))
	if c == nil {
		return
	}
	w := &e.Where
	w.Name = c.text("name", false)
	c.items("ways", false, 1, func(n *yaml.Node, field string) {
		w.Ways = append(w.Ways, int64(m.f.whole(n, field, 1, 1<<50)))
	})
	w.Ring = c.points("ring", false, 3)
	if b := c.take("box", false); b != nil {
		if b.Kind != yaml.SequenceNode || len(b.Content) != 4 {
			m.f.report(b, c.path("box"), "not-a-box")
		} else {
			var v [4]float64
			for i, n := range b.Content {
				v[i] = m.f.number(n, c.path("box"), -180, 180)
			}
			w.Ring = [][2]float64{{v[0], v[1]}, {v[2], v[1]}, {v[2], v[3]}, {v[0], v[3]}}
		}
	}
	c.done()
	if w.Name == "" && w.Ways == nil && w.Ring == nil {
		m.f.report(n, m.path("where"), "nowhere")
	}
}

func readFacility(m *mapping, e *area.Edit) {
	n := m.take("facility", true)
	if n == nil {
		return
	}
	c := m.f.mapping(n, m.path("facility"))
	if c == nil {
		return
	}
	e.Facility = &area.Facility{ID: c.text("id", true), Kind: c.text("kind", true), Name: c.both("name")}
	if at := c.take("point", true); at != nil {
		e.Facility.Point = m.f.point(at, c.path("point"))
	}
	c.done()
}
