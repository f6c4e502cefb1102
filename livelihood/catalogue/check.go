package catalogue

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/livelihood/licence"
)

// Refs is what an item may speak of beside itself. What is nil is not checked.
type Refs struct {
	Cities  []string // ids of the cities of the region, in its order
	Types   *licence.Register
	Sources func(id string) bool
	Forms   func(id string) *Form // compiled
	Courses []string
}

// The codes of faults of items, forms and bundles.
const (
	CodeMissing    = "missing"         // field
	CodeValue      = "unknown-value"   // field, value
	CodeFormat     = "bad-format"      // field, value
	CodeID         = "bad-id"          // value
	CodeIDTwice    = "id-twice"        // value
	CodeCity       = "unknown-city"    // value
	CodeImplement  = "other-code"      // value, want: 实施编码 is not body, level and basic code
	CodePromise    = "promise-late"    // promised, statutory
	CodeLimit      = "bad-limit"       // value
	CodeFee        = "bad-fee"         // value
	CodeLicence    = "unknown-licence" // value
	CodeCondition  = "bad-condition"   // cause
	CodeSource     = "unknown-source"  // value
	CodeNoSource   = "no-source"       // grade
	CodeSourced    = "assumed-source"  // value
	CodeForm       = "unknown-form"    // value
	CodeCourse     = "unknown-course"  // value
	CodeIncomplete = "steps-lack"      // stages
	CodeSum        = "steps-days"      // sum, promised
	CodeInstant    = "instant-late"    // promised
	CodeInspection = "inspection-fast" // promised
	CodeProxy      = "proxy-in-person"
	CodeProof      = "proof-unlisted" // value
	CodeMisplaced  = "material-in-conditions"
	CodeVisits     = "visits"
	CodeSample     = "no-form"
	CodeScope      = "mode-scope"
	CodeAddress    = "address-vague"
)

// ItemCodes lists them.
var ItemCodes = []string{CodeMissing, CodeValue, CodeFormat, CodeID, CodeIDTwice, CodeCity, CodeImplement, CodePromise, CodeLimit, CodeFee, CodeLicence,
	CodeCondition, CodeSource, CodeNoSource, CodeSourced, CodeForm, CodeCourse, CodeIncomplete, CodeSum, CodeInstant, CodeInspection, CodeProxy, CodeProof,
	CodeMisplaced, CodeVisits, CodeSample, CodeScope, CodeAddress}

// Bounds of an item.
const (
	MostDays = 3650
	MostFee  = 1_000_000_00 // fen
)

// checker collects the faults of an item.
type checker struct {
	holder
	refs Refs
}

// standard notes a fault of an element, with its name in the standard.
func (c *checker) standard(at, rule, element, code string, args ...string) {
	c.report(at, code, append(args, "field", strings.TrimPrefix(at, "/"))...)
	f := &c.faults[len(c.faults)-1]
	if rule != "" {
		f.Rule = rule + "-" + element
	}
	f.Ref = "GB/T 39046-2020 表4 " + element
}

// mild marks the last fault as one that does not keep an item from being published.
func (c *checker) mild() { c.faults[len(c.faults)-1].Mild = true }

// Check tells what is wrong with an item.
func Check(i *Item, refs Refs) []Fault {
	c := &checker{refs: refs}
	c.names(i)
	c.codes(i)
	c.limits(i)
	c.lists(i)
	c.contacts(i)
	c.logic(i)
	return c.faults
}

func (c *checker) names(i *Item) {
	if !word(i.ID) {
		c.report("/id", CodeID, "value", i.ID)
	}
	if !slices.Contains(c.refs.Cities, i.City) {
		c.report("/city", CodeCity, "value", i.City)
	}
	c.text("/name", "事项名称", i.Name, 200)
	c.text("/plain", "事项简述", i.Plain, 600)
	c.text("/office", "承办机构", i.Office, 200)
	c.text("/body/name", "实施主体", i.Body.Name, 200)
	c.text("/result/name", "结果名称", i.Result.Name, 200)
	if len(i.Search.Zh) == 0 || len(i.Search.En) == 0 {
		c.standard("/search", "", "检索词", CodeMissing)
	}
	c.some("/grounds", "设定依据", len(i.Grounds))
	for n, g := range i.Grounds {
		at := "/grounds/" + strconv.Itoa(n)
		c.text(at+"/name", "设定依据", g.Name, 400)
		c.mark(at+"/mark", g.Mark)
	}
	c.mark("/mark", i.Mark)
}

var (
	basicCode = regexp.MustCompile(`^[0-9A-Z]{6,20}$`)  // 基本编码, an..10 in the standard and 12 in use
	implCode  = regexp.MustCompile(`^[0-9A-Z]{12,40}$`) // 实施编码, an..24 in the standard and 31 in use
	credit    = regexp.MustCompile(`^[0-9A-Z]{18}$`)    // 统一社会信用代码, GB 32100
)

