package people

import (
	"math"
	"slices"

	"conurb/area"
)

// pull is an anchor on the plane.
type pull struct {
	at    [2]float64
	per   float64 // -1/L, by metre
	front float64 // w / (2π L²)
}

// pulls puts the anchors on the plane: centres of cities, those listed, and the
// stations inside the area that were open on the day of the census.
func (r *Rule) pulls(p *plane, a *area.Area, n *area.Network, anchors []area.Anchor, rep *Report) []pull {
	var list []pull
	add := func(kind string, point [2]float64, weight float64) bool {
		k, ok := r.Kinds[kind]
		if !ok || k.Weight*weight <= 0 {
			return false
		}
		x, y := p.By.Forward(point)
		metres := k.Km * 1000
		list = append(list, pull{[2]float64{x, y}, -1 / metres, k.Weight * weight / (2 * math.Pi * metres * metres)})
		return true
	}
	for _, c := range a.Cities {
		if add(area.AnchorCity, c.Centre, 1) {
			rep.Anchors++
		}
	}
	for _, x := range anchors {
		if add(x.Kind, x.Point, x.Weight) {
			rep.Anchors++
		}
		if !p.anywhere(a, x.Point) {
			rep.Outside = append(rep.Outside, x.ID)
		}
	}
	if n == nil {
		return list
	}
	open := n.OpenStations(r.Stations, math.MaxInt32)
	for _, s := range n.Stations {
		if s.City != "" && open[s.ID] && add(area.AnchorStation, s.Point, 1) {
			rep.Stations++
		}
	}
	return list
}

// anywhere tells whether a point lies in some outline.
func (p *plane) anywhere(a *area.Area, at [2]float64) bool {
	for i := range a.Outlines {
		var edges [][4]float64
		for _, rings := range a.Outlines[i].Rings {
			for _, ring := range rings {
				for k := 1; k < len(ring); k++ {
					edges = append(edges, [4]float64{ring[k-1][0], ring[k-1][1], ring[k][0], ring[k][1]})
				}
			}
		}
		if within(edges, at[0], at[1]) {
			return true
		}
	}
	return false
}

// share lays urban and rural residents over squares; town is the urban ones, all both.
func (r *Rule) share(squares []square, pulls []pull, urban, rural int) (town, all []int) {
	weight := make([]float64, len(squares))
	for i, s := range squares {
		for _, a := range pulls {
			weight[i] += a.front * math.Exp(a.per*math.Hypot(s.at[0]-a.at[0], s.at[1]-a.at[1]))
		}
	}
	km2 := r.Side * r.Side / 1e6
	town = apportion(level(weight, float64(urban), r.MostPerKm2*km2), urban)
	rest, some := make([]float64, len(squares)), false
	for i := range rest {
		if float64(town[i]) < r.RuralBelow*km2 {
			rest[i], some = 1, true
		}
	}
	if !some {
		for i := range rest {
			rest[i] = 1
		}
	}
	all = apportion(rest, rural)
	for i := range all {
		all[i] += town[i]
	}
	return town, all
}

// level holds shares of a total below a height: where proportion to the weights would
// exceed it, the excess is laid on the others in proportion. Where there is no room
// for all, the weights stay as they are.
func level(weight []float64, total, height float64) []float64 {
	if total >= height*float64(len(weight)) {
		return weight
	}
	order := make([]int, len(weight))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { // heaviest first
		switch {
		case weight[a] > weight[b]:
			return -1
		case weight[a] < weight[b]:
			return 1
		}
		return 0
	})
	sum := 0.0
	for _, w := range weight {
		sum += w
	}
	full := 0 // squares of order that are at the height
	for left := total; full < len(order) && sum > 0 && weight[order[full]]*(left/sum) > height; full++ {
		left -= height
		sum -= weight[order[full]]
	}
	left := total - height*float64(full)
	out := make([]float64, len(weight))
	for k, i := range order {
		switch {
		case k < full:
			out[i] = height
		case sum > 0:
			out[i] = min(weight[i]*(left/sum), height)
		}
	}
	return out
}

// apportion rounds shares of a total to whole people by largest remainders (Hamilton's
// method): the sum is exact, nobody is more than one off, and a heavier square never
// gets fewer. Equal remainders go to the first square.
func apportion(weight []float64, total int) []int {
	out := make([]int, len(weight))
	sum := 0.0
	for _, w := range weight {
		sum += w
	}
	if !(sum > 0) || math.IsInf(sum, 0) { // nothing pulls: alike for all
		weight, sum = slices.Repeat([]float64{1}, len(weight)), float64(len(weight))
	}
	rest := make([]float64, len(weight))
	order := make([]int, len(weight))
	given := 0
	for i, w := range weight {
		exact := float64(total) * (w / sum)
		out[i] = int(math.Floor(exact))
		rest[i] = exact - math.Floor(exact)
		given += out[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rest[a] > rest[b]:
			return -1
		case rest[a] < rest[b]:
			return 1
		}
		return 0
	})
	for k := 0; given < total; k++ {
		out[order[k%len(order)]]++
		given++
	}
	for k := len(order) - 1; given > total; k-- { // by the last digit of the shares
		if i := order[k]; out[i] > 0 {
			out[i]--
			given--
		}
	}
	return out
}
