package circle

import "context"

// Data names what every answer of these circles rests on: rule, pack, streets and
// people. Two nodes with the same data give the same answers.
func (c *Circles) Data(ctx context.Context, tell Progress) (string, error) {
	b, err := c.base.Get(func() (*base, error) { return c.prepare(ctx, tell) })
	if err != nil {
		return "", err
	}
	return c.digest(b, "data"), nil
}
