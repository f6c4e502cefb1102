package gtfs

import (
	"fmt"
	"time"
)

// Positions in the slices of a Feed.
type (
	Agency  int32
	Stop    int32
	Level   int32
	Route   int32
	Service int32
	Trip    int32
	Shape   int32
	Text    int32 // in Feed.Texts; 0 is the empty text
)

// None is the position of nothing, of every kind: Stop(None) is no stop.
const None = -1

// Seconds is a time of a service day, counted from noon minus 12 hours; also a
// duration.
type Seconds int32

// NoTime is the time that is not given.
const NoTime Seconds = -1 << 31

// String gives the time as GTFS writes it, 25:10:00 for ten past one in the night.
func (s Seconds) String() string {
	if s == NoTime {
		return ""
	}
	sign := ""
	if s < 0 {
		sign, s = "-", -s
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", sign, s/3600, s/60%60, s%60)
}

// Date is a calendar day, counted from 0001-01-01 as day 1; zero is no date.
type Date int32

const unixEpoch = 719163 // 1970-01-01 as a Date

// NewDate returns a day of the Gregorian calendar.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400 + unixEpoch)
}

// Civil returns year, month and day.
func (d Date) Civil() (int, time.Month, int) {
	return time.Unix((int64(d)-unixEpoch)*86400, 0).UTC().Date()
}

// Weekday returns the day of the week; day 1 was a Monday.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int(d) % 7) + 7) % 7) }

// String gives 2026-05-13, and nothing for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// compact gives 20260513, as GTFS writes it.
func (d Date) compact() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d%02d%02d", y, m, day)
}

// parseDate reads YYYYMMDD.
func parseDate(b []byte) (Date, bool) {
	if len(b) != 8 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	year, month, day := n/10000, n/100%100, n%100
	d := NewDate(year, time.Month(month), day)
	if y, m, dd := d.Civil(); year < 1 || y != year || int(m) != month || dd != day {
		return 0, false
	}
	return d, true
}

// parseTime reads H:MM:SS, HH:MM:SS or HHH:MM:SS.
func parseTime(b []byte) (Seconds, bool) {
	n := len(b)
	if n < 7 || n > 9 || b[n-3] != ':' || b[n-6] != ':' {
		return NoTime, false
	}
	hours := Seconds(0)
	for _, c := range b[:n-6] {
		if c < '0' || c > '9' {
			return NoTime, false
		}
		hours = hours*10 + Seconds(c-'0')
	}
	m1, m2, s1, s2 := b[n-5]-'0', b[n-4]-'0', b[n-2]-'0', b[n-1]-'0'
	if m1 > 5 || m2 > 9 || s1 > 5 || s2 > 9 {
		return NoTime, false
	}
	return hours*3600 + Seconds(m1)*600 + Seconds(m2)*60 + Seconds(s1)*10 + Seconds(s2), true
}
