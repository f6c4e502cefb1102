package store

import (
	"fmt"
	"slices"

	"conurb/livelihood/household"
)

// Been is part of household.Book: where it is kept that a person was, in order of the names.
func (b *householdBook) Been(p household.Person) ([]household.City, error) {
	list, err := b.been(p)
	if err != nil {
		return nil, err
	}
	for _, m := range b.change.Met {
		if m.Person == p && !slices.Contains(list, m.Other) {
			list = append(list, m.Other)
		}
	}
	slices.Sort(list)
	return list, nil
}

// been is what the notes before this one say.
func (b *householdBook) been(p household.Person) (list []household.City, err error) {
	if b.w != nil {
		if list, known := b.w.register.been[p]; known {
			return slices.Clone(list), nil
		}
	}
	if err := b.seen("household_met", string(p)); err != nil {
		return nil, err
	}
	rows, err := b.beside.QueryContext(b.ctx, `SELECT other FROM household_met WHERE person = $1 ORDER BY other`, string(p))
	if err != nil {
		return nil, fmt.Errorf("where a person was: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var other household.City
		if err := rows.Scan(&other); err != nil {
			return nil, fmt.Errorf("where a person was: %w", damaged(err))
		}
		list = append(list, other)
	}
	if b.w != nil {
		keep(b.w.register.been, p, list)
	}
	return slices.Clone(list), rows.Err()
}

// KeptAbout is part of household.Book: the decisions of other cities that are kept about whoever
// was in one. It is asked after a restore alone.
func (b *householdBook) KeptAbout(other household.City) ([]household.Witnessed, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	return b.witnessedWhere(`JOIN household_met w ON w.person = k.person AND w.other = $1 WHERE k.from_city <> $1 ORDER BY k.from_city, k.person, k.epoch`, string(other))
}
