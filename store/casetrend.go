package store

import (
	"context"
	"fmt"

	"conurb/area"
	"conurb/livelihood/casework"
)

// caseSpent are the columns of case_file that say how long a decided case took.
func caseSpent(k *casework.Case) []any {
	t := &k.Clock
	if k.Decision == nil || t.Stopped == 0 || t.Used == nil {
		return []any{"", int64(0), int64(0), int64(0), int64(0)}
	}
	return []any{t.Stopped.String(), number(t.Natural), int64(t.Limit), int64(t.Limit + t.Extended), int64(*t.Used)}
}

// CaseSpans counts the cases that were decided from a day on, by item, day and the days that they
// took.
func (s *Store) CaseSpans(ctx context.Context, from area.Date) (list []casework.Span, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT item, decided, natural_days, promised, allowed, used, COUNT(*) FROM case_file WHERE decided <> '' AND decided >= $1
		GROUP BY decided, item, natural_days, promised, allowed, used ORDER BY decided, item, natural_days, promised, allowed, used`, from.String())
	if err != nil {
		return nil, fmt.Errorf("days of cases: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c casework.Span
		var decided string
		var natural int64
		if err := rows.Scan(&c.Item, &decided, &natural, &c.Promised, &c.Allowed, &c.Used, &c.Number); err != nil {
			return nil, fmt.Errorf("days of cases: %w", damaged(err))
		}
		if c.Decided, err = area.ParseDate(decided); err != nil {
			return nil, fmt.Errorf("days of cases: %w", ErrDamaged)
		}
		c.Natural = natural != 0
		list = append(list, c)
	}
	return list, rows.Err()
}
