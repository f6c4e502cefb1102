package sheet_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"conurb/kit/sheet"
)

func TestCSV(t *testing.T) {
	want := []sheet.Row{{1, []string{"指标", "value"}}, {3, []string{"a,b", "1"}}, {4, []string{"two\nlines", ""}}, {6, []string{"last"}}}
	text := "指标,value\r\n\r\n\"a,b\",1\r\n\"two\r\nlines\",\r\nlast"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string]string{"UTF-8": text, "with a byte order mark": "\ufeff" + text, "GB 18030": gbk, "UTF-16": wide} {
		t.Run(name, func(t *testing.T) {
			got, err := sheet.Read([]byte(bytes))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
	got, err := sheet.Read([]byte("a\tb\tc\n1\t2,5\t3\n"))
	if d := cmp.Diff([]sheet.Row{{1, []string{"a", "b", "c"}}, {2, []string{"1", "2,5", "3"}}}, got); d != "" || err != nil {
		t.Errorf("tabs: %s %v", d, err)
	}
}

func TestWhatIsNoTable(t *testing.T) {
	var syntax *sheet.SyntaxError
	if _, err := sheet.Read([]byte("a,b\n\"x\" y,2\n")); !errors.As(err, &syntax) || syntax.Line != 2 {
		t.Errorf("a stray quote: %v", err)
	}
	for name, c := range map[string]struct {
		bytes string
		want  error
	}{
		"no encoding at all":   {"\xff\x80\x80,\xfe", sheet.ErrEncoding},
		"zero bytes":           {"a,b\x00", sheet.ErrEncoding},
		"a broken archive":     {"PK\x03\x04 and no more", sheet.ErrWorkbook},
		"the old Excel format": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", sheet.ErrWorkbook},
		"too many rows":        {string(bytes.Repeat([]byte("a\n"), sheet.MaxRows+1)), sheet.ErrTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := sheet.Read([]byte(c.bytes)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestWorkbook(t *testing.T) {
	book := excelize.NewFile()
	style := func(s excelize.Style) int {
		id, err := book.NewStyle(&s)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	custom := `yyyy"年"m"月"`
	day, month, own := style(excelize.Style{NumFmt: 14}), style(excelize.Style{NumFmt: 17}), style(excelize.Style{CustomNumFmt: &custom})
	june := time.Date(2022, 6, 28, 0, 0, 0, 0, time.UTC)
	for cell, v := range map[string]any{"A1": "text", "B1": 2022, "C1": 0.1 + 0.2, "D1": 1234567.5, "E1": june, "F1": june, "G1": june, "H1": "0012", "I1": 1e21, "A3": "third row", "B3": true, "C3": 0.807} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	share := style(excelize.Style{NumFmt: 10})
	for cell, s := range map[string]int{"E1": day, "F1": month, "G1": own, "C3": share} {
		if err := book.SetCellStyle("Sheet1", cell, cell, s); err != nil {
			t.Fatal(err)
		}
	}
	read := func() []sheet.Row {
		t.Helper()
		var b bytes.Buffer
		if err := book.Write(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := sheet.Read(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	want := []sheet.Row{
		{1, []string{"text", "2022", "0.3", "1234567.5", "2022-06-28", "2022-06", "2022-06", "0012", "1000000000000000000000"}},
		{3, []string{"third row", "TRUE", "80.7%"}},
	}
	if d := cmp.Diff(want, read()); d != "" {
		t.Error(d)
	}
	if _, err := book.NewSheet("observations"); err != nil {
		t.Fatal(err)
	}
	if err := book.SetCellValue("observations", "B2", "here"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]sheet.Row{{2, []string{"", "here"}}}, read()); d != "" {
		t.Error(d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("\xff\xfea\x00,\x00"))
	book := excelize.NewFile()
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := sheet.Read(b)
		if err != nil && rows != nil {
			t.Fatal("rows and an error")
		}
		last := 0
		for _, r := range rows {
			if r.Line <= last {
				t.Fatalf("line %d after %d", r.Line, last)
			}
			last = r.Line
		}
	})
}
