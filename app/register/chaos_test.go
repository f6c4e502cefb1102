package register_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	appnode "conurb/app/node"
	"conurb/area"
	"conurb/internal/nodetest"
	"conurb/livelihood/household"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

var (
	chaosKills = flag.Int("chaoskills", 8, "how often a node is killed in each run")
	chaosSeed  = flag.Uint64("chaosseed", 0, "chooses whom and when; 0: by the clock")
)

// seat is a node's folder, where it is reached, and its process.
type seat struct {
	name household.City
	dir  string
	url  string
	cmd  *exec.Cmd
}

// chaos is a run.
type chaos struct {
	t      *testing.T
	power  bool
	seed   uint64
	seats  []*seat
	client *http.Client

	mu      sync.Mutex
	said    map[household.Token]household.City
	newest  map[household.City]map[household.Person]household.Epoch // by who says it
	holds   map[string]household.City                               // acknowledged, by who took it
	backups map[household.City][]byte

	forks, back, kills, restores, begun int
}

// perKill is how many moves are begun until the next kill where nodes come back from backups: what
// is told after a restore, and a backup, is as long as everything that was before.
const perKill = 20

// seatAll makes the folders of the nodes, who know one another.
func (c *chaos) seatAll() {
	t, ctx := c.t, context.Background()
	var nodes []peerNode
	var known []*appnode.Node
	for _, name := range cityNames {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listen := l.Addr().String()
		l.Close()
		s := &seat{name: name, dir: filepath.Join(t.TempDir(), string(name)), url: "http://" + listen}
		conf := appnode.Config{Name: trustlist.Party(name), Title: area.Text{Zh: string(name), En: string(name)}, Listen: listen, URL: s.url}
		if err := appnode.Make(s.dir, conf, "", time.Now()); err != nil {
			t.Fatal(err)
		}
		p, err := openPeer(ctx, s.dir, http.DefaultClient, nil)
		if err != nil {
			t.Fatal(err)
		}
		nodes, known, c.seats = append(nodes, p), append(known, p.Node), append(c.seats, s)
	}
	nodetest.Join(t, known...)
	for _, p := range nodes {
		if err := p.store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// start starts the process of a seat.
func (c *chaos) start(s *seat) {
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	s.cmd = exec.Command(self, "-test.run", "^TestChaos$")
	s.cmd.Env = append(os.Environ(), "CONURB_CHAOS_DIR="+s.dir)
	if c.power {
		s.cmd.Env = append(s.cmd.Env, fmt.Sprint("CONURB_CHAOS_POWER=", c.seed+uint64(c.kills)))
	}
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
}

func (s *seat) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// ask asks a node; false where it did not answer with 200.
func (c *chaos) ask(method string, s *seat, path string, form url.Values, to any) bool {
	r, err := http.NewRequest(method, s.url+path+"?"+form.Encode(), nil)
	if err != nil {
		return false
	}
	a, err := c.client.Do(r)
	if err != nil {
		return false
	}
	defer a.Body.Close()
	return a.StatusCode == http.StatusOK && (to == nil || json.NewDecoder(a.Body).Decode(to) == nil)
}

// patiently asks until the node is there.
func (c *chaos) patiently(method string, s *seat, path string, form url.Values, to any) {
	for until := time.Now().Add(time.Minute); !c.ask(method, s, path, form, to); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			c.t.Fatalf("%s does not answer %s", s.name, path)
		}
	}
}

