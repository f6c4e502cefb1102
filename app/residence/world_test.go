package residence_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/app/cases"
	"conurb/app/register"
	"conurb/app/residence"
	"conurb/area"
	"conurb/internal/casetest"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/eligibility"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
)

// world is three cities and the office with databases, keys and messages as in earnest; who
// carries them is the test. Its clock stands still until it is moved.
type world struct {
	t     testing.TB
	nodes map[household.City]*node
	peers message.Peers
	*storetest.Watch
	drop map[string]int // kinds of messages of which so many are lost
}

type node struct {
	*residence.Room
	name     household.City
	store    *store.Store
	register *register.Register
	cases    *cases.Desk
	desk     *authority.Desk
	voice    store.Voice
	world    *world
}

var names = []household.City{"changsha", "office", "xiangtan", "zhuzhou"}

func newWorld(t testing.TB) *world { return newWorldOf(t, "sqlite") }

func newWorldOf(t testing.TB, kind string) *world {
	t.Helper()
	w := &world{t: t, nodes: map[household.City]*node{}, peers: message.Peers{}, Watch: storetest.NewWatch(time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC), 0), drop: map[string]int{}}
	for _, name := range names {
		n := &node{name: name, voice: nodetest.Voice(t, name), world: w}
		w.nodes[name], w.peers[name] = n, []message.Key{{Public: n.voice.Key.Public()}}
	}
	for _, name := range names {
		w.nodes[name].open(storetest.DSN(t, kind))
	}
	for _, n := range w.nodes {
		for _, of := range w.nodes {
			w.must(n.store.JoinCard(context.Background(), nodetest.Card(t, of.voice, w.Now())))
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

var zone = time.FixedZone("Asia/Shanghai", 8*3600)

var authorities = map[household.City]string{"changsha": "11430100XX00000010", "zhuzhou": "11430200XX00000010", "xiangtan": "11430300XX00000010", "office": "11430000XX00000010"}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../../region/czt/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (n *node) open(dsn string) {
	w := n.world
	n.store = storetest.OpenWith(w.t, dsn, store.Options{Signer: storetest.Signer(w.t, nodetest.LogName(n.name)), Now: w.Now})
	others := func() (list []household.City) {
		for _, name := range names {
			if name != n.name {
				list = append(list, name)
			}
		}
		return list
	}
	voice := func() store.Voice { return n.voice }
	n.register = register.New(register.Settings{Store: n.store, Me: n.name, Now: w.Now, Voice: voice, Peers: func() message.Peers { return w.peers }, Others: others})
	calendar, err := casework.ReadHolidays(casework.HolidaysFile, readFile(w.t, casework.HolidaysFile), zone)
	w.must(err)
	n.cases, err = cases.New(cases.Settings{Store: n.store, City: string(n.name), Office: authorities[n.name], Calendar: calendar, Items: residence.Items{Items: items{}}, Now: w.Now, Voice: voice})
	w.must(err)
	types, err := licence.ReadRegister(licence.RegisterFile, readFile(w.t, licence.RegisterFile))
	w.must(err)
	key, err := jws.Generate(jws.ES256, rand.Reader)
	w.must(err)
	n.desk, err = authority.New(authority.Settings{Store: n.store, Types: types, Zone: zone, Now: w.Now, Voice: voice,
		Offices: []licence.Authority{{City: string(n.name), Code: authorities[n.name], Name: "公安局"}}, Sealing: func() authority.Sealing { return authority.Sealing{Key: key} }})
	w.must(err)
	rules, err := eligibility.Read(eligibility.RulesFile, readFile(w.t, eligibility.RulesFile))
	w.must(err)
	n.Room, err = residence.New(residence.Settings{Store: n.store, Me: n.name, Others: others, Register: n.register, Cases: n.cases, Desk: n.desk, Rules: rules,
		Voice: voice, Zone: zone, Now: w.Now})
	w.must(err)
}

// items is a catalogue of the one item that a move-in is of, as the region has it: six materials,
// no licence asked for before it is submitted.
type items struct{ casetest.Lenient }

func (items) Item(_ context.Context, city, id string) (cases.Item, error) {
	if id != course.ItemIn {
		return cases.Item{}, store.ErrUnknown
	}
	return cases.Item{ID: id, City: city, Course: course.MoveInName, Promised: 12, Materials: []cases.Material{{ID: "household-register", Types: []string{residence.TypeRegister}}}}, nil
}

// post is the post between all; what is to be dropped is lost on the way.
func (w *world) post() nodetest.Post {
	p := nodetest.Post{Now: w.Now, Peers: w.peers, Times: func(m message.Sealed) int {
		if w.drop[m.Envelope.Kind] > 0 {
			w.drop[m.Envelope.Kind]--
			return 0
		}
		return 1
	}}
	for _, name := range names {
		n := w.nodes[name]
		p.Nodes = append(p.Nodes, nodetest.Node{Voice: n.voice, Store: n.store, Effect: n.effect})
	}
	return p
}

// settle carries and handles until nothing is under way.
func (w *world) settle() {
	w.t.Helper()
	w.must(w.post().Settle(context.Background()))
}

// effect is that of a message at a node.
func (n *node) effect(ctx context.Context, d *store.Deed, m message.Sealed) error {
	if h, ok := n.Handlers()[m.Envelope.Kind]; ok {
		return h(ctx, d, m)
	}
	if h, ok := n.register.Handlers()[m.Envelope.Kind]; ok {
		return h(ctx, d, m)
	}
	return nil // figures of the desk of cases
}

// someone is a person with a sound number.
type someone struct {
	name, born string
	sex        family.Sex
	order      int
}

func (s someone) number() family.Person {
	order := s.order * 2
	if s.sex == family.Male {
		order++
	}
	text := fmt.Sprintf("430299%s%s%s%03d", s.born[:4], s.born[5:7], s.born[8:], order)
	sum := 0
	for i, k := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(text[i]-'0') * k
	}
	return family.Person(text + string("10X98765432"[sum%11]))
}

func (s someone) member(r family.Relation, guardians ...someone) family.Member {
	day, err := area.ParseDate(s.born)
	if err != nil {
		panic(err)
	}
	m := family.Member{Person: s.number(), Name: s.name, Sex: s.sex, Born: day, Relation: r}
	for _, g := range guardians {
		m.Guardians = append(m.Guardians, g.number())
	}
	return m
}

// The people of the tests: zhou and chen are married, and have a child; li hosts in Changsha.
var (
	zhou = someone{"周云", "1988-11-15", family.Female, 1}
	chen = someone{"陈涛", "1987-02-03", family.Male, 2}
	kid  = someone{"陈小满", "2016-06-01", family.Female, 3}
	gran = someone{"周奶奶", "1955-01-01", family.Female, 4}
	li   = someone{"李明", "1990-03-07", family.Male, 5}
)

func (n *node) enter(kind family.Kind, address string, members ...family.Member) family.Household {
	n.world.t.Helper()
	h := family.Household{Kind: kind, Address: address}
	if kind == family.Collective {
		h.Unit, h.Places = "示例大学", 2
	}
	h, err := n.Enter(context.Background(), "registrar", residence.Entry{Household: h, Members: members, Licences: true})
	n.world.must(err)
	return h
}

// homes enters the household of zhou in Zhuzhou and that of li in Changsha.
func (w *world) homes() (zhous, lis family.Household) {
	zhous = w.nodes["zhuzhou"].enter(family.Family, "株洲市示例路2号", zhou.member(family.Head), chen.member(family.Husband), kid.member("30", zhou, chen), gran.member(family.Mother))
	return zhous, w.nodes["changsha"].enter(family.Family, "长沙市示例路1号", li.member(family.Head))
}

func (s someone) actor(city household.City) casework.Actor {
	return casework.Actor{By: casework.Applicant, Person: casework.Person{City: string(city), Account: "account " + s.name, Kind: licence.KindCitizen, Code: string(s.number()), Name: s.name}}
}

func clerk(city household.City) casework.Actor {
	return casework.Actor{By: casework.Clerk, Office: authorities[city], Person: casework.Person{City: string(city), Account: "clerk of " + string(city), Name: "经办人"}}
}

// form is an application for a move for work into the household of li.
func form(people ...someone) map[string]any {
	list := []any{}
	for _, p := range people {
		one := map[string]any{"number": p.number(), "name": p.name, "relation": "97"}
		list = append(list, one)
	}
	return map[string]any{"kind": "work", "from": "zhuzhou", "people": list, "as": "host", "host": map[string]any{"household": "li"}, "phone": "13900000000"}
}

// founding is the same into a household of one's own.
func founding(people ...someone) map[string]any {
	f := form(people...)
	delete(f, "host")
	for _, p := range f["people"].([]any) {
		delete(p.(map[string]any), "relation")
	}
	f["as"], f["address"] = "found", "长沙市新路3号"
	return f
}

// text is a form as it is sent, with the number of li's household where it is named.
func (n *node) text(f map[string]any) json.RawMessage {
	n.world.t.Helper()
	if h, is := f["host"].(map[string]any); is && h["household"] == "li" {
		home, _ := n.home(li)
		h["household"] = home.ID
	}
	text, err := json.Marshal(f)
	n.world.must(err)
	return text
}

// openCase opens a case with a form.
func (n *node) openCase(who someone, f map[string]any) casework.Case {
	n.world.t.Helper()
	text := n.text(f)
	by := who.actor(n.name)
	c, err := n.cases.Open(context.Background(), by, cases.Opening{Item: course.ItemIn, Applicant: by.Person, Form: text})
	n.world.must(err)
	return c
}

func (n *node) act(id, move string, by casework.Actor, input map[string]any) error {
	a := casework.Act{Move: move, By: by, Grounds: "依据", Reason: "原因"}
	if input != nil {
		text, err := json.Marshal(input)
		n.world.must(err)
		a.Input = text
	}
	_, err := n.cases.Act(context.Background(), id, a)
	return err
}

// done is act, and everything that follows from it in any city.
func (n *node) done(id, move string, by casework.Actor, input map[string]any) {
	n.world.t.Helper()
	n.world.must(n.act(id, move, by, input))
	n.world.settle()
}

func (n *node) kase(id string) casework.Case {
	n.world.t.Helper()
	c, err := n.store.Case(context.Background(), id)
	n.world.must(err)
	return c
}

// papers are those that a clerk sees where nothing was shared.
var papers = map[string]any{"papers": "household-register identity employment housing"}

// promise brings a case to the clerk of Zhuzhou: applied for, checked, permitted.
func (w *world) promise(who someone, f map[string]any) string {
	w.t.Helper()
	t := w.nodes["changsha"]
	c := t.openCase(who, f)
	t.done(c.ID, "submit", who.actor("changsha"), nil)
	if got := t.kase(c.ID); got.State != course.InExamining {
		w.t.Fatalf("the case is %s: %s", got.State, got.Facts[residence.FactFaults])
	}
	t.agree(c.ID)
	t.done(c.ID, "in-promise", clerk("changsha"), papers)
	return c.ID
}

// agree lets li agree to whoever is to join his household, where he is asked.
func (n *node) agree(id string) {
	n.world.t.Helper()
	if k := n.kase(id); k.Facts[residence.FactHost] == course.ConsentAsked {
		n.world.must(n.act(k.Facts[residence.FactConsent], "host-agree", li.actor(n.name), nil))
	}
}

// reached lets the clerk of Zhuzhou speak to the applicant.
func (w *world) reached(id string) {
	w.t.Helper()
	w.nodes["zhuzhou"].done(id, "out-reached", clerk("zhuzhou"), map[string]any{"channel": "phone"})
}

func (w *world) state(city household.City, id string) casework.State {
	w.t.Helper()
	return w.nodes[city].kase(id).State
}

// where asks every city, which have to agree.
func (w *world) where(p someone) household.City {
	w.t.Helper()
	var said []household.City
	for _, name := range []household.City{"changsha", "zhuzhou", "xiangtan"} {
		r, err := w.nodes[name].register.Where(context.Background(), p.number())
		var no *household.Refusal
		if errors.As(err, &no) && no.Code == household.RefusedUnknown {
			continue
		}
		w.must(err)
		said = append(said, r.City)
	}
	if len(said) == 0 || len(slices.Compact(slices.Clone(said))) != 1 {
		w.t.Fatalf("%s is said to be in %v", p.name, said)
	}
	return said[0]
}

func (n *node) home(p someone) (family.Household, family.Member) {
	n.world.t.Helper()
	h, err := n.store.FamilyOf(context.Background(), p.number())
	if errors.Is(err, store.ErrUnknown) {
		return h, family.Member{}
	}
	n.world.must(err)
	m, _ := h.Member(p.number())
	return h, m
}

// licences are the states of a person's licences of a type, the newest first.
func (n *node) licences(p someone, kind string) (list []licence.Record) {
	n.world.t.Helper()
	list, err := n.store.Licences(context.Background(), store.LicenceFilter{Types: []string{kind}, Holder: string(p.number())})
	n.world.must(err)
	return list
}

// sound holds every node to its log.
func (w *world) sound() {
	w.t.Helper()
	for _, name := range names {
		storetest.Sound(w.t, w.nodes[name].store, string(name))
	}
}

func (n *node) backup() []byte {
	n.world.t.Helper()
	var b bytes.Buffer
	n.world.must(n.store.Backup(context.Background(), &b))
	return b.Bytes()
}

// restored brings a node back from a backup into a new database.
func (n *node) restored(backup []byte) {
	n.world.t.Helper()
	n.open(storetest.DSN(n.world.t, "sqlite"))
	if _, err := n.store.Restore(context.Background(), bytes.NewReader(backup), int64(len(backup))); err != nil {
		n.world.t.Fatal(err)
	}
}
