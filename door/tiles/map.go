package tiles

import (
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"conurb/area"
	"conurb/kit/geo"
	"conurb/plan"
	"conurb/plan/measure"
)

// keptTiles bounds the cache; a screen shows some twenty tiles.
const keptTiles = 2048

// Map is the geometry of an area, ready to be cut. It is safe for concurrent use.
type Map struct {
	standings *Standings
	districts []feature
	sections  []feature
	sectionAt []*area.Section // the section of sections[i]
	stations  []feature
	servedBy  [][]int // indexes into sections of those that serve stations[i]
	cities    []feature

	mu   sync.Mutex
	kept map[cacheKey][]byte
}

type cacheKey struct {
	tile     geo.Tile
	statuses string
}

// feature is a shape on the unit square of Web Mercator with what does not
// depend on the days asked for.
type feature struct {
	shape orb.Geometry
	bound orb.Bound
	props geojson.Properties
}

// New projects the area once.
func New(a *area.Area, net *area.Network, projects []plan.Project) *Map {
	m := &Map{standings: NewStandings(net, projects), kept: map[cacheKey][]byte{}}
	m.addDistricts(a)
	points := make(map[string]geo.Point, len(net.Stations))
	for i := range net.Stations {
		points[net.Stations[i].ID] = net.Stations[i].Point
	}
	serving := m.addLines(net, points)
	m.addStations(net, serving)
	for i := range a.Cities {
		c := &a.Cities[i]
		m.cities = append(m.cities, point(c.Centre, named(c.Name, "id", c.ID, "code", c.Code)))
	}
	return m
}

// Standings returns what the map colours its lines by.
func (m *Map) Standings() *Standings { return m.standings }

func (m *Map) addDistricts(a *area.Area) {
	by := map[string]*area.District{}
	for i := range a.Districts {
		by[a.Districts[i].Code] = &a.Districts[i]
	}
	for _, o := range a.Outlines {
		d := by[o.District]
		if d == nil {
			continue
		}
		shape := make(orb.MultiPolygon, 0, len(o.Rings))
		for _, polygon := range o.Rings {
			p := make(orb.Polygon, 0, len(polygon))
			for _, ring := range polygon {
				p = append(p, orb.Ring(project(ring)))
			}
			shape = append(shape, p)
		}
		m.districts = append(m.districts, feature{shape, shape.Bound(), named(d.Name, "id", d.Code, "city", d.City, "kind", d.Kind)})
	}
}

// addLines returns the sections that serve each station.
func (m *Map) addLines(net *area.Network, points map[string]geo.Point) map[string][]int {
	serving := map[string][]int{}
	for i := range net.Lines {
		line := &net.Lines[i]
		for j := range line.Sections {
			s := &line.Sections[j]
			path := Path(line, s, points)
			if len(path) < 2 {
				continue
			}
			for _, id := range measure.Served(line, s) {
				serving[id] = append(serving[id], len(m.sections))
			}
			props := named(sectionName(line, s), "id", s.ID, "line", line.ID, "class", line.Class, "mode", line.Mode, "project", s.Project)
			if len(s.Lengths) > 0 {
				props["km"], props["definition"] = s.Lengths[0].Km, s.Lengths[0].Definition
			}
			shape := orb.LineString(project(path))
			m.sections = append(m.sections, feature{shape, shape.Bound(), props})
			m.sectionAt = append(m.sectionAt, s)
		}
	}
	return serving
}

func (m *Map) addStations(net *area.Network, serving map[string][]int) {
	for i := range net.Stations {
		s := &net.Stations[i]
		var lines []string
		for _, k := range serving[s.ID] {
			lines = append(lines, m.sections[k].props["line"].(string))
		}
		m.stations = append(m.stations, point(s.Point, named(s.Name, "id", s.ID, "city", s.City, "lines", strings.Join(lines, ","))))
		m.servedBy = append(m.servedBy, serving[s.ID])
	}
}

// Path returns the points that a section is drawn through, nil where the pack
// does not say.
func Path(line *area.Line, s *area.Section, stations map[string]geo.Point) []geo.Point {
	if len(s.Path) > 0 {
		return s.Path
	}
	var path []geo.Point
	for _, id := range measure.Served(line, s) {
		if p, ok := stations[id]; ok {
			path = append(path, p)
		}
	}
	return path
}

func sectionName(line *area.Line, s *area.Section) area.Text {
	return area.Text{Zh: strings.TrimSpace(line.Name.Zh + " " + s.Name.Zh), En: strings.TrimSpace(line.Name.En + " " + s.Name.En)}
}

func named(name area.Text, pairs ...string) geojson.Properties {
	p := geojson.Properties{"name_zh": name.In("zh-CN"), "name_en": name.In("en")}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			p[pairs[i]] = pairs[i+1]
		}
	}
	return p
}

func point(p geo.Point, props geojson.Properties) feature {
	x, y := geo.Mercator(p)
	shape := orb.Point{x, y}
	return feature{shape, shape.Bound(), props}
}

func project(path []geo.Point) []orb.Point {
	out := make([]orb.Point, len(path))
	for i, p := range path {
		out[i][0], out[i][1] = geo.Mercator(p)
	}
	return out
}
