package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"conurb/app/node"
	"conurb/app/register"
	"conurb/area"
	"conurb/door/peer"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// moves is a world in which registrations move: three cities and the office, each a node with a
// database of its own and a door on this machine's loopback.
type moves struct {
	cities  []*moving
	nodes   []*moving // the office too
	next    atomic.Int64
	decided atomic.Bool // whether clerks decide what is promised
	waiting int         // open transfers that nobody decides about
	cost    string      // CPU of a transfer in the last measurement

	mu    sync.Mutex
	under map[string]chan time.Time // transfers under way whose end somebody waits for
	stop  func()
}

// moving is a node of that world.
type moving struct {
	*node.Node
	reg      *register.Register
	server   *httptest.Server
	promised chan string // to be decided by a clerk
	people   chan household.Token
}

// house is a node without lists.
type house struct{ *node.Node }

// TrustList is part of peer.House, as is StatusToken.
func (house) TrustList(context.Context) ([]byte, error) { return nil, peer.ErrNothing }
func (house) StatusToken(context.Context, string, bool) ([]byte, time.Duration, error) {
	return nil, 0, peer.ErrNothing
}

// newMoves opens the world in a folder. dsn names the database of a node; carry runs its post.
func newMoves(dir string, dsn func(name trustlist.Party) string, carry func(context.Context, *moving)) (*moves, error) {
	ctx, stop := context.WithCancel(context.Background())
	w := &moves{under: map[string]chan time.Time{}}
	var over sync.WaitGroup
	w.stop = func() {
		stop()
		over.Wait()
		for _, c := range w.nodes {
			c.server.Close()
			c.Client().CloseIdleConnections()
			c.Store().Close()
		}
	}
	for _, name := range []trustlist.Party{"changsha", "zhuzhou", "xiangtan", trustlist.Office} {
		c, err := w.open(ctx, filepath.Join(dir, string(name)), name, dsn(name))
		if err != nil {
			w.stop()
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		w.nodes = append(w.nodes, c)
	}
	w.cities = w.nodes[:3]
	for _, a := range w.nodes {
		for _, b := range w.nodes {
			if a == b {
				continue
			}
			mine, _ := b.Card(b.Me())
			if err := a.Join(ctx, mine, mine.Fingerprint()); err != nil {
				w.stop()
				return nil, err
			}
		}
	}
	for _, c := range w.nodes {
		over.Go(func() { carry(ctx, c) })
		over.Go(func() { c.reg.Run(ctx) })
	}
	for _, c := range w.cities {
		for range clerks {
			over.Go(func() { c.decide(ctx) })
		}
	}
	return w, nil
}

func (w *moves) open(ctx context.Context, dir string, name trustlist.Party, dsn string) (*moving, error) {
	c := &moving{promised: make(chan string, 1<<14), people: make(chan household.Token, 1<<14)}
	var handler atomic.Pointer[http.Handler]
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }))
	conf := node.Config{Name: name, Title: area.Text{Zh: string(name), En: string(name)}, Listen: "127.0.0.1:0", URL: c.server.URL}
	if err := node.Make(dir, conf, "", time.Now()); err != nil {
		return nil, err
	}
	secret, err := os.ReadFile(filepath.Join(dir, node.LogKeyFile))
	if err != nil {
		return nil, err
	}
	signer, err := evidence.NewSigner(string(secret))
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, dsn, store.Options{Signer: signer}) // which reads back that synchronous is FULL
	if err != nil {
		return nil, err
	}
	if c.Node, err = node.Open(ctx, node.Options{Dir: dir, Store: s, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	c.reg = register.New(register.Settings{Store: s, Me: household.City(name), Voice: c.Voice, Peers: c.Peers, Checked: c.Checked(), Wake: c.Wake,
		Others: func() (list []household.City) {
			for _, o := range c.Others() {
				list = append(list, household.City(o))
			}
			return list
		}})
	c.reg.OnPromised = func(_ context.Context, _ *store.Deed, t household.Transfer) error {
		if w.decided.Load() {
			c.promised <- t.ID
		}
		return nil
	}
	// The end of a move is here when the city that let go knows that it is booked: later than
	// when it is durable in the other.
	c.reg.OnDone = func(_ context.Context, _ *store.Deed, t household.Transfer) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if end := w.under[t.ID]; end != nil {
			delete(w.under, t.ID)
			end <- time.Now()
		}
		return nil
	}
	c.reg.OnRefused = func(_ context.Context, _ *store.Deed, t household.Transfer) error {
		return fmt.Errorf("%s: refused: %s", t.ID, t.Reason)
	}
	for kind, effect := range c.reg.Handlers() {
		c.On(kind, effect)
	}
	door := peer.New(house{c.Node}, peer.Options{Scheme: "http"})
	handler.Store(&door)
	return c, nil
}

