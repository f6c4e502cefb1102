// Package area holds what every field of the platform speaks of: dates, names
// in two languages, sources and their grades, cities and districts, the scopes
// that a figure may be stated for, and the lines and roads of the network with
// the sections they opened in.
//
// It refuses to know targets, observations, progress or projects (package plan)
// and how any of it is written in files (package plan/pack). Lengths are
// kilometres, coordinates are WGS-84 degrees (longitude first), dates are
// calendar days without a time zone.
package area
