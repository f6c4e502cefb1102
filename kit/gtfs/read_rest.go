package gtfs

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"conurb/kit/geo"
)

func decimalText(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (in *reading) readShapes() {
	const (
		id = iota
		lat
		lon
		sequence
		distance
	)
	in.shapes = map[string]Shape{}
	t := in.open("shapes.txt", "shape_id!", "shape_pt_lat!", "shape_pt_lon!", "shape_pt_sequence!", "shape_dist_traveled")
	if t == nil {
		return
	}
	defer t.done()
	t.most = most
	p := &in.f.Points
	n := in.guess("shapes.txt", 30)
	p.Point = make([]geo.Point, 0, n)
	if t.has(distance) {
		p.Distance = make([]float64, 0, n)
	}
	var of, order []int32
	last := Shape(None)
	for t.next() {
		key := t.get(id)
		if last == None || string(key) != in.f.Shapes[last].ID {
			var ok bool
			if last, ok = in.shape(t, id); !ok {
				last = None
				continue
			}
		}
		x, y := t.number(lon, -180, 180), t.number(lat, -90, 90)
		seq := t.whole(sequence, 0, most, -1, false)
		if x != x || y != y || seq < 0 {
			t.note(Warning, "missing_required_field", "row-left-out", lat)
			continue
		}
		p.Point = append(p.Point, geo.Point{x, y})
		if p.Distance != nil {
			p.Distance = append(p.Distance, t.number(distance, 0, math.MaxFloat64))
		}
		of, order = append(of, int32(last)), append(order, int32(seq))
		in.lines.points = append(in.lines.points, int32(t.rows.line))
	}
	in.orderShapes(of, order)
}

// shape finds or enters the shape of a row.
func (in *reading) shape(t *table, col int) (Shape, bool) {
	key, ok := t.id(col)
	if !ok {
		return None, false
	}
	s, ok := in.shapes[key]
	if ok {
		return s, true
	}
	if len(in.f.Shapes) >= in.o.MaxRows {
		t.note(Error, "too_many_rows", "", col, "most", itoa(in.o.MaxRows))
		return None, false
	}
	s = Shape(len(in.f.Shapes))
	in.shapes[key] = s
	in.f.Shapes = append(in.f.Shapes, ShapeRow{ID: key})
	return s, true
}

func (in *reading) orderShapes(of, sequence []int32) {
	p := &in.f.Points
	first, order := gather(of, sequence, len(in.f.Shapes))
	p.Point, p.Distance, in.lines.points = arranged(p.Point, order), arranged(p.Distance, order), arranged(in.lines.points, order)
	if !slices.ContainsFunc(p.Distance, func(d float64) bool { return d == d }) {
		p.Distance = nil
	}
	for i := range in.f.Shapes {
		row := &in.f.Shapes[i]
		row.First, row.Last = first[i], first[i+1]
		if row.Last-row.First < 2 {
			in.note(Warning, "single_shape_point", "", "shapes.txt", 0, "shape_id", "id", row.ID)
		}
		for k := row.First + 1; p.Distance != nil && k < row.Last; k++ {
			if p.Distance[k] < p.Distance[k-1] {
				in.note(Warning, "decreasing_shape_distance", "", "shapes.txt", int(in.lines.points[k]), "shape_dist_traveled", "id", row.ID,
					"value", decimalText(p.Distance[k]), "before", decimalText(p.Distance[k-1]))
			}
		}
	}
	in.lines.points = nil
}

// The columns of transfers.txt.
const (
	trFrom = iota
	trTo
	trFromRoute
	trToRoute
	trFromTrip
	trToTrip
	trType
	trMin
)

func (in *reading) readTransfers() {
	t := in.open("transfers.txt", "from_stop_id", "to_stop_id", "from_route_id", "to_route_id", "from_trip_id", "to_trip_id", "transfer_type", "min_transfer_time")
	if t == nil {
		return
	}
	defer t.done()
	if !t.has(trType) {
		in.note(Warning, "missing_required_column", "minimum-time-where-given", "transfers.txt", 1, "transfer_type")
	}
	for t.next() {
		if row, ok := in.transfer(t); ok {
			in.f.Transfers = append(in.f.Transfers, row)
			in.lines.transfers = append(in.lines.transfers, int32(t.rows.line))
		}
	}
}

// transfer reads a row; what names something unknown would hold for more than was
// meant if only the name were dropped, so the row is left out.
func (in *reading) transfer(t *table) (row TransferRow, ok bool) {
	row = TransferRow{Type: TransferType(t.enum(trType, 5, 0)), MinTime: NoTime}
	if v := t.whole(trMin, 0, 7*86400, -1, false); v >= 0 {
		row.MinTime = Seconds(v)
		if !t.has(trType) {
			row.Type = MinimumTime
		}
	}
	ok = true
	row.From, row.To = named(t, in.f.stops, trFrom, "stops.txt", &ok), named(t, in.f.stops, trTo, "stops.txt", &ok)
	row.FromRoute, row.ToRoute = named(t, in.f.routes, trFromRoute, "routes.txt", &ok), named(t, in.f.routes, trToRoute, "routes.txt", &ok)
	row.FromTrip, row.ToTrip = named(t, in.f.trips, trFromTrip, "trips.txt", &ok), named(t, in.f.trips, trToTrip, "trips.txt", &ok)
	if !ok {
		return row, false
	}
	if row.Type >= InSeat {
		if row.FromTrip == None || row.ToTrip == None {
			t.note(Warning, "missing_required_field", "row-left-out", trFromTrip)
			return row, false
		}
		return row, true
	}
	for i, s := range [2]Stop{row.From, row.To} {
		if s == None && (row.FromTrip == None || row.ToTrip == None) && len(t.get(trFromRoute+i)) == 0 {
			t.note(Warning, "missing_required_field", "row-left-out", trFrom+i)
			return row, false
		}
		if s != None && in.f.Stops[s].Kind > Station {
			t.note(Warning, "transfer_with_invalid_stop_location_type", "", trFrom+i, "value", in.f.Stops[s].ID)
		}
	}
	return row, true
}

// named is refer for rows that are left out when they name something unknown.
func named[T ~int32](t *table, ids map[string]T, col int, parent string, all *bool) T {
	at, _, ok := refer(t, ids, col)
	if !ok {
		if *all && !t.in.lost[parent] {
			t.note(Warning, "foreign_key_violation", "row-left-out", col, "value", string(t.get(col)), "parent", parent)
		}
		*all = false
	}
	return at
}

// The columns of pathways.txt.
const (
	pathID = iota
	pathFrom
	pathTo
	pathMode
	pathBoth
	pathLength
	pathTime
	pathStairs
	pathSlope
	pathWidth
	pathSigns
	pathReverse
)

func (in *reading) readPathways() {
	t := in.open("pathways.txt", "pathway_id!", "from_stop_id!", "to_stop_id!", "pathway_mode!", "is_bidirectional!", "length", "traversal_time",
		"stair_count", "max_slope", "min_width", "signposted_as", "reversed_signposted_as")
	if t == nil {
		return
	}
	defer t.done()
	ids, lines := map[string]int32{}, []int32{}
	for t.next() {
		id, ok := t.id(pathID)
		from, fok := needed(t, in.f.stops, pathFrom, "stops.txt", Warning)
		to, tok := needed(t, in.f.stops, pathTo, "stops.txt", Warning)
		mode := t.enum(pathMode, 7, 0)
		if !ok || !fok || !tok || !unique(t, ids, id, int32(len(lines)), pathID, lines) {
			continue
		}
		if mode == 0 {
			t.note(Warning, "missing_required_field", "row-left-out", pathMode)
			continue
		}
		for i, s := range [2]Stop{from, to} {
			if in.f.Stops[s].Kind == Station {
				t.note(Warning, "pathway_to_wrong_location_type", "", pathFrom+i, "value", in.f.Stops[s].ID)
			}
		}
		row := PathwayRow{ID: id, Signs: t.text(pathSigns), ReverseSigns: t.text(pathReverse), From: from, To: to, Mode: PathwayMode(mode),
			Both: t.enum(pathBoth, 1, 0) == 1, Length: t.number(pathLength, 0, 1e6), Traversal: NoTime,
			Stairs: int32(t.whole(pathStairs, -100000, 100000, 0, false)), MaxSlope: t.number(pathSlope, -1e6, 1e6), MinWidth: t.number(pathWidth, 0, 1e6)}
		if v := t.whole(pathTime, 1, 86400, -1, false); v > 0 {
			row.Traversal = Seconds(v)
		}
		in.f.Pathways = append(in.f.Pathways, row)
		lines = append(lines, int32(t.rows.line))
	}
}

func (in *reading) readInfo() {
	t := in.open("feed_info.txt", "feed_publisher_name", "feed_publisher_url", "feed_lang", "default_lang", "feed_version", "feed_contact_email",
		"feed_contact_url", "feed_start_date", "feed_end_date")
	if t == nil {
		return
	}
	defer t.done()
	for t.next() {
		if in.f.Info != nil {
			t.note(Warning, "more_than_one_entity", "row-left-out", -1)
			continue
		}
		in.f.Info = &InfoRow{Publisher: t.text(0), URL: t.text(1), Lang: t.text(2), DefaultLang: t.text(3), Version: t.text(4),
			Email: t.text(5), ContactURL: t.text(6), Start: t.date(7, false), End: t.date(8, false)}
	}
}

// keep reads the files that are kept as rows.
func (in *reading) keep() {
	for _, file := range slices.Sorted(maps.Keys(in.size)) {
		if known[file] || in.err != nil {
			continue
		}
		if k, ok := in.keepFile(file); ok {
			in.f.Kept = append(in.f.Kept, k)
		}
	}
}

func (in *reading) keepFile(file string) (Table, bool) {
	t := in.open(file)
	if t == nil {
		return Table{}, false
	}
	defer t.done()
	k := Table{File: file, Columns: t.head}
	t.names, t.at = k.Columns, make([]int, len(k.Columns))
	for i := range t.at {
		t.at[i] = i
	}
	for t.next() {
		row := make([]string, len(t.at))
		for i := range row {
			row[i] = strings.Clone(t.text(i))
		}
		k.Rows = append(k.Rows, row)
	}
	return k, true
}
