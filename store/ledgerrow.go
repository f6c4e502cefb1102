package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"conurb/area"
	"conurb/livelihood/ledger"
)

// ledgerChange is the text of a note: accounts, transfers and the like as they are from here on,
// and entries that were made.
type ledgerChange struct {
	Salt      string           `json:"salt"`
	Accounts  []ledger.Account `json:"accounts,omitempty"`
	Entries   []ledger.Entry   `json:"entries,omitempty"`
	Transfers []moneyRow       `json:"transfers,omitempty"`
	Told      []toldRow        `json:"told,omitempty"`
	Findings  []ledger.Finding `json:"findings,omitempty"`
	Days      []dayRow         `json:"days,omitempty"`
	Records   []FundRecord     `json:"records,omitempty"`
}

type moneyRow struct {
	ledger.Transfer
	Other ledger.City `json:"other"`
	Pays  bool        `json:"pays"`
}

type toldRow struct {
	Other ledger.City `json:"other"`
	ledger.Line
}

type dayRow struct {
	Other ledger.City `json:"other"`
	Which string      `json:"which"`
	Day   area.Date   `json:"day"`
}

func (c *ledgerChange) empty() bool {
	return len(c.Accounts)+len(c.Entries)+len(c.Transfers)+len(c.Told)+len(c.Findings)+len(c.Days)+len(c.Records) == 0
}

// join adds a change: what is there already is replaced, entries are added.
func (c *ledgerChange) join(o ledgerChange) {
	for _, a := range o.Accounts {
		c.Accounts = put(c.Accounts, a, func(x ledger.Account) bool { return x.ID == a.ID })
	}
	for _, t := range o.Transfers {
		c.Transfers = put(c.Transfers, t, func(x moneyRow) bool { return x.ID == t.ID })
	}
	for _, l := range o.Told {
		c.Told = put(c.Told, l, func(x toldRow) bool { return x.Other == l.Other && x.Transfer == l.Transfer })
	}
	for _, f := range o.Findings {
		c.Findings = put(c.Findings, f, func(x ledger.Finding) bool { return x.Other == f.Other && x.Transfer == f.Transfer })
	}
	for _, d := range o.Days {
		c.Days = put(c.Days, d, func(x dayRow) bool { return x.Other == d.Other && x.Which == d.Which })
	}
	for _, r := range o.Records {
		c.Records = put(c.Records, r, func(x FundRecord) bool { return x.ID == r.ID })
	}
	c.Entries = append(c.Entries, o.Entries...)
}

// ledgerTables are those that follow from notes.
var ledgerTables = []following{
	{"ledger_account", []string{"id", "scheme", "fund", "kind", "owner", "city", "standing", "opened", "sum"}, " sum ", 1},
	{"ledger_entry", []string{"id", "day", "what", "transfer", "case_id", "made_by", "postings", "n"}, " n ", 1},
	{"ledger_posting", []string{"entry", "account", "amount"}, " amount ", 2},
	{"ledger_transfer", []string{"id", "other", "pays", "scheme", "case_id", "parts", "state", "reason", "paid", "day", "amount", "net"}, " pays amount net ", 1},
	{"ledger_told", []string{"other", "transfer", "pays", "amount", "day"}, " pays amount ", 2},
	{"ledger_finding", []string{"other", "transfer", "code", "here", "there", "since", "day", "settled"}, " here there ", 2},
	{"ledger_day", []string{"other", "which", "day"}, "", 2},
	{"fund_record", []string{"id", "scheme", "owner", "text"}, "", 1},
}

func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// rows are the rows of a change by table. What follows from the changes before is 0 in them, for
// ledgerRows and into to fill in: the sums of accounts, the numbers of entries.
func (c *ledgerChange) rows() (map[string][][]any, error) {
	all := map[string][][]any{}
	add := func(table string, row ...any) { all[table] = append(all[table], row) }
	for _, a := range c.Accounts {
		add("ledger_account", a.ID, a.Scheme, a.Fund, string(a.Kind), a.Owner, string(a.City), string(a.Standing), dayText(a.Opened), int64(0))
	}
	for _, e := range c.Entries {
		postings, err := json.Marshal(e.Postings)
		if err != nil {
			return nil, fmt.Errorf("entry %s: %w", e.ID, err)
		}
		add("ledger_entry", e.ID, dayText(e.Day), e.What, e.Transfer, e.Case, e.By, string(postings), int64(0))
		for _, p := range e.Postings {
			add("ledger_posting", e.ID, p.Account, int64(p.Amount))
		}
	}
	for _, t := range c.Transfers {
		parts, err := json.Marshal(t.Parts)
		if err != nil {
			return nil, fmt.Errorf("transfer %s: %w", t.ID, err)
		}
		amount, err := t.Amount()
		if err != nil {
			return nil, fmt.Errorf("transfer %s: %w", t.ID, err)
		}
		add("ledger_transfer", t.ID, string(t.Other), number(t.Pays), t.Scheme, t.Case, string(parts), string(t.State), t.Reason,
			dayText(t.Paid), dayText(t.Day), int64(amount), int64(t.Net()))
	}
	for _, l := range c.Told {
		add("ledger_told", string(l.Other), l.Transfer, number(l.Pays), int64(l.Amount), dayText(l.Day))
	}
	for _, f := range c.Findings {
		add("ledger_finding", string(f.Other), f.Transfer, f.Code, int64(f.Here), int64(f.There), dayText(f.Since), dayText(f.Day), dayText(f.Settled))
	}
	for _, d := range c.Days {
		add("ledger_day", string(d.Other), d.Which, dayText(d.Day))
	}
	for _, r := range c.Records {
		add("fund_record", r.ID, r.Scheme, r.Owner, string(r.Text))
	}
	return all, nil
}

// ledgerRows makes the rows of a change.
func (w *writing) ledgerRows(c ledgerChange) error {
	all, err := c.rows()
	if err != nil {
		return err
	}
	for _, row := range all["ledger_account"] {
		_, err := w.tx.ExecContext(w.ctx, `INSERT INTO ledger_account (id, scheme, fund, kind, owner, city, standing, opened, sum) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (id) DO UPDATE SET standing = excluded.standing`, row...)
		if err != nil {
			return fmt.Errorf("account: %w", err)
		}
	}
	var n int64
	if len(c.Entries) > 0 {
		if err := w.tx.QueryRowContext(w.ctx, `SELECT COALESCE(MAX(n), 0) FROM ledger_entry`).Scan(&n); err != nil {
			return fmt.Errorf("entries: %w", err)
		}
	}
	for i, row := range all["ledger_entry"] {
		row[len(row)-1] = n + int64(i) + 1
	}
	for _, t := range ledgerTables[1:3] { // an entry is made once
		for _, row := range all[t.name] {
			text := `INSERT INTO ` + t.name + ` (` + strings.Join(t.columns, ", ") + `) VALUES (` + list(1, len(row)) + `)`
			if _, err := w.tx.ExecContext(w.ctx, text, row...); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	for _, t := range ledgerTables[3:] {
		for _, row := range all[t.name] {
			if err := w.rowsOf(t.name, t.columns, t.keys).add(row...); err != nil {
				return err
			}
		}
	}
	for _, e := range c.Entries {
		for _, p := range e.Postings {
			if err := w.changed(`UPDATE ledger_account SET sum = sum + $1 WHERE id = $2`, int64(p.Amount), p.Account); err != nil {
				return fmt.Errorf("account %s: %w", p.Account, err)
			}
		}
	}
	return nil
}
