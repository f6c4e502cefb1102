package dcql

import (
	"encoding/json"
	"fmt"
	"strconv"

	"conurb/kit/strictjson"
)

// Limits of what is read.
const (
	MostBytes   = 64 << 10 // length of a query
	MostDepth   = 12       // objects and lists inside one another
	MostEntries = 100      // entries of a list
)

// Parse reads a query. Properties it does not know are passed over (§6); what it knows has
// to be as the text has it, or all of it is refused with Faults.
func Parse(text []byte) (*Query, error) {
	o, err := strictjson.DecodeObject(text, strictjson.Limits{Bytes: MostBytes, Depth: MostDepth})
	if err != nil {
		return nil, Faults{{Code: CodeJSON, Path: "dcql_query", Args: []string{err.Error()}}}
	}
	return Read(o)
}

// Read reads a query that is part of another text. A claim that is asked for twice is read:
// wallets are to pass over it (§6.1); see Valid.
func Read(o strictjson.Object) (*Query, error) {
	r := &reader{}
	q := &Query{}
	if list, ok := r.list(o, "credentials", "", true); ok {
		q.Credentials = read(r, list, "credentials", r.credential)
	}
	ids := unique(r, q.Credentials, "credentials", func(c Credential) string { return c.ID })
	if list, ok := r.list(o, "credential_sets", "", false); ok {
		q.Sets = read(r, list, "credential_sets", func(o strictjson.Object, at string) Set { return r.set(o, at, ids) })
	}
	if err := r.faults.orNil(); err != nil {
		return nil, err
	}
	return q, nil
}

type reader struct{ faults Faults }

func (r *reader) fault(code Code, at string, args ...string) {
	r.faults = append(r.faults, Fault{code, at, args})
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// list is a list under a name that is not empty where it is there.
func (r *reader) list(o strictjson.Object, name, at string, required bool) ([]any, bool) {
	v, there := o[name]
	at = join(at, name)
	if !there {
		if required {
			r.fault(CodeMissing, at)
		}
		return nil, false
	}
	return r.entries(v, at)
}

func (r *reader) entries(v any, at string) ([]any, bool) {
	list, ok := v.([]any)
	switch {
	case !ok:
		r.fault(CodeKind, at, "array")
	case len(list) == 0:
		r.fault(CodeEmpty, at)
	case len(list) > MostEntries:
		r.fault(CodeMany, at, strconv.Itoa(MostEntries))
	default:
		return list, true
	}
	return nil, false
}

// read reads a list of objects.
func read[T any](r *reader, list []any, at string, one func(strictjson.Object, string) T) []T {
	out := make([]T, 0, len(list))
	for i, v := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		o, ok := v.(strictjson.Object)
		if !ok {
			r.fault(CodeKind, here, "object")
			out = append(out, *new(T)) // so that places stay
			continue
		}
		out = append(out, one(o, here))
	}
	return out
}

func (r *reader) text(o strictjson.Object, name, at string) string {
	v, there := o[name]
	s, ok := v.(string)
	switch at = join(at, name); {
	case !there:
		r.fault(CodeMissing, at)
	case !ok:
		r.fault(CodeKind, at, "string")
	case s == "":
		r.fault(CodeEmpty, at)
	}
	return s
}

func (r *reader) id(o strictjson.Object, at string) string {
	s := r.text(o, "id", at)
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-') {
			r.fault(CodeID, at+".id", s)
			break
		}
	}
	return s
}

// flag is a boolean that need not be there.
func (r *reader) flag(o strictjson.Object, name, at string, otherwise bool) bool {
	v, there := o[name]
	if !there {
		return otherwise
	}
	b, ok := v.(bool)
	if !ok {
		r.fault(CodeKind, join(at, name), "boolean")
	}
	return b
}

// texts is a list of strings that are not empty.
func (r *reader) texts(v any, at string) []string {
	list, ok := r.entries(v, at)
	if !ok {
		return nil
	}
	out := make([]string, 0, len(list))
	for i, one := range list {
		s, ok := one.(string)
		if !ok || s == "" {
			r.fault(CodeKind, fmt.Sprintf("%s[%d]", at, i), "string")
			continue
		}
		out = append(out, s)
	}
	return out
}

