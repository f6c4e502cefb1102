package dcql

import (
	"encoding/json"
	"fmt"

	"conurb/kit/strictjson"
)

// Valid holds a query made here to what a verifier may ask: everything that Parse holds it
// to, and besides no claim twice (§6.1, "MUST NOT point to the same claim").
func (q *Query) Valid() error {
	text, err := json.Marshal(q)
	if err != nil {
		return Faults{{Code: CodeJSON, Path: "dcql_query", Args: []string{err.Error()}}}
	}
	o, err := strictjson.DecodeObject(text, strictjson.Limits{Bytes: MostBytes, Depth: MostDepth})
	if err != nil {
		return Faults{{Code: CodeJSON, Path: "dcql_query", Args: []string{err.Error()}}}
	}
	if _, err := Read(o); err != nil {
		return err
	}
	r := &reader{}
	for i, c := range q.Credentials {
		r.paths(c.Claims, fmt.Sprintf("credentials[%d].claims", i))
	}
	return r.faults.orNil()
}

// unique collects ids, and refuses those that stood before.
func unique[T any](r *reader, list []T, at string, id func(T) string) map[string]bool {
	ids := make(map[string]bool, len(list))
	for i, v := range list {
		name := id(v)
		if name != "" && ids[name] {
			r.fault(CodeTwice, fmt.Sprintf("%s[%d].id", at, i), name)
		}
		ids[name] = true
	}
	delete(ids, "")
	return ids
}

// paths refuses a claim that is asked for twice.
func (r *reader) paths(claims []Claim, at string) {
	met := map[string]bool{}
	for i, c := range claims {
		b, err := json.Marshal(c.Path)
		if err != nil || met[string(b)] {
			r.fault(CodeTwice, fmt.Sprintf("%s[%d].path", at, i), string(b))
		}
		met[string(b)] = true
	}
}
