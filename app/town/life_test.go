package town_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"conurb/app/node"
	"conurb/app/town"
	"conurb/livelihood/casework"
	"conurb/livelihood/household/course"
	"conurb/plan/pack"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// begun is a demonstration at its first start, with all that `conurb serve --demo` makes.
func begun(t *testing.T, all map[trustlist.Party]*town.Town) (cases, moves int) {
	t.Helper()
	var towns []*town.Town
	for _, one := range all {
		if err := one.Issue(t.Context(), "demo"); err != nil {
			t.Fatal(err)
		}
		made, err := one.Live(t.Context(), "demo")
		if err != nil {
			t.Fatalf("%s: %v", one.Node.Me(), err)
		}
		cases, towns = cases+made, append(towns, one)
	}
	moves, err := town.Move(t.Context(), towns, "demo")
	if err != nil {
		t.Fatal(err)
	}
	return cases, moves
}

// files are the cases of a city, with their events.
func files(t *testing.T, s *store.Store) (list []casework.Case) {
	t.Helper()
	heads, err := s.CaseHeads(t.Context(), store.CaseFilter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heads {
		c, err := s.Case(t.Context(), h.ID)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// TestTheDemonstrationLives: after the first start every city has cases at every state of the
// standard course, some late, some at risk, and three months that are over; two moves wait for a
// clerk; and a second start makes nothing.
func TestTheDemonstrationLives(t *testing.T) {
	p := packed(t)
	seats := settle(t, p)
	all, stop := start(t, p, seats)
	before := time.Now()
	cases, moves := begun(t, all)
	if cases < 150 || moves != 2 {
		t.Errorf("made %d cases and %d moves", cases, moves)
	}
	counts := map[trustlist.Party]int{}
	for name, one := range all {
		report, err := one.App.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
		if err != nil || !report.OK() {
			t.Errorf("%s: %v %+v", name, err, report)
		}
		list := files(t, one.App.Store())
		counts[name] = len(list)
		if name == trustlist.Office {
			if len(list) > 0 {
				t.Errorf("the office has %d cases", len(list))
			}
			continue
		}
		liveStates(t, one, list)
		liveTimes(t, one, list, before)
		liveFigures(t, one)
	}
	waits(t, all)
	office(t, all[trustlist.Office])
	stop()

	all, _ = start(t, p, seats)
	if cases, moves := begun(t, all); cases+moves > 0 {
		t.Errorf("a second start makes %d cases and %d moves", cases, moves)
	}
	for name, one := range all {
		if now := len(files(t, one.App.Store())); now != counts[name] {
			t.Errorf("%s had %d cases, and %d after a second start", name, counts[name], now)
		}
	}
}

func liveStates(t *testing.T, one *town.Town, list []casework.Case) {
	t.Helper()
	for _, s := range casework.Standard().States {
		if s.Name == casework.Closed || s.Name == casework.Lapsed { // which days alone bring
			continue
		}
		if !slices.ContainsFunc(list, func(c casework.Case) bool { return c.State == s.Name }) {
			t.Errorf("%s has no case that is %s", one.Node.Me(), s.Name)
		}
	}
	bundled := map[casework.State]int{}
	for _, c := range list {
		if c.Bundle != "" {
			bundled[c.State]++
		}
		if c.Facts[casework.FactInvented] == "" && c.Item == "household-transfer" && one.Node.Me() == "changsha" {
			t.Errorf("%s is not said to be invented", c.ID)
		}
	}
	if bundled[casework.Decided] != 1 || bundled[casework.Draft] == 0 {
		t.Errorf("%s: the bundle is not partly done: %v", one.Node.Me(), bundled)
	}
}

// liveTimes: whatever is of before the start says that it is invented, goes on in order, and is of
// the past.
func liveTimes(t *testing.T, one *town.Town, list []casework.Case, start time.Time) {
	t.Helper()
	past := 0
	for _, c := range list {
		if !slices.IsSortedFunc(c.Events, func(a, b casework.Event) int { return a.At.Compare(b.At) }) {
			t.Errorf("%s of %s: its events are not in order", c.ID, one.Node.Me())
		}
		if c.Events[len(c.Events)-1].At.After(time.Now()) {
			t.Errorf("%s of %s is of a day to come", c.ID, one.Node.Me())
		}
		if c.Opened.Before(start) {
			past++
			if c.Facts[casework.FactInvented] == "" {
				t.Errorf("%s of %s pretends, and does not say so", c.ID, one.Node.Me())
			}
		}
	}
	if past < 50 {
		t.Errorf("%s: %d cases of before", one.Node.Me(), past)
	}
	head, err := one.App.Store().Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var last time.Time
	for i := range head.Size {
		e, err := one.App.Store().Entry(t.Context(), i, head.Size)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := evidence.ParseLeaf(e.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		if leaf.Recorded.Before(last) {
			t.Fatalf("%s: entry %d is recorded before the one before it", one.Node.Me(), i)
		}
		last = leaf.Recorded
	}
}

func liveFigures(t *testing.T, one *town.Town) {
	t.Helper()
	f, err := one.Cases.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var late, risk, rated int
	for _, l := range f.Lines {
		late, risk, rated = late+l.Late, risk+l.Risk, rated+l.Rated
	}
	if late < 2 || risk < 2 || rated < 20 {
		t.Errorf("%s: %d late, %d at risk, %d rated", one.Node.Me(), late, risk, rated)
	}
	weeks, err := one.Cases.Trend(t.Context(), casework.ByWeek)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]bool{}
	for _, w := range weeks {
		of[w.From.String()] = true
	}
	if len(of) < 8 {
		t.Errorf("%s: decisions of %d weeks", one.Node.Me(), len(of))
	}
}

// waits: one move waits for the clerk of Changsha, another for that of Zhuzhou.
func waits(t *testing.T, all map[trustlist.Party]*town.Town) {
	t.Helper()
	for _, w := range []struct {
		city  trustlist.Party
		state casework.State
	}{{"changsha", course.InExamining}, {"zhuzhou", course.OutArrived}} {
		list, err := all[w.city].App.Store().CaseHeads(t.Context(), store.CaseFilter{States: []casework.State{w.state}})
		if err != nil || len(list) != 1 || list[0].Holder.By != casework.Clerk {
			t.Errorf("%s has %d moves that are %s: %v", w.city, len(list), w.state, err)
		}
	}
}

// office: it was told how the cases of each city stand, and how long they took.
func office(t *testing.T, one *town.Town) {
	t.Helper()
	eventually(t, "the office knows the figures", func() bool {
		list, err := one.Cases.Others(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range list {
			if len(f.Lines) > 0 && len(f.Trend) > 0 {
				n++
			}
		}
		return n == 3
	})
}

// folder makes that of a node, which nothing serves.
func folder(t *testing.T, p *pack.Pack, name trustlist.Party, demo bool, now time.Time) string {
	t.Helper()
	places, err := node.ReadRegion(node.RegionFile, p.Files[node.RegionFile])
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(places, func(p node.Place) bool { return p.Name == name })
	conf := places[i].Config("127.0.0.1:1", "http://localhost:1")
	conf.Demo = demo
	dir := filepath.Join(t.TempDir(), string(name))
	if err := node.Make(dir, conf, "", now); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A node that is no demonstration makes no invented cases.
func TestARealNodeInventsNothing(t *testing.T) {
	p := packed(t)
	one, err := town.Open(t.Context(), town.Options{Dir: folder(t, p, "changsha", false, time.Now()), Pack: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { one.Close() })
	if made, err := one.Live(t.Context(), "demo"); made != 0 || err != nil {
		t.Errorf("%d, %v", made, err)
	}
	if made, err := town.Move(t.Context(), []*town.Town{one}, "demo"); made != 0 || err != nil {
		t.Errorf("%d, %v", made, err)
	}
	err = one.App.Store().Do(t.Context(), func(d *store.Deed) error {
		_, err := d.Pretend(d.At().Add(-time.Hour))
		return err
	})
	if !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a deed of a real node pretends: %v", err)
	}
}

// TestTheDemonstrationBeginsOnAnyDay: at night, on a Sunday, after long holidays, in a year whose
// holidays are not published.
func TestTheDemonstrationBeginsOnAnyDay(t *testing.T) {
	p := packed(t)
	for _, at := range []string{"2026-11-29T06:10:00+08:00", "2026-10-08T00:20:00+08:00", "2026-02-24T23:55:00+08:00", "2028-01-03T12:00:00+08:00"} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		one, err := town.Open(t.Context(), town.Options{Dir: folder(t, p, "zhuzhou", true, now), Pack: p, Demo: true, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		if err := one.Issue(t.Context(), "demo"); err != nil {
			t.Fatal(err)
		}
		if made, err := one.Live(t.Context(), "demo"); made < 60 || err != nil {
			t.Errorf("%s: %d cases, %v", at, made, err)
		}
		list := files(t, one.App.Store())
		liveStates(t, one, list)
		for _, c := range list {
			if c.Events[len(c.Events)-1].At.After(now) {
				t.Errorf("%s: %s is of a moment to come", at, c.ID)
			}
		}
		if err := one.Close(); err != nil {
			t.Error(err)
		}
	}
}
