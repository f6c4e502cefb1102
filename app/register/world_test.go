package register_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/app/register"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/message"
)

// world is the three cities and the office, with databases, keys and messages as in earnest; who
// carries them is the test. Its clock stands still until it is moved.
type world struct {
	t     testing.TB
	names []household.City
	nodes map[household.City]*node
	peers message.Peers
	*storetest.Watch
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
	w := &world{t: t, names: cityNames, nodes: map[household.City]*node{}, peers: message.Peers{}, Watch: storetest.NewWatch(time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC), 0)}
	for _, name := range w.names {
		n := &node{name: name, voice: nodetest.Voice(t, name), world: w}
		w.peers[name] = []message.Key{{Public: n.voice.Key.Public()}}
		w.nodes[name] = n
		n.open(storetest.DSN(t, kind))
	}
	for _, n := range w.nodes {
		for _, of := range w.nodes {
			w.must(n.store.JoinCard(context.Background(), nodetest.Card(t, of.voice, w.Now())))
		}
	}
	return w
}

// open opens a node over a database.
func (n *node) open(dsn string) {
	w := n.world
	n.dsn, n.raw = dsn, nil
	n.store = storetest.OpenWith(w.t, dsn, store.Options{Signer: storetest.Signer(w.t, nodetest.LogName(n.name)), Now: w.Now})
	n.Register = register.New(register.Settings{Store: n.store, Me: n.name, Now: w.Now, Voice: func() store.Voice { return n.voice }, Peers: func() message.Peers { return w.peers },
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

// among is the post among those that are up; none named: all.
func (w *world) among(up ...household.City) nodetest.Post {
	if len(up) == 0 {
		up = w.names
	}
	p := nodetest.Post{Now: w.Now, Peers: w.peers}
	for _, name := range up {
		n := w.nodes[name]
		p.Nodes = append(p.Nodes, nodetest.Node{Voice: n.voice, Store: n.store, Effect: nodetest.By(n.Handlers())})
	}
	return p
}

// post carries everything that is due to where it goes, without effect there.
func (w *world) post() (carried int) {
	w.t.Helper()
	carried, err := w.among().Carry(context.Background())
	w.must(err)
	return carried
}

// handle lets one message of a node's inbox have its effect.
func (n *node) handle(ctx context.Context) (m message.Sealed, there bool, err error) {
	return n.store.HandleMessage(ctx, func(d *store.Deed, m message.Sealed) error {
		return nodetest.By(n.Handlers())(ctx, d, m)
	})
}

// settle carries and handles until nothing is under way among those that are up.
func (w *world) settle(up ...household.City) {
	w.t.Helper()
	w.must(w.among(up...).Settle(context.Background()))
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
