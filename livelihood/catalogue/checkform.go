package catalogue

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The codes of faults of forms and bundles alone.
const (
	CodeSchema    = "not-a-schema"   // cause
	CodeNoAnswer  = "no-such-answer" // value
	CodeNotAsk    = "never-asked"    // value: an answer that no field asks for
	CodeAskTwice  = "asked-twice"    // value
	CodeOption    = "option-missing" // value
	CodeAttribute = "unknown-attribute"
	CodeItem      = "unknown-item"
	CodeStep      = "unknown-step"
	CodeRound     = "round" // steps that wait for one another
	CodeNoCity    = "not-a-city-question"
	CodeUnlike    = "unlike" // shared answers of another kind
)

// FormCodes lists them.
var FormCodes = []string{CodeSchema, CodeNoAnswer, CodeNotAsk, CodeAskTwice, CodeOption, CodeAttribute, CodeItem, CodeStep, CodeRound, CodeNoCity, CodeUnlike}

// CheckForm compiles a form and tells what is wrong with it.
func (f *Form) CheckForm(refs Refs) []Fault {
	c := &checker{refs: refs}
	if err := f.Compile(); err != nil {
		c.report("/schema", CodeSchema, "cause", clip(err.Error()))
		return c.faults
	}
	if f.schema.Type != "object" {
		c.report("/schema/type", CodeSchema, "cause", f.schema.Type)
		return c.faults
	}
	if !word(f.ID) {
		c.report("/id", CodeID, "value", f.ID)
	}
	c.text("/title", "表单名称", f.Title, 200)
	c.ids("/layout", len(f.Layout), func(n int) string { return f.Layout[n].ID })
	asked := map[string]bool{}
	for n, s := range f.Layout {
		at := "/layout/" + strconv.Itoa(n)
		c.text(at+"/title", "表单分组", s.Title, 100)
		c.conds(at+"/when", s.When, f.schema)
		c.fields(at+"/fields", s.Fields, f.schema, asked)
	}
	c.unasked(f.schema, "", asked)
	return c.faults
}

// unasked tells of answers that nobody can give.
func (c *checker) unasked(s *Schema, base string, asked map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		at := base + "/" + escape(name)
		switch {
		case asked[at]:
		case s.Properties[name].Type == "object":
			c.unasked(s.Properties[name], at, asked)
		default:
			c.report("/schema", CodeNotAsk, "value", at)
		}
	}
}

func (c *checker) conds(at string, list []Cond, s *Schema) {
	for n, cond := range list {
		here := at + "/" + strconv.Itoa(n)
		if s.At(cond.At) == nil {
			c.report(here+"/at", CodeNoAnswer, "value", clip(cond.At))
		}
		if len(cond.In) == 0 {
			c.report(here+"/in", CodeMissing, "field", "in")
		}
		if p := s.At(cond.At); p != nil && p.Enum != nil {
			for k, v := range cond.In {
				if v != "" && !slices.Contains(p.Enum, v) {
					c.report(here+"/in/"+strconv.Itoa(k), CodeValue, "field", "in", "value", clip(v), "known", strings.Join(p.Enum, ", "))
				}
			}
		}
	}
}

func (c *checker) fields(at string, list []Field, s *Schema, asked map[string]bool) {
	for n := range list {
		q, here := &list[n], at+"/"+strconv.Itoa(n)
		p := s.At(q.At)
		if p == nil || q.At == "" {
			c.report(here+"/at", CodeNoAnswer, "value", clip(q.At))
			continue
		}
		if asked[q.At] {
			c.report(here+"/at", CodeAskTwice, "value", q.At)
		}
		asked[q.At] = true
		c.text(here+"/label", "表单问题", q.Label, 200)
		if !slices.Contains(Widgets, q.Widget) {
			c.report(here+"/widget", CodeValue, "field", "widget", "value", clip(q.Widget), "known", strings.Join(Widgets, ", "))
		}
		c.conds(here+"/when", q.When, s)
		c.options(here, q, p)
		c.fill(here+"/fill", q.Fill)
		if p.Type == "array" && p.Items.Type == "object" {
			within := map[string]bool{}
			c.fields(here+"/fields", q.Fields, p.Items, within)
			c.unasked(p.Items, "", within)
		} else if len(q.Fields) > 0 {
			c.report(here+"/fields", CodeNoAnswer, "value", q.At)
		}
	}
}

