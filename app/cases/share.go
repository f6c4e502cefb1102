package cases

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"conurb/livelihood/casework"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
)

// Consent is that an applicant shares attributes of a licence with his case (用证授权).
type Consent struct {
	Licence    string   // id or identifier of a licence of this node
	Attributes []string // that he agrees to
	Material   string   // that it stands for; empty: it only fills the form
	Version    string   // of the case that he saw; empty: any
}

// Wish is a licence that a wallet is asked for, wherever it was issued.
type Wish struct {
	Type       string   // that the affair wants, 21 characters
	Attributes []string // of the type
	Purpose    string
	Language   string
}

// Shown is what a wallet answered.
type Shown struct {
	Wanted     string // the type that was asked for
	Check      string // empty: it is not answered
	Outcome    string
	City, Type string
	Identifier string
	Content    json.RawMessage // metadata by the short names of GB/T 36903, and attributes
}

// Wallets asks wallets: app/counter.
type Wallets interface {
	// Ask makes a request in the name of an office, for a case, and returns its id.
	Ask(ctx context.Context, kase, office string, w Wish) (string, error)
	// Shown is what came of a request for a case; store.ErrUnknown where there is none.
	Shown(ctx context.Context, kase, id string) (Shown, error)
}

// The states of a licence that may be shared.
var shareable = []licence.State{licence.Valid, licence.Leaving}

// Share puts a licence of this node to a case: its holder is the applicant, and agrees to the
// attributes that are named.
func (k *Desk) Share(ctx context.Context, id string, by casework.Actor, s Consent) (c casework.Case, err error) {
	err = k.edit(ctx, id, s.Version, moveShare, by, k.consented(ctx, s), &c)
	return c, err
}

// ShareIn is Share within a deed.
func (k *Desk) ShareIn(ctx context.Context, d *store.Deed, id string, by casework.Actor, s Consent) (casework.Case, error) {
	return k.editIn(ctx, d, id, s.Version, moveShare, by, k.consented(ctx, s))
}

func (k *Desk) consented(ctx context.Context, s Consent) func(d *store.Deed, it Item, n *casework.Case) error {
	return func(d *store.Deed, it Item, n *casework.Case) error {
		r, err := d.Licence(s.Licence)
		if errors.Is(err, store.ErrNoLicence) {
			return casework.Refuse(RefusedLicence, "licence", s.Licence)
		} else if err != nil {
			return err
		}
		switch {
		case r.Holder.Code != n.Applicant.Code || r.Holder.Kind != n.Applicant.Kind:
			return casework.Refuse(RefusedHolder)
		case !slices.Contains(shareable, r.State) || r.Held:
			return casework.Refuse(RefusedState, "state", string(r.State))
		case len(s.Attributes) == 0:
			return casework.Refuse(RefusedNames, "attributes", "")
		}
		shown := map[string]any{}
		for _, name := range s.Attributes {
			v, ok := r.Attributes[name]
			switch name { // of whoever holds it, where he agrees to show that
			case holderName:
				v, ok = r.Holder.Name, true
			case holderCode:
				v, ok = r.Holder.Code, true
			}
			if !ok {
				return casework.Refuse(RefusedNames, "attributes", name)
			}
			shown[name] = v
		}
		return k.put(ctx, it, n, r.Type, casework.Share{Material: s.Material, Type: r.Type, City: r.Authority.City, Licence: r.ID, Identifier: r.Identifier,
			Digest: evidence.SHA256([]byte(r.Credential)), Attributes: shown, At: d.At()})
	}
}

// put adds a share to a case, in the place of one for the same material, and fills its form.
// wanted is the type that the affair knows it by.
func (k *Desk) put(ctx context.Context, it Item, n *casework.Case, wanted string, s casework.Share) (err error) {
	if s.Material != "" {
		i := slices.IndexFunc(it.Materials, func(m Material) bool { return m.ID == s.Material })
		if i < 0 {
			return casework.Refuse(RefusedMatter, "material", s.Material)
		}
		if !slices.Contains(it.Materials[i].Types, wanted) {
			return casework.Refuse(RefusedType, "material", s.Material, "type", wanted)
		}
	}
	n.Shared = slices.DeleteFunc(n.Shared, func(o casework.Share) bool {
		return o.Material == s.Material && (s.Material != "" || o.Identifier == s.Identifier)
	})
	n.Shared = append(n.Shared, s)
	if n.Form, err = k.Items.Fill(ctx, it, n.Form, wanted, s.Attributes); err != nil {
		return err
	}
	return k.answers(ctx, it, n.Form, false)
}

// The names by which forms ask for the holder of a licence.
const (
	holderName = "holder.name"
	holderCode = "holder.code"
)

// metadata that a wallet always shows: whose the licence is.
var whose = []string{"licence.CZZTDM", "licence.CZZTDMLXDM"}

// AskWallet asks the applicant's wallet, in whatever city, for a licence, and returns the id of
// the request.
func (k *Desk) AskWallet(ctx context.Context, id string, by casework.Actor, w Wish) (string, error) {
	ask, err := k.askWallet(ctx, id, by, w)
	return ask, k.noted(ctx, id, moveShare, by, err)
}

