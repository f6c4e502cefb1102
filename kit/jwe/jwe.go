package jwe

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// MostBytes is the longest text that is read.
const MostBytes = 2 << 20

const agreement = "ECDH-ES"

// Encryption is a way of encrypting the content, by its name in the header.
type Encryption string

// The ways of encrypting.
const (
	A128GCM Encryption = "A128GCM"
	A256GCM Encryption = "A256GCM"
)

// sizes are the lengths of keys in bytes.
var sizes = map[Encryption]int{A128GCM: 16, A256GCM: 32}

// The refusals.
var (
	ErrForm      = errors.New("not a compact JWE")
	ErrAlgorithm = errors.New("not ECDH-ES with A128GCM or A256GCM")
	ErrCritical  = errors.New("a header is not understood")
	ErrKey       = errors.New("not a key on P-256 to encrypt to")
	ErrOther     = errors.New("encrypted to another key")
	ErrOpen      = errors.New("cannot be decrypted")
)

// Private is a key that decrypts.
type Private struct{ k *ecdh.PrivateKey }

// Generate makes a key from random bytes.
func Generate(random io.Reader) (*Private, error) {
	seed := make([]byte, 32)
	for { // a seed outside the order of the curve is drawn anew
		if _, err := io.ReadFull(random, seed); err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		if k, err := FromSeed(seed); err == nil {
			return k, nil
		}
	}
}

