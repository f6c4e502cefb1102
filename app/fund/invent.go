package fund

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"conurb/area"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
)

// invention is an account of the demonstration: the people, numbers and amounts are invented.
type invention struct {
	city         ledger.City
	scheme       string
	person, name string
	number       string
	standing     fund.Standing
	since        area.Date
	years        []fund.Year
	months       int
	money        ledger.Fen
}

// thePool is what the pool of a city of the demonstration begins with.
const thePool ledger.Fen = 5_000_000_00

func years(city ledger.City, from, to, months int, wages ledger.Fen) (list []fund.Year) {
	for y := from; y <= to; y++ {
		list = append(list, fund.Year{Year: y, City: city, Months: 12, Wages: wages + ledger.Fen(y-from)*240_000})
	}
	if months > 0 {
		list = append(list, fund.Year{Year: to + 1, City: city, Months: months, Wages: wages / 12 * ledger.Fen(months)})
	}
	return list
}

const (
	zhou, zhouName = "430299198811150029", "周云（示例）"
	li, liName     = "430199199003070011", "李明（示例）"
)

// inventions are what a demonstration begins with: Zhou Yun worked in Zhuzhou until February 2026
// and works in Changsha since March.
func inventions() []invention {
	moved := area.NewDate(2026, 3, 1)
	return []invention{
		{city: "zhuzhou", scheme: fund.Social, person: zhou, name: zhouName, number: "YB-4302-0029", standing: fund.Stopped, since: area.NewDate(2012, 7, 1), years: years("zhuzhou", 2013, 2025, 2, 4_800_000), money: 61_234_56},
		{city: "zhuzhou", scheme: fund.Provident, person: zhou, name: zhouName, number: "GJJ-4302-0029", standing: fund.Stopped, since: area.NewDate(2012, 7, 1), money: 86_400_00},
		{city: "zhuzhou", scheme: fund.Medical, person: zhou, name: zhouName, number: "YBJ-4302-0029", standing: fund.Paying, since: area.NewDate(2012, 7, 1)},
		{city: "changsha", scheme: fund.Social, person: zhou, name: zhouName, number: "YB-4301-9029", standing: fund.Paying, since: moved, years: []fund.Year{{Year: 2026, City: "changsha", Months: 9, Wages: 7_200_000}}, money: 5_760_00},
		{city: "changsha", scheme: fund.Provident, person: zhou, name: zhouName, number: "GJJ-4301-9029", standing: fund.Paying, since: moved, months: 9, money: 17_280_00},
		{city: "changsha", scheme: fund.Social, person: li, name: liName, number: "YB-4301-0011", standing: fund.Paying, since: area.NewDate(2013, 9, 1), years: years("changsha", 2014, 2025, 11, 6_000_000), money: 74_880_00},
		{city: "changsha", scheme: fund.Provident, person: li, name: liName, number: "GJJ-4301-0011", standing: fund.Paying, since: area.NewDate(2013, 9, 1), months: 158, money: 122_300_00},
		{city: "changsha", scheme: fund.Medical, person: li, name: liName, number: "YBJ-4301-0011", standing: fund.Paying, since: area.NewDate(2013, 9, 1)},
	}
}

// Invent makes the accounts of a demonstration at its first start; whatever became of them later
// is left as it is.
func (k *Desk) Invent(ctx context.Context) error {
	return k.Store.Do(ctx, func(d *store.Deed) error {
		return k.book(d, func(b *store.LedgerBook) error {
			if err := k.openNobodys(b); err != nil {
				return err
			}
			pool := fund.Social + "/" + fund.Pooled
			err := k.machine.Post(b, ledger.Entry{ID: "invented/pool", Day: b.Today(), What: ledger.Opening, By: "演示",
				Postings: []ledger.Posting{{Account: fund.Social + "/" + fund.Cash, Amount: thePool}, {Account: pool, Amount: -thePool}}})
			var no *ledger.Refusal
			if errors.As(err, &no) && no.Code == ledger.RefusedEntry { // of another day
				err = nil
			}
			if err != nil {
				return err
			}
			for _, i := range inventions() {
				if i.city != k.Me {
					continue
				}
				if err := k.invent(b, i); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (k *Desk) invent(b *store.LedgerBook, i invention) error {
	had, err := b.RecordsOf(i.person, i.scheme)
	if err != nil || len(had) > 0 {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	r := &fund.Record{ID: id.String(), Scheme: i.scheme, Person: i.person, Name: i.name, Number: i.number, Standing: i.standing, Since: i.since, Years: i.years, Months: i.months, Invented: true}
	name := map[string]string{fund.Social: fund.Individual, fund.Provident: fund.Savings}[i.scheme]
	if name == "" {
		return keep(b, r)
	}
	own, err := uuid.NewV7()
	if err != nil {
		return err
	}
	a := ledger.Account{ID: own.String(), Scheme: i.scheme, Fund: name, Kind: ledger.Person, Owner: i.person}
	r.Accounts = map[string]string{name: a.ID}
	return errors.Join(k.machine.OpenAccount(b, a), keep(b, r), k.machine.Post(b, ledger.Entry{ID: a.ID + "/opening", Day: b.Today(), What: ledger.Opening, By: "演示",
		Postings: []ledger.Posting{{Account: i.scheme + "/" + fund.Cash, Amount: i.money}, {Account: a.ID, Amount: -i.money}}}))
}
