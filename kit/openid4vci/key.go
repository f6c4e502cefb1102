package openid4vci

import (
	"encoding/json"
	"fmt"
	"time"

	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

// private are the members of a JWK that only its owner may know (RFC 7518 §6).
var private = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// publicKey reads a JWK that is sent to others: one with anything private in it is refused.
func publicKey(v any) (key jws.Public, err error) {
	o, ok := v.(strictjson.Object)
	if !ok {
		return key, fmt.Errorf("no jwk")
	}
	for _, name := range private {
		if _, there := o[name]; there {
			return key, fmt.Errorf("the jwk has a private part: %s", name)
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		return key, err
	}
	var j jws.JWK
	if err := json.Unmarshal(b, &j); err != nil {
		return key, fmt.Errorf("no jwk")
	}
	return j.Public()
}

// when is a claim that is a moment in seconds.
func when(claims strictjson.Object, name string) (time.Time, bool) {
	n, ok := sdjwt.Number(claims[name])
	return time.Unix(n, 0), ok
}

// Clock is how far the clocks of others may be off, and how old a proof may be.
type Clock struct{ Age, Ahead time.Duration }

// fresh tells whether a proof was made now.
func (c Clock) fresh(claims strictjson.Object, now time.Time) error {
	iat, ok := when(claims, "iat")
	switch {
	case !ok:
		return fmt.Errorf("iat: missing")
	case iat.Before(now.Add(-c.Age)):
		return fmt.Errorf("iat: too old")
	case iat.After(now.Add(c.Ahead)):
		return fmt.Errorf("iat: in the future")
	}
	return nil
}

// alive tells whether a text is within its own nbf and exp, where they are there.
func (c Clock) alive(claims strictjson.Object, now time.Time, needsEnd bool) error {
	exp, ok := when(claims, "exp")
	if _, there := claims["exp"]; !ok && (there || needsEnd) {
		return fmt.Errorf("exp: missing")
	} else if there && !now.Before(exp) {
		return fmt.Errorf("exp: in the past")
	}
	nbf, ok := when(claims, "nbf")
	if _, there := claims["nbf"]; there && (!ok || nbf.After(now.Add(c.Ahead))) {
		return fmt.Errorf("nbf: in the future")
	}
	if iat, ok := when(claims, "iat"); ok && iat.After(now.Add(c.Ahead)) {
		return fmt.Errorf("iat: in the future")
	}
	return nil
}

// to tells whether a text is for an audience, and for it alone.
func to(claims strictjson.Object, audience string) bool {
	switch v := claims["aud"].(type) {
	case string:
		return v == audience
	case []any:
		return len(v) == 1 && v[0] == any(audience)
	}
	return false
}
