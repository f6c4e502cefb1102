package statuses_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/app/statuses"
	"conurb/door/peer"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/store"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// A list is signed in both forms, once, until it changes, its token grows old or the key is
// another one.
func TestPublished(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		clock := func() time.Time { return now }
		key := must[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader))
		s := storetest.OpenWith(t, dsn, store.Options{Now: clock})
		types := must[*licence.Register](t)(licence.ReadRegister("x", must[[]byte](t)(os.ReadFile("../../region/czt/licence/types.yaml"))))
		desk := must[*authority.Desk](t)(authority.New(authority.Settings{Store: s, Types: types, Zone: time.UTC, Now: clock, Offices: []licence.Authority{{City: "changsha", Code: "11430100XX00000010", Name: "局"}},
			Sealing: func() authority.Sealing {
				return authority.Sealing{Key: key, Status: "https://changsha.example/statuses"}
			}}))
		r := must[licence.Record](t)(desk.Issue(t.Context(), licence.Draft{Type: "11100000XXGAB00010003", Authority: desk.Offices[0], Holder: licence.Holder{Kind: "111", Code: "11010519491231002X", Name: "王小明"},
			Attributes: map[string]any{"address": "a", "registered_address": "b"}}, "clerk"))
		p := statuses.New(statuses.Settings{Store: s, Key: func() *jws.Private { return key }, URL: "https://changsha.example", Now: clock})
		uri := p.URI(r.Place.List)
		get := func(cwt bool) ([]byte, *statuslist.Token) {
			t.Helper()
			raw, ttl, err := p.StatusToken(t.Context(), r.Place.List, cwt)
			if err != nil || ttl != statuses.Life {
				t.Fatal(ttl, err)
			}
			keys := func(id string) (jws.Public, bool) { return key.Public(), id == key.Public().Thumbprint() }
			var token *statuslist.Token
			if cwt {
				token = must[*statuslist.Token](t)(statuslist.ReadCWT(raw, keys, jws.Algorithms...))
			} else {
				token = must[*statuslist.Token](t)(statuslist.ReadJWT(string(raw), keys, jws.Algorithms...))
			}
			if err := token.Check(uri, now, 0); err != nil {
				t.Error(err)
			}
			return raw, token
		}
		status := func(token *statuslist.Token) statuslist.Status {
			t.Helper()
			return must[statuslist.Status](t)(must[*statuslist.List](t)(token.Form.List(statuslist.MostList)).At(r.Place.Index))
		}
		first, token := get(false)
		if status(token) != statuslist.Valid || !token.Issued.Equal(now) || token.Life != statuses.Life || !token.Expires.Equal(now.Add(statuses.Expires)) {
			t.Errorf("%+v", token)
		}
		if _, token := get(true); status(token) != statuslist.Valid {
			t.Errorf("as CWT: %+v", token)
		}
		now = now.Add(time.Second)
		if again, _ := get(false); !bytes.Equal(first, again) {
			t.Error("nothing changed and it was signed again")
		}
		if _, err := desk.Act(t.Context(), r.ID, licence.Suspend, licence.How{Reason: "inquiry"}); err != nil {
			t.Fatal(err)
		}
		second, token := get(false)
		if status(token) != statuslist.Suspended {
			t.Error("a change is not seen at once")
		}
		now = now.Add(statuses.Again)
		third, token := get(false)
		if bytes.Equal(second, third) || !token.Issued.Equal(now) || status(token) != statuslist.Suspended {
			t.Error("an old token is not renewed")
		}
		key = must[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader))
		get(false) // read by the new key
		if _, _, err := p.StatusToken(t.Context(), "99", false); !errors.Is(err, peer.ErrNothing) {
			t.Errorf("a list that is none: %v", err)
		}
		key = nil
		if _, _, err := p.StatusToken(t.Context(), r.Place.List, false); !errors.Is(err, peer.ErrNothing) {
			t.Errorf("without a key: %v", err)
		}
	})
}
