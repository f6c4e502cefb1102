package contribution

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"conurb/app/circle"
	"conurb/app/job"
	"conurb/kit/shapley"
	"conurb/trust/evidence"
)

// Question is what is asked of long work: over which data (circle.Circles.Data), and
// what. Both nodes, the one that asks and the one that answers, must have that data.
type Question struct {
	Data  string `json:"data"`
	Asked Asked  `json:"asked"`
}

// KindName is the name of contributions among kinds of long work.
const KindName = "contribution"

// Holder is circles that know their data: *circle.Circles.
type Holder interface {
	Circles
	Data(ctx context.Context, tell circle.Progress) (string, error)
}

var _ Holder = (*circle.Circles)(nil)

// Kind is contributions as long work: its arguments are a Question, its result an
// Answer in JSON. Each set of works that was valued is kept as a part, and is not
// valued again by who goes on, or by another question over the same data.
func Kind(circles func(context.Context) (Holder, error)) job.Kind {
	return job.Kind{Name: KindName, Version: "1", Run: func(ctx context.Context, args json.RawMessage, t *job.Task) ([]byte, error) {
		var q Question
		if err := json.Unmarshal(args, &q); err != nil {
			return nil, fmt.Errorf("question: %w", err)
		}
		c, err := circles(ctx)
		if err != nil {
			return nil, err
		}
		data, err := c.Data(ctx, nil)
		if err != nil {
			return nil, refusal(err)
		}
		if data != q.Data {
			return nil, &job.Failure{Code: "job.error.data", Args: map[string]string{"mine": data, "asked": q.Data}}
		}
		got, err := Divide(ctx, c, q.Asked, Work{
			Keep:     func(digest string) (shapley.Memo, error) { return &parts{ctx: ctx, memo: t.Memo, digest: digest}, nil },
			Progress: func(done, total int) { t.Progress(int64(done), int64(total)) },
		})
		if err != nil {
			return nil, refusal(err)
		}
		return evidence.Canonical(got)
	}}
}

// refusal puts the refusals of this package and of circles into keys of their sentences.
func refusal(err error) error {
	for _, r := range []struct {
		err error
		key string
	}{
		{ErrIndicator, "contribution.error.indicator"}, {ErrPeriod, "contribution.error.period"}, {ErrNoOrder, "contribution.error.order"},
		{shapley.ErrPlayers, "contribution.error.players"}, {circle.ErrMode, "circle.error.mode"}, {circle.ErrNoPeople, "circle.error.nopeople"},
	} {
		if errors.Is(err, r.err) {
			return &job.Failure{Code: r.key}
		}
	}
	return err
}

// parts keeps values of sets as parts of a job.
type parts struct {
	ctx    context.Context
	memo   job.Memo
	digest string
}

var _ shapley.Memo = (*parts)(nil)

func (p *parts) key(s shapley.Set) string { return fmt.Sprintf("%s/%x", p.digest, uint64(s)) }

// Recall returns no value where none can be read: it is then computed, and keeping it
// says what is wrong.
func (p *parts) Recall(s shapley.Set) ([]float64, bool) {
	b, ok, err := p.memo.Get(p.ctx, p.key(s))
	if err != nil || !ok || len(b)%8 != 0 {
		return nil, false
	}
	values := make([]float64, len(b)/8)
	for i := range values {
		values[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return values, true
}

// Keep is that of shapley.Memo.
func (p *parts) Keep(s shapley.Set, values []float64) error {
	b := make([]byte, 0, 8*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return p.memo.Put(p.ctx, p.key(s), b)
}
