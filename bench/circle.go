package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"conurb/app/circle"
	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/plan/pack"
	"conurb/region"
)

// circles measures switching one project of the region: every work in turn taken out of
// the plan complete, each a state that was never asked about.
func circles(runs int) ([]row, error) {
	ctx := context.Background()
	p, problems := pack.Load(region.CZT())
	if p == nil {
		return nil, fmt.Errorf("the built-in pack: %v", problems[0])
	}
	dir, err := os.MkdirTemp("", "circles")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	home := ground.Home{Data: dir, Now: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)}
	open := func(ctx context.Context) (*reach.Ground, error) { return ground.Region(ctx, home, p, nil) }
	var rows []row
	for _, k := range []struct {
		what, mode string
		reach      bool
		wanted     string
	}{
		{"circles: one work switched, on foot and by train", circle.Transit, false, "< 1 s"},
		{"circles: the same with people within an hour", circle.Transit, true, "< 1 s"},
		{"circles: one work switched, by bicycle and train", circle.Bicycle, false, ""},
		{"circles: one work switched, by car", circle.Car, false, "< 1 s"},
		{"circles: the same with people within an hour", circle.Car, true, ""},
	} {
		c, err := circle.New(p, open, nil, area.DateOf(home.Now))
		if err != nil {
			return nil, err
		}
		works := slices.DeleteFunc(c.Works(0, 0), func(w circle.Work) bool {
			return len(w.Mute) == len(w.Sections) || (w.Mode == "road") != (k.mode == circle.Car)
		})
		all := circle.Asked{Mode: k.mode, Complete: true, Reach: k.reach}
		first, err := c.Evaluate(ctx, all, nil) // streets, walks and the state that is switched from
		if err != nil {
			return nil, err
		}
		n := 0
		took, err := timed(min(runs, len(works)), func() error {
			all.Without = []string{works[n].ID}
			if n++; slices.Contains(first.Works, all.Without[0]) {
				_, err := c.Evaluate(ctx, all, nil)
				return err
			}
			all.With, all.Without = all.Without, nil
			_, err := c.Evaluate(ctx, all, nil)
			all.With = nil
			return err
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{what: k.what, size: fmt.Sprintf("%d cells", len(first.Place.Point)), runs: took, wanted: k.wanted})
	}
	return rows, nil
}
