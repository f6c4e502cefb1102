// Package openid is the door at which wallets knock.
//
//	GET, POST /openid/request/{id}    what a verifier asks for: a signed request object
//	POST      /openid/response/{id}   what a wallet answers (direct_post, direct_post.jwt)
//
// and, for an issuer (OpenID4VCI 1.0), below its address:
//
//	GET       /.well-known/openid-credential-issuer     what it issues
//	GET       /.well-known/oauth-authorization-server   how access is got (RFC 8414)
//	GET       /openid/offer/{secret}                    an offer, by reference
//	POST      /openid/par                               a pushed request (RFC 9126)
//	GET, POST /openid/authorize                         the page on which the holder decides
//	POST      /openid/token                             a code for an access token
//	POST      /openid/nonce                             a nonce for proofs of possession
//	POST      /openid/credential, /openid/deferred      the licences
//	POST      /openid/notification                      what the wallet tells of them
//
// Texts are read and judged in kit/openid4vp and kit/openid4vci; what stands behind comes in
// through the interfaces Verifier and Issuer. Errors are those of the texts, with a description
// for developers in the characters that RFC 6749 permits.
package openid
