package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// roomNotice is what people are told, and how they want to be told.
const roomNotice = "notice"

// The actions of notes of notices.
const (
	noticeTold    = "told"     // somebody is told something
	noticeRead    = "read"     // he has seen it
	noticeSetting = "settings" // how he wants to be told
	noticeSent    = "sent"     // it left the node
	noticeGivenUp = "given-up" // it will not
)

// The ways out of the node.
const (
	ByMail    = "mail"
	ByWebhook = "webhook"
)

// Told is somebody by the number that licences name him by.
type Told struct {
	Kind string `json:"kind"`
	Code string `json:"code"`
}

// Notice is what somebody is told (消息). Its words are those of Code.
type Notice struct {
	ID   string            `json:"id"`
	To   Told              `json:"to"`
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
	Link string            `json:"link"` // a path of this node
	At   time.Time         `json:"at"`
	Out  []NoticeWay       `json:"out,omitempty"` // by which ways it goes out as well
	Salt string            `json:"salt"`
}

// NoticeWay is a way out and where it leads.
type NoticeWay struct {
	Way     string `json:"way"`
	Address string `json:"address"`
}

// Noticed is a notice as its reader finds it.
type Noticed struct {
	Notice
	Read bool
}

// NoticeSettings are how somebody wants to be told. Addresses are confirmed ones.
type NoticeSettings struct {
	To           Told     `json:"to"`
	Language     string   `json:"language,omitempty"`
	Mail         string   `json:"mail,omitempty"`
	MailKinds    []string `json:"mailKinds,omitempty"`
	Webhook      string   `json:"webhook,omitempty"`
	WebhookKinds []string `json:"webhookKinds,omitempty"`
	Salt         string   `json:"salt"`
}

// noticeGone is what became of a notice on its way out.
type noticeGone struct {
	Notice  string `json:"notice"`
	Way     string `json:"way"`
	Trouble string `json:"trouble,omitempty"`
	Salt    string `json:"salt"`
}

// noticesRead are notices that their reader has seen.
type noticesRead struct {
	To   Told     `json:"to"`
	IDs  []string `json:"ids"`
	Salt string   `json:"salt"`
}

// Notify writes a notice, and what of it is to leave the node. Its id, moment and salt are
// made here.
func (d *Deed) Notify(n Notice) (Notice, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return n, err
	}
	n.ID, n.At, n.Salt = id.String(), d.At(), salt()
	return n, d.w.notice(noticeTold, n.ID, n)
}

// NoticeSettings is Store.NoticeSettings within a deed.
func (d *Deed) NoticeSettings(to Told) (NoticeSettings, error) {
	return noticeSettings(d.w.ctx, d.w.tx, to)
}

// NoticeSettings are how somebody wants to be told; nothing where he never said so.
func (s *Store) NoticeSettings(ctx context.Context, to Told) (NoticeSettings, error) {
	return noticeSettings(ctx, s.db, to)
}

func noticeSettings(ctx context.Context, q querier, to Told) (NoticeSettings, error) {
	var text string
	err := one(ctx, q, "settings of notices", `SELECT n.text FROM notice_setting x JOIN note n ON n.log = x.log WHERE x.holder_kind = $1 AND x.holder_code = $2`,
		[]any{to.Kind, to.Code}, &text)
	if errors.Is(err, ErrUnknown) {
		return NoticeSettings{To: to}, nil
	} else if err != nil {
		return NoticeSettings{}, err
	}
	var set NoticeSettings
	return set, readNote(text, &set)
}

// SetNotices changes how somebody wants to be told; nothing is written where alter changes
// nothing that matters to it.
func (s *Store) SetNotices(ctx context.Context, to Told, alter func(set *NoticeSettings) error) (set NoticeSettings, err error) {
	err = s.write(ctx, func(w *writing) error {
		if set, err = noticeSettings(ctx, w.tx, to); err != nil {
			return err
		}
		if err := alter(&set); err != nil {
			return err
		}
		return w.noticeSettings(&set, to)
	})
	return set, err
}

func (w *writing) noticeSettings(set *NoticeSettings, to Told) error {
	id, err := uuid.NewV7() // the log is public: it does not name whose settings they are
	if err != nil {
		return err
	}
	set.To, set.Salt = to, salt()
	return w.notice(noticeSetting, id.String(), set)
}

