package circle

import (
	"testing"

	"pgregory.net/rapid"

	measure "conurb/connect/circle"
)

// Who counts the people of a file within a limit finds those of the circle.
func TestTenthsStayOnTheirSideOfALimit(t *testing.T) {
	for at, want := range map[measure.Decis]float64{0: 0, 10: 0.1, 60: 0.1, 36000: 60, 36010: 60.1} {
		if got := Tenths(at); got != want {
			t.Errorf("%d: %v, want %v", at, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		limit := float64(rapid.IntRange(1, 2400).Draw(t, "tenths")) / 10
		at := max(0, measure.Minutes(limit)+measure.Decis(rapid.IntRange(-90, 90).Draw(t, "from the limit")))
		if (at <= measure.Minutes(limit)) != (Tenths(at) <= limit) {
			t.Errorf("%d is %v, the limit %v", at, Tenths(at), limit)
		}
	})
}

func TestAFileHasThePeopleOfTheCircles(t *testing.T) {
	a := evaluate(t, valley(t, nil), Asked{})
	sum := map[string]float64{}
	table := Table(a)
	for _, column := range table.Columns {
		for i, n := range a.Place.People {
			switch {
			case column.Name == "minutes_nearest" && column.Numbers[i] <= a.Rule.OneHour.Minutes:
				sum[measure.Circle60Nearest] += n
			case column.Name == "half_hour" && column.Words[i] == "true":
				sum[measure.Circle30] += n
			}
		}
	}
	for id, n := range sum {
		if want := a.Result.Indicator(id).People; n != want || n == 0 {
			t.Errorf("%s: %v people in the file, %v in the circle", id, n, want)
		}
	}
}
