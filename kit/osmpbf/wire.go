package osmpbf

import (
	"encoding/binary"
	"math/bits"
)

// The wire types of protocol buffers that this format uses, and the two of
// fixed length that an unknown field may have. Groups (3, 4) are long obsolete.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// message walks over the fields of a message:
//
//	m := message{b: b}
//	for m.next() { switch m.num { ... } }
//
// and m.err says whether it came to the end. Positions are numbers rather than
// slices: a slice stored through a pointer costs a write barrier whenever the
// garbage collector is at work, and here that is a tenth of all.
type message struct {
	b          []byte
	i          int // where the next field begins
	at         int // where the field begins, for faults
	start, end int // the value of a length-delimited field
	v          uint64
	num        uint32
	wire       uint8
	err        error
}

func (m *message) next() bool {
	if m.i >= len(m.b) || m.err != nil {
		return false
	}
	m.at = m.i
	// Nearly all keys and many values and lengths are of one byte.
	if b := m.b[m.i:]; len(b) > 2 && b[0]|b[1] < 0x80 && b[0] >= 8 {
		switch m.num, m.wire = uint32(b[0]>>3), b[0]&7; {
		case m.wire == wireVarint:
			m.v = uint64(b[1])
			m.i += 2
			return true
		case m.wire == wireBytes && int(b[1]) <= len(b)-2:
			m.start = m.i + 2
			m.end = m.start + int(b[1])
			m.i = m.end
			return true
		}
	}
	key, ok := m.varint()
	if !ok {
		return false
	}
	if key>>3 == 0 || key>>32 != 0 {
		return m.fail("field key %d", key)
	}
	m.num, m.wire = uint32(key>>3), uint8(key&7)
	switch m.wire {
	case wireVarint:
		m.v, ok = m.varint()
		return ok
	case wireBytes:
		n, ok := m.varint()
		return ok && m.cut(n)
	case wireFixed64:
		return m.cut(8)
	case wireFixed32:
		return m.cut(4)
	}
	return m.fail("field %d has wire type %d", m.num, m.wire)
}

func (m *message) varint() (uint64, bool) {
	v, n := binary.Uvarint(m.b[m.i:])
	if n <= 0 {
		return 0, m.fail("%s", badVarint(n))
	}
	m.i += n
	return v, true
}

func badVarint(n int) string {
	if n < 0 {
		return "number of more than 64 bits"
	}
	return "number without an end"
}

// cut takes the next n bytes as the value of the field.
func (m *message) cut(n uint64) bool {
	if left := len(m.b) - m.i; n > uint64(left) {
		return m.fail("field %d of %d bytes where %d are left", m.num, n, left)
	}
	m.start, m.end = m.i, m.i+int(n)
	m.i = m.end
	return true
}

// field is all from the field at hand on.
func (m *message) field() []byte { return m.b[m.at:] }

func (m *message) fail(format string, args ...any) bool {
	if m.err == nil {
		m.err = corrupt(m.field(), format, args...)
	}
	return false
}

// int is the value of an int64, int32, uint32 or bool field.
func (m *message) int() int64 {
	if m.wire != wireVarint {
		m.fail("field %d has wire type %d and not %d", m.num, m.wire, wireVarint)
		return 0
	}
	return int64(m.v)
}

// sint is the value of a sint64 field, which is zigzag coded.
func (m *message) sint() int64 { return zigzag(uint64(m.int())) }

func zigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

// int32 is the value of an int32 field.
func (m *message) int32() int32 {
	v := m.int()
	if v != int64(int32(v)) {
		m.fail("field %d is %d, more than 32 bits", m.num, v)
	}
	return int32(v)
}

// bytes is the value of a string, bytes or message field.
func (m *message) bytes() []byte {
	if m.wire != wireBytes {
		m.fail("field %d has wire type %d and not %d", m.num, m.wire, wireBytes)
		return nil
	}
	return m.b[m.start:m.end]
}

// packed is a column of numbers. It lives on the stack of the decoder of its
// message. A field may come in several parts or one number at a time, which
// protobuf allows and no writer of OSM data does; such a column is put together
// in a buffer of its own.
type packed struct {
	b    []byte
	n    int  // how many numbers
	own  bool // b is a buffer of its own
	left int  // where it begins, for faults
}

func (p *packed) add(m *message) {
	part := m.b[m.start:m.end]
	switch m.wire {
	case wireBytes:
		if len(part) == 0 {
			return
		}
		if part[len(part)-1] >= 0x80 {
			m.fail("field %d ends inside a number", m.num)
			return
		}
		n := count(part)
		if p.n += n; p.n == n {
			p.b, p.left = part, cap(part)
			return
		}
		p.join(m)
		p.b = append(p.b, part...)
	case wireVarint:
		p.n++
		p.join(m)
		p.b = binary.AppendUvarint(p.b, m.v)
	default:
		m.fail("field %d has wire type %d and not %d", m.num, m.wire, wireBytes)
	}
}

