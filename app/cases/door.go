package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"conurb/area"
	"conurb/door/httpapi"
	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/trustlist"
)

// Names are what people call things.
type Names interface {
	ItemName(ctx context.Context, city, id string) area.Text
	BundleName(id string) area.Text
	// Question is what an edition of an item's form calls an answer, by its JSON pointer.
	Question(city, id, edition, at string) (area.Text, bool)
}

// Door is the desk as the HTTP API asks it.
type Door struct {
	*Desk
	Names Names
	URL   string // of the node
	// Wallet is a request to a wallet as the counter shows it; nil: none can be asked.
	Wallet func(ctx context.Context, id string) (httpapi.CounterRequest, error)
}

var _ httpapi.Cases = Door{}

func outside(err error) error {
	if errors.Is(err, store.ErrUnknown) {
		return fmt.Errorf("%w: %w", httpapi.ErrUnknown, err)
	}
	return err
}

// City is part of httpapi.Cases, as are the others.
func (d Door) City() string { return d.Desk.City }

// Calendar tells working days.
func (d Door) Calendar() *casework.Calendar { return d.Desk.Calendar }

// Offices are those that a case can be handed over to.
func (d Door) Offices(ctx context.Context) (out []httpapi.CaseOffice, err error) {
	if d.Desk.Offices == nil {
		return nil, nil
	}
	list, err := d.Desk.Offices(ctx)
	for _, o := range list {
		out = append(out, httpapi.CaseOffice(o))
	}
	return out, err
}

// Course is a course by its name.
func (d Door) Course(name string) (*casework.Course, bool) {
	c, ok := d.Courses()[name]
	return c, ok
}

// CourseOf is the course of a case.
func (d Door) CourseOf(k *casework.Case) (*casework.Course, error) {
	h, err := d.handler(k.Item, k.Course)
	return h.Course, err
}

// ItemName is what an item is called.
func (d Door) ItemName(ctx context.Context, id string) httpapi.Text {
	return httpapi.Text(d.Names.ItemName(ctx, d.Desk.City, id))
}

// Open opens a case.
func (d Door) Open(ctx context.Context, by casework.Actor, item string, answers json.RawMessage) (casework.Case, error) {
	return d.Desk.Open(ctx, by, Opening{Item: item, Applicant: by.Person, Form: answers})
}

// OpenBundle opens several.
func (d Door) OpenBundle(ctx context.Context, by casework.Actor, bundle string, answers json.RawMessage) (httpapi.CaseBundle, error) {
	b, err := d.Desk.OpenBundle(ctx, by, bundle, answers)
	return d.bundle(&b), err
}

func (d Door) bundle(b *store.CaseBundle) httpapi.CaseBundle {
	v := httpapi.CaseBundle{ID: b.ID, Bundle: b.Bundle, Name: httpapi.Text(d.Names.BundleName(b.Bundle)), At: b.At}
	for _, s := range b.Steps {
		v.Steps = append(v.Steps, httpapi.CaseStep{ID: s.ID, Item: s.Item, City: s.City, State: s.State, Case: s.Case, Reason: s.Reason, After: s.After})
	}
	return v
}

// Mine are the cases of a person.
func (d Door) Mine(ctx context.Context, p casework.Person, before string, limit int) ([]casework.Case, []httpapi.CaseBundle, error) {
	list, err := d.Store.CaseHeads(ctx, store.CaseFilter{Person: &p, After: before, Limit: limit})
	if err != nil || before != "" {
		return list, nil, err
	}
	all, err := d.Store.BundleHeads(ctx, p.Kind, p.Code)
	var bundles []httpapi.CaseBundle
	for i := range all {
		bundles = append(bundles, d.bundle(&all[i]))
	}
	return list, bundles, err
}

// Case is a case.
func (d Door) Case(ctx context.Context, id string) (casework.Case, error) {
	k, err := d.Store.Case(ctx, id)
	return k, outside(err)
}

// Share shares a licence of this node.
func (d Door) Share(ctx context.Context, id string, by casework.Actor, s httpapi.CaseConsent) (casework.Case, error) {
	return d.Desk.Share(ctx, id, by, Consent{Licence: s.Licence, Attributes: s.Attributes, Material: s.Material, Version: s.Version})
}

// AskWallet asks a wallet.
func (d Door) AskWallet(ctx context.Context, id string, by casework.Actor, w httpapi.CaseWish) (httpapi.CounterRequest, error) {
	ask, err := d.Desk.AskWallet(ctx, id, by, Wish{Type: w.Type, Attributes: w.Attributes, Purpose: w.Purpose, Language: w.Language})
	if err != nil {
		return httpapi.CounterRequest{}, err
	}
	return d.WalletRequest(ctx, id, ask)
}

