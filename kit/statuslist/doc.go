// Package statuslist keeps the status of many tokens in one compressed list, as the IETF
// Token Status List does (draft-ietf-oauth-status-list): 1, 2, 4 or 8 bits for each
// token, packed from the least significant bit of each byte on, compressed with zlib.
//
// It knows the list and its JSON and CBOR forms. It refuses to know signatures, tokens
// and caches: those who hand out lists and ask for them live above.
package statuslist
