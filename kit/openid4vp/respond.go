package openid4vp

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"conurb/kit/dcql"
	"conurb/kit/jwe"
	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// Keys gives the holder's key of a credential that is about to be shown.
type Keys func(dcql.Match) (*jws.Private, error)

// Present answers with credentials, each bound to this request now, as a form for
// ResponseURI. What would not satisfy the query is not sent (§6.4.2).
func (r *Request) Present(random io.Reader, shown []dcql.Match, keys Keys, now time.Time) (url.Values, error) {
	if err := r.satisfied(shown); err != nil {
		return nil, err
	}
	if !r.Until.IsZero() && !now.Before(r.Until) {
		return nil, refuse(CodeTime, "exp", nil)
	}
	token := strictjson.Object{}
	for _, m := range shown {
		text, err := r.presentation(random, m, keys, now)
		if err != nil {
			return nil, err
		}
		list, _ := token[m.Query].([]any)
		token[m.Query] = append(list, text)
	}
	if r.Mode == DirectPostJWT {
		return r.encrypted(random, token)
	}
	text, err := strictjson.Append(nil, token)
	if err != nil {
		return nil, fmt.Errorf("vp_token: %w", err)
	}
	return form("vp_token", string(text), "state", r.State), nil
}

func (r *Request) satisfied(shown []dcql.Match) error {
	if len(shown) == 0 { // where everything asked for is optional, nothing is an error of AccessDenied
		return refuse(CodeUnsatisfied, "vp_token", nil)
	}
	answers := map[string][]dcql.Answer{}
	for _, m := range shown {
		claims, err := m.Shown.Claims()
		if err != nil {
			return refuse(CodePresentation, m.Query, err)
		}
		answers[m.Query] = append(answers[m.Query], dcql.Answer{Shown: m.Shown, Claims: claims, Bound: m.Bind})
	}
	if err := r.Query.Check(answers); err != nil {
		return refuse(CodeUnsatisfied, "vp_token", err)
	}
	return nil
}

func (r *Request) presentation(random io.Reader, m dcql.Match, keys Keys, now time.Time) (string, error) {
	if alg := m.Shown.Issuer.Algorithm; r.issuers != nil && !slices.Contains(r.issuers, string(alg)) {
		return "", refuse(CodeFormats, m.Query, fmt.Errorf("the verifier does not take credentials signed with %s", alg))
	}
	if !m.Bind {
		return m.Shown.Text(), nil
	}
	key, err := keys(m)
	if err != nil {
		return "", fmt.Errorf("key of %s: %w", m.Query, err)
	}
	if alg := key.Public().Algorithm(); r.holders != nil && !slices.Contains(r.holders, string(alg)) {
		return "", refuse(CodeFormats, m.Query, fmt.Errorf("the verifier does not take key bindings with %s", alg))
	}
	return m.Shown.Bind(random, key, r.bound(), now)
}

func (r *Request) encrypted(random io.Reader, token strictjson.Object) (url.Values, error) {
	o := strictjson.Object{"vp_token": token}
	if r.State != "" {
		o["state"] = r.State
	}
	text, err := strictjson.Append(nil, o)
	if err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	sealed, err := jwe.Encrypt(random, r.to, r.enc, text)
	if err != nil {
		return nil, refuse(CodeEncryption, "jwks", err)
	}
	return form("response", sealed), nil
}

// Refuse answers with an error (§8.5), as a form for ResponseURI: AccessDenied where the
// holder does not want to or has nothing to show. A description is for developers, in ASCII.
// It is not encrypted (§8.3.1 permits that): it says nothing of the holder.
func (r *Request) Refuse(reason, description string) url.Values {
	return form("error", reason, "error_description", description, "state", r.State)
}

// Reply reads what a verifier answered to the form, where it answered with 200: where the
// person goes on, empty where nowhere (§8.2). A wallet follows no HTTP redirect (§14, HTTP Redirects), and
// takes nothing for an address that is none of the web.
func Reply(body []byte) (redirect string, err error) {
	o, err := strictjson.DecodeObject(body, strictjson.Limits{Bytes: MostLink, Depth: jws.MostDepth})
	if err != nil {
		return "", refuse(CodeForm, "", err)
	}
	v, there := o["redirect_uri"]
	if !there {
		return "", nil
	}
	text, _ := v.(string)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return "", refuse(CodeForm, "redirect_uri", err)
	}
	return text, nil
}
