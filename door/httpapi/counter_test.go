package httpapi_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/app/counter"
	"conurb/door/httpapi"
	"conurb/internal/storetest"
	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/kit/x5c"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// window is a node with a real counter over a real database, and wang's wallet.
type window struct {
	*bureauNode
	counter *counter.Counter
	store   *store.Store
	issued  licence.Record
	wallet  *jws.Private
	anchor  *x509.Certificate
	now     time.Time
}

func ok[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

const fund = "11430100XX00000020"

func openWindow(t *testing.T) *window {
	t.Helper()
	w := &window{now: time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)}
	now := func() time.Time { w.now = w.now.Add(time.Millisecond); return w.now }
	key := func() *jws.Private { return ok[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader)) }
	voice, office, issuer, asks, root := key(), key(), key(), key(), key()
	w.wallet = key()
	w.anchor = ok[*x509.Certificate](t)(x5c.Anchor(rand.Reader, root, "anchor", w.now.Add(-time.Hour), w.now.AddDate(1, 0, 0)))
	leaf := ok[*x509.Certificate](t)(x5c.Signer(rand.Reader, w.anchor, root, asks.Public(), "asks", nil, w.now.Add(-time.Hour), w.now.AddDate(1, 0, 0)))
	at := trustlist.InstantOf(w.now)
	row := ok[trustlist.Signed](t)(trustlist.Propose(rand.Reader, trustlist.Change{Kind: trustlist.AddRow, By: "changsha", Proposed: at - 60, Reason: "r",
		Row: &trustlist.Row{City: "changsha", Authority: bureau, Name: "局", Type: permit, From: at - 86400, Key: issuer.Public().JWK("")}}, voice))
	keys := trustlist.Keys{"changsha": {voice.Public()}, trustlist.Office: {office.Public()}}
	list := ok[*trustlist.List](t)(new(trustlist.List).Publish(rand.Reader, []trustlist.Signed{row}, at, keys, office))
	s := storetest.OpenWith(t, storetest.DSN(t, "sqlite"), store.Options{Now: now})
	w.store = s
	types := ok[*licence.Register](t)(licence.ReadRegister(licence.RegisterFile, ok[[]byte](t)(os.ReadFile("../../region/czt/licence/types.yaml"))))
	desk := ok[*authority.Desk](t)(authority.New(authority.Settings{Store: s, Types: types, Zone: time.UTC, Now: now, Offices: []licence.Authority{{City: "changsha", Code: bureau, Name: "局"}},
		Sealing: func() authority.Sealing { return authority.Sealing{Key: issuer} }}))
	jwk := w.wallet.Public().JWK("")
	w.issued = ok[licence.Record](t)(desk.Issue(t.Context(), licence.Draft{Type: permit, Authority: desk.Offices[0], Holder: licence.Holder{Kind: "111", Code: wang, Name: "王小明"}, Key: &jwk,
		Attributes: map[string]any{"address": "雨花区1号", "registered_address": "岳塘区2号"}}, "li"))
	w.counter = ok[*counter.Counter](t)(counter.New(counter.Settings{Store: s, Me: "changsha", Cards: func() []card.Signed { return nil }, Now: now, Types: types, URL: "https://changsha.example",
		List:  func(context.Context) (*trustlist.List, trustlist.Instant, error) { return list, at, nil },
		Voice: func() store.Voice { return store.Voice{Node: "changsha", Key: voice} },
		Signer: func() (openid4vp.Signer, error) {
			return openid4vp.Signer{Key: asks, Chain: x5c.Chain{leaf}, Profile: openid4vp.HAIP}, nil
		},
	}))
	door := counter.Door{Counter: w.counter}
	w.bureauNode = &bureauNode{startWith(t, httpapi.Options{Counter: door, History: door, Now: now, People: persons{list: map[string]rights.Principal{
		"clerk": staff("zhou", "clerk", fund), "every": staff("qian", "clerk", ""), "other": staff("sun", "clerk", "11430100XX00000099"), "issuer": staff("li", "issuer", ""), "operator": staff("zhao", "operator", ""),
		"wang":   {ID: "wang", Name: "王小明", Kind: rights.Citizen, City: "changsha", HolderKind: "111", HolderCode: wang},
		"nobody": {ID: "nobody", Kind: rights.Citizen, City: "changsha", HolderKind: "111", HolderCode: "11010519491231003X"},
	}}}), desk}
	return w
}

