// Package keyfile writes and reads the file in which the owner of a signing key keeps it:
// a JWK (RFC 7517, with its secret member d), or the same sealed with a passphrase.
//
//	{"crv":"Ed25519","d":"…","kid":"changsha","kty":"OKP","x":"…"}
//
//	{"crv":"Ed25519","kid":"changsha","kty":"OKP","sealed":{…},"x":"…"}
//
// Sealed is with AES-256-GCM under a key that argon2id (RFC 9106, its second recommended
// option: 3 passes over 64 MiB, 4 lanes) makes of the passphrase and 16 random bytes. What
// stands beside the seal in the clear is bound to it: another name or public key does not
// open.
//
// It knows bytes. Files, their mode (0600) and where the passphrase comes from are for
// those who call.
package keyfile

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// The refusals.
var (
	ErrForm       = errors.New("not a key file")
	ErrPassphrase = errors.New("the passphrase does not open the key")
	ErrSealed     = errors.New("the key is sealed with a passphrase")
	ErrPublic     = errors.New("the file holds a public key alone")
)

// mostBytes is the longest file that is read.
const mostBytes = 16 << 10

// content is a file as it is written.
type content struct {
	Kty    string `json:"kty"`
	Crv    string `json:"crv"`
	X      string `json:"x"`
	Y      string `json:"y,omitempty"`
	Kid    string `json:"kid"`
	D      string `json:"d,omitempty"`
	Sealed *seal  `json:"sealed,omitempty"`
}

// seal is a secret under a passphrase.
type seal struct {
	KDF    string `json:"kdf"`    // argon2id
	Passes uint32 `json:"passes"` // over the memory
	Memory uint32 `json:"memory"` // KiB
	Lanes  uint8  `json:"lanes"`
	Salt   string `json:"salt"` // base64url, 16 bytes
	Cipher string `json:"cipher"`
	Nonce  string `json:"nonce"` // 12 bytes
	Secret string `json:"secret"`
}

// The parameters of RFC 9106 §4, second option. A file with others is refused: nobody
// else's choice of memory or time is spent here.
const (
	passes = 3
	memory = 64 << 10
	lanes  = 4
)

// Write makes the file of a key and its owner's name; an empty passphrase leaves it open.
func Write(random io.Reader, key *jws.Private, name, passphrase string) ([]byte, error) {
	j := key.Public().JWK(name)
	c := content{Kty: j.Kty, Crv: j.Crv, X: j.X, Y: j.Y, Kid: name}
	if passphrase == "" {
		c.D = jws.Encode(key.Seed())
		return lines(c)
	}
	drawn := make([]byte, 16+12)
	if _, err := io.ReadFull(random, drawn); err != nil {
		return nil, fmt.Errorf("seal a key: %w", err)
	}
	salt, nonce := drawn[:16], drawn[16:]
	aead, err := sealer(passphrase, salt)
	if err != nil {
		return nil, err
	}
	c.Sealed = &seal{
		"argon2id", passes, memory, lanes, jws.Encode(salt), "A256GCM", jws.Encode(nonce),
		jws.Encode(aead.Seal(nil, nonce, key.Seed(), c.beside())),
	}
	return lines(c)
}

// Public makes the file that others need: the public key with its owner's name.
func Public(key jws.Public, name string) ([]byte, error) { return lines(key.JWK(name)) }

func lines(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

// ReadPublic reads the public key of a file, be it the one for others or the owner's.
func ReadPublic(raw []byte) (key jws.Public, name string, err error) {
	c, key, err := read(raw)
	return key, c.Kid, err
}

// read decodes a file and its public key.
func read(raw []byte) (c content, key jws.Public, err error) {
	if _, err := strictjson.DecodeObject(raw, strictjson.Limits{Bytes: mostBytes, Depth: 3}); err != nil {
		return c, key, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, key, ErrForm // the cause might quote the secret
	}
	if key, err = (jws.JWK{Kty: c.Kty, Crv: c.Crv, X: c.X, Y: c.Y}).Public(); err != nil {
		return c, key, fmt.Errorf("%w: %w", ErrForm, err)
	}
	return c, key, nil
}

// Read opens a file as Write made it.
func Read(raw []byte, passphrase string) (key *jws.Private, name string, err error) {
	c, public, err := read(raw)
	if err != nil {
		return nil, "", err
	}
	secret, err := c.secret(passphrase)
	if err != nil {
		return nil, "", err
	}
	key, err = jws.FromSeed(public.Algorithm(), secret)
	if err != nil || !key.Public().Equal(public) {
		return nil, "", fmt.Errorf("%w: the secret is not that of the public key", ErrForm)
	}
	return key, c.Kid, nil
}

func (c *content) secret(passphrase string) ([]byte, error) {
	switch {
	case c.D != "" && c.Sealed == nil:
		d, err := jws.Decode(c.D)
		if err != nil {
			return nil, ErrForm
		}
		return d, nil
	case c.Sealed == nil:
		return nil, ErrPublic
	case c.D != "":
		return nil, fmt.Errorf("%w: d beside sealed", ErrForm)
	case passphrase == "":
		return nil, ErrSealed
	}
	s := c.Sealed
	salt, err1 := jws.Decode(s.Salt)
	nonce, err2 := jws.Decode(s.Nonce)
	sealed, err3 := jws.Decode(s.Secret)
	if errors.Join(err1, err2, err3) != nil || len(salt) != 16 || len(nonce) != 12 ||
		s.KDF != "argon2id" || s.Passes != passes || s.Memory != memory || s.Lanes != lanes || s.Cipher != "A256GCM" {
		return nil, fmt.Errorf("%w: sealed in another way", ErrForm)
	}
	aead, err := sealer(passphrase, salt)
	if err != nil {
		return nil, err
	}
	secret, err := aead.Open(nil, nonce, sealed, c.beside())
	if err != nil {
		return nil, ErrPassphrase
	}
	return secret, nil
}

// beside is what stands in the clear.
func (c *content) beside() []byte {
	b, _ := json.Marshal([]string{c.Kty, c.Crv, c.X, c.Y, c.Kid}) // strings always have JSON
	return b
}

func sealer(passphrase string, salt []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(argon2.IDKey([]byte(passphrase), salt, passes, memory, lanes, 32))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return cipher.NewGCM(block)
}
