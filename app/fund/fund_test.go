package fund_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"conurb/app/fund"
	"conurb/internal/casetest"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
	"conurb/trust/message"
)

func TestAPensionRelationMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, at := context.Background(), watch()
		target, source := two(t, [2]string{dsn, storetest.DSN(t, "sqlite")}, at)
		before, there := target.sums(), source.sums()
		k, err := target.apply(ctx, rules.ItemSocial, forms["social"])
		must(t, err)
		must(t, target.act(ctx, k.ID, "accept", ""))
		settle(t, target, source, at)
		out := source.out()
		if out.State != rules.Arrived || out.Applicant.Code != zhou || out.Holder.By != casework.Clerk {
			t.Fatalf("at Zhuzhou: %+v", out)
		}
		must(t, source.act(ctx, out.ID, rules.MoveTell, ""))
		settle(t, target, source, at)
		if now := target.of(k.ID); now.State != rules.Informed || now.Facts["fund-amount"] == "" {
			t.Fatalf("informed: %s %v", now.State, now.Facts)
		}
		must(t, target.act(ctx, k.ID, rules.MoveAgree, ""))
		settle(t, target, source, at)
		must(t, source.act(ctx, out.ID, rules.MovePay, ""))
		way := source.sums()
		if way["social/individual"] != 0 || way["due-to/social/changsha"] == 0 || target.sums()["social/individual"] != before["social/individual"] {
			t.Errorf("under way: %v", way)
		}
		settle(t, target, source, at)
		now := target.of(k.ID)
		if now.State != casework.Decided || now.Decision == nil || now.Decision.Outcome != casework.Granted || !strings.Contains(now.Decision.Grounds, "zhuzhou") {
			t.Fatalf("at Changsha: %s %+v", now.State, now.Decision)
		}
		if o := source.of(out.ID); o.State != rules.Moved || o.Decision == nil {
			t.Errorf("at Zhuzhou: %s", o.State)
		}
		after, gone := target.sums(), source.sums()
		moved := there["social/individual"] - gone["social/individual"]
		pool := there["social/pooled"] - gone["social/pooled"]
		if moved != 61_234_56 || pool <= 0 || after["social/individual"]-before["social/individual"] != moved || after["social/pooled"]-before["social/pooled"] != pool ||
			after["due-from/social/zhuzhou"] != moved+pool || gone["due-to/social/changsha"] != moved+pool {
			t.Errorf("moved %s and %s: %v and %v", moved, pool, after, gone)
		}
		r, old := target.record(rules.Social), source.record(rules.Social)
		if r.TotalMonths() != 13*12+2+9 || old.Standing != rules.Gone || old.MovedTo != "changsha" {
			t.Errorf("%d months, there %s to %s", r.TotalMonths(), old.Standing, old.MovedTo)
		}
		k2, err := target.apply(ctx, rules.ItemSocial, forms["social"])
		must(t, err)
		must(t, target.act(ctx, k2.ID, "accept", ""))
		settle(t, target, source, at)
		again := source.out()
		if got := casetest.Code(source.act(ctx, again.ID, rules.MoveTell, "")); got != rules.RefusedMoved {
			t.Errorf("told again: %s", got)
		}
		must(t, source.act(ctx, again.ID, rules.MoveDecline, "已转出，见原办件"))
		settle(t, target, source, at)
		if now := target.of(k2.ID); now.Decision == nil || now.Decision.Outcome != casework.Refused || !strings.Contains(now.Decision.Grounds, "已于") || !strings.Contains(now.Decision.Grounds, "见原办件") {
			t.Errorf("what the citizen reads: %+v", now.Decision)
		}
		at.Pass(24 * time.Hour)
		must(t, errors.Join(target.Daily(ctx), source.Daily(ctx)))
		settle(t, target, source, at)
		for _, c := range []*city{target, source} {
			must(t, c.Read(ctx, func(b *store.LedgerBook) error {
				list, err := b.Findings(true)
				heard, e2 := b.Heard(map[ledger.City]ledger.City{"changsha": "zhuzhou", "zhuzhou": "changsha"}[c.name])
				if len(list) != 0 || heard == 0 {
					t.Errorf("%s: findings %+v, heard %s", c.name, list, heard)
				}
				return errors.Join(err, e2)
			}))
			c.sound()
		}
	})
}

