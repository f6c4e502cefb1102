package ground

import (
	"context"
	"fmt"
	"sync"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/door/httpapi"
)

// Shelf is the networks of a node as its doors see them. Each is prepared in the
// background from the moment it is put there.
type Shelf struct {
	mu   sync.Mutex
	list []*shelved
}

type shelved struct {
	id     string
	name   area.Text
	ready  chan struct{} // closed when ground or err is set
	ground *reach.Ground
	err    error
}

var _ httpapi.Grounds = (*Shelf)(nil)

// Put begins to prepare a network under an id; an id that is there already gets a
// number.
func (s *Shelf) Put(id string, name area.Text, prepare func() (*reach.Ground, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	base := id
	for n := 2; s.find(id) != nil; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	one := &shelved{id: id, name: name, ready: make(chan struct{})}
	s.list = append(s.list, one)
	go func() {
		defer close(one.ready)
		if one.ground, one.err = prepare(); one.err != nil {
			return
		}
		for _, mode := range one.ground.Modes() { // now, so that the first question need not
			_, _ = one.ground.Joined(mode)
		}
	}()
}

func (s *Shelf) find(id string) *shelved {
	for _, one := range s.list {
		if one.id == id {
			return one
		}
	}
	return nil
}

// Grounds is part of httpapi.Grounds.
func (s *Shelf) Grounds() []httpapi.GroundState {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]httpapi.GroundState, len(s.list))
	for i, one := range s.list {
		out[i] = httpapi.GroundState{ID: one.id, Name: one.name, State: "preparing"}
		select {
		case <-one.ready:
			if out[i].State, out[i].Ground = "ready", one.ground; one.err != nil {
				out[i].State, out[i].Cause = "failed", one.err.Error()
			}
		default:
		}
	}
	return out
}

// Ground is part of httpapi.Grounds.
func (s *Shelf) Ground(ctx context.Context, id string) (*reach.Ground, error) {
	s.mu.Lock()
	one := s.find(id)
	s.mu.Unlock()
	if one == nil {
		return nil, fmt.Errorf("network %q: %w", id, httpapi.ErrUnknown)
	}
	select {
	case <-one.ready:
		return one.ground, one.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Wait returns when everything on the shelf has been prepared, or ctx ends.
func (s *Shelf) Wait(ctx context.Context) {
	s.mu.Lock()
	list := s.list
	s.mu.Unlock()
	for _, one := range list {
		select {
		case <-one.ready:
		case <-ctx.Done():
			return
		}
	}
}
