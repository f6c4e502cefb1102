package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"conurb/kit/licenceid"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/trust/evidence"
)

// Licence returns the newest record of a licence; key is its id or the identifier of one of
// its editions.
func (s *Store) Licence(ctx context.Context, key string) (licence.Record, error) {
	return licenceOf(ctx, s.db, key)
}

func licenceOf(ctx context.Context, q querier, key string) (licence.Record, error) {
	var text string
	if id, err := licenceid.Parse(key); err == nil {
		key = stem(id)
	}
	err := q.QueryRowContext(ctx, `SELECT r.record FROM licence l JOIN licence_record r ON r.id = l.id AND r.version = l.version
		WHERE l.id = $1 OR l.stem = $1`, key).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return licence.Record{}, fmt.Errorf("licence %s: %w", key, ErrNoLicence)
	} else if err != nil {
		return licence.Record{}, fmt.Errorf("licence %s: %w", key, err)
	}
	return licence.ParseRecord([]byte(text))
}

// stem is what the identifiers of all editions of a licence share.
func stem(id licenceid.ID) string { return strings.Join([]string{id.Type, id.Issuer, id.Serial}, ".") }

func stemOf(r *licence.Record) string {
	id, err := licenceid.Parse(r.Identifier)
	if err != nil {
		return r.ID // no record of ours: the audit tells that it was altered
	}
	return stem(id)
}

// LicenceStatus is what the status list says of the edition with an identifier, now.
func (s *Store) LicenceStatus(ctx context.Context, identifier string) (statuslist.Status, error) {
	id, err := licenceid.Parse(identifier)
	if err != nil {
		return 0, err
	}
	edition, err := strconv.Atoi(id.Version)
	if err != nil {
		return 0, err
	}
	var status statuslist.Status
	err = s.db.QueryRowContext(ctx, `SELECT p.status FROM licence l JOIN status_place p ON p.licence = l.id WHERE l.stem = $1 AND p.edition = $2`, stem(id), edition).Scan(&status)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("licence %s: %w", identifier, ErrNoLicence)
	} else if err != nil {
		return 0, fmt.Errorf("licence %s: %w", identifier, damaged(err))
	}
	return status, nil
}

