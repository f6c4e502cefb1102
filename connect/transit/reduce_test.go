package transit

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// without is a timetable in which some trips take nobody.
func without(t *Timetable, off []bool) *Timetable {
	out := *t
	out.Closed, out.Stay = make([]Closed, t.Events()), slices.Clone(t.Stay)
	copy(out.Closed, t.Closed)
	for k := range t.Trips() {
		if off[k] {
			for e := t.TripFirst[k]; e < t.TripFirst[k+1]; e++ {
				out.Closed[e] = NoBoard | NoAlight
			}
			out.Stay[k] = None
		}
		if next := t.Stay[k]; next != None && off[next] {
			out.Stay[k] = None
		}
	}
	return &out
}

// busyWorld draws trips enough for people to choose between ways: all run and carry,
// some in the footsteps of others.
func busyWorld(t *rapid.T) (*Timetable, Ways, Walks) {
	stops, cells, origins := rapid.IntRange(3, 7).Draw(t, "stops"), rapid.IntRange(2, 6).Draw(t, "cells"), rapid.IntRange(1, 4).Draw(t, "origins")
	tt := &Timetable{StopPlace: make([][2]float64, stops), TripFirst: []int32{0}}
	add := func(path []Stop, at, leg Second) {
		for _, s := range path {
			tt.EventStop, tt.Arrive, tt.Depart = append(tt.EventStop, s), append(tt.Arrive, at), append(tt.Depart, at+1)
			at += leg + 1
		}
		tt.TripFirst = append(tt.TripFirst, int32(len(tt.EventStop)))
		tt.TripRoute, tt.Stay = append(tt.TripRoute, 0), append(tt.Stay, None)
	}
	for range rapid.IntRange(2, 7).Draw(t, "lines") {
		var path []Stop
		for range rapid.IntRange(2, 5).Draw(t, "calls") {
			path = append(path, Stop(rapid.IntRange(0, stops-1).Draw(t, "stop")))
		}
		leg := Second(rapid.Int32Range(1, 25).Draw(t, "leg"))
		at := Second(rapid.Int32Range(990, 1060).Draw(t, "start"))
		for range rapid.IntRange(1, 4).Draw(t, "trips") {
			add(path, at, leg)
			at += Second(rapid.Int32Range(0, 40).Draw(t, "headway"))
		}
	}
	for k := range tt.Stay {
		if next := Trip(k + 1); int(next) < len(tt.Stay) && rapid.IntRange(0, 5).Draw(t, "stays") == 0 {
			if tt.Stay[k] = next; tt.checkStay(Trip(k)) != nil {
				tt.Stay[k] = None
			}
		}
	}
	walks := func(n, to, often int, what string) (w Walks) {
		w.First = []int32{0}
		for range n {
			var ends []int32
			var times []Second
			for e := range to {
				if rapid.IntRange(0, often).Draw(t, what) == 0 {
					ends, times = append(ends, int32(e)), append(times, Second(rapid.Int32Range(0, 30).Draw(t, "walk")))
				}
			}
			w.Add(ends, times)
		}
		return w
	}
	return tt, Ways{Change: walks(stops, stops, 3, "change"), Egress: walks(stops, cells, 2, "egress"), Cells: cells}, walks(origins, stops, 2, "access")
}

// drawnReduction is a world of which some trips can be switched, reduced.
type drawnReduction struct {
	tt       *Timetable
	ways     Ways
	access   Walks
	w        Window
	rules    Rules
	asked    Asked
	optional []bool
	origins  []int32
	foot     [][]Second // by cell and lane
	reduced  *Program
}

func drawReduction(t *rapid.T, profile bool) drawnReduction {
	var d drawnReduction
	if rapid.IntRange(0, 3).Draw(t, "odd") == 0 {
		d.tt, d.ways, d.access = world(t)
	} else {
		d.tt, d.ways, d.access = busyWorld(t)
	}
	d.w = Window{From: 1000, Until: 1000 + Second(rapid.Int32Range(30, 120).Draw(t, "width")), Longest: Second(rapid.Int32Range(60, 300).Draw(t, "longest"))}
	d.rules = Rules{Slack: Second(rapid.Int32Range(1, 5).Draw(t, "slack"))}
	d.asked = Asked{Step: Second(rapid.Int32Range(1, 20).Draw(t, "step"))}
	for range rapid.IntRange(1, 3).Draw(t, "budgets") {
		d.asked.Budgets = append(d.asked.Budgets, Second(rapid.Int32Range(20, int32(d.w.Longest)).Draw(t, "budget")))
	}
	for range d.tt.Trips() {
		d.optional = append(d.optional, rapid.Bool().Draw(t, "optional"))
	}
	p, err := Compile(d.tt, d.ways, d.w, d.rules)
	if err != nil {
		t.Fatal(err)
	}
	d.origins = rapid.SliceOfN(rapid.Int32Range(0, int32(d.access.Len())-1), 1, Lanes).Draw(t, "origins")
	if rapid.Bool().Draw(t, "of a district") {
		p = p.For(&d.access, d.origins, d.w.Longest)
	}
	for range d.ways.Cells {
		row := make([]Second, len(d.origins))
		for lane := range row {
			if row[lane] = Never; rapid.IntRange(0, 3).Draw(t, "foot") == 0 {
				row[lane] = Second(rapid.Int32Range(0, 300).Draw(t, "on foot"))
			}
		}
		d.foot = append(d.foot, row)
	}
	r, err := NewReducer(p, d.optional, d.asked, profile)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time with what the first left behind
		if d.reduced, err = r.Run(&d.access, d.origins, func(cell int32, lane int) Second { return d.foot[cell][lane] }); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d *drawnReduction) choose(t *rapid.T) (off []bool) {
	for _, o := range d.optional {
		off = append(off, o && rapid.Bool().Draw(t, "off"))
	}
	return off
}

