package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"conurb/area"
	"conurb/livelihood/catalogue"
)

// TestFaultsOfItems breaks a sound item in one place at a time.
func TestFaultsOfItems(t *testing.T) {
	w := czt(t)
	type item = catalogue.Item
	no := area.Text{}
	for _, c := range []struct {
		name   string
		id     string // food-licence where it is empty
		change func(i *item)
		want   string // beside the vague address
		rule   string
	}{
		{"no name", "", func(i *item) { i.Name = no }, "/name missing", "MISSING-事项名称"},
		{"a name in one language", "", func(i *item) { i.Name.En = " " }, "/name missing", "MISSING-事项名称"},
		{"a long name", "", func(i *item) { i.Name.Zh = strings.Repeat("长", 201) }, "/name/zh too-long", "FORMAT-事项名称"},
		{"no grounds", "", func(i *item) { i.Grounds = nil }, "/grounds missing", "MISSING-设定依据"},
		{"no conditions", "", func(i *item) { i.Accept = nil }, "/accept missing", "MISSING-办理条件"},
		{"no materials", "", func(i *item) { i.Materials = nil }, "/materials missing", "MISSING-申请材料"},
		{"no process", "", func(i *item) { i.Steps = nil }, "/steps missing", "MISSING-办理流程"},
		{"no promise", "", func(i *item) { i.Limits.Promised = catalogue.Days{} }, "/limits/promised missing", "MISSING-承诺办结时限"},
		{"no place", "", func(i *item) { i.Places = nil }, "/places missing", "MISSING-办理地点"},
		{"no hours", "", func(i *item) { i.Places[0].Hours = no }, "/places/0/hours missing", "MISSING-办理时间"},
		{"no telephone", "", func(i *item) { i.Consult.Phone = "" }, "/consult/phone missing", "MISSING-咨询电话"},
		{"a bad telephone of complaint", "", func(i *item) { i.Complaint.Phone = "073188" }, "/complaint/phone bad-format", "FORMAT-监督电话"},
		{"a telephone with its area code", "", func(i *item) { i.Complaint.Phone = "0731-88666666" }, "", ""},
		{"no depth", "", func(i *item) { i.Online.Depth = "" }, "/online/depth missing", "MISSING-网上办理深度"},
		{"type of no list", "", func(i *item) { i.Type = "11" }, "/type unknown-value", "FORMAT-事项类型"},
		{"type 20", "", func(i *item) { i.Type = "20" }, "", ""},
		{"a level of none", "", func(i *item) { i.Level, i.Code = "8", i.Body.Code+"8"+i.Basic }, "/level unknown-value", "FORMAT-行使层级"},
		{"scope in other words", "", func(i *item) { i.Scope = "全国" }, "/scope unknown-value", "FORMAT-通办范围"},
		{"kind 3", "", func(i *item) { i.Kind = "3" }, "/kind unknown-value", "FORMAT-办件类型"},
		{"served twice", "", func(i *item) { i.Served = []string{"1", "1"} }, "/served/1 id-twice", ""},
		{"a form of handling of none", "", func(i *item) { i.Handled = []string{"1", "5"} }, "/handled/1 unknown-value", "FORMAT-办理形式"},
		{"a mode of none", "", func(i *item) { i.Modes = []catalogue.Mode{"sometimes"} }, "/modes/0 unknown-value", "FORMAT-通办方式"},
		{"a basic code of ten, as the standard has it", "", func(i *item) { i.Basic, i.Code = "0001090010", i.Body.Code+"000109" }, "", ""},
		{"a basic code in small letters", "", func(i *item) { i.Basic, i.Code = "xxscj0000020", i.Body.Code+"000109" }, "/basic bad-format", "FORMAT-基本编码"},
		{"an implementing code of another body", "", func(i *item) { i.Code = "1143020" + i.Code[7:] }, "/code other-code", "FORMAT-实施编码"},
		{"a body without a code", "", func(i *item) { i.Body.Code, i.Code = "", "000000000000000000" }, "/body/code missing", "MISSING-实施主体编码"},
		{"a promise after the law", "", func(i *item) { days(i, 11) }, "/limits/promised promise-late", "LIMIT-承诺办结时限"},
		{"a promise as long as the law", "", func(i *item) { days(i, 10) }, "", ""},
		{"a working promise, a law of the calendar", "residence-permit", func(i *item) { days(i, 11) }, "/limits/promised promise-late", "LIMIT-承诺办结时限"},
		{"it just fits", "residence-permit", func(i *item) { days(i, 10) }, "", ""},
		{"a limit of hours", "", func(i *item) { i.Limits.Promised.Unit = "hours" }, "/limits/promised/unit unknown-value", "FORMAT-承诺办结时限"},
		{"days below none", "", func(i *item) { i.Limits.Statutory.Count = -1 }, "/limits/promised promise-late, /limits/statutory/count bad-limit", "LIMIT-承诺办结时限"},
		{"an unknown licence", "", func(i *item) { i.Materials[0].Licences[0] = "11100000XXXXX00010009" }, "/materials/0/licences/0 unknown-licence", ""},
		{"a licence as result that is none", "", func(i *item) { i.Result.Licence = "x" }, "/result/licence unknown-licence", ""},
		{"a material twice", "", func(i *item) { i.Materials[1].ID = i.Materials[0].ID }, "/materials/1/id id-twice", ""},
		{"an id with a space", "", func(i *item) { i.Materials[1].ID = "a b" }, "/materials/1/id bad-id", ""},
		{"copies below none", "", func(i *item) { i.Materials[1].Copies = -1 }, "/materials/1 bad-format", "FORMAT-原件/复印件份数"},
		{"a condition over nothing", "", func(i *item) { i.Materials[0].When = "form.colour == 'red'" }, "/materials/0/when bad-condition", ""},
		{"a condition hidden behind another", "", func(i *item) { i.Materials[0].When = "form.format == 'x' && form.colour == 'red'" }, "/materials/0/when bad-condition", ""},
		{"a condition that is no question", "", func(i *item) { i.Materials[0].When = "form.format" }, "/materials/0/when bad-condition", ""},
		{"a condition with the clock", "", func(i *item) { i.Materials[0].When = "now() > timestamp('2026-01-01T00:00:00Z')" }, "/materials/0/when bad-condition", ""},
		{"a condition too long", "", func(i *item) {
			i.Materials[0].When = strings.Repeat("form.format == 'x' || ", 40) + "true"
		}, "/materials/0/when bad-condition", ""},
		{"a fee without its basis", "", func(i *item) { i.Fees = []catalogue.Fee{{ID: "a", Name: i.Name, Per: i.Name, Amount: 1, Mark: i.Mark}} }, "/fees/0/basis missing", "MISSING-收费依据"},
		{"a fee of nothing", "", func(i *item) {
			i.Fees = []catalogue.Fee{{ID: "a", Name: i.Name, Per: i.Name, Basis: i.Name, Mark: i.Mark}}
		}, "/fees/0/amount bad-fee", "FORMAT-收费标准"},
		{"a source that is not there", "", func(i *item) { i.Mark = catalogue.Mark{Source: "hearsay", Grade: "b"} }, "/mark/source unknown-source", ""},
		{"graded without a source", "", func(i *item) { i.Mark = catalogue.Mark{Grade: "b"} }, "/mark no-source", ""},
		{"assumed with a source", "", func(i *item) { i.Mark = catalogue.Mark{Source: "yuhua-2021", Grade: "assumed"} }, "/mark/source assumed-source", ""},
		{"no grade", "", func(i *item) { i.Limits.Promised.Mark.Grade = "" }, "/limits/promised/mark/grade missing", ""},
		{"a grade of none", "", func(i *item) { i.Mark.Grade = "z" }, "/mark/grade unknown-value", ""},
		{"an unknown form", "", func(i *item) { i.Form, i.Materials[3].When = "nothing", "" }, "/form unknown-form", ""},
		{"no form at all", "", func(i *item) { i.Form, i.Materials[3].When = "", "" }, "(/form no-form)", "LOG_SAMPLE_DOWNLOAD_001"},
		{"an unknown city", "", func(i *item) { i.City = "wuhan" }, "/city unknown-city", ""},
		{"a process that does not decide", "", func(i *item) {
			i.Steps = slices.DeleteFunc(i.Steps, func(s catalogue.Step) bool { return s.ID == "decide" })
		}, "/steps steps-days, /steps steps-lack", "LOG_PROCESS_COMPLETENESS_001"},
		{"stages that do not add up", "", func(i *item) { i.Steps[1].Days++ }, "/steps steps-days", "LOG_PROCESS_TIME_LIMIT_INCONSISTENT_001"},
		{"at once, in eight days", "", func(i *item) { i.Kind = "1" }, "/limits/promised instant-late", "LOG_INSTANT_TIME_LIMIT_CONTRADICTION_001"},
		{"an inspection within four days", "", func(i *item) {
			i.Steps[1].Days = 1
			i.Limits.Promised.Count = 4
		}, "(/limits/promised inspection-fast)", "LOG_SITE_INSPECTION_001"},
		{"in person, and by a deputy", "senior-card", func(i *item) { i.Accept[0].Text.Zh += "，须本人到场" }, "/accept/0 proxy-in-person", "LOG_CONDITION_PROXY_001"},
		{"a proof that is not listed", "", func(i *item) { i.Accept[0].Text.Zh += "，有无犯罪记录证明" }, "/accept/0 proof-unlisted", "LOG_MATERIAL_CONDITION_001"},
		{"a proof that is listed", "", func(i *item) { i.Accept[0].Text.Zh += "，有营业执照" }, "", ""},
		{"papers among the conditions", "", func(i *item) { i.Accept[0].Text.Zh += "，交申请表" }, "/accept/0 material-in-conditions", "LOG_CONDITION_FIELD_MISPLACED_001"},
		{"online, and two visits", "", func(i *item) { i.Online.Visits = 2 }, "/online/visits visits", "LOG_SITE_VISIT_COUNT_001"},
		{"from another city, within the county", "", func(i *item) { i.Scope = "county" }, "/scope mode-scope", ""},
		{"a web address of none", "", func(i *item) { i.Online.URL = "javascript:alert(1)" }, "/online/url bad-format", "FORMAT-网办地址"},
		{"a street and number", "", func(i *item) { i.Places[0].Address.Zh = "岳麓区岳华路 279 号" }, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := c.id
			if id == "" {
				id = "food-licence"
			}
			i := again(t, w.all.Item(id, "changsha"))
			c.change(i)
			faults := slices.DeleteFunc(catalogue.Check(i, w.refs), func(f catalogue.Fault) bool { return f.Code == catalogue.CodeAddress })
			if got := told(faults); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.rule != "" && !slices.ContainsFunc(faults, func(f catalogue.Fault) bool { return f.Rule == c.rule && f.Ref != "" }) {
				t.Errorf("no fault of rule %s: %v", c.rule, faults)
			}
		})
	}
}

// days sets the promise, and the stages with it.
func days(i *catalogue.Item, n int) {
	i.Steps[len(i.Steps)-2].Days += n - i.Limits.Promised.Count
	i.Limits.Promised.Count = n
}
