package store

import (
	"context"
	"database/sql"
	"fmt"

	"conurb/trust/evidence"
)

// noticeTables are those of notices.
var noticeTables = []following{
	{"notice", []string{"id", "log", "holder_kind", "holder_code", "read"}, " log read ", 1},
	{"notice_setting", []string{"holder_kind", "holder_code", "log"}, " log ", 2},
	{"notice_out", []string{"notice", "way", "address", "state", "log"}, " log ", 2},
}

// checkNotices holds the tables of notices to their notes.
func checkNotices(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	return checkFollowing(ctx, tx, r, 17, noticeTables, []string{roomNotice}, followed.notice)
}

// notice is what a note of notices does to the rows.
func (c followed) notice(n savedNote) error {
	log := fmt.Sprint(n.Log)
	switch n.Action {
	case noticeTold:
		var t Notice
		if err := readNote(n.Text, &t); err != nil {
			return err
		}
		c["notice"][n.ID] = []string{log, t.To.Kind, t.To.Code, "-1"}
		for _, o := range t.Out {
			c["notice_out"][n.ID+"/"+o.Way] = []string{o.Address, NoticeWaiting, "-1"}
		}
	case noticeRead:
		var read noticesRead
		if err := readNote(n.Text, &read); err != nil {
			return err
		}
		for _, id := range read.IDs {
			if row := c["notice"][id]; row != nil {
				row[3] = log
			}
		}
	case noticeSetting:
		var set NoticeSettings
		if err := readNote(n.Text, &set); err != nil {
			return err
		}
		c["notice_setting"][set.To.Kind+"/"+set.To.Code] = []string{log}
	case noticeSent, noticeGivenUp:
		var g noticeGone
		if err := readNote(n.Text, &g); err != nil {
			return err
		}
		if row := c["notice_out"][g.Notice+"/"+g.Way]; row != nil {
			row[1], row[2] = n.Action, log
		}
	}
	return nil
}
