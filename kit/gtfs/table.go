package gtfs

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table reads one file, its columns by name.
type table struct {
	in    *reading
	file  string
	rows  *scanner
	close func() error
	names []string // of the columns asked for, without marks
	at    []int    // where each stands in the file, -1 where it does not
	width int      // columns of the file
	head  []string // their names
	n     int      // rows so far
	most  int
}

// open begins a file. Columns marked with ! are required; it returns nil where the
// file is absent, empty or lacks one.
func (in *reading) open(file string, columns ...string) *table {
	if !in.has(file) {
		return nil
	}
	r, closing, ok := in.reader(file)
	if !ok {
		return nil
	}
	t := &table{in: in, file: file, rows: newScanner(r), close: closing, most: in.o.MaxRows}
	if !t.rows.next() {
		if !t.broken() {
			sev := Warning
			if required[file] {
				sev = Error
			}
			in.lost[file] = required[file]
			in.note(sev, "empty_file", "", file, 0, "")
		}
		t.done()
		return nil
	}
	header := t.header()
	whole := true
	for _, c := range columns {
		name, must := strings.CutSuffix(c, "!")
		at, ok := header[name]
		if !ok {
			at = -1
			if must {
				in.note(Error, "missing_required_column", "", file, 1, name)
				whole = false
			}
		}
		delete(header, name)
		t.names, t.at = append(t.names, name), append(t.at, at)
	}
	for name := range header {
		if name != "" && len(columns) > 0 { // without columns, all are asked for
			in.note(Info, "unknown_column", "", file, 1, name)
		}
	}
	if !whole {
		in.lost[file] = true
		t.done()
		return nil
	}
	return t
}

// header reads the names of the columns.
func (t *table) header() map[string]int {
	t.width = len(t.rows.fields)
	header := make(map[string]int, t.width)
	for i, raw := range t.rows.fields {
		name := strings.ToValidUTF8(string(bytes.TrimSpace(raw)), "\uFFFD")
		t.head = append(t.head, name)
		if len(name) != len(raw) {
			t.in.note(Info, "leading_or_trailing_whitespaces", "trimmed", t.file, t.rows.line, clip(name), "value", string(raw))
		}
		if _, twice := header[name]; twice && name != "" {
			t.in.note(Warning, "duplicated_column", "value-ignored", t.file, t.rows.line, clip(name))
			continue
		}
		if name == "" {
			t.in.note(Info, "empty_column_name", "", t.file, t.rows.line, strconv.Itoa(i+1))
		}
		header[name] = i
	}
	return header
}

// next moves to the next row.
func (t *table) next() bool {
	for t.rows.next() {
		if t.n++; t.n > t.most {
			t.in.lost[t.file] = true
			t.in.note(Error, "too_many_rows", "", t.file, t.rows.line, "", "most", strconv.Itoa(t.most))
			return false
		}
		if t.n&0xffff == 0 && t.in.ctx.Err() != nil {
			t.in.fail(t.in.ctx.Err())
			return false
		}
		if t.rows.inLine {
			t.in.note(Info, "new_line_in_value", "", t.file, t.rows.line, "")
		}
		if len(t.rows.fields) != t.width && !t.odd() {
			continue
		}
		return true
	}
	t.broken()
	return false
}

// odd judges a row whose length is not that of the header.
func (t *table) odd() bool {
	f := t.rows.fields
	if len(f) == 1 && len(bytes.TrimSpace(f[0])) == 0 {
		t.in.note(Info, "empty_row", "row-left-out", t.file, t.rows.line, "")
		return false
	}
	args := []string{"got", strconv.Itoa(len(f)), "want", strconv.Itoa(t.width)}
	if len(f) < t.width {
		t.in.note(Warning, "invalid_row_length", "taken-as-empty", t.file, t.rows.line, "", args...)
		return true
	}
	for _, extra := range f[t.width:] {
		if len(bytes.TrimSpace(extra)) > 0 {
			t.in.lost[t.file] = true
			t.in.note(Error, "invalid_row_length", "", t.file, t.rows.line, "", args...)
			return false
		}
	}
	t.in.note(Info, "invalid_row_length", "value-ignored", t.file, t.rows.line, "", args...)
	return true
}

