package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/door/report"
	"conurb/locale"
	"conurb/plan/board"
	"conurb/plan/diff"
	"conurb/plan/pack"
)

type planCmd struct {
	Status   planStatusCmd   `cmd:"" help:"${plan_status}"`
	Show     planShowCmd     `cmd:"" help:"${plan_show}"`
	Check    planCheckCmd    `cmd:"" help:"${plan_check}"`
	Diff     planDiffCmd     `cmd:"" help:"${plan_diff}"`
	Progress planProgressCmd `cmd:"" help:"${plan_progress}"`
}

type planStatusCmd struct {
	where
	when
}

func (c planStatusCmd) Run(s *session) error {
	a, err := s.open(c.where, true)
	if err != nil {
		return err
	}
	defer a.Close()
	q, err := c.query(a)
	if err != nil {
		return err
	}
	b, err := a.Board(s.ctx, q)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(b)
	}
	s.printBoard(a.Pack(), b)
	return nil
}

func (s *session) printBoard(p *pack.Pack, b *board.Board) {
	words := report.NewWords(p, s.lang)
	fmt.Fprintln(s.out, p.Plan.Title.In(s.lang))
	fmt.Fprintln(s.out, s.t("cli.status.days", "asOf", b.Query.AsOf.String(), "believedOn", b.Query.BelievedOn.String()))
	if b.Query.AsOf > b.Query.BelievedOn {
		fmt.Fprintln(s.out, s.t("cli.status.ahead", "believedOn", b.Query.BelievedOn.String()))
	}
	fmt.Fprintln(s.out)
	rows := make([][]string, 0, len(b.Targets))
	for i := range b.Targets {
		t := &b.Targets[i]
		rows = append(rows, []string{t.ID, t.Name.In(s.lang), s.value(t), s.goal(t), s.t("verdict." + string(t.Verdict)), words.Reasons(t.Reasons)})
	}
	s.table(strings.Split(s.t("cli.status.header"), "|"), rows)
	fmt.Fprintln(s.out)
	rows = rows[:0]
	for i := range b.Projects {
		p := &b.Projects[i]
		slip := ""
		if p.SlipMonths != nil {
			slip = strconv.FormatFloat(*p.SlipMonths, 'f', 1, 64)
		}
		rows = append(rows, []string{p.Name.In(s.lang), s.t("verb." + string(p.Verb)), s.t("commitment." + string(p.State)), p.Due.String(), p.Done.String(), slip})
	}
	s.table(strings.Split(s.t("cli.projects.header"), "|"), rows)
	c := b.Coverage
	fmt.Fprintln(s.out)
	fmt.Fprintln(s.out, s.t("cli.coverage", "stated", fmt.Sprint(c.AspectsStated), "identified", fmt.Sprint(c.AspectsIdentified),
		"silent", fmt.Sprint(len(c.IndicatorsWithoutData)), "stale", fmt.Sprint(len(c.IndicatorsStale)),
		"unmeasured", fmt.Sprint(len(c.TargetsWithoutIndicator)), "aimless", fmt.Sprint(len(c.TasksWithoutTarget))))
}

// value writes a target's current value with its unit and period.
func (s *session) value(t *board.Target) string {
	if t.Current == nil {
		return "—"
	}
	if t.Verdict == board.RuleDependent {
		return s.rangeOf(t)
	}
	text := strconv.FormatFloat(t.Current.Value, 'f', t.Decimals, 64) + " " + t.Unit.Name.In(s.lang)
	if t.Current.Partial {
		text = "≥ " + text
	}
	return text + " (" + t.Current.Period + ")"
}

// rangeOf writes the least and the most that the rules lead to.
func (s *session) rangeOf(t *board.Target) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, r := range t.ByRule {
		if r.Value != nil {
			lo, hi = min(lo, r.Value.Value), max(hi, r.Value.Value)
		}
	}
	return fmt.Sprintf("%.*f … %.*f %s (%s)", t.Decimals, lo, t.Decimals, hi, t.Unit.Name.In(s.lang), t.Current.Period)
}

