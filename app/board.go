package app

import (
	"context"
	"fmt"
	"sync"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/measure"
	"conurb/plan/pack"
)

// keptBoards is how many computed boards stay in memory.
const keptBoards = 16

// shelf keeps the last boards, each computed once however many ask at a time.
type shelf struct {
	mu    sync.Mutex
	order []shelfKey
	by    map[shelfKey]func() *board.Board
}

type shelfKey struct {
	digest string
	q      board.Query
}

func (s *shelf) get(key shelfKey, compute func() *board.Board) *board.Board {
	s.mu.Lock()
	if s.by == nil {
		s.by = map[shelfKey]func() *board.Board{}
	}
	f, ok := s.by[key]
	if !ok {
		f = sync.OnceValue(compute)
		s.by[key] = f
		s.order = append(s.order, key)
		if len(s.order) > keptBoards {
			delete(s.by, s.order[0])
			s.order = s.order[1:]
		}
	}
	s.mu.Unlock()
	return f()
}

// clear forgets all boards: an observation has come in.
func (s *shelf) clear() {
	s.mu.Lock()
	s.by, s.order = nil, nil
	s.mu.Unlock()
}

// Query makes a query of days as a person writes them; empty ones are today in
// the time zone of the pack, atLog 0 is the whole log.
func (a *App) Query(asOf, believedOn string, atLog int64) (board.Query, error) {
	today := a.Today()
	q := board.Query{AsOf: today, BelievedOn: today, Log: atLog}
	for _, f := range []struct {
		name, text string
		to         *area.Date
	}{{"as-of", asOf, &q.AsOf}, {"believed-on", believedOn, &q.BelievedOn}} {
		if f.text == "" {
			continue
		}
		d, err := area.ParseDate(f.text)
		if err != nil {
			return q, fmt.Errorf("%s: %w", f.name, err)
		}
		*f.to = d
	}
	if atLog < 0 {
		return q, fmt.Errorf("at-log: %d is negative", atLog)
	}
	return q, nil
}

// Today is the calendar day in the area.
func (a *App) Today() area.Date { return area.DateOf(a.now().In(a.zone)) }

// Pack returns the region pack that the node runs on.
func (a *App) Pack() *pack.Pack { return a.pack }

// Board returns the board for a query, from memory when it was asked before.
// With q.Log set, it is computed from the pack version that the log held then.
func (a *App) Board(ctx context.Context, q board.Query) (*board.Board, error) {
	in, err := a.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	return a.boards.get(shelfKey{in.PackDigest, q}, func() *board.Board { return board.Evaluate(in, q) }), nil
}

// Input is what boards are computed from: the running pack, or for a past log
// size the one in force then.
func (a *App) Input(ctx context.Context, atLog int64) (*board.Input, error) {
	if err := a.refresh(ctx); err != nil {
		return nil, err
	}
	a.mu.RLock()
	ledger := a.ledger
	a.mu.RUnlock()
	p := a.pack
	if atLog > 0 && a.store != nil {
		past, err := a.packAt(ctx, atLog)
		if err != nil {
			return nil, err
		}
		p = past
	}
	return inputOf(p, ledger), nil
}

func inputOf(p *pack.Pack, ledger *board.Ledger) *board.Input {
	return &board.Input{Pack: p.ID, PackDigest: p.Digest, Network: &p.Network, Plan: &p.Plan, Ledger: ledger}
}

// Measured is an indicator measured by one rule, with what each project added.
type Measured struct {
	Indicator string      `json:"indicator"`
	Unit      plan.Unit   `json:"unit"`
	Rule      plan.Rule   `json:"rule"`
	Query     board.Query `json:"query"`
	Partial   bool        `json:"partial"` // a lower bound
	measure.Result
	Steps         []measure.Step        `json:"steps"`
	Contributions measure.Contributions `json:"contributions"`
}

// Measure measures an indicator by one of its rules, or by all when rule is
// empty; contributions count from the day after since, or from the plan's start.
func (a *App) Measure(ctx context.Context, indicator, rule, since string, q board.Query) ([]Measured, error) {
	in, err := a.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	ind := indicatorOf(in.Plan, indicator)
	if ind == nil {
		return nil, fmt.Errorf("indicator %s: %w", indicator, ErrUnknown)
	}
	from := in.Plan.From - 1
	if since != "" {
		if from, err = area.ParseDate(since); err != nil {
			return nil, fmt.Errorf("since: %w", err)
		}
	}
	var out []Measured
	for i := range ind.Rules {
		r := &ind.Rules[i]
		if rule != "" && r.ID != rule {
			continue
		}
		m, err := measureBy(in, ind, r, from, q)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if len(out) == 0 {
		if rule != "" {
			return nil, fmt.Errorf("rule %s of indicator %s: %w", rule, indicator, ErrUnknown)
		}
		return nil, fmt.Errorf("indicator %s is reported, not measured: %w", indicator, ErrUnknown)
	}
	return out, nil
}

func measureBy(in *board.Input, ind *plan.Indicator, r *plan.Rule, from area.Date, q board.Query) (Measured, error) {
	inputs, at := board.Measures(in), measure.Moment{AsOf: q.AsOf, Believed: q.BelievedOn}
	result, err := measure.Run(inputs, r, at)
	if err != nil {
		return Measured{}, err
	}
	steps, err := measure.Steps(inputs, r, at)
	if err != nil {
		return Measured{}, err
	}
	parts, err := measure.Divide(inputs, r, from, at)
	if err != nil {
		return Measured{}, err
	}
	return Measured{
		Indicator: ind.ID, Unit: ind.Unit, Rule: *r, Query: q, Partial: r.Partial || result.Missing > 0,
		Result: result, Steps: steps, Contributions: parts,
	}, nil
}

func indicatorOf(p *plan.Plan, id string) *plan.Indicator {
	for i := range p.Indicators {
		if p.Indicators[i].ID == id {
			return &p.Indicators[i]
		}
	}
	return nil
}
