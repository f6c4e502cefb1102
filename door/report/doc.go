// Package report makes the documents that leave the house: the quarterly report
// (HTML that prints on A4), the board as JSON, CSV and Excel, and the blank form
// that observations are filled into.
//
// Nothing in them is computed here. A figure comes from a board, and every one
// carries a number that leads to the row it was taken from: source, publisher,
// date, grade, file and line, and its place in the evidence log. What is modelled
// or assumed is called so.
//
// All documents exist in Chinese and English; the words come from package locale
// and the names from the region pack.
package report
