package counter_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"conurb/app/counter"
	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/slip"
	"conurb/store"
)

// TestRefusedAnswers posts what must not be taken, and then what must, once.
func TestRefusedAnswers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.cities["xiangtan"]
		w.issue("changsha", permit)
		first := c.ask(permit, "attributes.address")
		earlier := w.present(w.read(c, first.Link))
		a := c.ask(permit, "attributes.address")
		r := w.read(c, a.Link)
		with := func(change func(r *openid4vp.Request)) url.Values {
			other := *r
			change(&other)
			return w.present(&other)
		}
		good := w.present(r)
		thief := must[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader))
		owner := w.wallet
		w.wallet = thief
		stolen := w.present(r)
		w.wallet = owner
		withheld := c.ask(permit)
		bare := w.present(w.read(c, withheld.Link))
		_ = bare
		for _, one := range []struct {
			name   string
			form   url.Values
			status int
			code   string
		}{
			{"the answer to another request", earlier, 400, "encrypted"},
			{"for another verifier", with(func(r *openid4vp.Request) { r.ClientID = "x509_hash:another" }), 400, "proof"},
			{"with another nonce", with(func(r *openid4vp.Request) { r.Nonce = "another-nonce-of-22-characters" }), 400, "proof"},
			{"with another state", with(func(r *openid4vp.Request) { r.State = "another-state-of-22-characters" }), 400, "state"},
			{"not encrypted", with(func(r *openid4vp.Request) { r.Mode = openid4vp.DirectPost }), 400, "encrypted"},
			{"bound by a thief", stolen, 400, "proof"},
			{"nothing", url.Values{}, 400, "encrypted"},
			{"an error that knows no state", url.Values{"error": {"access_denied"}, "state": {"x"}}, 400, "state"},
			{"oversized", url.Values{"response": {strings.Repeat("a", 5<<20)}}, 413, "too-large"},
		} {
			status, text := post(t, r.ResponseURI, one.form)
			if status != one.status || !strings.Contains(text, `"code":"`+one.code+`"`) {
				t.Errorf("%s: %d %s", one.name, status, text)
			}
			if now := must[counter.Asked](t)(c.Asked(t.Context(), a.ID)); now.State(w.now()) != store.RequestOpen {
				t.Errorf("%s ended the request: %s", one.name, now.State(w.now()))
			}
		}
		if now := must[counter.Asked](t)(c.Asked(t.Context(), a.ID)); now.Trouble == "" {
			t.Error("the clerk does not learn that an answer was refused")
		}
		statuses := make([]int, 8)
		var all sync.WaitGroup
		for i := range statuses {
			all.Go(func() { statuses[i], _ = post(t, r.ResponseURI, good) })
		}
		all.Wait()
		taken := 0
		for _, status := range statuses {
			switch status {
			case http.StatusOK:
				taken++
			case http.StatusConflict:
			default:
				t.Errorf("posted at once: %d", status)
			}
		}
		if taken != 1 {
			t.Errorf("of %d answers at once %d were taken", len(statuses), taken)
		}
		if status, text := post(t, r.ResponseURI, good); status != http.StatusConflict || !strings.Contains(text, `"answered"`) {
			t.Errorf("replayed: %d %s", status, text)
		}
		if list := must[[]store.Checked](t)(c.Node.Store().Checks(t.Context(), store.CheckFilter{})); len(list) != 1 {
			t.Errorf("%d checks of one answer", len(list))
		}

		w.pass(counter.Lasts + time.Minute)
		if status, text := post(t, c.server.URL+"/openid/response/"+withheld.ID, bare); status != http.StatusNotFound {
			t.Errorf("expired: %d %s", status, text)
		}
		if status, _ := post(t, c.server.URL+"/openid/request/"+withheld.ID, url.Values{}); status != http.StatusNotFound {
			t.Errorf("an expired request is still given: %d", status)
		}
		if now := must[counter.Asked](t)(c.Asked(t.Context(), withheld.ID)); now.State(w.now()) != counter.StateExpired || now.Link != "" {
			t.Errorf("expired: %s %s", now.State(w.now()), now.Link)
		}
		if status, _ := post(t, c.server.URL+"/openid/response/none", good); status != http.StatusNotFound {
			t.Errorf("no such request: %d", status)
		}
	})
}

func TestDeclined(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.cities["xiangtan"]
		w.issue("changsha", permit)
		a := c.ask(permit)
		r := w.read(c, a.Link)
		if status, text := post(t, r.ResponseURI, r.Refuse(openid4vp.AccessDenied, "")); status != http.StatusOK {
			t.Fatalf("declined: %d %s", status, text)
		}
		if now := must[counter.Asked](t)(c.Asked(t.Context(), a.ID)); now.State(w.now()) != store.RequestDeclined {
			t.Errorf("declined: %s", now.State(w.now()))
		}
		if status, _ := post(t, r.ResponseURI, w.present(r)); status != http.StatusConflict {
			t.Errorf("answered after it was declined: %d", status)
		}
	})
}

