package dcql

import (
	"fmt"
	"strings"
)

// Code names what is wrong with a query or an answer.
type Code string

// What is wrong with a query.
const (
	CodeJSON      Code = "json"           // not JSON, or not JSON that two readers read alike
	CodeMissing   Code = "missing"        // a property that has to be there
	CodeKind      Code = "kind"           // another kind of value than this one
	CodeEmpty     Code = "empty"          // nothing where something has to be
	CodeMany      Code = "many"           // more entries than are read
	CodeID        Code = "id"             // an id of other characters than letters, digits, _ and -
	CodeTwice     Code = "twice"          // an id, or a path, that stood before
	CodeUnknown   Code = "unknown-id"     // an id that nothing has
	CodeClaimSets Code = "claim-sets"     // claim_sets without claims
	CodePath      Code = "path"           // not a claims path pointer of the format
	CodeValue     Code = "value"          // a value to compare with that is no string, integer or boolean
	CodeFormat    Code = "format"         // an answer in a format that is not read
	CodeUnasked   Code = "unasked"        // an answer to what was not asked
	CodeSeveral   Code = "several"        // several where one was asked for
	CodeType      Code = "type"           // a credential of another type
	CodeUnbound   Code = "unbound"        // no key binding
	CodeClaims    Code = "claims-missing" // not the claims that were asked for
	CodeAnswers   Code = "answers-missing"
)

// Codes lists them; the last six are those of answers.
var Codes = []Code{CodeJSON, CodeMissing, CodeKind, CodeEmpty, CodeMany, CodeID, CodeTwice, CodeUnknown, CodeClaimSets, CodePath, CodeValue,
	CodeFormat, CodeUnasked, CodeSeveral, CodeType, CodeUnbound, CodeClaims, CodeAnswers}

// Fault is one thing that is wrong.
type Fault struct {
	Code Code
	Path string // where, as credentials[0].claims[2].path; of an answer the id of what was asked
	Args []string
}

func (f Fault) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %s %s", f.Path, f.Code, strings.Join(f.Args, " ")))
}

// Faults is everything that is wrong, in the order of the text.
type Faults []Fault

func (f Faults) Error() string {
	list := make([]string, len(f))
	for i, one := range f {
		list[i] = one.String()
	}
	return "query: " + strings.Join(list, "; ")
}

// Has tells whether a code is among the faults.
func (f Faults) Has(c Code) bool {
	for _, one := range f {
		if one.Code == c {
			return true
		}
	}
	return false
}

// orNil is the faults as an error; nil where there are none.
func (f Faults) orNil() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
