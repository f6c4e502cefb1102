package raster

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// The compressions that are read.
const (
	compressNone       = 1
	compressLZW        = 5
	compressDeflate    = 8
	compressPackBits   = 32773
	compressOldDeflate = 32946
	compressZstd       = 50000
)

// compressions names those that are met in GeoTIFF.
var compressions = map[uint64]string{2: "CCITT", 3: "CCITT", 4: "CCITT", 6: "JPEG", 7: "JPEG", 34887: "LERC", 34925: "LZMA", 50001: "WebP", 50002: "JPEG XL"}

var errShort = errors.New("the block ends before its pixels do")

// unpack fills dst, no more, from src.
func unpack(dst, src []byte, compression uint64) error {
	switch compression {
	case compressNone:
		if copy(dst, src) < len(dst) {
			return errShort
		}
		return nil
	case compressLZW:
		return lzw(dst, src)
	case compressPackBits:
		return packBits(dst, src)
	case compressZstd:
		return zstandard(dst, src)
	}
	z, err := zlib.NewReader(bytes.NewReader(src))
	if err != nil {
		return err
	}
	return full(z, dst)
}

// zstandard: RFC 8878, one frame or several.
func zstandard(dst, src []byte) error {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxDecode))
	if err != nil {
		return err
	}
	defer z.Close()
	out, err := z.DecodeAll(src, dst[:0])
	switch {
	case err != nil:
		return err
	case len(out) < len(dst):
		return errShort
	}
	copy(dst, out) // where it outgrew dst it was moved
	return nil
}

func full(r io.Reader, dst []byte) error {
	_, err := io.ReadFull(r, dst)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errShort
	}
	return err
}

// packBits: TIFF 6.0, section 9.
func packBits(dst, src []byte) error {
	for len(dst) > 0 {
		if len(src) < 2 {
			return errShort
		}
		n := int(int8(src[0]))
		switch {
		case n == -128:
			src = src[1:]
		case n < 0:
			k := min(1-n, len(dst))
			for i := range k {
				dst[i] = src[1]
			}
			dst, src = dst[k:], src[2:]
		default:
			if len(src) < n+2 {
				return errShort
			}
			k := copy(dst, src[1:n+2])
			dst, src = dst[k:], src[n+2:]
		}
	}
	return nil
}

// lzw: TIFF 6.0, section 13: codes of 9 to 12 bits, the first bit highest, and the
// code grows one entry early. A text of the table is the text before it and a byte,
// so it stands in dst where it was first written.
func lzw(dst, src []byte) error {
	const clear, end = 256, 257
	if len(src) >= 2 && src[0] == 0 && src[1]&1 != 0 {
		return unsupported("LZW as it was before TIFF 6.0")
	}
	var from, size [4096]int // where each text stands
	next, width := 258, uint(9)
	var bits uint32
	var have uint
	last, out := -1, 0
	for out < len(dst) {
		for have < width {
			if len(src) == 0 {
				return errShort
			}
			bits, src, have = bits<<8|uint32(src[0]), src[1:], have+8
		}
		code := int(bits >> (have - width) & (1<<width - 1))
		have -= width
		if code == clear {
			next, width, last = 258, 9, -1
			continue
		}
		at := out
		switch {
		case code == end:
			return errShort
		case code < clear:
			dst[out] = byte(code)
			out++
		case code < next:
			out += copy(dst[out:], dst[from[code]:from[code]+size[code]])
		case code == next && last >= 0: // the last text and its first byte
			out += copy(dst[out:], dst[last:at])
			if out < len(dst) {
				dst[out] = dst[last]
				out++
			}
		default:
			return fmt.Errorf("LZW code %d of %d", code, next)
		}
		if last >= 0 && next < 4096 {
			from[next], size[next] = last, at-last+1 // and the first byte of this text, which follows
			next++
			if next >= 1<<width-1 && width < 12 {
				width++
			}
		}
		last = at
	}
	return nil
}

// The predictors (TIFF 6.0, section 14; Technical Note 3).
const (
	predictNone  = 1
	predictWhole = 2
	predictFloat = 3
)

// restore undoes the predictor in rows of so many pixels of so many samples.
func restore(b []byte, order binary.ByteOrder, predictor uint64, row, samples, bytes int) {
	n := row * samples * bytes
	spare := make([]byte, n)
	for ; len(b) >= n && n > 0; b = b[n:] {
		switch predictor {
		case predictWhole:
			add(b[:n], order, samples, bytes)
		case predictFloat:
			join(b[:n], spare, order, samples, bytes)
		}
	}
}

// add sums the differences of each sample along a row.
func add(b []byte, order binary.ByteOrder, samples, bytes int) {
	step := samples * bytes
	for i := step; i+bytes <= len(b); i += bytes {
		switch bytes {
		case 1:
			b[i] += b[i-step]
		case 2:
			order.PutUint16(b[i:], order.Uint16(b[i:])+order.Uint16(b[i-step:]))
		case 4:
			order.PutUint32(b[i:], order.Uint32(b[i:])+order.Uint32(b[i-step:]))
		case 8:
			order.PutUint64(b[i:], order.Uint64(b[i:])+order.Uint64(b[i-step:]))
		}
	}
}

// join sums the bytes along a row, which hold all first bytes of its numbers, then
// all second ones, and puts the numbers together.
func join(b, spare []byte, order binary.ByteOrder, samples, bytes int) {
	for i := samples; i < len(b); i++ {
		b[i] += b[i-samples]
	}
	copy(spare, b)
	n := len(b) / bytes
	for i := range n {
		for k := range bytes {
			at := k
			if order == binary.LittleEndian {
				at = bytes - 1 - k
			}
			b[i*bytes+at] = spare[k*n+i]
		}
	}
}
