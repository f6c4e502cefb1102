package osmpbf

import (
	"encoding/binary"
	"errors"
	"hash/adler32"
	"math/bits"
)

// inflater unpacks zlib data (RFC 1950, RFC 1951) from one buffer to another.
// Unpacking is two thirds of the work of reading a file. A decoder that sees all
// of its input and owns all of its output needs no window and no calls per byte;
// the tables and the two loops follow E. Biggers, libdeflate (decompress_template.h).
type inflater struct {
	dst, src []byte
	buf      uint64 // bits taken from src and not yet used, lowest first
	n        uint   // how many
	p, o     int    // positions in src and dst
	lit      [litSize]entry
	off      [offSize]entry
	pre      [1 << preBits]entry
	lens     [maxLit + maxOff]uint8
	sorted   [maxLit + 2]uint16
}

// Sizes of the tables: a root indexed by the first bits of a code, and behind it
// further tables for longer codes. The totals are those that zlib's enough.c
// finds for 288 codes with 11 bits and 32 codes with 8 bits in the root.
const (
	litBits = 11
	litSize = 2342
	offBits = 8
	offSize = 402
	preBits = 7

	maxLit  = 286
	maxOff  = 30
	maxCode = 15
	maxCopy = 258
)

// entry says what a code stands for: in bits 0-7 how many bits it has with its
// extra bits, in 8-12 how many without, in 16-30 the literal, the base of a
// length or distance, or the place of a further table.
type entry uint32

const (
	isLiteral entry = 1 << 31
	isSpecial entry = 1 << 15 // neither a literal nor a base
	isTable   entry = isSpecial | 1<<14
	isEnd     entry = isSpecial | 1<<13
)

func (e entry) all() uint  { return uint(e & 63) }
func (e entry) code() uint { return uint(e >> 8 & 31) }

// value is the base and the extra bits that follow the code in buf.
func (e entry) value(buf uint64) int {
	return int(e>>16) + int(buf&(1<<e.all()-1)>>e.code())
}

var (
	errZlibHead = errors.New("not zlib data, or with a dictionary")
	errCode     = errors.New("code that stands for nothing")
	errTree     = errors.New("impossible set of codes")
	errStored   = errors.New("stored block whose length contradicts itself")
	errDistance = errors.New("impossible distance")
	errChecksum = errors.New("checksum does not agree")
	errEarly    = errors.New("data ends early")
	errLonger   = errors.New("content is longer than stated")
	errShorter  = errors.New("content is shorter than stated")
	errAfter    = errors.New("bytes after the end")
)

// zlib fills dst, no more and no less, from src.
func (z *inflater) zlib(dst, src []byte) error {
	if len(src) < 2 || src[0]&15 != 8 || src[0]>>4 > 7 || binary.BigEndian.Uint16(src)%31 != 0 || src[1]&0x20 != 0 {
		return errZlibHead
	}
	z.dst, z.src, z.p, z.o, z.buf, z.n = dst, src, 2, 0, 0, 0
	defer func() { z.dst, z.src = nil, nil }()
	for last := false; !last; {
		z.fill()
		last = z.take(1) == 1
		var err error
		switch z.take(2) {
		case 0:
			err = z.stored()
		case 1:
			z.fixed()
			err = z.symbols()
		case 2:
			if err = z.dynamic(); err == nil {
				err = z.symbols()
			}
		default:
			err = errTree
		}
		if err != nil {
			return err
		}
	}
	if err := z.align(); err != nil {
		return err
	}
	switch rest := src[z.p:]; {
	case z.o < len(dst):
		return errShorter
	case len(rest) < 4:
		return errEarly
	case binary.BigEndian.Uint32(rest) != adler32.Checksum(dst):
		return errChecksum
	case len(rest) > 4:
		return errAfter
	}
	return nil
}

// fill takes whole bytes from src until there are more than 56 bits or no more
// bytes. Past the end bits are zero; over finds out if one was used.
func (z *inflater) fill() {
	for z.n <= 56 {
		if z.p < len(z.src) {
			z.buf |= uint64(z.src[z.p]) << z.n
		}
		z.p++
		z.n += 8
	}
}

