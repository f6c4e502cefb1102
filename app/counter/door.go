package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"conurb/door/httpapi"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/trustlist"
)

// Door is the counter as the HTTP API asks it.
type Door struct{ *Counter }

var (
	_ httpapi.Counter = Door{}
	_ httpapi.History = Door{}
)

// City is part of httpapi.Counter, as are the others.
func (d Door) City() string { return string(d.Me) }

// Types is the register.
func (d Door) Types() *licence.Register { return d.Counter.Types }

// kinds are the problems that refusals are.
var kinds = map[string]string{
	RefusedWanted: httpapi.CounterFaulty, RefusedPurpose: httpapi.CounterFaulty, RefusedCase: httpapi.CounterFaulty, RefusedAttribute: httpapi.CounterFaulty, RefusedReason: httpapi.CounterFaulty,
	RefusedText: httpapi.CounterNotGood, RefusedLong: httpapi.CounterNotGood, RefusedProof: httpapi.CounterNotGood,
	RefusedNoSigner: httpapi.CounterNotNow, RefusedDone: httpapi.CounterNotNow, RefusedOutcome: httpapi.CounterNotNow, RefusedNotHeld: httpapi.CounterNotNow,
}

// outside says a refusal in the door's words.
func outside(err error) error {
	var no *Refusal
	switch {
	case errors.Is(err, store.ErrUnknown):
		return fmt.Errorf("%w: %w", httpapi.ErrUnknown, err)
	case !errors.As(err, &no):
		return err
	case no.Code == RefusedRequest || no.Code == RefusedCheck:
		return fmt.Errorf("%w: %w", httpapi.ErrUnknown, err)
	}
	return &httpapi.CounterRefusal{Kind: kinds[no.Code], Code: no.Code, Args: no.Args}
}

func clerkOf(k httpapi.CounterClerk) store.Clerk {
	return store.Clerk{Name: k.Name, Office: k.Office, Role: k.Role}
}

// Ask asks wallets.
func (d Door) Ask(ctx context.Context, q httpapi.CounterDraft) (httpapi.CounterRequest, error) {
	a, err := d.Counter.Ask(ctx, Draft{Wanted: q.Wanted, Attributes: q.Attributes, Purpose: q.Purpose, Language: q.Language, Case: q.Case, Clerk: clerkOf(q.Clerk), Limits: Limits{q.MostList, q.MostStatus}})
	if err != nil {
		return httpapi.CounterRequest{}, outside(err)
	}
	return d.asked(a)
}

// Request is a request.
func (d Door) Request(ctx context.Context, id string) (httpapi.CounterRequest, error) {
	a, err := d.Asked(ctx, id)
	if err != nil {
		return httpapi.CounterRequest{}, outside(err)
	}
	return d.asked(a)
}

func (d Door) asked(a Asked) (httpapi.CounterRequest, error) {
	r := httpapi.CounterRequest{ID: a.ID, Wanted: a.Wanted, Purpose: a.Purpose, Case: a.Case, Attributes: a.Attributes, Clerk: httpapi.CounterClerk(a.Clerk), Made: a.Made, Until: a.Until,
		State: a.State(d.Now()), Link: a.Link, Trouble: a.Trouble}
	if a.Result == nil {
		return r, nil
	}
	k, err := d.view(a.Result)
	r.Result = &k
	return r, err
}

// Check is a check.
func (d Door) Check(ctx context.Context, id string) (httpapi.CounterCheck, error) {
	k, err := d.Store.Check(ctx, id)
	if err != nil {
		return httpapi.CounterCheck{}, outside(err)
	}
	return d.view(&k)
}

// Look looks at a slip or a presentation.
func (d Door) Look(ctx context.Context, text string, q httpapi.CounterQuestion) (httpapi.CounterCheck, error) {
	f, err := d.Counter.Check(ctx, text, Question{Wanted: q.Wanted, Purpose: q.Purpose, Case: q.Case, Clerk: clerkOf(q.Clerk), Offline: q.Offline, Limits: Limits{q.MostList, q.MostStatus}})
	if err != nil {
		return httpapi.CounterCheck{}, outside(err)
	}
	return d.Check(ctx, f.ID)
}

