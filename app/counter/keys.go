package counter

import (
	"bytes"
	"context"
	"strings"

	"conurb/kit/jws"
	"conurb/livelihood/licence/slip"
	"conurb/trust/card"
	"conurb/trust/trustlist"
)

// known is what the counter knows at the moment of a check.
type known struct {
	list  *trustlist.List
	at    trustlist.Instant // when the list was last got
	cards []card.Signed
	keys  *keyIndex
}

func (c *Counter) knows(ctx context.Context) (*known, error) {
	list, at, err := c.List(ctx)
	if err != nil {
		return nil, err
	}
	if list == nil {
		list = &trustlist.List{}
	}
	k := &known{list: list, at: at, cards: c.Cards()}
	if k.keys = c.index.Load(); k.keys == nil || k.keys.digest != list.Digest() || k.keys.cards != marks(k.cards) {
		k.keys = indexed(list, k.cards)
		c.index.Store(k.keys)
	}
	return k, nil
}

// address is where the status lists of a city are; empty where its node is not known.
func (l *known) address(city trustlist.Party) string {
	for _, one := range l.cards {
		if one.Card.Name == city {
			return one.Card.URL + statusesPath
		}
	}
	return ""
}

// marks tells one set of cards from another.
func marks(cards []card.Signed) string {
	var b strings.Builder
	for _, one := range cards {
		for _, signature := range one.Signatures {
			b.WriteString(signature)
		}
	}
	return b.String()
}

// keyIndex finds keys by their thumbprints, those of rows that ended among them: whether a
// key might sign then is for Judge to say.
type keyIndex struct {
	digest string
	cards  string
	keys   map[string]jws.Public
	cities map[string]map[trustlist.Party]bool // that say the key is theirs
}

func indexed(list *trustlist.List, cards []card.Signed) *keyIndex {
	x := &keyIndex{list.Digest(), marks(cards), map[string]jws.Public{}, map[string]map[trustlist.Party]bool{}}
	put := func(city trustlist.Party, j jws.JWK) {
		k, err := j.Public()
		if err != nil {
			return // no key that anything is signed with
		}
		t := k.Thumbprint()
		if x.keys[t] = k; x.cities[t] == nil {
			x.cities[t] = map[trustlist.Party]bool{}
		}
		x.cities[t][city] = true
	}
	for _, r := range list.State().Rows {
		put(r.City, r.Key)
	}
	for _, one := range cards {
		for _, k := range one.Card.Licences {
			put(one.Card.Name, k.Key)
		}
	}
	return x
}

func (x *keyIndex) find(thumbprint string) (jws.Public, map[trustlist.Party]bool, bool) {
	k, ok := x.keys[thumbprint]
	return k, x.cities[thumbprint], ok
}

// slips are the keys that a slip may mean.
func (x *keyIndex) slips(id []byte) (list []jws.Public) {
	for _, k := range x.keys {
		if bytes.Equal(slip.KeyID(k), id) {
			list = append(list, k)
		}
	}
	return list
}
