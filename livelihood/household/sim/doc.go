// Package sim runs the transfer of registrations in a world of faults: crashes between any two
// steps, messages lost, doubled, delayed and out of order, clocks that differ, forged and replayed
// messages, and cities that come back from old backups. The machine is that of the product; clock,
// network, disk and chance are the simulation's, so that a seed gives the same run again.
//
// What is sent again is due after a second, then after twice as long each time, at most 8: the
// product waits thirty times as long at first, and up to an hour. When is no matter of safety; a
// world of five minutes should have many of them.
//
// A signature is a table of what each city signed, which nobody can break. A city does not come
// back from a backup while another one has yet to reconcile.
//
// After every committed step the cities are held to one another: no two assert a person, somebody
// always does, no epoch has or ever had two holders, and what was once asserted is not taken back.
// At the end the faults stop, and everything has to come to rest. Readers, who go from city to city,
// may be sent around; what they hear has to be the history of one register.
package sim
