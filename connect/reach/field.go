package reach

import (
	"context"
	"math"
	"slices"

	"conurb/connect/street"
	"conurb/kit/cch"
	"conurb/kit/geo"
)

// field is a grid of times over the ground: the seconds at each of its points, +Inf
// where nothing comes. Row 0 is the southernmost.
type field struct {
	west, south   float64 // of point (0, 0), in degrees
	dLon, dLat    float64 // degrees from one point to the next
	step          float64 // metres the same
	width, height int

	xOfLon, x0, yOfLat, y0 float64 // street.Place -> steps from the first point
	line                   []spot  // of the run that is being carried

	seconds []float32
	off     []float32 // metres from the street the time came by
}

func (f *field) point(x, y float64) geo.Point {
	return geo.Point{f.west + x*f.dLon, f.south + y*f.dLat}
}

// times finds the time from a spot to every node, or from every node to it.
func (e *Engine) times(ctx context.Context, d Direction, spot street.Spot) ([]cch.Weight, error) {
	sweep, err := e.sweep(ctx, d)
	if err != nil {
		return nil, err
	}
	all, err := e.all[d].Get(func() (*cch.Selection, error) { return sweep.All(), nil })
	if err != nil {
		return nil, err
	}
	legs := e.Graph.Leave(spot)
	if d == Inbound {
		legs = e.Graph.Reach(spot)
	}
	row := make([]cch.Weight, e.Graph.Nodes())
	return row, cch.NewSearcher[cch.Weight](all).One(seeds(legs), row)
}

// run is a side that is reached in time: seconds at its start in the direction one
// moves away from the place asked about, and seconds for all of it.
type run struct {
	side     street.Side
	at, more float64
}

// runs lists the sides that can be entered within the limit. Outbound, a side is
// entered from the nodes before it; inbound, it is left into the node it leads to,
// and is walked through backwards.
func (e *Engine) runs(d Direction, times []cch.Weight, limit Decis) []run {
	g := e.Graph
	passed := make([]bool, len(g.Classes))
	for i, class := range g.Classes {
		passed[i] = slices.Contains(g.Snap.Avoid, class)
	}
	var out []run
	for s := range street.Side(2 * g.Edges()) {
		if g.SideMove[s] < 0 || g.EdgeWay[s.Edge()] == 0 || passed[g.EdgeClass[s.Edge()]] {
			continue
		}
		best := Never
		if d == Outbound {
			for _, leg := range g.Arrive[g.ArriveFirst[s]:g.ArriveFirst[s+1]] {
				if t := ofWeight(times[leg.Node]); t != Never {
					best = min(best, t+decis(leg.Time))
				}
			}
		} else if t := ofWeight(times[g.Depart[s]]); t != Never {
			best = t + decis(g.SideWait[s])
		}
		if best <= limit {
			out = append(out, run{s, best.Seconds(), float64(g.SideMove[s]) / 1000})
		}
	}
	return out
}

// start is a place from which times spread: the place asked about, at 0, or a stop.
type start struct {
	spot  street.Spot
	point geo.Point
	at    float64 // seconds
	most  float64 // seconds that one walks from there
}

// paint makes the grid and lets every run leave its times on it, then spreads them
// over the ground beside the streets at the speed of the joining leg.
func (e *Engine) paint(d Direction, starts []start, runs []run, limit Decis, step float64) *field {
	f := e.frame(runs, starts, step)
	for _, r := range runs {
		e.carry(f, d, r, limit.Seconds())
	}
	for _, s := range starts {
		e.own(f, d, s)
	}
	f.spread(e.Graph.Snap.Kmh/3.6, max(min(e.Graph.Snap.Limit, beside), 1.5*f.step))
	return f
}

// beside is how far from a street the ground still counts as reached by it, in
// metres; a grid coarser than that counts one and a half of its steps.
const beside = 150

// gridPoints is how many points the longer side of a grid has where no step is given,
// and the finest step then; the most that a given step may lead to.
const (
	gridPoints = 480
	finest     = 25
	mostPoints = 2000
)

// frame lays the grid over the places, their edges and everything the runs touch.
func (e *Engine) frame(runs []run, starts []start, step float64) *field {
	point := starts[0].point
	b := [4]float64{point[0], point[1], point[0], point[1]}
	touch := func(edge street.Edge) {
		for _, p := range e.Graph.EdgeShape(edge) {
			at := p.Point()
			b = [4]float64{min(b[0], at[0]), min(b[1], at[1]), max(b[2], at[0]), max(b[3], at[1])}
		}
	}
	for _, s := range starts {
		touch(s.spot.Edge)
	}
	for _, r := range runs {
		touch(r.side.Edge())
	}
	metre := geo.EarthRadius * math.Pi / 180
	squeeze := math.Cos((b[1] + b[3]) / 2 * math.Pi / 180)
	wide, high := (b[2]-b[0])*metre*squeeze, (b[3]-b[1])*metre
	if step <= 0 {
		step = max(finest, max(wide, high)/gridPoints)
	}
	step = max(step, max(wide, high)/mostPoints)
	f := &field{step: step, dLon: step / metre / squeeze, dLat: step / metre}
	margin := math.Ceil(beside/step) + 3
	f.west, f.south = b[0]-margin*f.dLon, b[1]-margin*f.dLat
	f.xOfLon, f.yOfLat = 1e-7/f.dLon, 1e-7/f.dLat
	f.x0, f.y0 = f.west/f.dLon, f.south/f.dLat
	f.width, f.height = int(wide/step+2*margin)+1, int(high/step+2*margin)+1
	f.seconds, f.off = make([]float32, f.width*f.height), make([]float32, f.width*f.height)
	for i := range f.seconds {
		f.seconds[i] = float32(math.Inf(1))
	}
	return f
}

