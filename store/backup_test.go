package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

func backup(t testing.TB, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Backup(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func restore(s *store.Store, b []byte) error {
	_, err := s.Restore(context.Background(), bytes.NewReader(b), int64(len(b)))
	return err
}

// restored is a new database with what one has, and as sound.
func restored(t testing.TB, s *store.Store) *store.Store {
	t.Helper()
	again := storetest.Open(t, storetest.DSN(t, "sqlite"))
	if err := restore(again, backup(t, s)); err != nil {
		t.Fatal(err)
	}
	sound(t, again)
	return again
}

// twin is restored, and gives the same backup: nothing was noted in between, as there is where a
// node knows others.
func twin(t testing.TB, s *store.Store) *store.Store {
	t.Helper()
	again := restored(t, s)
	if !bytes.Equal(backup(t, s), backup(t, again)) {
		t.Error("the backup of what was restored differs")
	}
	return again
}

// Restored from a backup, into either kind of database, a database gives the
// same backup again.
func TestRestoreIsTheInverseOfBackup(t *testing.T) {
	ctx := context.Background()
	for _, from := range storetest.Kinds() {
		one := furnished(t, storetest.DSN(t, from))
		_, err := one.AppendObservations(ctx, many(t, 700), "clerk") // nodes of level 8 among them
		if err != nil {
			t.Fatal(err)
		}
		secret, _, err := one.CreateToken(ctx, "second")
		if err != nil {
			t.Fatal(err)
		}
		saved := backup(t, one)
		for _, to := range storetest.Kinds() {
			t.Run(from+" to "+to, func(t *testing.T) {
				two := storetest.Open(t, storetest.DSN(t, to))
				if err := restore(two, saved); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(saved, backup(t, two)) {
					t.Error("the backup of what was restored differs")
				}
				a, _ := one.Observations(ctx, 0)
				b, err := two.Observations(ctx, 0)
				if d := cmp.Diff(a, b, comparePeriods); d != "" || err != nil || len(b) != 706 {
					t.Errorf("%v, %d rows:\n%s", err, len(b), d)
				}
				if h, err := two.Head(ctx); err != nil || h != first(one.Head(ctx)) {
					t.Errorf("head %+v, %v", h, err)
				}
				if got := codes(t, two, evidence.AuditOptions{}); got != "" {
					t.Errorf("found %s", got)
				}
				if v, err := two.Meta(ctx, "note"); v != "a meta text" || err != nil {
					t.Errorf("meta %q, %v", v, err)
				}
				if k, err := two.CheckToken(ctx, secret); err != nil || k.Name != "second" {
					t.Errorf("token %+v, %v", k, err)
				}
				if p, err := two.PackAt(ctx, 0); err != nil || len(p.Files) != 2 {
					t.Errorf("pack %+v, %v", p, err)
				}
				if j, err := two.BoardJSON(ctx, 9); err != nil || string(j) != `{"sum":1}` {
					t.Errorf("board %s, %v", j, err)
				}
				if _, err := two.AppendObservations(ctx, many(t, 3), "clerk"); err != nil {
					t.Errorf("it does not go on: %v", err)
				}
				if got := codes(t, two, evidence.AuditOptions{}); got != "" {
					t.Errorf("after going on: %s", got)
				}
			})
		}
	}
}

func first[T any](v T, _ error) T { return v }

func TestRestoreByANodeWithAnotherKey(t *testing.T) {
	saved := backup(t, furnished(t, storetest.DSN(t, "sqlite")))
	other := storetest.OpenWith(t, storetest.DSN(t, "sqlite"), store.Options{Signer: storetest.Signer(t, "other.example/log"), Now: storetest.Clock()})
	if err := restore(other, saved); err != nil {
		t.Fatal(err)
	}
	if got := codes(t, other, evidence.AuditOptions{}); got != "" {
		t.Errorf("found %s", got)
	}
	e, err := other.Entry(context.Background(), 10, 0)
	if err != nil || e.Kind != evidence.TypeKey || e.Size != 11 {
		t.Errorf("entry 10 is %+v, %v; want the new key", e, err)
	}
}

func TestAnEmptyDatabaseIsBackedUpToo(t *testing.T) {
	saved := backup(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	s := storetest.Open(t, storetest.DSN(t, "sqlite"))
	if err := restore(s, saved); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Size(context.Background()); n != 0 || err != nil {
		t.Errorf("size %d, %v", n, err)
	}
}

// Whatever is wrong with a backup, nothing of it is restored.
func TestABadBackupRestoresNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		source := furnished(t, dsn)
		good := backup(t, source)
		var exported bytes.Buffer
		if err := source.ExportEvidence(ctx, &exported); err != nil {
			t.Fatal(err)
		}
		empty := storetest.Open(t, storetest.DSN(t, "sqlite"))
		for name, bad := range map[string][]byte{
			"half of it":         good[:len(good)/2],
			"no zip":             []byte("x"),
			"a leaf altered":     altered(t, good, "log.jsonl", `"value":1.79`, `"value":2.7`),
			"a row altered":      altered(t, good, "observations.jsonl", `"value":1.79`, `"value":2.7`),
			"a token altered":    altered(t, good, "tokens.jsonl", `"clerk"`, `"chief"`),
			"the root altered":   altered(t, good, "manifest.json", `"root":"`, `"root":"0`),
			"the size altered":   altered(t, good, "manifest.json", `"size":10`, `"size":9`),
			"a board altered":    altered(t, good, "boards/9.json", `1`, `2`),
			"tokens left out":    altered(t, good, "tokens.jsonl", "", ""),
			"no backup, exports": exported.Bytes(),
		} {
			if err := restore(empty, bad); !errors.Is(err, store.ErrBackup) {
				t.Errorf("%s: %v, want ErrBackup", name, err)
			}
			if n, err := empty.Size(ctx); n != 0 || err != nil {
				t.Fatalf("%s left %d entries, %v", name, n, err)
			}
		}
		if err := restore(source, good); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("into a database in use: %v", err)
		}
		if err := restore(empty, good); err != nil {
			t.Errorf("after all that: %v", err)
		}
	})
}

