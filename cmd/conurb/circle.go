package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conurb/app/circle"
	"conurb/app/ground"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/connect/reach"
	"conurb/door/export"
	"conurb/plan/pack"
)

// circleCmd measures the half-hour living circle and the one-hour traffic circle.
type circleCmd struct {
	where
	AsOf      string   `name:"as-of" default:"now" help:"${circle_as_of}" placeholder:"YYYY-MM-DD|now|plan"`
	Since     string   `help:"${circle_since}" placeholder:"YYYY-MM-DD"`
	Mode      string   `default:"transit" enum:"transit,bicycle-transit,car,both" help:"${circle_mode}" placeholder:"transit|bicycle-transit|car|both"`
	With      []string `help:"${circle_with}" placeholder:"WORK"`
	Without   []string `help:"${circle_without}" placeholder:"WORK"`
	Works     bool     `help:"${circle_works}"`
	Rule      string   `type:"existingfile" help:"${circle_rule}" placeholder:"FILE.yaml"`
	Threshold *float64 `help:"${circle_threshold}" placeholder:"0.8"`
	Reach     bool     `default:"true" negatable:"" help:"${circle_reach}"`
	Record    bool     `help:"${circle_record}"`
	By        string   `help:"${o_by}" placeholder:"NAME"`
	To        string   `help:"${circle_to}" placeholder:"FILE.csv|FILE.geojson|FILE.parquet"`
}

// bothModes is every mode but the bicycle, one after the other.
const bothModes = "both"

func (c circleCmd) Run(s *session) error {
	if err := c.check(); err != nil {
		return err
	}
	region, err := s.packFor(c.where)
	if err != nil {
		return err
	}
	asked, err := c.asked(s, region)
	if err != nil {
		return err
	}
	if asked.AsOf > asked.Believed && !asked.Complete {
		fmt.Fprintln(s.err, s.t("circle.future", "day", asked.AsOf.String()))
	}
	p := s.progress()
	defer p.end()
	circles, err := s.circles(c.where, c.Rule, region, asked.Believed, p)
	if err != nil {
		return err
	}
	if c.Works {
		return s.works(circles.Works(asked.AsOf, asked.Believed), asked.AsOf)
	}
	modes := []string{c.Mode}
	if c.Mode == bothModes {
		modes = []string{circle.Transit, circle.Car}
	}
	var got []*circle.Comparison
	for _, mode := range modes {
		asked.Mode = mode
		one, err := c.evaluate(s, circles, asked, p)
		if err != nil {
			return err
		}
		got = append(got, one)
	}
	p.end()
	if c.Record {
		if err := c.record(s, got[0].After, asked.Believed); err != nil {
			return err
		}
	}
	if c.To != "" {
		if err := s.saveCells(c.To, got[0].After); err != nil {
			return err
		}
	}
	if s.json {
		return s.circleJSON(got)
	}
	for i, one := range got {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		s.circle(one, region)
	}
	return nil
}

// check refuses what cannot be meant before any work is done.
func (c circleCmd) check() error {
	switch strings.ToLower(filepath.Ext(c.To)) {
	case "", ".csv", ".geojson", ".parquet":
	default:
		return fmt.Errorf("%s: %w", c.To, errCellsEnding)
	}
	if c.To != "" && (filepath.Ext(c.To) == "" || c.Mode == bothModes) {
		return fmt.Errorf("%s: %w", c.To, errCellsEnding)
	}
	if c.Record && (c.Mode == bothModes || c.AsOf == circle.Plan || len(c.With)+len(c.Without) > 0) {
		return fmt.Errorf("--record: %w", errRecord)
	}
	for _, id := range c.With {
		if slices.Contains(c.Without, id) {
			return fmt.Errorf("--with %s --without %s: %w", id, id, errWithAndWithout)
		}
	}
	if c.Threshold != nil {
		return within("--threshold", *c.Threshold, leastThreshold, 1)
	}
	return nil
}

// leastThreshold is the least that a rule may have, too.
const leastThreshold = 0.01

// The refusals of states that cannot be meant.
var (
	errWithAndWithout = errors.New("in service, and not in service")
	errSince          = errors.New("that is after the day asked about")
)

