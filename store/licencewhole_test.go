package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
)

// A write that ends at any step leaves nothing: a trigger strikes at each table in turn.
func TestAWriteOfALicenceIsWhole(t *testing.T) {
	r := types(t)
	dsn := storetest.DSN(t, "sqlite")
	ctx, s := context.Background(), storetest.Open(t, dsn)
	first, err := issue(ctx, s, r, identityCard, "a", store.Shape{})
	if err != nil {
		t.Fatal(err)
	}
	before := dump(t, dsn)
	change := func(seal store.Seal) error {
		_, err := s.ActOnLicence(ctx, r, first.ID, licence.Change, licence.How{Reason: "because"}, time.UTC, seal)
		return err
	}
	steps := []string{
		"INSERT ON log_entry", "INSERT ON log_checkpoint", "UPDATE ON log_head", "INSERT ON licence_record", "UPDATE ON licence",
		"UPDATE ON status_place", "INSERT ON status_place",
	}
	for _, step := range steps {
		when := ""
		if step == "UPDATE ON log_head" {
			when = " WHEN NEW.size <> OLD.size" // after the lock
		}
		if _, err := storetest.Raw(t, dsn).Exec(`CREATE TRIGGER struck BEFORE ` + step + when + ` BEGIN SELECT RAISE(ABORT, 'struck'); END`); err != nil {
			t.Fatal(err)
		}
		if err := change(sealing(r)); err == nil || !strings.Contains(err.Error(), "struck") {
			t.Errorf("%s: %v", step, err)
		}
		if _, err := storetest.Raw(t, dsn).Exec(`DROP TRIGGER struck`); err != nil {
			t.Fatal(err)
		}
		if after := dump(t, dsn); after != before {
			t.Errorf("%s: the database has changed:\n%s\n%s", step, before, after)
		}
	}
	if err := change(func(*licence.Record) error { return errStruck }); !errors.Is(err, errStruck) || dump(t, dsn) != before {
		t.Errorf("in sealing: %v", err)
	}
	if err := change(sealing(r)); err != nil || dump(t, dsn) == before {
		t.Errorf("at last: %v", err)
	}
}

// A process that is killed while it issues and revokes leaves whole acts only, and every
// one that it acknowledged.
func TestAKilledOfficeLeavesWholeActs(t *testing.T) {
	r := types(t)
	if dsn := os.Getenv("CONURB_TEST_OFFICE"); dsn != "" {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		for {
			rec, err := issue(ctx, s, r, vehicle, "a", store.Shape{})
			if err == nil {
				fmt.Println("done " + rec.ID + " valid")
				rec, err = s.ActOnLicence(ctx, r, rec.ID, licence.Revoke, licence.How{Reason: "because"}, time.UTC, nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			fmt.Println("done " + rec.ID + " revoked")
		}
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		c := exec.Command(self, "-test.run", "^TestAKilledOfficeLeavesWholeActs$")
		c.Env, c.Stdout = append(os.Environ(), "CONURB_TEST_OFFICE="+dsn), &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ctx, s := context.Background(), storetest.Open(t, dsn)
		for start := time.Now(); time.Since(start) < 2*time.Minute; time.Sleep(7 * time.Millisecond) {
			if n, err := s.Size(ctx); err == nil && n > 40 {
				break
			}
		}
		c.Process.Kill()
		c.Wait()
		// PostgreSQL may still be ending the transaction of the dead client.
		if _, err := issue(ctx, s, r, identityCard, "b", store.Shape{}); err != nil {
			t.Fatal(err)
		}
		acknowledged := 0
		for line := range strings.Lines(out.String()) {
			var id, state string
			if n, _ := fmt.Sscanf(line, "done %s %s\n", &id, &state); n != 2 {
				continue
			}
			acknowledged++
			if rec, err := s.Licence(ctx, id); err != nil || state == "revoked" && rec.State != licence.Revoked {
				t.Errorf("%s: %v, %v", strings.TrimSpace(line), rec.State, err)
			}
		}
		if acknowledged < 20 {
			t.Errorf("only %d acts were acknowledged", acknowledged)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
	})
}

// dump is everything that a write of a licence touches.
func dump(t testing.TB, dsn string) string {
	t.Helper()
	var b strings.Builder
	for _, q := range []string{
		`SELECT size || root FROM log_head`, `SELECT idx || leaf FROM log_entry ORDER BY idx`, `SELECT size || note FROM log_checkpoint ORDER BY size`,
		`SELECT log || record FROM licence_record ORDER BY log`, `SELECT id || stem || version || state || slot FROM licence ORDER BY id`,
		`SELECT list || bits FROM status_list ORDER BY list`, `SELECT list || '/' || idx || '/' || edition || '/' || status FROM status_place ORDER BY list, idx`,
	} {
		rows, err := storetest.Raw(t, dsn).Query(q)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var v sql.NullString
			if err := rows.Scan(&v); err != nil {
				t.Fatal(err)
			}
			b.WriteString(v.String + "\n")
		}
		rows.Close()
	}
	return b.String()
}
