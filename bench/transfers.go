package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"conurb/app/node"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

var mostOpen = flag.Int("open", 100_000, "open transfers of the last measurement of their growth: 1,000, 10,000 ... up to this")

const (
	movesRun   = 1000 // of a measurement under load
	movesUnder = 256  // at a time
	movesAlone = 50   // one after another
	movesOld   = 100  // of a measurement without batches, all at a time
)

// transfers measures moves of registrations between three cities, with the office as the
// witness, from the first deed to the last answer: real signatures, real HTTP, each node with a
// database of its own; all in this process, on this machine.
func transfers(runs int) ([]row, error) {
	rows, err := commits(runs)
	if err != nil {
		return nil, err
	}
	bound := median(rows[0].runs)
	more, err := movesOn(runs, "SQLite, synchronous=FULL", sqliteIn, bound, true)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	if os.Getenv("CONURB_PG") == "" {
		return rows, nil
	}
	schemas, drop, err := postgresSchemas(os.Getenv("CONURB_PG"))
	if err != nil {
		return nil, err
	}
	kind, err := durability(os.Getenv("CONURB_PG"))
	if err != nil {
		return nil, errors.Join(err, drop())
	}
	more, err = movesOn(runs, kind, func(string) func(trustlist.Party) string { return schemas }, 0, false)
	return append(rows, more...), errors.Join(err, drop())
}

// durability names PostgreSQL with what its commits wait for.
func durability(dsn string) (string, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return "", err
	}
	defer db.Close()
	var fsync, commit string
	if err := errors.Join(db.QueryRow(`SHOW fsync`).Scan(&fsync), db.QueryRow(`SHOW synchronous_commit`).Scan(&commit)); err != nil {
		return "", err
	}
	if fsync == "off" {
		return "PostgreSQL, fsync=off: not durable", nil
	}
	return "PostgreSQL, synchronous_commit=" + commit, nil
}

func sqliteIn(dir string) func(trustlist.Party) string {
	return func(name trustlist.Party) string { return filepath.Join(dir, string(name)+".db") }
}

