package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/big"
	"path/filepath"
	"strconv"
	"strings"

	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/app/ground"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/kit/shapley"
	shares "conurb/plan/contribution"
	"conurb/plan/pack"
)

// contributionCmd tells what each work adds to a circle.
type contributionCmd struct {
	where
	Indicator string  `default:"circle-60" help:"${contribution_indicator}" placeholder:"circle-60"`
	Method    string  `default:"shapley" enum:"shapley,leave-one-out,add-first" help:"${contribution_method}" placeholder:"shapley|leave-one-out|add-first"`
	AsOf      string  `name:"as-of" default:"plan" help:"${contribution_as_of}" placeholder:"YYYY-MM-DD|now|plan"`
	Base      string  `help:"${contribution_base}" placeholder:"YYYY-MM-DD"`
	Mode      string  `default:"transit" enum:"transit,bicycle-transit,car" help:"${mode}" placeholder:"transit|bicycle-transit|car"`
	Budget    string  `help:"${contribution_budget}" placeholder:"300亿"`
	Rule      string  `type:"existingfile" help:"${contribution_rule}" placeholder:"FILE.yaml"`
	Districts bool    `help:"${contribution_districts}"`
	To        string  `help:"${contribution_to}" placeholder:"FILE.csv"`
	Orders    int     `help:"${contribution_orders}" placeholder:"N"`
	Error     float64 `help:"${contribution_error}" placeholder:"PEOPLE"`
	Seed      uint64  `default:"1" help:"${contribution_seed}" placeholder:"N"`
	Sets      int     `default:"16384" help:"${contribution_sets}" placeholder:"N"`
}

// The refusals of figures that cannot be meant.
var (
	errBudget = errors.New("not an amount of money")
	errOrders = errors.New("orders are drawn in pairs, four at least")
	errCSV    = errors.New("does not end in .csv")
)

func (c contributionCmd) Run(s *session) error {
	a, region, err := c.asked(s)
	if err != nil {
		return err
	}
	if c.To != "" && !strings.EqualFold(filepath.Ext(c.To), ".csv") {
		return fmt.Errorf("%s: %w", c.To, errCSV)
	}
	p := s.progress()
	defer p.end()
	circles, err := c.circles(s, region, a.Today, p)
	if err != nil {
		return err
	}
	got, err := c.divide(s, circles, a, p)
	if err != nil {
		return err
	}
	p.end()
	s.modelled(len(got.Modelled) > 0)
	if c.To != "" {
		if err := ground.Save(c.To, func(w io.Writer) error { return contributionCSV(w, got) }); err != nil {
			return err
		}
		fmt.Fprintln(s.err, s.t("ground.saved", "file", c.To))
	}
	if s.json {
		return s.writeJSON(got)
	}
	return c.print(s, got)
}

// asked reads the days, the budget and how much may be asked.
func (c contributionCmd) asked(s *session) (contribution.Asked, *pack.Pack, error) {
	a := contribution.Asked{Mode: c.Mode, Indicator: c.Indicator, Method: shares.Method(c.Method), MostSets: c.Sets}
	a.Order = c.Indicator != measure.Gini && c.Indicator != measure.Palma // which count no people
	a.Sampling = shapley.Sampling{Seed: c.Seed, Orders: c.Orders, Error: c.Error}
	if c.Orders != 0 && (c.Orders < 4 || c.Orders%2 != 0) || c.Error != 0 && c.Orders == 0 {
		return a, nil, fmt.Errorf("--orders %d --error %v: %w", c.Orders, c.Error, errOrders)
	}
	if err := cmp.Or(within("--error", c.Error, 0, 1e9), within("--sets", float64(c.Sets), 0, 1<<20), within("--orders", float64(c.Orders), 0, 1e7)); err != nil {
		return a, nil, err
	}
	var err error
	if a.Budget, err = fen(c.Budget); err != nil {
		return a, nil, err
	}
	region, err := s.packFor(c.where)
	if err != nil {
		return a, nil, err
	}
	if a.Today, err = s.today(region); err != nil {
		return a, nil, err
	}
	a.Believed, a.Base = a.Today, region.Plan.From-1
	if c.Base != "" {
		if a.Base, err = area.ParseDate(c.Base); err != nil {
			return a, nil, fmt.Errorf("--base %s: %w", c.Base, err)
		}
	}
	if a.AsOf, a.Complete, err = circle.Day(c.AsOf, a.Today, region.Plan.Until); err != nil {
		return a, nil, fmt.Errorf("--as-of %s: %w", c.AsOf, err)
	}
	return a, region, nil
}

// circles are those of the region, by its own rule or that of a file.
func (c contributionCmd) circles(s *session, region *pack.Pack, today area.Date, p *progress) (*circle.Circles, error) {
	return s.circles(c.where, c.Rule, region, today, p)
}

// divide computes; values are kept beside the networks of the node.
func (c contributionCmd) divide(s *session, circles *circle.Circles, a contribution.Asked, p *progress) (got *contribution.Answer, err error) {
	var file *contribution.File
	defer func() {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	sets := s.progress()
	defer func() { sets.end() }()
	begun := false
	return contribution.Divide(s.ctx, circles, a, contribution.Work{
		Keep: func(digest string) (shapley.Memo, error) {
			var err error
			file, err = contribution.OpenFile(filepath.Join(c.Data, "contributions"), digest)
			return file, err
		},
		Steps: func(step string, done, total int) { p.say(s.t("circle.step."+step), done, total) },
		Progress: func(done, total int) {
			if !begun { // their time begins now
				p.end()
				begun, sets = true, s.progress()
			}
			sets.say(s.t("contribution.sets", "done", strconv.Itoa(done), "total", strconv.Itoa(total)), done, total)
		},
	})
}

// fen reads an amount of money: yuan, or 亿 or yi (10^8) or 万 (10^4) of them.
func fen(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	figure := strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(text, ",", ""), "元"), "yuan")
	times := int64(100)
	for _, u := range []struct {
		word  string
		times int64
	}{{"亿", 1e10}, {"yi", 1e10}, {"万", 1e6}} {
		if rest, ok := strings.CutSuffix(strings.TrimSpace(figure), u.word); ok {
			figure, times = rest, u.times
			break
		}
	}
	r, ok := new(big.Rat).SetString(strings.TrimSpace(figure))
	if ok {
		r.Mul(r, new(big.Rat).SetInt64(times))
	}
	if !ok || r.Sign() <= 0 || !r.IsInt() || r.Num().BitLen() > 56 {
		return 0, fmt.Errorf("%q: %w", text, errBudget)
	}
	return r.Num().Int64(), nil
}
