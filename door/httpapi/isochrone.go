package httpapi

import (
	"context"
	"io"
	"math"

	"conurb/connect/reach"
	"conurb/door/export"
	"conurb/kit/geo"
)

const geoJSONType = "application/geo+json"

// Isochrones are the ground within some times of a place, and what lies on it.
type Isochrones struct {
	Ground
	Direction string    `json:"direction" enum:"outbound,inbound" doc:"outbound: what one gets to from the place; inbound: whence one gets to it." example:"outbound"`
	Point     Position  `json:"point" doc:"The place asked about, WGS-84 longitude and latitude." example:"[112.9823,28.1938]"`
	Joint     Joint     `json:"joint" doc:"Where it was joined to the network."`
	Step      float64   `json:"step" doc:"The metres between the points of the grid that the shapes were drawn on." example:"118.4"`
	Within    []Within  `json:"within" nullable:"false" doc:"What lies within each limit, the shortest first."`
	Shapes    ShapeList `json:"shapes" doc:"The ground within each limit, the longest first, so that the shorter are drawn over it. Each shape holds the shorter ones too."`
}

// Within is what lies within a limit of time.
type Within struct {
	Minutes float64  `json:"minutes" doc:"The limit." example:"30"`
	Km2     float64  `json:"km2" doc:"The ground within it in km²." example:"412.7"`
	Places  *int     `json:"places" doc:"The cells within it, by their own travel times and not by the shape; null where the network has no cells." example:"1204"`
	Sums    []Amount `json:"sums" nullable:"false" doc:"The sums of the columns over those cells."`
}

// ShapeList is a GeoJSON FeatureCollection.
type ShapeList struct {
	Type     string  `json:"type" enum:"FeatureCollection" doc:"As RFC 7946 names it." example:"FeatureCollection"`
	Features []Shape `json:"features" nullable:"false" doc:"One for each limit."`
}

// Shape is the ground within one limit.
type Shape struct {
	Type       string     `json:"type" enum:"Feature" doc:"As RFC 7946 names it." example:"Feature"`
	Geometry   ShapeRings `json:"geometry" doc:"The ground, with its holes."`
	Properties ShapeLimit `json:"properties" doc:"Which limit it is."`
}

// ShapeRings is a GeoJSON MultiPolygon.
type ShapeRings struct {
	Type        string   `json:"type" enum:"MultiPolygon" doc:"As RFC 7946 names it." example:"MultiPolygon"`
	Coordinates Polygons `json:"coordinates" nullable:"false" doc:"Polygons of rings of WGS-84 longitude and latitude: the outer ring, then its holes." example:"[[[[112.9,28.1],[113.1,28.1],[113,28.3],[112.9,28.1]]]]"`
}

// ShapeLimit are the properties of a shape.
type ShapeLimit struct {
	Minutes  float64 `json:"minutes" doc:"The limit." example:"30"`
	Modelled bool    `json:"modelled" doc:"True where the streets or the people are a model and not a survey." example:"true"`
}

type isochroneInput struct {
	InMode
	Bearing
	Leaving
	Datum
	Lon     float64 `query:"lon" required:"true" minimum:"-180" maximum:"180" doc:"The longitude of the place." example:"112.9823"`
	Lat     float64 `query:"lat" required:"true" minimum:"-90" maximum:"90" doc:"The latitude of the place." example:"28.1938"`
	Minutes string  `query:"minutes" default:"15,30,45,60" doc:"The limits in minutes, 1 to 300, at most eight of them." example:"15,30,45,60"`
}

// circles are isochrones with what was counted within them.
type circles struct {
	ground *reach.Ground
	engine *reach.Engine
	mode   string
	at     geo.Point
	iso    *reach.Isochrones
	names  []string
	sums   reach.Sums // empty where there are no cells
}

