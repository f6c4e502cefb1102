package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"

	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/app/job"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/connect/reach"
	"conurb/door/export"
	"conurb/door/httpapi"
	"conurb/locale"
)

// Circles are the circles of the region as the door asks for them.
type Circles struct {
	app    *App
	circle *circle.Circles
	none   error // why there are none
	work   Work
}

var _ httpapi.Circles = (*Circles)(nil)

// Circles makes the circles of the node's region. Its ground is opened at the first
// question.
func (a *App) Circles(ground func(context.Context) (*reach.Ground, error)) *Circles {
	c := &Circles{app: a}
	c.circle, c.none = circle.New(a.pack, ground, nil, a.Today())
	return c
}

// Holder are the circles for whoever does long work on them.
func (c *Circles) Holder(context.Context) (contribution.Holder, error) { return c.circle, c.none }

// WorkedBy says who does what takes long, and keeps what was found with their results; it
// is called before the first question.
func (c *Circles) WorkedBy(jobs *job.Jobs, log *slog.Logger) error {
	memo, err := jobs.Memo(contribution.KindName)
	if err != nil {
		return err
	}
	c.work = jobs
	if c.circle != nil {
		c.circle.KeepIn(memo, func(err error) { log.Warn("times of the circles", "error", err) })
	}
	return nil
}

// asked is a question of the door as the circles take it.
func (c *Circles) asked(q httpapi.CircleQuery) (circle.Asked, error) {
	if c.none != nil {
		return circle.Asked{}, c.fault(c.none)
	}
	if q.Mode != "" && !slices.Contains(circle.Modes, q.Mode) {
		return circle.Asked{}, &httpapi.CircleFault{Code: "no-such-circle-mode", Value: q.Mode, All: circle.Modes}
	}
	today := c.app.Today()
	a := circle.Asked{Believed: today, Mode: q.Mode, With: q.With, Without: q.Without, Reach: q.Reach, Threshold: q.Threshold}
	var err error
	if a.AsOf, a.Complete, err = circle.Day(cmp.Or(q.AsOf, circle.Now), today, c.app.pack.Plan.Until); err != nil {
		return a, &httpapi.CircleFault{Code: "bad-date", Value: q.AsOf}
	}
	return a, nil
}

// fault puts a refusal of the circles into the words of the door.
func (c *Circles) fault(err error) error {
	var work *circle.WorkError
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &work):
		return &httpapi.CircleFault{Code: "no-such-work", Value: work.ID, All: work.Known}
	case errors.Is(err, circle.ErrNoRule):
		return &httpapi.CircleFault{Code: "circles-failed", Key: "circle.error.norule"}
	case errors.Is(err, circle.ErrNoPeople):
		return &httpapi.CircleFault{Code: "circles-failed", Key: "circle.error.nopeople"}
	}
	return &httpapi.CircleFault{Code: "circles-failed", Value: err.Error()}
}

func (c *Circles) evaluate(ctx context.Context, q httpapi.CircleQuery) (*circle.Answer, error) {
	a, err := c.asked(q)
	if err != nil {
		return nil, err
	}
	out, err := c.circle.Evaluate(ctx, a, nil)
	return out, c.fault(err)
}

// state is what a figure is for.
func state(a *circle.Answer) httpapi.CircleState {
	return httpapi.CircleState{AsOf: a.Asked.Day(), Mode: a.Asked.Mode, On: listOf(a.Works), Digest: a.Digest}
}

