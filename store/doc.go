// Package store is all SQL of the platform: one text for SQLite and PostgreSQL
// (docs/decisions/0002). It keeps the evidence log and the rows that stand for
// its entries: observations, versions of the region pack, snapshots of boards,
// tokens, licences, messages between nodes. Beside it stand jobs, and results by the
// digest of their question.
//
// # The rule of writing
//
// Nothing is updated and nothing is deleted, except a token's revocation and
// last use, where a message stands on its way (message.go), the newest note of each
// thing of the trust list and when it was confirmed (trust.go), where a request, a check
// and a visit stand, with what is held of them for a while, and copies of status lists
// (counter.go), and long work: jobs
// and results can be worked out again, are no evidence and have no leaf (job.go,
// result.go). Every other write is one
// transaction that first locks the head of the log, then writes rows and their
// leaves, then the new head and a signed checkpoint. It is there as a whole or
// not at all, and the log has no gap however many write at once, from this
// process or another. A write that loses against another (SQLSTATE 40001,
// SQLITE_BUSY) is done again, in one place: retry.
//
// # The rule of reading
//
// A log position is part of every row. Whoever reads "up to log n" sees what
// stood in the first n entries, whatever has been written since.
//
// # Databases
//
//	sqlite:PATH, PATH      a file; WAL, synchronous=FULL, foreign_keys=ON, each asserted
//	postgres://...         a database with UTF8 encoding; search_path chooses the schema
//
// # What it refuses to know
//
// It judges nothing and computes no board. It makes no key and chooses no clock
// but the one it is given; it does not know where the key is kept. Text for
// people is not made here: errors carry what a door needs to say it.
package store