// over says that bits were used that src does not have.
func (z *inflater) over() bool { return z.p-int(z.n/8) > len(z.src) }

func (z *inflater) take(n uint) uint {
	v := uint(z.buf & (1<<n - 1))
	z.buf >>= n
	z.n -= n
	return v
}

// align gives whole bytes back to src and drops the bits before them.
func (z *inflater) align() error {
	if z.over() {
		return errEarly
	}
	z.p -= int(z.n / 8)
	z.buf, z.n = 0, 0
	return nil
}

func (z *inflater) stored() error {
	if err := z.align(); err != nil {
		return err
	}
	if len(z.src)-z.p < 4 {
		return errEarly
	}
	n := int(binary.LittleEndian.Uint16(z.src[z.p:]))
	if n^0xffff != int(binary.LittleEndian.Uint16(z.src[z.p+2:])) {
		return errStored
	}
	z.p += 4
	switch {
	case n > len(z.src)-z.p:
		return errEarly
	case n > len(z.dst)-z.o:
		return errLonger
	}
	z.o += copy(z.dst[z.o:], z.src[z.p:z.p+n])
	z.p += n
	return nil
}

// symbols unpacks one block whose tables are made: in large steps while neither
// end is near, then with every step checked.
func (z *inflater) symbols() error {
	if done, err := z.fast(); done || err != nil {
		return err
	}
	for {
		z.fill()
		e := z.lit[z.buf&(1<<litBits-1)]
		if e&isTable == isTable {
			z.take(litBits)
			e = z.lit[uint(e>>16)+uint(z.buf&(1<<e.code()-1))]
		}
		switch {
		case e&isLiteral != 0:
			z.take(e.all())
			if z.over() {
				return errEarly
			}
			if z.o == len(z.dst) {
				return errLonger
			}
			z.dst[z.o] = byte(e >> 16)
			z.o++
			continue
		case e&isEnd == isEnd:
			z.take(e.all())
			return nil
		case e&isSpecial != 0:
			return z.early(errCode)
		}
		length := e.value(z.buf)
		z.take(e.all())
		z.fill()
		e = z.off[z.buf&(1<<offBits-1)]
		if e&isTable == isTable {
			z.take(offBits)
			e = z.off[uint(e>>16)+uint(z.buf&(1<<e.code()-1))]
		}
		if e&isSpecial != 0 {
			return z.early(errCode)
		}
		back := e.value(z.buf)
		z.take(e.all())
		switch {
		case z.over():
			return errEarly
		case back > z.o:
			return errDistance
		case length > len(z.dst)-z.o:
			return errLonger
		}
		z.o = replay(z.dst, z.o-back, z.o, z.o+length)
	}
}

// early is err, unless it comes of reading past the end.
func (z *inflater) early(err error) error {
	if z.p-int(z.n/8) >= len(z.src)-1 {
		return errEarly
	}
	return err
}

