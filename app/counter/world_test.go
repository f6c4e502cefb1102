package counter_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/app/counter"
	"conurb/app/node"
	"conurb/app/statuses"
	"conurb/area"
	"conurb/door/openid"
	"conurb/door/peer"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/kit/x5c"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/trustlist"
)

const (
	permit       = "11100000XXGAB00010003"
	identityCard = "11100000XXGAB00010002"
	wang         = "11010519491231002X" // a citizen who does not exist
)

var authorities = map[trustlist.Party]string{"changsha": "11430100XX00000010", "zhuzhou": "11430200XX00000010", "xiangtan": "11430300XX00000010"}

// world is three cities and an office behind doors that can be shut, one clock and one trust
// list, and the wallet of wang.
type world struct {
	t      *testing.T
	cities map[trustlist.Party]*city
	list   *trustlist.List
	listAt trustlist.Instant
	ahead  atomic.Int64 // nanoseconds that the clock was moved on
	wallet *jws.Private
	held   []*sdjwt.Shown
}

type city struct {
	*node.Node
	*counter.Counter
	lists  *statuses.Publisher
	w      *world
	dsn    string
	desk   *authority.Desk
	server *httptest.Server
	open   atomic.Bool
	asked  atomic.Int64 // for status lists
	stale  atomic.Pointer[string]
}

func (w *world) now() time.Time {
	return time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC).Add(time.Duration(w.ahead.Add(int64(time.Millisecond))))
}

func (w *world) pass(d time.Duration) { w.ahead.Add(int64(d)) }

// house is what the door for nodes needs.
type house struct {
	*node.Node
	*statuses.Publisher
}

func (house) TrustList(context.Context) ([]byte, error) { return nil, peer.ErrNothing }

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func register(t testing.TB) *licence.Register {
	t.Helper()
	b := must[[]byte](t)(os.ReadFile("../../region/czt/licence/types.yaml"))
	return must[*licence.Register](t)(licence.ReadRegister(licence.RegisterFile, b))
}

func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	w := &world{t: t, cities: map[trustlist.Party]*city{}, list: &trustlist.List{}}
	w.wallet = must[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader))
	for _, name := range []trustlist.Party{trustlist.Office, "changsha", "zhuzhou", "xiangtan"} {
		w.cities[name] = w.city(name, storetest.DSN(t, kind))
	}
	nodetest.Join(t, w.whole()...)
	w.publish(w.row("changsha", permit), w.row("changsha", identityCard), w.row("xiangtan", permit))
	w.publish(w.equal("changsha", "xiangtan", permit))
	return w
}

func (w *world) city(name trustlist.Party, dsn string) *city {
	t := w.t
	c := &city{w: w, dsn: dsn}
	var mux atomic.Pointer[http.ServeMux]
	c.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !c.open.Load() {
			http.Error(rw, "closed", http.StatusBadGateway)
			return
		}
		if old := c.stale.Load(); strings.HasPrefix(r.URL.Path, statuses.Path) && old != nil {
			io.WriteString(rw, *old)
			return
		}
		if strings.HasPrefix(r.URL.Path, statuses.Path) {
			c.asked.Add(1)
		}
		mux.Load().ServeHTTP(rw, r)
	}))
	t.Cleanup(c.server.Close)
	dir := t.TempDir()
	conf := node.Config{Name: name, Title: area.Text{Zh: string(name) + "市", En: string(name)}, Listen: "127.0.0.1:0", URL: c.server.URL}
	if name != trustlist.Office {
		conf.Authority = card.Body{Code: authorities[name], Name: "公安局"}
	}
	if err := node.Make(dir, conf, "", w.now()); err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, string(name)+".example/log"), Now: w.now})
	c.Node = must[*node.Node](t)(node.Open(t.Context(), node.Options{Dir: dir, Store: s, Now: w.now}))
	c.lists = statuses.New(statuses.Settings{Store: s, Key: c.LicenceKey, URL: c.server.URL, Now: w.now})
	c.Counter = c.newCounter(s)
	for kind, effect := range c.Handlers() {
		c.On(kind, effect)
	}
	if name != trustlist.Office {
		c.desk = must[*authority.Desk](t)(authority.New(authority.Settings{
			Store: s, Types: register(t), Zone: time.UTC, Now: w.now, Offices: []licence.Authority{{City: string(name), Code: authorities[name], Name: "公安局"}},
			Sealing: func() authority.Sealing {
				return authority.Sealing{Key: c.LicenceKey(), Status: c.server.URL + statuses.Path}
			},
			Voice: c.Node.Voice, Changed: c.Counter.Changed, Shape: store.Shape{Size: 64},
		}))
	}
	m := http.NewServeMux()
	m.Handle("/", peer.New(house{c.Node, c.lists}, peer.Options{Scheme: "http"}))
	openid.VerifierRoutes(m, c.Counter, nil)
	mux.Store(m)
	c.open.Store(true)
	return c
}