func (s *session) goal(t *board.Target) string {
	return t.Op + " " + strconv.FormatFloat(t.Value, 'f', -1, 64) + " · " + t.Due.String()
}

type planShowCmd struct {
	where
	when
	ID string `arg:"" help:"${arg_id}"`
}

func (c planShowCmd) Run(s *session) error {
	a, err := s.open(c.where, true)
	if err != nil {
		return err
	}
	defer a.Close()
	q, err := c.query(a)
	if err != nil {
		return err
	}
	b, err := a.Board(s.ctx, q)
	if err != nil {
		return err
	}
	for i := range b.Targets {
		if b.Targets[i].ID == c.ID || b.Targets[i].Indicator == c.ID {
			if s.json {
				return s.writeJSON(b.Targets[i])
			}
			s.printTarget(a.Pack(), &b.Targets[i])
			return nil
		}
	}
	for i := range b.Projects {
		if b.Projects[i].ID == c.ID {
			if s.json {
				return s.writeJSON(b.Projects[i])
			}
			s.printProject(a.Pack(), &b.Projects[i])
			return nil
		}
	}
	return fmt.Errorf("%s", s.t("cli.show.unknown", "id", c.ID))
}

func (s *session) printTarget(p *pack.Pack, t *board.Target) {
	words := report.NewWords(p, s.lang)
	fmt.Fprintf(s.out, "%s\n%s  %s\n%s\n\n", t.Name.In(s.lang), s.goal(t), s.t("verdict."+string(t.Verdict)), words.Reasons(t.Reasons))
	if t.Current != nil {
		fmt.Fprintf(s.out, "%s %s\n", s.t("cli.show.value"), s.value(t))
		rows := [][]string{}
		for _, e := range t.Current.Evidence {
			rows = append(rows, []string{e.Date.String(), strconv.FormatFloat(e.Amount, 'f', -1, 64), e.Name.In(s.lang), cite(e), place(e)})
		}
		s.table(strings.Split(s.t("cli.show.evidence"), "|"), rows)
		fmt.Fprintln(s.out)
	}
	rows := [][]string{}
	for _, r := range t.ByRule {
		value := "—"
		if r.Value != nil {
			value = strconv.FormatFloat(r.Value.Value, 'f', t.Decimals, 64)
		}
		rows = append(rows, []string{r.Rule.Name.In(s.lang), value, s.t("verdict." + string(r.Verdict)), words.Reasons(r.Reasons)})
	}
	if len(rows) > 0 {
		s.table(strings.Split(s.t("cli.show.rules"), "|"), rows)
		fmt.Fprintln(s.out)
	}
	rows = rows[:0]
	for _, m := range t.Methods {
		value := "—"
		if m.Value != nil {
			value = strconv.FormatFloat(*m.Value, 'g', 6, 64)
		}
		word := s.t("progress.status." + m.Method + "." + m.Status)
		if m.Why != "" {
			word = s.t("progress.why." + m.Why)
		}
		rows = append(rows, []string{s.t("progress.method." + m.Method), value, word})
	}
	s.table(strings.Split(s.t("cli.show.methods"), "|"), rows)
}

// cite names the source of a piece of evidence and its grade.
func cite(e board.Evidence) string {
	source := e.Source
	if source == "" {
		source = e.SourceText
	}
	return strings.TrimSpace(source + " (" + string(e.Grade) + ")")
}

// place is where a piece of evidence was written: a line of the pack, or a
// position in the log.
func place(e board.Evidence) string {
	var parts []string
	if e.Ref.File != "" {
		parts = append(parts, fmt.Sprintf("%s:%d", e.Ref.File, e.Ref.Line))
	}
	if e.Log >= 0 {
		parts = append(parts, fmt.Sprintf("log %d", e.Log))
	}
	return strings.Join(parts, ", ")
}