func (s *server) circles(ctx context.Context, in *isochroneInput) (*circles, error) {
	if in.Mode == transitMode {
		return s.ridden(ctx, in)
	}
	g, e, err := s.engine(ctx, in.InMode)
	if err != nil {
		return nil, err
	}
	limits, err := limits(in.Minutes)
	if err != nil {
		return nil, err
	}
	c := &circles{ground: g, engine: e, mode: e.Mode.ID}
	where := coordinate(in.Lon) + "," + coordinate(in.Lat)
	if c.at, err = onEarth("lon,lat", in.Lon, in.Lat, in.Datum.Datum); err != nil {
		return nil, err
	}
	d := directionOf(in.Direction)
	if c.iso, err = e.Isochrones(ctx, d, c.at, limits, 0); err != nil {
		return nil, farOff(err, g, e, where)
	}
	cells, err := g.Joined(e.Mode.ID)
	if err != nil || cells == nil {
		return c, err
	}
	q := reach.Question{Limits: limits}
	c.names, q.Columns, _ = g.Columns()
	return c, e.Count(ctx, d, e.Join([]geo.Point{c.at}, 0), cells, q, reach.Work{}, func(_ int, sums reach.Sums) error {
		c.sums = sums
		return nil
	})
}

func (s *server) isochrones(ctx context.Context, in *isochroneInput) (*answer[Isochrones], error) {
	c, err := s.circles(ctx, in)
	if err != nil {
		return nil, err
	}
	out := Isochrones{
		Ground: groundOf(c.ground, c.mode), Direction: in.Direction, Point: rounded(c.at), Joint: joint(c.iso.Spot),
		Step: tenth(c.iso.Step), Within: c.within(), Shapes: ShapeList{Type: "FeatureCollection", Features: []Shape{}},
	}
	for i := len(c.iso.Lines) - 1; i >= 0; i-- {
		l := c.iso.Lines[i]
		out.Shapes.Features = append(out.Shapes.Features, Shape{"Feature", rings(l.Polygons), ShapeLimit{l.Limit.Seconds() / 60, out.Modelled}})
	}
	return &answer[Isochrones]{out}, nil
}

func (c *circles) within() []Within {
	out := []Within{}
	for i, l := range c.iso.Lines {
		w := Within{Minutes: l.Limit.Seconds() / 60, Km2: math.Round(l.Km2*1000) / 1000, Sums: []Amount{}}
		if c.sums.Places != nil {
			w.Places = &c.sums.Places[i]
			for k, name := range c.names {
				w.Sums = append(w.Sums, Amount{name, c.sums.At[i][k]})
			}
		}
		out = append(out, w)
	}
	return out
}

// isochroneFile is the same as a file that geographic programs read.
func (s *server) isochroneFile(ctx context.Context, in *isochroneInput) (*file, error) {
	c, err := s.circles(ctx, in)
	if err != nil {
		return nil, err
	}
	about := export.Basis(c.ground, language(ctx))
	about["modelled"] = groundOf(c.ground, c.mode).Modelled
	about["network"], about["mode"], about["direction"] = c.ground.ID, c.mode, in.Direction
	about["lon"], about["lat"] = c.at[0], c.at[1]
	var counted []map[string]any
	for _, w := range c.within() {
		sums := map[string]any{}
		for _, a := range w.Sums {
			sums[a.Name] = a.Sum
		}
		if w.Places != nil {
			sums["places"] = *w.Places
		}
		counted = append(counted, sums)
	}
	list := export.Isochrones(c.iso, counted, about)
	return document(geoJSONType, "isochrones.geojson", func(w io.Writer) error { return export.WriteJSON(w, list) })
}

// rings are polygons to the fifth decimal, about a metre, which is far below the
// step of the grid they were drawn on.
func rings(list []reach.Polygon) ShapeRings {
	out := ShapeRings{"MultiPolygon", make(Polygons, len(list))}
	for i, p := range list {
		for _, ring := range p {
			line := make([]Position, len(ring))
			for k, at := range ring {
				line[k] = rounded(at)
			}
			out.Coordinates[i] = append(out.Coordinates[i], line)
		}
	}
	return out
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }
