package circle

import (
	"context"
	"errors"

	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/connect/reach"
	"conurb/plan/pack"
)

// Circles evaluates the circles of one region. It may be asked by many goroutines.
type Circles struct {
	pack   *pack.Pack
	rule   *measure.Rule
	today  area.Date
	ground func(context.Context) (*reach.Ground, error)
}

// New makes the circles of a region. Its ground is opened at the first question; rule
// nil is that of the region.
func New(p *pack.Pack, ground func(context.Context) (*reach.Ground, error), rule *measure.Rule, today area.Date) (*Circles, error) {
	return &Circles{pack: p, rule: rule, today: today, ground: ground}, nil
}

// Rule is the rule that is measured by.
func (c *Circles) Rule() *measure.Rule { return c.rule }

// Works lists what can be switched, as it stands on a day as far as was known on
// another.
func (c *Circles) Works(asOf, believed area.Date) []Work { return nil }

// Evaluate answers. It is remembered, and computed once however many ask.
func (c *Circles) Evaluate(ctx context.Context, a Asked, p Progress) (*Answer, error) {
	return nil, errors.ErrUnsupported
}

// Compare evaluates twice and tells who gains and who loses from the first to the second.
func (c *Circles) Compare(ctx context.Context, before, after Asked, p Progress) (*Comparison, error) {
	return nil, errors.ErrUnsupported
}
