package sheet

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds what a workbook may grow to when it is opened.
const maxUnzipped = 64 << 20

// preferred is the sheet that is read where a workbook has it.
const preferred = "observations"

func readWorkbook(b []byte) (rows []Row, err error) {
	defer func() { // the reader is not proof against every broken workbook
		if v := recover(); v != nil {
			rows, err = nil, fmt.Errorf("%w: %v", ErrWorkbook, v)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrWorkbook, err)
	}
	defer f.Close()
	w := &workbook{f: f, dates: map[int]string{}}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		w.from1904 = *p.Date1904
	}
	names := f.GetSheetList()
	if len(names) == 0 {
		return nil, fmt.Errorf("%w: it has no sheet", ErrWorkbook)
	}
	w.sheet = names[0]
	for _, n := range names {
		if n == preferred {
			w.sheet = n
		}
	}
	return w.rows()
}

type workbook struct {
	f        *excelize.File
	sheet    string
	from1904 bool
	dates    map[int]string // style -> Go layout of its dates, percent, or "" for neither
}

func (w *workbook) rows() ([]Row, error) {
	it, err := w.f.Rows(w.sheet)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrWorkbook, err)
	}
	defer it.Close()
	var rows []Row
	for line := 1; it.Next(); line++ {
		cells, err := it.Columns()
		if err != nil {
			return nil, fmt.Errorf("%w: row %d: %v", ErrWorkbook, line, err)
		}
		if len(cells) == 0 {
			continue
		}
		if len(rows) == MaxRows {
			return nil, ErrTooLong
		}
		for i := range cells {
			if cells[i], err = w.cell(cells[i], i+1, line); err != nil {
				return nil, fmt.Errorf("%w: row %d: %v", ErrWorkbook, line, err)
			}
		}
		rows = append(rows, Row{line, cells})
	}
	return rows, it.Error()
}

// percent marks a style that shows 0.8 as 80%.
const percent = "%"

// cell writes a date as text, a share as the percentage that Excel shows, and a
// truth value as a word; everything else stays as stored.
func (w *workbook) cell(raw string, column, line int) (string, error) {
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw, nil
	}
	at, err := excelize.CoordinatesToCellName(column, line)
	if err != nil {
		return "", err
	}
	switch kind, err := w.f.GetCellType(w.sheet, at); {
	case err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString:
		return raw, err // digits that were written as text
	case kind == excelize.CellTypeBool:
		return strings.ToUpper(strconv.FormatBool(serial != 0)), nil
	}
	style, err := w.f.GetCellStyle(w.sheet, at)
	if err != nil {
		return "", err
	}
	layout, err := w.layout(style)
	switch {
	case err != nil || layout == "":
		return plainNumber(raw, serial), err
	case layout == percent:
		return plainNumber("", serial*100) + percent, nil
	}
	t, err := excelize.ExcelDateToTime(serial, w.from1904)
	if err != nil {
		return raw, nil
	}
	return t.Format(layout), nil
}

// plainNumber writes a number without an exponent, and to the 15 digits that
// Excel itself shows: a computed 0.3 is stored as 0.30000000000000004.
func plainNumber(raw string, v float64) string {
	if raw != "" && len(raw) <= 15 && !strings.ContainsAny(raw, "eE") {
		return raw
	}
	v, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return raw
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// layout is how the dates of a style are written, "" when it is no date style.
func (w *workbook) layout(style int) (string, error) {
	if l, ok := w.dates[style]; ok {
		return l, nil
	}
	s, err := w.f.GetStyle(style)
	if err != nil {
		return "", err
	}
	code := ""
	if s.CustomNumFmt != nil {
		code = *s.CustomNumFmt
	}
	w.dates[style] = dateLayout(s.NumFmt, code)
	if s.NumFmt == 9 || s.NumFmt == 10 || strings.Contains(code, percent) { // ECMA-376 part 1 §18.8.30
		w.dates[style] = percent
	}
	return w.dates[style], nil
}

// dateLayout knows the built-in date formats of ECMA-376 part 1 §18.8.30, those
// of the Chinese Excel among them, and reads custom ones.
func dateLayout(id int, code string) string {
	const day, month = "2006-01-02", "2006-01"
	switch {
	case id == 17 || id == 27 && code == "" || id == 57:
		return month
	case id >= 14 && id <= 16 || id == 22 || id >= 28 && id <= 31 || id == 36 || id == 50 || id == 51 || id == 52 || id == 53 || id == 54 || id == 58:
		return day
	}
	bare := unquoted(strings.ToLower(code))
	switch {
	case !strings.Contains(bare, "y"):
		return ""
	case strings.Contains(bare, "d"):
		return day
	}
	return month
}

// unquoted leaves out what a number format only prints: "text", \x and [conditions].
func unquoted(code string) string {
	var b strings.Builder
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			i++
			for i < len(code) && code[i] != '"' {
				i++
			}
		case '[':
			for i < len(code) && code[i] != ']' {
				i++
			}
		case '\\', '_', '*':
			i++
		default:
			b.WriteByte(code[i])
		}
	}
	return b.String()
}
