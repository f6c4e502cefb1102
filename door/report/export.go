package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"conurb/plan/board"
)

// bom makes Excel read a CSV file as UTF-8; without it Excel in China reads GBK.
const bom = "\ufeff"

// CSV writes the targets of the board, and below each measured one its standing
// by every counting rule, as one table.
func CSV(w io.Writer, f *Facts) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	c := newCiter(f)
	header := append(targetHeader(f.Words), f.Words.header("rule", "place", "log", "log-size", "log-root", "pack-digest")...)
	if err := out.Write(header); err != nil {
		return err
	}
	write := func(t *board.Target, rule string) error {
		row := append(texts(targetRow(f, c, t)), harmless(rule))
		return out.Write(append(row, places(t.Current), logs(t.Current), strconv.FormatInt(f.LogSize, 10), f.LogRoot, f.Board.PackDigest))
	}
	for i := range f.Board.Targets {
		t := f.Board.Targets[i]
		rule := ""
		if t.Current != nil {
			rule = f.Words.Name("rule", t.Current.Rule)
		}
		if err := write(&t, rule); err != nil {
			return err
		}
		for _, r := range t.ByRule {
			t.Current, t.Verdict, t.Reasons, t.Confidence, t.Expected = r.Value, r.Verdict, r.Reasons, nil, nil
			if err := write(&t, f.Words.Text(r.Rule.Name)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// places lists the rows of the pack that a value was made from.
func places(v *board.Value) string {
	return inputs(v, func(e board.Evidence) string {
		if e.Ref.File == "" {
			return ""
		}
		return e.Ref.File + ":" + strconv.Itoa(e.Ref.Line)
	})
}

// logs lists the entries of the evidence log that a value was made from.
func logs(v *board.Value) string {
	return inputs(v, func(e board.Evidence) string {
		if e.Log < 0 {
			return ""
		}
		return strconv.FormatInt(e.Log, 10)
	})
}

func inputs(v *board.Value, say func(board.Evidence) string) string {
	if v == nil {
		return ""
	}
	var out []string
	for _, e := range v.Evidence {
		if s := say(e); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

// XLSX writes the board as a workbook of six sheets with frozen headers.
func XLSX(w io.Writer, f *Facts) error {
	book := excelize.NewFile()
	defer book.Close()
	for i, t := range tables(f) {
		if i == 0 {
			if err := book.SetSheetName("Sheet1", t.name); err != nil {
				return err
			}
		} else if _, err := book.NewSheet(t.name); err != nil {
			return err
		}
		if err := writeSheet(book, t); err != nil {
			return fmt.Errorf("sheet %s: %w", t.name, err)
		}
	}
	return book.Write(w)
}

func writeSheet(book *excelize.File, t table) error {
	head, err := book.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF3"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
	if err != nil {
		return err
	}
	s, err := book.NewStreamWriter(t.name)
	if err != nil {
		return err
	}
	for i := range t.header {
		if err := s.SetColWidth(i+1, i+1, columnWidth(t, i)); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	header := make([]any, len(t.header))
	for i, h := range t.header {
		header[i] = excelize.Cell{StyleID: head, Value: h}
	}
	if err := s.SetRow("A1", header); err != nil {
		return err
	}
	for i, row := range t.rows {
		if err := s.SetRow("A"+strconv.Itoa(i+2), row); err != nil {
			return err
		}
	}
	return s.Flush()
}

// columnWidth fits a column to what is in its first rows, within reason.
func columnWidth(t table, i int) float64 {
	widest := width(t.header[i])
	for _, row := range t.rows[:min(50, len(t.rows))] {
		widest = max(widest, width(fmt.Sprint(row[i])))
	}
	return float64(min(max(widest+2, 8), 60))
}

// width counts a Chinese character as two columns.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0x2e7f {
			n++
		}
	}
	return n
}

// texts writes cells as CSV has them.
func texts(row []any) []string {
	out := make([]string, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case nil:
		case float64:
			out[i] = Exact(v)
		case int:
			out[i] = strconv.Itoa(v)
		case string:
			out[i] = harmless(v)
		}
	}
	return out
}

// harmless keeps a spreadsheet from running a text as a formula. The operators of
// comparison are no danger, and numbers never come this way.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) && s != "=" {
		return "'" + s
	}
	return s
}
