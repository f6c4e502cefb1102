// Package slip is a licence on paper: a QR code that says what the licence is and who
// issued it, signed, to be checked without a network.
//
// A slip is a CWT (RFC 8392) in COSE_Sign1, written in Base45 after "CONURB1:". Its claims
// are iss (1, the city), exp (4), nbf (5, only where validity begins after issue), iat (6),
// and under -65600 (for private use) a list in this order: type of the licence and code of
// the authority (GB/T 36904), serial number, edition, masked name of the holder, end of the
// holder's code, name of the status list, place in it. The key is named by the first four
// bytes of its thumbprint (RFC 7638): a hint which keys to try.
//
// What a slip says has one way of being written; whatever is written otherwise is refused:
// another order, a longer number, a tag, a claim or header more. (Of a signature with ES256
// or SM2 there are always several.) About 190 bytes, 300 characters of a QR
// code in its alphanumeric mode.
//
// What a slip does not say: that who shows it is the holder. It can be copied. Of the
// holder it has the first and the last character of the name and the last four of the
// number, enough to be held to an identity card and too little to be one. Nor does it say
// that the licence is still good: that is in the status list, whose age the verifier states
// (statuslist.Cache).
package slip
