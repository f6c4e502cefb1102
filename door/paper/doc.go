// Package paper prints a licence on A4 as PDF, in Chinese and English side by side, with a QR
// code that is checked without a network.
//
// It is given texts and the text of the QR code, and knows nothing of licences. Text in the
// file is text: it can be searched, copied and read aloud. The QR code is drawn as squares,
// sharp in every size, with the quiet zone of four modules that ISO/IEC 18004 asks for.
//
// # Fonts
//
// No font has to be on the machine. Latin is set in Go Regular, Chinese in Droid Sans
// Fallback, which both stand in the binary; a character is set in the first font that has it.
// One that neither has (rare characters of names, beyond Unicode's extension A) is refused by
// a *GlyphError, never left out: More takes a TrueType font that has it.
package paper
