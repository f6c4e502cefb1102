package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

// Cells that their column could not hold are named with table and column, and
// whatever else is wrong is found all the same.
func TestACellThatIsNoneIsNamed(t *testing.T) {
	const also = `; UPDATE observation SET value = 3.5 WHERE log = 4`
	loose := func(table string) string { // as who alters tables may
		return `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = '` + table + `'; PRAGMA writable_schema = RESET; `
	}
	for _, c := range []struct {
		name string
		kind string
		sql  string // several, apart by ;
		want string // without the finding of also
		in   string // a detail must hold it
	}{
		{"text for a number", "sqlite", `UPDATE observation SET value = 'much' WHERE log = 2`, "observation-altered 2", `observation.value: TEXT "much" ≠ DOUBLE PRECISION`},
		{"digits as a blob", "sqlite", `UPDATE observation SET value = CAST('1.79' AS BLOB) WHERE log = 2`, "observation-altered 2", `observation.value: BLOB x'312e3739' ≠ DOUBLE PRECISION`},
		{"text for an integer", "sqlite", `UPDATE observation SET version = 'x', ref_line = 2.5 WHERE log = 2`, "observation-altered 2", `observation.version: TEXT "x" ≠ INTEGER; observation.ref_line: REAL 2.5 ≠ INTEGER`},
		{"a number too long", "sqlite", `UPDATE observation SET version = 1e300 WHERE log = 2`, "observation-altered 2", "observation.version: REAL 1e+300 ≠ INTEGER"},
		{"text longer than can be shown", "sqlite", `UPDATE observation SET period = hex(zeroblob(300000)) WHERE log = 2`, "observation-altered 2", "period: 0000"},
		{"a number as long as can be", "sqlite", `UPDATE observation SET version = 9223372036854775807 WHERE log = 2`, "observation-altered 2", ""},
		{"no finite number", "both", `UPDATE observation SET value = CAST('1e308' AS DOUBLE PRECISION) WHERE log = 2`, "observation-altered 2", "value: "},
		{"infinity", "sqlite", `UPDATE observation SET value = 9e999 WHERE log = 2`, "observation-altered 2", "observation.value: REAL +Inf ≠ DOUBLE PRECISION"},
		{"infinity", "postgres", `UPDATE observation SET value = '-infinity' WHERE log = 2`, "observation-altered 2", "observation.value: REAL -Inf"},
		{"no number at all", "postgres", `UPDATE observation SET value = 'NaN' WHERE log = 2`, "observation-altered 2", "observation.value: REAL NaN"},
		{"neither true nor false", "sqlite", `UPDATE observation SET withdrawn = 2 WHERE log = 8`, "observation-altered 8", "observation.withdrawn: INTEGER 2 ≠ BOOLEAN"},
		{"text for true", "sqlite", `UPDATE observation SET withdrawn = 'true' WHERE log = 8`, "observation-altered 8", `observation.withdrawn: TEXT "true" ≠ BOOLEAN`},
		{"a blob for text", "sqlite", `UPDATE observation SET id = CAST(id AS BLOB) WHERE log = 2`, "observation-altered 2", "observation.id: BLOB x'61' ≠ TEXT"},
		{"a long blob for text", "sqlite", `UPDATE observation SET note = randomblob(1000000) WHERE log = 2`, "observation-altered 2", "… ≠ TEXT"},
		{"text that is none", "sqlite", `UPDATE observation SET note = CAST(x'ff00fe' AS TEXT) WHERE log = 2`, "observation-altered 2", `observation.note: TEXT "\xff\x00\xfe" ≠ TEXT UTF-8`},
		{"no value", "sqlite", loose("observation") + `UPDATE observation SET value = NULL WHERE log = 2`, "observation-altered 2", "observation.value: NULL ≠ DOUBLE PRECISION"},
		{"no value", "postgres", `ALTER TABLE observation ALTER value DROP NOT NULL; UPDATE observation SET value = NULL WHERE log = 2`, "observation-altered 2", "observation.value: NULL ≠ DOUBLE PRECISION"},
		{"another type", "postgres", `ALTER TABLE observation ALTER value TYPE NUMERIC`, "observation-altered 2, observation-altered 3, observation-altered 6, observation-altered 7, observation-altered 8", `observation.value: TEXT "1.79" ≠ DOUBLE PRECISION`},
		{"another type of text", "postgres", `ALTER TABLE observation ALTER note TYPE BYTEA USING convert_to(note, 'UTF8')`, "observation-altered 2, observation-altered 3, observation-altered 6, observation-altered 7, observation-altered 8", "observation.note: BLOB x'"},
		{"rows far outside the log", "sqlite", `UPDATE observation SET log = -9223372036854775807 WHERE log = 2; UPDATE observation SET log = 9223372036854775807 WHERE log = 3`,
			"observation-inserted -9223372036854775807, observation-missing 2, observation-missing 3, observation-inserted 9223372036854775807", ""},
		{"an entry far outside", "sqlite", `INSERT INTO log_entry SELECT -9223372036854775807, kind, leaf, hash, recorded_at FROM log_entry WHERE idx = 5`, "leaf-inserted -9223372036854775807", ""},

		{"a leaf as a blob", "sqlite", `UPDATE log_entry SET leaf = CAST(leaf AS BLOB) WHERE idx = 2`, "entry-altered 2", "log_entry.leaf: BLOB x'7b"},
		{"another leaf as a blob", "sqlite", `UPDATE log_entry SET leaf = x'ff' WHERE idx = 2`, "leaf-altered 2", "log_entry.leaf: BLOB x'ff' ≠ TEXT"},
		{"no leaf", "sqlite", loose("log_entry") + `UPDATE log_entry SET leaf = NULL WHERE idx = 2`, "leaf-altered 2", "log_entry.leaf: NULL ≠ TEXT"},
		{"no leaf", "postgres", `ALTER TABLE log_entry ALTER leaf DROP NOT NULL; UPDATE log_entry SET leaf = NULL WHERE idx = 2`, "leaf-altered 2", "log_entry.leaf: NULL ≠ TEXT"},
		{"no kind", "sqlite", loose("log_entry") + `UPDATE log_entry SET kind = NULL WHERE idx = 2`, "entry-altered 2", "log_entry.kind: NULL ≠ TEXT"},
		{"no kind", "postgres", `ALTER TABLE log_entry ALTER kind DROP NOT NULL; UPDATE log_entry SET kind = NULL WHERE idx = 2`, "entry-altered 2", "log_entry.kind: NULL ≠ TEXT"},
		{"no hash", "sqlite", loose("log_entry") + `UPDATE log_entry SET hash = NULL WHERE idx = 2`, "hash-altered 2", "log_entry.hash: NULL ≠ TEXT"},
		{"a hash as a blob", "sqlite", `UPDATE log_entry SET hash = x'00' WHERE idx = 2`, "hash-altered 2", "log_entry.hash: BLOB x'00' ≠ TEXT"},
		{"a moment as a blob", "sqlite", `UPDATE log_entry SET recorded_at = x'' WHERE idx = 2`, "entry-altered 2", "log_entry.recorded_at: BLOB x'' ≠ TEXT"},

		{"a checkpoint's size", "sqlite", `UPDATE log_checkpoint SET size = 'ten' WHERE size = 9`, "signature-invalid -1", `log_checkpoint.size: TEXT "ten" ≠ INTEGER`},
		{"a checkpoint's note", "sqlite", `UPDATE log_checkpoint SET note = x'00' WHERE size = 9`, "signature-invalid 8", "log_checkpoint.note: BLOB x'00' ≠ TEXT"},
		{"no note", "postgres", `ALTER TABLE log_checkpoint ALTER note DROP NOT NULL; UPDATE log_checkpoint SET note = NULL WHERE size = 9`, "signature-invalid 8", "log_checkpoint.note: NULL ≠ TEXT"},
		{"the pack's digest", "sqlite", `UPDATE pack_version SET digest = x'00'`, "pack-altered 1", "pack_version.digest: BLOB x'00' ≠ TEXT"},
		{"the pack's files", "sqlite", `UPDATE pack_files SET files = 'none'`, "pack-altered -1", `pack_files.files: TEXT "none" ≠ BYTEA`},
		{"no files", "postgres", `ALTER TABLE pack_files ALTER files DROP NOT NULL; UPDATE pack_files SET files = NULL`, "pack-altered -1", "pack_files.files: NULL ≠ BYTEA"},
		{"a board as a number", "sqlite", `UPDATE board_snapshot SET board = 7`, "board-altered 9", "board_snapshot.board: INTEGER 7 ≠ BYTEA"},
		{"no board", "postgres", `ALTER TABLE board_snapshot ALTER board DROP NOT NULL; UPDATE board_snapshot SET board = NULL`, "board-altered 9", "board_snapshot.board: NULL ≠ BYTEA"},
		{"a token's moment", "sqlite", `UPDATE token SET created = x'00'`, "token-altered 5", "token.created: BLOB x'00' ≠ TEXT"},
		{"a token's last use", "both", `UPDATE token SET last_used = 'soon'`, "token-altered 5", `token.last_used: TEXT "soon" ≠ 2006-01-02`},
		{"no name of a token", "postgres", `ALTER TABLE token ALTER name DROP NOT NULL; UPDATE token SET name = NULL`, "token-altered 5", "token.name: NULL ≠ TEXT"},
		{"the head's size", "sqlite", `UPDATE log_head SET size = 'ten'`, "head-altered -1", `log_head.size: TEXT "ten" ≠ INTEGER`},
		{"no root", "postgres", `ALTER TABLE log_head ALTER root DROP NOT NULL; UPDATE log_head SET root = NULL`, "head-altered -1", "log_head.root: NULL ≠ TEXT"},
		{"a node", "sqlite", `INSERT INTO log_node VALUES ('low', 0, x'00')`, "node-altered -1", `log_node.level: TEXT "low" ≠ INTEGER; log_node.hash: BLOB x'00' ≠ TEXT`},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				if c.kind != "both" && !strings.HasPrefix(dsn, c.kind) {
					t.Skip("of the other database")
				}
				s := furnished(t, dsn)
				alter(t, dsn, c.sql+also)
				r, err := s.CheckIntegrity(context.Background(), evidence.AuditOptions{})
				if err != nil {
					t.Fatal(err)
				}
				var got, details []string
				for _, f := range r.Findings {
					if name := fmt.Sprint(f.Code, " ", f.Index); name != "observation-altered 4" {
						got, details = append(got, name), append(details, f.Detail)
					}
					if len(f.Detail) > 4200 {
						t.Errorf("a detail of %d bytes: %.4200s", len(f.Detail), f.Detail)
					}
				}
				if strings.Join(got, ", ") != c.want || len(got) == len(r.Findings) {
					t.Errorf("found %v, want %s and observation-altered 4\n%+v", got, c.want, r.Findings)
				}
				if !strings.Contains(strings.Join(details, "\n"), c.in) {
					t.Errorf("details %q do not hold %q", details, c.in)
				}
				if err := s.Backup(context.Background(), io.Discard); !errors.Is(err, evidence.ErrAltered) {
					t.Errorf("a backup of it: %v", err)
				}
			})
		})
	}
}

// alter runs statements one after the other on one connection.
func alter(t *testing.T, dsn, text string) {
	t.Helper()
	c, err := storetest.Raw(t, dsn).Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for one := range strings.SplitSeq(text, ";") {
		if _, err := c.ExecContext(context.Background(), one); err != nil {
			t.Fatalf("%s: %v", one, err)
		}
	}
}

// Whoever only reads a damaged row is told what it is.
func TestADamagedRowIsRefused(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	s := furnished(t, dsn)
	storetest.Exec(t, dsn, `UPDATE observation SET value = 'much' WHERE log = 2`)
	storetest.Exec(t, dsn, `UPDATE token SET created = 'soon'`)
	if _, err := s.Observations(context.Background(), 0); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("observations: %v", err)
	}
	if _, err := s.Tokens(context.Background()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("tokens: %v", err)
	}
	storetest.Exec(t, dsn, `UPDATE log_head SET size = 'ten'`)
	if _, err := s.Size(context.Background()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("size: %v", err)
	}
	if _, err := s.Head(context.Background()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("head: %v", err)
	}
}