// fast is symbols without a look at the ends, for as long as a step cannot reach
// them: its two refills read 16 bytes at most, and it writes three literals, a
// copy and up to 7 bytes behind that. The 56 bits of a refill are enough for
// three literals of the root table and any literal or length after them, and those
// of the next for any distance. done says that it met the end of the block.
func (z *inflater) fast() (done bool, err error) {
	const lastIn, lastOut = 16, 3 + maxCopy + 8
	src, dst, lit, off := z.src, z.dst, &z.lit, &z.off
	buf, n, p, o := z.buf, z.n, z.p, z.o
	for p <= len(src)-lastIn && o <= len(dst)-lastOut {
		buf |= binary.LittleEndian.Uint64(src[p:]) << (n & 63)
		p += int((63 - n) >> 3)
		n |= 56
		e := lit[buf&(1<<litBits-1)]
		for k := 0; e&isLiteral != 0 && k < 3; k++ {
			buf, n = buf>>(e&63), n-e.all()
			dst[o] = byte(e >> 16)
			o++
			e = lit[buf&(1<<litBits-1)]
		}
		if e&isTable == isTable {
			buf, n = buf>>litBits, n-litBits
			e = lit[uint(e>>16)+uint(buf&(1<<e.code()-1))]
		}
		if e&(isLiteral|isSpecial) != 0 {
			buf, n = buf>>(e&63), n-e.all()
			if e&isLiteral != 0 {
				dst[o] = byte(e >> 16)
				o++
				continue
			}
			if done = e&isEnd == isEnd; !done {
				err = errCode
			}
			break
		}
		end := o + e.value(buf)
		buf, n = buf>>(e&63), n-e.all()

		buf |= binary.LittleEndian.Uint64(src[p:]) << (n & 63)
		p += int((63 - n) >> 3)
		n |= 56
		e = off[buf&(1<<offBits-1)]
		if e&isTable == isTable {
			buf, n = buf>>offBits, n-offBits
			e = off[uint(e>>16)+uint(buf&(1<<e.code()-1))]
		}
		back := e.value(buf)
		buf, n = buf>>(e&63), n-e.all()
		if e&isSpecial != 0 || back > o {
			err = errDistance
			break
		}
		from := o - back
		if back < 8 || end-o > 32 {
			o = replay(dst, from, o, end)
			continue
		}
		for ; o < end; o, from = o+8, from+8 {
			binary.LittleEndian.PutUint64(dst[o:], binary.LittleEndian.Uint64(dst[from:]))
		}
		o = end
	}
	// A refill leaves bits beyond n in buf that belong to the next byte.
	z.buf, z.n, z.p, z.o = buf&(1<<(n&63)-1), n, p, o
	return done, err
}

// replay writes dst[o:end] from what begins at from, which may run into it: then
// each round doubles the pattern. It returns end.
func replay(dst []byte, from, o, end int) int {
	for o < end {
		o += copy(dst[o:end], dst[from:o])
	}
	return end
}

// table makes a table of the codes with the given lengths; each symbol's entry
// stands in symbols, without its lengths but with the number of its extra bits in
// bits 0-7. ok is false for lengths that no prefix code has.
func table(t []entry, root uint, lens []uint8, symbols func(int) entry, sorted []uint16) (ok bool) {
	var count, at [maxCode + 2]int
	for _, l := range lens {
		count[l]++
	}
	left, longest := 1, uint(0)
	for l := 1; l <= maxCode; l++ {
		if left = left<<1 - count[l]; left < 0 {
			return false
		}
		if count[l] > 0 {
			longest = uint(l)
		}
		at[l+1] = at[l] + count[l]
	}
	// An incomplete code is allowed if it is none, or a single one of one bit.
	if left > 0 && longest > 0 && !(longest == 1 && count[1] == 1) {
		return false
	}
	for s, l := range lens {
		if l > 0 {
			sorted[at[l]] = uint16(s)
			at[l]++
		}
	}
	if left > 0 {
		for i := range t[:1<<root] {
			t[i] = isSpecial
		}
	}
	fillTable(t, root, lens, symbols, sorted[:at[maxCode]], &count, longest)
	return true
}

func fillTable(t []entry, root uint, lens []uint8, symbols func(int) entry, sorted []uint16,
	count *[maxCode + 2]int, longest uint) {
	code, length := uint(0), uint(0)
	next := 1 << root // where the next further table begins
	start, size, prefix := 0, uint(0), ^uint(0)
	for _, s := range sorted {
		l := uint(lens[s])
		code <<= l - length
		length = l
		back := uint(bits.Reverse16(uint16(code))) >> (16 - l)
		e := symbols(int(s))
		if l <= root {
			e = e + entry(l) | entry(l)<<8
			for i := back; i < 1<<root; i += 1 << l {
				t[i] = e
			}
			code++
			count[l]--
			continue
		}
		if low := back & (1<<root - 1); low != prefix {
			// As large as the codes that begin like this need (zlib, inftrees.c).
			prefix, start = low, next
			size = l - root
			for space := 1 << size; size+root < longest; size++ {
				if space -= count[size+root]; space <= 0 {
					break
				}
				space <<= 1
			}
			next += 1 << size
			t[low] = isTable | entry(start)<<16 | entry(size)<<8 | entry(root)
		}
		l -= root
		e = e + entry(l) | entry(l)<<8
		for i := back >> root; i < 1<<size; i += 1 << l {
			t[start+int(i)] = e
		}
		code++
		count[length]--
	}
}
