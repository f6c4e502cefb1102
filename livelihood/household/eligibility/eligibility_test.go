package eligibility_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"conurb/area"
	"conurb/internal/wordtest"
	"conurb/kit/form"
	"conurb/livelihood/household/eligibility"
)

var today, _ = area.ParseDate("2026-11-26")

func region(t *testing.T) *eligibility.Rules {
	t.Helper()
	b, err := os.ReadFile("../../../region/czt/" + eligibility.RulesFile)
	if err != nil {
		t.Fatal(err)
	}
	r, err := eligibility.Read(eligibility.RulesFile, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func me(age int) eligibility.Someone {
	return eligibility.Someone{Number: "me", Age: age, Relation: "02"}
}

// granted is an application of each of the five kinds that lacks nothing.
func granted() map[string]eligibility.Facts {
	child := eligibility.Someone{Number: "child", Age: 6, Relation: "30"}
	all := map[string]eligibility.Facts{
		"work":       {Form: map[string]any{"as": "found"}, Shown: []string{"housing", "employment"}, Applicant: me(38), People: []eligibility.Someone{me(38), child}},
		"admission":  {Form: map[string]any{"as": "collective"}, Shown: []string{"admission-notice"}, Applicant: me(18), People: []eligibility.Someone{me(18)}},
		"graduation": {Form: map[string]any{"as": "collective"}, Shown: []string{"diploma"}, Applicant: me(22), People: []eligibility.Someone{me(22)}},
		"spouse": {Consent: "agreed", Form: map[string]any{"as": "host", "host": map[string]any{"number": "host"}}, Shown: []string{"marriage"}, Applicant: me(38), People: []eligibility.Someone{me(38), child},
			Licences: map[string]map[string]any{"11100000XXMZB00010001": {"spouse_code": "host"}}},
		"parents": {Consent: "paper", Form: map[string]any{"as": "host"}, Shown: []string{"kinship"}, Applicant: eligibility.Someone{Number: "me", Age: 65, Relation: "52"},
			People: []eligibility.Someone{{Number: "me", Age: 65, Relation: "52"}}},
	}
	for k, f := range all {
		f.Shown = append(f.Shown, "household-register", "identity")
		f.Today = today
		all[k] = f
	}
	return all
}

func missing(f eligibility.Finding) string {
	var ids []string
	for _, q := range f.Missing {
		ids = append(ids, q.ID)
	}
	return strings.Join(ids, " ")
}

func TestTheFiveKinds(t *testing.T) {
	r := region(t)
	five := 0
	for _, k := range r.Kinds {
		if !k.Nationwide {
			if f := r.Judge(k.ID, granted()["work"]); !f.OldWay || f.Eligible() || len(f.Missing) > 0 {
				t.Errorf("%s: %+v", k.ID, f)
			}
			continue
		}
		five++
		f, there := granted()[k.ID]
		if !there {
			t.Errorf("%s has no example", k.ID)
			continue
		}
		if got := r.Judge(k.ID, f); !got.Eligible() {
			t.Errorf("%s lacks %q", k.ID, missing(got))
		}
	}
	if five != 5 {
		t.Errorf("%d kinds are nationwide", five)
	}
	if f := r.Judge("unheard of", granted()["work"]); !f.OldWay {
		t.Error("a kind that nobody knows was judged")
	}
}

// Every requirement of the region is missed by somebody, and then it alone is named.
func TestWhatIsMissingIsNamed(t *testing.T) {
	r := region(t)
	without := func(f eligibility.Facts, id string) eligibility.Facts {
		f.Shown = slices.DeleteFunc(slices.Clone(f.Shown), func(s string) bool { return s == id })
		return f
	}
	g := granted()
	grown := eligibility.Someone{Number: "grown", Age: 30, Relation: "97"}
	with := func(f eligibility.Facts, change func(f *eligibility.Facts)) eligibility.Facts { change(&f); return f }
	missed := map[string]bool{}
	for _, c := range []struct {
		kind, want string
		facts      eligibility.Facts
	}{
		{"work", "register", without(g["work"], "household-register")},
		{"work", "identity", without(g["work"], "identity")},
		{"work", "dwelling", without(g["work"], "housing")},
		{"work", "employment", without(g["work"], "employment")},
		{"work", "age", with(g["work"], func(f *eligibility.Facts) { f.Applicant.Age = 15 })},
		{"work", "along", with(g["work"], func(f *eligibility.Facts) { f.People = append(f.People, grown) })},
		{"admission", "notice", without(g["admission"], "admission-notice")},
		{"admission", "school", with(g["admission"], func(f *eligibility.Facts) { f.Form, f.Consent = map[string]any{"as": "host"}, "agreed" })},
		{"parents", "consent", with(g["parents"], func(f *eligibility.Facts) { f.Consent = "lapsed" })},
		{"admission", "alone", with(g["admission"], func(f *eligibility.Facts) { f.People = append(f.People, grown) })},
		{"graduation", "diploma", without(g["graduation"], "diploma")},
		{"graduation", "alone", with(g["graduation"], func(f *eligibility.Facts) { f.People = append(f.People, grown) })},
		{"spouse", "marriage", without(g["spouse"], "marriage")},
		{"spouse", "that-spouse", with(g["spouse"], func(f *eligibility.Facts) {
			f.Licences = map[string]map[string]any{"11100000XXMZB00010001": {"spouse_code": "somebody else"}}
		})},
		{"spouse", "host", with(g["spouse"], func(f *eligibility.Facts) {
			f.Form = map[string]any{"as": "collective", "host": map[string]any{"number": "host"}}
		})},
		{"spouse", "along", with(g["spouse"], func(f *eligibility.Facts) { f.People = append(f.People, grown) })},
		{"parents", "kinship", without(g["parents"], "kinship")},
		{"parents", "host", with(g["parents"], func(f *eligibility.Facts) { f.Form = map[string]any{"as": "collective"} })},
		{"parents", "parents", with(g["parents"], func(f *eligibility.Facts) { f.People = append(slices.Clone(f.People), grown) })},
	} {
		got := r.Judge(c.kind, c.facts)
		if missing(got) != c.want {
			t.Errorf("%s: %q is missing, want %q", c.kind, missing(got), c.want)
		}
		for _, lang := range []string{"zh-CN", "en"} {
			if len(got.Words(lang)) < 10 {
				t.Errorf("%s lacks %s without a word in %s", c.kind, c.want, lang)
			}
		}
		missed[c.kind+" "+c.want] = true
		missed[c.want] = true
	}
	for _, q := range r.Common {
		if !missed[q.ID] {
			t.Errorf("nobody misses %s", q.ID)
		}
	}
	for _, k := range r.Kinds {
		for _, q := range k.Requires {
			if !missed[k.ID+" "+q.ID] {
				t.Errorf("nobody misses %s of %s", q.ID, k.ID)
			}
		}
	}
}

func TestFaultsAreNamedAtTheirPlace(t *testing.T) {
	_, err := eligibility.Read("e.yaml", []byte(`format: "1"
old_way: {zh: 旧, en: old}
kinds:
  - id: work
    name: {zh: 工, en: work}
    nationwide: true
    source: {zh: 源, en: source}
    grade: c
    requires:
      - {id: a, when: "form.", asks: {zh: 要, en: asks}, missing: {zh: 缺, en: missing}, source: {zh: 源, en: s}, grade: c}
      - {id: b, when: "1 + 1", asks: {zh: 要, en: asks}, missing: {zh: 缺, en: missing}, source: {zh: 源, en: s}, grade: c}
  - {id: work, name: {zh: 工, en: work}, nationwide: maybe, source: {zh: 源}, grade: z}
`))
	var ps eligibility.Problems
	if !errors.As(err, &ps) {
		t.Fatal(err)
	}
	var got []string
	for _, p := range ps {
		got = append(got, fmt.Sprint(p.Line, " ", p.Field, " ", p.Code))
	}
	want := []string{"10 kinds[0].requires[0].when rule", "11 kinds[0].requires[1].when rule"}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("no fault %q in %q", w, got)
		}
	}
	for _, code := range []string{"twice-named", "not-true-or-false", "missing", "unknown-value"} {
		if !slices.ContainsFunc(ps, func(p form.Problem) bool { return p.Code == code }) {
			t.Errorf("no fault %s in %q", code, got)
		}
	}
}

