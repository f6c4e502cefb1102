package report

import (
	"fmt"
	"io"
	"strings"

	"conurb/area"
	"conurb/locale"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/pack"
	"conurb/plan/progress"
	"conurb/trust/evidence"
)

// Facts is what a document is made from.
type Facts struct {
	Pack    *pack.Pack
	Board   *board.Board
	Input   *board.Input // what the board was computed from: the series behind its figures
	Words   *Words
	LogSize int64  // of the evidence log when the document was made
	LogRoot string // hex
	Today   area.Date
}

// JSON writes the board in canonical form (RFC 8785), so that the same board is
// the same bytes wherever it was computed.
func JSON(w io.Writer, f *Facts) error {
	b, err := evidence.Canonical(f.Board)
	if err != nil {
		return fmt.Errorf("canonical board: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Method is what a method of progress says, in words.
func (w *Words) Method(r progress.Result) string {
	if r.Why != "" {
		if key := "progress.why." + r.Why; locale.Has(w.Lang, key) {
			return w.T(key)
		}
		return r.Why
	}
	if key := "progress.status." + r.Method + "." + r.Status; locale.Has(w.Lang, key) {
		return w.T(key)
	}
	return r.Status
}

// Difference is why methods differ, as a sentence.
func (w *Words) Difference(d progress.Difference) string {
	args := d.Named(func(m string) string { return w.T("progress.method." + m) }, w.T("report.list"))
	return locale.T(w.Lang, "progress.differ."+d.Code, args)
}

// figure writes a value with its unit; a lower bound says so.
func (w *Words) figure(v *board.Value, decimals int, unit plan.Unit) string {
	if v == nil {
		return w.T("report.none")
	}
	text := withUnit(Number(v.Value, decimals), w.Text(unit.Name))
	if v.Partial {
		text = "≥ " + text
	}
	return text
}

// withUnit keeps a unit that begins with digits (10,000 people) apart from the figure.
func withUnit(figure, unit string) string {
	if unit != "" && unit[0] >= '0' && unit[0] <= '9' {
		return figure + " × " + unit
	}
	return strings.TrimSpace(figure + " " + unit)
}

// aim writes what a target wants: 420 km or more.
func (w *Words) aim(t *board.Target) string {
	return Operator(t.Op) + " " + withUnit(Number(t.Value, decimalsOf(t.Value)), w.Text(t.Unit.Name))
}

// decimalsOf is how many decimals a figure has as it was written.
func decimalsOf(v float64) int {
	_, rest, _ := strings.Cut(Exact(v), ".")
	return len(rest)
}

// Labels names what in a target's standing is modelled, assumed, or not the
// whole truth.
func (w *Words) Labels(f *Facts, t *board.Target) []string {
	var out []string
	add := func(when bool, key string) {
		if when {
			out = append(out, w.T(key))
		}
	}
	v := t.Current
	add(t.Confidence != nil && t.Confidence.Basis != "certain", "report.label.modelled")
	add(v != nil && v.Grade == area.GradeAssumed, "report.label.assumed-value")
	add(t.Accepted != t.Value && w.assumedHedge(f, t), "report.label.assumed-hedge")
	add(t.Trajectory.Kind != "none" && t.Trajectory.Kind != "" && t.Trajectory.Grade == area.GradeAssumed, "report.label.assumed-trajectory")
	add(v != nil && v.Partial, "report.label.partial")
	add(v != nil && v.Stale, "report.label.stale")
	return out
}

func (w *Words) assumedHedge(f *Facts, t *board.Target) bool {
	for _, id := range t.Hedges {
		if h := f.Pack.Hedge(id); h != nil && h.Grade == area.GradeAssumed {
			return true
		}
	}
	return false
}
