package slip

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"conurb/kit/cwt"
	"conurb/kit/jws"
	"conurb/kit/licenceid"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/trust/trustlist"
)

// Prefix begins the text of a QR code. Another form of slips will have another.
const Prefix = "CONURB1:"

// MostText is the longest text that is read, in characters.
const MostText = 1000

// claimLicence is the claim of the list, of the numbers for private use.
const claimLicence = int64(-65600)

// keyBytes is how much of the thumbprint names the key.
const keyBytes = 4

// The refusals, beside those of cwt.
var (
	ErrText = errors.New("not the text of a slip")
	ErrForm = errors.New("not a slip as it is written")
	ErrKey  = errors.New("no key is known by that name")
)

// Slip is what the QR code of a licence says.
type Slip struct {
	City      string
	Type      string // 21 characters
	Authority string // 18 characters
	Serial    string
	Edition   int
	Name      string // of the holder, masked
	CodeEnd   string // of the holder's number
	Issued    time.Time
	From      time.Time // validity; zero: from issue
	Until     time.Time // the first second after it; zero: without end
	List      string    // of its status
	Index     int
}

// Of is the slip of a record; days begin in the zone of the authority.
func Of(r *licence.Record, zone *time.Location) (Slip, error) {
	id, err := licenceid.Parse(r.Identifier)
	if err != nil {
		return Slip{}, fmt.Errorf("slip: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, r.At)
	if err != nil {
		return Slip{}, fmt.Errorf("slip of %s: %w", r.Identifier, err)
	}
	s := Slip{
		City: r.Authority.City, Type: id.Type, Authority: id.Issuer, Serial: id.Serial, Edition: r.Edition,
		Name: MaskName(r.Holder.Name), CodeEnd: MaskCode(r.Holder.Code), Issued: at.Truncate(time.Second).UTC(),
		List: r.Place.List, Index: r.Place.Index,
	}
	if from := midnight(r.From.Time(), zone); from.After(s.Issued) {
		s.From = from
	}
	if r.Until != 0 {
		s.Until = midnight((r.Until + 1).Time(), zone)
	}
	return s, nil
}

func midnight(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).UTC()
}

// MaskName leaves the first character of a name, and the last of three or more: 王*明.
func MaskName(name string) string {
	r := []rune(name)
	switch {
	case len(r) < 2:
		return "*"
	case len(r) == 2:
		return string(r[:1]) + "*"
	}
	return string(r[:1]) + "*" + string(r[len(r)-1:])
}

// MaskCode leaves the last four characters of a number, and nothing of one with fewer
// than eight.
func MaskCode(code string) string {
	if len(code) < 8 {
		return ""
	}
	return code[len(code)-4:]
}

// Identifier is the licence's (GB/T 36904), with its check character.
func (s Slip) Identifier() string { return s.id().String() }

func (s Slip) id() licenceid.ID {
	return licenceid.ID{Type: s.Type, Issuer: s.Authority, Serial: s.Serial, Version: fmt.Sprintf("%03d", s.Edition)}
}

// Status is where the status stands, below the address at which the authority's node has
// its lists; empty: the URN that licences have without one.
func (s Slip) Status(address string) statuslist.Reference {
	if address == "" {
		return statuslist.Reference{URI: licence.StatusPrefix + s.Authority + ":" + s.List, Index: s.Index}
	}
	return statuslist.Reference{URI: strings.TrimSuffix(address, "/") + "/" + s.List, Index: s.Index}
}

func (s Slip) claims() cwt.Claims {
	c := cwt.Claims{
		cwt.Issuer: s.City, cwt.IssuedAt: s.Issued.Unix(),
		claimLicence: []any{s.Type, s.Authority, s.Serial, int64(s.Edition), s.Name, s.CodeEnd, s.List, int64(s.Index)},
	}
	if !s.From.IsZero() {
		c[cwt.NotBefore] = s.From.Unix()
	}
	if !s.Until.IsZero() {
		c[cwt.Expires] = s.Until.Unix()
	}
	return c
}

// Sign writes the text of the QR code.
func (s Slip) Sign(random io.Reader, key *jws.Private) (string, error) {
	if err := s.id().Valid(); err != nil {
		return "", fmt.Errorf("slip: %w", err)
	}
	payload, err := s.claims().Encode()
	if err != nil {
		return "", fmt.Errorf("slip of %s: %w", s.Identifier(), err)
	}
	b, err := cwt.Sign(random, key, cwt.Header{KeyID: KeyID(key.Public())}, payload)
	if err != nil {
		return "", fmt.Errorf("slip of %s: %w", s.Identifier(), err)
	}
	if text := Prefix + cwt.Base45(b); len(text) <= MostText {
		return text, nil
	}
	return "", fmt.Errorf("slip of %s: %d bytes: %w", s.Identifier(), len(b), cwt.ErrLong)
}

// KeyID names a key in a slip.
func KeyID(k jws.Public) []byte {
	b, err := base64.RawURLEncoding.DecodeString(k.Thumbprint())
	if err != nil {
		return nil // a thumbprint is base64url
	}
	return b[:keyBytes]
}

// Facts is what trustlist.Judge is asked about, once key was found to have signed the
// slip. The status is unknown, and for the caller to find out; nobody proved to be the
// holder.
func (s Slip) Facts(key jws.Public) trustlist.Licence {
	l := trustlist.Licence{
		City: trustlist.Party(s.City), Authority: s.Authority, Type: s.Type, Key: key.Thumbprint(),
		Issued: trustlist.InstantOf(s.Issued), Status: trustlist.StatusUnknown, Holder: trustlist.BindingAbsent,
	}
	if !s.From.IsZero() {
		l.From = trustlist.InstantOf(s.From)
	}
	if !s.Until.IsZero() {
		l.Until = trustlist.InstantOf(s.Until)
	}
	return l
}
