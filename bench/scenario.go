package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/scenario"
)

// So many times, so many works are made ready together, to be switched in every
// combination.
const (
	rounds   = 4
	together = 5
)

// works measures what switching one project costs: twenty projects on the lines of Porto
// Alegre, against everything made anew (walks, program, all origins).
func works(runs int) ([]row, error) {
	ctx := context.Background()
	r, err := newRiders(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stderr, "no Porto Alegre in ../shared/data/networks: scenarios are left out")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	j := reach.DefaultJourney()
	j.Longest = reach.Minutes(60)
	one := reach.Work{Cores: 1}
	base, err := r.engine.NewTransit(ctx, r.table, r.cells, j, r.transfers, one)
	if err != nil {
		return nil, err
	}
	counted := scenario.Counted{Window: afternoon, Percent: 50, Question: reach.Question{Limits: []reach.Decis{reach.Minutes(30), reach.Minutes(60)}, Columns: [][]float64{slices.Repeat([]float64{1}, r.cells.Len())}}}
	full := row{what: "scenario: one project, all made anew, 1 core", size: fmt.Sprintf("%d cells; walks, program, all origins", r.cells.Len())}
	fast := row{what: "scenario: one project switched, 1 core", size: fmt.Sprintf("%d works that combine freely", together), wanted: "10 x all made anew"}
	ready := row{what: "scenario: works made ready, 1 core", size: fmt.Sprintf("%d works", together)}
	list := r.projects(rounds * together)
	for first := 0; first < len(list); first += together {
		var p *scenario.Prepared
		some := list[first : first+together]
		d, err := timed(1, func() (err error) {
			p, err = scenario.Prepare(ctx, base, r.table, some, nil, counted, one)
			return err
		})
		if err != nil {
			return nil, err
		}
		ready.runs = append(ready.runs, d...)
		for i := range some {
			on := make([]bool, together)
			on[i] = true
			var got, want []float64
			if d, err = timed(1, func() error {
				_, err := p.Counts(ctx, on, one, listed(&got))
				return err
			}); err != nil {
				return nil, err
			}
			fast.runs = append(fast.runs, d...)
			if d, err = timed(1, func() error {
				t, err := scenario.Lines(r.table, some[i:i+1])
				if err != nil {
					return err
				}
				tr, err := r.engine.NewTransit(ctx, t, r.cells, j, r.transfers, one)
				if err != nil {
					return err
				}
				return tr.Counts(ctx, counted.Window, counted.Percent, counted.Question, one, listed(&want))
			}); err != nil {
				return nil, err
			}
			full.runs = append(full.runs, d...)
			if !slices.Equal(got, want) {
				return nil, fmt.Errorf("project %d: the switched answer is not that of all made anew", first+i)
			}
		}
	}
	fast.ratio = fmt.Sprintf("%.1f x all made anew", float64(median(full.runs))/float64(median(fast.runs)))
	ready.ratio = fmt.Sprintf("%.1f x all made anew", float64(median(ready.runs))/float64(median(full.runs)))
	more, err := roads(ctx)
	return append([]row{full, ready, fast}, more...), err
}

func listed(out *[]float64) func(int, reach.Sums) error {
	return func(_ int, s reach.Sums) error {
		for i := range s.Places {
			*out = append(append(*out, float64(s.Places[i])), s.At[i]...)
		}
		return nil
	}
}

// projects are works on lines that run much: dropped, doubled by a line of its own,
// moved in time, run twice as often, made faster, in turn.
func (r *riders) projects(n int) (list []area.Work) {
	trips := map[string]int{}
	first := map[string]int{}
	for k, route := range r.table.TripRoute {
		name := r.table.RouteName[route]
		if trips[name]++; trips[name] == 1 {
			first[name] = k
		}
	}
	var names []string
	for name := range trips {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if trips[a] != trips[b] {
			return trips[b] - trips[a]
		}
		return len(a) - len(b) + 2*slices.Compare([]byte(a), []byte(b))
	})
	for i := range n {
		name := names[(i*len(names)/n)%len(names)]
		e := area.Edit{Line: name}
		switch i % 5 {
		case 0:
			e.Kind = area.DropLine
		case 1:
			e = r.double(first[name], "new "+name)
		case 2:
			e.Kind, e.Seconds = area.Shift, 300
		case 3:
			e.Kind, e.Factor = area.Headway, 0.5
		case 4:
			e.Kind, e.Factor = area.RunTime, 0.8
		}
		list = append(list, area.Work{ID: fmt.Sprint(i), Edits: []area.Edit{e}})
	}
	return list
}

// double is a new line beside a trip, at every second of its stops, every ten minutes.
func (r *riders) double(k int, name string) area.Edit {
	t := r.table
	e := area.Edit{Kind: area.AddLine, Line: name, Dwell: 15, Bands: []area.Band{{From: 12 * 3600, Until: 18 * 3600, Headway: int(10 * time.Minute / time.Second)}}}
	before := int32(-1)
	for at := t.TripFirst[k]; at < t.TripFirst[k+1]; at += 2 {
		p := t.StopPlace[t.EventStop[at]]
		e.Stops = append(e.Stops, area.Place{Name: fmt.Sprint(name, " ", at), Point: [2]float64{p[0] + 0.0005, p[1] + 0.0005}})
		if before >= 0 {
			e.Run = append(e.Run, max(int(t.Arrive[at]-t.Depart[before])*9/10, 20))
		}
		before = at
	}
	return e
}
