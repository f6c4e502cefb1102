package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"conurb/area"
	"conurb/kit/sheet"
	"conurb/plan"
	"conurb/plan/pack"
)

// Columns lists the columns in the order of the blank form.
var Columns = []string{"id", "indicator", "scope", "period", "value", "source", "source_text", "grade", "published", "note", "reason"}

// Required lists the columns a file cannot do without.
var Required = []string{"indicator", "scope", "period", "value"}

// Problem is one fault of a table.
type Problem struct {
	Row    int               `json:"row"`              // line of the file, from 1; 0 for one observation alone
	Column string            `json:"column,omitempty"` // one of Columns, or as the file names it
	Code   string            `json:"code"`
	Args   map[string]string `json:"args,omitempty"`
}

// Checker knows what observations are checked against.
type Checker struct {
	Pack  *pack.Pack
	Today area.Date                                     // nothing is published later
	NewID func() string                                 // for rows without an id
	Known func(id string) (o plan.Observation, ok bool) // newest version of an observation; nil knows none

	// Said finds the standing observation of the same indicator, scope, period and
	// source; nil finds none.
	Said func(o plan.Observation) (k plan.Observation, ok bool)
	// Strict asks a correction for its reason, and leaves out rows that say what
	// is known already, so that a file can be sent twice.
	Strict bool
	Reason string // with Strict: of corrections that give none of their own
}

// Rows checks a table. It returns the observations in order, or none and every
// problem in order of rows.
func (c *Checker) Rows(rows []sheet.Row) ([]plan.Observation, []Problem) {
	t := &table{Checker: c, ids: map[string]int{}, said: map[said]int{}}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r sheet.Row) bool { return r.Blank() || strings.HasPrefix(tidy(r.Cells[0]), "#") })
	if len(rows) == 0 {
		return nil, []Problem{{Row: 1, Code: "empty"}}
	}
	columns := t.header(rows[0])
	if len(t.problems) > 0 {
		return nil, t.problems
	}
	if len(rows) == 1 {
		return nil, []Problem{{Row: rows[0].Line, Code: "no-rows"}}
	}
	out := make([]plan.Observation, 0, len(rows)-1)
	for _, r := range rows[1:] {
		fields := make(map[string]string, len(columns))
		for i, cell := range r.Cells {
			switch text := tidy(cell); {
			case i < len(columns):
				fields[columns[i]] = text
			case text != "":
				t.row = r.Line
				t.fault("", "surplus-cell", "value", text)
			}
		}
		if o := t.observation(r.Line, fields); !t.stale {
			out = append(out, o)
		}
	}
	if len(t.problems) > 0 {
		return nil, t.problems
	}
	return out, nil
}

// One checks a single observation given by the names of Columns.
func (c *Checker) One(fields map[string]string) (plan.Observation, []Problem) {
	t := &table{Checker: c, ids: map[string]int{}, said: map[said]int{}}
	tidied := make(map[string]string, len(fields))
	for k, v := range fields {
		tidied[k] = tidy(v)
	}
	o := t.observation(0, tidied)
	if t.stale {
		t.fault("", "unchanged")
	}
	if len(t.problems) > 0 {
		return plan.Observation{}, t.problems
	}
	return o, nil
}

// said is what makes two rows the same statement.
type said struct{ indicator, scope, period, source string }

// table is the state of checking one table.
type table struct {
	*Checker
	row      int
	problems []Problem
	stale    bool           // the row at hand says what is known already
	ids      map[string]int // id -> row
	said     map[said]int
}

func (t *table) fault(column, code string, pairs ...string) {
	p := Problem{Row: t.row, Column: column, Code: code}
	if len(pairs) > 0 {
		p.Args = map[string]string{}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		p.Args[pairs[i]] = pairs[i+1]
	}
	t.problems = append(t.problems, p)
}

func (t *table) header(r sheet.Row) []string {
	t.row = r.Line
	var names []string
	for _, cell := range r.Cells {
		name := strings.ToLower(tidy(cell))
		switch {
		case name == "":
		case !slices.Contains(Columns, name):
			t.fault(name, "unknown-column", "column", name, "columns", strings.Join(Columns, ", "))
		case slices.Contains(names, name):
			t.fault(name, "column-twice", "column", name)
		}
		names = append(names, name)
	}
	for _, must := range Required {
		if !slices.Contains(names, must) {
			t.fault(must, "no-column", "column", must)
		}
	}
	return names
}

var idShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (t *table) observation(row int, f map[string]string) plan.Observation {
	t.row, t.stale = row, false
	before := len(t.problems)
	for _, column := range Columns {
		if strings.ContainsFunc(f[column], func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }) {
			t.fault(column, "control-character", "column", column)
		}
	}
	o := plan.Observation{ID: f["id"], Source: f["source"], SourceText: f["source_text"], Note: f["note"], Reason: f["reason"]}
	t.indicator(&o, f["indicator"])
	t.scope(&o, f["scope"])
	t.period(&o, f["period"])
	t.value(&o, f["value"])
	t.source(&o)
	t.grade(&o, f["grade"])
	t.published(&o, f["published"])
	t.identity(&o)
	if t.Strict && t.Known != nil && len(t.problems) == before {
		t.correction(&o)
	}
	return o
}

func (t *table) indicator(o *plan.Observation, id string) {
	o.Indicator = id
	switch ind := t.Pack.Indicator(id); {
	case id == "":
		t.fault("indicator", "missing", "column", "indicator")
	case ind == nil:
		t.fault("indicator", "unknown-indicator", "value", id)
	case ind.Kind == "measured":
		t.fault("indicator", "measured", "value", id)
	}
}