// How every requirement stands is told: with what is shown now, with papers that nobody has looked
// for yet, and without an answer that a rule asks for.
func TestHowConditionsStand(t *testing.T) {
	r := region(t)
	g := granted()
	with := func(f eligibility.Facts, change func(f *eligibility.Facts)) eligibility.Facts { change(&f); return f }
	hidden := func(f *eligibility.Facts, ids ...string) {
		f.Shown = slices.DeleteFunc(slices.Clone(f.Shown), func(s string) bool { return slices.Contains(ids, s) })
		f.Unseen = ids
	}
	grown := eligibility.Someone{Number: "grown", Age: 30}
	for _, c := range []struct {
		name, kind, want string
		facts            eligibility.Facts
	}{
		{"all is there", "work", "register met, identity met, dwelling met, consent met, age met, employment met, along met", g["work"]},
		{"two papers may be there", "work", "register met, identity met, dwelling unseen, consent met, age met, employment unseen, along met",
			with(g["work"], func(f *eligibility.Facts) { hidden(f, "employment", "housing") })},
		{"a paper does not help who is too young", "work", "register met, identity met, dwelling met, consent met, age unmet, employment unseen, along met",
			with(g["work"], func(f *eligibility.Facts) { hidden(f, "employment"); f.Applicant.Age = 15 })},
		{"what somebody is to the head is not known", "work", "register met, identity met, dwelling met, consent met, age met, employment met, along unsaid",
			with(g["work"], func(f *eligibility.Facts) { f.People = append(slices.Clone(f.People), grown) })},
		{"a child moves along whatever it is to the head", "work", "register met, identity met, dwelling met, consent met, age met, employment met, along met",
			with(g["work"], func(f *eligibility.Facts) { f.People = []eligibility.Someone{me(38), {Number: "child", Age: 6}} })},
		{"whom is joined was not said", "spouse", "register met, identity met, dwelling met, consent met, marriage met, that-spouse unsaid, host met, along met",
			with(g["spouse"], func(f *eligibility.Facts) { f.Form = map[string]any{"as": "host"} })},
		{"the head has yet to answer", "parents", "register met, identity met, dwelling met, consent unsaid, kinship met, host met, parents met",
			with(g["parents"], func(f *eligibility.Facts) { f.Consent = "" })},
		{"the head does not agree", "parents", "register met, identity met, dwelling met, consent unmet, kinship met, host met, parents met",
			with(g["parents"], func(f *eligibility.Facts) { f.Consent = "refused" })},
		{"a tick of who moves in is none", "parents", "register met, identity met, dwelling met, consent unsaid, kinship met, host met, parents met",
			with(g["parents"], func(f *eligibility.Facts) {
				f.Consent, f.Form = "", map[string]any{"as": "host", "consent": true}
			})},
	} {
		f := r.Judge(c.kind, c.facts)
		var got []string
		lacks := 0
		for _, q := range f.Conditions {
			got = append(got, q.ID+" "+string(q.Stands))
			if q.Stands != eligibility.Met {
				lacks++
			}
			if q.Asks.Zh == "" || q.Asks.En == "" || q.Asks.Zh == q.Missing.Zh {
				t.Errorf("%s: %s has no words of its own", c.kind, q.ID)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, strings.Join(got, ", "), c.want)
		}
		if lacks != len(f.Missing) || f.Eligible() != (lacks == 0) {
			t.Errorf("%s: %d conditions are not met, %d are missing", c.name, lacks, len(f.Missing))
		}
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born string
		want int
	}{{"2008-11-26", 18}, {"2008-11-27", 17}, {"2026-11-26", 0}, {"2026-01-01", 0}, {"1988-11-15", 38}, {"2008-02-29", 18}} {
		born, err := area.ParseDate(c.born)
		if err != nil {
			t.Fatal(err)
		}
		if got := eligibility.Age(born, today); got != c.want {
			t.Errorf("born %s: %d, want %d", c.born, got, c.want)
		}
	}
}

func TestFaultsHaveWords(t *testing.T) {
	wordtest.Exactly(t, "eligibility", wordtest.Remedied("eligibility.check.", append(slices.Clone(form.Codes), eligibility.ProblemRule, eligibility.ProblemTwice))...)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("format: \"1\"\nkinds: []\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := eligibility.Read("e.yaml", b)
		if (r == nil) == (err == nil) {
			t.Fatal("neither rules nor an error, or both")
		}
	})
}