func (r *reader) credential(o strictjson.Object, at string) Credential {
	c := Credential{
		ID: r.id(o, at), Format: r.text(o, "format", at),
		Multiple: r.flag(o, "multiple", at, false), Unbound: !r.flag(o, "require_cryptographic_holder_binding", at, true),
	}
	r.meta(&c, o, at)
	if list, ok := r.list(o, "trusted_authorities", at, false); ok {
		c.Authorities = read(r, list, at+".trusted_authorities", r.authority)
	}
	_, sets := o["claim_sets"]
	if list, ok := r.list(o, "claims", at, false); ok {
		c.Claims = read(r, list, at+".claims", func(o strictjson.Object, here string) Claim { return r.claim(o, here, c.Format, sets) })
	}
	ids := unique(r, c.Claims, at+".claims", func(c Claim) string { return c.ID })
	if !sets {
		return c
	}
	if _, claims := o["claims"]; !claims {
		r.fault(CodeClaimSets, at+".claim_sets")
		return c
	}
	if list, ok := r.list(o, "claim_sets", at, false); ok {
		c.ClaimSets = r.combinations(list, at+".claim_sets", ids)
	}
	return c
}

// meta reads what a format says of the kind of credential (Annex B): vct_values of SD-JWT
// VC and doctype_value of mdoc have to be there.
func (r *reader) meta(c *Credential, o strictjson.Object, at string) {
	at += ".meta"
	v, there := o["meta"]
	meta, ok := v.(strictjson.Object)
	switch {
	case !there:
		r.fault(CodeMissing, at)
	case !ok:
		r.fault(CodeKind, at, "object")
	case c.Format == FormatSDJWT:
		types, there := meta["vct_values"]
		if !there {
			r.fault(CodeMissing, at+".vct_values")
			return
		}
		c.Types = r.texts(types, at+".vct_values")
	case c.Format == FormatMdoc:
		r.text(meta, "doctype_value", at)
		c.Meta = meta
	default:
		c.Meta = meta
	}
}

func (r *reader) authority(o strictjson.Object, at string) Authority {
	a := Authority{Type: r.text(o, "type", at)}
	if v, there := o["values"]; there {
		a.Values = r.texts(v, at+".values")
	} else {
		r.fault(CodeMissing, at+".values")
	}
	return a
}

func (r *reader) claim(o strictjson.Object, at, format string, named bool) Claim {
	c := Claim{}
	if _, there := o["id"]; there || named {
		c.ID = r.id(o, at)
	}
	if list, ok := r.list(o, "path", at, true); ok {
		c.Path = r.path(list, at+".path", format)
	}
	if list, ok := r.list(o, "values", at, false); ok {
		c.Values = r.values(list, at+".values")
	}
	return c
}

// path reads a pointer (§7): of an mdoc it is two names.
func (r *reader) path(list []any, at, format string) Path {
	p := make(Path, 0, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case string, nil:
			p = append(p, v)
			continue
		case json.Number:
			if n, err := strconv.Atoi(v.String()); err == nil && n >= 0 && v.String()[0] != '-' {
				p = append(p, n)
				continue
			}
		}
		r.fault(CodePath, fmt.Sprintf("%s[%d]", at, i))
		return nil
	}
	if format == FormatMdoc {
		_, first := list[0].(string)
		_, last := list[len(list)-1].(string)
		if len(list) != 2 || !first || !last {
			r.fault(CodePath, at)
		}
	}
	return p
}

func (r *reader) values(list []any, at string) []any {
	out := make([]any, 0, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case string, bool:
			out = append(out, v)
			continue
		case json.Number:
			if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
				out = append(out, n)
				continue
			}
		}
		r.fault(CodeValue, fmt.Sprintf("%s[%d]", at, i))
	}
	return out
}

func (r *reader) set(o strictjson.Object, at string, ids map[string]bool) Set {
	s := Set{Optional: !r.flag(o, "required", at, true)}
	if list, ok := r.list(o, "options", at, true); ok {
		s.Options = r.combinations(list, at+".options", ids)
	}
	return s
}

// combinations is a list of lists of ids that something has.
func (r *reader) combinations(list []any, at string, ids map[string]bool) [][]string {
	out := make([][]string, 0, len(list))
	for i, v := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		one := r.texts(v, here)
		for _, id := range one {
			if !ids[id] {
				r.fault(CodeUnknown, here, id)
			}
		}
		out = append(out, one)
	}
	return out
}
