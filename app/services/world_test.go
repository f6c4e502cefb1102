package services_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"conurb/app"
	"conurb/app/node"
	"conurb/app/services"
	"conurb/area"
	"conurb/door/peer"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
	"conurb/plan/pack"
	"conurb/region"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// world is two cities and the office with the catalogue of the region, behind real doors.
type world struct {
	t     *testing.T
	nodes map[trustlist.Party]*place
	ahead atomic.Int64
	pack  *pack.Pack
}

type place struct {
	*node.Node
	*services.Desk
	w     *world
	store *store.Store
	dsn   string
	key   store.Options
}

// house is what the door for nodes needs.
type house struct{ *node.Node }

func (house) TrustList(context.Context) ([]byte, error) { return nil, peer.ErrNothing }

func (house) StatusToken(context.Context, string, bool) ([]byte, time.Duration, error) {
	return nil, 0, peer.ErrNothing
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) now() time.Time {
	return time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC).Add(time.Duration(w.ahead.Add(int64(time.Millisecond))))
}

func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	p, problems := pack.Load(region.CZT())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w := &world{t: t, nodes: map[trustlist.Party]*place{}, pack: p}
	for _, name := range []trustlist.Party{trustlist.Office, "changsha", "zhuzhou"} {
		w.nodes[name] = w.open(name, storetest.DSN(t, kind))
	}
	nodetest.Join(t, w.whole()...)
	return w
}

func (w *world) open(name trustlist.Party, dsn string) *place {
	t := w.t
	c := &place{w: w, dsn: dsn}
	var mux atomic.Pointer[http.ServeMux]
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { mux.Load().ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	conf := node.Config{Name: name, Title: area.Text{Zh: string(name), En: string(name)}, Listen: "127.0.0.1:0", URL: server.URL}
	if err := node.Make(dir, conf, "", w.now()); err != nil {
		t.Fatal(err)
	}
	c.key = store.Options{Signer: storetest.Signer(t, string(name)+".example/log"), Now: w.now}
	c.store = storetest.OpenWith(t, dsn, c.key)
	c.Node = must[*node.Node](t)(node.Open(t.Context(), node.Options{Dir: dir, Store: c.store, Now: w.now}))
	c.Desk = must[*services.Desk](t)(services.New(t.Context(), c.settings(w.pack.Files)))
	for kind, effect := range c.Handlers() {
		c.On(kind, effect)
	}
	m := http.NewServeMux()
	m.Handle("/", peer.New(house{c.Node}, peer.Options{Scheme: "http"}))
	mux.Store(m)
	return c
}

// settings are those of a desk over some files of a pack.
func (c *place) settings(files map[string][]byte) services.Settings {
	t := c.w.t
	types := must[*licence.Register](t)(licence.ReadRegister(licence.RegisterFile, files[licence.RegisterFile]))
	refs := app.CatalogueRefs(c.w.pack, types, nil)
	s := services.Settings{Store: c.store, Catalogue: must[*catalogue.Catalogue](t)(catalogue.Load(files, refs)), Refs: refs,
		Region: c.w.pack.ID, Cities: c.w.pack.Area.Cities, Others: c.Others, Voice: c.Voice}
	if c.Node.Me() != trustlist.Office {
		s.City = string(c.Node.Me())
	}
	return s
}

// whole are its nodes.
func (w *world) whole() (list []*node.Node) {
	for _, c := range w.nodes {
		list = append(list, c.Node)
	}
	return list
}

// settle lets the post of all nodes arrive and have its effect.
func (w *world) settle() {
	w.t.Helper()
	nodetest.Settle(w.t, w.whole()...)
	for _, c := range w.nodes {
		if err := c.Refresh(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

// edited is the item in force with a change.
func (c *place) edited(id string, change func(i *catalogue.Item)) []byte {
	c.w.t.Helper()
	e := must[services.Edition](c.w.t)(c.Item(c.City, id))
	i, _ := catalogue.ReadItem(e.Says)
	change(i)
	return must[[]byte](c.w.t)(json.Marshal(i))
}

// quicker promises a day less.
func quicker(i *catalogue.Item) {
	i.Limits.Promised.Count--
	for n := range i.Steps {
		if i.Steps[n].Days > 1 {
			i.Steps[n].Days--
			return
		}
	}
}

func (c *place) publish(id string, after int, change func(i *catalogue.Item)) services.Edition {
	c.w.t.Helper()
	return must[services.Edition](c.w.t)(c.Publish(c.w.t.Context(), id, c.City, c.edited(id, change), after, "时限缩短", "editor"))
}

// say sends a message as somebody might who does not keep to the rules.
func (c *place) say(to message.Node, body any) {
	c.w.t.Helper()
	err := c.store.Do(c.w.t.Context(), func(d *store.Deed) error {
		_, err := d.Send(c.Voice(), message.Draft{To: to, Kind: services.KindItem, Case: fmt.Sprint("catalogue/x", c.w.ahead.Load()), Body: body})
		return err
	})
	if err != nil {
		c.w.t.Fatal(err)
	}
}

func changed(files map[string][]byte, name string, b []byte) map[string][]byte {
	files = maps.Clone(files)
	files[name] = b
	return files
}
