package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"conurb/trust/card"
	"conurb/trust/trustlist"
)

// Path is where nodes take messages.
const Path = "/node/messages"

// BatchPath is where they take several at once.
const BatchPath = "/node/message-batches"

const (
	pollEvery = 300 * time.Millisecond // how long post may wait that another process wrote
	mostTries = 5                      // of an effect that ends in an error, before a person has to look
	patience  = 20 * time.Second       // for an answer
)

func asFault(err error, to **card.Fault) bool { return errors.As(err, to) }

// client asks other nodes, with this node's certificate where it has one.
func (c Config) client(dir string) (*http.Client, error) {
	t := &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: patience, TLSHandshakeTimeout: patience}
	if c.TLS.Cert != "" {
		conf, err := c.TLSConfig(dir)
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig = &tls.Config{Certificates: conf.Certificates, RootCAs: conf.ClientCAs, MinVersion: tls.VersionTLS13}
	}
	return &http.Client{Transport: t, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

// TLSConfig is how the node's door speaks TLS; nil for plain HTTP. With a CA, whoever shows a
// certificate has to show one below it: messages are then taken of no one else.
func (c Config) TLSConfig(dir string) (*tls.Config, error) {
	if c.TLS.Cert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, c.TLS.Cert), filepath.Join(dir, c.TLS.Key))
	if err != nil {
		return nil, fmt.Errorf("tls of %s: %w", c.Name, err)
	}
	conf := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}
	if c.TLS.CA == "" {
		return conf, nil
	}
	b, err := os.ReadFile(filepath.Join(dir, c.TLS.CA))
	if err != nil {
		return nil, fmt.Errorf("tls of %s: %w", c.Name, err)
	}
	conf.ClientCAs, conf.ClientAuth = x509.NewCertPool(), tls.VerifyClientCertIfGiven
	if !conf.ClientCAs.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("tls of %s: %s: %w", c.Name, c.TLS.CA, ErrNoKey)
	}
	return conf, nil
}

// Mutual tells whether messages are taken of nodes alone that show a certificate.
func (c Config) Mutual() bool { return c.TLS.CA != "" }

// Wake has post looked at now: somebody wrote some.
func (n *Node) Wake() {
	wake(n.carry)
	if n.waits.Load() { // another may have its turn by what was written
		wake(n.work)
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Run carries post and lets messages have their effect until ctx ends.
func (n *Node) Run(ctx context.Context) {
	slack()
	var both sync.WaitGroup
	both.Go(func() { n.every(ctx, n.carry, func(ctx context.Context) error { return n.carryOn(ctx, &both) }) })
	both.Go(func() { n.every(ctx, n.work, n.Handle) })
	both.Wait()
}

func (n *Node) every(ctx context.Context, wake chan struct{}, do func(context.Context) error) {
	for ctx.Err() == nil {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("post", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-time.After(pollEvery):
		}
	}
}

// fresh reads cards and keys again where another process changed them.
func (n *Node) fresh(ctx context.Context) error {
	mark, err := n.store.CardsMark(ctx)
	if err != nil {
		return err
	}
	n.mu.RLock()
	same := mark == n.mark
	n.mu.RUnlock()
	if same {
		return nil
	}
	return n.load(ctx)
}

// see notes that a node answered, or did not.
func (n *Node) see(name trustlist.Party, answer *http.Response, err error) {
	now := n.now()
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.skew[name]
	s.Tried = now
	if err != nil {
		s.Error = err.Error()
	} else {
		s.At, s.Error = now, ""
		if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
			s.Ahead = date.Sub(now.Truncate(time.Second))
		}
	}
	n.skew[name] = s
}

// TLS is how the node's door speaks TLS; nil for plain HTTP.
func (n *Node) TLS() (*tls.Config, error) { return n.Config.TLSConfig(n.dir) }