// LicenceRecords returns every record of a licence, oldest first.
func (s *Store) LicenceRecords(ctx context.Context, id string) ([]licence.Record, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT record FROM licence_record WHERE id = $1 ORDER BY version`, id)
	if err != nil {
		return nil, fmt.Errorf("licence %s: %w", id, err)
	}
	return records(rows)
}

// LicenceFilter says which licences are asked for; what is empty asks for nothing.
type LicenceFilter struct {
	Type, Holder string   // Holder is the holder's code
	HolderKind   string   // and its kind
	Types        []string // one of these; nil: any
	State        licence.State
	Text         string // in the holder's name or code, the number or the identifier
	Before       string // id: only licences older than this one
	Limit        int    // 100 when 0
}

// Licences lists the newest records, the newest licence first. A text is looked for in every
// licence that the rest of the filter lets through.
func (s *Store) Licences(ctx context.Context, f LicenceFilter) ([]licence.Record, error) {
	return licencesOf(ctx, s.db, f)
}

func licencesOf(ctx context.Context, q querier, f LicenceFilter) (out []licence.Record, err error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	for len(out) < f.Limit {
		list, err := licencePage(ctx, q, f)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if f.Text == "" || speaksOf(&r, f.Text) {
				out = append(out, r)
			}
		}
		if len(list) < f.Limit || f.Text == "" {
			break
		}
		f.Before = list[len(list)-1].ID
	}
	return out[:min(len(out), f.Limit)], nil
}

// licencePage lists what a filter lets through: with a text, more than is meant, since the
// text of a record has every attribute in it.
func licencePage(ctx context.Context, q querier, f LicenceFilter) ([]licence.Record, error) {
	var where []string
	var args []any
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, fmt.Sprintf(condition, len(args)))
	}
	column := "l.type"
	if f.Holder != "" { // few licences: the index of holders is the one to use, not that of types
		column = "l.type || ''"
	}
	if f.Holder != "" && f.HolderKind == "" {
		where = append(where, "l.holder_kind IN ('"+strings.Join(licence.Kinds, "', '")+"')") // so that the index is used
	}
	for _, c := range []struct{ column, value string }{
		{column + " = $%d", f.Type}, {"l.holder_code = $%d", f.Holder}, {"l.holder_kind = $%d", f.HolderKind},
		{"l.state = $%d", string(f.State)}, {"l.id < $%d", f.Before}, {"LOWER(r.record) LIKE LOWER($%d) ESCAPE '!'", pattern(f.Text)},
	} {
		if c.value != "" {
			add(c.column, c.value)
		}
	}
	if f.Types != nil {
		marks := []string{"''"} // of no type
		for _, t := range f.Types {
			args = append(args, t)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		where = append(where, column+" IN ("+strings.Join(marks, ", ")+")")
	}
	text := `SELECT r.record FROM licence l JOIN licence_record r ON r.id = l.id AND r.version = l.version`
	if len(where) > 0 {
		text += ` WHERE ` + strings.Join(where, ` AND `)
	}
	args = append(args, f.Limit)
	rows, err := q.QueryContext(ctx, text+fmt.Sprintf(` ORDER BY l.id DESC LIMIT $%d`, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	return records(rows)
}

// pattern is a text as records have it, for LIKE.
func pattern(text string) string {
	b, err := json.Marshal(text)
	if text == "" || err != nil {
		return ""
	}
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(string(b[1:len(b)-1])) + "%"
}

func speaksOf(r *licence.Record, text string) bool {
	text = strings.ToLower(text)
	for _, part := range []string{r.Holder.Name, r.Holder.Code, r.Number, r.Identifier} {
		if strings.Contains(strings.ToLower(part), text) {
			return true
		}
	}
	return false
}

func records(rows *sql.Rows) ([]licence.Record, error) {
	list, err := texts(rows)
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	out := make([]licence.Record, len(list))
	for i, text := range list {
		if out[i], err = licence.ParseRecord([]byte(text)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func readLicences(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	there, err := migrated(ctx, tx, 4)
	to.HasLicences = there || err != nil
	if !there || err != nil {
		return err
	}
	c := newCells("licence_record", "log", "id", "version", "record")
	return eachCells(ctx, tx, `SELECT log, id, version, record FROM licence_record ORDER BY log`, c, func() {
		r := evidence.LicenceRow{Log: c.integer(0), ID: c.text(1), Version: int(c.integer(2)), SHA256: evidence.SHA256([]byte(c.text(3)))}
		r.Fault = c.fault()
		to.Licences = append(to.Licences, r)
	})
}

// checkLicences holds the tables that follow from the records to them.
func checkLicences(ctx context.Context, tx *sql.Tx, r *evidence.Report) error {
	there, err := migrated(ctx, tx, 4)
	if !there || err != nil {
		return err
	}
	want, statuses := map[string]string{}, map[string]string{}
	lists := map[string]string{}
	place := map[string][]string{} // places of a licence, the newest last
	err = each(ctx, tx, `SELECT record FROM licence_record ORDER BY log`, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		rec, err := licence.ParseRecord([]byte(text)) // its digest is good: we wrote it so
		if err != nil {
			return err
		}
		want[rec.ID] = strings.Join([]string{stemOf(&rec), fmt.Sprint(rec.Version), string(rec.State), rec.Type, rec.Holder.Kind, rec.Holder.Code, lastDay(&rec), rec.Slot()}, " ")
		at := rec.Place.List + "/" + fmt.Sprint(rec.Place.Index)
		lists[rec.Place.List] = fmt.Sprint(rec.Place.Bits, " ", rec.Place.Size)
		if rec.NewEdition() {
			for _, old := range place[rec.ID] {
				statuses[old] = fmt.Sprint(strings.TrimRight(statuses[old], "0123456789"), int(statuslist.Invalid))
			}
			place[rec.ID] = append(place[rec.ID], at)
		}
		statuses[at] = fmt.Sprint(rec.ID, " ", rec.Edition, " ", int(rec.State.Status(rec.Place.Bits)))
		return nil
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		text    string
		table   string
		columns []string
		want    map[string]string
		keys    int // leading columns that name a row
	}{
		{`SELECT id, stem, version, state, type, holder_kind, holder_code, last_day, slot FROM licence ORDER BY id`, "licence",
			[]string{"id", "stem", "version", "state", "type", "holder_kind", "holder_code", "last_day", "slot"}, want, 1},
		{`SELECT list, bits, size FROM status_list ORDER BY list`, "status_list", []string{"list", "bits", "size"}, lists, 1},
		{`SELECT list, idx, licence, edition, status FROM status_place ORDER BY list, idx`, "status_place",
			[]string{"list", "idx", "licence", "edition", "status"}, statuses, 2},
	} {
		if err := checkRows(ctx, tx, r, part.text, part.table, part.columns, part.want, part.keys); err != nil {
			return err
		}
	}
	return nil
}

// integerColumns are those of the tables above that hold numbers.
const integerColumns = " version bits size idx edition status "

func checkRows(ctx context.Context, tx *sql.Tx, r *evidence.Report, text, table string, columns []string, want map[string]string, keys int) error {
	c := newCells(table, columns...)
	err := eachCells(ctx, tx, text, c, func() {
		cell := make([]string, len(columns))
		for i, name := range columns {
			if strings.Contains(integerColumns, " "+name+" ") {
				cell[i] = fmt.Sprint(c.integer(i))
			} else {
				cell[i] = c.text(i)
			}
		}
		key, rest := strings.Join(cell[:keys], "/"), strings.Join(cell[keys:], " ")
		should, ok := want[key]
		delete(want, key)
		switch fault := c.fault(); {
		case fault != "":
			r.Add(evidence.LicenceAltered, -1, table+" "+key, fault)
		case !ok:
			r.Add(evidence.LicenceInserted, -1, table+" "+key, "")
		case should != rest:
			r.Add(evidence.LicenceAltered, -1, table+" "+key, rest+" ≠ "+should)
		}
	})
	for key := range want {
		r.Add(evidence.LicenceMissing, -1, table+" "+key, "")
	}
	return err
}
