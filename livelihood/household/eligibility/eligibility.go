// Package eligibility says who may move his registration, by kind of move: the five kinds of the
// nationwide online procedure since 2021-12-01 (跨省通办: 工作调动、大中专院校录取学生、大中专学生毕业、
// 夫妻投靠、父母投靠子女), as rules in CEL with the source of each.
//
// Rules are data (RulesFile of a region). Judge asks them over what the applicant says, which
// materials are shown, what his shared licences say, who moves, and the day; it answers with
// every requirement and how it stands, and those that are not met in words. A rule that asks for an
// answer that is not there is not met, and is told apart from one that is answered no. A kind outside of the five is answered "the old way, with paper": nothing is judged.
//
// What it refuses to know: persons' registrations, cases, whether a paper is genuine. A clerk
// examines, and decides.
package eligibility

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
	"conurb/kit/rule"
)

// RulesFile is where a region has its rules, and Format the version of its form.
const (
	RulesFile = "service/eligibility.yaml"
	Format    = "1"
)

// Kind is a kind of move (迁移原因).
type Kind struct {
	ID         string        `json:"id"`
	Name       area.Text     `json:"name"`
	Nationwide bool          `json:"nationwide"` // one of the five; others go the old way
	Source     area.Text     `json:"source"`
	URL        string        `json:"url,omitempty"`
	Grade      area.Grade    `json:"grade"`
	Requires   []Requirement `json:"requires,omitempty"`
}

// Requirement is something that has to be so.
type Requirement struct {
	ID      string     `json:"id"`
	Asks    area.Text  `json:"asks"`    // what has to be so
	When    string     `json:"when"`    // CEL
	Missing area.Text  `json:"missing"` // what people read where it is not so: what is missing and what to do
	Source  area.Text  `json:"source"`
	Grade   area.Grade `json:"grade"`

	rule *rule.Rule
}

// Rules are those of a region.
type Rules struct {
	Common []Requirement `json:"common"` // of every kind of the five
	Kinds  []Kind        `json:"kinds"`
	OldWay area.Text     `json:"oldWay"` // what is said of other kinds
}

// Kind is the kind with an id.
func (r *Rules) Kind(id string) (Kind, bool) {
	for _, k := range r.Kinds {
		if k.ID == id {
			return k, true
		}
	}
	return Kind{}, false
}

// variables are what rules see.
var variables = []string{"form", "shown", "licences", "applicant", "people", "host", "today"}

// Facts are what is judged.
type Facts struct {
	Form      map[string]any            // what the applicant says
	Shown     []string                  // ids of the materials that are there
	Unseen    []string                  // ids of those that nobody has looked for yet: they may be there on paper
	Licences  map[string]map[string]any // by code of the type: what a shared licence says
	Applicant Someone
	People    []Someone // who move
	Consent   string    // of the head of the household that takes them in; empty: he was not asked, or has yet to answer
	Today     area.Date
}

// Someone is a person in a rule: number, age in whole years, relation.
type Someone struct {
	Number   string
	Age      int
	Relation string // to the head of the new household: a code of GB/T 4761
}

// value is somebody as rules see him; a relation that is not known is not there.
func (s Someone) value() map[string]any {
	v := map[string]any{"number": s.Number, "age": s.Age}
	if s.Relation != "" {
		v["relation"] = s.Relation
	}
	return v
}

// Standing is how a requirement stands.
type Standing string

// The standings. Those after Met count as not met.
const (
	Met    Standing = "met"
	Unmet  Standing = "unmet"
	Unseen Standing = "unseen" // not known: it turns on a paper that nobody has looked for yet
	Unsaid Standing = "unsaid" // not known: it asks for an answer that is not there
)

// Standings are all of them.
var Standings = []Standing{Met, Unmet, Unseen, Unsaid}

// Condition is a requirement, judged.
type Condition struct {
	Requirement
	Stands Standing `json:"stands"`
}

// Finding is what came of it.
type Finding struct {
	Kind       string        `json:"kind"`
	OldWay     bool          `json:"oldWay"`               // none of the five
	Conditions []Condition   `json:"conditions,omitempty"` // everything that is asked of the kind
	Missing    []Requirement `json:"missing,omitempty"`    // what of it is not met
}

// Eligible tells whether nothing is missing.
func (f Finding) Eligible() bool { return !f.OldWay && len(f.Missing) == 0 }

// Words are what is missing, in a language.
func (f Finding) Words(lang string) string {
	var list []string
	for _, m := range f.Missing {
		list = append(list, m.Missing.In(lang))
	}
	return strings.Join(list, map[bool]string{true: "", false: " "}[strings.HasPrefix(lang, "zh")])
}

