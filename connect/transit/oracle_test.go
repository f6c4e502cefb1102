package transit

import (
	"container/heap"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// slowly is the obvious answer: for one departure a Dijkstra over everything that
// can happen, each trip event a node, each stop at which one may board another.
type slowly struct {
	t     *Timetable
	ways  Ways
	slack Second
	w     Window
}

type spot struct {
	at    Second
	stop  Stop // where one may board; None on a trip
	event Event
	trip  Trip
}

type spots []spot

func (q spots) Len() int           { return len(q) }
func (q spots) Less(i, j int) bool { return q[i].at < q[j].at }
func (q spots) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *spots) Push(x any)        { *q = append(*q, x.(spot)) }
func (q *spots) Pop() any          { o := *q; x := o[len(o)-1]; *q = o[:len(o)-1]; return x }

// arrivals finds when one is at each cell, having left at a second.
func (s *slowly) arrivals(access *Walks, origin int, leave Second) []Second {
	cell := fillNever(s.ways.Cells)
	var q spots
	to, time := access.From(origin)
	for i, stop := range to {
		heap.Push(&q, spot{at: leave + time[i] + s.slack, stop: Stop(stop)})
	}
	boarded, been := map[Event]bool{}, map[Stop]bool{}
	ride := func(k Trip, e Event, at Second) { // on trip k as it leaves event e
		if !boarded[e] {
			boarded[e] = true
			heap.Push(&q, spot{at: at, stop: None, event: e, trip: k})
		}
	}
	for q.Len() > 0 {
		x := heap.Pop(&q).(spot)
		if x.stop != None {
			if been[x.stop] {
				continue
			}
			been[x.stop] = true
			for k := range Trip(s.t.Trips()) {
				for e := s.t.TripFirst[k]; e+1 < s.t.TripFirst[k+1]; e++ {
					if s.t.EventStop[e] == x.stop && s.t.closed(Event(e))&NoBoard == 0 && s.t.Depart[e] >= x.at {
						ride(k, Event(e), s.t.Depart[e])
					}
				}
			}
			continue
		}
		next := x.event + 1
		if int32(next) == s.t.TripFirst[x.trip+1] {
			if on := s.t.Stay[x.trip]; on != None {
				first := Event(s.t.TripFirst[on])
				s.off(on, first, x, cell, &q, been)
				ride(on, first, s.t.Depart[first])
			}
			continue
		}
		s.off(x.trip, next, x, cell, &q, been)
		ride(x.trip, next, s.t.Depart[next])
	}
	return cell
}

// off is what one gets to from an event.
func (s *slowly) off(_ Trip, e Event, _ spot, cell []Second, q *spots, been map[Stop]bool) {
	if s.t.closed(e)&NoAlight != 0 {
		return
	}
	at, stop := s.t.Arrive[e], s.t.EventStop[e]
	heap.Push(q, spot{at: at + s.slack, stop: stop})
	to, time := s.ways.Change.From(int(stop))
	for i, other := range to {
		heap.Push(q, spot{at: at + time[i] + s.slack, stop: Stop(other)})
	}
	to, time = s.ways.Egress.From(int(stop))
	for i, c := range to {
		cell[c] = min(cell[c], at+time[i])
	}
}

