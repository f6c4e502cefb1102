package openid4vp

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jwe"
	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

// Limits of an answer.
const (
	MostAnswer        = 2 << 20 // bytes of the form
	MostPresentations = 32
)

// Presentation is one credential that was shown. It is what its issuer signed, shown by its
// holder for this request; whether it is valid today and its issuer may issue it is not said.
type Presentation struct {
	Query  string // id of what was asked
	Text   string // as it came
	Shown  *sdjwt.Shown
	Claims strictjson.Object
	Bound  bool // its holder bound it to this request
}

// IssuerKey gives the key with which a credential has to be signed, from what stands in it
// unverified (s.Issuer.KeyID, the claim iss). An error refuses the answer.
type IssuerKey func(s *sdjwt.Shown) (jws.Public, error)

// bound is what a key binding has to answer.
func (r *Request) bound() sdjwt.Request {
	return sdjwt.Request{Audience: r.ClientID, Nonce: r.Nonce}
}

// Receive checks what was posted to ResponseURI and returns the presentations, in the order
// of the query. An error that the wallet answered with comes back as *Declined, everything
// else as *Refusal. That an Ask is answered once only is for the caller to see to, and that
// a form is no longer than MostAnswer before it is read.
func (a Ask) Receive(f url.Values, key IssuerKey, now time.Time, fresh sdjwt.Fresh) ([]Presentation, error) {
	token, err := a.token(f, now)
	if err != nil {
		return nil, err
	}
	var out []Presentation
	answers := map[string][]dcql.Answer{}
	for _, id := range slices.Sorted(maps.Keys(token)) {
		if _, asked := a.Query.Credential(id); !asked {
			return nil, refuse(CodeUnsatisfied, id, dcql.Faults{{Code: dcql.CodeUnasked, Path: id}})
		}
	}
	for _, c := range a.Query.Credentials {
		v, there := token[c.ID]
		if !there {
			continue
		}
		list, ok := v.([]any)
		if !ok || len(list) == 0 || len(out)+len(list) > MostPresentations {
			return nil, refuse(CodeForm, c.ID, nil)
		}
		for _, one := range list {
			p, err := a.presentation(c, one, key, now, fresh)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
			answers[c.ID] = append(answers[c.ID], dcql.Answer{Shown: p.Shown, Claims: p.Claims, Bound: p.Bound})
		}
	}
	if err := a.Query.Check(answers); err != nil || len(out) == 0 {
		return nil, refuse(CodeUnsatisfied, "vp_token", err)
	}
	return out, nil
}

// token reads the form down to the vp_token. Parameters that are not known are passed over
// (§8.1); none may stand twice.
func (a Ask) token(f url.Values, now time.Time) (strictjson.Object, error) {
	if a.Query == nil {
		return nil, refuse(CodeQuery, "dcql_query", nil)
	}
	if now.After(a.Until) || now.Before(a.Issued.Add(-leeway)) {
		return nil, refuse(CodeTime, "", nil)
	}
	size := 0
	for name, list := range f {
		if len(list) != 1 {
			return nil, refuse(CodeForm, name, nil)
		}
		size += len(name) + len(list[0])
	}
	if size > MostAnswer {
		return nil, refuse(CodeForm, "", strictjson.ErrLong)
	}
	if f.Has("error") {
		return nil, a.declined(f)
	}
	if a.Secret != nil {
		return a.decrypted(f)
	}
	if f.Has("response") {
		return nil, refuse(CodeEncrypted, "response", nil)
	}
	if f.Get("state") != a.State {
		return nil, refuse(CodeState, "state", nil)
	}
	token, err := strictjson.DecodeObject([]byte(f.Get("vp_token")), strictjson.Limits{Bytes: MostAnswer, Depth: 3})
	if err != nil {
		return nil, refuse(CodeForm, "vp_token", err)
	}
	return token, nil
}

// declined reads an error of the wallet; only one that knows the state is believed.
func (a Ask) declined(f url.Values) error {
	switch reason := f.Get("error"); {
	case f.Get("state") != a.State:
		return refuse(CodeState, "state", nil)
	case f.Has("vp_token") || f.Has("response") || reason == "" || len(reason) > 100 || len(f.Get("error_description")) > 1000:
		return refuse(CodeForm, "error", nil)
	default:
		return &Declined{reason, f.Get("error_description")}
	}
}

func (a Ask) decrypted(f url.Values) (strictjson.Object, error) {
	if !f.Has("response") || f.Has("vp_token") {
		return nil, refuse(CodeEncrypted, "response", nil)
	}
	secret, err := jwe.FromSeed(a.Secret)
	if err != nil {
		return nil, fmt.Errorf("key of the answer: %w", err)
	}
	text, err := jwe.Decrypt(f.Get("response"), secret, keyID)
	if err != nil {
		return nil, refuse(CodeEncrypted, "response", err)
	}
	o, err := strictjson.DecodeObject(text, strictjson.Limits{Bytes: MostAnswer, Depth: 4})
	if err != nil {
		return nil, refuse(CodeForm, "response", err)
	}
	if o["state"] != any(a.State) {
		return nil, refuse(CodeState, "state", nil)
	}
	token, ok := o["vp_token"].(strictjson.Object)
	if !ok {
		return nil, refuse(CodeForm, "vp_token", nil)
	}
	return token, nil
}

// presentation verifies one (§8.6, Annex B.3.6).
func (a Ask) presentation(c dcql.Credential, v any, key IssuerKey, now time.Time, fresh sdjwt.Fresh) (Presentation, error) {
	text, ok := v.(string)
	if !ok || c.Format != dcql.FormatSDJWT {
		return Presentation{}, refuse(CodePresentation, c.ID, nil)
	}
	s, err := sdjwt.Parse(text, jws.Algorithms...)
	if err != nil {
		return Presentation{}, refuse(CodePresentation, c.ID, err)
	}
	if s.Issuer.Type != dcql.FormatSDJWT {
		return Presentation{}, refuse(CodePresentation, c.ID, fmt.Errorf("typ %q", s.Issuer.Type))
	}
	issuer, err := key(s)
	if err != nil {
		return Presentation{}, refuse(CodeIssuer, c.ID, err)
	}
	p := Presentation{Query: c.ID, Text: text, Shown: s, Bound: s.Binding != nil}
	if p.Bound || !c.Unbound {
		p.Claims, err = s.VerifyBound(issuer, sdjwt.Request{Audience: a.ClientID, Nonce: a.Nonce}, now, fresh)
	} else {
		p.Claims, err = s.Verify(issuer)
	}
	if errors.Is(err, sdjwt.ErrUnbound) {
		return Presentation{}, refuse(CodeUnsatisfied, c.ID, dcql.Faults{{Code: dcql.CodeUnbound, Path: c.ID}})
	}
	if err != nil {
		return Presentation{}, refuse(CodeProof, c.ID, err)
	}
	return p, nil
}
