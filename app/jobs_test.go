package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"conurb/app/job"
	"conurb/door/httpapi"
)

// Long work is asked for in Go, done by the node, and followed over HTTP.
func TestLongWorkOfANode(t *testing.T) {
	a := open(t, t.TempDir())
	echo := job.Kind{Name: "echo", Run: func(_ context.Context, args json.RawMessage, _ *job.Task) ([]byte, error) {
		if string(args) == `"bad"` {
			return nil, errors.New("no streets")
		}
		return args, nil
	}}
	jobs, err := a.Jobs([]job.Kind{echo}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- jobs.Work(ctx, 1) }()
	defer func() { stop(); <-ended }()
	server := httptest.NewServer(a.Handler(httpapi.Options{Jobs: LongWork(jobs)}))
	defer server.Close()
	get := func(path string) (int, string) {
		t.Helper()
		r, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		var b strings.Builder
		if err := r.Write(&b); err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, b.String()
	}
	for args, want := range map[string]string{"good": `"state":"done"`, "bad": `"cause":"The work broke off: no streets"`} {
		j, err := jobs.Submit(ctx, "echo", args)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jobs.Wait(ctx, j.ID); err != nil {
			t.Fatal(err)
		}
		if status, body := get("/api/v1/jobs/" + j.ID + "?lang=en"); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, %s", args, status, body)
		}
	}
	if _, body := get("/api/v1/jobs?state=done"); strings.Count(body, `"id"`) != 1 {
		t.Errorf("done: %s", body)
	}
	if status, _ := get("/api/v1/jobs/nothing"); status != 404 {
		t.Errorf("unknown: %d", status)
	}
}

func TestANodeInMemoryHasNoLongWork(t *testing.T) {
	a, err := InMemory(Options{Pack: small(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Jobs(nil, nil); !errors.Is(err, ErrNoDatabase) || a.Shared() {
		t.Errorf("got %v, want no database", err)
	}
}
