package issuance_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"conurb/app/issuance"
	"conurb/door/openid"
	"conurb/internal/storetest"
	"conurb/kit/openid4vci"
	"conurb/store"
)

func (w *world) count(dsn, text string, args ...any) (n int) {
	w.t.Helper()
	db := storetest.Raw(w.t, dsn)
	defer db.Close() // of hundreds of counts, none keeps a connection
	if err := db.QueryRow(text, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// TestNothingIsHalfDone cuts the two steps that give something out off at every statement, and
// tries each again until it is through: one token for a code, and one handing out for a nonce.
func TestNothingIsHalfDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := build(t, dsn, nil)
		r, x := w.issue(identityCard), w.wallet("")
		o, err := w.desk.Make(context.Background(), r.ID, issuance.Wish{})
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{"grant_type": {openid4vci.GrantPreAuthorized}, "pre-authorized_code": {x.offered(o).PreAuthorized.Code}}
		var token openid4vci.Token
		cuts := 0
		for n := int64(0); token.Access == "" && n < 500; n++ {
			got, err := w.desk.Token(storetest.CutAfter(n), form, openid.Caller{Method: "POST", Path: openid.PathToken})
			tokens := w.count(dsn, `SELECT COUNT(*) FROM wallet_ticket WHERE kind = $1`, string(store.TicketToken))
			if tokens > 1 || err == nil && tokens != 1 {
				t.Fatalf("cut at %d: %d tokens, %v", n, tokens, err)
			}
			if err == nil {
				token = got
			} else if tokens == 1 { // the commit came through and its answer did not: the code is spent
				if o, err = w.desk.Make(context.Background(), r.ID, issuance.Wish{}); err != nil {
					t.Fatal(err)
				}
				form.Set("pre-authorized_code", x.offered(o).PreAuthorized.Code)
				if token, err = w.desk.Token(context.Background(), form, openid.Caller{Method: "POST", Path: openid.PathToken}); err != nil {
					t.Fatal(err)
				}
			}
			cuts++
		}
		if cuts < 5 || token.Access == "" {
			t.Fatalf("cut off at %d places only", cuts)
		}
		body := openid4vci.CredentialRequest{Identifier: r.ID, Proofs: x.proofs("", generate(t))}.JSON()
		access := openid.Access{Caller: openid.Caller{Method: "POST", Path: openid.PathCredential}, Scheme: "bearer", Token: token.Access}
		steps := 0
		for n := int64(0); n < 500; n++ {
			got, err := w.desk.Credential(storetest.CutAfter(n), access, body)
			list := w.sound(r.ID)
			nonces := w.count(dsn, `SELECT COUNT(*) FROM wallet_ticket WHERE kind = $1`, string(store.TicketSeen))
			if len(list) > 1 || len(list) != nonces || err == nil && (len(list) != 1 || len(got.Credentials) != 1) {
				t.Fatalf("cut at %d: %d handed out, %d nonces used, %v", n, len(list), nonces, err)
			}
			steps++
			if len(list) == 1 {
				break
			}
		}
		if _, err := w.desk.Credential(context.Background(), access, body); steps < 10 || err == nil || !strings.Contains(err.Error(), "invalid_nonce") {
			t.Errorf("after %d cuts, and again: %v", steps, err)
		}
		t.Logf("cut off at %d and %d places", cuts, steps)
	})
}
