package counter

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/door/openid"
	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/trustlist"
)

var _ openid.Verifier = (*Counter)(nil)

// Draft is what a clerk asks a wallet for.
type Draft struct {
	Wanted     string
	Attributes []string // "attributes.address", "licence.CZZT" ...: what the wallet has to show; none: what stands open
	Purpose    string   // 使用事由, needed; the wallet shows it
	Language   string   // of the purpose
	Case       string
	Clerk      store.Clerk
	Limits     Limits
}

// The states of a request beside the store's: its time went by, and what was shown is part
// of a case.
const (
	StateExpired  = "expired"
	StateAccepted = "accepted"
)

// Asked is a request as a clerk sees it.
type Asked struct {
	store.Request
	Link   string // openid4vp://..., as a link or a QR code; empty once it is over
	Result *store.Checked
}

// State is where a request stands.
func (a *Asked) State(now time.Time) string {
	switch {
	case a.Result != nil && a.Result.Accepted != nil:
		return StateAccepted
	case a.Request.State == store.RequestOpen && now.After(a.Until):
		return StateExpired
	}
	return a.Request.State
}

// credentialID is the one credential that is asked for.
const credentialID = "licence"

// vct is the type of credential of a type of licence.
const vct = "urn:conurb:licence:"

var attributePath = regexp.MustCompile(`^(attributes|licence)\.[A-Za-z][A-Za-z0-9_]{0,39}$`)

