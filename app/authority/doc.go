// Package authority is the desk of an office that issues licences: it finds and shows them,
// issues and acts on them, reads files of many, prints them, and hands them over to another
// city.
//
// Whatever it does is one deed of the store: the record, its entry in the evidence log, its
// status and the messages that tell of it are there together or not at all.
//
// # Between two cities
//
// A licence that moves (迁转) is never valid in both cities, and when it is valid in neither
// it is seen where it waits:
//
//	city A                                    city B
//	transfer-out: leaving, still valid
//	       ── licence.transfer ──▶            transfer-in and suspend: issued, kept back
//	       ◀── licence.transferred ──
//	move: moved, invalid
//	       ── licence.moved ──▶               resume: valid
//
// If B cannot issue (the holder has one there, the type is unknown or not transferred, its
// last day is over), licence.transfer-refused makes A keep it (stay). If A has meanwhile
// kept, revoked or ended it, licence.transfer-void makes B rescind what it kept back. Each
// transfer is named by the licence's id and the version of the record that began it, so that
// an answer to an older one has no effect. Messages have effect once and in their order
// (trust/message); a city that is down delays.
//
// The message to B holds all that the licence says, its holder's number included: B issues
// by it. It goes from one authority to the other over their doors, and stands in the outbox
// and inbox of the two nodes.
//
// # Files of many
//
// A file is issued as a whole or not at all. What was previewed is what is issued: the
// preview has a digest of the file and of what is to become of each row, and the import is
// refused when that would be different by now.
//
// # What it refuses to know
//
// Who may do what is for trust/rights and the doors. Names of persons come in as text.
package authority
