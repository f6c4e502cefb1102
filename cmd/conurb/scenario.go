package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/scenario"
	"conurb/connect/transit"
	"conurb/door/export"
	"conurb/locale"
)

// scenarioCmd asks what works change: lines added, dropped, retimed, roads built, closed.
type scenarioCmd struct {
	List    scenarioListCmd    `cmd:"" help:"${scenario_list}"`
	Apply   scenarioApplyCmd   `cmd:"" help:"${scenario_apply}"`
	Compare scenarioCompareCmd `cmd:"" help:"${scenario_compare}"`
}

// The refusals of works.
var (
	errWork      = errors.New("no such work")
	errNoPeople  = errors.New("no people to weigh with")
	errNoStreets = errors.New("edits that no answer here shows")
)

// workFaults are the faults of a file of works.
type workFaults []scenario.Problem

func (f workFaults) Error() string { return fmt.Sprintf("%d faults, the first at %s", len(f), f[0]) }

// workProblems says what is wrong with a file of works, where, and what to do.
func (s *session) workProblems(err error) bool {
	var list workFaults
	var one *scenario.Refusal
	if errors.As(err, &one) {
		list = workFaults{one.Problem}
	} else if !errors.As(err, &list) {
		return false
	}
	for _, f := range list {
		fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", f.File, f.Line, f.Column, locale.T(s.lang, "scenario.check."+f.Code, f.Args), locale.T(s.lang, "scenario.check."+f.Code+".remedy", f.Args))
	}
	return true
}

func readWorks(path string) ([]area.Work, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	works, problems := scenario.Read(filepath.ToSlash(path), b)
	if problems != nil {
		return nil, workFaults(problems)
	}
	return works, nil
}

// allWorks names every work of a file.
const allWorks = "all"

// choose finds the works of a choice: base, all, or ids with + between.
func choose(works []area.Work, choice string) ([]area.Work, error) {
	switch choice {
	case scenario.Base:
		return nil, nil
	case allWorks:
		return works, nil
	}
	ids := strings.Split(choice, "+")
	var out []area.Work
	for _, id := range ids {
		if !slices.ContainsFunc(works, func(w area.Work) bool { return w.ID == id }) {
			return nil, fmt.Errorf("%s: %w", id, errWork)
		}
	}
	for _, w := range works {
		if slices.Contains(ids, w.ID) {
			out = append(out, w)
		}
	}
	return out, nil
}

type scenarioListCmd struct {
	File string `arg:"" type:"existingfile" help:"${works_file}"`
	riding
}

func (c scenarioListCmd) Run(s *session) error {
	works, err := readWorks(c.File)
	if err != nil {
		return err
	}
	var table *transit.Timetable
	if len(c.GTFS) > 0 {
		if table, _, _, err = c.table(s); err != nil {
			return err
		}
	}
	if s.json {
		return s.writeJSON(works)
	}
	var rows [][]string
	for _, w := range works {
		opens, cost := "", ""
		if w.Opens != nil {
			opens = w.Opens.Date.String()
		}
		if w.Yuan > 0 {
			cost = strconv.FormatFloat(w.Yuan/1e8, 'f', -1, 64)
		}
		var kinds []string
		for _, e := range w.Edits {
			kinds = append(kinds, s.t("scenario.kind."+string(e.Kind)))
		}
		rows = append(rows, []string{w.ID, w.Name.In(s.lang), opens, cost, strings.Join(kinds, s.t("circle.comma"))})
	}
	s.table(strings.Split(s.t("scenario.list.header"), "|"), rows)
	if table != nil {
		s.lines(table)
	}
	return nil
}