// altered replaces the first occurrence in a file of a bundle; without new and
// old it leaves the file out.
func altered(t testing.TB, b []byte, file, old, new string) []byte {
	t.Helper()
	return rezip(t, b, func(name string, content []byte) []byte {
		switch {
		case name != file:
			return content
		case old == "":
			return nil
		case !bytes.Contains(content, []byte(old)):
			t.Fatalf("%s holds no %s", file, old)
		}
		return bytes.Replace(content, []byte(old), []byte(new), 1)
	})
}

// rezip writes a zip again with files as change returns them; nil leaves one out.
func rezip(t testing.TB, b []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if content = change(f.Name, content); content == nil {
			continue
		}
		c, err := w.Create(f.Name)
		if err == nil {
			_, err = c.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestATamperedDatabaseIsNotBackedUp(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	s := furnished(t, dsn)
	storetest.Exec(t, dsn, `UPDATE observation SET value = 2.7 WHERE log = 2`)
	var b bytes.Buffer
	err := s.Backup(context.Background(), &b)
	bad, ok := errors.AsType[*evidence.AlteredError](err)
	if !ok || !errors.Is(err, evidence.ErrAltered) || bad.Report.Findings[0].Index != 2 {
		t.Errorf("got %v", err)
	}
}

func TestAnExportVerifiesAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := furnished(t, dsn)
		var b bytes.Buffer
		if err := s.ExportEvidence(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		bundle, err := evidence.ReadBundle(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		r, err := bundle.Verify(evidence.AuditOptions{Keys: []string{storetest.Signer(t, "node.example/log").VKey()}})
		if err != nil || !r.OK() || r.Size != 10 || r.Signed != 10 || r.Boards != 1 || !r.Pinned {
			t.Errorf("got %+v, %v", r, err)
		}
		if len(bundle.Extra) != 0 {
			t.Errorf("it holds more than evidence: %v", bundle.Extra)
		}
		storetest.Exec(t, dsn, `UPDATE observation SET value = 2.7 WHERE log = 2`)
		b.Reset()
		if err := s.ExportEvidence(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		bundle, err = evidence.ReadBundle(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		r, err = bundle.Verify(evidence.AuditOptions{})
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Code != evidence.ObservationAltered {
			t.Errorf("an altered database was exported; found %+v, %v", r.Findings, err)
		}
	})
}