// TestUnknownKey lets a forger issue: nobody knows his key, or he has a key of the list and no
// right to the type.
func TestUnknownKey(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.cities["xiangtan"]
	r := w.issue("changsha", permit)
	forger := must[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader))
	kind := register(t).Type(permit)
	if err := r.Seal(rand.Reader, kind, forger, licence.Settings{Status: w.cities["changsha"].server.URL + "/statuses", Zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	w.held = []*sdjwt.Shown{must[*sdjwt.Shown](t)(sdjwt.Parse(r.Credential, jws.Algorithms...))}
	k := w.shows(c, permit, "attributes.address")
	if codes(k) != "not-accepted other-key" || k.Signed || k.Told || k.Held != "" || len(k.Shown) != 0 {
		t.Errorf("an unknown key: %s %+v", codes(k), k)
	}
	// Changsha's own key, in the name of Zhuzhou, which has no row: Zhuzhou is not told either.
	r.Authority.City, r.Authority.Code = "zhuzhou", authorities["changsha"]
	if err := r.Seal(rand.Reader, kind, w.cities["changsha"].LicenceKey(), licence.Settings{Status: w.cities["changsha"].server.URL + "/statuses", Zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	f := must[counter.Finding](t)(c.Check(t.Context(), r.Credential, counter.Question{Wanted: permit, Purpose: purpose}))
	if f.Outcome != "not-accepted" || f.Told || f.Verdict.Reasons[0].Code != "no-row" {
		t.Errorf("in another city's name: %+v", f.Check)
	}
}

func TestSlips(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.cities["xiangtan"]
	r := w.issue("changsha", permit)
	s := must[slip.Slip](t)(slip.Of(&r, time.UTC))
	text := must[string](t)(s.Sign(rand.Reader, w.cities["changsha"].LicenceKey()))
	q := counter.Question{Wanted: permit, Purpose: purpose, Clerk: clerk}
	f := must[counter.Finding](t)(c.Check(t.Context(), text, q))
	if f.Outcome != "accepted" || f.Metadata["CZZT"] != "王*明" || f.Form != counter.FormSlip || f.Identifier != r.Identifier || !f.Told {
		t.Errorf("slip: %+v", f)
	}
	w.revoke("changsha", r)
	w.pass(counter.Fresh)
	f = must[counter.Finding](t)(c.Check(t.Context(), text, q))
	if f.Outcome != "not-accepted" {
		t.Errorf("slip of a revoked licence: %+v", f.Verdict)
	}
	forger := must[*jws.Private](t)(jws.Generate(jws.ES256, rand.Reader))
	forged := must[string](t)(s.Sign(rand.Reader, forger))
	damaged := text[:len(text)-8] + "AAAAAAAA"
	for name, one := range map[string]struct {
		text, code string
		q          counter.Question
	}{
		"forged":                    {forged, counter.RefusedProof, q},
		"damaged":                   {damaged, counter.RefusedText, q},
		"not a licence":             {"hello", counter.RefusedText, q},
		"oversized":                 {strings.Repeat("a", counter.MostText+1), counter.RefusedLong, q},
		"without a purpose":         {text, counter.RefusedPurpose, counter.Question{Wanted: permit, Purpose: "  "}},
		"a long purpose":            {text, counter.RefusedPurpose, counter.Question{Wanted: permit, Purpose: strings.Repeat("事", counter.MostPurpose+1)}},
		"a type that is none":       {text, counter.RefusedWanted, counter.Question{Wanted: "X", Purpose: purpose}},
		"a type without register":   {text, counter.RefusedWanted, counter.Question{Wanted: "11100000XXGAB0001000Z", Purpose: purpose}},
		"a signature of a thief":    {r.Credential[:strings.Index(r.Credential, "~")-4] + "AAAA" + r.Credential[strings.Index(r.Credential, "~"):], counter.RefusedProof, q},
		"no proof where one is due": {r.Credential, counter.RefusedProof, counter.Question{Wanted: permit, Purpose: purpose, Holder: sdjwt.Request{Audience: "a", Nonce: "n"}}},
	} {
		_, err := c.Check(t.Context(), one.text, one.q)
		var no *counter.Refusal
		if !errors.As(err, &no) || no.Code != one.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	before := must[[]store.Checked](t)(c.Node.Store().Checks(t.Context(), store.CheckFilter{}))
	if len(before) != 2 {
		t.Errorf("%d checks were written down", len(before))
	}
}

// TestAcceptIntoACase keeps the values of what was shown only then, and only for a while.
func TestAcceptIntoACase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.cities["xiangtan"]
		w.issue("changsha", permit)
		refused := func(what, id, want string) {
			t.Helper()
			err := c.Counter.Accept(t.Context(), id, "湘潭公积金-2026-0001", clerk)
			var no *counter.Refusal
			if !errors.As(err, &no) || no.Code != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		a := c.ask(permit, "attributes.address")
		refused("before it is answered", a.ID, counter.RefusedCheck)
		r := w.read(c, a.Link)
		post(t, r.ResponseURI, w.present(r))
		if err := c.Counter.Accept(t.Context(), a.ID, "湘潭公积金-2026-0001", clerk); err != nil {
			t.Fatal(err)
		}
		now := must[counter.Asked](t)(c.Asked(t.Context(), a.ID))
		if now.State(w.now()) != counter.StateAccepted || now.Result.Held != "" || !strings.Contains(string(now.Result.Accepted.Content), "雨花区1号") || now.Result.Accepted.Case != "湘潭公积金-2026-0001" {
			t.Errorf("accepted: %+v", now.Result)
		}
		refused("twice", a.ID, counter.RefusedDone)
		refused("none", "x", counter.RefusedCheck)

		k := w.shows(w.cities["zhuzhou"], permit)
		c = w.cities["zhuzhou"]
		refused("one that was not accepted", k.ID, counter.RefusedOutcome)
		c = w.cities["xiangtan"]
		k = w.shows(c, permit, "attributes.address")
		w.pass(counter.HeldFor + time.Minute)
		refused("too late", k.ID, counter.RefusedNotHeld)
		c.ask(permit) // what is not accepted in time is dropped with the next request
		if k := must[store.Checked](t)(c.Node.Store().Check(t.Context(), k.ID)); k.Held != "" {
			t.Error("what was shown is held for ever")
		}
	})
}
