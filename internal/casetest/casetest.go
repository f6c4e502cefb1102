// Package casetest is what tests of rooms over the desk of cases have in common: a catalogue that
// asks for nothing, and what came of an act.
package casetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/store"
)

// Lenient is a catalogue, but for its items: any form holds, no material is needed, and there are
// no bundles. A test puts it into a type that has the items, and whatever it wants otherwise.
type Lenient struct{}

// Check finds no fault.
func (Lenient) Check(context.Context, cases.Item, json.RawMessage, bool) ([]cases.Fault, error) {
	return nil, nil
}

// Needed is no material.
func (Lenient) Needed(context.Context, cases.Item, json.RawMessage) ([]cases.Material, error) {
	return nil, nil
}

// Fill leaves a form as it is.
func (Lenient) Fill(_ context.Context, _ cases.Item, answers json.RawMessage, _ string, _ map[string]any) (json.RawMessage, error) {
	return answers, nil
}

// Plan knows no bundle.
func (Lenient) Plan(context.Context, string, json.RawMessage) ([]cases.Step, []cases.Fault, error) {
	return nil, nil, store.ErrUnknown
}

// Of is the case of an id.
func Of(t testing.TB, s *store.Store, id string) casework.Case {
	t.Helper()
	k, err := s.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Last is Newest where there has to be one.
func Last(t testing.TB, s *store.Store) casework.Case {
	t.Helper()
	k, err := Newest(t.Context(), s)
	if err != nil || k == nil {
		t.Fatalf("no case: %v", err)
	}
	return *k
}

// Newest is the case that came last to a store; nil where there is none.
func Newest(ctx context.Context, s *store.Store) (*casework.Case, error) {
	list, err := s.Cases(ctx, store.CaseFilter{Limit: 1})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Code is that of a refusal, and else what an error says.
func Code(err error) string {
	if no, is := errors.AsType[*casework.Refusal](err); is {
		return no.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
