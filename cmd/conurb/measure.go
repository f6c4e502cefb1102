package main

import (
	"fmt"
	"strconv"
	"strings"

	"conurb/plan/measure"
)

type measureCmd struct {
	where
	when
	Indicator string `arg:"" help:"${arg_indicator}"`
	Rule      string `help:"${rule}" placeholder:"ID"`
	Since     string `help:"${since}" placeholder:"YYYY-MM-DD"`
}

func (c measureCmd) Run(s *session) error {
	a, err := s.open(c.where, true)
	if err != nil {
		return err
	}
	defer a.Close()
	q, err := c.query(a)
	if err != nil {
		return err
	}
	list, err := a.Measure(s.ctx, c.Indicator, c.Rule, c.Since, q)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(list)
	}
	for _, m := range list {
		mark := ""
		if m.Partial {
			mark = "≥ "
		}
		fmt.Fprintf(s.out, "%s: %s%s %s\n", m.Rule.Name.In(s.lang), mark, strconv.FormatFloat(m.Value, 'f', -1, 64), m.Unit.Name.In(s.lang))
		fmt.Fprintf(s.out, "  %s\n", m.Rule.Reason.In(s.lang))
		rows := [][]string{}
		for _, e := range m.Evidence {
			amount := strconv.FormatFloat(e.Amount, 'f', -1, 64)
			if e.Missing {
				amount = "?"
			}
			rows = append(rows, []string{e.Date.String(), amount, e.Definition, e.Name.In(s.lang), cite(e), place(e)})
		}
		s.table(strings.Split(s.t("cli.measure.evidence"), "|"), rows)
		d := m.Contributions
		fmt.Fprintln(s.out, s.t("cli.measure.change", "from", d.From.String(), "to", d.To.String(), "change", strconv.FormatFloat(d.Change, 'f', -1, 64)))
		rows = rows[:0]
		for _, p := range d.Projects {
			rows = append(rows, []string{p.Name.In(s.lang), strconv.FormatFloat(p.Amount, 'f', -1, 64), pending(p)})
		}
		rows = append(rows, []string{s.t("cli.measure.residual"), strconv.FormatFloat(d.Residual, 'f', -1, 64), ""})
		s.table(strings.Split(s.t("cli.measure.contributions"), "|"), rows)
		fmt.Fprintln(s.out)
	}
	return nil
}

// pending is what a project has still to add; a question mark stands for sections
// whose length is not known.
func pending(c measure.Contribution) string {
	text := strconv.FormatFloat(c.Pending, 'f', -1, 64)
	switch {
	case c.Unsized > 0 && c.Pending == 0:
		return "?"
	case c.Unsized > 0:
		return text + " + ?"
	}
	return text
}