// Accept makes what was shown part of a case.
func (d Door) Accept(ctx context.Context, id, kase string, by httpapi.CounterClerk) error {
	return outside(d.Counter.Accept(ctx, id, kase, clerkOf(by)))
}

// Checks lists checks.
func (d Door) Checks(ctx context.Context, office, before string, limit int) ([]httpapi.CounterCheck, error) {
	list, err := d.Store.Checks(ctx, store.CheckFilter{Office: office, Before: before, Limit: limit})
	if err != nil {
		return nil, err
	}
	return d.views(list)
}

// Disputed lists the checks to which holders object.
func (d Door) Disputed(ctx context.Context, limit int) ([]httpapi.CounterCheck, error) {
	list, err := d.Counter.Disputed(ctx, limit)
	if err != nil {
		return nil, err
	}
	return d.views(list)
}

// Reply answers an objection.
func (d Door) Reply(ctx context.Context, id, text, by string) error {
	return outside(d.Counter.Reply(ctx, id, text, by))
}

func (d Door) views(list []store.Checked) (out []httpapi.CounterCheck, err error) {
	for i := range list {
		k, err := d.view(&list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

func (d Door) view(k *store.Checked) (httpapi.CounterCheck, error) {
	v := httpapi.CounterCheck{
		ID: k.ID, Form: k.Form, Identifier: k.Identifier, City: string(k.City), Authority: k.Authority, Type: k.Type, Wanted: k.Wanted, Purpose: k.Purpose, Case: k.Case, Clerk: httpapi.CounterClerk(k.Clerk),
		Asked: k.Asked, Shown: k.Shown, At: k.At, ListAt: k.ListAt, StatusAt: k.StatusAt, Offline: k.Offline, Signed: k.Signed, Told: k.Told, Outcome: string(k.Outcome), Version: k.Version,
		Objection: saidOf(k.Objection), Reply: saidOf(k.Reply),
	}
	for _, r := range k.Reasons {
		v.Reasons = append(v.Reasons, httpapi.CounterReason(r))
	}
	content := []byte(k.Held)
	if k.Accepted != nil {
		v.AcceptedInto, v.AcceptedAt, content = k.Accepted.Case, k.Accepted.At, k.Accepted.Content
	}
	if len(content) == 0 {
		return v, nil
	}
	var c Content
	if err := json.Unmarshal(content, &c); err != nil {
		return v, fmt.Errorf("check %s: %w", k.ID, store.ErrDamaged)
	}
	v.Metadata, v.Attributes = c.Metadata, c.Attributes
	return v, nil
}

func saidOf(s *store.Said) *httpapi.CounterSaid {
	if s == nil {
		return nil
	}
	return &httpapi.CounterSaid{Text: s.Text, At: s.At}
}

// Visits lists who looked at the licences of a holder.
func (d Door) Visits(ctx context.Context, kind, code string, limit int) ([]httpapi.Visit, error) {
	list, err := d.History(ctx, store.VisitFilter{HolderKind: kind, HolderCode: code, Limit: limit})
	var out []httpapi.Visit
	for _, v := range list {
		out = append(out, httpapi.Visit{ID: string(v.City) + "." + v.ID, City: string(v.City), Office: v.Clerk.Office, Role: v.Clerk.Role, Purpose: v.Purpose, Form: v.Form, Identifier: v.Identifier, Licence: v.Licence,
			Type: v.Type, Asked: v.Asked, Shown: v.Shown, At: v.At.Truncate(time.Second), Offline: v.Offline, Outcome: string(v.Outcome), Objection: saidOf(v.Objection), Reply: saidOf(v.Reply)})
	}
	return out, err
}

// Object keeps an objection.
func (d Door) Object(ctx context.Context, kind, code, id, reason string) error {
	city, check, _ := strings.Cut(id, ".")
	return outside(d.Counter.Object(ctx, kind, code, trustlist.Party(city), check, reason))
}
