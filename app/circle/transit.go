package circle

import (
	"context"
	"slices"

	measure "conurb/connect/circle"
	"conurb/connect/reach"
	"conurb/connect/transit"
)

func (c *Circles) departures() reach.Window {
	w := c.rule.Window
	return reach.Window{From: transit.Second(w.From), Until: transit.Second(w.Until), Step: transit.Second(w.Step)}
}

// ride finds the times of a timetable: on foot where no station is near, by public
// transport and on foot where one is.
func (c *Circles) ride(ctx context.Context, b *base, t *transit.Timetable, tell Progress) (*measure.Times, error) {
	tr, err := b.toward.With(t)
	if err != nil {
		return nil, err
	}
	rows := make([][]measure.Decis, len(b.aims))
	for i := range rows {
		rows[i] = append([]measure.Decis(nil), b.onFoot[i]...)
	}
	work := reach.Work{Progress: func(done, total int) { tell.say(StepTimes, done, total) }}
	err = tr.Percentiles(ctx, c.departures(), []float64{c.rule.Window.Percentile}, work, func(origin int, times [][]reach.Decis) error {
		for aim, at := range times[0] {
			rows[aim][b.near[origin]] = decis(at)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.times(rows), nil
}

func decis(at reach.Decis) measure.Decis {
	if at == reach.Never {
		return measure.Never
	}
	return measure.Decis(at)
}

// times sorts rows by aim and point: points are cells, then centres; aims are centres,
// then services.
func (b *base) times(rows [][]measure.Decis) *measure.Times {
	cells, centres := len(b.place.Point), len(b.place.Centres)
	t := &measure.Times{}
	for i, row := range rows {
		if i < centres {
			t.Centre = append(t.Centre, row[:cells:cells])
		} else {
			t.Service = append(t.Service, row[:cells:cells])
		}
	}
	for from := range centres {
		var row []measure.Decis
		for to := range centres {
			row = append(row, rows[to][cells+from])
		}
		t.Between = append(t.Between, row)
	}
	return t
}

// reached counts the people within an hour of every cell. Cells without a station
// nearby are reached, and reach others, on foot alone.
func (c *Circles) reached(ctx context.Context, b *base, t *transit.Timetable, tell Progress) ([]float64, error) {
	tr, err := b.riding.With(t)
	if err != nil {
		return nil, err
	}
	limit := reach.Minutes(c.rule.OneHour.Minutes)
	onFoot, err := c.strolls(ctx, b, limit, tell)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(onFoot)
	cells := len(b.place.Point)
	near := make([]float64, len(b.near)) // nobody lives at a centre besides those of its cell
	for k, i := range b.near {
		if int(i) < cells {
			near[k] = b.people[i]
		}
	}
	q := reach.Question{Limits: []reach.Decis{limit}, Columns: [][]float64{near}}
	work := reach.Work{Progress: func(done, total int) { tell.say(StepReach, done, total) }}
	err = tr.Counts(ctx, c.departures(), c.rule.Window.Percentile, q, work, func(origin int, s reach.Sums) error {
		if i := int(b.near[origin]); i < cells {
			out[i] += s.At[0][0]
		}
		return nil
	})
	return out, err
}

// strolls counts whom one reaches on foot: of a cell with a station nearby only those
// who have none, since the others are counted by public transport and on foot together.
func (c *Circles) strolls(ctx context.Context, b *base, limit reach.Decis, tell Progress) ([]float64, error) {
	return b.strolled.get(func() ([]float64, error) {
		work := reach.Work{Progress: func(done, total int) { tell.say(StepWalks, done, total) }}
		walks, err := b.foot.Walks(ctx, b.all, b.all, limit, work)
		if err != nil {
			return nil, err
		}
		served := make([]bool, len(b.points))
		for _, i := range b.near {
			served[i] = true
		}
		out := make([]float64, len(b.place.Point))
		for from := range out {
			to, _ := walks.From(from)
			for _, cell := range to {
				if int(cell) < len(out) && !(served[from] && served[cell]) {
					out[from] += b.people[cell]
				}
			}
		}
		return out, nil
	})
}
