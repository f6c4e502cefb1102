package town_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"conurb/app/people"
	"conurb/app/residence"
	"conurb/app/town"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/identity"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// The people of the demonstration who move.
const (
	zhouNumber = "430299198811150029"
	chenNumber = "43029919870203001X"
	kidNumber  = "430299201606010080"
	liNumber   = "430199199003070011"
	huang      = "430299199505300054" // frozen
)

// moveWorld is four nodes over HTTP, with the households of the demonstration.
type moveWorld struct {
	*caseWorld
	all   map[trustlist.Party]*town.Town
	seats map[trustlist.Party]seat
	key   *jws.Private // of Zhou's wallet
}

func newMoveWorld(t *testing.T) *moveWorld {
	t.Helper()
	p := packed(t)
	seats := settle(t, p)
	all, _ := start(t, p, seats)
	w := &moveWorld{caseWorld: &caseWorld{t: t, town: all["changsha"], in: map[string]caller{}}, all: all, seats: map[trustlist.Party]seat{}}
	var err error
	if w.key, err = jws.Generate(jws.ES256, rand.Reader); err != nil {
		t.Fatal(err)
	}
	for _, s := range seats {
		w.seats[s.name] = s
		if s.name == trustlist.Office {
			continue
		}
		if err := all[s.name].Issue(t.Context(), "demo"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"li.ming", "zhou.yun", "clerk", "registrar"} {
			accounts[name] = map[string]string{"registrar": "demo-keeps-the-register"}[name]
			if accounts[name] == "" {
				accounts[name] = passwords[name]
			}
			w.in[name+"@"+string(s.name)] = signIn(t, s, name)
		}
	}
	listed(t, all)
	return w
}

// citizen adds somebody who signs in at a city.
func (w *moveWorld) citizen(at trustlist.Party, login, number, name string) {
	w.t.Helper()
	const password = "a wooden boat by the lake"
	p, err := people.New(people.Options{Store: w.all[at].App.Store(), Party: string(at), URL: w.all[at].URL(), Cost: identity.Cost{Passes: 1, Memory: 8 << 10, Threads: 1}})
	if err != nil {
		w.t.Fatal(err)
	}
	a := identity.Account{Login: login, Name: name, Kind: rights.Citizen, HolderKind: licence.KindCitizen, HolderCode: number}
	if _, err := p.AddAccount(w.t.Context(), a, password, "test"); err != nil {
		w.t.Fatal(err)
	}
	accounts[login] = password
	w.in[login+"@"+string(at)] = signIn(w.t, w.seats[at], login)
}

