package register_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

var messageArrived = message.Answer{}

// TestACityComesBack: whatever a stale backup has forgotten, the others know.
func TestACityComesBack(t *testing.T) {
	ctx := context.Background()
	for _, lost := range cityNames {
		t.Run(string(lost), func(t *testing.T) {
			w := newWorld(t, "sqlite")
			for _, p := range []household.Person{"P1", "P2", "P3"} {
				w.must(w.nodes["zhuzhou"].Enter(ctx, p))
			}
			hold := func(p household.Person) string {
				id := newID(t)
				w.must(w.nodes["changsha"].Hold(ctx, id, "zhuzhou", tokens(p), w.Now().Add(time.Hour)))
				return id
			}
			first := hold("P1")
			w.settle()
			backup := w.nodes[lost].backup()
			second := hold("P2")
			w.settle()
			_, err := w.nodes["zhuzhou"].Decide(ctx, first)
			w.must(err)
			w.settle()
			_, err = w.nodes["zhuzhou"].Decide(ctx, second)
			w.must(err)
			w.settle("zhuzhou", "office") // the certificate of the second waits

			w.nodes[lost].restored(backup)
			if got := w.where(lost, "P1"); got != household.RefusedRestoring {
				t.Errorf("answers before it has reconciled: %s", got)
			}
			if err := w.nodes[lost].Enter(ctx, "P9"); code(err) != household.RefusedRestoring {
				t.Errorf("enters before it has reconciled: %v", err)
			}
			for range 5 {
				w.Pass(time.Minute)
				for _, n := range w.nodes {
					w.must(n.Tick(ctx))
				}
				w.settle()
			}
			for p, want := range map[household.Person]string{"P1": "changsha 2", "P2": "changsha 2", "P3": "zhuzhou 1"} {
				for _, at := range []household.City{"changsha", "zhuzhou"} {
					if got := w.where(at, p); got != want && (p != "P3" || at != "changsha") {
						t.Errorf("%s says of %s: %s", at, p, got)
					}
				}
			}
			if ok, err := w.nodes[lost].Serving(ctx); !ok || err != nil {
				t.Errorf("does not serve: %v", err)
			}
			if lost == "changsha" && !slices.Contains(w.nodes[lost].heard, "booked "+second) {
				t.Errorf("heard %q", w.nodes[lost].heard)
			}
			if lost == "zhuzhou" && !slices.Contains(w.nodes[lost].heard, "moved "+first) {
				t.Errorf("heard %q", w.nodes[lost].heard)
			}
		})
	}
}

// TestTwoCitiesAreLost: they wait for each other, and serve nothing.
func TestTwoCitiesAreLost(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, "sqlite")
	w.must(w.nodes["zhuzhou"].Enter(ctx, "P1"))
	w.must(w.nodes["changsha"].Enter(ctx, "P2"))
	for _, name := range []household.City{"zhuzhou", "changsha"} {
		w.nodes[name].restored(w.nodes[name].backup())
	}
	for range 20 {
		w.Pass(time.Minute)
		for _, n := range w.nodes {
			w.must(n.Tick(ctx))
		}
		w.settle()
	}
	for _, name := range []household.City{"zhuzhou", "changsha"} {
		if ok, err := w.nodes[name].Serving(ctx); ok || err != nil {
			t.Errorf("%s serves: %v", name, err)
		}
	}
	p, err := w.nodes["zhuzhou"].Progress(ctx)
	w.must(err)
	for _, o := range p.Others {
		if o.Told != (o.City != "changsha") {
			t.Errorf("%s: told %v", o.City, o.Told)
		}
	}
}
