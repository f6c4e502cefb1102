package town

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"conurb/app"
	"conurb/app/authority"
	"conurb/app/cases"
	"conurb/app/counter"
	"conurb/app/deputy"
	"conurb/app/devprovider"
	"conurb/app/fund"
	"conurb/app/issuance"
	"conurb/app/node"
	"conurb/app/notice"
	"conurb/app/people"
	"conurb/app/recognition"
	"conurb/app/register"
	"conurb/app/residence"
	"conurb/app/services"
	"conurb/app/statuses"
	"conurb/app/wallet"
	"conurb/app/witness"
	"conurb/door/httpapi"
	"conurb/door/openid"
	"conurb/door/peer"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/x5c"
	"conurb/livelihood/licence"
	"conurb/plan/pack"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// Options are how a node is started.
type Options struct {
	Dir        string // the node's folder
	Passphrase string // of its key files; empty where they are open
	DB         string // a database elsewhere; empty: as node.yaml says
	Pack       *pack.Pack
	Now        func() time.Time
	Log        *slog.Logger
	Version    string
	Results    int64
	Demo       bool // people and licences on it are invented
	Providers  []people.Provider
}

// The refusals of this package.
var (
	ErrReal   = errors.New("the node is no demonstration")
	ErrNoKeys = errors.New("the node names an authority and has no key that signs licences")
)

// Town is a node at work.
type Town struct {
	App       *app.App
	Node      *node.Node
	Types     *licence.Register // nil where the region has none
	Trust     *recognition.Desk
	Statuses  *statuses.Publisher
	Witness   *witness.Witness
	Register  *register.Register
	People    *people.People
	Desk      *authority.Desk  // nil where the node issues nothing
	Issuing   *issuance.Desk   // nil there too
	Counter   *counter.Counter // nil at the office
	Notices   *notice.Notices
	Cases     *cases.Desk           // nil where the region has no catalogue
	Services  *services.Desk        // nil where the region has no catalogue
	Funds     *fund.Desk            // nil there too, and at the office
	Deputy    *deputy.Desk          // nil there too
	Residence *residence.Room       // nil where nobody moves: the office, a region without rules
	provider  *devprovider.Provider // of demonstrations alone
	demo      bool
	log       *slog.Logger
}

