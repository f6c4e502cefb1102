package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"conurb/app/ground"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/door/export"
	"conurb/kit/gtfs"
)

// transitMode is the mode that is no profile: public transport and walking.
const transitMode = "transit"

// The refusals of questions about public transport.
var (
	errNoTimetable = errors.New("no timetable is given")
	errDepart      = errors.New("not a day and time")
	errRiding      = errors.New("not asked of public transport yet")
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

// ready is a question about public transport with all that it takes.
type ready struct {
	asked
	transit *reach.Transit
	window  reach.Window
}

// ready joins timetable, streets and cells; longest is that of a journey.
func (r riding) ready(s *session, o on, longest time.Duration, b bounded, columns ...string) (ready, error) {
	var out ready
	if o.Inbound || o.Congestion != "" {
		return out, fmt.Errorf("--inbound, --congestion: %w", errRiding)
	}
	day, window, err := r.at()
	if err != nil {
		return out, err
	}
	feed, err := r.feed(s)
	if err != nil {
		return out, err
	}
	table, rep := transit.OfFeed(feed, day)
	if rep.Trips == rep.Night {
		first, last := feed.Span()
		return out, fmt.Errorf("%s: %w", day, &serviceError{day, first, last})
	}
	o.Mode = "walk"
	if out.asked, err = o.open(s, columns...); err != nil {
		return out, err
	}
	cells, err := out.cells(s)
	if err != nil {
		return out, err
	}
	p := s.progress()
	defer p.end()
	j := reach.Journey{Access: reach.Minutes(r.Access.Minutes()), Egress: reach.Minutes(r.Access.Minutes()), Change: reach.Minutes(r.Change.Minutes()),
		Slack: transit.Second(r.Slack.Seconds()), Longest: reach.Minutes(longest.Minutes())}
	work := b.work(func(done, total int) { p.say(s.t("ground.walks"), done, total) })
	out.window = window
	out.transit, err = out.engine.NewTransit(s.ctx, table, cells, j, transit.TransfersOf(feed), work)
	if rep.Headways > 0 {
		fmt.Fprintln(s.err, s.t("ground.headways", "n", strconv.Itoa(rep.Headways)))
	}
	return out, err
}

// serviceError tells that no trip runs on a day.
type serviceError struct{ Day, First, Last gtfs.Date }

func (e *serviceError) Error() string { return "no trip runs on that day" }

// ride answers a matrix by public transport: a column for each percentile.
func (c reachMatrixCmd) ride(s *session) error {
	r, err := c.ready(s, c.on, c.Max, c.bounded, ground.NoColumns)
	if err != nil {
		return err
	}
	if c.To != "" || strings.HasSuffix(c.Out, ".parquet") {
		return fmt.Errorf("--to, %s: %w", filepath.Ext(c.Out), errRiding)
	}
	p := s.progress()
	defer p.end()
	ids := r.ground.Cells.ID
	write := func(w io.Writer) error {
		out, err := export.NewPercentiles(w, ids, c.Percentiles, r.ground.Modelled())
		if err != nil {
			return err
		}
		work := c.work(func(done, total int) { p.say(s.t("ground.matrix"), done, total) })
		if err := r.transit.Percentiles(s.ctx, r.window, c.Percentiles, work, func(i int, times [][]reach.Decis) error {
			return out.Row(ids[i], times)
		}); err != nil {
			return err
		}
		return out.Close()
	}
	s.modelled(r.ground.Modelled())
	return s.deliver(c.Out, write, "ground.matrix.done", "file", c.Out, "from", strconv.Itoa(len(ids)), "to", strconv.Itoa(len(ids)))
}

// ride counts by public transport, for every cell.
func (c reachCountCmd) ride(s *session) error {
	if c.At != "" || len(c.Percentiles) != 1 {
		return fmt.Errorf("--at, --percentiles %v: %w", c.Percentiles, errRiding)
	}
	r, err := c.ready(s, c.on, slices.Max(append([]time.Duration{0}, c.Max...)), c.bounded, c.Columns...)
	if err != nil {
		return err
	}
	return c.every(s, r.asked, func(q reach.Question, w reach.Work, visit func(int, reach.Sums) error) error {
		return r.transit.Counts(s.ctx, r.window, c.Percentiles[0], q, w, visit)
	})
}
