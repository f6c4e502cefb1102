package reach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"conurb/connect/transit"
	"conurb/kit/geo"
	"conurb/kit/lazy"
)

// Journey says what journeys by public transport may be like.
type Journey struct {
	Access, Change, Egress Decis // longest walks to the first stop, between stops, from the last
	Slack                  transit.Second
	Longest                Decis // of the whole

	By *Vehicle // to the first stop, where that is faster; nil: on foot
}

// DefaultJourney is the one of the method page; its limits are those that r5r takes
// where nothing is said, but for slack, which is R5's minute of boarding.
func DefaultJourney() Journey {
	return Journey{Access: Minutes(20), Change: Minutes(10), Egress: Minutes(20), Slack: 60, Longest: Minutes(120)}
}

// Vehicle is how people get to the first stop, if not on foot: they leave it there.
// Between stops and from the last one they walk.
type Vehicle struct {
	Engine *Engine
	Limit  Decis // of the ride
	Park   Decis // from the street to the stop, at every stop
}

// The refusals of public transport.
var (
	ErrStops     = errors.New("the timetable has other stops")
	ErrBackwards = errors.New("not where time runs backwards")
)

// walks are all walks of journeys.
type walks struct {
	access, change, egress transit.Walks

	foot transit.Walks // access on foot alone, where a vehicle may be faster
}

func (w *walks) ways(places int) transit.Ways {
	return transit.Ways{Change: w.change, Egress: w.egress, Cells: places}
}

// NewTransit joins stops to the streets and finds all walks: from cells to stops,
// between stops, from stops to cells; also of stops where nothing calls, so that With
// may put another timetable in. transfers may be nil.
func (e *Engine) NewTransit(ctx context.Context, t *transit.Timetable, cells *Joined, j Journey, transfers transit.Transfers, w Work) (*Transit, error) {
	tr := &Transit{walk: e, from: ends{Joined: cells}, to: ends{Joined: cells}, table: t, running: t, journey: j}
	tr.forget()
	tr.stops = e.Join(places(t.StopPlace), 0)
	var err error
	if tr.walks, err = tr.ways(ctx, tr.stops, w); err != nil {
		return nil, err
	}
	if tr.walks.change, err = e.Walks(ctx, tr.stops, tr.stops, j.Change, w); err != nil {
		return nil, err
	}
	tr.walks.change = amended(tr.walks.change, transfers)
	tr.direct, err = e.selection(ctx, Outbound, cells)
	return tr, err
}

// ways are the ways from where journeys begin to stops, and from them to where they end.
func (tr *Transit) ways(ctx context.Context, stops *Joined, w Work) (out walks, err error) {
	if out, err = tr.access(ctx, tr.from.Joined, stops, w); err != nil {
		return out, err
	}
	egress, err := tr.walk.Walks(ctx, stops, tr.to.Joined, tr.journey.Egress, w)
	out.egress = tr.to.fold(egress)
	return out, err
}

// access are the ways from points to stops, on foot or by the vehicle if that is faster.
func (tr *Transit) access(ctx context.Context, from, stops *Joined, w Work) (out walks, err error) {
	if out.access, err = tr.walk.Walks(ctx, from, stops, tr.journey.Access, w); err != nil || tr.journey.By == nil {
		return out, err
	}
	v := tr.journey.By
	out.foot, out.access = out.access, transit.Walks{First: []int32{0}}
	best := make([]transit.Second, stops.Len())
	var to []int32
	var time []transit.Second
	w.Progress = nil
	err = v.Engine.Matrix(ctx, Outbound, v.Engine.Join(from.Points, 0), v.Engine.Join(stops.Points, 0), v.Limit, w, func(i int, row Row) error {
		for stop := range best {
			best[stop] = transit.Never
			if t := row.At(stop); t <= v.Limit {
				best[stop] = transit.Second((t + v.Park + 9) / 10)
			}
		}
		onFoot, takes := out.foot.From(i)
		for k, stop := range onFoot {
			best[stop] = min(best[stop], takes[k])
		}
		to, time = to[:0], time[:0]
		for stop, t := range best {
			if t != transit.Never {
				to, time = append(to, int32(stop)), append(time, t)
			}
		}
		out.access.Add(to, time)
		return nil
	})
	return out, err
}

func places(list [][2]float64) []geo.Point {
	out := make([]geo.Point, len(list))
	copy(out, list)
	return out
}

// copied is the same, to be changed; programs are shared.
func (tr *Transit) copied() *Transit {
	out := *tr
	return &out
}

// Longest is that of a journey.
func (tr *Transit) Longest() Decis { return tr.journey.Longest }

// With is the same with another timetable, whose stops are the first of this one's or
// all of them: walks are shared. Where it has more stops or others it is ErrStops; see
// Extended.
func (tr *Transit) With(t *transit.Timetable) (*Transit, error) {
	if n := t.Stops(); n > tr.table.Stops() || !slices.Equal(t.StopPlace, tr.table.StopPlace[:n]) {
		return nil, fmt.Errorf("%d stops, of %d: %w", n, tr.table.Stops(), ErrStops)
	}
	whole := *t
	whole.StopPlace, whole.StopName = tr.table.StopPlace, tr.table.StopName
	return tr.copied().runs(&whole)
}

