package authority_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/internal/storetest"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

func (c *city) leave(id string) error {
	_, err := c.Act(context.Background(), id, licence.TransferOut, licence.How{By: "clerk", Reason: "moves house", To: "xiangtan"})
	return err
}

// of lists the licences of a city that were once another, or are it.
func (c *city) of(first licence.Record) (list []licence.Record) {
	for _, r := range c.all() {
		if r.ID == first.ID || r.Former == first.Identifier {
			list = append(list, r)
		}
	}
	return list
}

// once holds the cities to the rule: never valid twice, as the status lists say it; where it
// is valid in neither, the licence is seen to be on its way.
func once(t testing.TB, a, b *city, first licence.Record) {
	t.Helper()
	n, pending := 0, false
	for _, c := range []*city{a, b} {
		for _, r := range c.of(first) {
			s, err := c.Store.LicenceStatus(context.Background(), r.Identifier)
			if err != nil {
				t.Fatal(err)
			}
			if s == statuslist.Valid {
				n++
			}
			pending = pending || r.Held
		}
	}
	if n > 1 || n == 0 && !pending {
		t.Fatalf("valid %d times, pending %v: %v, %v", n, pending, a.of(first), b.of(first))
	}
}

func states(c *city) (list []licence.State) {
	for _, r := range c.all() {
		list = append(list, r.State)
	}
	return list
}

func two(t *testing.T, dsn string) (a, b *city) {
	return newCity(t, dsn, "changsha"), newCity(t, storetest.DSN(t, "sqlite"), "xiangtan")
}

func TestALicenceMovesToAnotherCity(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		a, b := two(t, dsn)
		r := a.issue(permit)
		if err := a.leave(r.ID); err != nil {
			t.Fatal(err)
		}
		step := func(from, to *city) {
			t.Helper()
			once(t, a, b, r)
			if err := deliver(ctx, from, to); err != nil {
				t.Fatal(err)
			}
			once(t, a, b, r)
		}
		step(a, b)
		if len(b.all()) != 1 {
			t.Fatalf("not issued: %+v", a.newest(r.ID))
		}
		held := b.all()[0]
		if !held.Held || held.State != licence.Suspended || held.Former != r.Identifier || held.By != "changsha: clerk" || held.Reason != "moves house" {
			t.Errorf("kept back: %+v", held)
		}
		if _, err := b.Act(ctx, held.ID, licence.Resume, licence.How{Reason: "now"}); refusedAs(err) != licence.RefusedHeld {
			t.Errorf("given back early: %v", err)
		}
		step(b, a)
		step(a, b)
		old, now := a.newest(r.ID), b.newest(held.ID)
		if old.State != licence.Moved || old.To != "xiangtan" || old.Successor != now.Identifier {
			t.Errorf("left: %+v", old)
		}
		if now.State != licence.Valid || now.Held || now.Authority.City != "xiangtan" || now.Until != r.Until || now.Holder != r.Holder || now.Attributes["address"] != "雨花区1号" {
			t.Errorf("arrived: %+v", now)
		}
		if len(a.changed) != 1 || len(b.changed) != 0 {
			t.Errorf("told of %v and %v", a.changed, b.changed)
		}
		a.sound()
		b.sound()
	})
}

func TestALicenceThatDoesNotMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		for _, c := range []struct {
			name   string
			before func(a, b *city)         // the message leaves
			under  func(a *city, id string) // B has issued, A does not know yet
			here   licence.State            // in the end
			there  []licence.State
			reason string
		}{
			{"the holder has one there", func(_, b *city) { b.issue(permit) }, nil, licence.Valid, []licence.State{licence.Valid}, "has a live licence of this type"},
			{"B does not take it over", func(_, b *city) {
				b.Accepts = func(context.Context, message.Node, authority.Passage) error {
					return &licence.Refusal{Code: licence.RefusedTransfer, Args: map[string]string{"type": permit}}
				}
			}, nil, licence.Valid, nil, "不办理"},
			{"A keeps it after all", nil, func(a *city, id string) { act(a, id, licence.Stay) }, licence.Valid, []licence.State{licence.Rescinded}, ""},
			{"A revokes it meanwhile", nil, func(a *city, id string) { act(a, id, licence.Revoke) }, licence.Revoked, []licence.State{licence.Rescinded}, ""},
			{"A keeps it and lets it go again", nil, func(a *city, id string) {
				act(a, id, licence.Stay)
				if err := a.leave(id); err != nil {
					a.t.Fatal(err)
				}
			}, licence.Valid, []licence.State{licence.Rescinded}, "live"},
		} {
			t.Run(c.name, func(t *testing.T) {
				a, b := two(t, dsnOf(t, dsn))
				if c.before != nil {
					c.before(a, b)
				}
				r := a.issue(permit)
				if err := a.leave(r.ID); err != nil {
					t.Fatal(err)
				}
				if err := deliver(ctx, a, b); err != nil {
					t.Fatal(err)
				}
				if c.under != nil {
					c.under(a, r.ID)
				}
				settle(t, a, b)
				old := a.newest(r.ID)
				if old.State != c.here || len(states(b)) != len(c.there) || len(c.there) > 0 && states(b)[0] != c.there[0] {
					t.Errorf("in the end %s and %v", old.State, states(b))
				}
				if !strings.Contains(old.Reason, c.reason) {
					t.Errorf("because %q", old.Reason)
				}
				a.sound()
				b.sound()
			})
		}
	})
}

