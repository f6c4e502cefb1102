package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
)

// The codes of two types of the region: a holder has one identity card and several cars.
const (
	identityCard = "11100000XXGAB00010002"
	vehicle      = "11100000XXGAB00010005"
)

func types(t testing.TB) *licence.Register {
	t.Helper()
	b, err := os.ReadFile("../region/czt/licence/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := licence.ReadRegister(licence.RegisterFile, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sealing(r *licence.Register) store.Seal {
	return func(rec *licence.Record) error {
		key, err := jws.FromSeed(jws.EdDSA, bytes.Repeat([]byte{7}, 32))
		if err != nil {
			return err
		}
		return rec.Seal(rand.Reader, r.Type(rec.Type), key, licence.Settings{Zone: time.UTC})
	}
}

func application(code, holder string) licence.Draft {
	return licence.Draft{
		Type: code, Authority: licence.Authority{City: "changsha", Code: "11430100XX00000010", Name: "市局"},
		Holder: licence.Holder{Kind: "111", Code: holder, Name: "王"}, Attributes: map[string]any{"sex": "男"},
	}
}

func issue(ctx context.Context, s *store.Store, r *licence.Register, code, holder string, shape store.Shape) (licence.Record, error) {
	return s.IssueLicence(ctx, r.Type(code), application(code, holder), "clerk", time.UTC, shape, sealing(r))
}

func isRefused(err error, code string) bool {
	var no *licence.Refusal
	return errors.As(err, &no) && no.Code == code
}

func TestALicenceIsKeptWithItsPast(t *testing.T) {
	r := types(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		first, err := issue(ctx, s, r, identityCard, "a", store.Shape{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := issue(ctx, s, r, identityCard, "a", store.Shape{}); !isRefused(err, licence.RefusedLive) {
			t.Errorf("a second card: %v", err)
		}
		for range 2 {
			if _, err := issue(ctx, s, r, vehicle, "a", store.Shape{}); err != nil {
				t.Errorf("a car: %v", err)
			}
		}
		act := func(a licence.Action) (licence.Record, error) {
			return s.ActOnLicence(ctx, r, first.ID, a, licence.How{By: "clerk", Reason: "because"}, time.UTC, sealing(r))
		}
		if _, err := act(licence.Suspend); err != nil {
			t.Fatal(err)
		}
		status := func(p licence.Place) statuslist.Status {
			l, about, err := s.Statuses(ctx, p.List)
			if err != nil || about.Taken < 3 {
				t.Fatalf("%+v, %v", about, err)
			}
			v, err := l.At(p.Index)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if got := status(first.Place); got != statuslist.Suspended {
			t.Errorf("suspended: %d", got)
		}
		if _, err := act(licence.Resume); err != nil {
			t.Fatal(err)
		}
		second, err := act(licence.Change)
		if err != nil {
			t.Fatal(err)
		}
		if second.Place == first.Place || status(first.Place) != statuslist.Invalid || status(second.Place) != statuslist.Valid || second.Credential == first.Credential {
			t.Errorf("first edition %d at %v, second %d at %v", status(first.Place), first.Place, status(second.Place), second.Place)
		}
		past, err := s.LicenceRecords(ctx, first.ID)
		if err != nil || len(past) != 4 || past[0].Credential != first.Credential || past[3].Identifier != second.Identifier {
			t.Errorf("%d records, %v", len(past), err)
		}
		for edition, want := range map[string]statuslist.Status{first.Identifier: statuslist.Invalid, second.Identifier: statuslist.Valid} {
			if got, err := s.Licence(ctx, edition); err != nil || got.Identifier != second.Identifier {
				t.Errorf("by %s: %v", edition, err)
			}
			if got, err := s.LicenceStatus(ctx, edition); err != nil || got != want {
				t.Errorf("status of %s: %d, %v, want %d", edition, got, err, want)
			}
		}
		if _, err := s.LicenceStatus(ctx, "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9"); !errors.Is(err, store.ErrNoLicence) {
			t.Errorf("status of another's: %v", err)
		}
		if _, err := s.Licence(ctx, "nothing"); !errors.Is(err, store.ErrNoLicence) {
			t.Errorf("none: %v", err)
		}
		list, err := s.Licences(ctx, store.LicenceFilter{Holder: "a", Type: vehicle})
		if err != nil || len(list) != 2 {
			t.Errorf("%d cars, %v", len(list), err)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}

// Of many clerks who issue the same at once, one succeeds; their stores share nothing but
// the database.
func TestOneOfManyIssues(t *testing.T) {
	r := types(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		won, lost := make(chan string, 8), make(chan string, 8)
		var g errgroup.Group
		for range 4 {
			s := storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log")})
			for range 2 {
				g.Go(func() error {
					rec, err := issue(ctx, s, r, identityCard, "a", store.Shape{})
					var no *licence.Refusal
					switch {
					case err == nil:
						won <- rec.Identifier
					case errors.As(err, &no) && no.Code == licence.RefusedLive:
						lost <- no.Args["identifier"]
					default:
						return err
					}
					return nil
				})
			}
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if len(won) != 1 || len(lost) != 7 {
			t.Fatalf("%d issued, %d refused", len(won), len(lost))
		}
		for id := <-won; len(lost) > 0; {
			if other := <-lost; other != id {
				t.Errorf("refused for %s, issued was %s", other, id)
			}
		}
		if got := codes(t, storetest.Open(t, dsn), evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}

var errStruck = errors.New("struck")

func TestTheEndComesByDate(t *testing.T) {
	r := types(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		ctx, s := context.Background(), storetest.OpenWith(t, dsn, store.Options{Now: func() time.Time { return now }})
		for _, holder := range []string{"a", "b"} {
			d := application(identityCard, holder)
			d.Until = area.NewDate(2026, 12, 31)
			if holder == "b" {
				d.Until = area.NewDate(2027, 1, 1)
			}
			if _, err := s.IssueLicence(ctx, r.Type(identityCard), d, "clerk", time.UTC, store.Shape{}, sealing(r)); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			at   time.Time
			zone *time.Location
			want int
		}{
			{time.Date(2026, 12, 31, 15, 0, 0, 0, time.UTC), time.UTC, 0},
			{time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC), time.FixedZone("CST", 8*3600), 1}, // the next day, there
			{time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC), time.UTC, 1},
			{time.Date(2027, 1, 3, 0, 0, 0, 0, time.UTC), time.UTC, 0},
		} {
			now = c.at
			if n, err := s.ExpireLicences(ctx, r, "clock", c.zone); n != c.want || err != nil {
				t.Errorf("at %s: %d, %v, want %d", c.at, n, err, c.want)
			}
		}
	})
}

func TestAlteredLicencesAreNamed(t *testing.T) {
	r := types(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		first, err := issue(ctx, s, r, identityCard, "a", store.Shape{})
		if err == nil {
			_, err = s.ActOnLicence(ctx, r, first.ID, licence.Revoke, licence.How{Reason: "because"}, time.UTC, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ name, do, undo, want string }{
			{"state", `UPDATE licence SET state = 'valid'`, `UPDATE licence SET state = 'revoked'`, "licence-altered -1"},
			{"status", `UPDATE status_place SET status = 0`, `UPDATE status_place SET status = 1`, "licence-altered -1"},
			{"record", `UPDATE licence_record SET record = replace(record, '男', '女') WHERE version = 1`, `UPDATE licence_record SET record = replace(record, '女', '男')`, "licence-altered 1"},
			{"version", `UPDATE licence_record SET version = 3 WHERE version = 2`, `UPDATE licence_record SET version = 2 WHERE version = 3`, "licence-altered 2"},
			{"list", `UPDATE status_list SET bits = 1`, `UPDATE status_list SET bits = 2`, "licence-altered -1"},
			{"inserted place", `INSERT INTO status_place (list, idx, licence, edition, status) VALUES ('1', 200000, 'x', 1, 0)`, `DELETE FROM status_place WHERE licence = 'x'`, "licence-inserted -1"},
			{"inserted record", `INSERT INTO licence_record (log, id, version, record) VALUES (9, 'x', 1, '{}')`, `DELETE FROM licence_record WHERE id = 'x'`, "licence-inserted 9"},
			{"deleted record", `DELETE FROM licence_record WHERE version = 2`, ``, "licence-missing 2"},
		} {
			storetest.Exec(t, dsn, c.do)
			if got := codes(t, s, evidence.AuditOptions{}); !strings.HasPrefix(got, c.want) {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
			if c.undo != "" {
				storetest.Exec(t, dsn, c.undo)
				if got := codes(t, s, evidence.AuditOptions{}); got != "" {
					t.Errorf("%s undone: %s", c.name, got)
				}
			}
		}
	})
}

func TestLicencesAreRestored(t *testing.T) {
	r := types(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		first, err := issue(ctx, s, r, identityCard, "a", store.Shape{Bits: 8, Size: 64})
		if err == nil {
			_, err = s.ActOnLicence(ctx, r, first.ID, licence.Renew, licence.How{Reason: "because"}, time.UTC, sealing(r))
		}
		if err != nil {
			t.Fatal(err)
		}
		var backup, bundle bytes.Buffer
		if err := errors.Join(s.Backup(ctx, &backup), s.ExportEvidence(ctx, &bundle)); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(bundle.Bytes(), []byte("licences.jsonl")) {
			t.Error("an exported bundle holds records of licences")
		}
		b, err := evidence.ReadBundle(bytes.NewReader(bundle.Bytes()), int64(bundle.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if report, err := b.Verify(evidence.AuditOptions{}); err != nil || !report.OK() || report.Licences != 2 {
			t.Errorf("bundle: %+v, %v", report, err)
		}
		other := storetest.Open(t, storetest.DSN(t, "sqlite"))
		if _, err := other.Restore(ctx, bytes.NewReader(backup.Bytes()), int64(backup.Len())); err != nil {
			t.Fatal(err)
		}
		if got := codes(t, other, evidence.AuditOptions{}); got != "" {
			t.Errorf("restored: %s", got)
		}
		want, err1 := s.LicenceRecords(ctx, first.ID)
		got, err2 := other.LicenceRecords(ctx, first.ID)
		if err1 != nil || err2 != nil || fmt.Sprint(want) != fmt.Sprint(got) || len(got) != 2 {
			t.Errorf("%v %v\n%v\n%v", err1, err2, want, got)
		}
		if _, err := issue(ctx, other, r, identityCard, "a", store.Shape{}); !isRefused(err, licence.RefusedLive) {
			t.Errorf("a second card after the restore: %v", err)
		}
	})
}

// Random actions on a few holders against a model: never two live cards, no record ever
// changes, no place is used twice, and the status list is what the states say.
func TestLicencesAgreeWithTheModel(t *testing.T) {
	r := types(t)
	dsn := storetest.DSN(t, "sqlite")
	storetest.Open(t, dsn) // makes the tables
	raw := storetest.Raw(t, dsn)
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		storetest.Empty(t, raw)
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		s, err := store.Open(ctx, dsn, store.Options{Now: func() time.Time { return now }})
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		newest, past := map[string]licence.Record{}, map[string][]string{}
		places := map[licence.Place]string{} // who had it
		keep := func(rec licence.Record) {
			b, _ := rec.JSON()
			past[rec.ID] = append(past[rec.ID], string(b))
			if rec.NewEdition() {
				if who, taken := places[rec.Place]; taken {
					rt.Fatalf("%v was %s's", rec.Place, who)
				}
				places[rec.Place] = rec.ID
			}
			newest[rec.ID] = rec
		}
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			now = now.AddDate(0, 0, rapid.IntRange(0, 4000).Draw(rt, "days"))
			var ids []string
			for id := range newest {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			if len(ids) == 0 || rapid.Bool().Draw(rt, "issue") {
				code, holder := rapid.SampledFrom([]string{identityCard, vehicle}).Draw(rt, "type"), rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "holder")
				rec, err := issue(ctx, s, r, code, holder, store.Shape{Bits: rapid.SampledFrom([]statuslist.Bits{1, 2, 4, 8}).Draw(rt, "bits"), Size: 8})
				live := false
				for _, other := range newest {
					live = live || code == identityCard && other.Type == code && other.Holder.Code == holder && other.State.Live()
				}
				if live != isRefused(err, licence.RefusedLive) || !live && err != nil {
					rt.Fatalf("issue beside a live one %v: %v", live, err)
				}
				if err == nil {
					keep(rec)
				}
				continue
			}
			id, a := rapid.SampledFrom(ids).Draw(rt, "licence"), rapid.SampledFrom(licence.Actions).Draw(rt, "action")
			rec, err := s.ActOnLicence(ctx, r, id, a, licence.How{Reason: "because"}, time.UTC, sealing(r))
			var no *licence.Refusal
			if errors.As(err, &no) {
				continue
			} else if err != nil {
				rt.Fatal(err)
			}
			keep(rec)
		}
		agree(rt, s, newest, past, places)
	})
}

func agree(t *rapid.T, s *store.Store, newest map[string]licence.Record, past map[string][]string, places map[licence.Place]string) {
	ctx := context.Background()
	live := map[string]int{}
	for id, rec := range newest {
		got, err := s.LicenceRecords(ctx, id)
		if err != nil || len(got) != len(past[id]) {
			t.Fatalf("%s: %d records, %v, want %d", id, len(got), err, len(past[id]))
		}
		for i := range got {
			if b, _ := got[i].JSON(); string(b) != past[id][i] {
				t.Fatalf("record %d has become\n%s\nfrom\n%s", i, b, past[id][i])
			}
		}
		if rec.Type == identityCard && rec.State.Live() {
			live[rec.Holder.Code]++
		}
	}
	for holder, n := range live {
		if n > 1 {
			t.Fatalf("%s has %d live cards", holder, n)
		}
	}
	lists, err := s.StatusLists(ctx)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, about := range lists {
		l, _, err := s.Statuses(ctx, about.List)
		if err != nil {
			t.Fatal(err)
		}
		if about.Taken > about.Size/2 {
			t.Fatalf("%+v is more than half full", about)
		}
		for i := range l.Len() {
			got, _ := l.At(i)
			p := licence.Place{List: about.List, Index: i, Bits: about.Bits, Size: about.Size}
			want := statuslist.Valid
			if id, taken := places[p]; taken {
				seen++
				if want = statuslist.Invalid; newest[id].Place == p {
					want = newest[id].State.Status(p.Bits)
				}
			}
			if got != want {
				t.Fatalf("%v: %d, want %d", p, got, want)
			}
		}
	}
	if seen != len(places) {
		t.Fatalf("%d of %d places found", seen, len(places))
	}
	if report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !report.OK() {
		t.Fatalf("%v %+v", err, report)
	}
}
