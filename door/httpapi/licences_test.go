package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"os"
	"strings"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/door/httpapi"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/rights"
)

const (
	permit       = "11100000XXGAB00010003"
	identityCard = "11100000XXGAB00010002"
	wang         = "11010519491231002X"
	bureau       = "11430100XX00000010"
)

// persons are who is signed in by the cookie with his name.
type persons struct {
	httpapi.People // what these tests do not ask for
	list           map[string]rights.Principal
}

func (p persons) City() string           { return "changsha" }
func (p persons) Cookie() httpapi.Cookie { return httpapi.Cookie{Name: "s"} }
func (p persons) Recognise(_ context.Context, secret string) (rights.Principal, error) {
	if one, ok := p.list[secret]; ok {
		return one, nil
	}
	return rights.Principal{}, httpapi.ErrUnknown
}

func staff(id, role, office string, types ...string) rights.Principal {
	return rights.Principal{ID: id, Name: id, Kind: rights.Staff, City: "changsha", Roles: []rights.Role{{Name: role, City: "changsha", Office: office, Types: types}}}
}

// bureauNode is a node with a real desk over a real database.
type bureauNode struct {
	*node
	desk *authority.Desk
}

func openOffice(t *testing.T) *bureauNode {
	t.Helper()
	b, err := os.ReadFile("../../region/czt/licence/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	types, err := licence.ReadRegister(licence.RegisterFile, b)
	if err != nil {
		t.Fatal(err)
	}
	key, err := jws.FromSeed(jws.EdDSA, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	desk, err := authority.New(authority.Settings{
		Store: storetest.Open(t, storetest.DSN(t, "sqlite")), Types: types, Zone: time.UTC,
		Now:     func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
		Offices: []licence.Authority{{City: "changsha", Code: bureau, Name: "长沙市公安局"}},
		Sealing: func() authority.Sealing { return authority.Sealing{Key: key} },
		Voice:   func() store.Voice { return store.Voice{Node: "changsha", Key: key} },
		Knows:   func(city string) bool { return city == "xiangtan" },
	})
	if err != nil {
		t.Fatal(err)
	}
	zhao := staff("zhao", "issuer", "")
	zhao.HolderKind, zhao.HolderCode = "111", wang
	n := startWith(t, httpapi.Options{Licences: desk.Door(), Offers: offers(t, desk), People: persons{list: map[string]rights.Principal{
		"issuer": staff("li", "issuer", ""), "cards": staff("chen", "issuer", "", identityCard), "other": staff("sun", "issuer", "11430100XX00000099"),
		"clerk": staff("zhou", "clerk", ""), "auditor": staff("wu", "auditor", ""), "zhao": zhao,
		"wang":    {ID: "wang", Name: "王小明", Kind: rights.Citizen, City: "changsha", HolderKind: "111", HolderCode: wang},
		"nobody":  {ID: "nobody", Kind: rights.Citizen, City: "changsha", HolderKind: "111", HolderCode: "11010519491231003X"},
		"foreign": {ID: "x", Kind: rights.Staff, City: "xiangtan", Roles: []rights.Role{{Name: "issuer", City: "xiangtan"}}},
	}}})
	return &bureauNode{n, desk}
}

// as asks for a path as somebody.
func (o *bureauNode) as(name, method, path, body string, headers ...string) reply {
	o.Helper()
	if name != "" {
		headers = append(headers, "Cookie", "s="+name)
	}
	if body == "" {
		return o.do(method, path, nil, headers...)
	}
	return o.do(method, path, strings.NewReader(body), append([]string{"Content-Type", "application/json"}, headers...)...)
}

const draft = `{"type":"` + permit + `","holder":{"kind":"111","code":"` + wang + `","name":"王小明"},"attributes":{"address":"雨花区1号","registered_address":"岳塘区2号"}}`

func (o *bureauNode) issue() httpapi.LicenceDetail {
	o.Helper()
	r := o.as("issuer", "POST", "/api/v1/licences", draft)
	if r.status != 201 {
		o.Fatal(r.body)
	}
	return decode[httpapi.LicenceDetail](o.node, r.body)
}

// code is the code of a problem, and that of its first fault.
func (o *bureauNode) code(r reply) string {
	o.Helper()
	var p httpapi.Problem
	if r.status < 400 {
		return fmt.Sprint(r.status)
	}
	if err := json.Unmarshal([]byte(r.body), &p); err != nil || p.Remedy == "" || strings.HasPrefix(p.Detail, "[") || strings.Contains(p.Detail+p.Remedy, "{") {
		o.Errorf("%v in %s", err, r.body)
	}
	out := fmt.Sprint(p.Status, " ", p.Code)
	if len(p.Errors) > 0 {
		if p.Errors[0].Remedy == "" {
			o.Errorf("no remedy in %s", r.body)
		}
		out += " " + p.Errors[0].Code
	}
	return out
}

func TestWhoMayDoWhatAtTheDesk(t *testing.T) {
	o := openOffice(t)
	l := o.issue()
	one := "/api/v1/licences/" + l.ID
	suspend := `{"action":"suspend","reason":"inquiry"}`
	for _, c := range []struct{ who, method, path, body, want string }{
		{"", "GET", "/api/v1/licence-types", "", "200"},
		{"", "GET", "/api/v1/licences", "", "401 sign-in"},
		{"", "GET", one, "", "401 sign-in"},
		{"", "GET", "/api/v1/licences/none", "", "401 sign-in"},
		{"", "POST", "/api/v1/licences", draft, "401 sign-in"},
		{"", "GET", "/api/v1/wallet/licences", "", "401 sign-in"},
		{"gone", "GET", one, "", "401 sign-in"},
		{"issuer", "GET", one, "", "200"},
		{"issuer", "GET", "/api/v1/licences/none", "", "404 unknown"},
		{"issuer", "GET", one + "/metadata", "", "200"},
		{"issuer", "GET", one + "/paper", "", "200"},
		{"auditor", "GET", one, "", "200"},
		{"auditor", "POST", one + "/actions", suspend, "403 forbidden"},
		{"auditor", "POST", "/api/v1/licences", draft, "403 forbidden"},
		{"clerk", "GET", one, "", "403 forbidden"},
		{"clerk", "GET", "/api/v1/licences", "", "403 forbidden"},
		{"cards", "GET", one, "", "403 forbidden"},
		{"cards", "GET", "/api/v1/licences", "", "200"},
		{"cards", "POST", "/api/v1/licences", draft, "403 forbidden"},
		{"other", "GET", one, "", "403 forbidden"},
		{"other", "POST", one + "/actions", suspend, "403 forbidden"},
		{"foreign", "GET", one, "", "403 forbidden"},
		{"wang", "GET", one, "", "200"},
		{"wang", "GET", one + "/paper?full=true", "", "200"},
		{"wang", "POST", one + "/actions", suspend, "403 forbidden"},
		{"wang", "GET", "/api/v1/licences", "", "403 forbidden"},
		{"nobody", "GET", one, "", "403 forbidden"},
		{"nobody", "GET", one + "/paper", "", "403 forbidden"},
		{"zhao", "POST", one + "/actions", suspend, "403 forbidden"},
		{"issuer", "POST", one + "/actions", suspend, "200"},
	} {
		if got := o.code(o.as(c.who, c.method, c.path, c.body)); got != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.who, c.method, c.path, got, c.want)
		}
	}
	if r := o.as("issuer", "GET", one, ""); r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("may be kept on the way: %v", r.header)
	}
	for who, want := range map[string]int{"wang": 1, "nobody": 0} {
		if got := decode[httpapi.LicenceList](o.node, o.as(who, "GET", "/api/v1/wallet/licences", "").body); len(got.Items) != want {
			t.Errorf("%s has %d", who, len(got.Items))
		}
	}
	if got := decode[httpapi.LicenceList](o.node, o.as("cards", "GET", "/api/v1/licences", "").body); len(got.Items) != 0 {
		t.Errorf("who may read cards sees %v", got.Items)
	}
}

