package licence

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"conurb/area"
	"conurb/kit/jws"
	"conurb/kit/licenceid"
	"conurb/kit/sdjwt"
	"conurb/trust/trustlist"
)

// Settings are what a credential says beside its record.
type Settings struct {
	Issuer string         // iss; empty: a URN of the authority's code
	Status string         // address below which the status lists of the authority are
	Zone   *time.Location // in which its days begin
}

// The names of a credential.
const (
	typeHeader   = "dc+sd-jwt"            // typ, draft-ietf-oauth-sd-jwt-vc §3.2.1
	typePrefix   = "urn:conurb:licence:"  // vct: the 21 characters follow
	issuerPrefix = "urn:conurb:issuer:"   // iss, where nothing else is set
	StatusPrefix = "urn:conurb:statuses:" // of status lists, where nothing else is set: the authority's code follows
	claimLicence = "licence"
	claimExtra   = "attributes"
	claimCity    = "city"
)

// The refusals of a credential.
var (
	ErrCredential = errors.New("not a licence as authorities issue them")
	ErrKind       = errors.New("not the type of credential of a licence")
	ErrWanting    = errors.New("the credential lacks what a licence says")
	ErrOpen       = errors.New("a claim that must stand open is hidden")
)

// Seal makes the credential of a record that is a new edition.
func (r *Record) Seal(random io.Reader, t *Type, key *jws.Private, s Settings) error {
	header := map[string]any{"typ": typeHeader, "kid": key.Public().Thumbprint()}
	text, err := sdjwt.Issue(random, key, header, r.claims(t, s), sdjwt.Settings{})
	if err != nil {
		return fmt.Errorf("seal licence %s: %w", r.Identifier, err)
	}
	r.Credential = text
	return nil
}

func (r *Record) claims(t *Type, s Settings) sdjwt.Object {
	c := sdjwt.Object{
		"vct": typePrefix + r.Type, "iss": s.Issuer, "iat": r.issued(), "nbf": midnight(r.From, s.Zone),
		claimCity: r.Authority.City,
		"status":  sdjwt.Object{"status_list": sdjwt.Object{"idx": r.Place.Index, "uri": r.statusURI(s)}},
	}
	if s.Issuer == "" {
		c["iss"] = issuerPrefix + r.Authority.Code
	}
	if r.Until != 0 {
		c["exp"] = midnight(r.Until+1, s.Zone)
	}
	if r.Key != nil {
		c["cnf"] = sdjwt.Object{"jwk": *r.Key}
	}
	meta := sdjwt.Object{}
	for _, f := range r.Metadata(t) {
		if f.Text == "" {
			continue
		}
		meta[f.Short] = f.Text
		if f.Personal {
			meta[f.Short] = sdjwt.Hidden{Value: f.Text}
		}
	}
	c[claimLicence] = meta
	extra := sdjwt.Object{}
	for _, a := range t.Attributes {
		if v, ok := r.Attributes[a.ID]; ok && a.Open {
			extra[a.ID] = v
		} else if ok {
			extra[a.ID] = sdjwt.Hidden{Value: v}
		}
	}
	c[claimExtra] = extra
	return c
}

// issued is the second of the record.
func (r *Record) issued() int64 {
	at, err := time.Parse(stamp, r.At)
	if err != nil {
		return 0
	}
	return at.Unix()
}

func (r *Record) statusURI(s Settings) string {
	if s.Status == "" {
		return StatusPrefix + r.Authority.Code + ":" + r.Place.List
	}
	return strings.TrimSuffix(s.Status, "/") + "/" + r.Place.List
}

// midnight is the second in which a day begins.
func midnight(d area.Date, zone *time.Location) int64 {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone).Unix()
}

// Checked is a credential whose signature is its issuer's.
type Checked struct {
	Identifier string            `json:"identifier"`
	Issuer     string            `json:"issuer"`
	Metadata   map[string]string `json:"metadata"` // by the short names of GB/T 36903, those shown
	StatusURI  string            `json:"statusUri"`
	StatusIdx  int               `json:"statusIdx"`
	Facts      trustlist.Licence `json:"facts"` // Status is unknown, and for the caller to find out
	Claims     sdjwt.Object      `json:"-"`
}

// Demand is what a verifier asks of the holder; Audience and Nonce empty: nothing.
type Demand struct {
	sdjwt.Request
	sdjwt.Fresh
	Now time.Time
}

// Present is a credential with the disclosures of the paths that are chosen, such as
// "attributes.birth_date" or "licence.CZZT", bound to a request by the holder's key; with
// an empty request it is not bound. A path that the credential does not hide is refused.
func Present(random io.Reader, credential string, paths []string, holder *jws.Private, q sdjwt.Request, now time.Time) (string, error) {
	s, err := sdjwt.Parse(credential, jws.Algorithms...)
	if err != nil {
		return "", err
	}
	hidden, err := s.Hidden()
	if err != nil {
		return "", err
	}
	known := make([]string, len(hidden))
	for i, h := range hidden {
		known[i] = strings.Join(h.Path, ".")
	}
	for _, p := range paths {
		if !slices.Contains(known, p) {
			return "", &PathError{p, known}
		}
	}
	s, err = s.Choose(func(d sdjwt.Disclosure) bool { return slices.Contains(paths, strings.Join(d.Path, ".")) })
	if err != nil {
		return "", err
	}
	if holder == nil {
		return s.Text(), nil
	}
	claims, err := s.Claims()
	if err != nil {
		return "", err
	}
	if k, err := sdjwt.Holder(claims); err != nil {
		return "", err
	} else if !k.Equal(holder.Public()) {
		return "", fmt.Errorf("present: %w", sdjwt.ErrHolder)
	}
	return s.Bind(random, holder, q, now)
}

