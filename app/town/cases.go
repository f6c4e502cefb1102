package town

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"conurb/app/cases"
	"conurb/app/counter"
	"conurb/app/notice"
	"conurb/app/residence"
	"conurb/area"
	"conurb/door/httpapi"
	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// openCases opens the desk of cases, where the region has a catalogue. The office has one for
// what the cities tell of theirs.
func (t *Town) openCases(o Options) (err error) {
	if t.Services == nil {
		return nil
	}
	n, zone := t.Node, t.App.Zone()
	calendar := casework.Weekends(zone)
	if b, ok := t.App.Pack().Files[casework.HolidaysFile]; ok {
		if calendar, err = casework.ReadHolidays(casework.HolidaysFile, b, zone); err != nil {
			return err
		}
	}
	s := cases.Settings{Store: t.App.Store(), City: string(n.Me()), Office: n.Config.Authority.Code, Offices: t.caseOffices, Calendar: calendar,
		Items: residence.Items{Items: t.Services.ForCases()}, Wallets: wallets{t}, Voice: n.Voice, Now: o.Now,
		Cities: func() (list []string) {
			for _, name := range n.Others() {
				if name != trustlist.Office {
					list = append(list, string(name))
				}
			}
			return list
		},
		Above: func(d *store.Deed, office string) ([]casework.Person, error) {
			return t.staff(d, office, rights.CaseSupervise)
		}}
	if t.Notices != nil {
		s.Teller = t.Notices
		s.Tells = func(code string) bool { _, ok := notice.Codes[code]; return ok }
	}
	if t.Cases, err = cases.New(s); err != nil {
		return err
	}
	t.hear(t.Cases.Handlers())
	return nil
}

// staff are the members of staff who may do one of some things in an office; empty: in the whole city.
func (t *Town) staff(d *store.Deed, office string, may ...rights.Action) (list []casework.Person, err error) {
	all, err := d.People()
	rules, on := rights.Standard(), rights.Resource{City: string(t.Node.Me()), Office: office}
	for i := range all {
		p := all[i].Principal()
		allowed := func(a rights.Action) bool { return rules.Decide(p, a, on).Allowed }
		if !all[i].Disabled && p.Kind == rights.Staff && slices.ContainsFunc(may, allowed) {
			list = append(list, casework.Person{City: p.City, Account: p.ID, Kind: p.HolderKind, Code: p.HolderCode, Name: p.Name})
		}
	}
	return list, err
}

// caseOffices are those that answer for the items of this city, and the authority of the node.
func (t *Town) caseOffices(ctx context.Context) (list []cases.Office, err error) {
	if a := t.Node.Config.Authority; a.Code != "" {
		list = append(list, cases.Office{Code: a.Code, Name: a.Name})
	}
	all, err := t.Services.Items(ctx)
	for _, e := range all {
		o := cases.Office{Code: e.Of.Body.Code, Name: e.Of.Body.Name.Zh}
		if e.Of.City == string(t.Node.Me()) && !slices.ContainsFunc(list, func(have cases.Office) bool { return have.Code == o.Code }) {
			list = append(list, o)
		}
	}
	return list, err
}

// ItemName is what an item is called in a city, or in any.
func (t *Town) ItemName(ctx context.Context, city, id string) area.Text {
	if e, err := t.Services.Item(city, id); err == nil {
		return e.Of.Name
	}
	if name, ok := residence.ItemName(id); ok {
		return name
	}
	for _, i := range t.Services.Catalogue.Items {
		if i.ID == id {
			return i.Name
		}
	}
	return area.Text{Zh: id, En: id}
}

// BundleName is what a bundle is called.
func (t *Town) BundleName(id string) area.Text {
	if b := t.Services.Catalogue.Bundle(id); b != nil {
		return b.Name
	}
	return area.Text{Zh: id, En: id}
}

// Question is what a form of an item calls an answer.
func (t *Town) Question(city, id, edition, at string) (area.Text, bool) {
	e, err := t.Services.At(city, id, edition)
	if err != nil || e.Asks == nil {
		return area.Text{}, false
	}
	for _, section := range e.Asks.Layout {
		for _, q := range section.Fields {
			if q.At == at {
				return q.Label, true
			}
		}
	}
	return area.Text{}, false
}

// casesDoor is the desk as the HTTP API asks it.
func (t *Town) casesDoor() httpapi.Cases {
	d := cases.Door{Desk: t.Cases, Names: t, URL: t.URL()}
	if t.Counter != nil {
		d.Wallet = counter.Door{Counter: t.Counter}.Request
	}
	return d
}

// wallets asks wallets for cases, by the counter.
type wallets struct{ t *Town }

// Ask is part of cases.Wallets.
func (w wallets) Ask(ctx context.Context, kase, office string, wish cases.Wish) (string, error) {
	if w.t.Counter == nil {
		return "", casework.Refuse(cases.RefusedWallets)
	}
	r, err := counter.Door{Counter: w.t.Counter}.Ask(ctx, httpapi.CounterDraft{Language: wish.Language, Attributes: wish.Attributes,
		CounterQuestion: httpapi.CounterQuestion{Wanted: wish.Type, Purpose: wish.Purpose, Case: kase, Clerk: httpapi.CounterClerk{Office: office, Role: "case"}}})
	return r.ID, err
}

// Shown is part of cases.Wallets.
func (w wallets) Shown(ctx context.Context, kase, id string) (s cases.Shown, err error) {
	if w.t.Counter == nil {
		return s, casework.Refuse(cases.RefusedWallets)
	}
	a, err := w.t.Counter.Asked(ctx, id)
	var no *counter.Refusal
	if errors.As(err, &no) || err == nil && a.Case != kase {
		return s, fmt.Errorf("request %s: %w", id, store.ErrUnknown)
	} else if err != nil {
		return s, err
	}
	s.Wanted = a.Wanted
	if k := a.Result; k != nil {
		s.Check, s.Outcome, s.City, s.Type, s.Identifier, s.Content = k.ID, string(k.Outcome), string(k.City), k.Type, k.Identifier, []byte(k.Held)
	}
	return s, nil
}

// runCases looks after what falls due.
func (t *Town) runCases(ctx context.Context) {
	t.Cases.Run(ctx, func(err error) { t.log.Error("cases that fall due", "error", err) })
}
