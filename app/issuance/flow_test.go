package issuance_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/app/issuance"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/kit/sdjwt"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// holds checks that credentials are copies of a licence, each bound to one of the keys.
func (x *wallet) holds(i openid4vci.Issued, r licence.Record, keys ...*jws.Private) {
	x.t.Helper()
	if len(i.Credentials) != len(keys) || i.Notification == "" {
		x.t.Fatalf("%d credentials for %d keys, notification %q", len(i.Credentials), len(keys), i.Notification)
	}
	for n, c := range i.Credentials {
		q := sdjwt.Request{Audience: "https://verifier.example", Nonce: "n"}
		shown, err := licence.Present(rand.Reader, c.Text, []string{"licence.CZZT"}, keys[n], q, time.Now())
		if err != nil {
			x.t.Fatal(err)
		}
		checked, err := licence.Verify(shown, x.key.Public(), licence.Demand{Request: q, Fresh: sdjwt.Fresh{Age: time.Minute, Ahead: time.Minute}, Now: time.Now()})
		if err != nil {
			x.t.Fatal(err)
		}
		if checked.Identifier != r.Identifier || checked.StatusIdx != r.Place.Index || checked.Facts.Holder != trustlist.BindingProven || checked.Metadata["CZZT"] != "王小明" {
			x.t.Errorf("copy %d: %+v", n, checked)
		}
		if c.Text == r.Credential {
			x.t.Error("the original was handed out")
		}
	}
}

// sound holds the store to its log, and tells what was handed out.
func (w *world) sound(id string) []store.Handout {
	w.t.Helper()
	ctx := context.Background()
	report, err := w.store.CheckIntegrity(ctx, evidence.AuditOptions{})
	if err != nil || !report.OK() {
		w.t.Errorf("audit: %+v, %v", report, err)
	}
	list, err := w.store.Handouts(ctx, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (x *wallet) offered(o issuance.Offered) openid4vci.Offer {
	x.t.Helper()
	_, at, err := openid4vci.ReadOfferLink(o.Link)
	if err != nil || at != o.URI {
		x.t.Fatalf("%s, %v", at, err)
	}
	offer, err := openid4vci.ReadOffer(x.get(at))
	if err != nil {
		x.t.Fatal(err)
	}
	return offer
}

func TestAWalletGetsALicenceByTheCodeOfAnOffer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := build(t, dsn, nil)
		r, x := w.issue(identityCard), w.wallet("")
		o, err := w.desk.Make(context.Background(), r.ID, issuance.Wish{By: "clerk", Tx: true})
		if err != nil {
			t.Fatal(err)
		}
		offer := x.offered(o)
		if offer.Code != nil || offer.PreAuthorized.Tx.Length != 6 || !slices.Equal(offer.Configurations, []string{identityCard}) {
			t.Errorf("%+v", offer)
		}
		v := url.Values{"grant_type": {openid4vci.GrantPreAuthorized}, "pre-authorized_code": {offer.PreAuthorized.Code}}
		if a := x.form(x.as.Token, v); a.Error != "invalid_request" {
			t.Errorf("without transaction code: %d %s", a.Status, a.Body)
		}
		v.Set("tx_code", "no")
		if a := x.form(x.as.Token, v); a.Error != "invalid_grant" || !strings.Contains(a.About, "tx_code") {
			t.Errorf("wrong transaction code: %d %s", a.Status, a.Body)
		}
		v.Set("tx_code", o.Tx)
		token := x.token(v)
		if token.Type != "Bearer" || len(token.Details) != 1 || !slices.Equal(token.Details[0].Identifiers, []string{r.ID}) {
			t.Errorf("%+v", token)
		}
		keys := []*jws.Private{generate(t), generate(t), generate(t)}
		i := x.credential(token.Access, openid4vci.CredentialRequest{Identifier: r.ID, Proofs: x.proofs("", keys...)})
		x.holds(i, r, keys...)
		note := []byte(`{"notification_id": "` + i.Notification + `", "event": "credential_accepted", "unknown": 1}`)
		if a := x.json(x.issuer.Notification, token.Access, note); a.Status != http.StatusNoContent || len(a.Body) != 0 {
			t.Errorf("notification: %d %s", a.Status, a.Body)
		}
		if a := x.json(x.issuer.Notification, token.Access, []byte(`{"notification_id": "x", "event": "credential_accepted"}`)); a.Error != "invalid_notification_id" {
			t.Errorf("another notification: %d %s", a.Status, a.Body)
		}
		list := w.sound(r.ID)
		if len(list) != 1 || len(list[0].Keys) != 3 || list[0].State != store.HandedAccepted || list[0].To != "anonymous" || list[0].By != "clerk" || list[0].Keys[0] != keys[0].Public().Thumbprint() {
			t.Errorf("%+v", list)
		}
		// A second use of the code ends what was given for the first.
		if a := x.form(x.as.Token, v); a.Error != "invalid_grant" {
			t.Errorf("again: %d %s", a.Status, a.Body)
		}
		if a := x.json(x.issuer.Credential, token.Access, []byte(`{}`)); a.Status != http.StatusUnauthorized || a.Error != "invalid_token" || a.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("the token is still good: %d %s", a.Status, a.Body)
		}
	})
}

