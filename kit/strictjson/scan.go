package strictjson

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// reader goes through text that is known to be UTF-8 without halves of pairs, once, in
// the grammar of RFC 8259. Strings without escapes are pieces of the text.
type reader struct {
	text  string
	at    int
	depth int
}

func (r *reader) syntax() error { return fmt.Errorf("at byte %d: %w", r.at, ErrSyntax) }

func (r *reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// next is the byte after space; 0 at the end. A zero byte is no JSON anywhere.
func (r *reader) next() byte {
	if r.space(); r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

// take goes over a byte that has to be the next one.
func (r *reader) take(c byte) error {
	if r.next() != c {
		return r.syntax()
	}
	r.at++
	return nil
}

func (r *reader) value(depth int) (any, error) {
	switch c := r.next(); c {
	case '{', '[':
		if depth > r.depth {
			return nil, fmt.Errorf("deeper than %d: %w", r.depth, ErrDeep)
		}
		r.at++
		if c == '{' {
			return r.object(depth)
		}
		return r.array(depth)
	case '"':
		return r.str()
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	case 'n':
		return nil, r.word("null")
	}
	return r.number()
}

func (r *reader) word(w string) error {
	if !strings.HasPrefix(r.text[r.at:], w) {
		return r.syntax()
	}
	r.at += len(w)
	return nil
}

// object reads what follows an opening brace.
func (r *reader) object(depth int) (any, error) {
	o := Object{}
	if r.next() == '}' {
		r.at++
		return o, nil
	}
	for {
		if r.next() != '"' {
			return nil, r.syntax()
		}
		name, err := r.str()
		if err != nil {
			return nil, err
		}
		if _, there := o[name]; there {
			return nil, fmt.Errorf("%q: %w", name, ErrTwice)
		}
		if err := r.take(':'); err != nil {
			return nil, err
		}
		if o[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
		if r.next() == ',' {
			r.at++
			continue
		}
		return o, r.take('}')
	}
}

// array reads what follows an opening bracket.
func (r *reader) array(depth int) (any, error) {
	list := []any{}
	if r.next() == ']' {
		r.at++
		return list, nil
	}
	for {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if r.next() == ',' {
			r.at++
			continue
		}
		return list, r.take(']')
	}
}

// str reads a string, from its opening quotation mark on.
func (r *reader) str() (string, error) {
	from := r.at + 1
	for i := from; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return r.text[from:i], nil
		case c == '\\':
			return r.escapedString(from, i)
		case c < ' ':
			r.at = i
			return "", r.syntax()
		}
	}
	r.at = len(r.text)
	return "", r.syntax()
}

// escapedString reads a string on from its first escape.
func (r *reader) escapedString(from, i int) (string, error) {
	out := append(make([]byte, 0, 2*(i-from)+16), r.text[from:i]...)
	for i < len(r.text) {
		c := r.text[i]
		switch {
		case c == '"':
			r.at = i + 1
			return string(out), nil
		case c < ' ':
			r.at = i
			return "", r.syntax()
		case c != '\\':
			out = append(out, c)
			i++
			continue
		}
		var width int
		if out, width = unescape(out, r.text[i:]); width == 0 {
			r.at = i
			return "", r.syntax()
		}
		i += width
	}
	r.at = i
	return "", r.syntax()
}

// plain are the escapes of one letter.
var plain = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape appends what the escape at the beginning of a text stands for, and returns its
// width; 0 if it is none.
func unescape(out []byte, text string) ([]byte, int) {
	if len(text) < 2 {
		return out, 0
	}
	if text[1] != 'u' {
		if plain[text[1]] == 0 {
			return out, 0
		}
		return append(out, plain[text[1]]), 2
	}
	unit := escaped(text, 0)
	if unit < 0 {
		return out, 0
	}
	if utf16.IsSurrogate(rune(unit)) { // the other half follows: loneSurrogate saw to it
		return utf8.AppendRune(out, utf16.DecodeRune(rune(unit), rune(escaped(text, 6)))), 12
	}
	return utf8.AppendRune(out, rune(unit)), 6
}

// number reads a number of RFC 8259 §6, as it is written.
func (r *reader) number() (any, error) {
	from := r.at
	if r.is("-") {
		r.at++
	}
	switch {
	case r.is("0"):
		r.at++
	case !r.digits():
		return nil, r.syntax()
	}
	if r.is(".") {
		if r.at++; !r.digits() {
			return nil, r.syntax()
		}
	}
	if r.is("eE") {
		if r.at++; r.is("+-") {
			r.at++
		}
		if !r.digits() {
			return nil, r.syntax()
		}
	}
	return json.Number(r.text[from:r.at]), nil
}

// is tells whether the next byte is one of some.
func (r *reader) is(any string) bool {
	return r.at < len(r.text) && strings.IndexByte(any, r.text[r.at]) >= 0
}

// digits goes over digits, and tells whether there was one.
func (r *reader) digits() bool {
	from := r.at
	for r.at < len(r.text) && '0' <= r.text[r.at] && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at > from
}
