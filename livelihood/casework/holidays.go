package casework

import (
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
)

// HolidaysFile is where a region pack keeps its holidays.
const HolidaysFile = "service/holidays.yaml"

// holidaysFormat is the format of that file.
const holidaysFormat = "1"

// The codes of its faults beside those of kit/form; words are "casework.check.<code>".
var HolidayCodes = []string{"not-a-day", "other-year", "ends-before", "year-twice", "day-both", "unknown-value"}

// mostDays bounds one holiday, in days.
const mostDays = 31

// Problems are the faults of a file as an error.
type Problems []form.Problem

func (p Problems) Error() string { return p[0].String() }

// ReadHolidays reads a file of holidays into a calendar whose days begin in zone.
func ReadHolidays(file string, b []byte, zone *time.Location) (*Calendar, error) {
	r := holidayReader{Form: form.Form{File: file}}
	m := r.Open(b)
	if m != nil {
		m.One("format", true, []string{holidaysFormat})
		m.List("years", true, 0, r.year)
		m.Done()
	}
	if len(r.Problems) > 0 {
		return nil, Problems(r.Problems)
	}
	return NewCalendar(zone, r.years), nil
}

type holidayReader struct {
	form.Form
	years []Year
}

func (r *holidayReader) year(n *yaml.Node, field string) {
	m := r.Mapping(n, field)
	if m == nil {
		return
	}
	y := Year{Year: m.Whole("year", true, 1950, 2200), Source: m.Text("source", true), Assumed: m.Flag("assumed", false)}
	m.Text("url", false)
	grades := make([]string, len(area.Grades))
	for i, g := range area.Grades {
		grades[i] = string(g)
	}
	y.Grade = m.One("grade", true, grades)
	y.Assumed = y.Assumed || y.Grade == string(area.GradeAssumed)
	for _, have := range r.years {
		if have.Year == y.Year {
			r.Report(n, field, "year-twice", "year", strconv.Itoa(y.Year))
		}
	}
	m.List("holidays", true, 0, func(n *yaml.Node, field string) { r.holiday(n, field, &y) })
	m.Done()
	off := map[area.Date]bool{}
	for _, d := range y.Off {
		off[d] = true
	}
	for _, d := range y.Work {
		if off[d] {
			r.Report(n, field, "day-both", "day", d.String())
		}
	}
	r.years = append(r.years, y)
}

func (r *holidayReader) holiday(n *yaml.Node, field string, y *Year) {
	m := r.Mapping(n, field)
	if m == nil {
		return
	}
	if name := m.Child("name", true); name != nil {
		name.Text("zh", true)
		name.Text("en", true)
		name.Done()
	}
	from, to := r.day(m, "from", y.Year), r.day(m, "to", y.Year)
	switch {
	case from == 0 || to == 0:
	case to < from || to-from > mostDays:
		r.Report(n, field, "ends-before", "from", from.String(), "to", to.String(), "most", strconv.Itoa(mostDays))
	default:
		for d := from; d <= to; d++ {
			y.Off = append(y.Off, d)
		}
	}
	m.List("work", false, 0, func(n *yaml.Node, field string) {
		if d := r.date(n, field, y.Year); d != 0 {
			y.Work = append(y.Work, d)
		}
	})
	m.Done()
}

func (r *holidayReader) day(m *form.Mapping, key string, year int) area.Date {
	n := m.Take(key, true)
	if n == nil {
		return 0
	}
	return r.date(n, m.Path(key), year)
}

// date is a day of a year, or of the days around it: New Year's holidays may begin before.
func (r *holidayReader) date(n *yaml.Node, field string, year int) area.Date {
	d, err := area.ParseDate(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		r.Report(n, field, "not-a-day", "value", n.Value)
		return 0
	}
	if first, last := area.NewDate(year, 1, 1)-7, area.NewDate(year, 12, 31)+7; year > 0 && (d < first || d > last) {
		r.Report(n, field, "other-year", "value", n.Value, "year", strconv.Itoa(year))
		return 0
	}
	return d
}