// join makes b a buffer of its own.
func (p *packed) join(m *message) {
	if p.own {
		return
	}
	if p.left == 0 {
		p.left = cap(m.field())
	}
	p.b, p.own = append(make([]byte, 0, len(p.b)+16), p.b...), true
}

// corrupt is a fault in the column.
func (p *packed) corrupt(format string, args ...any) error {
	err := corrupt(nil, format, args...).(*fault)
	err.left = p.left
	return err
}

const lastBytes = 0x8080808080808080 // a byte below 0x80 ends a number

// count is how many numbers end in b.
func count(b []byte) int {
	n := 0
	for len(b) >= 8 {
		n += bits.OnesCount64(^binary.LittleEndian.Uint64(b) & lastBytes)
		b = b[8:]
	}
	if cap(b) >= 8 {
		return n + bits.OnesCount64(^binary.LittleEndian.Uint64(b[:8])&lastBytes&(1<<(8*len(b))-1))
	}
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	return n
}

// beyond lengthens b into its buffer by up to a word, so that its last numbers
// can be read like the others: a word at a time.
func beyond(b []byte) []byte { return b[:min(cap(b), len(b)+8)] }

// deltas decodes a column of zigzag coded differences into dst, which must be of
// the column's length.
func deltas[T ~int64](dst []T, p *packed) error {
	b := beyond(p.b)
	var sum int64
	var all, u, v uint64
	i, k := 0, 0
	for k+1 < len(dst) && i+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[i:])
		ends := ^w & lastBytes
		second := ends & (ends - 1)
		if second == 0 { // not two numbers in one word
			if u, i = longNumber(b, i); i < 0 {
				return p.corrupt("number %d of the column has more than 64 bits", k)
			}
			sum += zigzag(u)
			dst[k] = T(sum)
			all |= u
			k++
			continue
		}
		x, y := bits.TrailingZeros64(ends), bits.TrailingZeros64(second)
		u = squeeze(w & (^uint64(0) >> ((63 - x) & 63)))
		v = squeeze(w >> ((x + 1) & 63) & (^uint64(0) >> ((64 + x - y) & 63)))
		i += y>>3 + 1
		all |= u | v
		sum += zigzag(u)
		dst[k] = T(sum)
		sum += zigzag(v)
		dst[k+1] = T(sum)
		k += 2
	}
	for ; k < len(dst); k++ {
		if u, i = number(b, i); i < 0 {
			return p.corrupt("number %d of the column has more than 64 bits", k)
		}
		all |= u
		sum += zigzag(u)
		dst[k] = T(sum)
	}
	if all>>37 != 0 { // 2²⁵ numbers of at most 2³⁷ cannot overflow
		return unwrapped(dst, p)
	}
	return nil
}

// unwrapped sees whether the differences of which dst is the sum add up to more
// than 64 bits.
func unwrapped[T ~int64](dst []T, p *packed) error {
	i, sum := 0, int64(0)
	for k, s := range dst {
		var u uint64
		u, i = number(p.b, i)
		if d := zigzag(u); (sum^int64(s))&(d^int64(s)) < 0 {
			return p.corrupt("the differences up to number %d of the column add up to more than 64 bits", k)
		}
		sum = int64(s)
	}
	return nil
}

// squeeze drops the top bit of each of eight bytes and closes the gaps.
func squeeze(w uint64) uint64 {
	w = w&0x007f007f007f007f | w&0x7f007f007f007f00>>1
	w = w&0x00003fff00003fff | w&0x3fff00003fff0000>>2
	return w&0x000000000fffffff | w&0x0fffffff00000000>>4
}

// number reads the number at b[i:], mostly one or two bytes, of a column that is
// known to hold one more. The returned index is negative if it is none.
func number(b []byte, i int) (uint64, int) {
	if c := b[i]; c < 0x80 {
		return uint64(c), i + 1
	}
	if i+1 < len(b) && b[i+1] < 0x80 {
		return uint64(b[i]&0x7f) | uint64(b[i+1])<<7, i + 2
	}
	return longNumber(b, i)
}

func longNumber(b []byte, i int) (uint64, int) {
	v, n := binary.Uvarint(b[i:])
	if n <= 0 {
		return 0, -1
	}
	return v, i + n
}

// numbers decodes a column of plain numbers that must fit 32 bits signed, as
// those of DenseInfo do.
func numbers(dst []int64, p *packed) error {
	i := 0
	for k := range dst {
		var v uint64
		if v, i = number(p.b, i); i < 0 || int64(v) != int64(int32(v)) {
			return p.corrupt("number %d of the column is not of 32 bits", k)
		}
		dst[k] = int64(v)
	}
	return nil
}

// same checks the length of a column that goes with others; at is the message it
// should be in.
func same(at []byte, what string, p *packed, n int) error {
	switch {
	case p.n == n:
		return nil
	case p.n == 0:
		return corrupt(at, "no %s where %d are wanted", what, n)
	}
	return p.corrupt("%d %s where %d are wanted", p.n, what, n)
}
