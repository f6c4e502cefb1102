package town

import (
	"context"

	"conurb/app"
	"conurb/app/services"
	"conurb/livelihood/catalogue"
	"conurb/trust/trustlist"
)

// openServices makes the catalogue of the node; a region without items has none.
func (t *Town) openServices(ctx context.Context) error {
	p, n := t.App.Pack(), t.Node
	refs := app.CatalogueRefs(p, t.Types, nil)
	c, err := catalogue.Load(p.Files, refs)
	if err != nil || c == nil {
		return err
	}
	s := services.Settings{Store: t.App.Store(), Catalogue: c, Refs: refs, Region: p.ID, Cities: p.Area.Cities, Others: n.Others, Voice: n.Voice}
	if n.Me() != trustlist.Office {
		s.City = string(n.Me())
	}
	if t.Services, err = services.New(ctx, s); err != nil {
		return err
	}
	t.hear(t.Services.Handlers())
	return nil
}
