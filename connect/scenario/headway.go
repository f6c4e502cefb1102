package scenario

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"conurb/area"
	"conurb/connect/transit"
)

// headway changes how often a line runs, for each pattern of stops of its own.
func (l *lines) headway(e *area.Edit) error {
	of, err := l.of(e)
	if err != nil {
		return err
	}
	patterns := map[string][]int{}
	var order []string
	for _, k := range of {
		key := l.pattern(k)
		if patterns[key] == nil {
			order = append(order, key)
		}
		patterns[key] = append(patterns[key], k)
	}
	for _, key := range order {
		trips := patterns[key]
		slices.SortStableFunc(trips, func(a, b int) int { return cmp.Compare(l.trips[a].starts(), l.trips[b].starts()) })
		if e.Factor > 0 {
			l.stretch(trips, e.Factor)
		}
		for _, b := range e.Bands {
			l.band(trips, b)
		}
	}
	return nil
}

// pattern names the stops of a trip and what is closed there.
func (l *lines) pattern(k int) string {
	var b []byte
	for _, c := range l.trips[k].calls {
		b = binary.AppendVarint(b, int64(c.stop))
		b = append(b, byte(c.closed))
	}
	return string(b)
}

// stretch makes the headways of trips, which are in order, longer by a factor. Of n
// trips at places 0 to n-1, those at 0, factor, 2 factor ... run; between two places a
// trip leaves as far between the departures of both. Trips at whole places are those
// there were, so that with a factor of a half or a third no departure is lost.
func (l *lines) stretch(trips []int, factor float64) {
	kept := map[int]bool{}
	for step := 0; ; step++ {
		place := float64(step) * factor
		i := int(math.Floor(place + 1e-9))
		if i > len(trips)-1 {
			break
		}
		share := place - float64(i)
		if share < 1e-9 {
			kept[i] = true
			continue
		}
		if i+1 > len(trips)-1 {
			break
		}
		a, b := &l.trips[trips[i]], &l.trips[trips[i+1]]
		l.more(a.moved(transit.Second(math.Round(float64(b.starts()-a.starts()) * share))))
	}
	for i, k := range trips {
		if !kept[i] {
			l.gone[k] = true
		}
	}
}

// band puts departures every so often in the place of those of a part of the day. Each
// takes the times of the trip that left nearest to it.
func (l *lines) band(trips []int, b area.Band) {
	for at := b.From; at < b.Until; at += area.Clock(b.Headway) {
		nearest := slices.MinFunc(trips, func(x, y int) int {
			return cmp.Compare(apart(l.trips[x].starts(), at), apart(l.trips[y].starts(), at))
		})
		l.more(l.trips[nearest].moved(transit.Second(at) - l.trips[nearest].starts()))
	}
	for _, k := range trips {
		if s := l.trips[k].starts(); s >= transit.Second(b.From) && s < transit.Second(b.Until) {
			l.gone[k] = true
		}
	}
}

func apart(a transit.Second, b area.Clock) transit.Second {
	return max(a-transit.Second(b), transit.Second(b)-a)
}
