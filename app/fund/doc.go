// Package fund is the desk of money between cities: it binds the courses of livelihood/fund to the
// desk of cases, speaks with the other cities about them, keeps the book of livelihood/ledger and
// has it reconciled every day.
//
// # Between two cities
//
//	T, where somebody applies           S, that has the account
//	accept     ── case.fund.request ──▶      a case of its own, in the queue of S's clerks
//	           ◀── case.fund.information ──  years, months and amounts; the account is held
//	agree      ── case.fund.agreed ──▶       T expects exactly these amounts
//	           ◀── ledger.paid ──            money and case in one deed, at each end
//	taken in   ── ledger.taken ──▶           moved
//
// S says case.fund.declined with the code of the rule and its clerk's grounds, or case.fund.settled
// where a provident fund was paid to the person; T says case.fund.called-off when the applicant
// withdraws or T's clerk refuses. What comes too late for that has no effect, and money that nobody
// expects any more goes back (ledger.returned). A registration for treatment elsewhere is told to
// the city of treatment (case.fund.visit), which says that it has it (case.fund.known).
//
// Every act is one deed: case, entries, record, message and evidence, or none of them.
//
// # What it refuses to know
//
// Who may do what is for trust/rights and the doors. Banks: what is paid to a person leaves the
// account "bank" here, and nobody is told outside.
package fund
