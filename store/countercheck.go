package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"conurb/trust/evidence"
)

// counterTables are those of the counter.
var counterTables = []following{
	{"counter_request", []string{"id", "log", "state", "until_at", "check_id"}, " log ", 1},
	{"counter_check", []string{"id", "log", "accepted", "disputed", "replied"}, " log accepted disputed replied ", 1},
	{"licence_visit", []string{"city", "id", "log", "licence", "holder_kind", "holder_code", "objected", "settled"}, " log objected settled ", 2},
}

// checkCounter holds the tables of the counter to its notes.
func checkCounter(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	return checkFollowing(ctx, tx, r, 10, counterTables, []string{roomCounter}, followed.counter)
}

// counter is what a note of the counter does to the rows.
func (c followed) counter(n savedNote) error {
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
