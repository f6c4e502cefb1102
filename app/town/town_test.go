package town_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"conurb/app/counter"
	"conurb/app/town"
	"conurb/kit/jws"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// open opens the region's nodes as a demonstration, each at a port of its own.
func open(t *testing.T) map[trustlist.Party]*town.Town {
	t.Helper()
	p := packed(t)
	all, _ := start(t, p, settle(t, p))
	return all
}

// issue issues a residence permit of Changsha, bound to a key.
func issue(t *testing.T, at *town.Town) licence.Record {
	t.Helper()
	key, err := jws.Generate(jws.ES256, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk := key.Public().JWK("")
	r, err := at.Desk.Issue(t.Context(), licence.Draft{Type: town.Unequal.Type, Authority: at.Desk.Offices[0], Key: &jwk,
		Holder: licence.Holder{Kind: licence.KindCitizen, Code: "430199199003070011", Name: "李明"}, Attributes: map[string]any{"address": "雨花区1号", "registered_address": "岳塘区2号"}}, "issuer")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func outcome(t *testing.T, at *town.Town, text string, offline bool) string {
	t.Helper()
	f, err := at.Counter.Check(t.Context(), text, counter.Question{Wanted: town.Unequal.Type, Purpose: "办理公积金贷款", Clerk: store.Clerk{Name: "陈刚", Office: "窗口", Role: "clerk"}, Offline: offline})
	if err != nil {
		t.Fatal(err)
	}
	s := string(f.Verdict.Outcome)
	for _, r := range f.Verdict.Reasons {
		if r.Weight == trustlist.Refuses || r.Code == trustlist.ReasonOffline {
			s += " " + r.Code
		}
	}
	return s
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within a minute: %s", what)
}

// TestADemonstration is the story of the demonstration over real HTTP.
func TestADemonstration(t *testing.T) {
	all := open(t)
	changsha, zhuzhou, xiangtan, office := all["changsha"], all["zhuzhou"], all["xiangtan"], all[trustlist.Office]
	listed(t, all)
	doors(t, all)
	r := issue(t, changsha)
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // a licence is issued in a second, and judged from then on
	for _, c := range []struct {
		at   *town.Town
		want string
	}{{changsha, "accepted"}, {xiangtan, "accepted"}, {zhuzhou, "not-accepted no-equivalent"}} {
		if got := outcome(t, c.at, r.Credential, false); got != c.want {
			t.Errorf("at %s: %s, want %s", c.at.Node.Me(), got, c.want)
		}
	}

	change := trustlist.Change{Kind: trustlist.AddEquivalent, By: "zhuzhou", Proposed: trustlist.InstantOf(time.Now()), Reason: "两市互认居住证",
		Equivalent: &trustlist.Equivalent{Of: trustlist.Side{City: "changsha", Type: town.Unequal.Type}, As: trustlist.Side{City: "zhuzhou", Type: town.Unequal.Type}, From: trustlist.InstantOf(time.Now())}}
	p, err := zhuzhou.Trust.Propose(t.Context(), change, "刘芳")
	if err != nil {
		t.Fatal(err)
	}
	id := p.Signed.Change.ID()
	eventually(t, "Changsha signs", func() bool { _, err := changsha.Trust.Sign(t.Context(), id, "刘芳"); return err == nil })
	eventually(t, "the office publishes", func() bool { _, err := office.Trust.Publish(t.Context(), []string{id}, "刘芳"); return err == nil })
	eventually(t, "Zhuzhou has version 2", func() bool { l, err := zhuzhou.Trust.List(t.Context()); return err == nil && l.Version() == 2 })
	if got := outcome(t, zhuzhou, r.Credential, false); got != "accepted" {
		t.Errorf("at Zhuzhou, once both signed: %s", got)
	}

	if _, err := changsha.Desk.Act(t.Context(), r.ID, licence.Revoke, licence.How{Reason: "材料不实", By: "issuer"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Xiangtan refuses what is revoked", func() bool { return outcome(t, xiangtan, r.Credential, false) == "not-accepted status-revoked" })
	eventually(t, "Zhuzhou refuses it offline, by the list it last got", func() bool {
		outcome(t, zhuzhou, r.Credential, false)
		return outcome(t, zhuzhou, r.Credential, true) == "not-accepted status-revoked offline"
	})
	history, err := changsha.Counter.History(t.Context(), store.VisitFilter{HolderKind: licence.KindCitizen, HolderCode: "430199199003070011"})
	if err != nil || len(history) == 0 {
		t.Errorf("the holder's history: %d, %v", len(history), err)
	}
	for name, one := range all {
		report, err := one.App.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
		if err != nil || !report.OK() {
			t.Errorf("%s: %v %+v", name, err, report)
		}
	}
}

// doors asks each door once, as a stranger.
func doors(t *testing.T, all map[trustlist.Party]*town.Town) {
	t.Helper()
	for _, c := range []struct {
		at     trustlist.Party
		path   string
		status int
		says   string
	}{
		{"changsha", "/api/v1/node", 200, `"demo":true`},
		{"changsha", "/api/v1/session", 200, "li.ming"},
		{"changsha", "/node/card", 200, `"voice"`},
		{"zhuzhou", "/node/trust-list", 200, "conurb-trust-list-1"},
		{"changsha", "/.well-known/openid-credential-issuer", 200, "credential_configurations_supported"},
		{"changsha", "/statuses/none", 404, ""},
		{trustlist.Office, "/api/v1/licences", 404, "no-authority"},
		{"changsha", "/api/v1/licences", 401, "sign-in"},
		{"changsha", "/api/v1/nodes", 401, "sign-in"},
		{"xiangtan", "/openid/request/none", 404, ""},
	} {
		r, err := http.Get(all[c.at].URL() + c.path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != c.status || !strings.Contains(string(b), c.says) {
			t.Errorf("%s%s: %d %.200s, %v", c.at, c.path, r.StatusCode, b, err)
		}
	}
}
