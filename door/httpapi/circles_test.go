package httpapi_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"

	"conurb/door/httpapi"
)

// rounds are circles that remember what they were asked, and refuse one work.
type rounds struct {
	asked  []httpapi.CircleQuery
	shares httpapi.CircleShareQuery
	format string
	ended  string
}

var _ httpapi.Circles = (*rounds)(nil)

func (r *rounds) take(q httpapi.CircleQuery) (httpapi.CircleState, error) {
	r.asked = append(r.asked, q)
	for _, w := range q.With {
		if w == "castle" {
			return httpapi.CircleState{}, &httpapi.CircleFault{Code: "no-such-work", Value: w, All: []string{"ring", "bridge"}}
		}
	}
	return httpapi.CircleState{AsOf: q.AsOf, Mode: q.Mode, On: []string{}}, nil
}

func (r *rounds) Frame(context.Context) (*httpapi.CircleFrame, error) {
	return &httpapi.CircleFrame{Network: "town", Modes: []string{"transit"}}, nil
}

func (r *rounds) Result(_ context.Context, q httpapi.CircleQuery) (*httpapi.CircleResult, error) {
	s, err := r.take(q)
	return &httpapi.CircleResult{CircleState: s, People: 77}, err
}

func (r *rounds) Cells(_ context.Context, q httpapi.CircleQuery) (*httpapi.CircleCells, error) {
	s, err := r.take(q)
	return &httpapi.CircleCells{CircleState: s}, err
}

func (r *rounds) Compare(_ context.Context, from, to httpapi.CircleQuery) (*httpapi.CircleComparison, error) {
	a, err := r.take(from)
	if err != nil {
		return nil, err
	}
	b, err := r.take(to)
	return &httpapi.CircleComparison{From: a, To: b}, err
}

func (r *rounds) Contributions(_ context.Context, q httpapi.CircleShareQuery, _ string) (*httpapi.CircleContributions, error) {
	r.shares = q
	return &httpapi.CircleContributions{State: "working", Job: "7", Method: q.Method}, nil
}

func (r *rounds) Cancel(_ context.Context, job string) error {
	if r.ended = job; job != "7" {
		return &httpapi.CircleFault{Code: "no-such-job", Value: job}
	}
	return nil
}

func (r *rounds) Export(_ context.Context, q httpapi.CircleQuery, format, _ string, to io.Writer) error {
	if _, err := r.take(q); err != nil {
		return err
	}
	r.format = format
	_, err := io.WriteString(to, "a file")
	return err
}

func round(t *testing.T) (*node, *rounds) {
	r := &rounds{}
	return startWith(t, httpapi.Options{Circles: r}), r
}

func TestCirclesAreAskedAboutAState(t *testing.T) {
	n, r := round(t)
	got := read[httpapi.CircleResult](n, "/api/v1/circles/result?asOf=2023-12-31&mode=car&with=a,%20b&without=c&reach=true&threshold=0.7")
	want := httpapi.CircleQuery{AsOf: "2023-12-31", Mode: "car", With: []string{"a", "b"}, Without: []string{"c"}, Reach: true, Threshold: 0.7}
	if !reflect.DeepEqual(r.asked, []httpapi.CircleQuery{want}) || got.People != 77 || got.AsOf != "2023-12-31" {
		t.Errorf("asked %+v, answered %+v", r.asked, got)
	}
	if f := read[httpapi.CircleFrame](n, "/api/v1/circles"); f.Network != "town" {
		t.Errorf("%+v", f)
	}
	if c := read[httpapi.CircleCells](n, "/api/v1/circles/cells?mode=transit"); c.Mode != "transit" {
		t.Errorf("%+v", c)
	}
}

