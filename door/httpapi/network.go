package httpapi

import (
	"context"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/door/tiles"
	"conurb/kit/geo"
)

const tileType = "application/vnd.mapbox-vector-tile"

// Section is a stretch of a line or road with its standing.
type Section struct {
	Line       string    `json:"line" doc:"The line or road." example:"metro-3"`
	LineName   Text      `json:"lineName" doc:"The name of the line."`
	Section    string    `json:"section" doc:"The section." example:"west-ring-1"`
	Name       Text      `json:"name" doc:"The name of the section."`
	Class      string    `json:"class" doc:"metro, maglev, intercity, conventional, high-speed, expressway or trunk." example:"intercity"`
	Mode       string    `json:"mode" enum:"rail,road" doc:"Rail or road." example:"rail"`
	Colour     string    `json:"colour,omitempty" doc:"The colour of the line." example:"#d7263d"`
	DesignKmh  float64   `json:"designKmh,omitempty" doc:"The design speed in km/h; left out where unknown." example:"120"`
	Km         *float64  `json:"km" doc:"The first published length in km; null where none is." example:"17.29"`
	Definition string    `json:"definition,omitempty" doc:"How that length was defined." example:"operating"`
	Lengths    []Length  `json:"lengths" nullable:"false" doc:"Every published length."`
	Scopes     []string  `json:"scopes" nullable:"false" doc:"The scopes whose totals it counts in." example:"[\"metropolitan-area\"]"`
	Status     string    `json:"status" enum:"open,late,planned,unknown" doc:"The standing: late when the first day promised has passed without an opening." example:"open"`
	Opened     area.Date `json:"opened,omitempty" format:"date" doc:"The day it opened." example:"2023-06-28"`
	Due        area.Date `json:"due,omitempty" format:"date" doc:"The first day promised." example:"2023-06-30"`
	Expected   area.Date `json:"expected,omitempty" format:"date" doc:"The newest day promised." example:"2023-06-30"`
	Source     string    `json:"source,omitempty" doc:"The source of the opening." example:"hunan-daily-2023"`
	Grade      string    `json:"grade,omitempty" doc:"How far it can be trusted." example:"b"`
	Project    string    `json:"project,omitempty" doc:"The project that builds it." example:"west-ring"`
	Ref        *Ref      `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// Length is one published length of a section.
type Length struct {
	Km         float64 `json:"km" doc:"The length in km." example:"17.29"`
	Definition string  `json:"definition" doc:"route, main-line, new-built or operating." example:"operating"`
	Source     string  `json:"source,omitempty" doc:"The source." example:"hunan-daily-2023"`
	Grade      string  `json:"grade" doc:"How far it can be trusted." example:"b"`
}

func (s *server) network(ctx context.Context, in *daysInput) (*answer[[]Section], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	from, err := s.desk.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	all := tiles.NewStandings(from.Network, from.Plan.Projects)
	out := []Section{}
	for i := range from.Network.Lines {
		line := &from.Network.Lines[i]
		for j := range line.Sections {
			out = append(out, section(line, &line.Sections[j], all.Of(&line.Sections[j], moment(q))))
		}
	}
	return &answer[[]Section]{out}, nil
}

func section(line *area.Line, sec *area.Section, st tiles.Standing) Section {
	out := Section{
		Line: line.ID, LineName: text(line.Name), Section: sec.ID, Name: text(sec.Name), Class: line.Class, Mode: line.Mode, Colour: line.Colour,
		DesignKmh: line.DesignKmh, Scopes: strings0(sec.Scopes), Status: string(st.Status), Opened: st.Opened, Due: st.Due, Expected: st.Expected,
		Project: sec.Project, Ref: ref(sec.Ref),
		Lengths: each(sec.Lengths, func(l area.Length) Length { return Length{l.Km, l.Definition, l.Source, string(l.Grade)} }),
	}
	if len(sec.Lengths) > 0 {
		out.Km, out.Definition = &sec.Lengths[0].Km, sec.Lengths[0].Definition
	}
	if st.Status == tiles.Open {
		out.Source, out.Grade = sec.Opened.Source, string(sec.Opened.Grade)
	}
	return out
}

type tileInput struct {
	Days
	TileAddress
}

// TileAddress is where a tile lies in the pyramid.
type TileAddress struct {
	Z string `path:"z" doc:"The level of the tile, 0 to 22." example:"8"`
	X string `path:"x" doc:"The column, from the west." example:"208"`
	Y string `path:"y" doc:"The row, from the north, with .mvt after it." example:"107.mvt"`
}

func (s *server) tile(ctx context.Context, in *tileInput) (*file, error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	t, ok := in.tile()
	if !ok {
		return nil, refuse("bad-tile", "tile", in.Z+"/"+in.X+"/"+in.Y)
	}
	b, err := s.areaMap.Cut(t, moment(q))
	if err != nil {
		return nil, err
	}
	return &file{Type: tileType, Caching: "public, max-age=300", Body: b}, nil
}

func (in *TileAddress) tile() (t geo.Tile, ok bool) {
	row, suffixed := strings.CutSuffix(in.Y, ".mvt")
	z, err1 := strconv.Atoi(in.Z)
	x, err2 := strconv.ParseUint(in.X, 10, 32)
	y, err3 := strconv.ParseUint(row, 10, 32)
	t = geo.Tile{Z: z, X: uint32(x), Y: uint32(y)}
	return t, suffixed && err1 == nil && err2 == nil && err3 == nil && t.Valid()
}
