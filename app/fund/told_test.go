package fund_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/app/fund"
	"conurb/area"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	"conurb/livelihood/ledger"
	"conurb/store"
)

// teller keeps what staff are told; it can be made to fail.
type teller struct {
	told []string
	fail error
}

func (l *teller) Tell(_ *store.Deed, to casework.Person, code string, args map[string]string, link string) error {
	l.told = append(l.told, fmt.Sprint(code, " ", to.Account, " ", args["city"], " ", link))
	return l.fail
}

// states sends a statement of a transfer that the other city has no trace of.
func (c *city) states(to ledger.City, day area.Date, amount ledger.Fen) {
	c.t.Helper()
	must(c.t, c.Store.Do(context.Background(), func(d *store.Deed) error {
		return d.Ledger(c.Voice(), c.Zone, func(b *store.LedgerBook) error {
			return b.Send(to, ledger.KindStatement, fmt.Sprint(day, "/1"), ledger.Statement{Day: day, Part: 1, Last: true, Paid: amount,
				Lines: []ledger.Line{{Transfer: "T9", Pays: true, Amount: amount, Day: day}}})
		})
	}))
}

// Who keeps the book is told once of a difference, once that it is gone, and anew when it comes back.
func TestFindingsAreTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		at := watch()
		target, source := two(t, [2]string{dsn, storetest.DSN(t, "sqlite")}, at)
		l := &teller{}
		target.Teller, target.Staff = l, func(*store.Deed) ([]casework.Person, error) {
			return []casework.Person{{City: "changsha", Account: "registrar"}, {City: "changsha", Account: "supervisor"}}, nil
		}
		for i, x := range []struct {
			what   string
			before int // days before today
			amount ledger.Fen
			want   string
		}{
			{"it is under way", 1, 500, ""},
			{"it is for too long", 9, 500, "fund.finding registrar zhuzhou /reconciliation; fund.finding supervisor zhuzhou /reconciliation"},
			{"the same again", 9, 500, ""},
			{"another amount", 8, 700, ""},
			{"it is given back", 7, 0, "fund.settled registrar zhuzhou /reconciliation; fund.settled supervisor zhuzhou /reconciliation"},
			{"the same again", 7, 0, ""},
			{"it is back", 6, 900, "fund.finding registrar zhuzhou /reconciliation; fund.finding supervisor zhuzhou /reconciliation"},
		} {
			l.told = nil
			if i == 1 {
				at.Pass(20 * 24 * time.Hour)
			}
			source.states("changsha", area.DateOf(at.Now().In(target.Zone))-area.Date(x.before), x.amount)
			settle(t, target, source, at)
			if got := strings.Join(l.told, "; "); got != x.want {
				t.Errorf("%s: told %q", x.what, got)
			}
		}
		target.sound()
	})
}

// A notice that cannot be written takes the finding back with it: both are there, or neither.
func TestAFindingIsToldOrNotMade(t *testing.T) {
	at := watch()
	target, source := two(t, [2]string{storetest.DSN(t, "sqlite"), storetest.DSN(t, "sqlite")}, at)
	l := &teller{fail: errors.New("no paper")}
	target.Teller, target.Staff = l, func(*store.Deed) ([]casework.Person, error) { return []casework.Person{{Account: "registrar"}}, nil }
	source.states("changsha", area.DateOf(at.Now().In(target.Zone))-9, 500)
	if err := nodetest.Later(t.Context(), at, source.node(), target.node()); !errors.Is(err, l.fail) {
		t.Fatalf("%v", err)
	}
	open := func() (list []ledger.Finding) {
		must(t, target.Read(t.Context(), func(b *store.LedgerBook) (err error) { list, err = b.Findings(true); return err }))
		return list
	}
	if list := open(); len(list) != 0 {
		t.Errorf("found, and nobody knows: %+v", list)
	}
	l.fail = nil
	settle(t, source, target, at)
	if list := open(); len(list) != 1 || !slices.Contains(l.told, fund.TellFinding+" registrar zhuzhou /reconciliation") {
		t.Errorf("%+v, told %v", list, l.told)
	}
}