// look asks a node where a person is, and holds the answer to all that were ever given.
func (c *chaos) look(s *seat, p household.Person) (w whereIs, ok bool) {
	if !c.ask("GET", s, "/test/where", url.Values{"person": {string(p)}}, &w) {
		return w, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	token := household.Token{Person: p, Epoch: w.Epoch}
	if other, there := c.said[token]; there && other != w.City {
		c.forks++
		c.t.Errorf("%s says of %s at %d: %s, and %s was said before", s.name, p, w.Epoch, w.City, other)
	}
	c.said[token] = w.City
	if c.newest[s.name][p] > w.Epoch {
		c.back++
		c.t.Errorf("%s is back at %d for %s, and was at %d", s.name, w.Epoch, p, c.newest[s.name][p])
	}
	c.newest[s.name][p] = w.Epoch
	return w, true
}

// movers begin moves of whoever is where he is, until they are told to stop.
func (c *chaos) movers(n int, stop chan struct{}, restores bool) *sync.WaitGroup {
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if restores && c.enough() {
					time.Sleep(10 * time.Millisecond)
					continue
				}
				p := chaosPerson(rand.IntN(chaosPersons))
				w, ok := c.look(c.seats[rand.IntN(len(c.seats))], p)
				to := c.seats[rand.IntN(len(c.seats))]
				if !ok || to.name == "office" || to.name == w.City {
					continue
				}
				id := newID(c.t)
				if c.ask("POST", to, "/test/hold", url.Values{"id": {id}, "from": {string(w.City)}, "person": {string(p)}, "epoch": {fmt.Sprint(w.Epoch)}}, nil) {
					c.mu.Lock()
					c.holds[id] = to.name
					c.begun++
					c.mu.Unlock()
				}
			}
		})
	}
	return &all
}

func (c *chaos) enough() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun >= perKill*(c.kills+1)
}

// strike kills a node, and starts it again, at times from an older backup.
func (c *chaos) strike(chance *rand.Rand, restores bool) {
	from := c.seats
	back := restores && c.kills%4 == 3 && c.allServe()
	if back { // one of those that have a backup; the first strike of four takes one
		from = slices.DeleteFunc(slices.Clone(from), func(s *seat) bool { return c.backups[s.name] == nil })
	}
	s := from[chance.IntN(len(from))]
	s.kill()
	if back {
		c.fromBackup(s, c.backups[s.name])
		c.restores++
	}
	c.mu.Lock()
	c.kills++
	c.mu.Unlock()
	c.start(s)
	if restores && c.kills%4 == 1 {
		c.backups[s.name] = c.takeBackup(s)
	}
}

// allServe gives the nodes some time to come to it.
func (c *chaos) allServe() bool {
	serves := func(s *seat) bool {
		var t told
		return c.ask("GET", s, "/test/told", nil, &t) && t.Serving
	}
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if !slices.ContainsFunc(c.seats, func(s *seat) bool { return !serves(s) }) {
			return true
		}
	}
	return false
}

