package fund

import (
	"context"
	"encoding/json"
	"strconv"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
)

type step = func(context.Context, *cases.Turn) error

func (k *Desk) guards() map[string]step {
	return map[string]step{
		"fund-form": k.form, "fund-here": k.here, "fund-fits": k.fits, "fund-insured": k.insured, "fund-money": k.notYetTaken,
		"fund-may-leave": k.mayLeave, "fund-as-told": k.asTold, "fund-transfer": k.isTransfer, "fund-withdrawal": k.isWithdrawal,
	}
}

func (k *Desk) actions() map[string]step {
	return map[string]step{
		"fund-ask": k.ask, "fund-informed": k.hearInformation, "fund-expect": k.expect, "fund-take-over": k.takeOver, "fund-drop": k.drop, "fund-told-off": k.callOff,
		"fund-tell": k.tell, "fund-turn": k.turnDown, "fund-pay": k.pay, "fund-pay-out": k.payOut, "fund-gone": k.gone, "fund-restore": k.restoreRecord, "fund-stay": k.stay,
		"fund-register": k.register, "fund-payable": k.payable, "fund-end-visit": k.endVisit,
	}
}

// hearInformation keeps what the other city told.
func (k *Desk) hearInformation(_ context.Context, t *cases.Turn) error {
	var body informationBody
	if err := json.Unmarshal(t.Act.Input, &body); err != nil {
		return err
	}
	text, err := json.Marshal(body.Information)
	if err != nil {
		return err
	}
	cases.SetFact(t.Case, factInformed, string(text))
	if total, err := body.Information.Total(); err == nil {
		cases.SetFact(t.Case, factAmount, total.String())
	}
	link(t.Case, casework.Link{Kind: "case", City: t.Case.Facts[factOther], ID: body.Case})
	return nil
}

// refusal is a refusal as an error, nil where there is none.
func refusal(no *casework.Refusal) error {
	if no == nil {
		return nil
	}
	return no
}

// form holds an application to what the rules need.
func (k *Desk) form(_ context.Context, t *cases.Turn) error {
	_, no := fund.ReadForm(t.Case, k.Me)
	return refusal(no)
}

// record is what a scheme knows of a person here; nil: nothing.
func record(b *store.LedgerBook, person, scheme string) (*fund.Record, error) {
	list, err := b.RecordsOf(person, scheme)
	if err != nil {
		return nil, err
	}
	var found *fund.Record
	for _, one := range list {
		var r fund.Record
		if err := json.Unmarshal(one.Text, &r); err != nil {
			return nil, err
		}
		if found == nil || r.Standing != fund.Gone && r.Standing != fund.Over { // the one of today
			found = &r
		}
	}
	return found, nil
}

func keep(b *store.LedgerBook, r *fund.Record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return b.SetRecord(store.FundRecord{ID: r.ID, Scheme: r.Scheme, Owner: r.Person, Text: text})
}

// here holds a transfer to the person's being enrolled at this city.
func (k *Desk) here(_ context.Context, t *cases.Turn) error {
	f, no := fund.ReadForm(t.Case, k.Me)
	if no != nil {
		return no
	}
	if f.Do != fund.Transfer {
		return nil
	}
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		r, err := record(b, f.Number, fund.SchemeOf(t.Case.Item))
		if err != nil {
			return err
		}
		return refusal(k.Rules.Accept(r, fund.SchemeOf(t.Case.Item), nil))
	})
}

// ask asks the city that has the account (联系函).
func (k *Desk) ask(_ context.Context, t *cases.Turn) error {
	f, no := fund.ReadForm(t.Case, k.Me)
	if no != nil {
		return no
	}
	cases.SetFact(t.Case, factOther, string(f.From))
	p := t.Case.Applicant
	return k.say(t.Deed, f.From, KindRequest, t.Case.ID, requestBody{Matter: t.Case.ID, Item: t.Case.Item, Do: f.Do, Name: f.Name,
		Person: casework.Person{City: p.City, Kind: p.Kind, Code: p.Code, Name: p.Name}, Ground: f.Reason, Amount: f.Amount, Bank: f.Bank, Card: f.Card, Why: t.Act.Reason})
}

