package cases_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"conurb/app"
	"conurb/app/cases"
	"conurb/app/services"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/livelihood/casework"
	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
	"conurb/plan/pack"
	"conurb/region"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

var zone = time.FixedZone("Asia/Shanghai", 8*3600)

// world are two cities and the office with their desks, a clock that a test moves, and the region's
// own catalogue and holidays.
type world struct {
	t testing.TB
	*storetest.Watch
	nodes map[string]*city
	pack  *pack.Pack
}

type city struct {
	name  string
	store *store.Store
	desk  *cases.Desk
	voice store.Voice
	told  []string // codes of notices
	types *licence.Register
}

// Tell is the teller of a test: it writes into the evidence log what notices would.
func (c *city) Tell(_ *store.Deed, to casework.Person, code string, args map[string]string, link string) error {
	if to.Code == "" || link == "" || args["item"] == "" {
		return errors.New("a notice to nobody about nothing")
	}
	c.told = append(c.told, code)
	return nil
}

var names = []string{"changsha", "zhuzhou", "office"}

func newWorld(t testing.TB, kind string) *world {
	t.Helper()
	w := &world{t: t, Watch: storetest.NewWatch(time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC), 0), nodes: map[string]*city{}}
	p, problems := pack.Load(region.CZT())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w.pack = p
	for _, name := range names {
		w.nodes[name] = &city{name: name, voice: nodetest.Voice(t, message.Node(name))}
	}
	for _, name := range names {
		w.open(w.nodes[name], storetest.DSN(t, kind))
	}
	for _, c := range w.nodes {
		for _, of := range w.nodes {
			w.must(c.store.JoinCard(t.Context(), nodetest.Card(t, of.voice, w.Now())))
		}
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) at(day string) {
	d, err := time.ParseInLocation("2006-01-02", day, zone)
	w.must(err)
	w.Set(d.Add(10 * time.Hour).UTC())
}

func (w *world) open(c *city, dsn string) {
	w.t.Helper()
	c.store = storetest.OpenWith(w.t, dsn, store.Options{Signer: storetest.Signer(w.t, nodetest.LogName(c.voice.Node)), Now: w.Now})
	calendar, err := casework.ReadHolidays(casework.HolidaysFile, w.pack.Files[casework.HolidaysFile], zone)
	w.must(err)
	b, err := os.ReadFile("../../region/czt/" + licence.RegisterFile)
	w.must(err)
	c.types, err = licence.ReadRegister(licence.RegisterFile, b)
	w.must(err)
	refs := app.CatalogueRefs(w.pack, c.types, nil)
	all, err := catalogue.Load(w.pack.Files, refs)
	w.must(err)
	voice := func() store.Voice { return c.voice }
	s := services.Settings{Store: c.store, Catalogue: all, Refs: refs, Region: w.pack.ID, Cities: w.pack.Area.Cities, Others: func() []trustlist.Party { return nil }, Voice: voice}
	if c.name != "office" {
		s.City = c.name
	}
	shelf, err := services.New(w.t.Context(), s)
	w.must(err)
	c.desk, err = cases.New(cases.Settings{Store: c.store, City: c.name, Office: "A", Calendar: calendar, Items: ofOffice{shelf.ForCases()}, Teller: c, Above: above, Voice: voice, Now: w.Now,
		Offices: func(context.Context) ([]cases.Office, error) {
			return []cases.Office{{Code: "A", Name: "甲"}, {Code: "B", Name: "乙"}}, nil
		},
		Cities: func() []string { return []string{"changsha", "zhuzhou"} }})
	w.must(err)
}

// above is the one supervisor of the office A.
func above(_ *store.Deed, office string) ([]casework.Person, error) {
	if office != "A" {
		return nil, nil
	}
	return []casework.Person{{City: "changsha", Kind: "111", Code: "430199197001010011", Name: "何敏"}}, nil
}

// ofOffice has every item answered for by the office of the node, where these clerks sit.
type ofOffice struct{ cases.Items }

func (o ofOffice) Item(ctx context.Context, city, id string) (cases.Item, error) {
	it, err := o.Items.Item(ctx, city, id)
	it.Office = "A"
	return it, err
}

// settle carries and handles until nothing is under way.
func (w *world) settle() {
	w.t.Helper()
	p := nodetest.Between(w.Now)
	for _, name := range names {
		c := w.nodes[name]
		p.Nodes = append(p.Nodes, nodetest.Node{Voice: c.voice, Store: c.store, Effect: nodetest.By(c.desk.Handlers())})
	}
	w.must(p.Settle(w.t.Context()))
}

