package town_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/app/node"
	"conurb/app/town"
	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// tried is the kind of the forger's messages; a node that takes one counts its effect.
const tried = "test.tried"

// forger has everything of Changsha but its good will, and writes to Zhuzhou.
type forger struct {
	t       *testing.T
	to      *town.Town
	key     *jws.Private // Changsha's voice of now
	office  *jws.Private
	ended   *jws.Private // of Changsha, until a rotation
	revoked *jws.Private
	foreign *jws.Private // of nobody that is known
}

// envelope is a message of Changsha to Zhuzhou, as alter has it.
type envelope struct {
	from, to message.Node
	kase     string
	sequence int64
	id       string
	made     time.Time
	say      string
	key      *jws.Private
}

func (f *forger) seal(alter func(*envelope)) message.Sealed {
	f.t.Helper()
	e := envelope{from: "changsha", to: "zhuzhou", kase: "forged", sequence: 1, id: newID(f.t), made: time.Now(), say: "believe me", key: f.key}
	if alter != nil {
		alter(&e)
	}
	s, err := message.Seal(rand.Reader, message.Draft{To: e.to, Kind: tried, Case: e.kase, Body: map[string]string{"say": e.say}}, e.id, e.from, e.sequence, e.made, e.key)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func (f *forger) place() message.Place {
	u, err := url.Parse(f.to.URL())
	if err != nil {
		f.t.Fatal(err)
	}
	return message.Place{Scheme: u.Scheme, Authority: u.Host, Target: node.Path}
}

// carry is the request that brings a message, as an honest node would make it.
func (f *forger) carry(s message.Sealed, key *jws.Private, at time.Time) *httpsig.Message {
	f.t.Helper()
	m, err := s.Request(rand.Reader, f.place(), at, key)
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

// sign is a request with a body of whatever kind, soundly signed but for what alter does.
func (f *forger) sign(body []byte, alter func(m *httpsig.Message, cover *[]string, p *httpsig.Params)) *httpsig.Message {
	f.t.Helper()
	to := f.place()
	m := &httpsig.Message{Method: "POST", Scheme: to.Scheme, Authority: to.Authority, Target: to.Target, Body: body}
	m.Set("Content-Type", message.ContentType)
	m.Set("Content-Digest", httpsig.Digest(body))
	now := time.Now()
	cover := slices.Clone(httpsig.Node.Require)
	p := httpsig.Params{Created: now, Expires: now.Add(httpsig.Node.MaxAge), Nonce: rand.Text(), KeyID: f.key.Public().Thumbprint(), Tag: httpsig.Node.Tag}
	if alter != nil {
		alter(m, &cover, &p)
	}
	sig, err := httpsig.New("node", cover, p)
	if err == nil {
		err = httpsig.Sign(rand.Reader, m, f.key, sig)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

// raw is a message as text in which a piece is another one.
func (f *forger) raw(s message.Sealed, old, new string) []byte {
	f.t.Helper()
	b, err := s.Bytes()
	if err != nil {
		f.t.Fatal(err)
	}
	if !bytes.Contains(b, []byte(old)) {
		f.t.Fatalf("no %q in %s", old, b)
	}
	return bytes.Replace(b, []byte(old), []byte(new), 1)
}

// post sends a request over HTTP.
func (f *forger) post(m *httpsig.Message) (status int, no message.Refusal) {
	f.t.Helper()
	r, err := http.NewRequest(m.Method, f.to.URL()+node.Path, bytes.NewReader(m.Body))
	if err != nil {
		f.t.Fatal(err)
	}
	for _, field := range m.Fields {
		r.Header.Add(field.Name, field.Value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	if answer.StatusCode/100 != 2 {
		if err := json.Unmarshal(b, &no); err != nil {
			f.t.Errorf("%d %q: %v", answer.StatusCode, b, err)
		}
	}
	return answer.StatusCode, no
}

// forgeries are requests that are refused, each with its code; for those of the transport, the
// code of httpsig stands in the detail.
var forgeries = []struct {
	name   string
	make   func(f *forger) *httpsig.Message
	code   string
	detail string
}{
	{"another body than was signed", func(f *forger) *httpsig.Message {
		m := f.carry(f.seal(nil), f.key, time.Now())
		m.Body = f.raw(f.seal(nil), "believe me", "believe us")
		return m
	}, message.Transport, httpsig.OtherBody},
	{"another body, and its digest", func(f *forger) *httpsig.Message {
		m := f.carry(f.seal(nil), f.key, time.Now())
		m.Body = f.raw(f.seal(nil), "believe me", "believe us")
		m.Set("Content-Digest", httpsig.Digest(m.Body))
		return m
	}, message.Transport, httpsig.Forged},
	{"another body under the sender's own request", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "believe me", "believe us"), nil)
	}, message.OtherDigest, ""},
	{"another case under the old signature", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), `"case":"forged"`, `"case":"forger"`), nil)
	}, message.Forged, ""},
	{"to another node", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.to = "xiangtan" }), f.key, time.Now())
	}, message.NotForMe, ""},
	{"a request that was made for another node", func(f *forger) *httpsig.Message {
		m, err := f.seal(nil).Request(rand.Reader, message.Place{Scheme: "http", Authority: "127.0.0.1:1", Target: node.Path}, time.Now(), f.key)
		if err != nil {
			f.t.Fatal(err)
		}
		return m
	}, message.Transport, httpsig.Forged},
	{"a request for another path", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "believe me", "believe me"), func(m *httpsig.Message, _ *[]string, _ *httpsig.Params) { m.Target = "/node/other" })
	}, message.Transport, httpsig.Forged},
	{"a revoked key", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.key = f.revoked }), f.revoked, time.Now())
	}, message.KeyRevoked, ""},
	{"a revoked key under a good request", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.key = f.revoked }), f.key, time.Now())
	}, message.KeyRevoked, ""},
	{"a revoked key, dated back", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.key, e.made = f.revoked, time.Now().Add(-24*time.Hour) }), f.key, time.Now())
	}, message.KeyRevoked, ""},
	{"a key whose time is over", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.key = f.ended }), f.ended, time.Now())
	}, message.KeyExpired, ""},
	{"a key whose time is over, under a good request", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.key = f.ended }), f.key, time.Now())
	}, message.KeyExpired, ""},
	{"a key of nobody", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.key = f.foreign }), f.foreign, time.Now())
	}, message.UnknownKey, ""},
	{"a key of nobody under a good request", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.key = f.foreign }), f.key, time.Now())
	}, message.UnknownKey, ""},
	{"a node that is not known", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.from, e.key = "wuhan", f.foreign }), f.foreign, time.Now())
	}, message.UnknownKey, ""},
	{"a node that is not known, carried by one that is", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.from, e.key = "wuhan", f.foreign }), f.key, time.Now())
	}, message.UnknownNode, ""},
	{"carried by another node than its sender", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(nil), f.office, time.Now())
	}, message.OtherSender, ""},
	{"in the name of another node", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.from = "office" }), f.key, time.Now())
	}, message.UnknownKey, ""},
	{"a byte too long", func(f *forger) *httpsig.Message {
		return f.sign(bytes.Repeat([]byte(" "), message.MaxBytes+1), nil)
	}, message.Oversized, ""},
	{"far too long", func(f *forger) *httpsig.Message {
		return f.sign(bytes.Repeat([]byte(" "), 8*message.MaxBytes), nil)
	}, message.Oversized, ""},
	{"nested too deeply", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), `"believe me"`, strings.Repeat(`{"a":`, 1000)+"1"+strings.Repeat("}", 1000)), nil)
	}, message.Deep, ""},
	{"a name twice", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), `"from":"changsha"`, `"from":"changsha","from":"zhuzhou"`), nil)
	}, message.Malformed, ""},
	{"no JSON", func(f *forger) *httpsig.Message { return f.sign([]byte("\x00\xff{"), nil) }, message.Malformed, ""},
	{"nothing", func(f *forger) *httpsig.Message { return f.sign(nil, nil) }, message.Malformed, ""},
	{"the same in another spelling", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), `"from":"changsha"`, `"from": "changsha"`), nil)
	}, message.NotCanonical, ""},
	{"a field that there is not", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), `{"envelope":{"body":`, `{"envelope":{"admin":true,"body":`), nil)
	}, message.Malformed, ""},
	{"a sequence of none", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), `"sequence":1`, `"sequence":0`), nil)
	}, message.Field, ""},
	{"another content type", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "", ""), func(m *httpsig.Message, _ *[]string, _ *httpsig.Params) { m.Set("Content-Type", "application/json") })
	}, message.Malformed, ""},
	{"a request of ten minutes ago", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(nil), f.key, time.Now().Add(-10*time.Minute))
	}, message.Transport, httpsig.TooOld},
	{"a request of two minutes on", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(nil), f.key, time.Now().Add(2*time.Minute))
	}, message.Transport, httpsig.Future},
	{"a message of a month ago", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.made = time.Now().Add(-message.LongLife - 2*message.Skew) }), f.key, time.Now())
	}, message.KeyExpired, ""}, // older than the key: it is not believed that far back
	{"a message of two minutes on", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.made = time.Now().Add(2 * time.Minute) }), f.key, time.Now())
	}, message.Future, ""},
	{"no algorithm", func(f *forger) *httpsig.Message {
		return f.sign(f.resigned(`{"alg":"none","iss":"changsha","kid":"`+f.key.Public().Thumbprint()+`","typ":"conurb-message+jws"}`, nil), nil)
	}, message.Forged, ""},
	{"HS256 by the public key", func(f *forger) *httpsig.Message {
		secret, err := json.Marshal(f.key.Public().JWK(""))
		if err != nil {
			f.t.Fatal(err)
		}
		return f.sign(f.resigned(`{"alg":"HS256","iss":"changsha","kid":"`+f.key.Public().Thumbprint()+`","typ":"conurb-message+jws"}`, secret), nil)
	}, message.Forged, ""},
	{"a request by HMAC", func(f *forger) *httpsig.Message {
		m := f.sign(f.raw(f.seal(nil), "", ""), nil)
		for i, one := range m.Fields {
			if strings.EqualFold(one.Name, "Signature-Input") {
				m.Fields[i].Value = one.Value + `;alg="hmac-sha256"`
			}
		}
		return m
	}, message.Transport, httpsig.OtherAlg},
	{"the digest of another body", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "", ""), func(m *httpsig.Message, _ *[]string, _ *httpsig.Params) {
			m.Set("Content-Digest", httpsig.Digest([]byte("other")))
		})
	}, message.Transport, httpsig.OtherBody},
	{"a digest that is none any more", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "", ""), func(m *httpsig.Message, _ *[]string, _ *httpsig.Params) {
			m.Set("Content-Digest", "md5=:bm90IGEgZGlnZXN0IQ==:")
		})
	}, message.Transport, httpsig.WeakDigest},
	{"no signature", func(f *forger) *httpsig.Message {
		m := f.sign(f.raw(f.seal(nil), "", ""), nil)
		m.Fields = slices.DeleteFunc(m.Fields, func(one httpsig.Field) bool { return strings.HasPrefix(strings.ToLower(one.Name), "signature") })
		return m
	}, message.Transport, httpsig.NoSignature},
	{"a signature that leaves the body out", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "", ""), func(_ *httpsig.Message, cover *[]string, _ *httpsig.Params) {
			*cover = slices.DeleteFunc(*cover, func(c string) bool { return c == "content-digest" })
		})
	}, message.Transport, httpsig.NotCovered},
	{"a signature for another purpose", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "", ""), func(_ *httpsig.Message, _ *[]string, p *httpsig.Params) { p.Tag = "web-bot-auth" })
	}, message.Transport, httpsig.NoSignature},
	{"no nonce", func(f *forger) *httpsig.Message {
		return f.sign(f.raw(f.seal(nil), "", ""), func(_ *httpsig.Message, _ *[]string, p *httpsig.Params) { p.Nonce = "" })
	}, message.Transport, httpsig.NoNonce},
	{"a number far ahead", func(f *forger) *httpsig.Message {
		return f.carry(f.seal(func(e *envelope) { e.sequence = 1 + message.MaxAhead }), f.key, time.Now())
	}, message.TooFar, ""},
}