func TestAWalletGetsLicencesThatTheirHolderChooses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := build(t, dsn, func(s *issuance.Settings) { s.HAIP = true })
		card, car, other := w.issue(identityCard), w.issue(vehicle), w.issue(vehicle)
		x := w.wallet("https://wallet.example")
		x.instance, x.dpop = generate(t), generate(t)
		code := x.authorize(x.ask(identityCard+" "+vehicle), card.ID, car.ID)
		token := x.token(x.codeForm(code))
		if token.Type != "DPoP" || len(token.Details) != 2 {
			t.Fatalf("%+v", token)
		}
		for _, r := range []licence.Record{card, car} {
			key := generate(t)
			x.holds(x.credential(token.Access, openid4vci.CredentialRequest{Configuration: r.Type, Proofs: x.proofs(x.client, key)}), r, key)
		}
		if a := x.json(x.issuer.Credential, token.Access, openid4vci.CredentialRequest{Identifier: other.ID, Proofs: x.proofs("", generate(t))}.JSON()); a.Error != "unknown_credential_identifier" {
			t.Errorf("not chosen: %d %s", a.Status, a.Body)
		}
		if list := w.sound(card.ID); len(list) != 1 || list[0].To != "attested: https://wallet.example" {
			t.Errorf("%+v", list)
		}
		thief := *x
		thief.dpop = generate(t)
		if a := thief.json(x.issuer.Credential, token.Access, []byte(`{}`)); a.Error != "invalid_token" {
			t.Errorf("with another key: %d %s", a.Status, a.Body)
		}
		thief.dpop = nil
		if a := thief.json(x.issuer.Credential, token.Access, []byte(`{}`)); a.Error != "invalid_dpop_proof" {
			t.Errorf("without a proof: %d %s", a.Status, a.Body)
		}
		if code := x.authorize(x.ask(identityCard)); code != "" {
			t.Error("declined, and a code")
		}
		w.signed.Code = "another"
		if code := x.authorize(x.ask(identityCard), card.ID); code != "" {
			t.Error("a code for another's licence")
		}
	})
}

// TestAnOfferThatTheHolderOpensAtTheNode goes from an offer to the page of the node.
func TestAnOfferThatTheHolderOpensAtTheNode(t *testing.T) {
	w := build(t, storetest.DSN(t, "sqlite"), nil)
	car, other := w.issue(vehicle), w.issue(vehicle)
	x := w.wallet("wallet")
	o, err := w.desk.Make(context.Background(), car.Identifier, issuance.Wish{By: "holder"})
	if err != nil {
		t.Fatal(err)
	}
	offer := x.offered(o)
	if offer.Code == nil || offer.PreAuthorized == nil || offer.PreAuthorized.Tx != nil {
		t.Fatalf("%+v", offer)
	}
	ask := x.ask(vehicle)
	ask.Set("issuer_state", offer.Code.State)
	token := x.token(x.codeForm(x.authorize(ask, car.ID, other.ID)))
	if len(token.Details) != 1 || !slices.Equal(token.Details[0].Identifiers, []string{car.ID}) {
		t.Errorf("more than was offered: %+v", token.Details)
	}
	ask.Set("issuer_state", "x")
	if a := x.form(x.as.Pushed, ask); a.Error != "invalid_request" {
		t.Errorf("of no offer: %d %s", a.Status, a.Body)
	}
}

func TestWhatIsKeptBackComesLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := build(t, dsn, nil)
		r, x := w.issue(identityCard), w.wallet("")
		w.act(r.ID, licence.Suspend, licence.How{Hold: true})
		promised := func() (openid4vci.Token, openid4vci.Issued, *jws.Private) {
			o, err := w.desk.Make(context.Background(), r.ID, issuance.Wish{})
			if err != nil {
				t.Fatal(err)
			}
			token := x.token(url.Values{"grant_type": {openid4vci.GrantPreAuthorized}, "pre-authorized_code": {x.offered(o).PreAuthorized.Code}})
			key := generate(t)
			i := x.credential(token.Access, openid4vci.CredentialRequest{Identifier: r.ID, Proofs: x.proofs("", key)})
			if i.Transaction == "" || i.Interval < 1 || token.Seconds < 24*3600 {
				t.Fatalf("%+v, token for %d s", i, token.Seconds)
			}
			return token, i, key
		}
		token, i, key := promised()
		body := []byte(`{"transaction_id": "` + i.Transaction + `"}`)
		if a := x.json(x.issuer.Deferred, token.Access, body); a.Status != http.StatusAccepted || !strings.Contains(string(a.Body), i.Transaction) {
			t.Errorf("too early: %d %s", a.Status, a.Body)
		}
		second, _, _ := promised()
		if a := x.json(x.issuer.Deferred, second.Access, body); a.Error != "invalid_transaction_id" {
			t.Errorf("with another token: %d %s", a.Status, a.Body)
		}
		w.act(r.ID, licence.Resume, licence.How{Hold: true})
		a := x.json(x.issuer.Deferred, token.Access, body)
		got, err := openid4vci.ReadIssued(a.Body)
		if err != nil || a.Status != http.StatusOK {
			t.Fatalf("%d %s, %v", a.Status, a.Body, err)
		}
		x.holds(got, r, key)
		if a := x.json(x.issuer.Deferred, token.Access, body); a.Error != "invalid_transaction_id" {
			t.Errorf("again: %d %s", a.Status, a.Body)
		}
		w.act(r.ID, licence.Suspend, licence.How{Hold: true})
		third, i, _ := promised()
		w.act(r.ID, licence.Revoke, licence.How{})
		body = []byte(`{"transaction_id": "` + i.Transaction + `"}`)
		for _, want := range []string{"credential_request_denied", "invalid_transaction_id"} {
			if a := x.json(x.issuer.Deferred, third.Access, body); a.Error != want {
				t.Errorf("revoked: %d %s, want %s", a.Status, a.Body, want)
			}
		}
		if _, err := w.desk.Make(context.Background(), r.ID, issuance.Wish{}); !errors.Is(err, issuance.ErrNotOffered) {
			t.Errorf("an offer of what was revoked: %v", err)
		}
		w.sound(r.ID)
	})
}

func TestFiveWrongTransactionCodesEndAnOffer(t *testing.T) {
	w := build(t, storetest.DSN(t, "sqlite"), nil)
	r, x := w.issue(identityCard), w.wallet("")
	o, err := w.desk.Make(context.Background(), r.ID, issuance.Wish{Tx: true})
	if err != nil {
		t.Fatal(err)
	}
	v := url.Values{"grant_type": {openid4vci.GrantPreAuthorized}, "pre-authorized_code": {x.offered(o).PreAuthorized.Code}, "tx_code": {"wrong"}}
	for range openid4vci.MostGuesses {
		if a := x.form(x.as.Token, v); a.Error != "invalid_grant" {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	v.Set("tx_code", o.Tx)
	if a := x.form(x.as.Token, v); a.Error != "invalid_grant" || !strings.Contains(a.About, "void") {
		t.Errorf("the right one after five wrong ones: %d %s", a.Status, a.Body)
	}
}

// TestMetadataIsWhatWalletsRead holds our metadata to our reader, and to what HAIP asks of it.
func TestMetadataIsWhatWalletsRead(t *testing.T) {
	w := build(t, storetest.DSN(t, "sqlite"), nil)
	x := w.wallet("")
	if len(x.issuer.Configurations) != len(w.types.Types) || x.issuer.Batch.Size != issuance.Batch || x.issuer.ResponseEncryption != nil {
		t.Errorf("%+v", x.issuer)
	}
	for id, c := range x.issuer.Configurations {
		if c.Scope == "" || c.VCT != "urn:conurb:licence:"+id || len(c.Metadata.Display) != 2 || len(c.Metadata.Claims) < 10 || len(c.Metadata.Claims[0].Display) != 2 {
			t.Errorf("%s: %+v", id, c)
		}
	}
	if !x.as.PushedOnly || !x.as.NamesIssuer || !slices.Contains(x.as.DPoP, "ES256") || !slices.Contains(x.as.Challenges, "S256") {
		t.Errorf("%+v", x.as)
	}
	r, err := http.Get(w.server.URL + "/openid/offer/nothing")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var body map[string]string
	if json.NewDecoder(r.Body).Decode(&body); r.StatusCode != http.StatusNotFound || body["error"] == "" || r.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d %v", r.StatusCode, body)
	}
}

func TestADeskHasAnAddressThatWalletsReach(t *testing.T) {
	w := build(t, storetest.DSN(t, "sqlite"), nil)
	for address, good := range map[string]bool{
		"https://changsha.example": true, "http://127.0.0.1:8081": true, "http://changsha.localhost:8080": true, "https://czt.example/changsha/": true,
		"http://changsha.example": false, "https://changsha.example?x": false, "changsha": false, "": false,
	} {
		s := w.desk.Settings
		s.Issuer = address
		if _, err := issuance.New(s); (err == nil) != good || err != nil && !errors.Is(err, issuance.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