func (c *city) newCounter(s *store.Store) *counter.Counter {
	w := c.w
	return must[*counter.Counter](w.t)(counter.New(counter.Settings{
		Store: s, Me: c.Node.Me(), Cards: c.Cards, Client: c.Client(), Voice: c.Node.Voice, URL: c.server.URL, Now: w.now, Types: register(w.t),
		List: func(context.Context) (*trustlist.List, trustlist.Instant, error) { return w.list, w.listAt, nil },
		Signer: func() (openid4vp.Signer, error) {
			key, cert := c.Asks()
			return openid4vp.Signer{Key: key, Chain: x5c.Chain{cert.Leaf}, Profile: openid4vp.HAIP}, nil
		},
	}))
}

// whole are its nodes.
func (w *world) whole() (list []*node.Node) {
	for _, c := range w.cities {
		list = append(list, c.Node)
	}
	return list
}

// settle lets the post of all nodes arrive and have its effect.
func (w *world) settle() {
	w.t.Helper()
	nodetest.Settle(w.t, w.whole()...)
}

func (w *world) change(c trustlist.Change) trustlist.Change {
	c.Proposed, c.Reason = trustlist.InstantOf(w.now())-60, "agreed"
	return c
}

func (w *world) row(name trustlist.Party, kind string) trustlist.Signed {
	c := w.cities[name]
	return w.signed(w.change(trustlist.Change{Kind: trustlist.AddRow, By: name, Row: &trustlist.Row{City: name, Authority: authorities[name], Name: "公安局", Type: kind,
		From: trustlist.InstantOf(w.now()) - 86400, Key: c.LicenceKey().Public().JWK("")}}))
}

func (w *world) equal(of, as trustlist.Party, kind string) trustlist.Signed {
	return w.signed(w.change(trustlist.Change{Kind: trustlist.AddEquivalent, By: as, Equivalent: &trustlist.Equivalent{Of: trustlist.Side{City: of, Type: kind}, As: trustlist.Side{City: as, Type: kind},
		From: trustlist.InstantOf(w.now()) - 86400}}), of)
}

func (w *world) signed(c trustlist.Change, more ...trustlist.Party) trustlist.Signed {
	w.t.Helper()
	s := must[trustlist.Signed](w.t)(trustlist.Propose(rand.Reader, c, w.cities[c.By].Node.Voice().Key))
	for _, name := range more {
		s = must[trustlist.Signed](w.t)(s.Sign(rand.Reader, name, w.cities[name].Node.Voice().Key))
	}
	return s
}

func (w *world) publish(list ...trustlist.Signed) {
	w.t.Helper()
	office := w.cities[trustlist.Office]
	w.pass(2 * time.Second)
	w.list = must[*trustlist.List](w.t)(w.list.Publish(rand.Reader, list, trustlist.InstantOf(w.now()), office.Keys(), office.Node.Voice().Key))
	w.listAt = trustlist.InstantOf(w.now())
	w.pass(2 * time.Second)
}

