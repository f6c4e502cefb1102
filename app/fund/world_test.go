package fund_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"conurb/app/cases"
	"conurb/app/fund"
	"conurb/internal/casetest"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
)

// items is a catalogue with the three items, whose forms hold whatever is asked.
type items struct{ casetest.Lenient }

func (items) Item(_ context.Context, city, id string) (cases.Item, error) {
	if rules.SchemeOf(id) == "" {
		return cases.Item{}, fmt.Errorf("%s: %w", id, store.ErrUnknown)
	}
	return cases.Item{ID: id, City: city, Course: id, Promised: 15, Office: "desk-" + city}, nil
}

// watch is one for all cities of a test, and outlives the stores.
func watch() *storetest.Watch {
	return storetest.NewWatch(time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC), time.Second/4)
}

// city is a node with its desks.
type city struct {
	*fund.Desk
	t     testing.TB
	name  ledger.City
	voice store.Voice
}

func newCity(t testing.TB, dsn string, name ledger.City, at *storetest.Watch) *city {
	t.Helper()
	zone := time.FixedZone("CST", 8*3600)
	s := storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: at.Now})
	c := &city{t: t, name: name, voice: nodetest.Voice(t, name)}
	var others []string
	for _, o := range []string{"changsha", "zhuzhou", "xiangtan"} {
		if o != string(name) {
			others = append(others, o)
		}
	}
	desk, err := cases.New(cases.Settings{Store: s, City: string(name), Office: "desk", Calendar: casework.Weekends(zone), Items: items{}, Now: at.Now})
	if err != nil {
		t.Fatal(err)
	}
	c.Desk, err = fund.New(fund.Settings{Store: s, Me: name, Cases: desk, Voice: func() store.Voice { return c.voice }, Cities: func() []string { return others }, Zone: zone, Now: at.Now, Rules: rules.Standard()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *city) node() nodetest.Node {
	return nodetest.Node{Voice: c.voice, Store: c.Store, Effect: nodetest.By(c.Handlers())}
}

// settle lets both cities speak until neither has anything to say.
func settle(t testing.TB, a, b *city, at *storetest.Watch) {
	t.Helper()
	must(t, nodetest.Later(context.Background(), at, a.node(), b.node()))
}

const zhou = "430299198811150029"

var zhouPerson = casework.Person{City: "changsha", Account: "zhou", Kind: "111", Code: zhou, Name: "周云（示例）"}

func clerk(c *city) casework.Actor {
	return casework.Actor{Person: casework.Person{City: string(c.name), Account: "clerk", Name: "陈刚"}, By: casework.Clerk}
}

// forms are what zhou says.
var forms = map[string]string{
	"social":   `{"name":"周云（示例）","number":"430299198811150029","from":"zhuzhou","reason":"new-job","agree":true}`,
	"move":     `{"name":"周云（示例）","number":"430299198811150029","from":"zhuzhou","do":"transfer","agree":true}`,
	"withdraw": `{"name":"周云（示例）","number":"430299198811150029","from":"zhuzhou","do":"withdraw","reason":"home","amount":1000000,"bank":"示例银行","card":"123456789012","agree":true}`,
	"retire":   `{"name":"周云（示例）","number":"430299198811150029","from":"zhuzhou","do":"withdraw","reason":"retired","amount":1,"bank":"示例银行","card":"123456789012","agree":true}`,
	"treat":    `{"name":"周云（示例）","number":"430299198811150029","to":"changsha","kind":"referral","since":"2026-12-01","hospital":"湘雅医院"}`,
}

// apply opens a case and hands it in.
func (c *city) apply(ctx context.Context, item, form string) (casework.Case, error) {
	who := zhouPerson
	who.City = string(c.name)
	by := casework.Actor{Person: who, By: casework.Applicant}
	k, err := c.Cases.Open(ctx, by, cases.Opening{Item: item, Applicant: who, Form: json.RawMessage(form)})
	if err != nil {
		return k, err
	}
	return c.Cases.Act(ctx, k.ID, casework.Act{Move: "submit", By: by})
}

func (c *city) act(ctx context.Context, id, move, words string) error {
	by := clerk(c)
	if move == "withdraw" || move == rules.MoveStop {
		by = casework.Actor{Person: zhouPerson, By: casework.Applicant}
		by.City = string(c.name)
	}
	_, err := c.Cases.Act(ctx, id, casework.Act{Move: move, By: by, Reason: words, Grounds: words})
	return err
}

func (c *city) of(id string) casework.Case {
	c.t.Helper()
	return casetest.Of(c.t, c.Store, id)
}

// out is the case that a city has for what another asked.
func (c *city) out() casework.Case {
	c.t.Helper()
	return casetest.Last(c.t, c.Store)
}

// sums are the balances by scheme and fund, of zhou and of nobody.
func (c *city) sums() map[string]ledger.Fen {
	c.t.Helper()
	all := map[string]ledger.Fen{}
	if err := c.Read(context.Background(), func(b *store.LedgerBook) error {
		own, err := b.AccountsOf(zhou)
		for _, a := range own {
			all[a.Scheme+"/"+a.Fund] += a.Balance()
		}
		none, e2 := b.Accounts()
		for _, a := range none {
			all[a.ID] = a.Balance()
		}
		return errors.Join(err, e2)
	}); err != nil {
		c.t.Fatal(err)
	}
	return all
}

func (c *city) record(scheme string) (r rules.Record) {
	c.t.Helper()
	if err := c.Read(context.Background(), func(b *store.LedgerBook) error {
		list, err := b.RecordsOf(zhou, scheme)
		if err != nil || len(list) == 0 {
			return err
		}
		return json.Unmarshal(list[0].Text, &r)
	}); err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *city) change(f func(b *store.LedgerBook, r *rules.Record) error, scheme string) {
	c.t.Helper()
	r := c.record(scheme)
	err := c.Store.Do(context.Background(), func(d *store.Deed) error {
		return d.Ledger(c.Voice(), c.Zone, func(b *store.LedgerBook) error {
			if err := f(b, &r); err != nil {
				return err
			}
			text, err := json.Marshal(r)
			if err != nil {
				return err
			}
			return b.SetRecord(store.FundRecord{ID: r.ID, Scheme: r.Scheme, Owner: r.Person, Text: text})
		})
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *city) sound() {
	c.t.Helper()
	storetest.Sound(c.t, c.Store, string(c.name))
}

func two(t testing.TB, dsns [2]string, at *storetest.Watch) (target, source *city) {
	t.Helper()
	target, source = newCity(t, dsns[0], "changsha", at), newCity(t, dsns[1], "zhuzhou", at)
	if err := errors.Join(target.Invent(context.Background()), source.Invent(context.Background())); err != nil {
		t.Fatal(err)
	}
	return target, source
}

func fresh(t testing.TB, kind string) [2]string {
	return [2]string{storetest.DSN(t, kind), storetest.DSN(t, "sqlite")}
}

// must holds an act to having been done.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
