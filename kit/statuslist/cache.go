package statuslist

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// Fetcher gets the token of an address and verifies it with the key of whoever may issue
// it. It bounds its own time: several lookups may wait for one answer.
type Fetcher interface {
	Fetch(ctx context.Context, uri string) (*Token, error)
}

// Limits are what the reader of lists sets.
type Limits struct {
	Age   time.Duration // the oldest knowledge that is used, counted from when the issuer signed it; needed
	Life  time.Duration // how long a copy is used where its issuer does not say; zero: a tenth of Age
	Retry time.Duration // after a list could not be had, how long it is not asked for again; zero: every lookup asks
	Ahead time.Duration // how far the issuer's clock may be ahead
	Bytes int           // of an unpacked list; zero: MostList
	Lists int           // lists kept; zero: 256
}

// MostList is how large an unpacked list may be where nothing else is said: 8 million
// tokens of 1 bit.
const MostList = 1 << 20

// ErrOld tells that what is known of a list is older than the reader permits.
var ErrOld = errors.New("what is known of the status is too old")

// Known is a status, and how far it can be relied on.
type Known struct {
	Status Status
	AsOf   time.Time     // the issuer signed the list
	Got    time.Time     // this reader got it
	Age    time.Duration // since AsOf
	Stale  error         // nil: a copy within its life; otherwise why no fresher one could be had
}

// Cache keeps unpacked lists for as long as they may be used. Many may ask at once; a list
// that is wanted by many is asked for once.
type Cache struct {
	from   Fetcher
	limits Limits
	kept   atomic.Pointer[map[string]*copied] // replaced, never changed
	change sync.Mutex
	flight singleflight.Group
}

type copied struct {
	token *Token // its packed form is dropped; nil: none was ever had
	list  *List
	got   time.Time
	fresh time.Time // until when it is not asked for again
	fault error     // of the last attempt
}

// NewCache makes an empty one.
func NewCache(from Fetcher, l Limits) *Cache {
	if l.Life == 0 {
		l.Life = l.Age / 10
	}
	if l.Bytes == 0 {
		l.Bytes = MostList
	}
	if l.Lists == 0 {
		l.Lists = 256
	}
	c := &Cache{from: from, limits: l}
	c.kept.Store(&map[string]*copied{})
	return c
}

// Look tells the status that a reference stands for, now. A list past its life is asked
// for; where it cannot be had the older copy answers and says so, until it has expired or
// is older than the limit: then there is no answer, and no token is to be taken for valid.
func (c *Cache) Look(ctx context.Context, r Reference, now time.Time) (Known, error) {
	k := (*c.kept.Load())[r.URI]
	if k == nil || !now.Before(k.fresh) {
		var err error
		if k, err = c.refresh(ctx, r.URI, now); err != nil {
			return Known{}, err
		}
	}
	if k.token == nil {
		return Known{}, fmt.Errorf("status list %s: %w", r.URI, k.fault)
	}
	age := now.Sub(k.token.Issued)
	if age > c.limits.Age || !k.token.Expires.IsZero() && !now.Before(k.token.Expires) {
		return Known{}, c.tooOld(r.URI, k, age)
	}
	s, err := k.list.At(r.Index)
	if err != nil {
		return Known{}, err
	}
	return Known{Status: s, AsOf: k.token.Issued, Got: k.got, Age: age, Stale: k.fault}, nil
}

func (c *Cache) tooOld(uri string, k *copied, age time.Duration) error {
	reason := fmt.Errorf("%s, %s permitted: %w", age.Round(time.Second), c.limits.Age, ErrOld)
	if age <= c.limits.Age {
		reason = ErrExpired
	}
	return fmt.Errorf("status list %s: %w", uri, errors.Join(reason, k.fault))
}

// Renew makes the next lookup ask for a list before its life is over: its issuer said that
// it changed. What is there stays for as long as no fresher list can be had.
func (c *Cache) Renew(uri string) {
	c.change.Lock()
	defer c.change.Unlock()
	k := (*c.kept.Load())[uri]
	if k == nil {
		return
	}
	next := maps.Clone(*c.kept.Load())
	due := *k
	due.fresh = time.Time{}
	next[uri] = &due
	c.kept.Store(&next)
}

// refresh asks for a list, once for all who want it. Whoever gives up waiting does not
// take the answer from the others.
func (c *Cache) refresh(ctx context.Context, uri string, now time.Time) (*copied, error) {
	answer := c.flight.DoChan(uri, func() (any, error) {
		old := (*c.kept.Load())[uri]
		if old != nil && now.Before(old.fresh) { // somebody was faster
			return old, nil
		}
		k := c.fetch(context.WithoutCancel(ctx), uri, now, old)
		c.keep(uri, k)
		return k, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a := <-answer:
		return a.Val.(*copied), nil
	}
}

// fetch gets a list. If it cannot be had the older copy stays, with the reason.
func (c *Cache) fetch(ctx context.Context, uri string, now time.Time, old *copied) *copied {
	t, err := c.from.Fetch(ctx, uri)
	if err == nil {
		err = t.Check(uri, now, c.limits.Ahead)
	}
	if err == nil && old != nil && old.token != nil && t.Issued.Before(old.token.Issued) {
		err = fmt.Errorf("of %s, one of %s was there: %w", t.Issued.Format(time.RFC3339), old.token.Issued.Format(time.RFC3339), ErrOld)
	}
	var list *List
	if err == nil {
		list, err = t.Form.List(c.limits.Bytes)
	}
	if err != nil {
		k := &copied{fault: err, fresh: now.Add(c.limits.Retry)}
		if old != nil {
			k.token, k.list, k.got = old.token, old.list, old.got
		}
		return k
	}
	life := t.Life
	if life == 0 {
		life = c.limits.Life
	}
	kept := *t
	kept.Form.Packed = nil
	k := &copied{token: &kept, list: list, got: now, fresh: now.Add(life)}
	if !t.Expires.IsZero() && t.Expires.Before(k.fresh) {
		k.fresh = t.Expires
	}
	return k
}

// keep puts a copy in, and drops the one that is due first where there are too many.
func (c *Cache) keep(uri string, k *copied) {
	c.change.Lock()
	defer c.change.Unlock()
	next := maps.Clone(*c.kept.Load())
	next[uri] = k
	for len(next) > c.limits.Lists {
		first := ""
		for u, o := range next {
			if u != uri && (first == "" || o.fresh.Before(next[first].fresh)) {
				first = u
			}
		}
		delete(next, first)
	}
	c.kept.Store(&next)
}
