package recognition

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// mostTries bounds how often a publication is made anew because the list moved on.
const mostTries = 5

// Publish publishes proposals that are signed by all who have to, at the office, as the next
// version of the list, and tells every city. Without proposals the list is only confirmed.
// All of them are published or none.
func (k *Desk) Publish(ctx context.Context, ids []string, by string) (list *trustlist.List, err error) {
	if !k.office() {
		return nil, ErrNotOffice
	}
	for range mostTries {
		old, err := k.List(ctx)
		if err != nil {
			return nil, err
		}
		err = k.Store.Do(ctx, func(d *store.Deed) error {
			list, err = k.publish(d, old, ids, by)
			return err
		})
		if !errors.Is(err, store.ErrTrustMoved) {
			return list, err
		}
	}
	return nil, store.ErrTrustMoved
}

func (k *Desk) publish(d *store.Deed, old *trustlist.List, ids []string, by string) (*trustlist.List, error) {
	var all []trustlist.Proposal
	var signed []trustlist.Signed
	for _, id := range ids {
		p, known, err := d.TrustProposal(id)
		switch {
		case err != nil:
			return nil, err
		case !known:
			return nil, fmt.Errorf("proposal %s: %w", id, store.ErrUnknown)
		case p.Stage.Settled():
			return nil, fmt.Errorf("proposal %s: %w", id, ErrSettled)
		}
		all, signed = append(all, p), append(signed, p.Signed)
	}
	list, err := old.Publish(rand.Reader, signed, trustlist.InstantOf(d.At()), k.Keys(), k.Voice().Key)
	if err != nil {
		return nil, err
	}
	newest := list.Publications()[old.Version()]
	if err := d.KeepPublication(store.ListPublished, store.KeptPublication{By: by, Publication: newest}); err != nil {
		return nil, err
	}
	for _, p := range all {
		next, _ := p.Take(p.Signed, trustlist.Step{Action: trustlist.StepPublished, Party: k.Me, By: by, Version: list.Version()})
		if err := d.KeepTrustStep(next); err != nil {
			return nil, err
		}
	}
	return list, k.tell(d, KindPublished, Head{list.Version(), list.Digest()})
}

// tell tells every other node of a version.
func (k *Desk) tell(d *store.Deed, kind string, h Head) error {
	for _, party := range k.Others() {
		if _, err := d.Send(k.Voice(), message.Draft{To: message.Node(party), Kind: kind, Case: listCase, Body: h}); err != nil {
			return err
		}
	}
	return nil
}