// shows has wang's wallet answer a request.
func (w *window) shows(r httpapi.WalletRequest) {
	w.Helper()
	l := ok[openid4vp.Link](w.T)(openid4vp.ReadLink(r.Link))
	object := ok[string](w.T)(w.counter.Request(w.Context(), r.ID, "a-nonce-of-the-wallet-22"))
	asked := ok[*openid4vp.Request](w.T)(openid4vp.Wallet{Anchors: []*x509.Certificate{w.anchor}, Profile: openid4vp.HAIP}.Read(l, object, "a-nonce-of-the-wallet-22", w.now))
	held := []*sdjwt.Shown{ok[*sdjwt.Shown](w.T)(sdjwt.Parse(w.issued.Credential, jws.Algorithms...))}
	shown := ok[[]dcql.Match](w.T)(asked.Query.Select(asked.Query.Matches(held), false))
	form := ok[url.Values](w.T)(asked.Present(rand.Reader, shown, func(dcql.Match) (*jws.Private, error) { return w.wallet, nil }, w.now))
	if _, err := w.counter.Respond(w.Context(), r.ID, form); err != nil {
		w.Fatal(err)
	}
}

const askBody = `{"wanted":"` + permit + `","attributes":["attributes.address"],"purpose":"办理公积金贷款"}`

// A clerk asks a wallet, sees the verdict with reasons in two languages, and accepts what was
// shown into a case; the holder sees who looked, objects, and is answered.
func TestTheCounterOverHTTP(t *testing.T) {
	w := openWindow(t)
	made := w.as("clerk", "POST", "/api/v1/counter/requests", askBody)
	if made.status != 201 {
		t.Fatal(made.body)
	}
	r := decode[httpapi.WalletRequest](w.node, made.body)
	if r.State != "open" || !strings.HasPrefix(r.Link, "openid4vp://?") || r.QR != r.Link || r.Expires.Sub(r.Made) != 5*time.Minute || r.Check != nil {
		t.Errorf("%+v", r)
	}
	one := "/api/v1/counter/requests/" + r.ID
	if got := w.code(w.as("clerk", "POST", one+"/accept", `{"case":"c"}`)); got != "404 unknown" {
		t.Errorf("accepted before anything was shown: %s", got)
	}
	w.shows(r)
	for lang, want := range map[string]string{"en": "Accepted", "zh-CN": "认可"} {
		got := decode[httpapi.WalletRequest](w.node, w.as("clerk", "GET", one+"?lang="+lang, "").body)
		k := got.Check
		if got.State != "answered" || got.Link != "" || k == nil || k.Outcome.Code != "accepted" || !strings.Contains(k.Outcome.Name, want) || k.Form != "wallet" || k.ListAge == nil || k.StatusAge == nil {
			t.Fatalf("%s: %+v", lang, got)
		}
		for _, reason := range k.Reasons {
			if reason.Sentence == "" || strings.Contains(reason.Sentence, "{") || strings.HasPrefix(reason.Sentence, "[") {
				t.Errorf("%s: %q", lang, reason.Sentence)
			}
		}
		text, _ := json.Marshal(k.Content)
		if !strings.Contains(string(text), "雨花区1号") || strings.Contains(string(text), "岳塘区") {
			t.Errorf("%s: shown %s", lang, text)
		}
	}
	accepted := decode[httpapi.CheckView](w.node, w.as("clerk", "POST", one+"/accept", `{"case":"长沙公积金-1"}`).body)
	if accepted.Accepted == nil || accepted.Accepted.Case != "长沙公积金-1" {
		t.Errorf("%+v", accepted)
	}
	if got := w.code(w.as("clerk", "POST", one+"/accept", `{"case":"c"}`)); got != "409 counter-refused done" {
		t.Errorf("accepted twice: %s", got)
	}

	visits := decode[[]httpapi.VisitView](w.node, w.as("wang", "GET", "/api/v1/wallet/history", "").body)
	if len(visits) != 1 || visits[0].Office != fund || visits[0].Purpose != "办理公积金贷款" || visits[0].Asked[0] != "attributes.address" || visits[0].City != "changsha" {
		t.Fatalf("%+v", visits)
	}
	object := "/api/v1/wallet/history/" + visits[0].ID + "/objection"
	for _, c := range []struct{ who, method, path, body, want string }{
		{"nobody", "POST", object, `{"text":"为什么"}`, "404 unknown"},
		{"wang", "POST", object, `{"text":" "}`, "422 bad-check reason"},
		{"wang", "POST", object, `{"text":"我没有申请"}`, "200"},
		{"wang", "POST", object, `{"text":"又"}`, "409 counter-refused done"},
		{"clerk", "GET", "/api/v1/counter/objections", "", "403 forbidden"},
		{"operator", "GET", "/api/v1/counter/objections", "", "200"},
		{"operator", "POST", "/api/v1/counter/objections/" + accepted.ID + "/answer", `{"text":"配偶申请"}`, "200"},
		{"operator", "POST", "/api/v1/counter/objections/none/answer", `{"text":"配偶申请"}`, "404 unknown"},
	} {
		if got := w.code(w.as(c.who, c.method, c.path, c.body)); got != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.who, c.method, c.path, got, c.want)
		}
	}
	visits = decode[[]httpapi.VisitView](w.node, w.as("wang", "GET", "/api/v1/wallet/history", "").body)
	if visits[0].Objection == nil || visits[0].Answer == nil || visits[0].Answer.Text != "配偶申请" {
		t.Errorf("%+v", visits[0])
	}
	list := decode[[]httpapi.CheckView](w.node, w.as("operator", "GET", "/api/v1/counter/objections", "").body)
	if len(list) != 1 || list[0].Objection == nil || len(list[0].Content) != 0 {
		t.Errorf("the operator sees %+v", list)
	}
}

