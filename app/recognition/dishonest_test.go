package recognition_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/app/recognition"
	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/message"
	tl "conurb/trust/trustlist"
)

// given is an office that gives these bytes.
func given(b []byte) recognition.Fetch {
	return func(context.Context) ([]byte, error) { return b, nil }
}

func (w *world) bytes(l *tl.List) []byte {
	w.t.Helper()
	b, err := l.Bytes()
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// without is the office's list with one version less and then another one in its place, in
// which the change is not.
func (w *world) without() *tl.List {
	w.t.Helper()
	l, err := w.node[tl.Office].List(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	all := l.Publications()
	short := &tl.List{}
	for _, p := range all[:len(all)-1] {
		if short, err = short.With(p, w.keys); err != nil {
			w.t.Fatal(err)
		}
	}
	fork, err := short.Publish(rand.Reader, nil, tl.InstantOf(clock()), w.keys, w.key[tl.Office])
	if err != nil {
		w.t.Fatal(err)
	}
	return fork
}

func TestADishonestOfficeIsFound(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		give func(w *world) []byte
		want string
	}{
		{"drops a change that was published", func(w *world) []byte { return w.bytes(w.without()) }, recognition.FindingFork},
		{"gives a shorter list", func(w *world) []byte {
			l, err := w.node[tl.Office].List(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return w.bytes(l.Before(l.Publications()[0].Published))
		}, recognition.FindingShorter},
		{"gives none", func(*world) []byte { return nil }, recognition.FindingShorter},
		{"takes a row out", func(w *world) []byte {
			b, err := w.node[tl.Office].Bytes(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return []byte(strings.Replace(string(b), "agreed twice", "agreed thrice", 1))
		}, recognition.FindingBad},
		{"gives no list at all", func(*world) []byte { return []byte("<html>") }, recognition.FindingBad},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, storetest.DSN(t, "sqlite"))
			w.agreed(permit, "agreed once")
			w.agreed(other, "agreed twice")
			at, err := w.node["zhuzhou"].ListAt(ctx)
			if err != nil || at == 0 {
				t.Fatal(at, err)
			}
			b := c.give(w)
			w.serve = func(tl.Party) recognition.Fetch { return given(b) }
			for range 2 { // found twice, kept once
				if _, err := w.node["zhuzhou"].Refresh(ctx); !errors.Is(err, recognition.ErrFinding) {
					t.Fatalf("taken: %v", err)
				}
			}
			if got := w.findings("zhuzhou"); !slices.Equal(got, []string{c.want}) {
				t.Errorf("found %v, want %s", got, c.want)
			}
			if got := w.versions()[1]; got != 2 {
				t.Errorf("version %d, want the 2 of before", got)
			}
			if now, err := w.node["zhuzhou"].ListAt(ctx); err != nil || now != at {
				t.Errorf("confirmed at %v, %v; want %v", now, err, at)
			}
			w.sound()
		})
	}
}

