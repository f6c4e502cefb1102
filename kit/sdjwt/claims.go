package sdjwt

import (
	"crypto"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// Verify holds the issuer's signature to a key and puts the claims together (§7.1).
// Times and audiences in them are for the caller to check.
func (s *Shown) Verify(key jws.Public) (Object, error) {
	p, err := s.verified(key)
	return p.claims, err
}

func (s *Shown) verified(key jws.Public) (processed, error) {
	if err := s.Issuer.Verify(key); err != nil {
		return processed{}, fmt.Errorf("issuer's token: %w", err)
	}
	return s.process()
}

// Claims puts the claims together without asking who signed them: for a wallet that
// shows what it holds. A verifier calls Verify.
func (s *Shown) Claims() (Object, error) {
	p, err := s.process()
	return p.claims, err
}

// Disclosure is a claim or element that the holder may leave out.
type Disclosure struct {
	Path   []string // names and numbers of elements from the top; a number counts the elements disclosed here
	Value  any      // put together, with what is disclosed inside it
	Parent int      // the disclosure it is inside of; -1 for none
}

// Hidden lists what each disclosure discloses, in their order.
func (s *Shown) Hidden() ([]Disclosure, error) {
	if f := s.found.Load(); f != nil && slices.Equal(f.of, s.Disclosures) {
		return slices.Clone(f.list), nil
	}
	p, err := s.process()
	return p.list, err
}

// processed is what the claims and disclosures give together.
type processed struct {
	claims Object
	list   []Disclosure
	hash   crypto.Hash
}

func (s *Shown) process() (processed, error) {
	claims, err := s.Issuer.Claims()
	if err != nil {
		return processed{}, fmt.Errorf("issuer's token: %w", err)
	}
	n := len(s.Disclosures)
	p := processor{at: make(map[string]int, n), met: make(map[string]bool, n), list: make([]Disclosure, n), used: make([]bool, n), parts: make([][]any, 0, n)}
	if p.hash, err = hashOf(claims); err != nil {
		return processed{}, err
	}
	delete(claims, nameAlgorithm)
	for i, d := range s.Disclosures {
		digest := digestOf(p.hash, d)
		if _, there := p.at[digest]; there {
			return processed{}, fmt.Errorf("disclosure %d: %w", i+1, ErrTwice)
		}
		p.at[digest] = i
		parts, err := read(d)
		if err != nil {
			return processed{}, fmt.Errorf("disclosure %d: %w", i+1, err)
		}
		p.parts = append(p.parts, parts)
	}
	out, err := p.object(claims, nil, -1)
	if err != nil {
		return processed{}, err
	}
	for i, used := range p.used {
		if !used {
			return processed{}, fmt.Errorf("disclosure %d: %w", i+1, ErrUnused)
		}
	}
	s.found.Store(&found{slices.Clone(s.Disclosures), p.list})
	return processed{out, p.list, p.hash}, nil
}

// hashOf is the algorithm of the digests (§4.1.1).
func hashOf(claims Object) (crypto.Hash, error) {
	name, there := claims[nameAlgorithm]
	if !there {
		return hashes[defaultHash], nil
	}
	text, _ := name.(string)
	h, ok := hashes[text]
	if !ok {
		return 0, fmt.Errorf("%v: %w", name, ErrHash)
	}
	return h, nil
}

// read decodes a disclosure: a list of salt, name if any, and value.
func read(text string) ([]any, error) {
	raw, err := jws.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDisclosure, err)
	}
	v, err := strictjson.Decode(raw, strictjson.Limits{Depth: jws.MostDepth})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDisclosure, err)
	}
	list, ok := v.([]any)
	if !ok || len(list) < 2 || len(list) > 3 {
		return nil, fmt.Errorf("not a list of two or three: %w", ErrDisclosure)
	}
	if _, ok := list[0].(string); !ok {
		return nil, fmt.Errorf("its salt is no string: %w", ErrDisclosure)
	}
	return list, nil
}

type processor struct {
	hash  crypto.Hash
	at    map[string]int // disclosure by digest
	parts [][]any
	met   map[string]bool // digests that stood somewhere
	list  []Disclosure
	used  []bool
}