// world draws a timetable with everything that is awkward: trips without dwell, legs
// that take no time, loops, closed doors, staying seated.
func world(t *rapid.T) (*Timetable, Ways, Walks) {
	stops, cells, origins := rapid.IntRange(1, 6).Draw(t, "stops"), rapid.IntRange(1, 4).Draw(t, "cells"), rapid.IntRange(1, 3).Draw(t, "origins")
	tt := &Timetable{StopPlace: make([][2]float64, stops), TripFirst: []int32{0}}
	small := rapid.Int32Range(0, 40)
	for range rapid.IntRange(0, 8).Draw(t, "trips") {
		at := Second(rapid.Int32Range(950, 1150).Draw(t, "start"))
		for range rapid.IntRange(0, 5).Draw(t, "events") {
			tt.EventStop = append(tt.EventStop, Stop(rapid.IntRange(0, stops-1).Draw(t, "stop")))
			tt.Arrive = append(tt.Arrive, at)
			if rapid.Bool().Draw(t, "dwell") {
				at += Second(small.Draw(t, "for"))
			}
			tt.Depart = append(tt.Depart, at)
			if rapid.Bool().Draw(t, "moves") {
				at += Second(small.Draw(t, "leg"))
			}
			tt.Closed = append(tt.Closed, Closed(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "closed")))
		}
		tt.TripFirst = append(tt.TripFirst, int32(len(tt.EventStop)))
		tt.TripRoute, tt.Stay = append(tt.TripRoute, 0), append(tt.Stay, None)
	}
	if tt.EventStop == nil {
		tt.Closed = nil
	}
	for k := range tt.Stay { // only onward, so that nobody goes in circles
		if k+1 < len(tt.Stay) && rapid.Bool().Draw(t, "stays") {
			next := Trip(rapid.IntRange(k+1, len(tt.Stay)-1).Draw(t, "on"))
			tt.Stay[k] = next
			if tt.checkStay(Trip(k)) != nil {
				tt.Stay[k] = None
			}
		}
	}
	walks := func(n, to int, what string) (w Walks) {
		w.First = []int32{0}
		for range n {
			var ends []int32
			var times []Second
			for e := range to {
				if rapid.Bool().Draw(t, what) {
					ends, times = append(ends, int32(e)), append(times, Second(small.Draw(t, "walk")))
				}
			}
			w.Add(ends, times)
		}
		return w
	}
	return tt, Ways{Change: walks(stops, stops, "change"), Egress: walks(stops, cells, "egress"), Cells: cells}, walks(origins, stops, "access")
}

func TestSweepsAgreeWithASearchForEveryDeparture(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			for range 20 { // of a hundred worlds each
				rapid.Check(t, agree(v))
			}
		})
	}
}

// agree compares sweeps over a random world with searches.
func agree(v *variant) func(*rapid.T) {
	return func(t *rapid.T) {
		tt, ways, access := world(t)
		w := Window{From: 1000, Until: 1000 + Second(rapid.Int32Range(1, 60).Draw(t, "width")), Longest: Second(rapid.Int32Range(1, 300).Draw(t, "longest"))}
		slack := Second(rapid.Int32Range(1, 5).Draw(t, "slack"))
		p, err := Compile(tt, ways, w, Rules{Slack: slack})
		if err != nil {
			t.Fatal(err)
		}
		var origins []int32
		for i := range access.Len() {
			origins = append(origins, int32(i))
		}
		s := newSweeper(p, v)
		if err := s.Run(&access, origins); err != nil {
			t.Fatal(err)
		}
		compare(t, s, &slowly{tt, ways, slack, w}, &access)
	}
}

func compare(t *rapid.T, s *Sweeper, o *slowly, access *Walks) {
	var a [Lanes]Arrivals
	for lane := range access.Len() {
		for d := o.w.From; d < o.w.Until; d++ {
			want := o.arrivals(access, lane, d)
			for c := range o.ways.Cells {
				s.Arrivals(int32(c), &a)
				got := s.p.Times(&a[lane], Never, 1, nil)[d-o.w.From]
				if w := want[c] - d; want[c] != Never && w <= o.w.Longest && got != w || (want[c] == Never || w > o.w.Longest) && got != Never {
					t.Fatalf("origin %d to cell %d, leaving at %d: got %d, want %d (%v)", lane, c, d, got, w, a[lane])
				}
			}
		}
		for c := range o.ways.Cells {
			covers(t, s, lane, c)
		}
	}
}

// covers holds coverage to the times it sums up.
func covers(t *rapid.T, s *Sweeper, lane, cell int) {
	var all [Lanes]Arrivals
	s.Arrivals(int32(cell), &all)
	a := &all[lane]
	step := Second(rapid.Int32Range(1, 7).Draw(t, "step"))
	times := s.p.Times(a, Never, step, nil)
	for _, budget := range []Second{0, 10, 50, s.p.window.Longest} {
		if budget > s.p.window.Longest {
			continue
		}
		want := Second(0)
		for _, at := range times {
			if at <= budget {
				want++
			}
		}
		var foot [Lanes]Second
		for i := range foot {
			foot[i] = Never
		}
		out := make([][Lanes]Second, 1)
		if s.Coverage(int32(cell), &foot, step, []Second{budget}, out); out[0][lane] != want {
			t.Fatalf("cell %d within %d: coverage %d, want %d", cell, budget, out[0][lane], want)
		}
		if got := s.p.Covered(a, Never, step, budget); got != want {
			t.Fatalf("cell %d within %d: covered %d, want %d of %v", cell, budget, got, want, *a)
		}
	}
}

