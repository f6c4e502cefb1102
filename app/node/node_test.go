package node_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"conurb/app/node"
	"conurb/area"
	"conurb/door/peer"
	"conurb/internal/nodetest"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// pass is empty: opening a sealed key takes as long as a guess shall take.
const pass = ""

// city is a node of the drawn world, behind a door that can be shut.
type city struct {
	*node.Node
	dir    string
	server *httptest.Server
	open   atomic.Bool
	clock  func() time.Time // nil: the real one
	single atomic.Bool      // it knows no batches
	asked  atomic.Int64     // batches that came
	stop   context.CancelFunc
	over   sync.WaitGroup
	mu     sync.Mutex
	heard  []string
}

// house is a node without lists.
type house struct{ *node.Node }

func (house) TrustList(context.Context) ([]byte, error) { return nil, peer.ErrNothing }
func (house) StatusToken(context.Context, string, bool) ([]byte, time.Duration, error) {
	return nil, 0, peer.ErrNothing
}

// start opens the node of a folder and lets it run; handler may be put in later.
func (c *city) start(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(c.dir, node.LogKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := evidence.NewSigner(string(b))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(c.dir, "conurb.db"), store.Options{Signer: signer, Now: c.clock})
	if err != nil {
		t.Fatal(err)
	}
	if c.Node, err = node.Open(t.Context(), node.Options{Dir: c.dir, Store: s, Passphrase: pass, Now: c.clock}); err != nil {
		t.Fatal(err)
	}
	c.On("greeting", func(_ context.Context, _ *store.Deed, m message.Sealed) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.heard = append(c.heard, string(m.Envelope.From)+" "+string(m.Envelope.Body))
		return nil
	})
	ctx, stop := context.WithCancel(context.Background())
	c.stop = func() { stop(); c.over.Wait(); s.Close() }
	c.over.Go(func() { c.Run(ctx) })
	c.open.Store(true)
}

func newCity(t *testing.T, name trustlist.Party) *city {
	t.Helper()
	c := &city{dir: t.TempDir()}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.open.Load() {
			http.Error(w, "closed", http.StatusBadGateway)
			return
		}
		if r.URL.Path == node.BatchPath {
			c.asked.Add(1)
			if c.single.Load() {
				http.NotFound(w, r)
				return
			}
		}
		if c.clock != nil {
			w.Header().Set("Date", c.clock().UTC().Format(http.TimeFormat))
		}
		peer.New(house{c.Node}, peer.Options{Scheme: "http"}).ServeHTTP(w, r)
	}))
	conf := node.Config{Name: name, Title: area.Text{Zh: string(name), En: string(name)}, Listen: "127.0.0.1:0", URL: c.server.URL}
	if name != trustlist.Office {
		conf.Authority = card.Body{Code: "11430100XXGAJ00010", Name: "公安局"}
	}
	if err := node.Make(c.dir, conf, pass, time.Now()); err != nil {
		t.Fatal(err)
	}
	c.start(t)
	t.Cleanup(func() { c.open.Store(false); c.server.Close(); c.stop() })
	return c
}

func world(t *testing.T, names ...trustlist.Party) map[trustlist.Party]*city {
	t.Helper()
	all := map[trustlist.Party]*city{}
	var nodes []*node.Node
	for _, name := range names {
		all[name] = newCity(t, name)
		nodes = append(nodes, all[name].Node)
	}
	nodetest.Join(t, nodes...)
	return all
}

