package trustlist

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
	"conurb/trust/evidence"
)

// Bounds of what is read.
const (
	MostBytes         = 64 << 20 // a list with all its past
	MostProposalBytes = 64 << 10
	MostDepth         = 12
)

// file is a list as it is written.
type file struct {
	Format       string        `json:"format"`
	Publications []Publication `json:"publications"`
	State
}

// Bytes is the list as a file: one canonical JSON object and a line break.
func (l *List) Bytes() ([]byte, error) {
	b, err := evidence.Canonical(l.file())
	return append(b, '\n'), err
}

func (l *List) file() file { return file{Format, l.publications, l.State()} }

// Open reads a list and checks it from its first publication to its last: forms,
// signatures of the cities and of the office, versions, digests, and that the rows written
// out are those that the changes lead to. White space counts for nothing.
func Open(raw []byte, keys Keys) (*List, error) {
	var f file
	if err := decode(raw, MostBytes, &f); err != nil {
		return nil, err
	}
	switch {
	case f.Format != Format:
		return nil, fault(FaultFormat, "format", "text", f.Format, "want", Format)
	case len(f.Publications) == 0:
		return nil, fault(FaultEmpty, "publications")
	case len(keys[Office]) == 0:
		return nil, fault(FaultNoKey, "publications", "city", string(Office))
	}
	l := &List{}
	for _, p := range f.Publications {
		next, err := l.With(p, keys)
		if err != nil {
			return nil, err
		}
		l = next
	}
	want, err := l.Bytes()
	if err != nil {
		return nil, err
	}
	got, err := evidence.Canonicalise(raw)
	if err != nil || !bytes.Equal(append(got, '\n'), want) {
		return nil, fault(FaultNotList, "rows")
	}
	return l, nil
}

// Given is what a change says where the person who wrote it left it out.
type Given struct {
	By       Party
	Proposed Instant
	Issuer   jws.Public // key of the row, or the one revoked
}

// ReadChange reads a change that a person wrote, fills in what is given, and holds it to
// its form.
func ReadChange(raw []byte, g Given) (Change, error) {
	var c Change
	if err := decode(raw, MostProposalBytes, &c); err != nil {
		return Change{}, err
	}
	if c.By == "" {
		c.By = g.By
	}
	if c.Proposed == 0 {
		c.Proposed = g.Proposed
	}
	if g.Issuer.Algorithm() != "" {
		if c.Row != nil && c.Row.Key.Kty == "" {
			c.Row.Key = g.Issuer.JWK("")
		}
		if c.Kind == RevokeKey && c.Key == "" {
			c.Key = g.Issuer.Thumbprint()
		}
	}
	return c, located(raw, c.Check())
}

// ReadLicence reads the facts of a licence, as far as they were written down; a key that
// is left out is the issuer's.
func ReadLicence(raw []byte, issuer jws.Public) (Licence, error) {
	var l Licence
	if err := decode(raw, MostProposalBytes, &l); err != nil {
		return Licence{}, err
	}
	if l.Key == "" && issuer.Algorithm() != "" {
		l.Key = issuer.Thumbprint()
	}
	if f := firstOf(code("authority", l.Authority, 18), code("type", l.Type, 21)); f != nil {
		return Licence{}, located(raw, f)
	}
	if !l.City.city() {
		return Licence{}, located(raw, fault(FaultParty, "city", "text", string(l.City)))
	}
	switch {
	case l.Key == "":
		return Licence{}, located(raw, fault(FaultMissing, "key"))
	case l.Issued == 0:
		return Licence{}, located(raw, fault(FaultMissing, "issued"))
	}
	return l, nil
}

// ReadProposal reads a change with signatures, and holds it to its form; the signatures
// are not checked.
func ReadProposal(raw []byte) (Signed, error) {
	var s Signed
	if err := decode(raw, MostProposalBytes, &s); err != nil {
		return Signed{}, err
	}
	return s, located(raw, s.Change.Check())
}

// decode reads strictly: no name twice, no unknown name, nothing after the value.
func decode(raw []byte, most int, into any) error {
	if _, err := strictjson.DecodeObject(raw, strictjson.Limits{Bytes: most, Depth: MostDepth}); err != nil {
		f := fault(FaultSyntax, "", "detail", err.Error())
		var syntax *json.SyntaxError
		if e := json.Unmarshal(raw, new(any)); errors.As(e, &syntax) {
			f.Line = 1 + bytes.Count(raw[:min(int(syntax.Offset), len(raw))], []byte{'\n'})
		}
		return f
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		return nil
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		f := fault(FaultForm, kind.Field, "detail", kind.Value)
		f.Line = 1 + bytes.Count(raw[:min(int(kind.Offset), len(raw))], []byte{'\n'})
		return f
	}
	if m := unknownField.FindStringSubmatch(err.Error()); m != nil {
		return located(raw, fault(FaultUnknown, m[1]))
	}
	f := fault(FaultForm, "", "detail", err.Error())
	f.Line = 1 + bytes.Count(raw[:min(int(d.InputOffset()), len(raw))], []byte{'\n'})
	return f
}

var unknownField = regexp.MustCompile(`unknown field "(.*)"`)

// located adds the line on which the field of a fault stands first.
func located(raw []byte, err error) error {
	var f *Fault
	if !errors.As(err, &f) || f.Line > 0 {
		return err
	}
	from := 0
	for name := range strings.SplitSeq(f.Field, ".") {
		i := bytes.Index(raw[from:], []byte(`"`+name+`"`))
		if i < 0 {
			return err // the field is not there
		}
		from += i
	}
	f.Line = 1 + bytes.Count(raw[:from], []byte{'\n'})
	return err
}
