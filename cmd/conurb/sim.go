package main

import (
	"fmt"
	"time"

	"conurb/livelihood/household/sim"
)

// simCmd runs moves of registrations in a world of faults, with the code of this program.
type simCmd struct {
	Seeds    uint64 `default:"300" help:"${sim_seeds}" placeholder:"N"`
	From     uint64 `default:"0" help:"${sim_from}" placeholder:"SEED"`
	Restores bool   `help:"${sim_restores}"`
	Two      bool   `help:"${sim_two}"`
	Mutants  bool   `help:"${sim_mutants}"`
}

// simmed is a row of the table, for machines.
type simmed struct {
	Version string     `json:"version"`
	Run     string     `json:"run"`
	From    uint64     `json:"from"`
	Seeds   uint64     `json:"seeds"`
	Sum     sim.Result `json:"sum"`
	Bad     []uint64   `json:"bad"` // seeds that broke a rule
	Seconds float64    `json:"seconds"`
}

// Run runs the worlds, or looks for a seed for every rule that breaks something without it.
func (c simCmd) Run(s *session) error {
	if err := within("--seeds", float64(c.Seeds), 1, 1e7); err != nil {
		return err
	}
	if c.Mutants {
		return c.mutants(s)
	}
	name, o := "faults", sim.Options{}
	switch {
	case c.Two:
		name, o = "two lost at once", sim.Options{Restores: 2, Two: true}
	case c.Restores:
		name, o = "faults and restores", sim.Options{Restores: 8}
	}
	begun, out := time.Now(), simmed{Version: version, Run: name, From: c.From, Seeds: c.Seeds, Bad: []uint64{}}
	var failed error
	out.Sum = sim.Runs(c.From, c.Seeds, o, func(r sim.Result, err error) {
		if err != nil {
			failed = err
		}
		if o.Bad(r) {
			out.Bad = append(out.Bad, r.Seed)
			fmt.Fprintln(s.err, s.t("sim.bad", "seed", fmt.Sprint(r.Seed), "first", r.First))
		}
	})
	if failed != nil {
		return failed
	}
	out.Seconds = time.Since(begun).Seconds()
	if s.json {
		if err := s.writeJSON(out); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(s.out, "%s\n\n%s\n%s\n\n%s\n", s.t("sim.title", "version", version), sim.Head, out.Sum.Row(name, c.From, c.Seeds, time.Since(begun)), s.t("sim.modelled"))
		if c.Two {
			fmt.Fprintln(s.out, s.t("sim.two"))
		}
	}
	if len(out.Bad) > 0 {
		return errQuiet(1)
	}
	return nil
}

func (c simCmd) mutants(s *session) error {
	missed := 0
	type row struct {
		Rule  string     `json:"rule"`
		Found bool       `json:"found"`
		First sim.Result `json:"first"`
	}
	list := []row{}
	rows := [][]string{}
	for _, m := range sim.Mutants() {
		r, found, err := m.Found()
		if err != nil {
			return err
		}
		what := s.t("sim.missed")
		if found {
			what = fmt.Sprint(r.Seed, ": ", r.First)
		} else {
			missed++
		}
		list, rows = append(list, row{m.Name, found, r}), append(rows, []string{m.Name, what})
	}
	if s.json {
		if err := s.writeJSON(list); err != nil {
			return err
		}
	} else {
		s.table([]string{s.t("sim.rule"), s.t("sim.seed")}, rows)
	}
	if missed > 0 {
		return errQuiet(1)
	}
	return nil
}
