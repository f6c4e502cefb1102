package sheet

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// WriteCSV writes a table as spreadsheets open it: UTF-8 with its mark, and CRLF.
func WriteCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out.WriteAll(rows)
}

// WriteWorkbook writes a table as a workbook in which every cell of its columns is text,
// those that are still empty too: what is typed there stays as it is typed.
func WriteWorkbook(w io.Writer, rows [][]string) error {
	book := excelize.NewFile()
	defer book.Close()
	const text, table = 49, "Sheet1" // 49 is "@", ECMA-376 part 1 §18.8.30
	style, err := book.NewStyle(&excelize.Style{NumFmt: text})
	if err != nil {
		return err
	}
	head, err := book.NewStyle(&excelize.Style{NumFmt: text, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF2"}}})
	if err != nil {
		return err
	}
	wide := 1
	for _, row := range rows {
		wide = max(wide, len(row))
	}
	last, err := excelize.ColumnNumberToName(wide)
	if err != nil {
		return err
	}
	if err := book.SetColStyle(table, "A:"+last, style); err != nil {
		return err
	}
	if err := book.SetColWidth(table, "A", last, 22); err != nil {
		return err
	}
	for i, row := range rows {
		if err := book.SetSheetRow(table, "A"+strconv.Itoa(i+1), &row); err != nil {
			return err
		}
		s := style
		if i == 0 {
			s = head
		}
		if err := book.SetCellStyle(table, "A"+strconv.Itoa(i+1), last+strconv.Itoa(i+1), s); err != nil {
			return err
		}
	}
	if err := book.SetPanes(table, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return book.Write(w)
}