func TestCirclesAreComparedWithAnotherState(t *testing.T) {
	n, r := round(t)
	read[httpapi.CircleComparison](n, "/api/v1/circles/comparison?asOf=plan&mode=car&with=a&baseAsOf=2021-12-31&baseWithout=c")
	want := []httpapi.CircleQuery{{AsOf: "2021-12-31", Mode: "car", Without: []string{"c"}}, {AsOf: "plan", Mode: "car", With: []string{"a"}}}
	if !reflect.DeepEqual(r.asked, want) {
		t.Errorf("asked %+v, want %+v", r.asked, want)
	}
	r.asked = nil
	read[httpapi.CircleComparison](n, "/api/v1/circles/comparison?asOf=2024-01-01&baseWithout=c")
	if len(r.asked) != 2 || r.asked[0].AsOf != "2024-01-01" {
		t.Errorf("the same day when none is named: %+v", r.asked)
	}
}

func TestContributionsAreFollowedAndGivenUp(t *testing.T) {
	n, r := round(t)
	got := read[httpapi.CircleContributions](n, "/api/v1/circles/contributions?asOf=plan&indicator=circle-30&method=add-first&budget=1e10&base=2022-01-01")
	if got.State != "working" || r.shares.Budget != 1e10 || r.shares.Base != "2022-01-01" || r.shares.Indicator != "circle-30" || r.shares.Method != "add-first" {
		t.Errorf("asked %+v, answered %+v", r.shares, got)
	}
	if a := n.do("POST", "/api/v1/circles/contributions/7/cancel", nil); a.status != 204 || r.ended != "7" {
		t.Errorf("cancelling: %d %s", a.status, a.body)
	}
	if a := n.do("POST", "/api/v1/circles/contributions/8/cancel", nil); a.status != 404 || !strings.Contains(a.body, "no-such-job") {
		t.Errorf("cancelling what is not there: %d %s", a.status, a.body)
	}
}

func TestCirclesAsAFile(t *testing.T) {
	n, r := round(t)
	for format, kind := range map[string]string{"csv": "text/csv", "geojson": "application/geo+json", "parquet": "application/vnd.apache.parquet", "xlsx": "spreadsheetml"} {
		a := n.get("/api/v1/circles/export?asOf=plan&mode=car&format=" + format)
		if a.status != 200 || a.body != "a file" || r.format != format || !strings.Contains(a.header.Get("Content-Type"), kind) || !strings.Contains(a.header.Get("Content-Disposition"), "circles-plan-car."+format) {
			t.Errorf("%s: %d %s %v", format, a.status, a.body, a.header)
		}
	}
	for query, want := range map[string]string{"": "circles.csv", "?mode=car": "circles-car.csv"} {
		if a := n.get("/api/v1/circles/export" + query); !strings.Contains(a.header.Get("Content-Disposition"), `"`+want+`"`) {
			t.Errorf("%q: %v", query, a.header)
		}
	}
}

func TestCirclesRefuse(t *testing.T) {
	n, _ := round(t)
	for path, code := range map[string]string{
		"/api/v1/circles/result?with=castle":           "no-such-work",
		"/api/v1/circles/export?with=castle":           "no-such-work",
		"/api/v1/circles/comparison?baseWith=castle":   "no-such-work",
		"/api/v1/circles/result?threshold=2":           "invalid",
		"/api/v1/circles/result?believed=2020-01-01":   "unknown-parameter",
		"/api/v1/circles/contributions?method=by-hand": "invalid",
		"/api/v1/circles/export?format=pdf":            "invalid",
	} {
		a := n.get(path)
		p := decode[httpapi.Problem](n, a.body)
		if a.status < 400 || p.Code != code || p.Remedy == "" || strings.HasPrefix(p.Detail, "[") {
			t.Errorf("%s: %d %+v, want %s", path, a.status, p, code)
		}
	}
	none := start(t)
	if a := none.get("/api/v1/circles"); a.status != 404 || !strings.Contains(a.body, "no-networks") {
		t.Errorf("a node without circles: %d %s", a.status, a.body)
	}
}
