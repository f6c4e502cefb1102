package casework

import (
	"slices"
	"sort"
	"time"

	"conurb/area"
)

// Year is one year of a calendar, as the State Council gave it out (国务院办公厅关于节假日安排的通知).
type Year struct {
	Year    int
	Off     []area.Date // days off, weekends among them or not
	Work    []area.Date // weekend days that are worked
	Source  string      // the notice
	Grade   string      // of the source, A to D
	Assumed bool        // not all of it is certain
}

// Calendar tells working days from others. A day of a year that is not listed is judged by
// weekends alone, which is assumed.
type Calendar struct {
	zone  *time.Location
	years []Year
	off   []area.Date // Mondays to Fridays off, in order
	work  []area.Date // Saturdays and Sundays worked, in order
}

// NewCalendar makes a calendar; zone is where its days begin.
func NewCalendar(zone *time.Location, years []Year) *Calendar {
	c := &Calendar{zone: zone, years: slices.Clone(years)}
	for _, y := range years {
		for _, d := range y.Off {
			if !weekend(d) {
				c.off = append(c.off, d)
			}
		}
		for _, d := range y.Work {
			if weekend(d) {
				c.work = append(c.work, d)
			}
		}
	}
	for _, list := range []*[]area.Date{&c.off, &c.work} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.SortFunc(c.years, func(a, b Year) int { return a.Year - b.Year })
	return c
}

// Weekends is a calendar of no listed year.
func Weekends(zone *time.Location) *Calendar { return NewCalendar(zone, nil) }

// Years are the listed years in order.
func (c *Calendar) Years() []Year { return slices.Clone(c.years) }

// weekend: the first of January of the year 1, day 1, was a Monday.
func weekend(d area.Date) bool { return (d-1)%7 >= 5 }

// Zone is where its days begin.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Day is the day of a moment.
func (c *Calendar) Day(t time.Time) area.Date { return area.DateOf(t.In(c.zone)) }

// Works tells whether a day is a working day.
func (c *Calendar) Works(d area.Date) bool {
	if weekend(d) {
		_, ok := slices.BinarySearch(c.work, d)
		return ok
	}
	_, off := slices.BinarySearch(c.off, d)
	return !off
}

// Listed tells whether a day is of a published year, and all of that year is certain.
func (c *Calendar) Listed(d area.Date) bool {
	i, ok := slices.BinarySearchFunc(c.years, d.Year(), func(y Year, n int) int { return y.Year - n })
	return ok && !c.years[i].Assumed
}

// before counts the working days before a day, from day 1.
func (c *Calendar) before(d area.Date) int {
	n := int(d-1)/7*5 + min(int(d-1)%7, 5)
	off, _ := slices.BinarySearch(c.off, d)
	work, _ := slices.BinarySearch(c.work, d)
	return n - off + work
}

// at is the working day before which there are n.
func (c *Calendar) at(n int) area.Date {
	reach := 2*(len(c.off)+len(c.work)) + 14
	low := max(1, area.Date(n/5*7+1-reach))
	return low + area.Date(sort.Search(2*reach+7, func(i int) bool { return c.before(low+area.Date(i)+1) > n }))
}

// After is the n-th working day after a day; for n of 0 the day itself.
func (c *Calendar) After(d area.Date, n int) area.Date {
	if n <= 0 {
		return d
	}
	return c.at(c.before(d+1) + n - 1)
}

// Left are the working days from a day to another: 0 where the second is the first one worked
// from the first on, less than 0 where it is past.
func (c *Calendar) Left(from, to area.Date) int { return c.before(to) - c.before(from) }

// Ahead is the working day that has so many working days left from a day on (see Left).
func (c *Calendar) Ahead(from area.Date, left int) area.Date { return c.at(c.before(from) + left) }

// Certain tells whether every day from one to another is of a published year.
func (c *Calendar) Certain(from, to area.Date) bool {
	for y := from.Year(); y <= to.Year(); y++ {
		if !c.Listed(area.NewDate(y, 1, 1)) {
			return false
		}
	}
	return true
}