func TestAHousingFundMovesOrIsWithdrawn(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name, form, move string
		paid             ledger.Fen
		standing         rules.Standing
	}{
		{"moved", forms["move"], "", 86_400_00, rules.Gone},
		{"a part for a home", forms["withdraw"], rules.MovePayOut, 10_000_00, rules.Stopped},
		{"all at retirement", forms["retire"], rules.MovePayOut, 86_400_00, rules.Over},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := watch()
			target, source := two(t, fresh(t, "sqlite"), at)
			before := target.sums()["provident/savings"]
			k, err := target.apply(ctx, rules.ItemProvident, c.form)
			must(t, err)
			must(t, target.act(ctx, k.ID, "accept", ""))
			settle(t, target, source, at)
			out := source.out()
			if c.move != "" {
				if got := casetest.Code(source.act(ctx, out.ID, rules.MoveTell, "")); got != rules.RefusedKind {
					t.Errorf("told of a withdrawal: %s", got)
				}
				must(t, source.act(ctx, out.ID, c.move, "符合条例第二十四条"))
			} else {
				if got := casetest.Code(source.act(ctx, out.ID, rules.MovePayOut, "x")); got != rules.RefusedKind {
					t.Errorf("a transfer paid to the person: %s", got)
				}
				must(t, source.act(ctx, out.ID, rules.MoveTell, ""))
				settle(t, target, source, at)
				must(t, target.act(ctx, k.ID, rules.MoveAgree, ""))
				settle(t, target, source, at)
				must(t, source.act(ctx, out.ID, rules.MovePay, ""))
			}
			settle(t, target, source, at)
			if now := target.of(k.ID); now.State != casework.Decided || now.Decision.Outcome != casework.Granted || !strings.Contains(now.Decision.Grounds, c.paid.String()) {
				t.Errorf("%s: %+v", now.State, now.Decision)
			}
			if left := source.sums()["provident/savings"]; 86_400_00-left != c.paid {
				t.Errorf("%s left", left)
			}
			got := target.sums()["provident/savings"] - before
			if want := map[bool]ledger.Fen{true: c.paid}[c.move == ""]; got != want {
				t.Errorf("%s came, want %s", got, want)
			}
			if r := source.record(rules.Provident); r.Standing != c.standing {
				t.Errorf("there %s", r.Standing)
			}
			target.sound()
			source.sound()
		})
	}
}

func TestTreatmentElsewhere(t *testing.T) {
	ctx, at := context.Background(), watch()
	target, source := two(t, fresh(t, "sqlite"), at)
	k, err := source.apply(ctx, rules.ItemMedical, forms["treat"])
	must(t, err)
	must(t, source.act(ctx, k.ID, "grant", "转诊意见齐全"))
	settle(t, source, target, at)
	if now := source.of(k.ID); now.State != rules.Valid || now.Holder.Until.String() != "2027-06-01" || now.Events[len(now.Events)-1].Move != rules.MoveKnown {
		t.Fatalf("%s until %s, last %s", now.State, now.Holder.Until, now.Events[len(now.Events)-1].Move)
	}
	if v := target.record(rules.Visit); v.Standing != rules.InForce || v.From != "zhuzhou" || v.Person != zhou {
		t.Errorf("at the city of treatment: %+v", v)
	}
	k2, err := source.apply(ctx, rules.ItemMedical, forms["treat"])
	must(t, err)
	if got := casetest.Code(source.act(ctx, k2.ID, "grant", "x")); got != rules.RefusedVisiting {
		t.Errorf("registered twice: %s", got)
	}
	must(t, source.act(ctx, k.ID, rules.MoveStop, ""))
	settle(t, source, target, at)
	if v := target.record(rules.Visit); v.Standing != rules.Over {
		t.Errorf("ended: %+v", v)
	}
	other, err := target.apply(ctx, rules.ItemMedical, strings.Replace(forms["treat"], "changsha", "zhuzhou", 1))
	must(t, err)
	if got := casetest.Code(target.act(ctx, other.ID, "grant", "x")); got != rules.RefusedHere {
		t.Errorf("not insured there: %s", got)
	}
	target.sound()
	source.sound()
}

