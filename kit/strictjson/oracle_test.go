package strictjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/strictjson"
)

// slow reads the same from the tokens of encoding/json: the grammar is Go's, the names are
// counted here.
type slow struct {
	*json.Decoder
	depth int
}

func slowly(text []byte, depth int) (any, error) {
	r := slow{json.NewDecoder(bytes.NewReader(text)), depth}
	r.UseNumber()
	v, err := r.value(1)
	if err != nil {
		return nil, err
	}
	if _, err := r.Token(); err != io.EOF {
		return nil, strictjson.ErrAfter
	}
	return v, nil
}

func (r slow) value(depth int) (any, error) {
	t, err := r.Token()
	if err != nil {
		return nil, strictjson.ErrSyntax
	}
	open, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if depth > r.depth {
		return nil, strictjson.ErrDeep
	}
	switch open {
	case '{':
		return r.object(depth)
	case '[':
		list := []any{}
		for r.More() {
			v, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		if _, err := r.Token(); err != nil {
			return nil, strictjson.ErrSyntax
		}
		return list, nil
	}
	return nil, strictjson.ErrSyntax
}

func (r slow) object(depth int) (any, error) {
	o := strictjson.Object{}
	for r.More() {
		t, err := r.Token()
		if err != nil {
			return nil, strictjson.ErrSyntax
		}
		name, ok := t.(string)
		if !ok {
			return nil, strictjson.ErrSyntax
		}
		if _, there := o[name]; there {
			return nil, strictjson.ErrTwice
		}
		if o[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
	}
	if _, err := r.Token(); err != nil {
		return nil, strictjson.ErrSyntax
	}
	return o, nil
}

// same holds Decode to the slow reading: the same value, or both refuse. A text of which
// Decode says that it is not UTF-8 is not compared: encoding/json mends it in silence.
func same(t interface{ Fatalf(string, ...any) }, text []byte) {
	const depth = 20
	got, err := strictjson.Decode(text, strictjson.Limits{Depth: depth})
	if errors.Is(err, strictjson.ErrUTF8) {
		return
	}
	want, wantErr := slowly(text, depth)
	if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: %#v, %v, want %#v, %v", text, got, err, want, wantErr)
	}
	for _, e := range []error{strictjson.ErrTwice, strictjson.ErrDeep} {
		if errors.Is(err, e) != errors.Is(wantErr, e) {
			t.Fatalf("%q: %v, want %v", text, err, wantErr)
		}
	}
}

// pieces are what texts near JSON are made of.
var pieces = []string{
	"{", "}", "[", "]", ",", ":", " ", "\n", "\t", `"`, `"a"`, `"b"`, `"a":`, `"b":1`, "1", "0", "-", "-0", "01", "1.5", ".", "e", "1e5", "1E+05", "-1.0e-3", "+1", "true", "false", "null", "nul",
	`"\u4e2d"`, `"\ud83d\ude00"`, `"\u00`, `"\n\t\"\\\/\b\f\r"`, `"\x"`, `\`, "\x00", "\x1f", "中", `"长沙"`, "/", "NaN", "\ufeff", `{"a":{"a":[]}}`, `[[],{}]`,
}

func TestItReadsAsGoDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		same(t, []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")))
	})
}

// TestWholeTextsOneByteAway: texts that are JSON, and those that are one byte away.
func TestWholeTextsOneByteAway(t *testing.T) {
	good := []byte(`{"iss":"https://a.example/","iat":1683000000,"x":[1,-0.5e+3,true,false,null,"\u957f\ud83d\ude00\n"],"y":{"z":{},"长":[]}}`)
	same(t, good)
	for i := range good {
		for c := range 256 {
			b := bytes.Clone(good)
			b[i] = byte(c)
			same(t, b)
		}
		same(t, good[:i])
		same(t, append(bytes.Clone(good[:i]), good[i+1:]...))
	}
}

func FuzzAsGoDoes(f *testing.F) {
	for _, p := range pieces {
		f.Add([]byte(p))
	}
	f.Fuzz(func(t *testing.T, text []byte) { same(t, text) })
}
