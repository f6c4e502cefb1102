package pack

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
)

// Modes and their classes.
var (
	railClasses = []string{"metro", "maglev", "intercity", "conventional", "high-speed"}
	roadClasses = []string{"expressway", "trunk"}
	allClasses  = slices.Concat(railClasses, roadClasses)
	lengthWords = []string{"route", "main-line", "new-built", "operating"}
)

// readNetwork reads the folder network/.
func (l *loader) readNetwork() {
	l.rows(stationsFile, []string{"id", "zh", "en", "city", "lon", "lat", "source", "grade"}, nil, l.station, "station")
	l.items(railFile, func(m *mapping) { l.line(m, "rail", railClasses) }, "line", "section")
	l.items(roadsFile, func(m *mapping) { l.line(m, "road", roadClasses) }, "line", "section")
	l.items(servicesFile, l.service, "service")
}

func (l *loader) station(r record, ref area.Ref) {
	s := area.Station{
		ID: r.define("station"), Name: area.Text{Zh: r.text("zh", must), En: r.text("en", must)}, City: r.refer("city", "city", may),
		Cite: r.cited(), Ref: ref,
	}
	lon, okLon := r.number("lon", must)
	lat, okLat := r.number("lat", must)
	s.Point = [2]float64{lon, lat}
	if okLon && okLat {
		reach := reachFar
		if s.City != "" {
			reach = reachArea
		}
		l.checkPoint(s.Point, r.look.cell("lon").at, reach)
	}
	l.pack.Network.Stations = append(l.pack.Network.Stations, s)
}

var colourForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (l *loader) line(m *mapping, mode string, classes []string) {
	line := area.Line{
		ID: m.define("line"), Mode: m.word("mode", must, mode), Class: m.word("class", must, classes...), Name: m.bilingual("name", must),
		Colour: m.text("colour", may), DesignKmh: m.positive("design_kmh", may), Cite: m.cited(), Ref: m.ref(),
	}
	if line.Colour != "" && !colourForm.MatchString(line.Colour) {
		l.report(m.look.cell("colour").at, "bad-colour", "value", line.Colour)
	}
	for _, c := range m.cells("stations", may) {
		if slices.Contains(line.Stations, c.text) && (len(line.Stations) < 3 || c.text != line.Stations[0]) { // a ring ends where it began
			l.report(c.at, "listed-twice", "value", c.text)
			continue
		}
		l.refer("station", c.text, c.at)
		line.Stations = append(line.Stations, c.text)
	}
	m.each("sections", must, func(s *mapping) { line.Sections = append(line.Sections, l.section(s, &line)) })
	l.pack.Network.Lines = append(l.pack.Network.Lines, line)
}

func (l *loader) section(m *mapping, line *area.Line) area.Section {
	s := area.Section{
		ID: m.define("section"), Line: line.ID, Name: m.bilingual("name", must), From: m.refer("from", "station", may), To: m.refer("to", "station", may),
		Scopes: m.refs("scopes", "scope", must), Project: m.refer("project", "project", may), Ref: m.ref(),
	}
	if m.look.cell("source").there || m.look.cell("grade").there {
		m.cited()
	}
	l.ends(m, line, &s)
	s.Path = l.course(m, "path", may)
	m.each("lengths", must, func(k *mapping) {
		length := area.Length{Km: k.positive("km", must), Definition: k.word("definition", must, lengthWords...), Cite: k.cited(), Ref: k.ref()}
		if slices.ContainsFunc(s.Lengths, func(o area.Length) bool {
			return o.Km == length.Km && o.Definition == length.Definition && o.Source == length.Source
		}) {
			l.report(k.at, "same-length", "km", num(length.Km), "definition", length.Definition)
		}
		s.Lengths = append(s.Lengths, length)
	})
	l.byCity(m, &s)
	if o := m.sub("opened", may); o != nil {
		d := o.happened()
		s.Opened = &d
		o.done()
	}
	s.Planned = m.promises("planned")
	l.claimed(m, &s)
	return s
}