func TestWhoMayDoWhatAtTheCounter(t *testing.T) {
	w := openWindow(t)
	r := decode[httpapi.WalletRequest](w.node, w.as("clerk", "POST", "/api/v1/counter/requests", askBody).body)
	one := "/api/v1/counter/requests/" + r.ID
	slip := `{"wanted":"` + permit + `","purpose":"p","text":"`
	for _, c := range []struct{ who, method, path, body, want string }{
		{"", "POST", "/api/v1/counter/requests", askBody, "401 sign-in"},
		{"", "GET", one, "", "401 sign-in"},
		{"", "GET", "/api/v1/wallet/history", "", "401 sign-in"},
		{"issuer", "POST", "/api/v1/counter/requests", askBody, "403 forbidden"},
		{"wang", "POST", "/api/v1/counter/requests", askBody, "403 forbidden"},
		{"other", "GET", one, "", "403 forbidden"},
		{"other", "POST", one + "/accept", `{"case":"c"}`, "403 forbidden"},
		{"other", "GET", "/api/v1/counter/checks?office=" + fund, "", "403 forbidden"},
		{"every", "GET", one, "", "200"},
		{"every", "GET", "/api/v1/counter/checks?office=" + fund, "", "200"},
		{"clerk", "GET", one, "", "200"},
		{"clerk", "GET", "/api/v1/counter/requests/none", "", "404 unknown"},
		{"clerk", "GET", "/api/v1/counter/checks", "", "200"},
		{"clerk", "GET", "/api/v1/counter/checks/none", "", "404 unknown"},
		{"clerk", "POST", "/api/v1/counter/requests", strings.Replace(askBody, "attributes.address", "address", 1), "422 bad-check attribute"},
		{"clerk", "POST", "/api/v1/counter/requests", strings.Replace(askBody, permit, "11100000XXGAB0001000Z", 1), "422 bad-check wanted"},
		{"clerk", "POST", "/api/v1/counter/requests", strings.Replace(askBody, "办理公积金贷款", " ", 1), "422 bad-check purpose"},
		{"clerk", "POST", "/api/v1/counter/requests", strings.Replace(askBody, `,"purpose":"办理公积金贷款"`, "", 1), "422 invalid required"},
		{"clerk", "POST", "/api/v1/counter/slips", slip + `hello"}`, "422 not-a-licence text"},
		{"clerk", "POST", "/api/v1/counter/slips", slip + w.issued.Credential + `","offline":true}`, "200"},
		{"wang", "POST", "/api/v1/counter/slips", slip + `hello"}`, "403 forbidden"},
		{"clerk", "GET", "/api/v1/wallet/history", "", "403 forbidden"},
	} {
		if got := w.code(w.as(c.who, c.method, c.path, c.body)); got != c.want {
			t.Errorf("%q %s %s: %s, want %s", c.who, c.method, c.path, got, c.want)
		}
	}
	if list := decode[[]httpapi.CheckView](w.node, w.as("clerk", "GET", "/api/v1/counter/checks", "").body); len(list) != 1 || !list[0].Offline || list[0].Form != "file" {
		t.Errorf("%+v", list)
	}
	if list := decode[[]httpapi.CheckView](w.node, w.as("other", "GET", "/api/v1/counter/checks", "").body); len(list) != 0 {
		t.Errorf("another office sees %+v", list)
	}
	o := openOffice(t)
	if got := o.code(o.as("clerk", "GET", "/api/v1/counter/checks", "")); got != "404 no-counter" {
		t.Errorf("a node without a counter: %s", got)
	}
}