func (k *Desk) askWallet(ctx context.Context, id string, by casework.Actor, w Wish) (string, error) {
	if k.Wallets == nil {
		return "", casework.Refuse(RefusedWallets)
	}
	c, err := k.mine(ctx, id, by)
	if err != nil {
		return "", err
	}
	if c.Holder.By != casework.Applicant {
		return "", casework.Refuse(RefusedClosed, "state", string(c.State))
	}
	if k.asked.next(k.Calendar.Day(k.Now()), by.Account) > MostAsksDay {
		return "", casework.Refuse(RefusedToday)
	}
	asked := slices.Clone(whose)
	for _, name := range w.Attributes {
		switch name {
		case holderName:
			asked = append(asked, "licence.CZZT")
		case holderCode: // asked anyway
		default:
			asked = append(asked, "attributes."+name)
		}
	}
	w.Attributes = asked
	return k.Wallets.Ask(ctx, c.ID, c.Office, w)
}

// mine is a case of the one who asks.
func (k *Desk) mine(ctx context.Context, id string, by casework.Actor) (casework.Case, error) {
	c, err := k.Store.Case(ctx, id)
	if errors.Is(err, store.ErrUnknown) {
		return c, casework.Refuse(RefusedCase, "id", id)
	} else if err != nil {
		return c, err
	}
	return c, c.Near(by)
}

// TakeShown takes what a wallet showed into the case it was asked for: only what the trust list
// lets count, and only of the applicant.
func (k *Desk) TakeShown(ctx context.Context, id string, by casework.Actor, request, material string) (c casework.Case, err error) {
	if k.Wallets == nil {
		return c, k.noted(ctx, id, moveShare, by, casework.Refuse(RefusedWallets))
	}
	s, err := k.Wallets.Shown(ctx, id, request)
	if errors.Is(err, store.ErrUnknown) {
		return c, k.noted(ctx, id, moveShare, by, casework.Refuse(RefusedWaiting))
	} else if err != nil {
		return c, err
	}
	err = k.edit(ctx, id, "", moveShare, by, func(d *store.Deed, it Item, n *casework.Case) error {
		switch {
		case s.Check == "":
			return casework.Refuse(RefusedWaiting)
		case s.Outcome != "accepted":
			return casework.Refuse(RefusedAnswer, "outcome", s.Outcome)
		}
		var content struct {
			Metadata   map[string]string `json:"metadata"`
			Attributes map[string]any    `json:"attributes"`
		}
		if err := json.Unmarshal(s.Content, &content); err != nil {
			return casework.Refuse(RefusedWaiting) // no longer held
		}
		if content.Metadata["CZZTDM"] != n.Applicant.Code || content.Metadata["CZZTDMLXDM"] != n.Applicant.Kind {
			return casework.Refuse(RefusedHolder)
		}
		shown := maps.Clone(content.Attributes)
		if shown == nil {
			shown = map[string]any{}
		}
		shown[holderCode] = n.Applicant.Code
		if name := content.Metadata["CZZT"]; name != "" {
			shown[holderName] = name
		}
		err := d.AcceptCheck(s.Check, n.ID, store.Clerk{Name: by.Name, Office: n.Office, Role: string(casework.Applicant)})
		if errors.Is(err, store.ErrDone) || errors.Is(err, store.ErrNotHeld) || errors.Is(err, store.ErrInvalid) {
			return casework.Refuse(RefusedWaiting)
		} else if err != nil {
			return err
		}
		return k.put(ctx, it, n, s.Wanted, casework.Share{Material: material, Type: s.Type, City: s.City, Identifier: s.Identifier,
			Digest: evidence.SHA256(s.Content), Attributes: shown, Check: s.Check, At: d.At()})
	}, &c)
	return c, err
}

// Rate keeps what the applicant says once his case is decided (GB/T 39046-2020 table 9).
func (k *Desk) Rate(ctx context.Context, id string, by casework.Actor, stars int, text string) (c casework.Case, err error) {
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		c, err = k.RateIn(ctx, d, id, by, stars, text)
		return err
	})
	return c, k.noted(ctx, id, moveRate, by, err)
}

// RateIn is Rate within a deed.
func (k *Desk) RateIn(ctx context.Context, d *store.Deed, id string, by casework.Actor, stars int, text string) (casework.Case, error) {
	have, h, err := k.have(d, id)
	if err != nil {
		return have, err
	}
	info, _ := h.Course.State(have.State)
	switch {
	case by.By != casework.Applicant || !by.Same(have.Applicant):
		return have, casework.Refuse(casework.RefusedYours)
	case have.Decision == nil || info.Phase != casework.PhaseDecided && info.Phase != casework.PhaseEnded:
		return have, casework.Refuse(RefusedRating, "state", string(have.State))
	case have.Rating != nil:
		return have, casework.Refuse(RefusedRated)
	case stars < 1 || stars > 5:
		return have, casework.Refuse(RefusedStars)
	case len(text) > casework.MostText:
		return have, casework.Refuse(casework.RefusedLong, "field", "text", "most", "4000")
	}
	n := have.Clone()
	n.Rating = &casework.Rating{Stars: stars, Text: text, At: d.At()}
	n.Note(casework.Event{Move: moveRate, From: n.State, To: n.State, By: by, At: d.At()})
	return n, k.keep(d, h.Course, &n)
}