func (c *city) greet(t *testing.T, to trustlist.Party, what string) {
	t.Helper()
	err := c.Store().Do(t.Context(), func(d *store.Deed) error {
		_, err := d.Send(c.Voice(), message.Draft{To: message.Node(to), Kind: "greeting", Case: "greetings", Body: map[string]string{"say": what}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Wake()
}

// eventually waits for what the loops do in their own time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within 30 s: %s", what)
}

func (c *city) heardSoFar() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.heard...)
}

func TestCitiesGreetOneAnother(t *testing.T) {
	w := world(t, "changsha", "zhuzhou", trustlist.Office)
	for i := range 5 {
		w["changsha"].greet(t, "zhuzhou", fmt.Sprint(i))
		w["zhuzhou"].greet(t, "changsha", fmt.Sprint(i))
	}
	for name, from := range map[trustlist.Party]string{"changsha": "zhuzhou", "zhuzhou": "changsha"} {
		eventually(t, "five greetings at "+string(name), func() bool { return len(w[name].heardSoFar()) == 5 })
		for i, text := range w[name].heardSoFar() {
			if want := fmt.Sprintf(`%s {"say":"%d"}`, from, i); text != want {
				t.Errorf("%s heard %q as number %d", name, text, i)
			}
		}
	}
}

func TestACityThatIsDownDelaysAndLosesNothing(t *testing.T) {
	w := world(t, "changsha", "zhuzhou", "xiangtan")
	down := w["zhuzhou"]
	down.open.Store(false)
	down.stop()
	w["changsha"].greet(t, "zhuzhou", "while you were away")
	w["changsha"].greet(t, "xiangtan", "not held up")
	eventually(t, "Xiangtan hears at once", func() bool { return len(w["xiangtan"].heardSoFar()) == 1 })
	eventually(t, "the outbox knows that nobody is there", func() bool {
		out, err := w["changsha"].Store().Outbox(t.Context(), message.Waiting, 10)
		return err == nil && len(out) == 1 && out[0].Tries > 0 && out[0].Reason.Code == message.Transport
	})
	down.start(t)
	down.greet(t, "changsha", "back") // whoever is back is told at once what waits for it
	eventually(t, "Zhuzhou hears what waited", func() bool { return len(down.heardSoFar()) == 1 })
}

func TestKeysChangeWithoutAPause(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	a, b := w["changsha"], w["zhuzhou"]
	old := a.Voice().Key.Public().Thumbprint()
	for i := range 3 {
		a.greet(t, "zhuzhou", fmt.Sprint("before ", i))
		if _, err := a.Rotate(t.Context(), node.Voice, time.Hour, i == 2); err != nil {
			t.Fatal(err)
		}
		a.greet(t, "zhuzhou", fmt.Sprint("after ", i))
		eventually(t, "both are heard", func() bool { return len(b.heardSoFar()) == 2*(i+1) })
	}
	if got := a.Voice().Key.Public().Thumbprint(); got == old {
		t.Error("the key is the old one")
	}
	eventually(t, "Zhuzhou has the card", func() bool { c, _ := b.Card("changsha"); return c.Card.Version == 4 })
	for _, purpose := range []string{node.Licences, node.Asks} {
		if _, err := a.Rotate(t.Context(), purpose, 0, false); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "Zhuzhou has the later cards", func() bool {
		c, _ := b.Card("changsha")
		return c.Card.Version == 6 && len(c.Card.Licences) == 2 && len(c.Card.Anchors) == 2
	})
	if _, err := a.Rotate(t.Context(), "nothing", 0, false); !errors.Is(err, node.ErrPurpose) {
		t.Errorf("a key for nothing: %v", err)
	}
}

func TestAStrangersCardIsNotBelieved(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	forger := newCity(t, "zhuzhou") // calls itself so
	mine, _ := forger.Card("zhuzhou")
	if err := w["changsha"].Join(t.Context(), mine, "0000"); !errors.Is(err, node.ErrCompare) {
		t.Errorf("joined without its fingerprint: %v", err)
	}
	if err := w["changsha"].Store().RenewCard(t.Context(), mine); err == nil {
		t.Error("the forger's card follows the real one")
	}
	real, _ := w["changsha"].Card("changsha")
	if err := forger.Join(t.Context(), real, real.Fingerprint()); err != nil {
		t.Fatal(err)
	}
	forger.greet(t, "changsha", "believe me")
	eventually(t, "the forger is refused", func() bool {
		out, err := forger.Store().Outbox(t.Context(), message.Waiting, 10)
		return err == nil && len(out) == 1 && out[0].Reason != nil && out[0].Reason.Code == message.UnknownKey
	})
	if got := w["changsha"].heardSoFar(); len(got) != 0 {
		t.Errorf("heard %q", got)
	}
}

func TestAnUnknownKindWaitsForAPerson(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	err := w["changsha"].Store().Do(t.Context(), func(d *store.Deed) error {
		_, err := d.Send(w["changsha"].Voice(), message.Draft{To: "zhuzhou", Kind: "riddle", Case: "riddles", Body: map[string]string{}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is kept as failed", func() bool {
		in, err := w["zhuzhou"].Store().Inbox(t.Context(), 10)
		return err == nil && len(in) == 1 && in[0].Reason != nil && in[0].Reason.Code == message.Unhandled
	})
}

func TestKeysAreTheOwnersAlone(t *testing.T) {
	c := newCity(t, "changsha")
	files, err := filepath.Glob(filepath.Join(c.dir, "keys", "*"))
	if err != nil || len(files) != 4 {
		t.Fatalf("files %q, %v", files, err)
	}
	for _, f := range append(files, filepath.Join(c.dir, node.LogKeyFile), filepath.Join(c.dir, node.File)) {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
	if err := os.Chmod(filepath.Join(c.dir, "keys", "voice-1.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Open(t.Context(), node.Options{Dir: c.dir, Store: c.Store(), Passphrase: pass}); !errors.Is(err, node.ErrMode) {
		t.Errorf("a key that others may read: %v", err)
	}
}

func TestConfigs(t *testing.T) {
	good := "format: 1\nname: changsha\ntitle: {zh: 长沙, en: Changsha}\nlisten: 127.0.0.1:8081\nurl: http://127.0.0.1:8081\n"
	if c, err := node.ReadConfig("node.yaml", []byte(good)); err != nil || c.Name != "changsha" || c.Suite != "ES256" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, tc := range []struct{ name, text, code string }{
		{"no name", "format: 1\ntitle: {zh: a, en: b}\nlisten: :1\nurl: http://a\n", "missing"},
		{"a name in capitals", "format: 1\nname: Changsha\ntitle: {zh: a, en: b}\nlisten: :1\nurl: http://a\n", node.ProblemName},
		{"a path", "format: 1\nname: a\ntitle: {zh: a, en: b}\nlisten: :1\nurl: http://a/b\n", node.ProblemURL},
		{"no port", "format: 1\nname: a\ntitle: {zh: a, en: b}\nlisten: localhost\nurl: http://a\n", node.ProblemAddr},
		{"a short code", good + "authority: {code: '123', name: x}\n", node.ProblemCode},
		{"a key nobody knows", good + "secret: x\n", "unknown-key"},
	} {
		_, err := node.ReadConfig("node.yaml", []byte(tc.text))
		var p node.Problems
		if !errors.As(err, &p) || len(p) != 1 || p[0].Code != tc.code || p[0].Line == 0 {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestAnAuthorityNamedLaterGetsAKey(t *testing.T) {
	c := newCity(t, trustlist.Office)
	if c.LicenceKey() != nil {
		t.Fatal("the office has a key that signs licences")
	}
	c.Config.Authority = card.Body{Code: "11430100XXGAJ00010", Name: "公安局"}
	mine, err := c.Rotate(t.Context(), node.Licences, 0, false)
	if err != nil || len(mine.Card.Licences) != 1 || c.LicenceKey() == nil {
		t.Errorf("%+v, %v", mine.Card.Licences, err)
	}
}
