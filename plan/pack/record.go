package pack

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
)

// need says whether a field may be left out.
type need bool

const (
	must need = true
	may  need = false
)

// cell is one scalar of a file: a YAML value or a CSV field.
type cell struct {
	text   string
	at     place
	there  bool // present and not null
	quoted bool // YAML: written in quotes, or as a block: text, not a number
	truth  bool // YAML: true or false, not text
	odd    bool // no scalar at all, which is reported already
}

// record reads the scalars of one YAML mapping or CSV row.
type record struct {
	l    *loader
	look interface{ cell(key string) cell }
	at   place     // of the record itself
	cite area.Cite // inherited from the mapping around
}

// scalar returns a field that is there; a missing one is reported if needed.
func (r record) scalar(key string, n need) (cell, bool) {
	c := r.look.cell(key)
	if !c.there {
		if n == must && !c.odd {
			r.l.report(c.at, "missing-field")
		}
		return c, false
	}
	if len(c.text) > maxText {
		r.l.report(c.at, "too-long", "limit", strconv.Itoa(maxText))
		return c, false
	}
	return c, true
}

// text reads a string.
func (r record) text(key string, n need) string {
	c, ok := r.scalar(key, n)
	if !ok {
		return ""
	}
	if c.truth {
		r.l.report(c.at, "not-text", "value", c.text)
		return ""
	}
	return strings.TrimSpace(c.text)
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// id reads an id of the form of the pack.
func (r record) id(key string, n need) string {
	c, ok := r.scalar(key, n)
	if ok && (len(c.text) > 100 || !idForm.MatchString(c.text)) {
		r.l.report(c.at, "bad-id", "value", c.text)
		return ""
	}
	return c.text
}

// define reads the id of something and notes that it exists.
func (r record) define(kind string) string {
	id := r.id("id", must)
	c := r.look.cell("id")
	r.l.declare(kind, c.text, c.at)
	return id
}

// refer reads the id of something that must exist.
func (r record) refer(key, kind string, n need) string {
	c, ok := r.scalar(key, n)
	if !ok {
		return ""
	}
	r.l.refer(kind, c.text, c.at)
	return c.text
}

// word reads one of a few permitted words.
func (r record) word(key string, n need, allowed ...string) string {
	c, ok := r.scalar(key, n)
	if !ok {
		return ""
	}
	return r.l.wordOf(c, allowed)
}

func (l *loader) wordOf(c cell, allowed []string) string {
	if slices.Contains(allowed, c.text) {
		return c.text
	}
	if near := nearestFold(c.text, allowed); near != "" {
		l.report(c.at, "misspelt-value", "value", c.text, "near", near, "allowed", strings.Join(allowed, ", "))
	} else {
		l.report(c.at, "unknown-value", "value", c.text, "allowed", strings.Join(allowed, ", "))
	}
	return ""
}

var numberForm = regexp.MustCompile(`^[+-]?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,2})?$`)

// number reads a finite decimal number; ok is false where there is none.
func (r record) number(key string, n need) (v float64, ok bool) {
	c, ok := r.scalar(key, n)
	if !ok {
		return 0, false
	}
	return r.l.numberOf(c)
}

func (l *loader) numberOf(c cell) (v float64, ok bool) {
	if c.quoted || !numberForm.MatchString(c.text) {
		l.report(c.at, "bad-number", "value", c.text)
		return 0, false
	}
	v, err := strconv.ParseFloat(c.text, 64)
	if err != nil || math.IsInf(v, 0) {
		l.report(c.at, "bad-number", "value", c.text)
		return 0, false
	}
	return v, true
}

// within reads a number between bounds, both included.
func (r record) within(key string, n need, low, high float64) float64 {
	v, ok := r.number(key, n)
	if ok && (v < low || v > high) {
		r.l.report(r.look.cell(key).at, "out-of-range", "value", num(v), "low", num(low), "high", num(high))
		return 0
	}
	return v
}

// positive reads a number above zero.
func (r record) positive(key string, n need) float64 {
	v, ok := r.number(key, n)
	if ok && v <= 0 {
		r.l.report(r.look.cell(key).at, "not-positive", "value", num(v))
		return 0
	}
	return v
}

// optional reads a number that may be absent.
func (r record) optional(key string) *float64 {
	if v, ok := r.number(key, may); ok {
		return &v
	}
	return nil
}

// whole reads an integer between bounds, both included; ok is false where there
// is none.
func (r record) whole(key string, n need, low, high int) (v int, ok bool) {
	c, ok := r.scalar(key, n)
	if !ok {
		return 0, false
	}
	v, err := strconv.Atoi(c.text)
	if err != nil || c.quoted {
		r.l.report(c.at, "bad-whole-number", "value", c.text)
		return 0, false
	}
	if v < low || v > high {
		r.l.report(c.at, "out-of-range", "value", c.text, "low", strconv.Itoa(low), "high", strconv.Itoa(high))
		return 0, false
	}
	return v, true
}

// truth reads true or false; absent is false.
func (r record) truth(key string, n need) bool {
	c, ok := r.scalar(key, n)
	if ok && !c.truth {
		r.l.report(c.at, "not-true-or-false", "value", c.text)
		return false
	}
	return ok && c.text == "true"
}

type dateOrNot struct {
	date area.Date
	ok   bool
}

// date reads a calendar day.
func (r record) date(key string, n need) area.Date {
	c, ok := r.scalar(key, n)
	if !ok {
		return 0
	}
	d := r.l.dateOf(c.text)
	if !d.ok {
		r.l.report(c.at, "bad-date", "value", c.text)
	}
	return d.date
}

// dateOf parses a day between 1800 and 2200, remembering what it has seen.
func (l *loader) dateOf(text string) dateOrNot {
	if d, seen := l.dates[text]; seen {
		return d
	}
	var d dateOrNot
	if v, err := area.ParseDate(text); err == nil && v.Year() >= 1800 && v.Year() <= 2200 {
		d = dateOrNot{v, true}
	}
	if len(text) <= 40 {
		l.dates[strings.Clone(text)] = d
	}
	return d
}

// grades are the permitted words for a grade.
var grades = func() []string {
	words := make([]string, len(area.Grades))
	for i, g := range area.Grades {
		words[i] = string(g)
	}
	return words
}()

// cited reads source and grade, inheriting what is left out.
func (r record) cited() area.Cite { return r.citedAs("source", "grade", must) }

// citedAs reads a source and a grade under other names. A row with a source of
// its own states its own grade; a row that only states "assumed" or "K" has no
// source; what else is left out comes from the mapping around. n says whether
// there has to be a citation at all.
func (r record) citedAs(sourceKey, gradeKey string, n need) area.Cite {
	s, hasSource := r.scalar(sourceKey, may)
	g, hasGrade := r.scalar(gradeKey, may)
	var own area.Cite
	if hasSource {
		r.l.refer("source", s.text, s.at)
		own.Source = s.text
	}
	if hasGrade {
		own.Grade = area.Grade(r.l.wordOf(g, grades))
		if own.Grade == "" { // reported: what is inside need not suffer for it
			own.Grade = area.GradeAssumed
			return own
		}
	}
	weak := own.Grade == area.GradeAssumed || own.Grade == area.GradeK
	switch {
	case hasSource && hasGrade:
	case hasSource && own.Source == r.cite.Source:
		own.Grade = r.cite.Grade
	case hasSource:
		r.l.report(g.at, "missing-grade", "source", own.Source)
	case hasGrade && weak:
	case hasGrade && r.cite.Source != "":
		own.Source = r.cite.Source
	case hasGrade:
		r.l.report(s.at, "missing-source", "grade", string(own.Grade))
	case r.cite.Grade != "":
		own = r.cite
	case n == must:
		r.l.report(s.at, "missing-citation")
	}
	return own
}

// num writes a number in its shortest form.
func num(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
