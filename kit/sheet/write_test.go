package sheet_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"conurb/kit/sheet"
)

func TestWhatIsWrittenReadsBack(t *testing.T) {
	rows := [][]string{{"持证主体", "code"}, {"王, \"小\"明", "11010519491231002X"}, {"李", "000"}}
	var c, w bytes.Buffer
	if err := sheet.WriteCSV(&c, rows); err != nil {
		t.Fatal(err)
	}
	if err := sheet.WriteWorkbook(&w, rows); err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{c.Bytes(), w.Bytes()} {
		got, err := sheet.Read(b)
		if err != nil || len(got) != 3 {
			t.Fatal(got, err)
		}
		for i, r := range got {
			if r.Line != i+1 || fmt.Sprint(r.Cells) != fmt.Sprint(rows[i]) {
				t.Errorf("%v, want %v", r, rows[i])
			}
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(w.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	style, err := book.GetCellStyle("Sheet1", "B900")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := book.GetStyle(style); err != nil || s.NumFmt != 49 {
		t.Errorf("a cell that is still empty is no text: %+v, %v", s, err)
	}
}
