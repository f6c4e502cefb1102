package roll

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"conurb/area"
	"conurb/livelihood/licence"
)

// Column is a column that a table of a type may have.
type Column struct {
	Field  string    `json:"field"` // as licence.ReadDraft names it: "holder.code", "attributes.address"
	Short  string    `json:"short"` // of GB/T 36903, KZ_ and the id of attributes
	Name   area.Text `json:"name"`
	Form   string    `json:"form"` // one of licence.Forms
	Needed bool      `json:"needed"`
}

// The fields that are columns beside attributes.
const (
	fieldName   = "holder.name"
	fieldCode   = "holder.code"
	fieldKind   = "holder.kind"
	fieldNumber = "number"
	fieldFrom   = "from"
	fieldUntil  = "until"
	fieldReason = "reason"
	fieldType   = "type"
)

// Columns lists those of a type, in the order of its form. The kind of the holder is needed
// where the type has several; the type itself may be given, and is then compared.
func Columns(t *licence.Type) []Column {
	list := []Column{
		{fieldName, "CZZT", area.Text{Zh: "持证主体", En: "holder"}, licence.FormText, true},
		{fieldCode, "CZZTDM", area.Text{Zh: "持证主体代码", En: "code of the holder"}, licence.FormText, true},
		{fieldKind, "CZZTDMLXDM", area.Text{Zh: "持证主体代码类型代码", En: "kind of the holder's code"}, licence.FormText, len(t.Holders) > 1},
		{fieldNumber, "ZZBH", area.Text{Zh: "证照编号", En: "number"}, licence.FormText, false},
		{fieldFrom, "ZZYXQQSRQ", area.Text{Zh: "证照有效期起始日期", En: "valid from"}, licence.FormDay, false},
		{fieldUntil, "ZZYXQJZRQ", area.Text{Zh: "证照有效期截止日期", En: "valid until"}, licence.FormDay, false},
	}
	for _, a := range t.Attributes {
		list = append(list, Column{"attributes." + a.ID, "KZ_" + strings.ToUpper(a.ID), a.Name, a.Form, a.Needed})
	}
	return append(list,
		Column{fieldReason, "KZ_SY", area.Text{Zh: "事由", En: "reason"}, licence.FormText, false},
		Column{fieldType, "ZZLXDM", area.Text{Zh: "证照类型代码", En: "code of the type"}, licence.FormText, false},
	)
}

// known tells whether a heading, made plain, means the column.
func (c *Column) known(heading string) bool {
	id := strings.TrimPrefix(c.Field, "attributes.")
	for _, name := range []string{c.Short, c.Name.Zh, c.Name.En, id} {
		if plain(name) == heading {
			return true
		}
	}
	return false
}

// plain is a text as headings are compared: full-width forms, case and blanks do not count.
func plain(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), ""))
}

// find is the place of the column that a heading means, -1 for none. The plain names of the
// standard come before those of attributes.
func find(columns []Column, heading string) int {
	h := strings.TrimSuffix(plain(heading), "*")
	return slices.IndexFunc(columns, func(c Column) bool { return c.known(h) })
}

// Form is the table to be filled in, in the words of a language: its headings, and an
// example that is passed over when it is read.
func Form(t *licence.Type, chinese bool) [][]string {
	in := func(zh, en string) string {
		if chinese {
			return zh
		}
		return en
	}
	var headings, example []string
	for _, c := range Columns(t) {
		if c.Field == fieldType || c.Field == fieldKind && !c.Needed {
			continue
		}
		headings = append(headings, in(c.Name.Zh, c.Name.En))
		text := map[string]string{licence.FormDay: "2026-11-26", licence.FormNumber: "100", licence.FormYesNo: in("是", "yes"), licence.FormTexts: in("甲、乙", "A; B"), licence.FormText: in("文字", "text")}[c.Form]
		switch {
		case c.Field == fieldName:
			text = "# " + in("示例（本行不读取）：王小明", "example (this row is not read): Wang Xiaoming")
		case c.Field == fieldCode && t.Holders[0] == licence.KindCitizen:
			text = "11010519491231002X"
		case c.Field == fieldCode:
			text = "91430100XX00000010"
		case c.Field == fieldKind:
			text = strings.Join(t.Holders, in("或", " or "))
		case !c.Needed:
			text = in("可不填", "may be left out")
		}
		example = append(example, text)
	}
	return [][]string{headings, example}
}
