package catalogue

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// limits holds the promised limit to the statutory one.
func (c *checker) limits(i *Item) {
	s, p := i.Limits.Statutory, i.Limits.Promised
	if !p.Stated() {
		c.standard("/limits/promised", "MISSING", "承诺办结时限", CodeMissing)
	}
	c.days("/limits/statutory", "法定办结时限", s)
	c.days("/limits/promised", "承诺办结时限", p)
	if s.Stated() && p.Stated() && later(p, s) {
		c.standard("/limits/promised", "LIMIT", "承诺办结时限", CodePromise, "promised", strconv.Itoa(p.Count), "statutory", strconv.Itoa(s.Count))
	}
}

// later tells whether a limit can end after another. Working days are reckoned against days of
// the calendar with the most weekends that they can hold; holidays are not.
func later(p, s Days) bool {
	if p.Unit == Working && s.Unit == Calendar {
		return p.Count+2*((p.Count+4)/5) > s.Count
	}
	return p.Count > s.Count
}

func (c *checker) days(at, element string, d Days) {
	switch {
	case !d.Stated() && d.Count == 0:
		return
	case d.Unit != Working && d.Unit != Calendar:
		c.standard(at+"/unit", "FORMAT", element, CodeValue, "value", clip(string(d.Unit)), "known", "working, calendar")
	case d.Count < 0 || d.Count > MostDays:
		c.standard(at+"/count", "FORMAT", element, CodeLimit, "value", strconv.Itoa(d.Count))
	}
	c.mark(at+"/mark", d.Mark)
}

// lists holds materials, fees, steps and conditions.
func (c *checker) lists(i *Item) {
	var form *Form
	if c.refs.Forms != nil && i.Form != "" {
		if form = c.refs.Forms(i.Form); form == nil {
			c.report("/form", CodeForm, "value", clip(i.Form))
		}
	}
	c.some("/accept", "办理条件", len(i.Accept))
	for n, a := range i.Accept {
		at := "/accept/" + strconv.Itoa(n)
		c.text(at+"/text", "办理条件", a.Text, 400)
		c.mark(at+"/mark", a.Mark)
	}
	c.some("/steps", "办理流程", len(i.Steps))
	c.ids("/steps", len(i.Steps), func(n int) string { return i.Steps[n].ID })
	for n, s := range i.Steps {
		at := "/steps/" + strconv.Itoa(n)
		c.text(at+"/name", "办理流程", s.Name, 60)
		c.text(at+"/text", "办理流程", s.Text, 400)
		if s.Days < 0 || s.Days > MostDays {
			c.standard(at+"/days", "FORMAT", "办理流程", CodeLimit, "value", strconv.Itoa(s.Days))
		}
	}
	c.some("/materials", "申请材料", len(i.Materials))
	c.ids("/materials", len(i.Materials), func(n int) string { return i.Materials[n].ID })
	for n := range i.Materials {
		c.material("/materials/"+strconv.Itoa(n), &i.Materials[n], form)
	}
	c.ids("/fees", len(i.Fees), func(n int) string { return i.Fees[n].ID })
	for n := range i.Fees {
		c.fee("/fees/"+strconv.Itoa(n), &i.Fees[n], form)
	}
}

func (c *checker) ids(at string, n int, id func(int) string) {
	seen := map[string]bool{}
	for k := range n {
		here, s := at+"/"+strconv.Itoa(k)+"/id", id(k)
		switch {
		case !word(s):
			c.report(here, CodeID, "value", clip(s))
		case seen[s]:
			c.report(here, CodeIDTwice, "value", s)
		}
		seen[s] = true
	}
}

func (c *checker) material(at string, m *Material, form *Form) {
	c.text(at+"/name", "材料名称", m.Name, 200)
	for n, t := range m.Licences {
		if c.refs.Types != nil && c.refs.Types.Type(t) == nil {
			c.report(at+"/licences/"+strconv.Itoa(n), CodeLicence, "value", clip(t))
		}
	}
	if m.Originals < 0 || m.Copies < 0 || m.Originals > 20 || m.Copies > 20 {
		c.standard(at, "FORMAT", "原件/复印件份数", CodeFormat, "value", strconv.Itoa(m.Originals)+"/"+strconv.Itoa(m.Copies))
	}
	c.condition(at+"/when", m.When, form)
	c.mark(at+"/mark", m.Mark)
}

func (c *checker) fee(at string, f *Fee, form *Form) {
	c.text(at+"/name", "收费标准", f.Name, 200)
	c.text(at+"/per", "收费标准", f.Per, 60)
	c.text(at+"/basis", "收费依据", f.Basis, 400)
	if f.Amount <= 0 || f.Amount > MostFee {
		c.standard(at+"/amount", "FORMAT", "收费标准", CodeFee, "value", strconv.FormatInt(f.Amount, 10))
	}
	c.condition(at+"/when", f.When, form)
	c.mark(at+"/mark", f.Mark)
}

func (c *checker) condition(at, text string, form *Form) {
	if text == "" {
		return
	}
	if form == nil {
		c.report(at, CodeCondition, "cause", "no form to ask about")
		return
	}
	if _, err := form.condition(text); err != nil {
		c.report(at, CodeCondition, "cause", clip(err.Error()))
	}
}

// telephone is a number with its area code, as the checker of service guides has it, or one
// of the national hotlines.
var (
	telephone = regexp.MustCompile(`^([0-9]{3,4}-)?[0-9]{7,8}$`)
	hotlines  = []string{"110", "12110", "12315", "12329", "12333", "12345", "12393", "12320", "12348", "12366", "12367", "12389"}
)

func (c *checker) contacts(i *Item) {
	c.some("/places", "办理地点", len(i.Places))
	for n, p := range i.Places {
		at := "/places/" + strconv.Itoa(n)
		c.text(at+"/name", "办理地点", p.Name, 200)
		c.text(at+"/address", "办理地点", p.Address, 200)
		c.text(at+"/hours", "办理时间", p.Hours, 200)
		c.mark(at+"/mark", p.Mark)
		if p.Phone != "" {
			c.phone(at+"/phone", "咨询电话", p.Phone)
		}
		if p.Address.Zh != "" && !strings.ContainsAny(p.Address.Zh, "路街号楼室层栋") {
			c.standard(at+"/address", "FORMAT", "办理地点", CodeAddress, "value", clip(p.Address.Zh))
			c.mild()
		}
	}
	c.phone("/consult/phone", "咨询电话", i.Consult.Phone)
	c.mark("/consult/mark", i.Consult.Mark)
	c.phone("/complaint/phone", "监督电话", i.Complaint.Phone)
	c.mark("/complaint/mark", i.Complaint.Mark)
	if i.Online.URL != "" && !strings.HasPrefix(i.Online.URL, "https://") && !strings.HasPrefix(i.Online.URL, "http://") {
		c.standard("/online/url", "FORMAT", "网办地址", CodeFormat, "value", clip(i.Online.URL))
	}
}

func (c *checker) phone(at, element, s string) {
	switch {
	case s == "":
		c.standard(at, "MISSING", element, CodeMissing)
	case !telephone.MatchString(s) && !slices.Contains(hotlines, s):
		c.standard(at, "FORMAT", element, CodeFormat, "value", clip(s))
	}
}
