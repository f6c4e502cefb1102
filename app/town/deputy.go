package town

import (
	"context"
	"slices"

	"conurb/app/deputy"
	"conurb/livelihood/casework"
	"conurb/livelihood/catalogue"
	"conurb/trust/trustlist"
)

// openDeputy lets a city take applications at its window that another decides, and decide those
// that another's window took.
func (t *Town) openDeputy(ctx context.Context) (err error) {
	if t.Cases == nil || t.Node.Me() == trustlist.Office {
		return nil
	}
	s := deputy.Settings{Store: t.App.Store(), Me: string(t.Node.Me()), Cases: t.Cases, Authority: t.Desk, Voice: t.Node.Voice, Cities: t.Cases.Cities, Handed: t.handedOver}
	all, err := t.Services.Items(ctx)
	if err != nil {
		return err
	}
	for _, e := range all {
		i := e.Of
		if i.City == s.Me && (i.Course == "" || i.Course == casework.StandardName) && slices.Contains(i.Modes, catalogue.ModeDeputy) {
			s.Items = append(s.Items, i.ID)
		}
	}
	if t.Deputy, err = deputy.New(s); err != nil {
		return err
	}
	t.hear(t.Deputy.Handlers())
	return nil
}

// handedOver tells whether an item's mode has 异地代收代办 here.
func (t *Town) handedOver(item string) bool {
	e, err := t.Services.Item(string(t.Node.Me()), item)
	return err == nil && slices.Contains(e.Of.Modes, catalogue.ModeDeputy)
}
