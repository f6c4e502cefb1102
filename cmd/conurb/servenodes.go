package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"conurb/app/node"
	"conurb/app/town"
	"conurb/plan/pack"
	"conurb/trust/trustlist"
)

// errDemoOf refuses to make a demonstration of a node that is somebody's.
var errDemoOf = errors.New("--demo has nodes of its own")

// errDemoFolder refuses to serve a node of a demonstration as if it were a real one.
var errDemoFolder = errors.New("the node is one of a demonstration")

// demoFolder holds the nodes of a demonstration, below --data.
const demoFolder = "demo"

// several tells whether nodes are asked for rather than a board that stands alone.
func (c serveCmd) several() bool {
	return c.Demo || c.Node != "" || c.Config != "" || node.Is(c.Data) || len(nodeFolders(filepath.Join(c.Data, nodesFolder))) > 0
}

// nodeFolders are the folders of nodes below one, the office first.
func nodeFolders(dir string) (list []string) {
	all, err := filepath.Glob(filepath.Join(dir, "*", node.File))
	if err != nil {
		return nil
	}
	for _, file := range all {
		list = append(list, filepath.Dir(file))
	}
	slices.SortStableFunc(list, func(a, b string) int { return rank(a) - rank(b) })
	return list
}

func rank(dir string) int {
	if filepath.Base(dir) == string(trustlist.Office) {
		return 0
	}
	return 1
}

// folders are the nodes that are to be served.
func (c serveCmd) folders(s *session, p *pack.Pack) ([]string, error) {
	switch {
	case c.Demo && (c.Config != "" || c.Node != ""): // else people whose passwords everybody knows would get accounts there
		return nil, errDemoOf
	case c.Config != "":
		dir := filepath.Dir(c.Config)
		conf, err := node.ConfigOf(dir)
		if err != nil || filepath.Base(c.Config) != node.File {
			return nil, errors.Join(fmt.Errorf("%s: %w", c.Config, errNotNode), err)
		}
		if c.Node != "" && string(conf.Name) != c.Node {
			return nil, fmt.Errorf("%s: %s, --node %s: %w", c.Config, conf.Name, c.Node, errNodeName)
		}
		return []string{dir}, nil
	case c.Demo:
		dir := filepath.Join(c.Data, demoFolder)
		return c.drawDemo(s, p, dir)
	case c.Node != "":
		dir := filepath.Join(c.Data, nodesFolder, c.Node)
		if conf, err := node.ConfigOf(c.Data); err == nil && string(conf.Name) == c.Node {
			dir = c.Data
		}
		if !node.Is(dir) {
			return nil, fmt.Errorf("%s: %w", dir, errNotNode)
		}
		return []string{dir}, nil
	case node.Is(c.Data):
		return []string{c.Data}, nil
	}
	return nodeFolders(filepath.Join(c.Data, nodesFolder)), nil
}

// drawDemo makes the folders of a demonstration that are not there: at its first start all, and
// those that were not come to where that one was cut off.
func (c serveCmd) drawDemo(s *session, p *pack.Pack, dir string) ([]string, error) {
	places, err := s.places(p)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		if node.Is(filepath.Join(dir, string(place.Name))) {
			continue
		}
		listen, err := nthPort(c.Listen, i)
		if err != nil {
			return nil, err
		}
		if listen, err = idle(listen); err != nil {
			return nil, err
		}
		if err := node.Make(filepath.Join(dir, string(place.Name)), demoConfig(place, listen), os.Getenv(passphraseVariable), s.now()); err != nil {
			return nil, err
		}
	}
	return nodeFolders(dir), nil
}

// demoConfig is that of a node of a demonstration: its folder says so for ever.
func demoConfig(place node.Place, listen string) node.Config {
	conf := place.Config(listen, demoURL(listen))
	conf.Demo = true
	return conf
}

// demoURL is where a demonstration is reached: by name, since passkeys belong to one.
func demoURL(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsLoopback() {
		return "http://localhost:" + port
	}
	return "http://" + listen
}

