package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/door/export"
	"conurb/kit/geo"
	"conurb/kit/gtfs"
)

// transitMode is the mode that is no profile: public transport and walking.
const transitMode = "transit"

// The refusals of questions about public transport.
var (
	errNoTimetable = errors.New("no timetable is given")
	errDepart      = errors.New("not a day and time")
	errRiding      = errors.New("the timetable has its own time of day")
	errOnePercent  = errors.New("more than one percentile")
	errPercent     = errors.New("not a percentile")
	errNoLines     = errors.New("no line of the region runs on that day")
)

// riding is what a question about public transport needs besides.
type riding struct {
	unpacked
	GTFS        []string      `name:"gtfs" help:"${gtfs_feeds}" placeholder:"FEED.zip"`
	Depart      string        `help:"${depart}" placeholder:"2026-05-13T07:00"`
	Window      time.Duration `default:"120m" help:"${window}" placeholder:"120m"`
	Percentiles []float64     `default:"50" help:"${percentiles}" placeholder:"5,50,95"`
	Access      time.Duration `default:"20m" help:"${access}" placeholder:"20m"`
	Change      time.Duration `default:"10m" help:"${change}" placeholder:"10m"`
	Slack       time.Duration `default:"1m" help:"${slack}" placeholder:"1m"`
	AccessBy    string        `default:"walk" enum:"walk,bicycle,car" help:"${access_by}" placeholder:"walk|bicycle|car"`
	AccessMax   time.Duration `default:"20m" help:"${access_max}" placeholder:"20m"`
	Park        time.Duration `default:"3m" help:"${park}" placeholder:"3m"`
}

// at reads the day and the window.
func (r riding) at() (gtfs.Date, reach.Window, error) {
	t, err := time.Parse("2006-01-02T15:04", r.Depart)
	if err != nil {
		return 0, reach.Window{}, fmt.Errorf("%q: %w", r.Depart, errDepart)
	}
	from := transit.Second(t.Hour()*3600 + t.Minute()*60)
	return gtfs.NewDate(t.Date()), reach.Window{From: from, Until: from + transit.Second(r.Window.Seconds()), Step: 60}, nil
}

// percent is the one percentile of questions that take one.
func (r riding) percent() (float64, error) {
	if len(r.Percentiles) != 1 {
		return 0, fmt.Errorf("--percentiles %v: %w", r.Percentiles, errOnePercent)
	}
	return r.Percentiles[0], nil
}

// feed reads the timetables, merged where there are several.
func (r riding) feed(s *session) (*gtfs.Feed, error) {
	if len(r.GTFS) == 0 {
		return nil, errNoTimetable
	}
	var parts []gtfs.Part
	for i, path := range r.GTFS {
		f, _, err := r.whole(s, path)
		if err != nil {
			return nil, err
		}
		parts = append(parts, gtfs.Part{Name: strconv.Itoa(i+1) + "-" + feedName(path), Feed: f})
	}
	if len(parts) == 1 {
		return parts[0].Feed, nil
	}
	f, _, err := gtfs.Merge(parts...)
	return f, err
}

// table reads the timetable of the day, and what the feed says of changes.
func (r riding) table(s *session) (*transit.Timetable, transit.Transfers, reach.Window, error) {
	day, window, err := r.at()
	if err != nil {
		return nil, nil, window, err
	}
	feed, err := r.feed(s)
	if err != nil {
		return nil, nil, window, err
	}
	table, rep := transit.OfFeed(feed, day)
	if rep.Trips == rep.Night {
		first, last := feed.Span()
		return nil, nil, window, &ground.ServiceError{Day: day, First: first, Last: last}
	}
	if rep.Headways > 0 {
		fmt.Fprintln(s.err, s.t("ground.headways", "n", strconv.Itoa(rep.Headways)))
	}
	return table, transit.TransfersOf(feed), window, nil
}

// lines is the timetable of the region's own lines.
func (r riding) lines(s *session, o on) (*transit.Timetable, reach.Window, error) {
	day, window, err := r.at()
	if err != nil {
		return nil, window, err
	}
	p, err := s.packFor(o.where)
	if err != nil {
		return nil, window, err
	}
	table := ground.Timetable(p, area.Date(day))
	if table.Trips() == 0 {
		return nil, window, fmt.Errorf("%s: %w", day, errNoLines)
	}
	fmt.Fprintln(s.err, s.t("ground.lines"))
	return table, window, nil
}

// ready is a question about public transport with all that it takes.
type ready struct {
	asked
	transit *reach.Transit
	window  reach.Window
}