// clerks of a city decide at the same time, each in a deed of his own.
const clerks = 32

func (c *moving) decide(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-c.promised:
			var no *household.Refusal
			if _, err := c.reg.Decide(ctx, id); errors.As(err, &no) { // the promise is not committed yet, or was here twice
				continue
			} else if err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, "decide:", err)
			}
		}
	}
}

// enter registers people in a city who were registered nowhere.
func (w *moves) enter(c *moving, n int) error {
	for n > 0 {
		k := min(n, 1000)
		list := make([]household.Token, k)
		for i := range list {
			list[i] = household.Token{Person: numbered(w.next.Add(1)), Epoch: 1}
		}
		err := c.Store().Do(context.Background(), func(d *store.Deed) error {
			for _, t := range list {
				if err := c.reg.EnterIn(context.Background(), d, t.Person); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, t := range list {
			c.people <- t
		}
		n -= k
	}
	return nil
}

// pair is the city that takes in and the one that lets go, of the i-th move.
func (w *moves) pair(i int) (to, from *moving) {
	n := len(w.cities)
	return w.cities[i%n], w.cities[(i+1+i/n%(n-1))%n]
}

// permit promises that n persons may move, without anybody deciding about it: open transfers.
func (w *moves) permit(n int) error {
	ctx := context.Background()
	w.decided.Store(false)
	until := time.Now().Add(30 * 24 * time.Hour)
	told := time.Now()
	for i := 0; n > 0; i++ {
		if time.Since(told) > 30*time.Second {
			told = time.Now()
			fmt.Fprintf(os.Stderr, "open transfers: %d to come\n", n)
		}
		to, from := w.pair(i)
		k := min(n, 500)
		if err := w.enter(from, k); err != nil {
			return err
		}
		err := to.Store().Do(ctx, func(d *store.Deed) error {
			for range k {
				if err := to.reg.HoldIn(ctx, d, newID(), household.City(from.Me()), []household.Token{<-from.people}, until); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		to.Wake()
		n -= k
	}
	return w.settled(time.Hour)
}

// settled waits until no post is under way.
func (w *moves) settled(most time.Duration) error {
	for until := time.Now().Add(most); ; time.Sleep(20 * time.Millisecond) {
		left := 0
		for _, c := range w.nodes {
			out, err := c.Store().Outbox(context.Background(), message.Waiting, 1)
			if err != nil {
				return err
			}
			in, err := c.Store().Inbox(context.Background(), 1)
			if err != nil {
				return err
			}
			left += len(out) + len(in)
		}
		if left == 0 {
			return nil
		}
		if time.Now().After(until) {
			return errors.New("post is still under way")
		}
	}
}

// move moves somebody, the i-th, and returns how long it took.
func (w *moves) move(i int) (time.Duration, error) {
	to, from := w.pair(i)
	id, end := newID(), make(chan time.Time, 2)
	w.mu.Lock()
	w.under[id] = end
	w.mu.Unlock()
	begun := time.Now()
	person := <-from.people
	err := to.reg.Hold(context.Background(), id, household.City(from.Me()), []household.Token{person}, begun.Add(24*time.Hour))
	if err != nil {
		return 0, err
	}
	select {
	case at := <-end:
		person.Epoch++
		to.people <- person // and may move on
		return at.Sub(begun), nil
	case <-time.After(time.Minute):
		return 0, fmt.Errorf("%s: not booked within a minute", id)
	}
}

// moveMany moves n persons, some at a time, and returns how long each took.
func (w *moves) moveMany(n, atOnce int) ([]time.Duration, error) {
	w.decided.Store(true)
	all := make([]time.Duration, n)
	var next atomic.Int64
	var mu sync.Mutex
	var fault error
	var wait sync.WaitGroup
	for range atOnce {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				took, err := w.move(i)
				if err != nil {
					mu.Lock()
					fault = errors.Join(fault, err)
					mu.Unlock()
					next.Store(int64(n))
					return
				}
				all[i] = took
			}
		})
	}
	wait.Wait()
	return all, fault
}

func numbered(n int64) household.Person { return household.Person(fmt.Sprintf("4301021990%08d", n)) }

func newID() string { return uuid.Must(uuid.NewV7()).String() }
