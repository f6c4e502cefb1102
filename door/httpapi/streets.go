package httpapi

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/kit/geo"
)

// Basis says what figures or streets rest on.
type Basis struct {
	Modelled bool   `json:"modelled" doc:"True where it is a model and not a survey." example:"true"`
	Text     Text   `json:"text" doc:"The rule it was made by, or where it comes from."`
	Source   string `json:"source,omitempty" doc:"The file or document it was made from." example:"porto_portugal.osm.pbf"`
	Digest   string `json:"digest,omitempty" doc:"The digest of that file." example:"sha256:9f86d081884c7d65"`
}

// Ground is what an answer about travel times rests on.
type Ground struct {
	Network  string `json:"network" doc:"The network." example:"czt"`
	Mode     string `json:"mode" doc:"The way of moving." example:"car"`
	Modelled bool   `json:"modelled" doc:"True where the streets or the people are a model and not a survey: say so wherever the figures are shown." example:"true"`
	Streets  Basis  `json:"streets" doc:"What the streets rest on."`
	People   *Basis `json:"people,omitempty" doc:"What the people rest on; left out where the network has no cells."`
}

// Joint is where a point was joined to the network.
type Joint struct {
	Point   Position `json:"point" doc:"The point on the street, WGS-84 longitude and latitude." example:"[112.9823,28.1941]"`
	Metres  float64  `json:"metres" doc:"The metres between the point asked about and the street." example:"41"`
	Seconds float64  `json:"seconds" doc:"What that leg takes; it is part of every time." example:"29.5"`
}

// StreetNetwork is a street network that can be asked for travel times.
type StreetNetwork struct {
	ID       string       `json:"id" doc:"The network." example:"czt"`
	Name     Text         `json:"name" doc:"Its name."`
	State    string       `json:"state" enum:"ready,preparing,failed" doc:"Whether it can be asked; one that is being prepared makes its first question wait." example:"ready"`
	Cause    string       `json:"cause,omitempty" doc:"Why it could not be prepared." example:"porto.cnet: checksum of car/head does not match"`
	Modelled bool         `json:"modelled" doc:"True where the streets or the people are a model and not a survey." example:"true"`
	Basis    *Basis       `json:"basis,omitempty" doc:"What its streets rest on; left out until it is ready."`
	Country  string       `json:"country,omitempty" doc:"The country whose legal speeds hold, ISO 3166-1 alpha-2." example:"PT"`
	Built    string       `json:"built,omitempty" format:"date-time" doc:"When it was built." example:"2026-11-26T09:00:00Z"`
	Bounds   []float64    `json:"bounds" nullable:"false" doc:"West, south, east and north of its streets; empty until it is ready." example:"[111.9,27.0,114.3,28.7]"`
	Modes    []StreetMode `json:"modes" nullable:"false" doc:"The ways of moving it was built for."`
	Cells    *PeopleCells `json:"cells" doc:"The people on it; null where there are none."`
	Service  *ServiceDay  `json:"service" doc:"The public transport on it; null where there is none. Where there is, mode transit can be asked for too."`
}

// StreetMode is the network for one way of moving.
type StreetMode struct {
	ID           string  `json:"id" doc:"The way of moving." example:"car"`
	Nodes        int     `json:"nodes" doc:"The nodes of its graph." example:"66041"`
	Edges        int     `json:"edges" doc:"The pieces of street between them." example:"79216"`
	Km           float64 `json:"km" doc:"Their length together in km." example:"5123.4"`
	LeftOutParts int     `json:"leftOutParts" doc:"Parts of the map that hang together by themselves but not with the rest, and were left out." example:"12"`
}

// PeopleCells are the cells on a network.
type PeopleCells struct {
	Count      int      `json:"count" doc:"How many cells." example:"4594"`
	SideMetres float64  `json:"sideMetres" doc:"The side of a square cell in metres; 0 where the cells are points." example:"500"`
	Columns    []Amount `json:"columns" nullable:"false" doc:"The figures of the cells with their totals."`
	Basis      Basis    `json:"basis" doc:"What the figures rest on."`
}

