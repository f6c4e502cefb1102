package authority

import (
	"bytes"

	"conurb/kit/sheet"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
)

// Form is the table to be filled in for a type, in the words of a language: CSV, or a
// workbook whose cells are all text, so that numbers of 18 digits stay as they are.
func (k *Desk) Form(code, lang string, workbook bool) ([]byte, error) {
	return Form(k.Types, code, lang, workbook)
}

// Form is that of a register.
func Form(types *licence.Register, code, lang string, workbook bool) ([]byte, error) {
	t := types.Type(code)
	if t == nil {
		return nil, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": code}}
	}
	write := sheet.WriteCSV
	if workbook {
		write = sheet.WriteWorkbook
	}
	var b bytes.Buffer
	err := write(&b, roll.Form(t, lang == "zh-CN"))
	return b.Bytes(), err
}
