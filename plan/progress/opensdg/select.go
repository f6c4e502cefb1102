package opensdg

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"conurb/plan/progress"
)

// Note says what stood in the way of measuring a series, or what was taken
// although it is not written exactly as the option asks.
type Note struct {
	Series string // tag
	Code   string // no-data | value-not-found | column-not-found | ambiguous | several-series | duplicate-year | bad-year | bad-value | read-as
	Detail string
}

// selection is the work of finding the rows of one series.
type selection struct {
	words texts
	table *Table
	rows  [][]string
	notes []Note
	tag   string
}

func (s *selection) note(code, format string, args ...any) {
	s.notes = append(s.notes, Note{s.tag, code, fmt.Sprintf(format, args...)})
}

// points returns the values of the series that an option describes, by year;
// none where the rows are not a single series.
func (s *selection) points(o Option) []progress.Point {
	if s.table == nil {
		s.note("no-data", "no table")
		return nil
	}
	s.rows = s.table.Rows
	chosen := []int{}
	filters := []Field{{unitColumn, o.Unit}, {seriesColumn, o.Series}}
	for _, f := range append(filters, o.Disaggregation...) {
		if f.Value == "" {
			continue
		}
		c := s.findColumn(f.Column)
		if c < 0 {
			s.note("column-not-found", "%s", f.Column)
			continue
		}
		if !s.filter(c, f.Value) {
			return nil
		}
		chosen = append(chosen, c)
	}
	if !s.headline(chosen, len(o.Disaggregation) > 0) || !s.single(chosen) {
		return nil
	}
	return s.values()
}

// levels are the ways in which a label may be what an option asks for, strictest
// first. Repositories keep keys like "data.Malignant neoplasms [C00-C97]" whose
// translation is "Malignant neoplasms"; where the translations are not at hand,
// what stands in brackets is taken for a code, then what stands in parentheses,
// then case and spacing, then a beginning. From the second level on only one
// text may fit.
var levels = []func(label, want string) bool{
	func(label, want string) bool { return label == want },
	func(label, want string) bool { return uncoded(label) == uncoded(want) },
	func(label, want string) bool { return bare(label) == bare(want) },
	func(label, want string) bool { return folded(label) == folded(want) || sameNumber(label, want) },
	func(label, want string) bool { return begins(folded(label), folded(want)) },
}

var (
	code  = regexp.MustCompile(`\s*\[[^\[\]]*\]\s*$`)
	aside = regexp.MustCompile(`\s*\([^()]*\)\s*$`)
	plain = strings.NewReplacer("’", "'", "‘", "'", "–", "-", "\u00a0", " ")
)

func uncoded(s string) string { return code.ReplaceAllString(s, "") }
func bare(s string) string    { return aside.ReplaceAllString(uncoded(s), "") }
func folded(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(bare(plain.Replace(s))), " "))
}

// begins reports whether label starts with all the words of want.
func begins(label, want string) bool {
	rest, ok := strings.CutPrefix(label, want)
	return ok && want != "" && strings.IndexFunc(rest, unicode.IsLetter) != 0 && strings.IndexFunc(rest, unicode.IsDigit) != 0
}

// findColumn returns the disaggregation column that a field names, -1 for none.
func (s *selection) findColumn(field string) int {
	if i := s.table.column(field); i >= 0 {
		return i
	}
	want := s.words.label(field, field)
	for level, fits := range levels {
		found := -1
		for i, c := range s.table.Columns {
			if !fits(s.words.label(c, c), want) {
				continue
			}
			if found >= 0 && level > 0 {
				s.note("ambiguous", "%s is %s or %s", field, s.table.Columns[found], c)
				return -1
			}
			found = i
		}
		if found >= 0 {
			if level > 0 {
				s.note("read-as", "%s as %s", field, s.table.Columns[found])
			}
			return found
		}
	}
	return -1
}

// filter keeps the rows whose cell says value; false when there are none.
func (s *selection) filter(column int, value string) bool {
	name := s.table.Columns[column]
	want := s.words.label(value, name)
	for level, fits := range levels {
		var kept [][]string
		cell, known := "", map[string]bool{}
		for _, row := range s.rows {
			c := row[column]
			fit, seen := known[c]
			if !seen {
				fit = c == value || fits(s.words.label(c, name), want)
				known[c] = fit
			}
			if !fit {
				continue
			}
			if level > 0 && len(kept) > 0 && c != cell {
				s.note("ambiguous", "%s %s is %s or %s", name, value, cell, c)
				return false
			}
			kept, cell = append(kept, row), c
		}
		if len(kept) > 0 {
			if level > 0 {
				s.note("read-as", "%s %s as %s", name, value, cell)
			}
			s.rows = kept
			return true
		}
	}
	s.note("value-not-found", "%s %s", name, value)
	return false
}

func sameNumber(a, b string) bool {
	x, errA := strconv.ParseFloat(a, 64)
	y, errB := strconv.ParseFloat(b, 64)
	return errA == nil && errB == nil && x == y
}

// others are the disaggregation columns that no filter names.
func (s *selection) others(chosen []int) []int {
	var out []int
	for i, c := range s.table.Columns {
		switch {
		case c == yearColumn, c == valueColumn, c == progressColumn, c == seriesColumn, c == unitColumn:
		case slices.Contains(asides, c), slices.Contains(chosen, i):
		default:
			out = append(out, i)
		}
	}
	return out
}

// headline keeps the rows that are not broken down by the columns nobody asked
// about. A table without such rows is still a single series if it was filtered
// and those columns never change.
func (s *selection) headline(chosen []int, filtered bool) bool {
	others := s.others(chosen)
	var whole [][]string
	for _, row := range s.rows {
		if !slices.ContainsFunc(others, func(i int) bool { return row[i] != "" }) {
			whole = append(whole, row)
		}
	}
	switch {
	case len(whole) > 0:
		s.rows = whole
		return true
	case !filtered:
		s.note("no-data", "no headline rows")
		return false
	}
	for _, i := range others {
		if !s.constant(i) {
			s.note("several-series", "%s", s.table.Columns[i])
			return false
		}
	}
	return true
}

// single demands that series and unit do not change among the rows.
func (s *selection) single(chosen []int) bool {
	for i, c := range s.table.Columns {
		if (c == seriesColumn || c == unitColumn) && !slices.Contains(chosen, i) && !s.constant(i) {
			s.note("several-series", "%s", c)
			return false
		}
	}
	return true
}

func (s *selection) constant(column int) bool {
	for _, row := range s.rows {
		if row[column] != s.rows[0][column] {
			return false
		}
	}
	return true
}

// values reads year and value of the rows left; rows without a value are none.
func (s *selection) values() []progress.Point {
	at := s.table.column(valueColumn)
	if p := s.table.column(progressColumn); p >= 0 {
		at = p
	}
	y := s.table.column(yearColumn)
	var out []progress.Point
	for _, row := range s.rows {
		cell := strings.TrimSpace(row[at])
		if cell == "" {
			continue
		}
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			s.note("bad-value", "%s", cell)
			return nil
		}
		t, err := year(strings.TrimSpace(row[y]))
		if err != nil {
			s.note("bad-year", "%s", row[y])
			return nil
		}
		out = append(out, progress.Point{T: float64(t), V: v})
	}
	slices.SortStableFunc(out, func(a, b progress.Point) int { return int(a.T - b.T) })
	for i := 1; i < len(out); i++ {
		if out[i].T == out[i-1].T {
			s.note("duplicate-year", "%v", out[i].T)
			return nil
		}
	}
	if len(out) == 0 {
		s.note("no-data", "no values")
	}
	return out
}