// broken reports a fault of the text itself.
func (t *table) broken() bool {
	switch s := t.rows; {
	case s.err != nil:
		t.in.unreadable(t.file, s.err)
		return true
	case s.fault != "":
		t.in.lost[t.file] = true
		t.in.note(Error, s.fault, "", t.file, s.line, "")
		return true
	}
	return false
}

// done ends the file.
func (t *table) done() {
	if t.close != nil {
		if err := t.close(); err != nil && err != io.EOF && t.in.err == nil && t.rows.err == nil {
			t.in.unreadable(t.file, err)
		}
		t.close = nil
	}
}

// get is a field without blanks around it; empty where the column is absent.
func (t *table) get(col int) []byte {
	i := t.at[col]
	if i < 0 || i >= len(t.rows.fields) {
		return nil
	}
	b := t.rows.fields[i]
	if len(b) > 0 && (b[0] <= ' ' || b[len(b)-1] <= ' ') {
		v := bytes.TrimSpace(b)
		t.in.note(Info, "leading_or_trailing_whitespaces", "trimmed", t.file, t.rows.line, t.names[col], "value", string(v))
		return v
	}
	return b
}

// has tells whether the file has the column.
func (t *table) has(col int) bool { return t.at[col] >= 0 }

// note reports a fault of the row.
func (t *table) note(sev Severity, code, mend string, col int, args ...string) {
	field := ""
	if col >= 0 {
		field = t.names[col]
	}
	t.in.note(sev, code, mend, t.file, t.rows.line, field, args...)
}

// text is a field as a string of valid UTF-8; equal strings share their bytes.
func (t *table) text(col int) string {
	b := t.get(col)
	if len(b) == 0 {
		return ""
	}
	if s, ok := t.in.pool[string(b)]; ok {
		return s
	}
	s := string(b)
	if !utf8.Valid(b) {
		s = strings.ToValidUTF8(s, "\uFFFD")
		t.note(Warning, "invalid_character", "character-replaced", col, "value", s)
	}
	if len(t.in.pool) < 1<<16 && len(s) < 200 {
		t.in.pool[string(b)] = s
	}
	return s
}

// id is the text of a key, which is not worth sharing; ok is false where it is
// required and empty.
func (t *table) id(col int) (string, bool) {
	b := t.get(col)
	if len(b) == 0 {
		t.note(Error, "missing_required_field", "", col)
		return "", false
	}
	if !utf8.Valid(b) {
		s := strings.ToValidUTF8(string(b), "\uFFFD")
		t.note(Warning, "invalid_character", "character-replaced", col, "value", s)
		return s, true
	}
	return string(b), true
}

// whole reads an integer of a range; what is empty or bad is the given value. Bad
// values are mended, unless must.
func (t *table) whole(col int, low, high, otherwise int64, must bool) int64 {
	b := t.get(col)
	if len(b) == 0 {
		if must {
			t.note(Error, "missing_required_field", "", col)
		}
		return otherwise
	}
	sev, mend := Warning, "value-ignored"
	if must {
		sev, mend = Error, ""
	}
	v, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(string(b), 64)
		if ferr != nil || math.Abs(f) > 1e15 || f != f {
			t.note(sev, "invalid_integer", mend, col, "value", string(b))
			return otherwise
		}
		v = int64(math.Round(f))
		if v >= low && v <= high {
			t.note(Warning, "invalid_integer", "rounded", col, "value", string(b))
		}
	}
	if v < low || v > high {
		t.note(sev, "number_out_of_range", mend, col, "value", string(b), "low", strconv.FormatInt(low, 10), "high", strconv.FormatInt(high, 10))
		return otherwise
	}
	return v
}

// enum reads a value of a short list 0…high; what is empty is 0, what is unknown is
// otherwise.
func (t *table) enum(col int, high uint8, otherwise uint8) uint8 {
	b := t.get(col)
	switch {
	case len(b) == 0:
		return otherwise
	case len(b) == 1 && b[0] >= '0' && b[0]-'0' <= high:
		return b[0] - '0'
	}
	if v, err := strconv.ParseUint(string(b), 10, 8); err == nil && v <= uint64(high) {
		return uint8(v)
	}
	t.note(Warning, "unexpected_enum_value", "value-ignored", col, "value", string(b), "high", strconv.Itoa(int(high)))
	return otherwise
}