// ready joins timetable, streets and cells; longest is that of a journey.
func (r riding) ready(s *session, o on, longest time.Duration, b bounded, columns ...string) (ready, error) {
	out, cells, err := ready{}, (*reach.Joined)(nil), error(nil)
	if o.Hour != nil || o.Congestion != "" {
		return out, fmt.Errorf("--hour, --congestion: %w", errRiding)
	}
	for _, q := range r.Percentiles {
		if q <= 0 || q > 100 {
			return out, fmt.Errorf("--percentiles %v: %w", q, errPercent)
		}
	}
	if err := r.bounds(longest); err != nil {
		return out, err
	}
	var table *transit.Timetable
	var transfers transit.Transfers
	var window reach.Window
	if len(r.GTFS) == 0 && o.Net == "" {
		table, window, err = r.lines(s, o)
	} else {
		table, transfers, window, err = r.table(s)
	}
	if err != nil {
		return out, err
	}
	out.window, o.Mode = window, "walk"
	if out.asked, err = o.open(s, columns...); err != nil {
		return out, err
	}
	out.lines = len(r.GTFS) == 0
	if err := stopsNear(out.asked, table); err != nil {
		return out, err
	}
	if out.ground.Cells == nil {
		cells = out.engine.Join(nil, 0)
	} else if cells, err = out.cells(s); err != nil {
		return out, err
	}
	j, err := r.journey(out.ground, longest)
	if err != nil {
		return out, err
	}
	p := s.progress()
	defer p.end()
	work := b.work(func(done, total int) { p.say(s.t("ground.walks"), done, total) })
	out.transit, err = out.engine.NewTransit(s.ctx, table, cells, j, transfers, work)
	return out, err
}

// stopsNear refuses a timetable none of whose stops is near the streets: nobody would ride.
func stopsNear(a asked, t *transit.Timetable) error {
	stops := make([]geo.Point, t.Stops())
	copy(stops, t.StopPlace)
	if err := a.engine.Join(stops, 0).Near(a.ground.Net.Info.Bounds); err != nil {
		return fmt.Errorf("stops of the timetable: %w", err)
	}
	return nil
}

// bounds refuses times that no journey can have before anything is read.
func (r riding) bounds(longest time.Duration) error {
	if longest <= 0 {
		return fmt.Errorf("--max %v: %w", longest, reach.ErrLimit)
	}
	if r.Window <= 0 || r.Window+longest >= mostSpan || r.Slack < time.Second {
		return fmt.Errorf("--window %v, --max %v, --slack %v: %w", r.Window, longest, r.Slack, transit.ErrWindow)
	}
	return nil
}

// mostSpan is what package transit holds of a window and the longest journey from it.
const mostSpan = 18 * time.Hour

// journey is what journeys may be like, by the flags.
func (r riding) journey(g *reach.Ground, longest time.Duration) (reach.Journey, error) {
	of := func(d time.Duration) reach.Decis { return reach.Minutes(d.Minutes()) }
	j := reach.Journey{Access: of(r.Access), Egress: of(r.Access), Change: of(r.Change), Slack: transit.Second(r.Slack.Seconds()), Longest: of(longest)}
	if r.AccessBy == "walk" {
		return j, nil
	}
	e, err := g.Engine(r.AccessBy)
	j.By = &reach.Vehicle{Engine: e, Limit: of(r.AccessMax), Park: of(r.Park)}
	return j, cmp.Or(err, within("--access-max", r.AccessMax.Minutes(), 0, 100), within("--park", r.Park.Minutes(), 0, 100))
}

// turned is a question about public transport from all cells to points, or all cells
// where there are none; inbound, with rows for the cells that are got to.
func (r ready) turned(s *session, points []geo.Point, work reach.Work) (tr *reach.Transit, err error) {
	tr = r.transit
	switch {
	case points == nil:
	case r.way == reach.Inbound:
		tr, err = tr.From(s.ctx, points, work)
	default:
		aims := make([]reach.Aim, len(points))
		for i, p := range points {
			aims[i].Points = []geo.Point{p}
		}
		tr, err = tr.Towards(s.ctx, aims, work)
	}
	if err != nil || r.way == reach.Outbound {
		return tr, err
	}
	return tr.Inbound(s.ctx)
}

