package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"conurb/trust/evidence"
)

// following is a table whose rows follow from notes: the columns that do, as many of them as are
// keys first, and which hold numbers, each between spaces.
type following struct {
	name    string
	columns []string
	numbers string
	keys    int
}

// put is the statement that writes a row of all columns over the one with its key.
func (t *following) put() string { return inserting(t.name, t.columns, t.keys, 1, true) }

// followed are rows as notes have them, by table and key.
type followed map[string]map[string][]string

// write has a row of a table over the one with its key. What stands beyond the columns is left out.
func (f followed) write(t *following, row []any) {
	cells := make([]string, len(t.columns))
	for i := range cells {
		cells[i] = fmt.Sprint(row[i])
	}
	f[t.name][strings.Join(cells[:t.keys], "/")] = cells[t.keys:]
}

// checkFollowing holds tables, which a database has from a migration on, to the notes of rooms. does
// is what a note does to the rows; one of ours has the form that it had when it was written, since
// its digest is good.
func checkFollowing(ctx context.Context, tx *sql.Tx, r *evidence.Report, migration int, tables []following, rooms []string, does func(want followed, n savedNote) error) error {
	there, err := migrated(ctx, tx, migration)
	if !there || err != nil {
		return err
	}
	want := followed{}
	for _, t := range tables {
		want[t.name] = map[string][]string{}
	}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || !slices.Contains(rooms, n.Room) {
			return err
		}
		return does(want, n)
	})
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := t.hold(ctx, tx, r, want[t.name]); err != nil {
			return err
		}
	}
	return nil
}

// hold compares a table with the rows that it should have.
func (t *following) hold(ctx context.Context, tx *sql.Tx, r *evidence.Report, want map[string][]string) error {
	cs := newCells(t.name, t.columns...)
	err := eachCells(ctx, tx, `SELECT `+strings.Join(t.columns, ", ")+` FROM `+t.name+` ORDER BY `+strings.Join(t.columns[:t.keys], ", "), cs, func() {
		cell := make([]string, len(t.columns))
		for i, name := range t.columns {
			if strings.Contains(t.numbers, " "+name+" ") {
				cell[i] = fmt.Sprint(cs.integer(i))
			} else {
				cell[i] = cs.text(i)
			}
		}
		key, have := strings.Join(cell[:t.keys], "/"), strings.Join(cell[t.keys:], " ")
		should, ok := want[key]
		delete(want, key)
		switch fault := cs.fault(); {
		case fault != "":
			r.Add(evidence.NoteAltered, -1, t.name+" "+key, fault)
		case !ok:
			r.Add(evidence.NoteInserted, -1, t.name+" "+key, "")
		case strings.Join(should, " ") != have:
			r.Add(evidence.NoteAltered, -1, t.name+" "+key, have+" ≠ "+strings.Join(should, " "))
		}
	})
	for key := range want {
		r.Add(evidence.NoteMissing, -1, t.name+" "+key, "")
	}
	return err
}
