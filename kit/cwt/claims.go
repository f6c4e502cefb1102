package cwt

import "fmt"

// The claims of RFC 8392 §3.1 by their numbers.
const (
	Issuer    = int64(1)
	Subject   = int64(2)
	Audience  = int64(3)
	Expires   = int64(4)
	NotBefore = int64(5)
	IssuedAt  = int64(6)
	TokenID   = int64(7)
)

// Claims are those of a token: keys are int64 or string; values are int64, string, []byte,
// bool, float64, nil, []any or Claims' like inside one another (map[any]any).
type Claims map[any]any

// Claims reads the payload.
func (t *Token) Claims() (Claims, error) {
	var c Claims
	if err := decoding.Unmarshal(t.Payload, &c); err != nil {
		return nil, fmt.Errorf("claims: %w: %w", ErrForm, err)
	}
	if c == nil || !keysFit(c) {
		return nil, fmt.Errorf("claims: %w", ErrForm)
	}
	return c, nil
}

// Encode writes claims in deterministic form.
func (c Claims) Encode() ([]byte, error) {
	b, err := encoding.Marshal(map[any]any(c))
	if err != nil {
		return nil, fmt.Errorf("claims: %w", err)
	}
	return b, nil
}

// Text is a claim that is a text; there is false where the claim is not there.
func (c Claims) Text(key any) (s string, there bool, err error) {
	v, there := c[key]
	if !there {
		return "", false, nil
	}
	s, ok := v.(string)
	if !ok {
		return "", true, fmt.Errorf("claim %v is no text: %w", key, ErrClaim)
	}
	return s, true, nil
}

// Number is a claim that is a whole number. A NumericDate with a fraction is cut off
// (RFC 8392 §2 permits one).
func (c Claims) Number(key any) (n int64, there bool, err error) {
	switch v := c[key].(type) {
	case int64:
		return v, true, nil
	case float64:
		if v > -(1<<53) && v < 1<<53 {
			return int64(v), true, nil
		}
	}
	if _, there = c[key]; !there {
		return 0, false, nil
	}
	return 0, true, fmt.Errorf("claim %v is no whole number: %w", key, ErrClaim)
}

// Inside is a claim that is a map of claims.
func (c Claims) Inside(key any) (in Claims, there bool, err error) {
	v, there := c[key]
	if !there {
		return nil, false, nil
	}
	m, ok := v.(map[any]any)
	if !ok || !keysFit(m) {
		return nil, true, fmt.Errorf("claim %v is no map: %w", key, ErrClaim)
	}
	return m, true, nil
}
