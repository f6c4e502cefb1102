// Package roll reads many licences of one type out of a table (批量制证名册), CSV or Excel, and
// says of every row what is to become of it before anything is issued.
//
// # The table
//
// The first row that is not empty and does not begin with "#" names the columns: by the names
// of GB/T 36903 in Chinese or English, by its short names (CZZT, CZZTDM ...), or by an
// attribute's name, its id, or KZ_ and its id. A column that is not known is a fault, since a
// value that is overlooked is worse than one that is missing. Rows that are empty or begin
// with "#" are passed over: so is the example of the form that Form writes.
//
// Days are written 2026-11-26, 2026/11/26, 20261126 or 2026年11月26日; yes and no 是, 否, yes,
// no; lists with 、 , or ; between their items. Everything else is held to what
// licence.ReadDraft asks of a licence that is written by hand.
//
// # What becomes of a row
//
//	issue     it will be issued
//	standing  its holder has a live one; of a type that gives several: a live one of that number
//	before    it was issued out of this row of this very file, whatever has become of it since
//	faulty    it has faults, each with its column and a code
//
// A table with one faulty row is not issued at all. Digest is that of the file and of what is to
// become of every row today: who issues by it issues what was looked at.
//
// # What it refuses to know
//
// It issues nothing and knows no database; words are under "roll.<code>" and those of licence.
package roll
