package register_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	appnode "conurb/app/node"
	"conurb/app/register"
	"conurb/door/peer"
	"conurb/internal/powerloss"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// peerNode is a node with its register and no other room, in a process of its own: what a bench of
// the register needs too.
type peerNode struct {
	*appnode.Node
	register *register.Register
	store    *store.Store
}

var _ peer.House = peerNode{}

// TrustList is part of peer.House, as is StatusToken: such a node has neither.
func (peerNode) TrustList(context.Context) ([]byte, error) { return nil, peer.ErrNothing }

func (peerNode) StatusToken(context.Context, string, bool) ([]byte, time.Duration, error) {
	return nil, 0, peer.ErrNothing
}

// openPeer opens the node of a folder.
func openPeer(ctx context.Context, dir string, client *http.Client, log *slog.Logger) (peerNode, error) {
	s, err := openStore(ctx, dir)
	if err != nil {
		return peerNode{}, err
	}
	n, err := appnode.Open(ctx, appnode.Options{Dir: dir, Store: s, Client: client, Log: log, Now: time.Now})
	if err != nil {
		return peerNode{}, errors.Join(err, s.Close())
	}
	r := register.New(register.Settings{Store: s, Me: household.City(n.Me()), Voice: n.Voice, Wake: n.Wake, Log: log,
		Others: func() (list []household.City) {
			for _, name := range n.Others() {
				list = append(list, household.City(name))
			}
			return list
		},
		Peers: func() message.Peers { return card.Peers(n.Cards()) }})
	for kind, effect := range r.Handlers() {
		n.On(kind, effect)
	}
	return peerNode{n, r, s}, nil
}

func openStore(ctx context.Context, dir string) (*store.Store, error) {
	secret, err := os.ReadFile(filepath.Join(dir, appnode.LogKeyFile))
	if err != nil {
		return nil, err
	}
	signer, err := evidence.NewSigner(string(secret))
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, "sqlite:"+filepath.Join(dir, "conurb.db"), store.Options{Signer: signer})
}

// faulty is a network that loses requests and answers, doubles and delays them.
type faulty struct {
	inner http.RoundTripper
	calm  atomic.Bool
}

var errLost = errors.New("lost on the way")

// RoundTrip is part of http.RoundTripper.
func (f *faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.calm.Load() {
		return f.inner.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	send := func() (*http.Response, error) {
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		return f.inner.RoundTrip(again)
	}
	if rand.IntN(8) == 0 {
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
	}
	switch rand.IntN(20) {
	case 0:
		return nil, errLost
	case 1: // it arrived; the answer did not
		if a, err := send(); err == nil {
			a.Body.Close()
		}
		return nil, errLost
	case 2:
		if a, err := send(); err == nil {
			a.Body.Close()
		}
	}
	return send()
}

// told is what a node says of itself to the test.
type told struct {
	Serving   bool                         `json:"serving"`
	Open      int                          `json:"open"`    // transfers
	Waiting   int                          `json:"waiting"` // messages
	Standing  map[household.Person]whereIs `json:"standing"`
	Transfers map[string]household.State   `json:"transfers"`
	Why       []string                     `json:"why"` // what is open, in words
}

type whereIs struct {
	Epoch    household.Epoch    `json:"epoch"`
	Standing household.Standing `json:"standing"`
	City     household.City     `json:"city"`
}

// serveChaos is a node until it is killed.
func serveChaos(dir string) error {
	if seed := os.Getenv("CONURB_CHAOS_POWER"); seed != "" {
		n, err := strconv.ParseUint(seed, 10, 64)
		if err != nil {
			return err
		}
		if err := powerloss.Install(n); err != nil {
			return err
		}
	}
	ctx := context.Background()
	net1 := &faulty{inner: &http.Transport{MaxIdleConnsPerHost: 4, ResponseHeaderTimeout: 5 * time.Second}}
	p, err := openPeer(ctx, dir, &http.Client{Transport: net1, Timeout: 10 * time.Second}, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError + 4})))
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/node/", peer.New(p, peer.Options{Scheme: "http"}))
	p.routes(mux, net1)
	var door net.Listener
	for range 100 { // the one before may still be going
		if door, err = net.Listen("tcp", p.Config.Listen); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	go p.Run(ctx)
	go p.register.Run(ctx)
	go p.clerk(ctx)
	return http.Serve(door, mux)
}

// clerk decides what is promised.
func (p peerNode) clerk(ctx context.Context) {
	for {
		list, err := p.register.Transfers(ctx, household.Promised)
		for _, t := range list {
			if rand.IntN(20) == 0 {
				err = p.register.Refuse(ctx, t.ID, household.RefusedClerk)
			} else {
				_, err = p.register.Decide(ctx, t.ID)
			}
		}
		_ = err // it restores, or is about to be killed
		time.Sleep(30 * time.Millisecond)
	}
}

