package town_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"conurb/app/notice"
	"conurb/livelihood/casework"
	"conurb/locale"
)

var update = flag.Bool("update", false, "draw the courses into the method pages anew")

// TestCoursesAreDrawn holds every course of a city to having words in both languages, and the
// pictures of the method pages to the courses.
func TestCoursesAreDrawn(t *testing.T) {
	p := packed(t)
	all, _ := start(t, p, settle(t, p, "changsha"))
	courses := all["changsha"].Cases.Courses()
	if len(courses) < 2 {
		t.Fatalf("only %d courses", len(courses))
	}
	for _, lang := range locale.Languages {
		say := func(key string) string {
			if !locale.Has(lang, key) {
				t.Errorf("%s has no %s", lang, key)
			}
			return locale.T(lang, key, nil)
		}
		text := ""
		for _, name := range slices.Sorted(maps.Keys(courses)) {
			c := courses[name]
			text += "### " + say("casework.course."+name) + " (`" + name + "`)\n\n```mermaid\n" + c.Mermaid(say) + "```\n\n"
			for _, m := range c.Moves {
				_, told := notice.Codes["case."+m.Name]
				if to, _ := c.State(m.To); !told && m.By != casework.Applicant && (to.With == casework.Applicant || to.Phase == casework.PhaseDecided) {
					t.Errorf("%s: nobody is told of %s", name, m.Name)
				}
				for _, g := range m.Guards {
					say("casework.guard." + g)
				}
				for _, n := range m.Needs {
					say("casework.need." + n)
				}
			}
		}
		file := "../../docs/methods/" + lang + "/casework.md"
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		heading := map[string]string{"zh-CN": "## 各流程\n\n", "en": "## The courses\n\n"}[lang]
		head, have, ok := strings.Cut(string(b), heading)
		if !ok {
			t.Fatalf("%s has no %q", file, heading)
		}
		if *update {
			if err := os.WriteFile(file, []byte(head+heading+text), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if have != text {
			t.Errorf("%s does not draw the courses as they are: go test ./app/town -run CoursesAreDrawn -update", file)
		}
	}
}