// Judge asks the rules of a kind.
func (r *Rules) Judge(kind string, f Facts) Finding {
	k, known := r.Kind(kind)
	out := Finding{Kind: kind, OldWay: !known || !k.Nationwide}
	if out.OldWay {
		return out
	}
	seen := f.seen(f.Shown)
	later := f.seen(slices.Concat(f.Shown, f.Unseen))
	for _, q := range slices.Concat(r.Common, k.Requires) {
		c := Condition{q, q.stands(seen, later)}
		out.Conditions = append(out.Conditions, c)
		if c.Stands != Met {
			out.Missing = append(out.Missing, q)
		}
	}
	return out
}

// seen is what rules see where some materials are shown.
func (f Facts) seen(shown []string) map[string]any {
	materials := make([]any, len(shown))
	for i, s := range shown {
		materials[i] = s
	}
	people := make([]any, len(f.People))
	for i, p := range f.People {
		people[i] = p.value()
	}
	licences := map[string]any{}
	for code, attributes := range f.Licences {
		licences[code] = attributes
	}
	host := map[string]any{}
	if f.Consent != "" {
		host["consent"] = f.Consent
	}
	return map[string]any{"host": host, "form": f.Form, "shown": materials, "licences": licences, "applicant": f.Applicant.value(), "people": people, "today": f.Today.String()}
}

// stands asks the rule over what is seen now, and where that is a no, over what may be seen later.
func (q *Requirement) stands(now, later map[string]any) Standing {
	yes, err := q.rule.Ask(now)
	switch {
	case err != nil:
		return Unsaid
	case yes:
		return Met
	}
	if yes, err = q.rule.Ask(later); err == nil && yes {
		return Unseen
	}
	return Unmet
}

// The faults of a rules file beside those of package form. Words are "eligibility.check.<code>".
const (
	ProblemRule  = "rule" // not CEL, or no question of yes and no
	ProblemTwice = "twice-named"
)

// Problems are the faults of a file as an error.
type Problems []form.Problem

func (p Problems) Error() string { return p[0].String() }

// Read reads the rules of a region; what is wrong comes back as Problems.
func Read(file string, b []byte) (*Rules, error) {
	language, err := rule.Speak(rule.Terms{Any: variables})
	if err != nil {
		return nil, err
	}
	f := &reader{Form: form.Form{File: file}, language: language}
	m := f.Open(b)
	m.One("format", true, []string{Format})
	r := &Rules{OldWay: f.both(m, "old_way"), Common: f.requirements(m, "common")}
	m.List("kinds", true, 1, func(n *yaml.Node, field string) {
		k := f.kind(f.Mapping(n, field))
		if _, twice := r.Kind(k.ID); twice {
			f.Report(n, field+".id", ProblemTwice, "id", k.ID)
		}
		r.Kinds = append(r.Kinds, k)
	})
	m.Done()
	if len(f.Problems) > 0 {
		return nil, Problems(f.Problems)
	}
	return r, nil
}

type reader struct {
	form.Form
	language *rule.Language
}

func (f *reader) kind(m *form.Mapping) Kind {
	k := Kind{ID: m.Text("id", true), Name: f.both(m, "name"), Nationwide: m.Flag("nationwide", true),
		Source: f.both(m, "source"), Grade: f.grade(m), Requires: f.requirements(m, "requires")}
	if n := m.Take("url", false); n != nil {
		k.URL = f.Text(n, m.Path("url"))
	}
	m.Done()
	return k
}

func (f *reader) requirements(m *form.Mapping, key string) (list []Requirement) {
	m.List(key, false, 1, func(n *yaml.Node, field string) {
		one := f.Mapping(n, field)
		when := one.Take("when", true)
		q := Requirement{ID: one.Text("id", true), Asks: f.both(one, "asks"), Missing: f.both(one, "missing"), Source: f.both(one, "source"), Grade: f.grade(one)}
		one.Done()
		if when != nil {
			var err error
			q.When = f.Text(when, one.Path("when"))
			if q.rule, err = f.language.Compile(q.When); err != nil {
				f.Report(when, one.Path("when"), ProblemRule, "why", err.Error())
			}
		}
		for i, o := range list {
			if o.ID == q.ID {
				f.Report(n, field+".id", ProblemTwice, "id", q.ID, "first", strconv.Itoa(i+1))
			}
		}
		list = append(list, q)
	})
	return list
}

func (f *reader) both(m *form.Mapping, key string) area.Text {
	c := m.Child(key, true)
	t := area.Text{Zh: c.Text("zh", true), En: c.Text("en", true)}
	c.Done()
	return t
}

func (f *reader) grade(m *form.Mapping) area.Grade {
	words := make([]string, len(area.Grades))
	for i, g := range area.Grades {
		words[i] = string(g)
	}
	return area.Grade(m.One("grade", true, words))
}

// Age is in whole years on a day.
func Age(born, today area.Date) int {
	n := today.Year() - born.Year()
	if n > 0 && born.AddMonths(12*n) > today {
		n--
	}
	return cmp.Or(n, 0)
}
