// Package identity knows people who sign in: their accounts, passwords, pauses and sessions,
// as rules without a database, a clock or a network.
//
//   - Passwords follow NIST SP 800-63B-4 §3.1.1: a length, a list of refused ones, no rules
//     about kinds of characters and no change by calendar. They are kept by Argon2id
//     (RFC 9106) with the second recommended parameters of its §4.
//   - Wrong passwords cost growing pauses, per account and per address, and never an account:
//     who knows a name cannot lock its owner out for good (§3.2.2).
//   - A session is 256 random bits of which only the SHA-256 is kept. It ends after twelve
//     hours whatever happens, sooner when nothing does (§2.2.3, §5).
//
// Faults come as codes with arguments; the words are the locale's.
package identity
