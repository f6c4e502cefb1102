// Package wallet helps the wallet in a citizen's browser to see who asks for a licence.
//
// The licences and their keys are in the browser and never come here. A browser cannot look at a
// certificate, and may not fetch from a stranger: so the node fetches the signed request
// (OpenID4VP 1.0 §5), holds its certificate to the anchors on the cards of the nodes it knows,
// and tells who asks, for what, why and where the answer goes.
//
// Requests are fetched only from nodes whose cards are known, at the address on the card, without
// following redirects, for at most ten seconds and 256 KiB; a request has to be signed below an
// anchor of that very card, and to be answered at that very node. So nobody can make the node
// fetch from elsewhere, and no node can ask in the name of another. Every other address is
// refused by its host. The profile is HAIP 1.0.
package wallet
