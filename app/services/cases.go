package services

import (
	"context"
	"encoding/json"
	"fmt"

	"conurb/app/cases"
	"conurb/livelihood/catalogue"
	"conurb/store"
)

// ForCases is the catalogue as the desk of cases asks it.
func (k *Desk) ForCases() cases.Items { return forCases{k} }

type forCases struct{ *Desk }

// Item is the one in force.
func (f forCases) Item(_ context.Context, city, id string) (cases.Item, error) {
	e, err := f.Desk.Item(city, id)
	if err != nil {
		return cases.Item{}, err
	}
	return shown(e), nil
}

func shown(e Edition) cases.Item {
	i := e.Of
	limit := i.Limits.Promised
	if !limit.Stated() {
		limit = i.Limits.Statutory
	}
	it := cases.Item{ID: i.ID, City: i.City, Edition: e.Name(), Name: i.Name, Course: i.Course, Office: i.Body.Code, Offline: !i.Online.There,
		Promised: limit.Count, Natural: limit.Unit == catalogue.Calendar, Statutory: working(i.Limits.Statutory)}
	for _, m := range i.Materials {
		it.Materials = append(it.Materials, material(m))
	}
	return it
}

func material(m catalogue.Material) cases.Material {
	return cases.Material{ID: m.ID, Name: m.Name, Types: m.Licences, Required: m.Required}
}

// working is a limit in working days. One in days of the calendar is told by the fewest
// working days that it can have, five of seven.
func working(d catalogue.Days) int {
	if d.Unit == catalogue.Calendar {
		return d.Count * 5 / 7
	}
	return d.Count
}

// of is the edition that an item was given as: that of its case.
func (f forCases) of(it cases.Item) (Edition, error) {
	if it.Edition == "" {
		return f.Desk.Item(it.City, it.ID)
	}
	e, err := f.At(it.City, it.ID, it.Edition)
	if err != nil && it.City != f.City { // what another city has not told, the pack says
		return f.Desk.Item(it.City, it.ID)
	}
	return e, err
}

// Check is part of cases.Items, as are the others.
func (f forCases) Check(_ context.Context, it cases.Item, answers json.RawMessage, whole bool) ([]cases.Fault, error) {
	e, err := f.of(it)
	if err != nil || e.Asks == nil {
		return nil, err
	}
	return faults(e.Asks.Check(answers, whole)), nil
}

func faults(list []catalogue.Fault) (out []cases.Fault) {
	for _, x := range list {
		out = append(out, cases.Fault{Field: x.At, Code: x.Code, Key: "catalogue.fault." + x.Code, Args: x.Args})
	}
	return out
}

func (f forCases) Needed(_ context.Context, it cases.Item, answers json.RawMessage) (list []cases.Material, err error) {
	e, err := f.of(it)
	if err != nil {
		return nil, err
	}
	needs, err := e.Of.Needed(e.Asks, answers)
	if err != nil {
		return nil, err
	}
	for _, m := range needs.Materials {
		list = append(list, material(m))
	}
	return list, nil
}

func (f forCases) Fill(_ context.Context, it cases.Item, answers json.RawMessage, licenceType string, attributes map[string]any) (json.RawMessage, error) {
	e, err := f.of(it)
	if err != nil || e.Asks == nil {
		return answers, err
	}
	return e.Asks.FillFrom(answers, licenceType, attributes), nil
}

func (f forCases) Plan(_ context.Context, id string, answers json.RawMessage) (list []cases.Step, bad []cases.Fault, err error) {
	b := f.Catalogue.Bundle(id)
	if b == nil {
		return nil, nil, fmt.Errorf("bundle %s: %w", id, store.ErrUnknown)
	}
	plan, wrong := b.Plan(f.Catalogue.Form(b.Form), answers)
	for _, p := range plan {
		list = append(list, cases.Step{ID: p.Step, Item: p.Item, City: p.City, After: p.After, Answers: p.Answers})
	}
	return list, faults(wrong), nil
}
