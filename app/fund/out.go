package fund

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/store"
)

// money turns a refusal of the ledger into one that people read with the case.
func money(err error) error {
	var no *ledger.Refusal
	if errors.As(err, &no) {
		return &casework.Refusal{Code: "ledger-" + no.Code, Args: no.Args}
	}
	return err
}

// request is what the other city asked.
func request(c *casework.Case) (r requestBody, err error) {
	err = json.Unmarshal([]byte(c.Facts[factRequest]), &r)
	return r, err
}

// open opens a case for what another city asks, in the queue of the clerks here.
func (k *Desk) open(ctx context.Context, d *store.Deed, from ledger.City, r requestBody) (casework.Case, error) {
	course := k.Cases.Courses()[r.Item+"-out"]
	it, err := k.Cases.Items.Item(ctx, string(k.Me), r.Item)
	if err != nil {
		return casework.Case{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return casework.Case{}, err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return casework.Case{}, err
	}
	office := it.Office
	if office == "" {
		office = k.Cases.Office
	}
	c := casework.Case{ID: id.String(), Item: it.ID, City: string(k.Me), Office: office, Edition: it.Edition, Version: "0", Course: course.Name, State: course.Start,
		Applicant: r.Person, Form: json.RawMessage("{}"), Links: []casework.Link{{Kind: "case", City: string(from), ID: r.Matter}},
		Facts: map[string]string{factMatter: r.Matter, factCity: string(from), factRequest: string(text)}, Opened: d.At()}
	a := casework.Act{Move: "open", At: d.At(), By: casework.Actor{Person: casework.Person{City: string(from), Name: string(from)}, By: casework.ByMessage}}
	course.Settle(&c, &a, k.Cases.Calendar, true)
	c.Note(casework.Event{Move: a.Move, To: c.State, By: a.By, At: a.At})
	info, _ := course.State(c.State)
	return c, d.KeepCase(&c, info.Phase)
}

// account is what is known here of whom a request is about.
func (k *Desk) account(b *store.LedgerBook, c *casework.Case, r requestBody) (rec *fund.Record, have fund.Balances, mine bool, err error) {
	scheme := fund.SchemeOf(r.Item)
	if rec, err = record(b, r.Person.Code, scheme); err != nil || rec == nil {
		return rec, nil, false, err
	}
	have = fund.Balances{}
	for _, name := range []string{fund.Individual, fund.Savings, fund.Pooled} {
		if a, there, err := b.Account(accountOf(rec, name)); err != nil {
			return rec, have, false, err
		} else if there {
			have[name] = a
		}
	}
	return rec, have, rec.Standing == fund.Leaving && rec.Case == c.ID, nil
}

// release is what may be told of an account, or why it may not leave.
func (k *Desk) release(b *store.LedgerBook, c *casework.Case) (fund.Information, *fund.Record, error) {
	r, err := request(c)
	if err != nil {
		return fund.Information{}, nil, err
	}
	rec, have, mine, err := k.account(b, c, r)
	if err != nil {
		return fund.Information{}, nil, err
	}
	i, no := k.Rules.Release(k.Me, rec, r.Name, have, b.Today(), mine)
	return i, rec, refusal(no)
}

func (k *Desk) mayLeave(_ context.Context, t *cases.Turn) error {
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		_, _, err := k.release(b, t.Case)
		return err
	})
}

// asTold: what is to be paid is what was told and agreed on.
func (k *Desk) asTold(_ context.Context, t *cases.Turn) error {
	told, err := information(t.Case)
	if err != nil {
		return err
	}
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		now, _, err := k.release(b, t.Case)
		if err != nil || slices.Equal(now.Parts, told.Parts) {
			return err
		}
		was, _ := told.Total()
		is, _ := now.Total()
		return casework.Refuse(fund.RefusedChanged, "was", was.String(), "is", is.String())
	})
}

