package pack_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"conurb/plan/pack"
)

var block = regexp.MustCompile("(?ms)^```[a-z]+ file=(\\S+)\n(.*?)^```$")

// guidePack puts the examples of a page of the guide together: a second block of
// one file is added to the first, without the header of a table.
func guidePack(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, m := range block.FindAllStringSubmatch(string(page), -1) {
		file, text := m[1], m[2]
		if fsys[file] == nil {
			fsys[file] = &fstest.MapFile{}
		}
		fsys[file].Data = append(fsys[file].Data, text...)
	}
	return fsys
}

// TestGuideIsAPack loads the examples of the guide, in both languages: they are
// one whole pack, and the same one.
func TestGuideIsAPack(t *testing.T) {
	en, zh := guidePack(t, "../../docs/guide/en/pack.md"), guidePack(t, "../../docs/guide/zh-CN/pack.md")
	for lang, fsys := range map[string]fstest.MapFS{"en": en, "zh-CN": zh} {
		p, problems := pack.Load(fsys)
		for _, x := range problems {
			t.Errorf("%s: %v %v", lang, x, x.Args)
		}
		if p != nil && len(p.Plan.Observations) != 3 {
			t.Errorf("%s: %d observations", lang, len(p.Plan.Observations))
		}
	}
	if len(en) != 21 {
		t.Errorf("the guide has examples of %d files", len(en))
	}
	for name, f := range en {
		if zh[name] == nil || bare(f.Data) != bare(zh[name].Data) {
			t.Errorf("%s is not the same in both languages", name)
		}
	}
}

// bare takes out the comments.
func bare(b []byte) string {
	return regexp.MustCompile(`(?m) +# .*$`).ReplaceAllString(strings.TrimSpace(string(b)), "")
}
