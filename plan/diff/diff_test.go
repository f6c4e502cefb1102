package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/diff"
)

func target(id string, v board.Verdict, value float64) board.Target {
	return board.Target{
		Target: plan.Target{ID: id, Name: area.Text{Zh: "目标", En: "target"}, Op: ">=", Value: 10, Scope: "all"}, Verdict: v,
		Current: &board.Value{Value: value, Period: "2024"},
	}
}

func project(id string, s board.CommitmentState) board.ProjectStanding {
	return board.ProjectStanding{Project: plan.Project{ID: id}, State: s}
}

func TestEveryChangeIsListedOnce(t *testing.T) {
	before := &board.Board{
		Targets:  []board.Target{target("same", board.Met, 11), target("moved", board.AtRisk, 8), target("gone", board.Met, 12)},
		Projects: []board.ProjectStanding{project("p", board.Pending), project("lost", board.Kept)},
	}
	after := &board.Board{
		Targets:  []board.Target{target("moved", board.Met, 10), target("same", board.Met, 11), target("new", board.NoData, 0)},
		Projects: []board.ProjectStanding{project("p", board.Late)},
	}
	var got []string
	for _, c := range diff.Boards(before, after) {
		got = append(got, c.Kind+" "+c.ID+" "+c.What+": "+c.Old+" -> "+c.New)
	}
	want := []string{
		"target moved verdict: at-risk -> met",
		"target moved value: 8 (2024) -> 10 (2024)",
		"target new added:  -> no-data",
		"target gone removed: met -> ",
		"project p state: pending -> late",
		"project lost removed: kept -> ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if same := diff.Boards(before, before); len(same) != 0 {
		t.Errorf("a board differs from itself: %v", same)
	}
}
