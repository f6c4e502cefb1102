package pack

import (
	"net/url"
	"strconv"
	"time"
	_ "time/tzdata" // a pack's time zone is checked the same on a machine without the database

	"conurb/area"
)

// readHead reads pack.yaml: what the pack is, and where its map opens.
func (l *loader) readHead() {
	p := l.pack
	l.single(packFile, func(m *mapping) {
		p.ID = m.id("pack", must)
		if v, ok := m.number("format", must); ok {
			if p.Format = int(v); v != Format {
				m.l.report(m.look.cell("format").at, "unknown-format", "value", num(v), "known", strconv.Itoa(Format))
			}
		}
		p.Name = m.bilingual("name", must)
		p.Timezone = m.text("timezone", must)
		if _, err := time.LoadLocation(p.Timezone); p.Timezone != "" && (err != nil || p.Timezone == "Local") {
			l.report(m.look.cell("timezone").at, "bad-timezone", "value", p.Timezone)
		}
		if view := m.sub("map", must); view != nil {
			p.Map.Centre = l.mapCentre(view)
			p.Map.Zoom = view.within("zoom", must, 0, 22)
			view.done()
		}
		p.Licence = m.text("licence", must)
		p.Notice = m.bilingual("notice", must)
		need := need(l.files[outlinesFile] != nil)
		if outlines := m.sub("outlines", need); outlines != nil {
			p.OutlineCite = outlines.cited()
			p.OutlineNote = outlines.bilingual("note", may)
			outlines.done()
		}
	})
}

// mapCentre fixes the frame that every coordinate of the pack is held against.
func (l *loader) mapCentre(view *mapping) [2]float64 {
	p, at, ok := view.point("centre", must)
	if !ok {
		return p
	}
	if onEarth(p) {
		l.frame = frame{centre: p, known: true}
	} else {
		l.checkPoint(p, at, 0)
	}
	return p
}

// readSources reads sources.yaml.
func (l *loader) readSources() {
	l.items(sourcesFile, func(m *mapping) {
		s := area.Source{
			ID: m.define("source"), Title: m.bilingual("title", must), Publisher: m.text("publisher", may), URL: m.text("url", may),
			Published: m.date("published", must), Grade: area.Grade(m.word("grade", must, grades...)), Licence: m.text("licence", may), Ref: m.ref(),
		}
		if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
			l.report(m.look.cell("url").at, "bad-url", "value", s.URL)
		}
		l.pack.Sources = append(l.pack.Sources, s)
	}, "source")
}

// frame is where on Earth the area lies.
type frame struct {
	centre [2]float64
	known  bool
}

// Reaches, in degrees from the centre of the map: far more than a metropolitan
// area, far less than a typing error.
const (
	reachArea = 4.0  // cities, districts, stations inside
	reachFar  = 15.0 // stations outside, and the lines to them
)

func onEarth(p [2]float64) bool {
	return p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90
}

func (f frame) holds(p [2]float64, reach float64) bool {
	return onEarth(p) && (!f.known || p[0] >= f.centre[0]-reach && p[0] <= f.centre[0]+reach && p[1] >= f.centre[1]-reach && p[1] <= f.centre[1]+reach)
}

// checkPoint reports a coordinate outside the area; one that would be inside
// with longitude and latitude exchanged is named as such.
func (l *loader) checkPoint(p [2]float64, at place, reach float64) {
	switch swapped := [2]float64{p[1], p[0]}; {
	case l.frame.holds(p, reach):
	case l.frame.holds(swapped, reach):
		l.report(at, "swapped-coordinates", "lon", num(p[0]), "lat", num(p[1]))
	default:
		l.report(at, "far-coordinates", "lon", num(p[0]), "lat", num(p[1]), "centre", num(l.frame.centre[0])+", "+num(l.frame.centre[1]))
	}
}
