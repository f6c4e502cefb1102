package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

var li = store.Told{Kind: "111", Code: "430199199003070011"}

// told is a database in which Li was told four things: one he read, one that went out by mail,
// one on its way, one that was given up.
func told(t testing.TB, dsn string) (*store.Store, []string) {
	t.Helper()
	ctx, s := context.Background(), storetest.Open(t, dsn)
	var ids []string
	for i := range 4 {
		n := store.Notice{To: li, Code: "case.accepted", Args: map[string]string{"item": fmt.Sprint(i)}, Link: "/cases/1"}
		if i > 0 {
			n.Out = []store.NoticeWay{{Way: store.ByMail, Address: "li@example.org"}}
		}
		if err := s.Do(ctx, func(d *store.Deed) (err error) { n, err = d.Notify(n); return err }); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, n.ID)
	}
	if err := s.ReadNotices(ctx, li, ids[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetNotices(ctx, li, func(set *store.NoticeSettings) error {
		set.Language, set.Mail, set.MailKinds = "en", "li@example.org", []string{"todo"}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i, state := range map[int]string{1: store.NoticeSent, 3: store.NoticeGivenUp} {
		o := store.NoticeOut{Notice: store.Notice{ID: ids[i]}, Way: store.ByMail}
		if err := s.EndNotice(ctx, o, state, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.EndNotice(ctx, o, store.NoticeSent, ""); !errors.Is(err, store.ErrDone) {
			t.Errorf("ended twice: %v", err)
		}
	}
	return s, ids
}

func TestNoticesAreRestored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		one, ids := told(t, dsn)
		saved := backup(t, one)
		two := storetest.Open(t, storetest.DSN(t, "sqlite"))
		if err := restore(two, saved); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved, backup(t, two)) {
			t.Error("the backup of what was restored differs")
		}
		ctx := t.Context()
		for _, s := range []*store.Store{one, two} {
			if got := codes(t, s, evidence.AuditOptions{}); got != "" {
				t.Errorf("found %s", got)
			}
			list, err := s.Notices(ctx, store.NoticeFilter{To: li, Limit: 10})
			if err != nil || len(list) != 4 || list[0].ID != ids[3] || list[0].Read || !list[3].Read || list[3].Args["item"] != "0" {
				t.Errorf("%+v, %v", list, err)
			}
			if list, err := s.Notices(ctx, store.NoticeFilter{To: li, Before: ids[2], Limit: 1}); err != nil || len(list) != 1 || list[0].ID != ids[1] {
				t.Errorf("before: %+v, %v", list, err)
			}
			if list, err := s.Notices(ctx, store.NoticeFilter{To: store.Told{Kind: "111", Code: "x"}, Limit: 1}); err != nil || len(list) != 0 {
				t.Errorf("of another: %+v, %v", list, err)
			}
			if n, err := s.UnreadNotices(ctx, li); err != nil || n != 3 {
				t.Errorf("%d unread, %v", n, err)
			}
			for i, want := range []string{"", store.NoticeSent, store.NoticeWaiting, store.NoticeGivenUp} {
				out, err := s.NoticesOut(ctx, ids[i])
				if err != nil || len(out) != min(i, 1) || len(out) == 1 && (out[0].State != want || out[0].Address != "li@example.org") {
					t.Errorf("%d went out as %+v, %v", i, out, err)
				}
			}
			if set, err := s.NoticeSettings(ctx, li); err != nil || set.Language != "en" || set.Mail != "li@example.org" {
				t.Errorf("%+v, %v", set, err)
			}
		}
		if err := one.ReadNotices(ctx, store.Told{Kind: "111", Code: "x"}, ids[1]); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("read by another: %v", err)
		}
		if err := errors.Join(one.ReadNotices(ctx, li, ""), one.ReadNotices(ctx, li, ""), one.ReadNotices(ctx, li, ids[1])); err != nil {
			t.Error(err)
		}
		if n, err := one.UnreadNotices(ctx, li); err != nil || n != 0 {
			t.Errorf("%d unread, %v", n, err)
		}
	})
}

