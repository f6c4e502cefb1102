package evidence

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

var quickSeeds = []string{
	`{"b":1,"a":[true,false,null,"x",{"z":{},"y":[]}]}`, `{"a":{"c":1,"b":{"e":2,"d":3}},"0":-7}`, ` [ 1 , 2 ] `, `{ "a" : "b" }`,
	`"\u003c\u003e\u0026"`, `"\n\t\"\\"`, `"\u0041"`, `"\ud83d\ude00"`, `"长沙"`, `{"长":1,"沙":2,"a":3}`, `{"😀":1,"":2}`, `{"a":1,"a":2}`, `{"a":1,"b":2,"a":3}`,
	`0`, `-0`, `00`, `01`, `-`, `1.0`, `1e3`, `123456789012345`, `1234567890123456`, `nul`, `nulll`, `[1,]`, `{"a":1,}`, `{"a"}`, `"a`, `"\`, `"\u00`, `1 2`, `]`, "\"\x00\"", "\"\xff\"", "\"\xef\xbf\xbd\"", "",
}

func checkQuick(t interface{ Fatalf(string, ...any) }, raw []byte) bool {
	prefix := []byte("before ")
	got, ok := appendQuick(prefix, raw)
	if !ok {
		return false
	}
	want, err := appendSlowly([]byte("before "), raw)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%q: %q, want %q, %v", raw, got, want, err)
	}
	if again, ok := appendQuick(nil, got[len(prefix):]); !ok || !bytes.Equal(again, got[len(prefix):]) {
		t.Fatalf("%q: its canonical form has another: %q", raw, again)
	}
	return true
}

func TestQuickIsCanonicalise(t *testing.T) {
	for _, s := range quickSeeds {
		checkQuick(t, []byte(s))
	}
	name := rapid.SampledFrom([]string{"", "a", "b", "aa", "kind", "长", "\uffff", "😀", "<", "\n", "z"})
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		return rapid.Custom(func(rt *rapid.T) any {
			switch k := rapid.IntRange(0, 7).Draw(rt, "kind"); {
			case k == 6 && depth > 0:
				return rapid.MapOfN(name, value(depth-1), 0, 6).Draw(rt, "object")
			case k == 7 && depth > 0:
				return rapid.SliceOfN(value(depth-1), 0, 4).Draw(rt, "list")
			case k < 2:
				return rapid.String().Draw(rt, "text")
			case k == 2:
				return rapid.Float64().Draw(rt, "number")
			case k == 3:
				return rapid.Int64().Draw(rt, "whole")
			case k == 4:
				return rapid.Bool().Draw(rt, "bool")
			}
			return nil
		})
	}
	taken := 0
	rapid.Check(t, func(rt *rapid.T) {
		raw, err := json.Marshal(value(3).Draw(rt, "value"))
		if err != nil {
			rt.Fatal(err)
		}
		if checkQuick(rt, raw) {
			taken++
		}
	})
	if taken == 0 {
		t.Error("nothing was plain")
	}
}

// What nodes write is plain: else it would be slow, and nobody would see.
func TestWhatIsPlain(t *testing.T) {
	for _, s := range []string{
		`{"made":"2026-07-01T04:00:00Z","id":"019","body":{"persons":[{"person":"430102199001010014","epoch":3}],"name":"王小明","note":"a \u003cb\u003e \"c\"\n"},"sequence":1}`,
	} {
		if _, ok := appendQuick(nil, []byte(s)); !ok {
			t.Errorf("%s is not", s)
		}
	}
}

func FuzzQuick(f *testing.F) {
	for _, s := range quickSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { checkQuick(t, raw) })
}
