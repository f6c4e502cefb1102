package evidence

import (
	"bytes"
	"slices"
	"sync"
	"unicode/utf8"
)

// quickDepth bounds the nesting that quick reads; deeper texts are left to encoding/json.
const quickDepth = 64

// quick brings JSON into canonical form in one pass, without making values of it. ok is false
// where the text is not plain: what it then is, valid or not, is for Canonicalise to say by
// the long way, which TestQuickIsCanonicalise and FuzzQuick hold it to. Not plain are escapes
// that are not usual, names beyond U+D7FF, a name twice, floating point written unusually,
// bytes that are not UTF-8, and deep nesting.
type quick struct {
	raw     []byte
	at      int
	out     []byte
	members []member // of all objects that are open, the innermost last
	spare   []byte
}

// member is a member of an object in out, with the comma before it.
type member struct{ from, nameEnd, to int }

func (q *quick) space() {
	for q.at < len(q.raw) {
		switch q.raw[q.at] {
		case ' ', '\t', '\n', '\r':
			q.at++
		default:
			return
		}
	}
}

// next takes a byte, where it is the next after white space.
func (q *quick) next(c byte) bool {
	q.space()
	if q.at < len(q.raw) && q.raw[q.at] == c {
		q.at++
		return true
	}
	return false
}

func (q *quick) literal(s string) bool {
	if len(q.raw)-q.at < len(s) || string(q.raw[q.at:q.at+len(s)]) != s {
		return false
	}
	q.at += len(s)
	q.out = append(q.out, s...)
	return true
}

func (q *quick) value(depth int) bool {
	q.space()
	if q.at >= len(q.raw) || depth > quickDepth {
		return false
	}
	switch c := q.raw[q.at]; {
	case c == '"':
		q.at++
		return q.text()
	case c == '{':
		q.at++
		return q.object(depth)
	case c == '[':
		q.at++
		return q.list(depth)
	case c == 't':
		return q.literal("true")
	case c == 'f':
		return q.literal("false")
	case c == 'n':
		return q.literal("null")
	}
	return q.number()
}

func (q *quick) list(depth int) bool {
	q.out = append(q.out, '[')
	if q.next(']') {
		q.out = append(q.out, ']')
		return true
	}
	for {
		if !q.value(depth + 1) {
			return false
		}
		if q.next(']') {
			q.out = append(q.out, ']')
			return true
		}
		if !q.next(',') {
			return false
		}
		q.out = append(q.out, ',')
	}
}

func (q *quick) object(depth int) bool {
	begin, first := len(q.out), len(q.members)
	if q.next('}') {
		q.out = append(q.out, '{', '}')
		return true
	}
	for {
		from := len(q.out)
		q.out = append(q.out, ',')
		if !q.next('"') || !q.text() || !q.next(':') {
			return false
		}
		nameEnd := len(q.out)
		q.out = append(q.out, ':')
		if !q.value(depth + 1) {
			return false
		}
		q.members = append(q.members, member{from, nameEnd, len(q.out)})
		if q.next('}') {
			break
		}
		if !q.next(',') {
			return false
		}
	}
	ok := q.order(q.members[first:])
	q.members = q.members[:first]
	q.out[begin] = '{' // for the first comma
	q.out = append(q.out, '}')
	return ok
}

// order puts the members at the end of out into the order of their names.
func (q *quick) order(list []member) bool {
	sorted := true
	for i, m := range list {
		name := q.out[m.from+2 : m.nameEnd-1]
		for _, c := range name {
			if c == '\\' || c >= 0xee { // escapes, and where UTF-16 has another order than UTF-8
				return false
			}
		}
		if i > 0 {
			switch before := list[i-1]; bytes.Compare(q.out[before.from+2:before.nameEnd-1], name) {
			case 0:
				return false
			case 1:
				sorted = false
			}
		}
	}
	if sorted {
		return true
	}
	from, to := list[0].from, list[len(list)-1].to
	slices.SortFunc(list, func(a, b member) int {
		return bytes.Compare(q.out[a.from+2:a.nameEnd-1], q.out[b.from+2:b.nameEnd-1])
	})
	q.spare = q.spare[:0]
	for i, m := range list {
		if i > 0 && bytes.Equal(q.out[list[i-1].from+2:list[i-1].nameEnd-1], q.out[m.from+2:m.nameEnd-1]) {
			return false
		}
		q.spare = append(q.spare, q.out[m.from:m.to]...)
	}
	copy(q.out[from:to], q.spare)
	return true
}

// text writes a string of which the first quotation mark was taken.
func (q *quick) text() bool {
	q.out = append(q.out, '"')
	start := q.at
	for q.at < len(q.raw) {
		c := q.raw[q.at]
		switch {
		case c == '"':
			q.out = append(append(q.out, q.raw[start:q.at]...), '"')
			q.at++
			return true
		case c == '\\':
			q.out = append(q.out, q.raw[start:q.at]...)
			if !q.escape() {
				return false
			}
			start = q.at
		case c < ' ':
			return false
		case c < utf8.RuneSelf:
			q.at++
		default:
			r, n := utf8.DecodeRune(q.raw[q.at:])
			if r == utf8.RuneError && n == 1 {
				return false
			}
			q.at += n
		}
	}
	return false
}

// escape writes an escape as the canonical form has it: those of one letter as they stand, but
// for the slash; and those by which encoding/json hides marks of HTML as the marks.
func (q *quick) escape() bool {
	if len(q.raw)-q.at < 2 {
		return false
	}
	switch c := q.raw[q.at+1]; c {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		q.out = append(q.out, '\\', c)
		q.at += 2
		return true
	case 'u':
		if len(q.raw)-q.at < 6 {
			return false
		}
		switch string(q.raw[q.at+2 : q.at+6]) {
		case "003c":
			q.out = append(q.out, '<')
		case "003e":
			q.out = append(q.out, '>')
		case "0026":
			q.out = append(q.out, '&')
		default:
			return false
		}
		q.at += 6
		return true
	}
	return false
}

// number writes a number. Whole ones of up to fifteen digits stand as they are written.
func (q *quick) number() bool {
	from := q.at
	if q.raw[q.at] == '-' {
		q.at++
	}
	first := q.at
	for q.at < len(q.raw) && q.raw[q.at] >= '0' && q.raw[q.at] <= '9' {
		q.at++
	}
	digits := q.at - first
	if q.at < len(q.raw) && (q.raw[q.at] == '.' || q.raw[q.at] == 'e' || q.raw[q.at] == 'E') {
		return false
	}
	if digits == 0 || digits > 15 || q.raw[first] == '0' && (digits > 1 || first > from) {
		return false
	}
	q.out = append(q.out, q.raw[from:q.at]...)
	return true
}

var quicks = sync.Pool{New: func() any { return new(quick) }}

// appendQuick appends the canonical form of a text that is plain.
func appendQuick(b, raw []byte) ([]byte, bool) {
	q := quicks.Get().(*quick)
	q.raw, q.at, q.out, q.members = raw, 0, b, q.members[:0]
	ok := q.value(1)
	if ok {
		q.space()
		ok = q.at == len(raw)
	}
	out := q.out
	q.raw, q.out = nil, nil
	quicks.Put(q)
	if !ok {
		return b, false
	}
	return out, true
}
