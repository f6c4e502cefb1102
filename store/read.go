package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"conurb/area"
	"conurb/plan"
)

// observationSelect names the columns in the order that scanner reads them.
const observationSelect = `SELECT log, id, version, indicator, scope, period, value, source, source_text, grade, published,
	note, withdrawn, reason, recorded, recorded_by, ref_file, ref_line FROM observation`

// partRows is how many entries of the log one reader takes at least.
const partRows = 20_000

// Observations returns all versions of all observations among the first upTo
// entries of the log, in the order they were recorded; upTo 0 takes all.
func (s *Store) Observations(ctx context.Context, upTo int64) ([]plan.Observation, error) {
	return s.ObservationsBetween(ctx, 0, upTo)
}

// ObservationsFrom returns what was recorded from a log index on: what another
// process has added since this one last looked.
func (s *Store) ObservationsFrom(ctx context.Context, from int64) ([]plan.Observation, error) {
	return s.ObservationsBetween(ctx, from, 0)
}

// ObservationsBetween returns what was recorded with a log index in [from, upTo),
// upTo 0 for all. Who follows the log asks for Size first and gives it as upTo, so
// that nothing comes twice. Parts of the log are read side by side; they need no
// common transaction, since rows never change and the end is fixed before.
func (s *Store) ObservationsBetween(ctx context.Context, from, upTo int64) ([]plan.Observation, error) {
	size, err := s.Size(ctx)
	if err != nil {
		return nil, err
	}
	if upTo <= 0 || upTo > size {
		upTo = size
	}
	if from >= upTo {
		return nil, nil
	}
	n := min(int64(runtime.GOMAXPROCS(0)), 4, (upTo-from)/partRows+1)
	parts := make([][]plan.Observation, n)
	g, ctx := errgroup.WithContext(ctx)
	for i := range n {
		lo, hi := from+(upTo-from)*i/n, from+(upTo-from)*(i+1)/n
		g.Go(func() (err error) {
			rows := make([]plan.Observation, 0, min(hi-lo, partRows))
			for o, err := range s.EachObservation(ctx, lo, hi) {
				if err != nil {
					return err
				}
				rows = append(rows, *o)
			}
			parts[i] = rows
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if n == 1 {
		return parts[0], nil
	}
	return slices.Concat(parts...), nil
}

// EachObservation streams the observations with a log index in [from, to). The
// pointer is good until the next one.
func (s *Store) EachObservation(ctx context.Context, from, to int64) iter.Seq2[*plan.Observation, error] {
	return func(yield func(*plan.Observation, error) bool) {
		rows, err := s.db.QueryContext(ctx, observationSelect+` WHERE log >= $1 AND log < $2 ORDER BY log`, from, min(to, maxEntries))
		if err != nil {
			yield(nil, fmt.Errorf("observations: %w", err))
			return
		}
		defer rows.Close()
		scan := newScanner()
		for rows.Next() {
			o, err := scan.next(rows)
			if !yield(o, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, fmt.Errorf("observations: %w", err))
		}
	}
}

// ObservationVersions returns all versions of an observation, the first first.
func (s *Store) ObservationVersions(ctx context.Context, id string) ([]plan.Observation, error) {
	return observationVersions(ctx, s.db, id)
}

func observationVersions(ctx context.Context, q querier, id string) ([]plan.Observation, error) {
	out, err := selectObservations(ctx, q, ` WHERE id = $1 ORDER BY version`, id)
	if err == nil && len(out) == 0 {
		return nil, fmt.Errorf("observation %s: %w", id, ErrUnknown)
	}
	return out, err
}

func selectObservations(ctx context.Context, q querier, where string, args ...any) ([]plan.Observation, error) {
	rows, err := q.QueryContext(ctx, observationSelect+where, args...)
	if err != nil {
		return nil, fmt.Errorf("observations: %w", err)
	}
	defer rows.Close()
	var out []plan.Observation
	scan := newScanner()
	for rows.Next() {
		o, err := scan.next(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, *o)
	}
	return out, rows.Err()
}

// scanner reads rows of observations. The same few indicators, scopes, periods
// and days come again and again: each is kept and parsed once.
type scanner struct {
	row     plan.Observation
	texts   map[string]string
	periods map[string]plan.Period
	dates   map[string]area.Date
	stamps  map[string]time.Time
	text    [9]string
	into    []any
}

func newScanner() *scanner {
	s := &scanner{
		texts: map[string]string{}, periods: map[string]plan.Period{},
		dates: map[string]area.Date{}, stamps: map[string]time.Time{},
	}
	o, t := &s.row, &s.text
	s.into = []any{
		&o.Log, &o.ID, &o.Version, &t[0], &t[1], &t[2], &o.Value, &t[3], &o.SourceText, &t[4], &t[5],
		&o.Note, &o.Withdrawn, &o.Reason, &t[6], &t[7], &t[8], &o.Ref.Line,
	}
	return s
}

func (s *scanner) next(rows *sql.Rows) (*plan.Observation, error) {
	if err := damaged(rows.Scan(s.into...)); err != nil {
		return nil, fmt.Errorf("observation: %w", err)
	}
	o, t := &s.row, &s.text
	o.Indicator, o.Scope, o.Source = s.keep(t[0]), s.keep(t[1]), s.keep(t[3])
	o.Grade, o.By, o.Ref.File = area.Grade(s.keep(t[4])), s.keep(t[7]), s.keep(t[8])
	var err error
	if o.Period, err = once(s.periods, t[2], plan.ParsePeriod); err != nil {
		return nil, fmt.Errorf("observation %s: %w: %w", o.ID, ErrDamaged, err)
	}
	if o.Published, err = once(s.dates, t[5], area.ParseDate); err != nil {
		return nil, fmt.Errorf("observation %s: %w: %w", o.ID, ErrDamaged, err)
	}
	if o.Recorded, err = once(s.stamps, t[6], parseStamp); err != nil {
		return nil, fmt.Errorf("observation %s: %w: %w", o.ID, ErrDamaged, err)
	}
	return o, nil
}

// keep returns one copy of equal texts.
func (s *scanner) keep(t string) string {
	if t == "" {
		return ""
	}
	if k, ok := s.texts[t]; ok {
		return k
	}
	t = strings.Clone(t)
	s.texts[t] = t
	return t
}

func once[V any](seen map[string]V, text string, parse func(string) (V, error)) (V, error) {
	if v, ok := seen[text]; ok {
		return v, nil
	}
	v, err := parse(text)
	if err == nil {
		seen[strings.Clone(text)] = v
	}
	return v, err
}
