// Package trustlist is what makes a city believe another city's licence (互认清单): which
// authority of which city may issue which type of licence with which key, and what each
// city accepts as equal to its own types.
//
// # What stands in it
//
//   - A row: this authority of this city may issue this type, from then until then, with
//     this key. A licence is held to the row by the instant at which it was issued.
//   - An equivalent: type A of city 1 counts as type B in city 2, in this direction, from
//     then until then, perhaps under a condition. It is held to the instant that is asked
//     about. The same national code in both cities needs one too: nothing is accepted that
//     the accepting city did not sign.
//   - A revocation: what a key signed from an instant on does not count. A thief dates his
//     work back; whoever revokes a stolen key chooses the instant before the theft.
//
// # Who signs
//
// A change is proposed by a city and signed by it. A row, its end and the revocation of a
// key need the signature of the row's own city; an equivalent needs both cities'; its end
// needs one of them, since nobody is made to believe. The office publishes: it adds changes
// that are signed so, and cannot make, alter or drop one.
//
// # The file
//
// A list carries its whole past: publications one after another, each with its changes,
// their signatures, the digest of the publication before and the digest of what stands in
// the list afterwards, signed by the office. Rows, equivalents and revocations follow from
// the changes and are written out for readers; a list in which they differ is refused.
// A file is therefore checked offline from the keys of the cities and of the office alone,
// answers for any past instant by what was published then, and extends every earlier file
// (Extends), or somebody rewrote it.
//
// Objects are canonical JSON (RFC 8785); signatures are detached compact JWS (RFC 7515
// appendix F) of conurb/kit/jws.
//
// # Verdicts
//
// Judge is a pure function of a list, an instant, a verifier and the facts of a licence.
// It says accepted, not accepted or cannot tell, and always why: all reasons that apply,
// in order of weight. Words for the codes are in locale/*/trust.json.
//
// # What it refuses to know
//
// Where keys of cities and office come from, how lists travel, what a licence looks like
// and how its signature and status were checked: those who ask hand over the facts.
package trustlist
