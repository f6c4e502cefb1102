package circle

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/kit/lazy"
	"conurb/locale"
	"conurb/plan/pack"
)

// RuleFile is where a pack has its rule.
const RuleFile = "connect/circle-v1.yaml"

// Circles evaluates the circles of one region. It may be asked by many goroutines.
type Circles struct {
	pack   *pack.Pack
	rule   *measure.Rule
	today  area.Date
	ground func(context.Context) (*reach.Ground, error)

	base    lazy.Value[*base]
	silent  lazy.Value[map[string]bool]
	times   shelf[*measure.Times] // by what they depend on
	reaches shelf[[]float64]
	keep    Keep // nil: this process alone
	trouble func(error)
}

// New makes the circles of a region. Its ground is opened at the first question; rule
// nil is that of the region, whose faults are RuleFaults.
func New(p *pack.Pack, ground func(context.Context) (*reach.Ground, error), rule *measure.Rule, today area.Date) (*Circles, error) {
	if rule == nil {
		b, ok := p.Files[RuleFile]
		if !ok {
			return nil, ErrNoRule
		}
		var problems []measure.Problem
		if rule, problems = measure.ReadRule(RuleFile, b); len(problems) > 0 {
			return nil, RuleFaults(problems)
		}
	}
	if faults := unknownSources(p, rule); len(faults) > 0 {
		return nil, faults
	}
	c := &Circles{pack: p, rule: rule, today: today, ground: ground}
	if _, err := c.counted(); err != nil {
		return nil, err
	}
	return c, nil
}

// unknownSources are the parameters whose source the pack does not list.
func unknownSources(p *pack.Pack, rule *measure.Rule) (faults RuleFaults) {
	for _, q := range rule.Parameters {
		if q.Source != "" && !slices.ContainsFunc(p.Sources, func(s area.Source) bool { return s.ID == q.Source }) {
			faults = append(faults, measure.Problem{File: q.Ref.File, Line: q.Ref.Line, Column: 1, Field: q.Field + ".source", Code: "unknown-source",
				Args: map[string]string{"field": q.Field + ".source", "value": q.Source}})
		}
	}
	return faults
}

// Rule is the rule that is measured by.
func (c *Circles) Rule() *measure.Rule { return c.rule }

// Place are the cells and people that are measured.
func (c *Circles) Place(ctx context.Context, p Progress) (*measure.Place, error) {
	b, err := c.base.Get(func() (*base, error) { return c.prepare(ctx, p) })
	if err != nil {
		return nil, err
	}
	return b.place, nil
}

// Evaluate answers. Times are remembered, and computed once however many ask.
func (c *Circles) Evaluate(ctx context.Context, a Asked, tell Progress) (*Answer, error) {
	a.AsOf, a.Believed, a.Mode = cmp.Or(a.AsOf, c.today), cmp.Or(a.Believed, c.today), cmp.Or(a.Mode, Transit)
	if !slices.Contains(Modes, a.Mode) {
		return nil, fmt.Errorf("%q, of %v: %w", a.Mode, Modes, ErrMode)
	}
	open, works, err := c.open(a)
	if err != nil {
		return nil, err
	}
	b, err := c.base.Get(func() (*base, error) { return c.prepare(ctx, tell) })
	if err != nil {
		return nil, err
	}
	rule := *c.rule
	rule.Verdict.Share = cmp.Or(a.Threshold, rule.Verdict.Share)
	out := &Answer{Asked: a, Works: works, Place: b.place, Rule: &rule}
	for _, id := range slices.Sorted(maps.Keys(open)) {
		if open[id] {
			out.Open = append(out.Open, id)
		}
	}
	if a.Mode == Car {
		err = c.byCar(ctx, b, out, tell)
	} else {
		err = c.byTransit(ctx, b, out, tell)
	}
	if err != nil {
		return nil, err
	}
	if b.place.Basis.Modelled {
		out.Modelled = append(out.Modelled, b.place.Basis)
	}
	out.Result = measure.Measure(&rule, b.place, out.Times)
	return out, nil
}

func (o *Answer) isOpen(section string) bool {
	_, ok := slices.BinarySearch(o.Open, section)
	return ok
}

