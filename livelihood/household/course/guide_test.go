package course_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"conurb/internal/wordtest"
	"conurb/livelihood/household/course"
)

var update = flag.Bool("update", false, "write the guide anew")

// failures are what may go wrong with a move (facts of the nationwide procedure), each with the
// codes whose sentences people read. All of them have a test in app/residence.
var failures = []struct {
	zh, en string
	codes  []string // of casework.refusal, or of residence
}{
	{"户主迁走，没有人接任", "the head leaves and nobody follows", []string{"family-head", "family-head-gone", "family-head-minor", "family-minors-alone"}},
	{"申请与户籍不一致", "the application and the register differ", []string{"family-name", "family-born", "family-number", "residence.why.mismatch"}},
	{"重复或已注销的户口", "registered twice, or cancelled", []string{"family-blocked-duplicate", "family-blocked-cancelled", "residence.why.duplicate"}},
	{"冻结、刑事案件", "frozen, an open criminal case", []string{"family-blocked-frozen", "family-blocked-criminal", "residence.why.blocked"}},
	{"没有这个人，或已迁走", "nobody of that number, or moved away", []string{"register-unknown", "register-elsewhere", "residence-not-there"}},
	{"联系不上申请人", "the applicant cannot be reached", []string{"residence-no-try", "residence-early", "residence.why.unreachable"}},
	{"准迁过期", "the permit is over", []string{"register-expired", "residence.why.register-expired"}},
	{"不是五类之一", "none of the five kinds", []string{"residence-old-way"}},
	{"条件不够", "the conditions are not met", []string{"residence-ineligible"}},
	{"接收户不同意，集体户已满", "the host does not agree, the collective household is full", []string{"residence-host", "residence-consent", "residence-host-changed", "residence-joined", "residence-collective", "family-full"}},
	{"未成年人没有监护人", "somebody under age without a guardian", []string{"family-guardian", "residence.why.guardian"}},
	{"部分迁移，关系推不出来", "a part moves, and a relation does not follow", []string{"family-relation"}},
	{"农村集体权益", "rights in a rural collective", []string{"residence-rural", "residence.rural"}},
	{"社会保险不随户口走", "social insurance does not follow", []string{"residence.insurance"}},
	{"同时办两件", "two applications at once", []string{"residence-under-way", "residence-busy", "register-busy"}},
	{"决定时撤回", "withdrawn while it is decided", []string{"residence.why.register-withdrawn"}},
	{"本人不愿意", "the applicant, asked, does not want to", []string{"residence.why.not-willing"}},
	{"证书在途", "the certificate is on its way", []string{"residence.way"}},
	{"替别人办", "for somebody else", []string{"residence-not-yours"}},
	{"城市从备份恢复", "a city comes back from a backup", []string{"register-restoring"}},
}

func sentence(code string, words map[string]string) string {
	if strings.HasPrefix(code, "residence.") {
		return words[code]
	}
	return words["casework.refusal."+code] + " " + words["casework.refusal."+code+".remedy"]
}

// The guide has the sentences that people read, and the courses drawn, from the same source.
func TestTheGuideSaysWhatIsRead(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		have := wordtest.Of(t, lang, "residence")
		general := wordtest.Of(t, lang, "casework")
		say := func(key string) string {
			if v := have[key]; v != "" {
				return v
			}
			return general[key]
		}
		table := "| 情况 | 读到的话 |\n|---|---|\n"
		if lang == "en" {
			table = "| what happened | what is read |\n|---|---|\n"
		}
		for _, f := range failures {
			name := map[string]string{"zh-CN": f.zh, "en": f.en}[lang]
			for _, code := range f.codes {
				text := sentence(code, have)
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s has no sentence", lang, code)
				}
				table += fmt.Sprintf("| %s | %s |\n", name, text)
				name = ""
			}
		}
		drawn := ""
		for i, c := range course.Courses() {
			title := [][2]string{{"迁入地", "The city that takes in"}, {"迁出地", "The city that lets go"}, {"接收户同意", "The consent of a host"}}[i][map[string]int{"zh-CN": 0, "en": 1}[lang]]
			drawn += "### " + title + "\n\n```mermaid\n" + strings.TrimRight(c.Mermaid(say), "\n") + "\n```\n"
			if i < 2 {
				drawn += "\n"
			}
		}
		name := "../../../docs/guide/" + lang + "/move.md"
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := between(between(string(raw), "failures", table), "courses", drawn)
		if *update {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if want != string(raw) {
			t.Errorf("%s is not of the courses: run the test with -update", name)
		}
	}
}

func between(text, mark, with string) string {
	before, rest, _ := strings.Cut(text, "<!-- "+mark+" -->\n")
	_, after, _ := strings.Cut(rest, "<!-- end -->")
	return before + "<!-- " + mark + " -->\n" + with + "<!-- end -->" + after
}
