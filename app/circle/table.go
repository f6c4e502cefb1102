package circle

import (
	"math"
	"slices"
	"strconv"
	"strings"

	measure "conurb/connect/circle"
	"conurb/door/export"
	"conurb/locale"
)

// Day is the day of an answer as files and tables have it: YYYY-MM-DD, or plan.
func (a *Asked) Day() string {
	if a.Complete {
		return Plan
	}
	return a.AsOf.String()
}

// Table is the cells of an answer as a file has them. What must not be lost from a file
// without notes is in every row.
func Table(a *Answer) *export.Table {
	p, n := a.Place, len(a.Place.Point)
	t := &export.Table{Point: p.Point, Side: p.Side}
	districts := make([]string, n)
	for i, d := range p.District {
		if d >= 0 {
			districts[i] = p.Districts[d].Code
		}
	}
	t.Columns = []export.Column{{Name: "id", Words: p.Cells}, {Name: "district", Words: districts}, {Name: "people", Numbers: p.People}, inMinutes("minutes_nearest", a.Times.Nearest())}
	for i, centre := range p.Centres {
		t.Columns = append(t.Columns, inMinutes("minutes_"+centre.ID, a.Times.Centre[i]))
	}
	for i, s := range a.Rule.HalfHour.Services {
		t.Columns = append(t.Columns, inMinutes("minutes_"+s.ID, a.Times.Service[i]))
	}
	half, life := measure.Minutes(a.Rule.HalfHour.Minutes), make([]string, n)
	for i, at := range a.Times.Life() {
		life[i] = strconv.FormatBool(at <= half)
	}
	t.Columns = append(t.Columns, export.Column{Name: "half_hour", Words: life})
	if a.Times.Reached != nil {
		reached := make([]float64, n)
		for i, v := range a.Times.Reached {
			reached[i] = math.Round(v)
		}
		t.Columns = append(t.Columns, export.Column{Name: "people_reached", Numbers: reached})
	}
	for _, same := range [][2]string{{"as_of", a.Asked.Day()}, {"mode", a.Asked.Mode}, {"works", strings.Join(a.Works, " ")},
		{"rule", a.Rule.ID}, {"modelled", strconv.FormatBool(len(a.Modelled) > 0)}} {
		t.Columns = append(t.Columns, export.Column{Name: same[0], Words: slices.Repeat([]string{same[1]}, n)})
	}
	return t
}

// Tenths is a time in minutes, rounded up to a tenth: what is within a limit of whole
// tenths stays so, and what is not does not get there.
func Tenths(at measure.Decis) float64 {
	const tenth = 60 // Decis
	return math.Ceil(float64(at)/tenth) / 10
}

// inMinutes is a column of times in Tenths; nothing where there is no way.
func inMinutes(name string, times []measure.Decis) export.Column {
	c := export.Column{Name: name, Numbers: make([]float64, len(times))}
	for i, at := range times {
		c.Numbers[i] = math.NaN()
		if at != measure.Never {
			c.Numbers[i] = Tenths(at)
		}
	}
	return c
}

// Notes are what a file of an answer says of itself.
func Notes(a *Answer, lang string) []export.Note {
	t := func(key string) string { return locale.T(lang, key, nil) }
	out := []export.Note{
		{t("circles.about.rule"), a.Rule.Name.In(lang) + " (" + a.Rule.ID + ", " + a.Rule.Digest + ")"},
		{t("circles.about.day"), a.Asked.Day()},
		{t("circles.about.mode"), t("circles.mode." + a.Asked.Mode)},
		{t("circles.about.works"), strings.Join(a.Works, ", ")},
		{t("circles.about.digest"), a.Digest},
	}
	for _, b := range a.Modelled {
		out = append(out, export.Note{t("circles.about.modelled"), b.Text.In(lang)})
	}
	for _, m := range a.Rule.HalfHour.Missing {
		out = append(out, export.Note{t("circles.about.missing"), m.Name.In(lang)})
	}
	return out
}
