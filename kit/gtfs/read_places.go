package gtfs

import (
	"math"
	"strconv"
	"time"
	_ "time/tzdata" // a time zone is read the same on a machine without the database

	"conurb/kit/geo"
)

func itoa[T ~int | ~int32](n T) string { return strconv.Itoa(int(n)) }

func (in *reading) readAgencies() {
	const (
		id = iota
		name
		url
		zone
		lang
		phone
		fare
		email
		cemv
	)
	in.agencies = map[string]Agency{}
	t := in.open("agency.txt", "agency_id", "agency_name!", "agency_url", "agency_timezone!", "agency_lang", "agency_phone", "agency_fare_url", "agency_email", "cemv_support")
	if t == nil {
		return
	}
	defer t.done()
	var seen []int32
	for t.next() {
		a := AgencyRow{ID: t.text(id), Name: t.text(name), URL: t.text(url), Timezone: t.text(zone), Lang: t.text(lang),
			Phone: t.text(phone), FareURL: t.text(fare), Email: t.text(email), CEMV: t.text(cemv)}
		if a.Name == "" {
			t.note(Warning, "missing_required_field", "taken-as-empty", name)
		}
		in.zone(t, zone, a.Timezone)
		if unique(t, in.agencies, a.ID, Agency(len(in.f.Agencies)), id, seen) {
			in.f.Agencies = append(in.f.Agencies, a)
			seen = append(seen, int32(t.rows.line))
		}
	}
	if len(in.f.Agencies) == 0 && in.report.Errors() == 0 && in.err == nil {
		in.note(Error, "empty_file", "", "agency.txt", 0, "")
	}
}

// zone takes the time zone of the feed from its first agency; all must agree.
func (in *reading) zone(t *table, col int, name string) {
	switch {
	case name == "":
		t.note(Error, "missing_required_field", "", col)
	case in.f.Timezone == "":
		where, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			t.note(Error, "invalid_timezone", "", col, "value", name)
			return
		}
		in.f.Timezone, in.f.Location = name, where
	case in.f.Timezone != name:
		t.note(Error, "inconsistent_agency_timezone", "", col, "value", name, "first", in.f.Timezone)
	}
}

func (in *reading) readLevels() {
	const (
		id = iota
		index
		name
	)
	in.levels = map[string]Level{}
	t := in.open("levels.txt", "level_id!", "level_index!", "level_name")
	if t == nil {
		return
	}
	defer t.done()
	var seen []int32
	for t.next() {
		key, ok := t.id(id)
		row := LevelRow{ID: key, Name: t.text(name), Index: t.number(index, -1000, 1000)}
		if row.Index != row.Index {
			t.note(Warning, "missing_required_field", "taken-as-zero", index)
			row.Index = 0
		}
		if ok && unique(t, in.levels, key, Level(len(in.f.Levels)), id, seen) {
			in.f.Levels = append(in.f.Levels, row)
			seen = append(seen, int32(t.rows.line))
		}
	}
}

// The columns of stops.txt.
const (
	stopID = iota
	stopCode
	stopName
	stopTTS
	stopDesc
	stopLat
	stopLon
	stopZone
	stopURL
	stopKind
	stopParent
	stopTimezone
	stopWheelchair
	stopLevel
	stopPlatform
	stopAccess
)

func (in *reading) readStops() {
	in.f.stops = map[string]Stop{}
	t := in.open("stops.txt", "stop_id!", "stop_code", "stop_name", "tts_stop_name", "stop_desc", "stop_lat!", "stop_lon!", "zone_id", "stop_url",
		"location_type", "parent_station", "stop_timezone", "wheelchair_boarding", "level_id", "platform_code", "stop_access")
	if t == nil {
		return
	}
	defer t.done()
	var parents []string
	for t.next() {
		id, ok := t.id(stopID)
		if !ok || !unique(t, in.f.stops, id, Stop(len(in.f.Stops)), stopID, in.lines.stops) {
			continue
		}
		in.f.Stops = append(in.f.Stops, in.stop(t, id))
		in.lines.stops = append(in.lines.stops, int32(t.rows.line))
		parents = append(parents, t.text(stopParent))
	}
	in.parents(parents)
}

func (in *reading) stop(t *table, id string) StopRow {
	s := StopRow{ID: id, Code: t.text(stopCode), Name: t.text(stopName), TTSName: t.text(stopTTS), Desc: t.text(stopDesc), Zone: t.text(stopZone),
		URL: t.text(stopURL), Timezone: t.text(stopTimezone), PlatformCode: t.text(stopPlatform),
		Kind: LocationType(t.enum(stopKind, 4, 0)), Wheelchair: Answer(t.enum(stopWheelchair, 2, 0)),
		Access: int8(t.whole(stopAccess, 0, 1, -1, false)), Parent: None, Level: optional(t, in.levels, stopLevel, "levels.txt")}
	if s.Name == "" && s.Kind <= Entrance {
		t.note(Info, "missing_stop_name", "", stopName, "id", id)
	}
	lat, lon := t.number(stopLat, -90, 90), t.number(stopLon, -180, 180)
	switch {
	case lat != lat || lon != lon:
	case math.Abs(lat) <= 1 && math.Abs(lon) <= 1:
		t.note(Warning, "point_near_origin", "left-unlocated", stopLat, "id", id)
	case math.Abs(lat) >= 89:
		t.note(Warning, "point_near_pole", "left-unlocated", stopLat, "id", id)
	default:
		s.Point, s.Located = geo.Point{lon, lat}, true
	}
	if !s.Located && s.Kind <= Entrance && (len(t.get(stopLat)) == 0 || len(t.get(stopLon)) == 0) {
		t.note(Warning, "stop_without_location", "left-unlocated", stopLat, "id", id)
	}
	return s
}

// parents ties the hierarchy and checks it: stations have no parent; entrances and
// nodes stand in a station, boarding areas on a platform.
func (in *reading) parents(names []string) {
	for i := range in.f.Stops {
		s, line, name := &in.f.Stops[i], int(in.lines.stops[i]), names[i]
		if name == "" {
			if s.Kind > Station {
				in.note(Warning, "location_without_parent_station", "", "stops.txt", line, "parent_station", "id", s.ID)
			}
			continue
		}
		p, ok := in.f.stops[name]
		switch {
		case !ok:
			in.note(Warning, "foreign_key_violation", "reference-dropped", "stops.txt", line, "parent_station", "value", name, "parent", "stops.txt")
		case s.Kind == Station:
			in.note(Warning, "station_with_parent_station", "reference-dropped", "stops.txt", line, "parent_station", "id", s.ID)
		case s.Kind == BoardingArea && in.f.Stops[p].Kind != Platform, s.Kind != BoardingArea && in.f.Stops[p].Kind != Station:
			in.note(Warning, "wrong_parent_location_type", "reference-dropped", "stops.txt", line, "parent_station", "id", s.ID, "value", name)
		default:
			s.Parent = p
		}
	}
	for range 2 { // a boarding area may take its place from the station
		for i := range in.f.Stops {
			s := &in.f.Stops[i]
			if !s.Located && s.Kind >= Node && s.Parent != None && in.f.Stops[s.Parent].Located {
				s.Point, s.Located = in.f.Stops[s.Parent].Point, true
			}
		}
	}
}
