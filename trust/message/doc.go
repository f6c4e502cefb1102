// Package message is what one node says to another (节点间报文): the envelope, its
// signature, and the rules by which it leaves one node and enters another. It sends
// nothing and keeps nothing; store keeps, doors and app carry.
//
// # The envelope
//
// An id (UUIDv7), the two nodes, a kind, a case (办件) and the message's number in it, the
// moment it was made, and a body: a JSON object in canonical form (RFC 8785) with its
// SHA-256. The sender signs everything but the body, and the digest of that, as a detached
// JWS (RFC 7515 appendix F): years later the envelope proves itself, with the body or
// without it. On its way it is signed once more, over HTTP (RFC 9421, package httpsig),
// which ties it to this request and this moment.
//
// # Leaving
//
// A message enters the outbox in the write that changes the state it tells of. It is sent
// until the other node takes it: after 2 seconds, then twice as long each time, at most 15
// minutes, each time up to a quarter longer by chance. Of a case only the first message
// that has not arrived is under way, or it and those behind it together, in their order. It
// becomes a dead letter, with its reason, when the
// other node refuses it or after 30 days; the case then waits for a person, who may send it
// again. Nothing is dropped.
//
// # Together
//
// What is due for a node goes in one request, up to 256 messages and a megabyte: each as it is
// sent alone, one a line, under one signature over HTTP. Each is judged by itself, and has its
// own answer. A node that knows no batches is sent one message at a time; so are cards, since
// what follows may be signed by the key that one brings.
//
// # Entering
//
// Everything that is refused has a code. A message seen before is answered as the first time
// and does nothing: what arrives at least once has effect once. Numbers of a case have
// effect in their order; one that comes early waits for those before it. Clocks may stand a
// minute apart, and a message may be 30 days old, as long as it may have been under way.
package message