// TestTwoListsForTwoCities has the office give Zhuzhou another list than the others, each in
// order by itself: the cities tell each other what they have.
func TestTwoListsForTwoCities(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, storetest.DSN(t, "sqlite"))
	w.agreed(permit, "agreed once")
	id := w.propose(w.equal(other, "agreed twice"))
	w.quiet()
	w.sign("zhuzhou", id)
	w.quiet()
	w.publish(id)
	fork := w.bytes(w.without())
	w.serve = func(to tl.Party) recognition.Fetch {
		if to == "zhuzhou" {
			return given(fork)
		}
		return w.node[tl.Office].Bytes
	}
	// The office says nothing to Zhuzhou: what it said to all is lost on the way there.
	for _, p := range parties[:3] {
		if _, err := w.node[p].Refresh(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.carry(ctx); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{
		{recognition.FindingSplit}, {recognition.FindingSplit, recognition.FindingSplit, recognition.FindingSplit}, {recognition.FindingSplit}, {recognition.FindingSplit},
	} {
		if got := w.findings(parties[i]); !slices.Equal(got, want) {
			t.Errorf("%s found %v, want %v", parties[i], got, want)
		}
	}
	w.sound()
}

// TestAnotherListThanTheOneAnnounced: what the office signed as a message is not what it gives.
func TestAnotherListThanTheOneAnnounced(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, storetest.DSN(t, "sqlite"))
	w.publish()
	w.serve = func(tl.Party) recognition.Fetch { return given(nil) }
	if _, err := w.carry(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := w.node["zhuzhou"].Refresh(ctx); !errors.Is(err, recognition.ErrBehind) {
		t.Errorf("announced and not given: %v", err)
	}
	if at, err := w.node["zhuzhou"].ListAt(ctx); err != nil || at != 0 {
		t.Errorf("confirmed: %v, %v", at, err)
	}
	fork := w.bytes(w.without())
	w.serve = func(tl.Party) recognition.Fetch { return given(fork) }
	if _, err := w.node["zhuzhou"].Refresh(ctx); !errors.Is(err, recognition.ErrFinding) {
		t.Errorf("taken: %v", err)
	}
	all, err := w.node["zhuzhou"].Findings(ctx)
	if err != nil || len(all) != 1 || all[0].Code != recognition.FindingOther || all[0].Publication == nil {
		t.Fatalf("%+v, %v", all, err)
	}
	// The publication that was kept is the office's own word.
	if _, err := new(tl.List).With(*all[0].Publication, w.keys); err != nil {
		t.Errorf("it proves nothing: %v", err)
	}
	w.serve = nil
	w.quiet()
	if got, want := w.versions(), ([4]int{1, 1, 1, 1}); got != want {
		t.Errorf("versions %v, want %v once the office gives the announced one", got, want)
	}
	w.sound()
}

func TestAProposalThatIsLeftLying(t *testing.T) {
	w := newWorld(t, storetest.DSN(t, "sqlite"))
	id := w.propose(w.equal(permit, "agreed"))
	w.quiet()
	for _, c := range []struct {
		name  string
		after time.Duration
		sign  bool
		want  bool
	}{{"unsigned", 30 * 24 * time.Hour, false, false}, {"signed just now", time.Hour, true, false}, {"signed long ago", 8 * 24 * time.Hour, true, true}} {
		if c.sign {
			w.sign("zhuzhou", id)
			w.quiet()
		}
		p, err := w.node["xiangtan"].Store.TrustProposal(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got := recognition.LeftLying(p, clock().Add(c.after)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestTwoWords: a node says two things of one version, and a city has what nobody published.
func TestTwoWords(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, storetest.DSN(t, "sqlite"))
	say := func(from, to tl.Party, kind, digest string) {
		t.Helper()
		err := w.node[from].Store.Do(ctx, func(d *store.Deed) error {
			_, err := d.Send(store.Voice{Node: message.Node(from), Key: w.key[from]}, message.Draft{
				To: message.Node(to), Kind: kind, Case: "trust-list", Body: recognition.Head{Version: 1, Digest: strings.Repeat(digest, 64)}})
			return err
		})
		if err == nil {
			_, err = w.carry(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	say(tl.Office, "changsha", recognition.KindPublished, "a")
	say(tl.Office, "changsha", recognition.KindPublished, "b")
	say("zhuzhou", tl.Office, recognition.KindSeen, "c")
	if got := w.findings("changsha"); !slices.Equal(got, []string{recognition.FindingTwoWords}) {
		t.Errorf("changsha found %v", got)
	}
	if got := w.findings(tl.Office); !slices.Equal(got, []string{recognition.FindingNotMine}) {
		t.Errorf("the office found %v", got)
	}
}

func TestFetchFrom(t *testing.T) {
	status, text := http.StatusOK, "list"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/node/trust-list" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(status)
		w.Write([]byte(text))
	}))
	defer s.Close()
	fetch := recognition.FetchFrom(s.Client(), func() string { return s.URL })
	if b, err := fetch(context.Background()); string(b) != "list" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if status = http.StatusNotFound; true {
		if b, err := fetch(context.Background()); b != nil || err != nil {
			t.Errorf("none yet: %q, %v", b, err)
		}
	}
	if status = http.StatusBadGateway; true {
		if _, err := fetch(context.Background()); err == nil {
			t.Error("an error of the server counts as a list")
		}
	}
	if _, err := recognition.FetchFrom(s.Client(), func() string { return "" })(context.Background()); !errors.Is(err, recognition.ErrNoCard) {
		t.Errorf("no card of the office: %v", err)
	}
}

// TestRunFetchesWhenTold has a city fetch what it is told of long before the next round.
func TestRunFetchesWhenTold(t *testing.T) {
	w := newWorld(t, storetest.DSN(t, "sqlite"))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { w.node["changsha"].Run(ctx); close(ended) }()
	w.publish()
	if _, err := w.carry(ctx); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(20 * time.Second); w.versions()[0] != 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("not fetched")
		}
	}
	stop()
	<-ended
}
