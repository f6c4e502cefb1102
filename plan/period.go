package plan

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"conurb/area"
)

// Period is the stretch of time a value is about: a year "2022", a quarter
// "2022-Q2", a month "2022-06" or a day "2022-06-28" (ISO 8601, quarters as in
// SDMX 2.1 §4.2.4). A value stands for the last day of its period.
type Period struct {
	text       string
	start, end area.Date
}

var quarter = regexp.MustCompile(`^(\d{4})-Q([1-4])$`)

// ParsePeriod reads any of the four forms.
func ParsePeriod(s string) (Period, error) {
	if m := quarter.FindStringSubmatch(s); m != nil {
		y, _ := strconv.Atoi(m[1])
		q, _ := strconv.Atoi(m[2])
		start := area.NewDate(y, time.Month(3*q-2), 1)
		return Period{s, start, start.AddMonths(3) - 1}, nil
	}
	for _, f := range []struct {
		layout string
		months int
	}{{"2006", 12}, {"2006-01", 1}, {"2006-01-02", 0}} {
		t, err := time.Parse(f.layout, s)
		if err != nil {
			continue
		}
		start := area.DateOf(t)
		end := start
		if f.months > 0 {
			end = start.AddMonths(f.months) - 1
		}
		return Period{s, start, end}, nil
	}
	return Period{}, fmt.Errorf("period %q is not a year 2022, quarter 2022-Q2, month 2022-06 or day 2022-06-28", s)
}

// PeriodKinds lists the kinds of period, longest first.
var PeriodKinds = []string{"year", "quarter", "month", "day"}

// Kind is the one of PeriodKinds that the period is, "" for no period.
func (p Period) Kind() string {
	switch len(p.text) {
	case 4:
		return "year"
	case 7:
		if p.text[5] == 'Q' {
			return "quarter"
		}
		return "month"
	case 10:
		return "day"
	}
	return ""
}

// Start returns the first day of the period.
func (p Period) Start() area.Date { return p.start }

// End returns the last day of the period, the day its value stands for.
func (p Period) End() area.Date { return p.end }

// String returns the form it was written in.
func (p Period) String() string { return p.text }

// MarshalText writes the form it was written in.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.text), nil }

// UnmarshalText reads any of the four forms; empty is no period.
func (p *Period) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*p = Period{}
		return nil
	}
	*p, err = ParsePeriod(string(b))
	return err
}
