package card

import "slices"

// The codes of faults: why a card is refused. Their words are "card.fault.<code>" and
// "card.fault.<code>.remedy".
const (
	FaultSyntax    = "syntax"    // detail: not JSON, or read in two ways
	FaultForm      = "form"      // field, detail
	FaultURL       = "url"       // field, text: not scheme, host and port alone
	FaultKey       = "key"       // field, detail
	FaultSpan      = "span"      // field, from, until
	FaultTwice     = "twice"     // field, key
	FaultMany      = "many"      // field, most
	FaultAnchor    = "anchor"    // field, detail
	FaultSignature = "signature" // name: not signed by a key of its own that signs
	FaultOther     = "other"     // name, want: the card of another node
	FaultOlder     = "older"     // version, have
	FaultFork      = "fork"      // version: another card has this version
	FaultStranger  = "stranger"  // name: no key of the card before signed it
	FaultDropped   = "dropped"   // field, key: a key of the card before is missing, or signs for longer than it said
)

// Faults lists every code.
var Faults = []string{FaultSyntax, FaultForm, FaultURL, FaultKey, FaultSpan, FaultTwice, FaultMany, FaultAnchor, FaultSignature, FaultOther, FaultOlder, FaultFork, FaultStranger, FaultDropped}

// Fault is a refusal of a card.
type Fault struct {
	Code string
	Args map[string]string
}

// Error is for logs.
func (f *Fault) Error() string {
	text := "card: " + f.Code
	var names []string
	for k := range f.Args {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		text += " " + k + "=" + f.Args[k]
	}
	return text
}

func fault(code, field string, args ...string) *Fault {
	f := &Fault{Code: code, Args: map[string]string{"field": field}}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}
