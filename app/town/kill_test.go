package town_test

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"conurb/app/town"
	"conurb/door/httpapi"
	"conurb/internal/storetest"
	"conurb/plan/pack"
	"conurb/region"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

var kills = flag.Int("kills", 20, "how often a node is killed, for each kind of database")

// The messages of the test: every question has one answer as its effect.
const (
	question = "test.question"
	answered = "test.answer"
)

// serveSeat is a node in a process of its own, until it is killed.
func serveSeat(s seat) error {
	p, problems := pack.Load(region.CZT())
	if len(problems) > 0 {
		return fmt.Errorf("pack: %v", problems)
	}
	ctx := context.Background()
	one, err := town.Open(ctx, town.Options{Dir: s.dir, DB: s.db, Pack: p, Demo: true, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		return err
	}
	one.Node.On(question, func(_ context.Context, d *store.Deed, m message.Sealed) error {
		e := m.Envelope
		_, err := d.Send(one.Node.Voice(), message.Draft{To: e.From, Kind: answered, Case: e.Case, InReplyTo: e.ID, Body: e.Body})
		return err
	})
	one.Node.On(answered, func(context.Context, *store.Deed, message.Sealed) error { return nil })
	mux := http.NewServeMux()
	mux.Handle("/", one.Handler(httpapi.Options{}))
	mux.HandleFunc("POST /test/ask", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		err := one.App.Store().Do(r.Context(), func(d *store.Deed) error {
			_, err := d.Send(one.Node.Voice(), message.Draft{To: message.Node(q.Get("to")), Kind: question, Case: q.Get("case"), Body: map[string]string{"mark": q.Get("mark")}})
			return err
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		one.Node.Wake()
	})
	door, err := net.Listen("tcp", s.listen)
	if err != nil {
		return err
	}
	go one.Run(ctx)
	return http.Serve(door, mux)
}

// process starts this test binary as the node of a seat.
func process(t *testing.T, s seat) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run", "^TestKilledNodesLeaveNothingHalfDone$")
	c.Env = append(os.Environ(), "CONURB_TEST_SEAT="+s.dir, "CONURB_TEST_DB="+s.db, "CONURB_TEST_LISTEN="+s.listen)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestKilledNodesLeaveNothingHalfDone kills nodes at random moments, as a power cut would,
// while licences are issued, revoked and handed over to another city, the trust list is
// worked on and messages go to and fro; a node that was killed is started again at once, and
// may be killed while it starts. In the end all that was acknowledged is there once, and
// nothing is there in part.
func TestKilledNodesLeaveNothingHalfDone(t *testing.T) {
	if dir := os.Getenv("CONURB_TEST_SEAT"); dir != "" {
		log.Fatal(serveSeat(seat{dir: dir, db: os.Getenv("CONURB_TEST_DB"), listen: os.Getenv("CONURB_TEST_LISTEN")}))
	}
	if testing.Short() {
		t.Skip("-short: nodes are not killed")
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		p := packed(t)
		seats := settle(t, p, trustlist.Office, "changsha", "zhuzhou")
		for i := range seats {
			if dsn[:6] != "sqlite" {
				seats[i].db = storetest.DSN(t, "postgres")
			}
		}
		_, stop := start(t, p, seats)
		stop()
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		chance := rand.New(rand.NewPCG(seed, 0))
		processes := make([]*exec.Cmd, len(seats))
		for i, s := range seats {
			processes[i] = process(t, s)
		}
		defer func() {
			for _, c := range processes {
				c.Process.Kill()
				c.Wait()
			}
		}()
		for _, s := range seats {
			answers(t, s)
		}
		w := newWork(t, seats, seed)
		for range *kills {
			time.Sleep(time.Duration(chance.IntN(1600)) * time.Millisecond)
			i := chance.IntN(len(seats))
			if err := processes[i].Process.Kill(); err != nil {
				t.Fatal(err)
			}
			processes[i].Wait()
			processes[i] = process(t, seats[i])
		}
		w.end()
		for _, s := range seats {
			answers(t, s)
		}
		stores := map[trustlist.Party]*store.Store{}
		for _, s := range seats {
			stores[s.name] = opened(t, s)
		}
		quiet(t, stores)
		w.licences(t, stores)
		w.letters(t, stores)
		w.proposals(t, stores)
		w.logs(t, stores)
	})
}

// answers waits until a node is up.
func answers(t *testing.T, s seat) {
	t.Helper()
	eventually(t, string(s.name)+" is up", func() bool {
		r, err := http.Get(s.url() + "/node/card")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
}

// quiet waits until no message is under way: none waits anywhere, and no log grew while that
// was looked at.
func quiet(t *testing.T, stores map[trustlist.Party]*store.Store) {
	t.Helper()
	entries := func() (all int64) {
		for _, s := range stores {
			n, err := s.Size(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all += n
		}
		return all
	}
	defer func() {
		if t.Failed() {
			underWay(t, stores)
		}
	}()
	eventually(t, "every message has arrived and had its effect", func() bool {
		before := entries()
		for _, s := range stores {
			out, err := s.Outbox(t.Context(), message.Waiting, 1)
			in, err2 := s.Inbox(t.Context(), 1)
			if err != nil || err2 != nil || len(out)+len(in) > 0 {
				return false
			}
		}
		return entries() == before
	})
}

// underWay tells what waits, when it does for too long.
func underWay(t *testing.T, stores map[trustlist.Party]*store.Store) {
	t.Helper()
	for name, s := range stores {
		out, err := s.Outbox(t.Context(), message.Waiting, 1000)
		if err != nil {
			t.Error(err)
		}
		in, err := s.Inbox(t.Context(), 1000)
		if err != nil {
			t.Error(err)
		}
		t.Logf("%s: %d waiting to be sent, %d in the inbox", name, len(out), len(in))
		for _, o := range out[:min(len(out), 3)] {
			e := o.Sealed.Envelope
			t.Logf("to %s %s %s %d: tries %d, next %s, %v", e.To, e.Kind, e.Case, e.Sequence, o.Tries, o.Next, o.Reason)
		}
		for _, m := range in[:min(len(in), 3)] {
			e := m.Sealed.Envelope
			t.Logf("from %s %s %s %d: %v", e.From, e.Kind, e.Case, e.Sequence, m.Reason)
		}
	}
}
