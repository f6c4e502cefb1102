package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"conurb/area"
	"conurb/plan/pack"
)

// NamedPlace is a place of the area that travel times can be asked from.
type NamedPlace struct {
	Kind  string   `json:"kind" enum:"city,station,point" doc:"A city centre, a station, or the point that was written down." example:"station"`
	ID    string   `json:"id" doc:"Its id." example:"changsha-south"`
	Name  Text     `json:"name" doc:"Its name."`
	City  string   `json:"city,omitempty" doc:"The city it lies in; left out outside the area." example:"changsha"`
	Point Position `json:"point" doc:"WGS-84 longitude and latitude." example:"[113.0647,28.1465]"`
}

type placesInput struct {
	Language
	Datum
	Q     string `query:"q" maxLength:"200" doc:"Part of a name in either language, or of an id; or longitude,latitude, which are moved to WGS-84 from the datum; the city centres when left out." example:"长沙南"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"12" doc:"How many to return." example:"12"`
}

// places finds city centres and stations: names that begin with the text first.
func (s *server) places(_ context.Context, in *placesInput) (*answer[[]NamedPlace], error) {
	if p, err := place("q", in.Q, in.Datum.Datum); err == nil {
		at := strings.TrimSpace(in.Q)
		return &answer[[]NamedPlace]{[]NamedPlace{{Kind: "point", ID: at, Name: Text{at, at}, Point: rounded(p)}}}, nil
	}
	words, out := newFinder(in.Q), []NamedPlace{}
	for _, p := range namedPlaces(s.desk.Pack()) {
		if len(words) == 0 && p.Kind == "city" || len(words) > 0 && words.finds(p.Name.Zh, p.Name.En, p.ID) {
			out = append(out, p)
		}
	}
	whole := fold(strings.TrimSpace(in.Q))
	rank := func(p NamedPlace) int {
		if strings.HasPrefix(fold(p.Name.Zh), whole) || strings.HasPrefix(fold(p.Name.En), whole) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b NamedPlace) int { return cmp.Compare(rank(a), rank(b)) })
	return &answer[[]NamedPlace]{out[:min(in.Limit, len(out))]}, nil
}

func namedPlaces(p *pack.Pack) []NamedPlace {
	cities := each(p.Area.Cities, func(c area.City) NamedPlace { return NamedPlace{"city", c.ID, text(c.Name), c.ID, Position(c.Centre)} })
	return append(cities, each(p.Network.Stations, func(s area.Station) NamedPlace {
		return NamedPlace{"station", s.ID, text(s.Name), s.City, Position(s.Point)}
	})...)
}
