package scenario

import (
	"conurb/area"
	"conurb/kit/form"
)

// Problem is a fault in a file of works; its words are under "scenario.check.<Code>".
type Problem = form.Problem

// Refusal tells that an edit speaks of something that the network does not have, or asks
// for what cannot be.
type Refusal struct{ Problem }

func (r *Refusal) Error() string { return r.String() }

func refuse(e *area.Edit, field, code string, args ...string) error {
	p := Problem{File: e.Ref.File, Line: max(e.Ref.Line, 1), Column: 1, Field: field, Code: code, Args: map[string]string{"field": field, "kind": string(e.Kind)}}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	return &Refusal{p}
}