// What stands against a transfer, and what comes of it.
func TestWhatStandsAgainstIt(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name   string
		scheme string
		before func(target, source *city)
		at     string // "target": the clerk of Changsha cannot accept; else what the clerk of Zhuzhou hears
		want   string
		says   string // to the citizen
	}{
		{"debts", rules.Social, func(_, s *city) {
			s.change(func(_ *store.LedgerBook, r *rules.Record) error { r.Debt = 120_00; return nil }, rules.Social)
		}, "source", rules.RefusedDebt, "120.00"},
		{"still paying there", rules.Social, func(_, s *city) {
			s.change(func(_ *store.LedgerBook, r *rules.Record) error { r.Standing = rules.Paying; return nil }, rules.Social)
		}, "source", rules.RefusedPaying, "停保"},
		{"frozen", rules.Social, func(_, s *city) {
			s.change(func(b *store.LedgerBook, r *rules.Record) error {
				return (&ledger.Machine{Me: "zhuzhou"}).Stand(b, r.Accounts[rules.Individual], ledger.Frozen)
			}, rules.Social)
		}, "source", rules.RefusedFrozen, "冻结"},
		{"a loan", rules.Provident, func(_, s *city) {
			s.change(func(_ *store.LedgerBook, r *rules.Record) error { r.Loan = true; return nil }, rules.Provident)
		}, "source", rules.RefusedLoan, "贷款"},
		{"another name", rules.Social, func(_, s *city) {
			s.change(func(_ *store.LedgerBook, r *rules.Record) error { r.Name = "周芸"; return nil }, rules.Social)
		}, "source", rules.RefusedName, "姓名"},
		{"not enrolled here", rules.Social, func(k, _ *city) {
			k.change(func(_ *store.LedgerBook, r *rules.Record) error { r.Standing = rules.Stopped; return nil }, rules.Social)
		}, "target", rules.RefusedHere, ""},
		{"too short here", rules.Provident, func(k, _ *city) {
			k.change(func(_ *store.LedgerBook, r *rules.Record) error { r.Months = 5; return nil }, rules.Provident)
		}, "target", rules.RefusedEarly, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := watch()
			target, source := two(t, fresh(t, "sqlite"), at)
			c.before(target, source)
			item, form := rules.ItemSocial, forms["social"]
			if c.scheme == rules.Provident {
				item, form = rules.ItemProvident, forms["move"]
			}
			k, err := target.apply(ctx, item, form)
			must(t, err)
			before := source.sums()
			if c.at == "target" {
				if got := casetest.Code(target.act(ctx, k.ID, "accept", "")); got != c.want {
					t.Errorf("accepted: %s", got)
				}
				if now := target.of(k.ID); now.State != casework.Submitted {
					t.Errorf("now %s", now.State)
				}
				return
			}
			must(t, target.act(ctx, k.ID, "accept", ""))
			settle(t, target, source, at)
			out := source.out()
			if got := casetest.Code(source.act(ctx, out.ID, rules.MoveTell, "")); got != c.want {
				t.Errorf("told: %s", got)
			}
			must(t, source.act(ctx, out.ID, rules.MoveDecline, "请按规定处理"))
			settle(t, target, source, at)
			now := target.of(k.ID)
			if now.State != casework.Decided || now.Decision.Outcome != casework.Refused || !strings.Contains(now.Decision.Grounds, c.says) || !strings.Contains(now.Decision.Grounds, "请按规定处理") {
				t.Errorf("the citizen reads: %s %+v", now.State, now.Decision)
			}
			if after := source.sums(); after["social/individual"] != before["social/individual"] || len(after) != len(before) {
				t.Errorf("money moved: %v", after)
			}
		})
	}
}

