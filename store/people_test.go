package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	locks "sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

func clerk(login string) identity.Account {
	return identity.Account{Login: login, Name: "王丽", Kind: rights.Staff, City: "changsha", Roles: []rights.Role{{Name: rights.Clerk, City: "changsha"}}}
}

func TestPeopleAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		a, err := s.AddPerson(ctx, clerk("wang"), "test")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddPerson(ctx, clerk("wang"), "test"); !errors.Is(err, store.ErrExists) {
			t.Errorf("a login twice: %v", err)
		}
		var f *identity.Fault
		if _, err := s.AddPerson(ctx, clerk("Wang Li"), "test"); !errors.As(err, &f) {
			t.Errorf("a login that is none: %v", err)
		}
		if got, err := s.PersonByLogin(ctx, "wang"); err != nil || !cmp.Equal(got, a) {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := s.Person(ctx, "nobody"); !errors.Is(err, store.ErrUnknown) {
			t.Error(err)
		}
		before, _ := s.People(ctx)
		changed, err := s.ChangePerson(ctx, a.ID, "test", func(a *identity.Account) error {
			a.ID, a.City, a.Roles = "other", "zhuzhou", append(a.Roles, rights.Role{Name: rights.Auditor, City: "changsha"})
			return nil
		})
		if err != nil || changed.ID != a.ID || changed.City != "changsha" || len(changed.Roles) != 2 {
			t.Errorf("%+v %v", changed, err)
		}
		if _, err := s.ChangePerson(ctx, a.ID, "test", func(a *identity.Account) error { a.Login = ""; return nil }); !errors.As(err, &f) {
			t.Errorf("changed to what is no account: %v", err)
		}
		if got, _ := s.Person(ctx, a.ID); !cmp.Equal(got, changed) || len(before) != 1 || len(before[0].Roles) != 1 {
			t.Errorf("%+v, before %+v", got, before)
		}
		report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{})
		if err != nil || !report.OK() {
			t.Errorf("%v %+v", err, report)
		}
	})
}

func TestWhatIsKeptOfPeopleIsNotInTheLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		a := clerk("wang")
		a.HolderKind, a.HolderCode = "111", "430102199003074514"
		if _, err := s.AddPerson(ctx, a, "test"); err != nil {
			t.Fatal(err)
		}
		db := storetest.Raw(t, dsn)
		rows, err := db.QueryContext(ctx, `SELECT leaf FROM log_entry`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			var leaf string
			if err := rows.Scan(&leaf); err != nil {
				t.Fatal(err)
			}
			n++
			for _, personal := range []string{"wang", "王丽", a.HolderCode} {
				if strings.Contains(leaf, personal) {
					t.Errorf("%s holds %s", leaf, personal)
				}
			}
		}
		if n == 0 {
			t.Error("no entries")
		}
	})
}

func TestCredentials(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		a, err := s.AddPerson(ctx, clerk("wang"), "test")
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"first", "second"} {
			if err := s.SetPassword(ctx, a.ID, secret, "test", ""); err != nil {
				t.Fatal(err)
			}
		}
		if c, err := s.CredentialBy(ctx, identity.ByPassword, a.ID); err != nil || c.Secret != "second" {
			t.Errorf("%+v %v", c, err)
		}
		key := store.Credential{Account: a.ID, Way: identity.ByPasskey, Handle: "k1", Label: "phone", Secret: "{}"}
		kept, err := s.AddCredential(ctx, key, "test")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddCredential(ctx, key, "test"); !errors.Is(err, store.ErrExists) {
			t.Errorf("a passkey twice: %v", err)
		}
		key.Account, key.Handle = "nobody", "k2"
		if _, err := s.AddCredential(ctx, key, "test"); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("a passkey of nobody: %v", err)
		}
		if err := s.UsedCredential(ctx, kept.ID, 7); err != nil {
			t.Fatal(err)
		}
		if report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !report.OK() {
			t.Errorf("%v %+v", err, report)
		}
		if err := s.RemoveCredential(ctx, "other", kept.ID, "test"); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("another's passkey: %v", err)
		}
		list, err := s.Credentials(ctx, a.ID)
		if err != nil || len(list) != 2 || list[1].Uses != 7 {
			t.Errorf("%+v %v", list, err)
		}
		if err := s.RemoveCredential(ctx, a.ID, kept.ID, "test"); err != nil {
			t.Fatal(err)
		}
		if report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !report.OK() {
			t.Errorf("%v %+v", err, report)
		}
	})
}

// Whoever writes into the database gives himself no account, role or password that the check
// does not name.
func TestAlteredPeopleAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"another's password": {`UPDATE credential SET secret = 'mine' WHERE way = 'password'`, "credential"},
		"another's passkey":  {`UPDATE credential SET account = (SELECT MAX(id) FROM account) WHERE way = 'passkey'`, "credential"},
		"a login":            {`UPDATE account SET login = 'root' WHERE login = 'wang'`, "account"},
		"roles":              {`UPDATE note SET text = replace(text, 'clerk', 'issuer')`, ""},
		"no credential":      {`DELETE FROM credential`, "credential"},
		"an old note":        {`UPDATE account SET log = (SELECT MIN(log) FROM note) WHERE login = 'wang'`, "account"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				ctx, s := context.Background(), storetest.Open(t, dsn)
				a, err := s.AddPerson(ctx, clerk("wang"), "test")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.AddPerson(ctx, clerk("zhao"), "test"); err != nil {
					t.Fatal(err)
				}
				if err := s.SetPassword(ctx, a.ID, "hash", "test", ""); err != nil {
					t.Fatal(err)
				}
				if _, err := s.AddCredential(ctx, store.Credential{Account: a.ID, Way: identity.ByPasskey, Handle: "k", Secret: "{}"}, "test"); err != nil {
					t.Fatal(err)
				}
				if _, err := s.ChangePerson(ctx, a.ID, "test", func(a *identity.Account) error { a.Name = "王莉"; return nil }); err != nil {
					t.Fatal(err)
				}
				storetest.Exec(t, dsn, c.text)
				report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return strings.Contains(f.ID, c.want) }) {
					t.Errorf("not named: %+v", report.Findings)
				}
			})
		})
	}
}

