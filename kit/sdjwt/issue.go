package sdjwt

import (
	"crypto"
	"crypto/sha256"
	_ "crypto/sha512" // linked for crypto.Hash
	"fmt"
	"io"
	"slices"
	"strings"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// Object is a JSON object.
type Object = strictjson.Object

// Hidden marks, in an Object or a list, a value that is disclosed only if the holder
// chooses to. What is inside it may be hidden again.
type Hidden struct{ Value any }

// Settings are choices of an issuer; the zero value is good.
type Settings struct {
	Hash   string // sha-256 if empty
	Decoys int    // so many digests of nothing in every object with hidden claims, against counting (§4.2.5)
}

// hashes are the algorithms, by the names of the IANA registry.
var hashes = map[string]crypto.Hash{"sha-256": crypto.SHA256, "sha-384": crypto.SHA384, "sha-512": crypto.SHA512}

const defaultHash = "sha-256"

// Issue signs claims, some of them Hidden, and returns the SD-JWT with all its
// disclosures. random gives salts and shuffles digests. The claims _sd, _sd_alg and ...
// are the format's own and refused.
func Issue(random io.Reader, key *jws.Private, header map[string]any, claims Object, s Settings) (string, error) {
	if s.Hash == "" {
		s.Hash = defaultHash
	}
	h, ok := hashes[s.Hash]
	if !ok {
		return "", fmt.Errorf("%q: %w", s.Hash, ErrHash)
	}
	b := builder{random: random, hash: h, decoys: s.Decoys}
	payload, err := b.object(claims)
	if err != nil {
		return "", err
	}
	if len(b.disclosures) > 0 || s.Decoys > 0 {
		payload[nameAlgorithm] = s.Hash
	}
	text, err := strictjson.Append(make([]byte, 0, 2048), payload)
	if err != nil {
		return "", fmt.Errorf("claims: %w", err)
	}
	token, err := jws.Sign(random, key, header, text)
	if err != nil {
		return "", err
	}
	return compact(token, b.disclosures), nil
}

// compact joins the parts of an SD-JWT (§4).
func compact(token string, disclosures []string) string {
	var b strings.Builder
	n := len(token) + 1
	for _, d := range disclosures {
		n += len(d) + 1
	}
	b.Grow(n)
	b.WriteString(token)
	b.WriteByte('~')
	for _, d := range disclosures {
		b.WriteString(d)
		b.WriteByte('~')
	}
	return b.String()
}

// The names that belong to the format.
const (
	nameDigests   = "_sd"
	nameAlgorithm = "_sd_alg"
	nameElement   = "..."
)

type builder struct {
	random      io.Reader
	hash        crypto.Hash
	decoys      int
	disclosures []string
	text        []byte // of a disclosure, reused
}

func (b *builder) value(v any) (any, error) {
	switch v := v.(type) {
	case Object:
		return b.object(v)
	case []any:
		return b.list(v)
	case Hidden:
		return nil, fmt.Errorf("hidden outside an object or a list: %w", ErrForm)
	}
	return v, nil
}

// object puts digests in the place of what is hidden. They are in the order of their
// bytes, which tells nothing of the order of the claims.
func (b *builder) object(o Object) (Object, error) {
	out := make(Object, len(o)+1)
	var digests []string
	for _, name := range names(o) {
		if name == nameDigests || name == nameElement || name == nameAlgorithm {
			return nil, fmt.Errorf("a claim %q: %w", name, ErrName)
		}
		hidden, ok := o[name].(Hidden)
		if !ok {
			v, err := b.value(o[name])
			if err != nil {
				return nil, err
			}
			out[name] = v
			continue
		}
		v, err := b.value(hidden.Value)
		if err != nil {
			return nil, err
		}
		digest, err := b.disclose(name, v)
		if err != nil {
			return nil, err
		}
		digests = append(digests, digest)
	}
	if len(digests) == 0 {
		return out, nil
	}
	for range b.decoys {
		salt, err := b.salt()
		if err != nil {
			return nil, err
		}
		digests = append(digests, digestOf(b.hash, salt))
	}
	slices.Sort(digests)
	out[nameDigests] = digests
	return out, nil
}

func (b *builder) list(l []any) ([]any, error) {
	out := make([]any, 0, len(l))
	for _, v := range l {
		hidden, ok := v.(Hidden)
		if ok {
			v = hidden.Value
		}
		v, err := b.value(v)
		if err != nil {
			return nil, err
		}
		if ok {
			digest, err := b.disclose(v)
			if err != nil {
				return nil, err
			}
			v = Object{nameElement: digest}
		}
		out = append(out, v)
	}
	return out, nil
}

// disclose writes a disclosure of a salt and what follows, and returns its digest.
func (b *builder) disclose(rest ...any) (string, error) {
	salt, err := b.salt()
	if err != nil {
		return "", err
	}
	text := append(b.text[:0], `["`...)
	text = append(append(text, salt...), '"')
	for _, v := range rest {
		if text, err = strictjson.Append(append(text, ','), v); err != nil {
			return "", fmt.Errorf("claim: %w", err)
		}
	}
	text = append(text, ']')
	b.text = text
	d := jws.Encode(text)
	b.disclosures = append(b.disclosures, d)
	return digestOf(b.hash, d), nil
}

// salt is 128 random bits (§9.3).
func (b *builder) salt() (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(b.random, raw[:]); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	return jws.Encode(raw[:]), nil
}

func digestOf(h crypto.Hash, text string) string {
	if h == crypto.SHA256 {
		sum := sha256.Sum256([]byte(text))
		return jws.Encode(sum[:])
	}
	d := h.New()
	_, _ = io.WriteString(d, text) // a hash takes everything
	return jws.Encode(d.Sum(nil))
}

func names(o Object) []string {
	out := make([]string, 0, len(o))
	for k := range o {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
