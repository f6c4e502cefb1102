package app

import (
	"context"

	"conurb/plan/pack"
	"conurb/store"
)

// StoredPack returns the region pack that a database was last run with, nil where
// there is no database yet or it holds none. A command that is given no pack goes
// on with it, so that a node of one area is never opened as another.
func StoredPack(ctx context.Context, data, db string) *pack.Pack {
	if db == "" && !HasDatabase(data) {
		return nil
	}
	s, err := store.Open(ctx, dsnOf(data, db), store.Options{ReadOnly: true})
	if err != nil {
		return nil // a fresh database; if it cannot be reached, Open says so
	}
	defer s.Close()
	v, err := s.PackAt(ctx, 0)
	if err != nil {
		return nil
	}
	p, err := loadFiles(v.Files)
	if err != nil {
		return nil
	}
	return p
}