func (p *processor) value(v any, path []string, parent int) (any, error) {
	if len(path) > MostDepth {
		return nil, ErrDeep
	}
	switch v := v.(type) {
	case Object:
		return p.object(v, path, parent)
	case []any:
		return p.elements(v, path, parent)
	}
	return v, nil
}

func (p *processor) object(o Object, path []string, parent int) (Object, error) {
	digests, hides := o[nameDigests]
	list, ok := digests.([]any)
	out := make(Object, len(o)+min(len(list), len(p.parts)))
	for _, name := range names(o) {
		switch name {
		case nameDigests:
			continue
		case nameElement:
			return nil, fmt.Errorf("%q in an object: %w", name, ErrName)
		}
		v, err := p.value(o[name], append(path, name), parent)
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	if !hides {
		return out, nil
	}
	if !ok {
		return nil, fmt.Errorf("%s is no list: %w", nameDigests, ErrForm)
	}
	for _, d := range list {
		digest, ok := d.(string)
		if !ok {
			return nil, fmt.Errorf("%s holds something else than digests: %w", nameDigests, ErrForm)
		}
		if err := p.claim(out, digest, path, parent); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// claim puts in what a digest in an object stands for.
func (p *processor) claim(out Object, digest string, path []string, parent int) error {
	i, err := p.meet(digest)
	if err != nil || i < 0 {
		return err
	}
	parts := p.parts[i]
	if len(parts) != 3 {
		return fmt.Errorf("disclosure %d is none of a claim: %w", i+1, ErrDisclosure)
	}
	name, ok := parts[1].(string)
	if !ok {
		return fmt.Errorf("disclosure %d: its name is no string: %w", i+1, ErrDisclosure)
	}
	if _, there := out[name]; there || name == nameDigests || name == nameElement {
		return fmt.Errorf("disclosure %d, %q: %w", i+1, name, ErrName)
	}
	out[name], err = p.take(i, parts[2], append(path, name), parent)
	return err
}

func (p *processor) elements(l []any, path []string, parent int) ([]any, error) {
	out := []any{}
	for _, v := range l {
		here := append(path, strconv.Itoa(len(out)))
		o, isObject := v.(Object)
		digest, isDigest := o[nameElement].(string)
		if !isObject || len(o) != 1 || !isDigest {
			v, err := p.value(v, here, parent)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
			continue
		}
		i, err := p.meet(digest)
		if err != nil {
			return nil, err
		}
		if i < 0 {
			continue
		}
		if len(p.parts[i]) != 2 {
			return nil, fmt.Errorf("disclosure %d is none of an element: %w", i+1, ErrDisclosure)
		}
		if v, err = p.take(i, p.parts[i][1], here, parent); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// meet finds the disclosure of a digest; -1 where it is not disclosed. No digest may
// stand twice, disclosed or not.
func (p *processor) meet(digest string) (int, error) {
	if p.met[digest] {
		return -1, fmt.Errorf("%s: %w", digest, ErrTwice)
	}
	p.met[digest] = true
	i, there := p.at[digest]
	if !there {
		return -1, nil
	}
	return i, nil
}

// take puts together what is inside a disclosure, and notes where it belongs. Paths are one
// stack that grows and shrinks with the claims: what is noted is a copy.
func (p *processor) take(i int, v any, path []string, parent int) (any, error) {
	p.used[i] = true
	v, err := p.value(v, path, i)
	p.list[i] = Disclosure{Path: slices.Clone(path), Value: v, Parent: parent}
	return v, err
}

// Number reads a claim that is a whole number of seconds or the like; ok is false where
// it is no number. Fractions are cut off, as NumericDate permits them (RFC 7519 §2).
func Number(v any) (n int64, ok bool) {
	text, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	if n, err := text.Int64(); err == nil {
		return n, true
	}
	f, err := text.Float64()
	if err != nil || f != f || f > 1<<53 || f < -(1<<53) {
		return 0, false
	}
	return int64(f), true
}
