package jws

//lint:file-ignore SA1019 the curve of SM2 is none of crypto/ecdh, and coordinates are what a JWK holds

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/emmansun/gmsm/sm2"
)

// Algorithm is a way of signing, by its name in the header.
type Algorithm string

// The algorithms.
const (
	EdDSA Algorithm = "EdDSA"
	ES256 Algorithm = "ES256"
	SM2   Algorithm = "SM2" // SM2 with SM3, with the standard's default identity of the signer
)

// Algorithms lists them.
var Algorithms = []Algorithm{EdDSA, ES256, SM2}

// ErrKey tells that something is no key of the three algorithms.
var ErrKey = errors.New("not a key for EdDSA, ES256 or SM2")

// Public is a key that verifies. Its zero value verifies nothing.
type Public struct {
	alg  Algorithm
	ed   ed25519.PublicKey
	ec   *ecdsa.PublicKey // ES256 and SM2
	form point
}

// point is a key as a JWK has it.
type point struct{ x, y []byte }

// Private is a key that signs.
type Private struct {
	public Public
	ed     ed25519.PrivateKey
	ec     *ecdsa.PrivateKey
	sm     *ecdsa.PrivateKey
}

// Algorithm is what a key is for.
func (p Public) Algorithm() Algorithm { return p.alg }

// Equal tells whether two keys are the same.
func (p Public) Equal(q Public) bool {
	return p.alg == q.alg && string(p.form.x) == string(q.form.x) && string(p.form.y) == string(q.form.y)
}

// Public is the key that verifies what this one signs.
func (k *Private) Public() Public { return k.public }

// Generate makes a key from random bytes.
func Generate(alg Algorithm, random io.Reader) (*Private, error) {
	seed := make([]byte, 32)
	for { // a seed outside the order of the curve is drawn anew: less than one in four thousand million
		if _, err := io.ReadFull(random, seed); err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		if k, err := FromSeed(alg, seed); err == nil || alg != ES256 && alg != SM2 {
			return k, err
		}
	}
}

// FromSeed makes the key of 32 secret bytes: the seed of Ed25519, the number d of the
// others.
func FromSeed(alg Algorithm, seed []byte) (*Private, error) {
	if len(seed) != 32 {
		return nil, fmt.Errorf("%d secret bytes: %w", len(seed), ErrKey)
	}
	switch alg {
	case EdDSA:
		k := ed25519.NewKeyFromSeed(seed)
		pub := k.Public().(ed25519.PublicKey)
		return &Private{public: Public{alg: EdDSA, ed: pub, form: point{x: pub}}, ed: k}, nil
	case ES256:
		k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		pub, err := onCurve(ES256, &k.PublicKey)
		return &Private{public: pub, ec: k}, err
	case SM2:
		d, curve := number(seed), sm2.P256()
		if d.Sign() == 0 || d.Cmp(new(big.Int).Sub(curve.Params().N, big.NewInt(1))) >= 0 { // GB/T 32918.1 §6.1: from 1 to n-2
			return nil, fmt.Errorf("secret number out of range: %w", ErrKey)
		}
		k := &ecdsa.PrivateKey{D: d, PublicKey: ecdsa.PublicKey{Curve: curve}}
		k.X, k.Y = curve.ScalarBaseMult(seed)
		pub, err := onCurve(SM2, &k.PublicKey)
		return &Private{public: pub, sm: k}, err
	}
	return nil, fmt.Errorf("%q: %w", alg, ErrKey)
}

func onCurve(alg Algorithm, k *ecdsa.PublicKey) (Public, error) {
	p := point{make([]byte, 32), make([]byte, 32)}
	k.X.FillBytes(p.x)
	k.Y.FillBytes(p.y)
	return Public{alg: alg, ec: k, form: p}, nil
}

// Seed is the 32 secret bytes of the key.
func (k *Private) Seed() []byte {
	switch {
	case k.ed != nil:
		return k.ed.Seed()
	case k.ec != nil:
		b, _ := k.ec.Bytes()
		return b
	}
	return k.sm.D.FillBytes(make([]byte, 32))
}

// curves are the names of RFC 7518 §6.2.1.1 and RFC 8037, and ours of SM2.
var curves = map[Algorithm]struct{ kty, crv string }{
	EdDSA: {"OKP", "Ed25519"}, ES256: {"EC", "P-256"}, SM2: {"EC", "SM2"},
}

