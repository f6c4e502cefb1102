package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// The states of a notice on its way out; the last two are the actions that end it.
const (
	NoticeWaiting = "waiting"
	NoticeSent    = noticeSent
	NoticeGivenUp = noticeGivenUp
)

// NoticeOut is a notice on its way out of the node.
type NoticeOut struct {
	Notice  Notice
	Way     string
	Address string
	State   string
	Tries   int
	Next    time.Time
	Trouble string // of the last try, a code
}

// DueNotices lists what is to go out now, the longest waiting first.
func (s *Store) DueNotices(ctx context.Context, limit int) ([]NoticeOut, error) {
	return s.noticesOut(ctx, ` WHERE o.state = $1 AND o.next_at <= $2 ORDER BY o.next_at, o.notice, o.way LIMIT $3`, NoticeWaiting, stampOf(s.now()), limit)
}

// NoticesOut lists what went out of a notice, or is to.
func (s *Store) NoticesOut(ctx context.Context, notice string) ([]NoticeOut, error) {
	return s.noticesOut(ctx, ` WHERE o.notice = $1 ORDER BY o.way`, notice)
}

func (s *Store) noticesOut(ctx context.Context, where string, args ...any) (list []NoticeOut, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT n.text, o.way, o.address, o.state, o.tries, o.next_at, o.trouble
		FROM notice_out o JOIN notice x ON x.id = o.notice JOIN note n ON n.log = x.log`+where, args...)
	if err != nil {
		return nil, fmt.Errorf("notices on their way: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var o NoticeOut
		var text, next string
		if err := damaged(rows.Scan(&text, &o.Way, &o.Address, &o.State, &o.Tries, &next, &o.Trouble)); err != nil {
			return nil, fmt.Errorf("notices on their way: %w", err)
		}
		if err := readNote(text, &o.Notice); err != nil {
			return nil, err
		}
		if o.Next, err = parseStamp(next); err != nil {
			return nil, fmt.Errorf("notice %s: %w: %w", o.Notice.ID, ErrDamaged, err)
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// TakeNotice takes up one that is due, until a moment at which it is free again; mine is false
// where another took it meanwhile.
func (s *Store) TakeNotice(ctx context.Context, o NoticeOut, until time.Time) (mine bool, err error) {
	if s.readOnly {
		return false, ErrReadOnly
	}
	err = retry(ctx, func() error {
		r, err := s.db.ExecContext(ctx, `UPDATE notice_out SET tries = $1, next_at = $2 WHERE notice = $3 AND way = $4 AND state = $5 AND next_at = $6 AND tries = $7`,
			o.Tries+1, stampOf(until), o.Notice.ID, o.Way, NoticeWaiting, stampOf(o.Next), o.Tries)
		if err != nil {
			return fmt.Errorf("notice %s: %w", o.Notice.ID, err)
		}
		n, err := r.RowsAffected()
		mine = n == 1
		return err
	})
	return mine, err
}

// DelayNotice has one that was taken up tried again later, and keeps why.
func (s *Store) DelayNotice(ctx context.Context, o NoticeOut, next time.Time, trouble string) error {
	if err := s.brief(ctx, `UPDATE notice_out SET next_at = $1, trouble = $2 WHERE notice = $3 AND way = $4 AND state = $5`,
		stampOf(next), trouble, o.Notice.ID, o.Way, NoticeWaiting); err != nil {
		return fmt.Errorf("notice %s: %w", o.Notice.ID, err)
	}
	return nil
}

// EndNotice writes down that one left the node, or that it will not and why; ErrDone where that
// is known already.
func (s *Store) EndNotice(ctx context.Context, o NoticeOut, state, trouble string) error {
	return s.write(ctx, func(w *writing) error {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		return w.notice(state, id.String(), noticeGone{o.Notice.ID, o.Way, trouble, salt()})
	})
}

// The limits of a code that confirms an address.
const (
	NoticeCodeLasts = 15 * time.Minute
	NoticeCodePause = time.Minute // between two of them
	NoticeCodeTries = 5
)

// KeepNoticeCode keeps by its digest the code that confirms an address, in place of the one
// before; soon is false, and nothing is kept, where that one was made a moment ago.
func (s *Store) KeepNoticeCode(ctx context.Context, to Told, address, hash string) (kept bool, err error) {
	err = s.write(ctx, func(w *writing) error {
		r, err := w.tx.ExecContext(ctx, `INSERT INTO notice_confirm (holder_kind, holder_code, address, hash, tries, made) VALUES ($1, $2, $3, $4, 0, $5)
			ON CONFLICT (holder_kind, holder_code) DO UPDATE SET address = excluded.address, hash = excluded.hash, tries = 0, made = excluded.made
			WHERE notice_confirm.made <= $6`, to.Kind, to.Code, address, hash, stampOf(w.at), stampOf(w.at.Add(-NoticeCodePause)))
		if err != nil {
			return fmt.Errorf("code of an address: %w", err)
		}
		n, err := r.RowsAffected()
		kept = n == 1
		return err
	})
	return kept, err
}

// DropNoticeCode forgets the code of an address to which it could not be sent.
func (s *Store) DropNoticeCode(ctx context.Context, to Told, hash string) error {
	if err := s.brief(ctx, `DELETE FROM notice_confirm WHERE holder_kind = $1 AND holder_code = $2 AND hash = $3`, to.Kind, to.Code, hash); err != nil {
		return fmt.Errorf("code of an address: %w", err)
	}
	return nil
}

// ConfirmNoticeMail makes the address whose code this is the one that somebody is told at, for
// the kinds named where he has none yet. ErrUnknown where no code waits, ErrOver where its time
// or its tries are over, ErrStranger where it is another one, which counts as a try.
func (s *Store) ConfirmNoticeMail(ctx context.Context, to Told, hash string, kinds []string) (set NoticeSettings, err error) {
	var no error
	err = s.write(ctx, func(w *writing) error {
		no = nil
		var address, want, made string
		var tries int
		if err := one(ctx, w.tx, "code of an address", `SELECT address, hash, tries, made FROM notice_confirm WHERE holder_kind = $1 AND holder_code = $2`,
			[]any{to.Kind, to.Code}, &address, &want, &tries, &made); err != nil {
			return err
		}
		if tries >= NoticeCodeTries || made < stampOf(w.at.Add(-NoticeCodeLasts)) {
			return fmt.Errorf("code of an address: %w", ErrOver)
		}
		if hash != want {
			no = fmt.Errorf("code of an address: %w", ErrStranger)
			return execOne(w, `UPDATE notice_confirm SET tries = tries + 1 WHERE holder_kind = $1 AND holder_code = $2`, to.Kind, to.Code)
		}
		if err := execOne(w, `DELETE FROM notice_confirm WHERE holder_kind = $1 AND holder_code = $2`, to.Kind, to.Code); err != nil {
			return err
		}
		if set, err = noticeSettings(ctx, w.tx, to); err != nil {
			return err
		}
		if set.Mail == "" && set.MailKinds == nil {
			set.MailKinds = kinds
		}
		set.Mail = address
		return w.noticeSettings(&set, to)
	})
	if err == nil {
		err = no
	}
	return set, err
}

// NoticeCode is the address that waits for its code; empty where none does.
func (s *Store) NoticeCode(ctx context.Context, to Told) (address string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT address FROM notice_confirm WHERE holder_kind = $1 AND holder_code = $2 AND tries < $3 AND made >= $4`,
		to.Kind, to.Code, NoticeCodeTries, stampOf(s.now().Add(-NoticeCodeLasts))).Scan(&address)
	if err == sql.ErrNoRows {
		return "", nil
	}
	return address, damaged(err)
}

func execOne(w *writing, text string, args ...any) error {
	if _, err := w.tx.ExecContext(w.ctx, text, args...); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	return nil
}
