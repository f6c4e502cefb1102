// Package casework is how an affair (办件) goes from a citizen's form to its end: a state machine
// per kind of affair, kept as data, over a case that always says where it lies, who holds it,
// since when and until when.
//
// # A course
//
// A Course is the machine of an affair: its states, each with who is to act and until when, and
// its moves, each with from where to where it leads, who may make it, what it needs, what must
// hold (guards) and what comes of it (actions). Guards and actions are named in the data and
// bound in Go: those of casework below, those of an affair by whoever owns it (app/cases). Check
// tells every fault of a course, Mermaid draws it.
//
// # An act
//
// Apply is a pure function of course, case, act and calendar: the case after the act, with the
// event that tells of it, or a *Refusal. It reads no clock: the act carries its moment.
//
// # The clock
//
// Limits are in working days (工作日; Administrative Licensing Law art. 82) by the calendar of
// the area: holidays and working weekends as the State Council gives them out each year; a day
// beyond the list is counted by weekends alone, and what rests on it is marked assumed. The
// first day is the one after acceptance (Civil Code art. 201). A pause (补正, 特别程序: art. 45)
// keeps the working days that are left, to the day; an extension (art. 42) is given once.
//
// # The courses of general use
//
// Standard is the course of an affair that an office decides: draft, submitted, asked for more
// (补正), accepted (受理), paused, objected to (异议), decided (办结), reviewed (复议), closed.
// It follows the data of GB/T 39046-2020 tables 5 to 9 and 11: application, acceptance,
// handling, completion, rating, supervision.
//
// What it refuses to know: databases, forms, licences, the words that people read. Codes have
// their words in locale/*/casework.json.
package casework
