package authority

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"conurb/kit/jws"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
)

// Sealing is what licences are signed with.
type Sealing struct {
	Key    *jws.Private
	Issuer string // iss; empty: a URN of the authority
	Status string // address below which the status lists are; empty: a URN
}

// Settings are what a desk is made of.
type Settings struct {
	Store   *store.Store
	Types   *licence.Register
	Zone    *time.Location      // in which days begin
	Offices []licence.Authority // of one city; the first issues where none is named
	Sealing func() Sealing      // of this moment: keys change
	Voice   func() store.Voice  // nil: the node speaks to nobody, and nothing is transferred
	Now     func() time.Time
	Shape   store.Shape // of status lists
	Font    []byte      // TrueType, for characters on paper that the fonts of the binary lack; nil: none

	// Knows tells whether a licence can be handed over to a city; nil: whatever it is called.
	Knows func(city string) bool
	// Changed is told within the deed of every licence that is suspended or ends; nil: nobody is.
	Changed func(d *store.Deed, r licence.Record) error
	// Accepts says whether a licence of another city is taken over, by a *licence.Refusal
	// where it is not; nil: whatever the register permits is.
	Accepts func(ctx context.Context, from message.Node, p Passage) error
}

// Desk is an authority at work.
type Desk struct{ Settings }

// New makes a desk.
func New(s Settings) (*Desk, error) {
	if s.Store == nil || s.Types == nil || s.Zone == nil || s.Sealing == nil || s.Now == nil || len(s.Offices) == 0 {
		return nil, errors.New("authority: store, types, zone, offices, sealing and clock are needed")
	}
	for _, o := range s.Offices {
		if o.City != s.Offices[0].City || o.City == "" {
			return nil, fmt.Errorf("authority: office %s is in %q, not in %q", o.Code, o.City, s.Offices[0].City)
		}
	}
	return &Desk{s}, nil
}

// City is the city of the desk.
func (k *Desk) City() string { return k.Offices[0].City }

// Office is the office with a code; empty: the first.
func (k *Desk) Office(code string) (licence.Authority, bool) {
	for _, o := range k.Offices {
		if o.Code == code || code == "" {
			return o, true
		}
	}
	return licence.Authority{}, false
}

// Seal makes the credential of a record with the key of this moment (store.Seal).
func (k *Desk) Seal(r *licence.Record) error {
	s := k.Sealing()
	if s.Key == nil {
		return errors.New("authority: no key to sign licences with")
	}
	return r.Seal(rand.Reader, k.Types.Type(r.Type), s.Key, licence.Settings{Issuer: s.Issuer, Status: s.Status, Zone: k.Zone})
}

// List lists licences, the newest first.
func (k *Desk) List(ctx context.Context, f store.LicenceFilter) ([]licence.Record, error) {
	return k.Store.Licences(ctx, f)
}

// Show returns every record of a licence, oldest first; key is its id or the identifier of
// one of its editions.
func (k *Desk) Show(ctx context.Context, key string) ([]licence.Record, error) {
	r, err := k.Store.Licence(ctx, key)
	if err != nil {
		return nil, err
	}
	return k.Store.LicenceRecords(ctx, r.ID)
}

// Issue issues a licence that was read by licence.ReadDraft, for one of the offices.
func (k *Desk) Issue(ctx context.Context, d licence.Draft, by string) (r licence.Record, err error) {
	err = k.Store.Do(ctx, func(deed *store.Deed) error {
		r, err = k.IssueIn(deed, d, by)
		return err
	})
	return r, err
}

// IssueIn is Issue within a deed.
func (k *Desk) IssueIn(deed *store.Deed, d licence.Draft, by string) (licence.Record, error) {
	t := k.Types.Type(d.Type)
	if t == nil {
		return licence.Record{}, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": d.Type}}
	}
	return deed.IssueLicence(t, d, by, k.Zone, k.Shape, k.Seal)
}

// Act does something to a licence. A transfer to another city is asked for with how.To, and
// is told to that city.
func (k *Desk) Act(ctx context.Context, key string, a licence.Action, how licence.How) (r licence.Record, err error) {
	err = k.Store.Do(ctx, func(deed *store.Deed) error {
		r, err = k.ActIn(deed, key, a, how)
		return err
	})
	return r, err
}

// ActIn is Act within a deed.
func (k *Desk) ActIn(deed *store.Deed, key string, a licence.Action, how licence.How) (licence.Record, error) {
	r, err := deed.ActOnLicence(k.Types, key, a, how, k.Zone, k.Seal)
	if err != nil {
		return r, err
	}
	if a == licence.TransferOut && how.To != "" {
		if err := k.leave(deed, &r); err != nil {
			return r, err
		}
	}
	if k.Changed != nil && r.State != licence.Valid && r.State != licence.Leaving && !r.Held {
		return r, k.Changed(deed, r)
	}
	return r, nil
}

// Expire ends every licence whose last day is over, each in a deed of its own, and returns
// how many there were.
func (k *Desk) Expire(ctx context.Context, by string) (n int, err error) {
	ids, err := k.Store.OverdueLicences(ctx, k.Zone)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		_, err := k.Act(ctx, id, licence.Expire, licence.How{By: by})
		var no *licence.Refusal
		if errors.As(err, &no) && (no.Code == licence.RefusedState || no.Code == licence.RefusedEarly) {
			continue // it ended meanwhile
		} else if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
