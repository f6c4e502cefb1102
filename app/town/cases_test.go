package town_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"conurb/app/cases"
	"conurb/app/people"
	"conurb/app/town"
	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

// caseWorld is a city with its desk of cases and people who are signed in.
type caseWorld struct {
	t    *testing.T
	town *town.Town
	in   map[string]caller
}

// passwords are those of demonstrations.
var passwords = map[string]string{"li.ming": "demo-citizen-li-ming", "zhou.yun": "demo-citizen-zhou-yun", "clerk": "demo-counter-checks", "supervisor": "demo-sees-what-is-late",
	"editor": "demo-keeps-the-catalogue"}

func newCaseWorld(t *testing.T) *caseWorld {
	t.Helper()
	p := packed(t)
	seats := settle(t, p, "changsha")
	all, _ := start(t, p, seats)
	w := &caseWorld{t: t, town: all["changsha"], in: map[string]caller{}}
	for name, password := range passwords {
		accounts[name] = password
		w.in[name] = signIn(t, seats[0], name)
	}
	w.staff(seats[0], "clerk-b", rights.Role{Name: rights.Clerk, City: "changsha", Office: "11430100XXRSJ00010"})
	w.in["nobody"] = caller{seat: seats[0], client: &http.Client{Timeout: 10 * time.Second}}
	return w
}

// staff adds a member of staff, who signs in.
func (w *caseWorld) staff(at seat, login string, role rights.Role) {
	w.t.Helper()
	const password = "a wooden boat by the lake"
	p, err := people.New(people.Options{Store: w.town.App.Store(), Party: "changsha", URL: w.town.URL(), Cost: identity.Cost{Passes: 1, Memory: 8 << 10, Threads: 1}})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := p.AddAccount(w.t.Context(), identity.Account{Login: login, Name: login, Kind: rights.Staff, Roles: []rights.Role{role}}, password, "test"); err != nil {
		w.t.Fatal(err)
	}
	accounts[login] = password
	w.in[login] = signIn(w.t, at, login)
}

// problem is what a refusal says.
type problem struct {
	Code, Detail, Remedy string
	Errors               []struct{ Code, Detail, Remedy string }
}