func TestByTheTrustList(t *testing.T) {
	row := func(change func(r *trustlist.Row)) trustlist.ListedRow {
		r := trustlist.Row{City: "changsha", Authority: offices["changsha"], Type: permit, From: 1}
		change(&r)
		return trustlist.ListedRow{Row: r}
	}
	early := trustlist.InstantOf(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		name string
		row  trustlist.ListedRow
		good bool
	}{
		{"listed", row(func(*trustlist.Row) {}), true},
		{"until later", row(func(r *trustlist.Row) { r.Until = early * 2 }), true},
		{"over", row(func(r *trustlist.Row) { r.Until = early }), false},
		{"later", row(func(r *trustlist.Row) { r.From = early * 2 }), false},
		{"another city's", row(func(r *trustlist.Row) { r.City = "zhuzhou" }), false},
		{"another office's", row(func(r *trustlist.Row) { r.Authority = offices["xiangtan"] }), false},
		{"another type", row(func(r *trustlist.Row) { r.Type = vehicle }), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := two(t, storetest.DSN(t, "sqlite"))
			b.Accepts = authority.Listed(func(context.Context) ([]trustlist.ListedRow, error) { return []trustlist.ListedRow{c.row}, nil }, watch.Now)
			r := a.issue(permit)
			if err := a.leave(r.ID); err != nil {
				t.Fatal(err)
			}
			settle(t, a, b)
			old := a.newest(r.ID)
			if good := old.State == licence.Moved && len(b.all()) == 1; good != c.good || !good && (old.State != licence.Valid || !strings.Contains(old.Reason, "信任清单") || !strings.Contains(old.Reason, "trust list")) {
				t.Errorf("%s because %q, there %v", old.State, old.Reason, states(b))
			}
		})
	}
}

func TestWhatCannotLeave(t *testing.T) {
	a, _ := two(t, storetest.DSN(t, "sqlite"))
	card, p := a.issue(identityCard), a.issue(permit)
	if err := a.leave(card.ID); refusedAs(err) != licence.RefusedTransfer {
		t.Errorf("a card: %v", err)
	}
	how := licence.How{Reason: "moves", To: "changsha"}
	if _, err := a.Act(context.Background(), p.ID, licence.TransferOut, how); err == nil || a.newest(p.ID).State != licence.Valid {
		t.Errorf("to itself: %v", err)
	}
	a.Voice = nil
	if err := a.leave(p.ID); err == nil || a.newest(p.ID).State != licence.Valid {
		t.Errorf("without a voice: %v", err)
	}
}

