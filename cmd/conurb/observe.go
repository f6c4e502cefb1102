package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/door/report"
	"conurb/locale"
	"conurb/plan"
	"conurb/plan/intake"
)

type observeCmd struct {
	Add      observeAddCmd      `cmd:"" help:"${observe_add}"`
	Import   observeImportCmd   `cmd:"" help:"${observe_import}"`
	Template observeTemplateCmd `cmd:"" help:"${observe_template}"`
	Withdraw observeWithdrawCmd `cmd:"" help:"${observe_withdraw}"`
	List     observeListCmd     `cmd:"" help:"${observe_list}"`
}

type observeAddCmd struct {
	where
	ID        string `name:"id" help:"${o_id}" placeholder:"ID"`
	Indicator string `required:"" help:"${o_indicator}" placeholder:"ID"`
	Scope     string `required:"" help:"${o_scope}" placeholder:"ID"`
	Period    string `required:"" help:"${o_period}" placeholder:"PERIOD"`
	Value     string `required:"" help:"${o_value}" placeholder:"NUMBER"`
	Source    string `help:"${o_source}" placeholder:"ID"`
	Cite      string `help:"${o_cite}" placeholder:"TEXT"`
	Grade     string `required:"" help:"${o_grade}" placeholder:"GRADE"`
	Published string `help:"${o_published}" placeholder:"YYYY-MM-DD"`
	Note      string `help:"${o_note}" placeholder:"TEXT"`
	Reason    string `help:"${o_reason}" placeholder:"TEXT"`
	By        string `help:"${o_by}" placeholder:"NAME"`
}

// Run passes the flags through the same check as a row of a file.
func (c observeAddCmd) Run(s *session) error {
	a, err := s.open(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	row := map[string]string{
		"id": c.ID, "indicator": c.Indicator, "scope": c.Scope, "period": c.Period, "value": c.Value, "source": c.Source,
		"source_text": c.Cite, "grade": c.Grade, "published": c.Published, "note": c.Note, "reason": c.Reason,
	}
	added, problems, err := a.Add(s.ctx, row, writer(c.By))
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.printBadFlags(problems)
	}
	if s.json {
		return s.writeJSON(added)
	}
	if len(added) == 0 {
		fmt.Fprintln(s.out, s.t("cli.observe.nothing"))
	}
	for _, o := range added {
		fmt.Fprintln(s.out, s.t("cli.observe.added", "id", o.ID, "version", strconv.Itoa(o.Version), "log", strconv.FormatInt(o.Log, 10)))
	}
	return nil
}

// writer is who the log names: the flag, else the user of the system.
func writer(flag string) string {
	if flag != "" {
		return flag
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}

type observeImportCmd struct {
	where
	File   string `arg:"" type:"existingfile" help:"${arg_file}"`
	Reason string `help:"${o_reason}" placeholder:"TEXT"`
	By     string `help:"${o_by}" placeholder:"NAME"`
}

func (c observeImportCmd) Run(s *session) error {
	a, err := s.open(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	added, problems, err := a.Import(s.ctx, data, c.Reason, writer(c.By))
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.printBadRows(c.File, problems)
	}
	if s.json {
		return s.writeJSON(added)
	}
	if len(added) == 0 {
		fmt.Fprintln(s.out, s.t("cli.observe.nothing"))
		return nil
	}
	first, last := added[0].Log, added[len(added)-1].Log
	fmt.Fprintln(s.out, s.t("cli.observe.imported", "n", strconv.Itoa(len(added)), "first", strconv.FormatInt(first, 10), "last", strconv.FormatInt(last, 10)))
	return nil
}

func (s *session) printBadRows(file string, problems []intake.Problem) error {
	if s.json {
		if err := s.writeJSON(problems); err != nil {
			return err
		}
		return errQuiet(1)
	}
	fmt.Fprintln(s.err, s.t("cli.observe.refused", "n", strconv.Itoa(len(problems))))
	for _, p := range problems {
		fmt.Fprintf(s.err, "%s:%d:%s: %s %s\n", file, p.Row, p.Column,
			locale.T(s.lang, "intake."+p.Code, p.Args), locale.T(s.lang, "intake."+p.Code+".remedy", p.Args))
	}
	return errQuiet(1)
}

// printBadFlags prints what is wrong with a row that was given as flags.
func (s *session) printBadFlags(problems []intake.Problem) error {
	if s.json {
		return s.printBadRows("", problems)
	}
	fmt.Fprintln(s.err, s.t("cli.observe.refused-row", "n", strconv.Itoa(len(problems))))
	for _, p := range problems {
		flag := p.Column
		if flag == "source_text" {
			flag = "cite"
		}
		fmt.Fprintf(s.err, "--%s: %s %s\n", flag,
			locale.T(s.lang, "intake."+p.Code, p.Args), locale.T(s.lang, "intake."+p.Code+".remedy", p.Args))
	}
	return errQuiet(1)
}

type observeTemplateCmd struct {
	where
	File string `arg:"" help:"${arg_template}"`
}

func (c observeTemplateCmd) Run(s *session) error {
	p, err := s.loadPack(c.Pack)
	if err != nil {
		return err
	}
	words := report.NewWords(p, s.lang)
	return newFile(c.File, func(f *os.File) error {
		if strings.EqualFold(filepath.Ext(c.File), ".xlsx") {
			return report.BlankXLSX(f, p, words)
		}
		return report.BlankCSV(f, words)
	})
}

type observeWithdrawCmd struct {
	where
	ID     string `arg:"" help:"${arg_observation}"`
	Reason string `required:"" help:"${o_reason}" placeholder:"TEXT"`
	By     string `help:"${o_by}" placeholder:"NAME"`
}

func (c observeWithdrawCmd) Run(s *session) error {
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	o, err := a.Withdraw(s.ctx, c.ID, c.Reason, writer(c.By))
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(o)
	}
	fmt.Fprintln(s.out, s.t("cli.observe.withdrawn", "id", c.ID))
	return nil
}

type observeListCmd struct {
	where
	when
	Indicator string `help:"${o_indicator}" placeholder:"ID"`
}

func (c observeListCmd) Run(s *session) error {
	a, err := s.open(c.where, true)
	if err != nil {
		return err
	}
	defer a.Close()
	q, err := c.query(a)
	if err != nil {
		return err
	}
	list, err := a.Believed(s.ctx, c.Indicator, q)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(list)
	}
	s.table(strings.Split(s.t("cli.observe.header"), "|"), observationRows(list))
	return nil
}

func observationRows(list []plan.Observation) [][]string {
	rows := make([][]string, len(list))
	for i, o := range list {
		source := o.Source
		if source == "" {
			source = o.SourceText
		}
		log := "—"
		if o.Log >= 0 {
			log = strconv.FormatInt(o.Log, 10)
		}
		rows[i] = []string{o.ID, strconv.Itoa(o.Version), o.Indicator, o.Scope, o.Period.String(),
			strconv.FormatFloat(o.Value, 'f', -1, 64), source + " (" + string(o.Grade) + ")", dateOr(o.Published), log}
	}
	return rows
}

func dateOr(d area.Date) string {
	if d == 0 {
		return "—"
	}
	return d.String()
}
