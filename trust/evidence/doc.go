// Package evidence is the append-only Merkle log (存证日志) that everything the
// platform relies on is written to: versions of the region pack, observations,
// snapshots of boards, tokens that may write, records of licences, and the keys that
// sign. What is in the log cannot be changed, removed or reordered without its root
// changing, and the root is signed after every write. The log therefore says what was
// known when, and a copy of it can be checked on a machine that trusts only a key.
//
// # Method
//
// The tree is that of RFC 6962 §2.1 (Laurie, Langley, Kasper 2013; unchanged in
// RFC 9162) over SHA-256, with the hashing of golang.org/x/mod/sumdb/tlog:
//
//	leaf hash   SHA-256(0x00 ‖ leaf)
//	node hash   SHA-256(0x01 ‖ left ‖ right)
//	empty root  SHA-256()
//
// A leaf is one JSON object in the canonical form of RFC 8785, at most one line
// (see Leaf). Its bytes are stored as they are and hashed as they are stored.
// Checkpoints are signed notes with Ed25519 (C2SP tlog-checkpoint, signed-note).
//
// The other nodes cosign checkpoints (C2SP tlog-cosignature, tlog-witness; 共签): a Witness
// remembers the last one of each log and cosigns only what extends it, so that no single city
// can rewrite its log unseen. A Policy asks for k of n; a Contradiction is the portable proof
// that a log has two histories. The key of a cosigner is that of its own log under another
// signature type, which signed-note allows where the signed texts cannot be confused.
//
// Proofs follow RFC 6962 §2.1.1 and §2.1.2. A proof about the empty tree proves
// nothing, since every tree extends it: CheckConsistency refuses size 0, and so
// does everything here that would otherwise accept any root at that size.
//
// # Finding what was altered
//
// A root tells that something was altered, not what. Each entry is therefore
// known three times: by its leaf, by the leaf hash stored beside it, and by the
// row it was written for. Audit builds the root from each of the three; the one
// that reaches the signed root is the truth, and whatever differs from it is
// named (see Copy.Audit). Where all three were altered alike, the signed
// checkpoints before and after bound the place.
//
// # What it refuses to know
//
// It knows neither databases nor files nor plans: readers, writers, clocks and
// random sources come in as arguments, and recomputing a board is a function
// that the caller passes in. It keeps no secret: the leaf of a token holds a
// fingerprint of a hash of 256 random bits.
package evidence
