package counter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"conurb/app/statuses"
	"conurb/door/peer"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/trustlist"
)

const (
	statusesPath = statuses.Path
	mostToken    = 8 << 20 // bytes of a status list token
	fetchTime    = 10 * time.Second
)

// The refusals of a status list.
var (
	ErrElsewhere = errors.New("the status list is at no node that is known")
	ErrNobody    = errors.New("nobody is asked")
)

// state is the status of a licence and when it was so; the zero value: nothing is known.
type state struct {
	status trustlist.Status
	at     time.Time
	fresh  bool // asked for just now, as far as an online check asks
}

// words are those of status lists, as verdicts have them; every other one is unknown.
var words = map[statuslist.Status]trustlist.Status{
	statuslist.Valid: trustlist.StatusValid, statuslist.Invalid: trustlist.StatusRevoked, statuslist.Suspended: trustlist.StatusSuspended,
}

// status is what the list of a licence says. A list that its own city does not keep says
// nothing.
func (c *Counter) status(ctx context.Context, l *known, s seen, offline bool) (state, error) {
	unknown := state{status: trustlist.StatusUnknown, fresh: true}
	city := s.checked.Facts.City
	if city == c.Me {
		status, err := c.Store.LicenceStatus(ctx, s.checked.Identifier)
		if errors.Is(err, store.ErrNoLicence) {
			return unknown, nil
		} else if err != nil {
			return unknown, err
		}
		return c.state(status, c.Now(), true), nil
	}
	if address := l.address(city); address == "" || !strings.HasPrefix(s.reference.URI, address+"/") || strings.HasPrefix(s.reference.URI, licence.StatusPrefix) {
		return unknown, nil
	}
	k, fresh, err := c.look(ctx, s.reference, offline)
	if err != nil {
		if ctx.Err() != nil {
			return unknown, ctx.Err()
		}
		return unknown, nil // the verdict says that it is not known
	}
	return c.state(k.Status, k.AsOf, fresh), nil
}

func (c *Counter) state(s statuslist.Status, at time.Time, fresh bool) state {
	word, ok := words[s]
	if !ok {
		word = trustlist.StatusUnknown
	}
	return state{word, at, fresh}
}

// look asks the cache, and the issuing city where the copy is older than an online check
// lets it be. What is kept in the store answers where nobody does.
func (c *Counter) look(ctx context.Context, r statuslist.Reference, offline bool) (k statuslist.Known, fresh bool, err error) {
	if !offline && c.Client != nil {
		now := c.Now()
		k, err = c.online.Look(ctx, r, now)
		if err == nil && (k.Stale != nil || now.Sub(k.Got) > Fresh) {
			c.online.Renew(r.URI)
			k, err = c.online.Look(ctx, r, c.Now())
		}
		if err == nil && k.Stale == nil {
			return k, true, nil
		}
	}
	c.kept.Renew(r.URI)
	k, err = c.kept.Look(ctx, r, c.Now())
	if err == nil && k.Stale != nil { // it can be read no more: its key was revoked
		err = k.Stale
	}
	return k, false, err
}

// fetcher asks other nodes.
type fetcher struct{ c *Counter }

// Fetch gets a list from the node of its address, and keeps it.
func (f fetcher) Fetch(ctx context.Context, uri string) (*statuslist.Token, error) {
	c := f.c
	keys, err := c.statusKeys(uri, false)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", peer.TypeJWT)
	r.Header.Set("Cache-Control", "no-cache")
	answer, err := c.Client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status list %s: HTTP %d", uri, answer.StatusCode)
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, mostToken+1))
	if err != nil {
		return nil, err
	}
	if len(b) > mostToken {
		return nil, fmt.Errorf("status list %s: %w", uri, statuslist.ErrTooLarge)
	}
	t, err := statuslist.ReadJWT(string(b), keys, jws.Algorithms...)
	if err != nil {
		return nil, err
	}
	if err := t.Check(uri, c.Now(), aheadOf); err != nil {
		return nil, err
	}
	return t, c.Store.KeepStatuses(ctx, uri, t.Issued, string(b))
}

// keeper reads what was kept.
type keeper struct{ c *Counter }

// Fetch reads a list that was kept, by the keys that are known now.
func (k keeper) Fetch(ctx context.Context, uri string) (*statuslist.Token, error) {
	keys, err := k.c.statusKeys(uri, true)
	if err != nil {
		return nil, err
	}
	text, err := k.c.Store.KeptStatuses(ctx, uri)
	if err != nil {
		return nil, err
	}
	return statuslist.ReadJWT(text, keys, jws.Algorithms...)
}

// statusKeys are the keys that may sign the list of an address: those by which the city
// whose node is there signs licences. A list that was kept may be signed by one that has
// ended since, and by none that was revoked.
func (c *Counter) statusKeys(uri string, kept bool) (statuslist.Keys, error) {
	if c.Client == nil && !kept {
		return nil, ErrNobody
	}
	now := trustlist.InstantOf(c.Now())
	for _, one := range c.Cards() {
		if !strings.HasPrefix(uri, one.Card.URL+statusesPath+"/") {
			continue
		}
		return func(id string) (jws.Public, bool) {
			for _, k := range one.Card.Licences {
				if p, err := k.Key.Public(); err == nil && p.Thumbprint() == id {
					return p, usable(k, now, kept)
				}
			}
			return jws.Public{}, false
		}, nil
	}
	return nil, fmt.Errorf("%s: %w", uri, ErrElsewhere)
}

func usable(k card.Key, now trustlist.Instant, kept bool) bool {
	if kept {
		return k.Revoked == 0 || now < k.Revoked
	}
	return k.Signs(now)
}

// Changed tells the other cities that a licence changed (authority.Settings.Changed): they
// ask again for its status list. It only makes them faster: an online check asks by itself.
func (c *Counter) Changed(d *store.Deed, r licence.Record) error {
	if c.Voice == nil || c.URL == "" {
		return nil
	}
	body := changed{URI: strings.TrimSuffix(c.URL, "/") + statusesPath + "/" + r.Place.List}
	for _, one := range c.Cards() {
		if one.Card.Name == c.Me || one.Card.Office() { // the office looks at no licences
			continue
		}
		if err := c.send(d, one.Card.Name, KindStatus, KindStatus, body); err != nil {
			return err
		}
	}
	return nil
}