// Amount is the sum of a column of the cells.
type Amount struct {
	Name string  `json:"name" doc:"The column; population is people." example:"population"`
	Sum  float64 `json:"sum" doc:"The sum." example:"16821434"`
}

// Datum is the parameter for the datum of points in a question.
type Datum struct {
	Datum string `query:"datum" enum:"wgs84,gcj02,bd09" default:"wgs84" doc:"The datum of the points asked about: wgs84, gcj02 (maps published in China) or bd09 (Baidu). Answers are always WGS-84, as RFC 7946 demands." example:"wgs84"`
}

// OfNetwork is the network a question is about.
type OfNetwork struct {
	Network string `path:"network" doc:"The network, from /api/v1/networks." example:"czt"`
}

// InMode is what every question about a network takes.
type InMode struct {
	OfNetwork
	Language
	Mode string `query:"mode" doc:"The way of moving, one of the network's; its first when left out. Isochrones and routes can be asked for by transit too, where the network has a service." example:"car"`
}

// Bearing is the direction that times are asked in.
type Bearing struct {
	Direction string `query:"direction" enum:"outbound,inbound" default:"outbound" doc:"outbound: what one gets to from the place; inbound: whence one gets to it." example:"inbound"`
}

func directionOf(name string) reach.Direction {
	if name == "inbound" {
		return reach.Inbound
	}
	return reach.Outbound
}

func (s *server) networks(context.Context, *Language) (*answer[[]StreetNetwork], error) {
	out := []StreetNetwork{}
	for _, g := range s.groundStates() {
		out = append(out, streetNetwork(g))
	}
	return &answer[[]StreetNetwork]{out}, nil
}

func (s *server) groundStates() []GroundState {
	if s.grounds == nil {
		return nil
	}
	return s.grounds.Grounds()
}

func streetNetwork(g GroundState) StreetNetwork {
	out := StreetNetwork{ID: g.ID, Name: text(g.Name), State: g.State, Cause: g.Cause, Bounds: []float64{}, Modes: []StreetMode{}}
	if g.Ground == nil {
		return out
	}
	info := &g.Ground.Net.Info
	b := basis(info.Basis)
	out.Basis, out.Country, out.Built, out.Modelled = &b, info.Country, info.Built, g.Ground.Modelled()
	out.Bounds = info.Bounds[:]
	for _, m := range g.Ground.Net.Modes {
		out.Modes = append(out.Modes, StreetMode{m.ID, m.Graph.Nodes(), m.Graph.Edges(), m.Report.Metres / 1000, len(m.Report.Parts)})
	}
	out.Service = serviceDay(g.Ground.Service)
	if c := g.Ground.Cells; c != nil {
		out.Cells = &PeopleCells{c.Len(), c.Side, each(c.Columns, func(k area.Column) Amount { return Amount{k.Name, k.Sum()} }), basis(c.Basis)}
	}
	return out
}

func basis(b area.Basis) Basis { return Basis{b.Modelled, text(b.Text), b.Source, b.Digest} }

func groundOf(g *reach.Ground, mode string) Ground {
	out := Ground{Network: g.ID, Mode: mode, Modelled: g.Modelled(), Streets: basis(g.Net.Info.Basis)}
	if mode == transitMode {
		out.Modelled = g.RidesModelled()
	}
	if g.Cells != nil {
		b := basis(g.Cells.Basis)
		out.People = &b
	}
	return out
}

