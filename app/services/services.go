package services

import (
	"context"
	"fmt"

	"conurb/livelihood/catalogue"
	"conurb/store"
)

// Edition is an item as it was in force from a moment on, with the form of that time.
type Edition struct {
	Name string // of the edition: what a case keeps
	Item *catalogue.Item
	Form *catalogue.Form // nil: the item has none
}

// Desk is the catalogue at a node.
type Desk struct{ Settings }

// Settings are what a desk is made of.
type Settings struct {
	Store     *store.Store
	Catalogue *catalogue.Catalogue // of the region pack
	City      string               // that edits here; empty at the office
}

// New makes a desk.
func New(s Settings) *Desk { return &Desk{s} }

// Item is the edition of an item that is in force in a city. store.ErrUnknown where there is
// none.
func (k *Desk) Item(_ context.Context, city, id string) (Edition, error) {
	i := k.Catalogue.Item(id, city)
	if i == nil {
		return Edition{}, fmt.Errorf("item %s of %s: %w", id, city, store.ErrUnknown)
	}
	return Edition{Name: "pack", Item: i, Form: k.Catalogue.Form(i.Form)}, nil
}
