package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"conurb/app/ground"
	"conurb/connect/reach"
	"conurb/door/export"
	"conurb/kit/geo"
	"conurb/locale"
)

type reachCountCmd struct {
	on
	riding
	bounded
	At      string          `help:"${at_count}" placeholder:"LON,LAT|NAME"`
	Max     []time.Duration `default:"30m,60m" help:"${max_list}" placeholder:"30m,60m"`
	Columns []string        `help:"${columns}" placeholder:"NAME"`
	Out     string          `help:"${out_counts}" placeholder:"FILE.csv"`
}

func (c reachCountCmd) Run(s *session) error {
	if err := c.bounded.check(); err != nil {
		return err
	}
	if c.At == "" {
		if err := s.csvOnly(c.Out); err != nil {
			return err
		}
	}
	if c.Mode == transitMode {
		return c.ride(s)
	}
	a, err := c.open(s, c.Columns...)
	if err != nil {
		return err
	}
	if c.At == "" {
		return c.all(s, a)
	}
	at, err := c.point(s, c.At)
	if err != nil {
		return err
	}
	names, sums, err := c.count(s, a, at, decis(c.Max), c.Columns)
	if err != nil {
		return err
	}
	return c.tell(s, a, at, names, sums)
}

// tell says what lies within each limit of a place.
func (c reachCountCmd) tell(s *session, a asked, at geo.Point, names []string, sums reach.Sums) error {
	limits := decis(c.Max)
	s.modelled(a.modelled())
	if c.Out != "" {
		return s.deliver(c.Out, func(w io.Writer) error {
			out, err := export.NewCounts(w, limits, names, a.modelled())
			if err != nil {
				return err
			}
			if err := out.Row(c.At, sums); err != nil {
				return err
			}
			return out.Close()
		}, "ground.saved", "file", c.Out)
	}
	if s.json {
		return s.writeJSON(c.said(a, at, limits, names, sums))
	}
	header := append(strings.Split(s.t("ground.count.header"), "|"), s.columnNames(names)...)
	var rows [][]string
	for i, l := range limits {
		row := []string{number(l.Seconds() / 60), strconv.Itoa(sums.Places[i])}
		for k := range names {
			row = append(row, s.amount(sums.At[i][k]))
		}
		rows = append(rows, row)
	}
	key := "ground.count.from"
	if c.Inbound {
		key = "ground.count.to"
	}
	fmt.Fprintln(s.out, s.t(key, "place", c.At, "mode", s.mode(c.Mode)))
	s.table(header, rows)
	return nil
}

// columnNames are the names of columns for people: those of the model have words.
func (s *session) columnNames(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		if out[i] = name; locale.Has(s.lang, "reach.column."+name) {
			out[i] = s.t("reach.column." + name)
		}
	}
	return out
}

// said is the answer as JSON.
func (c reachCountCmd) said(a asked, at geo.Point, limits []reach.Decis, names []string, sums reach.Sums) map[string]any {
	within := []map[string]any{}
	for i, l := range limits {
		one := map[string]any{"minutes": l.Seconds() / 60, "places": sums.Places[i]}
		for k, name := range names {
			one[name] = sums.At[i][k]
		}
		within = append(within, one)
	}
	return map[string]any{"lon": at[0], "lat": at[1], "mode": c.Mode, "inbound": c.Inbound, "modelled": a.modelled(), "within": within}
}

// all counts for every cell.
func (c reachCountCmd) all(s *session, a asked) error {
	cells, err := a.cells(s)
	if err != nil {
		return err
	}
	return c.every(s, a, func(q reach.Question, w reach.Work, visit func(int, reach.Sums) error) error {
		return a.engine.Count(s.ctx, a.way, cells, cells, q, w, visit)
	})
}

// every writes what a count tells of every cell, in their order.
func (c reachCountCmd) every(s *session, a asked, count func(reach.Question, reach.Work, func(int, reach.Sums) error) error) error {
	names, values, unknown := a.ground.Columns(c.Columns...)
	if unknown != "" {
		return &ground.ColumnError{Name: unknown, Known: a.ground.Cells.Names()}
	}
	limits := decis(c.Max)
	p := s.progress()
	defer p.end()
	write := func(w io.Writer) error {
		out, err := export.NewCounts(w, limits, names, a.modelled())
		if err != nil {
			return err
		}
		work := c.work(func(done, total int) { p.say(s.t("ground.counting"), done, total) })
		if err := count(reach.Question{Limits: limits, Columns: values}, work, func(i int, sums reach.Sums) error {
			return out.Row(a.ground.Cells.ID[i], sums)
		}); err != nil {
			return err
		}
		return out.Close()
	}
	s.modelled(a.modelled())
	return s.deliver(c.Out, write, "ground.saved", "file", c.Out)
}