// routes are what the test asks for.
func (p peerNode) routes(mux *http.ServeMux, net1 *faulty) {
	answer := func(w http.ResponseWriter, v any, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("POST /test/enter", func(w http.ResponseWriter, r *http.Request) {
		answer(w, "ok", p.register.Enter(r.Context(), household.Person(r.FormValue("person"))))
	})
	mux.HandleFunc("POST /test/hold", func(w http.ResponseWriter, r *http.Request) {
		epoch, err := strconv.ParseInt(r.FormValue("epoch"), 10, 64)
		if err == nil {
			err = p.register.Hold(r.Context(), r.FormValue("id"), household.City(r.FormValue("from")),
				[]household.Token{{Person: household.Person(r.FormValue("person")), Epoch: household.Epoch(epoch)}}, time.Now().Add(time.Hour))
		}
		answer(w, "ok", err)
	})
	mux.HandleFunc("GET /test/where", func(w http.ResponseWriter, r *http.Request) {
		at, err := p.register.Where(r.Context(), household.Person(r.FormValue("person")))
		answer(w, whereIs{at.Epoch, at.Standing, at.City}, err)
	})
	mux.HandleFunc("POST /test/calm", func(w http.ResponseWriter, _ *http.Request) {
		net1.calm.Store(true)
		answer(w, "ok", nil)
	})
	mux.HandleFunc("GET /test/backup", func(w http.ResponseWriter, r *http.Request) {
		if err := p.store.Backup(r.Context(), w); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
	mux.HandleFunc("GET /test/told", func(w http.ResponseWriter, r *http.Request) {
		t, err := p.told(r.Context(), r.FormValue("all") != "")
		answer(w, t, err)
	})
}

// told counts what is open, and lists everything where that is asked for.
func (p peerNode) told(ctx context.Context, all bool) (t told, err error) {
	t.Standing, t.Transfers = map[household.Person]whereIs{}, map[string]household.State{}
	if t.Serving, err = p.register.Serving(ctx); err != nil {
		return t, err
	}
	states := []household.State{household.Held, household.Promised, household.Decided, household.Gone}
	if all {
		states = append(states, household.Booked, household.Done, household.Refused, household.Withdrawn)
	}
	for _, state := range states {
		list, err := p.register.Transfers(ctx, state)
		if no := (*household.Refusal)(nil); errors.As(err, &no) {
			break // it restores, and shows none
		} else if err != nil {
			return t, err
		}
		for _, tr := range list {
			t.Transfers[tr.ID] = state
			if tr.Open() {
				t.Open++
			}
		}
	}
	out, err := p.store.Outbox(ctx, message.Waiting, 1000)
	t.Waiting = len(out)
	if err != nil || !all {
		return t, err
	}
	if t.Why, err = p.why(ctx, out); err != nil {
		return t, err
	}
	for i := range chaosPersons {
		person := chaosPerson(i)
		at, err := p.register.Where(ctx, person)
		var no *household.Refusal
		if errors.As(err, &no) {
			continue
		} else if err != nil {
			return t, err
		}
		t.Standing[person] = whereIs{at.Epoch, at.Standing, at.City}
	}
	return t, nil
}

// why tells what is open, and when it is tried again.
func (p peerNode) why(ctx context.Context, out []message.Out) ([]string, error) {
	progress, err := p.register.Progress(ctx)
	if err != nil {
		return nil, err
	}
	list := []string{fmt.Sprintf("%+v", progress)}
	for i, o := range out {
		if i == 5 {
			break
		}
		list = append(list, fmt.Sprintf("%s to %s, tried %d times, again in %v: %v", o.Sealed.Envelope.Kind, o.Sealed.Envelope.To, o.Tries, time.Until(o.Next), o.Reason))
	}
	for _, state := range []household.State{household.Held, household.Promised, household.Decided, household.Gone} {
		open, err := p.register.Transfers(ctx, state)
		var no *household.Refusal
		if err != nil && !errors.As(err, &no) {
			return nil, err
		}
		for i, t := range open {
			if i == 5 {
				break
			}
			list = append(list, fmt.Sprintf("%d %s: %s from %s to %s %v, tried %d times, again in %ds, witness %v", len(open), t.State, t.ID, t.From, t.To, t.Persons, t.Tries, t.Due-time.Now().Unix(), t.Witness != nil))
		}
	}
	return list, nil
}

const chaosPersons = 150

func chaosPerson(i int) household.Person { return household.Person(fmt.Sprintf("P%04d", i)) }
