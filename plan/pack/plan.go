package pack

import (
	"slices"
	"strconv"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/measure"
)

// readPlan reads the folder plan/.
func (l *loader) readPlan() {
	l.single(planFile, l.plan, "goal", "field", "aspect", "task")
	l.items(hedgesFile, func(m *mapping) {
		h := plan.HedgeRule{
			ID: m.define("hedge"), Word: m.bilingual("word", must), Meaning: m.bilingual("meaning", must),
			Tolerance: m.within("tolerance", must, 0, 0.5), Cite: m.cited(), Ref: m.ref(),
		}
		l.pack.Plan.Hedges = append(l.pack.Plan.Hedges, h)
	}, "hedge")
	l.items(indicatorsFile, l.indicator, "indicator")
	l.items(projectsFile, l.project, "project")
	l.items(targetsFile, l.target, "target")
}

func (l *loader) plan(m *mapping) {
	p := &l.pack.Plan
	p.ID, p.Title, p.Issuer, p.Number = m.id("id", must), m.bilingual("title", must), m.bilingual("issuer", must), m.text("number", may)
	p.Issued, p.From, p.Until = m.date("issued", must), m.date("from", must), m.date("until", must)
	stated, ok := m.whole("aspects_stated", must, 0, 10_000)
	p.AspectsStated = stated
	p.Cite, p.Ref = m.cited(), m.ref()
	if p.From > p.Until && p.Until != 0 {
		l.report(m.look.cell("until").at, "dates-reversed", "first", p.From.String(), "second", p.Until.String())
	}
	p.Wordings = l.wordings(m)
	p.Goals = l.itemsOf(m, "goals", "goal", "")
	p.Fields = l.itemsOf(m, "fields", "field", "")
	p.Aspects = l.itemsOf(m, "aspects", "aspect", "field")
	p.Tasks = l.itemsOf(m, "tasks", "task", "aspect or field")
	if n := len(p.Aspects); ok && n > stated {
		l.report(m.look.cell("aspects_stated").at, "more-than-stated", "stated", strconv.Itoa(stated), "found", strconv.Itoa(n))
	}
}

// itemsOf reads goals, fields, aspects or tasks. What has a parent must name it.
func (l *loader) itemsOf(m *mapping, key, kind, parent string) []plan.Item {
	var list []plan.Item
	m.each(key, must, func(k *mapping) {
		item := plan.Item{ID: k.define(kind)}
		at := k.look.cell("id").at
		if l.ids[kind][item.ID] == at { // else it is reported already
			l.declare("item of the plan", item.ID, at)
		}
		if parent != "" {
			item.Parent = k.refer("parent", parent, must)
		}
		item.Name, item.Note, item.Cite, item.Ref = k.bilingual("name", must), k.bilingual("note", may), k.cited(), k.ref()
		list = append(list, item)
	})
	return list
}

// wordings reads what each source says in its own words.
func (l *loader) wordings(m *mapping) []plan.Wording {
	var list []plan.Wording
	m.each("wordings", may, func(k *mapping) {
		w := plan.Wording{
			Source: k.refer("source", "source", must), Lang: k.word("lang", must, "zh", "en"), Text: k.text("text", must),
			Value: k.optional("value"), Hedges: k.refs("hedges", "hedge", may), Verb: plan.Verb(k.word("verb", may, verbs...)), Ref: k.ref(),
		}
		list = append(list, w)
	})
	return list
}

// verbs are the permitted words for a commitment.
var verbs = func() []string {
	words := make([]string, len(plan.Verbs))
	for i, v := range plan.Verbs {
		words[i] = string(v)
	}
	return words
}()

// judgedBy reads which wording the board judges by: one that is there.
func (l *loader) judgedBy(m *mapping, list []plan.Wording) (source string, by *plan.Wording) {
	c, ok := m.scalar("judged_by", may)
	if !ok {
		if len(list) > 1 {
			l.report(c.at, "judged-by-which")
		}
		if len(list) == 1 {
			return "", &list[0]
		}
		return "", nil
	}
	sources := make([]string, len(list))
	for i := range list {
		sources[i] = list[i].Source
	}
	if i := slices.Index(sources, c.text); i >= 0 {
		return c.text, &list[i]
	}
	l.wordOf(c, sources)
	return "", nil
}

