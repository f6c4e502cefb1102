package dcql

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"conurb/kit/strictjson"
)

// The refusals of a pointer applied to a credential (§7.1.1).
var (
	ErrStep    = errors.New("a step into something that is neither object nor array as it should be")
	ErrNothing = errors.New("the path points to nothing")
)

// Found is a claim that a path points to.
type Found struct {
	Path  []string // names, and places of elements
	Value any
}

// Find applies the pointer to a credential of JSON: every claim it points to.
func (p Path) Find(claims strictjson.Object) ([]Found, error) { return p.find(claims, nil) }

// find applies the pointer. In a presentation elements may have been left out, and the others
// have moved up: of a list that is loose any element stands for the one at a place.
func (p Path) find(claims strictjson.Object, loose func(path []string) bool) ([]Found, error) {
	at := []Found{{Value: claims}}
	for i, step := range p {
		next := make([]Found, 0, len(at))
		for _, f := range at {
			step := step
			if _, place := step.(int); place && loose != nil && loose(f.Path) {
				step = nil
			}
			found, err := f.step(step)
			if err != nil {
				return nil, fmt.Errorf("step %d: %w", i+1, err)
			}
			next = append(next, found...)
		}
		at = next
	}
	if len(at) == 0 || len(p) == 0 {
		return nil, ErrNothing
	}
	return at, nil
}

func (f Found) step(step any) ([]Found, error) {
	if name, ok := step.(string); ok {
		o, ok := f.Value.(strictjson.Object)
		if !ok {
			return nil, fmt.Errorf("%q: %w", name, ErrStep)
		}
		if v, there := o[name]; there {
			return []Found{f.below(name, v)}, nil
		}
		return nil, nil
	}
	list, ok := f.Value.([]any)
	if !ok {
		return nil, fmt.Errorf("%v: %w", step, ErrStep)
	}
	switch n := step.(type) {
	case nil:
		out := make([]Found, len(list))
		for i, v := range list {
			out[i] = f.below(strconv.Itoa(i), v)
		}
		return out, nil
	case int:
		if n >= 0 && n < len(list) {
			return []Found{f.below(strconv.Itoa(n), list[n])}, nil
		}
		return nil, nil
	}
	return nil, fmt.Errorf("%T: %w", step, ErrStep)
}

func (f Found) below(name string, v any) Found {
	return Found{append(slices.Clone(f.Path), name), v}
}

// equal tells whether a claim is a value to compare with, in kind and value (§6.3).
func equal(claim, want any) bool {
	n, isNumber := claim.(json.Number)
	w, wantsNumber := want.(int64)
	if isNumber != wantsNumber {
		return false
	}
	if isNumber {
		i, err := strconv.ParseInt(n.String(), 10, 64)
		return err == nil && i == w
	}
	switch claim.(type) {
	case string, bool:
		return claim == want
	}
	return false
}
