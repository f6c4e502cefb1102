package store

import (
	"database/sql"

	"conurb/area"
	"conurb/livelihood/ledger"
)

// Unequal is part of ledger.Book.
func (b *LedgerBook) Unequal(other ledger.City) ([]ledger.Pair, error) {
	mine, err := rowsOf(b, "two books", `SELECT t.id, t.other, t.pays, t.scheme, t.case_id, t.parts, t.state, t.reason, t.paid, t.day, COALESCE(s.pays, 0), COALESCE(s.amount, 0), COALESCE(s.day, '')
		FROM ledger_transfer t LEFT JOIN ledger_told s ON s.other = t.other AND s.transfer = t.id LEFT JOIN ledger_finding f ON f.other = t.other AND f.transfer = t.id
		WHERE t.other = $1 AND (t.net <> COALESCE(s.amount, 0) OR t.pays = COALESCE(s.pays, 1 - t.pays) OR f.settled = '') ORDER BY t.id`, []any{string(other)},
		func(rows *sql.Rows) (p ledger.Pair, err error) {
			var pays int
			var amount ledger.Fen
			var day string
			t, err := b.transfer(rows, &pays, &amount, &day)
			p = ledger.Pair{Transfer: t.ID, Here: &t}
			if err != nil || day == "" {
				return p, err
			}
			d, err := dayOf(day)
			p.There = &ledger.Line{Transfer: t.ID, Pays: pays == 1, Amount: amount, Day: d}
			return p, err
		})
	if err != nil {
		return nil, err
	}
	theirs, err := rowsOf(b, "two books", `SELECT s.transfer, s.pays, s.amount, s.day FROM ledger_told s LEFT JOIN ledger_transfer t ON t.id = s.transfer AND t.other = s.other
		LEFT JOIN ledger_finding f ON f.other = s.other AND f.transfer = s.transfer
		WHERE s.other = $1 AND t.id IS NULL AND (s.amount <> 0 OR f.settled = '') ORDER BY s.transfer`, []any{string(other)},
		func(rows *sql.Rows) (ledger.Pair, error) {
			l, err := scanLine(rows)
			return ledger.Pair{Transfer: l.Transfer, There: &l}, err
		})
	return append(mine, theirs...), err
}

// Finding is part of ledger.Book.
func (b *LedgerBook) Finding(other ledger.City, transfer string) (ledger.Finding, bool, error) {
	return foremost(b.findings(`WHERE other = $1 AND transfer = $2`, string(other), transfer))
}

// SetFinding is part of ledger.Book.
func (b *LedgerBook) SetFinding(f ledger.Finding) error {
	return b.add(ledgerChange{Findings: []ledger.Finding{f}})
}

// Findings lists those that are open, or the newest of all.
func (b *LedgerBook) Findings(open bool) ([]ledger.Finding, error) {
	if open {
		return b.findings(`WHERE settled = '' ORDER BY since, other, transfer`)
	}
	return b.findings(`ORDER BY settled <> '', since DESC, other, transfer LIMIT 200`)
}

func (b *LedgerBook) findings(where string, args ...any) ([]ledger.Finding, error) {
	return rowsOf(b, "findings", `SELECT other, transfer, code, here, there, since, day, settled FROM ledger_finding `+where, args, func(rows *sql.Rows) (f ledger.Finding, err error) {
		var days [3]string
		if err = rows.Scan(&f.Other, &f.Transfer, &f.Code, &f.Here, &f.There, &days[0], &days[1], &days[2]); err != nil {
			return f, err
		}
		if f.Since, err = dayOf(days[0]); err != nil {
			return f, err
		}
		if f.Day, err = dayOf(days[1]); err != nil {
			return f, err
		}
		f.Settled, err = dayOf(days[2])
		return f, err
	})
}

// AccountsOf lists the accounts of a person.
func (b *LedgerBook) AccountsOf(owner string) ([]ledger.Account, error) {
	return b.accounts(selectAccounts+`WHERE owner = $1 AND owner <> '' ORDER BY scheme, fund, id`, owner)
}

// Accounts lists the accounts that are nobody's: pools, the bank, and what cities owe.
func (b *LedgerBook) Accounts() ([]ledger.Account, error) {
	return b.accounts(selectAccounts + `WHERE owner = '' ORDER BY kind, scheme, city, id`)
}

// EntriesOf lists the newest entries of an account.
func (b *LedgerBook) EntriesOf(account string, limit int) ([]ledger.Entry, error) {
	return b.entries(selectEntries+`JOIN ledger_posting p ON p.entry = e.id WHERE p.account = $1 ORDER BY e.n DESC LIMIT $2`, account, limit)
}

// Transfers lists transfers that are under way, or the newest of all.
func (b *LedgerBook) Transfers(underWay bool) ([]ledger.Transfer, error) {
	if underWay {
		return b.transfers(selectMoney + `WHERE t.state IN ('paid', 'expected') ORDER BY t.day, t.id`)
	}
	return b.transfers(selectMoney + `ORDER BY t.day DESC, t.id DESC LIMIT 200`)
}

// With lists the cities that money has gone to or come from.
func (b *LedgerBook) With() ([]string, error) {
	return rowsOf(b, "cities", `SELECT other FROM ledger_transfer UNION SELECT other FROM ledger_told ORDER BY 1`, nil, func(rows *sql.Rows) (s string, err error) {
		err = rows.Scan(&s)
		return s, err
	})
}

const selectRecords = `SELECT id, scheme, owner, text FROM fund_record `

func (b *LedgerBook) records(where string, args ...any) ([]FundRecord, error) {
	return rowsOf(b, "records", selectRecords+where, args, func(rows *sql.Rows) (r FundRecord, err error) {
		var text string
		err = rows.Scan(&r.ID, &r.Scheme, &r.Owner, &text)
		r.Text = []byte(text)
		return r, err
	})
}

// Record is what a scheme knows, by its id.
func (b *LedgerBook) Record(id string) (FundRecord, bool, error) {
	return foremost(b.records(`WHERE id = $1`, id))
}

// RecordsOf lists what schemes know of a person; scheme empty: all of them.
func (b *LedgerBook) RecordsOf(owner, scheme string) ([]FundRecord, error) {
	return b.records(`WHERE owner = $1 AND (scheme = $2 OR $2 = '') ORDER BY scheme, id`, owner, scheme)
}

// FirstDay is the first day on which the book was changed by money to or from another city; 0:
// none was.
func (b *LedgerBook) FirstDay(other ledger.City) (area.Date, error) {
	list, err := rowsOf(b, "days", `SELECT COALESCE(MIN(d), '') FROM (SELECT day AS d FROM ledger_transfer WHERE other = $1 AND state <> 'expected' AND state <> 'dropped'
		UNION ALL SELECT paid FROM ledger_transfer WHERE other = $1 AND paid <> '') AS days`, []any{string(other)}, func(rows *sql.Rows) (s string, err error) {
		err = rows.Scan(&s)
		return s, err
	})
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return dayOf(list[0])
}

// Sum is that of all accounts: 0 in a sound book.
func (b *LedgerBook) Sum() (ledger.Fen, error) {
	return b.sum(`SELECT CAST(COALESCE(SUM(sum), 0) AS BIGINT) FROM ledger_account`)
}
