package openid4vci

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

const dpopType = "dpop+jwt"

// DPoPDemand is what a proof of possession of a request has to be for (RFC 9449 §4.3).
type DPoPDemand struct {
	Method string
	URL    string // of the request; its query and fragment do not count
	Token  string // access token that comes with it; empty: none
	JKT    string // thumbprint of the key that the token is bound to; empty: any
	Clock  Clock
}

// DPoP is a proof that was checked. That a JTI comes once only is for the caller to see to,
// until Until.
type DPoP struct {
	JKT   string
	JTI   string
	Until time.Time
}

// CheckDPoP checks a proof.
func CheckDPoP(text string, d DPoPDemand, now time.Time) (DPoP, error) {
	p, err := checkDPoP(text, d, now)
	if err != nil {
		return DPoP{}, &Refusal{InvalidDPoP, "DPoP", err}
	}
	return p, nil
}

func checkDPoP(text string, d DPoPDemand, now time.Time) (p DPoP, err error) {
	if len(text) > mostText {
		return p, fmt.Errorf("longer than %d bytes", mostText)
	}
	t, err := jws.Parse(text, Algorithms...)
	if err != nil {
		return p, err
	}
	if t.Type != dpopType {
		return p, fmt.Errorf("typ: not %s", dpopType)
	}
	key, err := publicKey(t.Header["jwk"])
	if err != nil {
		return p, err
	}
	if err := t.Verify(key); err != nil {
		return p, err
	}
	claims, err := t.Claims()
	if err != nil {
		return p, err
	}
	if claims["htm"] != any(d.Method) {
		return p, fmt.Errorf("htm: not %s", d.Method)
	}
	if htu, _ := claims["htu"].(string); !sameURL(htu, d.URL) {
		return p, fmt.Errorf("htu: not the address of the request")
	}
	if err := d.Clock.fresh(claims, now); err != nil {
		return p, err
	}
	if p.JTI, _ = claims["jti"].(string); len(p.JTI) < 8 || len(p.JTI) > 256 {
		return p, fmt.Errorf("jti: not a text of 8 to 256 bytes")
	}
	if ath, there := claims["ath"]; d.Token != "" && ath != any(hash(d.Token)) || d.Token == "" && there {
		return p, fmt.Errorf("ath: not that of the access token")
	}
	p.JKT, p.Until = key.Thumbprint(), now.Add(d.Clock.Age+d.Clock.Ahead)
	if d.JKT != "" && p.JKT != d.JKT {
		return p, fmt.Errorf("jwk: not the key that the token is bound to")
	}
	return p, nil
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return jws.Encode(sum[:])
}

// sameURL compares addresses as RFC 9449 §4.3 has it: without query and fragment, scheme and
// host in any case, the port of the scheme as none.
func sameURL(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil || x.Host == "" || x.User != nil || y.User != nil {
		return false
	}
	host := func(u *url.URL) string {
		h := strings.ToLower(u.Host)
		switch u.Scheme {
		case "https":
			h = strings.TrimSuffix(h, ":443")
		case "http":
			h = strings.TrimSuffix(h, ":80")
		}
		return h
	}
	path := func(u *url.URL) string {
		if u.EscapedPath() == "" {
			return "/"
		}
		return u.EscapedPath()
	}
	return strings.EqualFold(x.Scheme, y.Scheme) && host(x) == host(y) && path(x) == path(y)
}

// MakeDPoP makes a proof for a request; token may be empty, jti is a text drawn for it alone.
func MakeDPoP(random io.Reader, key *jws.Private, method, address, token string, now time.Time) (string, error) {
	jti := make([]byte, 16)
	if _, err := io.ReadFull(random, jti); err != nil {
		return "", err
	}
	claims := strictjson.Object{"htm": method, "htu": address, "iat": now.Unix(), "jti": jws.Encode(jti)}
	if token != "" {
		claims["ath"] = hash(token)
	}
	return sign(random, key, strictjson.Object{"typ": dpopType, "jwk": key.Public().JWK("")}, claims)
}
