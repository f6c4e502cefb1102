package town

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"conurb/app/cases"
	"conurb/app/residence"
	"conurb/kit/dcql"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/livelihood/casework"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

// movers are people of Zhuzhou who move to Changsha for work, into its collective household: one
// waits for Changsha's clerk, for the other Changsha has said yes and Zhuzhou's clerk is to act.
var movers = []struct {
	key, name, born string
	serial          int
	promised        bool
}{
	{"moves-examined", "罗强", "1991-05-20", 531, false},
	{"moves-promised", "邓娟", "1993-10-08", 532, true},
}

// Move begins the household transfers of a demonstration at its first start, as people do: with
// licences out of a wallet, over HTTP, by messages between the cities. It needs the nodes to run
// and the trust list to be published.
func Move(ctx context.Context, towns []*Town, by string) (made int, err error) {
	var from, to *Town
	for _, t := range towns {
		switch {
		case t.Residence == nil || !t.demo:
		case t.Node.Me() == "zhuzhou":
			from = t
		case t.Node.Me() == "changsha":
			to = t
		}
	}
	if from == nil || to == nil {
		return made, nil
	}
	for _, m := range movers {
		id := caseID("changsha", m.key)
		if _, err := to.App.Store().Case(ctx, id); err == nil { // whatever became of it
			continue
		} else if !errors.Is(err, store.ErrUnknown) {
			return made, err
		}
		v := mover{inhabitant: invent("zhuzhou", m.name, m.born, m.serial), from: from, to: to, id: id, by: by}
		if err := v.move(ctx, m.promised); err != nil {
			return made, fmt.Errorf("the invented move of %s: %w", v.Name, err)
		}
		made++
	}
	return made, nil
}

// mover is somebody who moves, with the key of a wallet.
type mover struct {
	inhabitant
	from, to *Town
	id, by   string
	key      *jws.Private
}

func (m *mover) move(ctx context.Context, promised bool) (err error) {
	if m.key, err = jws.Generate(jws.ES256, rand.Reader); err != nil {
		return err
	}
	register, card, err := m.registered(ctx)
	if err != nil {
		return err
	}
	place, err := m.collective(ctx)
	if err != nil {
		return err
	}
	form, err := json.Marshal(map[string]any{"kind": "work", "from": "zhuzhou", "as": "collective", "collective": place, "phone": "13900000000",
		"people": []map[string]string{{"number": m.Code, "name": m.Name}}})
	if err != nil {
		return err
	}
	self := casework.Actor{Person: m.Person, By: casework.Applicant}
	desk := m.to.Cases
	err = m.to.App.Store().Do(ctx, func(d *store.Deed) error {
		now, err := d.Pretend(d.At()) // it is invented, though not its times
		if err != nil {
			return err
		}
		_, err = desk.OpenIn(ctx, now, self, cases.Opening{ID: m.id, Item: "household-transfer", Applicant: m.Person, Form: form})
		return err
	})
	if err != nil {
		return err
	}
	if err := m.shows(ctx, self, register, "household-register", "address", "head"); err != nil {
		return err
	}
	if err := m.shows(ctx, self, card, "identity", "birth_date"); err != nil {
		return err
	}
	if _, err := desk.Act(ctx, m.id, casework.Act{Move: "submit", By: self}); err != nil {
		return err
	}
	if err := m.reaches(ctx, course.InExamining); err != nil || !promised {
		return err
	}
	clerk, err := m.to.App.Store().PersonByLogin(ctx, rights.Clerk)
	if err != nil {
		return err
	}
	_, err = desk.Act(ctx, m.id, casework.Act{Move: "in-promise", By: staffOf(clerk, "changsha"), Grounds: "符合工作调动落户条件", Input: json.RawMessage(`{"papers":"employment"}`)})
	if err != nil {
		return err
	}
	return m.reaches(ctx, course.InThere)
}

func staffOf(a identity.Account, city string) casework.Actor {
	return casework.Actor{Person: personOf(a, city), By: casework.Clerk}
}

// reaches waits until the messages of the cities have brought the case to a state.
func (m *mover) reaches(ctx context.Context, state casework.State) error {
	return m.to.eventually(ctx, "the move becomes "+string(state), func() error {
		m.from.Node.Wake()
		c, err := m.to.App.Store().Case(ctx, m.id)
		if err == nil && c.State != state {
			err = fmt.Errorf("it is %s", c.State)
		}
		return err
	})
}

