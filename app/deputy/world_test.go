package deputy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/app/cases"
	"conurb/app/deputy"
	"conurb/area"
	"conurb/internal/casetest"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/deputy"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
)

// items is a catalogue of the certificate, one item of the standard course that may be handed over,
// and one that may not; a form without a purpose has a fault.
type items struct{ casetest.Lenient }

func (items) Item(_ context.Context, city, id string) (cases.Item, error) {
	course := map[string]string{rules.ItemCertificate: rules.ItemCertificate, "permit": "standard", "alone": "standard"}[id]
	if course == "" {
		return cases.Item{}, fmt.Errorf("%s: %w", id, store.ErrUnknown)
	}
	return cases.Item{ID: id, City: city, Course: course, Promised: 1, Office: "desk"}, nil
}

func (items) Check(_ context.Context, it cases.Item, answers json.RawMessage, whole bool) ([]cases.Fault, error) {
	if whole && it.City == "zhuzhou" && !strings.Contains(string(answers), "purpose") {
		return []cases.Fault{{Field: "/purpose", Key: "casework.need.to"}}, nil
	}
	return nil, nil
}

// told is who hears what applicants are told.
type told struct{ codes []string }

func (t *told) Tell(_ *store.Deed, _ casework.Person, code string, _ map[string]string, _ string) error {
	t.codes = append(t.codes, code)
	return nil
}

// watch is one for both cities of a test, and outlives the stores.
func watch() *storetest.Watch {
	return storetest.NewWatch(time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC), time.Second/4)
}

type city struct {
	*deputy.Desk
	t     testing.TB
	name  message.Node
	voice store.Voice
	told  *told
}

func newCity(t testing.TB, dsn string, name message.Node, at *storetest.Watch) *city {
	t.Helper()
	b, err := os.ReadFile("../../region/czt/licence/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	types, err := licence.ReadRegister(licence.RegisterFile, b)
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: at.Now})
	c := &city{t: t, name: name, voice: nodetest.Voice(t, name), told: &told{}}
	code := map[message.Node]string{"changsha": "11430100XX00000010", "zhuzhou": "11430200XX00000010"}[name]
	auth, err := authority.New(authority.Settings{Store: s, Types: types, Zone: time.UTC, Now: at.Now, Offices: []licence.Authority{{City: string(name), Code: code, Name: "局"}},
		Sealing: func() authority.Sealing { return authority.Sealing{Key: c.voice.Key} }})
	if err != nil {
		t.Fatal(err)
	}
	desk, err := cases.New(cases.Settings{Store: s, City: string(name), Office: "desk", Calendar: casework.Weekends(time.UTC), Items: items{}, Now: at.Now, Teller: c.told})
	if err != nil {
		t.Fatal(err)
	}
	c.Desk, err = deputy.New(deputy.Settings{Store: s, Me: string(name), Cases: desk, Authority: auth, Voice: func() store.Voice { return c.voice },
		Cities: func() []string { return []string{"changsha", "zhuzhou"} }, Handed: func(item string) bool { return item != "alone" }, Items: []string{"permit"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *city) node() nodetest.Node {
	return nodetest.Node{Voice: c.voice, Store: c.Store, Effect: nodetest.By(c.Handlers())}
}

func settle(t testing.TB, a, b *city, at *storetest.Watch) {
	t.Helper()
	must(t, nodetest.Later(context.Background(), at, a.node(), b.node()))
}

const zhou, child = "430299198811150029", "430299201503070022"

var applicant = casework.Person{City: "changsha", Account: "zhou", Kind: "111", Code: zhou, Name: "周云（示例）"}

// two are Changsha, where Zhou Yun stands, and Zhuzhou, where she is registered with a child.
func two(t testing.TB, dsns [2]string, at *storetest.Watch) (window, home *city) {
	t.Helper()
	window, home = newCity(t, dsns[0], "changsha", at), newCity(t, dsns[1], "zhuzhou", at)
	err := home.Store.Do(context.Background(), func(d *store.Deed) error {
		_, err := d.KeepFamily(store.FamilyVersion{By: "test", Why: "entered", At: d.At(), Salt: "salt", Household: family.Household{ID: "h1", City: "zhuzhou", Kind: "family", Address: "株洲市示例区示例路2号", Head: zhou, Version: 1,
			Members: []family.Member{{Person: zhou, Name: "周云（示例）", Sex: "2", Born: area.NewDate(1988, 11, 15), Relation: "02", Since: area.NewDate(2010, 1, 1)},
				{Person: child, Name: "周小（示例）", Sex: "2", Born: area.NewDate(2015, 3, 7), Relation: "30", Since: area.NewDate(2015, 3, 7)}}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return window, home
}

func fresh(t testing.TB) [2]string {
	return [2]string{storetest.DSN(t, "sqlite"), storetest.DSN(t, "sqlite")}
}

// form is what she asks for.
func form(kind, about string) string {
	return `{"certificate":"` + kind + `","about":"` + about + `","purpose":"办理入学"}`
}

// apply opens a case at the window, shows a licence, and hands it in.
func (c *city) apply(ctx context.Context, item, form string) (casework.Case, error) {
	by := casework.Actor{Person: applicant, By: casework.Applicant}
	k, err := c.Cases.Open(ctx, by, cases.Opening{Item: item, Applicant: applicant, Form: json.RawMessage(form)})
	if err != nil {
		return k, err
	}
	if err := c.show(ctx, k.ID); err != nil {
		return k, err
	}
	return c.Cases.Act(ctx, k.ID, casework.Act{Move: "submit", By: by})
}

// show puts a share into a case, as the counter does.
func (c *city) show(ctx context.Context, id string) error {
	return c.Store.Do(ctx, func(d *store.Deed) error {
		k, err := d.Case(id)
		if err != nil || len(k.Shared) > 0 {
			return err
		}
		k.Shared = []casework.Share{{Material: "identity", Type: "11100000XXGAB00010002", City: "zhuzhou", Identifier: "1.2.156", Digest: "d1", Check: "check-1", At: d.At(), Attributes: map[string]any{"adult": true}}}
		k.Note(casework.Event{Move: "share", From: k.State, To: k.State, At: d.At()})
		return d.KeepCase(&k, casework.PhaseDraft)
	})
}

func (c *city) clerk(ctx context.Context, id, move, words string, input string) error {
	by := casework.Actor{Person: casework.Person{City: string(c.name), Account: "clerk", Name: "陈刚"}, By: casework.Clerk}
	_, err := c.Cases.Act(ctx, id, casework.Act{Move: move, By: by, Reason: words, Grounds: words, Input: json.RawMessage(input)})
	return err
}

const toZhuzhou = `{"to":"zhuzhou"}`

func (c *city) newest() casework.Case {
	c.t.Helper()
	return casetest.Last(c.t, c.Store)
}

func (c *city) of(id string) casework.Case {
	c.t.Helper()
	return casetest.Of(c.t, c.Store, id)
}

func (c *city) sound() {
	c.t.Helper()
	storetest.Sound(c.t, c.Store, string(c.name))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
