package httpapi_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"conurb/app/recognition"
	"conurb/door/httpapi"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// trustNode is a node with a real desk for the trust list.
type trustNode struct {
	*node
	desk *recognition.Desk
	keys map[trustlist.Party]*jws.Private
}

// openTrust opens the node of changsha, or the office, as the people list would see it: the
// city of persons is changsha's.
func openTrust(t *testing.T, me trustlist.Party) *trustNode {
	t.Helper()
	keys, public := map[trustlist.Party]*jws.Private{}, trustlist.Keys{}
	for _, p := range []trustlist.Party{"changsha", "zhuzhou", trustlist.Office} {
		k, err := jws.FromSeed(jws.EdDSA, bytes.Repeat([]byte(p[:1]), 32))
		if err != nil {
			t.Fatal(err)
		}
		keys[p], public[p] = k, []jws.Public{k.Public()}
	}
	issuer, err := jws.FromSeed(jws.ES256, bytes.Repeat([]byte{9}, 32))
	if err != nil {
		t.Fatal(err)
	}
	n := &trustNode{keys: keys}
	n.desk = recognition.New(recognition.Settings{
		Store: storetest.Open(t, storetest.DSN(t, "sqlite")), Me: me, Now: storetest.Clock(),
		Others: func() []trustlist.Party {
			return slices.DeleteFunc([]trustlist.Party{"zhuzhou", "changsha", trustlist.Office}, func(p trustlist.Party) bool { return p == me })
		},
		Keys:   func() trustlist.Keys { return public },
		Voice:  func() store.Voice { return store.Voice{Node: message.Node(me), Key: keys[me]} },
		Issuer: func() *jws.Private { return issuer },
	})
	city := string(me)
	officer := rights.Principal{ID: "lin", Name: "林", Kind: rights.Staff, City: city, Roles: []rights.Role{{Name: "trust-officer", City: city}}}
	n.node = startWith(t, httpapi.Options{Trust: n.desk.Door(), People: persons{list: map[string]rights.Principal{
		"officer": officer, "clerk": {ID: "zhou", Kind: rights.Staff, City: city, Roles: []rights.Role{{Name: "clerk", City: city}}},
		"wang":    {ID: "wang", Kind: rights.Citizen, City: city},
		"foreign": {ID: "x", Kind: rights.Staff, City: "xiangtan", Roles: []rights.Role{{Name: "trust-officer", City: "xiangtan"}}},
	}}})
	return n
}

func (n *trustNode) as(name, method, path, body string) reply {
	n.Helper()
	var headers []string
	if name != "" {
		headers = append(headers, "Cookie", "s="+name)
	}
	if body == "" {
		return n.do(method, "/api/v1/trust"+path, nil, headers...)
	}
	return n.do(method, "/api/v1/trust"+path, strings.NewReader(body), append([]string{"Content-Type", "application/json"}, headers...)...)
}

