package street_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"conurb/connect/street"
	"conurb/kit/form"
	"conurb/locale"
)

// TestEveryBuiltinIsSound: the files that come with the program pass their check.
func TestEveryBuiltinIsSound(t *testing.T) {
	for _, id := range street.Builtins {
		if p := builtin(t, id); p.ID != id {
			t.Errorf("the profile %s calls itself %s", id, p.ID)
		}
	}
	for _, c := range []string{"CN", "BR", "PT", "DE", "FR", "ES", "IT", "GB", "NL", "AT", "CH", "PL", "RO"} {
		if _, ok := limits(t).Countries[c]; !ok {
			t.Errorf("no limits of %s", c)
		}
	}
	if _, err := street.Builtin("horse"); err == nil {
		t.Error("a profile that does not exist was found")
	}
}

// TestFaultsAreFound changes one thing of the car profile at a time.
func TestFaultsAreFound(t *testing.T) {
	text, err := street.BuiltinFile("car")
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct{ name, old, new, code, field string }{
		{"unknown key", "top_kmh:", "topkmh: 3\ntop_kmh:", "unknown-key", "topkmh"},
		{"missing", "push_kmh: 4\n", "", "missing", "push_kmh"},
		{"twice", "push_kmh: 4\n", "push_kmh: 4\npush_kmh: 4\n", "twice", "push_kmh"},
		{"another format", "format: 1", "format: 9", "other-format", "format"},
		{"not a number", "top_kmh: 130", "top_kmh: fast", "not-a-number", "top_kmh"},
		{"not a number at all", "top_kmh: 130", "top_kmh: .nan", "not-a-number", "top_kmh"},
		{"out of range", "motorway: {kmh: 105}", "motorway: {kmh: 0}", "out-of-range", "classes.motorway.kmh"},
		{"an access that is none", `barriers:`, "barriers:\n  toll: maybe", "not-an-access", "barriers.toll"},
		{"a value twice", "push: []", "push: [private]", "two-meanings", "access.push[0]"},
		{"a tag that is none", "area=yes", "area", "not-a-tag", "access.exclude[0]"},
		{"use", "use: drive", "use: race", "not-one-of", "limit.use"},
		{"a class that is none", "avoid: [motorway,", "avoid: [highspeed,", "unknown-class", "snap.avoid[0]"},
		{"no list", "left: 0, right", "left: [1], right", "not-a-number", "turns.left"},
		{"no mapping", "turns: {left: 0, right: 0, u_turn: 0}", "turns: 3", "not-a-mapping", "turns"},
		{"a refinement of nothing", "{tag: service=alley, kmh: 10}", "{tag: service=alley}", "changes-nothing", "refine[2]"},
		{"yaml", "access:\n", "access: [\n", "yaml-syntax", ""},
		{"tracks", "implied: true", "implied: maybe", "not-true-or-false", "limit.implied"},
		{"no keys", "keys: [access, vehicle, motor_vehicle, motorcar]", "keys: []", "empty-list", "access.keys"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			bad := strings.Replace(string(text), r.old, r.new, 1)
			if bad == string(text) {
				t.Fatalf("the profile has no %q", r.old)
			}
			p, problems := street.ReadProfile("car.yaml", []byte(bad))
			if p != nil || len(problems) == 0 {
				t.Fatal("no fault found")
			}
			if got := problems[0]; got.Code != r.code || got.Field != r.field || got.Line < 1 || got.Column < 1 {
				t.Errorf("got %v, want %s at %s", got, r.code, r.field)
			}
		})
	}
}

// TestPlaceOfAFault: line and column are those of the value.
func TestPlaceOfAFault(t *testing.T) {
	_, problems := street.ReadLimits("l.yaml", []byte("format: 1\ncountries:\n  CN:\n    zones: {urban: fast}\n    classes: {}\n"))
	if len(problems) != 1 || problems[0].Line != 4 || problems[0].Column != 20 || problems[0].File != "l.yaml" {
		t.Errorf("got %v, want l.yaml:4:20", problems)
	}
}

var reported = regexp.MustCompile(`(?:[Rr]eport|fault)\((?:[^"()]|\([^()]*\))*(?:"[^"]*",? ?)*?"([a-z0-9]+(?:-[a-z0-9]+)+|twice|missing)"`)

func hasWords(t *testing.T, code string) {
	t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		for _, key := range []string{"street.check." + code, "street.check." + code + ".remedy"} {
			if !locale.Has(lang, key) {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}

// TestEveryFaultHasWords: each code of the source has a sentence and a remedy.
func TestEveryFaultHasWords(t *testing.T) {
	n := len(form.Codes)
	for _, code := range form.Codes {
		hasWords(t, code)
	}
	for _, name := range []string{"form.go", "read.go", "slope.go", "congestion.go"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reported.FindAllStringSubmatch(string(b), -1) {
			n++
			hasWords(t, m[1])
		}
	}
	if n < 25 {
		t.Errorf("only %d codes found in the source", n)
	}
}

// TestFaultsOfSlopes: the part on hills is optional, not half of it.
func TestFaultsOfSlopes(t *testing.T) {
	text, err := street.BuiltinFile("walk")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][4]string{
		{"rule: tobler", "rule: naismith", "not-one-of", "slope.rule"},
		{"fastest: -0.05", "fastest: down", "not-a-number", "slope.fastest"},
		{"  smooth_m: 20\n", "", "missing", "slope.smooth_m"},
		{"[steps, elevator,", "[stairs, elevator,", "unknown-class", "slope.level[0]"},
		{"  steepness: 3.5\n", "  steepness: 3.5\n  uphill_kmh: 1\n", "unknown-key", "slope.uphill_kmh"},
	} {
		bad := strings.Replace(string(text), r[0], r[1], 1)
		p, problems := street.ReadProfile("walk.yaml", []byte(bad))
		if p != nil || len(problems) == 0 || problems[0].Code != r[2] || problems[0].Field != r[3] {
			t.Errorf("%s for %s: %v, want %s at %s", r[1], r[0], problems, r[2], r[3])
		}
	}
	flat, _, _ := strings.Cut(string(text), "slope:")
	_, snap, _ := strings.Cut(string(text), "snap:")
	if p, problems := street.ReadProfile("walk.yaml", []byte(flat+"snap:"+snap)); len(problems) > 0 || p.Slope != nil {
		t.Errorf("without slope: %v", problems)
	}
}

func FuzzReadProfile(f *testing.F) {
	for _, id := range append(street.Builtins, "limits") {
		b, err := street.BuiltinFile(id)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, problems := street.ReadProfile("p.yaml", b)
		if (p == nil) != (len(problems) > 0) {
			t.Errorf("profile %v with problems %v", p, problems)
		}
		street.ReadLimits("l.yaml", b)
		street.ReadCongestion("c.csv", strings.NewReader(string(b)))
	})
}