// options holds the choices shown to be those of the schema.
func (c *checker) options(at string, q *Field, p *Schema) {
	if p.Type == "array" {
		p = p.Items
	}
	for n, o := range q.Options {
		here := at + "/options/" + strconv.Itoa(n)
		c.text(here+"/label", "表单选项", o.Label, 200)
		if !slices.Contains(p.Enum, o.Value) {
			c.report(here+"/value", CodeValue, "field", "options", "value", clip(o.Value), "known", strings.Join(p.Enum, ", "))
		}
	}
	for _, v := range p.Enum {
		if q.Widget != "city" && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == v }) {
			c.report(at+"/options", CodeOption, "value", v)
		}
	}
}

func (c *checker) fill(at, fill string) {
	if fill == "" {
		return
	}
	code, id, _ := strings.Cut(fill, "/")
	if c.refs.Types == nil {
		return
	}
	switch t := c.refs.Types.Type(code); {
	case t == nil:
		c.report(at, CodeLicence, "value", clip(code))
	case !slices.Contains(holderFills, id) && t.Attribute(id) == nil:
		c.report(at, CodeAttribute, "value", clip(id))
	}
}

// holderFills are what every licence says beside its attributes: whose it is.
var holderFills = []string{"holder.name", "holder.code"}

// Check tells what is wrong with a bundle.
func (b *Bundle) Check(all *Catalogue, refs Refs) []Fault {
	c := &checker{refs: refs}
	if !word(b.ID) {
		c.report("/id", CodeID, "value", b.ID)
	}
	c.text("/name", "一件事名称", b.Name, 200)
	c.text("/plain", "一件事简述", b.Plain, 600)
	c.one("/event", "", b.Event, Events)
	c.mark("/mark", b.Mark)
	form := all.Form(b.Form)
	if form == nil || form.schema == nil {
		c.report("/form", CodeForm, "value", clip(b.Form))
		return c.faults
	}
	c.some("/steps", "一件事事项", len(b.Steps))
	c.ids("/steps", len(b.Steps), func(n int) string { return b.Steps[n].ID })
	for n := range b.Steps {
		c.bundleStep("/steps/"+strconv.Itoa(n), b, &b.Steps[n], form, all)
	}
	if _, ok := b.order(); !ok {
		c.report("/steps", CodeRound)
	}
	return c.faults
}

func (c *checker) bundleStep(at string, b *Bundle, s *BundleStep, form *Form, all *Catalogue) {
	i := slices.IndexFunc(all.Items, func(i *Item) bool { return i.ID == s.Item })
	if i < 0 {
		c.report(at+"/item", CodeItem, "value", clip(s.Item))
		return
	}
	if p := form.schema.At(s.City); p == nil || p.Type != "string" || !slices.Equal(p.Enum, c.refs.Cities) {
		c.report(at+"/city", CodeNoCity, "value", clip(s.City))
	}
	for n, a := range s.After {
		if !slices.ContainsFunc(b.Steps, func(o BundleStep) bool { return o.ID == a }) {
			c.report(at+"/after/"+strconv.Itoa(n), CodeStep, "value", clip(a))
		}
	}
	c.conds(at+"/when", s.When, form.schema)
	own := all.Form(all.Items[i].Form)
	if own == nil || own.schema == nil {
		if len(s.Share) > 0 {
			c.report(at+"/share", CodeForm, "value", all.Items[i].Form)
		}
		return
	}
	for to, from := range s.Share {
		want, have := own.schema.At(to), form.schema.At(from)
		switch here := at + "/share/" + escape(to); {
		case want == nil:
			c.report(here, CodeNoAnswer, "value", to)
		case have == nil:
			c.report(here, CodeNoAnswer, "value", from)
		case !alike(want, have):
			c.report(here, CodeUnlike, "value", to, "shared", from)
		}
	}
}

// alike tells whether every answer to one question is one to another.
func alike(want, have *Schema) bool {
	if want.Type != have.Type || want.Format != have.Format || want.HasConst && !have.HasConst {
		return false
	}
	if want.Enum != nil {
		return have.Enum != nil && !slices.ContainsFunc(have.Enum, func(e string) bool { return !slices.Contains(want.Enum, e) })
	}
	if want.maxLength >= 0 && (have.maxLength < 0 || have.maxLength > want.maxLength) || have.minLength < want.minLength {
		return false
	}
	if want.Type == "array" {
		return alike(want.Items, have.Items)
	}
	for name, p := range have.Properties {
		if q := want.Properties[name]; q == nil || !alike(q, p) {
			return false
		}
	}
	return true
}
