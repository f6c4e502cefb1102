// Package x5c reads and checks the chain of certificates that a signed token carries in its
// header (x5c, RFC 7515 §4.1.6), and makes the two certificates that a node needs to sign
// such tokens itself: an anchor, and one below it.
//
// The first certificate is the signer's, each next one has certified the one before, and the
// last was certified by an anchor that the reader believes. As HAIP 1.0 §5 has it, the signer's
// certificate is not self-signed and no anchor stands in the chain: a reader who would take
// an anchor from the token would believe anybody.
//
// Keys are those of kit/jws that X.509 has: ES256 and EdDSA. Whether a certificate was
// revoked is not looked up: those of nodes live for a short time instead.
package x5c