// Nobody there: he hears it at once, and no clerk has to look.
func TestNoAccountThere(t *testing.T) {
	ctx, at := context.Background(), watch()
	target, source := two(t, fresh(t, "sqlite"), at)
	third := newCity(t, storetest.DSN(t, "sqlite"), "xiangtan", at)
	k, err := target.apply(ctx, rules.ItemSocial, strings.Replace(forms["social"], "zhuzhou", "xiangtan", 1))
	must(t, err)
	must(t, target.act(ctx, k.ID, "accept", ""))
	settle(t, target, third, at)
	if now := target.of(k.ID); now.State != casework.Decided || !strings.Contains(now.Decision.Grounds, "没有您的账户") || !strings.Contains(now.Decision.Grounds, "no account of yours") {
		t.Errorf("%s %+v", now.State, now.Decision)
	}
	if list, err := third.Store.Cases(ctx, store.CaseFilter{}); err != nil || len(list) != 0 {
		t.Errorf("a clerk has to look: %v %v", list, err)
	}
	if list, err := source.Store.Cases(ctx, store.CaseFilter{}); err != nil || len(list) != 0 {
		t.Errorf("a third city: %v %v", list, err)
	}
}

// What is withdrawn, at any moment: the account is where it was, or the money comes back.
func TestWithdrawnInBetween(t *testing.T) {
	ctx := context.Background()
	for n, name := range []string{"asked", "informed", "agreed", "paid"} {
		t.Run(name, func(t *testing.T) {
			at := watch()
			target, source := two(t, fresh(t, "sqlite"), at)
			here, there := target.sums(), source.sums()
			k, err := target.apply(ctx, rules.ItemSocial, forms["social"])
			must(t, err)
			must(t, target.act(ctx, k.ID, "accept", ""))
			settle(t, target, source, at)
			out := source.out()
			if n > 0 {
				must(t, source.act(ctx, out.ID, rules.MoveTell, ""))
				settle(t, target, source, at)
			}
			if n > 1 {
				must(t, target.act(ctx, k.ID, rules.MoveAgree, ""))
				settle(t, target, source, at)
			}
			if n > 2 {
				must(t, source.act(ctx, out.ID, rules.MovePay, ""))
			}
			must(t, target.act(ctx, k.ID, "withdraw", ""))
			settle(t, target, source, at)
			if a, b := target.of(k.ID), source.of(out.ID); a.State != casework.Withdrawn || b.State != rules.Called {
				t.Errorf("%s and %s", a.State, b.State)
			}
			a, b := target.sums(), source.sums()
			if a["social/individual"] != here["social/individual"] || b["social/individual"] != there["social/individual"] || b["social/pooled"] != there["social/pooled"] || b["due-to/social/changsha"] != 0 {
				t.Errorf("%v and %v", a, b)
			}
			if r := source.record(rules.Social); r.Standing != rules.Stopped {
				t.Errorf("the account is %s", r.Standing)
			}
			again, err := target.apply(ctx, rules.ItemSocial, forms["social"])
			must(t, err)
			must(t, target.act(ctx, again.ID, "accept", ""))
			settle(t, target, source, at)
			must(t, source.act(ctx, source.out().ID, rules.MoveTell, ""))
			target.sound()
			source.sound()
		})
	}
}