// amount is a figure for people: in Chinese large ones in 万, as they are read there.
func (s *session) amount(v float64) string {
	if s.lang == "zh-CN" && math.Abs(v) >= 1e4 {
		if math.Abs(v) >= 1e8 {
			return s.t("ground.amount.yi", "n", strconv.FormatFloat(v/1e8, 'f', 2, 64))
		}
		return s.t("ground.amount.wan", "n", strconv.FormatFloat(v/1e4, 'f', 2, 64))
	}
	text := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

type reachRouteCmd struct {
	on
	riding
	From  string        `required:"" help:"${from_point}" placeholder:"LON,LAT|NAME"`
	To    string        `required:"" help:"${to_point}" placeholder:"LON,LAT|NAME"`
	Max   time.Duration `default:"120m" help:"${max_journey}" placeholder:"120m"`
	Every bool          `help:"${every}"`
	Out   string        `help:"${out_geojson}" placeholder:"FILE.geojson"`
}

// ends are the two points.
func (c reachRouteCmd) ends(s *session) (out [2]geo.Point, err error) {
	for i, text := range []string{c.From, c.To} {
		if out[i], err = c.point(s, text); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (c reachRouteCmd) Run(s *session) error {
	if c.Mode == transitMode {
		return c.ride(s)
	}
	a, err := c.open(s)
	if err != nil {
		return err
	}
	ends, err := c.ends(s)
	if err != nil {
		return err
	}
	r, err := a.engine.Route(ends[0], ends[1])
	if err != nil {
		return err
	}
	s.modelled(a.modelled())
	about := export.Basis(a.ground, s.lang)
	about["mode"] = c.Mode
	if c.Out != "" {
		if err := ground.Save(c.Out, func(w io.Writer) error { return export.WriteJSON(w, export.Route(r, about)) }); err != nil {
			return err
		}
		fmt.Fprintln(s.err, s.t("ground.saved", "file", c.Out))
	}
	if s.json {
		feature := export.Route(r, about)
		feature.Properties["steps"] = s.steps(r)
		return s.writeJSON(feature)
	}
	fmt.Fprintln(s.out, s.t("ground.route", "mode", s.mode(c.Mode), "time", s.span(r.Time), "km", km(r.Metres)))
	for i, step := range s.steps(r) {
		fmt.Fprintf(s.out, "%3d. %s\n", i+1, step["text"])
	}
	return nil
}

// steps are the instructions in words.
func (s *session) steps(r *reach.Route) []map[string]any {
	var out []map[string]any
	for _, step := range r.Steps {
		out = append(out, map[string]any{
			"turn": step.Turn, "name": step.Name, "metres": math.Round(step.Metres), "seconds": step.Time.Seconds(),
			"at": step.At, "text": s.turn(step),
		})
	}
	return out
}

func (s *session) turn(step reach.Step) string {
	name := step.Name
	if name == "" {
		name = s.t("reach.unnamed")
	}
	text := s.t("reach.turn."+string(step.Turn), "name", name, "exit", strconv.Itoa(step.Exit))
	if step.Turn == reach.Arrive {
		return text
	}
	return text + s.t("reach.for", "length", s.length(step.Metres), "time", s.span(step.Time))
}

func (s *session) length(metres float64) string {
	if metres < 1000 {
		return s.t("reach.metres", "n", number(math.Round(metres/10)*10))
	}
	return s.t("reach.km", "n", km(metres))
}

func (s *session) span(t reach.Decis) string {
	minutes := int(math.Round(t.Seconds() / 60))
	switch {
	case t.Seconds() < 60:
		return s.t("reach.seconds", "n", number(t.Seconds()))
	case minutes < 60:
		return s.t("reach.minutes", "n", strconv.Itoa(minutes))
	}
	return s.t("reach.hours", "h", strconv.Itoa(minutes/60), "m", strconv.Itoa(minutes%60))
}