func TestPercentilesAreNearestRanks(t *testing.T) {
	times := []Second{5, 1, 4, 2, 3, Never, 6, 7, 8, 9}
	for _, c := range []struct {
		percent float64
		want    Second
	}{{5, 1}, {10, 1}, {25, 3}, {50, 5}, {75, 8}, {95, Never}, {100, Never}} {
		if got := Percentile(slices.Clone(times), c.percent); got != c.want {
			t.Errorf("%v %%: got %d, want %d", c.percent, got, c.want)
		}
	}
}

// A line every ten minutes, a walk of two minutes on either side, a ride of twelve.
func TestALineByTheClock(t *testing.T) {
	tt := &Timetable{StopPlace: make([][2]float64, 2), TripFirst: []int32{0}}
	for at := Second(0); at < 7200; at += 600 {
		tt.EventStop = append(tt.EventStop, 0, 1)
		tt.Arrive, tt.Depart = append(tt.Arrive, at, at+720), append(tt.Depart, at, at+720)
		tt.TripFirst = append(tt.TripFirst, int32(len(tt.EventStop)))
		tt.TripRoute, tt.Stay = append(tt.TripRoute, 0), append(tt.Stay, None)
	}
	var none, access, egress Walks
	none.Add(nil, nil)
	none.Add(nil, nil)
	access.Add([]int32{0}, []Second{119})
	egress.Add(nil, nil)
	egress.Add([]int32{0}, []Second{120})
	p, err := Compile(tt, Ways{Change: none, Egress: egress, Cells: 1}, Window{0, 3600, 3600}, Rules{Slack: 1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSweeper(p, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(&access, []int32{0}); err != nil {
		t.Fatal(err)
	}
	var all [Lanes]Arrivals
	s.Arrivals(0, &all)
	a := &all[0]
	times := p.Times(a, Never, 60, nil)
	// 2 + 12 + 2 minutes and a wait of 0 to 9 minutes, each equally often
	for _, c := range []struct {
		percent float64
		want    Second
	}{{5, 16 * 60}, {50, 20 * 60}, {95, 25 * 60}} {
		if got := Percentile(slices.Clone(times), c.percent); got != c.want {
			t.Errorf("%v %%: got %s, want %d", c.percent, fmt.Sprint(got), c.want)
		}
	}
	if got := p.Covered(a, Never, 60, 20*60); got != 30 {
		t.Errorf("covered %d departures of 60, want 30", got)
	}
}

// Scans agree with searches, too, and their rides hang together.
func TestScansAgreeWithASearchForEveryDeparture(t *testing.T) {
	for range 10 {
		rapid.Check(t, func(t *rapid.T) {
			tt, ways, access := world(t)
			slack := Second(rapid.Int32Range(1, 5).Draw(t, "slack"))
			s, o := NewScanner(tt, ways, slack), &slowly{t: tt, ways: ways, slack: slack}
			for origin := range access.Len() {
				leave := Second(rapid.Int32Range(940, 1100).Draw(t, "leave"))
				to, walk := access.From(origin)
				got, want := s.Run(to, walk, leave, 1<<20), o.arrivals(&access, origin, leave)
				for c := range want {
					if got[c] != want[c] {
						t.Fatalf("origin %d to cell %d, leaving at %d: got %d, want %d", origin, c, leave, got[c], want[c])
					}
					if got[c] != Never {
						rides(t, s, int32(c), leave, got[c])
					}
				}
			}
		})
	}
}

func rides(t *rapid.T, s *Scanner, cell int32, leave, arrive Second) {
	list := s.Rides(cell)
	if len(list) == 0 {
		t.Fatalf("no ride to cell %d", cell)
	}
	at := leave
	for _, r := range list {
		if s.t.EventStop[r.On] == None || s.t.Depart[r.On] < at+s.slack || s.t.Arrive[r.Off] < s.t.Depart[r.On] && s.t.Stay[r.Trip] == None {
			t.Fatalf("ride %+v cannot follow what ends at %d", r, at)
		}
		at = s.t.Arrive[r.Off]
	}
	if at > arrive {
		t.Fatalf("the last ride ends at %d, after the arrival at %d", at, arrive)
	}
}