// PathError tells that a credential does not hide what is to be shown.
type PathError struct {
	Path  string
	Known []string
}

func (e *PathError) Error() string { return fmt.Sprintf("%q is not among what is hidden", e.Path) }

// Verify holds a credential to its issuer's key and to its form, and to the demand on its
// holder. Days and status are not judged: that is for trustlist.Judge over the facts.
func Verify(text string, issuer jws.Public, d Demand) (*Checked, error) {
	s, err := sdjwt.Parse(text, jws.Algorithms...)
	if err != nil {
		return nil, err
	}
	if s.Issuer.Type != typeHeader {
		return nil, fmt.Errorf("typ %q: %w", s.Issuer.Type, ErrKind)
	}
	binding := trustlist.BindingAbsent
	var claims sdjwt.Object
	switch {
	case d.Audience == "" && d.Nonce == "":
		claims, err = s.Verify(issuer)
	default:
		claims, err = s.VerifyBound(issuer, d.Request, d.Now, d.Fresh)
		binding = trustlist.BindingProven
	}
	if err != nil {
		return nil, err
	}
	hidden, err := s.Hidden()
	if err != nil {
		return nil, err
	}
	for _, h := range hidden {
		if len(h.Path) < 2 || h.Path[0] != claimLicence && h.Path[0] != claimExtra {
			return nil, fmt.Errorf("%s: %w", strings.Join(h.Path, "."), ErrOpen)
		}
	}
	c, err := Facts(claims)
	if err != nil {
		return nil, err
	}
	c.Facts.Key, c.Facts.Holder = issuer.Thumbprint(), binding
	return c, nil
}

// Facts reads the claims of a credential whose signature was verified.
func Facts(claims sdjwt.Object) (*Checked, error) {
	r := reader{claims: claims}
	c := &Checked{Claims: claims, Issuer: r.text(claims, "iss"), Metadata: map[string]string{}}
	meta, extra := r.object(claims, claimLicence), r.object(claims, claimExtra)
	for name, v := range meta {
		if text, ok := v.(string); ok {
			c.Metadata[name] = text
		}
	}
	c.Identifier = r.text(meta, "ZZBS")
	status := r.object(r.object(claims, "status"), "status_list")
	c.StatusURI = r.text(status, "uri")
	idx := r.number(status, "idx", true)
	c.Facts = trustlist.Licence{
		City: trustlist.Party(r.text(claims, claimCity)), Authority: r.text(meta, "ZZBFJGDM"), Type: r.text(meta, "ZZLXDM"),
		Issued: trustlist.Instant(r.number(claims, "iat", true)), From: trustlist.Instant(r.number(claims, "nbf", false)),
		Until: trustlist.Instant(r.number(claims, "exp", false)), Status: trustlist.StatusUnknown, Holder: trustlist.BindingAbsent,
		Attributes: map[string]any(extra),
	}
	if r.wanting != "" {
		return nil, fmt.Errorf("%s: %w", r.wanting, ErrWanting)
	}
	id, err := licenceid.Parse(c.Identifier)
	if err != nil {
		return nil, err
	}
	if id.Type != c.Facts.Type || id.Issuer != c.Facts.Authority || claims["vct"] != any(typePrefix+id.Type) {
		return nil, fmt.Errorf("%s is not of type %s and authority %s: %w", c.Identifier, c.Facts.Type, c.Facts.Authority, ErrCredential)
	}
	if idx < 0 || idx > 1<<31-1 {
		return nil, fmt.Errorf("status index %d: %w", idx, ErrCredential)
	}
	c.StatusIdx = int(idx)
	return c, nil
}

// reader takes claims that have to be there, and notes the first that is not.
type reader struct {
	claims  sdjwt.Object
	wanting string
}

func (r *reader) lacks(name string) {
	if r.wanting == "" {
		r.wanting = name
	}
}

func (r *reader) text(o sdjwt.Object, name string) string {
	s, ok := o[name].(string)
	if !ok || s == "" {
		r.lacks(name)
	}
	return s
}

func (r *reader) object(o sdjwt.Object, name string) sdjwt.Object {
	v, ok := o[name].(sdjwt.Object)
	if !ok {
		r.lacks(name)
	}
	return v
}

func (r *reader) number(o sdjwt.Object, name string, needed bool) int64 {
	v, there := o[name]
	n, ok := sdjwt.Number(v)
	if there && !ok || !there && needed {
		r.lacks(name)
	}
	return n
}
