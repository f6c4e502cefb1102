package gtfs

import (
	"archive/zip"
	"bufio"
	"io"
	"strconv"
	"strings"
)

// field is a column to be written; an optional one is left out where all its values
// are empty.
type field struct {
	name string
	must bool
	of   func(i int) string
}

// Write writes a feed as a zip archive. The same feed always gives the same bytes.
// Stop times that were interpolated are written empty, so that reading the archive
// gives the same feed.
func Write(w io.Writer, f *Feed) error {
	z := zip.NewWriter(w)
	p := &writer{z: z, f: f}
	p.places()
	p.lines()
	p.times()
	p.rest()
	for _, k := range f.Kept {
		fields := make([]field, len(k.Columns))
		for c, name := range k.Columns {
			fields[c] = field{name, true, func(i int) string { return k.Rows[i][c] }}
		}
		p.file(k.File, len(k.Rows), fields)
	}
	if p.err != nil {
		return p.err
	}
	return z.Close()
}

type writer struct {
	z   *zip.Writer
	f   *Feed
	err error
}

func (p *writer) file(name string, rows int, fields []field) {
	if p.err != nil {
		return
	}
	entry, err := p.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		p.err = err
		return
	}
	b := bufio.NewWriterSize(entry, 64<<10)
	var kept []field
	for _, c := range fields {
		if c.must || filled(rows, c.of) {
			if len(kept) > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(c.name))
			kept = append(kept, c)
		}
	}
	b.WriteByte('\n')
	for i := range rows {
		for c := range kept {
			if c > 0 {
				b.WriteByte(',')
			}
			v := quote(kept[c].of(i))
			if v == "" && len(kept) == 1 {
				v = `""` // else the line is empty and would be skipped
			}
			b.WriteString(v)
		}
		b.WriteByte('\n')
	}
	p.err = b.Flush()
}

func filled(rows int, of func(int) string) bool {
	for i := range rows {
		if of(i) != "" {
			return true
		}
	}
	return false
}

