// Package course is how a household transfer (户口迁移) goes for people, as data: what an applicant
// says (Application), the course of the city that takes in (MoveIn, 迁入) and that of the city that
// lets go (MoveOut, 迁出), with their states, moves, terms and what each move needs (Fields).
//
// It stands above the protocol of package household, which decides where a person is registered:
// a course holds no registration, it says where the case lies. Guards and actions are named here
// and bound in app/residence.
//
// # The two courses
//
//	T move-in   draft → submitted → promised (准予迁入) → with the other city → booked → closed
//	S move-out  arrived → reached (the applicant was spoken to) → deciding → moved → done
//
// Terms: five working days for the check at the city that lets go, the permit counts for 40 days
// and the certificate for 30, as in the nationwide procedure (公治安明发〔2021〕217号, 410号; the 40
// days are commonly reported and assumed here). Arriving is reported within three days (户口登记条例
// art. 13); here the certificate books by itself.
//
// Words for states, moves, fields and refusals are in locale/*/residence.json.
package course
