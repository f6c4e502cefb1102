// Package openid is the door at which wallets knock.
//
//	GET, POST /openid/request/{id}    what a verifier asks for: a signed request object
//	POST      /openid/response/{id}   what a wallet answers (direct_post, direct_post.jwt)
package openid
