package fund

import (
	"context"
	"encoding/json"
	"errors"

	"conurb/app/cases"
	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
	"conurb/trust/message"
)

// stay is the registration that an application asks for.
func (k *Desk) visit(c *casework.Case, today area.Date) (fund.Record, error) {
	f, no := fund.ReadForm(c, k.Me)
	if no != nil {
		return fund.Record{}, no
	}
	until, no := k.Rules.Stay(f.Kind, f.Since, f.Until, today)
	return fund.Record{ID: c.ID, Scheme: fund.Visit, Person: f.Number, Name: f.Name, Standing: fund.InForce, Since: f.Since, Until: until,
		From: k.Me, To: f.To, Kind: f.Kind, Case: c.ID}, refusal(no)
}

// insured holds an application to the person's being insured here, and not registered there yet.
func (k *Desk) insured(_ context.Context, t *cases.Turn) error {
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		v, err := k.visit(t.Case, b.Today())
		if err != nil {
			return err
		}
		r, err := record(b, v.Person, fund.Medical)
		if err != nil {
			return err
		}
		if r == nil || r.Standing != fund.Paying {
			return casework.Refuse(fund.RefusedHere, "scheme", fund.Medical)
		}
		if r.Name != v.Name {
			return casework.Refuse(fund.RefusedName, "city", string(k.Me))
		}
		others, err := b.RecordsOf(v.Person, fund.Visit)
		if err != nil {
			return err
		}
		for _, one := range others {
			var o fund.Record
			if err := json.Unmarshal(one.Text, &o); err != nil {
				return err
			}
			if o.Standing == fund.InForce && o.From == k.Me && o.To == v.To && (v.Until == 0 || o.Since <= v.Until) && (o.Until == 0 || o.Until >= v.Since) {
				return casework.Refuse(fund.RefusedVisiting, "to", string(o.To), "until", o.Until.String())
			}
		}
		return nil
	})
}

// register keeps a registration, and tells the city of treatment.
func (k *Desk) register(_ context.Context, t *cases.Turn) error {
	var v fund.Record
	err := k.book(t.Deed, func(b *store.LedgerBook) (err error) {
		if v, err = k.visit(t.Case, b.Today()); err != nil {
			return err
		}
		return keep(b, &v)
	})
	if err != nil {
		return err
	}
	cases.SetFact(t.Case, factOther, string(v.To))
	t.Case.Holder.Until = v.Until
	return k.say(t.Deed, v.To, KindVisit, t.Case.ID, visitBody{v})
}

// endVisit ends a registration: its time is over, or the person says so.
func (k *Desk) endVisit(_ context.Context, t *cases.Turn) error {
	var v fund.Record
	err := k.book(t.Deed, func(b *store.LedgerBook) error {
		r, there, err := b.Record(t.Case.ID)
		if err != nil || !there {
			return err
		}
		if err := json.Unmarshal(r.Text, &v); err != nil {
			return err
		}
		v.Standing = fund.Over
		if v.Until == 0 || v.Until > b.Today() {
			v.Until = b.Today()
		}
		return keep(b, &v)
	})
	if err != nil || v.ID == "" {
		return err
	}
	return k.say(t.Deed, v.To, KindVisit, t.Case.ID, visitBody{v})
}

// visited keeps who of another city may be treated here, and says so.
func (k *Desk) visited(_ context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[visitBody](m)
	if err != nil {
		return err
	}
	v := body.Visit
	from := m.Envelope.From
	if v.From != from || v.To != k.Me || v.Scheme != fund.Visit || v.ID == "" || v.Person == "" || v.Standing != fund.InForce && v.Standing != fund.Over {
		return cases.Nonsense("that is no registration of %s for this city", from)
	}
	err = k.book(d, func(b *store.LedgerBook) error {
		old, there, err := b.Record(v.ID)
		if err != nil {
			return err
		}
		if there {
			var o fund.Record
			if err := json.Unmarshal(old.Text, &o); err != nil {
				return err
			}
			if o.Scheme != fund.Visit || o.From != from || o.Person != v.Person {
				return cases.Nonsense("there is another record %s here", v.ID)
			}
		}
		return keep(b, &v)
	})
	if err != nil {
		return err
	}
	return k.say(d, from, KindKnown, v.ID, aboutBody{Matter: v.ID})
}

// known notes that the city of treatment has a registration.
func (k *Desk) known(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[aboutBody](m)
	if err != nil {
		return err
	}
	if err := k.mine(d, m, body.Matter); err != nil {
		return err
	}
	return k.act(ctx, d, body.Matter, m.Envelope.From, casework.Act{Move: fund.MoveKnown, Reason: cases.Words("fund.known", map[string]string{"city": string(m.Envelope.From)})})
}

// Open opens the accounts that belong to nobody, at first; it changes nothing when they are there.
func (k *Desk) Open(ctx context.Context) error {
	return k.Store.Do(ctx, func(d *store.Deed) error {
		return k.book(d, func(b *store.LedgerBook) error { return k.openNobodys(b) })
	})
}

func (k *Desk) openNobodys(b *store.LedgerBook) error {
	var errs []error
	for _, s := range []string{fund.Social, fund.Provident} {
		errs = append(errs, k.machine.OpenAccount(b, ledger.Account{ID: s + "/" + fund.Cash, Scheme: s, Fund: fund.Cash, Kind: ledger.Bank}))
	}
	return errors.Join(append(errs, k.machine.OpenAccount(b, ledger.Account{ID: fund.Social + "/" + fund.Pooled, Scheme: fund.Social, Fund: fund.Pooled, Kind: ledger.Pool}))...)
}
