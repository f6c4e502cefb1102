package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"conurb/area"
)

// feature is what a district outline looks like in GeoJSON (RFC 7946 §3.2).
type feature struct {
	Type       string `json:"type"`
	Properties struct {
		Code string `json:"code"`
	} `json:"properties"`
	Geometry struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

// readOutlines reads area/outlines.geojson feature by feature, so that a fault
// is reported where its feature begins.
func (l *loader) readOutlines() {
	b, ok := l.text(outlinesFile)
	if !ok {
		return
	}
	var whole json.RawMessage
	if err := json.Unmarshal(b, &whole); err != nil {
		start := len(b)
		if syntax := new(json.SyntaxError); errors.As(err, &syntax) {
			start = int(syntax.Offset) - 1
		}
		l.report(offset(outlinesFile, b, start), "json-syntax", "cause", strings.TrimPrefix(err.Error(), "json: "))
		return
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	if !toFeatures(dec) {
		l.report(offset(outlinesFile, b, 0), "not-geojson")
		return
	}
	seen := map[string]place{}
	for dec.More() {
		start := int(dec.InputOffset())
		start += len(b[start:]) - len(bytes.TrimLeft(b[start:], " \t\r\n,"))
		at := offset(outlinesFile, b, start)
		var f feature
		if err := dec.Decode(&f); err != nil {
			l.report(at, "bad-feature", "cause", strings.TrimPrefix(err.Error(), "json: "))
			continue
		}
		l.outline(&f, at, seen)
	}
}

// toFeatures moves to the first feature of the collection.
func toFeatures(dec *json.Decoder) bool {
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return false
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return false
		}
		if key == "features" {
			open, err := dec.Token()
			return err == nil && open == json.Delim('[')
		}
		var skip json.RawMessage
		if dec.Decode(&skip) != nil {
			return false
		}
	}
	return false
}

func (l *loader) outline(f *feature, at place, seen map[string]place) {
	code := f.Properties.Code
	at.field = "properties.code"
	switch {
	case code == "":
		l.report(at, "missing-field")
		return
	case seen[code].line > 0:
		l.report(at, "duplicate-id", "id", code, "first", seen[code].where())
		return
	}
	seen[code] = at
	l.refer("district", code, at)
	at.field = "geometry"
	polygons, ok := f.polygons()
	if !ok {
		l.report(at, "not-a-polygon", "id", code, "type", f.Geometry.Type)
		return
	}
	for _, rings := range polygons {
		for _, ring := range rings {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				l.report(at, "open-ring", "id", code)
				return
			}
			for _, p := range ring {
				if !l.frame.holds(p, reachArea) {
					l.checkPoint(p, at, reachArea)
					return
				}
			}
		}
	}
	l.pack.Area.Outlines = append(l.pack.Area.Outlines, area.Outline{District: code, Rings: polygons})
}

func (f *feature) polygons() (polygons [][][][2]float64, ok bool) {
	switch f.Geometry.Type {
	case "Polygon":
		var rings [][][2]float64
		ok = json.Unmarshal(f.Geometry.Coordinates, &rings) == nil
		polygons = append(polygons, rings)
	case "MultiPolygon":
		ok = json.Unmarshal(f.Geometry.Coordinates, &polygons) == nil
	}
	return polygons, ok && f.Type == "Feature"
}
