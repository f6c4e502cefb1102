package reach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"conurb/connect/transit"
	"conurb/kit/geo"
)

// Journey says what journeys by public transport may be like.
type Journey struct {
	Access, Change, Egress Decis // longest walks to the first stop, between stops, from the last
	Slack                  transit.Second
	Longest                Decis // of the whole
}

// DefaultJourney is the one of the method page; its limits are those that r5r takes
// where nothing is said, but for slack, which is R5's minute of boarding.
func DefaultJourney() Journey {
	return Journey{Access: Minutes(20), Change: Minutes(10), Egress: Minutes(20), Slack: 60, Longest: Minutes(120)}
}

// ErrStops tells that a timetable has other stops than the walks that it is to share.
var ErrStops = errors.New("the timetable has other stops")

// walks are all walks of journeys.
type walks struct {
	access, change, egress transit.Walks
}

func (w *walks) ways(places int) transit.Ways {
	return transit.Ways{Change: w.change, Egress: w.egress, Cells: places}
}

// NewTransit joins stops to the streets and finds all walks: from cells to stops,
// between stops, from stops to cells; also of stops where nothing calls, so that With
// may put another timetable in. transfers may be nil.
func (e *Engine) NewTransit(ctx context.Context, t *transit.Timetable, cells *Joined, j Journey, transfers transit.Transfers, w Work) (*Transit, error) {
	tr := &Transit{walk: e, from: ends{Joined: cells}, to: ends{Joined: cells}, table: t, running: t, journey: j}
	tr.stops = e.Join(places(t.StopPlace), 0)
	var err error
	if tr.walks.access, err = e.Walks(ctx, cells, tr.stops, j.Access, w); err != nil {
		return nil, err
	}
	if tr.walks.change, err = e.Walks(ctx, tr.stops, tr.stops, j.Change, w); err != nil {
		return nil, err
	}
	tr.walks.change = amended(tr.walks.change, transfers)
	if tr.walks.egress, err = e.Walks(ctx, tr.stops, cells, j.Egress, w); err != nil {
		return nil, err
	}
	tr.direct, err = e.selection(ctx, Outbound, cells)
	return tr, err
}

func places(list [][2]float64) []geo.Point {
	out := make([]geo.Point, len(list))
	for i, p := range list {
		out[i] = p
	}
	return out
}

// bare is the same without programs.
func (tr *Transit) bare() *Transit {
	return &Transit{walk: tr.walk, from: tr.from, to: tr.to, table: tr.table, journey: tr.journey, walks: tr.walks, stops: tr.stops,
		way: tr.way, running: tr.running, direct: tr.direct}
}

// With is the same with another timetable, whose stops are the first of this one's or
// all of them: walks are shared. Where it has more stops or others it is ErrStops; see
// Extended.
func (tr *Transit) With(t *transit.Timetable) (*Transit, error) {
	if n := t.Stops(); n > tr.table.Stops() || !slices.Equal(t.StopPlace, tr.table.StopPlace[:n]) {
		return nil, fmt.Errorf("%d stops, of %d: %w", n, tr.table.Stops(), ErrStops)
	}
	whole := *t
	whole.StopPlace, whole.StopName = tr.table.StopPlace, tr.table.StopName
	out := tr.bare()
	return out, out.run(&whole)
}

// run sets the timetable, and the one that sweeps run on.
func (tr *Transit) run(t *transit.Timetable) (err error) {
	tr.table, tr.running = t, t
	if tr.way == Inbound {
		tr.running, err = t.Reversed(tr.journey.Slack)
	}
	return err
}

// Aim is a place to get to: any of its points will do.
type Aim struct{ Points []geo.Point }

// Towards is the same with the aims as places where journeys end, in their order: rows
// have a column for each, which tells of the point that is nearest at each departure.
func (tr *Transit) Towards(ctx context.Context, aims []Aim, w Work) (*Transit, error) {
	if tr.way == Inbound {
		return nil, fmt.Errorf("towards aims where time runs backwards: %w", ErrLimit)
	}
	out := tr.bare()
	out.to = tr.walk.ends(aims)
	egress, err := tr.walk.Walks(ctx, tr.stops, out.to.Joined, tr.journey.Egress, w)
	if err != nil {
		return nil, err
	}
	out.walks.egress = out.to.fold(egress)
	out.direct, err = tr.walk.selection(ctx, Outbound, out.to.Joined)
	return out, err
}

// amended are walks between stops as a feed's transfers would have them: some take
// longer, some are forbidden, some are possible though no street leads there.
func amended(w transit.Walks, transfers transit.Transfers) transit.Walks {
	if len(transfers) == 0 {
		return w
	}
	out := transit.Walks{First: []int32{0}}
	more := map[transit.Stop][]int32{}
	for pair := range transfers {
		more[pair[0]] = append(more[pair[0]], int32(pair[1]))
	}
	for s := range w.Len() {
		to, time := w.From(s)
		to, time = slices.Clone(to), slices.Clone(time)
		for _, other := range more[transit.Stop(s)] {
			t := transfers[[2]transit.Stop{transit.Stop(s), transit.Stop(other)}]
			k := slices.Index(to, other)
			switch {
			case t.Forbidden && k >= 0:
				to, time = slices.Delete(to, k, k+1), slices.Delete(time, k, k+1)
			case t.Forbidden:
			case k >= 0:
				time[k] = max(time[k], t.Least)
			default:
				to, time = append(to, other), append(time, t.Least)
			}
		}
		out.Add(to, time)
	}
	return out
}