func parsed[T any](t *testing.T, r reply) (v T) {
	t.Helper()
	if r.status >= 300 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// open is a place of a sentence that nothing was put into.
var open = regexp.MustCompile(`\{[a-z]+\}`)

const (
	rowOfChangsha = `{"change":"add-row","reason":"agreed","row":{"city":"changsha","authority":"` + bureau + `","name":"长沙市公安局","type":"` + permit + `","from":"2026-01-01T00:00:00Z"}}`
	equalOfBoth   = `{"change":"add-equivalent","reason":"agreed","equivalent":{"of":{"city":"zhuzhou","type":"` + permit + `"},"as":{"city":"changsha","type":"` + permit + `"},"from":"2026-01-01T00:00:00Z"}}`
)

func TestTrustProposalsOverHTTP(t *testing.T) {
	n := openTrust(t, "changsha")
	p := parsed[httpapi.TrustProposalView](t, n.as("officer", "POST", "/proposals?lang=en", equalOfBoth))
	if p.Stage != "draft" || p.Words != "signatures are missing" || !slices.Equal(p.Missing, []string{"zhuzhou"}) || p.Change.By != "changsha" || p.Change.Proposed == nil || p.Steps[0].By != "林" {
		t.Errorf("proposed: %+v", p)
	}
	row := parsed[httpapi.TrustProposalView](t, n.as("officer", "POST", "/proposals", rowOfChangsha))
	if row.Stage != "waiting" || row.Change.Row.Key == nil || row.Change.Row.Key.Crv != "P-256" {
		t.Errorf("the key of the authority was not filled in: %+v", row.Change.Row)
	}
	list := parsed[[]httpapi.TrustProposalView](t, n.as("wang", "GET", "/proposals", ""))
	if len(list) != 2 || list[0].ID != row.ID || list[1].Steps[0].By != "" {
		t.Errorf("a citizen sees %+v; want two, and not who did it", list)
	}
	if list = parsed[[]httpapi.TrustProposalView](t, n.as("wang", "GET", "/proposals?stage=draft", "")); len(list) != 1 || list[0].ID != p.ID {
		t.Errorf("drafts: %+v", list)
	}
	gone := parsed[httpapi.TrustProposalView](t, n.as("officer", "POST", "/proposals/"+p.ID+"/withdraw", `{"reason":"a mistake"}`))
	if gone.Stage != "withdrawn" || gone.Steps[1].Reason != "a mistake" {
		t.Errorf("withdrawn: %+v", gone)
	}
	due, err := n.desk.Store.DueMessages(context.Background(), 99)
	if err != nil || len(due) != 3 { // of the withdrawn case the first; of the row one
		t.Errorf("%d messages, %v; want 3", len(due), err)
	}
}

func TestTrustIsRefusedOverHTTP(t *testing.T) {
	n, office := openTrust(t, "changsha"), openTrust(t, trustlist.Office)
	p := parsed[httpapi.TrustProposalView](t, n.as("officer", "POST", "/proposals", equalOfBoth))
	for _, c := range []struct {
		name, who, path, body string
		status                int
		code, inner           string
	}{
		{"nobody", "", "/proposals", equalOfBoth, 401, "sign-in", ""},
		{"a clerk", "clerk", "/proposals", equalOfBoth, 403, "forbidden", ""},
		{"an officer of another city", "foreign", "/proposals", equalOfBoth, 403, "forbidden", ""},
		{"nobody signs", "", "/proposals/" + p.ID + "/sign", "", 401, "sign-in", ""},
		{"nobody publishes", "", "/publications", `{"proposals":[]}`, 401, "sign-in", ""},
		{"a row of another city", "officer", "/proposals", strings.Replace(rowOfChangsha, `"city":"changsha"`, `"city":"zhuzhou"`, 1), 422, "bad-change", trustlist.FaultProposer},
		{"in another's name", "officer", "/proposals", strings.Replace(equalOfBoth, `"reason"`, `"by":"zhuzhou","reason"`, 1), 409, "trust-refused", "other"},
		{"a condition that is none", "officer", "/proposals", strings.Replace(equalOfBoth, `"from"`, `"if":"1 +","from"`, 1), 422, "bad-change", trustlist.FaultCondition},
		{"an unknown proposal", "officer", "/proposals/x/sign", "", 404, "unknown", ""},
		{"its own proposal", "officer", "/proposals/" + p.ID + "/refuse", `{"reason":"x"}`, 409, "trust-refused", "mine"},
		{"a city publishes", "officer", "/publications", `{"proposals":[]}`, 409, "trust-refused", "not-office"},
	} {
		for _, lang := range []string{"en", "zh-CN"} {
			r := n.as(c.who, "POST", c.path+"?lang="+lang, c.body)
			var got httpapi.Problem
			if err := json.Unmarshal([]byte(r.body), &got); err != nil || r.status != c.status || got.Code != c.code || c.inner != "" && (len(got.Errors) != 1 || got.Errors[0].Code != c.inner) {
				t.Errorf("%s: %d %s, want %d %s %s", c.name, r.status, r.body, c.status, c.code, c.inner)
			}
			if strings.Contains(got.Detail+got.Remedy, "trust.") || open.MatchString(got.Detail+got.Remedy) {
				t.Errorf("%s in %s: %q %q", c.name, lang, got.Detail, got.Remedy)
			}
		}
	}
	if r := office.as("officer", "POST", "/proposals", equalOfBoth); r.status != 409 {
		t.Errorf("the office proposes: %d %s", r.status, r.body)
	}
	alone := startWith(t, httpapi.Options{})
	if r := alone.get("/api/v1/trust/list"); r.status != 404 || !strings.Contains(r.body, "no-trust") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestTheListAndVerdictsOfPastDays(t *testing.T) {
	ctx := context.Background()
	n := openTrust(t, trustlist.Office)
	c, err := trustlist.ReadChange([]byte(equalOfBoth), trustlist.Given{By: "changsha", Proposed: trustlist.InstantOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := trustlist.Propose(rand.Reader, c, n.keys["changsha"])
	if err == nil {
		signed, err = signed.Sign(rand.Reader, "zhuzhou", n.keys["zhuzhou"])
	}
	if err != nil {
		t.Fatal(err)
	}
	err = n.desk.Store.Do(ctx, func(d *store.Deed) error {
		m, err := message.Seal(rand.Reader, message.Draft{To: "office", Kind: recognition.KindSignature, Case: "c", Body: recognition.Said{Proposal: signed}},
			"01990a3c-7f7e-7000-8000-000000000000", "zhuzhou", 1, time.Now(), n.keys["zhuzhou"])
		if err != nil {
			return err
		}
		return n.desk.Handlers()[recognition.KindSignature](ctx, d, m)
	})
	if err != nil {
		t.Fatal(err)
	}
	head := parsed[httpapi.TrustHead](t, n.as("officer", "POST", "/publications", `{"proposals":["`+c.ID()+`"]}`))
	now := parsed[httpapi.TrustList](t, n.as("", "GET", "/list", ""))
	if head.Version != 1 || now.Version != 1 || now.Digest != head.Digest || len(now.Equivalents) != 1 || now.Age == nil || now.Published == nil {
		t.Errorf("%+v, %+v", head, now)
	}
	if before := parsed[httpapi.TrustList](t, n.as("", "GET", "/list?at=2026-11-22", "")); before.Version != 0 || len(before.Equivalents) != 0 {
		t.Errorf("the day before: %+v", before)
	}
	if mine := parsed[httpapi.TrustList](t, n.as("", "GET", "/list?city=xiangtan", "")); len(mine.Equivalents) != 0 {
		t.Errorf("of xiangtan: %+v", mine.Equivalents)
	}
	if r := n.as("", "GET", "/list?at=yesterday", ""); r.status != 422 || !strings.Contains(r.body, "bad-date") {
		t.Errorf("%d %s", r.status, r.body)
	}
	ask := func(at, lang string) httpapi.TrustVerdict {
		t.Helper()
		return parsed[httpapi.TrustVerdict](t, n.as("", "POST", "/judge?lang="+lang, `{"city":"changsha","at":"`+at+`","licence":{"city":"zhuzhou","authority":"`+bureau+`","type":"`+permit+`","key":"k","issued":"2026-11-01T00:00:00Z","status":"valid"}}`))
	}
	for _, c := range []struct{ at, lang, outcome, code, words string }{
		{"2026-11-23", "en", "not-accepted", trustlist.ReasonNoRow, "The list has no row"},
		{"2026-11-23", "zh-CN", "not-accepted", trustlist.ReasonNoRow, "清单中没有"},
		{"2026-11-22", "en", "cannot-tell", trustlist.ReasonNoList, "No trust list had been published"},
	} {
		v := ask(c.at, c.lang)
		if v.Outcome.Code != c.outcome || v.Reasons[0].Code != c.code || !strings.Contains(v.Reasons[0].Sentence, c.words) || v.Reasons[0].Remedy == "" {
			t.Errorf("%s: %+v; want %+v", c.at, v, c)
		}
	}
	if r := n.as("", "POST", "/judge", `{"licence":{"city":"Z","authority":"`+bureau+`","type":"`+permit+`","key":"k","issued":"2026-11-01T00:00:00Z"}}`); r.status != 422 || !strings.Contains(r.body, trustlist.FaultParty) {
		t.Errorf("%d %s", r.status, r.body)
	}
}
