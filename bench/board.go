package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"conurb/app"
	"conurb/door/httpapi"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/pack"
	"conurb/store"
)

// size of the board that the claims are made for.
const (
	manyIndicators = 10_000
	manyValues     = 60
)

// boards measures a plan of 10,000 indicators with 60 values each: judging all
// targets anew, and the first page as a browser asks for it.
func boards(runs int) ([]row, error) {
	p, all := world(manyIndicators, manyValues)
	size := fmt.Sprintf("%d x %d", manyIndicators, manyValues)
	in := input(p, all)
	var rows []row
	judged, err := timed(runs, func() error {
		if b := board.Evaluate(in, asked); len(b.Targets) != manyIndicators {
			return fmt.Errorf("%d targets", len(b.Targets))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows = append(rows, row{what: "status of every target, recomputed", size: size, runs: judged, wanted: "< 2 s"})
	one, err := timed(runs, func() error {
		_, _ = board.EvaluateTarget(in, asked, p.Targets[manyIndicators/2].ID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows = append(rows, row{what: "status of one target", size: size, runs: one,
		ratio: fmt.Sprintf("%.0f times less than all", float64(median(judged))/float64(median(one)))})
	more, err := firstPage(runs, p, all, size)
	return append(rows, more...), err
}

// firstPage starts a node on a real database and asks for what the page asks for
// first, on days it has not computed yet and on days it has.
func firstPage(runs int, p *plan.Plan, all []plan.Observation, size string) ([]row, error) {
	dir, err := os.MkdirTemp("", "conurb-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	p.Observations = all
	packed := &pack.Pack{ID: "bench", Digest: "bench", Timezone: "UTC", Plan: *p, Files: map[string][]byte{"pack.yaml": []byte("pack: bench\n")}}
	ctx := context.Background()
	o := app.Options{Pack: packed, Data: dir, Now: func() time.Time { return asked.BelievedOn.Time() }}
	start := time.Now()
	a, err := app.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	first := []time.Duration{time.Since(start)}
	a.Close()
	start = time.Now()
	if a, err = app.Open(ctx, o); err != nil {
		return nil, err
	}
	defer a.Close()
	again := []time.Duration{time.Since(start)}
	server := httptest.NewServer(a.Handler(httpapi.Options{}))
	defer server.Close()
	day := asked.AsOf
	cold, err := timed(runs, func() error { day--; return get(server.URL, day.String()) })
	if err != nil {
		return nil, err
	}
	warm, err := timed(runs, func() error { return get(server.URL, day.String()) })
	if err != nil {
		return nil, err
	}
	return []row{
		{what: "first start: log and store all observations", size: size, runs: first},
		{what: "later start: read all observations", size: size, runs: again},
		{what: "first page of the board over HTTP, days never asked", size: size, runs: cold, wanted: "< 1.5 s"},
		{what: "first page of the board over HTTP, days asked before", size: size, runs: warm,
			ratio: fmt.Sprintf("%.0f times less", float64(median(cold))/float64(median(warm)))},
	}, nil
}

func get(url, day string) error {
	for _, path := range []string{"/api/v1/pack", "/api/v1/board?limit=60&asOf=" + day} {
		r, err := http.Get(url + path)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return err
		}
		if r.StatusCode != http.StatusOK || !json.Valid(b) {
			return fmt.Errorf("%s: %s", path, r.Status)
		}
	}
	return nil
}

// stores measures appending observations one at a time, each with its leaf and
// its signed checkpoint, against the same rows in one transaction.
func stores(runs int) ([]row, error) {
	dir, err := os.MkdirTemp("", "conurb-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	_, all := world(20, 10)
	ctx := context.Background()
	n := 0
	open := func() (*store.Store, error) {
		n++
		return store.Open(ctx, filepath.Join(dir, fmt.Sprint(n, ".db")), store.Options{})
	}
	single, err := timed(runs, func() error {
		s, err := open()
		if err != nil {
			return err
		}
		defer s.Close()
		for _, o := range all {
			if _, err := s.AppendObservations(ctx, []plan.Observation{o}, "bench"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	bulk, err := timed(runs, func() error {
		s, err := open()
		if err != nil {
			return err
		}
		defer s.Close()
		_, err = s.AppendObservations(ctx, all, "bench")
		return err
	})
	if err != nil {
		return nil, err
	}
	return []row{
		{what: "observations added one by one (SQLite, synchronous=FULL)", size: "200", runs: single},
		{what: "the same in one transaction", size: "200", runs: bulk, ratio: fmt.Sprintf("%.0f times less", float64(median(single))/float64(median(bulk)))},
	}, nil
}
