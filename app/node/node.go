package node

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// The refusals of this package.
var (
	ErrExists  = errors.New("the folder is a node's already")
	ErrUnknown = errors.New("no card of that node is known")
	ErrCompare = errors.New("the fingerprint is another one")
	ErrMyself  = errors.New("that is this node itself")
	ErrPurpose = errors.New("not a purpose of keys")
)

// Options are what a node is opened with.
type Options struct {
	Dir        string
	Passphrase string       // of its key files; empty where they are open
	Store      *store.Store // opened with the key of the folder's log
	Now        func() time.Time
	Log        *slog.Logger
	Client     *http.Client // nil: one with time limits, and the certificates of the config
}

// Effect lets a message have its effect within a transaction. A *message.Refusal takes it
// back and leaves the message for a person; other errors are tried again.
type Effect = func(ctx context.Context, d *store.Deed, m message.Sealed) error

// Node is a node at work.
type Node struct {
	Config Config
	dir    string
	pass   string
	store  *store.Store
	now    func() time.Time
	log    *slog.Logger
	client *http.Client
	carry  chan struct{} // something may be to be carried
	work   chan struct{} // something may be to be handled
	waits  atomic.Bool   // whether the inbox may hold messages that have yet to have their effect

	mu      sync.RWMutex
	effects map[string]Effect
	cards   []card.Signed
	peers   message.Peers
	checked *message.Checked
	mark    string                    // of the cards in the store when they were read
	keys    map[string][]*jws.Private // by purpose, oldest first
	cert    Certificate
	skew    map[trustlist.Party]Seen
	failed  map[string]failing            // by the id of the message
	onWay   map[message.Node]bool         // nodes to which post is on its way
	single  map[trustlist.Party]time.Time // until when a node is sent one message at a time
}

// failing is a message whose effect ended in an error.
type failing struct {
	tries int
	next  time.Time // when it is tried again
}

// Seen is what was last seen of another node.
type Seen struct {
	At    time.Time     // when it last answered
	Ahead time.Duration // its clock, as its answer's Date says, to the second
	Tried time.Time     // when it was last tried
	Error string        // of the last try, for those who look after the node; empty: it answered
}