func (t *table) scope(o *plan.Observation, id string) {
	o.Scope = id
	if id == "" {
		t.fault("scope", "missing", "column", "scope")
	} else if t.Pack.Scope(id) == nil {
		t.fault("scope", "unknown-scope", "value", id)
	}
}

func (t *table) period(o *plan.Observation, text string) {
	if text == "" {
		t.fault("period", "missing", "column", "period")
		return
	}
	p, err := plan.ParsePeriod(text)
	if err != nil {
		t.fault("period", "period", "value", text)
		return
	}
	o.Period = p
	if ind := t.Pack.Indicator(o.Indicator); ind != nil && ind.Period != "" && p.Kind() != ind.Period {
		t.fault("period", "period-kind", "value", text, "kind", ind.Period)
	}
	if p.Start() > t.Today {
		t.fault("period", "future-period", "value", text, "today", t.Today.String())
	}
}

func (t *table) value(o *plan.Observation, text string) {
	if text == "" {
		t.fault("value", "missing", "column", "value")
		return
	}
	v, code, plain := number(text)
	if code != "" {
		t.fault("value", code, "value", text, "plain", plain)
		return
	}
	o.Value = v
	ind := t.Pack.Indicator(o.Indicator)
	if ind != nil && ind.Limit != nil && float64(ind.Direction)*(v-*ind.Limit) > 0 {
		t.fault("value", "over-limit", "value", text, "limit", strconv.FormatFloat(*ind.Limit, 'f', -1, 64))
	}
}

func (t *table) source(o *plan.Observation) {
	switch {
	case o.Source != "" && o.SourceText != "":
		t.fault("source_text", "two-sources")
	case o.Source != "" && t.Pack.Source(o.Source) == nil:
		t.fault("source", "unknown-source", "value", o.Source)
	}
}

func (t *table) grade(o *plan.Observation, text string) {
	src := t.Pack.Source(o.Source)
	switch {
	case text == "" && src != nil:
		o.Grade = src.Grade
	case text == "":
		t.fault("grade", "missing", "column", "grade")
		return
	case !slices.Contains(area.Grades, area.Grade(text)):
		t.fault("grade", "grade", "value", text)
		return
	default:
		o.Grade = area.Grade(text)
	}
	if o.Source == "" && o.SourceText == "" && o.Grade != area.GradeAssumed && o.Grade != area.GradeK {
		t.fault("source", "no-source", "grade", string(o.Grade))
	}
}

func (t *table) published(o *plan.Observation, text string) {
	if text == "" {
		if src := t.Pack.Source(o.Source); src != nil {
			o.Published = src.Published
		} else if o.Source == "" {
			t.fault("published", "missing", "column", "published")
			return
		}
	} else {
		d, err := area.ParseDate(text)
		if err != nil {
			t.fault("published", "date", "value", text)
			return
		}
		o.Published = d
	}
	switch {
	case o.Published > t.Today:
		t.fault("published", "future", "value", o.Published.String(), "today", t.Today.String())
	case o.Published != 0 && o.Published < o.Period.Start() && o.Period.Start() <= t.Today:
		t.fault("published", "too-early", "value", o.Published.String(), "period", o.Period.String())
	}
}

// identity gives the row an id and sees that it says something new.
func (t *table) identity(o *plan.Observation) {
	key := said{o.Indicator, o.Scope, o.Period.String(), o.Source + "\x00" + o.SourceText}
	if first, twice := t.said[key]; twice && o.Period.String() != "" {
		t.fault("", "twice", "first", strconv.Itoa(first))
	} else {
		t.said[key] = t.row
	}
	if o.ID == "" {
		t.saidBefore(o)
		o.ID = t.NewID()
		return
	}
	if !idShape.MatchString(o.ID) || len(o.ID) > 100 {
		t.fault("id", "id", "value", o.ID)
		return
	}
	if first, twice := t.ids[o.ID]; twice {
		t.fault("id", "id-twice", "value", o.ID, "first", strconv.Itoa(first))
	}
	t.ids[o.ID] = t.row
	if t.Known == nil {
		return
	}
	if k, ok := t.Known(o.ID); ok && (k.Indicator != o.Indicator || k.Scope != o.Scope || k.Period.String() != o.Period.String()) {
		t.fault("id", "id-taken", "value", o.ID, "indicator", k.Indicator, "scope", k.Scope, "period", k.Period.String())
	}
}

// SameStatement reports whether a standing observation is what the source of
// another one says, or said, of the same period and scope.
func SameStatement(k, o plan.Observation) bool {
	return !k.Withdrawn && k.Indicator == o.Indicator && k.Scope == o.Scope && k.Period.String() == o.Period.String() &&
		k.Source == o.Source && k.SourceText == o.SourceText
}

// saidBefore keeps a row without an id from repeating or quietly replacing what
// the same source is recorded to say of the same period and scope.
func (t *table) saidBefore(o *plan.Observation) {
	if t.Said == nil || o.Period.String() == "" {
		return
	}
	switch k, ok := t.Said(*o); {
	case !ok:
	case k.Value == o.Value && k.Grade == o.Grade:
		t.stale = true
	default:
		t.fault("id", "said-before", "id", k.ID, "was", strconv.FormatFloat(k.Value, 'f', -1, 64))
	}
}

// correction sees that a new version says something new, and why.
func (t *table) correction(o *plan.Observation) {
	k, ok := t.Known(o.ID)
	if !ok {
		return
	}
	if !k.Withdrawn && k.Value == o.Value && k.Grade == o.Grade && k.Source == o.Source && k.SourceText == o.SourceText && k.Published == o.Published && k.Note == o.Note {
		t.stale = true
		return
	}
	if o.Reason == "" {
		o.Reason = t.Reason
	}
	if o.Reason == "" {
		t.fault("reason", "no-reason", "value", o.ID)
	}
}