// commits measures what a commit costs that has to be on the disk, and no more: a row of 100
// bytes, by the same driver with the same settings.
func commits(runs int) ([]row, error) {
	const ops = 200
	dir, err := os.MkdirTemp("", "conurb-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "raw.db")+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL)`); err != nil {
		return nil, err
	}
	text := string(bytes.Repeat([]byte("x"), 100))
	took, err := timed(runs, func() error {
		for range ops {
			if _, err := db.Exec(`INSERT INTO t (text) VALUES (?)`, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r := row{what: "transfers: bare commits of SQLite, synchronous=FULL", size: "a row of 100 bytes, nothing else", runs: each(took, ops)}
	r.ratio = aSecond(r.runs)
	return []row{r}, nil
}

func each(took []time.Duration, n int) []time.Duration {
	out := slices.Clone(took)
	for i := range out {
		out[i] /= time.Duration(n)
	}
	return out
}

func aSecond(each []time.Duration) string {
	return fmt.Sprintf("%.0f a second", float64(time.Second)/float64(median(each)))
}

// openMoves makes the world of moves in a folder of its own, with so many persons in each city, and
// says how it is closed again.
func openMoves(dsns func(dir string) func(trustlist.Party) string, persons int, carry func(context.Context, *moving)) (w *moves, closed func(), err error) {
	dir, err := os.MkdirTemp("", "conurb-bench")
	if err != nil {
		return nil, nil, err
	}
	w, err = newMoves(dir, dsns(dir), carry)
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	closed = func() {
		w.stop()
		os.RemoveAll(dir)
	}
	for _, c := range w.cities {
		if err := w.enter(c, persons); err != nil {
			closed()
			return nil, nil, err
		}
	}
	return w, closed, nil
}

// movesOn measures on a kind of database.
func movesOn(runs int, kind string, dsns func(dir string) func(trustlist.Party) string, bound time.Duration, growth bool) (rows []row, err error) {
	w, closed, err := openMoves(dsns, movesUnder+movesRun, batched)
	if err != nil {
		return nil, err
	}
	defer closed()
	if _, err := w.moveMany(movesUnder, movesUnder); err != nil { // connections, statements
		return nil, err
	}
	alone, err := w.moveMany(movesAlone, 1)
	if err != nil {
		return nil, err
	}
	rows = append(rows, latency("transfers: one at a time, "+kind, "from the promise until both know that it is booked", alone))
	took, under, err := w.underLoad(runs)
	if err != nil {
		return nil, err
	}
	base := row{what: "transfers: " + kind, size: fmt.Sprintf("%d at a time, CPU %s each", movesUnder, w.cost), runs: took, wanted: "600 a second", ratio: aSecond(took)}
	if bound > 0 {
		base.ratio += fmt.Sprintf(", %.2f bare commits each", float64(median(took))/float64(bound))
	}
	rows = append(rows, base, latency("transfers: each of them, "+kind, fmt.Sprintf("%d at a time", movesUnder), under))
	for open := 1000; growth && open <= *mostOpen; open *= 10 {
		if err := w.permit(open - w.waiting); err != nil {
			return nil, err
		}
		w.waiting = open
		fmt.Fprintf(os.Stderr, "%d open transfers: measuring\n", open)
		took, _, err := w.underLoad(runs)
		fmt.Fprintf(os.Stderr, "%d open transfers: measured\n", open)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{what: "transfers: beside open ones, " + kind, size: fmt.Sprintf("%d open", open), runs: took,
			ratio: fmt.Sprintf("%s, %.2f x without", aSecond(took), float64(median(took))/float64(median(base.runs)))})
	}
	old, err := oldWay(runs, dsns)
	if err != nil {
		return nil, err
	}
	rows = append(rows, row{what: "transfers: a message a request and a write, " + kind, size: fmt.Sprintf("%d at a time", movesOld), runs: old,
		ratio: fmt.Sprintf("%s, batches %.1f x", aSecond(old), float64(median(old))/float64(median(base.runs)))})
	return rows, nil
}

// underLoad returns the time of a transfer, by the clock on the wall over all of a run, and how
// long each took.
func (w *moves) underLoad(runs int) (took, under []time.Duration, err error) {
	begun := cpu()
	took, err = timed(runs, func() error {
		all, err := w.moveMany(movesRun, movesUnder)
		under = append(under, all...)
		return err
	})
	w.cost = round((cpu() - begun) / time.Duration(runs*movesRun))
	return each(took, movesRun), under, err
}

func latency(what, size string, all []time.Duration) row {
	s := slices.Sorted(slices.Values(all))
	return row{what: what, size: size, runs: s, ratio: fmt.Sprintf("p50 %s, p99 %s", round(s[len(s)/2]), round(s[len(s)*99/100]))}
}

// oldWay moves without batches: a request and a write for every message on its way, another
// write for what came of it, and one for its effect.
func oldWay(runs int, dsns func(dir string) func(trustlist.Party) string) ([]time.Duration, error) {
	w, closed, err := openMoves(dsns, movesOld, singly)
	if err != nil {
		return nil, err
	}
	defer closed()
	took, err := timed(runs, func() error {
		_, err := w.moveMany(movesOld, movesOld)
		return err
	})
	return each(took, movesOld), err
}

// batched carries and handles the post of a node as a node does.
func batched(ctx context.Context, c *moving) { c.Run(ctx) }

// singly carries and handles the post of a node one message at a time.
func singly(ctx context.Context, c *moving) {
	go func() {
		for ctx.Err() == nil {
			_, there, err := c.Store().HandleMessage(ctx, func(d *store.Deed, m message.Sealed) error {
				return c.reg.Handlers()[m.Envelope.Kind](ctx, d, m)
			})
			if err != nil || !there {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	for ctx.Err() == nil {
		due, err := c.Store().DueMessages(ctx, 64)
		if err != nil || len(due) == 0 {
			time.Sleep(time.Millisecond)
			continue
		}
		for _, o := range due {
			if err := c.carrySingly(ctx, o); err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, "carry:", err)
			}
		}
	}
}

func (c *moving) carrySingly(ctx context.Context, o message.Out) error {
	to, _ := c.Card(trustlist.Party(o.Sealed.Envelope.To))
	u, err := url.Parse(to.Card.URL)
	if err != nil {
		return err
	}
	m, err := o.Sealed.Request(rand.Reader, message.Place{Scheme: u.Scheme, Authority: u.Host, Target: node.Path}, time.Now(), c.Voice().Key)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, m.Method, to.Card.URL+node.Path, bytes.NewReader(m.Body))
	if err != nil {
		return err
	}
	for _, f := range m.Fields {
		r.Header.Add(f.Name, f.Value)
	}
	got, err := c.Client().Do(r)
	if err != nil {
		return err
	}
	got.Body.Close()
	if got.StatusCode/100 != 2 {
		return errors.New(got.Status)
	}
	_, err = c.Store().TriedMessage(ctx, o.Sealed.Envelope.ID, message.Answer{}, 0)
	return err
}

// postgresSchemas makes an empty schema for each node, and again for each world.
func postgresSchemas(base string) (dsn func(trustlist.Party) string, drop func() error, err error) {
	db, err := sql.Open("pgx", base)
	if err != nil {
		return nil, nil, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, nil, err
	}
	var made []string
	dsn = func(name trustlist.Party) string {
		schema := fmt.Sprintf("bench_%d_%s", time.Now().UnixNano(), name)
		if _, err := db.Exec(`CREATE SCHEMA ` + schema); err != nil {
			return "postgres://" + err.Error()
		}
		made = append(made, schema)
		own, q := *u, u.Query()
		q.Set("search_path", schema)
		own.RawQuery = q.Encode()
		return own.String()
	}
	drop = func() error {
		var errs []error
		for _, s := range made {
			_, err := db.Exec(`DROP SCHEMA ` + s + ` CASCADE`)
			errs = append(errs, err)
		}
		return errors.Join(append(errs, db.Close())...)
	}
	return dsn, drop, nil
}