// carry walks along a run and leaves the time at the grid points near it.
func (e *Engine) carry(f *field, d Direction, r run, limit float64) {
	shape := e.Graph.EdgeShape(r.side.Edge())
	// Outbound one walks a side from its tail, inbound from its head.
	if r.side.Backward() != (d == Inbound) {
		f.line = f.line[:0]
		for i := len(shape) - 1; i >= 0; i-- {
			f.line = append(f.line, f.on(shape[i]))
		}
	} else {
		f.line = f.line[:0]
		for _, p := range shape {
			f.line = append(f.line, f.on(p))
		}
	}
	total := 0.0
	for i := 1; i < len(f.line); i++ {
		total += f.line[i-1].to(f.line[i])
	}
	pace := 0.0
	if total > 0 {
		pace = r.more / total
	}
	t := r.at
	f.leave(f.line[0], t)
	for i := 1; i < len(f.line); i++ {
		a, b := f.line[i-1], f.line[i]
		long := a.to(b)
		pieces := int(2*long) + 1 // half a step each, at most
		dx, dy, dt := (b.x-a.x)/float64(pieces), (b.y-a.y)/float64(pieces), pace*long/float64(pieces)
		for range pieces {
			if t += dt; t > limit {
				return
			}
			a.x, a.y = a.x+dx, a.y+dy
			f.leave(a, t)
		}
	}
}

// spot is a place in steps of the grid from its first point.
type spot struct{ x, y float64 }

func (a spot) to(b spot) float64 {
	x, y := b.x-a.x, b.y-a.y
	return math.Sqrt(x*x + y*y)
}

func (f *field) on(p street.Place) spot {
	return spot{float64(p.Lon)*f.xOfLon - f.x0, float64(p.Lat)*f.yOfLat - f.y0}
}

func (f *field) at(p geo.Point) spot {
	return spot{p[0]*1e7*f.xOfLon - f.x0, p[1]*1e7*f.yOfLat - f.y0}
}

// own leaves a place itself and the way along its own edge.
func (e *Engine) own(f *field, d Direction, from start) {
	f.leave(f.at(from.point), from.at)
	g, spot := e.Graph, from.spot
	for _, s := range [2]street.Side{spot.Edge.Side(false), spot.Edge.Side(true)} {
		if g.SideMove[s] < 0 {
			continue
		}
		pieces := max(1, int(math.Ceil(float64(g.EdgeMetres[spot.Edge])/(f.step/2))))
		for k := 0; k <= pieces; k++ {
			share := float64(k) / float64(pieces)
			t := float64(spot.Access) / 1000
			onward := s.Backward() == (d == Inbound) // towards the end of the way
			var along float64
			if onward {
				along = spot.Share + share*(1-spot.Share)
				t += float64(g.SideMove[s]) / 1000 * share * (1 - spot.Share)
			} else {
				along = spot.Share * (1 - share)
				t += float64(g.SideMove[s]) / 1000 * share * spot.Share
			}
			if t > from.most {
				break
			}
			f.leave(f.at(e.place(spot.Edge, along)), from.at+t)
		}
	}
}

// leave puts a time at the nearest grid point, unless a sooner one is there. The
// remaining distance is ignored: it is less than the grid can show.
func (f *field) leave(p spot, t float64) {
	x, y := int(p.x+0.5), int(p.y+0.5)
	if uint(x) >= uint(f.width) || uint(y) >= uint(f.height) {
		return
	}
	if i := y*f.width + x; float32(t) < f.seconds[i] {
		f.seconds[i], f.off[i] = float32(t), 0
	}
}

// spread carries times to the ground beside, up to far metres from a street, at so
// many metres a second: two passes of a chamfer over the eight neighbours
// (Borgefors 1986), repeated until nothing changes, which is soon.
func (f *field) spread(speed, far float64) {
	straight, across := float32(f.step), float32(f.step*math.Sqrt2)
	slow := float32(1 / speed)
	relax := func(i, from int, long float32) bool {
		off := f.off[from] + long
		if t := f.seconds[from] + long*slow; t < f.seconds[i] && off <= float32(far) {
			f.seconds[i], f.off[i] = t, off
			return true
		}
		return false
	}
	w, h := f.width, f.height
	for changed, turn := true, 0; changed && turn < 8; turn++ {
		changed = false
		for y := 1; y < h-1; y++ {
			for x := 1; x < w-1; x++ {
				i := y*w + x
				a := relax(i, i-1, straight)
				b := relax(i, i-w, straight)
				c := relax(i, i-w-1, across)
				d := relax(i, i-w+1, across)
				changed = changed || a || b || c || d
			}
		}
		for y := h - 2; y > 0; y-- {
			for x := w - 2; x > 0; x-- {
				i := y*w + x
				a := relax(i, i+1, straight)
				b := relax(i, i+w, straight)
				c := relax(i, i+w+1, across)
				d := relax(i, i+w-1, across)
				changed = changed || a || b || c || d
			}
		}
	}
}