func TestALicenceOverHTTP(t *testing.T) {
	o := openOffice(t)
	l := o.issue()
	if l.State.Code != "valid" || l.Past[0].By != "li" || l.Attributes[0].Value != "雨花区1号" || l.Until.String() != "2027-11-22" || len(l.May) != 7 {
		t.Errorf("%+v", l)
	}
	for _, c := range []struct{ name, path, body, want string }{
		{"a second", "", draft, "409 licence-refused live"},
		{"no number of a citizen", "", strings.Replace(draft, wang, "110105194912310021", 1), "422 bad-licence not-a-citizen"},
		{"an attribute that is missing", "", strings.Replace(draft, "registered_address", "registered", 1), "422 bad-licence missing"},
		{"no type", "", strings.Replace(draft, permit, "x", 1), "422 bad-licence unknown-type"},
		{"no office", "", strings.Replace(draft, `{"type"`, `{"office":"x","type"`, 1), "422 no-such-office"},
		{"no reason", "actions", `{"action":"suspend","reason":" "}`, "409 licence-refused reason"},
		{"what cannot follow", "actions", `{"action":"resume","reason":"r"}`, "409 licence-refused state"},
		{"no such action", "actions", `{"action":"burn","reason":"r"}`, "422 invalid choice"},
		{"no day", "actions", `{"action":"renew","reason":"r","until":"2027-13-01"}`, "422 bad-date"},
		{"an earlier day", "actions", `{"action":"renew","reason":"r","until":"2027-01-01"}`, "409 licence-refused until"},
		{"an attribute it does not have", "actions", `{"action":"change","reason":"r","attributes":{"address":"a","registered_address":"b","shoe":"7"}}`, "422 bad-licence unknown-key"},
		{"to no city", "actions", `{"action":"transfer-out","reason":"r"}`, "422 no-such-city"},
		{"to a city that is not known", "actions", `{"action":"transfer-out","reason":"r","to":"atlantis"}`, "422 no-such-city"},
		{"renewed", "actions", `{"action":"renew","reason":"r"}`, "200"},
		{"changed", "actions", `{"action":"change","reason":"moved","name":"王晓明","attributes":{"address":"a","registered_address":"b"}}`, "200"},
		{"handed over", "actions", `{"action":"transfer-out","reason":"moved","to":"xiangtan"}`, "200"},
	} {
		path := "/api/v1/licences"
		if c.path != "" {
			path += "/" + l.ID + "/" + c.path
		}
		if got := o.code(o.as("issuer", "POST", path, c.body)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	now := decode[httpapi.LicenceDetail](o.node, o.as("issuer", "GET", "/api/v1/licences/"+l.Identifier, "").body)
	if now.State.Code != "leaving" || now.To != "xiangtan" || now.Holder.Name != "王晓明" || now.Edition != 3 || len(now.Past) != 4 || now.May[0].Code != "stay" {
		t.Errorf("%+v", now)
	}
	due, err := o.desk.Store.DueMessages(context.Background(), 10)
	if err != nil || len(due) != 1 || due[0].Sealed.Envelope.Kind != authority.KindTransfer {
		t.Errorf("%v, %v", due, err)
	}
	meta := decode[map[string]any](o.node, o.as("issuer", "GET", "/api/v1/licences/"+l.ID+"/metadata", "").body)
	if meta["CZZTDM"] != wang || meta["KZ_ADDRESS"] != "a" || meta["KZ_ZZZTDM"] != "06" {
		t.Errorf("%v", meta)
	}
	if r := o.as("issuer", "GET", "/api/v1/licences/"+l.ID+"/paper", ""); !strings.HasPrefix(r.body, "%PDF-") || r.header.Get("Content-Type") != "application/pdf" || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %.20q", r.header, r.body)
	}
}

func TestPagesOfLicences(t *testing.T) {
	o := openOffice(t)
	if r := o.table("/api/v1/licences/import?type="+permit+"&preview=true", table(5)); r.status == 200 {
		p := decode[httpapi.LicenceImport](o.node, r.body)
		o.table("/api/v1/licences/import?type="+permit+"&digest="+p.Digest, table(5))
	}
	var seen []string
	next := ""
	for range 3 {
		page := decode[httpapi.LicenceList](o.node, o.as("issuer", "GET", "/api/v1/licences?limit=2&q=%E7%8E%8B&before="+next, "").body)
		for _, l := range page.Items {
			seen = append(seen, l.Holder.Code)
		}
		next = page.Next
	}
	if len(seen) != 5 || next != "" {
		t.Errorf("%v, then %q", seen, next)
	}
}

// citizen is a number with its check character.
func citizen(n int) string {
	s, sum := fmt.Sprintf("11010519491231%03d", n), 0
	for i := range 17 {
		sum += int(s[i]-'0') * (1 << (17 - i) % 11)
	}
	return s + string("10X98765432"[sum%11])
}

func table(n int) string {
	text := "CZZT,CZZTDM,address,registered_address\n"
	for i := range n {
		text += "王," + citizen(i) + ",甲,乙\n"
	}
	return text
}

// table sends a file as the issuer, or as another whose name is given.
func (o *bureauNode) table(path, text string, who ...string) reply {
	o.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "table.csv")
	if err != nil {
		o.Fatal(err)
	}
	if _, err := part.Write([]byte(text)); err != nil || w.Close() != nil {
		o.Fatal(err)
	}
	return o.do("POST", path, &b, "Content-Type", w.FormDataContentType(), "Cookie", "s="+append(who, "issuer")[0])
}

