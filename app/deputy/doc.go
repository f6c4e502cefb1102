// Package deputy is the desk of applications that one city takes at its window and another decides
// (异地代收代办).
//
//	A, where the applicant stands          B, that decides
//	deputy-send ── case.deputy ──▶              a case of its own, as if handed in there
//	            ◀── case.deputy.more ──         asks for more: A's applicant adds, A sends again
//	            ◀── case.deputy.result ──       decided: grounds, licences with their papers
//	            ── case.deputy.off ──▶          withdrawn by the applicant
//
// The message carries the item, the form, and what was shown and checked: each share with its
// digest and the counter's check. B holds form and materials to its own item; what does not hold
// comes back as a refusal with the reason in words. What B decides is told in the deed in which it
// is decided: the desk watches what applicants are told (Watch). The papers are PDF of B's
// authority with a QR code that B signed; A keeps and prints them.
//
// Certificates of registration (户籍类证明) are decided here: their content comes from the register
// of households of the city that issues them. What the register does not hold, of moves, ends and
// changes of entries, the clerk writes as a statement.
package deputy
