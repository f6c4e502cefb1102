package recognition

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conurb/door/httpapi"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/trustlist"
)

// Door is the desk as the HTTP door sees it: the same calls, with the refusals that the door
// knows.
func (k *Desk) Door() httpapi.Trust { return door{k} }

type door struct{ desk *Desk }

// Refusals are the errors of this package and below with the codes under which doors and
// commands put them into words ("trust.refused.<code>").
var Refusals = []struct {
	Err  error
	Code string
}{
	{ErrNotOffice, "not-office"}, {ErrOffice, "office"}, {ErrOther, "other"}, {ErrMine, "mine"}, {ErrSettled, "settled"},
	{ErrReason, "reason"}, {ErrNoCard, "no-card"}, {ErrBehind, "behind"}, {ErrNoSource, "no-source"}, {store.ErrTrustMoved, "moved"},
}

func asDoor(err error) error {
	var card *NoCard
	args := map[string]string{}
	if errors.As(err, &card) {
		args["party"] = string(card.Party)
	}
	if errors.Is(err, store.ErrUnknown) {
		return fmt.Errorf("%w: %w", httpapi.ErrUnknown, err)
	}
	for _, r := range Refusals {
		if errors.Is(err, r.Err) {
			return &httpapi.TrustRefusal{Code: r.Code, Args: args}
		}
	}
	return err
}

func (d door) Me() trustlist.Party { return d.desk.Me }

func (d door) Zone() *time.Location {
	if d.desk.Settings.Zone == nil {
		return time.UTC
	}
	return d.desk.Settings.Zone
}

func (d door) List(ctx context.Context, at trustlist.Instant) (*trustlist.List, error) {
	l, err := d.desk.List(ctx)
	if err != nil || at == 0 {
		return l, err
	}
	return l.Before(at), nil
}

func (d door) Standing(ctx context.Context) (s httpapi.TrustStanding, err error) {
	if s.ListAt, err = d.desk.ListAt(ctx); err != nil {
		return s, err
	}
	l, err := d.desk.List(ctx)
	if err != nil {
		return s, err
	}
	heard, err := d.desk.Store.TrustHeard(ctx, l.Version())
	if err != nil {
		return s, err
	}
	for _, h := range heard {
		s.Elsewhere = append(s.Elsewhere, httpapi.TrustHead{Party: string(h.Party), Version: h.Version, Digest: h.Digest})
	}
	found, err := d.desk.Findings(ctx)
	for _, f := range found {
		s.Findings = append(s.Findings, httpapi.TrustFinding{Code: f.Code, Party: string(f.Party), Version: f.Version, Have: f.Have, Other: f.Other, Detail: f.Detail, At: f.At})
	}
	return s, err
}

func (d door) Proposals(ctx context.Context, stage trustlist.Stage) ([]httpapi.TrustProposal, error) {
	list, err := d.desk.Proposals(ctx, stage)
	out := make([]httpapi.TrustProposal, len(list))
	for i, p := range list {
		out[i] = d.view(p)
	}
	return out, err
}

func (d door) view(p trustlist.Proposal) httpapi.TrustProposal {
	return httpapi.TrustProposal{Proposal: p, Late: LeftLying(p, d.desk.Now())}
}

func (d door) Propose(ctx context.Context, change []byte, by string) (p httpapi.TrustProposal, err error) {
	c, err := d.desk.Read(change, jws.Public{})
	if err != nil {
		return p, asDoor(err)
	}
	made, err := d.desk.Propose(ctx, c, by)
	return d.view(made), asDoor(err)
}

func (d door) Sign(ctx context.Context, id, by string) (httpapi.TrustProposal, error) {
	p, err := d.desk.Sign(ctx, id, by)
	return d.view(p), asDoor(err)
}

func (d door) Refuse(ctx context.Context, id, by, reason string) (httpapi.TrustProposal, error) {
	p, err := d.desk.Refuse(ctx, id, by, reason)
	return d.view(p), asDoor(err)
}

func (d door) Withdraw(ctx context.Context, id, by, reason string) (httpapi.TrustProposal, error) {
	p, err := d.desk.Withdraw(ctx, id, by, reason)
	return d.view(p), asDoor(err)
}

func (d door) Publish(ctx context.Context, ids []string, by string) (*trustlist.List, error) {
	l, err := d.desk.Publish(ctx, ids, by)
	return l, asDoor(err)
}

func (d door) Judge(ctx context.Context, q trustlist.Question, l trustlist.Licence, k trustlist.Knowledge) (trustlist.Verdict, error) {
	v, err := d.desk.Judge(ctx, q, l, k)
	return v, asDoor(err)
}