func (l *loader) indicator(m *mapping) {
	i := plan.Indicator{
		ID: m.define("indicator"), Name: m.bilingual("name", must), Definition: m.bilingual("definition", must),
		Kind:     m.word("kind", must, "reported", "measured"),
		Additive: m.truth("additive", may), Field: m.refer("field", "field", must), Task: m.refer("task", "task", may),
		Limit: m.optional("limit"), Period: m.word("period", may, plan.PeriodKinds...), Cite: m.cited(), Ref: m.ref(),
	}
	i.Decimals, _ = m.whole("decimals", must, 0, 9)
	i.StaleMonths, _ = m.whole("stale_months", need(i.Kind != "measured"), 0, 1200)
	switch m.word("direction", must, "up", "down") {
	case "up":
		i.Direction = plan.Up
	case "down":
		i.Direction = plan.Down
	}
	if u := m.sub("unit", must); u != nil {
		i.Unit = plan.Unit{ID: u.id("id", must), Name: u.bilingual("name", must)}
		u.done()
	}
	m.each("rules", may, func(r *mapping) {
		rule := l.rule(r)
		if slices.ContainsFunc(i.Rules, func(o plan.Rule) bool { return o.ID == rule.ID && o.ID != "" }) {
			l.report(r.look.cell("id").at, "duplicate-id", "id", rule.ID, "first", i.Ref.File)
		}
		i.Rules = append(i.Rules, rule)
	})
	rules := m.look.(lookup).position("rules")
	if i.Kind == "reported" && len(i.Rules) > 0 {
		l.report(rules, "rules-of-reported", "id", i.ID)
	}
	if i.Kind == "measured" && len(i.Rules) == 0 {
		l.report(rules, "measured-without-rule", "id", i.ID)
	}
	l.pack.Plan.Indicators = append(l.pack.Plan.Indicators, i)
}

func (l *loader) rule(m *mapping) plan.Rule {
	r := plan.Rule{
		ID: m.id("id", must), Name: m.bilingual("name", must), Reason: m.bilingual("reason", must),
		Measure: m.word("measure", must, measure.Measures...), Mode: m.word("mode", may, "rail", "road"), Classes: m.words("classes", may, allClasses...),
		Lines: m.refs("lines", "line", may), Definitions: m.words("definitions", may, lengthWords...), Scope: m.refer("scope", "scope", must),
		OpenedAfter: m.date("opened_after", may), Partial: m.truth("partial", may), Cite: m.cited(),
	}
	r.Version, _ = m.whole("version", must, 1, 100_000)
	at := m.look.(lookup).position
	if r.Measure == "network-length" && len(r.Definitions) == 0 {
		l.report(at("definitions"), "rule-without-definition", "allowed", join(lengthWords))
	}
	if r.Measure == "commitments-kept" {
		for _, key := range []string{"mode", "classes", "lines", "definitions", "opened_after"} {
			if _, there := m.keys[key]; there {
				l.report(at(key), "rule-key-unused", "key", key, "measure", r.Measure)
			}
		}
	}
	for _, c := range r.Classes {
		if r.Mode == "rail" && !slices.Contains(railClasses, c) || r.Mode == "road" && !slices.Contains(roadClasses, c) {
			l.report(at("classes"), "class-not-of-mode", "class", c, "mode", r.Mode)
		}
	}
	return r
}

// baseline reads where a target starts from: before it is due.
func (l *loader) baseline(m *mapping, due area.Date) *plan.Baseline {
	b := m.sub("baseline", may)
	if b == nil {
		return nil
	}
	base := &plan.Baseline{Date: b.date("date", must), Cite: b.cited()}
	base.Value, _ = b.number("value", must)
	if due != 0 && base.Date >= due {
		l.report(b.look.cell("date").at, "dates-reversed", "first", base.Date.String(), "second", due.String())
	}
	b.done()
	return base
}
