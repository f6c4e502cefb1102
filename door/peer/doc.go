// Package peer is the door at which other nodes and verifiers' machines knock: messages
// between nodes, the node's card, its trust list, and its status lists.
//
//	POST /node/messages     a message, signed over HTTP (RFC 9421): 202 taken, 200 known already,
//	                        422 or 401 with the JSON of a refusal, 503 try again
//	GET  /node/card         the node's card
//	GET  /node/trust-list   the newest trust list that the node has
//	GET  /statuses/{list}   the status list as a signed token (draft-ietf-oauth-status-list §5), JWT or CWT by Accept
//
// What is public is given to every origin: it is signed, and tells nothing of who asks.
package peer