// resigned is a message with another head of its signature, which is an HMAC by the secret, or
// none.
func (f *forger) resigned(head string, secret []byte) []byte {
	f.t.Helper()
	s := f.seal(nil)
	e := s.Envelope
	e.Body = nil
	payload, err := json.Marshal(e)
	if err != nil {
		f.t.Fatal(err)
	}
	signature := ""
	if secret != nil {
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(jws.Encode([]byte(head)) + "." + jws.Encode(payload)))
		signature = jws.Encode(h.Sum(nil))
	}
	s.Signature = jws.Encode([]byte(head)) + ".." + signature
	return f.raw(s, "", "")
}

// TestForgedMessages sends over HTTP what a forger could: each is refused with its code,
// nothing of it is kept, and the node goes on.
func TestForgedMessages(t *testing.T) {
	p := packed(t)
	all, _ := start(t, p, settle(t, p, trustlist.Office, "changsha", "zhuzhou"))
	changsha, zhuzhou := all["changsha"], all["zhuzhou"]
	f := &forger{t: t, to: zhuzhou, office: all[trustlist.Office].Node.Voice().Key}
	var err error
	if f.foreign, err = jws.Generate(jws.EdDSA, rand.Reader); err != nil {
		t.Fatal(err)
	}
	f.ended = changsha.Node.Voice().Key
	for i, revoke := range []bool{false, true} {
		f.revoked = changsha.Node.Voice().Key
		if _, err := changsha.Node.Rotate(t.Context(), node.Voice, 0, revoke); err != nil {
			t.Fatal(err)
		}
		eventually(t, "Zhuzhou has the new card", func() bool { c, _ := zhuzhou.Node.Card("changsha"); return c.Card.Version == i+2 })
	}
	f.key = changsha.Node.Voice().Key
	time.Sleep(1100 * time.Millisecond) // keys begin and end with whole seconds
	var effects atomic.Int64
	zhuzhou.Node.On(tried, func(context.Context, *store.Deed, message.Sealed) error { effects.Add(1); return nil })

	for _, c := range forgeries {
		f.t = t
		status, no := f.post(c.make(f))
		want := []int{http.StatusUnprocessableEntity}
		switch c.code {
		case message.Transport:
			want = []int{http.StatusUnauthorized}
		case message.Oversized:
			want = append(want, http.StatusRequestEntityTooLarge)
		}
		if no.Code != c.code || !slices.Contains(want, status) || !strings.Contains(no.Args["detail"], c.detail) {
			t.Errorf("%s: %d %+v, want %s %s", c.name, status, no, c.code, c.detail)
		}
	}
	if in, err := zhuzhou.App.Store().Inbox(t.Context(), 10); err != nil || len(in) > 0 {
		t.Errorf("kept: %+v, %v", in, err)
	}

	// The node goes on, and the first number is still free.
	good := f.seal(nil)
	first := f.carry(good, f.key, time.Now())
	for _, c := range []struct {
		name   string
		m      *httpsig.Message
		status int
		code   string
	}{
		{"an honest message", first, http.StatusAccepted, ""},
		{"the captured request once more", first, http.StatusUnprocessableEntity, message.Replayed},
		{"the message once more", f.carry(good, f.key, time.Now()), http.StatusOK, ""},
		{"another text under its id", f.carry(f.seal(func(e *envelope) { e.id, e.say = good.Envelope.ID, "believe us" }), f.key, time.Now()), http.StatusUnprocessableEntity, message.IDTaken},
		{"another message under its number", f.carry(f.seal(nil), f.key, time.Now()), http.StatusUnprocessableEntity, message.Taken},
	} {
		if status, no := f.post(c.m); status != c.status || no.Code != c.code {
			t.Errorf("%s: %d %+v, want %d %s", c.name, status, no, c.status, c.code)
		}
	}
	eventually(t, "the honest message has its effect", func() bool { return effects.Load() == 1 })
	zhuzhou.Node.Wake()
	time.Sleep(500 * time.Millisecond)
	if n := effects.Load(); n != 1 {
		t.Errorf("%d effects", n)
	}
}
