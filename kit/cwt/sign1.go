package cwt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"conurb/kit/jws"
)

// MostBytes is the longest token that is read, MostDepth how deeply its CBOR may nest.
const (
	MostBytes = 1 << 21
	MostDepth = 16
)

// The refusals.
var (
	ErrForm      = errors.New("not a COSE_Sign1")
	ErrLong      = errors.New("too long")
	ErrAlgorithm = errors.New("algorithm not permitted")
	ErrCritical  = errors.New("a critical header is not understood")
	ErrSignature = errors.New("signature is not the key's")
	ErrOrder     = errors.New("not in deterministic form")
	ErrClaim     = errors.New("a claim of another kind")
)

// The numbers of the COSE registry that are used here (RFC 9052 §3.1; typ: RFC 9596).
const (
	headerAlgorithm = 1
	headerCritical  = 2
	headerKeyID     = 4
	headerType      = 16

	tagSign1 = 18 // RFC 9052 §2
	tagCWT   = 61 // RFC 8392 §6
)

// numbers are the algorithms by their numbers.
var numbers = map[jws.Algorithm]int64{jws.EdDSA: -8, jws.ES256: -7, jws.SM2: -65537}

var (
	encoding = must(cbor.CoreDetEncOptions().EncMode())
	// outermost is for the tags around a token; inside there are none: fxamacker/cbor passes
	// over tags that a Go type has no use for, so that they have to be forbidden.
	outermost = must(strict.DecMode())
	decoding  = must(tagless(strict).DecMode())
)

var strict = cbor.DecOptions{
	DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden,
	MaxNestedLevels: MostDepth, MaxArrayElements: 4096, MaxMapPairs: 4096,
	IntDec: cbor.IntDecConvertSignedOrFail, BignumTag: cbor.BignumTagForbidden,
	NaN: cbor.NaNDecodeForbidden, Inf: cbor.InfDecodeForbidden,
}

func tagless(o cbor.DecOptions) cbor.DecOptions {
	o.TagsMd = cbor.TagsForbidden
	return o
}

func must[M any](m M, err error) M {
	if err != nil {
		panic(err) // options that contradict each other: the first test would stop
	}
	return m
}

// Header is what a token says of itself before its claims.
type Header struct {
	Type  string // typ; empty where there is none
	KeyID []byte // kid, which is written unprotected: it only says which key to try
}

// Token is a COSE_Sign1 that was read and not yet verified.
type Token struct {
	Header
	Algorithm jws.Algorithm
	Payload   []byte
	Others    int // headers beside alg, typ and kid: nothing is made of them
	protected []byte
	signature []byte
	raw       []byte
}

type sign1 struct {
	_           struct{} `cbor:",toarray"`
	Protected   []byte
	Unprotected map[any]any
	Payload     []byte
	Signature   []byte
}

