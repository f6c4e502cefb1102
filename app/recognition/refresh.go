package recognition

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// The codes of findings; words are "trust.finding.<code>" and its ".remedy".
const (
	FindingFork     = "fork"      // the list given does not continue the one that is here
	FindingShorter  = "shorter"   // the list given lacks versions that are here
	FindingBad      = "bad-list"  // the list given does not hold together
	FindingOther    = "not-told"  // the list given is not the one that the office announced
	FindingSplit    = "split"     // another node has another list under the same version
	FindingTwoWords = "two-words" // a node says two things of one version
	FindingNotMine  = "not-mine"  // a city has a version that this office did not publish
)

// Findings lists the codes.
var Findings = []string{FindingFork, FindingShorter, FindingBad, FindingOther, FindingSplit, FindingTwoWords, FindingNotMine}

const (
	refreshEvery = 3 * time.Minute
	firstPause   = 2 * time.Second // after a try that failed; twice as long each time
	fetchLimit   = 5 * time.Minute
)

// FetchFrom gets the list by HTTP. url is the node's, as its card has it; "" while no card of
// the office is known.
func FetchFrom(client *http.Client, url func() string) Fetch {
	slow := *client
	slow.Timeout = fetchLimit // a list may be much larger than a message
	return func(ctx context.Context) ([]byte, error) {
		base := url()
		if base == "" {
			return nil, &NoCard{trustlist.Office}
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/node/trust-list", nil)
		if err != nil {
			return nil, err
		}
		a, err := slow.Do(r)
		if err != nil {
			return nil, err
		}
		defer a.Body.Close()
		switch a.StatusCode {
		case http.StatusOK:
		case http.StatusNotFound:
			return nil, nil
		default:
			return nil, fmt.Errorf("%s: %s", r.URL, a.Status)
		}
		b, err := io.ReadAll(io.LimitReader(a.Body, trustlist.MostBytes+1))
		if err == nil && len(b) > trustlist.MostBytes {
			err = fmt.Errorf("%s: more than %d bytes", r.URL, trustlist.MostBytes)
		}
		return b, err
	}
}

// Run keeps the list up to date until ctx ends: at the start, when another node tells of a
// version that is not here, and every few minutes. At the office there is nothing to do.
func (k *Desk) Run(ctx context.Context) {
	if k.office() {
		return
	}
	failed := time.Duration(0)
	for ctx.Err() == nil {
		next := refreshEvery
		if _, err := k.Refresh(ctx); err != nil && ctx.Err() == nil {
			k.Log.WarnContext(ctx, "the trust list was not brought up to date", "error", err)
			failed = min(max(2*failed, firstPause), refreshEvery)
			next = failed
		} else {
			failed = 0
		}
		select {
		case <-ctx.Done():
		case <-k.told:
		case <-time.After(next):
		}
	}
}

// Refresh fetches the office's list and keeps what is new in it; news tells whether there was
// something. A list that is refused is kept as a finding: the error is ErrFinding beside the
// fault.
func (k *Desk) Refresh(ctx context.Context) (news bool, err error) {
	if k.office() || k.Fetch == nil {
		return false, ErrNoSource
	}
	asked := k.Now()
	raw, err := k.Fetch(ctx)
	if err != nil {
		return false, err
	}
	for range mostTries {
		news, err = k.take(ctx, raw, asked)
		if !errors.Is(err, store.ErrTrustMoved) {
			break
		}
	}
	return news, err
}

// take takes a list that the office gave at a moment.
func (k *Desk) take(ctx context.Context, raw []byte, asked time.Time) (news bool, err error) {
	have, err := k.List(ctx)
	if err != nil {
		return false, err
	}
	digest := strconv.Itoa(have.Version()) + " " + evidence.SHA256(raw)
	list := have
	k.mu.Lock()
	known := k.given == digest
	k.mu.Unlock()
	if !known {
		if list, err = k.judge(ctx, have, raw); err != nil {
			return false, err
		}
	}
	if err := k.behind(ctx, list); err != nil {
		return false, err
	}
	if list.Version() > have.Version() {
		if err := k.Store.Do(ctx, func(d *store.Deed) error { return k.gain(d, have, list) }); err != nil {
			return false, err
		}
	}
	if list.Version() == have.Version() {
		k.mu.Lock()
		k.given = digest
		k.mu.Unlock()
	}
	return list.Version() > have.Version(), k.Store.ConfirmTrust(ctx, asked, list.Version())
}

// judge opens a list and holds it to the one that is here and to what was heard.
func (k *Desk) judge(ctx context.Context, have *trustlist.List, raw []byte) (*trustlist.List, error) {
	if len(raw) == 0 && have.Version() == 0 {
		return have, nil
	}
	list := &trustlist.List{}
	if len(raw) > 0 {
		var err error
		if list, err = trustlist.Open(raw, k.Keys()); err != nil {
			return nil, k.refuse(ctx, err, store.TrustFinding{Code: FindingBad, Party: trustlist.Office, Version: have.Version(), Have: have.Digest(), Other: evidence.SHA256(raw)})
		}
	}
	if err := list.Extends(have); err != nil {
		return nil, k.refuse(ctx, err, forked(have, list))
	}
	heard, err := k.Store.TrustHeard(ctx, have.Version())
	if err != nil {
		return nil, err
	}
	for _, h := range heard {
		other := list.DigestOf(h.Version)
		if other == "" || other == h.Digest {
			continue
		}
		f := store.TrustFinding{Code: FindingSplit, Party: h.Party, Version: h.Version, Have: other, Other: h.Digest}
		if h.Party != trustlist.Office {
			// The office's list is in order; whether it or the other city lies, people find out.
			if err := k.found(ctx, f); err != nil {
				return nil, err
			}
			continue
		}
		p := list.Publications()[h.Version-1]
		f.Code, f.Have, f.Other, f.Publication = FindingOther, h.Digest, other, bounded(p)
		return nil, k.refuse(ctx, nil, f)
	}
	return list, nil
}

// forked is where two lists part.
func forked(have, list *trustlist.List) store.TrustFinding {
	f := store.TrustFinding{Code: FindingShorter, Party: trustlist.Office, Version: list.Version(), Have: have.Digest(), Other: list.Digest()}
	for v := 1; v <= min(have.Version(), list.Version()); v++ {
		if have.DigestOf(v) != list.DigestOf(v) {
			f.Code, f.Version, f.Have, f.Other = FindingFork, v, have.DigestOf(v), list.DigestOf(v)
			f.Publication = bounded(list.Publications()[v-1])
			break
		}
	}
	return f
}

// mostShown bounds the publication that a finding keeps, in bytes.
const mostShown = 1 << 20

// bounded is a publication, or nothing where it is too large to be kept with a finding: its
// digest is kept in any case.
func bounded(p trustlist.Publication) *trustlist.Publication {
	if b, err := evidence.Canonical(p); err != nil || len(b) > mostShown {
		return nil
	}
	return &p
}

func (k *Desk) found(ctx context.Context, f store.TrustFinding) error {
	return k.Store.Do(ctx, func(d *store.Deed) error { return d.KeepTrustFinding(f) })
}

// refuse keeps a finding and says that the list is refused.
func (k *Desk) refuse(ctx context.Context, cause error, f store.TrustFinding) error {
	var fault *trustlist.Fault
	if errors.As(cause, &fault) {
		f.Detail = fault.Code
	}
	if err := k.found(ctx, f); err != nil {
		return err
	}
	return errors.Join(fmt.Errorf("%w: %s at version %d", ErrFinding, f.Code, f.Version), cause)
}

// behind tells that the office announced a version that it does not give.
func (k *Desk) behind(ctx context.Context, list *trustlist.List) error {
	heard, err := k.Store.TrustHeard(ctx, list.Version())
	for _, h := range heard {
		if h.Party == trustlist.Office {
			return fmt.Errorf("version %d of %d: %w", list.Version(), h.Version, ErrBehind)
		}
	}
	return err
}

// gain keeps the versions of a list that are not here, notes which proposals they publish,
// and tells the other nodes what this one has now.
func (k *Desk) gain(d *store.Deed, have, list *trustlist.List) error {
	for _, p := range list.Publications()[have.Version():] {
		if err := d.KeepPublication(store.ListGot, store.KeptPublication{Publication: p}); err != nil {
			return err
		}
		for _, c := range p.Changes {
			old, known, err := d.TrustProposal(c.Change.ID())
			if err != nil {
				return err
			}
			next, news := old.Take(c, trustlist.Step{Action: trustlist.StepPublished, Party: trustlist.Office, Version: p.Version})
			if !known || !news {
				continue
			}
			if err := d.KeepTrustStep(next); err != nil {
				return err
			}
		}
	}
	return k.tell(d, KindSeen, Head{list.Version(), list.Digest()})
}
