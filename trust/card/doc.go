// Package card is how one node knows another (节点名片): its name, where it stands, and
// the keys by which it speaks, issues, asks and keeps its log.
//
// # What stands on it
//
// Keys that speak (voice) sign messages, the city's part of the trust list and the card
// itself; keys that issue sign licences and status lists; anchors are certificates below
// which requests to wallets are signed; the log key signs checkpoints of the evidence log.
// Every key that ever stood on a card stands on all later ones, with the time for which it
// signed: what it signed then can still be checked.
//
// # How it changes
//
// A card has a version, one more each time, and is signed by the newest key that speaks. The
// first is believed because a person compared its fingerprint over another way. A later one
// is believed because a key of the one before signed it too (Follows): that key may end with
// it. A node whose every key was stolen or lost begins anew with people comparing
// fingerprints.
//
// Objects are canonical JSON (RFC 8785); signatures are detached compact JWS (RFC 7515
// appendix F).
package card
