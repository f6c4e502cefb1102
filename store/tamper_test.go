package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/plan"
	"conurb/store"
	"conurb/trust/evidence"
)

// furnished fills a database: 0 key, 1 pack, 2-4 observations of the pack,
// 5 token, 6-7 observations by hand, 8 a withdrawal, 9 board.
func furnished(t testing.TB, dsn string) *store.Store {
	t.Helper()
	ctx, s := context.Background(), storetest.Open(t, dsn)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	sync(t, s, version("d1", observation(t, "a", "gdp", 1.79), observation(t, "b", "gdp", 2), observation(t, "c", "people", 3)))
	_, _, err := s.CreateToken(ctx, "clerk")
	must(err)
	_, err = s.AppendObservations(ctx, []plan.Observation{observation(t, "a", "gdp", 1.8), observation(t, "h", "gdp", 4)}, "clerk")
	must(err)
	_, err = s.Withdraw(ctx, "h", "typo", "clerk", today)
	must(err)
	_, err = s.SnapshotBoard(ctx, evidence.Board{Pack: "czt", PackDigest: "d1", AsOf: today, BelievedOn: today, Log: 9, Version: "board-1"}, []byte(`{"sum":1}`))
	must(err)
	must(s.SetMeta(ctx, "note", "a meta text"))
	return s
}

func TestATamperedDatabaseIsNamed(t *testing.T) {
	const zero = "0000000000000000000000000000000000000000000000000000000000000000"
	for _, c := range []struct {
		name string
		sql  string // several, apart by ;
		want string
		in   string // the detail must hold it
	}{
		{"a value", `UPDATE observation SET value = 2.7 WHERE log = 2`, "observation-altered 2", "value: 2.7 ≠ 1.79"},
		{"a scope", `UPDATE observation SET scope = 'three-cities' WHERE id = 'b'`, "observation-altered 3", `scope: "three-cities" ≠ "metro-2022"`},
		{"a day", `UPDATE observation SET published = '2021-01-01' WHERE log = 2`, "observation-altered 2", "2021-01-01"},
		{"a day that is none", `UPDATE observation SET published = 'x' WHERE log = 2`, "observation-altered 2", "published: x"},
		{"a period", `UPDATE observation SET period = '2023-Q2' WHERE log = 2`, "observation-altered 2", "first_day"},
		{"a derived day", `UPDATE observation SET last_day = '2023-01-01' WHERE log = 2`, "observation-altered 2", "last_day"},
		{"who wrote it", `UPDATE observation SET recorded_by = 'chief' WHERE log = 7`, "observation-altered 7", `by: "chief" ≠ "clerk"`},
		{"a withdrawal undone", `UPDATE observation SET withdrawn = FALSE WHERE log = 8`, "observation-altered 8", "withdrawn: – ≠ true"},
		{"a row deleted", `DELETE FROM observation WHERE log = 3`, "observation-missing 3", ""},
		{"the withdrawal deleted", `DELETE FROM observation WHERE log = 8`, "observation-missing 8", ""},
		{"a row inserted", `INSERT INTO observation SELECT 99, 'z', 1, indicator, scope, period, first_day, last_day, value, source, source_text, grade,
			published, note, withdrawn, reason, recorded, recorded_by, ref_file, ref_line FROM observation WHERE log = 2`, "observation-inserted 99", ""},
		{"a row moved", `UPDATE observation SET log = 98 WHERE log = 3`, "observation-missing 3, observation-inserted 98", ""},
		{"a leaf", `UPDATE log_entry SET leaf = replace(leaf, '"value":1.79', '"value":2.7') WHERE idx = 2`, "leaf-altered 2", "value: 2.7 ≠ 1.79"},
		{"a leaf and its row", `UPDATE log_entry SET leaf = replace(leaf, '"value":1.79', '"value":2.7') WHERE idx = 2;
			UPDATE observation SET value = 2.7 WHERE log = 2`, "leaf-altered 2, observation-altered 2", ""},
		{"a hash", `UPDATE log_entry SET hash = '` + zero + `' WHERE idx = 2`, "hash-altered 2", ""},
		{"a kind", `UPDATE log_entry SET kind = 'pack' WHERE idx = 2`, "entry-altered 2", "kind: pack"},
		{"a moment", `UPDATE log_entry SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE idx = 2`, "entry-altered 2", "recorded_at"},
		{"an entry deleted", `DELETE FROM log_entry WHERE idx = 3`, "leaf-missing 3", ""},
		{"the end cut off", `DELETE FROM log_entry WHERE idx >= 8; DELETE FROM observation WHERE log >= 8; DELETE FROM board_snapshot`, "log-truncated 8", "8 ≠ 10"},
		{"two entries exchanged", `UPDATE log_entry SET idx = 77 WHERE idx = 2; UPDATE log_entry SET idx = 2 WHERE idx = 3; UPDATE log_entry SET idx = 3 WHERE idx = 77`,
			"leaf-moved 2, leaf-moved 3", "2 ≠ 3"},
		{"an entry added", `INSERT INTO log_entry SELECT 10, kind, leaf, hash, recorded_at FROM log_entry WHERE idx = 5`, "leaf-unsigned 10", ""},
		{"all signatures deleted", `DELETE FROM log_checkpoint`, "signature-missing -1", ""},
		{"a signature", `UPDATE log_checkpoint SET note = replace(note, 'node.example', 'evil.example') WHERE size = 10`, "leaf-unsigned 9, signature-invalid 9", ""},
		{"the pack's files", `UPDATE pack_files SET files = (SELECT board FROM board_snapshot)`, "pack-altered 1, pack-altered 1", "– ≠"},
		{"the pack's row", `DELETE FROM pack_version`, "pack-missing 1", ""},
		{"a board", `UPDATE board_snapshot SET board = (SELECT files FROM pack_files)`, "board-altered 9", ""},
		{"a board deleted", `DELETE FROM board_snapshot`, "board-missing 9", ""},
		{"a token's secret", `UPDATE token SET secret = '` + zero + `'`, "token-altered 5", "secret"},
		{"a token renamed", `UPDATE token SET name = 'chief'`, "token-altered 5", "name: chief ≠ clerk"},
		{"a token inserted", `INSERT INTO token VALUES ('x', 'evil', 'h', '', '', '')`, "token-inserted -1", ""},
		{"the head", `UPDATE log_head SET root = '` + zero + `'`, "head-altered -1", "≠"},
		{"the head deleted", `DELETE FROM log_head`, "head-altered -1, head-altered -1, head-altered -1, head-altered -1", "0 ≠ 10"},
		{"a node invented", `INSERT INTO log_node VALUES (8, 0, '` + zero + `')`, "node-altered 0", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, dsn string) {
				s := furnished(t, dsn)
				if got := codes(t, s, evidence.AuditOptions{}); got != "" {
					t.Fatalf("before: %s", got)
				}
				for text := range strings.SplitSeq(c.sql, ";") {
					storetest.Exec(t, dsn, text)
				}
				r, err := s.CheckIntegrity(context.Background(), evidence.AuditOptions{})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, f := range r.Findings {
					got = append(got, fmt.Sprint(f.Code, " ", f.Index))
				}
				if strings.Join(got, ", ") != c.want {
					t.Errorf("found %v, want %s\n%+v", got, c.want, r.Findings)
				} else if !strings.Contains(r.Findings[0].Detail, c.in) {
					t.Errorf("detail %q does not hold %q", r.Findings[0].Detail, c.in)
				}
			})
		})
	}
}

