package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"conurb/door/httpapi"
	"conurb/internal/packtest"
	"conurb/locale"
)

// read gets a path and decodes it, refusing fields that no shape has.
func read[T any](n *node, path string, headers ...string) T {
	n.Helper()
	r := n.get(path, headers...)
	if r.status != 200 {
		n.Fatalf("GET %s: %d %s", path, r.status, r.body)
	}
	return decode[T](n, r.body)
}

func decode[T any](n *node, body string) T {
	n.Helper()
	var v T
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		n.Fatalf("%v in %.300s", err, body)
	}
	return v
}

func TestBoard(t *testing.T) {
	n := start(t)
	b := read[httpapi.Board](n, "/api/v1/board")
	if b.Pack != n.desk.pack.ID || b.PackDigest != n.desk.pack.Digest || b.Query.AsOf != today || b.Query.BelievedOn != today {
		t.Errorf("head: %+v", b.Query)
	}
	if b.Total != len(n.desk.pack.Plan.Targets) || len(b.Targets) != b.Total || b.Limit != 60 || len(b.Projects) != len(n.desk.pack.Plan.Projects) {
		t.Errorf("%d targets of %d, %d projects", len(b.Targets), b.Total, len(b.Projects))
	}
	sum := 0
	for _, c := range b.Summary.Targets {
		sum += c
	}
	if sum != b.Total {
		t.Errorf("the summary counts %d targets of %d", sum, b.Total)
	}
	for _, c := range b.Targets {
		if c.Verdict == "" || len(c.Reasons) == 0 || c.Reasons[0].Text == "" || strings.HasPrefix(c.Reasons[0].Text, "[") {
			t.Errorf("%s: %s %+v", c.ID, c.Verdict, c.Reasons)
		}
		if c.Current != nil && (c.Current.Evidence != nil || c.Current.Inputs == 0) {
			t.Errorf("%s: a card carries its evidence, or hides that there is some", c.ID)
		}
	}
}

