package report

import (
	"io"

	"conurb/plan/pack"
)

func CSV(w io.Writer, f *Facts) error  { return nil }
func XLSX(w io.Writer, f *Facts) error { return nil }
func HTML(w io.Writer, f *Facts) error { return nil }

func BlankCSV(w io.Writer, words *Words) error                { return nil }
func BlankXLSX(w io.Writer, p *pack.Pack, words *Words) error { return nil }