// send is what a request is answered with, as it comes, and its status.
func (w *caseWorld) send(who, method, path, body string) ([]byte, int) {
	w.t.Helper()
	c := w.in[who]
	r, err := http.NewRequest(method, c.seat.url()+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return text, answer.StatusCode
}

// ask asks once: the status, the answer, and what a refusal says.
func (w *caseWorld) ask(who, method, path, body string, to any) (int, problem) {
	w.t.Helper()
	text, status := w.send(who, method, path, body)
	var p problem
	if status >= 400 {
		if err := json.Unmarshal(text, &p); err != nil {
			w.t.Fatalf("%s %s: %d %s", method, path, status, text)
		}
	} else if to != nil {
		if err := json.Unmarshal(text, to); err != nil {
			w.t.Fatalf("%s %s: %v %s", method, path, err, text)
		}
	}
	return status, p
}

// view is what the tests read of a case.
type view struct {
	ID, Version, State, By, Office, Holder, Outcome string
	Due                                             string
	Left                                            *int
	Late, Editable                                  bool
	Form                                            map[string]any
	Shares                                          []struct{ Material, Identifier string }
	Materials                                       []struct {
		ID              string
		Required, There bool
	}
	Events []struct{ Move, Name string }
	Rating *struct{ Stars int }
}

func (w *caseWorld) done(who, method, path, body string) (v view) {
	w.t.Helper()
	var wrapped struct {
		Case *view
		view
	}
	if status, p := w.ask(who, method, path, body, &wrapped); status >= 300 {
		w.t.Fatalf("%s: %s %s %s: %d %+v", who, method, path, body, status, p)
	}
	if wrapped.Case != nil {
		return *wrapped.Case
	}
	return wrapped.view
}

// identityCard issues one.
func (w *caseWorld) identityCard(code, name string) licence.Record {
	w.t.Helper()
	r, err := w.town.Desk.Issue(w.t.Context(), licence.Draft{Type: "11100000XXGAB00010002", Authority: w.town.Desk.Offices[0], Holder: licence.Holder{Kind: licence.KindCitizen, Code: code, Name: name},
		Attributes: map[string]any{"sex": "男", "ethnicity": "汉", "birth_date": area.NewDate(1990, 3, 7).String(), "address": "雨花区1号"}}, "issuer")
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

const answersGood = `{"name":"李明","number":"430199199003070011","phone":"13800000000","address":"岳麓区2号","since":"2025-01-01","ground":"job","delivery":"online"}`

// TestACaseByTheAPI is the life of a case over HTTP: saved, come back to, shared with, submitted,
// accepted, paused, resumed, granted, rated; each time it says who has it and until when.
func TestACaseByTheAPI(t *testing.T) {
	w := newCaseWorld(t)
	card := w.identityCard("430199199003070011", "李明")
	v := w.done("li.ming", "POST", "/cases", `{"item":"residence-permit"}`)
	if v.State != "draft" || v.By != "applicant" || v.Holder == "" || v.Due == "" || !v.Editable {
		t.Fatalf("opened: %+v", v)
	}
	path := "/cases/" + v.ID
	v = w.done("li.ming", "PUT", path+"/form", `{"form":{"phone":"13800000000"},"version":"`+v.Version+`"}`)
	v = w.done("li.ming", "POST", path+"/shares", `{"licence":"`+card.ID+`","attributes":["holder.name","holder.code","address"],"material":"identity","version":"`+v.Version+`"}`)
	if v.Form["name"] != "李明" || v.Form["number"] != "430199199003070011" || v.Form["phone"] != "13800000000" || len(v.Shares) != 1 {
		t.Errorf("what was agreed to share is not in the form: %+v", v)
	}
	v = w.done("li.ming", "PUT", path+"/form", `{"form":`+answersGood+`}`)
	v = w.done("li.ming", "POST", path+"/moves", `{"move":"submit"}`)
	if v.State != "submitted" || v.By != "clerk" || v.Editable || v.Due == "" {
		t.Errorf("submitted: %+v", v)
	}
	var queue struct{ Cases []view }
	if status, _ := w.ask("clerk", "GET", "/queue", "", &queue); status != 200 || len(queue.Cases) != 1 || queue.Cases[0].ID != v.ID {
		t.Errorf("the queue: %d %+v", status, queue)
	}
	var moves []struct {
		Name  string
		Needs []struct{ Name string }
	}
	if status, _ := w.ask("clerk", "GET", path+"/moves", "", &moves); status != 200 || fmt.Sprint(moves) != "[{ask-more [{reason}]} {accept []} {decline [{grounds}]} {take []} {hand-over [{reason} {office}]}]" {
		t.Errorf("what a clerk can do: %d %+v", status, moves)
	}
	w.done("clerk", "POST", path+"/moves", `{"move":"accept"}`)
	v = w.done("clerk", "POST", path+"/moves", `{"move":"pause","reason":"鉴定"}`)
	v = w.done("clerk", "POST", path+"/moves", `{"move":"resume"}`)
	if v.State != "accepted" || v.Left == nil || *v.Left > 5 || v.Holder != "陈刚（示例）" {
		t.Errorf("resumed: %+v", v)
	}
	v = w.done("clerk", "POST", path+"/moves", `{"move":"grant","grounds":"符合《居住证暂行条例》"}`)
	v = w.done("li.ming", "POST", path+"/rating", `{"stars":5,"text":"很快"}`)
	if v.Outcome != "granted" || v.Rating == nil || v.Rating.Stars != 5 {
		t.Errorf("granted and rated: %+v", v)
	}
	var figures struct {
		Cities []struct {
			City  string
			Lines []struct{ Decided, Rated, Stars int }
		}
	}
	if status, _ := w.ask("supervisor", "GET", "/supervision", "", &figures); status != 200 || len(figures.Cities) != 1 || fmt.Sprint(figures.Cities[0].Lines) != "[{1 1 5}]" {
		t.Errorf("supervision: %d %+v", status, figures)
	}
	var trend struct {
		Told   int
		Cities []struct {
			Lines []struct {
				Item, ItemName, Unit         string
				Cases, InTime, Decile, Least int
			}
		}
	}
	for _, by := range []string{"month", "week"} {
		if status, _ := w.ask("supervisor", "GET", "/supervision/trend?lang=en&by="+by, "", &trend); status != 200 || trend.Told != 5 || fmt.Sprint(trend.Cities) != "[{[{residence-permit residence permit working-days 1 1 0 5}]}]" {
			t.Errorf("days by %s: %d %+v", by, status, trend)
		}
	}
	if status, _ := w.ask("supervisor", "GET", "/supervision/trend?item=senior-card", "", &trend); status != 200 || len(trend.Cities[0].Lines) != 0 {
		t.Errorf("days of an item that nobody applied for: %d %+v", status, trend)
	}
	if table := string(w.document("supervisor", "/supervision/trend.csv?lang=en")); !strings.HasPrefix(table, "\ufeffcity,at,by,from,item,") || !strings.Contains(table, ",residence-permit,residence permit,working-days,1,1,1.000,0,0,5,5,true\r\n") {
		t.Errorf("the table: %q", table)
	}
	var whole view
	if status, _ := w.ask("li.ming", "GET", path+"/file", "", &whole); status != 200 || len(whole.Events) != len(v.Events) || whole.ID != v.ID {
		t.Errorf("the file: %d %+v", status, whole)
	}
	if pdf := w.document("li.ming", path+"/file?format=pdf"); !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 5000 {
		t.Errorf("a PDF of %d bytes", len(pdf))
	}
	report, err := w.town.App.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
	if err != nil || !report.OK() {
		t.Errorf("%v %+v", err, report)
	}
}

// document is what a GET answers with, whatever it is.
func (w *caseWorld) document(who, path string) []byte {
	w.t.Helper()
	b, status := w.send(who, "GET", path, "")
	if status != 200 {
		w.t.Fatalf("%s: %d %s", path, status, b)
	}
	return b
}

// refusedInputs are bad inputs by API: {A} is Li's draft, {W} another that he withdrew, {S} his submitted case, {D} his decided
// one, {L} Zhou's licence, {M} Li's licence; who, method, path, body, then status and code.
var refusedInputs = []struct{ name, who, method, path, body, want string }{
	{"nobody opens", "nobody", "POST", "/cases", `{"item":"residence-permit"}`, "401 sign-in"},
	{"a clerk applies", "clerk", "POST", "/cases", `{"item":"residence-permit"}`, "403 forbidden"},
	{"an item of none", "li.ming", "POST", "/cases", `{"item":"fly-to-the-moon"}`, "422 no-item"},
	{"a bundle of none", "li.ming", "POST", "/cases", `{"bundle":"fly"}`, "422 no-bundle"},
	{"item and bundle", "li.ming", "POST", "/cases", `{"item":"residence-permit","bundle":"work-move"}`, "422 bad-input"},
	{"neither", "li.ming", "POST", "/cases", `{}`, "422 bad-input"},
	{"two applications at once", "li.ming", "POST", "/cases", `{"item":"residence-permit"}`, "409 open-before"},
	{"an item whose answers are none", "li.ming", "POST", "/cases", `{"item":"senior-card","form":{"moon":1}}`, "422 unknown"},
	{"a bundle that is not answered", "li.ming", "POST", "/cases", `{"bundle":"work-move","form":{}}`, "422 required"},
	{"no JSON", "li.ming", "POST", "/cases", `{"item":`, "400 value"},
	{"a member that is none", "li.ming", "POST", "/cases", `{"item":"residence-permit","x":1}`, "422 surplus"},
	{"a case of none", "li.ming", "GET", "/cases/none", ``, "404 unknown"},
	{"a case of another person", "zhou.yun", "GET", "/cases/{A}", ``, "404 unknown"},
	{"a clerk reads what was not handed in", "clerk", "GET", "/cases/{A}", ``, "404 unknown"},
	{"a clerk reads its file", "clerk", "GET", "/cases/{A}/file", ``, "404 unknown"},
	{"a clerk reads its file on paper", "clerk", "GET", "/cases/{A}/file?format=pdf", ``, "404 unknown"},
	{"a clerk asks what can be done to it", "clerk", "GET", "/cases/{A}/moves", ``, "404 unknown"},
	{"a clerk asks whether it is eligible", "clerk", "GET", "/cases/{A}/eligibility", ``, "404 unknown"},
	{"a clerk asks for its wallet", "clerk", "GET", "/cases/{A}/shares/none", ``, "404 unknown"},
	{"a clerk reads a draft that was withdrawn", "clerk", "GET", "/cases/{W}", ``, "404 unknown"},
	{"a supervisor reads what was not handed in", "supervisor", "GET", "/cases/{A}", ``, "404 unknown"},
	{"an editor reads what was not handed in", "editor", "GET", "/cases/{A}", ``, "404 unknown"},
	{"a case of another person, handed in", "zhou.yun", "GET", "/cases/{S}", ``, "403 forbidden"},
	{"nobody reads", "nobody", "GET", "/cases/{A}", ``, "401 sign-in"},
	{"nobody reads what is not there", "nobody", "GET", "/cases/none", ``, "401 sign-in"},
	{"the queue as a citizen", "li.ming", "GET", "/queue", ``, "403 forbidden"},
	{"the queue of another office", "clerk-b", "GET", "/queue?office=11430100XXGAJ00010", ``, "403 forbidden"},
	{"supervision as a clerk", "clerk", "GET", "/supervision", ``, "403 forbidden"},
	{"days as a clerk", "clerk", "GET", "/supervision/trend", ``, "403 forbidden"},
	{"the table of days as a citizen", "li.ming", "GET", "/supervision/trend.csv", ``, "403 forbidden"},
	{"days by the year", "supervisor", "GET", "/supervision/trend?by=year", ``, "422 choice"},
	{"an editor reads a case", "editor", "GET", "/cases/{S}", ``, "403 forbidden"},
	{"answers of another person", "zhou.yun", "PUT", "/cases/{A}/form", `{"form":{}}`, "404 unknown"},
	{"answers by a clerk", "clerk", "PUT", "/cases/{A}/form", `{"form":{}}`, "404 unknown"},
	{"answers that are a list", "li.ming", "PUT", "/cases/{A}/form", `{"form":[]}`, "422 value"},
	{"no answers", "li.ming", "PUT", "/cases/{A}/form", `{}`, "422 required"},
	{"an answer that nobody asked for", "li.ming", "PUT", "/cases/{A}/form", `{"form":{"moon":1}}`, "422 unknown"},
	{"an answer twice", "li.ming", "PUT", "/cases/{A}/form", `{"form":{"phone":"1","phone":"13800000000"}}`, "422 not-json"},
	{"a phone that is none", "li.ming", "PUT", "/cases/{A}/form", `{"form":{"phone":"12"}}`, "422 not-a-phone"},
	{"a number with a false check character", "li.ming", "PUT", "/cases/{A}/form", `{"form":{"number":"430199199003070012"}}`, "422 not-a-citizen-number"},
	{"a ground that is none", "li.ming", "PUT", "/cases/{A}/form", `{"form":{"ground":"moon"}}`, "422 not-one-of"},
	{"a day that is none", "li.ming", "PUT", "/cases/{A}/form", `{"form":{"since":"2026-02-30"}}`, "422 not-a-day"},
	{"a stale version of answers", "li.ming", "PUT", "/cases/{A}/form", `{"form":{},"version":"0"}`, "409 stale-version"},
	{"answers of what was submitted", "li.ming", "PUT", "/cases/{S}/form", `{"form":{}}`, "409 not-editable"},
	{"submitted incomplete", "li.ming", "POST", "/cases/{A}/moves", `{"move":"submit"}`, "422 required"},
	{"submitted by another person", "zhou.yun", "POST", "/cases/{A}/moves", `{"move":"submit"}`, "404 unknown"},
	{"submitted by a clerk", "clerk", "POST", "/cases/{A}/moves", `{"move":"submit"}`, "404 unknown"},
	{"submitted twice", "li.ming", "POST", "/cases/{S}/moves", `{"move":"submit"}`, "409 wrong-state"},
	{"a move of none", "clerk", "POST", "/cases/{S}/moves", `{"move":"fly"}`, "422 unknown-move"},
	{"no move", "clerk", "POST", "/cases/{S}/moves", `{}`, "422 required"},
	{"accepted by the applicant", "li.ming", "POST", "/cases/{S}/moves", `{"move":"accept"}`, "403 forbidden"},
	{"accepted before it was submitted", "clerk", "POST", "/cases/{A}/moves", `{"move":"accept"}`, "404 unknown"},
	{"a clerk of another office", "clerk-b", "POST", "/cases/{S}/moves", `{"move":"accept"}`, "403 forbidden"},
	{"granted before it was accepted", "clerk", "POST", "/cases/{S}/moves", `{"move":"grant","grounds":"x"}`, "409 wrong-state"},
	{"not accepted without grounds", "clerk", "POST", "/cases/{S}/moves", `{"move":"decline"}`, "422 needs"},
	{"more asked for, and blanks for a reason", "clerk", "POST", "/cases/{S}/moves", `{"move":"ask-more","reason":"  "}`, "422 needs"},
	{"a reason without end", "clerk", "POST", "/cases/{S}/moves", `{"move":"ask-more","reason":"` + strings.Repeat("长", 2000) + `"}`, "422 too-long"},
	{"handed over to nobody", "clerk", "POST", "/cases/{S}/moves", `{"move":"hand-over","reason":"x","input":{"office":"nowhere"}}`, "422 no-office"},
	{"handed over to where it is", "clerk", "POST", "/cases/{S}/moves", `{"move":"hand-over","reason":"x","input":{"office":"11430100XXGAJ00010"}}`, "409 same-office"},
	{"an input that is a list", "clerk", "POST", "/cases/{S}/moves", `{"move":"hand-over","reason":"x","input":[]}`, "422 value"},
	{"the move of the clock", "clerk", "POST", "/cases/{S}/moves", `{"move":"deem-accepted"}`, "403 not-by"},
	{"a stale version of a move", "clerk", "POST", "/cases/{S}/moves", `{"move":"accept","version":"1"}`, "409 stale-version"},
	{"extended by a clerk", "clerk", "POST", "/cases/{S}/moves", `{"move":"extend","reason":"x","input":{"days":1}}`, "403 forbidden"},
	{"the decision of another, appealed", "zhou.yun", "POST", "/cases/{D}/moves", `{"move":"appeal","grounds":"x"}`, "403 forbidden"},
	{"withdrawn after the decision", "li.ming", "POST", "/cases/{D}/moves", `{"move":"withdraw"}`, "409 wrong-state"},
	{"a licence of another person", "li.ming", "POST", "/cases/{A}/shares", `{"licence":"{L}","attributes":["address"]}`, "403 not-your-licence"},
	{"a licence of none", "li.ming", "POST", "/cases/{A}/shares", `{"licence":"none","attributes":["address"]}`, "422 no-licence"},
	{"a licence without consent to anything", "li.ming", "POST", "/cases/{A}/shares", `{"licence":"{M}"}`, "422 no-attributes"},
	{"an attribute of none", "li.ming", "POST", "/cases/{A}/shares", `{"licence":"{M}","attributes":["moon"]}`, "422 no-attributes"},
	{"a licence for another material", "li.ming", "POST", "/cases/{A}/shares", `{"licence":"{M}","attributes":["address"],"material":"dwelling"}`, "422 other-type"},
	{"a licence for a material of none", "li.ming", "POST", "/cases/{A}/shares", `{"licence":"{M}","attributes":["address"],"material":"moon"}`, "422 no-material"},
	{"a licence to a case of another", "zhou.yun", "POST", "/cases/{A}/shares", `{"licence":"{L}","attributes":["address"]}`, "404 unknown"},
	{"a licence to what was submitted", "li.ming", "POST", "/cases/{S}/shares", `{"licence":"{M}","attributes":["address"]}`, "409 not-editable"},
	{"a share of nothing", "li.ming", "POST", "/cases/{A}/shares", `{}`, "422 bad-input"},
	{"an answer of a wallet that was never asked", "li.ming", "POST", "/cases/{A}/shares", `{"request":"none"}`, "409 no-answer"},
	{"a wallet asked for a type of none", "li.ming", "POST", "/cases/{A}/shares", `{"wanted":"moon","attributes":["address"]}`, "422 wanted"},
	{"a request of another case", "li.ming", "GET", "/cases/{A}/shares/none", ``, "404 unknown"},
	{"the file of another person", "zhou.yun", "GET", "/cases/{A}/file?format=pdf", ``, "404 unknown"},
	{"a file of no form", "li.ming", "GET", "/cases/{A}/file?format=doc", ``, "422 choice"},
	{"rated before the end", "li.ming", "POST", "/cases/{S}/rating", `{"stars":5}`, "409 not-rateable"},
	{"rated by another", "zhou.yun", "POST", "/cases/{D}/rating", `{"stars":5}`, "403 forbidden"},
	{"no such rating", "li.ming", "POST", "/cases/{D}/rating", `{"stars":6}`, "422 bad-stars"},
	{"a rating without end", "li.ming", "POST", "/cases/{D}/rating", `{"stars":5,"text":"` + strings.Repeat("长", 2000) + `"}`, "422 too-long"},
	{"a course of none", "li.ming", "GET", "/courses/moon", ``, "404 unknown"},
}

// TestBadInputsAreRefused holds each to its reason: it has words and a remedy, no case changes, and
// where somebody is signed in it stands in the log.
func TestBadInputsAreRefused(t *testing.T) {
	w := newCaseWorld(t)
	mine, theirs := w.identityCard("430199199003070011", "李明"), w.identityCard("430299198811150029", "周云")
	submitted := func(item string) view {
		v := w.done("li.ming", "POST", "/cases", `{"item":"`+item+`","form":`+answersGood+`}`)
		w.done("li.ming", "POST", "/cases/"+v.ID+"/shares", `{"licence":"`+mine.ID+`","attributes":["holder.name"],"material":"identity"}`)
		return w.done("li.ming", "POST", "/cases/"+v.ID+"/moves", `{"move":"submit"}`)
	}
	decided := submitted("residence-permit")
	w.done("clerk", "POST", "/cases/"+decided.ID+"/moves", `{"move":"decline","grounds":"不属本机关"}`)
	sent := submitted("residence-permit")
	// the limit on two at once is of the applicant's own opening: his draft is a step of a bundle
	gone := w.step()
	w.done("li.ming", "POST", "/cases/"+gone+"/moves", `{"move":"withdraw"}`)
	draft := w.step()
	with := strings.NewReplacer("{A}", draft, "{W}", gone, "{S}", sent.ID, "{D}", decided.ID, "{L}", theirs.ID, "{M}", mine.ID)
	s := w.town.App.Store()
	standing := func() string {
		out := ""
		for _, id := range []string{draft, sent.ID, decided.ID} {
			k, err := s.Case(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := json.Marshal(k)
			out += string(b)
		}
		all, err := s.Cases(t.Context(), store.CaseFilter{})
		return fmt.Sprint(out, len(all), err)
	}
	before := standing()
	for _, c := range refusedInputs {
		t.Run(c.name, func(t *testing.T) {
			noted := w.noted()
			status, p := w.ask(c.who, c.method, with.Replace(c.path), with.Replace(c.body), nil)
			code := p.Code
			if len(p.Errors) > 0 {
				code = p.Errors[0].Code
			}
			if got := fmt.Sprint(status, " ", code); got != c.want {
				t.Errorf("got %s, want %s: %+v", got, c.want, p)
			}
			if p.Detail == "" || p.Remedy == "" || strings.ContainsAny(p.Detail+p.Remedy, "[]{}") {
				t.Errorf("no words: %+v", p)
			}
			if standing() != before {
				t.Fatal("something changed")
			}
			hidden := strings.Contains(c.path, "{A}") || strings.Contains(c.path, "{W}") // for all but Li
			writes := c.method != "GET" || status == 403 || status == 404 && hidden && c.who != "li.ming"
			if got := w.noted() - noted; (c.who != "nobody" && writes) != (got == 1) {
				t.Errorf("%d entries in the log", got)
			}
		})
	}
	report, err := s.CheckIntegrity(t.Context(), evidence.AuditOptions{})
	if err != nil || !report.OK() {
		t.Errorf("%v %+v", err, report)
	}
}

// TestAtTheWindow is a draft that a clerk opened for somebody: he may read it and its applicant
// may, other clerks may not; handed in, they may too. One that ended as a draft is in no queue.
func TestAtTheWindow(t *testing.T) {
	w := newCaseWorld(t)
	clerk, err := w.town.App.Store().PersonByLogin(t.Context(), "clerk")
	if err != nil {
		t.Fatal(err)
	}
	li := casework.Person{City: "changsha", Kind: licence.KindCitizen, Code: "430199199003070011", Name: "李明"}
	by := casework.Actor{Person: casework.Person{City: "changsha", Account: clerk.ID, Name: clerk.Name}, By: casework.Clerk}
	k, err := w.town.Cases.Open(t.Context(), by, cases.Opening{Item: "residence-permit", Applicant: li, Form: json.RawMessage(answersGood)})
	if err != nil {
		t.Fatal(err)
	}
	sees := func(id string) string {
		t.Helper()
		var out []string
		for _, who := range []string{"li.ming", "clerk", "supervisor", "clerk-b", "zhou.yun"} {
			status, _ := w.ask(who, "GET", "/cases/"+id, "", nil)
			out = append(out, fmt.Sprint(status))
		}
		var queue struct{ Cases []view }
		w.ask("supervisor", "GET", "/queue?all=true", "", &queue)
		return fmt.Sprint(strings.Join(out, " "), " ", len(queue.Cases))
	}
	if got := sees(k.ID); got != "200 200 404 404 404 0" {
		t.Errorf("a draft: %s", got)
	}
	card := w.identityCard(li.Code, li.Name)
	w.done("li.ming", "POST", "/cases/"+k.ID+"/shares", `{"licence":"`+card.ID+`","attributes":["holder.name"],"material":"identity"}`)
	w.done("li.ming", "POST", "/cases/"+k.ID+"/moves", `{"move":"submit"}`)
	if got := sees(k.ID); got != "200 200 200 403 403 1" {
		t.Errorf("handed in: %s", got)
	}
	w.done("li.ming", "POST", "/cases/"+k.ID+"/moves", `{"move":"withdraw"}`)
	if got := sees(k.ID); got != "200 200 200 403 403 1" {
		t.Errorf("withdrawn after it was handed in: %s", got)
	}
	own := w.done("li.ming", "POST", "/cases", `{"item":"residence-permit"}`)
	w.done("li.ming", "POST", "/cases/"+own.ID+"/moves", `{"move":"withdraw"}`)
	if got := sees(own.ID); got != "200 404 404 404 404 1" {
		t.Errorf("withdrawn as a draft: %s", got)
	}
}

// noted is the size of the log.
func (w *caseWorld) noted() int64 {
	w.t.Helper()
	head, err := w.town.App.Store().Head(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return head.Size
}

// step opens a draft for Li beside his case that is open, as a step of a bundle does.
func (w *caseWorld) step() (id string) {
	w.t.Helper()
	li := casework.Person{City: "changsha", Kind: licence.KindCitizen, Code: "430199199003070011", Name: "李明"}
	err := w.town.App.Store().Do(w.t.Context(), func(d *store.Deed) error {
		k, err := w.town.Cases.OpenIn(w.t.Context(), d, casework.Actor{Person: li, By: casework.ByMessage}, cases.Opening{Item: "residence-permit", Applicant: li})
		id = k.ID
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}