// asked reads the days.
func (c circleCmd) asked(s *session, region *pack.Pack) (circle.Asked, error) {
	a := circle.Asked{With: c.With, Without: c.Without, Reach: c.Reach}
	if c.Threshold != nil {
		a.Threshold = *c.Threshold
	}
	var err error
	if a.Believed, err = s.today(region); err != nil {
		return a, err
	}
	if a.AsOf, a.Complete, err = circle.Day(cmp.Or(c.AsOf, circle.Now), a.Believed, region.Plan.Until); err != nil {
		return a, fmt.Errorf("--as-of %s: %w", c.AsOf, err)
	}
	if c.Record && a.AsOf > a.Believed {
		return a, fmt.Errorf("--record, %s: %w", a.AsOf, errRecord)
	}
	return a, nil
}

// today is the day in the time zone of a region.
func (s *session) today(region *pack.Pack) (area.Date, error) {
	zone, err := time.LoadLocation(region.Timezone)
	if err != nil {
		return 0, err
	}
	return area.DateOf(s.now().In(zone)), nil
}

// evaluate answers, with what it is compared with if that is asked for.
func (c circleCmd) evaluate(s *session, circles *circle.Circles, a circle.Asked, p *progress) (*circle.Comparison, error) {
	tell := func(step string, done, total int) { p.say(s.t("circle.step."+step), done, total) }
	if c.Since == "" {
		after, err := circles.Evaluate(s.ctx, a, tell)
		return &circle.Comparison{After: after}, err
	}
	before := circle.Asked{Believed: a.Believed, Mode: a.Mode, Threshold: a.Threshold, Reach: a.Reach}
	var err error
	if before.AsOf, err = area.ParseDate(c.Since); err != nil {
		return nil, fmt.Errorf("--since %s: %w", c.Since, err)
	}
	if before.AsOf > a.AsOf {
		return nil, fmt.Errorf("--since %s, --as-of %s: %w", before.AsOf, a.AsOf, errSince)
	}
	return circles.Compare(s.ctx, before, a, tell)
}

// circles are those of a region, by its own rule or that of a file.
func (s *session) circles(w where, file string, region *pack.Pack, today area.Date, p *progress) (*circle.Circles, error) {
	var rule *measure.Rule
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var problems []measure.Problem
		if rule, problems = measure.ReadRule(file, b); len(problems) > 0 {
			return nil, circle.RuleFaults(problems)
		}
	}
	return circle.New(region, func(ctx context.Context) (*reach.Ground, error) {
		return ground.Region(ctx, s.home(w), region, func(mode, step string) {
			p.say(s.t("ground.building", "mode", s.mode(mode), "step", s.t("ground.step."+step)), 0, 1)
		})
	}, rule, today)
}

// saveCells writes the cells of an answer.
func (s *session) saveCells(path string, a *circle.Answer) error {
	err := ground.Save(path, func(w io.Writer) error {
		switch strings.ToLower(filepath.Ext(path)) {
		case ".geojson":
			return export.TableGeoJSON(w, circle.Table(a), circle.Notes(a, s.lang))
		case ".parquet":
			return export.TableParquet(w, circle.Table(a), circle.Notes(a, s.lang))
		}
		return export.TableCSV(w, circle.Table(a))
	})
	if err == nil {
		fmt.Fprintln(s.err, s.t("ground.saved", "file", path))
	}
	return err
}

// circleJSON prints answers for machines: one for each mode.
func (s *session) circleJSON(list []*circle.Comparison) error {
	type said struct {
		*circle.Answer
		Rule   *measure.Rule   `json:"rule"`
		Since  string          `json:"since,omitempty"`
		Before *measure.Result `json:"before,omitempty"`
		Change *measure.Change `json:"change,omitempty"`
	}
	out := []said{}
	for _, one := range list {
		v := said{Answer: one.After, Rule: one.After.Rule, Change: one.Change}
		if one.Before != nil {
			v.Since, v.Before = one.Before.Asked.Day(), one.Before.Result
		}
		out = append(out, v)
	}
	return s.writeJSON(out)
}
