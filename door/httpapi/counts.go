package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"conurb/connect/reach"
	"conurb/door/export"
	"conurb/kit/geo"
)

type countsInput struct {
	InMode
	Bearing
	Datum
	At      string `query:"at" doc:"Only for this place: longitude,latitude. For every cell of the network when left out." example:"112.9823,28.1938"`
	Minutes string `query:"minutes" default:"15,30,45,60" doc:"The limits in minutes, 1 to 300, at most eight of them." example:"30,60"`
	Columns string `query:"columns" doc:"The columns to sum; all of them when left out." example:"population"`
}

// counts streams a line for each origin and limit.
func (s *server) counts(ctx context.Context, in *countsInput) (*huma.StreamResponse, error) {
	g, e, err := s.engine(ctx, in.InMode)
	if err != nil {
		return nil, err
	}
	cells, q, names, err := s.countable(g, e, in.Minutes, in.Columns)
	if err != nil {
		return nil, err
	}
	from, ids := cells, g.Cells.ID
	if in.At != "" {
		p, err := place("at", in.At, in.Datum.Datum)
		if err != nil {
			return nil, err
		}
		from, ids = e.Join([]geo.Point{p}, 0), []string{coordinate(p[0]) + "," + coordinate(p[1])}
		if err := from.Near(g.Net.Info.Bounds); err != nil {
			return nil, farOff(err, g, e, in.At)
		}
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", csvType)
		ctx.SetHeader("Content-Disposition", `attachment; filename="counts-`+e.Mode.ID+`.csv"`)
		out, err := export.NewCounts(ctx.BodyWriter(), q.Limits, names, g.Modelled())
		if err == nil {
			err = e.Count(ctx.Context(), directionOf(in.Direction), from, cells, q, reach.Work{}, func(i int, sums reach.Sums) error { return out.Row(ids[i], sums) })
		}
		if err == nil {
			err = out.Close()
		}
		if err != nil {
			s.log.ErrorContext(ctx.Context(), "counts broken off", "request", requestID(ctx.Context()), "error", err)
			panic(http.ErrAbortHandler) // half a table must not look whole
		}
	}}, nil
}

// countable are the cells of a network and what is asked about them.
func (s *server) countable(g *reach.Ground, e *reach.Engine, minutes, columns string) (*reach.Joined, reach.Question, []string, error) {
	var q reach.Question
	var err error
	if q.Limits, err = limits(minutes); err != nil {
		return nil, q, nil, err
	}
	cells, err := g.Joined(e.Mode.ID)
	if err != nil {
		return nil, q, nil, err
	}
	if cells == nil {
		return nil, q, nil, refuse("no-cells", "network", g.ID)
	}
	var asked []string
	if columns != "" {
		asked = strings.Split(columns, ",")
	}
	names, values, unknown := g.Columns(asked...)
	if unknown != "" {
		all, _, _ := g.Columns()
		return nil, q, nil, refuse("no-such-column", "value", unknown, "all", strings.Join(all, ", "))
	}
	q.Columns = values
	return cells, q, names, nil
}
