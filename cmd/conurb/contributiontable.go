package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"conurb/app/contribution"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/kit/shapley"
	shares "conurb/plan/contribution"
)

// print tells what each work adds, by district where that is wanted, and the order.
func (c contributionCmd) print(s *session, got *contribution.Answer) error {
	d, m := got.Division, got.Division.Measures[0]
	last := s.t("contribution.plan")
	if !got.Asked.Complete {
		last = got.Asked.AsOf.String()
	}
	key := "contribution.head"
	if m.People > 0 {
		key = "contribution.head.people"
	}
	fmt.Fprintln(s.out, s.t(key, "indicator", s.divided(m.Indicator), "mode", s.t("circles.mode."+c.Mode), "method", s.t("contribution.method."+string(d.Method)),
		"from", got.Asked.Base.String(), "to", last, "start", s.figure(m, got.Start[0]), "end", s.figure(m, got.End[0]),
		"a", percent(got.Start[0], m.People), "b", percent(got.End[0], m.People)))
	if len(d.Shares) == 0 {
		fmt.Fprintln(s.out, s.t("contribution.noworks"))
		return nil
	}
	s.shares(got, 0)
	switch {
	case d.Orders > 0:
		fmt.Fprintln(s.out, s.t("contribution.sampled", "orders", strconv.Itoa(d.Orders), "sets", strconv.Itoa(d.Sets)))
	case d.Method == shares.Shapley:
		fmt.Fprintln(s.out, s.t("contribution.exact", "sets", strconv.Itoa(d.Sets)))
	}
	var mute []string
	for _, share := range d.Shares {
		if share.Mute {
			mute = append(mute, share.Name.In(s.lang))
		}
	}
	if len(mute) > 0 {
		fmt.Fprintln(s.out, s.t("contribution.mute", "names", strings.Join(mute, s.t("contribution.comma"))))
	}
	if c.Districts {
		for k, place := range got.Places {
			if math.Abs(got.End[k+1]-got.Start[k+1]) >= 0.5 {
				fmt.Fprintf(s.out, "\n%s\n", place.Name.In(s.lang))
				s.shares(got, k+1)
			}
		}
	}
	if got.Order != nil {
		s.order(got)
	}
	return nil
}

// divided is the name of an indicator: one that only contributions know, or a circle's.
func (s *session) divided(id string) string {
	if id == contribution.ReachMean {
		return s.t("contribution.indicator." + id)
	}
	return s.t("circles.indicator." + id)
}

// shares is the table of one measure.
func (s *session) shares(got *contribution.Answer, k int) {
	d, m := got.Division, got.Division.Measures[k]
	gains := make([]float64, 0, len(d.Shares)+2)
	for _, share := range d.Shares {
		gains = append(gains, share.Gain[k])
	}
	change := got.End[k] - got.Start[k]
	said := s.said(m, append(gains, d.Residual[k], got.Other[k]), got.End[k], got.Start[k])
	sum := got.End[k] - got.Start[k] - d.Residual[k] - got.Other[k]
	header := strings.Split(s.t("contribution.header"), "|")
	var rows [][]string
	for i := range d.Shares {
		share := &d.Shares[i]
		yi, per := "", ""
		if gain, ok := share.PerYi(k); ok {
			yi, per = inYi(share.Fen), s.rate(m, gain)
		}
		slack := ""
		if share.Error != nil {
			slack = "± " + s.figure(m, share.Error[k])
		}
		rows = append(rows, []string{share.Name.In(s.lang), said[i], points(share.Gain[k], m.People), slack, yi, per})
	}
	n := len(d.Shares)
	rows = append(rows,
		[]string{s.t("contribution.sum"), said[n+2], points(sum, m.People), "", "", ""},
		[]string{s.t("contribution.residual"), said[n], points(d.Residual[k], m.People), "", "", ""},
		[]string{s.t("contribution.other"), said[n+1], points(got.Other[k], m.People), "", "", ""},
		[]string{s.t("contribution.change"), said[n+3], points(change, m.People), "", "", ""})
	s.table(filled(header, rows))
}

// filled leaves out the columns in which no row has anything.
func filled(header []string, rows [][]string) ([]string, [][]string) {
	for k := len(header) - 1; k >= 0; k-- {
		if slices.ContainsFunc(rows, func(row []string) bool { return row[k] != "" }) {
			continue
		}
		header = slices.Delete(header, k, k+1)
		for i := range rows {
			rows[i] = slices.Delete(rows[i], k, k+1)
		}
	}
	return header, rows
}

// said are parts, their sum without the last two, and the whole, in figures that add up
// as they are printed: people in whole numbers by the largest remainder.
func (s *session) said(m shares.Measure, parts []float64, end, start float64) []string {
	var out []string
	if ratio(m) {
		sum := end - start - parts[len(parts)-1] - parts[len(parts)-2]
		for _, v := range append(parts, sum, end-start) {
			out = append(out, s.figure(m, v))
		}
		return out
	}
	whole := int64(math.Round(end)) - int64(math.Round(start))
	sum := int64(0)
	for i, v := range shapley.Apportion(parts, whole) {
		out = append(out, s.count(v))
		if i < len(parts)-2 {
			sum += v
		}
	}
	return append(out, s.count(sum), s.count(whole))
}