func TestTamperedNoticesAreNamed(t *testing.T) {
	for _, c := range []struct{ name, sql, want string }{
		{"a notice deleted", `DELETE FROM notice WHERE id = '%s'`, "note-missing -1"},
		{"a notice of another", `UPDATE notice SET holder_code = 'x' WHERE id = '%s'`, "note-altered -1"},
		{"one read that was not", `UPDATE notice SET read = 0 WHERE id = '%s'`, "note-altered -1"},
		{"one sent elsewhere", `UPDATE notice_out SET address = 'thief@example.org' WHERE notice = '%s'`, "note-altered -1"},
		{"one that was never sent", `UPDATE notice_out SET state = 'sent' WHERE notice = '%s'`, "note-altered -1"},
		{"settings gone", `DELETE FROM notice_setting WHERE '%s' <> ''`, "note-missing -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				s, ids := told(t, dsn)
				storetest.Exec(t, dsn, fmt.Sprintf(c.sql, ids[2]))
				if got := codes(t, s, evidence.AuditOptions{}); got != c.want {
					t.Errorf("found %q, want %q", got, c.want)
				}
			})
		})
	}
}

// A notice is there exactly when its act is: a deed cut off at any statement leaves neither.
func TestANoticeIsThereWithItsAct(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		for n := int64(0); ; n++ {
			cut := storetest.CutAfter(n)
			err := s.Do(cut, func(d *store.Deed) error {
				for range 2 {
					if _, err := d.Notify(store.Notice{To: li, Code: "x", Out: []store.NoticeWay{{Way: store.ByMail, Address: "a"}}}); err != nil {
						return err
					}
				}
				return nil
			})
			list, err2 := s.Notices(t.Context(), store.NoticeFilter{To: li, Limit: 10})
			due, err3 := s.DueNotices(t.Context(), 10)
			if err2 != nil || err3 != nil || len(list) != len(due) || len(list) != 0 && len(list) != 2 || err == nil && len(list) != 2 {
				t.Fatalf("cut after %d (%v): %d notices, %d on their way, %v, %v", n, err, len(list), len(due), err2, err3)
			}
			if len(list) == 2 { // also where the answer to the commit was lost
				return
			}
		}
	})
}

func TestOneTakesANotice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s, _ := told(t, dsn)
		due, err := s.DueNotices(t.Context(), 10)
		if err != nil || len(due) != 1 {
			t.Fatal(due, err)
		}
		var taken atomic.Int32
		done := make(chan error, 8)
		for range 8 {
			go func() {
				mine, err := s.TakeNotice(context.Background(), due[0], time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
				if mine {
					taken.Add(1)
				}
				done <- err
			}()
		}
		for range 8 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if taken.Load() != 1 {
			t.Errorf("%d took it", taken.Load())
		}
		if due, err := s.DueNotices(t.Context(), 10); err != nil || len(due) != 0 {
			t.Errorf("still due: %v, %v", due, err)
		}
		if err := s.DelayNotice(t.Context(), due[0], time.Unix(0, 0), "refused"); err != nil {
			t.Error(err)
		}
		if due, err := s.DueNotices(t.Context(), 10); err != nil || len(due) != 1 || due[0].Tries != 1 || due[0].Trouble != "refused" {
			t.Errorf("due again: %v, %v", due, err)
		}
	})
}

func TestAnAddressIsConfirmedByItsCode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
		s := storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: func() time.Time { return now }})
		ctx := t.Context()
		keep := func(want bool) {
			t.Helper()
			if kept, err := s.KeepNoticeCode(ctx, li, "li@example.org", "right"); err != nil || kept != want {
				t.Fatalf("kept %v, %v", kept, err)
			}
		}
		try := func(hash string, want error) {
			t.Helper()
			if _, err := s.ConfirmNoticeMail(ctx, li, hash, []string{"todo"}); !errors.Is(err, want) {
				t.Fatalf("%s: %v, want %v", hash, err, want)
			}
		}
		try("right", store.ErrUnknown)
		keep(true)
		keep(false) // a moment ago
		for range store.NoticeCodeTries {
			try("wrong", store.ErrStranger)
		}
		try("right", store.ErrOver)
		now = now.Add(store.NoticeCodePause)
		keep(true)
		if a, err := s.NoticeCode(ctx, li); err != nil || a != "li@example.org" {
			t.Errorf("%q, %v", a, err)
		}
		now = now.Add(store.NoticeCodeLasts + time.Second)
		try("right", store.ErrOver)
		keep(true)
		try("right", nil)
		try("right", store.ErrUnknown)
		if set, err := s.NoticeSettings(ctx, li); err != nil || set.Mail != "li@example.org" || len(set.MailKinds) != 1 {
			t.Errorf("%+v, %v", set, err)
		}
		if err := s.DropNoticeCode(ctx, li, "none"); err != nil {
			t.Error(err)
		}
	})
}
