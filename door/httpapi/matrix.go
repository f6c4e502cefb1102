package httpapi

import (
	"context"
	"slices"
	"strconv"

	"conurb/connect/reach"
	"conurb/kit/geo"
)

// mostPairs bounds a matrix that is answered as one JSON body.
const mostPairs = 250_000

// Matrix is the times between two lists of points.
type Matrix struct {
	Ground
	Direction       string       `json:"direction" enum:"outbound,inbound" doc:"outbound: from origins to destinations; inbound: from destinations to origins." example:"outbound"`
	Seconds         [][]*float64 `json:"seconds" nullable:"false" doc:"For each origin the seconds to every destination, to a tenth; null where there is no way within the minutes asked for." example:"[[0,1834.2],[1790.4,0]]"`
	OriginsFar      []int        `json:"originsFar" nullable:"false" doc:"The origins, counted from 0, that no street is near." example:"[]"`
	DestinationsFar []int        `json:"destinationsFar" nullable:"false" doc:"The destinations, counted from 0, that no street is near." example:"[1]"`
}

// MatrixQuestion is what a matrix is asked for.
type MatrixQuestion struct {
	Mode         string     `json:"mode,omitempty" doc:"The way of moving, one of the network's; its first when left out." example:"car"`
	Origins      []Position `json:"origins" nullable:"false" minItems:"1" doc:"Longitude and latitude of each origin." example:"[[112.98,28.19],[113.13,27.83]]"`
	Destinations []Position `json:"destinations" nullable:"false" minItems:"1" doc:"Longitude and latitude of each destination; origins times destinations are at most 250000." example:"[[112.98,28.19],[112.94,27.83]]"`
	Minutes      float64    `json:"minutes,omitempty" minimum:"1" maximum:"300" default:"300" doc:"How far to look." example:"120"`
	Direction    string     `json:"direction,omitempty" enum:"outbound,inbound" default:"outbound" doc:"outbound: from origins to destinations; inbound: from destinations to origins." example:"outbound"`
	Datum        string     `json:"datum,omitempty" enum:"wgs84,gcj02,bd09" default:"wgs84" doc:"The datum of the points." example:"wgs84"`
}

type matrixInput struct {
	OfNetwork
	Language
	Body MatrixQuestion
}

func (s *server) matrix(ctx context.Context, in *matrixInput) (*answer[Matrix], error) {
	q := &in.Body
	g, e, err := s.engine(ctx, InMode{OfNetwork: in.OfNetwork, Mode: q.Mode})
	if err != nil {
		return nil, err
	}
	if n := len(q.Origins) * len(q.Destinations); n > mostPairs {
		return nil, refuse("too-many-pairs", "n", strconv.Itoa(n), "most", strconv.Itoa(mostPairs))
	}
	from, err := joinAll(e, "origins", q.Origins, q.Datum)
	if err != nil {
		return nil, err
	}
	to, err := joinAll(e, "destinations", q.Destinations, q.Datum)
	if err != nil {
		return nil, err
	}
	out := Matrix{Ground: groundOf(g, e.Mode.ID), Direction: q.Direction, OriginsFar: far(from), DestinationsFar: far(to), Seconds: make([][]*float64, from.Len())}
	limit := reach.Minutes(q.Minutes)
	err = e.Matrix(ctx, directionOf(q.Direction), from, to, limit, reach.Work{}, func(i int, row reach.Row) error {
		out.Seconds[i] = secondsOf(row, limit)
		return nil
	})
	return &answer[Matrix]{out}, err
}

func secondsOf(row reach.Row, limit reach.Decis) []*float64 {
	values, out := make([]float64, row.Len()), make([]*float64, row.Len())
	for t := range out {
		if at := row.At(t); at <= limit {
			values[t] = at.Seconds()
			out[t] = &values[t]
		}
	}
	return out
}

func joinAll(e *reach.Engine, name string, list []Position, datum string) (*reach.Joined, error) {
	points := make([]geo.Point, len(list))
	for i, p := range list {
		var err error
		if points[i], err = onEarth(name+"["+strconv.Itoa(i)+"]", p[0], p[1], datum); err != nil {
			return nil, err
		}
	}
	return e.Join(points, 0), nil
}

func far(j *reach.Joined) []int {
	out := []int{}
	for _, m := range j.Missed {
		out = append(out, m.Index)
	}
	slices.Sort(out)
	return out
}
