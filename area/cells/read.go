package cells

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"conurb/area"
	"conurb/kit/geo"
)

// MaxCells is the largest table that is read, and the most squares that a raster is
// cut into.
const MaxCells = 8_000_000

// maxLine bounds a line of a table in bytes.
const maxLine = 1 << 20

// The datums that points may be given in.
const (
	WGS84 = "wgs84"
	GCJ02 = "gcj02"
	BD09  = "bd09"
)

// Datums lists them.
var Datums = []string{WGS84, GCJ02, BD09}

// Options say how a table is to be understood.
type Options struct {
	Datum   string   // one of Datums; WGS84 if empty
	Columns []string // the figures wanted, in this order; all if nil

	// Blanks counts the fields left blank in each figure, which are read as 0: pass
	// an empty map to be told.
	Blanks map[string]int
}

// Read reads a table of cells; file is its name in problems and in the basis of the
// cells, which also holds its digest. It gives either cells or problems.
func Read(file string, r io.Reader, o Options) (*area.Cells, []Problem) {
	h := sha256.New()
	t := &table{problems: problems{file: file}, o: o, digest: h, seen: map[string]int{}}
	t.lines = bufio.NewScanner(io.TeeReader(r, h))
	t.lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	t.read()
	if len(t.list) > 0 {
		return nil, t.all(t.line)
	}
	t.out.Basis.Source, t.out.Basis.Digest = file, "sha256:"+hex.EncodeToString(h.Sum(nil))
	return t.out, nil
}

// table reads line by line; its arrays grow with the rows that were good.
type table struct {
	problems
	o      Options
	lines  *bufio.Scanner
	digest hash.Hash
	line   int
	stop   bool

	split row
	heads header
	seen  map[string]int // id -> line
	good  []int          // numbers read in each figure, to tell text from slips
	bad   []int
	blank []int
	side  string // as the first row writes it
	basis string
	out   *area.Cells
}

func (t *table) read() {
	if !slices.Contains(Datums, t.datum()) {
		t.report(1, 1, "", "unknown-datum", "value", t.o.Datum, "known", strings.Join(Datums, ", "))
		return
	}
	text, ok := t.next()
	if !ok {
		if !t.stop {
			t.report(1, 1, "", "empty-file")
		}
		return
	}
	if !t.head(text) {
		return
	}
	for {
		text, ok := t.next()
		if !ok {
			break
		}
		if t.out.Len() == MaxCells {
			t.report(t.line, 1, "", "too-long", "high", strconv.Itoa(MaxCells))
			return
		}
		t.row(text)
	}
	t.texts()
	for i, f := range t.heads.figures {
		if t.blank[i] > 0 && t.o.Blanks != nil {
			t.o.Blanks[f.name] += t.blank[i]
		}
	}
	if t.out.Len() == 0 && len(t.list) == 0 {
		t.report(t.line, 1, "", "no-rows")
	}
}

func (t *table) datum() string {
	if t.o.Datum == "" {
		return WGS84
	}
	return t.o.Datum
}

// next gives the next line that is not blank. At the first that is no text it
// stops: what follows would be a list of the same fault.
func (t *table) next() (string, bool) {
	for !t.stop && t.lines.Scan() {
		t.line++
		b := t.lines.Bytes()
		if t.line == 1 {
			if bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")) {
				t.stop = true
				t.report(1, 1, "", "workbook")
				return "", false
			}
			b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
		}
		if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
			t.stop = true
			t.report(t.line, 1, "", "not-utf8")
			return "", false
		}
		if len(bytes.Trim(b, " \t\r,")) > 0 {
			return string(b), true
		}
	}
	if err := t.lines.Err(); err != nil && !t.stop {
		t.stop = true
		if errors.Is(err, bufio.ErrTooLong) {
			t.report(t.line+1, 1, "", "line-too-long")
		} else {
			t.report(t.line+1, 1, "", "unreadable", "cause", err.Error())
		}
	}
	return "", false
}

