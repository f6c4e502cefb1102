// Package cases is the desk of cases (办件) of a city: citizens open them, save their forms and
// come back, share licences, and see where a case lies, who holds it, since when and until when;
// clerks accept, ask for more, pause, hand over and decide; the clock does what falls due.
//
// Who owns an affair registers a Handler: the course of its item, with the guards and actions
// that the course names beside those of livelihood/casework. Guards and actions run inside the
// one deed in which the case, its message to other cities and its entry in the log are written;
// a *casework.Refusal of any of them takes everything back, and is noted as refused.
//
// What the desk needs of others are small interfaces of its own: Items (the catalogue), Licences
// (of this node), Wallets (the counter), Teller (notices).
package cases