func TestPeopleComeBackFromABackup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		a, err := s.AddPerson(ctx, clerk("wang"), "test")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetPassword(ctx, a.ID, "old", "test", ""); err != nil {
			t.Fatal(err)
		}
		if err := s.SetPassword(ctx, a.ID, "new", "test", ""); err != nil {
			t.Fatal(err)
		}
		if a, err = s.ChangePerson(ctx, a.ID, "test", func(a *identity.Account) error { a.Login = "wang.li"; return nil }); err != nil {
			t.Fatal(err)
		}
		again := restored(t, s)
		if got, err := again.PersonByLogin(ctx, "wang.li"); err != nil || !cmp.Equal(got, a) {
			t.Errorf("%+v %v", got, err)
		}
		if c, err := again.CredentialBy(ctx, identity.ByPassword, a.ID); err != nil || c.Secret != "new" {
			t.Errorf("%+v %v", c, err)
		}
		if report, err := again.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !report.OK() {
			t.Errorf("%v %+v", err, report)
		}
	})
}

func TestSessionsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, now := context.Background(), time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		s := storetest.OpenWith(t, dsn, store.Options{Now: func() time.Time { return now }})
		a, err := s.AddPerson(ctx, clerk("wang"), "test")
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range []string{"one", "two", "three"} {
			if err := s.BeginSession(ctx, identity.Session{Hash: hash, Account: a.ID, Way: identity.ByPassword, Begun: now, Seen: now}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.SeenSession(ctx, "one", now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		n, who, err := s.Session(ctx, "one")
		if err != nil || !cmp.Equal(who, a) || !n.Seen.Equal(now.Add(time.Minute)) || !n.Begun.Equal(now) {
			t.Errorf("%+v %+v %v", n, who, err)
		}
		if err := s.EndSession(ctx, "two"); err != nil {
			t.Fatal(err)
		}
		gone := func(hash string) {
			t.Helper()
			if _, _, err := s.Session(ctx, hash); !errors.Is(err, store.ErrUnknown) {
				t.Errorf("%s: %v", hash, err)
			}
		}
		gone("two")
		if err := s.SetPassword(ctx, a.ID, "x", "test", "one"); err != nil {
			t.Fatal(err)
		}
		gone("three")
		if _, _, err := s.Session(ctx, "one"); err != nil {
			t.Errorf("the session that changed the password: %v", err)
		}
		if _, err := s.ChangePerson(ctx, a.ID, "test", func(a *identity.Account) error { a.Disabled = true; return nil }); err != nil {
			t.Fatal(err)
		}
		gone("one")
	})
}

func TestTriesThatComeAtOnceAreAllCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, now := context.Background(), time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		s := storetest.OpenWith(t, dsn, store.Options{Now: func() time.Time { return now }})
		var group locks.WaitGroup
		var lock locks.Mutex
		passed := 0
		for range 20 {
			group.Go(func() {
				wait, err := s.CountTry(ctx, "name:wang", identity.PerAccount)
				lock.Lock()
				defer lock.Unlock()
				if err != nil {
					t.Error(err)
				}
				if wait == 0 {
					passed++
				}
			})
		}
		group.Wait()
		if passed != identity.PerAccount.Free {
			t.Errorf("%d passed at once, want %d", passed, identity.PerAccount.Free)
		}
		now = now.Add(15 * time.Second)
		if wait, err := s.CountTry(ctx, "name:wang", identity.PerAccount); wait != 0 || err != nil {
			t.Errorf("after the pause: %v %v", wait, err)
		}
		if wait, _ := s.CountTry(ctx, "name:wang", identity.PerAccount); wait != 30*time.Second {
			t.Errorf("the next pause is %v", wait)
		}
		if wait, _ := s.CountTry(ctx, "name:zhao", identity.PerAccount); wait != 0 {
			t.Errorf("another waits %v", wait)
		}
		if err := s.ForgetTries(ctx, "name:wang"); err != nil {
			t.Fatal(err)
		}
		if tries, err := s.Tries(ctx, "name:wang"); tries.Count != 0 || err != nil {
			t.Errorf("%+v %v", tries, err)
		}
	})
}

func TestASignInIsFinishedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, now := context.Background(), time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		s := storetest.OpenWith(t, dsn, store.Options{Now: func() time.Time { return now }})
		for _, hash := range []string{"a", "b"} {
			if err := s.BeginSignIn(ctx, hash, identity.ByPasskey, "held", now.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.TakeSignIn(ctx, "a", identity.ByProvider); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("by another way: %v", err)
		}
		if text, err := s.TakeSignIn(ctx, "a", identity.ByPasskey); text != "held" || err != nil {
			t.Errorf("%q %v", text, err)
		}
		if _, err := s.TakeSignIn(ctx, "a", identity.ByPasskey); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("twice: %v", err)
		}
		now = now.Add(time.Minute)
		if _, err := s.TakeSignIn(ctx, "b", identity.ByPasskey); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("too late: %v", err)
		}
	})
}
