package statuslist

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"conurb/kit/cwt"
	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// The refusals of a status list token.
var (
	ErrToken   = errors.New("not a status list token")
	ErrType    = errors.New("a token of another type")
	ErrKey     = errors.New("no key is known by that name")
	ErrSubject = errors.New("a status list token for another address")
	ErrExpired = errors.New("status list has expired")
	ErrFuture  = errors.New("status list is from the future")
)

// Token is a list as its issuer hands it out: signed, dated, for one address (§5).
type Token struct {
	Subject string        // sub: the address of the list, as referenced tokens give it
	Issued  time.Time     // iat, in whole seconds
	Expires time.Time     // exp; zero: never
	Life    time.Duration // ttl: how long a copy should be used before a fresh one is asked for; zero: not said
	Form    Form
}

// Keys finds the key that a token names by its kid; the name is empty where it names none.
type Keys func(id string) (jws.Public, bool)

const (
	typeJWT = "statuslist+jwt"             // §5.1
	typeCWT = "application/statuslist+cwt" // §5.2

	claimStatus = int64(65535) // status, of a referenced token
	claimLife   = int64(65534) // ttl
	claimList   = int64(65533) // status_list
)

// SignJWT writes the token as §5.1 has it.
func (t Token) SignJWT(random io.Reader, key *jws.Private, id string) (string, error) {
	claims := map[string]any{"sub": t.Subject, "iat": t.Issued.Unix(), "status_list": t.Form}
	if !t.Expires.IsZero() {
		claims["exp"] = t.Expires.Unix()
	}
	if t.Life > 0 {
		claims["ttl"] = int64(t.Life / time.Second)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("status list token: %w", err)
	}
	header := map[string]any{"typ": typeJWT}
	if id != "" {
		header["kid"] = id
	}
	return jws.Sign(random, key, header, payload)
}

// SignCWT writes the token as §5.2 has it.
func (t Token) SignCWT(random io.Reader, key *jws.Private, id string) ([]byte, error) {
	list := map[any]any{"bits": int64(t.Form.Bits), "lst": t.Form.Packed}
	if t.Form.Aggregation != "" {
		list["aggregation_uri"] = t.Form.Aggregation
	}
	c := cwt.Claims{cwt.Subject: t.Subject, cwt.IssuedAt: t.Issued.Unix(), claimList: list}
	if !t.Expires.IsZero() {
		c[cwt.Expires] = t.Expires.Unix()
	}
	if t.Life > 0 {
		c[claimLife] = int64(t.Life / time.Second)
	}
	payload, err := c.Encode()
	if err != nil {
		return nil, fmt.Errorf("status list token: %w", err)
	}
	h := cwt.Header{Type: typeCWT}
	if id != "" {
		h.KeyID = []byte(id)
	}
	return cwt.Sign(random, key, h, payload)
}

// ReadJWT verifies a token and reads it. Whether it is for the address asked for, and of
// this time, Check tells.
func ReadJWT(text string, keys Keys, permitted ...jws.Algorithm) (*Token, error) {
	j, err := jws.Parse(text, permitted...)
	if err != nil {
		return nil, err
	}
	if j.Type != typeJWT {
		return nil, fmt.Errorf("%q: %w", j.Type, ErrType)
	}
	key, ok := keys(j.KeyID)
	if !ok {
		return nil, fmt.Errorf("%q: %w", j.KeyID, ErrKey)
	}
	if err := j.Verify(key); err != nil {
		return nil, err
	}
	claims, err := j.Claims()
	if err != nil {
		return nil, err
	}
	return fromJSON(claims)
}

func fromJSON(c strictjson.Object) (*Token, error) {
	list, ok := c["status_list"].(strictjson.Object)
	if !ok {
		return nil, fmt.Errorf("no status_list: %w", ErrToken)
	}
	text, ok := list["lst"].(string)
	if !ok {
		return nil, fmt.Errorf("no lst: %w", ErrToken)
	}
	packed, err := jws.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("lst: %w: %w", ErrToken, err)
	}
	r := reading{number: func(v any) (int64, bool) {
		n, ok := v.(json.Number)
		if !ok {
			return 0, false
		}
		i, err := n.Int64()
		return i, err == nil
	}}
	return r.token(c["sub"], c["iat"], c["exp"], c["ttl"], list["bits"], list["aggregation_uri"], packed)
}

