package roll

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"conurb/area"
	"conurb/kit/sheet"
	"conurb/livelihood/licence"
)

// MostRows is the longest table: what is issued in one write.
const MostRows = 5000

// Becomes is what is to become of a row; its words are "roll.becomes.<becomes>".
type Becomes string

// What may become of a row.
const (
	Issue    Becomes = "issue"
	Standing Becomes = "standing"
	Before   Becomes = "before"
	Faulty   Becomes = "faulty"
)

// All lists them.
var All = []Becomes{Issue, Standing, Before, Faulty}

// Fault is something wrong in a table. Its words are under Key and Key + ".remedy".
type Fault struct {
	Row    int               `json:"row"`              // line of the file, from 1
	Column string            `json:"column,omitempty"` // as the file names it; as the form does, where it is missing
	Key    string            `json:"key"`
	Args   map[string]string `json:"args,omitempty"`
}

// Code is the last part of the key.
func (f Fault) Code() string { return f.Key[strings.LastIndexByte(f.Key, '.')+1:] }

// The codes of this package; others are those of licence's problems and refusals.
const (
	CodeEmpty         = "empty"
	CodeNoRows        = "no-rows"
	CodeTooMany       = "too-many"
	CodeUnknownColumn = "unknown-column"
	CodeColumnTwice   = "column-twice"
	CodeNoColumn      = "no-column"
	CodeSurplus       = "surplus-cell"
	CodeControl       = "control-character"
	CodeTwice         = "twice"
	CodeOtherType     = "other-type"
	CodeRounded       = "rounded"
)

// Codes lists them.
var Codes = []string{
	CodeEmpty, CodeNoRows, CodeTooMany, CodeUnknownColumn, CodeColumnTwice, CodeNoColumn, CodeSurplus, CodeControl, CodeTwice, CodeOtherType, CodeRounded,
}

// Row is a row of the table.
type Row struct {
	Line       int     `json:"row"`
	Holder     string  `json:"holder"` // name
	Becomes    Becomes `json:"becomes"`
	Identifier string  `json:"identifier,omitempty"` // of the licence that stands, or came of the row before
	Faults     []Fault `json:"faults,omitempty"`

	Draft licence.Draft `json:"-"`
}

// Preview is a table as it would be issued today.
type Preview struct {
	Type    string          `json:"type"`
	File    string          `json:"file"`   // SHA-256, hex
	Digest  string          `json:"digest"` // SHA-256 of the file and of what becomes of every row
	Faults  []Fault         `json:"faults"` // of the table as a whole
	Rows    []Row           `json:"rows"`
	Becomes map[Becomes]int `json:"becomes"` // how many rows
}

// Sound tells whether the table can be issued.
func (p *Preview) Sound() bool { return len(p.Faults) == 0 && p.Becomes[Faulty] == 0 }

// Reader reads tables of a type for an office.
type Reader struct {
	Types  *licence.Register
	Type   *licence.Type
	Office licence.Authority
	Today  area.Date
	// Standing lists the licences of the type that a holder has or had.
	Standing func(h licence.Holder) ([]licence.Record, error)
	// Progress is told how many rows have been read; nil: nobody is.
	Progress func(done, all int)
}

// Read reads a table. Errors are those of kit/sheet and of Standing; what is wrong in the
// table is in the preview.
func (r *Reader) Read(file []byte) (*Preview, error) {
	rows, err := sheet.Read(file)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(file)
	p := &Preview{Type: r.Type.Code, File: hex.EncodeToString(sum[:]), Faults: []Fault{}, Rows: []Row{}, Becomes: map[Becomes]int{}}
	t := &table{Reader: r, p: p, columns: Columns(r.Type), first: map[string]int{}}
	rows = slices.DeleteFunc(rows, func(r sheet.Row) bool { return r.Blank() || strings.HasPrefix(tidy(r.Cells[0]), "#") })
	switch {
	case len(rows) == 0:
		t.whole(1, "", CodeEmpty)
	case len(rows) == 1:
		t.header(rows[0])
		t.whole(rows[0].Line, "", CodeNoRows)
	case len(rows)-1 > MostRows:
		t.whole(rows[0].Line, "", CodeTooMany, "rows", fmt.Sprint(len(rows)-1), "limit", fmt.Sprint(MostRows))
	default:
		t.header(rows[0])
	}
	if len(p.Faults) == 0 {
		for i, row := range rows[1:] {
			if err := t.row(row); err != nil {
				return nil, err
			}
			if r.Progress != nil {
				r.Progress(i+1, len(rows)-1)
			}
		}
	}
	p.Digest = r.digest(p)
	return p, nil
}