// held is a person's licence of a type at a city, bound to the wallet's key.
func (w *moveWorld) held(at trustlist.Party, number, kind string) *sdjwt.Shown {
	w.t.Helper()
	desk := w.all[at].Desk
	list, err := desk.List(w.t.Context(), store.LicenceFilter{Types: []string{kind}, Holder: number, State: licence.Valid})
	if err != nil || len(list) != 1 {
		w.t.Fatalf("%s has %d licences of %s: %v", number, len(list), kind, err)
	}
	jwk := w.key.Public().JWK("")
	r, err := desk.Act(w.t.Context(), list[0].ID, licence.Change, licence.How{By: "test", Reason: "绑定", Key: &jwk})
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := sdjwt.Parse(r.Credential, jws.Algorithms...)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// shows puts a licence of another city to a case, from the wallet.
func (w *moveWorld) shows(who, path, kind, material string, attributes []string, one *sdjwt.Shown) {
	w.t.Helper()
	var asked struct {
		Request struct{ ID, Link string }
	}
	names, _ := json.Marshal(attributes)
	if status, p := w.ask(who, "POST", path+"/shares", `{"wanted":"`+kind+`","attributes":`+string(names)+`,"material":"`+material+`"}`, &asked); status >= 300 {
		w.t.Fatalf("asked of the wallet: %d %+v", status, p)
	}
	link, err := openid4vp.ReadLink(asked.Request.Link)
	if err != nil {
		w.t.Fatal(err)
	}
	const nonce = "a-nonce-of-the-wallet-22"
	answer, err := http.PostForm(link.RequestURI, url.Values{"wallet_nonce": {nonce}})
	if err != nil {
		w.t.Fatal(err)
	}
	object, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	mine, _ := w.town.Node.Card(w.town.Node.Me())
	anchors, err2 := mine.Card.Certificates()
	if err != nil || err2 != nil || answer.StatusCode != 200 {
		w.t.Fatal(err, err2, answer.StatusCode, string(object))
	}
	r, err := openid4vp.Wallet{Anchors: append([]*x509.Certificate{}, anchors...), Profile: openid4vp.HAIP}.Read(link, string(object), nonce, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	chosen, err := r.Query.Select(r.Query.Matches([]*sdjwt.Shown{one}), false)
	if err != nil {
		w.t.Fatal(err)
	}
	form, err := r.Present(rand.Reader, chosen, signWith(w.key), time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	if answer, err = http.PostForm(r.ResponseURI, form); err != nil || answer.StatusCode != 200 {
		w.t.Fatal(err, answer.StatusCode)
	}
	answer.Body.Close()
	w.done(who, "POST", path+"/shares", `{"request":"`+asked.Request.ID+`","material":"`+material+`"}`)
}

// applies brings an application of Zhou's to the clerk of Changsha.
func (w *moveWorld) applies(form string) (id, path string) {
	w.t.Helper()
	v := w.done("zhou.yun@changsha", "POST", "/cases", `{"item":"household-transfer"}`)
	path = "/cases/" + v.ID
	w.shows("zhou.yun@changsha", path, residence.TypeRegister, "household-register", []string{"address", "head"}, w.held("zhuzhou", zhouNumber, residence.TypeRegister))
	w.shows("zhou.yun@changsha", path, "11100000XXGAB00010002", "identity", []string{"birth_date"}, w.held("zhuzhou", zhouNumber, "11100000XXGAB00010002"))
	w.done("zhou.yun@changsha", "PUT", path+"/form", `{"form":`+w.hosted(form)+`}`)
	return v.ID, path
}

// hosted is a form with the number of Li's household, as he reads it himself.
func (w *moveWorld) hosted(form string) string {
	w.t.Helper()
	var mine struct{ Household struct{ ID string } }
	if status, p := w.ask("li.ming@changsha", "GET", "/households/mine", "", &mine); status != 200 {
		w.t.Fatalf("the household of Li: %d %+v", status, p)
	}
	return strings.ReplaceAll(form, "HOST", mine.Household.ID)
}

func (w *moveWorld) consentTo(who, path string) hostAnswer {
	w.t.Helper()
	var v struct{ Consent hostAnswer }
	if status, p := w.ask(who, "GET", path+"/eligibility", "", &v); status != 200 {
		w.t.Fatalf("the consent: %d %+v", status, p)
	}
	return v.Consent
}

// hostAgrees lets Li find that he is asked, and agree.
func (w *moveWorld) hostAgrees() {
	w.t.Helper()
	var mine struct {
		Cases []struct{ ID, Item, State string }
	}
	if status, p := w.ask("li.ming@changsha", "GET", "/cases", "", &mine); status != 200 {
		w.t.Fatalf("his cases: %d %+v", status, p)
	}
	for _, c := range mine.Cases {
		if c.Item == "household-host-consent" && c.State == "host-asked" {
			w.done("li.ming@changsha", "POST", "/cases/"+c.ID+"/moves", `{"move":"host-agree"}`)
			return
		}
	}
	w.t.Fatalf("nobody asks him: %+v", mine)
}

func (w *moveWorld) state(who, path string) string {
	w.t.Helper()
	var v view
	if status, p := w.ask(who, "GET", path, "", &v); status != 200 {
		return fmt.Sprint(status, " ", p.Code)
	}
	return v.State
}

// stands is whether a case is eligible, and how each condition stands; each has words and a source.
func (w *moveWorld) stands(who, path string) (eligible bool, list string) {
	w.t.Helper()
	type both struct{ Zh, En string }
	var v struct {
		Kind       string
		Name       both
		Eligible   bool
		OldWay     *both
		Conditions []struct {
			ID, Stands, Rule, Grade string
			Asks, Missing, Source   both
		}
	}
	if status, p := w.ask(who, "GET", path+"/eligibility", "", &v); status != 200 || v.Kind != "work" || v.Name.En != "a move for work" || v.OldWay != nil {
		w.t.Errorf("eligibility: %d %+v %+v", status, v, p)
	}
	var all []string
	for _, c := range v.Conditions {
		all = append(all, c.ID+" "+c.Stands)
		if c.Rule == "" || c.Grade == "" || c.Asks.Zh == "" || c.Asks.En == "" || c.Missing.Zh == "" || c.Missing.En == "" || c.Source.Zh == "" || c.Source.En == "" {
			w.t.Errorf("a condition lacks words: %+v", c)
		}
	}
	return v.Eligible, strings.Join(all, ", ")
}

func (w *moveWorld) becomes(who, path, state string) {
	w.t.Helper()
	eventually(w.t, path+" of "+who+" becomes "+state, func() bool { return w.state(who, path) == state })
}
