package pack_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"conurb/internal/packtest"
	"conurb/locale"
	"conurb/plan/pack"
)

// FuzzLoad puts any bytes in the place of any file. Loading has to end, without
// a panic, in a pack or in problems that lie inside the files and can be put in
// words, never in both or neither.
func FuzzLoad(f *testing.F) {
	small := packtest.Small()
	var names []string
	for name := range small {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		f.Add(uint8(i), small[name].Data)
		f.Add(uint8(i), small[name].Data[:len(small[name].Data)/2])
	}
	for _, s := range []string{"", "\uFEFF", "---\n---\n", "&a [*a]", "- {<<: *x}", "? [a]\n: b", "a:\n\t- b", "\"", "id,\"\n", "{\"features\": [null, 1, {}]}", "- !!binary aGk=\n", "%YAML 9.9\n"} {
		for i := range names {
			f.Add(uint8(i), []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		fsys := packtest.Small()
		name := names[int(which)%len(names)]
		fsys[name] = &fstest.MapFile{Data: data}
		p, problems := pack.Load(fsys)
		if (p == nil) != (len(problems) > 0) {
			t.Fatalf("pack %v with %d problems", p != nil, len(problems))
		}
		for _, x := range problems {
			file := fsys[x.File]
			if file == nil && x.Code != "missing-file" {
				t.Fatalf("%v lies in no file", x)
			}
			if x.Line < 1 || x.Column < 1 || file != nil && x.Line > 2+lines(file.Data) {
				t.Fatalf("%v lies outside its file", x)
			}
			if !locale.Has("en", "check."+x.Code) {
				t.Fatalf("%v has no text", x)
			}
		}
		if p != nil {
			again, _ := pack.LoadFiles(p.Files)
			if again == nil || again.Digest != p.Digest {
				t.Fatal("the files kept give another pack")
			}
		}
	})
}

func lines(b []byte) int {
	n := 0
	for _, c := range b {
		if c == '\n' || c == '\r' {
			n++
		}
	}
	return n
}
