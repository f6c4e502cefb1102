package sdjwt

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// MostDisclosures is how many disclosures are read, MostDepth how deeply claims may nest
// once they are put together.
const (
	MostDisclosures = 1000
	MostDepth       = 64
)

// The refusals of a text.
var (
	ErrForm       = errors.New("not an SD-JWT")
	ErrHash       = errors.New("hash algorithm not permitted")
	ErrDisclosure = errors.New("not a disclosure")
	ErrName       = errors.New("name of a claim is the format's own, or there already")
	ErrTwice      = errors.New("a digest stands twice")
	ErrUnused     = errors.New("a disclosure that no digest calls for")
	ErrDeep       = errors.New("claims nested too deeply")
)

// Shown is an SD-JWT, with or without key binding, that was read and not yet verified.
type Shown struct {
	Issuer      *jws.Token
	Disclosures []string   // as they stand
	Binding     *jws.Token // nil without key binding

	token string
	found *atomic.Pointer[found]
}

// found is what disclosures disclose, once that was found out.
type found struct {
	of   []string
	list []Disclosure
}

// Parse reads the compact serialization. Algorithms are permitted for both tokens.
func Parse(text string, permitted ...jws.Algorithm) (*Shown, error) {
	if len(text) > jws.MostBytes {
		return nil, fmt.Errorf("%d bytes: %w", len(text), strictjson.ErrLong)
	}
	parts := strings.Split(text, "~")
	if len(parts) < 2 {
		return nil, fmt.Errorf("no ~: %w", ErrForm)
	}
	return assemble(parts[0], parts[1:len(parts)-1], parts[len(parts)-1], permitted)
}

func assemble(token string, disclosures []string, binding string, permitted []jws.Algorithm) (*Shown, error) {
	if len(disclosures) > MostDisclosures {
		return nil, fmt.Errorf("%d disclosures: %w", len(disclosures), strictjson.ErrLong)
	}
	s := &Shown{Disclosures: disclosures, token: token, found: new(atomic.Pointer[found])}
	var err error
	if s.Issuer, err = jws.Parse(token, permitted...); err != nil {
		return nil, fmt.Errorf("issuer's token: %w", err)
	}
	if binding == "" {
		return s, nil
	}
	if s.Binding, err = jws.Parse(binding, permitted...); err != nil {
		return nil, fmt.Errorf("key binding: %w", err)
	}
	return s, nil
}

// ParseJSON reads the flattened and the general JSON serialization (§8). Of several
// signatures the first is the one that counts; the others are held to their form.
func ParseJSON(text []byte, permitted ...jws.Algorithm) (*Shown, error) {
	o, err := strictjson.DecodeObject(text, strictjson.Limits{Bytes: jws.MostBytes, Depth: jws.MostDepth})
	if err != nil {
		return nil, err
	}
	payload, ok := o["payload"].(string)
	if !ok {
		return nil, fmt.Errorf("no payload: %w", ErrForm)
	}
	list, general := o["signatures"].([]any)
	if !general {
		return signature(o, payload, permitted)
	}
	if _, both := o["signature"]; both || len(list) == 0 {
		return nil, fmt.Errorf("signatures: %w", ErrForm)
	}
	var first *Shown
	for i, one := range list {
		part, ok := one.(Object)
		if !ok {
			return nil, fmt.Errorf("signature %d: %w", i+1, ErrForm)
		}
		s, err := signature(part, payload, permitted)
		if err != nil {
			return nil, fmt.Errorf("signature %d: %w", i+1, err)
		}
		header, _ := part["header"].(Object)
		switch _, more := header["disclosures"]; {
		case i == 0:
			first = s
		case more || s.Binding != nil:
			return nil, fmt.Errorf("signature %d has disclosures or a key binding: %w", i+1, ErrForm)
		}
	}
	return first, nil
}

func signature(o Object, payload string, permitted []jws.Algorithm) (*Shown, error) {
	protected, ok1 := o["protected"].(string)
	sig, ok2 := o["signature"].(string)
	if !ok1 || !ok2 || strings.Contains(protected+payload+sig, ".") {
		return nil, fmt.Errorf("protected or signature: %w", ErrForm)
	}
	var disclosures []string
	binding := ""
	if h, there := o["header"]; there {
		header, ok := h.(Object)
		if !ok {
			return nil, fmt.Errorf("header: %w", ErrForm)
		}
		if d, there := header["disclosures"]; there {
			list, ok := d.([]any)
			if !ok {
				return nil, fmt.Errorf("disclosures: %w", ErrForm)
			}
			for _, v := range list {
				text, ok := v.(string)
				if !ok || strings.Contains(text, "~") {
					return nil, fmt.Errorf("disclosures: %w", ErrForm)
				}
				disclosures = append(disclosures, text)
			}
		}
		if b, there := header["kb_jwt"]; there {
			if binding, ok = b.(string); !ok || binding == "" {
				return nil, fmt.Errorf("kb_jwt: %w", ErrForm)
			}
		}
	}
	return assemble(protected+"."+payload+"."+sig, disclosures, binding, permitted)
}

// Text is the compact serialization without key binding: what a binding is over.
func (s *Shown) Text() string { return compact(s.token, s.Disclosures) }