func TestATableOverHTTP(t *testing.T) {
	o := openOffice(t)
	path := "/api/v1/licences/import?type=" + permit
	form := o.get("/api/v1/licence-types/" + permit + "/form.csv?lang=zh-CN")
	if form.status != 200 || !strings.Contains(form.body, "持证主体代码") {
		t.Errorf("%d %s", form.status, form.body)
	}
	if r := o.get("/api/v1/licence-types/" + permit + "/form.xlsx"); r.status != 200 || !strings.HasPrefix(r.body, "PK") {
		t.Errorf("%d", r.status)
	}
	r := o.table(path+"&preview=true", table(3))
	p := decode[httpapi.LicenceImport](o.node, r.body)
	if r.status != 200 || p.Issued || !p.Sound || p.Counts.Issue != 3 || p.Rows[0].Row != 2 || p.Rows[0].Becomes.Name != "will be issued" {
		t.Errorf("%d %s", r.status, r.body)
	}
	faulty := decode[httpapi.LicenceImport](o.node, o.table(path+"&preview=true", table(1)+"李,12,,乙\n").body)
	if faulty.Sound || faulty.Counts.Faulty != 1 || len(faulty.Rows[1].Faults) != 2 || faulty.Rows[1].Faults[0].Column != "CZZTDM" || faulty.Rows[1].Faults[0].Remedy == "" {
		t.Errorf("%+v", faulty)
	}
	for _, c := range []struct{ name, path, text, want, who string }{
		{"without a preview", path, table(3), "422 no-preview", "issuer"},
		{"with another file", path + "&digest=" + p.Digest, table(2), "409 licences-changed", "issuer"},
		{"with faults", path + "&digest=" + faulty.Digest, table(1) + "李,12,,乙\n", "422 bad-licences not-a-citizen", "issuer"},
		{"no table", path + "&preview=true", "a,\"b", "422 bad-file-syntax", "issuer"},
		{"no type", "/api/v1/licences/import?type=x&preview=true", table(1), "409 licence-refused type", "issuer"},
		{"no office", path + "&office=x&preview=true", table(1), "422 no-such-office", "issuer"},
		{"by an auditor", path + "&preview=true", table(1), "403 forbidden", "auditor"},
		{"by one of other types", path + "&preview=true", table(1), "403 forbidden", "cards"},
		{"with his own", path + "&digest=x", "CZZT,CZZTDM,address,registered_address\n王," + wang + ",甲,乙\n", "403 forbidden", "zhao"},
	} {
		if got := o.code(o.table(c.path, c.text, c.who)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	r = o.table(path+"&digest="+p.Digest, table(3))
	done := decode[httpapi.LicenceImport](o.node, r.body)
	if r.status != 200 || !done.Issued || done.Rows[2].Identifier == "" {
		t.Errorf("%d %s", r.status, r.body)
	}
	again := decode[httpapi.LicenceImport](o.node, o.table(path+"&preview=true", table(3)).body)
	if again.Counts.Before != 3 || again.Rows[2].Identifier != done.Rows[2].Identifier {
		t.Errorf("%+v", again)
	}
}

func TestANodeWithoutAnAuthority(t *testing.T) {
	n := start(t)
	for _, path := range []string{"/api/v1/licence-types", "/api/v1/licences", "/api/v1/licences/x", "/api/v1/licences/x/paper", "/api/v1/wallet/licences", "/api/v1/licence-types/x/form.csv"} {
		if r := n.get(path); r.status != 404 || !strings.Contains(r.body, "no-authority") {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}
