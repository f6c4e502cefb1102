package licence

import (
	"strings"

	"conurb/area"
)

// Field is an item of the metadata of GB/T 36903-2018, by the short name that systems in
// use give it.
type Field struct {
	Short    string    // as ZZMC
	Name     area.Text // as 证照名称
	Text     string
	Personal bool // shown only if the holder chooses to
}

// Metadata is the metadata of a licence. Items that begin with KZ_ are extensions, as the
// standard permits. It holds the record as it is: who may see it is for the caller.
func (r *Record) Metadata(t *Type) []Field {
	return []Field{
		{"ZZMC", area.Text{Zh: "证照名称", En: "name of the licence"}, t.Name.Zh, false},
		{"ZZLXDM", area.Text{Zh: "证照类型代码", En: "code of the type"}, r.Type, false},
		{"ZZBS", area.Text{Zh: "证照标识", En: "identifier"}, r.Identifier, false},
		{"ZZBH", area.Text{Zh: "证照编号", En: "number"}, r.Number, true},
		{"ZZBFJG", area.Text{Zh: "证照颁发机构", En: "issuing authority"}, r.Authority.Name, false},
		{"ZZBFJGDM", area.Text{Zh: "证照颁发机构代码", En: "code of the issuing authority"}, r.Authority.Code, false},
		{"ZZBFRQ", area.Text{Zh: "证照颁发日期", En: "issued on"}, r.Issued.String(), false},
		{"CZZT", area.Text{Zh: "持证主体", En: "holder"}, r.Holder.Name, true},
		{"CZZTDM", area.Text{Zh: "持证主体代码", En: "code of the holder"}, r.Holder.Code, true},
		{"CZZTDMLXDM", area.Text{Zh: "持证主体代码类型代码", En: "kind of the holder's code"}, r.Holder.Kind, true},
		{"ZZYXQQSRQ", area.Text{Zh: "证照有效期起始日期", En: "valid from"}, r.From.String(), false},
		{"ZZYXQJZRQ", area.Text{Zh: "证照有效期截止日期", En: "valid until"}, dayOr(r.Until), false},
		{"KZ_GLZZBS", area.Text{Zh: "关联证照标识", En: "identifier before the transfer"}, r.Former, true},
	}
}

func dayOr(d area.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// Export is the metadata as JSON objects have it: short names, the state's code and the
// attributes as extensions. It is for systems that the authority shares its licences with.
func (r *Record) Export(t *Type) map[string]any {
	out := map[string]any{}
	for _, f := range r.Metadata(t) {
		if f.Text != "" {
			out[f.Short] = f.Text
		}
	}
	out["KZ_ZZZTDM"] = r.State.Code()
	out["KZ_CZLXDM"] = r.Action.Code()
	for _, a := range t.Attributes {
		if v, ok := r.Attributes[a.ID]; ok {
			out["KZ_"+strings.ToUpper(a.ID)] = v
		}
	}
	return out
}
