package main

import (
	"errors"
	"fmt"
	"strconv"

	"conurb/app/fund"
	"conurb/app/node"
	"conurb/door/httpapi"
	"conurb/livelihood/ledger"
)

// fundCmd is the book of money of a node, for those who look after it.
type fundCmd struct {
	Show      fundShowCmd      `cmd:"" help:"${fund_show}"`
	Reconcile fundReconcileCmd `cmd:"" help:"${fund_reconcile}"`
}

// errNoBook tells that the node keeps no book of money: the office, or a region without items.
var errNoBook = errors.New("no book of money here")

var fundRefusals = []struct {
	err error
	key string
}{{errNoBook, "fund.error.none"}}

// atBook does something with the book of the node in a folder.
func (s *session) atBook(w where, do func(d fund.Door) error) error {
	if !node.Is(w.Data) {
		return fmt.Errorf("%s: %w", w.Data, errNotNode)
	}
	t, err := s.town(w)
	if err != nil {
		return err
	}
	if t.Funds == nil {
		return errors.Join(errNoBook, t.Close())
	}
	return errors.Join(do(fund.Door{Desk: t.Funds}), t.Close())
}

func yuan(n int64) string { return ledger.Fen(n).String() }

type fundShowCmd struct {
	where
	What string `arg:"" help:"${arg_fund}"`
}

// Run shows an account with its entries, or everything of a person.
func (c fundShowCmd) Run(s *session) error {
	return s.atBook(c.where, func(d fund.Door) error {
		a, _, err := d.Account(s.ctx, s.lang, c.What)
		if errors.Is(err, httpapi.ErrUnknown) {
			return s.fundsOf(d, c.What)
		} else if err != nil {
			return err
		}
		if s.json {
			return s.writeJSON(a)
		}
		fmt.Fprintln(s.out, s.t("fund.cli.account", "id", a.ID, "scheme", a.SchemeName, "fund", a.FundName, "standing", a.StandingName, "balance", yuan(a.Balance)))
		var rows [][]string
		for _, e := range a.Entries {
			rows = append(rows, []string{e.Day, yuan(e.Amount), e.WhatName, e.Transfer, e.By})
		}
		s.table([]string{s.t("fund.cli.day"), s.t("fund.cli.yuan"), s.t("fund.cli.what"), s.t("fund.cli.transfer"), s.t("fund.cli.by")}, rows)
		return nil
	})
}

func (s *session) fundsOf(d fund.Door, person string) error {
	all, err := d.OfPerson(s.ctx, s.lang, person)
	if err != nil {
		return err
	}
	if len(all.Accounts)+len(all.Records) == 0 {
		return fmt.Errorf("%s: %w", person, httpapi.ErrUnknown)
	}
	if s.json {
		return s.writeJSON(all)
	}
	if all.Invented {
		fmt.Fprintln(s.out, s.t("fund.invented"))
	}
	var rows [][]string
	for _, a := range all.Accounts {
		rows = append(rows, []string{a.ID, a.SchemeName, a.FundName, yuan(a.Balance), a.StandingName})
	}
	for _, r := range all.Records {
		rows = append(rows, []string{r.ID, r.SchemeName, r.Number, s.t("fund.cli.months", "n", strconv.Itoa(r.Months)), r.StandingName})
	}
	s.table([]string{s.t("fund.cli.id"), s.t("fund.cli.scheme"), s.t("fund.cli.fund"), s.t("fund.cli.there"), s.t("fund.cli.standing")}, rows)
	return nil
}

type fundReconcileCmd struct {
	where
}

// Run states the days that are over, compares, and tells what differs; open findings end it with 1.
func (c fundReconcileCmd) Run(s *session) error {
	return s.atBook(c.where, func(d fund.Door) error {
		if err := d.Daily(s.ctx); err != nil {
			return err
		}
		r, err := d.Reconciliation(s.ctx, s.lang)
		if err != nil {
			return err
		}
		open := 0
		for _, o := range r.Others {
			open += o.Open
		}
		if s.json {
			err = s.writeJSON(r)
		} else {
			s.reconciled(r, open)
		}
		if err == nil && open > 0 {
			return errQuiet(1)
		}
		return err
	})
}

func (s *session) reconciled(r httpapi.Reconciliation, open int) {
	fmt.Fprintln(s.out, s.t("fund.cli.book", "city", r.City, "sum", yuan(r.Sum)))
	var rows [][]string
	for _, o := range r.Others {
		rows = append(rows, []string{o.City, yuan(o.DueTo), yuan(o.DueFrom), o.Stated, o.Heard, strconv.Itoa(o.Open)})
	}
	s.table([]string{s.t("fund.cli.city"), s.t("fund.cli.due-to"), s.t("fund.cli.due-from"), s.t("fund.cli.stated"), s.t("fund.cli.heard"), s.t("fund.cli.open")}, rows)
	for _, m := range r.UnderWay {
		fmt.Fprintln(s.out, s.t("fund.cli.way", "id", m.ID, "from", m.From, "to", m.To, "amount", yuan(m.Amount), "state", m.StateName, "day", m.Day))
	}
	for _, f := range r.Findings {
		key := "fund.cli.finding"
		if f.Settled != "" {
			key = "fund.cli.settled"
		}
		fmt.Fprintln(s.out, s.t(key, "other", f.Other, "transfer", f.Transfer, "words", f.Words, "here", yuan(f.Here), "there", yuan(f.There), "since", f.Since, "settled", f.Settled))
	}
	if open == 0 {
		fmt.Fprintln(s.out, s.t("fund.cli.agree"))
	}
}
