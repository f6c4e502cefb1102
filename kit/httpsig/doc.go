// Package httpsig signs and verifies HTTP messages (RFC 9421) and the digest of their
// content (RFC 9530), without knowing who carries them: a Message is a method, a target,
// fields in order, a body.
//
// # The signature base
//
// Derived components @method, @target-uri, @authority, @scheme, @request-target, @path,
// @query, @query-param and @status; fields, with the parameters sf, key, bs, tr; of the
// request that a response answers, with req (RFC 9421 §2). A component is named as it
// stands in Signature-Input, `"content-digest";req`, or by its bare name, `@method`.
// Whatever cannot be derived without doubt is an error (§2.5): a component named twice,
// a parameter that is not known, a field that is absent, text that is not ASCII.
//
// # Keys
//
// Keys are those of kit/jws: ed25519, ecdsa-p256-sha256, and "sm2-sm3" for SM2 with SM3
// (GB/T 32918.2), a name of ours that both ends must have agreed on. Whoever needs other
// algorithms of the registry gives a Key of his own.
//
// # Rules
//
// Verifying a signature says that somebody signed something. Rules say what has to be
// signed, by which algorithms, how old it may be and how far two clocks may stand apart;
// a label in one message stands once. What was seen before is for the caller to know: he
// gets the key, the nonce and the moment.
package httpsig
