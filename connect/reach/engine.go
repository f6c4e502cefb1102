package reach

import (
	"context"
	"errors"
	"fmt"
	"math"

	"conurb/connect/network"
	"conurb/connect/street"
	"conurb/kit/cch"
	"conurb/kit/geo"
	"conurb/kit/lazy"
)

// Decis is a time in tenths of a second.
type Decis int32

// Never is the one name for a place that cannot be reached.
const Never Decis = math.MaxInt32

// Minutes is a time of whole or broken minutes.
func Minutes(m float64) Decis { return Decis(math.Round(m * 600)) }

// Seconds is the time in seconds; +Inf for Never.
func (d Decis) Seconds() float64 {
	if d == Never {
		return math.Inf(1)
	}
	return float64(d) / 10
}

// narrowest is the longest time that 16-bit sweeps count exactly.
const narrowest = Decis(math.MaxUint16 - 1)

// The refusals of this package.
var (
	ErrNothingJoined = errors.New("no point is near a street")
	ErrNoWay         = errors.New("there is no way between the two points")
	ErrLimit         = errors.New("a limit is not a time of more than zero")
)

// Direction says from where to where times are asked.
type Direction uint8

// Outbound is from the place asked about to all others, Inbound from all others to
// it: who reaches the station.
const (
	Outbound Direction = iota
	Inbound
)

// Engine answers questions on one mode of a network, at one set of travel times.
// It may be asked by many goroutines at once; what it lays out it keeps.
type Engine struct {
	Mode    *network.Mode
	Graph   *street.Graph
	metric  *cch.Metric
	snapper *lazy.Value[*street.Snapper]
	sweeps  [2]*lazy.Value[*cch.Sweep]
	all     [2]*lazy.Value[*cch.Selection]
}

// New makes an engine at the free-flow times of the network.
func New(m *network.Mode) *Engine {
	e := &Engine{Mode: m, Graph: m.Graph, metric: m.Metric, snapper: &lazy.Value[*street.Snapper]{}}
	for d := range e.sweeps {
		e.sweeps[d], e.all[d] = &lazy.Value[*cch.Sweep]{}, &lazy.Value[*cch.Selection]{}
	}
	return e
}

func (e *Engine) snap() *street.Snapper {
	s, _ := e.snapper.Get(func() (*street.Snapper, error) { return e.Graph.Snapper(), nil })
	return s.Clone()
}

func (e *Engine) sweep(ctx context.Context, d Direction) (*cch.Sweep, error) {
	return e.sweeps[d].Get(func() (*cch.Sweep, error) {
		return cch.NewSweep(ctx, e.metric, cch.SweepOptions{Reverse: d == Inbound})
	})
}

// selection restricts a sweep to destinations, once and for all for those that are
// kept.
func (e *Engine) selection(ctx context.Context, d Direction, to *Joined) (*cch.Selection, error) {
	sweep, err := e.sweep(ctx, d)
	if err != nil {
		return nil, err
	}
	choose := func() (*cch.Selection, error) { return sweep.Select(to.places(d == Inbound)) }
	if to.keeper == e {
		return to.kept[d].Get(choose)
	}
	return choose()
}

// Joined are points joined to the network. It belongs to the network, not to one
// set of travel times, and is never changed.
type Joined struct {
	Points []geo.Point
	Spots  []street.Spot   // edge None where a point is too far from every street
	Missed []street.Missed // those
	leave  cch.Places
	reach  cch.Places
	onEdge map[street.Edge][]int32 // points by the edge they lie on

	keeper *Engine // that asks about them as destinations again and again; nil: none does
	kept   [2]lazy.Value[*cch.Selection]
}

// Join joins points to the nearest edges within limit metres (0: the profile's own).
func (e *Engine) Join(points []geo.Point, limit float64) *Joined {
	j := &Joined{Points: points, onEdge: map[street.Edge][]int32{}}
	j.Spots, j.Missed = e.snap().All(points, limit)
	for i, s := range j.Spots {
		j.leave.Add(seeds(e.Graph.Leave(s))...)
		j.reach.Add(seeds(e.Graph.Reach(s))...)
		if s.Edge != street.None {
			j.onEdge[s.Edge] = append(j.onEdge[s.Edge], int32(i))
		}
	}
	return j
}

// Len is the number of points.
func (j *Joined) Len() int { return len(j.Points) }

// places are the seeds of the points where a trip starts or ends.
func (j *Joined) places(starts bool) cch.Places {
	if starts {
		return j.leave
	}
	return j.reach
}

func seeds(legs []street.Leg) []cch.Seed {
	out := make([]cch.Seed, len(legs))
	for i, l := range legs {
		out[i] = cch.Seed{Node: cch.Node(l.Node), Cost: cch.Weight(decis(l.Time))}
	}
	return out
}

// decis rounds a time to tenths of a second, as street.Graph.Weights does.
func decis(t street.Millis) Decis { return Decis((t + 50) / 100) }

// direct is the time between two points on one edge along it, or at one point;
// Never where there is no such way.
func (e *Engine) direct(from, to *Joined, i, t int) Decis {
	if from.Points[i] == to.Points[t] && from.Spots[i].Edge != street.None {
		return 0
	}
	if ms, ok := e.Graph.Between(from.Spots[i], to.Spots[t]); ok {
		return decis(ms)
	}
	return Never
}

// FarError tells that none of some points is near a street, and where both lie.
type FarError struct {
	Points  int
	Bounds  geo.Bounds // of the points
	Network geo.Bounds
	Swapped bool // the points would lie on the network with longitude and latitude exchanged
}

func (e *FarError) Error() string {
	text := fmt.Sprintf("%d points in %.4f are far from the streets in %.4f", e.Points, e.Bounds, e.Network)
	if e.Swapped {
		return text + ": longitude and latitude seem to be exchanged"
	}
	return text
}

// Is makes it an ErrNothingJoined.
func (e *FarError) Is(target error) bool { return target == ErrNothingJoined }

// Near is a *FarError if not a single point was joined to a network with these
// bounds.
func (j *Joined) Near(network geo.Bounds) error {
	if len(j.Missed) < len(j.Points) {
		return nil
	}
	return Far(j.Points, network)
}

// Far is the *FarError of points that are not near a network with these bounds.
func Far(points []geo.Point, network geo.Bounds) error {
	b := geo.BoundsOf(points)
	return &FarError{len(points), b, network, geo.Touch(geo.Exchanged(b), network)}
}
