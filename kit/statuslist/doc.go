// Package statuslist keeps the status of many tokens in one compressed list, as the IETF
// Token Status List does (draft-ietf-oauth-status-list): 1, 2, 4 or 8 bits for each
// token, packed from the least significant bit of each byte on, compressed with zlib.
//
// It knows the list, its JSON and CBOR forms, the signed token that carries it (JWT and
// CWT), how another token refers to it, and a Cache for those who ask: unpacked once,
// looked up in memory, with the age of what is known. Age counts from the second in which
// the issuer signed the list, not from when it was fetched: a proxy that serves an old
// list makes nobody's knowledge younger. A list older than the one that was there is
// refused.
//
// It refuses to know the network and whose key is whose: a Fetcher brings verified tokens.
package statuslist
