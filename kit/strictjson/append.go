package strictjson

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Append writes a value to the end of a text exactly as json.Marshal does: names in
// order, no spaces. What Decode returns and plain numbers are written here, everything
// else by encoding/json.
func Append(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case string:
		return appendString(b, v)
	case Object:
		if v != nil {
			return appendObject(b, v)
		}
	case []any:
		if v != nil {
			return appendList(b, v)
		}
	case []string:
		if v != nil {
			return appendList(b, v)
		}
	}
	text, err := json.Marshal(v)
	return append(b, text...), err
}

func appendObject(b []byte, o Object) ([]byte, error) {
	var room [24]string // on the stack for objects of common size
	names := room[:0]
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	var err error
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendString(b, name); err != nil {
			return nil, err
		}
		if b, err = Append(append(b, ':'), o[name]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func appendList[T any](b []byte, list []T) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = Append(b, v); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// appendString writes a string; what needs an escape is left to encoding/json.
func appendString(b []byte, s string) ([]byte, error) {
	if !asItStands(s) {
		text, err := json.Marshal(s)
		return append(b, text...), err
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"'), nil
}

// asItStands tells whether json.Marshal writes a string without any escape. It escapes
// marks of HTML, U+2028 and U+2029 too.
func asItStands(s string) bool {
	plain := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0x7f:
			return false
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	if plain {
		return true
	}
	for _, r := range s {
		if r == utf8.RuneError || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
