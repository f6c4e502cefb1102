package dcql_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"conurb/kit/dcql"
)

// spec is the folder of OpenID4VP 1.0 beside the repository.
var spec = filepath.Join("..", "..", "..", "shared", "data", "credentials", "openid4vp", "1.0")

// TestExamplesOfTheText reads every query that OpenID4VP 1.0 prints, and writes it again as it
// was but for its spaces.
func TestExamplesOfTheText(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(spec, "examples", "query_lang", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("no examples of OpenID4VP beside the repository: 10 queries left out")
	}
	more, err := filepath.Glob(filepath.Join(spec, "examples", "request", "dcql_*.json"))
	if err != nil {
		t.Fatal(err)
	}
	queries := map[string][]byte{}
	for _, f := range append(files, more...) {
		if queries[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(spec, "openid-4-verifiable-presentations-1_0.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range regexp.MustCompile("(?s)```json\n(.*?)\n *```").FindAllSubmatch(text, -1) {
		var o struct {
			Query json.RawMessage `json:"dcql_query"`
		}
		if json.Unmarshal(m[1], &o) == nil && len(o.Query) > 0 {
			queries[fmt.Sprintf("text block %d", i)] = o.Query
		}
	}
	if len(queries) < 11 {
		t.Errorf("only %d queries found", len(queries))
	}
	for name, text := range queries {
		q, err := dcql.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := q.Valid(); err != nil {
			t.Errorf("%s: not valid: %v", name, err)
		}
		var got, want any
		b, err := json.Marshal(q)
		if err != nil || json.Unmarshal(b, &got) != nil || json.Unmarshal(text, &want) != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: written as %s: %v", name, b, err)
		}
	}
}

// credential is a query for one credential; the text replaces or adds properties.
func credential(more string) string {
	return `{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["t"]}` + more + `}]}`
}

var faulty = map[string]struct {
	text string
	want string // code@place, in order
}{
	"not JSON":                       {`{`, "json@dcql_query"},
	"a list":                         {`[]`, "json@dcql_query"},
	"a name twice":                   {`{"credentials":[],"credentials":[]}`, "json@dcql_query"},
	"too long":                       {`{"x":"` + strings.Repeat("x", dcql.MostBytes) + `"}`, "json@dcql_query"},
	"too deep":                       {`{"x":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, "json@dcql_query"},
	"nothing":                        {`{}`, "missing@credentials"},
	"no list":                        {`{"credentials":{}}`, "kind@credentials"},
	"empty list":                     {`{"credentials":[]}`, "empty@credentials"},
	"too many":                       {`{"credentials":[` + strings.Repeat("0,", dcql.MostEntries) + `0]}`, "many@credentials"},
	"no object":                      {`{"credentials":[1]}`, "kind@credentials[0]"},
	"empty object":                   {`{"credentials":[{}]}`, "missing@credentials[0].id missing@credentials[0].format missing@credentials[0].meta"},
	"id a number":                    {`{"credentials":[{"id":1,"format":"x","meta":{}}]}`, "kind@credentials[0].id"},
	"id empty":                       {`{"credentials":[{"id":"","format":"x","meta":{}}]}`, "empty@credentials[0].id"},
	"id with a space":                {`{"credentials":[{"id":"a b","format":"x","meta":{}}]}`, "id@credentials[0].id"},
	"id in Chinese":                  {`{"credentials":[{"id":"证","format":"x","meta":{}}]}`, "id@credentials[0].id"},
	"id twice":                       {`{"credentials":[{"id":"a","format":"x","meta":{}},{"id":"a","format":"x","meta":{}}]}`, "twice@credentials[1].id"},
	"format null":                    {`{"credentials":[{"id":"a","format":null,"meta":{}}]}`, "kind@credentials[0].format"},
	"meta a list":                    {`{"credentials":[{"id":"a","format":"x","meta":[]}]}`, "kind@credentials[0].meta"},
	"no types":                       {`{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{}}]}`, "missing@credentials[0].meta.vct_values"},
	"types empty":                    {`{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":[]}}]}`, "empty@credentials[0].meta.vct_values"},
	"a type a number":                {`{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["t",2]}}]}`, "kind@credentials[0].meta.vct_values[1]"},
	"mdoc of no type":                {`{"credentials":[{"id":"a","format":"mso_mdoc","meta":{}}]}`, "missing@credentials[0].meta.doctype_value"},
	"multiple a text":                {credential(`,"multiple":"true"`), "kind@credentials[0].multiple"},
	"holder binding a number":        {credential(`,"require_cryptographic_holder_binding":0`), "kind@credentials[0].require_cryptographic_holder_binding"},
	"authorities empty":              {credential(`,"trusted_authorities":[]`), "empty@credentials[0].trusted_authorities"},
	"authority of nothing":           {credential(`,"trusted_authorities":[{}]`), "missing@credentials[0].trusted_authorities[0].type missing@credentials[0].trusted_authorities[0].values"},
	"authority without values":       {credential(`,"trusted_authorities":[{"type":"aki","values":[]}]`), "empty@credentials[0].trusted_authorities[0].values"},
	"claims empty":                   {credential(`,"claims":[]`), "empty@credentials[0].claims"},
	"claims null":                    {credential(`,"claims":null`), "kind@credentials[0].claims"},
	"claim without path":             {credential(`,"claims":[{}]`), "missing@credentials[0].claims[0].path"},
	"path empty":                     {credential(`,"claims":[{"path":[]}]`), "empty@credentials[0].claims[0].path"},
	"path with a negative number":    {credential(`,"claims":[{"path":["a",-1]}]`), "path@credentials[0].claims[0].path[1]"},
	"path with minus nought":         {credential(`,"claims":[{"path":["a",-0]}]`), "path@credentials[0].claims[0].path[1]"},
	"path with a fraction":           {credential(`,"claims":[{"path":[1.5]}]`), "path@credentials[0].claims[0].path[0]"},
	"path with a boolean":            {credential(`,"claims":[{"path":[true]}]`), "path@credentials[0].claims[0].path[0]"},
	"path with an object":            {credential(`,"claims":[{"path":[{}]}]`), "path@credentials[0].claims[0].path[0]"},
	"path of an mdoc too long":       {`{"credentials":[{"id":"a","format":"mso_mdoc","meta":{"doctype_value":"d"},"claims":[{"path":["a","b","c"]}]}]}`, "path@credentials[0].claims[0].path"},
	"path of an mdoc with null":      {`{"credentials":[{"id":"a","format":"mso_mdoc","meta":{"doctype_value":"d"},"claims":[{"path":["a",null]}]}]}`, "path@credentials[0].claims[0].path"},
	"values empty":                   {credential(`,"claims":[{"path":["a"],"values":[]}]`), "empty@credentials[0].claims[0].values"},
	"value null":                     {credential(`,"claims":[{"path":["a"],"values":["x",null]}]`), "value@credentials[0].claims[0].values[1]"},
	"value a fraction":               {credential(`,"claims":[{"path":["a"],"values":[0.5]}]`), "value@credentials[0].claims[0].values[0]"},
	"claim id twice":                 {credential(`,"claims":[{"id":"x","path":["a"]},{"id":"x","path":["b"]}]`), "twice@credentials[0].claims[1].id"},
	"claim id empty":                 {credential(`,"claims":[{"id":"","path":["a"]}]`), "empty@credentials[0].claims[0].id"},
	"claim_sets without claims":      {credential(`,"claim_sets":[["x"]]`), "claim-sets@credentials[0].claim_sets"},
	"claim_sets of claims unnamed":   {credential(`,"claims":[{"path":["a"]}],"claim_sets":[["x"]]`), "missing@credentials[0].claims[0].id unknown-id@credentials[0].claim_sets[0]"},
	"claim_sets of unknown claims":   {credential(`,"claims":[{"id":"x","path":["a"]}],"claim_sets":[["x"],["y"]]`), "unknown-id@credentials[0].claim_sets[1]"},
	"claim_sets empty":               {credential(`,"claims":[{"id":"x","path":["a"]}],"claim_sets":[]`), "empty@credentials[0].claim_sets"},
	"claim_sets with an empty set":   {credential(`,"claims":[{"id":"x","path":["a"]}],"claim_sets":[[]]`), "empty@credentials[0].claim_sets[0]"},
	"credential_sets empty":          {`{"credentials":[{"id":"a","format":"x","meta":{}}],"credential_sets":[]}`, "empty@credential_sets"},
	"credential_sets with no object": {`{"credentials":[{"id":"a","format":"x","meta":{}}],"credential_sets":[["a"]]}`, "kind@credential_sets[0]"},
	"set without options":            {`{"credentials":[{"id":"a","format":"x","meta":{}}],"credential_sets":[{}]}`, "missing@credential_sets[0].options"},
	"set of something unknown":       {`{"credentials":[{"id":"a","format":"x","meta":{}}],"credential_sets":[{"options":[["a","b"]]}]}`, "unknown-id@credential_sets[0].options[0]"},
	"set with an empty option":       {`{"credentials":[{"id":"a","format":"x","meta":{}}],"credential_sets":[{"options":[[]]}]}`, "empty@credential_sets[0].options[0]"},
	"required a text":                {`{"credentials":[{"id":"a","format":"x","meta":{}}],"credential_sets":[{"options":[["a"]],"required":"no"}]}`, "kind@credential_sets[0].required"},
	"several faults at once":         {`{"credentials":[{"id":"a!","format":"x","meta":{}},{"id":"b","format":"","meta":0}]}`, "id@credentials[0].id empty@credentials[1].format kind@credentials[1].meta"},
}

func TestFaults(t *testing.T) {
	met := map[dcql.Code]bool{}
	for name, c := range faulty {
		_, err := dcql.Parse([]byte(c.text))
		var faults dcql.Faults
		if !errors.As(err, &faults) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, f := range faults {
			got, met[f.Code] = append(got, string(f.Code)+"@"+f.Path), true
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	i := slices.Index(dcql.Codes, dcql.CodeFormat)
	for _, c := range dcql.Codes[:i] {
		if !met[c] {
			t.Errorf("no faulty query is %s", c)
		}
	}
}

// TestReadWithoutFault has what the text permits and a careless reader would refuse.
func TestReadWithoutFault(t *testing.T) {
	for name, text := range map[string]string{
		"unknown properties":  `{"credentials":[{"id":"a","format":"x","meta":{"y":1},"z":[]}],"v":{}}`,
		"empty meta":          `{"credentials":[{"id":"a","format":"x","meta":{}}]}`,
		"claim asked twice":   credential(`,"claims":[{"path":["a"]},{"path":["a"]}]`), // "Wallets SHOULD ignore such duplicate claim queries"
		"path of every kind":  credential(`,"claims":[{"path":["a",null,0,"b"]}]`),
		"values of all kinds": credential(`,"claims":[{"path":["a"],"values":["x",1,-1,true,false]}]`),
		"authority unknown":   credential(`,"trusted_authorities":[{"type":"other","values":["v"]}]`),
		"path with \"\"":      credential(`,"claims":[{"path":[""]}]`),
	} {
		q, err := dcql.Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := q.Valid(); (err != nil) != (name == "claim asked twice") {
			t.Errorf("%s: valid for a verifier: %v", name, err)
		}
	}
}

// FuzzParse holds the reader to reading again what it wrote.
func FuzzParse(f *testing.F) {
	for _, c := range faulty {
		f.Add([]byte(c.text))
	}
	f.Add([]byte(credential(`,"claims":[{"id":"x","path":["a",null,0],"values":["v",1,true]}],"claim_sets":[["x"]],"trusted_authorities":[{"type":"aki","values":["v"]}]`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := dcql.Parse(text)
		if err != nil {
			var faults dcql.Faults
			if q != nil || !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("%v with %v", q, err)
			}
			return
		}
		b, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		again, err := dcql.Parse(b)
		if err != nil || !reflect.DeepEqual(q, again) {
			t.Fatalf("%s is written as %s: %v", text, b, err)
		}
	})
}
