package node_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"conurb/app/node"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// tellMany sends greetings in one write.
func (c *city) tellMany(t *testing.T, to trustlist.Party, n int, kase func(i int) string) {
	t.Helper()
	err := c.Store().Do(t.Context(), func(d *store.Deed) error {
		for i := range n {
			_, err := d.Send(c.Voice(), message.Draft{To: message.Node(to), Kind: "greeting", Case: kase(i), Body: map[string]string{"say": fmt.Sprint(i)}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Wake()
}

func inOrder(t *testing.T, c *city, n int) {
	t.Helper()
	eventually(t, "all are heard", func() bool { return len(c.heardSoFar()) >= n })
	for i, text := range c.heardSoFar() {
		if want := fmt.Sprintf(`changsha {"say":"%d"}`, i); text != want {
			t.Errorf("heard %q as number %d", text, i)
		}
	}
}

func TestManyGoTogether(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	const many = 3 * message.MaxBatch
	w["changsha"].tellMany(t, "zhuzhou", many, func(int) string { return "greetings" })
	inOrder(t, w["zhuzhou"], many)
	if n := w["zhuzhou"].asked.Load(); n < 3 || n > 20 {
		t.Errorf("%d messages in %d requests", many, n)
	}
	eventually(t, "the sender knows it", func() bool {
		out, err := w["changsha"].Store().Outbox(t.Context(), message.Delivered, 2*many)
		return err == nil && len(out) == many
	})
}

func TestANodeThatKnowsNoBatches(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	w["zhuzhou"].single.Store(true)
	w["changsha"].tellMany(t, "zhuzhou", 20, func(int) string { return "greetings" })
	inOrder(t, w["zhuzhou"], 20)
	if n := w["zhuzhou"].asked.Load(); n != 1 {
		t.Errorf("asked %d times to take a batch", n)
	}
	eventually(t, "the sender knows it, by one try of each", func() bool {
		out, err := w["changsha"].Store().Outbox(t.Context(), message.Delivered, 100)
		return err == nil && len(out) == 20 && !slices.ContainsFunc(out, func(o message.Out) bool { return o.Tries != 1 })
	})
}

// What one message of many does, others do not suffer from.
func TestAPanicAmongMany(t *testing.T) {
	w := world(t, "changsha", "zhuzhou")
	a, b := w["changsha"], w["zhuzhou"]
	var mad atomic.Int64
	b.On("mad", func(_ context.Context, d *store.Deed, _ message.Sealed) error {
		if mad.Add(1) == 1 {
			if _, err := d.Send(b.Voice(), message.Draft{To: "changsha", Kind: "greeting", Case: "x", Body: map[string]string{}}); err != nil {
				return err
			}
			panic("mad")
		}
		return errors.New("still mad")
	})
	err := a.Store().Do(t.Context(), func(d *store.Deed) error {
		for i := range 40 {
			kind := "greeting"
			if i == 20 {
				kind = "mad"
			}
			if _, err := d.Send(a.Voice(), message.Draft{To: "zhuzhou", Kind: kind, Case: fmt.Sprint(i), Body: map[string]string{"say": fmt.Sprint(i)}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Wake()
	eventually(t, "the others are heard", func() bool { return len(slices.Compact(slices.Sorted(slices.Values(b.heardSoFar())))) == 39 })
	if len(a.heardSoFar()) > 0 {
		t.Error("what failed was told")
	}
	eventually(t, "it alone is left", func() bool {
		in, err := b.Store().Inbox(t.Context(), 10)
		return err == nil && len(in) == 1 && in[0].Sealed.Envelope.Kind == "mad"
	})
}

func TestWhatIsNoBatch(t *testing.T) {
	c := newCity(t, "changsha")
	for name, tc := range map[string]struct {
		body   string
		kind   string
		status int
	}{
		"unsigned":     {"{}\n{}", message.BatchType, http.StatusUnauthorized},
		"another type": {"{}", message.ContentType, http.StatusUnprocessableEntity},
		"too long":     {strings.Repeat("x", message.MaxBatchBytes+2), message.BatchType, http.StatusRequestEntityTooLarge},
	} {
		r, err := http.Post(c.server.URL+node.BatchPath, tc.kind, bytes.NewReader([]byte(tc.body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != tc.status {
			t.Errorf("%s: %s", name, r.Status)
		}
	}
}