// Notices lists those of somebody, the newest first: before an id where one is named, of one
// id, or the unread alone.
func (s *Store) Notices(ctx context.Context, f NoticeFilter) (list []Noticed, err error) {
	text, args := `SELECT n.text, x.read FROM notice x JOIN note n ON n.log = x.log WHERE x.holder_kind = $1 AND x.holder_code = $2`, []any{f.To.Kind, f.To.Code}
	if f.Before != "" {
		args = append(args, f.Before)
		text += fmt.Sprintf(` AND x.id < $%d`, len(args))
	}
	if f.ID != "" {
		args = append(args, f.ID)
		text += fmt.Sprintf(` AND x.id = $%d`, len(args))
	}
	if f.Unread {
		text += ` AND x.read = -1`
	}
	args = append(args, f.Limit)
	rows, err := s.db.QueryContext(ctx, text+fmt.Sprintf(` ORDER BY x.id DESC LIMIT $%d`, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n Noticed
		var note string
		var read int64
		if err := damaged(rows.Scan(&note, &read)); err != nil {
			return nil, fmt.Errorf("notices: %w", err)
		}
		if err := readNote(note, &n.Notice); err != nil {
			return nil, err
		}
		n.Read = read >= 0
		list = append(list, n)
	}
	return list, rows.Err()
}

// NoticeFilter chooses notices.
type NoticeFilter struct {
	To         Told
	Before, ID string
	Unread     bool
	Limit      int
}

// UnreadNotices counts those that somebody has not seen.
func (s *Store) UnreadNotices(ctx context.Context, to Told) (n int, err error) {
	err = one(ctx, s.db, "notices", `SELECT COUNT(*) FROM notice WHERE holder_kind = $1 AND holder_code = $2 AND read = -1`, []any{to.Kind, to.Code}, &n)
	return n, err
}

// mostRead is how many notices one entry marks as read.
const mostRead = 500

// ReadNotices marks a notice as read, or where id is empty all of somebody's. ErrUnknown where
// the one is not his; one that was read before stays so.
func (s *Store) ReadNotices(ctx context.Context, to Told, id string) error {
	return s.write(ctx, func(w *writing) error {
		if id != "" {
			var n int
			if err := one(ctx, w.tx, "notice "+id, `SELECT read FROM notice WHERE id = $1 AND holder_kind = $2 AND holder_code = $3`, []any{id, to.Kind, to.Code}, &n); err != nil || n >= 0 {
				return err
			}
			return w.readNotices(to, []string{id})
		}
		rows, err := w.tx.QueryContext(ctx, `SELECT id FROM notice WHERE holder_kind = $1 AND holder_code = $2 AND read = -1 ORDER BY id DESC LIMIT $3`, to.Kind, to.Code, mostRead)
		if err != nil {
			return fmt.Errorf("notices: %w", err)
		}
		ids, err := texts(rows)
		if err != nil || len(ids) == 0 {
			return err
		}
		return w.readNotices(to, ids)
	})
}

func (w *writing) readNotices(to Told, ids []string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return w.notice(noticeRead, id.String(), noticesRead{to, ids, salt()})
}

// notice writes a note of notices, and what follows from it.
func (w *writing) notice(action, id string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("notice %s: %w", id, err)
	}
	log, err := w.note(roomNotice, action, id, text)
	if err != nil {
		return err
	}
	return w.noticeNoted(savedNote{log, roomNotice, id, action, string(text)})
}

// noticeNoted is what follows from a note.
func (w *writing) noticeNoted(n savedNote) error {
	list, err := noticeChanges(n)
	if err != nil {
		return err
	}
	for _, c := range list {
		r, err := w.tx.ExecContext(w.ctx, c.text, c.args...)
		if err != nil {
			return fmt.Errorf("notice %s %s: %w", n.Action, n.ID, err)
		}
		if rows, err := r.RowsAffected(); err != nil || rows != 1 {
			return errors.Join(fmt.Errorf("notice %s %s: %w", n.Action, n.ID, ErrDone), err)
		}
	}
	return nil
}

func noticeChanges(n savedNote) (list []statement, err error) {
	switch n.Action {
	case noticeTold:
		var t Notice
		if err := readNote(n.Text, &t); err != nil {
			return nil, err
		}
		list = append(list, statement{`INSERT INTO notice (id, log, holder_kind, holder_code, read) VALUES ($1, $2, $3, $4, -1)`, []any{n.ID, n.Log, t.To.Kind, t.To.Code}})
		for _, o := range t.Out {
			list = append(list, statement{`INSERT INTO notice_out (notice, way, address, state, log, tries, next_at, trouble) VALUES ($1, $2, $3, $4, -1, 0, $5, '')`,
				[]any{n.ID, o.Way, o.Address, NoticeWaiting, stampOf(t.At)}})
		}
	case noticeRead:
		var r noticesRead
		if err := readNote(n.Text, &r); err != nil {
			return nil, err
		}
		for _, id := range r.IDs {
			list = append(list, statement{`UPDATE notice SET read = $1 WHERE id = $2 AND read = -1`, []any{n.Log, id}})
		}
	case noticeSetting:
		var set NoticeSettings
		if err := readNote(n.Text, &set); err != nil {
			return nil, err
		}
		list = append(list, statement{`INSERT INTO notice_setting (holder_kind, holder_code, log) VALUES ($1, $2, $3)
			ON CONFLICT (holder_kind, holder_code) DO UPDATE SET log = excluded.log`, []any{set.To.Kind, set.To.Code, n.Log}})
	case noticeSent, noticeGivenUp:
		var g noticeGone
		if err := readNote(n.Text, &g); err != nil {
			return nil, err
		}
		list = append(list, statement{`UPDATE notice_out SET state = $1, log = $2, trouble = $3 WHERE notice = $4 AND way = $5 AND state = $6`,
			[]any{n.Action, n.Log, g.Trouble, g.Notice, g.Way, NoticeWaiting}})
	default:
		return nil, fmt.Errorf("notice %q: %w", n.Action, ErrDamaged)
	}
	return list, nil
}
