// Package jwe encrypts and decrypts compact JSON Web Encryption (RFC 7516 §7.1) as answers to
// OpenID4VP need it (HAIP 1.0 §5), and no more: ECDH-ES on P-256 in direct mode (RFC 7518
// §4.6) with A128GCM or A256GCM (§5.3).
//
// Compression (zip) and critical headers are refused; so are keys on other curves. What is
// encrypted to a public key says nothing of who encrypted it: signatures inside do.
package jwe
