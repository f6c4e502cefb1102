package cells

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"

	"conurb/area"
)

// header says where each column stands.
type header struct {
	width       int
	id          int
	lon, lat    int
	side, basis int // -1 where the table has none
	figures     []figure
}

// figure is a column of numbers; column is the byte it begins at in the header.
type figure struct {
	name       string
	at, column int
}

// spoken are the names that are not figures, in the order of preference.
var spoken = map[string][]string{
	"id":    {"id", "编号"},
	"lon":   {"lon", "longitude", "lng", "经度", "x"},
	"lat":   {"lat", "latitude", "纬度", "y"},
	"side":  {"side", "边长"},
	"basis": {"basis", "依据"},
}

// meaning is what a column is called here: id, lon, lat, side, basis, population or
// its own name.
func meaning(name string) string {
	low := strings.ToLower(name)
	for kind, names := range spoken {
		if slices.Contains(names, low) {
			return kind
		}
	}
	if low == area.Population || name == "人口" {
		return area.Population
	}
	return name
}

// head reads the header; false if the rows cannot be read under it.
func (t *table) head(text string) bool {
	t.split.comma = ','
	if strings.Count(text, "\t") > strings.Count(text, ",") {
		t.split.comma = '\t'
	}
	names, at, err := t.split.fields(text)
	if err != nil {
		t.report(t.line, 1, "", "csv-syntax", "cause", err.Error())
		return false
	}
	names = slices.Clone(names)
	t.heads = header{len(names), -1, -1, -1, -1, -1, nil}
	places := map[string]*int{"id": &t.heads.id, "lon": &t.heads.lon, "lat": &t.heads.lat, "side": &t.heads.side, "basis": &t.heads.basis}
	taken := map[string]bool{}
	for i, name := range names {
		m := meaning(name)
		switch place := places[m]; {
		case name == "":
			t.report(t.line, at[i], "", "unnamed-column")
		case taken[m]:
			t.report(t.line, at[i], name, "column-twice", "meaning", m)
		case place != nil:
			*place = i
		default:
			t.heads.figures = append(t.heads.figures, figure{strings.Clone(m), i, at[i]})
		}
		taken[m] = true
	}
	for _, m := range []string{"id", "lon", "lat"} {
		if *places[m] < 0 {
			t.report(t.line, 1, m, "missing-column", "known", strings.Join(spoken[m], ", "), "value", strings.Join(names, ", "))
		}
	}
	t.choose()
	t.good, t.bad = make([]int, len(t.heads.figures)), make([]int, len(t.heads.figures))
	t.blank = make([]int, len(t.heads.figures))
	t.out = &area.Cells{}
	for _, f := range t.heads.figures {
		t.out.Columns = append(t.out.Columns, area.Column{Name: f.name})
	}
	return len(t.list) == 0
}

// choose keeps the figures that are wanted.
func (t *table) choose() {
	if t.o.Columns == nil {
		return
	}
	var known []string
	for _, f := range t.heads.figures {
		known = append(known, f.name)
	}
	var kept []figure
	for _, want := range t.o.Columns {
		m := meaning(strings.TrimSpace(want))
		i := slices.Index(known, m)
		switch {
		case i < 0:
			t.report(t.line, 1, want, "unknown-column", "known", strings.Join(known, ", "))
		case !slices.Contains(kept, t.heads.figures[i]):
			kept = append(kept, t.heads.figures[i])
		}
	}
	t.heads.figures = kept
}

// row splits lines; its slices are used again for the next.
type row struct {
	comma byte
	text  []string
	at    []int // byte of the line that each field begins at, from 1
}

// fields splits a line and trims each field. A line with quotes is left to
// encoding/csv.
func (r *row) fields(line string) ([]string, []int, error) {
	r.text, r.at = r.text[:0], r.at[:0]
	if strings.IndexByte(line, '"') >= 0 {
		return r.quoted(line)
	}
	for from := 0; ; {
		n := strings.IndexByte(line[from:], r.comma)
		r.at = append(r.at, from+1)
		if n < 0 {
			r.text = append(r.text, strings.TrimSpace(line[from:]))
			return r.text, r.at, nil
		}
		r.text = append(r.text, strings.TrimSpace(line[from:from+n]))
		from += n + 1
	}
}

func (r *row) quoted(line string) ([]string, []int, error) {
	c := csv.NewReader(strings.NewReader(line))
	c.Comma = rune(r.comma)
	fields, err := c.Read()
	if fault := (*csv.ParseError)(nil); errors.As(err, &fault) {
		return nil, nil, fault.Err
	} else if err != nil {
		return nil, nil, err
	}
	for i, f := range fields {
		_, column := c.FieldPos(i)
		r.text, r.at = append(r.text, strings.TrimSpace(f)), append(r.at, column)
	}
	return r.text, r.at, nil
}
