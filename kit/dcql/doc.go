// Package dcql reads and answers queries for credentials: the Digital Credentials Query
// Language of OpenID for Verifiable Presentations 1.0 (§6), and its claims path pointers
// (§7).
//
// A verifier writes down which credentials it wants and which claims of each. A wallet
// finds out which of those it holds answer, and which disclosures of them to show: no
// other ones. The verifier holds what comes back to its query, because a wallet is not its
// own.
//
//	q, err := dcql.Parse(text)
//	matches := q.Matches(held)              // what could be shown
//	shown, err := q.Select(matches, false)  // the least that satisfies the query
//	err = q.Check(answers)                  // at the verifier
//
// Every query of the text is read, those for mdoc and other formats too; only credentials
// of the format dc+sd-jwt are matched and accepted. Types are compared as they are
// written: that one type extends another is not looked up (Annex B.3.5 leaves it open).
// Of the trusted authorities only "aki" can be told from a credential; credentials that
// would have to be looked up in a list of ETSI or a federation do not match.
//
// What is refused has a code and the place in the query: Faults. A text is at most
// MostBytes long, and has at most MostEntries in each of its lists.
package dcql
