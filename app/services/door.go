package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"conurb/door/export"
	"conurb/door/httpapi"
	"conurb/livelihood/catalogue"
	"conurb/store"
)

// Door is the desk as the HTTP door sees it.
func (k *Desk) Door() httpapi.Services { return door{k} }

type door struct{ desk *Desk }

// Refusals are the errors of this package and below with the codes under which doors and
// commands put them into words ("catalogue.refused.<code>").
var Refusals = []struct {
	Err  error
	Code string
}{
	{ErrNotMine, "not-mine"}, {ErrFaults, "faults"}, {ErrReason, "reason"}, {ErrSame, "same"}, {store.ErrServiceMoved, "moved"},
}

func asDoor(err error) error {
	if errors.Is(err, store.ErrUnknown) {
		return fmt.Errorf("%w: %w", httpapi.ErrUnknown, err)
	}
	for _, r := range Refusals {
		if errors.Is(err, r.Err) {
			no := &httpapi.ServiceRefusal{Code: r.Code, Args: map[string]string{}}
			var bad *Faulty
			if errors.As(err, &bad) {
				no.Faults = bad.Faults
				no.Args["n"] = fmt.Sprint(len(bad.Faults))
			}
			return no
		}
	}
	return err
}

func (e Edition) shown() httpapi.ServiceEdition {
	return httpapi.ServiceEdition{Number: e.Version, Origin: e.Origin, At: e.since(), By: e.By, Reason: e.Reason, InForce: e.InForce, Item: e.Of}
}

func shownAll(list []Edition) []httpapi.ServiceEdition {
	out := make([]httpapi.ServiceEdition, len(list))
	for n, e := range list {
		out[n] = e.shown()
	}
	return out
}

func (d door) City() string { return d.desk.City }

func (d door) Items(ctx context.Context) ([]httpapi.ServiceEdition, error) {
	list, err := d.desk.Items(ctx)
	return shownAll(list), err
}

func (d door) Find(_ context.Context, question string) ([]catalogue.Hit, error) {
	return d.desk.Find(question), nil
}

func (d door) Bundles() []*catalogue.Bundle { return d.desk.Catalogue.Bundles }

func (d door) Form(id string) *catalogue.Form { return d.desk.Catalogue.Form(id) }

func (d door) Check(ctx context.Context, id, city string, item []byte) (httpapi.ServiceDraft, error) {
	if err := d.desk.Refresh(ctx); err != nil {
		return httpapi.ServiceDraft{}, err
	}
	draft, err := d.desk.Check(id, city, item)
	return httpapi.ServiceDraft{Faults: draft.Faults, Differences: draft.Differences}, asDoor(err)
}

func (d door) Publish(ctx context.Context, id, city string, item []byte, after int, reason, by string) (httpapi.ServiceEdition, error) {
	e, err := d.desk.Publish(ctx, id, city, item, after, reason, by)
	return e.shown(), asDoor(err)
}

func (d door) Versions(ctx context.Context, id, city string) ([]httpapi.ServiceEdition, error) {
	list, err := d.desk.Versions(ctx, id, city)
	return shownAll(list), asDoor(err)
}

func (d door) Revert(ctx context.Context, id, city string, to, after int, reason, by string) (httpapi.ServiceEdition, error) {
	e, err := d.desk.Revert(ctx, id, city, to, after, reason, by)
	return e.shown(), asDoor(err)
}

func (d door) Export(ctx context.Context, w io.Writer, format string) error {
	list, err := d.desk.Items(ctx)
	if err != nil {
		return err
	}
	return export.Services(w, format, d.desk.exported(list))
}

// exported is the catalogue as exports take it.
func (k *Desk) exported(list []Edition) export.Catalogue {
	c := export.Catalogue{Region: k.Region, Cities: k.Cities, Bundles: k.Catalogue.Bundles}
	for _, e := range list {
		c.Items = append(c.Items, export.Item{Item: e.Of, Version: e.Version, At: e.since()})
	}
	return c
}

func parseStamp(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, s) }
