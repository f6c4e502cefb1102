// Package flat keeps named arrays in one file that can be mapped into memory and
// used in place: opening costs a checksum, not a decoding.
//
// # File
//
// Everything is little-endian. A header of 64 bytes names the kind of file and its
// version and says where the table is; then come the arrays, each at a multiple of
// 64 bytes; the table closes the file and holds for each array its name, the layout
// of an element, place, length and CRC-32C (Castagnoli, RFC 3720 appendix B.4).
// Header and table have checksums of their own, and every byte belongs to one of
// them: padding is zero, and the file ends with its table.
//
//	 0  8  "CONURB\x00\x00"
//	 8  8  kind, padded with zeros: "cnet"
//	16  4  version of the kind
//	20  4  version of this layout, 1
//	24  8  offset of the table       32  8  its length
//	40  8  length of the file
//	48  4  CRC-32C of the table      52  8  zero
//	60  4  CRC-32C of the 60 bytes before
//
// An element is a number of 1, 2, 4 or 8 bytes or a struct of such; its layout is
// written out ("i32", "{i32,i32}"), and an array is only given out as what it was
// written as.
//
// # Errors
//
// A file of another kind, of another version and a damaged one are three different
// refusals: ErrKind, *VersionError, *DamageError, which names what is damaged and
// where. Nothing is given out of a file with any damage.
package flat