// Ask makes a request to wallets.
func (c *Counter) Ask(ctx context.Context, d Draft) (Asked, error) {
	if c.Signer == nil {
		return Asked{}, refuse(RefusedNoSigner, nil)
	}
	if d.Wanted == anyType {
		return Asked{}, refuse(RefusedWanted, nil, "text", d.Wanted)
	}
	if err := c.valid(d.Wanted, d.Purpose, d.Case); err != nil {
		return Asked{}, err
	}
	if len(d.Attributes) > MostAttributes {
		return Asked{}, refuse(RefusedAttribute, nil, "text", d.Attributes[MostAttributes])
	}
	for i, a := range d.Attributes {
		if !attributePath.MatchString(a) || slices.Contains(d.Attributes[:i], a) {
			return Asked{}, refuse(RefusedAttribute, nil, "text", a)
		}
	}
	l, err := c.knows(ctx)
	if err != nil {
		return Asked{}, err
	}
	signer, err := c.Signer()
	if err != nil {
		return Asked{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Asked{}, err
	}
	ask, err := openid4vp.New(rand.Reader, signer.ClientID(), c.at("/openid/response/", id.String()), query(l.list, c.Me, d.Wanted, d.Attributes, c.Now()), c.Now(), Lasts)
	if err != nil {
		return Asked{}, err
	}
	ask.Purpose, ask.Name = map[string]string{d.Language: strings.TrimSpace(d.Purpose)}, c.name(l)
	if _, err := signer.Sign(rand.Reader, ask, ""); err != nil { // what no wallet would take is not kept
		return Asked{}, err
	}
	limits, err := json.Marshal(d.Limits)
	if err != nil {
		return Asked{}, err
	}
	a := store.Asking{ID: id.String(), Wanted: d.Wanted, Attributes: append([]string{}, d.Attributes...), Purpose: strings.TrimSpace(d.Purpose), Case: strings.TrimSpace(d.Case),
		Clerk: d.Clerk, Made: ask.Issued, Until: ask.Until, Limits: limits}
	secret, err := json.Marshal(ask)
	if err != nil {
		return Asked{}, err
	}
	if err := c.Store.Do(ctx, func(d *store.Deed) error { return d.AskWallets(a, string(secret)) }); err != nil {
		return Asked{}, err
	}
	return c.Asked(ctx, a.ID)
}

func (c *Counter) at(path, id string) string { return strings.TrimSuffix(c.URL, "/") + path + id }

// name is that of this city, as wallets show it.
func (c *Counter) name(l *known) map[string]string {
	for _, one := range l.cards {
		if one.Card.Name == c.Me {
			return map[string]string{"zh-CN": one.Card.Title.Zh, "en": one.Card.Title.En}
		}
	}
	return map[string]string{"en": string(c.Me)}
}

// query asks for a licence of the wanted type or of one that counts as it now.
func query(list *trustlist.List, me trustlist.Party, wanted string, attributes []string, now time.Time) *dcql.Query {
	at := trustlist.InstantOf(now)
	cr := dcql.Credential{ID: credentialID, Format: dcql.FormatSDJWT, Types: []string{vct + wanted}}
	for _, e := range list.State().Equivalents {
		name := vct + e.Of.Type
		if e.As == (trustlist.Side{City: me, Type: wanted}) && at >= e.From && (e.Until == 0 || at < e.Until) && !slices.Contains(cr.Types, name) {
			cr.Types = append(cr.Types, name)
		}
	}
	for _, a := range attributes {
		var p dcql.Path
		for _, part := range strings.Split(a, ".") {
			p = append(p, part)
		}
		cr.Claims = append(cr.Claims, dcql.Claim{Path: p})
	}
	return &dcql.Query{Credentials: []dcql.Credential{cr}}
}

// Asked is a request with what came of it.
func (c *Counter) Asked(ctx context.Context, id string) (Asked, error) {
	r, err := c.Store.Request(ctx, id)
	if errors.Is(err, store.ErrUnknown) {
		return Asked{}, refuse(RefusedRequest, err, "id", id)
	} else if err != nil {
		return Asked{}, err
	}
	a := Asked{Request: r}
	if r.Check != "" {
		k, err := c.Store.Check(ctx, r.Check)
		if err != nil {
			return a, err
		}
		a.Result = &k
	}
	if r.Ask != "" && a.State(c.Now()) == store.RequestOpen {
		ask, err := askOf(r)
		if err != nil {
			return a, err
		}
		a.Link = ask.Link("openid4vp://", c.at("/openid/request/", id))
	}
	return a, nil
}

func askOf(r store.Request) (ask openid4vp.Ask, err error) {
	if err := json.Unmarshal([]byte(r.Ask), &ask); err != nil {
		return ask, fmt.Errorf("request %s: %w", r.ID, store.ErrDamaged)
	}
	return ask, nil
}

// open is a request that may still be answered.
func (c *Counter) open(ctx context.Context, id string) (store.Request, openid4vp.Ask, error) {
	r, err := c.Store.Request(ctx, id)
	switch {
	case errors.Is(err, store.ErrUnknown):
		return r, openid4vp.Ask{}, openid.ErrNoRequest
	case err != nil:
		return r, openid4vp.Ask{}, err
	case r.State != store.RequestOpen:
		return r, openid4vp.Ask{}, openid.ErrAnswered
	case r.Ask == "" || c.Now().After(r.Until):
		return r, openid4vp.Ask{}, openid.ErrNoRequest
	}
	ask, err := askOf(r)
	return r, ask, err
}

// Request is the signed request object of a request that is open.
func (c *Counter) Request(ctx context.Context, id, walletNonce string) (string, error) {
	_, ask, err := c.open(ctx, id)
	if err != nil {
		return "", err
	}
	signer, err := c.Signer()
	if err != nil {
		return "", err
	}
	return signer.Sign(rand.Reader, ask, walletNonce)
}

var errUnknownKey = errors.New("nobody knows the key")

// Respond takes what a wallet posted. What holds ends the request, whatever the verdict is,
// and so does a wallet that declines; what does not hold leaves it open.
func (c *Counter) Respond(ctx context.Context, id string, form url.Values) (string, error) {
	r, ask, err := c.open(ctx, id)
	if err != nil {
		return "", err
	}
	l, err := c.knows(ctx)
	if err != nil {
		return "", err
	}
	s, err := l.answer(ask, form, c.Now())
	var no *openid4vp.Declined
	var bad *openid4vp.Refusal
	switch {
	case errors.As(err, &no):
		return "", ended(c.Store.Do(ctx, func(d *store.Deed) error { return d.DeclineRequest(id, no.Reason) }))
	case errors.As(err, &bad):
		return "", errors.Join(err, c.Store.TroubledRequest(ctx, id, string(bad.Code)))
	case err != nil:
		return "", err
	}
	q := Question{Wanted: r.Wanted, Purpose: r.Purpose, Case: r.Case, Clerk: r.Clerk}
	if err := json.Unmarshal(r.Limits, &q.Limits); err != nil {
		return "", fmt.Errorf("request %s: %w", id, store.ErrDamaged)
	}
	f, err := c.judge(ctx, l, s, q)
	if err != nil {
		return "", err
	}
	f.Request, f.Asked = id, r.Attributes
	return "", ended(c.keep(ctx, &f, nil))
}

// ended says in the door's words that somebody else was faster.
func ended(err error) error {
	switch {
	case errors.Is(err, store.ErrDone):
		return openid.ErrAnswered
	case errors.Is(err, store.ErrOver):
		return openid.ErrNoRequest
	}
	return err
}

// answer reads an answer. One whose issuer's key nobody knows is judged like every other
// licence of that kind, since it comes from whoever has the request.
func (l *known) answer(ask openid4vp.Ask, form url.Values, now time.Time) (seen, error) {
	fresh := sdjwt.Fresh{Age: bindingAge, Ahead: aheadOf}
	var stranger *sdjwt.Shown
	list, err := ask.Receive(form, func(s *sdjwt.Shown) (jws.Public, error) {
		key, _, ok := l.keys.find(s.Issuer.KeyID)
		if !ok {
			stranger = s
			return key, errUnknownKey
		}
		return key, nil
	}, now, fresh)
	if errors.Is(err, errUnknownKey) {
		s, err := unsigned(stranger, FormWallet)
		if err != nil {
			return s, &openid4vp.Refusal{Code: openid4vp.CodePresentation, Field: credentialID, Err: err}
		}
		return s, nil
	}
	if err != nil {
		return seen{}, err
	}
	if len(list) != 1 {
		return seen{}, &openid4vp.Refusal{Code: openid4vp.CodeForm, Field: credentialID}
	}
	d := licence.Demand{Request: sdjwt.Request{Audience: ask.ClientID, Nonce: ask.Nonce}, Fresh: fresh, Now: now}
	s, err := l.readShown(list[0].Shown, list[0].Text, d, FormWallet)
	if err != nil {
		return s, &openid4vp.Refusal{Code: openid4vp.CodePresentation, Field: credentialID, Err: err}
	}
	return s, nil
}

// Accept makes what was shown part of a case; id is that of a request or of a check.
func (c *Counter) Accept(ctx context.Context, id, kase string, by store.Clerk) error {
	if err := texted(RefusedCase, kase, 1, MostCase); err != nil {
		return err
	}
	check := id
	r, err := c.Store.Request(ctx, id)
	if err == nil {
		check = r.Check
	} else if !errors.Is(err, store.ErrUnknown) {
		return err
	}
	err = c.Store.Do(ctx, func(d *store.Deed) error { return d.AcceptCheck(check, strings.TrimSpace(kase), by) })
	switch {
	case errors.Is(err, store.ErrUnknown):
		return refuse(RefusedCheck, err, "id", id)
	case errors.Is(err, store.ErrDone):
		return refuse(RefusedDone, err)
	case errors.Is(err, store.ErrInvalid):
		return refuse(RefusedOutcome, err)
	case errors.Is(err, store.ErrNotHeld):
		return refuse(RefusedNotHeld, err)
	}
	return err
}
