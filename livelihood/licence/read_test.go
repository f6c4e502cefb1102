package licence_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"conurb/area"
	"conurb/livelihood/licence"
)

// czt is the register of the region.
func czt(t testing.TB) *licence.Register {
	t.Helper()
	b, err := os.ReadFile("../../region/czt/licence/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := licence.ReadRegister(licence.RegisterFile, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The codes of the types that tests issue.
const (
	household = "11100000XXGAB00010001"
	identity  = "11100000XXGAB00010002"
	vehicle   = "11100000XXGAB00010005"
)

func TestTheRegisterOfTheRegion(t *testing.T) {
	r := czt(t)
	if len(r.Types) < 12 {
		t.Fatalf("%d types, want 12 or more", len(r.Types))
	}
	known := 0
	for _, ty := range r.Types {
		if ty.Grade != area.GradeAssumed {
			known++
			continue
		}
		if !strings.Contains(ty.Code, "XX") {
			t.Errorf("%s: an invented code that looks like a real one", ty.Code)
		}
	}
	if known != 1 || r.Type("11100000MB03271699001") == nil {
		t.Errorf("%d types with a known code, want the real-estate title alone", known)
	}
	for _, id := range []string{"name", "address"} {
		if a := r.Type(household).Attribute(id); a != nil && a.Open {
			t.Errorf("%s of the household register stands open", id)
		}
	}
}

// The example of the guide is a register, in both languages.
func TestTheGuidesExampleIsRead(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		b, err := os.ReadFile("../../docs/guide/" + lang + "/pack.md")
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(b), "```yaml file=licence/types.yaml\n")
		text, _, _ = strings.Cut(text, "```")
		r, err := licence.ReadRegister("pack.md", []byte(text))
		if err != nil || len(r.Types) != 1 || r.Types[0].Months != 12 {
			t.Errorf("%s: %+v, %v", lang, r, err)
		}
	}
}

const oneType = `format: "1"
types:
  - code: "11100000XXGAB00010009"
    name: {zh: 证, en: paper}
    definer: {code: 11100000XXGAB00010, name: {zh: 部, en: ministry}}
    holders: ["111"]
    attributes:
      - {id: born, name: {zh: 生, en: born}, form: day}
    basis: {zh: 无, en: none}
    grade: assumed
`

func TestFaultsOfARegister(t *testing.T) {
	if _, err := licence.ReadRegister("t.yaml", []byte(oneType)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"format", `format: "1"`, `format: "2"`, "t.yaml:1:9: format unknown-value"},
		{"short code", `"11100000XXGAB00010009"`, `"111"`, "t.yaml:3:11: types[0].code bad-code"},
		{"other definer", `{code: 11100000XXGAB00010`, `{code: 11100000XXMZB00010`, "t.yaml:3:5: types[0].code other-definer"},
		{"kind", `["111"]`, `["112"]`, "t.yaml:6:15: types[0].holders[0] unknown-value"},
		{"no holders", `["111"]`, `[]`, "t.yaml:6:14: types[0].holders not-a-list"},
		{"form", `form: day`, `form: date`, "t.yaml:8:51: types[0].attributes[0].form unknown-value"},
		{"claim name", `id: born`, `id: _sd`, "t.yaml:8:9: types[0].attributes[0].id bad-code"},
		{"key", `grade: assumed`, `greade: assumed`, "t.yaml:3:5: types[0].grade missing|t.yaml:10:5: types[0].greade unknown-key"},
		{"months", `grade: assumed`, "grade: assumed\n    months: -1", "t.yaml:11:13: types[0].months not-a-number"},
		{"yes", `grade: assumed`, "grade: assumed\n    several: yes", "t.yaml:11:14: types[0].several not-yes-or-no"},
		{"twice", `grade: assumed`, "grade: assumed\n    grade: b", "t.yaml:11:5: types[0].grade twice"},
		{"not YAML", `types:`, "types: [", "t.yaml:11:0:  yaml-syntax"},
		{"not a list", `types:`, "types: x\nother:", "t.yaml:2:8: types not-a-list|t.yaml:3:1: other unknown-key"},
		{"empty", oneType, "# nothing\n", "t.yaml:1:1:  empty-file"},
		{"bytes", `证`, "\xff", "t.yaml:1:1:  not-utf8"},
	} {
		_, err := licence.ReadRegister("t.yaml", []byte(strings.Replace(oneType, c.old, c.new, 1)))
		var ps licence.Problems
		if !errors.As(err, &ps) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, p := range ps {
			text, _, _ := strings.Cut(p.String(), " map[")
			got = append(got, text)
			if !slices.Contains(licence.ProblemCodes, p.Code) {
				t.Errorf("%s: code %s is not listed", c.name, p.Code)
			}
		}
		if c.name == "not YAML" {
			if len(ps) != 1 || ps[0].Code != licence.ProblemSyntax || ps[0].Line < 2 {
				t.Errorf("%s: %v", c.name, got)
			}
		} else if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %s, want %s", c.name, strings.Join(got, "|"), c.want)
		}
	}
	second := oneType + strings.Join(strings.SplitAfter(oneType, "\n")[2:], "")
	_, err := licence.ReadRegister("t.yaml", []byte(second))
	if err == nil || !strings.Contains(err.Error(), "code-twice") {
		t.Errorf("a type twice: %v", err)
	}
}

