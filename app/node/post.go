package node

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// Path is where nodes take messages.
const Path = "/node/messages"

const (
	pollEvery = 300 * time.Millisecond // how long post may wait that another process wrote
	perRound  = 64                     // messages that are looked at together
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
	wake(n.work)
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Run carries post and lets messages have their effect until ctx ends.
func (n *Node) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { n.every(ctx, n.carry, n.Carry) })
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

// Carry brings what is due to the other nodes, each beside the others, and returns when
// every one that was due was tried once.
func (n *Node) Carry(ctx context.Context) error {
	if err := n.fresh(ctx); err != nil {
		return err
	}
	due, err := n.store.DueMessages(ctx, perRound)
	if err != nil {
		return err
	}
	to := map[message.Node][]message.Out{}
	for _, o := range due {
		to[o.Sealed.Envelope.To] = append(to[o.Sealed.Envelope.To], o)
	}
	errs := make([]error, 0, len(to))
	arrived := 0
	var mu sync.Mutex
	var all sync.WaitGroup
	for name, list := range to {
		all.Go(func() {
			count, err := n.bring(ctx, trustlist.Party(name), list)
			mu.Lock()
			defer mu.Unlock()
			arrived += count
			errs = append(errs, err)
		})
	}
	all.Wait()
	if arrived > 0 || len(due) == perRound {
		wake(n.carry) // the next one of a case has its turn when the one before has arrived
	}
	return errors.Join(errs...)
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

// bring tries the messages to one node in turn, until one finds nobody; arrived counts those
// that the other node has now.
func (n *Node) bring(ctx context.Context, to trustlist.Party, list []message.Out) (arrived int, err error) {
	slices.SortStableFunc(list, func(a, b message.Out) int { // cards first
		return cmp.Compare(other(a), other(b))
	})
	for _, o := range list {
		a := n.try(ctx, to, o.Sealed)
		if ctx.Err() != nil {
			return arrived, nil // stopped, and no fault of the other node
		}
		if _, err := n.store.TriedMessage(ctx, o.Sealed.Envelope.ID, a, mathrand.Float64()); err != nil {
			return arrived, err
		}
		if a == (message.Answer{}) {
			arrived++
		}
		if a.Unreachable != "" {
			n.log.Warn("a node cannot be reached", "other", to, "error", a.Unreachable)
			break
		}
		if a.Refused != nil {
			n.log.Warn("a message was refused", "other", to, "id", o.Sealed.Envelope.ID, "kind", o.Sealed.Envelope.Kind, "code", a.Refused.Code)
		}
	}
	return arrived, nil
}

// other is 0 for a card and 1 for every other message.
func other(o message.Out) int {
	if o.Sealed.Envelope.Kind == kindCard {
		return 0
	}
	return 1
}

func (n *Node) try(ctx context.Context, to trustlist.Party, s message.Sealed) message.Answer {
	c, ok := n.Card(to)
	if !ok {
		return message.Answer{Unreachable: ErrUnknown.Error()}
	}
	u, err := url.Parse(c.Card.URL)
	if err != nil {
		return message.Answer{Unreachable: err.Error()}
	}
	m, err := s.Request(rand.Reader, message.Place{Scheme: u.Scheme, Authority: u.Host, Target: Path}, n.now(), n.carrier(s))
	if err != nil {
		return message.Answer{Unreachable: err.Error()}
	}
	r, err := http.NewRequestWithContext(ctx, m.Method, c.Card.URL+Path, bytes.NewReader(m.Body))
	if err != nil {
		return message.Answer{Unreachable: err.Error()}
	}
	for _, f := range m.Fields {
		r.Header.Add(f.Name, f.Value)
	}
	answer, err := n.client.Do(r)
	if err != nil {
		n.see(to, nil, err)
		return message.Answer{Unreachable: err.Error()}
	}
	defer answer.Body.Close()
	n.see(to, answer, nil)
	if answer.StatusCode/100 == 2 {
		return message.Answer{}
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, message.MaxRefusal+1))
	if err != nil {
		return message.Answer{Unreachable: err.Error()}
	}
	return message.ReadAnswer(body)
}

