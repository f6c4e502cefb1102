package dcql

import (
	"encoding/json"

	"conurb/kit/strictjson"
)

// FormatSDJWT is the format of credentials that are matched; FormatMdoc one that is read.
const (
	FormatSDJWT = "dc+sd-jwt"
	FormatMdoc  = "mso_mdoc"
)

// Query is a whole query.
type Query struct {
	Credentials []Credential
	Sets        []Set // none: every credential is asked for
}

// Credential asks for a credential (§6.1).
type Credential struct {
	ID          string
	Format      string
	Multiple    bool // several may answer
	Unbound     bool // a presentation without key binding will do (require_cryptographic_holder_binding is false)
	Types       []string
	Meta        strictjson.Object // for other formats than dc+sd-jwt: as it stands
	Authorities []Authority
	Claims      []Claim
	ClaimSets   [][]string // of ids of claims, the one preferred first
}

// Authority asks for an issuer whom somebody vouches for (§6.1.1).
type Authority struct {
	Type   string // "aki", "etsi_tl", "openid_federation" or another one
	Values []string
}

// Claim asks for a claim (§6.3).
type Claim struct {
	ID     string // empty where there is none
	Path   Path
	Values []any // strings, int64 and bool; none: whatever it is
}

// Path points to claims of a credential (§7): a string is a name, an int the place of an
// element, nil all elements.
type Path []any

// Set asks for one of several combinations of credentials (§6.2).
type Set struct {
	Options  [][]string // of ids of credentials
	Optional bool       // required is false
}

// Credential finds a credential query by its id.
func (q *Query) Credential(id string) (Credential, bool) {
	for _, c := range q.Credentials {
		if c.ID == id {
			return c, true
		}
	}
	return Credential{}, false
}

// Object is the query as JSON has it.
func (q *Query) Object() strictjson.Object {
	o := strictjson.Object{"credentials": each(q.Credentials, Credential.object)}
	if len(q.Sets) > 0 {
		o["credential_sets"] = each(q.Sets, Set.object)
	}
	return o
}

// MarshalJSON writes the query.
func (q *Query) MarshalJSON() ([]byte, error) { return json.Marshal(q.Object()) }

// UnmarshalJSON reads a query as Parse does.
func (q *Query) UnmarshalJSON(text []byte) error {
	read, err := Parse(text)
	if err == nil {
		*q = *read
	}
	return err
}

func (c Credential) object() any {
	meta := strictjson.Object{}
	for name, v := range c.Meta {
		meta[name] = v
	}
	if c.Types != nil {
		meta["vct_values"] = each(c.Types, same)
	}
	o := strictjson.Object{"id": c.ID, "format": c.Format, "meta": meta}
	if c.Multiple {
		o["multiple"] = true
	}
	if c.Unbound {
		o["require_cryptographic_holder_binding"] = false
	}
	if len(c.Authorities) > 0 {
		o["trusted_authorities"] = each(c.Authorities, func(a Authority) any {
			return strictjson.Object{"type": a.Type, "values": each(a.Values, same)}
		})
	}
	if len(c.Claims) > 0 {
		o["claims"] = each(c.Claims, Claim.object)
	}
	if len(c.ClaimSets) > 0 {
		o["claim_sets"] = each(c.ClaimSets, func(ids []string) any { return each(ids, same) })
	}
	return o
}

func (c Claim) object() any {
	o := strictjson.Object{"path": []any(c.Path)}
	if c.ID != "" {
		o["id"] = c.ID
	}
	if len(c.Values) > 0 {
		o["values"] = c.Values
	}
	return o
}

func (s Set) object() any {
	o := strictjson.Object{"options": each(s.Options, func(ids []string) any { return each(ids, same) })}
	if s.Optional {
		o["required"] = false
	}
	return o
}

func same(s string) any { return s }

func each[T any](list []T, f func(T) any) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}
