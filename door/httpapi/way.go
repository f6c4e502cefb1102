package httpapi

import (
	"context"
	"math"
	"strconv"

	"conurb/connect/reach"
	"conurb/kit/geo"
	"conurb/locale"
)

// Way is the fastest way between two points.
type Way struct {
	Ground
	Seconds float64   `json:"seconds" doc:"What it takes, from point to point." example:"1834.2"`
	Metres  float64   `json:"metres" doc:"Its length, the legs to and from the streets included." example:"24180"`
	From    Joint     `json:"from" doc:"Where the first point was joined to the network."`
	To      Joint     `json:"to" doc:"Where the second one was."`
	Line    LineShape `json:"line" doc:"The line of the way, from point to point."`
	Steps   []WayStep `json:"steps" nullable:"false" doc:"What to do, in order."`

	Journey *JourneyTimes `json:"journey,omitempty" doc:"When it begins and ends; with mode transit only."`
}

// LineShape is a GeoJSON LineString.
type LineShape struct {
	Type        string     `json:"type" enum:"LineString" doc:"As RFC 7946 names it." example:"LineString"`
	Coordinates []Position `json:"coordinates" nullable:"false" doc:"WGS-84 longitude and latitude." example:"[[112.98,28.19],[113.13,27.83]]"`
}

// WayStep is one instruction and the stretch that follows it.
type WayStep struct {
	Turn    string   `json:"turn" enum:"depart,straight,slight-left,left,sharp-left,slight-right,right,sharp-right,u-turn,roundabout,board,arrive,walk,drive,wait,ride" doc:"What to do, for programs; walk, wait and ride are the legs of a journey by public transport." example:"left"`
	Text    string   `json:"text" doc:"The same as a sentence in the language asked for." example:"Turn left into Furong Road"`
	Name    string   `json:"name,omitempty" doc:"The road that follows, or the line; left out where it has no name." example:"芙蓉路"`
	Class   string   `json:"class,omitempty" doc:"Its class." example:"primary"`
	Exit    int      `json:"exit,omitempty" doc:"The exit of a roundabout, from 1." example:"2"`
	Metres  float64  `json:"metres" doc:"The length of the stretch." example:"820"`
	Seconds float64  `json:"seconds" doc:"What it takes." example:"61.5"`
	Point   Position `json:"point" doc:"Where it begins." example:"[112.9823,28.1941]"`
}

type wayInput struct {
	InMode
	Leaving
	Datum
	From string `query:"from" required:"true" doc:"Where the way begins: longitude,latitude." example:"112.98,28.19"`
	To   string `query:"to" required:"true" doc:"Where it ends: longitude,latitude." example:"113.13,27.83"`
}

func (s *server) way(ctx context.Context, in *wayInput) (*answer[Way], error) {
	from, err := place("from", in.From, in.Datum.Datum)
	if err != nil {
		return nil, err
	}
	to, err := place("to", in.To, in.Datum.Datum)
	if err != nil {
		return nil, err
	}
	if in.Mode == transitMode {
		return s.ride(ctx, in, from, to)
	}
	g, e, err := s.engine(ctx, in.InMode)
	if err != nil {
		return nil, err
	}
	r, err := e.Route(from, to)
	if err != nil {
		return nil, farOff(err, g, e, missed(e, from, in.From, in.To))
	}
	out := Way{
		Ground: groundOf(g, e.Mode.ID), Seconds: r.Time.Seconds(), Metres: math.Round(r.Metres), From: joint(r.From), To: joint(r.To),
		Line:  LineShape{"LineString", each(r.Path, rounded)},
		Steps: each(r.Steps, func(st reach.Step) WayStep { return wayStep(st, language(ctx)) }),
	}
	return &answer[Way]{out}, nil
}

// missed is the one of two points that no street is near.
func missed(e *reach.Engine, from geo.Point, first, second string) string {
	if len(e.Join([]geo.Point{from}, 0).Missed) > 0 {
		return first
	}
	return second
}

func wayStep(st reach.Step, lang string) WayStep {
	return WayStep{
		Turn: string(st.Turn), Text: stepText(st, lang), Name: st.Name, Class: st.Class, Exit: st.Exit,
		Metres: math.Round(st.Metres), Seconds: st.Time.Seconds(), Point: rounded(st.At),
	}
}

func stepText(st reach.Step, lang string) string {
	name := st.Name
	if name == "" {
		name = locale.T(lang, "reach.unnamed", nil)
	}
	return locale.T(lang, "reach.turn."+string(st.Turn), map[string]string{"name": name, "exit": strconv.Itoa(st.Exit)})
}
