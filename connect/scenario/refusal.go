package scenario

import (
	"fmt"

	"conurb/area"
)

// Problem is a fault in a file of works, at the place where it is. Its text is
// "scenario.check.<Code>" in the language files, what to do about it the same with
// ".remedy".
type Problem struct {
	File         string
	Line, Column int
	Field        string
	Code         string
	Args         map[string]string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s %s %v", p.File, p.Line, p.Column, p.Field, p.Code, p.Args)
}

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