// A balance that changes after it was told is not paid: it is told anew, and agreed on anew.
func TestTheAmountChanges(t *testing.T) {
	ctx, at := context.Background(), watch()
	target, source := two(t, fresh(t, "sqlite"), at)
	k, err := target.apply(ctx, rules.ItemSocial, forms["social"])
	must(t, err)
	must(t, target.act(ctx, k.ID, "accept", ""))
	settle(t, target, source, at)
	out := source.out()
	must(t, source.act(ctx, out.ID, rules.MoveTell, ""))
	settle(t, target, source, at)
	must(t, target.act(ctx, k.ID, rules.MoveAgree, ""))
	settle(t, target, source, at)
	source.change(func(b *store.LedgerBook, r *rules.Record) error {
		return (&ledger.Machine{Me: "zhuzhou"}).Post(b, ledger.Entry{ID: "late", Day: b.Today(), What: ledger.Contribution, Postings: []ledger.Posting{{Account: "social/bank", Amount: 1}, {Account: r.Accounts[rules.Individual], Amount: -1}}})
	}, rules.Social)
	if got := casetest.Code(source.act(ctx, out.ID, rules.MovePay, "")); got != rules.RefusedChanged {
		t.Fatalf("paid: %s", got)
	}
	must(t, source.act(ctx, out.ID, rules.MoveTell, ""))
	settle(t, target, source, at)
	if now := target.of(k.ID); now.State != rules.Informed {
		t.Fatalf("now %s", now.State)
	}
	must(t, target.act(ctx, k.ID, rules.MoveAgree, ""))
	settle(t, target, source, at)
	must(t, source.act(ctx, out.ID, rules.MovePay, ""))
	settle(t, target, source, at)
	if now := target.of(k.ID); now.State != casework.Decided || source.sums()["social/individual"] != 0 {
		t.Errorf("%s", now.State)
	}
}

// Messages that no desk sends wait for a person, and change nothing.
func TestForeignMessages(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name, kind string
		body       any
	}{
		{"no body of its kind", fund.KindRequest, map[string]any{"matter": 3}},
		{"a field too many", fund.KindRequest, map[string]any{"matter": "x", "more": 1}},
		{"no person", fund.KindRequest, map[string]any{"matter": "x", "item": rules.ItemSocial, "do": "transfer"}},
		{"treatment as money", fund.KindRequest, map[string]any{"matter": "x", "item": rules.ItemMedical, "do": "transfer", "person": map[string]any{"code": zhou}}},
		{"information nobody asked for", fund.KindInformation, map[string]any{"matter": "x", "case": "y", "information": map[string]any{"scheme": "social"}}},
		{"a refusal nobody asked for", fund.KindDeclined, map[string]any{"matter": "x", "code": "fund-debt"}},
		{"agreed to nothing", fund.KindAgreed, map[string]any{"matter": "x", "transfer": "t"}},
		{"settled for nobody", fund.KindSettled, map[string]any{"matter": "x", "amount": 5}},
		{"a visit of another city's", fund.KindVisit, map[string]any{"visit": map[string]any{"id": "v", "scheme": "visit", "person": zhou, "from": "xiangtan", "to": "changsha", "standing": "in-force", "since": "2026-11-26"}}},
		{"a visit over another record", fund.KindVisit, map[string]any{"visit": map[string]any{"id": "RECORD", "scheme": "visit", "person": zhou, "from": "zhuzhou", "to": "changsha", "standing": "in-force", "since": "2026-11-26"}}},
		{"money in no form", ledger.KindPaid, map[string]any{"transfer": "T"}},
		{"taken in, of nothing", ledger.KindTaken, map[string]any{"transfer": "T", "amount": 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := watch()
			target, source := two(t, fresh(t, "sqlite"), at)
			if v, ok := c.body.(map[string]any)["visit"].(map[string]any); ok && v["id"] == "RECORD" {
				v["id"] = target.record(rules.Social).ID
			}
			before := target.sums()
			must(t, source.Store.Do(ctx, func(d *store.Deed) error {
				_, err := d.Send(source.Voice(), message.Draft{To: "changsha", Kind: c.kind, Case: "c", Body: c.body})
				return err
			}))
			if err := nodetest.Later(ctx, at, source.node(), target.node()); err == nil || !strings.Contains(err.Error(), message.Unhandled) {
				t.Errorf("handled: %v", err)
			}
			if now := fmt.Sprint(target.sums()); now != fmt.Sprint(before) {
				t.Errorf("now %s", now)
			}
			if list, err := target.Store.Cases(ctx, store.CaseFilter{}); err != nil || len(list) != 0 {
				t.Errorf("cases: %v %v", list, err)
			}
			target.sound()
		})
	}
}

