package pack

import (
	"maps"
	"path"
	"slices"
	"strings"

	"conurb/area"
	"conurb/plan"
)

// said is what makes two observations the same statement.
type said struct {
	indicator, scope, source, period string
}

// observer reads the tables of observations/ after everything else, so that
// each row is checked as it is read.
type observer struct {
	l       *loader
	sayings map[said]area.Ref
	periods map[string]periodOrNot
}

type periodOrNot struct {
	plan.Period
	ok bool
}

func (l *loader) readObservations() {
	o := &observer{l: l, sayings: map[said]area.Ref{}, periods: map[string]periodOrNot{}}
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if path.Dir(name) == observations {
			l.rows(name, []string{"id", "indicator", "scope", "period", "value", "source", "published", "grade"}, []string{"note"}, o.row)
		}
	}
}

func (o *observer) row(r record, ref area.Ref) {
	l := o.l
	v := plan.Observation{ID: r.define("observation"), Version: 1, Grade: area.Grade(r.word("grade", must, grades...)), Note: r.text("note", may), By: "pack", Ref: ref}
	v.Value, _ = r.number("value", must)
	o.indicator(r, &v)
	if c, ok := r.scalar("scope", must); ok && l.mustKnow("scope", c.text, c.at) {
		v.Scope = strings.Clone(c.text)
	}
	p, known := o.period(r)
	v.Period = p.Period
	o.published(r, &v)
	if known && v.Published != 0 && v.Published < v.Period.Start() {
		l.report(r.look.cell("published").at, "published-too-early", "published", v.Published.String(), "period", v.Period.String())
	}
	if v.Indicator != "" && v.Scope != "" && known {
		key := said{v.Indicator, v.Scope, v.Source, v.Period.String()}
		if first, twice := o.sayings[key]; twice {
			l.report(r.at, "same-observation", "first", place{file: first.File, line: first.Line}.where())
		} else {
			o.sayings[key] = ref
		}
	}
	l.pack.Plan.Observations = append(l.pack.Plan.Observations, v)
}

func (o *observer) indicator(r record, v *plan.Observation) {
	c, ok := r.scalar("indicator", must)
	if !ok || !o.l.mustKnow("indicator", c.text, c.at) {
		return
	}
	i := o.l.indicatorOf(c.text)
	if i == nil {
		return
	}
	v.Indicator = i.ID
	if i.Kind == "measured" {
		o.l.report(c.at, "observation-of-measured", "id", i.ID)
	}
}

func (o *observer) period(r record) (periodOrNot, bool) {
	c, ok := r.scalar("period", must)
	if !ok {
		return periodOrNot{}, false
	}
	p, seen := o.periods[c.text]
	if !seen {
		v, err := plan.ParsePeriod(c.text)
		p = periodOrNot{v, err == nil && v.Start().Year() >= 1800 && v.Start().Year() <= 2200}
		if len(c.text) < 20 {
			o.periods[strings.Clone(c.text)] = p
		}
	}
	if !p.ok {
		o.l.report(c.at, "bad-period", "value", c.text)
	}
	return p, p.ok
}

// published reads source and day of publication: the source's own day where the
// row gives none. Without a source a row has to give both day and a grade that
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