// row reads one row; it is kept only if all of it is good.
func (t *table) row(text string) {
	before := len(t.list) + t.more
	fields, at, err := t.split.fields(text)
	if err != nil {
		t.report(t.line, 1, "", "csv-syntax", "cause", err.Error())
		return
	}
	if len(fields) != t.heads.width {
		t.report(t.line, 1, "", "column-count", "got", strconv.Itoa(len(fields)), "want", strconv.Itoa(t.heads.width))
		return
	}
	id := fields[t.heads.id]
	if id == "" {
		t.report(t.line, at[t.heads.id], "id", "empty")
	} else if first, twice := t.seen[id]; twice {
		t.report(t.line, at[t.heads.id], "id", "id-twice", "value", id, "first", strconv.Itoa(first))
	} else {
		id = strings.Clone(id) // not the whole line
		t.seen[id] = t.line
	}
	p := t.point(fields, at)
	t.same(&t.side, t.heads.side, "side", fields, at)
	t.same(&t.basis, t.heads.basis, "basis", fields, at)
	for i, f := range t.heads.figures {
		v, ok := 0.0, true
		if fields[f.at] != "" {
			v, ok = t.number(fields[f.at], at[f.at], f.name)
		}
		switch {
		case fields[f.at] == "":
			t.blank[i]++
		case !ok:
			t.bad[i]++
		case v < 0 && f.name == area.Population:
			t.report(t.line, at[f.at], f.name, "negative", "value", fields[f.at])
		default:
			t.good[i]++
		}
		t.out.Columns[i].Values = append(t.out.Columns[i].Values, v)
	}
	if len(t.list)+t.more > before { // the file is refused: keep nothing more of it
		for i := range t.out.Columns {
			t.out.Columns[i].Values = t.out.Columns[i].Values[:t.out.Len()]
		}
		return
	}
	t.out.ID, t.out.Point = append(t.out.ID, id), append(t.out.Point, p)
}

// point reads longitude and latitude and moves them to WGS-84.
func (t *table) point(fields []string, at []int) geo.Point {
	x, y := t.heads.lon, t.heads.lat
	lon, okLon := t.number(fields[x], at[x], "lon")
	lat, okLat := t.number(fields[y], at[y], "lat")
	switch {
	case !okLon || !okLat:
		return geo.Point{}
	case math.Abs(lat) > 90 && math.Abs(lat) <= 180 && math.Abs(lon) <= 90:
		t.report(t.line, at[y], "lat", "swapped", "value", fields[y])
	case math.Abs(lat) > 90:
		t.report(t.line, at[y], "lat", "out-of-range", "value", fields[y], "low", "-90", "high", "90")
	case math.Abs(lon) > 180:
		t.report(t.line, at[x], "lon", "out-of-range", "value", fields[x], "low", "-180", "high", "180")
	}
	switch t.o.Datum {
	case GCJ02:
		return geo.FromGCJ(geo.Point{lon, lat})
	case BD09:
		return geo.FromBD(geo.Point{lon, lat})
	}
	return geo.Point{lon, lat}
}

// most is the largest figure of a cell: sums of as many as there are stay exact
// enough and finite.
const most = 1e15

// number reads a decimal number of at most most either way.
func (t *table) number(text string, column int, field string) (float64, bool) {
	if text == "" {
		t.report(t.line, column, field, "empty")
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err == nil && (math.IsNaN(v) || math.IsInf(v, 0)), errors.Is(err, strconv.ErrRange):
		t.report(t.line, column, field, "not-finite", "value", text)
		return 0, false
	case err != nil || strings.ContainsAny(text, "xX_"):
		t.report(t.line, column, field, "not-a-number", "value", text)
		return 0, false
	case math.Abs(v) > most:
		t.report(t.line, column, field, "too-large", "value", text)
		return 0, false
	}
	return v, true
}

// same reads a column that is the same in every row.
func (t *table) same(first *string, place int, field string, fields []string, at []int) {
	if place < 0 {
		return
	}
	text := fields[place]
	switch {
	case *first == text && text != "":
		return
	case *first != "":
		t.report(t.line, at[place], field, "differs", "value", text, "first", *first)
		return
	}
	switch field {
	case "side":
		v, ok := t.number(text, at[place], field)
		if ok && v <= 0 {
			t.report(t.line, at[place], field, "not-positive", "value", text)
		}
		t.out.Side = v
	case "basis":
		if text != modelled && text != given {
			t.report(t.line, at[place], field, "not-one-of", "value", text, "known", modelled+", "+given)
		}
		t.out.Basis.Modelled = text == modelled
	}
	*first = strings.Clone(text)
}

// What the column basis may say.
const (
	modelled = "modelled"
	given    = "given"
)

// texts replaces the faults of a column without a single number by one: it is no
// column of figures. Figures that cannot be are no text.
func (t *table) texts() {
	var numbers []string
	for i, f := range t.heads.figures {
		if t.good[i] > 0 || t.bad[i] == 0 {
			numbers = append(numbers, f.name)
		}
	}
	for i, f := range t.heads.figures {
		if t.good[i] > 0 || t.bad[i] < 2 {
			continue
		}
		if slices.ContainsFunc(t.list, func(p Problem) bool { return p.Field == f.name && p.Code != "not-a-number" }) {
			continue
		}
		before := len(t.list)
		t.list = slices.DeleteFunc(t.list, func(p Problem) bool { return p.Field == f.name })
		t.more -= t.bad[i] - (before - len(t.list))
		t.list = append(t.list, Problem{t.file, 1, f.column, f.name, "text-column", map[string]string{"field": f.name, "known": cmp.Or(strings.Join(numbers, ", "), "–")}})
	}
}
