// Package issuance hands licences out to wallets, by OpenID4VCI.
//
// A licence stays what it is. What a wallet gets is a copy of its present edition for each of
// the keys whose possession the wallet proves: with the same identifier and the same place in
// the status list, signed anew, bound to that key. That copies were handed out, to which keys
// and to whom, is a note with its entry in the evidence log; the copies are the holder's and
// are not kept.
//
//	k, err := issuance.New(issuance.Settings{...})
//	openid.IssuerRoutes(mux, k, openid.IssuerOptions{SignedIn: ..., SignIn: ...})
//	offered, err := k.Make(ctx, id, issuance.Wish{By: "clerk", Tx: true})
//
// There are two ways. Somebody with the right to do so makes an offer of a licence, and the
// wallet shows the code in it, with a transaction code where one was asked for. Or the
// wallet sends its holder to this node, and the holder, who is signed in, chooses.
//
// Offers, requests, codes and tokens are kept as hashes, each until its end. A code is used
// once: what was given for it ends when it is shown again. A transaction code may be wrong
// openid4vci.MostGuesses times. A nonce is not kept until it is used; it carries its moment
// and proves that it is ours.
//
// A licence that was transferred in and is kept back until the other city has closed its own is
// handed out later (deferred). One that is suspended, or has ended, is not handed out.
//
// # What it refuses to know
//
// Who is signed in, and who may make an offer of what, is for the doors.
package issuance
