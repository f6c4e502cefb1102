package authority_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/message"
)

// The codes of three types of the region: of a permit a holder has one, and it is
// transferred; an identity card is not; of cars he has several.
const (
	permit       = "11100000XXGAB00010003"
	identityCard = "11100000XXGAB00010002"
	vehicle      = "11100000XXGAB00010005"
)

// wang is a citizen who does not exist.
const wang = "11010519491231002X"

func types(t testing.TB) *licence.Register {
	t.Helper()
	b, err := os.ReadFile("../../region/czt/licence/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := licence.ReadRegister(licence.RegisterFile, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// city is a node with its desk. changed is what the desk tells of.
type city struct {
	*authority.Desk
	t       testing.TB
	name    message.Node
	voice   store.Voice
	changed []licence.Record
}

// watch is one for all cities of a test, and outlives the stores: settle moves it on.
var watch = storetest.NewWatch(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), time.Second/4)

var offices = map[message.Node]string{"changsha": "11430100XX00000010", "xiangtan": "11430300XX00000010"}

func newCity(t testing.TB, dsn string, name message.Node) *city {
	t.Helper()
	c := &city{t: t, name: name, voice: nodetest.Voice(t, name)}
	var err error
	c.Desk, err = authority.New(authority.Settings{
		Store: storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: watch.Now}),
		Types: types(t), Zone: time.UTC, Now: watch.Now,
		Offices: []licence.Authority{{City: string(name), Code: offices[name], Name: "局"}},
		Sealing: func() authority.Sealing { return authority.Sealing{Key: c.voice.Key} },
		Voice:   func() store.Voice { return c.voice },
		Changed: func(_ *store.Deed, r licence.Record) error { c.changed = append(c.changed, r); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// draft is a licence of a type for wang, read as a clerk's is.
func (c *city) draft(code string) licence.Draft {
	d := licence.Draft{Type: code, Authority: c.Offices[0], Holder: licence.Holder{Kind: "111", Code: wang, Name: "王小明"}, Attributes: map[string]any{}}
	if code == permit {
		d.Attributes = map[string]any{"address": "雨花区1号", "registered_address": "岳塘区2号"}
	}
	if code == vehicle {
		d.Attributes = map[string]any{"plate": "湘A", "vehicle_kind": "轿车", "model": "M", "vin": "V", "use": "非营运", "registered_on": "2026-01-02"}
	}
	return d
}

func (c *city) issue(code string) licence.Record {
	c.t.Helper()
	r, err := c.Issue(context.Background(), c.draft(code), "clerk")
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *city) node() nodetest.Node {
	return nodetest.Node{Voice: c.voice, Store: c.Store, Effect: nodetest.By(c.Handlers())}
}

// deliver carries what one city has to say to another, and lets it have its effect.
func deliver(ctx context.Context, from, to *city) error {
	return nodetest.Between(watch.Now).Deliver(ctx, from.node(), to.node())
}

// settle lets both cities speak until neither has anything to say.
func settle(t testing.TB, a, b *city) {
	t.Helper()
	if err := nodetest.Later(context.Background(), watch, a.node(), b.node()); err != nil {
		t.Fatal(err)
	}
}

func (c *city) all() []licence.Record {
	c.t.Helper()
	list, err := c.List(context.Background(), store.LicenceFilter{Limit: 1000})
	if err != nil {
		c.t.Fatal(err)
	}
	return list
}

func (c *city) newest(id string) licence.Record {
	c.t.Helper()
	r, err := c.Store.Licence(context.Background(), id)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// sound holds the database to its evidence log.
func (c *city) sound() {
	c.t.Helper()
	storetest.Sound(c.t, c.Store, string(c.name))
}

func refusedAs(err error) string {
	var no *licence.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}

func TestTheDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, c := context.Background(), newCity(t, dsn, "changsha")
		card := c.issue(identityCard)
		if _, err := c.Issue(ctx, c.draft(identityCard), "clerk"); refusedAs(err) != licence.RefusedLive {
			t.Errorf("a second card: %v", err)
		}
		if _, err := c.Issue(ctx, c.draft("none"), "clerk"); refusedAs(err) != licence.RefusedType {
			t.Errorf("no type: %v", err)
		}
		car := c.issue(vehicle)
		for _, s := range []struct {
			name   string
			filter store.LicenceFilter
			want   []string
		}{
			{"all, newest first", store.LicenceFilter{}, []string{car.ID, card.ID}},
			{"by name", store.LicenceFilter{Text: "小明"}, []string{car.ID, card.ID}},
			{"by the end of the code", store.LicenceFilter{Text: "002x"}, []string{car.ID, card.ID}},
			{"by number, in small letters", store.LicenceFilter{Text: string(bytes.ToLower([]byte(car.Number)))}, []string{car.ID}},
			{"what is only in the credential", store.LicenceFilter{Text: card.Credential[:12]}, nil},
			{"a sign of patterns", store.LicenceFilter{Text: "%"}, nil},
			{"page", store.LicenceFilter{Limit: 1}, []string{car.ID}},
			{"next page", store.LicenceFilter{Limit: 1, Before: car.ID}, []string{card.ID}},
			{"a page of those found", store.LicenceFilter{Limit: 1, Text: "王"}, []string{car.ID}},
			{"of types", store.LicenceFilter{Types: []string{identityCard}}, []string{card.ID}},
			{"of no type", store.LicenceFilter{Types: []string{}}, nil},
			{"of a holder", store.LicenceFilter{HolderKind: "111", Holder: wang}, []string{car.ID, card.ID}},
			{"of a kind of holders", store.LicenceFilter{HolderKind: "001", Holder: wang}, nil},
		} {
			list, err := c.List(ctx, s.filter)
			var got []string
			for _, r := range list {
				got = append(got, r.ID)
			}
			if err != nil || len(got) != len(s.want) || len(got) > 0 && (got[0] != s.want[0] || got[len(got)-1] != s.want[len(s.want)-1]) {
				t.Errorf("%s: %v, %v, want %v", s.name, got, err, s.want)
			}
		}
		for _, a := range []licence.Action{licence.Suspend, licence.Resume, licence.Change, licence.Revoke} {
			if _, err := c.Act(ctx, card.ID, a, licence.How{By: "chief", Reason: "because"}); err != nil {
				t.Fatal(err)
			}
		}
		if len(c.changed) != 2 || c.changed[0].State != licence.Suspended || c.changed[1].State != licence.Revoked {
			t.Errorf("told of %v", c.changed)
		}
		past, err := c.Show(ctx, card.Identifier)
		if err != nil || len(past) != 5 || past[4].By != "chief" {
			t.Errorf("%d records, %v", len(past), err)
		}
		c.Changed = func(*store.Deed, licence.Record) error { return errors.New("nobody to tell") }
		if _, err := c.Act(ctx, car.ID, licence.Suspend, licence.How{Reason: "because"}); err == nil || c.newest(car.ID).State != licence.Valid {
			t.Errorf("suspended though nobody was told: %v", err)
		}
		c.sound()
	})
}
