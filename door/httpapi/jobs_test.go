package httpapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"conurb/door/httpapi"
)

// office is long work of three jobs.
type office struct{ jobs []httpapi.LongJob }

var _ httpapi.Jobs = (*office)(nil)

func (o *office) Jobs(_ context.Context, state string) (out []httpapi.LongJob, err error) {
	for _, j := range o.jobs {
		if state == "" || j.State == state {
			out = append(out, j)
		}
	}
	return out, nil
}

func (o *office) Job(_ context.Context, id string) (httpapi.LongJob, error) {
	for _, j := range o.jobs {
		if j.ID == id {
			return j, nil
		}
	}
	return httpapi.LongJob{}, httpapi.ErrUnknown
}

func (o *office) CancelJob(ctx context.Context, id string) (httpapi.LongJob, error) {
	for i := range o.jobs {
		if o.jobs[i].ID == id {
			o.jobs[i].State = "cancelled"
		}
	}
	return o.Job(ctx, id)
}

func TestLongWorkIsTold(t *testing.T) {
	made := time.Date(2026, 11, 26, 8, 30, 0, 0, time.UTC)
	o := &office{[]httpapi.LongJob{
		{ID: "3", Kind: "contribution", State: "waiting", SecondsLeft: -1, Made: made},
		{ID: "2", Kind: "contribution", State: "running", Done: 70, Total: 128, SecondsLeft: 56, Made: made, Started: made.Add(time.Second)},
		{ID: "1", Kind: "contribution", State: "failed", SecondsLeft: -1, Made: made, Ended: made, Code: "job.error.lost", Args: map[string]string{"n": "8"}},
	}}
	n := startWith(t, httpapi.Options{Jobs: o})
	for _, c := range []struct {
		path   string
		status int
		want   []string
		not    string
	}{
		{"/api/v1/jobs", 200, []string{`"id":"3"`, `"id":"2"`, `"id":"1"`}, ""},
		{"/api/v1/jobs?state=running", 200, []string{`"id":"2"`, `"done":70`, `"total":128`, `"secondsLeft":56`, `"started":"2026-11-26T08:30:01Z"`}, `"id":"3"`},
		{"/api/v1/jobs?state=done", 200, []string{"[]"}, "id"},
		{"/api/v1/jobs?state=asleep", 422, []string{"waiting"}, ""},
		{"/api/v1/jobs/3", 200, []string{`"state":"waiting"`}, "secondsLeft"},
		{"/api/v1/jobs/1?lang=en", 200, []string{"lost 8 workers", `"remedy":"It may need`}, ""},
		{"/api/v1/jobs/1?lang=zh-CN", 200, []string{"先后失去了 8 个工作进程"}, "workers"},
		{"/api/v1/jobs/9?lang=en", 404, []string{`"code":"unknown"`, "job 9"}, ""},
	} {
		got := n.get(c.path)
		if got.status != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.path, got.status, c.status, got.body)
		}
		for _, want := range c.want {
			if !strings.Contains(got.body, want) {
				t.Errorf("%s: %s does not hold %s", c.path, got.body, want)
			}
		}
		if c.not != "" && strings.Contains(got.body, c.not) {
			t.Errorf("%s: %s holds %s", c.path, got.body, c.not)
		}
	}
}

func TestLongWorkIsCancelledWithAToken(t *testing.T) {
	o := &office{[]httpapi.LongJob{{ID: "2", Kind: "contribution", State: "running"}}}
	n := startWith(t, httpapi.Options{Jobs: o})
	if got := n.do("POST", "/api/v1/jobs/2/cancel", nil); got.status != 401 || o.jobs[0].State != "running" {
		t.Errorf("without a token: %d, %s", got.status, o.jobs[0].State)
	}
	if got := n.post("/api/v1/jobs/2/cancel", ""); got.status != 200 || !strings.Contains(got.body, `"state":"cancelled"`) {
		t.Errorf("with a token: %d, %s", got.status, got.body)
	}
	if got := n.post("/api/v1/jobs/9/cancel", ""); got.status != 404 {
		t.Errorf("unknown: %d, %s", got.status, got.body)
	}
	if got := start(t).get("/api/v1/jobs"); got.status != 200 || strings.TrimSpace(got.body) != "[]" {
		t.Errorf("a node without long work: %d, %s", got.status, got.body)
	}
}
