package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"conurb/trust/evidence"
)

// caseTables are those of cases.
var caseTables = []following{
	{"case_file", strings.Fields("id log version item office state phase holder account code_kind code bundle until stars opened decided natural_days promised allowed used head"),
		" log version stars natural_days promised allowed used ", 1},
	{"case_event", []string{"id", "number", "log"}, " number log ", 2},
	{"case_link", []string{"kind", "city", "other", "id"}, " ", 4},
	{"case_bundle", []string{"id", "log", "code_kind", "code", "head"}, " log ", 1},
	{"case_figures", []string{"city", "log"}, " log ", 1},
}

// caseColumns and bundleColumns are how many columns the tables had at first; migrations 19 to 21
// put others to them.
const caseColumns, bundleColumns = 15, 4

var putCaseFile = caseTables[0].put()

// checkCases holds the tables of cases to their notes.
func checkCases(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	tables := slices.Clone(caseTables)
	if now, err := migrated(ctx, tx, 21); err != nil {
		return err
	} else if !now { // it is read as an older program left it
		tables[0].columns, tables[3].columns = tables[0].columns[:caseColumns], tables[3].columns[:bundleColumns]
	}
	return checkFollowing(ctx, tx, r, 13, tables, []string{roomCase, roomCaseFigures, roomBundle}, func(want followed, n savedNote) error {
		return want.cases(&tables[0], &tables[3], n)
	})
}

// cases is what a note of cases does to the rows.
func (f followed) cases(file, bundle *following, n savedNote) error {
	switch {
	case n.Room == roomCaseFigures:
		f["case_figures"][n.ID] = []string{fmt.Sprint(n.Log)}
		return nil
	case n.Room == roomBundle:
		var b CaseBundle
		if err := json.Unmarshal([]byte(n.Text), &b); err != nil {
			return err
		}
		head, err := bundleHeadOf(&b)
		f.write(bundle, []any{n.ID, n.Log, b.Applicant.Kind, b.Applicant.Code, head})
		return err
	case n.Action == caseRefused:
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
	f.write(file, row)
	f["case_event"][n.ID+"/"+c.Case.Version] = []string{fmt.Sprint(n.Log)}
	for _, l := range c.Case.Links {
		f["case_link"][l.Kind+"/"+l.City+"/"+l.ID+"/"+n.ID] = []string{}
	}
	return nil
}