// Parse reads a token with the tag of COSE_Sign1, and that of a CWT around it if there is
// one. Its algorithm has to be one of those permitted; nothing of it is to be believed
// before Verify.
func Parse(b []byte, permitted ...jws.Algorithm) (*Token, error) {
	if len(b) > MostBytes {
		return nil, fmt.Errorf("%d bytes: %w", len(b), ErrLong)
	}
	var outer cbor.RawTag
	if err := outermost.Unmarshal(b, &outer); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if outer.Number == tagCWT {
		inner := outer.Content
		outer = cbor.RawTag{}
		if err := outermost.Unmarshal(inner, &outer); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
	}
	if outer.Number != tagSign1 {
		return nil, fmt.Errorf("tag %d: %w", outer.Number, ErrForm)
	}
	var s sign1
	if err := decoding.Unmarshal(outer.Content, &s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if s.Payload == nil { // detached (RFC 9052 §4.1): no token carries it
		return nil, fmt.Errorf("no payload: %w", ErrForm)
	}
	t := &Token{Payload: s.Payload, protected: s.Protected, signature: s.Signature, raw: b}
	return t, t.readHeaders(s.Unprotected, permitted)
}

func (t *Token) readHeaders(open map[any]any, permitted []jws.Algorithm) error {
	var closed map[any]any
	if err := decoding.Unmarshal(t.protected, &closed); err != nil {
		return fmt.Errorf("protected header: %w: %w", ErrForm, err)
	}
	for key := range closed {
		if _, both := open[key]; both { // RFC 9052 §3: not in both
			return fmt.Errorf("header %v stands twice: %w", key, ErrForm)
		}
	}
	if !keysFit(open) || !keysFit(closed) {
		return fmt.Errorf("key of a header: %w", ErrForm)
	}
	for _, m := range []map[any]any{open, closed} {
		if _, there := m[int64(headerCritical)]; there {
			return ErrCritical
		}
	}
	t.Others = len(open) + len(closed) - 1
	alg, ok := closed[int64(headerAlgorithm)].(int64)
	for name, n := range numbers {
		if ok && n == alg && slices.Contains(permitted, name) {
			t.Algorithm = name
		}
	}
	if t.Algorithm == "" {
		return fmt.Errorf("%v: %w", closed[int64(headerAlgorithm)], ErrAlgorithm)
	}
	if v, there := closed[int64(headerType)]; there {
		t.Others--
		if t.Type, ok = v.(string); !ok {
			return fmt.Errorf("typ is no text: %w", ErrForm)
		}
	}
	for _, m := range []map[any]any{open, closed} {
		if v, there := m[int64(headerKeyID)]; there {
			t.Others--
			if t.KeyID, ok = v.([]byte); !ok {
				return fmt.Errorf("kid is no bytes: %w", ErrForm)
			}
		}
	}
	return nil
}

func keysFit(m map[any]any) bool {
	for k := range m {
		switch k.(type) {
		case int64, string:
		default:
			return false
		}
	}
	return true
}

// Verify holds the signature to a key. The key is for the algorithm in the header, or the
// token is refused.
func (t *Token) Verify(key jws.Public) error {
	if key.Algorithm() != t.Algorithm {
		return fmt.Errorf("%s with a key for %s: %w", t.Algorithm, key.Algorithm(), ErrAlgorithm)
	}
	over, err := toBeSigned(t.protected, t.Payload)
	if err != nil {
		return err
	}
	if !key.Verify(over, t.signature) {
		return ErrSignature
	}
	return nil
}

// toBeSigned is the Sig_structure of RFC 9052 §4.4, without external data.
func toBeSigned(protected, payload []byte) ([]byte, error) {
	b, err := encoding.Marshal([]any{"Signature1", protected, []byte{}, payload})
	if err != nil {
		return nil, fmt.Errorf("what is signed: %w", err)
	}
	return b, nil
}

// Deterministic tells whether the token, its protected header and its claims are written
// in the one form of RFC 8949 §4.2.1: whoever reads it and writes it again gets the same
// bytes.
func (t *Token) Deterministic() error {
	for name, b := range map[string][]byte{"token": t.raw, "protected header": t.protected, "claims": t.Payload} {
		var v any
		if err := outermost.Unmarshal(b, &v); err != nil {
			return fmt.Errorf("%s: %w: %w", name, ErrForm, err)
		}
		again, err := encoding.Marshal(v)
		if err != nil || !bytes.Equal(again, b) {
			return fmt.Errorf("%s: %w", name, ErrOrder)
		}
	}
	return nil
}

// Sign writes a token over a payload, in deterministic form.
func Sign(random io.Reader, key *jws.Private, h Header, payload []byte) ([]byte, error) {
	n, ok := numbers[key.Public().Algorithm()]
	if !ok {
		return nil, fmt.Errorf("%q: %w", key.Public().Algorithm(), ErrAlgorithm)
	}
	closed := map[int]any{headerAlgorithm: n}
	if h.Type != "" {
		closed[headerType] = h.Type
	}
	protected, err := encoding.Marshal(closed)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	over, err := toBeSigned(protected, payload)
	if err != nil {
		return nil, err
	}
	signature, err := key.Sign(random, over)
	if err != nil {
		return nil, err
	}
	open := map[any]any{}
	if h.KeyID != nil {
		open[headerKeyID] = h.KeyID
	}
	b, err := encoding.Marshal(cbor.Tag{Number: tagSign1, Content: sign1{Protected: protected, Unprotected: open, Payload: payload, Signature: signature}})
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	return b, nil
}