// identityDraft is an application for an identity card. The number is of the examples of
// GB 11643.
const identityDraft = `type: "11100000XXGAB00010002"
authority: {city: changsha, code: "11430100XX00000010", name: 长沙市公安局}
holder: {kind: "111", code: 11010519491231002X, name: 王小明}
from: 2026-11-26
attributes:
  sex: 男
  ethnicity: 汉
  birth_date: 1949-12-31
  address: 长沙市雨花区
  adult: true
`

func TestFaultsOfADraft(t *testing.T) {
	r := czt(t)
	d, err := licence.ReadDraft("d.yaml", []byte(identityDraft), r)
	if err != nil {
		t.Fatal(err)
	}
	if d.Attributes["birth_date"] != "1949-12-31" || d.Attributes["adult"] != true || d.Holder.Name != "王小明" {
		t.Errorf("read as %+v", d)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"check character", "11010519491231002X", "110105194912310021", "d.yaml:3:29: holder.code not-a-citizen"},
		{"kind of another type", `kind: "111"`, `kind: "001"`, "d.yaml:3:16: holder.kind other-holder"},
		{"type", "00010002", "00010999", "d.yaml:1:7: type unknown-type"},
		{"attribute", "adult: true", "grown: true", "d.yaml:10:3: attributes.grown unknown-key"},
		{"needed", "  sex: 男\n", "", "d.yaml:6:3: attributes.sex missing"},
		{"day", "1949-12-31", "1949-02-30", "d.yaml:8:15: attributes.birth_date not-a-day"},
		{"order", "attributes:", "until: 2026-11-25\nattributes:", "d.yaml:1:1: until ends-before"},
		{"former", "attributes:", "former: 1.2.156.3005.2.X\nattributes:", "d.yaml:5:9: former not-an-identifier"},
		{"city", "changsha", "Changsha!", "d.yaml:2:19: authority.city not-a-city"},
		{"authority", "11430100XX00000010", "430100", "d.yaml:2:35: authority.code bad-code"},
	} {
		_, err := licence.ReadDraft("d.yaml", []byte(strings.Replace(identityDraft, c.old, c.new, 1)), r)
		if err == nil {
			t.Errorf("%s: read", c.name)
			continue
		}
		if got, _, _ := strings.Cut(err.Error(), " map["); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A citizen's number is not repeated in a message, which may end in a log.
func TestANumberIsNotQuoted(t *testing.T) {
	_, err := licence.ReadDraft("d.yaml", []byte(strings.Replace(identityDraft, "002X", "0021", 1)), czt(t))
	if err == nil || strings.Contains(err.Error(), "110105") {
		t.Errorf("%v", err)
	}
}

func FuzzReadRegister(f *testing.F) {
	f.Add([]byte(oneType))
	f.Add([]byte("types: &a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := licence.ReadRegister("t.yaml", b)
		if err != nil {
			return
		}
		for _, ty := range r.Types {
			if len(ty.Code) != 21 || len(ty.Holders) == 0 || len(ty.Attributes) == 0 || ty.Name.Zh == "" {
				t.Fatalf("%+v", ty)
			}
		}
	})
}

func FuzzReadDraft(f *testing.F) {
	f.Add([]byte(identityDraft))
	f.Add([]byte(`{"type": "11100000XXGAB00010002"}`))
	r := czt(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := licence.ReadDraft("d.yaml", b, r)
		if err != nil {
			return
		}
		if r.Type(d.Type) == nil || len(d.Authority.Code) != 18 || d.Holder.Code == "" {
			t.Fatalf("%+v", d)
		}
	})
}
