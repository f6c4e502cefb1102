package httpsig

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"

	"conurb/kit/jws"
)

// Bounds of what is read.
const (
	maxFields     = 16 << 10 // bytes of Signature-Input and of Signature
	maxSignatures = 8
	maxCovered    = 64
)

// Algorithms by their names in the registry of RFC 9421 §6.2, and SM2, which has none.
const (
	Ed25519 = "ed25519"
	P256    = "ecdsa-p256-sha256"
	SM2     = "sm2-sm3"
)

// Key verifies signatures by one algorithm.
type Key interface {
	Algorithm() string
	Verify(base, signature []byte) bool
}

// Public is a key of kit/jws as HTTP knows it.
type Public struct{ jws.Public }

var _ Key = Public{}

// Algorithm is the name in the registry.
func (p Public) Algorithm() string { return nameOf(p.Public.Algorithm()) }

func nameOf(a jws.Algorithm) string {
	switch a {
	case jws.EdDSA:
		return Ed25519
	case jws.ES256:
		return P256
	case jws.SM2:
		return SM2
	}
	return ""
}

// Params are what a signature says of itself (RFC 9421 §2.3). A zero value is left out.
type Params struct {
	Created, Expires time.Time // to the second
	Nonce            string
	Alg              string
	KeyID            string
	Tag              string
}

// Signature is a signature as it stands in a message.
type Signature struct {
	Label string
	Cover []string // components as they stand in Signature-Input
	Params
	Value []byte

	covered []component
	input   string // value of @signature-params
}

// Base is the text that is signed (RFC 9421 §2.5).
func (s *Signature) Base(m *Message) (string, error) {
	var b strings.Builder
	for _, c := range s.covered {
		v, err := c.value(m)
		if err != nil {
			return "", err
		}
		b.WriteString(c.text + ": " + v + "\n")
	}
	b.WriteString(`"@signature-params": ` + s.input)
	return b.String(), nil
}

// Covers tells whether a component is signed.
func (s *Signature) Covers(text string) bool {
	c, err := parseComponent(text)
	if err != nil {
		return false
	}
	for _, have := range s.covered {
		if have.key == c.key {
			return true
		}
	}
	return false
}

// New is a signature that is still to be made.
func New(label string, cover []string, p Params) (*Signature, error) {
	list := httpsfv.InnerList{Params: httpsfv.NewParams()}
	for _, text := range cover {
		c, err := parseComponent(text)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, c.item)
	}
	for _, t := range []struct {
		name string
		at   time.Time
	}{{"created", p.Created}, {"expires", p.Expires}} {
		if !t.at.IsZero() {
			list.Params.Add(t.name, t.at.Unix())
		}
	}
	for _, t := range []struct{ name, text string }{{"nonce", p.Nonce}, {"alg", p.Alg}, {"keyid", p.KeyID}, {"tag", p.Tag}} {
		if t.text != "" {
			list.Params.Add(t.name, t.text)
		}
	}
	return newSignature(label, list)
}

func newSignature(label string, list httpsfv.InnerList) (*Signature, error) {
	s := &Signature{Label: label}
	if len(list.Items) > maxCovered {
		return nil, fmt.Errorf("%d components: %w", len(list.Items), ErrComponent)
	}
	seen := map[string]bool{}
	for _, item := range list.Items {
		c, err := newComponent(item)
		if err != nil {
			return nil, err
		}
		if seen[c.key] || c.name == "@signature-params" {
			return nil, fmt.Errorf("%s stands twice, or may not be covered: %w", c.text, ErrComponent)
		}
		seen[c.key] = true
		s.covered = append(s.covered, c)
		s.Cover = append(s.Cover, c.text)
	}
	var err error
	if s.input, err = httpsfv.Marshal(httpsfv.List{list}); err != nil {
		return nil, fmt.Errorf("parameters: %w", err)
	}
	return s, s.Params.read(list.Params)
}

func (p *Params) read(from *httpsfv.Params) error {
	for _, name := range from.Names() {
		v, _ := from.Get(name)
		n, number := v.(int64)
		text, isText := v.(string)
		ok := isText
		switch name {
		case "created":
			p.Created, ok = time.Unix(n, 0).UTC(), number && n > 0
		case "expires":
			p.Expires, ok = time.Unix(n, 0).UTC(), number && n > 0
		case "nonce":
			p.Nonce = text
		case "alg":
			p.Alg = text
		case "keyid":
			p.KeyID = text
		case "tag":
			p.Tag = text
		default:
			ok = true // signed with the rest; it means nothing here
		}
		if !ok {
			return fmt.Errorf("parameter %s: %v", name, v)
		}
	}
	return nil
}

// Signatures reads what Signature-Input and Signature hold, in order. Each label has to
// stand in both.
func Signatures(m *Message) ([]*Signature, error) {
	inputs, err := signatureField(m, "Signature-Input")
	if err != nil {
		return nil, err
	}
	values, err := signatureField(m, "Signature")
	if err != nil {
		return nil, err
	}
	if len(inputs.Names()) != len(values.Names()) {
		return nil, errors.New("Signature and Signature-Input differ in their labels")
	}
	var out []*Signature
	for _, label := range inputs.Names() {
		member, _ := inputs.Get(label)
		list, ok := member.(httpsfv.InnerList)
		if !ok {
			return nil, fmt.Errorf("Signature-Input %s: not a list", label)
		}
		s, err := newSignature(label, list)
		if err != nil {
			return nil, fmt.Errorf("Signature-Input %s: %w", label, err)
		}
		member, _ = values.Get(label)
		item, _ := member.(httpsfv.Item)
		if s.Value, ok = item.Value.([]byte); !ok {
			return nil, fmt.Errorf("Signature %s: absent, or not bytes", label)
		}
		out = append(out, s)
	}
	return out, nil
}

func signatureField(m *Message, name string) (*httpsfv.Dictionary, error) {
	lines := m.Get(name)
	size := 0
	for _, l := range lines {
		size += len(l)
	}
	if size > maxFields {
		return nil, fmt.Errorf("%s: %d bytes, %d permitted", name, size, maxFields)
	}
	d, err := dictionary(lines)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(d.Names()) > maxSignatures {
		return nil, fmt.Errorf("%s: %d signatures, %d permitted", name, len(d.Names()), maxSignatures)
	}
	return d, nil
}

// Sign adds a signature to a message, beside those that are there. random is used as
// jws.Private.Sign uses it.
func Sign(random io.Reader, m *Message, key *jws.Private, s *Signature) error {
	if s.Alg != "" && s.Alg != nameOf(key.Public().Algorithm()) {
		return fmt.Errorf("alg %s, but a key for %s", s.Alg, nameOf(key.Public().Algorithm()))
	}
	base, err := s.Base(m)
	if err != nil {
		return err
	}
	value, err := key.Sign(random, []byte(base))
	if err != nil {
		return err
	}
	inputs, err := signatureField(m, "Signature-Input")
	if err != nil {
		return err
	}
	if _, taken := inputs.Get(s.Label); taken {
		return fmt.Errorf("label %s is taken", s.Label)
	}
	d := httpsfv.NewDictionary()
	d.Add(s.Label, httpsfv.NewItem(value))
	text, err := httpsfv.Marshal(d)
	if err != nil {
		return fmt.Errorf("label %s: %w", s.Label, err)
	}
	s.Value = value
	m.Fields = append(m.Fields, Field{"Signature-Input", s.Label + "=" + s.input}, Field{"Signature", text})
	return nil
}