// link adds a link once.
func link(c *casework.Case, l casework.Link) {
	for _, o := range c.Links {
		if o == l {
			return
		}
	}
	c.Links = append(c.Links, l)
}

// information is what the other city told.
func information(c *casework.Case) (i fund.Information, err error) {
	err = json.Unmarshal([]byte(c.Facts[factInformed]), &i)
	return i, err
}

// fits compares what was told with what is here: the same person, no months paid twice.
func (k *Desk) fits(_ context.Context, t *cases.Turn) error {
	i, err := information(t.Case)
	if err != nil {
		return err
	}
	if i.Person != t.Case.Applicant.Code {
		return casework.Refuse(fund.RefusedName, "city", t.Case.Facts[factOther])
	}
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		r, err := record(b, i.Person, i.Scheme)
		if err != nil {
			return err
		}
		return refusal(k.Rules.Accept(r, i.Scheme, &i))
	})
}

// expect agrees: exactly these amounts may come.
func (k *Desk) expect(_ context.Context, t *cases.Turn) error {
	i, err := information(t.Case)
	if err != nil {
		return err
	}
	tries, _ := strconv.Atoi(t.Case.Facts[factTries])
	id := t.Case.ID + "." + strconv.Itoa(tries+1)
	from := ledger.City(t.Case.Facts[factOther])
	m := ledger.Transfer{ID: id, Scheme: i.Scheme, From: from, To: k.Me, Case: t.Case.ID}
	err = k.book(t.Deed, func(b *store.LedgerBook) error {
		r, err := record(b, i.Person, i.Scheme)
		if err != nil {
			return err
		}
		for _, p := range i.Parts {
			m.Parts = append(m.Parts, ledger.Part{Fund: p.Fund, Account: accountOf(r, p.Fund), Amount: p.Amount})
		}
		return k.machine.Expect(b, m)
	})
	if err != nil {
		return money(err)
	}
	cases.SetFact(t.Case, factTries, strconv.Itoa(tries+1))
	cases.SetFact(t.Case, factTransfer, id)
	link(t.Case, casework.Link{Kind: "transfer", City: string(from), ID: id})
	return k.say(t.Deed, from, KindAgreed, t.Case.ID, agreedBody{t.Case.ID, id, i.Parts})
}

// accountOf is the account of a fund: the person's, or that of the scheme.
func accountOf(r *fund.Record, name string) string {
	if id := r.Accounts[name]; id != "" {
		return id
	}
	return r.Scheme + "/" + name
}

// takeOver adds the years of the other city: the money is here.
func (k *Desk) takeOver(_ context.Context, t *cases.Turn) error {
	i, err := information(t.Case)
	if err != nil {
		return err
	}
	if total, err := i.Total(); err == nil {
		cases.SetFact(t.Case, factAmount, total.String())
	}
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		r, err := record(b, i.Person, i.Scheme)
		if err != nil || r == nil {
			return err
		}
		r.Add(i.Years)
		r.Since = min(r.Since, i.Since)
		return keep(b, r)
	})
}

// drop no longer expects a transfer.
func (k *Desk) drop(_ context.Context, t *cases.Turn) error {
	id := t.Case.Facts[factTransfer]
	if id == "" {
		return nil
	}
	return money(k.book(t.Deed, func(b *store.LedgerBook) error { return k.machine.Drop(b, id) }))
}

// notYetTaken: what is in the book here is not withdrawn any more.
func (k *Desk) notYetTaken(_ context.Context, t *cases.Turn) error {
	id := t.Case.Facts[factTransfer]
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		m, there, err := b.Transfer(id)
		if err == nil && there && m.State == ledger.Taken {
			return casework.Refuse(casework.RefusedEnded, "state", string(t.Case.State))
		}
		return err
	})
}

// callOff tells the other city that nothing is wanted of it any more.
func (k *Desk) callOff(_ context.Context, t *cases.Turn) error {
	other := t.Case.Facts[factOther]
	if other == "" {
		return nil
	}
	return k.say(t.Deed, ledger.City(other), KindCalledOff, t.Case.ID, aboutBody{Matter: t.Case.ID})
}
