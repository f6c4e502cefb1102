package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// MaxRows is the largest table that is read.
const MaxRows = 100_000

// Row is a row of a table with the line it begins on, from 1.
type Row struct {
	Line  int
	Cells []string
}

// Blank reports whether nothing is written in the row.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// The ways in which bytes are not a table.
var (
	ErrEncoding = errors.New("neither UTF-8, UTF-16 nor GB 18030")
	ErrWorkbook = errors.New("not a workbook that can be read")
	ErrTooLong  = errors.New("more rows than can be read")
)

// SyntaxError is a fault in the quoting of a CSV file.
type SyntaxError struct {
	Line int
	Err  error
}

func (e *SyntaxError) Error() string { return e.Err.Error() }
func (e *SyntaxError) Unwrap() error { return e.Err }

// Read reads a table; bytes that begin like a ZIP archive are a workbook.
func Read(b []byte) ([]Row, error) {
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return readWorkbook(b)
	}
	if bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")) { // the old .xls
		return nil, ErrWorkbook
	}
	return readCSV(b)
}

func readCSV(b []byte) ([]Row, error) {
	text, err := decode(b)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.Comma = -1, separator(text)
	var rows []Row
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			var p *csv.ParseError
			if errors.As(err, &p) {
				return nil, &SyntaxError{p.Line, p.Err}
			}
			return nil, err
		}
		if len(rows) == MaxRows {
			return nil, ErrTooLong
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, Row{line, cells})
	}
}

func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	if strings.Count(first, "\t") > strings.Count(first, ",") {
		return '\t'
	}
	return ','
}

func decode(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		u, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(u, utf8.RuneError) {
			return "", ErrEncoding
		}
		return checked(u)
	case utf8.Valid(b):
		return checked(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	}
	u, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(u, utf8.RuneError) {
		return "", ErrEncoding
	}
	return checked(u)
}

// checked refuses text with zero bytes, which no table has.
func checked(b []byte) (string, error) {
	if bytes.IndexByte(b, 0) >= 0 {
		return "", ErrEncoding
	}
	return string(b), nil
}
