package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"conurb/app/circle"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/plan/pack"
)

// circle prints an answer: indicators, verdicts, centres, districts, and what it rests on.
func (s *session) circle(c *circle.Comparison, region *pack.Pack) {
	a, r := c.After, c.After.Result
	day := a.Asked.AsOf.String()
	if a.Asked.Complete {
		day = s.t("circle.plan")
	}
	fmt.Fprintln(s.out, s.t("circle.head", "region", region.Name.In(s.lang), "day", day, "mode", s.t("circles.mode."+a.Asked.Mode), "people", s.amount(r.People), "rule", a.Rule.Name.In(s.lang)))
	if a.Lines != nil {
		fmt.Fprintln(s.out, s.t("circle.lines", "services", strconv.Itoa(a.Lines.Services), "trips", strconv.Itoa(a.Lines.Trips), "stations", strconv.Itoa(a.Lines.Stations)))
	}
	fmt.Fprintln(s.out)
	s.indicators(a)
	for _, id := range []string{measure.Circle30, measure.Circle60} {
		s.sensitivity(r.Indicator(id))
	}
	s.between(r)
	s.districts(r)
	if c.Change != nil {
		s.change(c)
	}
	s.rests(a)
}

// headline is the share that circle-60 is.
func headline(a *circle.Answer) string { return measure.Circle60 + "-" + a.Rule.OneHour.Headline }

func (s *session) indicators(a *circle.Answer) {
	var rows [][]string
	for _, i := range a.Result.Indicators {
		if i.ID == measure.Circle60 {
			continue // it is one of the three below, which bears its verdict
		}
		row := []string{s.t("circles.indicator." + i.ID), s.indicated(i), "", ""}
		if i.Unit == measure.Share {
			row[2] = s.amount(i.People)
		}
		v := i.Verdict
		if i.ID == headline(a) {
			v = a.Result.Indicator(measure.Circle60).Verdict
		}
		if v != nil {
			key := "circle.missed"
			if v.Met {
				key = "circle.met"
			}
			row[3] = s.t(key, "threshold", per(v.Threshold), "flips", per(v.FlipsAt))
		}
		rows = append(rows, row)
	}
	s.table(strings.Split(s.t("circle.header"), "|"), rows)
}

// indicated is an indicator in its unit.
func (s *session) indicated(i measure.Indicator) string {
	switch i.Unit {
	case measure.Share:
		return per(i.Value)
	case measure.People:
		return s.amount(i.Value)
	}
	return strconv.FormatFloat(i.Value, 'f', 3, 64)
}

