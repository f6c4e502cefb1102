// Package strictjson reads JSON that somebody has signed or will sign: text that two
// readers could take for two different things is refused.
//
// Refused are, beyond what encoding/json refuses: a name twice in one object (RFC 8259
// §4 leaves to the reader which one counts), text that is not UTF-8, halves of surrogate
// pairs, whatever follows the value, and nesting or length beyond a limit. Numbers are
// kept as they are written (json.Number).
package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Limits bound what is read; zero is no bound.
type Limits struct {
	Bytes int // length of the text
	Depth int // objects and arrays inside one another
}

// The refusals.
var (
	ErrSyntax = errors.New("not JSON")
	ErrTwice  = errors.New("a name stands twice in an object")
	ErrUTF8   = errors.New("not UTF-8")
	ErrDeep   = errors.New("nested too deeply")
	ErrLong   = errors.New("too long")
	ErrAfter  = errors.New("something follows the value")
)

// Object is a JSON object, as Decode returns it.
type Object = map[string]any

// Decode reads one value: Object, []any, string, json.Number, bool or nil.
func Decode(text []byte, l Limits) (any, error) {
	if l.Bytes > 0 && len(text) > l.Bytes {
		return nil, fmt.Errorf("%d bytes, %d permitted: %w", len(text), l.Bytes, ErrLong)
	}
	if !utf8.Valid(text) || loneSurrogate(text) {
		return nil, ErrUTF8
	}
	depth := mostDepth
	if l.Depth > 0 {
		depth = min(depth, l.Depth)
	}
	r := reader{text: string(text), depth: depth}
	v, err := r.value(1)
	if err != nil {
		return nil, err
	}
	if r.space(); r.at < len(r.text) {
		return nil, ErrAfter
	}
	return v, nil
}

// mostDepth bounds nesting where no limit is given, as encoding/json does.
const mostDepth = 10_000

// DecodeObject reads a value that has to be an object.
func DecodeObject(text []byte, l Limits) (Object, error) {
	v, err := Decode(text, l)
	if err != nil {
		return nil, err
	}
	o, ok := v.(Object)
	if !ok {
		return nil, fmt.Errorf("not an object: %w", ErrSyntax)
	}
	return o, nil
}

// loneSurrogate finds an escape of half a surrogate pair, which encoding/json would
// replace in silence.
func loneSurrogate(text []byte) bool {
	if bytes.IndexByte(text, '\\') < 0 {
		return false
	}
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if text[i+1] != 'u' {
			i++
			continue
		}
		switch unit := escaped(text, i); {
		case unit >= 0xdc00 && unit < 0xe000:
			return true
		case unit >= 0xd800 && unit < 0xdc00:
			if low := escaped(text, i+6); low < 0xdc00 || low >= 0xe000 {
				return true
			}
			i += 6
		}
		i += 5
	}
	return false
}

// escaped is the unit of a \uXXXX at a place; -1 if there is none.
func escaped[T []byte | string](text T, at int) int {
	if at+6 > len(text) || text[at] != '\\' || text[at+1] != 'u' {
		return -1
	}
	unit := 0
	for _, c := range []byte(text[at+2 : at+6]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		unit = unit<<4 | int(c)
	}
	return unit
}
