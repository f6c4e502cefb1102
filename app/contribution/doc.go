// Package contribution asks the circles of a region what each work adds to them: it
// makes package circle a valuer of package plan/contribution.
//
// The works divided are those that are wholly in service at the end of a period and were
// not at its beginning. Everything is evaluated as of the end: what is switched is only
// which of the works are in service, so that timetables and roads that changed without
// a work of the plan are alike in all sets. How far the state without any of the works
// differs from that of the first day, and the state with all of them from that of the
// last, is told as Other; with the parts and the residual it adds up to the whole change.
//
// Values of sets can be kept in a file of their own, one line each, for as long as
// nothing that they depend on changes; a computation that was stopped goes on from there.
package contribution
