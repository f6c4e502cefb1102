package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"conurb/area"
	"conurb/plan/board"
)

// The charts are drawn as SVG inside the page: no script, no file beside it. All
// numbers in them are formatted here, so nothing of the data can become markup.

// verdictShades are the fills of the verdicts, apart in grey print too; the
// words stand beside them always.
var verdictShades = map[board.Verdict]string{
	board.Met: "#1b7f4b", board.OnTrack: "#6bbf8a", board.AtRisk: "#e8b93c", board.OffTrack: "#d9762b", board.Missed: "#b3261e",
	board.RuleDependent: "#6a5acd", board.LowerBound: "#8aa4c8", board.Undetermined: "#b9bfc6", board.NotComparable: "#9aa0a6", board.NoData: "#dfe2e6",
}

// commitmentShades are the fills of the standings of a commitment.
var commitmentShades = map[board.CommitmentState]string{
	board.Kept: "#1b7f4b", board.Pending: "#8aa4c8", board.Late: "#b3261e", board.Unknown: "#dfe2e6",
}

// bar is a stacked bar of counts.
func bar[K ~string](order []K, counts map[K]int, shades map[K]string) template.HTML {
	total := 0
	for _, k := range order {
		total += counts[k]
	}
	var b strings.Builder
	b.WriteString(`<svg class="bar" viewBox="0 0 600 14" preserveAspectRatio="none" aria-hidden="true">`)
	at := 0.0
	for _, k := range order {
		if n := counts[k]; n > 0 {
			w := 600 * float64(n) / float64(total)
			fmt.Fprintf(&b, `<rect x="%.2f" y="0" width="%.2f" height="14" fill="%s" stroke="#fff" stroke-width="1"/>`, at, w, shades[k])
			at += w
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// swatch is the key of a shade.
func swatch(shade string) template.HTML {
	return template.HTML(`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" fill="` + shade + `"/></svg>`)
}

const sparkWidth, sparkHeight = 150.0, 34.0

// spark draws a target: values as dots and line, trajectory dashed, target as a
// level line. It is empty where there is nothing to draw.
func spark(t *board.Target) template.HTML {
	if len(t.Series) == 0 && len(t.Path) == 0 {
		return ""
	}
	x0, x1 := float64(t.Due), float64(t.Due)
	y0, y1 := t.Value, t.Value
	for _, list := range [][]board.SeriesPoint{t.Series, t.Path} {
		for _, p := range list {
			x0, x1 = math.Min(x0, float64(p.Date)), math.Max(x1, float64(p.Date))
			y0, y1 = math.Min(y0, p.Value), math.Max(y1, p.Value)
		}
	}
	x := func(d area.Date) float64 { return 3 + (sparkWidth-6)*ratio(float64(d), x0, x1) }
	y := func(v float64) float64 { return sparkHeight - 4 - (sparkHeight-8)*ratio(v, y0, y1) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spark" viewBox="0 0 %.0f %.0f" aria-hidden="true">`, sparkWidth, sparkHeight)
	fmt.Fprintf(&b, `<line x1="0" y1="%.1f" x2="%.0f" y2="%.1f" stroke="#b3261e" stroke-width="0.8"/>`, y(t.Value), sparkWidth, y(t.Value))
	stepped := t.Trajectory.Kind == "milestones"
	fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="#8a8f98" stroke-width="0.9" stroke-dasharray="3 2"/>`, trace(t.Path, x, y, stepped))
	measured := t.Current != nil && t.Current.Kind == "measured"
	fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="#1f4e79" stroke-width="1.2"/>`, trace(t.Series, x, y, measured))
	if !measured {
		for _, p := range t.Series {
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="1.6" fill="#1f4e79"/>`, x(p.Date), y(p.Value))
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

func ratio(v, from, to float64) float64 {
	if to <= from {
		return 0.5
	}
	return (v - from) / (to - from)
}

// trace draws points as a line, or as stairs where a value holds until the next.
func trace(list []board.SeriesPoint, x func(area.Date) float64, y func(float64) float64, stairs bool) string {
	var b strings.Builder
	for i, p := range list {
		switch {
		case i == 0:
			fmt.Fprintf(&b, "M%.1f %.1f", x(p.Date), y(p.Value))
		case stairs:
			fmt.Fprintf(&b, "H%.1fV%.1f", x(p.Date), y(p.Value))
		default:
			fmt.Fprintf(&b, "L%.1f %.1f", x(p.Date), y(p.Value))
		}
	}
	return b.String()
}

// slip draws a project between the plan's first and last year: first promise,
// newest promise, the day it was kept, and the day asked about.
func slip(p *board.ProjectStanding, from, to, asOf area.Date) template.HTML {
	const w, h = 150.0, 12.0
	x := func(d area.Date) float64 {
		return 3 + (w-6)*math.Max(0, math.Min(1, ratio(float64(d), float64(from), float64(to))))
	}
	end := p.Done
	shade := commitmentShades[p.State]
	if end == 0 {
		end = max(p.Expected, min(asOf, to))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="slip" viewBox="0 0 %.0f %.0f" aria-hidden="true"><line x1="0" y1="6" x2="%.0f" y2="6" stroke="#d0d4d9" stroke-width="1"/>`, w, h, w)
	if p.DueBasis == "milestone" && end > p.Due {
		fmt.Fprintf(&b, `<line x1="%.1f" y1="6" x2="%.1f" y2="6" stroke="%s" stroke-width="3"/>`, x(p.Due), x(end), shade)
	}
	fmt.Fprintf(&b, `<line x1="%.1f" y1="1" x2="%.1f" y2="11" stroke="#333" stroke-width="1"/>`, x(p.Due), x(p.Due))
	if p.Done != 0 {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="6" r="3" fill="%s"/>`, x(p.Done), shade)
	} else if p.Expected != 0 {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="6" r="2.6" fill="#fff" stroke="%s"/>`, x(p.Expected), shade)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}
