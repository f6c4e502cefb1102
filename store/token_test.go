package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
)

func TestTokens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		secret, made, err := s.CreateToken(ctx, "统计局 clerk")
		if err != nil || len(secret) < 40 || made.Name != "统计局 clerk" {
			t.Fatalf("made %+v, %v", made, err)
		}
		got, err := s.CheckToken(ctx, secret)
		if err != nil || got.ID != made.ID || got.LastUsed.IsZero() {
			t.Errorf("checked %+v, %v", got, err)
		}
		for _, bad := range []string{"", "conurb_", secret[:len(secret)-1], secret + "x", strings.ToUpper(secret)} {
			if _, err := s.CheckToken(ctx, bad); err != store.ErrToken {
				t.Errorf("CheckToken(%q): %v", bad, err)
			}
		}
		if _, _, err := s.CreateToken(ctx, "统计局 clerk"); !errors.Is(err, store.ErrExists) {
			t.Errorf("the name again: %v", err)
		}
		for _, name := range []string{"", "pack", "a\nb", strings.Repeat("x", 101)} {
			if _, _, err := s.CreateToken(ctx, name); !errors.Is(err, store.ErrInvalid) {
				t.Errorf("name %q: %v", name, err)
			}
		}
		if err := s.RevokeToken(ctx, "nobody"); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("revoke nobody: %v", err)
		}
		for range 2 {
			if err := s.RevokeToken(ctx, "统计局 clerk"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.CheckToken(ctx, secret); err != store.ErrToken {
			t.Errorf("after it was revoked: %v", err)
		}
		list, err := s.Tokens(ctx)
		if err != nil || len(list) != 1 || list[0].Revoked.IsZero() {
			t.Errorf("list %+v, %v", list, err)
		}
		if n, _ := s.Size(ctx); n != 3 { // key, created, revoked
			t.Errorf("the log has %d entries, want 3", n)
		}
		if got := codes(t, s, evidence.AuditOptions{}); got != "" {
			t.Errorf("found %s", got)
		}
		nowhere(t, dsn, secret)
	})
}

// nowhere checks that no table holds a secret.
func nowhere(t *testing.T, dsn, secret string) {
	t.Helper()
	db := storetest.Raw(t, dsn)
	for _, q := range []string{`SELECT leaf FROM log_entry`, `SELECT id || name || secret FROM token`} {
		rows, err := db.Query(q)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(text, secret[len("conurb_"):]) {
				t.Errorf("%s holds the secret: %s", q, text)
			}
		}
		rows.Close()
	}
}
