// Package circle evaluates the circles of a region on a date with a set of works: it
// turns the lines that are open into a timetable and the roads that are open into
// travel times, asks package reach for the times of every cell, and package
// connect/circle for the figures.
//
// Where the region has no streets or people of its own, both are modelled, and every
// answer says so. Walks to and between stations are found once, for all stations ever
// named, and shared by all dates. Answers are kept by what they depend on - the rule,
// the open sections, the mode, the ground - and the same one is never computed twice.
package circle
