package osmpbf

import (
	"encoding/binary"
	"errors"
)

var errLz4 = errors.New("broken sequence")

// unlz4 fills dst, no more and no less, from an LZ4 block: sequences of literals
// and a match, the last one of literals only (lz4_Block_format.md).
func unlz4(dst, src []byte) error {
	d, s := 0, 0
	for s < len(src) {
		token := src[s]
		literals, next, ok := lz4Length(src, s+1, int(token>>4))
		if !ok || literals > len(src)-next {
			return errLz4
		}
		if literals > len(dst)-d {
			return errLonger
		}
		d += copy(dst[d:], src[next:next+literals])
		s = next + literals
		if s == len(src) {
			if d < len(dst) {
				return errShorter
			}
			return nil
		}
		if len(src)-s < 2 {
			return errLz4
		}
		back := int(binary.LittleEndian.Uint16(src[s:]))
		match, next, ok := lz4Length(src, s+2, int(token&15))
		if s = next; !ok || back == 0 || back > d {
			return errLz4
		}
		match += 4 // the shortest match
		if match > len(dst)-d {
			return errLonger
		}
		d = replay(dst, d-back, d, d+match)
	}
	return errLz4 // a block ends with literals, if only with none of them
}

// lz4Length is a length of four bits and, if those are all set, the bytes at
// src[s:] up to one below 255.
func lz4Length(src []byte, s, n int) (length, next int, ok bool) {
	if n < 15 {
		return n, s, true
	}
	for ; s < len(src); s++ {
		n += int(src[s])
		if src[s] < 255 {
			return n, s + 1, true
		}
	}
	return 0, 0, false
}
