// Package node is a city or the metropolitan office at work among the others (节点): its
// folder, its keys, the cards of the others, and the post between them.
//
// A node's folder holds node.yaml (who it is, where it listens), keys/ (mode 0600), the key of
// its evidence log and, unless another is named, its database. Others reach it through its
// doors alone.
//
// Post: what the store's outbox holds is carried by Run, one receiver beside another, so that
// a node that is down keeps only its own post waiting; what other nodes bring enters through
// Accept and has its effect by the handlers that rooms put in with On. Effects run one after
// another in the order of their cases, each in one transaction with the note that it had one.
//
// Keys change without a pause: Rotate makes a new one beside the old, and the card that says
// so goes to every other node as a message.
package node
