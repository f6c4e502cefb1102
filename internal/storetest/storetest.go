// Package storetest opens real databases for tests: SQLite in a folder of the
// test, or a schema of its own in the PostgreSQL that CONURB_PG points to. There
// is no other kind of store to test with.
package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make and drop schemas
	_ "modernc.org/sqlite"             // to change databases behind the store's back

	"conurb/store"
	"conurb/trust/evidence"
)

// Kinds lists the databases that tests run on here: SQLite always, PostgreSQL
// when CONURB_PG is set.
func Kinds() []string {
	if os.Getenv("CONURB_PG") != "" {
		return []string{"sqlite", "postgres"}
	}
	return []string{"sqlite"}
}

// Each runs a test on every kind of database.
func Each(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Helper()
	for _, kind := range Kinds() {
		t.Run(kind, func(t *testing.T) { f(t, DSN(t, kind)) })
	}
	if len(Kinds()) == 1 {
		t.Run("postgres", func(t *testing.T) { t.Skip("CONURB_PG is not set: this test runs on SQLite only") })
	}
}

// DSN makes an empty database that goes away with the test.
func DSN(t testing.TB, kind string) string {
	t.Helper()
	if kind != "postgres" {
		return "sqlite:" + filepath.Join(t.TempDir(), "conurb.db")
	}
	base := os.Getenv("CONURB_PG")
	digest := sha256.Sum256([]byte(t.Name() + time.Now().String()))
	schema := "t_" + hex.EncodeToString(digest[:10])
	execPostgres(t, base, `CREATE SCHEMA `+schema)
	t.Cleanup(func() { execPostgres(t, base, `DROP SCHEMA `+schema+` CASCADE`) })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func execPostgres(t testing.TB, dsn, text string) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// Empty takes everything out of a database, for tests that need many empty ones.
func Empty(t testing.TB, db *sql.DB) {
	t.Helper()
	for _, text := range []string{
		`DELETE FROM log_entry`, `DELETE FROM log_node`, `DELETE FROM log_checkpoint`, `DELETE FROM observation`,
		`DELETE FROM pack_version`, `DELETE FROM pack_files`, `DELETE FROM board_snapshot`, `DELETE FROM token`, `DELETE FROM meta`,
		`DELETE FROM cosign_held`, `DELETE FROM cosign_ask`, `DELETE FROM cosignature`,
		`DELETE FROM job`, `DELETE FROM result`,
		`DELETE FROM message_nonce`, `DELETE FROM message_in`, `DELETE FROM message_out`, `DELETE FROM message`,
		`DELETE FROM household_entry`, `DELETE FROM household_transfer`, `DELETE FROM household_witnessed`, `DELETE FROM household_met`, `DELETE FROM household_number`, `DELETE FROM household_out`,
		`DELETE FROM status_place`, `DELETE FROM status_list`, `DELETE FROM licence`, `DELETE FROM licence_record`,
		`UPDATE log_head SET size = 0, frontier = '', vkey = '', root = '` + evidence.Hex(evidence.EmptyRoot) + `'`,
	} {
		if _, err := db.Exec(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// Clock is a clock that moves a second with every look.
func Clock() func() time.Time {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	return func() time.Time { now = now.Add(time.Second); return now }
}

// Secret is the secret key of Signer.
func Secret(t testing.TB, name string) string {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	skey, _, err := evidence.GenerateKey(strings.NewReader(string(seed[:])), name)
	if err != nil {
		t.Fatal(err)
	}
	return skey
}

// Signer is a node key that is the same in every test of a name.
func Signer(t testing.TB, name string) *evidence.Signer {
	t.Helper()
	s, err := evidence.NewSigner(Secret(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Open opens a store with the test's clock and the key of node.example/log.
func Open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	return OpenWith(t, dsn, store.Options{Signer: Signer(t, "node.example/log"), Now: Clock()})
}

// OpenWith opens a store and closes it with the test.
func OpenWith(t testing.TB, dsn string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Sound holds a store to its evidence log; of names whose it is.
func Sound(t testing.TB, s *store.Store, of string) {
	t.Helper()
	report, err := s.CheckIntegrity(context.Background(), evidence.AuditOptions{})
	if err != nil {
		t.Errorf("%s: %v", of, err)
	} else if !report.OK() {
		t.Errorf("%s: %+v", of, report.Findings)
	}
}

// Raw opens the database beside the store, as one who tampers with it would.
func Raw(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver, name := "pgx", dsn
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, name = "sqlite", path
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Exec changes the database behind the store's back; text is tried as it is.
func Exec(t testing.TB, dsn, text string, args ...any) {
	t.Helper()
	r, err := Raw(t, dsn).Exec(text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if n, err := r.RowsAffected(); err == nil && n == 0 {
		t.Fatalf("%s: touched no row", text)
	}
}

// Cosigner cosigns with the key of Signer.
func Cosigner(t testing.TB, name string) *evidence.Cosigner {
	t.Helper()
	c, err := evidence.NewCosigner(Secret(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
