package strictjson_test

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/strictjson"
)

// anything draws what is written, three levels deep at most.
func anything(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 9
		if depth == 0 {
			kinds = 7
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "yes")
		case 2:
			return rapid.Int().Draw(t, "int")
		case 3:
			return rapid.Int64().Draw(t, "int64")
		case 4:
			return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		case 5:
			return rapid.SliceOf(rapid.String()).Draw(t, "texts")
		case 6:
			return rapid.Float64().Draw(t, "fraction")
		case 7:
			return rapid.StringOf(rapid.SampledFrom([]rune("a中<>&\"\\/\u2028\u2029\ufffd\x00\x1f\x7f😀"))).Draw(t, "text")
		case 8:
			return rapid.SliceOfN(anything(depth-1), 0, 4).Draw(t, "list")
		}
		return rapid.MapOfN(rapid.String(), anything(depth-1), 0, 4).Draw(t, "object")
	})
}

func TestAppendWritesAsGoDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anything(3).Draw(t, "value")
		got, err := strictjson.Append([]byte("x"), v)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(v)
		if err != nil || string(got) != "x"+string(want) {
			t.Fatalf("%s, want x%s, %v", got, want, err)
		}
	})
	for _, v := range []any{strictjson.Object(nil), []any(nil), []string(nil), struct{ A int }{1}, json.Number("1.50"), map[string]string{"b": "<", "a": ""}} {
		got, err := strictjson.Append(nil, v)
		want, _ := json.Marshal(v)
		if err != nil || string(got) != string(want) {
			t.Errorf("%#v: %s, %v, want %s", v, got, err, want)
		}
	}
	for _, v := range []any{math.NaN(), []any{math.Inf(1)}, strictjson.Object{"a": func() {}}, json.Number("x")} {
		if got, err := strictjson.Append(nil, v); err == nil {
			t.Errorf("%s: something that JSON cannot say", got)
		}
	}
}
