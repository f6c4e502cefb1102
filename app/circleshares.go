package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/app/job"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/door/httpapi"
	"conurb/kit/shapley"
	"conurb/locale"
	shares "conurb/plan/contribution"
	"conurb/store"
)

// Work is who does what takes long: *job.Jobs.
type Work interface {
	Submit(ctx context.Context, kind string, args any) (job.Job, error)
	Result(ctx context.Context, of job.Job) ([]byte, error)
	Get(ctx context.Context, id string) (job.Job, error)
	Cancel(ctx context.Context, id string) (job.Job, error)
}

var _ Work = (*job.Jobs)(nil)

// mostSets is how many sets of works are evaluated so that an order is exact.
const mostSets = 1 << 12

// mostYuan is a budget that is as good as none: in fen it is still a whole number in JSON.
const mostYuan = 1e13

// Contributions is part of httpapi.Circles.
func (c *Circles) Contributions(ctx context.Context, q httpapi.CircleShareQuery, lang string) (*httpapi.CircleContributions, error) {
	asked, err := c.shared(q)
	if err != nil {
		return nil, err
	}
	data, err := c.circle.Data(ctx, nil)
	if err != nil {
		return nil, c.fault(err)
	}
	j, err := c.work.Submit(ctx, contribution.KindName, contribution.Question{Data: data, Asked: asked})
	if err != nil {
		return nil, err
	}
	out := &httpapi.CircleContributions{
		State: "working", Job: j.ID, Done: int(j.Done), Total: int(j.Total), Method: string(asked.Method), Indicator: asked.Indicator,
		Works: []httpapi.CircleShare{}, Order: []httpapi.CircleChoice{}, Unpriced: []string{},
	}
	if j.Open() {
		if j.Left >= 0 {
			left := float64(j.Left)
			out.SecondsLeft = &left
		}
		return out, nil
	}
	b, err := c.work.Result(ctx, j)
	var failed *job.Failure
	switch {
	case errors.As(err, &failed):
		out.State, out.Cause = "failed", locale.T(lang, failed.Code, failed.Args)
		return out, nil
	case errors.Is(err, job.ErrGone):
		out.State = "cancelled"
		return out, nil
	case err != nil:
		return nil, err
	}
	var got contribution.Answer
	if err := json.Unmarshal(b, &got); err != nil {
		return nil, fmt.Errorf("contributions of job %s: %w", j.ID, err)
	}
	divided(out, &got)
	return out, nil
}

// shared is the question as contributions take it.
func (c *Circles) shared(q httpapi.CircleShareQuery) (out contribution.Asked, err error) {
	a, err := c.asked(q.CircleQuery)
	if err != nil {
		return out, err
	}
	first := c.app.pack.Plan.From - 1
	if q.Base != "" {
		if first, err = area.ParseDate(q.Base); err != nil {
			return out, &httpapi.CircleFault{Code: "bad-date", Value: q.Base}
		}
	}
	out = contribution.Asked{
		Base: first, AsOf: a.AsOf, Complete: a.Complete, Believed: a.Believed, Today: a.Believed,
		Mode:      cmp.Or(a.Mode, circle.Transit),
		Indicator: cmp.Or(q.Indicator, measure.Circle60+"-"+c.circle.Rule().OneHour.Headline),
		Method:    shares.Method(cmp.Or(q.Method, string(shares.Shapley))),
		Sampling:  shapley.Sampling{Seed: 1}, Budget: int64(math.Round(min(q.Budget, mostYuan) * 100)), MostSets: mostSets,
	}
	out.Order = out.Indicator != measure.Gini && out.Indicator != measure.Palma // which count no people
	switch {
	case !slices.Contains(contribution.Indicators, out.Indicator):
		return out, &httpapi.CircleFault{Code: "no-such-indicator", Value: out.Indicator, All: contribution.Indicators}
	case !a.Complete && a.AsOf <= first:
		return out, &httpapi.CircleFault{Code: "no-such-period", Value: a.AsOf.String(), All: []string{first.String()}}
	}
	return out, nil
}

// divided fills in an answer.
func divided(out *httpapi.CircleContributions, got *contribution.Answer) {
	div := got.Division
	scale := 1.0 // from people to the unit of the indicator
	if p := div.Measures[0].People; p > 0 {
		scale = 1 / p
	}
	out.State, out.Before, out.After, out.Residual = "ready", div.Before[0]*scale, div.After[0]*scale, div.Residual[0]*scale
	out.Sampled, out.Done, out.Total = div.Orders > 0, div.Sets, div.Sets
	people := div.Measures[0].People > 0
	for _, s := range div.Shares {
		w := httpapi.CircleShare{ID: s.ID, Value: s.Gain[0] * scale, Districts: map[string]float64{}}
		if people {
			w.People = s.Gain[0]
		}
		if s.Error != nil {
			w.Error = s.Error[0] * scale
		}
		if v, ok := s.PerYi(0); ok && people {
			w.PerYi = &v
		}
		for i, place := range got.Places {
			if g := s.Gain[i+1]; math.Abs(g) >= 0.5 {
				w.Districts[place.Code] = g
			}
		}
		out.Works = append(out.Works, w)
	}
	if o := got.Order; o != nil {
		bound := o.Bound * scale
		out.Exact, out.Bound, out.Unpriced = o.Exact, &bound, listOf(o.Unpriced)
		for _, step := range o.Steps {
			out.Order = append(out.Order, httpapi.CircleChoice{ID: step.ID, Gain: step.Gain * scale, Yuan: float64(step.Fen) / 100, Spent: float64(step.Spent) / 100})
		}
	}
}

// Cancel is part of httpapi.Circles.
func (c *Circles) Cancel(ctx context.Context, id string) error {
	j, err := c.work.Get(ctx, id)
	if errors.Is(err, store.ErrUnknown) || err == nil && j.Kind != contribution.KindName {
		return &httpapi.CircleFault{Code: "no-such-job", Value: id}
	}
	if err != nil {
		return err
	}
	_, err = c.work.Cancel(ctx, id)
	return err
}
