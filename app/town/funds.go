package town

import (
	"context"

	"conurb/app/fund"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// openFunds opens the book of money of a city, where it has a desk of cases.
func (t *Town) openFunds(ctx context.Context, o Options) (err error) {
	n := t.Node
	if t.Cases == nil || n.Me() == trustlist.Office {
		return nil
	}
	s := fund.Settings{Store: t.App.Store(), Me: ledger.City(n.Me()), Cases: t.Cases, Voice: n.Voice, Zone: t.App.Zone(), Now: o.Now, Rules: rules.Standard(), Cities: t.Cases.Cities, Staff: t.bookkeepers}
	if t.Notices != nil {
		s.Teller = t.Notices
	}
	if t.Funds, err = fund.New(s); err != nil {
		return err
	}
	t.hear(t.Funds.Handlers())
	if o.Demo {
		return t.Funds.Invent(ctx)
	}
	return t.Funds.Open(ctx)
}

// bookkeepers are those who look into differences between this city's book and another one's: who
// may enter into it, and the supervisors of the whole city.
func (t *Town) bookkeepers(d *store.Deed) ([]casework.Person, error) {
	return t.staff(d, "", rights.FundEnter, rights.CaseSupervise)
}

// runFunds states the days that are over, and looks for differences.
func (t *Town) runFunds(ctx context.Context) {
	t.Funds.Run(ctx, func(err error) { t.log.Error("the book of money", "error", err) })
}
