package jws

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"conurb/kit/strictjson"
)

// MostBytes is the longest text that is read, MostDepth how deeply its JSON may nest.
const (
	MostBytes = 1 << 20
	MostDepth = 32
)

// The refusals. A verifier tells them apart; a stranger need not be told more than that
// the text was refused.
var (
	ErrForm      = errors.New("not a compact JWS")
	ErrAlgorithm = errors.New("algorithm not permitted")
	ErrCritical  = errors.New("a critical header is not understood")
	ErrSignature = errors.New("signature is not the key's")
	ErrBase64    = errors.New("not base64url")
)

// Encode writes base64url without padding.
func Encode(b []byte) string {
	var room [512]byte // short ones are put together on the stack
	if n := base64.RawURLEncoding.EncodedLen(len(b)); n <= len(room) {
		base64.RawURLEncoding.Encode(room[:n], b)
		return string(room[:n])
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

var strict = base64.RawURLEncoding.Strict()

// Decode reads base64url strictly: no padding, no line breaks, no loose bits.
func Decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") { // which encoding/base64 passes over
		return nil, ErrBase64
	}
	b, err := strict.DecodeString(s)
	if err != nil {
		return nil, ErrBase64
	}
	return b, nil
}

// Token is a compact JWS that was read and not yet verified.
type Token struct {
	Header    strictjson.Object
	Algorithm Algorithm
	Type      string // typ; empty where there is none
	KeyID     string // kid
	Payload   []byte
	signed    string
	signature []byte
}

// Parse reads a token. Its algorithm has to be one of those permitted; nothing of it is
// to be believed before Verify.
func Parse(text string, permitted ...Algorithm) (*Token, error) {
	if len(text) > MostBytes {
		return nil, fmt.Errorf("%d bytes: %w", len(text), strictjson.ErrLong)
	}
	dots := strings.Count(text, ".")
	last := strings.LastIndexByte(text, '.')
	if dots != 2 {
		return nil, fmt.Errorf("%d parts: %w", dots+1, ErrForm)
	}
	head, body, _ := strings.Cut(text[:last], ".")
	t := &Token{signed: text[:last]}
	var err error
	if t.signature, err = Decode(text[last+1:]); err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	if t.Payload, err = Decode(body); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	raw, err := Decode(head)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if t.Header, err = strictjson.DecodeObject(raw, strictjson.Limits{Depth: MostDepth}); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	return t, t.readHeader(permitted)
}

func (t *Token) readHeader(permitted []Algorithm) error {
	alg, ok := t.Header["alg"].(string)
	if t.Algorithm = Algorithm(alg); !ok || !slices.Contains(permitted, t.Algorithm) || !slices.Contains(Algorithms, t.Algorithm) {
		return fmt.Errorf("%q: %w", alg, ErrAlgorithm)
	}
	if _, there := t.Header["crit"]; there { // nothing is understood that would have to be named here
		return ErrCritical
	}
	if _, there := t.Header["b64"]; there { // means something only as a critical header (RFC 7797 §6)
		return ErrCritical
	}
	for name, to := range map[string]*string{"typ": &t.Type, "kid": &t.KeyID} {
		if v, there := t.Header[name]; there {
			if *to, ok = v.(string); !ok {
				return fmt.Errorf("%s is not a string: %w", name, ErrForm)
			}
		}
	}
	return nil
}

// Verify holds the signature to a key. The key is for the algorithm in the header, or
// the token is refused.
func (t *Token) Verify(key Public) error {
	switch {
	case key.alg != t.Algorithm:
		return fmt.Errorf("%s with a key for %s: %w", t.Algorithm, key.alg, ErrAlgorithm)
	case !key.Verify([]byte(t.signed), t.signature):
		return ErrSignature
	}
	return nil
}

// Claims reads the payload as an object.
func (t *Token) Claims() (strictjson.Object, error) {
	o, err := strictjson.DecodeObject(t.Payload, strictjson.Limits{Depth: MostDepth})
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	return o, nil
}

// Sign writes a token. The header's alg is set from the key; header is not changed.
func Sign(random io.Reader, key *Private, header map[string]any, payload []byte) (string, error) {
	h := make(map[string]any, len(header)+1)
	for k, v := range header {
		h[k] = v
	}
	h["alg"] = string(key.public.alg)
	head, err := strictjson.Append(nil, h)
	if err != nil {
		return "", fmt.Errorf("header: %w", err)
	}
	text := make([]byte, 0, (len(head)+len(payload)+64)*4/3+8)
	text = append(base64.RawURLEncoding.AppendEncode(text, head), '.')
	text = base64.RawURLEncoding.AppendEncode(text, payload)
	signature, err := key.Sign(random, text)
	if err != nil {
		return "", err
	}
	text = base64.RawURLEncoding.AppendEncode(append(text, '.'), signature)
	return string(text), nil
}
