// Package entry is how a person comes into the register of residence for the first time: by the
// hand of a registrar (出生登记, 立户登记, 补登), and in one city alone.
//
// A move between cities cannot register anybody twice (package household). A first entry could: two
// cities that know nothing of a person may enter him at the same time. So an entry is under way
// before it is made. The city writes it down and asks every other city. Each answers by a signed
// message: unknown here, registered here, moved on, being entered here too, promised to another city
// that is entering him, lost with a backup, or not serving now. Only when every one of them has said
// "unknown" is the person entered, at epoch 1, in the transaction in which the last answer has its
// effect. An entry may be of several persons: all of them or none.
//
// The rules, each of which a test takes out (see Breaches):
//
//   - Who answers "unknown" promises: it does not enter the person itself, and tells no other city
//     "unknown", until the city that asked says that its entry is over (Over). An entry that was
//     made is never over, so the promise outlives a backup of the city that made it.
//   - Of two cities that enter a person at once, the lower rank goes on, then the lower name. Ranks
//     are counted, not taken from clocks: a new entry has the highest rank that its city has met,
//     and one. The other one's entry is refused, and says so to its registrar.
//   - A city that has promised asks nobody to forget it: its own entry waits until it is told Over,
//     or is refused.
//   - An entry that was under way when its city went back to a backup is lost: nobody knows whether
//     it was made. It is never taken up again under its number, and never over by itself. Another
//     city that asks is refused; the city itself may enter the person anew, under another number.
//   - A promise that stands although the entry is over, since the word of it was lost, is found by
//     whoever meets it: a question names the numbers it has met of the city that it goes to, and a
//     number that is over there is told once more.
//
// What holds: as long as one city besides the one that enters has not lost its promise with a
// backup, no two cities ever enter a person. That a city does not answer stops entries, and nothing
// else: the page says for which city an entry waits. Clocks decide nothing.
package entry
