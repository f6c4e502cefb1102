package node_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"conurb/app/node"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

func (c *city) tell(t *testing.T, to trustlist.Party, kind, kase string) {
	t.Helper()
	err := c.Store().Do(t.Context(), func(d *store.Deed) error {
		_, err := d.Send(c.Voice(), message.Draft{To: message.Node(to), Kind: kind, Case: kase, Body: map[string]string{"say": kase}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Wake()
}

// An effect that ends in an error, or in a panic, holds up its own case alone. It is tried
// again; after five tries a person has to look.
func TestAnEffectThatFailsHoldsUpItsOwnCaseAlone(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	a, b := w["changsha"], w["zhuzhou"]
	var lame, panics atomic.Int64
	mended := atomic.Bool{}
	b.On("lame", func(_ context.Context, d *store.Deed, m message.Sealed) error {
		if mended.Load() {
			return nil
		}
		lame.Add(1)
		if _, err := d.Send(b.Voice(), message.Draft{To: "changsha", Kind: "greeting", Case: "traces", Body: map[string]string{}}); err != nil {
			return err
		}
		return errors.New("the disk is full")
	})
	b.On("mad", func(context.Context, *store.Deed, message.Sealed) error {
		panics.Add(1)
		var none []int
		_ = none[len(none)+int(panics.Load())]
		return nil
	})
	a.tell(t, "zhuzhou", "lame", "first")
	a.tell(t, "zhuzhou", "mad", "second")
	eventually(t, "both are tried", func() bool { return lame.Load() > 0 && panics.Load() > 0 })
	begun := time.Now()
	a.greet(t, "zhuzhou", "not held up")
	eventually(t, "the other case goes on", func() bool { return len(b.heardSoFar()) == 1 })
	if lame.Load() >= 5 {
		t.Errorf("heard after %s, when the failing one had been given up", time.Since(begun))
	}
	a.tell(t, "zhuzhou", "greeting", "first") // behind the failing one
	mended.Store(true)
	eventually(t, "the next try succeeds, and its case goes on", func() bool { return len(b.heardSoFar()) == 2 })
	if out, err := b.Store().Outbox(t.Context(), message.Waiting, 10); err != nil || len(out) > 0 {
		t.Errorf("what failed left a trace: %+v, %v", out, err)
	}
	if len(a.heardSoFar()) > 0 {
		t.Errorf("what failed was told: %q", a.heardSoFar())
	}
}

// late is a clock that stands apart from the real one.
type late struct{ apart atomic.Int64 }

func (l *late) now() time.Time { return time.Now().Add(time.Duration(l.apart.Load())) }

// again stops a city and starts it with a clock.
func (c *city) again(t *testing.T, clock *late) {
	t.Helper()
	c.open.Store(false)
	c.stop()
	c.clock = clock.now
	c.start(t)
}

func TestAnEffectThatAlwaysFailsWaitsForAPerson(t *testing.T) {
	clock := new(late)
	w := world(t, "changsha", "zhuzhou")
	a, b := w["changsha"], w["zhuzhou"]
	b.again(t, clock)
	var tries atomic.Int64
	b.On("lame", func(context.Context, *store.Deed, message.Sealed) error {
		tries.Add(1)
		return errors.New("the disk is full")
	})
	a.tell(t, "zhuzhou", "lame", "first")
	for n := int64(1); n <= 5; n++ {
		eventually(t, "a try", func() bool { return tries.Load() == n })
		clock.apart.Add(int64(40 * time.Second)) // longer than every pause between tries
	}
	var id string
	eventually(t, "it is kept as failed", func() bool {
		in, err := b.Store().Inbox(t.Context(), 10)
		if err != nil || len(in) != 1 || in[0].Reason == nil {
			return false
		}
		id = in[0].Sealed.Envelope.ID
		return in[0].Reason.Code == message.Unhandled && strings.Contains(in[0].Reason.Args["detail"], "5 tries")
	})
	st, err := b.Status(t.Context())
	if err != nil || !slices.ContainsFunc(st.Letters, func(l node.Letter) bool { return l.ID == id && l.Box == node.BoxIn }) {
		t.Errorf("letters %+v, %v", st.Letters, err)
	}
	if there, err := b.Retry(t.Context(), id); !there || err != nil {
		t.Errorf("retry: %v, %v", there, err)
	}
	eventually(t, "a person has it tried again", func() bool { return tries.Load() == 6 })
}

// A node whose clock is ahead is not believed, others see by how much, and what it sent
// arrives once its clock is right.
func TestAClockThatIsAhead(t *testing.T) {
	clock := new(late)
	w := world(t, "changsha", "zhuzhou")
	a, b := w["changsha"], w["zhuzhou"]
	clock.apart.Store(int64(2 * time.Minute))
	a.again(t, clock)
	a.greet(t, "zhuzhou", "from the future")
	eventually(t, "the request is refused as one of the future", func() bool {
		out, err := a.Store().Outbox(t.Context(), message.Waiting, 10)
		return err == nil && len(out) == 1 && out[0].Reason != nil && out[0].Reason.Code == message.Transport && strings.Contains(out[0].Reason.Args["detail"], "future")
	})
	ahead := func(c *city) time.Duration {
		st, err := c.Status(t.Context())
		if err != nil || len(st.Others) != 1 {
			t.Fatal(st, err)
		}
		return time.Duration(st.Others[0].Ahead * float64(time.Second)).Round(10 * time.Second)
	}
	if one, other := ahead(b), ahead(a); one != 2*time.Minute || other != -2*time.Minute {
		t.Errorf("Zhuzhou sees Changsha ahead by %s, Changsha Zhuzhou by %s", one, other)
	}
	b.greet(t, "changsha", "to the future") // is 2 minutes old there: within the five that a request may be
	eventually(t, "post to the node arrives", func() bool { return len(a.heardSoFar()) == 1 })

	clock.apart.Store(0) // its clock is set; the message says two minutes from now
	a.again(t, clock)
	if err := a.Store().HurryMessages(t.Context(), "zhuzhou"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the message itself is of the future", func() bool {
		a.Wake()
		out, err := a.Store().Outbox(t.Context(), message.Waiting, 10)
		return err == nil && len(out) == 1 && out[0].Reason != nil && out[0].Reason.Code == message.Future
	})
	clock.apart.Store(int64(90 * time.Second)) // a minute and a half later, at both
	a.again(t, clock)
	b.again(t, clock)
	if err := a.Store().HurryMessages(t.Context(), "zhuzhou"); err != nil {
		t.Fatal(err)
	}
	a.Wake()
	eventually(t, "it arrives", func() bool { return slices.Contains(b.heardSoFar(), `changsha {"say":"from the future"}`) })
}

// A change of keys that is cut off after its key was written leaves the node as it was, also
// when it is started again; the next change takes place.
func TestAChangeOfKeysThatIsCutOff(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	a, b := w["changsha"], w["zhuzhou"]
	cut, stop := context.WithCancel(t.Context())
	stop()
	for i, purpose := range node.Purposes {
		asks, cert := a.Asks()
		voice, licences := a.Voice().Key.Public().Thumbprint(), a.LicenceKey().Public().Thumbprint()
		if _, err := a.Rotate(cut, purpose, time.Hour, false); err == nil {
			t.Fatalf("%s: not cut off", purpose)
		}
		if _, err := os.Stat(filepath.Join(a.dir, "keys", purpose+"-2.key")); err != nil {
			t.Fatalf("%s: nothing was left: %v", purpose, err)
		}
		if purpose == node.Asks { // cut off a little earlier
			if err := os.Remove(filepath.Join(a.dir, "keys", "asks-2.pem")); err != nil {
				t.Fatal(err)
			}
		}
		a.again(t, new(late))
		again, certAgain := a.Asks()
		if a.Voice().Key.Public().Thumbprint() != voice || a.LicenceKey().Public().Thumbprint() != licences || again.Public().Thumbprint() != asks.Public().Thumbprint() || !certAgain.Leaf.Equal(cert.Leaf) {
			t.Errorf("%s: a key that is on no card", purpose)
		}
		a.greet(t, "zhuzhou", purpose)
		eventually(t, purpose+": heard", func() bool { return len(b.heardSoFar()) == i+1 })
		if _, err := a.Rotate(t.Context(), purpose, time.Hour, false); err != nil {
			t.Fatalf("%s: %v", purpose, err)
		}
		eventually(t, purpose+": Zhuzhou has the card", func() bool { c, _ := b.Card("changsha"); return c.Card.Version == i+2 })
	}
}

// A node that is started at another address tells the others by itself, once.
func TestANodeThatMoved(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	a, b := w["changsha"], w["zhuzhou"]
	before := a.server
	t.Cleanup(before.Close)
	a.server = httptest.NewServer(before.Config.Handler)
	file := filepath.Join(a.dir, node.File)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), before.URL, a.server.URL, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	a.again(t, new(late))
	eventually(t, "Zhuzhou has the new address", func() bool { c, _ := b.Card("changsha"); return c.Card.URL == a.server.URL })
	before.Close()
	b.greet(t, "changsha", "there you are")
	eventually(t, "Changsha is reached", func() bool { return len(a.heardSoFar()) == 1 })
	a.again(t, new(late))
	if c, _ := a.Card("changsha"); c.Card.Version != 2 {
		t.Errorf("version %d", c.Card.Version)
	}
}

// A node that takes connections and never answers holds up its own post alone.
func TestANodeThatDoesNotAnswerHoldsUpItsOwnPostAlone(t *testing.T) {
	w := world(t, "changsha", "zhuzhou", "xiangtan")
	a, b, c := w["changsha"], w["zhuzhou"], w["xiangtan"]
	hangs, asked := make(chan struct{}), make(chan struct{}, 8)
	answers := b.server.Config.Handler
	b.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-hangs
		answers.ServeHTTP(w, r)
	})
	a.greet(t, "zhuzhou", "are you there")
	<-asked
	for i := range 5 { // one after another: each needs a round of its own
		a.greet(t, "xiangtan", "here")
		eventually(t, "the third node hears", func() bool { return len(c.heardSoFar()) == i+1 })
	}
	if len(b.heardSoFar()) > 0 || len(asked) > 0 {
		t.Fatalf("heard %q, asked %d times more", b.heardSoFar(), len(asked))
	}
	close(hangs)
	eventually(t, "it hears what waited", func() bool { return len(b.heardSoFar()) == 1 })
}
