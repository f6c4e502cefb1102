// Package witness has the nodes cosign one another's evidence logs (互相共签), so that no
// single city can rewrite its own unseen.
//
// A node asks every other node to cosign its newest checkpoint, by messages (trust/message):
//
//	log                                         witness
//	log.checkpoint {log, checkpoint, old, proof} ──▶ extends what it holds?
//	       ◀── log.cosignature {size, line}          yes: it holds this one now
//	       ◀── log.refused {code, size, held, detail} no
//
// After a conflict the log reads what the witness holds. Where that is a part of the log, it
// asks again with a proof from there. Where it is not, the log was cut back (a backup was
// restored: rolled-back) or written anew (forked): both are written down as findings, on
// either side, a fork with its portable proof (evidence.Contradiction).
//
// # When it asks
//
// At most once a Every, all witnesses about one checkpoint, and only where the log has an
// entry since that is not of a message about checkpoints: the messages of two logs would
// otherwise cosign each other for ever. A witness that has not answered is not asked again
// while the message waits for it. Every question is a case of its own, so that one that is
// stuck keeps none waiting, and a log that was cut back cannot stumble over the numbers of its
// lost messages.
//
// # What it cannot do
//
// A witness whose own database is cut back forgets what it cosigned since, and would cosign a
// second history from there; the other witnesses would not. A log is known by its name, and
// a node has one: one that must begin anew is refused by all who knew the old.
package witness