// runs puts a timetable in.
func (tr *Transit) runs(t *transit.Timetable) (*Transit, error) {
	tr.table, tr.running = t, t
	tr.forget()
	if tr.way == Outbound {
		return tr, nil
	}
	var err error
	tr.running, err = tr.reversed()
	return tr, err
}

// forget lets go of what was made for another timetable.
func (tr *Transit) forget() {
	tr.back = &lazy.Value[*transit.Timetable]{}
	for d := range tr.kept {
		tr.kept[d], tr.stop[d], tr.scan[d] = &programs{}, &programs{}, &lazy.Value[*transit.Scanner]{}
	}
}

// Extended is the same with another timetable that has more stops after those of this
// one: walks are found for the new stops only. Transfers of the feed do not change.
func (tr *Transit) Extended(ctx context.Context, t *transit.Timetable, w Work) (*Transit, error) {
	n := tr.table.Stops()
	if tr.way == Inbound {
		return nil, fmt.Errorf("more stops: %w", ErrBackwards)
	}
	if t.Stops() < n || !slices.Equal(t.StopPlace[:n], tr.table.StopPlace) {
		return nil, fmt.Errorf("%d stops, after %d: %w", t.Stops(), n, ErrStops)
	}
	out := tr.copied()
	out.stops = tr.walk.Join(places(t.StopPlace), 0)
	more := tr.walk.Join(out.stops.Points[n:], 0)
	added, err := tr.ways(ctx, more, w)
	if err != nil {
		return nil, err
	}
	hence, err := tr.walk.Walks(ctx, tr.stops, more, tr.journey.Change, w)
	if err != nil {
		return nil, err
	}
	onward, err := tr.walk.Walks(ctx, more, out.stops, tr.journey.Change, w)
	if err != nil {
		return nil, err
	}
	out.walks.access = wider(tr.walks.access, added.access, n)
	out.walks.foot = wider(tr.walks.foot, added.foot, n)
	out.walks.change = longer(wider(tr.walks.change, hence, n), onward)
	out.walks.egress = longer(tr.walks.egress, added.egress)
	return out.runs(t)
}

// wider are walks from the same places to those of a, and of b that follow the first n.
func wider(a, b transit.Walks, n int) transit.Walks {
	out := transit.Walks{First: []int32{0}}
	for i := range a.Len() {
		to, time := a.From(i)
		more, takes := b.From(i)
		to = slices.Clone(to)
		for _, t := range more {
			to = append(to, t+int32(n))
		}
		out.Add(to, append(slices.Clone(time), takes...))
	}
	return out
}

// longer are walks from the places of a, then from those of b.
func longer(a, b transit.Walks) transit.Walks {
	out := transit.Walks{First: slices.Clone(a.First), To: slices.Clone(a.To), Time: slices.Clone(a.Time)}
	for i := range b.Len() {
		to, time := b.From(i)
		out.Add(to, time)
	}
	return out
}

// Aim is a place to get to: any of its points will do.
type Aim struct{ Points []geo.Point }

// Towards is the same with the aims as places where journeys end, in their order: rows
// have a column for each, which tells of the point that is nearest at each departure.
func (tr *Transit) Towards(ctx context.Context, aims []Aim, w Work) (*Transit, error) {
	if tr.way == Inbound {
		return nil, fmt.Errorf("towards aims: %w", ErrBackwards)
	}
	out := tr.copied()
	out.to, out.kept[Outbound] = tr.walk.ends(aims), &programs{}
	egress, err := tr.walk.Walks(ctx, tr.stops, out.to.Joined, tr.journey.Egress, w)
	if err != nil {
		return nil, err
	}
	out.walks.egress = out.to.fold(egress)
	out.direct, err = tr.walk.selection(ctx, Outbound, out.to.Joined)
	return out, err
}

// From is the same with some points as places where journeys begin: there is a row for
// each.
func (tr *Transit) From(ctx context.Context, points []geo.Point, w Work) (*Transit, error) {
	if tr.way == Inbound {
		return nil, fmt.Errorf("from points: %w", ErrBackwards)
	}
	out := tr.copied()
	out.from, out.kept[Inbound] = ends{Joined: tr.walk.Join(points, 0)}, &programs{}
	ways, err := tr.access(ctx, out.from.Joined, tr.stops, w)
	out.walks.access, out.walks.foot = ways.access, ways.foot
	return out, err
}

// Inbound is the same asked backwards: windows are of arrivals, there is a row for each
// place where journeys end, and a column for each where they begin, with the time from
// the latest departure until the arrival.
func (tr *Transit) Inbound(ctx context.Context) (*Transit, error) {
	out := tr.copied()
	out.from, out.to = tr.to, tr.from
	out.walks = walks{access: tr.walks.egress.Turned(tr.to.Len()), change: tr.walks.change.Turned(tr.table.Stops()), egress: tr.walks.access.Turned(tr.table.Stops())}
	out.way, out.running = Outbound, tr.table
	var err error
	if tr.way == Outbound {
		out.way = Inbound
		if out.running, err = out.reversed(); err != nil {
			return nil, err
		}
	}
	out.direct, err = tr.walk.selection(ctx, out.way, out.to.Joined)
	return out, err
}

// reversed is the timetable backwards, made once.
func (tr *Transit) reversed() (*transit.Timetable, error) {
	return tr.back.Get(func() (*transit.Timetable, error) { return tr.table.Reversed(tr.journey.Slack) })
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
	for _, list := range more { // not as the map has them
		slices.Sort(list)
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
