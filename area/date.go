package area

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Date is a calendar day, counted from 0001-01-01 as day 1, so that dates
// compare with < and the zero value means "no date".
type Date int32

// NewDate returns the day of the proleptic Gregorian calendar; out-of-range
// months and days are normalised as by time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the calendar day that t shows in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	days := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	return Date(days + 719163)
}

// ErrDate is a text that is no day of the calendar.
var ErrDate = errors.New("not a calendar day like 2026-12-31")

// ParseDate reads an ISO 8601 calendar day, "2026-11-23".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return 0, fmt.Errorf("date %q is %w", s, ErrDate)
	}
	return DateOf(t), nil
}

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix((int64(d)-719163)*86400, 0).UTC() }

// Year returns the calendar year, 0 for no date.
func (d Date) Year() int {
	if d == 0 {
		return 0
	}
	return d.Time().Year()
}

// YearFraction returns the date on a continuous axis of years, such that
// 2025-01-01 is 2025.0; forecasts and trajectories use it.
func (d Date) YearFraction() float64 {
	y := d.Year()
	start, end := NewDate(y, 1, 1), NewDate(y+1, 1, 1)
	return float64(y) + float64(d-start)/float64(end-start)
}

// AddMonths moves the date by whole months; a day the month lacks becomes its last.
func (d Date) AddMonths(n int) Date {
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return NewDate(first.Year(), first.Month(), min(t.Day(), last))
}

// MonthsSince returns the signed distance d-o in months of 30.436875 days
// (the Gregorian mean), rounded to one decimal: the unit of a slip.
func (d Date) MonthsSince(o Date) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(float64(d-o)/30.436875, 'f', 1, 64), 64)
	return v
}

// String returns "2026-11-23", or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("2006-01-02")
}

// MarshalText writes the ISO form; no date is the empty string.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form; the empty string is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
