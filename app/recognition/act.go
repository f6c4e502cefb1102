package recognition

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// Read reads a change that a person of this city wrote: who proposes it, when, and the key
// of a row are filled in where they are left out. issuer is that key; none: this node's.
func (k *Desk) Read(raw []byte, issuer jws.Public) (trustlist.Change, error) {
	if k.office() {
		return trustlist.Change{}, ErrOffice
	}
	if issuer.Algorithm() == "" && k.Issuer != nil {
		if key := k.Issuer(); key != nil {
			issuer = key.Public()
		}
	}
	return trustlist.ReadChange(raw, trustlist.Given{By: k.Me, Proposed: trustlist.InstantOf(k.Now()), Issuer: issuer})
}

// Propose signs a change for this city, keeps it, and sends it to the other city that has to
// sign and to the office. The same change again is the proposal that is there.
func (k *Desk) Propose(ctx context.Context, c trustlist.Change, by string) (p trustlist.Proposal, err error) {
	switch {
	case k.office():
		return p, ErrOffice
	case c.By != k.Me:
		return p, ErrOther
	}
	s, err := trustlist.Propose(rand.Reader, c, k.Voice().Key)
	if err != nil {
		return p, err
	}
	to, err := k.audience(s)
	if err != nil {
		return p, err
	}
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		old, known, err := d.TrustProposal(c.ID())
		if err != nil || known {
			p = old
			return err
		}
		p, _ = old.Take(s, trustlist.Step{Action: trustlist.StepProposed, Party: k.Me, By: by})
		return k.keep(d, &p, to)
	})
	return p, err
}

// Sign signs a proposal of another city, and tells that city and the office. What is signed
// already stays as it is.
func (k *Desk) Sign(ctx context.Context, id, by string) (trustlist.Proposal, error) {
	return k.act(ctx, id, func(p trustlist.Proposal) (s trustlist.Signed, step trustlist.Step, err error) {
		if k.office() {
			return s, step, ErrOffice
		}
		if p.Stage == trustlist.StageRefused || p.Stage == trustlist.StageWithdrawn {
			return s, step, ErrSettled
		}
		if p.Signed.Signatures[k.Me] != "" {
			return p.Signed, step, nil
		}
		s, err = p.Signed.Sign(rand.Reader, k.Me, k.Voice().Key)
		return s, trustlist.Step{Action: trustlist.StepSigned, Party: k.Me, By: by}, err
	})
}

// Refuse ends another city's proposal.
func (k *Desk) Refuse(ctx context.Context, id, by, reason string) (trustlist.Proposal, error) {
	return k.act(ctx, id, func(p trustlist.Proposal) (trustlist.Signed, trustlist.Step, error) {
		step, err := k.ending(trustlist.StepRefused, by, reason)
		if !mayRefuse(k.Me, p.Signed) {
			err = ErrOther
		}
		if p.Signed.Change.By == k.Me {
			err = ErrMine
		}
		return p.Signed, step, err
	})
}

// Withdraw ends a proposal of this city.
func (k *Desk) Withdraw(ctx context.Context, id, by, reason string) (trustlist.Proposal, error) {
	return k.act(ctx, id, func(p trustlist.Proposal) (trustlist.Signed, trustlist.Step, error) {
		step, err := k.ending(trustlist.StepWithdrawn, by, reason)
		if p.Signed.Change.By != k.Me {
			err = ErrMine
		}
		return p.Signed, step, err
	})
}

func (k *Desk) ending(action, by, reason string) (trustlist.Step, error) {
	step := trustlist.Step{Action: action, Party: k.Me, By: by, Reason: strings.TrimSpace(reason)}
	if step.Reason == "" {
		return step, ErrReason
	}
	return step, checkReason(step.Reason)
}

// mayRefuse tells whether a party other than its proposer has a say in a proposal.
func mayRefuse(party trustlist.Party, s trustlist.Signed) bool {
	return party == trustlist.Office || party != s.Change.By && slices.Contains(s.Signers(), party)
}

// act takes a proposal a step further and tells of it. A step that brings nothing new leaves
// everything as it is, unless the proposal is settled otherwise: that is ErrSettled.
func (k *Desk) act(ctx context.Context, id string, do func(trustlist.Proposal) (trustlist.Signed, trustlist.Step, error)) (p trustlist.Proposal, err error) {
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		old, known, err := d.TrustProposal(id)
		if err != nil {
			return err
		}
		if p = old; !known {
			return fmt.Errorf("proposal %s: %w", id, store.ErrUnknown)
		}
		s, step, err := do(old)
		if err != nil || step.Action == "" {
			return err
		}
		if done(old, step) {
			return nil
		}
		if old.Stage.Settled() {
			return ErrSettled
		}
		p, _ = old.Take(s, step)
		to, err := k.audience(s)
		if err != nil {
			return err
		}
		return k.keep(d, &p, to)
	})
	return p, err
}

// done tells whether a party did the same before.
func done(p trustlist.Proposal, step trustlist.Step) bool {
	return slices.ContainsFunc(p.Steps, func(s trustlist.Step) bool { return s.Action == step.Action && s.Party == step.Party })
}

// keep keeps a proposal after its last step, and tells others of that step.
func (k *Desk) keep(d *store.Deed, p *trustlist.Proposal, to []trustlist.Party) error {
	last := &p.Steps[len(p.Steps)-1]
	last.At = trustlist.InstantOf(d.At())
	if err := d.KeepTrustStep(*p); err != nil {
		return err
	}
	said := Said{Proposal: p.Signed, Reason: last.Reason}
	for _, party := range to {
		_, err := d.Send(k.Voice(), message.Draft{To: message.Node(party), Kind: kinds[last.Action], Case: "trust." + p.Signed.Change.ID(), Body: said})
		if err != nil {
			return err
		}
	}
	return nil
}
