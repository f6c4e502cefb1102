// Package residence is what a household transfer (户口迁移) is for people: the cases of the two
// cities by the courses of livelihood/household/course, the households whose members leave and
// arrive, and the licences that follow, above the register of residence (app/register).
//
// # How a move goes
//
//	citizen, at T    applies (household-transfer)
//	T → S            case.ask: are these people with you, as they say; S answers from its register
//	clerk, at T      examines by the rules of the region, permits: the register holds and promises,
//	                 准予迁入证明 is issued, S is told what the clerk there needs (case.move)
//	clerk, at S      speaks to the applicant, names a new head where the head leaves, decides
//	S                the register moves them: their household-register licences end, who stays has
//	                 a head, 户口迁移证 is issued
//	T                the register books them: they are in their new household, each with a new
//	                 household-register licence; permit and certificate have served and end
//
// Beside the protocol's messages S tells news (case.news), so that whoever applied reads at every
// moment where his case lies, since when and until when.
//
// # One transaction
//
// Every step is one deed: what the register does, the case, the household, the licences, the
// messages. The register's hooks never refuse: what speaks against a move is looked at before
// the promise and before the decision. What cannot be done any more as planned (a household was
// dissolved meanwhile) is done as near to it as can be, and the case says so.
//
// # Lost cases
//
// The register forgets nobody; a case may be lost with a backup. A promise without its papers
// asks for them again. Persons who are booked without an application are in no household: they
// are listed (Homeless), and a registrar enters them.
package residence