// carrier is the key that signs the request with a message: that of the message itself, which
// the other node has to know anyhow, as long as it signs; a card is carried by the key that
// it may end, since the other node knows no newer one.
func (n *Node) carrier(s message.Sealed) *jws.Private {
	head, err := jws.Parse(strings.Replace(s.Signature, "..", ".e30.", 1), jws.Algorithms...)
	own, _ := n.Card(n.Me())
	n.mu.RLock()
	defer n.mu.RUnlock()
	list := n.keys[Voice]
	for i, k := range list {
		if err == nil && k.Public().Thumbprint() == head.KeyID && i < len(own.Card.Voice) &&
			(s.Envelope.Kind == kindCard || own.Card.Voice[i].Signs(trustlist.InstantOf(n.now()))) {
			return k
		}
	}
	return list[len(list)-1]
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

// Accept takes a message that came over HTTP. known tells that it was here before. Refusals
// are *message.Refusal.
func (n *Node) Accept(ctx context.Context, m *httpsig.Message) (known bool, err error) {
	if err := n.fresh(ctx); err != nil {
		return false, err
	}
	in := message.Inbox{Me: message.Node(n.Me()), Peers: card.Peers(n.Cards())}
	carrier, err := in.Open(m, n.now())
	if err != nil {
		return false, err
	}
	s, known, err := n.store.TakeMessage(ctx, in, carrier, m.Body)
	if err != nil {
		return known, err
	}
	defer n.Wake()
	if s.Envelope.Kind == kindCard { // what follows may be signed by the key that it brings
		if err := errors.Join(n.Handle(ctx), n.fresh(ctx)); err != nil {
			return known, err
		}
	}
	if from := trustlist.Party(carrier.Node); n.Seen(from).Error != "" { // it is back: what waits for it need not wait longer
		return known, n.store.HurryMessages(ctx, carrier.Node)
	}
	return known, nil
}

// Handle lets every message whose turn it is have its effect. One that ends in an error is
// tried again later, and holds up its own case alone.
func (n *Node) Handle(ctx context.Context) error {
	done, from := 0, int64(0)
	var errs []error
	for ctx.Err() == nil && len(errs) < perRound {
		m, at, there, err := n.store.HandleMessageFrom(ctx, from, func(d *store.Deed, m message.Sealed) error { return n.effect(ctx, d, m) })
		no := (*message.Refusal)(nil)
		switch {
		case errors.Is(err, errLater):
			from = at + 1
		case errors.As(err, &no):
			n.log.Warn("a message had no effect", "from", m.Envelope.From, "id", m.Envelope.ID, "kind", m.Envelope.Kind, "code", no.Code, "detail", no.Args["detail"])
			n.forget(m.Envelope.ID) // its state is in the store now
			from = at + 1
		case err != nil && (!there || ctx.Err() != nil):
			return errors.Join(append(errs, err)...)
		case err != nil:
			n.fail(m.Envelope.ID)
			errs = append(errs, fmt.Errorf("message %s of %s: %w", m.Envelope.ID, m.Envelope.From, err))
			from = at + 1
		case !there:
			if done > 0 {
				n.Wake() // effects may have written post
			}
			return errors.Join(errs...)
		default:
			n.forget(m.Envelope.ID)
			done++
		}
	}
	return errors.Join(append(errs, ctx.Err())...)
}

// errLater passes over a message whose next try is not yet due.
var errLater = errors.New("not yet")

// fail notes that the effect of a message ended in an error.
func (n *Node) fail(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f := n.failed[id]
	f.tries++
	f.next = n.now().Add(message.Pause(f.tries, 0))
	n.failed[id] = f
}

// forget forgets the tries of a message.
func (n *Node) forget(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.failed, id)
}

func (n *Node) effect(ctx context.Context, d *store.Deed, m message.Sealed) (err error) {
	n.mu.RLock()
	effect, failed := n.effects[m.Envelope.Kind], n.failed[m.Envelope.ID]
	n.mu.RUnlock()
	switch {
	case effect == nil:
		return unhandled(fmt.Errorf("kind %q is not known here", m.Envelope.Kind))
	case failed.tries >= mostTries:
		return unhandled(fmt.Errorf("%d tries ended in an error; see the log of the program", failed.tries))
	case n.now().Before(failed.next):
		return errLater
	}
	defer func() { // a message of another node is not to end this one
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return effect(ctx, d, m)
}

// TLS is how the node's door speaks TLS; nil for plain HTTP.
func (n *Node) TLS() (*tls.Config, error) { return n.Config.TLSConfig(n.dir) }
