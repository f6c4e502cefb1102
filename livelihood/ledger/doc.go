// Package ledger keeps money of persons in accounts by double entry, and moves it between two
// cities so that none is lost and none made (资金账).
//
// # Accounts and entries
//
// Amounts are whole fen (分), int64; every sum is checked for overflow. An entry has postings
// that sum to zero: debits are positive, credits negative. What is owed to a person, to a pool
// or to another city stands in credit; the bank, and what another city owes, in debit. None may
// pass zero to the other side. An entry is named, and made once: the same again changes nothing,
// another one of that name is refused.
//
// # A transfer
//
//	S pays out   Dr person          Cr due to T        ledger.paid ──▶
//	T takes in   Dr due from S      Cr person          ◀── ledger.taken      closed at both
//	T cannot     nothing                               ◀── ledger.returned
//	S puts back  Dr due to T        Cr person          returned at both
//
// Money under way stands in "due to T" at S alone, so that what all cities owe to persons and
// pools, with what is under way, stays the same at every moment. T expects a transfer before S
// may pay: which amounts, into which accounts. What it does not expect, or not so, goes back.
// Each step is one transaction with its message, and has effect once for each transfer, however
// often and in whatever order messages come.
//
// What a city owes another is settled by their banks: that is not built, the clearing accounts
// show it.
//
// # A day is reconciled
//
// For each day a city states to each other what its books say of the transfers between the two
// that changed on it, and how much it owes by them in all (ledger.statement). The other compares:
// matched, under way, here alone, there alone, amounts differ; and too long under way. A
// difference stays a finding until the books agree. People settle it; nothing is posted by itself.
//
// # How the code is made
//
// Machine is the rules over a Book: one transaction of whoever keeps the state. It reads no clock
// and sends nothing itself. Words for its codes are in locale/*/ledger.json.
package ledger
