package fund

import (
	"conurb/app/cases"
	"conurb/livelihood/ledger"
	"conurb/store"
)

// The codes of notices of findings; words are "notice.<code>".
const (
	TellFinding = "fund.finding" // two books differ
	TellSettled = "fund.settled" // and agree again
)

// telling is the book within a deed, which tells of a finding when it is made and when it is gone.
type telling struct {
	*store.LedgerBook
	desk *Desk
	deed *store.Deed
}

// SetFinding is part of ledger.Book. What changes in a finding that stays open tells nobody again.
func (b telling) SetFinding(f ledger.Finding) error {
	old, there, err := b.Finding(f.Other, f.Transfer)
	if err != nil {
		return err
	}
	if err := b.LedgerBook.SetFinding(f); err != nil {
		return err
	}
	was, is := there && old.Settled == 0, f.Settled == 0
	switch {
	case is && !was:
		return b.tell(TellFinding, f.Other)
	case was && !is:
		return b.tell(TellSettled, f.Other)
	}
	return nil
}

func (b telling) tell(code string, other ledger.City) error {
	k := b.desk
	if k.Teller == nil || k.Staff == nil {
		return nil
	}
	list, err := k.Staff(b.deed)
	if err != nil {
		return err
	}
	return cases.TellAll(b.deed, k.Teller, list, code, map[string]string{"city": string(other)}, "/reconciliation")
}