// idle is an address at which nobody listens: the same, or for port 0 one that is free.
func idle(address string) (string, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errListen, err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// nodes serves nodes side by side, each with its own folder, database, keys and door.
func (c serveCmd) nodes(s *session) error {
	p, err := s.loadPack(c.Pack)
	if err != nil {
		return err
	}
	dirs, err := c.folders(s, p)
	if err != nil {
		return s.nodeFault(err)
	}
	log := s.log(c.Verbose)
	var towns []*town.Town
	defer func() {
		for _, t := range towns {
			if err := t.Close(); err != nil {
				log.Error("close", "node", string(t.Node.Me()), "error", err)
			}
		}
	}()
	for _, dir := range dirs {
		if conf, err := node.ConfigOf(dir); err == nil && conf.Demo && !c.Demo {
			return fmt.Errorf("%s: %w", dir, errDemoFolder)
		}
		t, err := town.Open(s.ctx, town.Options{Dir: dir, Passphrase: os.Getenv(passphraseVariable), Pack: p, Now: s.now, Log: log, Version: version, Results: s.results, Demo: c.Demo})
		if err != nil {
			return s.nodeFault(err)
		}
		towns = append(towns, t)
	}
	if len(towns) > 1 {
		if err := town.Introduce(s.ctx, towns); err != nil {
			return err
		}
	}
	return c.open(s, towns, log)
}

// open opens the doors of nodes and lets them work until the program is stopped.
func (c serveCmd) open(s *session, towns []*town.Town, log *slog.Logger) error {
	var doors []served
	closing := true
	defer func() {
		for _, d := range doors {
			if closing {
				d.listener.Close()
			}
		}
	}()
	// Streets and circles are made once, for the pages of all nodes of this program.
	rooms, begin, err := c.rooms(s, towns[0].App, log)
	if err != nil {
		return err
	}
	for i, t := range towns {
		o := rooms
		if i > 0 {
			o.Jobs = nil
		}
		listener, err := net.Listen("tcp", t.Node.Config.Listen)
		if err != nil {
			return fmt.Errorf("%w: %w", errListen, err)
		}
		server := newServer(t.Handler(o))
		doors = append(doors, served{server, listener})
		if server.TLSConfig, err = t.Node.TLS(); err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(s.ctx)
	var all sync.WaitGroup
	for _, t := range towns {
		all.Go(func() { t.Run(ctx) })
	}
	defer func() { stop(); all.Wait() }()
	defer begin()()
	if c.Demo {
		all.Go(func() { c.drawLife(s, ctx, towns, log) })
	}
	for _, t := range towns {
		fmt.Fprintln(s.out, t.App.Pack().Name.In(s.lang), "-", t.Node.Config.Title.In(s.lang))
		if err := s.sayReady(t.App, t.URL()); err != nil {
			return err
		}
	}
	closing = false
	return s.serveUntilDone(doors)
}

// drawLife fills a demonstration at its first start, once its doors are open: what each city has by
// itself, the trust list, and what needs several cities.
func (c serveCmd) drawLife(s *session, ctx context.Context, towns []*town.Town, log *slog.Logger) {
	by := s.t("node.demo.by")
	failed := func(err error) {
		if ctx.Err() == nil {
			log.Error("the demonstration", "error", err)
			fmt.Fprintln(s.err, s.t("node.demo.failed", "error", err.Error()))
		}
	}
	lives := false
	for _, t := range towns {
		began := s.now()
		if err := t.Issue(ctx, by); err != nil {
			failed(err)
			continue
		}
		made, err := t.Live(ctx, by)
		if err != nil {
			failed(err)
		}
		if made > 0 {
			lives = true
			log.Info("invented cases", "node", string(t.Node.Me()), "cases", made, "seconds", s.now().Sub(began).Seconds())
		}
	}
	if lives {
		fmt.Fprintln(s.out, s.t("node.demo.cases"))
	}
	if err := town.Agree(ctx, towns, by); err != nil {
		failed(err)
		return
	}
	fmt.Fprintln(s.out, s.t("node.demo.ready"))
	made, err := town.Move(ctx, towns, by)
	if err != nil {
		failed(err)
	}
	if made > 0 {
		log.Info("invented moves between cities", "moves", made)
	}
}