// happened reads a day on which something took place. It is known that day, or
// later where the row says so, never before.
func (m *mapping) happened() area.Dated {
	d := area.Dated{Date: m.date("date", must), Known: m.date("known", may), Cite: m.cited(), Ref: m.ref()}
	if d.Known == 0 {
		d.Known = d.Date
	}
	if d.Known < d.Date {
		m.l.report(m.look.cell("known").at, "known-too-early", "date", d.Date.String(), "known", d.Known.String())
	}
	return d
}

// promises reads planned days, each with the day the promise was published.
func (m *mapping) promises(key string) []area.Dated {
	var list []area.Dated
	m.each(key, may, func(k *mapping) {
		d := area.Dated{Date: k.date("date", must), Known: k.date("known", must), Cite: k.cited(), Ref: k.ref()}
		if slices.ContainsFunc(list, func(o area.Dated) bool { return o.Date == d.Date && o.Known == d.Known && o.Source == d.Source }) {
			m.l.report(k.at, "same-promise", "date", d.Date.String())
		}
		list = append(list, d)
	})
	return list
}

// ends holds a section's first and last station against its line.
func (l *loader) ends(m *mapping, line *area.Line, s *area.Section) {
	from, to := m.look.cell("from").at, m.look.cell("to").at
	switch {
	case s.From == "" && s.To == "":
		return
	case s.From == "":
		l.report(from, "one-end", "other", s.To)
		return
	case s.To == "":
		l.report(to, "one-end", "other", s.From)
		return
	case s.From == s.To && len(line.Stations) > 0 && (line.Stations[0] != s.From || line.Stations[len(line.Stations)-1] != s.From):
		l.report(to, "same-ends", "value", s.To)
		return
	}
	for _, end := range []struct {
		id string
		at place
	}{{s.From, from}, {s.To, to}} {
		if _, known := l.ids["station"][end.id]; known && !slices.Contains(line.Stations, end.id) {
			l.report(end.at, "not-on-line", "id", end.id, "line", line.ID)
		}
	}
}

// course reads a list of two points and more, a line drawn on the map.
func (l *loader) course(m *mapping, key string, n need) [][2]float64 {
	points, items, at := l.points(m, key, n)
	if items == 1 || items == 0 && n == must && m.keys[key] != nil {
		l.report(at, "short-path")
	}
	return points
}

// points reads a list of points, and counts its items; -1 where there is no list.
func (l *loader) points(m *mapping, key string, n need) (points [][2]float64, items int, at place) {
	list, at := m.list(key, n)
	if list == nil && (m.keys[key] == nil || m.keys[key].Kind != yaml.SequenceNode) {
		return nil, -1, at
	}
	for _, node := range list {
		at := m.tree().place(node, m.join(key))
		node = m.tree().resolve(node)
		if node == nil {
			break
		}
		p, ok := m.tree().pointOf(node, at)
		if ok {
			l.checkPoint(p, at, reachFar)
			points = append(points, p)
		}
	}
	return points, len(list), at
}

// byCity reads the kilometres in each city; together they may exceed the longest
// published length by a fiftieth, for rounding, and no more.
func (l *loader) byCity(m *mapping, s *area.Section) {
	parts := m.sub("by_city", may)
	if parts == nil {
		return
	}
	s.ByCity = map[string]float64{}
	sum, longest := 0.0, 0.0
	for _, id := range slices.Sorted(maps.Keys(parts.names)) {
		l.refer("city", id, m.tree().place(parts.names[id], parts.join(id)))
		km := parts.positive(id, must)
		s.ByCity[id] = km
		sum += km
	}
	for _, k := range s.Lengths {
		longest = max(longest, k.Km)
	}
	if longest > 0 && sum > longest*1.02 {
		l.report(parts.at, "parts-exceed-whole", "sum", strings.TrimSuffix(num(float64(int64(sum*1000+0.5))/1000), ".0"), "km", num(longest))
	}
	parts.done()
}

// claimed holds what a section says of its project against what the project says.
func (l *loader) claimed(m *mapping, s *area.Section) {
	if s.Project == "" || s.ID == "" {
		return
	}
	id, project, at := s.ID, s.Project, m.look.cell("project").at
	l.after(func() {
		for i := range l.pack.Plan.Projects {
			if p := &l.pack.Plan.Projects[i]; p.ID == project && !slices.Contains(p.Sections, id) {
				l.report(at, "section-not-listed", "section", id, "project", project, "where", p.Ref.File)
			}
		}
	})
}