func (k *Desk) isTransfer(_ context.Context, t *cases.Turn) error {
	return k.isA(t, fund.Transfer)
}

func (k *Desk) isA(t *cases.Turn, do string) error {
	if t.Case.Facts[factRequest] == "" { // the city where somebody applied
		f, no := fund.ReadForm(t.Case, k.Me)
		if no == nil && f.Do != do {
			no = casework.Refuse(fund.RefusedKind)
		}
		return refusal(no)
	}
	r, err := request(t.Case)
	if err == nil && r.Do != do {
		return casework.Refuse(fund.RefusedKind)
	}
	return err
}

// isWithdrawal: the person may be paid what he asks for.
func (k *Desk) isWithdrawal(_ context.Context, t *cases.Turn) error {
	if err := k.isA(t, fund.Withdraw); err != nil {
		return err
	}
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		_, _, err := k.withdrawal(b, t.Case)
		return err
	})
}

func (k *Desk) withdrawal(b *store.LedgerBook, c *casework.Case) (ledger.Fen, *fund.Record, error) {
	r, err := request(c)
	if err != nil {
		return 0, nil, err
	}
	rec, have, mine, err := k.account(b, c, r)
	if err != nil {
		return 0, nil, err
	}
	n, no := k.Rules.Withdrawal(k.Me, rec, r.Name, r.Ground, r.Amount, have, mine)
	return n, rec, refusal(no)
}

