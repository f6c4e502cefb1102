package trustlist

import (
	"io"
	"maps"
	"slices"
	"strings"

	"conurb/kit/jws"
)

// The typ headers: what is signed as one thing is never read as another.
const (
	typChange  = "conurb-trust-change+jws"
	typPublish = "conurb-trust-publication+jws"
)

// Keys are the keys that a verifier knows of the parties. More than one of a party is
// good: those before a rotation stay, so that the past can be checked.
type Keys map[Party][]jws.Public

// Signed is a change with signatures of cities: a proposal.
type Signed struct {
	Change     Change           `json:"change"`
	Signatures map[Party]string `json:"signatures"` // detached compact JWS, by city
}

// Propose makes a proposal of a change: signed by the city that proposes it.
func Propose(random io.Reader, c Change, key *jws.Private) (Signed, error) {
	if err := c.Check(); err != nil {
		return Signed{}, err
	}
	return Signed{Change: c}.Sign(random, c.By, key)
}

// Sign returns the proposal with the signature of one city more, or of the same anew. A
// city whose signature the change does not need is refused; for the end of something its
// proposer alone signs.
func (s Signed) Sign(random io.Reader, city Party, key *jws.Private) (Signed, error) {
	if err := s.Change.Check(); err != nil {
		return Signed{}, err
	}
	if !slices.Contains(s.signers(), city) {
		return Signed{}, fault(FaultStranger, "signatures", "city", string(city), "change", s.Change.ID())
	}
	b, err := s.Change.Bytes()
	if err != nil {
		return Signed{}, err
	}
	text, err := sign(random, key, city, typChange, b)
	if err != nil {
		return Signed{}, err
	}
	signatures := maps.Clone(s.Signatures)
	if signatures == nil {
		signatures = map[Party]string{}
	}
	signatures[city] = text
	return Signed{s.Change, signatures}, nil
}

// signers are the cities that have to sign the change, as far as it tells itself: that the
// proposer of an end is one of them is for apply to say.
func (s Signed) signers() []Party {
	if e := s.Change.Equivalent; e != nil && e.Of.City != e.As.City {
		return []Party{e.Of.City, e.As.City}
	}
	return []Party{s.Change.By}
}

// Missing lists the cities whose signatures a proposal still needs.
func (s Signed) Missing() []Party {
	return slices.DeleteFunc(s.signers(), func(p Party) bool { return s.Signatures[p] != "" })
}

// Verify holds a proposal to its form and to the signatures that it needs: all of them
// and no other.
func (s Signed) Verify(keys Keys) error {
	if err := s.Change.Check(); err != nil {
		return err
	}
	if missing := s.Missing(); len(missing) > 0 {
		return fault(FaultUnsigned, "signatures", "city", string(missing[0]), "change", s.Change.ID())
	}
	return s.verify(keys)
}

// Hold is Verify for a proposal that others have still to sign: its proposer's signature is
// there, and none that is there is bad or not needed.
func (s Signed) Hold(keys Keys) error {
	if err := s.Change.Check(); err != nil {
		return err
	}
	if s.Signatures[s.Change.By] == "" {
		return fault(FaultUnsigned, "signatures", "city", string(s.Change.By), "change", s.Change.ID())
	}
	return s.verify(keys)
}

func (s Signed) verify(keys Keys) error {
	id := s.Change.ID()
	b, err := s.Change.Bytes()
	if err != nil {
		return err
	}
	for _, city := range slices.Sorted(maps.Keys(s.Signatures)) {
		if !slices.Contains(s.signers(), city) {
			return fault(FaultStranger, "signatures", "city", string(city), "change", id)
		}
		if len(keys[city]) == 0 {
			return fault(FaultNoKey, "signatures", "city", string(city))
		}
		if !keys.verify(city, typChange, b, s.Signatures[city]) {
			return fault(FaultSignature, "signatures."+string(city), "city", string(city), "change", id)
		}
	}
	return nil
}

// sign makes a compact JWS and takes its payload out (RFC 7515 appendix F). The header says
// in whose name: were one key known as that of two parties, it would still sign for one.
func sign(random io.Reader, key *jws.Private, party Party, typ string, payload []byte) (string, error) {
	text, err := jws.Sign(random, key, map[string]any{"typ": typ, "iss": string(party), "kid": key.Public().Thumbprint()}, payload)
	if err != nil {
		return "", err
	}
	return text[:strings.IndexByte(text, '.')] + "." + text[strings.LastIndexByte(text, '.'):], nil
}

// verify puts the payload in again. The key is the one that kid names.
func (keys Keys) verify(party Party, typ string, payload []byte, detached string) bool {
	head, signature, ok := strings.Cut(detached, "..")
	if !ok {
		return false
	}
	t, err := jws.Parse(head+"."+jws.Encode(payload)+"."+signature, jws.Algorithms...)
	if err != nil || t.Type != typ || t.Header["iss"] != string(party) {
		return false
	}
	for _, k := range keys[party] {
		if k.Thumbprint() == t.KeyID && t.Verify(k) == nil {
			return true
		}
	}
	return false
}
