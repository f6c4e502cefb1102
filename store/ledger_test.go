package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"conurb/area"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/ledger"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// bookOf is a city's book over a real database.
type bookOf struct {
	*ledger.Machine
	t     testing.TB
	store *store.Store
	voice store.Voice
}

func openBook(t testing.TB, dsn string, name ledger.City, now func() time.Time) *bookOf {
	t.Helper()
	return &bookOf{&ledger.Machine{Me: name, Patience: 3}, t, storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: now}), nodetest.Voice(t, name)}
}

func (c *bookOf) do(ctx context.Context, f func(b *store.LedgerBook) error) error {
	return c.store.Do(ctx, func(d *store.Deed) error { return d.Ledger(c.voice, time.UTC, f) })
}

// begin opens a person's account with money, the bank and a pool.
func (c *bookOf) begin() {
	c.t.Helper()
	err := c.do(context.Background(), func(b *store.LedgerBook) error {
		return errors.Join(
			c.OpenAccount(b, ledger.Account{ID: "bank", Scheme: "social", Fund: "bank", Kind: ledger.Bank}),
			c.OpenAccount(b, ledger.Account{ID: "pool", Scheme: "social", Fund: "pooled", Kind: ledger.Pool}),
			c.OpenAccount(b, ledger.Account{ID: "person", Scheme: "social", Fund: "individual", Kind: ledger.Person, Owner: "430299"}),
			c.Post(b, ledger.Entry{ID: "open", Day: b.Today(), What: ledger.Opening, Postings: []ledger.Posting{{Account: "bank", Amount: 1_000_000}, {Account: "pool", Amount: -600_000}, {Account: "person", Amount: -400_000}}}),
			b.SetRecord(store.FundRecord{ID: "r", Scheme: "social", Owner: "430299", Text: []byte(`{"a":1}`)}))
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func money(id string, amount ledger.Fen) ledger.Transfer {
	return ledger.Transfer{ID: id, Scheme: "social", From: "zhuzhou", To: "changsha", Case: "c", Parts: []ledger.Part{{Fund: "individual", Account: "person", Amount: amount}, {Fund: "pooled", Account: "pool", Amount: 2 * amount}}}
}

// node is the city as the post sees it.
func (c *bookOf) node() nodetest.Node {
	return nodetest.Node{Voice: c.voice, Store: c.store, Effect: func(_ context.Context, d *store.Deed, m message.Sealed) error {
		return d.Ledger(c.voice, time.UTC, func(b *store.LedgerBook) error { _, err := c.Handle(b, m); return err })
	}}
}

// balances are what the accounts have, by id.
func (c *bookOf) balances() map[string]ledger.Fen {
	c.t.Helper()
	all := map[string]ledger.Fen{}
	err := c.store.ReadLedger(context.Background(), c.Me, time.UTC, func(b *store.LedgerBook) error {
		nobodys, err := b.Accounts()
		if err != nil {
			return err
		}
		own, err := b.AccountsOf("430299")
		for _, a := range append(nobodys, own...) {
			all[a.ID] = a.Balance()
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

func (c *bookOf) sound() {
	c.t.Helper()
	storetest.Sound(c.t, c.store, string(c.Me))
}

func TestMoneyBetweenTwoDatabases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, day := context.Background(), time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
		tick := 0
		now := func() time.Time { tick++; return day.Add(time.Duration(tick) * time.Second / 10) }
		s, target := openBook(t, dsn, "zhuzhou", now), openBook(t, storetest.DSN(t, "sqlite"), "changsha", now)
		s.begin()
		target.begin()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		settle := func() {
			tick += 100
			must(nodetest.Between(now, s.node(), target.node()).Settle(ctx))
		}
		must(target.do(ctx, func(b *store.LedgerBook) error { return target.Expect(b, money("T1", 1000)) }))
		must(s.do(ctx, func(b *store.LedgerBook) error { return s.PayOut(b, money("T1", 1000), "clerk") }))
		must(s.do(ctx, func(b *store.LedgerBook) error { return s.PayOut(b, money("T1", 1000), "clerk") })) // again
		must(s.do(ctx, func(b *store.LedgerBook) error { return s.PayOut(b, money("T2", 500), "clerk") }))  // nobody expects it
		if got := s.balances(); got["person"] != 398_500 || got["due-to/social/changsha"] != 4500 {
			t.Errorf("paid: %v", got)
		}
		settle()
		if got := s.balances(); got["person"] != 399_000 || got["pool"] != 598_000 || got["due-to/social/changsha"] != 3000 {
			t.Errorf("one closed, one put back: %v", got)
		}
		if got := target.balances(); got["person"] != 401_000 || got["pool"] != 602_000 || got["due-from/social/zhuzhou"] != 3000 {
			t.Errorf("taken in: %v", got)
		}
		if err := s.do(ctx, func(b *store.LedgerBook) error { return s.PayOut(b, money("T3", 500_000), "clerk") }); err == nil || s.balances()["person"] != 399_000 {
			t.Errorf("more than there is: %v", err)
		}
		state := func(a, b *bookOf) {
			t.Helper()
			must(a.do(ctx, func(book *store.LedgerBook) error {
				today := book.Today()
				return errors.Join(a.State(book, b.Me, today-1), book.SetStated(b.Me, today-1))
			}))
		}
		day = day.AddDate(0, 0, 1)
		state(s, target)
		state(target, s)
		settle()
		findings := func(c *bookOf) (list []ledger.Finding) {
			t.Helper()
			must(c.store.ReadLedger(ctx, c.Me, time.UTC, func(b *store.LedgerBook) (err error) {
				pairs, err := b.Unequal(ledger.City(map[ledger.City]ledger.City{"zhuzhou": "changsha", "changsha": "zhuzhou"}[c.Me]))
				if len(pairs) > 0 {
					t.Errorf("%s: unequal: %+v", c.Me, pairs)
				}
				if err == nil {
					list, err = b.Findings(true)
				}
				return err
			}))
			return list
		}
		if a, b := findings(s), findings(target); len(a)+len(b) > 0 {
			t.Errorf("found %+v and %+v", a, b)
		}
		must(target.do(ctx, func(b *store.LedgerBook) error { // what the other states is not what it posted
			return b.SetTold("zhuzhou", ledger.Line{Transfer: "T1", Pays: true, Amount: 2999, Day: area.DateOf(day)})
		}))
		must(target.do(ctx, func(b *store.LedgerBook) error { return target.Sweep(b, "zhuzhou") }))
		must(target.store.ReadLedger(ctx, target.Me, time.UTC, func(b *store.LedgerBook) error {
			list, err := b.Findings(true)
			if len(list) != 1 || list[0].Code != ledger.Differs || list[0].Here != 3000 || list[0].There != 2999 {
				t.Errorf("found %+v", list)
			}
			entries, e2 := b.EntriesOf("person", 10)
			if len(entries) != 2 || entries[0].What != ledger.In {
				t.Errorf("entries %+v", entries)
			}
			moved, e3 := b.Transfers(false)
			if len(moved) != 2 || moved[0].From != "zhuzhou" || moved[0].To != "changsha" {
				t.Errorf("transfers %+v", moved)
			}
			return errors.Join(err, e2, e3)
		}))
		s.sound()
		target.sound()
	})
}

// TestMoneyCutOffAnywhere cuts the way of money off at every statement, opens both databases anew
// as after a crash, and looks: what is owed in all is what it was. Then everything goes on.
func TestMoneyCutOffAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		dsns := [2]string{dsn, storetest.DSN(t, "sqlite")}
		tick := 0
		now := func() time.Time {
			tick++
			return time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC).Add(time.Duration(tick) * time.Second / 10)
		}
		open := func() (a, b *bookOf) {
			return openBook(t, dsns[0], "zhuzhou", now), openBook(t, dsns[1], "changsha", now)
		}
		a, b := open()
		a.begin()
		b.begin()
		owed := func() (sum, way ledger.Fen) {
			x, y := a.balances(), b.balances()
			way = x["due-to/social/changsha"] - y["due-from/social/zhuzhou"]
			return x["person"] + x["pool"] + y["person"] + y["pool"] + way, way
		}
		cuts, paid := 0, 0
		for n := int64(0); ; n += 13 {
			id := fmt.Sprint("T", n)
			ctx := storetest.CutAfter(n)
			err := wayOfMoney(ctx, a, b, id, now)
			if a.store.Close() != nil || b.store.Close() != nil {
				t.Fatal("not closed")
			}
			a, b = open()
			if sum, way := owed(); sum != 2_000_000 || way < 0 {
				t.Fatalf("cut off at %d: %s owed, %s under way", n, sum, way)
			}
			if !ctx.Over() {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			cuts++
			tick += 1000
			if err := nodetest.Between(now, a.node(), b.node()).Settle(context.Background()); err != nil {
				t.Fatal(err)
			}
			sum, way := owed()
			if sum != 2_000_000 || way != 0 {
				t.Fatalf("cut off at %d and gone on: %s owed, %s under way", n, sum, way)
			}
			var x, y ledger.Transfer
			read := func(c *bookOf, to *ledger.Transfer) {
				if err := c.store.ReadLedger(context.Background(), c.Me, time.UTC, func(b *store.LedgerBook) (err error) { *to, _, err = b.Transfer(id); return err }); err != nil {
					t.Fatal(err)
				}
			}
			read(a, &x)
			read(b, &y)
			if x.State == ledger.Done {
				paid++
			}
			if x.State != "" && (x.State != ledger.Done || y.State != ledger.Taken) {
				t.Fatalf("cut off at %d: %s and %s", n, x.State, y.State)
			}
		}
		t.Logf("cut off at %d places, %d times after money was paid", cuts, paid)
		if cuts < 15 || paid < 8 {
			t.Errorf("cut off at %d places only, %d later ones", cuts, paid)
		}
		a.sound()
		b.sound()
	})
}

func wayOfMoney(ctx context.Context, a, b *bookOf, id string, now func() time.Time) error {
	if err := b.do(ctx, func(book *store.LedgerBook) error { return b.Expect(book, money(id, 10)) }); err != nil {
		return err
	}
	if err := a.do(ctx, func(book *store.LedgerBook) error { return a.PayOut(book, money(id, 10), "clerk") }); err != nil {
		return err
	}
	return nodetest.Between(now, a.node(), b.node()).Settle(ctx)
}

// TestTheBookIsHeldToItsNotes: whoever changes a row behind the store's back is found, and a
// backup brings every row back.
func TestTheBookIsHeldToItsNotes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, now := context.Background(), storetest.Clock()
		c := openBook(t, dsn, "zhuzhou", now)
		c.begin()
		if err := c.do(ctx, func(b *store.LedgerBook) error {
			return errors.Join(c.PayOut(b, money("T1", 700), "clerk"), b.SetFinding(ledger.Finding{Other: "changsha", Transfer: "T0", Code: ledger.OnlyHere, Here: 5, Since: 740000, Day: 740000}),
				c.Stand(b, "person", ledger.Frozen), b.SetTold("changsha", ledger.Line{Transfer: "T0", Day: 740000}), b.SetHeard("changsha", 740000))
		}); err != nil {
			t.Fatal(err)
		}
		c.sound()
		for _, harm := range []struct{ do, undo string }{
			{`UPDATE ledger_account SET sum = sum - 1 WHERE id = 'person'`, `UPDATE ledger_account SET sum = sum + 1 WHERE id = 'person'`},
			{`UPDATE ledger_account SET standing = 'open' WHERE id = 'person'`, `UPDATE ledger_account SET standing = 'frozen' WHERE id = 'person'`},
			{`UPDATE ledger_posting SET amount = amount + 1 WHERE entry = 'open' AND account = 'bank'`, `UPDATE ledger_posting SET amount = amount - 1 WHERE entry = 'open' AND account = 'bank'`},
			{`UPDATE ledger_transfer SET net = 0`, `UPDATE ledger_transfer SET net = amount`},
			{`UPDATE ledger_told SET amount = 9`, `UPDATE ledger_told SET amount = 0`},
			{`UPDATE ledger_finding SET settled = '2026-01-01'`, `UPDATE ledger_finding SET settled = ''`},
			{`UPDATE ledger_day SET day = '2020-01-01'`, `UPDATE ledger_day SET day = '` + area.Date(740000).String() + `'`},
			{`UPDATE fund_record SET owner = 'x'`, `UPDATE fund_record SET owner = '430299'`},
		} {
			storetest.Exec(t, dsn, harm.do)
			if report, err := c.store.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || report.OK() {
				t.Errorf("%s is not found: %v", harm.do, err)
			}
			storetest.Exec(t, dsn, harm.undo)
			c.sound()
		}
	})
}

func TestTheBookIsRestored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, now := context.Background(), storetest.Clock()
		c := openBook(t, dsn, "zhuzhou", now)
		c.begin()
		if err := c.do(ctx, func(b *store.LedgerBook) error {
			for _, l := range []ledger.Line{{Transfer: "T0", Amount: 1, Day: 740000}, {Transfer: "T0", Amount: 2, Day: 740001}} {
				if err := b.SetTold("changsha", l); err != nil {
					return err
				}
			}
			return errors.Join(c.PayOut(b, money("T1", 700), "clerk"), c.PayOut(b, money("T2", 1), "clerk"), c.Stand(b, "person", ledger.Frozen))
		}); err != nil {
			t.Fatal(err)
		}
		saved := backup(t, c.store)
		again := openBook(t, storetest.DSN(t, "sqlite"), "zhuzhou", now)
		if err := restore(again.store, saved); err != nil {
			t.Fatal(err)
		}
		again.sound()
		if got, want := again.balances(), c.balances(); !maps.Equal(got, want) {
			t.Errorf("restored %v, want %v", got, want)
		}
	})
}