// tell informs the other city (信息表), and holds the account for it.
func (k *Desk) tell(_ context.Context, t *cases.Turn) error {
	var i fund.Information
	err := k.book(t.Deed, func(b *store.LedgerBook) (err error) {
		var r *fund.Record
		if i, r, err = k.release(b, t.Case); err != nil {
			return err
		}
		if r.Standing != fund.Leaving {
			r.Was = r.Standing
		}
		r.Standing, r.Case = fund.Leaving, t.Case.ID
		return keep(b, r)
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(i)
	if err != nil {
		return err
	}
	cases.SetFact(t.Case, factInformed, string(text))
	if total, err := i.Total(); err == nil {
		cases.SetFact(t.Case, factAmount, total.String())
	}
	return k.answer(t, KindInformation, informationBody{t.Case.Facts[factMatter], t.Case.ID, i})
}

func (k *Desk) answer(t *cases.Turn, kind string, body any) error {
	return k.say(t.Deed, ledger.City(t.Case.Facts[factCity]), kind, t.Case.Facts[factMatter], body)
}

// turnDown tells the other city why not: by the rule, where one is against it, and in the words of
// the clerk.
func (k *Desk) turnDown(ctx context.Context, t *cases.Turn) error {
	body := declinedBody{Matter: t.Case.Facts[factMatter], Case: t.Case.ID, Code: fund.RefusedClerk, Args: map[string]string{"city": string(k.Me), "grounds": t.Act.Grounds}, Grounds: t.Act.Grounds}
	err := k.book(t.Deed, func(b *store.LedgerBook) error {
		var err error
		if k.isA(t, fund.Withdraw) == nil {
			_, _, err = k.withdrawal(b, t.Case)
		} else {
			_, _, err = k.release(b, t.Case)
		}
		return err
	})
	var no *casework.Refusal
	if errors.As(err, &no) {
		body.Code, body.Args = no.Code, no.Args
	} else if err != nil {
		return err
	}
	if err := k.restoreRecord(ctx, t); err != nil {
		return err
	}
	return k.answer(t, KindDeclined, body)
}

// payable keeps the name of the transfer that the other city expects.
func (k *Desk) payable(_ context.Context, t *cases.Turn) error {
	cases.SetFact(t.Case, factTransfer, t.Act.Text("transfer"))
	return nil
}

// pay pays what was agreed on to the other city.
func (k *Desk) pay(_ context.Context, t *cases.Turn) error {
	i, err := information(t.Case)
	if err != nil {
		return err
	}
	other := ledger.City(t.Case.Facts[factCity])
	m := ledger.Transfer{ID: t.Case.Facts[factTransfer], Scheme: i.Scheme, From: k.Me, To: other, Case: t.Case.ID}
	link(t.Case, casework.Link{Kind: "transfer", City: string(other), ID: m.ID})
	return money(k.book(t.Deed, func(b *store.LedgerBook) error {
		r, err := record(b, i.Person, i.Scheme)
		if err != nil {
			return err
		}
		for _, p := range i.Parts {
			m.Parts = append(m.Parts, ledger.Part{Fund: p.Fund, Account: accountOf(r, p.Fund), Amount: p.Amount})
		}
		return k.machine.PayOut(b, m, t.Act.By.Name)
	}))
}

// payOut pays from a provident fund to the person's own bank account, and tells the other city.
func (k *Desk) payOut(_ context.Context, t *cases.Turn) error {
	var n ledger.Fen
	err := k.book(t.Deed, func(b *store.LedgerBook) error {
		amount, r, err := k.withdrawal(b, t.Case)
		if err != nil {
			return err
		}
		n = amount
		q, err := request(t.Case)
		if err != nil {
			return err
		}
		own := accountOf(r, fund.Savings)
		err = k.machine.Post(b, ledger.Entry{ID: t.Case.ID + "/withdrawal", Day: b.Today(), What: ledger.Withdrawal, Case: t.Case.ID, By: t.Act.By.Name,
			Postings: []ledger.Posting{{Account: own, Amount: n}, {Account: r.Scheme + "/" + fund.Cash, Amount: -n}}})
		if err != nil || !fund.Closes(q.Ground) {
			return err
		}
		r.Standing = fund.Over
		return errors.Join(k.machine.Stand(b, own, ledger.Closed), keep(b, r))
	})
	if err != nil {
		return money(err)
	}
	cases.SetFact(t.Case, factAmount, n.String())
	return k.answer(t, KindSettled, aboutBody{t.Case.Facts[factMatter], n})
}

// gone closes an account whose money the other city has taken in.
func (k *Desk) gone(_ context.Context, t *cases.Turn) error {
	i, err := information(t.Case)
	if err != nil {
		return err
	}
	return money(k.book(t.Deed, func(b *store.LedgerBook) error {
		r, err := record(b, i.Person, i.Scheme)
		if err != nil || r == nil {
			return err
		}
		r.Standing, r.MovedTo, r.MovedOn = fund.Gone, ledger.City(t.Case.Facts[factCity]), b.Today()
		for _, id := range r.Accounts {
			if a, there, err := b.Account(id); err != nil {
				return err
			} else if there && a.Sum == 0 {
				if err := k.machine.Stand(b, id, ledger.Closed); err != nil {
					return err
				}
			}
		}
		return keep(b, r)
	}))
}

// restoreRecord gives an account free that was held for the other city.
func (k *Desk) restoreRecord(_ context.Context, t *cases.Turn) error {
	r, err := request(t.Case)
	if err != nil {
		return err
	}
	return k.book(t.Deed, func(b *store.LedgerBook) error {
		rec, err := record(b, r.Person.Code, fund.SchemeOf(r.Item))
		if err != nil || rec == nil || rec.Standing != fund.Leaving || rec.Case != t.Case.ID {
			return err
		}
		rec.Standing, rec.Was, rec.Case = rec.Was, "", ""
		return keep(b, rec)
	})
}

// stay: money is on its way, or came back. What was called off meanwhile ends when it is back.
func (k *Desk) stay(ctx context.Context, t *cases.Turn) error {
	if t.Act.Move == fund.MoveCalled {
		cases.SetFact(t.Case, factCalled, "yes")
		return nil
	}
	if t.Case.Facts[factCalled] == "" {
		return nil
	}
	return k.act(ctx, t.Deed, t.Case.ID, ledger.City(t.Case.Facts[factCity]), casework.Act{Move: fund.MoveCalled})
}
