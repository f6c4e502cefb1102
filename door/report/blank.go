package report

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"conurb/area"
	"conurb/locale"
	"conurb/plan/intake"
	"conurb/plan/pack"
)

// blankRows is how many rows of the blank form have lists to choose from.
const blankRows = 2000

// BlankCSV writes the form that observations are filled into: comment lines that
// say what belongs in each column, then the header.
func BlankCSV(w io.Writer, words *Words) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{"# " + words.T("report.form.title")}, {"# " + words.T("report.form.all-or-none")}}
	for _, c := range intake.Columns {
		rows = append(rows, []string{"# " + c + ": " + words.T("report.form."+c)})
	}
	if err := out.WriteAll(append(rows, intake.Columns)); err != nil {
		return err
	}
	return out.Error()
}

// BlankXLSX writes the same form as a workbook: a sheet to fill in, with lists of
// what the pack knows, and a sheet of instructions in both languages.
func BlankXLSX(w io.Writer, p *pack.Pack, words *Words) error {
	book := excelize.NewFile()
	defer book.Close()
	const form = "observations" // the sheet that is read back, see kit/sheet
	if err := book.SetSheetName("Sheet1", form); err != nil {
		return err
	}
	if err := formSheet(book, form, words); err != nil {
		return err
	}
	lists, err := listSheet(book, p, words)
	if err != nil {
		return err
	}
	for column, from := range lists {
		v := excelize.NewDataValidation(true)
		letter, err := letterOf(column)
		if err != nil {
			return err
		}
		v.Sqref = letter + "2:" + letter + strconv.Itoa(blankRows)
		v.SetSqrefDropList(from)
		if err := book.AddDataValidation(form, v); err != nil {
			return err
		}
	}
	if err := instructionSheet(book); err != nil {
		return err
	}
	return book.Write(w)
}

func letterOf(column string) (string, error) {
	for i, c := range intake.Columns {
		if c == column {
			return excelize.ColumnNumberToName(i + 1)
		}
	}
	return "", nil
}

// formSheet has the header with a comment on each column. Everything but the
// value is text, so that Excel does not turn 2022-06 into a date.
func formSheet(book *excelize.File, sheet string, words *Words) error {
	head, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF3"}}})
	if err != nil {
		return err
	}
	asText, err := book.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return err
	}
	for i, c := range intake.Columns {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if c != "value" {
			if err := book.SetColStyle(sheet, letter, asText); err != nil {
				return err
			}
		}
		if err := book.SetColWidth(sheet, letter, letter, 16); err != nil {
			return err
		}
		cell := letter + "1"
		if err := book.SetCellStr(sheet, cell, c); err != nil {
			return err
		}
		if err := book.SetCellStyle(sheet, cell, cell, head); err != nil {
			return err
		}
		note := excelize.Comment{Cell: cell, Author: "Conurb", Width: 260, Height: 120, Paragraph: []excelize.RichTextRun{{Text: words.T("report.form." + c)}}}
		if err := book.AddComment(sheet, note); err != nil {
			return err
		}
	}
	return book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// choice is a list to choose from: ids for the machine, names for the reader.
type choice struct {
	column     string
	ids, names []string
}

func (c *choice) add(id, name string) { c.ids, c.names = append(c.ids, id), append(c.names, name) }

func choices(p *pack.Pack, words *Words) []choice {
	list := []choice{{column: "indicator"}, {column: "scope"}, {column: "source"}, {column: "grade"}}
	for _, i := range p.Plan.Indicators {
		if i.Kind == "reported" {
			list[0].add(i.ID, words.Text(i.Name)+" ("+words.Text(i.Unit.Name)+")")
		}
	}
	for _, s := range p.Area.Scopes {
		list[1].add(s.ID, words.Text(s.Name))
	}
	for _, s := range p.Sources {
		list[2].add(s.ID, words.Text(s.Title))
	}
	for _, g := range area.Grades {
		list[3].add(string(g), words.T("grade."+string(g)))
	}
	return list
}

// listSheet writes what may be chosen, each id with its name beside it, and
// returns the range for each column.
func listSheet(book *excelize.File, p *pack.Pack, words *Words) (map[string]string, error) {
	const sheet = "lists"
	if _, err := book.NewSheet(sheet); err != nil {
		return nil, err
	}
	ranges := map[string]string{}
	for i, c := range choices(p, words) {
		if len(c.ids) == 0 {
			continue
		}
		id, err := excelize.ColumnNumberToName(2*i + 1)
		if err != nil {
			return nil, err
		}
		name, err := excelize.ColumnNumberToName(2*i + 2)
		if err != nil {
			return nil, err
		}
		if err := book.SetColWidth(sheet, id, name, 30); err != nil {
			return nil, err
		}
		ids, names := append([]string{c.column}, c.ids...), append([]string{words.T("report.column.name")}, c.names...)
		if err := book.SetSheetCol(sheet, id+"1", &ids); err != nil {
			return nil, err
		}
		if err := book.SetSheetCol(sheet, name+"1", &names); err != nil {
			return nil, err
		}
		ranges[c.column] = sheet + "!$" + id + "$2:$" + id + "$" + strconv.Itoa(len(ids))
	}
	return ranges, nil
}

// instructionSheet says the same in both languages, whoever the form is for.
func instructionSheet(book *excelize.File) error {
	sheet := locale.T("zh-CN", "report.form.sheet", nil) + " " + locale.T("en", "report.form.sheet", nil)
	if _, err := book.NewSheet(sheet); err != nil {
		return err
	}
	wrap, err := book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	if err := book.SetColWidth(sheet, "A", "A", 14); err != nil {
		return err
	}
	if err := book.SetColWidth(sheet, "B", "C", 60); err != nil {
		return err
	}
	if err := book.SetColStyle(sheet, "A:C", wrap); err != nil {
		return err
	}
	row := 1
	put := func(column, key string) error {
		cells := []string{column}
		for _, lang := range locale.Languages {
			cells = append(cells, locale.T(lang, key, nil))
		}
		err := book.SetSheetRow(sheet, "A"+strconv.Itoa(row), &cells)
		row++
		return err
	}
	for _, key := range []string{"title", "all-or-none", "numbers", "dates", "example"} {
		if err := put("", "report.form."+key); err != nil {
			return err
		}
	}
	for _, c := range intake.Columns {
		if err := put(c, "report.form."+c); err != nil {
			return err
		}
	}
	return nil
}