// digest is over everything that decides what would be issued.
func (r *Reader) digest(p *Preview) string {
	h := sha256.New()
	fmt.Fprintln(h, p.Type, p.File, r.Office.City, r.Office.Code, r.Today)
	for _, row := range p.Rows {
		fmt.Fprintln(h, row.Line, row.Becomes, row.Identifier)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// table is the state of reading one table.
type table struct {
	*Reader
	p       *Preview
	columns []Column
	at      []int          // the column of each cell
	heading []string       // as the file has it, by column; "" where it is missing
	first   map[string]int // line on which something stood first
}

func (t *table) whole(line int, column, code string, pairs ...string) {
	t.p.Faults = append(t.p.Faults, Fault{line, column, "roll." + code, args(pairs)})
}

func args(pairs []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// tidy takes the blanks off the ends of a cell, the byte order mark and full-width ones too.
func tidy(s string) string { return strings.Trim(strings.TrimSpace(s), "\ufeff\u3000\u200b ") }

func (t *table) header(r sheet.Row) {
	t.heading = make([]string, len(t.columns))
	for _, cell := range r.Cells {
		name := tidy(cell)
		i := -1
		if name != "" {
			i = find(t.columns, name)
			switch {
			case i < 0:
				t.whole(r.Line, name, CodeUnknownColumn, "column", name, "known", t.names())
			case t.heading[i] != "":
				t.whole(r.Line, name, CodeColumnTwice, "column", name, "first", t.heading[i])
			default:
				t.heading[i] = name
			}
		}
		t.at = append(t.at, i)
	}
	for i, c := range t.columns {
		if c.Needed && t.heading[i] == "" {
			t.whole(r.Line, c.Name.Zh, CodeNoColumn, "column", c.Name.Zh+" ("+c.Short+")")
		}
	}
}

func (t *table) names() string {
	var list []string
	for _, c := range t.columns {
		list = append(list, c.Name.Zh)
	}
	return strings.Join(list, ", ")
}

// row reads a row and says what is to become of it.
func (t *table) row(r sheet.Row) error {
	row := Row{Line: r.Line, Becomes: Issue}
	fault := func(column, key string, pairs ...string) {
		row.Faults = append(row.Faults, Fault{r.Line, column, key, args(pairs)})
	}
	cells := make([]string, len(t.columns))
	for i, cell := range r.Cells {
		text := tidy(cell)
		switch {
		case i < len(t.at) && t.at[i] >= 0:
			cells[t.at[i]] = text
		case text != "":
			fault("", "roll."+CodeSurplus, "value", text)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' }) {
			fault("", "roll."+CodeControl)
		}
	}
	fields := map[string]string{}
	for i, c := range t.columns {
		fields[c.Field] = value(c.Form, cells[i])
	}
	row.Holder = fields[fieldName]
	if fields[fieldKind] == "" && len(t.Type.Holders) == 1 {
		fields[fieldKind] = t.Type.Holders[0]
	}
	if given := fields[fieldType]; given != "" && given != t.Type.Code {
		fault(t.called(fieldType), "roll."+CodeOtherType, "value", given, "type", t.Type.Code)
	}
	t.draft(&row, fields, fault)
	if len(row.Faults) == 0 {
		t.once(&row, cells, fault)
	}
	if len(row.Faults) == 0 {
		if err := t.stands(&row, fault); err != nil {
			return err
		}
	}
	if len(row.Faults) > 0 {
		row.Becomes, row.Draft = Faulty, licence.Draft{}
	}
	t.p.Becomes[row.Becomes]++
	t.p.Rows = append(t.p.Rows, row)
	return nil
}

type faulter func(column, key string, pairs ...string)

// draft holds the row to what is asked of a licence that is written by hand.
func (t *table) draft(row *Row, fields map[string]string, fault faulter) {
	attributes := map[string]any{}
	body := map[string]any{
		"type": t.Type.Code, "authority": t.Office, "attributes": attributes,
		"holder": map[string]string{"kind": fields[fieldKind], "code": fields[fieldCode], "name": fields[fieldName]},
	}
	for _, name := range []string{fieldNumber, fieldFrom, fieldUntil, fieldReason} {
		if fields[name] != "" {
			body[name] = fields[name]
		}
	}
	for _, a := range t.Type.Attributes {
		switch text := fields["attributes."+a.ID]; {
		case text == "":
		case a.Form == licence.FormTexts:
			attributes[a.ID] = items(text)
		case a.Form == licence.FormYesNo && (text == "true" || text == "false"):
			attributes[a.ID] = text == "true"
		default:
			attributes[a.ID] = text
		}
	}
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // texts alone
	}
	row.Draft, err = licence.ReadDraft("row", b, t.Types)
	if problems, ok := err.(licence.Problems); ok {
		for _, p := range problems {
			t.problem(p, fields, fault)
		}
		return
	}
	row.Draft.Batch = fmt.Sprintf("%s:%d", t.p.File, row.Line)
}

// problem says what is wrong by the column of the table.
func (t *table) problem(p licence.Problem, fields map[string]string, fault faulter) {
	name, _, _ := strings.Cut(p.Field, "[")
	column := t.called(name)
	pairs := []string{}
	for k, v := range p.Args {
		if k != "field" {
			pairs = append(pairs, k, v)
		}
	}
	if name == fieldCode && p.Code == licence.ProblemCitizen && rounded(fields[fieldCode]) {
		fault(column, "roll."+CodeRounded)
		return
	}
	if (p.Code == licence.ProblemText || p.Code == licence.ProblemHolder) && fields[name] == "" {
		p.Code = licence.ProblemMissing
	}
	fault(column, "licence.check."+p.Code, append(pairs, "field", column)...)
}

// rounded tells whether a spreadsheet took a number of 18 digits for a quantity.
func rounded(s string) bool {
	return strings.ContainsAny(s, "eE+") || len(s) == 18 && strings.HasSuffix(s, "000")
}

// called is the heading of a field in the file, or in the form where the file has none.
func (t *table) called(field string) string {
	i := slices.IndexFunc(t.columns, func(c Column) bool { return c.Field == field })
	switch {
	case i < 0:
		return field
	case t.heading[i] != "":
		return t.heading[i]
	}
	return t.columns[i].Name.Zh
}

// once refuses a row that stands in the table before.
func (t *table) once(row *Row, cells []string, fault faulter) {
	d := row.Draft
	key := d.Holder.Kind + "\x00" + d.Holder.Code
	if t.Type.Several {
		key += "\x00" + d.Number
		if d.Number == "" {
			key = strings.Join(cells, "\x00")
		}
	}
	if first, twice := t.first[key]; twice {
		fault("", "roll."+CodeTwice, "first", fmt.Sprint(first))
		return
	}
	t.first[key] = row.Line
}

// stands looks whether the row was issued, or need not be, and whether it could be today.
func (t *table) stands(row *Row, fault faulter) error {
	d := row.Draft
	have, err := t.Standing(d.Holder)
	if err != nil {
		return err
	}
	for _, r := range have {
		if r.Batch == d.Batch {
			row.Becomes, row.Identifier = Before, r.Identifier
			return nil
		}
	}
	for _, r := range have {
		if r.State.Live() && (!t.Type.Several || d.Number != "" && r.Number == d.Number) {
			row.Becomes, row.Identifier = Standing, r.Identifier
			return nil
		}
	}
	_, err = licence.Begin(t.Type, d, licence.Fresh{Serial: strings.Repeat("0", 20)}, licence.How{Today: t.Today})
	if no, ok := err.(*licence.Refusal); ok {
		pairs := []string{}
		for k, v := range no.Args {
			pairs = append(pairs, k, v)
		}
		column := ""
		if no.Code == licence.RefusedPast {
			column = t.called(fieldUntil)
		}
		fault(column, "licence.refusal."+no.Code, pairs...)
		return nil
	}
	return err
}
