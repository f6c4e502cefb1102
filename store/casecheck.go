package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"conurb/trust/evidence"
)

// checkCases holds the tables of cases to their notes.
func checkCases(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 13)
	if !there || err != nil {
		return err
	}
	want := counterRows{"case_file": {}, "case_event": {}, "case_link": {}, "case_bundle": {}, "case_figures": {}}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil {
			return err
		}
		switch {
		case n.Room == roomCaseFigures:
			want["case_figures"][n.ID] = []string{fmt.Sprint(n.Log)}
			return nil
		case n.Room == roomBundle:
			var b CaseBundle
			err := json.Unmarshal([]byte(n.Text), &b)
			want["case_bundle"][n.ID] = []string{fmt.Sprint(n.Log), b.Applicant.Kind, b.Applicant.Code}
			return err
		case n.Room != roomCase || n.Action == caseRefused:
			return nil
		}
		c, err := readCase(n.Text)
		if err != nil {
			return err
		}
		row, err := caseRow(n.Log, &c)
		if err != nil {
			return err
		}
		cells := make([]string, len(row)-1)
		for i, v := range row[1:] {
			cells[i] = fmt.Sprint(v)
		}
		want["case_file"][n.ID] = cells
		want["case_event"][n.ID+"/"+c.Case.Version] = []string{fmt.Sprint(n.Log)}
		for _, l := range c.Case.Links {
			want["case_link"][l.Kind+"/"+l.City+"/"+l.ID+"/"+n.ID] = []string{}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		table, columns, numbers string
		keys                    int
	}{
		{"case_file", "id log version item office state phase holder account code_kind code bundle until stars opened", " log version stars ", 1},
		{"case_event", "id number log", " number log ", 2},
		{"case_link", "kind city other id", " ", 4},
		{"case_bundle", "id log code_kind code", " log ", 1},
		{"case_figures", "city log", " log ", 1},
	} {
		if err := want.hold(ctx, tx, r, part.table, strings.Fields(part.columns), part.numbers, part.keys); err != nil {
			return err
		}
	}
	return nil
}
