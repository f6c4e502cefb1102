package httpapi_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/app/issuance"
	"conurb/door/httpapi"
	"conurb/kit/openid4vci"
	"conurb/livelihood/licence"
)

// offers hands out what a desk issues.
func offers(t *testing.T, desk *authority.Desk) httpapi.Offers {
	t.Helper()
	k, err := issuance.New(issuance.Settings{
		Store: desk.Store, Types: desk.Types, Issuer: "https://changsha.example", Now: desk.Now,
		Seal: func(r *licence.Record) error {
			return r.Seal(rand.Reader, desk.Types.Type(r.Type), desk.Sealing().Key, licence.Settings{Zone: time.UTC})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k.Door()
}

func TestWhoMayOfferALicence(t *testing.T) {
	o := openOffice(t)
	l := o.issue()
	body := `{"licence":"` + l.ID + `"}`
	for _, c := range []struct{ who, body, want string }{
		{"", body, "401 sign-in"},
		{"nobody", body, "403 forbidden"},
		{"clerk", body, "403 forbidden"},
		{"auditor", body, "403 forbidden"},
		{"other", body, "403 forbidden"},
		{"cards", body, "403 forbidden"},
		{"foreign", body, "403 forbidden"},
		{"wang", `{"licence":"none"}`, "404 unknown"},
		{"wang", body, "201"},
		{"issuer", body, "201"},
		{"issuer", `{"licence":"` + l.Identifier + `"}`, "201"},
	} {
		if got := o.code(o.as(c.who, "POST", "/api/v1/wallet/offers", c.body)); got != c.want {
			t.Errorf("%s offers %s: %s, want %s", c.who, c.body, got, c.want)
		}
		if want := map[bool]string{true: "200", false: c.want}[c.want == "201" || c.who == "auditor"]; c.body == body {
			if got := o.code(o.as(c.who, "GET", "/api/v1/licences/"+l.ID+"/copies", "")); got != want {
				t.Errorf("%s asks for copies: %s, want %s", c.who, got, want)
			}
		}
	}
}

func TestAnOfferOverTheAPI(t *testing.T) {
	o := openOffice(t)
	l := o.issue()
	body := `{"licence":"` + l.ID + `"}`
	for _, c := range []struct {
		who, body string
		tx        bool
	}{{"wang", body, false}, {"wang", `{"licence":"` + l.ID + `","txCode":true}`, true}, {"issuer", body, true}, {"issuer", `{"licence":"` + l.ID + `","txCode":false}`, true}} {
		r := o.as(c.who, "POST", "/api/v1/wallet/offers", c.body)
		got := decode[httpapi.LicenceOffer](o.node, r.body)
		if _, uri, err := openid4vci.ReadOfferLink(got.Offer); err != nil || uri != got.URI || !strings.HasPrefix(uri, "https://changsha.example/openid/offer/") {
			t.Errorf("%s: %+v, %v", c.who, got, err)
		}
		if (len(got.TxCode) == 6) != c.tx || got.Expires.IsZero() {
			t.Errorf("%s: %+v", c.who, got)
		}
	}
	if r := o.as("issuer", "POST", "/api/v1/licences/"+l.ID+"/actions", `{"action":"suspend","reason":"inquiry"}`); r.status != 200 {
		t.Fatal(r.body)
	}
	if got := o.code(o.as("wang", "POST", "/api/v1/wallet/offers", body)); got != "409 not-offered" {
		t.Errorf("suspended: %s", got)
	}
}
