package store

import (
	"fmt"
	"slices"

	"conurb/livelihood/household"
)

// Met is part of household.Book: whether it is kept that a person was in another city.
func (b *householdBook) Met(other household.City, p household.Person) (bool, error) {
	if slices.Contains(b.change.Met, metRow{other, p}) {
		return true, nil
	}
	if err := b.seen("household_met", string(other), string(p)); err != nil {
		return false, err
	}
	var n int
	err := b.beside.QueryRowContext(b.ctx, `SELECT COUNT(*) FROM household_met WHERE other = $1 AND person = $2`, string(other), string(p)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("where a person was: %w", err)
	}
	return n > 0, nil
}

// KeptAbout is part of household.Book: the decisions of other cities that are kept about whoever
// was in one. It is asked after a restore alone.
func (b *householdBook) KeptAbout(other household.City) ([]household.Witnessed, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	return b.witnessedWhere(`JOIN household_met w ON w.person = k.person AND w.other = $1 WHERE k.from_city <> $1 ORDER BY k.from_city, k.person, k.epoch`, string(other))
}
