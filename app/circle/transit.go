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

// ride finds the times of a timetable: without a train where no station is near, by
// train or without where one is.
func (c *Circles) ride(ctx context.Context, b *base, l *legs, t *transit.Timetable, tell Progress) (*measure.Times, error) {
	tr, err := l.toward.With(t)
	if err != nil {
		return nil, err
	}
	rows := make([][]measure.Decis, len(b.aims))
	for i := range rows {
		rows[i] = append([]measure.Decis(nil), l.direct[i]...)
	}
	work := reach.Work{Progress: func(done, total int) { tell.say(StepTimes, done, total) }}
	err = tr.Percentiles(ctx, c.departures(), []float64{c.rule.Window.Percentile}, work, func(origin int, times [][]reach.Decis) error {
		for aim, at := range times[0] {
			best := &rows[aim][l.near[origin]]
			*best = min(*best, decis(at)) // the way without a train is the same at every departure
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
// nearby are reached, and reach others, without a train alone.
func (c *Circles) reached(ctx context.Context, b *base, l *legs, t *transit.Timetable, tell Progress) ([]float64, error) {
	tr, err := l.riding.With(t)
	if err != nil {
		return nil, err
	}
	limit := reach.Minutes(c.rule.OneHour.Minutes)
	direct, err := b.strolls(ctx, l, limit, tell)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(direct)
	cells := len(b.place.Point)
	near := make([]float64, len(l.near)) // nobody lives at a centre besides those of its cell
	for k, i := range l.near {
		if int(i) < cells {
			near[k] = b.people[i]
		}
	}
	q := reach.Question{Limits: []reach.Decis{limit}, Columns: [][]float64{near}}
	work := reach.Work{Progress: func(done, total int) { tell.say(StepReach, done, total) }}
	err = tr.Counts(ctx, c.departures(), c.rule.Window.Percentile, q, work, func(origin int, s reach.Sums) error {
		if i := int(l.near[origin]); i < cells {
			out[i] += s.At[0][0]
		}
		return nil
	})
	return out, err
}

// strolls counts whom one reaches without a train: of a cell with a station nearby only
// those who have none, since the others are counted with and without a train together.
func (b *base) strolls(ctx context.Context, l *legs, limit reach.Decis, tell Progress) ([]float64, error) {
	return l.strolled.Get(func() ([]float64, error) {
		work := reach.Work{Progress: func(done, total int) { tell.say(StepWalks, done, total) }}
		walks, err := l.engine.Walks(ctx, l.all, l.all, limit, work)
		if err != nil {
			return nil, err
		}
		served := make([]bool, len(b.points))
		for _, i := range l.near {
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
