package pack

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"conurb/area"
	"conurb/plan"
)

// observer reads the tables of observations/ after everything else, so that
// each row is checked as it is read. There may be millions of rows: what it
// remembers of one is a few numbers.
type observer struct {
	l       *loader
	files   []string
	ids     map[string]written
	sayings map[said]written
	periods map[string]periodOrNot
	numbers map[string]int32 // ids of indicators, scopes, sources and periods in order of sight
}

// written is where a row stands.
type written struct{ file, line int32 }

// said is what makes two observations the same statement.
type said struct{ indicator, scope, source, period int32 }

type periodOrNot struct {
	plan.Period
	ok bool
}

func (l *loader) readObservations() {
	o := &observer{l: l, periods: map[string]periodOrNot{}, numbers: map[string]int32{}}
	rows := 0
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if path.Dir(name) == observations {
			o.files = append(o.files, name)
			rows += bytes.Count(l.files[name], []byte("\n"))
		}
	}
	rows = min(rows, 1<<20) // room to begin with, whatever the file pretends
	o.ids, o.sayings = make(map[string]written, rows), make(map[said]written, rows)
	l.pack.Plan.Observations = make([]plan.Observation, 0, rows)
	for _, name := range o.files {
		l.rows(name, []string{"id", "indicator", "scope", "period", "value", "source", "published", "grade"}, []string{"note"}, o.row)
	}
}

func (o *observer) row(r record, ref area.Ref) {
	l := o.l
	v := plan.Observation{
		ID: r.id("id", must), Version: 1, Grade: area.Grade(r.word("grade", must, grades...)),
		Note: strings.Clone(r.text("note", may)), By: "pack", Ref: ref,
	}
	v.Indicator = o.indicator(r)
	v.Value = o.value(r, v.Indicator)
	if c, ok := r.scalar("scope", must); ok && l.mustKnow("scope", c.text, c.at) {
		if s := l.pack.Scope(c.text); s != nil {
			v.Scope = s.ID
		}
	}
	p, known := o.period(r)
	v.Period = p.Period
	if i := l.indicatorOf(v.Indicator); known && i != nil && i.Period != "" && p.Kind() != i.Period {
		l.report(r.look.cell("period").at, "other-period-kind", "value", v.Period.String(), "kind", i.Period, "id", i.ID)
	}
	o.published(r, &v)
	if known && v.Published != 0 && v.Published < v.Period.Start() {
		l.report(r.look.cell("published").at, "published-too-early", "published", v.Published.String(), "period", v.Period.String())
	}
	o.once(r, &v, known)
	l.pack.Plan.Observations = append(l.pack.Plan.Observations, v)
}

// once reports an id used before, and a statement made before: the same figure
// of the same source for the same period and scope under two ids.
func (o *observer) once(r record, v *plan.Observation, known bool) {
	here := written{int32(slices.Index(o.files, v.Ref.File)), int32(v.Ref.Line)}
	if v.ID != "" {
		if first, twice := o.ids[v.ID]; twice {
			o.l.report(r.look.cell("id").at, "duplicate-id", "id", v.ID, "first", o.where(first))
			return
		}
		o.ids[v.ID] = here
	}
	if v.Indicator == "" || v.Scope == "" || !known {
		return
	}
	key := said{o.number(v.Indicator), o.number(v.Scope), o.number(v.Source), o.number(v.Period.String())}
	if first, twice := o.sayings[key]; twice {
		o.l.report(r.at, "same-observation", "first", o.where(first))
		return
	}
	o.sayings[key] = here
}

func (o *observer) number(word string) int32 {
	n, ok := o.numbers[word]
	if !ok {
		n = int32(len(o.numbers))
		o.numbers[word] = n
	}
	return n
}

func (o *observer) where(w written) string {
	return place{file: o.files[w.file], line: int(w.line)}.where()
}

func (o *observer) indicator(r record) string {
	c, ok := r.scalar("indicator", must)
	if !ok || !o.l.mustKnow("indicator", c.text, c.at) {
		return ""
	}
	i := o.l.indicatorOf(c.text)
	if i == nil {
		return ""
	}
	if i.Kind == "measured" {
		o.l.report(c.at, "observation-of-measured", "id", i.ID)
	}
	return i.ID
}

// value reads the figure and holds it against the best value possible.
func (o *observer) value(r record, indicator string) float64 {
	v, ok := r.number("value", must)
	i := o.l.indicatorOf(indicator)
	if ok && i != nil && i.Limit != nil && (v-*i.Limit)*float64(i.Direction) > 0 {
		o.l.report(r.look.cell("value").at, "beyond-limit", "value", num(v), "limit", num(*i.Limit), "id", i.ID)
	}
	return v
}

func (o *observer) period(r record) (periodOrNot, bool) {
	c, ok := r.scalar("period", must)
	if !ok {
		return periodOrNot{}, false
	}
	p, seen := o.periods[c.text]
	if !seen {
		v, err := plan.ParsePeriod(strings.Clone(c.text))
		p = periodOrNot{v, err == nil && v.Start().Year() >= 1800 && v.Start().Year() <= 2200}
		if len(c.text) < 20 {
			o.periods[v.String()] = p
		}
	}
	if !p.ok {
		o.l.report(c.at, "bad-period", "value", c.text)
	}
	return p, p.ok
}

// published reads source and day of publication: the source's own day where the
// row gives none. Without a source a row has to give both a day and a grade that
// says so.
func (o *observer) published(r record, v *plan.Observation) {
	v.Published = r.date("published", may)
	c, ok := r.scalar("source", may)
	if !ok {
		if v.Grade != "" && v.Grade != area.GradeAssumed && v.Grade != area.GradeK {
			o.l.report(c.at, "missing-source", "grade", string(v.Grade))
		}
		if p := r.look.cell("published"); !p.there {
			o.l.report(p.at, "missing-field")
		}
		return
	}
	if !o.l.mustKnow("source", c.text, c.at) {
		return
	}
	if s := o.l.pack.Source(c.text); s != nil {
		v.Source = s.ID
		if v.Published == 0 && !r.look.cell("published").there {
			v.Published = s.Published
		}
	}
}