func listOf[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// shown are the indicators in the order of the door.
var shown = []string{
	measure.Circle30, measure.Circle30Service, measure.Circle30Centre,
	measure.Circle60Nearest, measure.Circle60Own, measure.Circle60All,
	measure.ReachMedian, measure.Gini, measure.Palma,
}

// Result is part of httpapi.Circles.
func (c *Circles) Result(ctx context.Context, q httpapi.CircleQuery) (*httpapi.CircleResult, error) {
	a, err := c.evaluate(ctx, q)
	if err != nil {
		return nil, err
	}
	r := a.Result
	out := &httpapi.CircleResult{
		CircleState: state(a), People: r.People, Figures: []httpapi.CircleFigure{}, Between: []httpapi.CircleTrip{},
		Districts: []httpapi.CircleDistrict{}, Distribution: []httpapi.CircleBin{}, Sensitivity: []httpapi.CircleVerdictRow{},
		Reachable: reachable(r),
	}
	for _, id := range shown {
		f := httpapi.CircleFigure{ID: id}
		if i := r.Indicator(judged(id, a.Rule)); i != nil && !math.IsNaN(i.Value) && !math.IsInf(i.Value, 0) {
			f.Value, f.People = &i.Value, i.People
			if i.Verdict != nil {
				f.Verdict = verdict(i.Verdict.Met)
				out.Sensitivity = append(out.Sensitivity, sensitivity(id, i.Verdict)...)
			}
		}
		out.Figures = append(out.Figures, f)
	}
	for i, row := range r.Between {
		for j, minutes := range row {
			if i != j {
				out.Between = append(out.Between, httpapi.CircleTrip{From: r.Centres[i].ID, To: r.Centres[j].ID, Minutes: minutes})
			}
		}
	}
	for _, d := range r.Districts {
		if d.Inside {
			out.Districts = append(out.Districts, district(d))
		}
	}
	for _, b := range r.Histogram {
		out.Distribution = append(out.Distribution, httpapi.CircleBin{Until: b.Until, People: b.People})
	}
	return out, nil
}

// head is the indicator by which the one-hour circle is judged.
func head(rule *measure.Rule) string { return measure.Circle60 + "-" + rule.OneHour.Headline }

// judged is where the figure of an indicator stands: that of the head with its verdict.
func judged(id string, rule *measure.Rule) string {
	if id == head(rule) {
		return measure.Circle60
	}
	return id
}

func verdict(met bool) string {
	if met {
		return "realised"
	}
	return "not-realised"
}

func sensitivity(id string, v *measure.Verdict) (rows []httpapi.CircleVerdictRow) {
	for _, m := range v.AtMinutes {
		rows = append(rows, httpapi.CircleVerdictRow{ID: id, Minutes: m.Minutes, Share: m.Share, Threshold: v.Threshold, Realised: m.Met})
	}
	return rows
}

func reachable(r *measure.Result) httpapi.CircleReachable {
	out := httpapi.CircleReachable{Percent: []float64{}, People: []float64{}}
	if r.Reach == nil {
		return out
	}
	out.Known, out.Gini, out.Palma = true, &r.Reach.Gini, r.Reach.Palma
	for _, q := range r.Reach.Quantiles {
		out.Percent, out.People = append(out.Percent, q.Share*100), append(out.People, q.People)
	}
	return out
}

func district(d measure.ByDistrict) httpapi.CircleDistrict {
	return httpapi.CircleDistrict{
		Code: d.Code, Name: httpapi.Text(d.Name), City: d.City, People: d.People, Minutes: d.Median, Reach: d.Reached,
		Shares: map[string]float64{measure.Circle30: d.Life, measure.Circle60Own: d.Own, measure.Circle60Nearest: d.Nearest, measure.Circle60All: d.All},
	}
}

// Cells is part of httpapi.Circles.
func (c *Circles) Cells(ctx context.Context, q httpapi.CircleQuery) (*httpapi.CircleCells, error) {
	a, err := c.evaluate(ctx, q)
	if err != nil {
		return nil, err
	}
	p, t := a.Place, a.Times
	out := &httpapi.CircleCells{
		CircleState: state(a), SideMetres: p.Side, Centres: []string{}, Points: make([]httpapi.Position, len(p.Point)),
		District: make([]string, len(p.Point)), People: make([]float64, len(p.Point)), Nearest: minutesOf(t.Nearest()), Minutes: [][]float64{},
		Half: make([]bool, len(p.Point)), Reach: []float64{},
	}
	for i, centre := range p.Centres {
		out.Centres, out.Minutes = append(out.Centres, centre.ID), append(out.Minutes, minutesOf(t.Centre[i]))
	}
	life, half := t.Life(), measure.Minutes(a.Rule.HalfHour.Minutes)
	for i, point := range p.Point {
		out.Points[i] = httpapi.Position{math.Round(point[0]*1e5) / 1e5, math.Round(point[1]*1e5) / 1e5}
		if d := p.District[i]; d >= 0 {
			out.District[i] = p.Districts[d].Code
		}
		out.People[i], out.Half[i] = math.Round(p.People[i]), life[i] <= half
	}
	if t.Reached != nil {
		out.Reach = each(t.Reached, math.Round)
	}
	return out, nil
}

func minutesOf(times []measure.Decis) []float64 {
	return each(times, func(d measure.Decis) float64 {
		if d == measure.Never {
			return -1
		}
		return circle.Tenths(d)
	})
}

func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// Compare is part of httpapi.Circles.
func (c *Circles) Compare(ctx context.Context, from, to httpapi.CircleQuery) (*httpapi.CircleComparison, error) {
	before, err := c.asked(from)
	if err != nil {
		return nil, err
	}
	after, err := c.asked(to)
	if err != nil {
		return nil, err
	}
	got, err := c.circle.Compare(ctx, before, after, nil)
	if err != nil {
		return nil, c.fault(err)
	}
	change := got.Change
	out := &httpapi.CircleComparison{
		From: state(got.Before), To: state(got.After), Figures: []httpapi.CircleChange{}, Gain: group(change.Total),
		Districts: []httpapi.CircleDistrictChange{}, Distances: []httpapi.CircleDistanceChange{},
	}
	for _, id := range shown {
		a, b := got.Before.Result.Indicator(id), got.After.Result.Indicator(id)
		if a != nil && b != nil {
			out.Figures = append(out.Figures, httpapi.CircleChange{ID: id, From: &a.Value, To: &b.Value})
		}
	}
	for _, d := range change.Districts {
		if d.Inside {
			out.Districts = append(out.Districts, httpapi.CircleDistrictChange{Code: d.Code, Name: httpapi.Text(d.Name), CircleGroup: group(d.Gain)})
		}
	}
	for _, b := range change.Bands {
		out.Distances = append(out.Distances, httpapi.CircleDistanceChange{FromKm: b.From, ToKm: b.Until, CircleGroup: group(b.Gain)})
	}
	return out, nil
}

func group(g measure.Gain) httpapi.CircleGroup {
	return httpapi.CircleGroup{People: math.Round(g.People), Gaining: math.Round(g.Gain), Losing: math.Round(g.Lose), Minutes: math.Round(-g.Mean*100)/100 + 0, Newly: math.Round(g.Nearest) + 0}
}

// Export is part of httpapi.Circles.
func (c *Circles) Export(ctx context.Context, q httpapi.CircleQuery, format, lang string, to io.Writer) error {
	a, err := c.evaluate(ctx, q)
	if err != nil {
		return err
	}
	table, about := circle.Table(a), circle.Notes(a, lang)
	switch format {
	case "csv":
		return export.TableCSV(to, table)
	case "geojson":
		return export.TableGeoJSON(to, table, about)
	case "parquet":
		return export.TableParquet(to, table, about)
	case "xlsx":
		return export.TableXLSX(to, table, about, locale.T(lang, "circles.sheet.cells", nil), locale.T(lang, "circles.sheet.about", nil))
	}
	return fmt.Errorf("format %q: %w", format, errors.ErrUnsupported)
}

// both is a sentence in the two languages.
func both(key string, args map[string]string) httpapi.Text {
	return httpapi.Text{Zh: locale.T("zh-CN", key, args), En: locale.T("en", key, args)}
}

// Frame is part of httpapi.Circles.
func (c *Circles) Frame(ctx context.Context) (*httpapi.CircleFrame, error) {
	if c.none != nil {
		return nil, c.fault(c.none)
	}
	place, err := c.circle.Place(ctx, nil)
	if err != nil {
		return nil, c.fault(err)
	}
	p, rule, today := c.app.pack, c.circle.Rule(), c.app.Today()
	out := &httpapi.CircleFrame{
		Network: p.ID, Rule: ruleOf(rule), First: (p.Plan.From - 1).String(), Today: today.String(), Modes: circle.Modes,
		Works: each(c.circle.Works(today, today), workOf), Centres: []httpapi.CircleCentre{}, Indicators: []httpapi.CircleIndicator{},
		SideMetres: place.Side, Basis: []httpapi.CircleBasis{},
	}
	for _, centre := range place.Centres {
		out.Centres = append(out.Centres, httpapi.CircleCentre{City: centre.ID, Name: httpapi.Text(centre.Name), Point: httpapi.Position(centre.Point)})
	}
	args := map[string]string{"half": number(rule.HalfHour.Minutes), "hour": number(rule.OneHour.Minutes)}
	for _, id := range shown {
		key := "circles.indicator." + id
		i := httpapi.CircleIndicator{ID: id, Circle: "one-hour", Name: both(key, args), Definition: both(key+".definition", args), Unit: measure.Share}
		switch id {
		case measure.Circle30, measure.Circle30Service, measure.Circle30Centre:
			i.Circle = "half-hour"
		case measure.ReachMedian:
			i.Unit = measure.People
		case measure.Gini, measure.Palma:
			i.Unit = measure.Ratio
		}
		i.Headline = id == measure.Circle30 || id == head(rule)
		out.Indicators = append(out.Indicators, i)
	}
	out.Basis = c.basis(place, rule)
	return out, nil
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// basis is what is modelled, assumed or missing.
func (c *Circles) basis(place *measure.Place, rule *measure.Rule) []httpapi.CircleBasis {
	out := []httpapi.CircleBasis{}
	if place.Basis.Modelled {
		out = append(out, httpapi.CircleBasis{Kind: "modelled", Text: httpapi.Text(place.Basis.Text)})
	}
	for _, key := range []string{"circles.basis.streets", "circles.basis.timetable"} {
		out = append(out, httpapi.CircleBasis{Kind: "modelled", Text: both(key, nil)})
	}
	assumed := 0
	for _, q := range rule.Parameters {
		if q.Grade == area.GradeAssumed {
			assumed++
		}
	}
	out = append(out, httpapi.CircleBasis{Kind: "assumed", Text: both("circles.basis.rule", map[string]string{"n": strconv.Itoa(assumed), "all": strconv.Itoa(len(rule.Parameters))})})
	for _, m := range rule.HalfHour.Missing {
		out = append(out, httpapi.CircleBasis{Kind: "missing", Text: httpapi.Text(m.Name)})
	}
	return out
}

func ruleOf(r *measure.Rule) httpapi.CircleRule {
	out := httpapi.CircleRule{ID: r.ID, Name: httpapi.Text(r.Name), Digest: r.Digest, Threshold: r.Verdict.Share, Parameters: []httpapi.CircleParameter{}}
	for _, p := range r.Parameters {
		out.Parameters = append(out.Parameters, httpapi.CircleParameter{
			ID: p.Field, Name: parameterName(p.Field), Value: p.Value, Reason: httpapi.Text(p.Reason), Grade: string(p.Grade), Source: p.Source,
		})
	}
	return out
}

// parameterName is the name of a field of the rule; services are numbered in the file.
func parameterName(field string) httpapi.Text {
	parts := slices.DeleteFunc(strings.FieldsFunc(field, func(r rune) bool { return r == '.' || r == '[' || r == ']' }),
		func(s string) bool { _, err := strconv.Atoi(s); return err == nil })
	key := "circles.parameter." + strings.Join(parts, ".")
	if !locale.Has("en", key) {
		return httpapi.Text{Zh: field, En: field}
	}
	return both(key, nil)
}

func workOf(w circle.Work) httpapi.CircleWork {
	out := httpapi.CircleWork{ID: w.ID, Name: httpapi.Text(w.Name), Kind: "rail", Cities: listOf(w.Cities), Yuan: float64(w.Fen) / 100, Served: len(w.Mute) < len(w.Sections)}
	if w.Project {
		out.Project = w.ID
	}
	if w.Mode == "road" {
		out.Kind = "road"
	}
	if w.Whole {
		var last area.Date
		for _, d := range w.Opened {
			last = max(last, d.Date)
		}
		out.Opened = last.String()
	}
	if w.Planned != nil {
		out.Planned = w.Planned.Date.String()
	}
	return out
}
