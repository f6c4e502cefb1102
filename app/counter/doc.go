// Package counter is where a city looks at a licence that another city issued (异地核验):
// it asks a wallet, or reads a slip, and says accepted, not accepted or cannot tell, with every
// reason (trustlist.Judge).
//
// # A check
//
// First the signature, with the key that the trust list or the issuing city's card has under
// the thumbprint that the licence names; a licence whose key nobody knows is judged by what it
// claims, which no row of the list supports, and nothing of it is shown. Then the status: the
// list that the licence names is asked for at the node of its own city and nowhere else, and
// has to be signed by a licence key of that city. Online, a copy older than Fresh is asked for
// again, and where that fails the verdict is in doubt; offline, the copy that was kept answers,
// with its age, up to the limit of whoever asks. Copies are kept in the store: a node that
// starts without a network still has them.
//
// # What is written down
//
// Every check, with purpose, reasons and the names of what was shown; the values only when a
// clerk accepts them into a case, within HeldFor. The issuing city is told of every check of
// a licence it signed (who, which attributes, when, why, with what outcome), keeps it for the
// holder, and passes on his objection, which the checking city answers. State, log entry and
// message are one transaction.
//
// # Requests to wallets
//
// OpenID4VP by the profile HAIP: encrypted answers, signed requests, each answered once and
// for Lasts. An answer that does not hold leaves the request open, so that nobody without its
// secrets can end it.
package counter
