package scenario

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
)

// Format is the version of the files of works that this package reads.
const Format = 1

// Modes are the ways of moving on streets that an edit can name.
var Modes = []string{"car", "bicycle", "walk"}

// Read reads a file of works. It returns them, or nil and every problem of the file.
func Read(file string, b []byte) ([]area.Work, []Problem) {
	f := reader{Form: &form.Form{File: file}}
	m := f.open(b)
	if m.Mapping == nil {
		return nil, f.Problems
	}
	m.Whole("format", true, Format, Format)
	var works []area.Work
	m.List("works", true, 1, func(n *yaml.Node, field string) {
		w := f.work(n, field)
		if slices.ContainsFunc(works, func(o area.Work) bool { return o.ID == w.ID && w.ID != "" }) {
			f.Report(n, field+".id", "id-twice", "value", w.ID)
		}
		works = append(works, w)
	})
	m.Done()
	if len(f.Problems) > 0 {
		return nil, f.Problems
	}
	return works, nil
}

func (f reader) work(n *yaml.Node, field string) area.Work {
	m := f.mapping(n, field)
	if m.Mapping == nil {
		return area.Work{}
	}
	w := area.Work{ID: m.Text("id", true), Name: m.both("name"), Project: m.Text("project", false), Yuan: m.Number("yuan", false, 0, 1e13),
		Ref: area.Ref{File: f.File, Line: n.Line}}
	if strings.ContainsAny(w.ID, ", \t\n") || w.ID == Base {
		f.Report(m.Take("id", false), m.Path("id"), "bad-id", "value", w.ID)
	}
	if d := m.date("opens", false); d != 0 {
		w.Opens = &area.Dated{Date: d, Known: d}
	}
	w.Source, w.Grade = m.Text("source", false), area.Grade(m.Text("grade", false))
	if w.Grade == "" {
		w.Grade = area.GradeAssumed
	}
	if !slices.Contains(area.Grades, w.Grade) {
		f.Report(m.Take("grade", false), m.Path("grade"), "not-one-of", "value", string(w.Grade), "known", joined(area.Grades))
	}
	m.List("edits", true, 1, func(n *yaml.Node, field string) { w.Edits = append(w.Edits, f.edit(n, field)) })
	m.Done()
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

func (f reader) edit(n *yaml.Node, field string) area.Edit {
	m := f.mapping(n, field)
	if m.Mapping == nil {
		return area.Edit{}
	}
	e := area.Edit{Kind: area.EditKind(m.Text("kind", true)), Ref: area.Ref{File: f.File, Line: n.Line}}
	if read := readers[e.Kind]; read != nil {
		read(m, &e)
		m.Done()
	} else if e.Kind != "" {
		f.Report(m.Take("kind", false), m.Path("kind"), "not-one-of", "value", string(e.Kind), "known", joined(area.EditKinds))
	}
	return e
}

// readers take the fields of each kind.
var readers = map[area.EditKind]func(mapping, *area.Edit){
	area.OpenSection:  func(m mapping, e *area.Edit) { e.Section = m.Text("section", true) },
	area.CloseSection: func(m mapping, e *area.Edit) { e.Section = m.Text("section", true) },
	area.AddLine:      readLine,
	area.DropLine:     func(m mapping, e *area.Edit) { e.Line = m.Text("line", true) },
	area.Headway: func(m mapping, e *area.Edit) {
		e.Line, e.Factor = m.Text("line", true), m.Number("factor", false, 0.1, 20)
		m.bands(e, false)
		m.either("factor", "bands", e.Factor != 0, e.Bands != nil)
	},
	area.Shift: func(m mapping, e *area.Edit) {
		e.Line, e.Seconds = m.Text("line", true), m.Whole("seconds", true, -86400, 86400)
	},
	area.SkipStop: func(m mapping, e *area.Edit) { e.Line, e.Stop = m.Text("line", true), m.Text("stop", true) },
	area.AddStop: func(m mapping, e *area.Edit) {
		e.Line, e.Stop = m.Text("line", true), m.Text("stop", true)
		e.Dwell, e.Seconds = m.Whole("dwell", false, 0, 3600), m.Whole("seconds", false, 0, 3600)
		m.stops(e, 1)
		if len(e.Stops) > 1 {
			m.f.Report(m.Take("stops", false), m.Path("stops"), "one-stop")
		}
	},
	area.RunTime: func(m mapping, e *area.Edit) {
		e.Line, e.Factor = m.Text("line", true), m.Number("factor", true, 0.1, 10)
	},
	area.AddRoad: func(m mapping, e *area.Edit) {
		e.Path, e.Kmh, e.OneWay = m.points("path", true, 2), m.Number("kmh", true, 1, 400), m.Flag("oneWay", false)
		m.modes(e)
	},
	area.CloseRoad: func(m mapping, e *area.Edit) { m.where(e); m.modes(e) },
	area.RoadSpeed: func(m mapping, e *area.Edit) {
		m.where(e)
		e.Factor, e.Kmh = m.Number("factor", false, 0.01, 10), m.Number("kmh", false, 1, 400)
		m.either("factor", "kmh", e.Factor != 0, e.Kmh != 0)
		m.modes(e)
	},
	area.AddFacility: readFacility,
	area.DropFacility: func(m mapping, e *area.Edit) {
		if n := m.Take("facility", true); n != nil {
			c := m.f.mapping(n, m.Path("facility"))
			e.Facility = &area.Facility{ID: c.Text("id", true)}
			c.Done()
		}
	},
}

// either reports that of two fields not exactly one is there.
func (m mapping) either(a, b string, hasA, hasB bool) {
	if hasA == hasB {
		m.f.Report(m.Node, m.Field, "one-of-two", "a", a, "b", b)
	}
}

func readLine(m mapping, e *area.Edit) {
	e.Line, e.Dwell, e.OneWay = m.Text("line", true), m.Whole("dwell", false, 0, 3600), m.Flag("oneWay", false)
	m.stops(e, 2)
	m.List("run", true, 1, func(n *yaml.Node, field string) { e.Run = append(e.Run, m.f.Whole(n, field, 1, 86400)) })
	if len(e.Run) != len(e.Stops)-1 && len(e.Run) > 0 && len(e.Stops) > 1 {
		m.f.Report(m.Take("run", false), m.Path("run"), "run-count", "runs", form.Decimal(float64(len(e.Run))), "stops", form.Decimal(float64(len(e.Stops))))
	}
	m.bands(e, true)
}

func (m mapping) stops(e *area.Edit, least int) {
	m.List("stops", true, least, func(n *yaml.Node, field string) {
		if n.Kind == yaml.ScalarNode && n.Value != "" { // one that the timetable has
			e.Stops = append(e.Stops, area.Place{Name: n.Value})
			return
		}
		c := m.f.mapping(n, field)
		p := area.Place{Name: c.Text("name", true)}
		if at := c.Take("point", false); at != nil {
			p.Point = m.f.point(at, c.Path("point"))
		}
		c.Done()
		e.Stops = append(e.Stops, p)
	})
}

func (m mapping) bands(e *area.Edit, needed bool) {
	m.List("bands", needed, 1, func(n *yaml.Node, field string) {
		c := m.f.mapping(n, field)
		if c.Mapping == nil {
			return
		}
		b := area.Band{From: c.clock("from"), Until: c.clock("until"), Headway: c.Whole("headway", true, 10, 86400)}
		if b.Until <= b.From {
			m.f.Report(n, field, "clock-order")
		}
		c.Done()
		e.Bands = append(e.Bands, b)
	})
}

func (m mapping) modes(e *area.Edit) {
	m.List("modes", false, 1, func(n *yaml.Node, field string) {
		if !slices.Contains(Modes, n.Value) {
			m.f.Report(n, field, "not-one-of", "value", n.Value, "known", joined(Modes))
		}
		e.Modes = append(e.Modes, n.Value)
	})
}

// where reads what chooses streets.
func (m mapping) where(e *area.Edit) {
	n := m.Take("where", true)
	if n == nil {
		return
	}
	c := m.f.mapping(n, m.Path("where"))
	if c.Mapping == nil {
		return
	}
	w := &e.Where
	w.Name = c.Text("name", false)
	c.List("ways", false, 1, func(n *yaml.Node, field string) {
		w.Ways = append(w.Ways, int64(m.f.Whole(n, field, 1, 1<<50)))
	})
	w.Ring = c.points("ring", false, 3)
	if b := c.Take("box", false); b != nil {
		if b.Kind != yaml.SequenceNode || len(b.Content) != 4 {
			m.f.Report(b, c.Path("box"), "not-a-box")
		} else {
			var v [4]float64
			for i, n := range b.Content {
				v[i] = m.f.Number(n, c.Path("box"), -180, 180)
			}
			w.Ring = [][2]float64{{v[0], v[1]}, {v[2], v[1]}, {v[2], v[3]}, {v[0], v[3]}}
		}
	}
	c.Done()
	if w.Name == "" && w.Ways == nil && w.Ring == nil {
		m.f.Report(n, m.Path("where"), "nowhere")
	}
}

func readFacility(m mapping, e *area.Edit) {
	n := m.Take("facility", true)
	if n == nil {
		return
	}
	c := m.f.mapping(n, m.Path("facility"))
	if c.Mapping == nil {
		return
	}
	e.Facility = &area.Facility{ID: c.Text("id", true), Kind: c.Text("kind", true), Name: c.both("name")}
	if at := c.Take("point", true); at != nil {
		e.Facility.Point = m.f.point(at, c.Path("point"))
	}
	c.Done()
}