// FromSeed makes the key of 32 secret bytes.
func FromSeed(seed []byte) (*Private, error) {
	k, err := ecdh.P256().NewPrivateKey(seed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return &Private{k}, nil
}

// Seed is the 32 secret bytes of the key.
func (k *Private) Seed() []byte { return k.k.Bytes() }

// Public is the key to encrypt to; id is its kid.
func (k *Private) Public(id string) Public { return Public{k.k.PublicKey(), id} }

// Public is a key to encrypt to.
type Public struct {
	k  *ecdh.PublicKey
	ID string // kid
}

// JWK writes the key.
func (p Public) JWK() strictjson.Object {
	o := coordinates(p.k)
	o["use"], o["alg"] = "enc", agreement
	if p.ID != "" {
		o["kid"] = p.ID
	}
	return o
}

func coordinates(k *ecdh.PublicKey) strictjson.Object {
	b := k.Bytes()
	return strictjson.Object{"kty": "EC", "crv": "P-256", "x": jws.Encode(b[1:33]), "y": jws.Encode(b[33:])}
}

// Read reads a key to encrypt to. One for another use, algorithm or curve is refused: a
// wallet passes over it and takes the next.
func Read(o strictjson.Object) (Public, error) {
	use, hasUse := o["use"]
	if o["alg"] != any(agreement) || hasUse && use != any("enc") {
		return Public{}, fmt.Errorf("use %v, alg %v: %w", use, o["alg"], ErrKey)
	}
	id, isText := o["kid"].(string)
	if _, there := o["kid"]; there && !isText {
		return Public{}, fmt.Errorf("kid: %w", ErrKey)
	}
	k, err := point(o)
	return Public{k, id}, err
}

func point(o strictjson.Object) (*ecdh.PublicKey, error) {
	if o["kty"] != any("EC") || o["crv"] != any("P-256") {
		return nil, fmt.Errorf("kty %v, crv %v: %w", o["kty"], o["crv"], ErrKey)
	}
	b := []byte{4}
	for _, name := range []string{"x", "y"} {
		text, _ := o[name].(string)
		part, err := jws.Decode(text)
		if err != nil || len(part) != 32 {
			return nil, fmt.Errorf("%s: %w", name, ErrKey)
		}
		b = append(b, part...)
	}
	k, err := ecdh.P256().NewPublicKey(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return k, nil
}

// Encrypt encrypts a text to a key.
func Encrypt(random io.Reader, to Public, enc Encryption, text []byte) (string, error) {
	if to.k == nil || sizes[enc] == 0 {
		return "", fmt.Errorf("%q: %w", enc, ErrAlgorithm)
	}
	once, err := Generate(random)
	if err != nil {
		return "", err
	}
	iv := make([]byte, 12)
	if _, err := io.ReadFull(random, iv); err != nil {
		return "", fmt.Errorf("encrypt: %w", err)
	}
	o := strictjson.Object{"alg": agreement, "enc": string(enc), "epk": coordinates(once.k.PublicKey())}
	if to.ID != "" {
		o["kid"] = to.ID
	}
	plain, err := strictjson.Append(nil, o)
	if err != nil {
		return "", fmt.Errorf("header: %w", err)
	}
	header := jws.Encode(plain)
	gcm, err := agree(once.k, to.k, enc, nil, nil)
	if err != nil {
		return "", err
	}
	sealed := gcm.Seal(nil, iv, text, []byte(header))
	n := len(sealed) - gcm.Overhead()
	return strings.Join([]string{header, "", jws.Encode(iv), jws.Encode(sealed[:n]), jws.Encode(sealed[n:])}, "."), nil
}

// Decrypt decrypts a text that was encrypted to a key. Where the header names another key
// than id it is refused.
func Decrypt(text string, key *Private, id string) ([]byte, error) {
	if len(text) > MostBytes {
		return nil, fmt.Errorf("%d bytes: %w", len(text), strictjson.ErrLong)
	}
	parts := strings.Split(text, ".")
	if len(parts) != 5 || parts[1] != "" {
		return nil, ErrForm
	}
	var raw [5][]byte
	for i, part := range parts {
		var err error
		if raw[i], err = jws.Decode(part); err != nil {
			return nil, fmt.Errorf("part %d: %w: %w", i+1, ErrForm, err)
		}
	}
	if len(raw[2]) != 12 || len(raw[4]) != 16 {
		return nil, fmt.Errorf("length of iv or tag: %w", ErrForm)
	}
	h, err := strictjson.DecodeObject(raw[0], strictjson.Limits{Bytes: 8 << 10, Depth: 4})
	if err != nil {
		return nil, fmt.Errorf("header: %w: %w", ErrForm, err)
	}
	gcm, err := opened(h, key, id)
	if err != nil {
		return nil, err
	}
	out, err := gcm.Open(nil, raw[2], append(bytes.Clone(raw[3]), raw[4]...), []byte(parts[0]))
	if err != nil {
		return nil, ErrOpen
	}
	return out, nil
}

// opened reads the header and agrees on the key.
func opened(h strictjson.Object, key *Private, id string) (cipher.AEAD, error) {
	for _, name := range []string{"crit", "zip"} {
		if _, there := h[name]; there {
			return nil, fmt.Errorf("%s: %w", name, ErrCritical)
		}
	}
	name, _ := h["enc"].(string)
	enc := Encryption(name)
	if h["alg"] != any(agreement) || sizes[enc] == 0 {
		return nil, fmt.Errorf("alg %v, enc %v: %w", h["alg"], h["enc"], ErrAlgorithm)
	}
	if kid, there := h["kid"]; there && kid != any(id) {
		return nil, ErrOther
	}
	epk, ok := h["epk"].(strictjson.Object)
	if !ok {
		return nil, fmt.Errorf("epk: %w", ErrForm)
	}
	public, err := point(epk)
	if err != nil {
		return nil, fmt.Errorf("epk: %w", err)
	}
	var info [2][]byte
	for i, name := range []string{"apu", "apv"} {
		v, there := h[name]
		text, ok := v.(string)
		if there && !ok {
			return nil, fmt.Errorf("%s: %w", name, ErrForm)
		}
		if info[i], err = jws.Decode(text); err != nil {
			return nil, fmt.Errorf("%s: %w: %w", name, ErrForm, err)
		}
	}
	return agree(key.k, public, enc, info[0], info[1])
}

// agree derives the key of the content: Concat KDF with SHA-256 of what both ends share (RFC
// 7518 §4.6.2). One round gives as many bits as either way of encrypting takes.
func agree(mine *ecdh.PrivateKey, theirs *ecdh.PublicKey, enc Encryption, apu, apv []byte) (cipher.AEAD, error) {
	z, err := mine.ECDH(theirs)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	key := derive(z, string(enc), apu, apv, sizes[enc])
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func derive(z []byte, enc string, apu, apv []byte, size int) []byte {
	text := append([]byte{0, 0, 0, 1}, z...)
	for _, part := range [][]byte{[]byte(enc), apu, apv} {
		text = binary.BigEndian.AppendUint32(text, uint32(len(part)))
		text = append(text, part...)
	}
	text = binary.BigEndian.AppendUint32(text, uint32(8*size))
	sum := sha256.Sum256(text)
	return sum[:size]
}
