// Package intake checks observations that people bring in as a table or one at
// a time. It names every fault of a file with row, column and code, and gives
// observations only when there is none: a file with one bad row adds nothing.
//
// The columns, in any order, named by the first row that is neither blank nor a
// comment (a row whose first cell begins with #):
//
//	id           optional; generated when empty; a known one is a correction
//	indicator    id of a reported indicator of the region pack
//	scope        id of a scope: the area the figure is stated for
//	period       2022 | 2022-Q2 | 2022-06 | 2022-06-28
//	value        digits with an optional minus and decimal point
//	source       id of a source of the region pack, or
//	source_text  a citation in free words
//	grade        a b c d K assumed; that of the source when empty
//	published    the day it could first be read; that of the source when empty
//	note         optional
//	reason       optional: why it corrects an earlier one
//
// Numbers are taken literally. Full-width digits (１２３), spaces around and the
// minus signs − and － are normalised. Thousands separators, percent signs, units
// and the suffixes 万 and 亿 are refused, because each of them can be read in two
// ways; the remedy shows the figure written out where it is certain. Texts for
// the codes stand in locale under intake.<code> and intake.<code>.remedy.
package intake
