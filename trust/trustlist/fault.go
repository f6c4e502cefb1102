package trustlist

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The codes of faults: why a proposal or a list is refused. Their words are
// "trust.fault.<code>" and "trust.fault.<code>.remedy".
const (
	FaultSyntax    = "syntax"    // line, detail: not JSON, or read in two ways
	FaultUnknown   = "unknown"   // field
	FaultForm      = "form"      // field, detail: a value of another form
	FaultMissing   = "missing"   // field
	FaultSurplus   = "surplus"   // field, kind: a field that this change does not have
	FaultKind      = "kind"      // text
	FaultParty     = "party"     // field, text
	FaultCode      = "code"      // field, text, length: a code of another length or alphabet
	FaultKey       = "key"       // field, detail
	FaultSpan      = "span"      // field, from, until
	FaultLong      = "long"      // field, most
	FaultCondition = "condition" // condition, detail
	FaultProposer  = "proposer"  // by, city: a change of another city's affairs

	FaultUnsigned  = "unsigned"    // city, change
	FaultSignature = "signature"   // city, change: not by a key of the city
	FaultStranger  = "stranger"    // city, change: a signature that the change does not need
	FaultNoKey     = "no-key"      // city: its keys are not known
	FaultTwice     = "twice"       // change
	FaultNothing   = "nothing"     // id: no row or equivalent that could be ended
	FaultNoSuchKey = "no-such-key" // key, city: no row of the city has it
	FaultStale     = "stale"       // change, proposed, published
	FaultFuture    = "future"      // change, proposed, published
	FaultVersion   = "version"     // version, want
	FaultPrevious  = "previous"    // version
	FaultTime      = "time"        // version, published, previous
	FaultState     = "state"       // version: rows are not what the changes lead to
	FaultOffice    = "office"      // version: the office's signature
	FaultOrder     = "order"       // version
	FaultFormat    = "format"      // text
	FaultEmpty     = "empty"       // a list without publications
	FaultFork      = "fork"        // version: another list was published under this version
	FaultShorter   = "shorter"     // version, old
	FaultNotList   = "not-list"    // rows written out differ
)

// Faults lists every code.
var Faults = []string{
	FaultSyntax, FaultUnknown, FaultForm, FaultMissing, FaultSurplus, FaultKind, FaultParty, FaultCode, FaultKey, FaultSpan,
	FaultLong, FaultCondition, FaultProposer, FaultUnsigned, FaultSignature, FaultStranger, FaultNoKey, FaultTwice, FaultNothing,
	FaultNoSuchKey, FaultStale, FaultFuture, FaultVersion, FaultPrevious, FaultTime, FaultState, FaultOffice, FaultOrder, FaultFormat,
	FaultEmpty, FaultFork, FaultShorter, FaultNotList,
}

// Fault is a refusal of a proposal or a list.
type Fault struct {
	Code  string
	Field string // within the object, where there is one
	Line  int    // of the text, where it is known
	Args  map[string]string
}

func (f *Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "trust list: %s", f.Code)
	if f.Field != "" {
		fmt.Fprintf(&b, " %s", f.Field)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Args)) {
		fmt.Fprintf(&b, " %s=%q", name, f.Args[name])
	}
	return b.String()
}

// fault makes one; args are name, value pairs.
func fault(code, field string, args ...string) *Fault {
	f := &Fault{Code: code, Field: field, Args: map[string]string{"field": field}}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}