// issue gives wang a licence of a type by a city, and puts it into his wallet.
func (w *world) issue(name trustlist.Party, kind string) licence.Record {
	w.t.Helper()
	c := w.cities[name]
	jwk := w.wallet.Public().JWK("")
	d := licence.Draft{Type: kind, Authority: c.desk.Offices[0], Holder: licence.Holder{Kind: "111", Code: wang, Name: "王小明"}, Key: &jwk,
		Attributes: map[string]any{"address": "雨花区1号", "registered_address": "岳塘区2号"}}
	if kind == identityCard {
		d.Attributes = map[string]any{"sex": "男", "ethnicity": "汉", "birth_date": "1949-12-31", "address": "雨花区1号"}
	}
	r := must[licence.Record](w.t)(c.desk.Issue(w.t.Context(), d, "clerk"))
	w.held = []*sdjwt.Shown{must[*sdjwt.Shown](w.t)(sdjwt.Parse(r.Credential, jws.Algorithms...))}
	w.pass(2 * time.Second)
	return r
}

func (w *world) revoke(name trustlist.Party, r licence.Record) {
	w.t.Helper()
	if _, err := w.cities[name].desk.Act(w.t.Context(), r.ID, licence.Revoke, licence.How{Reason: "对方已死亡", By: "clerk"}); err != nil {
		w.t.Fatal(err)
	}
}

var clerk = store.Clerk{Name: "陈办事", Office: "湘潭市公积金中心", Role: "clerk"}

const purpose = "办理公积金贷款"

func (c *city) ask(kind string, attributes ...string) counter.Asked {
	c.w.t.Helper()
	return must[counter.Asked](c.w.t)(c.Ask(c.w.t.Context(), counter.Draft{Wanted: kind, Attributes: attributes, Purpose: purpose, Language: "zh-CN", Clerk: clerk}))
}

// read is a request as wang's wallet has it, fetched over HTTP.
func (w *world) read(of *city, link string) *openid4vp.Request {
	w.t.Helper()
	l := must[openid4vp.Link](w.t)(openid4vp.ReadLink(link))
	answer := must[*http.Response](w.t)(http.PostForm(l.RequestURI, url.Values{"wallet_nonce": {"a-nonce-of-the-wallet-22"}}))
	defer answer.Body.Close()
	object := string(must[[]byte](w.t)(io.ReadAll(answer.Body)))
	if answer.StatusCode != http.StatusOK {
		w.t.Fatalf("request: %d %s", answer.StatusCode, object)
	}
	mine, _ := of.Card(of.Node.Me())
	anchors := must[[]*x509.Certificate](w.t)(mine.Card.Certificates())
	return must[*openid4vp.Request](w.t)(openid4vp.Wallet{Anchors: anchors, Profile: openid4vp.HAIP}.Read(l, object, "a-nonce-of-the-wallet-22", w.now()))
}

func (w *world) present(r *openid4vp.Request) url.Values {
	w.t.Helper()
	shown := must[[]dcql.Match](w.t)(r.Query.Select(r.Query.Matches(w.held), false))
	return must[url.Values](w.t)(r.Present(rand.Reader, shown, func(dcql.Match) (*jws.Private, error) { return w.wallet, nil }, w.now()))
}

// post answers a request and returns what the door said.
func post(t testing.TB, uri string, form url.Values) (int, string) {
	t.Helper()
	answer := must[*http.Response](t)(http.PostForm(uri, form))
	defer answer.Body.Close()
	return answer.StatusCode, string(must[[]byte](t)(io.ReadAll(answer.Body)))
}

// shows lets wang show a licence at a counter, and returns what came of it.
func (w *world) shows(at *city, kind string, attributes ...string) store.Checked {
	w.t.Helper()
	a := at.ask(kind, attributes...)
	r := w.read(at, a.Link)
	if status, text := post(w.t, r.ResponseURI, w.present(r)); status != http.StatusOK {
		w.t.Fatalf("answer: %d %s", status, text)
	}
	return *must[counter.Asked](w.t)(at.Asked(w.t.Context(), a.ID)).Result
}

// codes are those of the reasons of the weightiest kind that decided.
func codes(k store.Checked) string {
	var list []string
	for _, r := range k.Reasons {
		if r.Weight == k.Reasons[0].Weight && r.Weight != "note" {
			list = append(list, r.Code)
		}
	}
	return strings.TrimSpace(string(k.Outcome) + " " + strings.Join(list, " "))
}
