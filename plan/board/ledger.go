package board

import (
	"cmp"
	"slices"

	"conurb/area"
	"conurb/plan"
)

// Ledger is every version of every observation, ready to be asked what was
// believed when. It is immutable; With returns a larger one.
type Ledger struct {
	byIndicator map[string][]plan.Observation // sorted by ID, then Version
}

// NewLedger arranges observations, in any order, all versions of each.
func NewLedger(all []plan.Observation) *Ledger {
	l := &Ledger{byIndicator: map[string][]plan.Observation{}}
	counts := map[string]int{}
	for i := range all {
		counts[all[i].Indicator]++
	}
	for i := range all {
		id := all[i].Indicator
		if l.byIndicator[id] == nil {
			l.byIndicator[id] = make([]plan.Observation, 0, counts[id])
		}
		l.byIndicator[id] = append(l.byIndicator[id], all[i])
	}
	for _, rows := range l.byIndicator {
		arrange(rows)
	}
	return l
}

// With returns a ledger that also holds more observations. A correction that
// moves an observation to another indicator is not possible: it has another ID.
func (l *Ledger) With(more []plan.Observation) *Ledger {
	next := &Ledger{byIndicator: make(map[string][]plan.Observation, len(l.byIndicator))}
	for id, rows := range l.byIndicator {
		next.byIndicator[id] = rows
	}
	touched := map[string]bool{}
	for _, o := range more {
		if !touched[o.Indicator] {
			touched[o.Indicator] = true
			next.byIndicator[o.Indicator] = slices.Clone(next.byIndicator[o.Indicator])
		}
		next.byIndicator[o.Indicator] = append(next.byIndicator[o.Indicator], o)
	}
	for id := range touched {
		arrange(next.byIndicator[id])
	}
	return next
}

func arrange(rows []plan.Observation) {
	order := func(a, b plan.Observation) int {
		if c := cmp.Compare(a.ID, b.ID); c != 0 {
			return c
		}
		return cmp.Compare(a.Version, b.Version)
	}
	if !slices.IsSortedFunc(rows, order) {
		slices.SortFunc(rows, order)
	}
}

// Believed returns the observations of an indicator that held on the query's
// days, one per scope and period, ordered by scope, then by the end of the
// period. Of an observation with several versions it takes the newest that was
// published by BelievedOn; of two sources for one period the better graded, then
// the later published.
func (l *Ledger) Believed(indicator string, q Query) []*plan.Observation {
	rows := l.byIndicator[indicator]
	held := make([]*plan.Observation, 0, len(rows))
	for i := 0; i < len(rows); {
		var newest *plan.Observation
		id := rows[i].ID
		first := i
		for ; i < len(rows) && rows[i].ID == id; i++ {
			o := &rows[i]
			if knownFrom(rows[first:i+1]) <= q.BelievedOn && (q.Log == 0 || o.Log < q.Log) {
				newest = o
			}
		}
		if newest != nil && !newest.Withdrawn && newest.Period.End() <= q.AsOf {
			held = append(held, newest)
		}
	}
	if !slices.IsSortedFunc(held, preference) {
		slices.SortFunc(held, preference)
	}
	return slices.CompactFunc(held, func(a, b *plan.Observation) bool {
		return a.Scope == b.Scope && a.Period.End() == b.Period.End()
	})
}

// knownFrom is the day from which the last of some versions is believed: the day
// its source was published. A correction that names no later day than the version
// before it counts from the day it was recorded, since until then the other was
// believed.
func knownFrom(versions []plan.Observation) area.Date {
	o := &versions[len(versions)-1]
	if n := len(versions); n > 1 && o.Published <= versions[n-2].Published && !o.Recorded.IsZero() {
		return max(o.Published, area.DateOf(o.Recorded.UTC()))
	}
	return o.Published
}

// preference puts, within a scope and period, the observation to keep first.
func preference(a, b *plan.Observation) int {
	return cmp.Or(
		cmp.Compare(a.Scope, b.Scope),
		cmp.Compare(a.Period.End(), b.Period.End()),
		cmp.Compare(b.Period.Start(), a.Period.Start()), // a day before the year that ends with it
		cmp.Compare(gradeRank(a.Grade), gradeRank(b.Grade)),
		cmp.Compare(b.Published, a.Published),
		cmp.Compare(a.ID, b.ID),
	)
}

// Newest returns the newest version of every observation, in no order.
func (l *Ledger) Newest() []plan.Observation {
	var out []plan.Observation
	for _, rows := range l.byIndicator {
		for i := range rows {
			if i+1 == len(rows) || rows[i+1].ID != rows[i].ID {
				out = append(out, rows[i])
			}
		}
	}
	return out
}
