// Package measure computes indicator values from the network and the projects:
// kilometres in operation by a named counting rule, commitments kept, and what
// each project added. Nothing here is typed in by anybody.
//
// Every result lists the rows it was summed from, so that a figure opens down to
// the line of the file it came from. Sums run in whole millionths of the unit
// (millimetres for a length), so that the parts of a figure add up to it exactly.
//
// The function of a rule is fixed by its Measure word; what it counts (mode,
// classes, scope, length definitions, in order of preference) is data of the
// region pack. A pack may hold any number of rules for one indicator; where the
// plan's own rule is unpublished the board shows all of them.
package measure
