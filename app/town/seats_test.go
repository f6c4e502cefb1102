package town_test

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"conurb/app/node"
	"conurb/app/town"
	"conurb/door/httpapi"
	"conurb/plan/pack"
	"conurb/region"
	"conurb/trust/trustlist"
)

// seat is where a node is: its folder and, where it is not in the folder, its database.
type seat struct {
	name    trustlist.Party
	dir, db string
	listen  string
}

func (s seat) url() string { return "http://" + s.listen }

func packed(t *testing.T) *pack.Pack {
	t.Helper()
	p, problems := pack.Load(region.CZT())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

// settle makes the folders of the region's nodes, each with a port of its own: of those that
// are named, or of all.
func settle(t *testing.T, p *pack.Pack, names ...trustlist.Party) (seats []seat) {
	t.Helper()
	places, err := node.ReadRegion(node.RegionFile, p.Files[node.RegionFile])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, place := range places {
		if len(names) > 0 && !slices.Contains(names, place.Name) {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // after all have one
		s := seat{name: place.Name, dir: filepath.Join(dir, string(place.Name)), listen: l.Addr().String()}
		conf := place.Config(s.listen, s.url())
		conf.Demo = true
		if err := node.Make(s.dir, conf, "", time.Now()); err != nil {
			t.Fatal(err)
		}
		seats = append(seats, s)
	}
	return seats
}

// start opens the nodes of seats in this process as a demonstration and lets them run; stop
// ends that as `conurb serve` ends.
func start(t *testing.T, p *pack.Pack, seats []seat) (all map[trustlist.Party]*town.Town, stop func()) {
	t.Helper()
	all = map[trustlist.Party]*town.Town{}
	var towns []*town.Town
	var doors []net.Listener
	for _, s := range seats {
		one, err := town.Open(t.Context(), town.Options{Dir: s.dir, DB: s.db, Pack: p, Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		door, err := net.Listen("tcp", s.listen)
		if err != nil {
			t.Fatal(err)
		}
		towns, doors, all[s.name] = append(towns, one), append(doors, door), one
	}
	if err := town.Introduce(t.Context(), towns); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var over sync.WaitGroup
	var servers []*http.Server
	for i, one := range towns {
		server := &http.Server{Handler: one.Handler(httpapi.Options{})}
		servers = append(servers, server)
		over.Go(func() { one.Run(ctx) })
		over.Go(func() { server.Serve(doors[i]) })
	}
	stop = sync.OnceFunc(func() {
		for _, s := range servers {
			s.Close()
		}
		cancel()
		over.Wait()
		for _, one := range towns {
			if err := one.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	t.Cleanup(stop)
	if err := town.Agree(t.Context(), towns, "demo"); err != nil {
		t.Fatal(err)
	}
	return all, stop
}

// listed waits until every node has the first trust list: before, a counter cannot tell.
func listed(t *testing.T, all map[trustlist.Party]*town.Town) {
	t.Helper()
	for name, one := range all {
		eventually(t, string(name)+" has the list", func() bool { l, err := one.Trust.List(t.Context()); return err == nil && l.Version() == 1 })
	}
}
