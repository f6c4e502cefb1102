package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"conurb/app"
	"conurb/app/contribution"
	"conurb/app/job"
	measure "conurb/connect/circle"
	"conurb/locale"
	"conurb/store"
)

type jobCmd struct {
	List         jobListCmd         `cmd:"" help:"${job_list}"`
	Show         jobShowCmd         `cmd:"" help:"${job_show}"`
	Cancel       jobCancelCmd       `cmd:"" help:"${job_cancel}"`
	Contribution jobContributionCmd `cmd:"" help:"${job_contribution}"`
}

// openJobs opens the long work of a node that has been started before.
func (s *session) openJobs(w where) (*app.App, *job.Jobs, error) {
	a, err := s.openExisting(w)
	if err != nil {
		return nil, nil, err
	}
	j, err := s.jobs(w, a, s.log(false))
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, j, nil
}

type jobListCmd struct {
	where
	State []string `enum:"waiting,running,done,failed,cancelled" help:"${job_state}" placeholder:"STATE"`
}

func (c jobListCmd) Run(s *session) error {
	a, jobs, err := s.openJobs(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	states := make([]store.JobState, len(c.State))
	for i, state := range c.State {
		states[i] = store.JobState(state)
	}
	list, err := jobs.List(s.ctx, states...)
	if err != nil {
		return err
	}
	room, err := jobs.Room(s.ctx)
	if err != nil {
		return err
	}
	if s.json {
		if list == nil {
			list = []job.Job{}
		}
		return s.writeJSON(struct {
			Jobs []job.Job  `json:"jobs"`
			Kept store.Kept `json:"kept"`
		}{list, room})
	}
	rows := make([][]string, len(list))
	for i, j := range list {
		rows[i] = []string{j.ID, j.Kind, s.t("job.state." + string(j.State)), steps(j), s.left(j), s.moment(j.Made), s.moment(j.Ended)}
	}
	s.table(strings.Split(s.t("cli.job.header"), "|"), rows)
	fmt.Fprintln(s.err, s.t("cli.job.kept", "n", strconv.FormatInt(room.Results, 10), "size", mebibytes(room.Packed), "room", mebibytes(room.Room)))
	return nil
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

func steps(j job.Job) string {
	if j.Total == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d", j.Done, j.Total)
}

func (s *session) left(j job.Job) string {
	if j.State != store.JobRunning || j.Left < 0 {
		return "–"
	}
	return (time.Duration(j.Left) * time.Second).String()
}

func (s *session) moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

type jobShowCmd struct {
	where
	ID     string `arg:"" optional:"" help:"${arg_job_newest}"`
	Wait   bool   `help:"${job_wait}"`
	Result bool   `help:"${job_result}"`
}

func (c jobShowCmd) Run(s *session) error {
	a, jobs, err := s.openJobs(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	if c.ID == "" {
		list, err := jobs.List(s.ctx)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("job: %w", store.ErrUnknown)
		}
		c.ID = list[0].ID
	}
	j, err := jobs.Get(s.ctx, c.ID)
	if err == nil && c.Wait {
		j, err = jobs.Wait(s.ctx, c.ID)
	}
	if err != nil {
		return err
	}
	if c.Result {
		return s.printResult(jobs, j)
	}
	return s.printJob(j)
}

func (s *session) printResult(jobs *job.Jobs, j job.Job) error {
	b, err := jobs.Result(s.ctx, j)
	var f *job.Failure
	if errors.As(err, &f) {
		fmt.Fprintln(s.err, s.why(f.Code, f.Args))
		return errQuiet(1)
	}
	if err != nil {
		return err
	}
	if json.Valid(b) {
		b = append(b, '\n')
	}
	_, err = s.out.Write(b)
	return err
}

// why puts a failure into words, with the remedy where there is one.
func (s *session) why(code string, args map[string]string) string {
	text := locale.T(s.lang, code, args)
	if locale.Has(s.lang, code+".remedy") {
		text += " " + locale.T(s.lang, code+".remedy", args)
	}
	return text
}

func (s *session) printJob(j job.Job) error {
	if s.json {
		return s.writeJSON(j)
	}
	rows := [][2]string{
		{"id", j.ID}, {"kind", j.Kind}, {"state", s.t("job.state." + string(j.State))}, {"steps", steps(j)}, {"left", s.left(j)},
		{"made", s.moment(j.Made)}, {"started", s.moment(j.Started)}, {"ended", s.moment(j.Ended)}, {"worker", j.Worker},
		{"attempt", strconv.Itoa(j.Attempt)}, {"args", string(j.Args)}, {"digest", j.Digest},
	}
	if j.State == store.JobFailed {
		rows = append(rows, [2]string{"why", s.why(j.Code, j.CodeArgs)})
	}
	for _, r := range rows {
		fmt.Fprintf(s.out, "%s %s\n", pad(s.t("cli.job."+r[0]), 12), r[1])
	}
	return nil
}

type jobCancelCmd struct {
	where
	ID string `arg:"" help:"${arg_job}"`
}

func (c jobCancelCmd) Run(s *session) error {
	a, jobs, err := s.openJobs(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	j, err := jobs.Cancel(s.ctx, c.ID)
	if err != nil {
		return err
	}
	return s.done("cli.job.now", "id", j.ID, "state", s.t("job.state."+string(j.State)))
}

// errHere is a question of long work that only this machine could answer.
var errHere = errors.New("--rule, --to and --districts are for conurb contribution")

// jobContributionCmd asks for contributions as long work, with the flags of the command
// that computes them at once.
type jobContributionCmd struct{ contributionCmd }

func (c jobContributionCmd) Run(s *session) error {
	if c.Rule != "" || c.To != "" || c.Districts {
		return errHere
	}
	asked, region, err := c.asked(s)
	if err != nil {
		return err
	}
	asked.Order = c.Indicator != measure.Gini && c.Indicator != measure.Palma
	a, jobs, err := s.openJobs(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	p := s.progress()
	circles, err := c.circles(s, region, asked.Today, p)
	if err != nil {
		return err
	}
	data, err := circles.Data(s.ctx, func(step string, done, total int) { p.say(s.t("circle.step."+step), done, total) })
	p.end()
	if err != nil {
		return err
	}
	j, err := jobs.Submit(s.ctx, contribution.KindName, contribution.Question{Data: data, Asked: asked})
	if err != nil {
		return err
	}
	return s.printJob(j)
}
