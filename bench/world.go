package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
)

// world is an invented plan of n reported indicators, each with a target and a
// monthly series of m values: a drifting random walk from a fixed seed.
func world(n, m int) (*plan.Plan, []plan.Observation) {
	p := &plan.Plan{
		ID: "bench", Title: area.Text{Zh: "测量用规划", En: "a plan for measuring"},
		From: area.NewDate(2022, 1, 1), Until: area.NewDate(2026, 12, 31),
		Fields: []plan.Item{{ID: "f", Name: area.Text{Zh: "领域", En: "field"}}},
	}
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]plan.Observation, 0, n*m)
	for i := range n {
		id := fmt.Sprintf("i%05d", i)
		name := area.Text{Zh: "指标 " + id, En: "indicator " + id}
		p.Indicators = append(p.Indicators, plan.Indicator{
			ID: id, Name: name, Unit: plan.Unit{ID: "count", Name: area.Text{Zh: "个", En: "items"}},
			Kind: "reported", Direction: plan.Up, Field: "f", StaleMonths: 24,
		})
		v, drift := 100+50*r.Float64(), r.Float64()
		base := v
		for k := range m {
			v += drift + r.NormFloat64()
			period, err := plan.ParsePeriod(area.NewDate(2021, time.Month(1+k), 1).String()[:7])
			if err != nil {
				panic(err)
			}
			all = append(all, plan.Observation{
				ID: fmt.Sprintf("%s-%03d", id, k), Version: 1, Indicator: id, Scope: "all", Period: period,
				Value: v, Source: "s", Grade: area.GradeA, Published: period.End() + 20, Log: int64(len(all)),
			})
		}
		p.Targets = append(p.Targets, plan.Target{
			ID: "t-" + id, Indicator: id, Field: "f", Name: name, Scope: "all", Op: ">=", Value: base + drift*float64(m+12),
			Due: area.NewDate(2026, 12, 31), Baseline: &plan.Baseline{Value: base, Date: area.NewDate(2020, 12, 31)},
			Trajectory: plan.Trajectory{Kind: "linear", Registered: area.NewDate(2021, 1, 1)},
		})
	}
	return p, all
}

func input(p *plan.Plan, all []plan.Observation) *board.Input {
	return &board.Input{Pack: "bench", PackDigest: "bench", Network: &area.Network{}, Plan: p, Ledger: board.NewLedger(all)}
}

var asked = board.Query{AsOf: area.NewDate(2026, 1, 31), BelievedOn: area.NewDate(2026, 3, 1)}