// A reduced program tells, for every choice of the trips that can be switched, what one
// tells that was compiled without the others.
func TestReducedProgramsTellOfEveryChoiceWhatTheWholeTells(t *testing.T) {
	for range 60 {
		rapid.Check(t, func(t *rapid.T) {
			d := drawReduction(t, false)
			for range 3 {
				off := d.choose(t)
				whole, err := Compile(without(d.tt, off), d.ways, d.w, d.rules)
				if err != nil {
					t.Fatal(err)
				}
				d.compare(t, d.reduced.Without(off), whole)
			}
		})
	}
}

func (d *drawnReduction) compare(t *rapid.T, got, want *Program) {
	var c [2]*Counter
	for i, p := range []*Program{got, want} {
		var err error
		if c[i], err = NewCounter(p, d.asked, ""); err != nil {
			t.Fatal(err)
		}
		if err := c[i].Run(&d.access, d.origins); err != nil {
			t.Fatal(err)
		}
	}
	for cell, row := range d.foot {
		for lane, foot := range row {
			for b, budget := range d.asked.Budgets {
				if foot > budget && c[0].Covered(int32(cell), b)[lane] != c[1].Covered(int32(cell), b)[lane] {
					t.Fatalf("lane %d to cell %d within %d: got %d, want %d", lane, cell, budget, c[0].Covered(int32(cell), b)[lane], c[1].Covered(int32(cell), b)[lane])
				}
			}
		}
	}
}

// The same of the time of every departure.
func TestReducedProfilesTellTheTimeOfEveryDeparture(t *testing.T) {
	for range 10 {
		rapid.Check(t, func(t *rapid.T) {
			d := drawReduction(t, true)
			off := d.choose(t)
			whole, err := Compile(without(d.tt, off), d.ways, d.w, d.rules)
			if err != nil {
				t.Fatal(err)
			}
			var times [2][]Second
			longest := slices.Max(d.asked.Budgets)
			for i, p := range []*Program{d.reduced.Without(off), whole} {
				s, err := NewSweeper(p, "")
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Run(&d.access, d.origins); err != nil {
					t.Fatal(err)
				}
				var out [Lanes]Arrivals
				for cell, row := range d.foot {
					s.Arrivals(int32(cell), &out)
					for lane, foot := range row {
						for _, v := range p.Times(&out[lane], foot, d.asked.Step, nil) {
							if v > longest {
								v = Never
							}
							times[i] = append(times[i], v)
						}
					}
				}
			}
			if !slices.Equal(times[0], times[1]) {
				t.Fatalf("got %v, want %v", times[0], times[1])
			}
		})
	}
}

// A reduction that overlooks what a choice can raise is caught: here one that takes all
// trips for certain.
func TestAReductionThatIsTooBoldIsCaught(t *testing.T) {
	caught := 0
	for seed := range 300 {
		d := rapid.Custom(func(t *rapid.T) drawnReduction { return drawReduction(t, false) }).Example(seed)
		p, err := Compile(d.tt, d.ways, d.w, d.rules)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewReducer(p, make([]bool, d.tt.Trips()), d.asked, false)
		if err != nil {
			t.Fatal(err)
		}
		bold, err := r.Run(&d.access, d.origins, func(cell int32, lane int) Second { return d.foot[cell][lane] })
		if err != nil {
			t.Fatal(err)
		}
		a, _ := NewCounter(bold.Without(d.optional), d.asked, "")
		b, _ := NewCounter(d.reduced.Without(d.optional), d.asked, "")
		if a.Run(&d.access, d.origins) != nil || b.Run(&d.access, d.origins) != nil {
			t.Fatal("runs")
		}
		for cell, row := range d.foot {
			for lane, foot := range row {
				if foot > d.asked.Budgets[0] && a.Covered(int32(cell), 0)[lane] != b.Covered(int32(cell), 0)[lane] {
					caught++
				}
			}
		}
	}
	if caught == 0 {
		t.Error("three hundred worlds do not tell a reduction of all trips from one of those that can be switched")
	}
	t.Logf("%d differences", caught)
}
