package register_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/app/register"
	"conurb/area"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// world is the three cities and the office, with databases, keys and messages as in earnest; who
// carries them is the test. Its clock stands still until it is moved.
type world struct {
	t     testing.TB
	names []household.City
	nodes map[household.City]*node
	peers message.Peers

	mu  sync.Mutex
	now time.Time
}

type node struct {
	*register.Register
	name  household.City
	dsn   string
	raw   *sql.DB // beside the store
	store *store.Store
	voice store.Voice
	world *world
	heard []string // hooks, as "promised T"
}

var cityNames = []household.City{"changsha", "office", "xiangtan", "zhuzhou"}

func newWorld(t testing.TB, kind string) *world {
	t.Helper()
	w := &world{t: t, names: cityNames, nodes: map[household.City]*node{}, peers: message.Peers{}, now: time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)}
	for _, name := range w.names {
		key, err := jws.Generate(jws.EdDSA, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w.peers[name] = []message.Key{{Public: key.Public()}}
		n := &node{name: name, voice: store.Voice{Node: name, Key: key}, world: w}
		w.nodes[name] = n
		n.open(storetest.DSN(t, kind))
	}
	for _, n := range w.nodes {
		for _, c := range w.cards() {
			w.must(n.store.JoinCard(context.Background(), c))
		}
	}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// open opens a node over a database.
func (n *node) open(dsn string) {
	w := n.world
	n.dsn, n.raw = dsn, nil
	n.store = storetest.OpenWith(w.t, dsn, store.Options{Signer: storetest.Signer(w.t, "conurb/"+string(n.name)), Now: w.clock})
	n.Register = register.New(register.Settings{Store: n.store, Me: n.name, Now: w.clock, Voice: func() store.Voice { return n.voice }, Peers: func() message.Peers { return w.peers },
		Others: func() (list []household.City) {
			for _, name := range w.names {
				if name != n.name {
					list = append(list, name)
				}
			}
			return list
		}})
	hook := func(word string) register.Hook {
		return func(_ context.Context, _ *store.Deed, t household.Transfer) error {
			n.heard = append(n.heard, word+" "+t.ID)
			return nil
		}
	}
	n.OnPromised, n.OnDecided, n.OnMoved, n.OnDone = hook("promised"), hook("decided"), hook("moved"), hook("done")
	n.OnBooked, n.OnRefused, n.OnWithdrawn = hook("booked"), hook("refused"), hook("withdrawn")
	n.OnRecalled = func(_ context.Context, _ *store.Deed, e household.Entry) error {
		n.heard = append(n.heard, fmt.Sprint("recalled ", e.Person, " ", e.Standing))
		return nil
	}
}

// restored brings a node back from a backup into a new database.
func (n *node) restored(backup []byte) {
	n.world.t.Helper()
	n.open(storetest.DSN(n.world.t, "sqlite"))
	if _, err := n.store.Restore(context.Background(), bytes.NewReader(backup), int64(len(backup))); err != nil {
		n.world.t.Fatal(err)
	}
}

func (n *node) backup() []byte {
	n.world.t.Helper()
	var b bytes.Buffer
	if err := n.store.Backup(context.Background(), &b); err != nil {
		n.world.t.Fatal(err)
	}
	return b.Bytes()
}

// carry takes one message to its receiver, and says what that answered.
func (w *world) carry(ctx context.Context, s message.Sealed) message.Answer {
	from, to := w.nodes[s.Envelope.From], w.nodes[s.Envelope.To]
	place := message.Place{Scheme: "https", Authority: string(to.name) + ".example", Target: "/node/messages"}
	r, err := s.Request(rand.Reader, place, w.clock(), from.voice.Key)
	if err != nil {
		return message.Answer{Unreachable: err.Error()}
	}
	in := message.Inbox{Me: to.name, Peers: w.peers}
	c, err := in.Open(r, w.clock())
	if err == nil {
		_, _, err = to.store.TakeMessage(ctx, in, c, r.Body)
	}
	var no *message.Refusal
	switch {
	case errors.As(err, &no):
		return message.Answer{Refused: no}
	case err != nil:
		return message.Answer{Unreachable: err.Error()}
	}
	return message.Answer{}
}

// post carries everything that is due to where it goes, without effect there.
func (w *world) post(up ...household.City) (carried int) {
	w.t.Helper()
	if len(up) == 0 {
		up = w.names
	}
	on := map[household.City]bool{}
	for _, name := range up {
		on[name] = true
	}
	ctx := context.Background()
	for _, name := range up {
		due, err := w.nodes[name].store.DueMessages(ctx, 1000)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, o := range due {
			if !on[o.Sealed.Envelope.To] {
				continue
			}
			a := w.carry(ctx, o.Sealed)
			if a != (message.Answer{}) {
				w.t.Fatalf("%s of %s to %s: %+v", o.Sealed.Envelope.Kind, name, o.Sealed.Envelope.To, a)
			}
			if _, err := w.nodes[name].store.TriedMessage(ctx, o.Sealed.Envelope.ID, a, 0); err != nil {
				w.t.Fatal(err)
			}
			carried++
		}
	}
	return carried
}

// handle lets one message of a node's inbox have its effect.
func (n *node) handle(ctx context.Context) (m message.Sealed, there bool, err error) {
	return n.store.HandleMessage(ctx, func(d *store.Deed, m message.Sealed) error {
		return n.Handlers()[m.Envelope.Kind](ctx, d, m)
	})
}

// settle carries and handles until nothing is under way among those that are up.
func (w *world) settle(up ...household.City) {
	w.t.Helper()
	if len(up) == 0 {
		up = w.names
	}
	for round := 0; ; round++ {
		if round > 200 {
			w.t.Fatal("the world does not come to rest")
		}
		n := w.post(up...)
		for _, name := range up {
			for {
				m, there, err := w.nodes[name].handle(context.Background())
				if err != nil {
					w.t.Fatalf("%s: %s of %s: %v", name, m.Envelope.Kind, m.Envelope.From, err)
				}
				if !there {
					break
				}
				n++
			}
		}
		if n == 0 {
			return
		}
	}
}

func newID(t testing.TB) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// must ends the test with an error.
func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func code(err error) string {
	var no *household.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// where asks a node.
func (w *world) where(at household.City, p household.Person) string {
	w.t.Helper()
	r, err := w.nodes[at].Where(context.Background(), p)
	if err != nil {
		return code(err)
	}
	return fmt.Sprint(r.City, " ", r.Epoch)
}

func tokens(persons ...household.Person) (list []household.Token) {
	for _, p := range persons {
		list = append(list, household.Token{Person: p, Epoch: 1})
	}
	return list
}

// cards are those of all nodes.
func (w *world) cards() (list []card.Signed) {
	for _, name := range w.names {
		n := w.nodes[name]
		c := card.Card{Format: card.Format, Name: trustlist.Party(name), Title: area.Text{Zh: string(name), En: string(name)}, URL: "https://" + string(name) + ".example", Version: 1,
			Made: trustlist.InstantOf(w.now), Voice: []card.Key{{Key: n.voice.Key.Public().JWK(""), From: trustlist.InstantOf(w.now)}}, Licences: []card.Key{}, Anchors: []string{},
			Log: storetest.Signer(w.t, "conurb/"+string(name)).VKey()}
		s, err := card.Sign(rand.Reader, c, n.voice.Key)
		w.must(err)
		list = append(list, s)
	}
	return list
}