func (c *checker) codes(i *Item) {
	c.format("/basic", "基本编码", basicCode, i.Basic)
	c.format("/code", "实施编码", implCode, i.Code)
	c.format("/body/code", "实施主体编码", credit, i.Body.Code)
	if len(i.Code) == 31 && i.Code != i.Body.Code+i.Level+i.Basic { // [D] from codes in use
		c.standard("/code", "FORMAT", "实施编码", CodeImplement, "value", i.Code, "want", i.Body.Code+i.Level+i.Basic)
	}
	c.one("/type", "事项类型", i.Type, Types)
	c.one("/level", "行使层级", i.Level, Levels)
	c.one("/body/nature", "实施主体性质", i.Body.Nature, Natures)
	c.one("/kind", "办件类型", i.Kind, Kinds)
	c.one("/scope", "通办范围", i.Scope, Scopes)
	c.one("/online/depth", "网上办理深度", i.Online.Depth, Depths)
	c.one("/online/system", "运行系统层级", i.Online.System, Levels)
	c.several("/served", "服务对象", i.Served, Served, true)
	c.several("/subject", "服务主题", i.Subject, Subjects, true)
	c.several("/handled", "办理形式", i.Handled, Handlings, true)
	c.several("/special", "特别程序", i.Special, Specials, false)
	modes := make([]string, len(i.Modes))
	for n, m := range i.Modes {
		modes[n] = string(m)
	}
	c.several("/modes", "通办方式", modes, Modes, false)
	for n, b := range i.Joint {
		at := "/joint/" + strconv.Itoa(n)
		c.text(at+"/name", "共同实施部门", b.Name, 200)
		c.format(at+"/code", "共同实施部门", credit, b.Code)
		c.one(at+"/nature", "实施主体性质", b.Nature, Natures)
	}
	if c.refs.Courses != nil && !slices.Contains(c.refs.Courses, i.Course) {
		c.report("/course", CodeCourse, "value", i.Course)
	}
	if i.Result.Licence != "" && c.refs.Types != nil && c.refs.Types.Type(i.Result.Licence) == nil {
		c.report("/result/licence", CodeLicence, "value", i.Result.Licence)
	}
}

// text holds a text in two languages to be there.
func (c *checker) text(at, element string, t area.Text, most int) {
	for lang, s := range map[string]string{"zh": t.Zh, "en": t.En} {
		if strings.TrimSpace(s) == "" {
			c.standard(at, "MISSING", element, CodeMissing)
			return
		}
		if lang == "zh" && len([]rune(s)) > most {
			c.standard(at+"/"+lang, "FORMAT", element, CodeLong, "most", strconv.Itoa(most))
		}
	}
}

func (c *checker) some(at, element string, n int) {
	if n == 0 {
		c.standard(at, "MISSING", element, CodeMissing)
	}
}

func (c *checker) format(at, element string, form *regexp.Regexp, s string) {
	switch {
	case s == "":
		c.standard(at, "MISSING", element, CodeMissing)
	case !form.MatchString(s):
		c.standard(at, "FORMAT", element, CodeFormat, "value", clip(s))
	}
}

func (c *checker) one(at, element, s string, of []string) {
	switch {
	case s == "":
		c.standard(at, "MISSING", element, CodeMissing)
	case !slices.Contains(of, s):
		c.standard(at, "FORMAT", element, CodeValue, "value", clip(s), "known", strings.Join(of, ", "))
	}
}

func (c *checker) several(at, element string, list, of []string, needed bool) {
	if needed {
		c.some(at, element, len(list))
	}
	for n, s := range list {
		here := at + "/" + strconv.Itoa(n)
		c.one(here, element, s, of)
		if slices.Contains(list[:n], s) {
			c.report(here, CodeIDTwice, "value", clip(s))
		}
	}
}

// mark holds a grade to be one, and what is not assumed to name its source. General knowledge
// (K) has none.
func (c *checker) mark(at string, m Mark) {
	switch sourced := m.Grade != area.GradeAssumed && m.Grade != area.GradeK; {
	case m.Grade == "":
		c.report(at+"/grade", CodeMissing, "field", "mark")
	case !slices.Contains(area.Grades, m.Grade):
		c.report(at+"/grade", CodeValue, "field", "mark", "value", clip(string(m.Grade)), "known", "a, b, c, d, K, assumed")
	case sourced && m.Source == "":
		c.report(at, CodeNoSource, "grade", string(m.Grade))
	case !sourced && m.Source != "":
		c.report(at+"/source", CodeSourced, "value", clip(m.Source))
	case m.Source != "" && c.refs.Sources != nil && !c.refs.Sources(m.Source):
		c.report(at+"/source", CodeSource, "value", clip(m.Source))
	}
}

// word tells whether an id may be so: small letters, digits and dashes.
func word(s string) bool {
	return s != "" && len(s) <= 60 && s[0] >= 'a' && s[0] <= 'z' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// clip keeps what a fault quotes short.
func clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}
