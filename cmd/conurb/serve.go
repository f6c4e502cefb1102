package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"conurb/app"
	"conurb/app/contribution"
	"conurb/app/ground"
	"conurb/app/job"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/door/httpapi"
	"conurb/kit/gtfs"
)

type serveCmd struct {
	where
	working
	Verbose bool     `help:"${verbose}"`
	Listen  string   `default:"127.0.0.1:8080" env:"CONURB_LISTEN" help:"${listen}" placeholder:"HOST:PORT"`
	Net     []string `type:"existingfile" help:"${serve_net}" placeholder:"FILE.cnet"`
	Cells   []string `type:"existingfile" help:"${serve_cells}" placeholder:"FILE.csv"`
	GTFS    []string `name:"gtfs" help:"${serve_gtfs}" placeholder:"FEED.zip"`
	Day     string   `name:"gtfs-day" help:"${serve_day}" placeholder:"2026-05-13"`
	Demo    bool     `help:"${serve_demo}"`
	Node    string   `help:"${serve_node}" placeholder:"NAME"`
	Config  string   `type:"existingfile" help:"${serve_config}" placeholder:"node.yaml"`
	unpacked
}

// shelf puts the region's network and those of the flags before the doors.
func (c serveCmd) shelf(s *session, a *app.App, riding func(*reach.Ground) (*reach.Ground, error)) *ground.Shelf {
	shelf, p := &ground.Shelf{}, a.Pack()
	shelf.Put(p.ID, p.Name, func() (*reach.Ground, error) { return ground.Region(s.ctx, s.home(c.where), p, nil) })
	for i, file := range c.Net {
		id := strings.TrimSuffix(filepath.Base(file), ".cnet")
		cells := ""
		if i < len(c.Cells) {
			cells = c.Cells[i]
		}
		name := area.Text{Zh: id, En: id}
		if n, err := ground.OpenNetwork(file); err == nil {
			name = n.Info.Name
		} else { // the others are served all the same
			fmt.Fprintln(s.err, s.refused(err))
		}
		shelf.Put(id, name, func() (*reach.Ground, error) {
			g, err := ground.Open(id, file, cells)
			if err != nil || i > 0 {
				return g, err
			}
			return riding(g)
		})
	}
	return shelf
}

// riding puts the timetables of the flags on a ground; they are read before the node
// starts.
func (c serveCmd) riding(s *session) (func(*reach.Ground) (*reach.Ground, error), error) {
	if len(c.GTFS) == 0 && c.Day == "" {
		return func(g *reach.Ground) (*reach.Ground, error) { return g, nil }, nil
	}
	day, err := area.ParseDate(c.Day)
	if err != nil || len(c.GTFS) == 0 || len(c.Net) == 0 {
		return nil, fmt.Errorf("--gtfs %s --gtfs-day %q: %w", strings.Join(c.GTFS, ","), c.Day, errServeDay)
	}
	feed, err := riding{unpacked: c.unpacked, GTFS: c.GTFS}.feed(s)
	if err != nil {
		return nil, err
	}
	if _, rep := transit.OfFeed(feed, gtfs.Date(day)); rep.Trips == rep.Night {
		first, last := feed.Span()
		return nil, &ground.ServiceError{Day: gtfs.Date(day), First: first, Last: last}
	}
	var names []string
	for _, path := range c.GTFS {
		names = append(names, filepath.Base(path))
	}
	return func(g *reach.Ground) (*reach.Ground, error) {
		return ground.Riding(g, feed, gtfs.Date(day), strings.Join(names, ", "))
	}, nil
}

// shutdownGrace is how long requests under way may take after Ctrl+C.
const shutdownGrace = 10 * time.Second

func (c serveCmd) Run(s *session) error {
	if err := c.check(0); err != nil {
		return err
	}
	s.results = c.Results << 20
	if len(c.Cells) > len(c.Net) {
		return fmt.Errorf("%d --cells, %d --net: %w", len(c.Cells), len(c.Net), ground.ErrPairs)
	}
	if c.several() {
		return c.nodes(s)
	}
	a, err := s.open(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	log := s.log(c.Verbose)
	o, begin, err := c.rooms(s, a, log)
	if err != nil {
		return err
	}
	handler := a.Handler(o)
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("%w: %w", errListen, err)
	}
	if err := s.sayReady(a, "http://"+listener.Addr().String()); err != nil {
		return err
	}
	defer begin()()
	return s.serveUntilDone([]served{{newServer(handler), listener}})
}

// rooms are what a program adds to a node: streets, circles, long work. begin lets them work;
// what it returns ends that.
func (c serveCmd) rooms(s *session, a *app.App, log *slog.Logger) (o httpapi.Options, begin func() (end func()), err error) {
	if c.Workers == 0 && !a.Shared() {
		return o, nil, fmt.Errorf("--workers 0, %s: %w", a.Database(), errAlone)
	}
	riding, err := c.riding(s)
	if err != nil {
		return o, nil, err
	}
	shelf := c.shelf(s, a, riding)
	circles := a.Circles(func(ctx context.Context) (*reach.Ground, error) { return shelf.Ground(ctx, a.Pack().ID) })
	jobs, err := a.Jobs([]job.Kind{contribution.Kind(circles.Holder)}, log)
	if err != nil {
		return o, nil, err
	}
	if err := circles.WorkedBy(jobs, log); err != nil {
		return o, nil, err
	}
	begin = func() func() {
		working := c.work(s, jobs, log)
		ctx, stop := context.WithCancel(s.ctx)
		kept := make(chan struct{})
		go func() { defer close(kept); a.KeepQuarters(ctx, log) }()
		return func() { stop(); <-kept; working() }
	}
	return httpapi.Options{Log: log, Grounds: shelf, Circles: circles, Jobs: app.LongWork(jobs)}, begin, nil
}

// sayReady tells which database a node has, and where its door is.
func (s *session) sayReady(a *app.App, url string) error {
	head, err := a.LogHead(s.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, s.t("cli.serve.database", "db", a.Database(), "size", strconv.FormatInt(head.Size, 10)))
	if !app.PageBuilt() {
		fmt.Fprintln(s.out, s.t("cli.serve.nopage"))
	}
	fmt.Fprintln(s.out, s.t("cli.serve.ready", "url", url))
	return nil
}

// served is a door with the address at which it stands.
type served struct {
	server   *http.Server
	listener net.Listener
}

func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute}
}

// serveUntilDone serves until the program is stopped or one door fails.
func (s *session) serveUntilDone(doors []served) error {
	failed := make(chan error, len(doors))
	for _, d := range doors {
		go func() {
			if d.server.TLSConfig != nil {
				failed <- d.server.ServeTLS(d.listener, "", "")
			} else {
				failed <- d.server.Serve(d.listener)
			}
		}()
	}
	var err error
	select {
	case err = <-failed:
	case <-s.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), shutdownGrace)
	defer cancel()
	var all sync.WaitGroup
	ends := make([]error, len(doors))
	for i, d := range doors {
		all.Go(func() { ends[i] = d.server.Shutdown(ctx) })
	}
	all.Wait()
	for _, end := range ends {
		if err == nil && end != nil && !errors.Is(end, context.DeadlineExceeded) {
			err = end
		}
	}
	if err == nil {
		fmt.Fprintln(s.out, s.t("cli.serve.stopped"))
	}
	return err
}