// Open opens the node of a folder with everything that it has.
func Open(ctx context.Context, o Options) (*Town, error) {
	conf, err := node.ConfigOf(o.Dir)
	if err != nil {
		return nil, err
	}
	if o.Demo && !conf.Demo {
		return nil, fmt.Errorf("%s: %w", o.Dir, ErrReal)
	}
	if o.DB == "" {
		o.DB = conf.DB
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a, err := app.Open(ctx, app.Options{Pack: o.Pack, Data: o.Dir, DB: o.DB, Now: o.Now, Version: o.Version, Results: o.Results, Demo: o.Demo})
	if err != nil {
		return nil, err
	}
	t := &Town{App: a, demo: conf.Demo, log: o.Log.With("node", string(conf.Name))}
	if err := t.open(ctx, o); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := t.openResidence(o); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := t.openDeputy(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return t, nil
}

func (t *Town) open(ctx context.Context, o Options) (err error) {
	s := t.App.Store()
	if t.Node, err = node.Open(ctx, node.Options{Dir: o.Dir, Passphrase: o.Passphrase, Store: s, Now: o.Now, Log: o.Log}); err != nil {
		return err
	}
	n := t.Node
	if t.Types, err = t.App.LicenceTypes(); err != nil && !errors.Is(err, app.ErrNoTypes) {
		return err
	}
	t.Trust = recognition.New(recognition.Settings{Store: s, Me: n.Me(), Others: n.Others, Keys: n.Keys, Voice: n.Voice, Now: o.Now, Zone: t.App.Zone(), Issuer: n.LicenceKey, Log: t.log,
		Fetch: recognition.FetchFrom(n.Client(), t.officeURL)})
	t.hear(t.Trust.Handlers())
	if err := t.openWitness(o); err != nil {
		return err
	}
	t.openRegister(o)
	if err := t.openPeople(ctx, o); err != nil {
		return err
	}
	if err := t.openNotices(o); err != nil {
		return err
	}
	if err := t.openServices(ctx); err != nil {
		return err
	}
	if err := t.openCases(o); err != nil {
		return err
	}
	if err := t.openFunds(ctx, o); err != nil {
		return err
	}
	t.Statuses = statuses.New(statuses.Settings{Store: s, Key: n.LicenceKey, URL: t.URL(), Now: o.Now})
	if n.Me() == trustlist.Office || t.Types == nil {
		return nil
	}
	if t.Counter, err = counter.New(counter.Settings{Store: s, Me: n.Me(), List: t.list, Cards: n.Cards, Client: n.Client(), Signer: t.signer,
		Voice: n.Voice, Types: t.Types, URL: t.URL(), Now: o.Now}); err != nil {
		return err
	}
	t.hear(t.Counter.Handlers())
	if n.Config.Authority.Code != "" && n.LicenceKey() == nil {
		return ErrNoKeys
	}
	desk, ok := authority.Of(n, t.Types, t.App.Zone(), o.Now)
	if !ok {
		return nil
	}
	desk.Changed = t.Counter.Changed
	desk.Accepts = authority.Listed(t.rows, o.Now)
	if t.Desk, err = authority.New(desk); err != nil {
		return err
	}
	t.hear(t.Desk.Handlers())
	t.Issuing, err = issuance.New(issuance.Settings{Store: s, Types: t.Types, Seal: t.Desk.Seal, Issuer: t.URL(), Name: n.Config.Title, Now: o.Now,
		Signing: func() []jws.Algorithm { return []jws.Algorithm{n.LicenceKey().Public().Algorithm()} }})
	if errors.Is(err, issuance.ErrAddress) { // wallets get licences over https; everything else goes on
		t.log.Warn("wallets get no licences from this node", "error", err)
		return nil
	}
	return err
}

func (t *Town) openWitness(o Options) error {
	secret, err := os.ReadFile(filepath.Join(o.Dir, node.LogKeyFile))
	if err != nil {
		return err
	}
	if t.Witness, err = witness.New(t.Node, string(secret), witness.Times{}, t.log); err != nil {
		return err
	}
	t.hear(t.Witness.Handlers())
	return nil
}

func (t *Town) openPeople(ctx context.Context, o Options) (err error) {
	p := people.Options{Store: t.App.Store(), Party: string(t.Node.Me()), URL: t.URL(), Title: t.Node.Config.Title.Zh, Now: o.Now, OIDC: o.Providers}
	if o.Demo {
		if p.Demo, err = people.Demo(ctx, p.Store, p.Party); err != nil {
			return err
		}
		if t.provider, err = devprovider.New(t.URL(), p.Demo, o.Now); err != nil {
			return err
		}
		p.OIDC = append(p.OIDC, t.provider.Describe())
	}
	t.People, err = people.New(p)
	return err
}

func (t *Town) hear(effects map[string]func(context.Context, *store.Deed, message.Sealed) error) {
	for kind, effect := range effects {
		t.Node.On(kind, effect)
	}
}

// URL is where others reach the node.
func (t *Town) URL() string { return t.Node.Config.URL }

func (t *Town) officeURL() string {
	c, _ := t.Node.Card(trustlist.Office)
	return c.Card.URL
}

// list is the trust list with the moment at which it was last known to be the newest; nil while
// there is none.
func (t *Town) list(ctx context.Context) (*trustlist.List, trustlist.Instant, error) {
	l, err := t.Trust.List(ctx)
	if err != nil || l.Version() == 0 {
		return nil, 0, err
	}
	at, err := t.Trust.ListAt(ctx)
	return l, at, err
}

// rows are those of the trust list.
func (t *Town) rows(ctx context.Context) ([]trustlist.ListedRow, error) {
	l, err := t.Trust.List(ctx)
	if err != nil {
		return nil, err
	}
	return l.State().Rows, nil
}

func (t *Town) signer() (openid4vp.Signer, error) {
	key, cert := t.Node.Asks()
	return openid4vp.Signer{Key: key, Chain: x5c.Chain{cert.Leaf}, Profile: openid4vp.HAIP}, nil
}

// Close closes the database.
func (t *Town) Close() error { return t.App.Close() }

// Run lets the node hear, speak and look after itself until ctx ends.
func (t *Town) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { t.Node.Run(ctx) })
	all.Go(func() { t.Trust.Run(ctx) })
	all.Go(func() { t.Witness.Run(ctx) })
	all.Go(func() { t.Notices.Run(ctx) })
	all.Go(func() { t.Register.Run(ctx) })
	if t.Desk != nil {
		all.Go(func() { t.expire(ctx) })
	}
	if t.Cases != nil {
		all.Go(func() { t.runCases(ctx) })
	}
	if t.Residence != nil {
		all.Go(func() { t.Residence.Run(ctx, func(err error) { t.log.Error("first entries", "error", err) }) })
	}
	if t.Funds != nil {
		all.Go(func() { t.runFunds(ctx) })
	}
	all.Wait()
}