// number reads a decimal number; NaN where it is empty or bad.
func (t *table) number(col int, low, high float64) float64 {
	b := t.get(col)
	if len(b) == 0 {
		return math.NaN()
	}
	v, ok := decimal(b)
	if !ok {
		t.note(Warning, "invalid_float", "value-ignored", col, "value", string(b))
		return math.NaN()
	}
	if v < low || v > high {
		t.note(Warning, "number_out_of_range", "value-ignored", col, "value", string(b),
			"low", strconv.FormatFloat(low, 'f', -1, 64), "high", strconv.FormatFloat(high, 'f', -1, 64))
		return math.NaN()
	}
	return v
}

// tens are the powers that a float64 holds exactly.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// decimal reads a finite number; plain ones of up to 15 digits without strconv,
// exactly as it would (Clinger 1990: one correctly rounded division).
func decimal(b []byte) (float64, bool) {
	i, negative := 0, false
	if b[0] == '-' {
		i, negative = 1, true
	}
	var n uint64
	digits, point := 0, -1
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && point < 0 {
			point = digits
			continue
		}
		if c < '0' || c > '9' || digits == 15 {
			digits = 0
			break
		}
		n = n*10 + uint64(c-'0')
		digits++
	}
	if digits > 0 {
		v := float64(n)
		if point >= 0 {
			v /= tens[digits-point]
		}
		if negative {
			v = -v
		}
		return v, true
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, err == nil && !math.IsInf(v, 0) && v == v
}

// date reads a day; zero where it is empty or bad.
func (t *table) date(col int, must bool) Date {
	b := t.get(col)
	if len(b) == 0 {
		if must {
			t.note(Error, "missing_required_field", "", col)
		}
		return 0
	}
	d, ok := parseDate(b)
	if !ok && must {
		t.note(Error, "invalid_date", "", col, "value", string(b))
	} else if !ok {
		t.note(Warning, "invalid_date", "value-ignored", col, "value", string(b))
	}
	return d
}

// time reads a time; a bad one is an error, since what it times hangs on it.
func (t *table) time(col int) Seconds {
	b := t.get(col)
	if len(b) == 0 {
		return NoTime
	}
	v, ok := parseTime(b)
	if !ok {
		t.note(Error, "invalid_time", "", col, "value", string(b))
	}
	return v
}

// refer finds the row that a field names; ok is false where it names none, and
// empty where the field is.
func refer[T ~int32](t *table, ids map[string]T, col int) (at T, empty, ok bool) {
	b := t.get(col)
	if len(b) == 0 {
		return None, true, true
	}
	if at, ok = ids[string(b)]; ok {
		return at, false, true
	}
	if !utf8.Valid(b) {
		if at, ok = ids[strings.ToValidUTF8(string(b), "\uFFFD")]; ok {
			return at, false, true
		}
	}
	return None, false, false
}

// optional is refer for a field that may be dropped.
func optional[T ~int32](t *table, ids map[string]T, col int, parent string) T {
	at, _, ok := refer(t, ids, col)
	if !ok && !t.in.lost[parent] {
		t.note(Warning, "foreign_key_violation", "reference-dropped", col, "value", string(t.get(col)), "parent", parent)
	}
	return at
}

// needed is refer for a field without which the row means nothing. A row of a file
// that only adds to the timetable may be left out; else the feed is refused.
func needed[T ~int32](t *table, ids map[string]T, col int, parent string, sev Severity) (T, bool) {
	at, empty, ok := refer(t, ids, col)
	mend := ""
	if sev < Error {
		mend = "row-left-out"
	}
	switch {
	case empty:
		t.note(sev, "missing_required_field", mend, col)
		return None, false
	case !ok && t.in.lost[parent]: // said once already
		return None, false
	case !ok:
		t.note(sev, "foreign_key_violation", mend, col, "value", string(t.get(col)), "parent", parent)
		return None, false
	}
	return at, true
}