// Make makes the folder of a new node: its file and its keys, that of its evidence log among
// them. Its card is made by Open.
func Make(dir string, c Config, passphrase string, now time.Time) error {
	if Is(dir) {
		return fmt.Errorf("%s: %w", dir, ErrExists)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if c.Suite == "" {
		c.Suite = jws.ES256
	}
	if _, err := makeKey(dir, Voice, 1, jws.EdDSA, passphrase); err != nil {
		return err
	}
	if c.Authority.Code != "" {
		if _, err := makeKey(dir, Licences, 1, c.Suite, passphrase); err != nil {
			return err
		}
	}
	asks, err := makeKey(dir, Asks, 1, jws.ES256, passphrase)
	if err != nil {
		return err
	}
	if _, err := makeCertificate(dir, 1, asks, string(c.Name), c.URL, now); err != nil {
		return err
	}
	secret, _, err := evidence.GenerateKey(rand.Reader, "conurb/"+string(c.Name))
	if err != nil {
		return err
	}
	if err := newFile(filepath.Join(dir, LogKeyFile), []byte(secret+"\n")); err != nil {
		return err
	}
	return c.write(dir) // last: a folder with this file is whole
}

// Open opens the node of a folder. At the first time it makes its card, and a new one where
// node.yaml has another address or title since.
func Open(ctx context.Context, o Options) (*Node, error) {
	c, err := ConfigOf(o.Dir)
	if err != nil {
		return nil, err
	}
	n := &Node{Config: c, dir: o.Dir, pass: o.Passphrase, store: o.Store, now: o.Now, log: o.Log, client: o.Client,
		carry: make(chan struct{}, 1), work: make(chan struct{}, 1),
		effects: map[string]Effect{}, keys: map[string][]*jws.Private{}, skew: map[trustlist.Party]Seen{}, failed: map[string]failing{},
		onWay: map[message.Node]bool{}, single: map[trustlist.Party]time.Time{}, checked: new(message.Checked)}
	if n.now == nil {
		n.now = time.Now
	}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	n.log = n.log.With("node", string(c.Name))
	if n.client == nil {
		if n.client, err = c.client(o.Dir); err != nil {
			return nil, err
		}
	}
	if err := n.load(ctx); err != nil {
		return nil, err
	}
	if _, known := n.Card(c.Name); !known {
		if err := n.first(ctx); err != nil {
			return nil, err
		}
	}
	if err := n.settle(ctx); err != nil {
		return nil, err
	}
	n.On(kindCard, n.takeCard)
	return n, nil
}

// load reads keys and cards.
func (n *Node) load(ctx context.Context) error {
	keys := map[string][]*jws.Private{}
	for _, purpose := range Purposes {
		list, err := readKeys(n.dir, purpose, n.pass)
		if err != nil {
			return fmt.Errorf("keys of %s: %w", n.Config.Name, err)
		}
		keys[purpose] = list
	}
	if len(keys[Voice]) == 0 || len(keys[Asks]) == 0 {
		return fmt.Errorf("%s: %w", filepath.Join(n.dir, keysFolder), ErrNoKey)
	}
	mark, err := n.store.CardsMark(ctx) // first: what changes meanwhile is read once more
	if err != nil {
		return err
	}
	cards, err := n.store.Cards(ctx)
	if err != nil {
		return err
	}
	cert, err := n.announced(keys, cards)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.keys, n.cert, n.cards, n.peers, n.mark = keys, cert, cards, card.Peers(cards), mark
	return nil
}

// announced leaves out the keys that a change of keys made and did not come to tell of: this
// node's own card has none of them. It returns the certificate of the newest that is left to ask by.
func (n *Node) announced(keys map[string][]*jws.Private, cards []card.Signed) (cert Certificate, err error) {
	i := slices.IndexFunc(cards, func(c card.Signed) bool { return c.Card.Name == n.Me() })
	if i < 0 { // a new node
		return readCertificate(n.dir, len(keys[Asks]))
	}
	own := cards[i].Card
	keys[Voice] = keys[Voice][:min(len(keys[Voice]), len(own.Voice))]
	keys[Licences] = keys[Licences][:min(len(keys[Licences]), len(own.Licences))]
	for count := len(keys[Asks]); count > 0; count-- {
		if cert, err = readCertificate(n.dir, count); err == nil && slices.Contains(own.Anchors, base64.StdEncoding.EncodeToString(cert.Anchor.Raw)) {
			keys[Asks] = keys[Asks][:count]
			return cert, nil
		}
	}
	return cert, errors.Join(fmt.Errorf("%s: a certificate of its card: %w", filepath.Join(n.dir, keysFolder), ErrNoKey), err)
}

// first makes the first card.
func (n *Node) first(ctx context.Context) error {
	now := trustlist.InstantOf(n.now())
	log, err := n.logKey()
	if err != nil {
		return err
	}
	c := card.Card{Format: card.Format, Name: n.Config.Name, Title: n.Config.Title, URL: n.Config.URL, Version: 1, Made: now,
		Voice: cardKeys(n.keys[Voice], now), Licences: cardKeys(n.keys[Licences], now), Authority: n.Config.Authority,
		Anchors: []string{base64.StdEncoding.EncodeToString(n.cert.Anchor.Raw)}, Log: log}
	s, err := card.Sign(rand.Reader, c, n.keys[Voice][0])
	if err != nil {
		return err
	}
	if err := n.store.JoinCard(ctx, s); err != nil {
		return err
	}
	return n.load(ctx)
}

func cardKeys(list []*jws.Private, from trustlist.Instant) []card.Key {
	out := []card.Key{}
	for _, k := range list {
		out = append(out, card.Key{Key: k.Public().JWK(""), From: from})
	}
	return out
}

func (n *Node) logKey() (string, error) {
	b, err := os.ReadFile(filepath.Join(n.dir, LogKeyFile))
	if err != nil {
		return "", err
	}
	signer, err := evidence.NewSigner(string(b))
	if err != nil {
		return "", err
	}
	return signer.VKey(), nil
}

// LogKeyFile is the key of the evidence log in a node's folder.
const LogKeyFile = "node.key"

// Me is the node's name.
func (n *Node) Me() trustlist.Party { return n.Config.Name }

// Store is the node's database.
func (n *Node) Store() *store.Store { return n.store }

// Client is how the node asks others.
func (n *Node) Client() *http.Client { return n.client }

// Voice is in whose name the node speaks, by its newest key.
func (n *Node) Voice() store.Voice {
	return store.Voice{Node: message.Node(n.Me()), Key: n.newest(Voice), Checked: n.checked}
}

// LicenceKey signs licences and status lists; nil where the node issues none.
func (n *Node) LicenceKey() *jws.Private { return n.newest(Licences) }

// Asks signs requests to wallets.
func (n *Node) Asks() (*jws.Private, Certificate) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	list := n.keys[Asks]
	return list[len(list)-1], n.cert
}

func (n *Node) newest(purpose string) *jws.Private {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if list := n.keys[purpose]; len(list) > 0 {
		return list[len(list)-1]
	}
	return nil
}

// Cards are the newest cards of all nodes that are known, this one among them, by name.
func (n *Node) Cards() []card.Signed {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.cards
}

// Card is that of a node.
func (n *Node) Card(name trustlist.Party) (card.Signed, bool) {
	for _, c := range n.Cards() {
		if c.Card.Name == name {
			return c, true
		}
	}
	return card.Signed{}, false
}

// Peers are the keys by which messages of all nodes are held to their senders, those of the
// past and this node's own among them.
func (n *Node) Peers() message.Peers {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.peers
}

// Checked are the signatures of messages that this node knows to be good.
func (n *Node) Checked() *message.Checked { return n.checked }

// Keys are the keys of all parties of the trust list, those of the past among them.
func (n *Node) Keys() trustlist.Keys { return card.Keys(n.Cards()) }

// Others names the other nodes.
func (n *Node) Others() (list []trustlist.Party) {
	for _, c := range n.Cards() {
		if c.Card.Name != n.Me() {
			list = append(list, c.Card.Name)
		}
	}
	return list
}

// Seen is what was last seen of another node since this one was started.
func (n *Node) Seen(name trustlist.Party) Seen {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.skew[name]
}

// On puts in what a kind of message does. Kinds without it are refused when their turn comes.
func (n *Node) On(kind string, effect Effect) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.effects[kind] = effect
}

// Join keeps the card of another node on the word of a person who compared its fingerprint.
func (n *Node) Join(ctx context.Context, c card.Signed, fingerprint string) error {
	switch {
	case c.Card.Name == n.Me():
		return ErrMyself
	case compact(fingerprint) != compact(c.Fingerprint()):
		return fmt.Errorf("%s: %w", c.Fingerprint(), ErrCompare)
	}
	if err := n.store.JoinCard(ctx, c); err != nil {
		return err
	}
	return n.load(ctx)
}
