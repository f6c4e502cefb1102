package httpapi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/door/export"
	"conurb/kit/geo"
	"conurb/locale"
)

// transitMode is the way of moving that is no profile of streets: walking and riding.
const transitMode = "transit"

// ServiceDay is the public transport of a network.
type ServiceDay struct {
	Day   string `json:"day" format:"date" doc:"The service day that questions are about." example:"2019-05-13"`
	Stops int    `json:"stops" doc:"The stops of its timetable." example:"4010"`
	Trips int    `json:"trips" doc:"The trips that run on it, those that began the day before included." example:"5806"`
	Basis Basis  `json:"basis" doc:"What the timetable rests on."`
}

// Leaving is when people leave, of questions about public transport.
type Leaving struct {
	Depart     string  `query:"depart" default:"08:00" pattern:"^[0-2][0-9]:[0-5][0-9]$" doc:"With mode transit: when people leave, in the time zone of the timetable; inbound, when they arrive." example:"08:00"`
	Window     int     `query:"window" default:"60" minimum:"1" maximum:"240" doc:"With mode transit: the minutes from then on in which people leave, one each minute." example:"60"`
	Percentile float64 `query:"percentile" default:"50" minimum:"1" maximum:"100" doc:"With mode transit: the share of departures, in %, that arrive within the time." example:"50"`
}

// window is that of the engine.
func (l Leaving) window() reach.Window {
	hours, _ := strconv.Atoi(l.Depart[:2]) // digits, by the pattern
	minutes, _ := strconv.Atoi(l.Depart[3:])
	from := transit.Second(hours*3600 + minutes*60)
	return reach.Window{From: from, Until: from + transit.Second(l.Window)*60, Step: 60}
}

func serviceDay(s *reach.Service) *ServiceDay {
	if s == nil {
		return nil
	}
	return &ServiceDay{s.Day, s.Table.Stops(), s.Table.Trips(), basis(s.Basis)}
}

// riders finds what answers by public transport, and the streets people walk on.
func (s *server) riders(ctx context.Context, in InMode) (*reach.Ground, *reach.Engine, *reach.Transit, error) {
	g, err := s.ground(ctx, in.Network)
	if err != nil {
		return nil, nil, nil, err
	}
	tr, err := g.Transit(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if tr == nil {
		return nil, nil, nil, noMode(g, transitMode, reach.ErrUnknownMode)
	}
	e, err := g.Engine("walk")
	return g, e, tr, err
}

// ridden are the circles of a place by public transport.
func (s *server) ridden(ctx context.Context, in *isochroneInput) (*circles, error) {
	g, e, tr, err := s.riders(ctx, in.InMode)
	if err != nil {
		return nil, err
	}
	limits, err := limits(in.Minutes)
	if err != nil {
		return nil, err
	}
	if limits[len(limits)-1] > tr.Longest() {
		return nil, refuse("long-journey", "most", strconv.FormatFloat(tr.Longest().Seconds()/60, 'f', 0, 64))
	}
	c := &circles{ground: g, engine: e, mode: transitMode}
	if c.at, err = onEarth("lon,lat", in.Lon, in.Lat, in.Datum.Datum); err != nil {
		return nil, err
	}
	d, w := directionOf(in.Direction), in.window()
	if c.iso, err = tr.Isochrones(ctx, d, c.at, w, in.Percentile, limits, 0, reach.Work{}); err != nil {
		return nil, farOff(err, g, e, coordinate(in.Lon)+","+coordinate(in.Lat))
	}
	if g.Cells == nil {
		return c, nil
	}
	times, err := tr.Times(ctx, d, c.at, w, in.Percentile, reach.Work{})
	q := reach.Question{Limits: limits}
	c.names, q.Columns, _ = g.Columns()
	c.sums = reach.SumsOf(times, q)
	return c, err
}

// ride is the journey that arrives first, leg by leg, in the shape of a way.
func (s *server) ride(ctx context.Context, in *wayInput, from, to geo.Point) (*answer[Way], error) {
	g, e, tr, err := s.riders(ctx, in.InMode)
	if err != nil {
		return nil, err
	}
	p, err := tr.Pair(ctx, from, to, reach.Work{})
	if err != nil {
		return nil, farOff(err, g, e, missed(e, from, in.From, in.To))
	}
	it, err := p.At(in.window().From)
	if errors.Is(err, reach.ErrNoWay) {
		return nil, refuse("no-journey", "most", strconv.FormatFloat(tr.Longest().Seconds()/60, 'f', 0, 64))
	}
	if err != nil {
		return nil, farOff(err, g, e, in.From)
	}
	joints := e.Join([]geo.Point{from, to}, 0).Spots
	out := Way{
		Ground: groundOf(g, transitMode), Seconds: float64(it.Time()), From: joint(joints[0]), To: joint(joints[1]),
		Line: LineShape{Type: "LineString"}, Steps: []WayStep{}, Journey: &JourneyTimes{int(it.Depart), int(it.Arrive), it.Changes()},
	}
	at := from
	for _, l := range it.Legs {
		line := p.Line(l)
		out.Line.Coordinates = append(out.Line.Coordinates, each(line, rounded)...)
		step := WayStep{Turn: string(l.By), Text: legText(tr.Timetable(), l, language(ctx)), Metres: math.Round(geo.Length(line)), Seconds: float64(l.Arrive - l.Depart), Point: rounded(at)}
		if l.By == reach.Ride {
			step.Name = tr.Timetable().RouteName[l.Route]
		}
		if len(line) > 0 {
			at = line[len(line)-1]
		}
		out.Metres += step.Metres
		out.Steps = append(out.Steps, step)
	}
	return &answer[Way]{out}, nil
}

// JourneyTimes is when a journey by public transport begins and ends.
type JourneyTimes struct {
	Depart  int `json:"depart" doc:"When it begins, in seconds of the service day." example:"28800"`
	Arrive  int `json:"arrive" doc:"When it ends." example:"31260"`
	Changes int `json:"changes" doc:"How often one changes from a vehicle to another." example:"1"`
}

func legText(t *transit.Timetable, l reach.Leg, lang string) string {
	args := map[string]string{"calls": strconv.Itoa(l.Calls), "at": fmt.Sprintf("%02d:%02d", l.Depart/3600%24, l.Depart/60%60)}
	key := "reach.step." + string(l.By)
	if l.By == reach.Walk && l.To == transit.None {
		key += ".end"
	}
	for name, v := range export.LegOf(t, l) {
		if text, ok := v.(string); ok {
			args[name] = text
		}
	}
	return locale.T(lang, key, args)
}