// ground finds a network, and waits for one that is being prepared.
func (s *server) ground(ctx context.Context, id string) (*reach.Ground, error) {
	all := s.groundStates()
	if len(all) == 0 {
		return nil, refuse("no-networks")
	}
	g, err := s.grounds.Ground(ctx, id)
	switch {
	case err == nil:
		return g, nil
	case errors.Is(err, ErrUnknown):
		ids := strings.Join(each(all, func(g GroundState) string { return g.ID }), ", ")
		return nil, &refusal{code: "no-such-network", args: map[string]string{"value": id, "all": ids}, cause: err}
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, &refusal{code: "network-failed", args: map[string]string{"network": id, "cause": err.Error()}, cause: err}
}

// engine finds the engine of a mode, the first of the network where none is named.
func (s *server) engine(ctx context.Context, in InMode) (*reach.Ground, *reach.Engine, error) {
	g, err := s.ground(ctx, in.Network)
	if err != nil {
		return nil, nil, err
	}
	if in.Mode == "" && len(g.Modes()) > 0 {
		in.Mode = g.Modes()[0]
	}
	e, err := g.Engine(in.Mode)
	if err != nil {
		return nil, nil, noMode(g, in.Mode, err)
	}
	return g, e, nil
}

func noMode(g *reach.Ground, mode string, cause error) error {
	return &refusal{code: "no-such-mode", args: map[string]string{"value": mode, "all": strings.Join(g.Modes(), ", ")}, cause: cause}
}

const mostMinutes = 300

// limits reads minutes such as 15,30,45; in order, each once.
func limits(list string) ([]reach.Decis, error) {
	var out []reach.Decis
	for word := range strings.SplitSeq(list, ",") {
		m, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil || !(m >= 1 && m <= mostMinutes) {
			return nil, refuse("bad-minutes", "value", word)
		}
		out = append(out, reach.Minutes(m))
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > 8 {
		return nil, refuse("bad-minutes", "value", list)
	}
	return out, nil
}

// place reads a point such as 112.98,28.19.
func place(name, value, datum string) (geo.Point, error) {
	lon, lat, _ := strings.Cut(value, ",")
	x, err1 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, err2 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if err1 != nil || err2 != nil {
		return geo.Point{}, refuse("bad-point", "name", name, "value", value)
	}
	return onEarth(name, x, y, datum)
}

func onEarth(name string, x, y float64, datum string) (geo.Point, error) {
	if !(x >= -180 && x <= 180 && y >= -90 && y <= 90) {
		return geo.Point{}, refuse("bad-point", "name", name, "value", coordinate(x)+","+coordinate(y))
	}
	switch p := (geo.Point{x, y}); datum {
	case "gcj02":
		return geo.FromGCJ(p), nil
	case "bd09":
		return geo.FromBD(p), nil
	default:
		return p, nil
	}
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// farOff puts a refusal of the engine into the words of the door.
func farOff(err error, g *reach.Ground, e *reach.Engine, where string) error {
	switch {
	case errors.Is(err, reach.ErrNothingJoined):
		b := g.Net.Info.Bounds
		inside := strings.Join([]string{decimals(b[0]), decimals(b[1]), decimals(b[2]), decimals(b[3])}, ", ")
		if lon, lat, ok := strings.Cut(where, ","); ok && lies(b, lat, lon) {
			return &refusal{code: "swapped-point", args: map[string]string{"point": where, "swapped": lat + "," + lon}, cause: err}
		}
		metres := strconv.FormatFloat(e.Graph.Snap.Limit, 'f', 0, 64)
		return &refusal{code: "far-from-streets", args: map[string]string{"point": where, "metres": metres, "mode": e.Mode.ID, "bounds": inside}, cause: err}
	case errors.Is(err, reach.ErrNoWay):
		return &refusal{code: "no-way", args: map[string]string{"mode": e.Mode.ID}, cause: err}
	}
	return err
}

// lies tells whether a point written down lies within bounds.
func lies(b [4]float64, lon, lat string) bool {
	x, err1 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, err2 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	return err1 == nil && err2 == nil && x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3]
}

func decimals(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

func joint(s street.Spot) Joint {
	return Joint{rounded(s.Place.Point()), tenth(s.Metres), float64(s.Access) / 1000}
}