// ReadCWT does the same for the form of §5.2.
func ReadCWT(b []byte, keys Keys, permitted ...jws.Algorithm) (*Token, error) {
	t, err := cwt.Parse(b, permitted...)
	if err != nil {
		return nil, err
	}
	if t.Type != typeCWT {
		return nil, fmt.Errorf("%q: %w", t.Type, ErrType)
	}
	key, ok := keys(string(t.KeyID))
	if !ok {
		return nil, fmt.Errorf("%q: %w", t.KeyID, ErrKey)
	}
	if err := t.Verify(key); err != nil {
		return nil, err
	}
	c, err := t.Claims()
	if err != nil {
		return nil, err
	}
	return fromCBOR(c)
}

func fromCBOR(c cwt.Claims) (*Token, error) {
	list, _, err := c.Inside(claimList)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	packed, ok := list["lst"].([]byte)
	if !ok {
		return nil, fmt.Errorf("no lst: %w", ErrToken)
	}
	r := reading{number: func(v any) (int64, bool) { n, ok := v.(int64); return n, ok }}
	return r.token(c[cwt.Subject], c[cwt.IssuedAt], c[cwt.Expires], c[claimLife], list["bits"], list["aggregation_uri"], packed)
}

// reading is how a form writes whole numbers.
type reading struct {
	number func(any) (int64, bool)
}

// latest is the last second that is taken for a date: the end of the year 9999.
const latest = 253402300799

func (r reading) token(sub, iat, exp, ttl, bits, aggregation any, packed []byte) (*Token, error) {
	t := &Token{Form: Form{Packed: packed}}
	var ok bool
	if t.Subject, ok = sub.(string); !ok || t.Subject == "" {
		return nil, fmt.Errorf("sub: %w", ErrToken)
	}
	n, ok := r.number(iat)
	if !ok || n < 0 || n > latest {
		return nil, fmt.Errorf("iat: %w", ErrToken)
	}
	t.Issued = time.Unix(n, 0).UTC()
	if exp != nil {
		if n, ok = r.number(exp); !ok || n < 0 || n > latest {
			return nil, fmt.Errorf("exp: %w", ErrToken)
		}
		t.Expires = time.Unix(n, 0).UTC()
	}
	if ttl != nil {
		if n, ok = r.number(ttl); !ok || n <= 0 || n > int64(100*365*24*time.Hour/time.Second) {
			return nil, fmt.Errorf("ttl: %w", ErrToken)
		}
		t.Life = time.Duration(n) * time.Second
	}
	if aggregation != nil {
		if t.Form.Aggregation, ok = aggregation.(string); !ok {
			return nil, fmt.Errorf("aggregation_uri: %w", ErrToken)
		}
	}
	if n, ok = r.number(bits); !ok || n < 1 || n > 8 {
		return nil, fmt.Errorf("bits: %w: %w", ErrToken, ErrBits)
	}
	t.Form.Bits = Bits(n)
	return t, t.Form.Bits.check()
}

// Check holds a token to the address it was asked for at, and to a time (§8.3). ahead is
// how far the issuer's clock may be ahead.
func (t *Token) Check(uri string, now time.Time, ahead time.Duration) error {
	switch {
	case t.Subject != uri:
		return fmt.Errorf("%q: %w", t.Subject, ErrSubject)
	case t.Issued.Sub(now) > ahead:
		return fmt.Errorf("of %s: %w", t.Issued.Format(time.RFC3339), ErrFuture)
	case !t.Expires.IsZero() && !now.Before(t.Expires):
		return fmt.Errorf("on %s: %w", t.Expires.Format(time.RFC3339), ErrExpired)
	}
	return nil
}