// ride answers a matrix by public transport: a column for each percentile.
func (c reachMatrixCmd) ride(s *session) error {
	r, err := c.ready(s, c.on, c.Max, c.bounded, ground.NoColumns)
	if err != nil {
		return err
	}
	if r.ground.Cells == nil {
		return ground.ErrNoCells
	}
	from, to := r.ground.Cells.ID, r.ground.Cells.ID
	var points []geo.Point
	if c.To != "" {
		cells, err := s.readCells(c.To, c.Datum, c.Side, &r.ground.Net.Info.Bounds, ground.NoColumns)
		if err != nil {
			return err
		}
		if err := s.missed(r.asked, r.engine.Join(cells.Point, 0), cells.ID); err != nil {
			return err
		}
		points, to = cells.Point, cells.ID
	}
	p := s.progress()
	defer p.end()
	tr, err := r.turned(s, points, c.work(nil))
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		out, err := export.PercentilesCSV(w, to, c.Percentiles, r.modelled())
		if err != nil {
			return err
		}
		if strings.EqualFold(filepath.Ext(c.Out), ".parquet") {
			out = export.PercentilesParquet(w, to, c.Percentiles, c.about(r))
		}
		work := c.work(func(done, total int) { p.say(s.t("ground.matrix"), done, total) })
		if err := tr.Percentiles(s.ctx, r.window, c.Percentiles, work, func(i int, times [][]reach.Decis) error {
			return out.Row(from[i], times)
		}); err != nil {
			return err
		}
		return out.Close()
	}
	s.modelled(r.modelled())
	return s.deliver(c.Out, write, "ground.matrix.done", "file", c.Out, "from", strconv.Itoa(len(from)), "to", strconv.Itoa(len(to)))
}

// about goes into a Parquet file.
func (c reachMatrixCmd) about(r ready) export.About {
	return export.About{"mode": transitMode, "network": r.ground.ID, "modelled": strconv.FormatBool(r.modelled()), "depart": c.Depart,
		"window_minutes": number(c.Window.Minutes()), "max_seconds": number(c.Max.Seconds()), "access_by": c.AccessBy, "inbound": strconv.FormatBool(c.Inbound)}
}

// ride counts by public transport, for a place or for every cell.
func (c reachCountCmd) ride(s *session) error {
	percent, err := c.percent()
	if err != nil {
		return err
	}
	r, err := c.ready(s, c.on, slices.Max(append([]time.Duration{0}, c.Max...)), c.bounded, c.Columns...)
	if err != nil {
		return err
	}
	if r.ground.Cells == nil {
		return ground.ErrNoCells
	}
	if c.At != "" {
		at, err := c.point(s, c.At)
		if err != nil {
			return err
		}
		names, sums, err := r.around(s, at, decis(c.Max), percent, c.Columns, c.work(nil))
		if err != nil {
			return err
		}
		return c.tell(s, r.asked, at, names, sums)
	}
	tr, err := r.turned(s, nil, c.work(nil))
	if err != nil {
		return err
	}
	return c.every(s, r.asked, func(q reach.Question, w reach.Work, visit func(int, reach.Sums) error) error {
		return tr.Counts(s.ctx, r.window, percent, q, w, visit)
	})
}

// around sums the columns within each limit of a point.
func (r ready) around(s *session, at geo.Point, limits []reach.Decis, percent float64, columns []string, w reach.Work) (names []string, sums reach.Sums, err error) {
	names, values, unknown := r.ground.Columns(columns...)
	if unknown != "" {
		return nil, sums, &ground.ColumnError{Name: unknown, Known: r.ground.Cells.Names()}
	}
	if err := r.engine.Join([]geo.Point{at}, 0).Near(r.ground.Net.Info.Bounds); err != nil {
		return nil, sums, err
	}
	times, err := r.transit.Times(s.ctx, r.way, at, r.window, percent, w)
	if err != nil {
		return nil, sums, err
	}
	return names, reach.SumsOf(times, reach.Question{Limits: limits, Columns: values}), nil
}

// ride draws the ground within so many minutes by public transport.
func (c reachIsochroneCmd) ride(s *session) error {
	percent, err := c.percent()
	if err != nil {
		return err
	}
	r, err := c.ready(s, c.on, slices.Max(append([]time.Duration{0}, c.Max...)), bounded{Memory: 1024})
	if err != nil {
		return err
	}
	at, err := c.point(s, c.At)
	if err != nil {
		return err
	}
	iso, err := r.transit.Isochrones(s.ctx, r.way, at, r.window, percent, decis(c.Max), *c.Grid, reach.Work{})
	if err != nil {
		return err
	}
	var names []string
	var sums reach.Sums
	if r.ground.Cells != nil {
		if names, sums, err = r.around(s, at, iso.Limits(), percent, nil, reach.Work{}); err != nil {
			return err
		}
	}
	return c.draw(s, r.asked, at, iso, names, sums, map[string]any{"depart": c.Depart, "window_minutes": c.Window.Minutes(), "percentile": percent})
}
