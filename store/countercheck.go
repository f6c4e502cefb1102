package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"conurb/trust/evidence"
)

// counterRows are the rows that follow from notes of the counter, by table and key.
type counterRows map[string]map[string][]string

// checkCounter holds the tables of the counter to its notes.
func checkCounter(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 10)
	if !there || err != nil {
		return err
	}
	want := counterRows{"counter_request": {}, "counter_check": {}, "licence_visit": {}}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || n.Room != roomCounter {
			return err
		}
		return want.add(n)
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		table, columns string
		numbers        string
		keys           int
	}{
		{"counter_request", "id log state until_at check_id", " log ", 1},
		{"counter_check", "id log accepted disputed replied", " log accepted disputed replied ", 1},
		{"licence_visit", "city id log licence holder_kind holder_code objected settled", " log objected settled ", 2},
	} {
		if err := want.hold(ctx, tx, r, part.table, strings.Fields(part.columns), part.numbers, part.keys); err != nil {
			return err
		}
	}
	return nil
}

// add is what a note does to the rows; one of ours has the form that it had when it was
// written, since its digest is good.
func (c counterRows) add(n savedNote) error {
	log := fmt.Sprint(n.Log)
	put := func(table, key string, column int, value string) {
		if row := c[table][key]; row != nil {
			row[column] = value
		}
	}
	switch n.Action {
	case counterAsked:
		var a Asking
		if err := json.Unmarshal([]byte(n.Text), &a); err != nil {
			return err
		}
		c["counter_request"][n.ID] = []string{log, RequestOpen, stampOf(a.Until), ""}
	case counterDeclined:
		put("counter_request", n.ID, 1, RequestDeclined)
	case counterChecked:
		var k Check
		if err := json.Unmarshal([]byte(n.Text), &k); err != nil {
			return err
		}
		c["counter_check"][n.ID] = []string{log, "-1", "-1", "-1"}
		put("counter_request", k.Request, 1, RequestAnswered)
		put("counter_request", k.Request, 3, k.ID)
	case counterAccepted:
		put("counter_check", n.ID, 1, log)
	case counterDisputed:
		put("counter_check", n.ID, 2, log)
	case counterReplied:
		put("counter_check", n.ID, 3, log)
	case counterVisited:
		var v Visit
		if err := json.Unmarshal([]byte(n.Text), &v); err != nil {
			return err
		}
		c["licence_visit"][n.ID] = []string{log, v.Licence, v.HolderKind, v.HolderCode, "-1", "-1"}
	case counterObjected:
		put("licence_visit", n.ID, 4, log)
	case counterSettled:
		put("licence_visit", n.ID, 5, log)
	}
	return nil
}

// hold compares a table with the rows that it should have.
func (c counterRows) hold(ctx context.Context, tx *sql.Tx, r *evidence.Report, table string, columns []string, numbers string, keys int) error {
	want := c[table]
	cs := newCells(table, columns...)
	err := eachCells(ctx, tx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table+` ORDER BY `+strings.Join(columns[:keys], ", "), cs, func() {
		cell := make([]string, len(columns))
		for i, name := range columns {
			if strings.Contains(numbers, " "+name+" ") {
				cell[i] = fmt.Sprint(cs.integer(i))
			} else {
				cell[i] = cs.text(i)
			}
		}
		key, have := strings.Join(cell[:keys], "/"), strings.Join(cell[keys:], " ")
		should, ok := want[key]
		delete(want, key)
		switch fault := cs.fault(); {
		case fault != "":
			r.Add(evidence.NoteAltered, -1, table+" "+key, fault)
		case !ok:
			r.Add(evidence.NoteInserted, -1, table+" "+key, "")
		case strings.Join(should, " ") != have:
			r.Add(evidence.NoteAltered, -1, table+" "+key, have+" ≠ "+strings.Join(should, " "))
		}
	})
	for key := range want {
		r.Add(evidence.NoteMissing, -1, table+" "+key, "")
	}
	return err
}
