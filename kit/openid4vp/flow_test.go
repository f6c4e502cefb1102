package openid4vp_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"conurb/kit/openid4vp"
)

// TestFlow lets a wallet answer a verifier, encrypted and not, and looks at what each of
// them learns.
func TestFlow(t *testing.T) {
	for _, p := range []openid4vp.Profile{openid4vp.HAIP, openid4vp.Open} {
		w := newWorld(t, p)
		a := w.ask()
		if p.Name == openid4vp.Open.Name {
			a.Secret = nil
		}
		kept := must[[]byte](t)(json.Marshal(a)) // as it waits in a database
		r := w.asked(a)
		if !maps.Equal(r.Purpose, a.Purpose) || !maps.Equal(r.Name, a.Name) || r.ClientID != w.signer.ClientID() || r.ResponseURI != responseURI || !r.Until.Equal(a.Until) {
			t.Errorf("%s: the wallet reads %+v", p.Name, r)
		}
		form := w.present(r)
		if form.Has("response") != (a.Secret != nil) || form.Has("vp_token") == (a.Secret != nil) {
			t.Errorf("%s: posts %v", p.Name, slices.Sorted(maps.Keys(form)))
		}
		var back openid4vp.Ask
		if err := json.Unmarshal(kept, &back); err != nil || !reflect.DeepEqual(a, back) {
			t.Fatalf("%s: kept %+v, was %+v: %v", p.Name, back, a, err)
		}
		list, err := back.Receive(form, w.key, clock, fresh)
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %v, %d presentations", p.Name, err, len(list))
		}
		got := list[0]
		if got.Query != "pid" || !got.Bound || got.Claims["given_name"] != "given_name of 王小明" || got.Claims["birthdate"] != nil || len(got.Shown.Disclosures) != 2 {
			t.Errorf("%s: %+v", p.Name, got)
		}
	}
}