var (
	li   = casework.Actor{By: casework.Applicant, Person: casework.Person{City: "changsha", Account: "a-li", Kind: "111", Code: "430199199003070011", Name: "李明"}}
	zhou = casework.Actor{By: casework.Applicant, Person: casework.Person{City: "changsha", Account: "a-zhou", Kind: "111", Code: "430299198811150029", Name: "周云"}}
	chen = casework.Actor{By: casework.Clerk, Office: "A", Person: casework.Person{City: "changsha", Account: "a-chen", Name: "陈刚"}}
	bo   = casework.Actor{By: casework.Clerk, Office: "B", Person: casework.Person{City: "changsha", Account: "a-bo", Name: "薄"}}
	he   = casework.Actor{By: casework.Supervisor, Office: "A", Person: casework.Person{City: "changsha", Account: "a-he", Name: "何敏"}}
)

const item = "residence-permit"

const good = `{"name":"李明","number":"430199199003070011","phone":"13800000000","address":"岳麓区2号","since":"2025-01-01","ground":"study","delivery":"online"}`

// card gives Li an identity card of a city.
func (w *world) cardOf(c *city) licence.Record {
	w.t.Helper()
	key, err := jws.Generate(jws.ES256, rand.Reader)
	w.must(err)
	t := c.types.Type("11100000XXGAB00010002")
	d := licence.Draft{Type: t.Code, Authority: licence.Authority{City: c.name, Code: "11430100XX00000010", Name: "公安局"}, Holder: licence.Holder{Kind: "111", Code: li.Code, Name: li.Name},
		Attributes: map[string]any{"sex": "男", "ethnicity": "汉", "birth_date": "1990-03-07", "address": "雨花区1号"}}
	r, err := c.store.IssueLicence(w.t.Context(), t, d, "issuer", zone, store.Shape{}, func(r *licence.Record) error {
		return r.Seal(rand.Reader, t, key, licence.Settings{Zone: zone})
	})
	w.must(err)
	return r
}

// submitted is a case of Li's that was sent.
func (w *world) submitted(c *city) casework.Case {
	w.t.Helper()
	k, err := c.desk.Open(w.t.Context(), li, cases.Opening{Item: item, Applicant: li.Person, Form: []byte(good)})
	w.must(err)
	_, err = c.desk.Share(w.t.Context(), k.ID, li, cases.Consent{Licence: w.cardOf(c).ID, Attributes: []string{"holder.name"}, Material: "identity"})
	w.must(err)
	return w.act(c, k.ID, li, casework.Act{Move: "submit"})
}

// submittedAgain is another one, with the card that he has.
func (w *world) submittedAgain(c *city) casework.Case {
	w.t.Helper()
	k, err := c.desk.Open(w.t.Context(), li, cases.Opening{Item: item, Applicant: li.Person, Form: []byte(good)})
	w.must(err)
	_, err = c.desk.Share(w.t.Context(), k.ID, li, cases.Consent{Licence: w.cardOnce(c), Attributes: []string{"holder.name"}, Material: "identity"})
	w.must(err)
	return w.act(c, k.ID, li, casework.Act{Move: "submit"})
}

func (w *world) act(c *city, id string, by casework.Actor, a casework.Act) casework.Case {
	w.t.Helper()
	a.By = by
	k, err := c.desk.Act(w.t.Context(), id, a)
	if err != nil {
		w.t.Fatalf("%s: %v", a.Move, err)
	}
	return k
}

// refused is the code of a refusal, of which nothing was kept but a note.
func (w *world) refused(c *city, id string, by casework.Actor, a casework.Act) string {
	w.t.Helper()
	before, err := c.store.Case(w.t.Context(), id)
	w.must(err)
	a.By = by
	_, err = c.desk.Act(w.t.Context(), id, a)
	after, readErr := c.store.Case(w.t.Context(), id)
	w.must(readErr)
	if fmt.Sprint(before.Version, before.State) != fmt.Sprint(after.Version, after.State) {
		w.t.Errorf("%s was refused, and changed the case", a.Move)
	}
	list, readErr := c.store.RefusedActs(w.t.Context(), id, 1)
	w.must(readErr)
	var no *casework.Refusal
	if !errors.As(err, &no) {
		w.t.Fatalf("%s: %v", a.Move, err)
	}
	if len(list) != 1 || list[0].Code != no.Code || list[0].Move != a.Move || list[0].By.Account != by.Account {
		w.t.Errorf("%s: the log has %+v", a.Move, list)
	}
	return no.Code
}

// cardOnce is the id of an identity card of Li's at a city, issued when it is first asked for.
func (w *world) cardOnce(c *city) string {
	w.t.Helper()
	list, err := c.store.Licences(w.t.Context(), store.LicenceFilter{Holder: li.Code})
	w.must(err)
	if len(list) > 0 {
		return list[0].ID
	}
	return w.cardOf(c).ID
}
