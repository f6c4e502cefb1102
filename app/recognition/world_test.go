package recognition_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"conurb/app/recognition"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/message"
	tl "conurb/trust/trustlist"
)

// Types of the region, by form only.
const (
	permit = "11100000XXGAB00010003"
	other  = "11100000XXGAB00010002"
)

var parties = []tl.Party{"changsha", "zhuzhou", "xiangtan", tl.Office}

// clock is one for all nodes, and moves with every look.
var clock = storetest.NewWatch(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), time.Second/4).Now

// world is three cities and the office, each with a store of its own, and the wire between
// them.
type world struct {
	t     testing.TB
	dsn   map[tl.Party]string
	key   map[tl.Party]*jws.Private
	keys  tl.Keys
	node  map[tl.Party]*recognition.Desk
	down  map[tl.Party]bool
	twice bool                                // every message is brought twice
	serve func(to tl.Party) recognition.Fetch // what the office gives; nil: its list
}

// newWorld draws one; dsn is the office's database, the others are SQLite.
func newWorld(t testing.TB, dsn string) *world {
	t.Helper()
	w := &world{t: t, dsn: map[tl.Party]string{}, key: map[tl.Party]*jws.Private{}, keys: tl.Keys{}, node: map[tl.Party]*recognition.Desk{}, down: map[tl.Party]bool{}}
	for _, p := range parties {
		key := nodetest.Voice(t, message.Node(p)).Key
		w.key[p], w.keys[p] = key, []jws.Public{key.Public()}
		if w.dsn[p] = dsn; p != tl.Office {
			w.dsn[p] = storetest.DSN(t, "sqlite")
		}
	}
	w.open()
	return w
}

func (w *world) open() {
	for _, p := range parties {
		s, err := store.Open(context.Background(), w.dsn[p], store.Options{Signer: storetest.Signer(w.t, "node.example/log"), Now: clock})
		if err != nil {
			w.t.Fatal(err)
		}
		w.t.Cleanup(func() { s.Close() })
		w.node[p] = recognition.New(recognition.Settings{
			Store: s, Me: p, Now: clock,
			Others: func() (list []tl.Party) {
				for _, o := range parties {
					if o != p {
						list = append(list, o)
					}
				}
				return list
			},
			Keys:  func() tl.Keys { return w.keys },
			Voice: func() store.Voice { return nodetest.Voice(w.t, message.Node(p)) },
			Fetch: func(ctx context.Context) ([]byte, error) {
				if w.serve != nil {
					return w.serve(p)(ctx)
				}
				if w.down[tl.Office] {
					return nil, errors.New("nobody answers")
				}
				return w.node[tl.Office].Bytes(ctx)
			},
		})
	}
}

func (w *world) close() {
	for _, p := range parties {
		if err := w.node[p].Store.Close(); err != nil {
			w.t.Fatal(err)
		}
	}
}

// carry brings what is due from everyone who is up to everyone who is, once, and lets it have its
// effect.
func (w *world) carry(ctx context.Context) (moved int, err error) {
	post := nodetest.Between(clock)
	if w.twice {
		post.Times = func(message.Sealed) int { return 2 }
	}
	for _, p := range parties {
		if !w.down[p] {
			post.Nodes = append(post.Nodes, nodetest.Node{Voice: nodetest.Voice(w.t, message.Node(p)), Store: w.node[p].Store, Effect: nodetest.By(w.node[p].Handlers())})
		}
	}
	return post.Round(ctx)
}

// settle lets everybody who is up speak and fetch until nobody has anything to say.
func (w *world) settle(ctx context.Context) error {
	for range 20 {
		moved, err := w.carry(ctx)
		if err != nil {
			return err
		}
		for _, p := range parties[:3] {
			if w.down[p] || w.down[tl.Office] {
				continue
			}
			news, err := w.node[p].Refresh(ctx)
			if err != nil {
				return err
			}
			if news {
				moved++
			}
		}
		if moved == 0 {
			return nil
		}
	}
	return errors.New("they never fall silent")
}

func (w *world) quiet() {
	w.t.Helper()
	if err := w.settle(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// equal is that a type of Zhuzhou counts in Xiangtan, which proposes it.
func (w *world) equal(kind, reason string) tl.Change {
	now := tl.InstantOf(clock())
	return tl.Change{Kind: tl.AddEquivalent, By: "xiangtan", Proposed: now, Reason: reason,
		Equivalent: &tl.Equivalent{Of: tl.Side{City: "zhuzhou", Type: kind}, As: tl.Side{City: "xiangtan", Type: kind}, From: now}}
}

func (w *world) propose(c tl.Change) string {
	w.t.Helper()
	p, err := w.node[c.By].Propose(context.Background(), c, "李")
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Signed.Change.ID()
}

func (w *world) sign(city tl.Party, id string) {
	w.t.Helper()
	if _, err := w.node[city].Sign(context.Background(), id, "王"); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) publish(ids ...string) {
	w.t.Helper()
	if _, err := w.node[tl.Office].Publish(context.Background(), ids, "陈"); err != nil {
		w.t.Fatal(err)
	}
}

// agreed proposes, signs and publishes an equivalent, and lets everybody hear of it.
func (w *world) agreed(kind, reason string) string {
	w.t.Helper()
	id := w.propose(w.equal(kind, reason))
	w.quiet()
	w.sign("zhuzhou", id)
	w.quiet()
	w.publish(id)
	w.quiet()
	return id
}

// stages are where a proposal stands at each party, in their order; "" where it is not known.
func (w *world) stages(id string) (list [4]tl.Stage) {
	w.t.Helper()
	for i, p := range parties {
		all, err := w.node[p].Proposals(context.Background(), "")
		if err != nil {
			w.t.Fatal(err)
		}
		for _, one := range all {
			if one.Signed.Change.ID() == id {
				list[i] = one.Stage
			}
		}
	}
	return list
}

// versions are those of the lists.
func (w *world) versions() (list [4]int) {
	w.t.Helper()
	for i, p := range parties {
		l, err := w.node[p].List(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		list[i] = l.Version()
	}
	return list
}

// findings are the codes of those of a party, the oldest first.
func (w *world) findings(p tl.Party) (list []string) {
	w.t.Helper()
	all, err := w.node[p].Findings(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range all {
		list = append([]string{f.Code}, list...)
	}
	return list
}

// sound holds every store to its log.
func (w *world) sound() {
	w.t.Helper()
	for _, p := range parties {
		storetest.Sound(w.t, w.node[p].Store, string(p))
	}
}
