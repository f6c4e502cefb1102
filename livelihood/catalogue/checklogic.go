package catalogue

import (
	"slices"
	"strconv"
	"strings"
)

// The rules of a public checker of service guides (LOG_…), which rest on GB/T 36114-2018
// annex A, GB/T 39554.2-2020 table 3 and 国办发〔2018〕45号, asked of fields instead of texts.
func (c *checker) logic(i *Item) {
	c.process(i)
	c.proofs(i)
	promised := i.Limits.Promised
	if i.Kind == "1" && promised.Count > 1 {
		c.rule("/limits/promised", "LOG_INSTANT_TIME_LIMIT_CONTRADICTION_001", "GB/T 36114-2018 附录A", CodeInstant, "promised", strconv.Itoa(promised.Count))
	}
	for _, s := range i.Steps {
		if promised.Stated() && promised.Count < 5 && (strings.Contains(s.Name.Zh+s.Text.Zh, "现场勘查") || strings.Contains(s.Name.Zh+s.Text.Zh, "现场核查")) {
			c.rule("/limits/promised", "LOG_SITE_INSPECTION_001", "DB1405/T 085-2025 5.2", CodeInspection, "promised", strconv.Itoa(promised.Count))
			c.mild() // a rule of another place: told, not held to
		}
	}
	online := slices.Contains(i.Modes, ModeOnline) || i.Online.Depth == "4"
	if i.Online.Visits < 0 || i.Online.Visits > 20 || online && i.Online.Visits > 0 {
		c.rule("/online/visits", "LOG_SITE_VISIT_COUNT_001", "GB/T 39554.2-2020", CodeVisits)
	}
	if i.Form == "" {
		c.rule("/form", "LOG_SAMPLE_DOWNLOAD_001", "GB/T 39554.2-2020 表3", CodeSample)
		c.mild()
	}
	if len(i.Modes) > 0 && i.Scope == "county" { // 跨市 is the least that reaches another city
		c.rule("/scope", "", "国办发〔2020〕35号", CodeScope)
	}
}

func (c *checker) rule(at, rule, ref, code string, args ...string) {
	c.report(at, code, args...)
	f := &c.faults[len(c.faults)-1]
	f.Rule, f.Ref = rule, ref
}

// stages are those that a process has to name, with the words by which they are known.
var stages = []struct {
	ID    string
	Words []string
}{
	{"accept", []string{"受理"}},
	{"review", []string{"审核", "审查", "核查", "核验"}},
	{"decide", []string{"审批", "决定", "办结", "登记"}},
	{"deliver", []string{"送达", "发放", "领取", "告知", "发证"}},
}

// process holds the steps to have every stage, and their days to add up. What is done at once
// needs no review of its own.
func (c *checker) process(i *Item) {
	lack, sum := []string{}, 0
	for _, stage := range stages {
		if i.Kind == "1" && stage.ID == "review" {
			continue
		}
		there := slices.ContainsFunc(i.Steps, func(s Step) bool {
			return s.ID == stage.ID || slices.ContainsFunc(stage.Words, func(w string) bool { return strings.Contains(s.Name.Zh, w) })
		})
		if !there {
			lack = append(lack, stage.Words[0])
		}
	}
	if len(i.Steps) > 0 && len(lack) > 0 {
		c.rule("/steps", "LOG_PROCESS_COMPLETENESS_001", "GB/T 36114-2018 附录A", CodeIncomplete, "stages", strings.Join(lack, "、"))
	}
	for _, s := range i.Steps {
		sum += s.Days
	}
	if p := i.Limits.Promised; sum > 0 && p.Unit == Working && sum != p.Count {
		c.rule("/steps", "LOG_PROCESS_TIME_LIMIT_INCONSISTENT_001", "DB1405/T 085-2025 5.7", CodeSum, "sum", strconv.Itoa(sum), "promised", strconv.Itoa(p.Count))
	}
}

var (
	proofs = []string{"收入证明", "产权证明", "资质证明", "无犯罪记录证明", "健康证明", "社保证明", "纳税证明", "身份证明", "居住证明", "学历证明", "学位证书", "营业执照"}
	forms  = []string{"申请表", "复印件", "原件"}
	person = []string{"本人到场", "本人办理", "须本人"}
)

// proofs holds conditions and materials to one another.
func (c *checker) proofs(i *Item) {
	for n, a := range i.Accept {
		at := "/accept/" + strconv.Itoa(n)
		for _, w := range proofs {
			listed := slices.ContainsFunc(i.Materials, func(m Material) bool { return strings.Contains(m.Name.Zh, w) })
			if strings.Contains(a.Text.Zh, w) && !listed {
				c.rule(at, "LOG_MATERIAL_CONDITION_001", "国办发〔2017〕47号 5.5", CodeProof, "value", w)
			}
		}
		if slices.ContainsFunc(forms, func(w string) bool { return strings.Contains(a.Text.Zh, w) }) {
			c.rule(at, "LOG_CONDITION_FIELD_MISPLACED_001", "GB/T 36114-2018 6.3", CodeMisplaced)
		}
		if slices.ContainsFunc(person, func(w string) bool { return strings.Contains(a.Text.Zh, w) }) && slices.Contains(i.Modes, ModeDeputy) {
			c.rule(at, "LOG_CONDITION_PROXY_001", "DB1405/T 085-2025 5.4", CodeProxy)
		}
	}
}