// per is a share in per cent, to a tenth. What is not all is never written as all.
func per(share float64) string {
	v := math.Round(share*1000) / 10
	if share < 1 && v >= 100 {
		v = 99.9
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + " %"
}

// sensitivity tells what a verdict would be with other minutes and thresholds.
func (s *session) sensitivity(i *measure.Indicator) {
	if i == nil || i.Verdict == nil {
		return
	}
	var minutes, met []string
	for _, m := range i.Verdict.AtMinutes {
		minutes = append(minutes, s.t("circle.atminutes", "minutes", number(m.Minutes), "share", per(m.Share)))
	}
	for _, t := range i.Verdict.AtThreshold {
		if t.Met {
			met = append(met, per(t.Threshold))
		}
	}
	text := s.t("circle.nothreshold")
	if len(met) > 0 {
		text = s.t("circle.thresholds", "list", strings.Join(met, s.t("circle.comma")))
	}
	fmt.Fprintf(s.out, "%s\n", s.t("circle.sensitivity", "name", s.t("circle.name."+i.ID), "minutes", strings.Join(minutes, s.t("circle.comma")), "thresholds", text))
}

// between is the table from centre to centre.
func (s *session) between(r *measure.Result) {
	fmt.Fprintf(s.out, "\n%s\n", s.t("circle.between"))
	header := []string{s.t("circle.from")}
	var rows [][]string
	for i, from := range r.Centres {
		header = append(header, from.Name.In(s.lang))
		row := []string{from.Name.In(s.lang)}
		for j := range r.Centres {
			if i == j {
				row = append(row, "–")
			} else {
				row = append(row, s.minutes(r.Between[i][j]))
			}
		}
		rows = append(rows, row)
	}
	s.table(header, rows)
}

// minutes is a time to the minute, never where there is no way in time.
func (s *session) minutes(v *float64) string {
	if v == nil {
		return s.t("circle.never")
	}
	return strconv.FormatFloat(math.Round(*v), 'f', 0, 64)
}

func (s *session) districts(r *measure.Result) {
	fmt.Fprintln(s.out)
	header := strings.Split(s.t("circle.districts"), "|")
	if r.Reach == nil {
		header = header[:len(header)-1]
	}
	var rows [][]string
	for _, d := range r.Districts {
		row := []string{d.Name.In(s.lang), s.amount(d.People), per(d.Life), per(d.Own), per(d.Nearest), per(d.All), s.minutes(d.Median)}
		if d.Reached != nil {
			row = append(row, s.amount(*d.Reached))
		}
		rows = append(rows, row)
	}
	s.table(header, rows)
}

// change is who gains and who loses since another day.
func (s *session) change(c *circle.Comparison) {
	fmt.Fprintf(s.out, "\n%s\n", s.t("circle.change", "since", c.Before.Asked.Day()))
	var rows [][]string
	row := func(name string, g measure.Gain) {
		rows = append(rows, []string{name, s.amount(g.People), s.amount(g.Gain), s.amount(g.Lose), strconv.FormatFloat(g.Mean, 'f', 1, 64), s.signed(g.Life), s.signed(g.Nearest)})
	}
	row(s.t("circle.all"), c.Change.Total)
	for _, d := range c.Change.Districts {
		if d.Gain.Gain > 0 || d.Lose > 0 {
			row(d.Name.In(s.lang), d.Gain)
		}
	}
	for _, b := range c.Change.Bands {
		name := s.t("circle.band", "from", number(b.From), "until", number(b.Until))
		if b.Until == 0 {
			name = s.t("circle.band.last", "from", number(b.From))
		}
		row(name, b.Gain)
	}
	s.table(strings.Split(s.t("circle.change.header"), "|"), rows)
}

// signed is a number of people more or fewer.
func (s *session) signed(v float64) string {
	if math.Round(v) > 0 {
		return "+" + s.amount(v)
	}
	return s.amount(v)
}

// rests tells what is modelled, assumed and missing.
func (s *session) rests(a *circle.Answer) {
	fmt.Fprintln(s.out)
	for _, b := range a.Modelled {
		fmt.Fprintln(s.out, s.t("circle.modelled", "text", b.Text.In(s.lang)))
	}
	assumed := 0
	for _, p := range a.Rule.Parameters {
		if p.Grade == area.GradeAssumed {
			assumed++
		}
	}
	fmt.Fprintln(s.out, s.t("circle.assumed", "n", strconv.Itoa(assumed), "of", strconv.Itoa(len(a.Rule.Parameters))))
	var missing []string
	for _, m := range a.Result.Missing {
		missing = append(missing, m.Name.In(s.lang))
	}
	if len(missing) > 0 {
		fmt.Fprintln(s.out, s.t("circle.missing", "list", strings.Join(missing, s.t("circle.comma"))))
	}
}

// works lists what can be switched on a day.
func (s *session) works(list []circle.Work, asOf area.Date) error {
	if s.json {
		return s.writeJSON(list)
	}
	var rows [][]string
	for _, w := range list {
		state := s.t("circle.work.planned", "day", "?")
		switch {
		case w.Whole:
			state = s.t("circle.work.open", "day", lastOf(w.Opened).String())
		case len(w.Opened) > 0:
			state = s.t("circle.work.part", "day", lastOf(w.Opened).String())
		case w.Planned != nil:
			state = s.t("circle.work.planned", "day", w.Planned.Date.String())
		}
		cost := "?"
		if w.Fen > 0 {
			cost = strconv.FormatFloat(float64(w.Fen)/1e10, 'f', 2, 64)
		}
		note := ""
		if len(w.Mute) == len(w.Sections) {
			note = s.t("circle.work.mute")
		}
		rows = append(rows, []string{w.ID, w.Name.In(s.lang), state, cost, note})
	}
	fmt.Fprintln(s.out, s.t("circle.works", "day", asOf.String()))
	s.table(strings.Split(s.t("circle.works.header"), "|"), rows)
	return nil
}

func lastOf(list []area.Dated) (last area.Date) {
	for _, d := range list {
		last = max(last, d.Date)
	}
	return last
}
