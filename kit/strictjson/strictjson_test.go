package strictjson_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"conurb/kit/strictjson"
)

func TestWhatIsRead(t *testing.T) {
	got, err := strictjson.Decode([]byte(` {"a":[1,2.50,"x"],"b":{"a":null},"c":true,"d":"\ud83c\udfe0\\u"} `), strictjson.Limits{Bytes: 100, Depth: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := strictjson.Object{"a": []any{json.Number("1"), json.Number("2.50"), "x"}, "b": strictjson.Object{"a": nil}, "c": true, "d": "🏠\\u"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		text string
		want error
	}{
		{``, strictjson.ErrSyntax},
		{`{`, strictjson.ErrSyntax},
		{`{"a":1,}`, strictjson.ErrSyntax},
		{`[1,]`, strictjson.ErrSyntax},
		{`{'a':1}`, strictjson.ErrSyntax},
		{`}`, strictjson.ErrSyntax},
		{`01`, strictjson.ErrAfter},
		{`{"a":1,"a":1}`, strictjson.ErrTwice},
		{`{"a":1,"\u0061":2}`, strictjson.ErrTwice},
		{`[{"b":{"a":1,"a":2}}]`, strictjson.ErrTwice},
		{`{} {}`, strictjson.ErrAfter},
		{`{}x`, strictjson.ErrAfter},
		{`{"a":"` + "\xff" + `"}`, strictjson.ErrUTF8},
		{`"\ud83c"`, strictjson.ErrUTF8},
		{`"\udfe0"`, strictjson.ErrUTF8},
		{`"\ud83cx\udfe0"`, strictjson.ErrUTF8},
		{strings.Repeat("[", 9) + strings.Repeat("]", 9), strictjson.ErrDeep},
		{`"` + strings.Repeat("x", 99) + `"`, strictjson.ErrLong},
	} {
		if _, err := strictjson.Decode([]byte(c.text), strictjson.Limits{Bytes: 100, Depth: 8}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.text, err, c.want)
		}
	}
	if _, err := strictjson.DecodeObject([]byte(`[]`), strictjson.Limits{}); !errors.Is(err, strictjson.ErrSyntax) {
		t.Errorf("an array for an object: %v", err)
	}
}

// FuzzDecode: whatever is read, encoding/json reads as the same.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":null}]}`, `"\ud83c\udfe0"`, `{"a":1,"a":2}`, `[[[[[[[[[]]]]]]]]]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := strictjson.Decode(text, strictjson.Limits{Bytes: 1 << 16, Depth: 32})
		if err != nil {
			return
		}
		var want any
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		if err := d.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: %v, encoding/json %v, %v", text, got, want, err)
		}
	})
}