func (c *Circles) byTransit(ctx context.Context, b *base, out *Answer, tell Progress) error {
	l, err := c.legs(ctx, b, out.Asked.Mode, tell)
	if err != nil {
		return err
	}
	t, rep := c.timetable(out.Asked, out.isOpen)
	out.Lines = &Lines{Services: rep.Services, Trips: rep.Runs, Stations: called(t)}
	out.Modelled = append(out.Modelled, area.Basis{Modelled: true, Text: area.Text{Zh: locale.T("zh-CN", "circles.basis.timetable", nil), En: locale.T("en", "circles.basis.timetable", nil)}})
	out.Digest = c.digest(b, out.Asked.Mode, digestOf(t))
	return c.filled(ctx, out, b.ground.Net.Info.Basis,
		func() (*measure.Times, error) { return c.ride(ctx, b, l, t, tell) },
		func() ([]float64, error) { return c.reached(ctx, b, l, t, tell) })
}

func (c *Circles) byCar(ctx context.Context, b *base, out *Answer, tell Progress) error {
	r, err := b.roads.Get(func() (*roads, error) { return c.lay(ctx, b, tell) })
	if err != nil {
		return err
	}
	closed := c.closed(r, out.Asked, out.isOpen)
	out.Digest = c.digest(b, Car, closed...)
	return c.filled(ctx, out, r.basis,
		func() (*measure.Times, error) { return c.drive(ctx, b, r, closed, tell) },
		func() ([]float64, error) { return c.reachedByCar(ctx, b, r, closed, tell) })
}

// filled puts times into an answer, and people within reach where they are asked for.
func (c *Circles) filled(ctx context.Context, out *Answer, streets area.Basis, times func() (*measure.Times, error), reached func() ([]float64, error)) error {
	if streets.Modelled {
		out.Modelled = append(out.Modelled, streets)
	}
	kept, err := c.times.get(ctx, out.Digest, func() (*measure.Times, error) { return through(ctx, c, "times "+out.Digest, times) })
	if err != nil {
		return err
	}
	t := *kept
	if out.Asked.Reach {
		if t.Reached, err = c.reaches.get(ctx, out.Digest, func() ([]float64, error) { return through(ctx, c, "reach "+out.Digest, reached) }); err != nil {
			return err
		}
	}
	out.Times = &t
	return nil
}

// called is the number of stations where a train calls.
func called(t *transit.Timetable) int {
	seen := make([]bool, t.Stops())
	n := 0
	for _, s := range t.EventStop {
		if !seen[s] {
			seen[s] = true
			n++
		}
	}
	return n
}

// digest is of everything that times depend on.
func (c *Circles) digest(b *base, mode string, what ...string) string {
	h := sha256.New()
	fmt.Fprintf(h, "circles 1\n%s\n%s\n%s\n%s\n", c.rule.Digest, c.pack.Digest, b.digest, mode)
	for _, w := range what {
		fmt.Fprintln(h, w)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// digestOf is of the trips of a timetable.
func digestOf(t *transit.Timetable) string {
	b := binary.LittleEndian.AppendUint32(nil, uint32(t.Trips()))
	for k, first := range t.TripFirst {
		if b = binary.LittleEndian.AppendUint32(b, uint32(first)); k < t.Trips() {
			b = binary.LittleEndian.AppendUint32(b, uint32(t.Stay[k]))
		}
	}
	for e, stop := range t.EventStop {
		b = binary.LittleEndian.AppendUint32(b, uint32(stop))
		b = binary.LittleEndian.AppendUint32(b, uint32(t.Arrive[e]))
		b = binary.LittleEndian.AppendUint32(b, uint32(t.Depart[e]))
		if t.Closed != nil {
			b = append(b, byte(t.Closed[e]))
		}
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Compare evaluates twice and tells who gains and who loses from the first to the second.
func (c *Circles) Compare(ctx context.Context, before, after Asked, tell Progress) (*Comparison, error) {
	a, err := c.Evaluate(ctx, before, tell)
	if err != nil {
		return nil, err
	}
	b, err := c.Evaluate(ctx, after, tell)
	if err != nil {
		return nil, err
	}
	return &Comparison{a, b, measure.Compare(b.Rule, b.Place, a.Times, b.Times)}, nil
}
