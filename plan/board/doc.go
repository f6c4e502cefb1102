// Package board computes where a plan stands: a pure function of the region
// pack, the observations, the day asked about and the day believed on. The same
// inputs give the same bytes, on every machine, for ever; a change of that
// function is a new Version.
//
// It knows how a value becomes a verdict, and why two verdicts differ. It does
// not read files, databases or clocks, and it knows no words for people: reasons
// are codes with arguments, put into Chinese or English by the doors.
package board
