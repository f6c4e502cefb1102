// Package sheet reads tables that people send: CSV as spreadsheets save it, and
// Excel workbooks. It gives rows of text with the line each stood on, so that a
// fault can be named where it is seen.
//
// CSV may be UTF-8 with or without a byte order mark, UTF-16 with one (Excel's
// "Unicode text"), or GB 18030 (what Excel saves in China); the separator is a
// comma or a tab, whichever the first line has more of. Bytes that are neither are refused rather than guessed.
//
// In a workbook the sheet named "observations" is read, else the first. Numbers
// come as they are stored, not as they are formatted; a date becomes 2022-06-28,
// or 2022-06 where its format shows no day, since Excel turns a typed month into
// a date.
package sheet
