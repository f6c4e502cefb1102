// Package scenario applies works to a network: lines added, dropped, retimed, roads
// built, slowed, closed. It knows what an [area.Edit] does to a timetable and to a graph
// of streets, how works are written in a file ([Read]), and how to ask about many
// choices of works without starting over ([Prepare]). It refuses to know which works a
// region has, what is worth counting, and files on disk.
//
// # Edits
//
// An edit makes a new value; what it does not touch is kept as it is. Works apply in the
// order of their list. What an edit speaks of has to be there: a line, a stop, a road
// that is not is a *[Refusal], and nothing is applied.
//
// Headways turn into trips with a phase of their own, at From of their band, and a
// headway changed by a factor keeps the trips that both have, so that more service never
// makes anybody wait longer by chance.
//
// # Many choices
//
// Prepare puts the trips of all choices that it is told of into one timetable: the union.
// A choice is then a set of trips that are out, and reach.Switch answers it from what
// each group of origins can need. Its answer is that of the timetable of the choice,
// compiled and swept anew, in every digit.
//
// # Streets
//
// Slowed and closed roads are the same graph with other times. A road that is built is
// new arcs between the nearest junctions of its ends: the graph is laid out anew, its
// contraction hierarchy with the order it had. A closed road is closed to those who pass
// through; who lives on it still gets to its ends.
package scenario