// registered enters the mover into the register of his city, unless an earlier start did, and is
// his household register and identity card, bound to his wallet.
func (m *mover) registered(ctx context.Context) (register, card *sdjwt.Shown, err error) {
	if err := (&life{Town: m.from, cards: map[string]string{}}).settled(ctx, m.inhabitant, m.by); err != nil {
		return nil, nil, err
	}
	if register, err = m.held(ctx, residence.TypeRegister); err != nil {
		return nil, nil, err
	}
	if card, err = m.held(ctx, typeIdentity); err != nil {
		return nil, nil, err
	}
	select { // a licence is issued in a second, and counts from the next on
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
	return register, card, ctx.Err()
}

// held takes a licence into the wallet.
func (m *mover) held(ctx context.Context, kind string) (*sdjwt.Shown, error) {
	list, err := m.from.Desk.List(ctx, store.LicenceFilter{Types: []string{kind}, Holder: m.Code, State: licence.Valid, Limit: 1})
	if err != nil || len(list) == 0 {
		return nil, errors.Join(err, fmt.Errorf("licence %s of %s: %w", kind, m.Code, store.ErrUnknown))
	}
	jwk := m.key.Public().JWK("")
	r, err := m.from.Desk.Act(ctx, list[0].ID, licence.Change, licence.How{By: m.by, Reason: m.by, Key: &jwk})
	if err != nil {
		return nil, err
	}
	return sdjwt.Parse(r.Credential, jws.Algorithms...)
}

// collective is the number of the collective household of the city that he moves to.
func (m *mover) collective(ctx context.Context) (string, error) {
	list, err := m.to.App.Store().Families(ctx, store.FamilyFilter{Kind: family.Collective, Limit: 1})
	if err != nil || len(list) == 0 {
		return "", errors.Join(err, fmt.Errorf("a collective household: %w", store.ErrUnknown))
	}
	return list[0].ID, nil
}

// shows shows a licence of one city at the other, as a wallet does (OpenID4VP), once that one has
// the trust list by which it counts.
func (m *mover) shows(ctx context.Context, self casework.Actor, one *sdjwt.Shown, material string, attributes ...string) error {
	kind := typeIdentity
	if material == "household-register" {
		kind = residence.TypeRegister
	}
	err := m.to.eventually(ctx, "the trust list", func() error {
		if l, err := m.to.Trust.List(ctx); err != nil || l.Version() == 0 {
			return errors.Join(err, errSlow)
		}
		return nil
	})
	if err != nil {
		return err
	}
	ask, err := m.to.Cases.AskWallet(ctx, m.id, self, cases.Wish{Type: kind, Attributes: attributes, Purpose: "办理户口迁移", Language: "zh-CN"})
	if err != nil {
		return err
	}
	r, err := m.to.casesDoor().WalletRequest(ctx, m.id, ask)
	if err != nil {
		return err
	}
	if err := m.presents(ctx, r.Link, one); err != nil {
		return err
	}
	_, err = m.to.Cases.TakeShown(ctx, m.id, self, ask, material)
	return err
}

// presents is what a wallet does with a link.
func (m *mover) presents(ctx context.Context, text string, one *sdjwt.Shown) error {
	link, err := openid4vp.ReadLink(text)
	if err != nil {
		return err
	}
	const nonce = "a-nonce-of-the-wallet-22"
	object, err := post(ctx, link.RequestURI, url.Values{"wallet_nonce": {nonce}})
	if err != nil {
		return err
	}
	card, _ := m.to.Node.Card(m.to.Node.Me())
	anchors, err := card.Card.Certificates()
	if err != nil {
		return err
	}
	asked, err := openid4vp.Wallet{Anchors: append([]*x509.Certificate{}, anchors...), Profile: openid4vp.HAIP}.Read(link, string(object), nonce, time.Now())
	if err != nil {
		return err
	}
	chosen, err := asked.Query.Select(asked.Query.Matches([]*sdjwt.Shown{one}), false)
	if err != nil {
		return err
	}
	form, err := asked.Present(rand.Reader, chosen, func(dcql.Match) (*jws.Private, error) { return m.key, nil }, time.Now())
	if err != nil {
		return err
	}
	_, err = post(ctx, asked.ResponseURI, form)
	return err
}

func post(ctx context.Context, to string, form url.Values) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", to, answer.Status)
	}
	return b, err
}
