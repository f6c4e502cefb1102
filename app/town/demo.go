package town

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/trustlist"
)

// Introduce lets nodes of one program know each other: their cards lie in folders of the same
// owner, so that nobody has to compare fingerprints.
func Introduce(ctx context.Context, towns []*Town) error {
	for _, a := range towns {
		for _, b := range towns {
			if a == b {
				continue
			}
			theirs, _ := b.Node.Card(b.Node.Me())
			if mine, known := a.Node.Card(b.Node.Me()); known && mine.Fingerprint() == theirs.Fingerprint() {
				continue
			}
			if err := a.Node.Join(ctx, theirs, theirs.Fingerprint()); err != nil {
				return fmt.Errorf("%s gets to know %s: %w", a.Node.Me(), b.Node.Me(), err)
			}
		}
	}
	return nil
}

// Unequal is what the demonstration leaves for people to agree on: the city that does not
// accept, the city whose licences it does not accept, and the type.
var Unequal = struct {
	In, Of trustlist.Party
	Type   string
}{"zhuzhou", "changsha", "11100000XXGAB00010003"}

// patience is how long the demonstration waits for its own messages.
const patience = time.Minute

// Agree fills the trust list of a demonstration at its first start: every city may issue every
// type of the register, and every type counts in the other cities as the same one, but for
// Unequal. It needs the nodes to run, since proposals go to the office as messages.
func Agree(ctx context.Context, towns []*Town, by string) error {
	var office *Town
	var cities []*Town
	for _, t := range towns {
		if t.Node.Me() == trustlist.Office {
			office = t
		} else if t.Desk != nil {
			cities = append(cities, t)
		}
	}
	if office == nil || len(cities) == 0 {
		return nil
	}
	if l, err := office.Trust.List(ctx); err != nil || l.Version() > 0 {
		return err
	}
	var ids []string
	for _, c := range cities {
		list, err := c.proposeRows(ctx, by)
		if err != nil {
			return err
		}
		ids = append(ids, list...)
		if list, err = c.proposeEquals(ctx, cities, by); err != nil {
			return err
		}
		ids = append(ids, list...)
	}
	return office.publishWhole(ctx, ids, by)
}

// samples are the licences that a demonstration begins with: by city and the login of their
// holder. Of the type of Unequal there is none: to issue it is for those who try.
var samples = []struct {
	city, login, kind string
	attributes        map[string]any
}{
	{"changsha", "li.ming", "11100000XXGAB00010002", map[string]any{"sex": "男", "ethnicity": "汉", "birth_date": "1990-03-07", "address": "长沙市示例区示例路1号", "adult": true}},
	{"changsha", "li.ming", "11100000XXGAB00010001", map[string]any{"address": "长沙市示例区示例路1号", "household_kind": "居民户", "head": "李明（示例）", "relation": "户主", "sex": "男", "birth_date": "1990-03-07"}},
	{"zhuzhou", "zhou.yun", "11100000XXGAB00010002", map[string]any{"sex": "女", "ethnicity": "汉", "birth_date": "1988-11-15", "address": "株洲市示例区示例路2号", "adult": true}},
}

// Issue issues the samples of a city at its first start.
func (t *Town) Issue(ctx context.Context, by string) error {
	if t.Desk == nil {
		return nil
	}
	if err := t.Settle(ctx, by); err != nil {
		return err
	}
	for _, s := range samples {
		if s.city != string(t.Node.Me()) || t.Types.Type(s.kind) == nil {
			continue
		}
		who, err := t.App.Store().PersonByLogin(ctx, s.login)
		if err != nil {
			return fmt.Errorf("the sample licences: %w", err)
		}
		had, err := t.Desk.List(ctx, store.LicenceFilter{Types: []string{s.kind}, Holder: who.HolderCode, Limit: 1})
		if err != nil {
			return fmt.Errorf("the sample licences: %w", err)
		}
		if len(had) > 0 { // whatever became of it
			continue
		}
		_, err = t.Desk.Issue(ctx, licence.Draft{Type: s.kind, Authority: t.Desk.Offices[0], Attributes: s.attributes, Reason: "演示",
			Holder: licence.Holder{Kind: who.HolderKind, Code: who.HolderCode, Name: who.Name}}, by)
		if err != nil {
			return fmt.Errorf("the sample licences: %w", err)
		}
	}
	return nil
}

// change is a change that this city proposes now.
func (t *Town) change(kind trustlist.Kind, reason string) trustlist.Change {
	return trustlist.Change{Kind: kind, By: t.Node.Me(), Proposed: trustlist.InstantOf(t.App.Now()), Reason: reason}
}

func (t *Town) proposeRows(ctx context.Context, by string) (ids []string, err error) {
	a := t.Node.Config.Authority
	for _, kind := range t.Types.Types {
		c := t.change(trustlist.AddRow, "演示：本市可以签发 "+kind.Name.Zh)
		c.Row = &trustlist.Row{City: t.Node.Me(), Authority: a.Code, Name: a.Name, Type: kind.Code, From: c.Proposed, Key: t.Node.LicenceKey().Public().JWK("")}
		p, err := t.Trust.Propose(ctx, c, by)
		if err != nil {
			return nil, err
		}
		ids = append(ids, p.Signed.Change.ID())
	}
	return ids, nil
}

// proposeEquals proposes that this city's types count in the others, and has them sign.
func (t *Town) proposeEquals(ctx context.Context, cities []*Town, by string) (ids []string, err error) {
	for _, other := range cities {
		if other == t {
			continue
		}
		for _, kind := range t.Types.Types {
			if Unequal.In == other.Node.Me() && Unequal.Of == t.Node.Me() && Unequal.Type == kind.Code {
				continue
			}
			id, err := t.agreeWith(ctx, other, kind, by)
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (t *Town) agreeWith(ctx context.Context, other *Town, kind licence.Type, by string) (string, error) {
	c := t.change(trustlist.AddEquivalent, "演示：互认 "+kind.Name.Zh)
	c.Equivalent = &trustlist.Equivalent{Of: trustlist.Side{City: t.Node.Me(), Type: kind.Code}, As: trustlist.Side{City: other.Node.Me(), Type: kind.Code}, From: c.Proposed}
	p, err := t.Trust.Propose(ctx, c, by)
	if err != nil {
		return "", err
	}
	id := p.Signed.Change.ID()
	return id, other.eventually(ctx, "a proposal of "+string(t.Node.Me()), func() error {
		_, err := other.Trust.Sign(ctx, id, by)
		return err
	})
}

// publishWhole publishes proposals once the office has all of them with their signatures.
func (t *Town) publishWhole(ctx context.Context, ids []string, by string) error {
	return t.eventually(ctx, "the proposals of the cities", func() error {
		_, err := t.Trust.Publish(ctx, ids, by)
		return err
	})
}

var errSlow = errors.New("the nodes of the demonstration did not hear each other in time")

// eventually tries until what a message has to bring first is there.
func (t *Town) eventually(ctx context.Context, what string, do func() error) error {
	for until := time.Now().Add(patience); ; {
		err := do()
		if err == nil || ctx.Err() != nil {
			return err
		}
		if time.Now().After(until) {
			return fmt.Errorf("%s: %s: %w: %w", t.Node.Me(), what, errSlow, err)
		}
		t.Node.Wake()
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}