// count is a whole number with its thousands apart: unlike amount it is never rounded,
// so that columns can be added up.
func (s *session) count(v int64) string {
	text := strconv.FormatInt(v, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func ratio(m shares.Measure) bool {
	return m.Indicator == measure.Gini || m.Indicator == measure.Palma
}

// figure is a number of people, or a ratio with four decimals.
func (s *session) figure(m shares.Measure, v float64) string {
	if ratio(m) {
		return strconv.FormatFloat(math.Round(v*1e4)/1e4+0, 'f', 4, 64) // + 0: never -0
	}
	return s.count(int64(math.Round(v)))
}

// rate is a figure for each 10^8 yuan: with a decimal or two where it is small.
func (s *session) rate(m shares.Measure, v float64) string {
	if v == 0 || ratio(m) || math.Abs(v) >= 100 {
		return s.figure(m, v)
	}
	if math.Abs(v) < 1 {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

func percent(v, of float64) string {
	if of == 0 {
		return ""
	}
	return strconv.FormatFloat(100*v/of, 'f', 2, 64)
}

// points are percentage points.
func points(v, of float64) string {
	text := percent(v, of)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return text
}

// inYi is money in 10^8 yuan.
func inYi(fen int64) string { return strconv.FormatFloat(float64(fen)/1e10, 'f', -1, 64) }

// order tells the best order of the works still to come.
func (s *session) order(got *contribution.Answer) {
	o := got.Order
	names := map[string]area.Text{}
	for _, share := range got.Division.Shares {
		names[share.ID] = share.Name
	}
	said := func(ids []string) string {
		var out []string
		for _, id := range ids {
			out = append(out, names[id].In(s.lang))
		}
		return strings.Join(out, s.t("contribution.comma"))
	}
	if len(o.Steps)+len(o.Left)+len(o.Unpriced) == 0 {
		return
	}
	fmt.Fprintln(s.out)
	if o.Budget > 0 {
		fmt.Fprintln(s.out, s.t("contribution.order.budget", "yi", inYi(o.Budget)))
	} else {
		fmt.Fprintln(s.out, s.t("contribution.order"))
	}
	var rows [][]string
	for i, step := range o.Steps {
		rows = append(rows, []string{strconv.Itoa(i + 1), names[step.ID].In(s.lang), s.figure(o.Measure, step.Gain), inYi(step.Fen), s.rate(o.Measure, step.PerYi()), inYi(step.Spent)})
	}
	if len(rows) > 0 {
		s.table(strings.Split(s.t("contribution.order.header"), "|"), rows)
	}
	switch {
	case o.Exact && len(rows) == 0:
		fmt.Fprintln(s.out, s.t("contribution.order.none"))
	case o.Exact:
		fmt.Fprintln(s.out, s.t("contribution.order.exact", "gain", s.figure(o.Measure, o.Gain)))
	default:
		fmt.Fprintln(s.out, s.t("contribution.order.greedy", "gain", s.figure(o.Measure, o.Gain)))
		key := "contribution.order.bound"
		if o.Falls > 0 {
			key = "contribution.order.nobound"
		}
		fmt.Fprintln(s.out, s.t(key, "bound", s.figure(o.Measure, o.Bound), "n", strconv.Itoa(o.Falls)))
		if o.Relaxed != nil {
			key = "contribution.order.relaxed"
			if o.Helps > 0 {
				key = "contribution.order.norelaxed"
			}
			fmt.Fprintln(s.out, s.t(key, "bound", s.figure(o.Measure, *o.Relaxed), "n", strconv.Itoa(o.Helps), "of", strconv.Itoa(o.Looked)))
		}
	}
	if len(o.Left) > 0 {
		fmt.Fprintln(s.out, s.t("contribution.order.left", "names", said(o.Left)))
	}
	if len(o.Unpriced) > 0 {
		fmt.Fprintln(s.out, s.t("contribution.order.unpriced", "names", said(o.Unpriced)))
	}
}

// contributionCSV is a row for each work and place, and for what no work adds.
func contributionCSV(w io.Writer, got *contribution.Answer) error {
	out := csv.NewWriter(w)
	number := func(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6+0, 'f', -1, 64) }
	if err := out.Write([]string{"work", "zh", "en", "district", "gain", "percentage_points", "standard_error", "cost_yuan", "gain_per_100m_yuan", "open", "mute", "modelled"}); err != nil {
		return err
	}
	d := got.Division
	modelled := strconv.FormatBool(len(got.Modelled) > 0)
	for k, m := range d.Measures {
		share := func(v float64) string {
			if m.People == 0 {
				return ""
			}
			return number(100 * v / m.People)
		}
		for i := range d.Shares {
			x := &d.Shares[i]
			row := []string{x.ID, x.Name.Zh, x.Name.En, m.District, number(x.Gain[k]), share(x.Gain[k]), "", "", "", strconv.FormatBool(x.Open), strconv.FormatBool(x.Mute), modelled}
			if x.Error != nil {
				row[6] = number(x.Error[k])
			}
			if gain, ok := x.PerYi(k); ok {
				row[7], row[8] = number(float64(x.Fen)/100), number(gain)
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		for _, rest := range []struct {
			id string
			v  float64
		}{{"residual", d.Residual[k]}, {"other", got.Other[k]}, {"change", got.End[k] - got.Start[k]}} {
			if err := out.Write([]string{rest.id, "", "", m.District, number(rest.v), share(rest.v), "", "", "", "", "", modelled}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
