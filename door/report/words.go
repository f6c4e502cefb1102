package report

import (
	"math"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/locale"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/pack"
)

// Words puts codes and ids into one language with the names of a region pack.
type Words struct {
	Lang  string
	names map[string]map[string]area.Text // kind -> id -> name
}

// NewWords gathers the names once.
func NewWords(p *pack.Pack, lang string) *Words {
	w := &Words{Lang: locale.Match(lang), names: map[string]map[string]area.Text{}}
	for _, s := range p.Area.Scopes {
		w.name("scope", s.ID, s.Name)
	}
	for _, s := range p.Sources {
		w.name("source", s.ID, s.Title)
	}
	for _, h := range p.Plan.Hedges {
		w.name("hedge", h.ID, h.Word)
	}
	for i := range p.Plan.Indicators {
		ind := &p.Plan.Indicators[i]
		w.name("indicator", ind.ID, ind.Name)
		for _, r := range ind.Rules {
			w.name("rule", r.ID, r.Name)
		}
	}
	for _, t := range p.Plan.Targets {
		w.name("target", t.ID, t.Name)
	}
	for _, pr := range p.Plan.Projects {
		w.name("project", pr.ID, pr.Name)
	}
	for _, list := range [][]plan.Item{p.Plan.Tasks, p.Plan.Fields, p.Plan.Goals} {
		for _, i := range list {
			w.name("item", i.ID, i.Name)
		}
	}
	return w
}

func (w *Words) name(kind, id string, t area.Text) {
	if w.names[kind] == nil {
		w.names[kind] = map[string]area.Text{}
	}
	w.names[kind][id] = t
}

// T is the text of a key; args are name, value pairs.
func (w *Words) T(key string, args ...string) string {
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return locale.T(w.Lang, key, m)
}

// Text is a name of the pack in the language.
func (w *Words) Text(t area.Text) string { return t.In(w.Lang) }

// Name is the name of an id of a kind, or the id itself.
func (w *Words) Name(kind, id string) string {
	if t, ok := w.names[kind][id]; ok {
		return t.In(w.Lang)
	}
	return id
}

// Reason is a reason as a sentence.
func (w *Words) Reason(r board.Reason) string {
	args := make(map[string]string, len(r.Args))
	for k, v := range r.Args {
		args[k] = w.argument(k, v)
	}
	return locale.T(w.Lang, "reason."+r.Code, args)
}

// argument turns the argument of a reason that is a code or an id into words.
func (w *Words) argument(name, v string) string {
	switch name {
	case "scope", "rule", "project", "indicator":
		return w.Name(name, v)
	case "verb":
		return w.T("verb." + v)
	case "model":
		if key := "forecast.model." + v; locale.Has(w.Lang, key) {
			return w.T(key)
		}
	case "why":
		for _, prefix := range []string{"forecast.why.", "progress.why."} {
			if locale.Has(w.Lang, prefix+v) {
				return w.T(prefix + v)
			}
		}
	}
	return v
}

// Reasons joins the sentences of all reasons.
func (w *Words) Reasons(list []board.Reason) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = w.Reason(r)
	}
	if w.Lang == "en" {
		return strings.Join(out, " ")
	}
	return strings.Join(out, "")
}

// Hedges is the hedge words of a target, as the plan says them.
func (w *Words) Hedges(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = w.Name("hedge", id)
	}
	return strings.Join(out, w.T("report.list"))
}

// Number writes a figure with thousands apart, at most as many decimals as its
// indicator has.
func Number(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', max(0, decimals), 64)
	whole, rest, dotted := strings.Cut(text, ".")
	var b strings.Builder
	if v < 0 && strings.Trim(text, "0.") != "" {
		b.WriteString("−")
	}
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if dotted {
		b.WriteString("." + rest)
	}
	return b.String()
}

// Exact writes a figure with all the digits it has.
func Exact(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Operator is the sign of a comparison as it is printed.
func Operator(op string) string {
	switch op {
	case ">=":
		return "≥"
	case "<=":
		return "≤"
	}
	return op
}