// printProject prints a commitment with everything that was promised and that
// happened: its milestones, then the sections it builds.
func (s *session) printProject(pk *pack.Pack, p *board.ProjectStanding) {
	fmt.Fprintf(s.out, "%s\n%s · %s\n%s\n\n", p.Name.In(s.lang), s.t("verb."+string(p.Verb)), s.t("commitment."+string(p.State)), report.NewWords(pk, s.lang).Reasons(p.Reasons))
	rows := [][]string{}
	add := func(name area.Text, planned []area.Dated, actual *area.Dated) {
		for i := range planned {
			rows = append(rows, s.dated(name, "cli.show.promised", &planned[i]))
		}
		if actual != nil {
			rows = append(rows, s.dated(name, "cli.show.happened", actual))
		}
	}
	for _, m := range p.Milestones {
		add(m.Name, m.Planned, m.Actual)
	}
	for _, id := range p.Sections {
		if sec := pk.Section(id); sec != nil {
			add(sec.Name, sec.Planned, sec.Opened)
		}
	}
	s.table(strings.Split(s.t("cli.show.milestones"), "|"), rows)
}

func (s *session) dated(name area.Text, kind string, d *area.Dated) []string {
	return []string{name.In(s.lang), s.t(kind), d.Date.String(), d.Known.String(), strings.TrimSpace(d.Source + " (" + string(d.Grade) + ")")}
}

type planCheckCmd struct {
	Dir string `arg:"" help:"${arg_pack}"`
}

func (c planCheckCmd) Run(s *session) error {
	if s.json {
		return s.checkJSON(c.Dir)
	}
	p, err := s.loadPack(c.Dir)
	if err != nil {
		return err
	}
	if err := checkRule(p, c.Dir); err != nil {
		return err
	}
	if err := checkTypes(p, c.Dir); err != nil {
		return s.licenceFault(err)
	}
	if _, err := servicesOf(p); err != nil {
		s.serviceProblems(c.Dir, err)
		return errQuiet(1)
	}
	fmt.Fprintln(s.out, s.t("cli.check.ok", "pack", p.Name.In(s.lang), "digest", p.Digest[:12],
		"indicators", fmt.Sprint(len(p.Plan.Indicators)), "targets", fmt.Sprint(len(p.Plan.Targets)),
		"projects", fmt.Sprint(len(p.Plan.Projects)), "observations", fmt.Sprint(len(p.Plan.Observations))))
	return nil
}

type planDiffCmd struct {
	when
	Old string `arg:"" help:"${arg_old}"`
	New string `arg:"" help:"${arg_new}"`
}

func (c planDiffCmd) Run(s *session) error {
	before, err := s.packBoard(c.Old, c.when)
	if err != nil {
		return err
	}
	after, err := s.packBoard(c.New, c.when)
	if err != nil {
		return err
	}
	changes := diff.Boards(before, after)
	if s.json {
		return s.writeJSON(changes)
	}
	if len(changes) == 0 {
		fmt.Fprintln(s.out, s.t("cli.diff.none"))
		return nil
	}
	rows := make([][]string, len(changes))
	for i, ch := range changes {
		rows[i] = []string{ch.ID, ch.Name.In(s.lang), s.t("change." + ch.What), s.word(ch.What, ch.Old), s.word(ch.What, ch.New)}
	}
	s.table(strings.Split(s.t("cli.diff.header"), "|"), rows)
	return nil
}

func (s *session) word(what, code string) string {
	for _, prefix := range map[string][]string{"verdict": {"verdict."}, "state": {"commitment."}, "added": {"verdict.", "commitment."}, "removed": {"verdict.", "commitment."}}[what] {
		if locale.Has(s.lang, prefix+code) {
			return s.t(prefix + code)
		}
	}
	if value, verdict, ok := strings.Cut(code, ") "); ok && what == "rule" && locale.Has(s.lang, "verdict."+verdict) {
		return value + ") " + s.t("verdict."+verdict)
	}
	return code
}
