package fund

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"conurb/area"
	"conurb/door/httpapi"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
	"conurb/locale"
	"conurb/store"
)

// Door is the desk as the API asks it.
type Door struct{ *Desk }

var _ httpapi.Funds = Door{}

// mostEntries is how many entries of an account are shown.
const mostEntries = 200

// City is part of httpapi.Funds, as are the others.
func (k Door) City() string { return string(k.Me) }

func day(d area.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func word(lang, key string) string { return locale.T(locale.Match(lang), key, nil) }

func accountOut(lang string, a ledger.Account) httpapi.FundAccount {
	return httpapi.FundAccount{ID: a.ID, Scheme: a.Scheme, SchemeName: word(lang, "fund.scheme."+a.Scheme), Fund: a.Fund, FundName: word(lang, "fund.part."+a.Fund),
		Kind: string(a.Kind), City: string(a.City), Standing: string(a.Standing), StandingName: word(lang, "ledger.standing."+string(a.Standing)), Opened: day(a.Opened), Balance: int64(a.Balance())}
}

func recordOut(lang string, r *fund.Record) httpapi.FundRecord {
	out := httpapi.FundRecord{ID: r.ID, Scheme: r.Scheme, SchemeName: word(lang, "fund.scheme."+r.Scheme), Number: r.Number, Standing: string(r.Standing),
		StandingName: word(lang, "fund.standing."+string(r.Standing)), Since: day(r.Since), Until: day(r.Until), From: string(r.From), To: string(r.To),
		Months: max(r.TotalMonths(), r.Months), Debt: int64(r.Debt), Invented: r.Invented}
	if r.MovedTo != "" {
		out.To = string(r.MovedTo)
	}
	for _, y := range r.Years {
		out.Years = append(out.Years, httpapi.FundYear{Year: y.Year, City: string(y.City), Months: y.Months, Wages: int64(y.Wages)})
	}
	return out
}

// OfPerson is everything of a person.
func (k Door) OfPerson(ctx context.Context, lang, person string) (httpapi.FundsOfPerson, error) {
	out := httpapi.FundsOfPerson{City: string(k.Me), Accounts: []httpapi.FundAccount{}, Records: []httpapi.FundRecord{}, Facts: []httpapi.FundFact{}}
	for _, f := range k.Rules.Facts() {
		out.Facts = append(out.Facts, httpapi.FundFact{ID: f.ID, Name: word(lang, "fund.fact."+f.ID), Value: f.Value, Source: f.Source, Grade: f.Grade})
	}
	return out, k.Read(ctx, func(b *store.LedgerBook) error {
		accounts, err := b.AccountsOf(person)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			out.Accounts = append(out.Accounts, accountOut(lang, a))
		}
		records, err := b.RecordsOf(person, "")
		if err != nil {
			return err
		}
		for _, one := range records {
			var r fund.Record
			if err := json.Unmarshal(one.Text, &r); err != nil {
				return fmt.Errorf("record %s: %w: %v", one.ID, store.ErrDamaged, err)
			}
			out.Records = append(out.Records, recordOut(lang, &r))
			out.Invented = out.Invented || r.Invented
		}
		return nil
	})
}

// Account is an account with its newest entries.
func (k Door) Account(ctx context.Context, lang, id string) (out httpapi.FundAccount, owner string, err error) {
	err = k.Read(ctx, func(b *store.LedgerBook) error {
		a, there, err := b.Account(id)
		if err != nil {
			return err
		}
		if !there {
			return httpapi.ErrUnknown
		}
		out, owner = accountOut(lang, a), a.Owner
		entries, err := b.EntriesOf(id, mostEntries)
		for _, e := range entries {
			amount := ledger.Fen(0)
			for _, p := range e.Postings {
				if p.Account == id {
					amount = p.Amount
				}
			}
			if a.Kind.Credit() {
				amount = -amount
			}
			out.Entries = append(out.Entries, httpapi.FundEntry{ID: e.ID, Day: day(e.Day), What: e.What, WhatName: word(lang, "ledger.what."+e.What), Amount: int64(amount), Transfer: e.Transfer, Case: e.Case, By: e.By})
		}
		return err
	})
	return out, owner, err
}

// Reconciliation is how the book stands to those of the other cities.
func (k Door) Reconciliation(ctx context.Context, lang string) (httpapi.Reconciliation, error) {
	out := httpapi.Reconciliation{City: string(k.Me), Patience: k.Rules.Patience, Others: []httpapi.FundOther{}, UnderWay: []httpapi.FundMoney{}, Findings: []httpapi.FundFinding{}, Accounts: []httpapi.FundAccount{}}
	return out, k.Read(ctx, func(b *store.LedgerBook) error {
		out.Today = day(b.Today())
		sum, err := b.Sum()
		if err != nil {
			return err
		}
		out.Sum = int64(sum)
		with, err := b.With()
		if err != nil {
			return err
		}
		accounts, err := b.Accounts()
		if err != nil {
			return err
		}
		findings, err := b.Findings(false)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			out.Accounts = append(out.Accounts, accountOut(lang, a))
		}
		for _, f := range findings {
			out.Findings = append(out.Findings, httpapi.FundFinding{Other: string(f.Other), Transfer: f.Transfer, Code: f.Code, Words: word(lang, "ledger.outcome."+f.Code),
				Here: int64(f.Here), There: int64(f.There), Since: day(f.Since), Settled: day(f.Settled)})
		}
		for _, city := range with {
			o, err := other(b, ledger.City(city), accounts, findings)
			if err != nil {
				return err
			}
			out.Others = append(out.Others, o)
		}
		way, err := b.Transfers(true)
		for _, t := range way {
			n, sumErr := t.Amount()
			err = errors.Join(err, sumErr)
			out.UnderWay = append(out.UnderWay, httpapi.FundMoney{ID: t.ID, From: string(t.From), To: string(t.To), Scheme: t.Scheme, Amount: int64(n), State: string(t.State),
				StateName: word(lang, "ledger.state."+string(t.State)), Day: day(t.Day), Case: t.Case})
		}
		return err
	})
}

func other(b *store.LedgerBook, city ledger.City, accounts []ledger.Account, findings []ledger.Finding) (o httpapi.FundOther, err error) {
	o.City = string(city)
	for _, a := range accounts {
		switch {
		case a.City == city && a.Kind == ledger.DueTo:
			o.DueTo += int64(a.Balance())
		case a.City == city && a.Kind == ledger.DueFrom:
			o.DueFrom += int64(a.Balance())
		}
	}
	for _, f := range findings {
		if f.Other == city && f.Settled == 0 {
			o.Open++
		}
	}
	stated, err := b.Stated(city)
	if err != nil {
		return o, err
	}
	heard, err := b.Heard(city)
	o.Stated, o.Heard = day(stated), day(heard)
	return o, err
}
