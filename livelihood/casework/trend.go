package casework

import (
	"cmp"
	"slices"

	"conurb/area"
)

// The periods that a trend is told by.
const (
	ByMonth = "month" // of the calendar
	ByWeek  = "week"  // from Monday
)

// Period is the first day of the month or week that a day lies in.
func Period(d area.Date, by string) area.Date {
	if by == ByWeek {
		return d - (d-1)%7
	}
	return area.NewDate(d.Year(), d.Time().Month(), 1)
}

// Span is how many cases of an item were decided on a day and had used so many days of their limit
// by then.
type Span struct {
	Item     string
	Decided  area.Date
	Natural  bool // the days are all days, not working days alone
	Promised int  // days
	Allowed  int  // promised and given on top
	Used     int  // without those in which the clock stood
	Number   int
}

// Trend is how long an office took, and had promised, for the cases of an item that were decided in
// a period. Days are working days, or all days where Natural.
type Trend struct {
	Item    string    `json:"item"`
	From    area.Date `json:"from"` // the first day of the period
	Natural bool      `json:"natural,omitempty"`
	Cases   int       `json:"cases"`
	InTime  int       `json:"inTime"` // of the cases
	Median  int       `json:"median"` // days used by half of the cases at most
	Decile  int       `json:"decile"` // days used by nine of ten cases at most
	Least   int       `json:"least"`  // days promised, where that was changed the fewest
	Most    int       `json:"most"`   // and the most
}

// Trends puts spans together by item, unit and period, in this order. Quantiles are days that a
// case took (nearest rank).
func Trends(spans []Span, by string) (list []Trend) {
	spans = slices.Clone(spans)
	group := func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), compareBool(a.Natural, b.Natural), cmp.Compare(Period(a.Decided, by), Period(b.Decided, by)))
	}
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(group(a, b), cmp.Compare(a.Used, b.Used)) })
	for len(spans) > 0 {
		n := slices.IndexFunc(spans, func(s Span) bool { return group(s, spans[0]) != 0 })
		if n < 0 {
			n = len(spans)
		}
		list = append(list, trend(spans[:n], by))
		spans = spans[n:]
	}
	return list
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// trend is that of spans of one item and period, by the days used.
func trend(spans []Span, by string) Trend {
	t := Trend{Item: spans[0].Item, From: Period(spans[0].Decided, by), Natural: spans[0].Natural, Least: spans[0].Promised}
	for _, s := range spans {
		t.Cases += s.Number
		t.Least, t.Most = min(t.Least, s.Promised), max(t.Most, s.Promised)
		if s.Used <= s.Allowed {
			t.InTime += s.Number
		}
	}
	rank := func(tenths int) int {
		at := (t.Cases*tenths + 9) / 10
		for _, s := range spans {
			if at -= s.Number; at <= 0 {
				return s.Used
			}
		}
		return 0
	}
	t.Median, t.Decile = rank(5), rank(9)
	return t
}

// LeastTold is of how many cases at least a city tells another how long they took: of fewer,
// somebody could recognise one. (Ours: no rule sets a number; statistical offices use 3 to 10.)
const LeastTold = 5

// Tellable are the trends, by month, that a city may tell another on a day: of months that are
// over, so that what is told tomorrow differs by no single case, and of LeastTold cases or more.
func Tellable(list []Trend, today area.Date) (out []Trend) {
	for _, t := range list {
		if t.Cases >= LeastTold && t.From < Period(today, ByMonth) {
			out = append(out, t)
		}
	}
	return out
}

// Sound tells whether a trend is one that a city could tell on a day.
func (t *Trend) Sound(today area.Date) bool {
	return t.Item != "" && t.From == Period(t.From, ByMonth) && t.From > 0 && t.From < Period(today+1, ByMonth) && t.Cases >= LeastTold &&
		t.InTime >= 0 && t.InTime <= t.Cases && t.Median >= 0 && t.Median <= t.Decile && t.Least >= 0 && t.Least <= t.Most
}
