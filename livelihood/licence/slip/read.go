package slip

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"

	"conurb/kit/cwt"
	"conurb/kit/jws"
)

// Keys finds the keys that may be named by the first bytes of their thumbprints: several,
// where they begin alike.
type Keys func(id []byte) []jws.Public

// Read reads the text of a QR code and tells which key signed it. Whether that key may
// issue such a licence, and whether it is still valid, is for trustlist.Judge.
func Read(text string, keys Keys, permitted ...jws.Algorithm) (Slip, jws.Public, error) {
	if len(text) > MostText {
		return Slip{}, jws.Public{}, fmt.Errorf("%d characters: %w", len(text), cwt.ErrLong)
	}
	rest, ok := strings.CutPrefix(text, Prefix)
	if !ok {
		return Slip{}, jws.Public{}, ErrText
	}
	b, err := cwt.FromBase45(rest)
	if err != nil {
		return Slip{}, jws.Public{}, fmt.Errorf("%w: %w", ErrText, err)
	}
	token, err := cwt.Parse(b, permitted...)
	if err != nil {
		return Slip{}, jws.Public{}, err
	}
	if err := token.Deterministic(); err != nil {
		return Slip{}, jws.Public{}, err
	}
	if token.Others != 0 || token.Type != "" || len(token.KeyID) != keyBytes || b[0] != 0xd2 { // 0xd2: the tag of COSE_Sign1, and none around it
		return Slip{}, jws.Public{}, fmt.Errorf("headers: %w", ErrForm)
	}
	key, err := signer(token, keys)
	if err != nil {
		return Slip{}, jws.Public{}, err
	}
	s, err := fromClaims(token)
	return s, key, err
}

// signer is the key, among those that the name may mean, whose signature it is.
func signer(token *cwt.Token, keys Keys) (jws.Public, error) {
	err := fmt.Errorf("%x: %w", token.KeyID, ErrKey)
	for _, k := range keys(token.KeyID) {
		if !bytes.Equal(KeyID(k), token.KeyID) {
			continue
		}
		if err = token.Verify(k); err == nil {
			return k, nil
		}
	}
	return jws.Public{}, err
}

// fromClaims reads the claims, and holds them to the one way of writing them.
func fromClaims(token *cwt.Token) (Slip, error) {
	c, err := token.Claims()
	if err != nil {
		return Slip{}, err
	}
	list, ok := c[claimLicence].([]any)
	if !ok || len(list) != 8 {
		return Slip{}, fmt.Errorf("claim %d: %w", claimLicence, ErrForm)
	}
	var s Slip
	for i, to := range map[int]*string{0: &s.Type, 1: &s.Authority, 2: &s.Serial, 4: &s.Name, 5: &s.CodeEnd, 6: &s.List} {
		if *to, ok = list[i].(string); !ok {
			return Slip{}, fmt.Errorf("item %d: %w", i, ErrForm)
		}
	}
	edition, ok1 := list[3].(int64)
	index, ok2 := list[7].(int64)
	if !ok1 || !ok2 || edition < 1 || edition > 999 || index < 0 || index > math.MaxInt32 {
		return Slip{}, fmt.Errorf("edition or place: %w", ErrForm)
	}
	s.Edition, s.Index = int(edition), int(index)
	if s.City, ok, err = c.Text(cwt.Issuer); err != nil || !ok || s.City == "" {
		return Slip{}, fmt.Errorf("city: %w", ErrForm)
	}
	for name, to := range map[int64]*time.Time{cwt.IssuedAt: &s.Issued, cwt.NotBefore: &s.From, cwt.Expires: &s.Until} {
		n, there, err := c.Number(name)
		if err != nil {
			return Slip{}, err
		}
		if there {
			*to = time.Unix(n, 0).UTC()
		}
	}
	if err := s.id().Valid(); err != nil {
		return Slip{}, err
	}
	if again, err := s.claims().Encode(); err != nil || !bytes.Equal(again, token.Payload) {
		return Slip{}, fmt.Errorf("claims: %w", ErrForm)
	}
	return s, nil
}
