package store

import (
	"context"
	"database/sql"
	"fmt"

	"conurb/trust/evidence"
)

// checkNotices holds the tables of notices to their notes.
func checkNotices(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 17)
	if !there || err != nil {
		return err
	}
	want := counterRows{"notice": {}, "notice_setting": {}, "notice_out": {}}
	err = each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil || n.Room != roomNotice {
			return err
		}
		return want.notice(n)
	})
	if err != nil {
		return err
	}
	if err := want.hold(ctx, tx, r, "notice", []string{"id", "log", "holder_kind", "holder_code", "read"}, " log read ", 1); err != nil {
		return err
	}
	if err := want.hold(ctx, tx, r, "notice_setting", []string{"holder_kind", "holder_code", "log"}, " log ", 2); err != nil {
		return err
	}
	return want.hold(ctx, tx, r, "notice_out", []string{"notice", "way", "address", "state", "log"}, " log ", 2)
}

// notice is what a note of ours does to the rows; its digest is good.
func (c counterRows) notice(n savedNote) error {
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