// Boards that were kept are computed again from what the log says of the past.
func TestIntegrityRecomputesBoards(t *testing.T) {
	s := furnished(t, storetest.DSN(t, "sqlite"))
	sum := func(p evidence.Past) ([]byte, error) {
		var ids []string
		for _, l := range p.Observations {
			o, err := store.ObservationOf(l.Index, l.Leaf)
			if err != nil {
				return nil, err
			}
			ids = append(ids, fmt.Sprintf("%s%d@%d", o.ID, o.Version, o.Log))
		}
		if got := strings.Join(ids, " "); got != "a1@2 b1@3 c1@4 a2@6 h1@7 h2@8" || len(p.Files) != 2 {
			t.Errorf("the board was computed from %s and %d files", got, len(p.Files))
		}
		return []byte(`{"sum":1}`), nil
	}
	r, err := s.CheckIntegrity(context.Background(), evidence.AuditOptions{Recompute: sum})
	if err != nil || !r.OK() || r.Recomputed != 1 || r.Observations != 6 || r.Tokens != 1 || !r.Pinned {
		t.Errorf("got %+v, %v", r, err)
	}
}

// A leaf that ObservationOf gives back is the row that was recorded.
func TestObservationOfALeaf(t *testing.T) {
	ctx, s := context.Background(), storetest.Open(t, storetest.DSN(t, "sqlite"))
	in := observation(t, "a", "gdp", 1.0/3)
	in.Ref = area.Ref{File: "x.csv", Line: 3}
	out, err := s.AppendObservations(ctx, []plan.Observation{in}, "clerk")
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Entry(ctx, out[0].Log, 0)
	if err != nil {
		t.Fatal(err)
	}
	l, err := evidence.ParseLeaf(e.Leaf)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := store.ObservationOf(e.Index, l); err != nil || got != out[0] {
		t.Errorf("got %+v, %v\nwant %+v", got, err, out[0])
	}
	if key, _ := s.Entry(ctx, 0, 0); key.Kind == evidence.TypeKey {
		k, _ := evidence.ParseLeaf(key.Leaf)
		if _, err := store.ObservationOf(0, k); err == nil {
			t.Error("a key came out as an observation")
		}
	}
}
