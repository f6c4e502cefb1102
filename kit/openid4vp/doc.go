// Package openid4vp is how a verifier asks a wallet for credentials and how the wallet
// answers: OpenID for Verifiable Presentations 1.0 (§5 and §8) with signed requests,
// response modes direct_post and direct_post.jwt, and credentials of the format dc+sd-jwt.
// Both sides are here, as functions of texts, keys and a clock; nothing travels.
//
// The verifier:
//
//	s := openid4vp.Signer{Key: key, Chain: chain, Profile: openid4vp.HAIP}
//	ask, err := openid4vp.New(random, s.ClientID(), "https://…/openid/response/7", query, now, 5*time.Minute)
//	ask.Purpose = map[string]string{"zh-CN": "办理公积金贷款", "en": "housing fund loan"}
//	link := ask.Link("openid4vp://", "https://…/openid/request/7")   // to be kept: ask is JSON
//	object, err := s.Sign(random, ask, walletNonce)                  // to whoever fetches it
//	answer, err := ask.Receive(form, issuerKey, now, fresh)          // what was posted
//
// The wallet:
//
//	link, err := openid4vp.ReadLink(text)
//	request, err := wallet.Read(link, object, walletNonce, now)
//	shown, err := request.Query.Select(request.Query.Matches(held), false)
//	form, err := request.Present(random, shown, keys, now)           // to request.ResponseURI
//	form, err := request.Refuse(openid4vp.AccessDenied, "")          // or this
//
// Who asks is told by the prefix of its client_id (§5.9.3): x509_hash and x509_san_dns with
// a certificate below an anchor that the wallet believes, and redirect_uri for requests that
// are not signed. Every other prefix, and every client_id without one, is refused. No type of
// transaction_data is understood, so a request that has any is refused (§8.4).
//
// Why something is wanted (使用事由) stands in the parameter conurb_purpose of the signed
// request, by language. Other wallets pass over it, as they have to (§5); as transaction_data
// they would have to refuse the request.
//
// HAIP is the profile of that name, version 1.0 §5, and Open what the text permits. Of HAIP not kept:
// credentials are issued without x5c (the trust list says whose key is whose), the Digital
// Credentials API is not spoken, and following the redirect back to the same session (§5.1)
// is the caller's.
//
// Beyond the text: http is permitted towards the same machine (RFC 8252 §7.3); one
// presentation that fails refuses the whole answer, where the text would let the others
// stand (§8.6). Not looked at: until when a credential is valid, its status, and whether its
// issuer may issue it; the caller judges.
package openid4vp
