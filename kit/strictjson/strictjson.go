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
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	r := reader{json.NewDecoder(bytes.NewReader(text)), l.Depth}
	r.UseNumber()
	v, err := r.value(1)
	if err != nil {
		return nil, err
	}
	if _, err := r.Token(); err != io.EOF {
		return nil, ErrAfter
	}
	return v, nil
}

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

type reader struct {
	*json.Decoder
	depth int
}

func (r reader) token() (json.Token, error) {
	t, err := r.Token()
	if err != nil {
		return nil, fmt.Errorf("at byte %d: %w", r.InputOffset(), ErrSyntax)
	}
	return t, nil
}

func (r reader) value(depth int) (any, error) {
	t, err := r.token()
	if err != nil {
		return nil, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if r.depth > 0 && depth > r.depth {
		return nil, fmt.Errorf("deeper than %d: %w", r.depth, ErrDeep)
	}
	switch open {
	case '{':
		return r.object(depth)
	case '[':
		return r.array(depth)
	}
	return nil, ErrSyntax
}

func (r reader) object(depth int) (any, error) {
	o := Object{}
	for r.More() {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok {
			return nil, ErrSyntax
		}
		if _, there := o[name]; there {
			return nil, fmt.Errorf("%q: %w", name, ErrTwice)
		}
		if o[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
	}
	_, err := r.token()
	return o, err
}

func (r reader) array(depth int) (any, error) {
	list := []any{}
	for r.More() {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := r.token()
	return list, err
}

// loneSurrogate finds an escape of half a surrogate pair, which encoding/json would
// replace in silence.
func loneSurrogate(text []byte) bool {
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
func escaped(text []byte, at int) int {
	if at+6 > len(text) || text[at] != '\\' || text[at+1] != 'u' {
		return -1
	}
	unit := 0
	for _, c := range text[at+2 : at+6] {
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