func TestBoardFiltersAndPages(t *testing.T) {
	n := start(t)
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"a page", "limit=2&offset=1", []string{"rail-2026", "road-2026"}},
		{"beyond the end", "offset=100", nil},
		{"a field", "field=homes", []string{"people-2026"}},
		{"a Chinese name", "q=轨道", []string{"rail-2026"}},
		{"an English name, any case", "q=RAIL", []string{"rail-2026"}},
		{"two words", "q=new+km", []string{"road-2026"}},
		{"an id", "q=people-2026", []string{"people-2026"}},
		{"a verdict", "verdict=no-data", []string{"circle"}},
		{"one of two verdicts", "verdict=no-data,met", []string{"people-2026", "road-2026", "circle"}},
		{"nothing", "q=volcano", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, card := range read[httpapi.Board](n, "/api/v1/board?"+c.query).Targets {
				got = append(got, card.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestThePastDoesNotShowItsFuture(t *testing.T) {
	n := start(t)
	before := read[httpapi.Board](n, "/api/v1/board?asOf=2023-12-31&believedOn=2023-12-31")
	after := read[httpapi.Board](n, "/api/v1/board?asOf=2026-06-30")
	rail := func(b httpapi.Board) httpapi.Card { return b.Targets[1] }
	if rail(before).Current.Value != 20 || rail(after).Current.Value != 40.5 {
		t.Errorf("rail: %v then %v, want 20 then 40.5", rail(before).Current.Value, rail(after).Current.Value)
	}
	for _, p := range read[[]httpapi.Standing](n, "/api/v1/projects?asOf=2023-01-01&believedOn=2023-01-01") {
		for _, m := range p.Milestones {
			for _, d := range append(m.Planned, httpapi.Dated{Known: 1}) {
				if d.Known > 738521 { // 2023-01-01
					t.Errorf("%s shows a promise of %s", p.ID, d.Known)
				}
			}
			if m.Actual != nil && m.Actual.Known > 738521 {
				t.Errorf("%s shows that it happened on %s", p.ID, m.Actual.Date)
			}
		}
	}
}

func TestTargetOpensDownToTheRow(t *testing.T) {
	n := start(t)
	one := read[httpapi.Target](n, "/api/v1/targets/people-2026")
	if one.Current == nil || len(one.Current.Evidence) != 1 || one.Current.Evidence[0].Log < 1 || one.Current.Evidence[0].Ref == nil {
		t.Fatalf("evidence: %+v", one.Current)
	}
	if len(one.Methods) < 5 || one.Methods[0].Text == "" || one.Baseline == nil || one.Ref == nil {
		t.Errorf("methods %d, baseline %v", len(one.Methods), one.Baseline)
	}
	rail := read[httpapi.Target](n, "/api/v1/targets/rail-2026")
	if len(rail.ByRule) != 2 || len(rail.Contributions) != 2 {
		t.Fatalf("%d rules, %d contributions", len(rail.ByRule), len(rail.Contributions))
	}
	for _, c := range rail.Contributions {
		sum := c.Residual
		for _, p := range c.Projects {
			sum += p.Amount
		}
		if sum != c.Change || c.End-c.Start != c.Change {
			t.Errorf("%s: parts make %v, the change is %v", c.Rule, sum, c.Change)
		}
	}
}

func TestIndicators(t *testing.T) {
	n := start(t)
	list := read[[]httpapi.Indicator](n, "/api/v1/indicators")
	if len(list) != len(n.desk.pack.Plan.Indicators) || list[0].Latest == nil || len(list[0].Targets) == 0 {
		t.Fatalf("%+v", list)
	}
	people := read[httpapi.IndicatorPage](n, "/api/v1/indicators/people")
	if len(people.Series) != 3 || len(people.Targets) != 1 || len(people.Rules) != 0 {
		t.Errorf("people: %d scopes, %d targets, %d rules", len(people.Series), len(people.Targets), len(people.Rules))
	}
	for _, s := range people.Series {
		for i := 1; i < len(s.Points); i++ {
			if s.Points[i].Date <= s.Points[i-1].Date {
				t.Errorf("%s: points out of order", s.Scope)
			}
		}
	}
	rail := read[httpapi.IndicatorPage](n, "/api/v1/indicators/rail-km")
	if len(rail.Rules) != 2 || rail.Rules[0].Contributions == nil || len(rail.Rules[0].Value.Evidence) == 0 || len(rail.Rules[0].Series) != 2 {
		t.Errorf("rail: %+v", rail.Rules)
	}
	m := read[httpapi.Measures](n, "/api/v1/measures/rail-km?rule="+rail.Rules[1].Rule.ID+"&since=2023-12-31")
	if len(m.Rules) != 1 || m.Rules[0].Contributions.From.String() != "2023-12-31" {
		t.Errorf("measures: %+v", m.Rules)
	}
}

func TestPackNetworkProjectSearch(t *testing.T) {
	n := start(t)
	p := read[httpapi.Pack](n, "/api/v1/pack")
	if p.Today != today || len(p.Sources) == 0 || len(p.Fields) == 0 || len(p.Hedges) == 0 || len(p.Districts) == 0 || p.Outlines.Grade == "" {
		t.Errorf("%+v", p)
	}
	status := map[string]string{}
	for _, s := range read[[]httpapi.Section](n, "/api/v1/network?asOf=2024-01-01") {
		status[s.Section] = s.Status
	}
	if status["line-1-west"] != "open" || status["line-1-east"] != "late" || status["ring-north"] == "open" {
		t.Errorf("%v", status)
	}
	if one := read[httpapi.Standing](n, "/api/v1/projects/finish-line-1"); one.State != "kept" || one.SlipMonths == nil {
		t.Errorf("%+v", one)
	}
	for text, want := range map[string]string{"people-2026": "target", "yearbook": "source", "轨道": "target", "line-1": "line", "": "", "zzz": ""} {
		got := read[[]httpapi.Found](n, "/api/v1/search?q="+text)
		if want == "" && len(got) > 0 || want != "" && (len(got) == 0 || got[0].Kind != want) {
			t.Errorf("search %q: %+v, want a %s first", text, got, want)
		}
	}
}

func TestObservationsComeInAndGoOut(t *testing.T) {
	n := start(t)
	all := read[httpapi.ObservationList](n, "/api/v1/observations?limit=2&offset=1")
	if all.Total != len(n.desk.pack.Plan.Observations) || len(all.Items) != 2 {
		t.Errorf("%d of %d", len(all.Items), all.Total)
	}
	r := n.post("/api/v1/observations", `{"indicator":"people","scope":"towns","period":"2025","value":88.5,"source":"yearbook","published":"2026-03-01"}`)
	o := decode[httpapi.Observation](n, r.body)
	if r.status != http.StatusCreated || o.By != "tester" || o.Version != 1 || o.ID != "new-1" || o.Grade != "b" {
		t.Fatalf("%d %+v", r.status, o)
	}
	r = n.post("/api/v1/observations", `{"id":"new-1","indicator":"people","scope":"towns","period":"2025","value":88.6,"source":"yearbook","published":"2026-04-01","reason":"misprint"}`)
	if o = decode[httpapi.Observation](n, r.body); o.Version != 2 || o.Reason != "misprint" {
		t.Errorf("correction: %s", r.body)
	}
	if got := read[httpapi.Target](n, "/api/v1/targets/people-2026"); got.Current.Value != 88.6 || got.Current.Evidence[0].Version != 2 {
		t.Errorf("the board still says %+v", got.Current)
	}
	if r = n.post("/api/v1/observations/new-1/withdraw", `{"reason":"retracted"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if v := read[[]httpapi.Observation](n, "/api/v1/observations/new-1"); len(v) != 3 || !v[2].Withdrawn {
		t.Errorf("%+v", v)
	}
	if p := n.problem(n.post("/api/v1/observations/new-1/withdraw", `{"reason":"again"}`)); p.Code != "withdrawn" || p.Status != 409 {
		t.Errorf("%+v", p)
	}
}

// upload sends a file as a browser's form does.
func (n *node) upload(name string, content []byte, headers ...string) reply {
	n.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		n.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		n.Fatal(err)
	}
	if err := form.Close(); err != nil {
		n.Fatal(err)
	}
	return n.do("POST", "/api/v1/observations/import", &b, append([]string{"Content-Type", form.FormDataContentType(), "Authorization", "Bearer " + secret}, headers...)...)
}

func TestImportIsAllOrNone(t *testing.T) {
	n := start(t)
	before := len(n.desk.all)
	good := "indicator,scope,period,value,source,published\npeople,towns,2025,88.5,yearbook,2026-03-01\npeople,core,2025,71,yearbook,2026-03-01\n"
	r := n.upload("bad.csv", []byte(good+"people,nowhere,2025,1万,yearbook,2026-03-01\n"))
	p := n.problem(r)
	if p.Code != "bad-observations" || len(p.Errors) != 2 || p.Errors[0].Row != 4 || p.Errors[0].Column != "scope" || p.Errors[1].Column != "value" || len(n.desk.all) != before {
		t.Fatalf("%+v", p)
	}
	if !strings.Contains(p.Errors[1].Remedy, "10000") {
		t.Errorf("the remedy does not write the figure out: %q", p.Errors[1].Remedy)
	}
	r = n.upload("good.csv", []byte(good))
	if a := decode[httpapi.Added](n, r.body); r.status != 200 || a.Added != 2 || len(n.desk.all) != before+2 {
		t.Errorf("%d %s", r.status, r.body)
	}
	for name, code := range map[string]string{"\"x\" y,1\n": "bad-file-syntax", "\xff\x80\x80": "bad-file-encoding", "PK\x03\x04": "bad-file-workbook"} {
		if p := n.problem(n.upload("x", []byte(name))); p.Code != code {
			t.Errorf("%q: %s, want %s", name, p.Code, code)
		}
	}
}

func TestDocuments(t *testing.T) {
	n := start(t)
	for path, kind := range map[string]string{
		"/report?lang=en": "text/html; charset=utf-8", "/report?lang=zh-CN&asOf=2024-12-31": "text/html; charset=utf-8",
		"/api/v1/export/board.json": "application/json", "/api/v1/export/board.csv?lang=zh-CN": "text/csv; charset=utf-8",
		"/api/v1/export/board.xlsx":             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"/api/v1/observations/template.csv":     "text/csv; charset=utf-8",
		"/api/v1/observations/template.xlsx":    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"/api/v1/evidence/export":               "application/zip",
		"/tiles/area/8/208/107.mvt":             "application/vnd.mapbox-vector-tile",
		"/tiles/area/0/0/0.mvt?asOf=2024-01-01": "application/vnd.mapbox-vector-tile",
		"/openapi.yaml":                         "application/yaml; charset=utf-8",
		"/healthz":                              "application/json",
	} {
		r := n.get(path)
		if r.status != 200 || r.header.Get("Content-Type") != kind {
			t.Errorf("GET %s: %d, %s, want %s", path, r.status, r.header.Get("Content-Type"), kind)
		}
		if strings.Contains(path, "export/board") && !strings.Contains(r.header.Get("Content-Disposition"), "2026-06-30") {
			t.Errorf("%s is called %q", path, r.header.Get("Content-Disposition"))
		}
	}
	if r := n.get("/report"); !strings.Contains(r.header.Get("Content-Security-Policy"), "default-src 'none'") || len(r.header.Values("Content-Security-Policy")) != 1 {
		t.Errorf("the report may run more than nothing: %q", r.header.Values("Content-Security-Policy"))
	}
	e := read[httpapi.LogEntry](n, "/api/v1/evidence/3")
	if e.Index != 3 || len(e.Proof) != 1 || string(e.Leaf) != `{"kind":"pack"}` || e.Size == 0 {
		t.Errorf("%+v", e)
	}
}

// problem reads an answer that has to be one.
func (n *node) problem(r reply) httpapi.Problem {
	n.Helper()
	if !strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") {
		n.Fatalf("%d %s is no problem: %.300s", r.status, r.header.Get("Content-Type"), r.body)
	}
	p := decode[httpapi.Problem](n, r.body)
	if p.Status != r.status || p.Type != "urn:conurb:problem:"+p.Code || p.Title == "" || p.Detail == "" || p.Remedy == "" || len(p.Instance) < 25 {
		n.Errorf("%d: %+v", r.status, p)
	}
	for _, text := range []string{p.Title, p.Detail, p.Remedy} {
		if strings.ContainsAny(text, "{}[") {
			n.Errorf("not filled in: %q", text)
		}
	}
	for _, f := range p.Errors {
		if f.Detail == "" || f.Remedy == "" || strings.ContainsAny(f.Detail+f.Remedy, "{}[") {
			n.Errorf("not filled in: %+v", f)
		}
	}
	return p
}

func TestEveryProblem(t *testing.T) {
	draft := `{"indicator":"people","scope":"towns","period":"2025","value":88.5,"source":"yearbook","published":"2026-03-01"}`
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		code, says               string
	}{
		{"a date that is none", "GET", "/api/v1/board?asOf=2024-02-30", "", nil, 422, "bad-date", "asOf"},
		{"the other date", "GET", "/report?believedOn=yesterday", "", nil, 422, "bad-date", "believedOn"},
		{"a third date", "GET", "/api/v1/measures/rail-km?since=x", "", nil, 422, "bad-date", "since"},
		{"a log that long there is not", "GET", "/api/v1/board?atLog=100000", "", nil, 422, "bad-log", "100000"},
		{"a log below zero", "GET", "/api/v1/board?atLog=-1", "", nil, 422, "invalid", ""},
		{"a limit that is a word", "GET", "/api/v1/board?limit=all", "", nil, 422, "invalid", ""},
		{"a limit too large", "GET", "/api/v1/board?limit=100000", "", nil, 422, "invalid", ""},
		{"a verdict that is none", "GET", "/api/v1/board?verdict=good", "", nil, 422, "bad-verdict", "good"},
		{"an unknown target", "GET", "/api/v1/targets/moon", "", nil, 404, "unknown", "moon"},
		{"an unknown indicator", "GET", "/api/v1/indicators/moon", "", nil, 404, "unknown", "moon"},
		{"an unknown project", "GET", "/api/v1/projects/moon", "", nil, 404, "unknown", "moon"},
		{"an unknown observation", "GET", "/api/v1/observations/moon", "", nil, 404, "unknown", "moon"},
		{"an unknown rule", "GET", "/api/v1/measures/rail-km?rule=moon", "", nil, 404, "unknown", "moon"},
		{"an indicator that is not measured", "GET", "/api/v1/measures/people", "", nil, 422, "not-measured", "people"},
		{"a log entry too far", "GET", "/api/v1/evidence/999", "", nil, 404, "unknown", "999"},
		{"a log entry that is a word", "GET", "/api/v1/evidence/first", "", nil, 422, "invalid", ""},
		{"a tile that is none", "GET", "/tiles/area/3/9/0.mvt", "", nil, 422, "bad-tile", "3/9/0"},
		{"a tile without its ending", "GET", "/tiles/area/3/1/1", "", nil, 422, "bad-tile", "3/1/1"},
		{"no such address", "GET", "/api/v1/weather", "", nil, 404, "no-such-path", "/api/v1/weather"},
		{"no such method", "DELETE", "/api/v1/observations/people-2020", "", nil, 405, "no-such-method", "GET"},
		{"no such method on a post", "GET", "/api/v1/observations/import/x/y", "", nil, 404, "no-such-path", ""},
		{"writing to the page", "POST", "/board", "", nil, 404, "no-such-path", "/board"},
		{"no token", "POST", "/api/v1/observations", draft, []string{"Authorization", ""}, 401, "unauthorised", ""},
		{"a wrong token", "POST", "/api/v1/observations", draft, []string{"Authorization", "Bearer wrong"}, 401, "unauthorised", ""},
		{"not a token at all", "POST", "/api/v1/observations", draft, []string{"Authorization", "Basic " + secret}, 401, "unauthorised", ""},
		{"no token goes before a bad body", "POST", "/api/v1/observations", "{", []string{"Authorization", ""}, 401, "unauthorised", ""},
		{"another site's browser", "POST", "/api/v1/observations", draft, []string{"Sec-Fetch-Site", "cross-site"}, 403, "cross-origin", ""},
		{"another origin", "POST", "/api/v1/observations", draft, []string{"Origin", "https://evil.example"}, 403, "cross-origin", ""},
		{"half a body", "POST", "/api/v1/observations", "{", nil, 400, "malformed", ""},
		{"no body", "POST", "/api/v1/observations", "", nil, 400, "malformed", ""},
		{"a body of another kind", "POST", "/api/v1/observations", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "media-type", ""},
		{"a field too many", "POST", "/api/v1/observations", strings.Replace(draft, "{", `{"status":"good",`, 1), nil, 422, "invalid", ""},
		{"a field too few", "POST", "/api/v1/observations", `{"indicator":"people"}`, nil, 422, "invalid", ""},
		{"a measured indicator", "POST", "/api/v1/observations", strings.Replace(draft, "people", "rail-km", 1), nil, 422, "bad-observations", ""},
		{"an empty reason", "POST", "/api/v1/observations/people-2020/withdraw", `{"reason":""}`, nil, 422, "invalid", ""},
		{"withdrawing nothing", "POST", "/api/v1/observations/moon/withdraw", `{"reason":"x"}`, nil, 404, "unknown", "moon"},
		{"a body too large", "POST", "/api/v1/observations", `{"note":"` + strings.Repeat("x", 2<<20) + `"}`, nil, 413, "too-large", ""},
		{"an import without a file", "POST", "/api/v1/observations/import", "x", nil, 422, "invalid", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := start(t)
			headers := append([]string{"Content-Type", "application/json", "Authorization", "Bearer " + secret}, c.headers...)
			p := n.problem(n.do(c.method, c.path, strings.NewReader(c.body), headers...))
			if p.Status != c.status || p.Code != c.code || !strings.Contains(p.Detail+p.Remedy, c.says) {
				t.Errorf("got %d %s %q, want %d %s with %q", p.Status, p.Code, p.Detail, c.status, c.code, c.says)
			}
			if c.code == "invalid" && len(p.Errors) == 0 {
				t.Error("it does not say what is invalid")
			}
			if c.status == 401 && n.do(c.method, c.path, nil, headers...).header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
		})
	}
}

func TestProblemsSpeakBothLanguages(t *testing.T) {
	n := start(t)
	say := func(path string, headers ...string) string { return n.problem(n.get(path, headers...)).Title }
	zh, en := locale.T("zh-CN", "problem.bad-date", nil), locale.T("en", "problem.bad-date", nil)
	for _, c := range []struct{ got, want string }{
		{say("/api/v1/board?asOf=x&lang=en", "Accept-Language", "zh-CN"), en},
		{say("/api/v1/board?asOf=x", "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8"), zh},
		{say("/api/v1/board?asOf=x", "Accept-Language", "en-GB,en"), en},
		{say("/api/v1/board?asOf=x", "Accept-Language", "fr"), zh},
		{say("/api/v1/board?asOf=x&lang=zh"), zh},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestFailuresInside(t *testing.T) {
	n := start(t)
	n.desk.err = io.ErrUnexpectedEOF
	if p := n.problem(n.get("/api/v1/board")); p.Status != 500 || p.Code != "internal" || strings.Contains(p.Detail, "EOF") {
		t.Errorf("%+v", p)
	}
	if p := n.problem(n.post("/api/v1/observations", `{"indicator":"people","scope":"towns","period":"2025","value":1,"source":"yearbook","published":"2026-03-01"}`)); p.Code != "internal" {
		t.Errorf("%+v", p)
	}
	n.desk.err, n.desk.trip = nil, true
	if p := n.problem(n.get("/api/v1/board")); p.Status != 500 || p.Code != "internal" {
		t.Errorf("%+v", p)
	}
	n.desk.trip = false
	if r := n.get("/api/v1/board"); r.status != 200 {
		t.Errorf("after a panic: %d", r.status)
	}
}

func TestMannersOfEveryAnswer(t *testing.T) {
	n := start(t)
	r := n.get("/api/v1/board")
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Content-Security-Policy": "worker-src 'self' blob:",
		"X-Frame-Options": "SAMEORIGIN", "Vary": "Accept-Encoding", "Etag": `W/"`, "X-Request-Id": "",
	} {
		if got := r.header.Get(header); got == "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q", header, got)
		}
	}
	if csp := r.header.Get("Content-Security-Policy"); strings.Contains(csp, "http") || strings.Contains(csp, "*") {
		t.Errorf("an outside host is allowed: %s", csp)
	}
	again := n.get("/api/v1/board", "If-None-Match", `"other", `+r.header.Get("ETag"))
	if again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("the same board again: %d, %d bytes", again.status, len(again.body))
	}
	if other := n.get("/api/v1/board?asOf=2022-01-01", "If-None-Match", r.header.Get("ETag")); other.status != 200 {
		t.Errorf("another board: %d", other.status)
	}
	zipped := n.get("/api/v1/board", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(strings.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil || string(plain) != r.body || zipped.header.Get("Content-Encoding") != "gzip" || len(zipped.body) > len(plain)/2 {
		t.Errorf("compressed: %v, %d of %d bytes", err, len(zipped.body), len(plain))
	}
	if small := n.get("/healthz", "Accept-Encoding", "gzip"); small.header.Get("Content-Encoding") != "" {
		t.Error("a small answer was compressed")
	}
	if head := n.do("HEAD", "/api/v1/board", nil); head.status != 200 || head.header.Get("ETag") != r.header.Get("ETag") || head.body != "" {
		t.Errorf("HEAD: %d %q", head.status, head.header.Get("ETag"))
	}
}

func TestPage(t *testing.T) {
	dist := fstest.MapFS{
		"index.html":           {Data: []byte("<!doctype html><title>the page</title>")},
		"assets/app-1a2b.js":   {Data: []byte("export {}")},
		"assets/worker.mjs":    {Data: []byte("export {}")},
		"favicon.svg":          {Data: []byte("<svg/>")},
		"manifest.webmanifest": {Data: []byte("{}")},
	}
	n := startWith(t, httpapi.Options{Page: dist})
	for path, want := range map[string]string{
		"/": "text/html", "/index.html": "text/html", "/indicator/people": "text/html", "/board": "text/html",
		"/assets/app-1a2b.js": "text/javascript", "/assets/worker.mjs": "text/javascript", "/favicon.svg": "image/svg+xml",
	} {
		r := n.get(path)
		if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), want) {
			t.Errorf("%s: %d %s", path, r.status, r.header.Get("Content-Type"))
		}
		if immutable := strings.Contains(r.header.Get("Cache-Control"), "immutable"); immutable != strings.HasPrefix(path, "/assets/") {
			t.Errorf("%s: Cache-Control %q", path, r.header.Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/assets/gone.js", "/../secret.txt", "/assets/../../secret.txt", "/.env"} {
		if r := n.get(path); r.status == 200 && !strings.Contains(r.body, "the page") || strings.HasSuffix(path, ".js") && r.status != 404 {
			t.Errorf("%s: %d %.60s", path, r.status, r.body)
		}
	}
	for name, o := range map[string]httpapi.Options{"no page": {}, "not built": {Page: fstest.MapFS{".keep": {}}}} {
		r := startWith(t, o).get("/?lang=en")
		if r.status != http.StatusServiceUnavailable || !strings.Contains(r.body, "make run") {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

func TestACardKeepsTheShapeOfALongSeries(t *testing.T) {
	files := packtest.Large(1, 120)
	d := newDesk(t, files)
	n := &node{t, d, serve(t, d)}
	for _, c := range read[httpapi.Board](n, "/api/v1/board?q=bulk-target-0").Targets {
		full := read[httpapi.Target](n, "/api/v1/targets/"+c.ID).Series
		if len(full) != 120 || len(c.Series) != 40 || c.Series[0] != full[0] || c.Series[39] != full[119] {
			t.Errorf("%d points of %d", len(c.Series), len(full))
		}
	}
}