// lines lists the lines of a timetable with their trips.
func (s *session) lines(t *transit.Timetable) {
	trips := map[string]int{}
	for k, r := range t.TripRoute { // those of the days before and after count there
		if at := t.Depart[t.TripFirst[k]]; at >= 0 && at < 24*3600 {
			trips[t.RouteName[r]]++
		}
	}
	var rows [][]string
	for name, n := range trips {
		rows = append(rows, []string{name, strconv.Itoa(n)})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	fmt.Fprintln(s.out)
	s.table(strings.Split(s.t("scenario.lines.header"), "|"), rows)
}

// question is what is counted under a choice of works.
type question struct {
	on
	riding
	bounded
	Max     []time.Duration `default:"30m,60m" help:"${max_list}" placeholder:"30m,60m"`
	Columns []string        `help:"${columns}" placeholder:"NAME"`
}

// studied is a network without works, ready for any.
type studied struct {
	asked
	q       question
	table   *transit.Timetable
	feed    transit.Transfers
	window  reach.Window
	journey reach.Journey
	base    *reach.Transit
}

// study opens the network and, for public transport, the timetable.
func (q question) study(s *session) (studied, error) {
	out := studied{q: q}
	if err := q.bounded.check(); err != nil {
		return out, err
	}
	var err error
	longest := slices.Max(append([]time.Duration{0}, q.Max...))
	if q.Mode == transitMode {
		if q.Hour != nil || q.Congestion != "" {
			return out, fmt.Errorf("--hour, --congestion: %w", errRiding)
		}
		for _, p := range q.Percentiles {
			if p <= 0 || p > 100 {
				return out, fmt.Errorf("--percentiles %v: %w", p, errPercent)
			}
		}
		if err := q.bounds(longest); err != nil {
			return out, err
		}
		if out.table, out.feed, out.window, err = q.table(s); err != nil {
			return out, err
		}
		q.Mode = "walk"
	}
	if out.asked, err = q.open(s, q.Columns...); err != nil {
		return out, err
	}
	if out.table != nil {
		if err := stopsNear(out.asked, out.table); err != nil {
			return out, err
		}
	}
	if _, err := out.cells(s); err != nil || out.table == nil { // says which cells lie too far off, once
		return out, err
	}
	if out.journey, err = q.journey(out.ground, longest); err != nil {
		return out, err
	}
	out.base, err = out.transit(s, out.ground, out.table)
	return out, err
}

// transit joins a timetable to streets on which people walk.
func (d studied) transit(s *session, g *reach.Ground, t *transit.Timetable) (*reach.Transit, error) {
	a := d.asked
	a.ground = g
	var err error
	if a.engine, err = g.Engine("walk"); err != nil {
		return nil, err
	}
	cells, err := g.Joined("walk")
	if err != nil {
		return nil, err
	}
	p := s.progress()
	defer p.end()
	return a.engine.NewTransit(s.ctx, t, cells, d.journey, d.feed, d.q.work(func(done, total int) { p.say(s.t("ground.walks"), done, total) }))
}

// shown refuses works whose edits would change nothing here.
func shown(works []area.Work) error {
	for _, w := range works {
		for _, e := range w.Edits {
			switch e.Kind {
			case area.OpenSection, area.CloseSection, area.AddFacility, area.DropFacility:
				return fmt.Errorf("%s, %s: %w", w.ID, e.Kind, errNoStreets)
			}
		}
	}
	return nil
}

// counts is what answers under works: by public transport, or on streets.
func (d studied) counts(s *session, works []area.Work) (count func(reach.Question, reach.Work, func(int, reach.Sums) error) error, err error) {
	if err := shown(works); err != nil {
		return nil, err
	}
	if d.base != nil {
		tr, err := d.riding(s, works)
		if err != nil {
			return nil, err
		}
		percent, err := d.q.percent()
		return func(q reach.Question, w reach.Work, visit func(int, reach.Sums) error) error {
			return tr.Counts(s.ctx, d.window, percent, q, w, visit)
		}, err
	}
	g, err := scenario.Streets(s.ctx, d.ground, d.engine.Mode.ID, works)
	if err != nil {
		return nil, err
	}
	a := d.asked
	a.ground = g
	if a.engine, err = g.Engine(d.engine.Mode.ID); err != nil {
		return nil, err
	}
	cells, err := g.Joined(d.engine.Mode.ID)
	return func(q reach.Question, w reach.Work, visit func(int, reach.Sums) error) error {
		return a.engine.Count(s.ctx, a.way, cells, cells, q, w, visit)
	}, err
}

// riding is public transport under works. Walks are found anew only where a work changes
// streets on foot, or adds stops.
func (d studied) riding(s *session, works []area.Work) (*reach.Transit, error) {
	tr, err := d.outbound(s, works)
	if err == nil && d.way == reach.Inbound {
		return tr.Inbound(s.ctx)
	}
	return tr, err
}

func (d studied) outbound(s *session, works []area.Work) (*reach.Transit, error) {
	g, err := scenario.Streets(s.ctx, d.ground, "walk", works)
	if err != nil {
		return nil, err
	}
	if g == d.ground {
		tr, _, err := scenario.On(s.ctx, d.base, d.table, works, d.q.work(nil))
		return tr, err
	}
	t, err := scenario.Lines(d.table, works)
	if err != nil {
		return nil, err
	}
	return d.transit(s, g, t)
}

type scenarioApplyCmd struct {
	File  string `arg:"" type:"existingfile" help:"${works_file}"`
	Works string `default:"all" help:"${works_on}" placeholder:"all|ID+ID"`
	question
	Matrix bool   `help:"${works_matrix}"`
	Out    string `help:"${out_counts}" placeholder:"FILE.csv"`
}

func (c scenarioApplyCmd) Run(s *session) error {
	if err := s.csvOnly(c.Out); err != nil {
		return err
	}
	works, err := readWorks(c.File)
	if err != nil {
		return err
	}
	if works, err = choose(works, c.Works); err != nil {
		return err
	}
	d, err := c.study(s)
	if err != nil {
		return err
	}
	if err := shown(works); err != nil {
		return err
	}
	if c.Matrix {
		return c.matrix(s, d, works)
	}
	count, err := d.counts(s, works)
	if err != nil {
		return err
	}
	return reachCountCmd{on: c.on, riding: c.riding, bounded: c.bounded, Max: c.Max, Columns: c.Columns, Out: c.Out}.every(s, d.asked, count)
}

type scenarioCompareCmd struct {
	File string `arg:"" type:"existingfile" help:"${works_file}"`
	A    string `arg:"" help:"${works_a}"`
	B    string `arg:"" help:"${works_b}"`
	question
	People string `default:"population" help:"${scenario_people}" placeholder:"COLUMN"`
	Out    string `help:"${scenario_out}" placeholder:"FILE.csv|FILE.geojson"`
}

func (c scenarioCompareCmd) Run(s *session) error {
	ext := strings.ToLower(filepath.Ext(c.Out))
	if c.Out != "" && ext != ".csv" && ext != ".geojson" {
		return fmt.Errorf("%s: %w", c.Out, errCellsEnding)
	}
	works, err := readWorks(c.File)
	if err != nil {
		return err
	}
	var choices [2][]area.Work
	for i, choice := range []string{c.A, c.B} {
		if choices[i], err = choose(works, choice); err != nil {
			return err
		}
	}
	if len(c.Columns) > 0 && !slices.Contains(c.Columns, c.People) {
		c.Columns = append(c.Columns, c.People)
	}
	d, err := c.study(s)
	if err != nil {
		return err
	}
	people := d.ground.Cells.Column(c.People)
	if people == nil {
		return fmt.Errorf("%s: %w", c.People, errNoPeople)
	}
	t := &compared{people: people.Values, limits: decis(c.Max)}
	if t.names, t.values, _ = d.ground.Columns(c.Columns...); t.names == nil {
		return &ground.ColumnError{Name: strings.Join(c.Columns, ","), Known: d.ground.Cells.Names()}
	}
	for i, works := range choices {
		if t.of[i], err = t.count(s, d, works); err != nil {
			return err
		}
	}
	s.modelled(d.ground.Modelled())
	if err := t.tell(s, c.A, c.B, d.ground.Cells.ID); err != nil || c.Out == "" {
		return err
	}
	return ground.Save(c.Out, func(w io.Writer) error {
		table := t.table(d.ground)
		if ext == ".geojson" {
			return export.TableGeoJSON(w, table, []export.Note{{"before", c.A}, {"after", c.B}, {"modelled", strconv.FormatBool(d.ground.Modelled())}})
		}
		return export.TableCSV(w, table)
	})
}

// compared is what cells reach under two choices of works.
type compared struct {
	people []float64
	limits []reach.Decis
	names  []string
	values [][]float64
	of     [2][][]float64 // by limit and column, of every cell
}

func (t *compared) count(s *session, d studied, works []area.Work) (out [][]float64, err error) {
	count, err := d.counts(s, works)
	if err != nil {
		return nil, err
	}
	n := len(t.names)
	out = make([][]float64, len(t.limits)*n)
	p := s.progress()
	defer p.end()
	work := d.q.work(func(done, total int) { p.say(s.t("ground.counting"), done, total) })
	err = count(reach.Question{Limits: t.limits, Columns: t.values}, work, func(_ int, sums reach.Sums) error {
		for i := range t.limits {
			for k := range n {
				out[i*n+k] = append(out[i*n+k], sums.At[i][k])
			}
		}
		return nil
	})
	return out, err
}

// tell prints who gains and who loses, for each limit and column.
func (t *compared) tell(s *session, a, b string, ids []string) error {
	type said struct {
		Minutes float64 `json:"minutes"`
		Column  string  `json:"column"`
		scenario.Gains
		MostGain string `json:"mostGain,omitempty"`
		MostLoss string `json:"mostLoss,omitempty"`
	}
	var list []said
	var rows [][]string
	named := s.columnNames(t.names)
	for i, l := range t.limits {
		for k, name := range t.names {
			g := scenario.GainsOf(t.people, t.of[0][i*len(t.names)+k], t.of[1][i*len(t.names)+k])
			one := said{Minutes: l.Seconds() / 60, Column: name, Gains: g}
			if g.MostGain >= 0 {
				one.MostGain = ids[g.MostGain]
			}
			if g.MostLoss >= 0 {
				one.MostLoss = ids[g.MostLoss]
			}
			list = append(list, one)
			row := []string{number(one.Minutes), named[k], s.amount(g.Before), s.amount(g.After), s.amount(g.Gain), s.amount(g.Lose)}
			for _, q := range g.Quantiles {
				row = append(row, s.amount(q))
			}
			rows = append(rows, append(row, one.MostGain, one.MostLoss))
		}
	}
	if s.json {
		return s.writeJSON(map[string]any{"a": a, "b": b, "shares": scenario.Shares, "compared": list})
	}
	fmt.Fprintln(s.out, s.t("scenario.compared", "a", a, "b", b))
	s.table(strings.Split(s.t("scenario.compared.header"), "|"), rows)
	return nil
}

// table is the comparison of every cell.
func (t *compared) table(g *reach.Ground) *export.Table {
	out := &export.Table{Side: g.Cells.Side, Columns: []export.Column{{Name: "id", Words: g.Cells.ID}}}
	out.Point = append(out.Point, g.Cells.Point...)
	for i, l := range t.limits {
		for k, name := range t.names {
			at := i*len(t.names) + k
			head := name + "_" + number(l.Seconds()/60)
			change := make([]float64, len(t.people))
			for c := range change {
				change[c] = t.of[1][at][c] - t.of[0][at][c]
			}
			out.Columns = append(out.Columns, export.Column{Name: head + "_before", Numbers: t.of[0][at]}, export.Column{Name: head + "_after", Numbers: t.of[1][at]}, export.Column{Name: head + "_change", Numbers: change})
		}
	}
	return out
}
