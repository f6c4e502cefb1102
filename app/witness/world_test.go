package witness_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/app/witness"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// node is a node of a world whose post is carried by the test.
type node struct {
	name    trustlist.Party
	secret  string
	dsn     string
	store   *store.Store
	voice   store.Voice
	card    card.Signed
	w       *world
	witness *witness.Witness
	down    bool
}

func (n *node) Me() trustlist.Party  { return n.name }
func (n *node) Voice() store.Voice   { return n.voice }
func (n *node) Store() *store.Store  { return n.store }
func (n *node) Cards() []card.Signed { return n.w.cards }
func (n *node) Wake()                {}
func (n *node) id() message.Node     { return message.Node(n.name) }

// world is some nodes and one clock.
type world struct {
	t     testing.TB
	now   time.Time
	nodes []*node
	cards []card.Signed
	sent  map[string]int // kinds of messages that were delivered

	tokens int
}

func newWorld(t testing.TB, dsn func(i int) string, names ...trustlist.Party) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), sent: map[string]int{}}
	for i, name := range names {
		voice := nodetest.Voice(t, message.Node(name))
		n := &node{name: name, secret: storetest.Secret(t, nodetest.LogName(voice.Node)), dsn: dsn(i), voice: voice, card: nodetest.Card(t, voice, w.now.Add(-time.Hour)), w: w}
		w.nodes, w.cards = append(w.nodes, n), append(w.cards, n.card)
	}
	for _, n := range w.nodes {
		n.open(n.dsn)
		for _, c := range w.cards {
			w.must(n.store.JoinCard(context.Background(), c))
		}
	}
	return w
}

func sqlite(t testing.TB) func(int) string {
	return func(int) string { return storetest.DSN(t, "sqlite") }
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (n *node) open(dsn string) {
	n.w.t.Helper()
	signer, err := evidence.NewSigner(n.secret)
	n.w.must(err)
	n.dsn = dsn
	n.store, err = store.Open(context.Background(), dsn, store.Options{Signer: signer, Now: func() time.Time { n.w.now = n.w.now.Add(time.Millisecond); return n.w.now }})
	n.w.must(err)
	s := n.store
	n.w.t.Cleanup(func() { s.Close() })
	n.witness, err = witness.New(n, n.secret, witness.Times{}, nil)
	n.w.must(err)
}

// write puts an entry into the log.
func (n *node) write() {
	n.w.t.Helper()
	n.w.tokens++
	_, _, err := n.store.CreateToken(context.Background(), fmt.Sprint("clerk ", n.w.tokens))
	n.w.must(err)
}

func (n *node) round(now bool) int {
	n.w.t.Helper()
	asked, err := n.witness.Round(context.Background(), now)
	n.w.must(err)
	return asked
}

// carry carries post until there is none that can be carried.
func (w *world) carry() {
	w.t.Helper()
	p := nodetest.Post{Now: func() time.Time { return w.now }, Peers: card.Peers(w.cards), Lasting: true,
		Taken: func(m message.Sealed) { w.sent[m.Envelope.Kind]++ }}
	for _, n := range w.nodes {
		if !n.down {
			p.Nodes = append(p.Nodes, nodetest.Node{Voice: n.voice, Store: n.store, Effect: nodetest.By(n.witness.Handlers())})
		}
	}
	w.must(p.Settle(context.Background()))
}

func (w *world) node(name trustlist.Party) *node {
	return w.nodes[slices.IndexFunc(w.nodes, func(n *node) bool { return n.name == name })]
}

// cosigned lists who cosigned the log, "name size".
func (n *node) cosigned() (out []string) {
	n.w.t.Helper()
	rows, err := n.store.Cosignatures(context.Background())
	n.w.must(err)
	for _, r := range rows {
		out = append(out, fmt.Sprint(r.Node, " ", r.Size))
	}
	return out
}

func (n *node) size() int64 {
	n.w.t.Helper()
	size, err := n.store.Size(context.Background())
	n.w.must(err)
	return size
}

func (n *node) findings() (out []string, all []store.WitnessFinding) {
	n.w.t.Helper()
	all, err := n.store.WitnessFindings(context.Background())
	n.w.must(err)
	for _, f := range all {
		out = append(out, f.As+" "+f.Node+" "+f.Code)
	}
	return out, all
}

func (w *world) sound() {
	w.t.Helper()
	for _, n := range w.nodes {
		storetest.Sound(w.t, n.store, string(n.name))
	}
}

func (n *node) sql(text string) {
	n.w.t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(n.dsn, "sqlite:"))
	n.w.must(err)
	defer db.Close()
	_, err = db.Exec(text)
	n.w.must(err)
}
