package pack

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
)

// table reads the rows of one CSV file.
type table struct {
	l       *loader
	file    string
	reader  *csv.Reader
	columns []string
	index   map[string]int
	fields  []string
}

// cell makes the fields of the current row readable by record.
func (t *table) cell(key string) cell {
	i, ok := t.index[key]
	if !ok || i >= len(t.fields) {
		line, _ := t.reader.FieldPos(0)
		return cell{at: place{file: t.file, line: line, column: 1, field: key}}
	}
	line, column := t.reader.FieldPos(i)
	text := strings.TrimSpace(t.fields[i])
	return cell{text: text, at: place{file: t.file, line: line, column: column, inBytes: true, field: key}, there: text != ""}
}

// rows reads a CSV file row by row. required and extra are its columns, in any
// order; kinds are what the file defines.
func (l *loader) rows(name string, required, extra []string, read func(record, area.Ref), kinds ...string) {
	b, ok := l.text(name)
	if !ok {
		l.breakKinds(name, kinds)
		return
	}
	t := &table{l: l, file: name, reader: csv.NewReader(bytes.NewReader(b)), index: map[string]int{}}
	t.reader.FieldsPerRecord = -1
	t.reader.ReuseRecord = true
	if !t.header(required, extra) {
		l.breakKinds(name, kinds)
		return
	}
	r := record{l: l, look: t}
	for faults := 0; faults < maxProblems; {
		var err error
		if t.fields, err = t.reader.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			faults++
			l.breakKinds(name, kinds)
			t.syntax(err)
			continue
		}
		line, _ := t.reader.FieldPos(0)
		r.at = place{file: name, line: line, column: 1}
		if len(t.fields) != len(t.columns) {
			if wide := t.wideComma(); wide.line > 0 {
				l.report(wide, "wide-comma")
				l.exists(kinds, t.fields[0], r.at)
				continue
			}
			l.report(r.at, "column-count", "want", strconv.Itoa(len(t.columns)), "got", strconv.Itoa(len(t.fields)))
			l.exists(kinds, t.fields[0], r.at)
			continue
		}
		if blank(t.fields) {
			l.report(r.at, "blank-row")
			continue
		}
		read(r, area.Ref{File: name, Line: line})
	}
}

// exists declares what a faulty row defines: it is there all the same, and what
// refers to it is not at fault.
func (l *loader) exists(kinds []string, id string, at place) {
	if len(kinds) > 0 {
		l.declare(kinds[0], strings.TrimSpace(id), at)
	}
}

// wideComma finds the full-width comma that Chinese keyboards type, where a row
// has too few columns.
func (t *table) wideComma() (at place) {
	for i, text := range t.fields {
		if j := strings.Index(text, "，"); j >= 0 && len(t.fields) < len(t.columns) {
			line, column := t.reader.FieldPos(i)
			return place{file: t.file, line: line, column: column + j, inBytes: true}
		}
	}
	return at
}

// header reads the first row and reports unknown, missing and repeated columns.
func (t *table) header(required, extra []string) bool {
	fields, err := t.reader.Read()
	if err != nil {
		t.syntax(err)
		return false
	}
	t.columns = slices.Clone(fields)
	allowed := slices.Concat(required, extra)
	first := place{file: t.file, line: 1, column: 1}
	if len(fields) == 1 && strings.ContainsAny(fields[0], ";\t") && len(allowed) > 1 {
		t.l.report(first, "wrong-separator")
		return false
	}
	good := true
	for i, name := range t.columns {
		line, column := t.reader.FieldPos(i)
		at := place{file: t.file, line: line, column: column, inBytes: true, field: name}
		name = strings.TrimSpace(name)
		if _, twice := t.index[name]; twice {
			t.l.report(at, "duplicate-column", "key", name)
			good = false
		} else if !slices.Contains(allowed, name) {
			t.l.unknownKey(at, name, allowed)
			good = false
		}
		t.index[name] = i
	}
	for _, name := range required {
		if _, ok := t.index[name]; !ok {
			t.l.report(first.at(name), "missing-column", "key", name, "allowed", strings.Join(allowed, ","))
			good = false
		}
	}
	return good
}

func (t *table) syntax(err error) {
	at := place{file: t.file, line: 1, column: 1}
	var e *csv.ParseError
	if errors.As(err, &e) {
		at.line, at.column, at.inBytes = e.Line, e.Column, true
		if e.StartLine != e.Line { // a quote that never ends: the row it began in is the fault
			at.line, at.column = e.StartLine, 1
		}
	}
	t.l.report(at, "csv-quote")
}

func blank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(s string) bool { return strings.TrimSpace(s) != "" })
}