// JWK is a public key as RFC 7517 writes it.
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y,omitempty"`
	Kid string `json:"kid,omitempty"`
	Alg string `json:"alg,omitempty"`
	Use string `json:"use,omitempty"`

	Operations []string `json:"key_ops,omitempty"`
}

// JWK writes the key; kid may be empty.
func (p Public) JWK(kid string) JWK {
	c := curves[p.alg]
	j := JWK{Kty: c.kty, Crv: c.crv, X: Encode(p.form.x), Kid: kid}
	if p.form.y != nil {
		j.Y = Encode(p.form.y)
	}
	return j
}

// Thumbprint is that of RFC 7638 with SHA-256, in base64url.
func (p Public) Thumbprint() string {
	j := p.JWK("") // base64url and the names of curves need no escapes
	text := `{"crv":"` + j.Crv + `","kty":"` + j.Kty + `","x":"` + j.X + `"`
	if j.Y != "" {
		text += `,"y":"` + j.Y + `"`
	}
	sum := sha256.Sum256([]byte(text + "}"))
	return Encode(sum[:])
}

// Public reads the key. A JWK with another use or algorithm than signing with it is
// refused, and so is a point that lies on no curve.
func (j JWK) Public() (Public, error) {
	alg := Algorithm("")
	for a, c := range curves {
		if c.kty == j.Kty && c.crv == j.Crv {
			alg = a
		}
	}
	if alg == "" || j.Use != "" && j.Use != "sig" || j.Operations != nil && !slices.Contains(j.Operations, "verify") || j.Alg != "" && j.Alg != string(alg) && !(alg == EdDSA && j.Alg == "Ed25519") {
		return Public{}, fmt.Errorf("kty %q, crv %q, use %q, alg %q: %w", j.Kty, j.Crv, j.Use, j.Alg, ErrKey)
	}
	x, err := Decode(j.X)
	if err != nil || len(x) != 32 {
		return Public{}, fmt.Errorf("x: %w", ErrKey)
	}
	if alg == EdDSA {
		if j.Y != "" {
			return Public{}, fmt.Errorf("y: %w", ErrKey)
		}
		return Public{alg: EdDSA, ed: x, form: point{x: x}}, nil
	}
	y, err := Decode(j.Y)
	if err != nil || len(y) != 32 {
		return Public{}, fmt.Errorf("y: %w", ErrKey)
	}
	return fromPoint(alg, x, y)
}

func fromPoint(alg Algorithm, x, y []byte) (Public, error) {
	if alg == ES256 {
		k, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		if err != nil {
			return Public{}, fmt.Errorf("%w: %w", ErrKey, err)
		}
		return onCurve(ES256, k)
	}
	k := &ecdsa.PublicKey{Curve: sm2.P256(), X: number(x), Y: number(y)}
	if !k.IsOnCurve(k.X, k.Y) {
		return Public{}, fmt.Errorf("point off the curve: %w", ErrKey)
	}
	return onCurve(SM2, k)
}

// Sign signs a message as the algorithm of the key does: 64 bytes. random is used by ES256 and
// SM2.
func (k *Private) Sign(random io.Reader, message []byte) ([]byte, error) {
	if k.ed != nil {
		return ed25519.Sign(k.ed, message), nil
	}
	var r, s *big.Int
	var err error
	if k.ec != nil {
		sum := sha256.Sum256(message)
		r, s, err = ecdsa.Sign(random, k.ec, sum[:])
	} else {
		r, s, err = sm2.SignWithSM2(random, k.sm, nil, message)
	}
	if err != nil {
		return nil, fmt.Errorf("sign with %s: %w", k.public.alg, err)
	}
	out := make([]byte, 64)
	r.FillBytes(out[:32])
	s.FillBytes(out[32:])
	return out, nil
}

// Verify tells whether a signature is the key's over a message.
func (p Public) Verify(message, signature []byte) bool {
	if len(signature) != 64 {
		return false
	}
	switch p.alg {
	case EdDSA:
		return ed25519.Verify(p.ed, message, signature)
	case ES256:
		sum := sha256.Sum256(message)
		return ecdsa.Verify(p.ec, sum[:], number(signature[:32]), number(signature[32:]))
	case SM2:
		return sm2.VerifyWithSM2(p.ec, nil, message, number(signature[:32]), number(signature[32:]))
	}
	return false
}

func number(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