// expireEvery is how often licences are looked through whose last day is over.
const expireEvery = 10 * time.Minute

func (t *Town) expire(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := t.Desk.Expire(ctx, ""); err != nil && ctx.Err() == nil {
			t.log.Error("licences whose last day is over", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(expireEvery):
		}
	}
}

// Handler puts the doors side by side. o has what the program adds beside the node's rooms.
func (t *Town) Handler(o httpapi.Options) http.Handler {
	o.Log, o.Types, o.Nodes, o.People, o.Witnesses = t.log, t.Types, nodes{t}, t.People, t.Witness
	o.Trust, o.Notices = t.Trust.Door(), t.Notices
	if t.Services != nil {
		o.Services = t.Services.Door()
	}
	if t.Cases != nil {
		o.Cases = t.casesDoor()
	}
	if t.Funds != nil {
		o.Funds = fund.Door{Desk: t.Funds}
	}
	if t.Deputy != nil {
		o.Deputy = deputy.Door{Desk: t.Deputy}
	}
	if t.Residence != nil {
		o.Households = residence.Door{Room: t.Residence}
	}
	o.Connect = t.others
	mux := http.NewServeMux()
	u, _ := url.Parse(t.URL()) // its form was held to when the node was opened
	machines := peer.New(house{t}, peer.Options{Scheme: u.Scheme, Mutual: t.Node.Config.Mutual(), Log: t.log})
	mux.Handle("/node/", machines)
	mux.Handle("/statuses/", machines)
	if t.Counter != nil {
		openid.VerifierRoutes(mux, t.Counter, t.log)
		o.Counter, o.History = counter.Door{Counter: t.Counter}, counter.Door{Counter: t.Counter}
	}
	if t.Desk != nil {
		o.Licences = t.Desk.Door()
		o.Wallet = wallet.New(wallet.Settings{Cards: t.Node.Cards, Client: t.Node.Client(), Now: t.App.Now})
	}
	if t.Issuing != nil {
		openid.IssuerRoutes(mux, t.Issuing, openid.IssuerOptions{SignedIn: t.signedIn, SignIn: signInPage, Log: t.log})
		o.Offers = issuance.Door{Desk: t.Issuing}
	}
	if t.provider != nil {
		mux.Handle(devprovider.Path+"/", t.provider)
	}
	mux.Handle("/", t.App.Handler(o))
	return mux
}

// others are the addresses of the other nodes that are known at this moment.
func (t *Town) others() (list []string) {
	for _, c := range t.Node.Cards() {
		if c.Card.Name != t.Node.Me() {
			list = append(list, c.Card.URL)
		}
	}
	return list
}

// signedIn is the holder whose session a request carries, and who may use a wallet.
func (t *Town) signedIn(r *http.Request) (kind, code, name string, ok bool) {
	cookie, err := r.Cookie(t.People.Cookie().Name)
	if err != nil {
		return "", "", "", false
	}
	p, err := t.People.Recognise(r.Context(), cookie.Value)
	if err != nil || p.HolderCode == "" {
		return "", "", "", false
	}
	own := rights.Resource{City: string(t.Node.Me()), HolderKind: p.HolderKind, HolderCode: p.HolderCode}
	return p.HolderKind, p.HolderCode, p.Name, rights.Standard().Decide(p, rights.WalletUse, own).Allowed
}

// signInPage is where a person signs in and comes back from.
func signInPage(back string) string { return "/signin?to=" + url.QueryEscape(back) }

// house is the node as other machines ask it.
type house struct{ *Town }

var _ peer.House = house{}

// CardJSON is part of peer.House, as are the others.
func (h house) CardJSON() ([]byte, error) { return h.Node.CardJSON() }

// TrustList is the newest list.
func (h house) TrustList(ctx context.Context) ([]byte, error) {
	b, err := h.Trust.Bytes(ctx)
	if err == nil && len(b) == 0 {
		err = peer.ErrNothing
	}
	return b, err
}

// StatusToken is the signed token of a list.
func (h house) StatusToken(ctx context.Context, list string, cwt bool) ([]byte, time.Duration, error) {
	return h.Statuses.StatusToken(ctx, list, cwt)
}