// takeBackup waits for a backup as long as it takes: who gives up too early never has one.
func (c *chaos) takeBackup(s *seat) []byte {
	patient := &http.Client{Timeout: 3 * time.Minute}
	for range 50 {
		a, err := patient.Get(s.url + "/test/backup")
		if err == nil {
			b, err := io.ReadAll(a.Body)
			a.Body.Close()
			if err == nil && a.StatusCode == http.StatusOK {
				return b
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.t.Fatalf("%s gives no backup", s.name)
	return nil
}

// fromBackup puts an older state in the place of a node's; holds that only it knew are forgotten.
func (c *chaos) fromBackup(s *seat, backup []byte) {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(filepath.Join(s.dir, "conurb.db"+end))
	}
	db, err := openStore(context.Background(), s.dir)
	if err == nil {
		_, err = db.Restore(context.Background(), bytes.NewReader(backup), int64(len(backup)))
		db.Close()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, who := range c.holds {
		if who == s.name {
			delete(c.holds, id)
		}
	}
}

// settle waits until nothing is under way, and holds the nodes to one another.
func (c *chaos) settle() (took time.Duration, booked, twice, nobody, open, lost int) {
	for _, s := range c.seats {
		c.patiently("POST", s, "/test/calm", nil, nil)
	}
	begun := time.Now()
	for {
		open = 0
		for _, s := range c.seats {
			var t told
			c.patiently("GET", s, "/test/told", nil, &t)
			open += t.Open + t.Waiting
			if !t.Serving {
				open++
			}
		}
		if took = time.Since(begun); open == 0 || took > 3*time.Minute {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	states := map[household.City]told{}
	for _, s := range c.seats {
		var t told
		c.patiently("GET", s, "/test/told", url.Values{"all": {"yes"}}, &t)
		states[s.name] = t
		if open > 0 {
			c.t.Logf("%s:\n%s", s.name, strings.Join(t.Why, "\n"))
		}
		for _, state := range t.Transfers {
			if state == household.Booked {
				booked++
			}
		}
	}
	for id, who := range c.holds {
		if _, there := states[who].Transfers[id]; !there {
			lost++
		}
	}
	for i := range chaosPersons {
		n := 0
		for _, t := range states {
			if t.Standing[chaosPerson(i)].Standing == household.Registered {
				n++
			}
		}
		if n == 0 {
			nobody++
		} else if n > 1 {
			twice++
		}
	}
	return took, booked, twice, nobody, open, lost
}

const chaosHead = "| run | seed | kill -9 | restores | moves begun | booked | two owners | nobody's | forks | taken back | acknowledged and lost | open | settled in | wall |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"

func (c *chaos) run(name string, restores bool) {
	t := c.t
	c.seatAll()
	begun := time.Now()
	for _, s := range c.seats {
		c.start(s)
		defer func() { s.kill() }()
	}
	for i := range chaosPersons {
		s := c.seats[[]int{0, 2, 3}[i%3]]
		c.patiently("GET", s, "/test/told", nil, nil)
		if !c.ask("POST", s, "/test/enter", url.Values{"person": {string(chaosPerson(i))}}, nil) {
			t.Fatal("a person could not be entered")
		}
	}
	chance := rand.New(rand.NewPCG(c.seed, 4))
	stop := make(chan struct{})
	movers := c.movers(3, stop, restores)
	for c.kills < *chaosKills {
		time.Sleep(time.Duration(100+chance.IntN(1200)) * time.Millisecond)
		c.strike(chance, restores)
	}
	close(stop)
	movers.Wait()
	took, booked, twice, nobody, open, lost := c.settle()
	row := fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %v | %v |", name, c.seed, c.kills, c.restores, c.begun, booked, twice, nobody,
		c.forks, c.back, lost, open, took.Round(10*time.Millisecond), time.Since(begun).Round(time.Second))
	t.Logf("\n%s\n%s", chaosHead, row)
	if twice+nobody+c.forks+c.back+lost+open > 0 {
		t.Errorf("two owners %d, nobody's %d, forks %d, taken back %d, lost %d, open %d", twice, nobody, c.forks, c.back, lost, open)
	}
	if booked < *chaosKills || restores && c.restores == 0 {
		t.Errorf("an idle run: %d booked, %d restores", booked, c.restores)
	}
	for _, s := range c.seats {
		s.kill()
		db, err := openStore(context.Background(), s.dir)
		if err != nil {
			t.Fatal(err)
		}
		if report, err := db.CheckIntegrity(context.Background(), evidence.AuditOptions{}); err != nil || report.Err() != nil {
			t.Errorf("%s: %v, %v", s.name, err, report.Err())
		}
		db.Close()
	}
}

// TestChaos kills nodes at random moments while registrations move between them over a network
// that loses, doubles and delays; without and with the loss of what was not synchronised, and with
// nodes that come back from old backups. Nobody is ever registered twice or nowhere, no assertion
// is taken back, and nothing that was acknowledged is lost (but by a backup).
func TestChaos(t *testing.T) {
	if dir := os.Getenv("CONURB_CHAOS_DIR"); dir != "" {
		log.Fatal(serveChaos(dir))
	}
	if testing.Short() {
		t.Skip("-short: nodes are not killed")
	}
	for _, c := range []struct {
		name            string
		power, restores bool
	}{{"processes killed", false, false}, {"power lost", true, false}, {"power lost, old backups", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			seed := *chaosSeed
			if seed == 0 {
				seed = uint64(time.Now().UnixNano()) % 1e9
			}
			r := &chaos{t: t, power: c.power, seed: seed, client: &http.Client{Timeout: 5 * time.Second}, said: map[household.Token]household.City{},
				newest: map[household.City]map[household.Person]household.Epoch{}, holds: map[string]household.City{}, backups: map[household.City][]byte{}}
			for _, name := range cityNames {
				r.newest[name] = map[household.Person]household.Epoch{}
			}
			r.run(c.name, c.restores)
		})
	}
}
