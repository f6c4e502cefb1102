package httpapi_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"conurb/area"
	"conurb/door/httpapi"
	"conurb/internal/packtest"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/pack"
)

// secret is the token that the desk of these tests knows.
const secret = "a-secret-for-tests"

// today is the day of these tests.
var today = area.NewDate(2026, 6, 30)

// desk is a real board over real observations, with a list for a log.
type desk struct {
	pack  *pack.Pack
	all   []plan.Observation
	board *board.Board // answers every query when set
	err   error        // answers everything with this when set
	trip  bool         // panics when a board is asked for
}

func newDesk(t testing.TB, files fs.FS) *desk {
	t.Helper()
	p, problems := pack.Load(files)
	if p == nil {
		t.Fatalf("the test pack does not load: %v", problems[0])
	}
	d := &desk{pack: p}
	for i, o := range p.Plan.Observations {
		o.Log, o.Recorded = int64(i+1), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		d.all = append(d.all, o)
	}
	return d
}

func (d *desk) Pack() *pack.Pack { return d.pack }
func (d *desk) Today() area.Date { return today }

func (d *desk) Input(context.Context, int64) (*board.Input, error) {
	return &board.Input{Pack: d.pack.ID, PackDigest: d.pack.Digest, Network: &d.pack.Network, Plan: &d.pack.Plan, Ledger: board.NewLedger(d.all)}, d.err
}

func (d *desk) Board(ctx context.Context, q board.Query) (*board.Board, error) {
	if d.trip {
		panic("tripped")
	}
	if d.board != nil {
		return d.board, nil
	}
	in, err := d.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	return board.Evaluate(in, q), nil
}

func (d *desk) Observations(_ context.Context, f httpapi.Filter) ([]plan.Observation, int, error) {
	var out []plan.Observation
	for _, o := range d.all {
		if (f.Indicator == "" || f.Indicator == o.Indicator) && (f.Scope == "" || f.Scope == o.Scope) {
			out = append(out, o)
		}
	}
	n := len(out)
	out = out[min(f.Offset, n):]
	return out[:min(f.Limit, len(out))], n, d.err
}

func (d *desk) Versions(_ context.Context, id string) ([]plan.Observation, error) {
	var out []plan.Observation
	for _, o := range d.all {
		if o.ID == id {
			out = append(out, o)
		}
	}
	if out == nil {
		return nil, fmt.Errorf("observation %s: %w", id, httpapi.ErrUnknown)
	}
	return out, d.err
}

func (d *desk) AddObservations(_ context.Context, list []plan.Observation, by string) ([]plan.Observation, error) {
	if d.err != nil {
		return nil, d.err
	}
	for i := range list {
		list[i].Version, list[i].By, list[i].Log, list[i].Recorded = 1, by, int64(len(d.all)+1), time.Date(2026, 6, 30, 8, 0, 0, 0, time.UTC)
		for _, o := range d.all {
			if o.ID == list[i].ID {
				list[i].Version++
			}
		}
		d.all = append(d.all, list[i])
	}
	return list, nil
}

func (d *desk) Withdraw(ctx context.Context, id, reason, by string) (plan.Observation, error) {
	all, err := d.Versions(ctx, id)
	if err != nil {
		return plan.Observation{}, err
	}
	o := all[len(all)-1]
	if o.Withdrawn {
		return o, fmt.Errorf("observation %s: %w", id, httpapi.ErrWithdrawn)
	}
	o.Withdrawn, o.Reason, o.By = true, reason, by
	o.Version++
	d.all = append(d.all, o)
	return o, nil
}

func (d *desk) Head(context.Context) (httpapi.Head, error) {
	return httpapi.Head{Size: int64(len(d.all) + 1), Root: strings.Repeat("ab", 32)}, d.err
}

func (d *desk) Entry(ctx context.Context, index, size int64) (httpapi.Entry, error) {
	head, err := d.Head(ctx)
	if index >= head.Size || size > head.Size {
		return httpapi.Entry{}, fmt.Errorf("log entry %d: %w", index, httpapi.ErrUnknown)
	}
	return httpapi.Entry{Index: index, Leaf: []byte(`{"kind":"pack"}`), LeafHash: strings.Repeat("cd", 32), Proof: []string{strings.Repeat("ef", 32)}, Head: head}, err
}

func (d *desk) ExportEvidence(_ context.Context, w io.Writer) error {
	_, err := w.Write([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	return err
}

func (d *desk) CheckToken(_ context.Context, s string) (string, error) {
	if s != secret {
		return "", fmt.Errorf("check: %w", httpapi.ErrToken)
	}
	return "tester", nil
}

// node is a door over a desk, on the loopback.
type node struct {
	*testing.T
	desk *desk
	url  string
}

func start(t *testing.T) *node { return startWith(t, httpapi.Options{}) }

func startWith(t *testing.T, o httpapi.Options) *node {
	t.Helper()
	d := newDesk(t, packtest.Small())
	n := 0
	o.NewID = func() string { n++; return fmt.Sprintf("new-%d", n) }
	srv := httptest.NewServer(httpapi.New(d, o))
	t.Cleanup(srv.Close)
	return &node{t, d, srv.URL}
}

// reply is an answer read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

func (n *node) get(path string, headers ...string) reply {
	n.Helper()
	return n.do("GET", path, nil, headers...)
}

func (n *node) post(path, body string, headers ...string) reply {
	n.Helper()
	return n.do("POST", path, strings.NewReader(body), append([]string{"Content-Type", "application/json", "Authorization", "Bearer " + secret}, headers...)...)
}

func (n *node) do(method, path string, body io.Reader, headers ...string) reply {
	n.Helper()
	r, err := http.NewRequest(method, n.url+path, body)
	if err != nil {
		n.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	resp, err := client.Do(r)
	if err != nil {
		n.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		n.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, b.String()}
}

func serve(t testing.TB, d *desk) string {
	srv := httptest.NewServer(httpapi.New(d, httpapi.Options{}))
	t.Cleanup(srv.Close)
	return srv.URL
}
