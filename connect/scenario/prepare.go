package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/transit"
)

// Prepared are works on a network of public transport, ready to be switched one by one
// and in every combination that was prepared for. It may be asked by many goroutines.
type Prepared struct {
	Works []area.Work

	base  *transit.Timetable
	union *union
	ask   *reach.Switch

	mu   sync.Mutex
	offs map[string][]bool // by the works that are on
}

// ErrNotPrepared tells that works together make trips that none of the choices prepared
// for has: several change the same line.
var ErrNotPrepared = errors.New("this choice of works was not prepared")

// Counted is a question of counts.
type Counted struct {
	Window  reach.Window
	Percent float64
	reach.Question
}

// Prepare makes a question ready for choices of works: for all of them off, for each
// alone, for all together, and for the choices named besides; works that do not touch the
// same line combine freely. Only edits of lines count here. tr runs on the base timetable.
func Prepare(ctx context.Context, tr *reach.Transit, base *transit.Timetable, works []area.Work, choices [][]bool, c Counted, w reach.Work) (*Prepared, error) {
	p := &Prepared{Works: works, base: base, offs: map[string][]bool{}}
	none, all := make([]bool, len(works)), make([]bool, len(works))
	list := [][]bool{none, all}
	for i := range works {
		all[i] = true
		one := slices.Clone(none)
		one[i] = true
		list = append(list, one)
	}
	list = append(list, choices...)
	var tables []*transit.Timetable
	for _, on := range list {
		t, err := Lines(base, chosen(works, on))
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	var err error
	if tables, err = aligned(tables); err != nil {
		return nil, err
	}
	if p.union, err = unite(tables); err != nil {
		return nil, err
	}
	optional := make([]bool, p.union.t.Trips())
	for i, t := range tables {
		off, ok := p.union.off(t)
		if !ok {
			return nil, fmt.Errorf("choice %d: %w", i, ErrNotPrepared)
		}
		p.offs[word(list[i])] = off
		for k := range off {
			optional[k] = optional[k] || off[k]
		}
	}
	upper, err := on(ctx, tr, base, p.union.t, w)
	if err != nil {
		return nil, err
	}
	p.ask, err = upper.Switch(ctx, c.Window, c.Percent, c.Question, optional, p.offs[word(none)], w)
	return p, err
}

// on is public transport with another timetable, walks found for new stops only.
func on(ctx context.Context, tr *reach.Transit, base, t *transit.Timetable, w reach.Work) (*reach.Transit, error) {
	if t.Stops() > base.Stops() {
		return tr.Extended(ctx, t, w)
	}
	return tr.With(t)
}

// On is public transport with works on: the plain way, everything that has to do with
// the timetable made anew.
func On(ctx context.Context, tr *reach.Transit, base *transit.Timetable, works []area.Work, w reach.Work) (*reach.Transit, *transit.Timetable, error) {
	t, err := Lines(base, works)
	if err != nil {
		return nil, nil, err
	}
	out, err := on(ctx, tr, base, t, w)
	return out, t, err
}

// chosen are the works that are on, in their order.
func chosen(works []area.Work, on []bool) []area.Work {
	var out []area.Work
	for i := range works {
		if on[i] {
			out = append(out, works[i])
		}
	}
	return out
}

func word(on []bool) string {
	b := make([]byte, len(on))
	for i, v := range on {
		if v {
			b[i] = 1
		}
	}
	return string(b)
}

// Counts tells what every origin reaches with a choice of works on: exactly what On
// tells. anew is of how many origins it had to ask again.
func (p *Prepared) Counts(ctx context.Context, on []bool, w reach.Work, visit func(origin int, s reach.Sums) error) (anew int, err error) {
	off, err := p.off(on)
	if err != nil {
		return 0, err
	}
	return p.ask.Counts(ctx, off, w, visit)
}

// off finds the trips that a choice does without.
func (p *Prepared) off(on []bool) ([]bool, error) {
	if len(on) != len(p.Works) {
		return nil, fmt.Errorf("%d of %d works: %w", len(on), len(p.Works), ErrNotPrepared)
	}
	p.mu.Lock()
	off := p.offs[word(on)]
	p.mu.Unlock()
	if off != nil {
		return off, nil
	}
	t, err := Lines(p.base, chosen(p.Works, on))
	if err != nil {
		return nil, err
	}
	if t, err = like(t, p.union.t); err != nil {
		return nil, err
	}
	off, ok := p.union.off(t)
	if !ok {
		return nil, ErrNotPrepared
	}
	p.mu.Lock()
	p.offs[word(on)] = off
	p.mu.Unlock()
	return off, nil
}

// aligned numbers the stops and lines of timetables alike. All begin with those of the
// base; what they add, they add in an order of their own.
func aligned(tables []*transit.Timetable) ([]*transit.Timetable, error) {
	all := *tables[0]
	all.StopPlace, all.StopName, all.RouteName = slices.Clip(all.StopPlace), slices.Clip(all.StopName), slices.Clip(all.RouteName)
	for _, t := range tables {
		for s := tables[0].Stops(); s < t.Stops(); s++ {
			if stopOf(&all, t, s) < 0 {
				all.StopPlace, all.StopName = append(all.StopPlace, t.StopPlace[s]), append(all.StopName, t.StopName[s])
			}
		}
		for _, r := range t.RouteName[len(tables[0].RouteName):] {
			if !slices.Contains(all.RouteName[len(tables[0].RouteName):], r) {
				all.RouteName = append(all.RouteName, r)
			}
		}
	}
	out := make([]*transit.Timetable, len(tables))
	for i, t := range tables {
		var err error
		if out[i], err = likeAfter(t, &all, tables[0].Stops(), len(tables[0].RouteName)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func stopOf(all, t *transit.Timetable, s int) int {
	for k := range all.StopPlace {
		if all.StopPlace[k] == t.StopPlace[s] && all.StopName[k] == t.StopName[s] {
			return k
		}
	}
	return -1
}

// like numbers the stops and lines of a timetable as another has them, by name and place.
func like(t, all *transit.Timetable) (*transit.Timetable, error) { return likeAfter(t, all, 0, 0) }

// likeAfter does so for what comes after the first stops and lines, which both have.
func likeAfter(t, all *transit.Timetable, stops, routes int) (*transit.Timetable, error) {
	stop, route := make([]transit.Stop, t.Stops()), make([]transit.Route, len(t.RouteName))
	same := true
	for s := range stop {
		stop[s] = transit.Stop(s)
		if s < stops || s < all.Stops() && all.StopPlace[s] == t.StopPlace[s] && all.StopName[s] == t.StopName[s] {
			continue
		}
		k := stopOf(all, t, s)
		if k < 0 {
			return nil, ErrNotPrepared
		}
		stop[s], same = transit.Stop(k), false
	}
	for r := range route {
		route[r] = transit.Route(r)
		if r < routes || r < len(all.RouteName) && all.RouteName[r] == t.RouteName[r] {
			continue
		}
		k := slices.Index(all.RouteName, t.RouteName[r])
		if k < 0 {
			return nil, ErrNotPrepared
		}
		route[r], same = transit.Route(k), false
	}
	out := *t
	out.StopPlace, out.StopName, out.RouteName = all.StopPlace, all.StopName, all.RouteName
	if same {
		return &out, nil
	}
	out.EventStop, out.TripRoute = slices.Clone(t.EventStop), slices.Clone(t.TripRoute)
	for e, s := range out.EventStop {
		out.EventStop[e] = stop[s]
	}
	for k, r := range out.TripRoute {
		out.TripRoute[k] = route[r]
	}
	return &out, nil
}
