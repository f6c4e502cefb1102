package circle

import "conurb/area"

// The words that stand for a day.
const (
	Now  = "now"
	Plan = "plan" // with every work of the plan in service
)

// Day reads the day that is asked about: Now, Plan or a date. Plan is today or the end
// of the plan, whichever is later, and complete.
func Day(text string, today, until area.Date) (day area.Date, complete bool, err error) {
	switch text {
	case Now:
		return today, false, nil
	case Plan:
		return max(today, until), true, nil
	}
	day, err = area.ParseDate(text)
	return day, false, err
}