// A message that no desk sends waits for a person, and changes nothing.
func TestForeignMessages(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name, kind string
		body       any
	}{
		{"another city's licence", "licence.transfer", map[string]any{"id": "c", "identifier": "1.2.156.3005.2.11100000XXGAB00010003.11430100XX00000010.A.001.A", "type": permit, "authority": map[string]any{"city": "zhuzhou"}}},
		{"no body of its kind", "licence.transfer", map[string]any{"id": 3}},
		{"of a licence that is not here", "licence.transferred", map[string]any{"id": "c", "version": 2}},
		{"of a licence that never came", "licence.moved", map[string]any{"id": "c", "taken": "x"}},
		{"ends what it did not hand over", "licence.transfer-void", map[string]any{"id": "c", "taken": "MINE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := two(t, storetest.DSN(t, "sqlite"))
			mine := b.issue(permit)
			if body, ok := c.body.(map[string]any); ok && body["taken"] == "MINE" {
				body["taken"] = mine.ID
			}
			err := a.Store.Do(ctx, func(d *store.Deed) error {
				_, err := d.Send(a.Voice(), message.Draft{To: "xiangtan", Kind: c.kind, Case: "c", Body: c.body})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := deliver(ctx, a, b); err == nil || !strings.Contains(err.Error(), message.Unhandled) {
				t.Errorf("handled: %v", err)
			}
			if got := b.all(); len(got) != 1 || got[0].Version != 1 {
				t.Errorf("now %+v", got)
			}
		})
	}
}

// What one city hands over, a third one neither gives to its holder nor ends, whatever it knows
// of it.
func TestAThirdCityHasNoSay(t *testing.T) {
	ctx := context.Background()
	a, b := two(t, storetest.DSN(t, "sqlite"))
	third := newCity(t, storetest.DSN(t, "sqlite"), "zhuzhou")
	r := a.issue(permit)
	if err := a.leave(r.ID); err != nil {
		t.Fatal(err)
	}
	if err := deliver(ctx, a, b); err != nil {
		t.Fatal(err)
	}
	held := b.all()[0]
	for _, kind := range []string{authority.KindMoved, authority.KindVoid} {
		err := third.Store.Do(ctx, func(d *store.Deed) error {
			_, err := d.Send(third.Voice(), message.Draft{To: "xiangtan", Kind: kind, Case: kind, Body: map[string]any{"id": r.ID, "version": 2, "taken": held.ID}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := deliver(ctx, third, b); err == nil || !strings.Contains(err.Error(), message.Unhandled) {
			t.Errorf("%s handled: %v", kind, err)
		}
		if got := b.newest(held.ID); !got.Held || got.Version != held.Version {
			t.Errorf("%s: now %+v", kind, got)
		}
	}
	settle(t, a, b)
	if got := b.newest(held.ID); got.State != licence.Valid {
		t.Errorf("in the end %+v", got)
	}
}

// TestCutOffAnywhere cuts the way of a licence off at every step, opens both databases anew
// as after a crash, and looks: the licence is valid once, or seen on its way. Then everything
// goes on, and it has moved once.
func TestCutOffAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		dsns := [2]string{dsn, storetest.DSN(t, "sqlite")}
		open := func() (a, b *city) { return newCity(t, dsns[0], "changsha"), newCity(t, dsns[1], "xiangtan") }
		a, b := open()
		cuts, moved := 0, 0
		for n := int64(0); ; n += 13 {
			r := a.issue(vehicle)
			ctx := storetest.CutAfter(n)
			err := way(ctx, a, b, r.ID)
			if a.Store.Close() != nil || b.Store.Close() != nil {
				t.Fatal("not closed")
			}
			a, b = open()
			once(t, a, b, r)
			if !ctx.Over() {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			cuts++
			left := a.newest(r.ID).State != licence.Valid
			settle(t, a, b)
			once(t, a, b, r)
			there := b.of(r)
			if left != (a.newest(r.ID).State == licence.Moved) || left != (len(there) == 1 && there[0].State == licence.Valid) || len(there) > 1 {
				t.Fatalf("cut off at %d: %v, there %v", n, a.of(r), there)
			}
			if left {
				moved++
			}
		}
		t.Logf("cut off at %d places, %d times after the licence had begun to leave", cuts, moved)
		if cuts < 40 || moved < 30 {
			t.Errorf("cut off at %d places only, %d later ones", cuts, moved)
		}
		a.sound()
		b.sound()
	})
}

// way takes a licence as far as it gets.
func way(ctx context.Context, a, b *city, id string) error {
	if _, err := a.Act(ctx, id, licence.TransferOut, licence.How{By: "clerk", Reason: "moves house", To: "xiangtan"}); err != nil {
		return err
	}
	for _, leg := range [][2]*city{{a, b}, {b, a}, {a, b}} {
		if err := deliver(ctx, leg[0], leg[1]); err != nil {
			return err
		}
	}
	return nil
}

func act(c *city, id string, a licence.Action) {
	c.t.Helper()
	if _, err := c.Act(context.Background(), id, a, licence.How{By: "chief", Reason: "because"}); err != nil {
		c.t.Fatal(err)
	}
}

// dsnOf is a fresh database of the same kind.
func dsnOf(t *testing.T, dsn string) string {
	kind, _, _ := strings.Cut(dsn, ":")
	return storetest.DSN(t, kind)
}