func quote(s string) string {
	if strings.ContainsAny(s, ",\"\r\n") || s != strings.TrimSpace(s) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// The values of columns; what is not given is empty.

func digit[T ~uint8](v, otherwise T) string {
	if v == otherwise {
		return ""
	}
	return itoa(int(v))
}

func float(v float64) string {
	if v != v {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func seconds(s Seconds) string {
	if s == NoTime {
		return ""
	}
	return itoa(int32(s))
}

func optInt(v, otherwise int) string {
	if v == otherwise {
		return ""
	}
	return strconv.Itoa(v)
}

func (p *writer) stop(s Stop) string {
	if s == None {
		return ""
	}
	return p.f.Stops[s].ID
}

func (p *writer) route(r Route) string {
	if r == None {
		return ""
	}
	return p.f.Routes[r].ID
}

func (p *writer) trip(t Trip) string {
	if t == None {
		return ""
	}
	return p.f.Trips[t].ID
}

func (p *writer) places() {
	a := p.f.Agencies
	p.file("agency.txt", len(a), []field{
		{"agency_id", true, func(i int) string { return a[i].ID }}, {"agency_name", true, func(i int) string { return a[i].Name }},
		{"agency_url", true, func(i int) string { return a[i].URL }}, {"agency_timezone", true, func(i int) string { return a[i].Timezone }},
		{"agency_lang", false, func(i int) string { return a[i].Lang }}, {"agency_phone", false, func(i int) string { return a[i].Phone }},
		{"agency_fare_url", false, func(i int) string { return a[i].FareURL }}, {"agency_email", false, func(i int) string { return a[i].Email }},
		{"cemv_support", false, func(i int) string { return a[i].CEMV }},
	})
	if l := p.f.Levels; len(l) > 0 {
		p.file("levels.txt", len(l), []field{{"level_id", true, func(i int) string { return l[i].ID }},
			{"level_index", true, func(i int) string { return float(l[i].Index) }}, {"level_name", false, func(i int) string { return l[i].Name }}})
	}
	s := p.f.Stops
	place := func(axis int) func(int) string {
		return func(i int) string {
			if !s[i].Located {
				return ""
			}
			return float(s[i].Point[axis])
		}
	}
	p.file("stops.txt", len(s), []field{
		{"stop_id", true, func(i int) string { return s[i].ID }}, {"stop_code", false, func(i int) string { return s[i].Code }},
		{"stop_name", true, func(i int) string { return s[i].Name }}, {"tts_stop_name", false, func(i int) string { return s[i].TTSName }},
		{"stop_desc", false, func(i int) string { return s[i].Desc }}, {"stop_lat", true, place(1)}, {"stop_lon", true, place(0)},
		{"zone_id", false, func(i int) string { return s[i].Zone }}, {"stop_url", false, func(i int) string { return s[i].URL }},
		{"location_type", false, func(i int) string { return digit(s[i].Kind, 0) }}, {"parent_station", false, func(i int) string { return p.stop(s[i].Parent) }},
		{"stop_timezone", false, func(i int) string { return s[i].Timezone }}, {"wheelchair_boarding", false, func(i int) string { return digit(s[i].Wheelchair, 0) }},
		{"level_id", false, func(i int) string {
			if s[i].Level == None {
				return ""
			}
			return p.f.Levels[s[i].Level].ID
		}},
		{"platform_code", false, func(i int) string { return s[i].PlatformCode }}, {"stop_access", false, func(i int) string { return optInt(int(s[i].Access), -1) }},
	})
}

func (p *writer) lines() {
	r := p.f.Routes
	p.file("routes.txt", len(r), []field{
		{"route_id", true, func(i int) string { return r[i].ID }}, {"agency_id", true, func(i int) string {
			if r[i].Agency == None {
				return ""
			}
			return p.f.Agencies[r[i].Agency].ID
		}},
		{"route_short_name", true, func(i int) string { return r[i].ShortName }}, {"route_long_name", true, func(i int) string { return r[i].LongName }},
		{"route_desc", false, func(i int) string { return r[i].Desc }}, {"route_type", true, func(i int) string { return itoa(int(r[i].Type)) }},
		{"route_url", false, func(i int) string { return r[i].URL }}, {"route_color", false, func(i int) string { return r[i].Color }},
		{"route_text_color", false, func(i int) string { return r[i].TextColor }}, {"route_sort_order", false, func(i int) string { return optInt(int(r[i].SortOrder), 0) }},
		{"continuous_pickup", false, func(i int) string { return digit(r[i].ContPickup, 1) }}, {"continuous_drop_off", false, func(i int) string { return digit(r[i].ContDrop, 1) }},
		{"network_id", false, func(i int) string { return r[i].Network }}, {"cemv_support", false, func(i int) string { return r[i].CEMV }},
	})
	p.services()
	t := p.f.Trips
	p.file("trips.txt", len(t), []field{
		{"route_id", true, func(i int) string { return p.route(t[i].Route) }}, {"service_id", true, func(i int) string { return p.f.Services[t[i].Service].ID }},
		{"trip_id", true, func(i int) string { return t[i].ID }}, {"trip_headsign", false, func(i int) string { return t[i].Headsign }},
		{"trip_short_name", false, func(i int) string { return t[i].ShortName }}, {"direction_id", false, func(i int) string { return optInt(int(t[i].Direction), -1) }},
		{"block_id", false, func(i int) string { return t[i].Block }}, {"shape_id", false, func(i int) string {
			if t[i].Shape == None {
				return ""
			}
			return p.f.Shapes[t[i].Shape].ID
		}},
		{"wheelchair_accessible", false, func(i int) string { return digit(t[i].Wheelchair, 0) }}, {"bikes_allowed", false, func(i int) string { return digit(t[i].Bikes, 0) }},
		{"cars_allowed", false, func(i int) string { return digit(t[i].Cars, 0) }},
	})
}

// services writes both calendars; a service without a row of calendar.txt gets none.
func (p *writer) services() {
	type exception struct {
		id   string
		day  Date
		kind string
	}
	var weekly []ServiceRow
	var days []exception
	for _, s := range p.f.Services {
		if s.Start != 0 {
			weekly = append(weekly, s)
		}
		for _, d := range s.Added {
			days = append(days, exception{s.ID, d, "1"})
		}
		for _, d := range s.Removed {
			days = append(days, exception{s.ID, d, "2"})
		}
	}
	fields := []field{{"service_id", true, func(i int) string { return weekly[i].ID }}}
	for _, d := range weekdays {
		fields = append(fields, field{strings.ToLower(d.String()), true, func(i int) string {
			if weekly[i].Days[d] {
				return "1"
			}
			return "0"
		}})
	}
	p.file("calendar.txt", len(weekly), append(fields, field{"start_date", true, func(i int) string { return weekly[i].Start.compact() }},
		field{"end_date", true, func(i int) string { return weekly[i].End.compact() }}))
	if len(days) > 0 {
		p.file("calendar_dates.txt", len(days), []field{{"service_id", true, func(i int) string { return days[i].id }},
			{"date", true, func(i int) string { return days[i].day.compact() }}, {"exception_type", true, func(i int) string { return days[i].kind }}})
	}
}

func (p *writer) times() {
	s := &p.f.Times
	trip := make([]Trip, s.Len())
	for t := range p.f.Trips {
		for i := p.f.Trips[t].First; i < p.f.Trips[t].Last; i++ {
			trip[i] = Trip(t)
		}
	}
	clock := func(list []Seconds) func(int) string {
		return func(i int) string {
			if s.Timing[i] == Interpolated {
				return ""
			}
			return list[i].String()
		}
	}
	boarding := func(list []Boarding, otherwise Boarding) func(int) string {
		return func(i int) string {
			if list == nil {
				return ""
			}
			return digit(list[i], otherwise)
		}
	}
	p.file("stop_times.txt", s.Len(), []field{
		{"trip_id", true, func(i int) string { return p.trip(trip[i]) }}, {"arrival_time", true, clock(s.Arrival)}, {"departure_time", true, clock(s.Departure)},
		{"stop_id", true, func(i int) string { return p.stop(s.Stop[i]) }}, {"stop_sequence", true, func(i int) string { return itoa(s.Sequence[i]) }},
		{"stop_headsign", false, func(i int) string {
			if s.Headsign == nil {
				return ""
			}
			return p.f.Texts[s.Headsign[i]]
		}},
		{"pickup_type", false, boarding(s.Pickup, 0)}, {"drop_off_type", false, boarding(s.Drop, 0)},
		{"shape_dist_traveled", false, func(i int) string {
			if s.Distance == nil {
				return ""
			}
			return float(s.Distance[i])
		}},
		{"timepoint", false, func(i int) string {
			if s.Timing[i] == Approximate {
				return "0"
			}
			return ""
		}},
		{"continuous_pickup", false, boarding(s.ContPickup, AsRoute)}, {"continuous_drop_off", false, boarding(s.ContDrop, AsRoute)},
	})
}

func (p *writer) rest() {
	if q := p.f.Frequencies; len(q) > 0 {
		p.file("frequencies.txt", len(q), []field{{"trip_id", true, func(i int) string { return p.trip(q[i].Trip) }},
			{"start_time", true, func(i int) string { return q[i].Start.String() }}, {"end_time", true, func(i int) string { return q[i].End.String() }},
			{"headway_secs", true, func(i int) string { return itoa(int32(q[i].Headway)) }}, {"exact_times", false, func(i int) string {
				if q[i].Exact {
					return "1"
				}
				return ""
			}}})
	}
	if r := p.f.Transfers; len(r) > 0 {
		p.file("transfers.txt", len(r), []field{{"from_stop_id", true, func(i int) string { return p.stop(r[i].From) }}, {"to_stop_id", true, func(i int) string { return p.stop(r[i].To) }},
			{"from_route_id", false, func(i int) string { return p.route(r[i].FromRoute) }}, {"to_route_id", false, func(i int) string { return p.route(r[i].ToRoute) }},
			{"from_trip_id", false, func(i int) string { return p.trip(r[i].FromTrip) }}, {"to_trip_id", false, func(i int) string { return p.trip(r[i].ToTrip) }},
			{"transfer_type", true, func(i int) string { return itoa(int(r[i].Type)) }}, {"min_transfer_time", false, func(i int) string { return seconds(r[i].MinTime) }}})
	}
	if w := p.f.Pathways; len(w) > 0 {
		p.file("pathways.txt", len(w), []field{{"pathway_id", true, func(i int) string { return w[i].ID }},
			{"from_stop_id", true, func(i int) string { return p.stop(w[i].From) }}, {"to_stop_id", true, func(i int) string { return p.stop(w[i].To) }},
			{"pathway_mode", true, func(i int) string { return itoa(int(w[i].Mode)) }}, {"is_bidirectional", true, func(i int) string {
				if w[i].Both {
					return "1"
				}
				return "0"
			}},
			{"length", false, func(i int) string { return float(w[i].Length) }}, {"traversal_time", false, func(i int) string { return seconds(w[i].Traversal) }},
			{"stair_count", false, func(i int) string { return optInt(int(w[i].Stairs), 0) }}, {"max_slope", false, func(i int) string { return float(w[i].MaxSlope) }},
			{"min_width", false, func(i int) string { return float(w[i].MinWidth) }}, {"signposted_as", false, func(i int) string { return w[i].Signs }},
			{"reversed_signposted_as", false, func(i int) string { return w[i].ReverseSigns }}})
	}
	p.shapes()
	if n := p.f.Info; n != nil {
		p.file("feed_info.txt", 1, []field{{"feed_publisher_name", true, func(int) string { return n.Publisher }}, {"feed_publisher_url", true, func(int) string { return n.URL }},
			{"feed_lang", true, func(int) string { return n.Lang }}, {"default_lang", false, func(int) string { return n.DefaultLang }},
			{"feed_start_date", false, func(int) string { return n.Start.compact() }}, {"feed_end_date", false, func(int) string { return n.End.compact() }},
			{"feed_version", false, func(int) string { return n.Version }}, {"feed_contact_email", false, func(int) string { return n.Email }},
			{"feed_contact_url", false, func(int) string { return n.ContactURL }}})
	}
}

func (p *writer) shapes() {
	if len(p.f.Shapes) == 0 {
		return
	}
	of := make([]Shape, len(p.f.Points.Point))
	for s, row := range p.f.Shapes {
		for i := row.First; i < row.Last; i++ {
			of[i] = Shape(s)
		}
	}
	points := &p.f.Points
	p.file("shapes.txt", len(of), []field{{"shape_id", true, func(i int) string { return p.f.Shapes[of[i]].ID }},
		{"shape_pt_lat", true, func(i int) string { return float(points.Point[i][1]) }}, {"shape_pt_lon", true, func(i int) string { return float(points.Point[i][0]) }},
		{"shape_pt_sequence", true, func(i int) string { return itoa(int32(i) - p.f.Shapes[of[i]].First + 1) }},
		{"shape_dist_traveled", false, func(i int) string {
			if points.Distance == nil {
				return ""
			}
			return float(points.Distance[i])
		}}})
}