// TestCutOffAnywhere cuts the whole way off at every few statements, opens both databases anew as
// after a crash, looks what is owed in all, and lets everything go on to its end.
func TestCutOffAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		kind, _, _ := strings.Cut(dsn, ":")
		cuts, paid := 0, 0
		for n := int64(0); ; n += 151 {
			at := watch()
			dsns := fresh(t, kind)
			target, source := two(t, dsns, at)
			owed := func() (sum ledger.Fen) {
				a, b := target.sums(), source.sums()
				for _, name := range []string{"social/individual", "social/pooled"} {
					sum += a[name] + b[name]
				}
				way := b["due-to/social/changsha"] - a["due-from/social/zhuzhou"]
				if way < 0 {
					t.Fatalf("cut off at %d: %s under way", n, way)
				}
				return sum + way
			}
			want := owed()
			ctx := storetest.CutAfter(n)
			err := way(ctx, target, source, at)
			if target.Store.Close() != nil || source.Store.Close() != nil {
				t.Fatal("not closed")
			}
			target, source = newCity(t, dsns[0], "changsha", at), newCity(t, dsns[1], "zhuzhou", at)
			if got := owed(); got != want {
				t.Fatalf("cut off at %d: %s owed, not %s", n, got, want)
			}
			if !ctx.Over() {
				must(t, err)
				break
			}
			cuts++
			at.Pass(250 * time.Second)
			if err := way(context.Background(), target, source, at); err != nil {
				t.Fatalf("cut off at %d, and gone on: %v", n, err)
			}
			list, err := target.Store.Cases(context.Background(), store.CaseFilter{})
			if err != nil || len(list) != 1 || list[0].State != casework.Decided || owed() != want || source.sums()["social/individual"] != 0 {
				t.Fatalf("cut off at %d, in the end: %v %+v", n, err, list)
			}
			paid++
		}
		t.Logf("cut off at %d places", cuts)
		if cuts < 15 || paid != cuts {
			t.Errorf("cut off at %d places only", cuts)
		}
	})
}

// way takes an application as far as it gets, from wherever it stands.
func way(ctx context.Context, target, source *city, at *storetest.Watch) error {
	for range 14 {
		if err := nodetest.Later(ctx, at, target.node(), source.node()); err != nil {
			return err
		}
		mine, err := casetest.Newest(ctx, target.Store)
		theirs, e2 := casetest.Newest(ctx, source.Store)
		if err = errors.Join(err, e2); err != nil {
			return err
		}
		switch {
		case mine == nil:
			_, err = target.apply(ctx, rules.ItemSocial, forms["social"])
		case mine.State == casework.Draft:
			_, err = target.Cases.Act(ctx, mine.ID, casework.Act{Move: "submit", By: casework.Actor{Person: zhouPerson, By: casework.Applicant}})
		case mine.State == casework.Submitted:
			err = target.act(ctx, mine.ID, "accept", "")
		case mine.State == rules.Informed:
			err = target.act(ctx, mine.ID, rules.MoveAgree, "")
		case theirs != nil && theirs.State == rules.Arrived:
			err = source.act(ctx, theirs.ID, rules.MoveTell, "")
		case theirs != nil && theirs.State == rules.Payable:
			err = source.act(ctx, theirs.ID, rules.MovePay, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
