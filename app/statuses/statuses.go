// Package statuses publishes the status lists of a node's authority as signed tokens (Token
// Status List §5). Whose key signs and where the lists stand is given; door/peer serves them.
//
// A list is read again when something happened to a licence, and signed again when it
// changed or its token is Again old: the age that a verifier states is then that of his
// copy, not of the last change. A token says that a copy may be used for Life before a fresh one is
// asked for, and not at all after Expires.
package statuses

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"conurb/door/peer"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/store"
)

// The times of tokens.
const (
	Again   = 5 * time.Second
	Life    = time.Minute
	Expires = 30 * 24 * time.Hour
)

// Path is where lists stand below the address of a node.
const Path = "/statuses"

// Settings are what a publisher is made of.
type Settings struct {
	Store *store.Store
	Key   func() *jws.Private // of this moment; nil: nothing is published
	URL   string              // of the node
	Now   func() time.Time
}

// Publisher keeps the tokens that are in use.
type Publisher struct {
	Settings
	mu   sync.Mutex
	kept map[string]*published
}

type published struct {
	seen   int64 // store.LicencesChanged when the list was read
	form   statuslist.Form
	key    string // thumbprint
	signed time.Time
	jwt    string
	cwt    []byte
}

// New makes a publisher.
func New(s Settings) *Publisher { return &Publisher{Settings: s, kept: map[string]*published{}} }

// URI is the address of a list, as licences have it.
func (p *Publisher) URI(list string) string {
	return strings.TrimSuffix(p.URL, "/") + Path + "/" + list
}

// StatusToken is the signed token of a list, and how long it should be kept;
// peer.ErrNothing where there is no such list.
func (p *Publisher) StatusToken(ctx context.Context, list string, cwt bool) (token []byte, ttl time.Duration, err error) {
	one, err := p.token(ctx, list)
	if err != nil {
		return nil, 0, err
	}
	if cwt {
		return one.cwt, Life, nil
	}
	return []byte(one.jwt), Life, nil
}

func (p *Publisher) token(ctx context.Context, list string) (*published, error) {
	key := p.Key()
	if key == nil {
		return nil, peer.ErrNothing
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	seen, err := p.Store.LicencesChanged(ctx)
	if err != nil {
		return nil, err
	}
	now, old := p.Now(), p.kept[list]
	if old != nil && old.seen == seen && old.key == key.Public().Thumbprint() && now.Sub(old.signed) < Again && !now.Before(old.signed) {
		return old, nil
	}
	next := &published{seen: seen, key: key.Public().Thumbprint(), signed: now}
	if old != nil && old.seen == seen {
		next.form = old.form
	} else if next.form, err = p.read(ctx, list); err != nil {
		return nil, err
	}
	if err := next.sign(p.URI(list), key); err != nil {
		return nil, fmt.Errorf("status list %s: %w", list, err)
	}
	p.kept[list] = next
	return next, nil
}

func (p *Publisher) read(ctx context.Context, list string) (statuslist.Form, error) {
	l, _, err := p.Store.Statuses(ctx, list)
	if errors.Is(err, store.ErrUnknown) {
		return statuslist.Form{}, fmt.Errorf("status list %s: %w", list, peer.ErrNothing)
	} else if err != nil {
		return statuslist.Form{}, err
	}
	return l.Form(), nil
}

func (n *published) sign(uri string, key *jws.Private) (err error) {
	t := statuslist.Token{Subject: uri, Issued: n.signed.UTC().Truncate(time.Second), Life: Life, Form: n.form}
	t.Expires = t.Issued.Add(Expires)
	if n.jwt, err = t.SignJWT(rand.Reader, key, n.key); err != nil {
		return err
	}
	n.cwt, err = t.SignCWT(rand.Reader, key, n.key)
	return err
}