// WalletRequest is a request for a case.
func (d Door) WalletRequest(ctx context.Context, id, request string) (httpapi.CounterRequest, error) {
	if d.Wallet == nil {
		return httpapi.CounterRequest{}, casework.Refuse(RefusedWallets)
	}
	r, err := d.Wallet(ctx, request)
	if err == nil && r.Case != id {
		err = fmt.Errorf("request %s is for another case: %w", request, httpapi.ErrUnknown)
	}
	return r, outside(err)
}

// Materials are those that the answers of a case ask for.
func (d Door) Materials(ctx context.Context, k *casework.Case) (out []httpapi.CaseMaterial, err error) {
	it, err := d.itemOf(ctx, k)
	if errors.Is(err, store.ErrUnknown) { // the catalogue has dropped it: the case goes on
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	list, err := d.Items.Needed(ctx, it, k.Form)
	for _, m := range list {
		out = append(out, httpapi.CaseMaterial{ID: m.ID, Name: httpapi.Text(m.Name), Types: append([]string{}, m.Types...), Required: m.Required, There: Satisfied(k, m)})
	}
	return out, err
}

// Queue are the cases that an office has to act on.
func (d Door) Queue(ctx context.Context, q httpapi.CaseQuery) (list []casework.Case, next string, err error) {
	f := store.CaseFilter{Office: q.Office, Phases: q.Phases, Holders: q.Holders, After: q.After, ByUntil: true, Limit: q.Limit}
	if q.Item != "" {
		f.Items = []string{q.Item}
	}
	if q.State != "" {
		f.States = []casework.State{casework.State(q.State)}
	}
	list, err = d.Store.CaseHeads(ctx, f)
	if err == nil && len(list) == q.Limit && q.Limit > 0 {
		next = store.Place(&list[len(list)-1])
	}
	return list, next, err
}

// Supervision is how the cases stand: here, and in other cities as they last said.
func (d Door) Supervision(ctx context.Context) ([]httpapi.CaseFigures, error) {
	here, err := d.Figures(ctx)
	if err != nil {
		return nil, err
	}
	others, err := d.Others(ctx)
	if err != nil {
		return nil, err
	}
	var out []httpapi.CaseFigures
	for i, f := range append([]Figures{here}, others...) {
		v := httpapi.CaseFigures{City: f.City, At: f.At, Here: i == 0, Lines: []httpapi.FigureLine{}}
		for _, l := range f.Lines {
			v.Lines = append(v.Lines, httpapi.FigureLine{Item: l.Item, Office: l.Office, Drafts: l.Drafts, Open: l.Open, Late: l.Late, Risk: l.Risk, Decided: l.Decided, Ended: l.Ended, Rated: l.Rated, Stars: l.Stars})
		}
		out = append(out, v)
	}
	for _, city := range d.silent(others) {
		out = append(out, httpapi.CaseFigures{City: city, Lines: []httpapi.FigureLine{}})
	}
	return out, nil
}

// silent are the cities that tell the office how their cases stand, and never did.
func (d Door) silent(said []Figures) (list []string) {
	if d.Desk.City != string(trustlist.Office) || d.Cities == nil {
		return nil
	}
	for _, city := range d.Cities() {
		if !slices.ContainsFunc(said, func(f Figures) bool { return f.City == city }) {
			list = append(list, city)
		}
	}
	return list
}

// Trend is how long cases took: here, and in other cities as they last said, by month alone.
func (d Door) Trend(ctx context.Context, by string) ([]httpapi.CaseTrend, error) {
	here, err := d.Desk.Trend(ctx, by)
	if err != nil {
		return nil, err
	}
	out := []httpapi.CaseTrend{{City: d.Desk.City, At: d.Now().UTC(), Here: true, Lines: trendLines(here)}}
	if by != casework.ByMonth {
		return out, nil
	}
	others, err := d.Others(ctx)
	for _, f := range others {
		out = append(out, httpapi.CaseTrend{City: f.City, At: f.At, Lines: trendLines(f.Trend)})
	}
	return out, err
}

func trendLines(list []casework.Trend) []httpapi.TrendLine {
	out := []httpapi.TrendLine{}
	for _, t := range list {
		unit := string(casework.WorkingDays)
		if t.Natural {
			unit = string(casework.Days)
		}
		out = append(out, httpapi.TrendLine{Item: t.Item, From: t.From, Unit: unit, Cases: t.Cases, InTime: t.InTime, Median: t.Median, Decile: t.Decile, Least: t.Least, Most: t.Most})
	}
	return out
}

// Refused notes what the door refused before the desk was asked.
func (d Door) Refused(ctx context.Context, by casework.Actor, kase, move, code string) error {
	if by.By == "" {
		by.By = casework.Applicant
	}
	if len(kase) > 100 {
		kase = kase[:100]
	}
	return d.Desk.Refused(ctx, store.RefusedAct{Case: kase, Move: move, By: by, Code: code})
}

// TakeShown takes what a wallet showed; the type that was wanted is that of the request.
func (d Door) TakeShown(ctx context.Context, id string, by casework.Actor, request, material string) (casework.Case, error) {
	return d.Desk.TakeShown(ctx, id, by, request, material)
}
