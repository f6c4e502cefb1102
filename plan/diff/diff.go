// Package diff says what a change of the plan's files does to every status
// before it is merged: two boards for the same days, compared target by target
// and project by project.
package diff

import (
	"strconv"

	"conurb/area"
	"conurb/plan/board"
)

// Change is one thing that is no longer the same.
type Change struct {
	Kind string    `json:"kind"` // target | project
	ID   string    `json:"id"`
	Name area.Text `json:"name"`
	What string    `json:"what"` // verdict | value | target | rule | state | due | expected | added | removed
	Old  string    `json:"old"`
	New  string    `json:"new"`
}

// Boards lists the changes from one board to another, in the order of the newer
// board, with what it lost at the end. Both should be for the same query.
func Boards(before, after *board.Board) []Change {
	d := &differ{}
	was := map[string]*board.Target{}
	for i := range before.Targets {
		was[before.Targets[i].ID] = &before.Targets[i]
	}
	for i := range after.Targets {
		t := &after.Targets[i]
		d.target(was[t.ID], t)
		delete(was, t.ID)
	}
	for i := range before.Targets {
		if t := &before.Targets[i]; was[t.ID] != nil {
			d.add("target", t.ID, t.Name, "removed", string(t.Verdict), "")
		}
	}
	d.projects(before, after)
	return d.changes
}

type differ struct{ changes []Change }

// add notes a change, unless there is none.
func (d *differ) add(kind, id string, name area.Text, what, from, to string) {
	if from != to {
		d.changes = append(d.changes, Change{kind, id, name, what, from, to})
	}
}

func (d *differ) target(old, t *board.Target) {
	if old == nil {
		d.add("target", t.ID, t.Name, "added", "", string(t.Verdict))
		return
	}
	d.add("target", t.ID, t.Name, "verdict", string(old.Verdict), string(t.Verdict))
	d.add("target", t.ID, t.Name, "value", value(old.Current), value(t.Current))
	d.add("target", t.ID, t.Name, "target", goal(old), goal(t))
	rules := map[string]string{}
	for _, r := range old.ByRule {
		rules[r.Rule.ID] = value(r.Value) + " " + string(r.Verdict)
	}
	for _, r := range t.ByRule {
		d.add("target", t.ID+"/"+r.Rule.ID, r.Rule.Name, "rule", rules[r.Rule.ID], value(r.Value)+" "+string(r.Verdict))
	}
}

func (d *differ) projects(before, after *board.Board) {
	was := map[string]*board.ProjectStanding{}
	for i := range before.Projects {
		was[before.Projects[i].ID] = &before.Projects[i]
	}
	for i := range after.Projects {
		p := &after.Projects[i]
		old := was[p.ID]
		delete(was, p.ID)
		if old == nil {
			d.add("project", p.ID, p.Name, "added", "", string(p.State))
			continue
		}
		d.add("project", p.ID, p.Name, "state", string(old.State), string(p.State))
		d.add("project", p.ID, p.Name, "due", old.Due.String(), p.Due.String())
		d.add("project", p.ID, p.Name, "expected", old.Expected.String(), p.Expected.String())
	}
	for i := range before.Projects {
		if p := &before.Projects[i]; was[p.ID] != nil {
			d.add("project", p.ID, p.Name, "removed", string(p.State), "")
		}
	}
}

func goal(t *board.Target) string {
	return t.Op + " " + strconv.FormatFloat(t.Value, 'f', -1, 64) + " " + t.Scope + " " + t.Due.String()
}

func value(v *board.Value) string {
	if v == nil {
		return "-"
	}
	return strconv.FormatFloat(v.Value, 'f', -1, 64) + " (" + v.Period + ")"
}
