package pack

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"conurb/area"
	"conurb/kit/geo"
)

const (
	maxDepartures = 2000       // of one service, one way
	shortestRun   = 20         // seconds from a stop to the next, where a speed gives them
	maxTrack      = 20_000_000 // stations looked at in joining the stops of all services
)

// service reads the trains of a line.
func (l *loader) service(m *mapping) {
	s := area.Service{
		ID: m.define("service"), Line: m.refer("line", "line", must), Over: m.refs("over", "line", may), Name: m.bilingual("name", must),
		BothWays: m.truth("both_ways", may), Needs: m.refs("needs", "section", may), Assumed: m.words("assumed", may, area.Assumable...),
		Cite: m.cited(), Ref: m.ref(),
	}
	s.Dwell, _ = m.whole("dwell", may, 0, 3600)
	s.Board, _ = m.whole("board", may, 0, 2*3600)
	stops := m.cells("stops", must)
	for _, c := range stops {
		l.refer("station", c.text, c.at)
		s.Stops = append(s.Stops, c.text)
	}
	if _, at := m.list("stops", may); len(stops) == 1 {
		l.report(at, "one-stop", "value", stops[0].text)
	}
	pace := l.runs(m, &s)
	m.each("bands", may, func(b *mapping) { l.band(b, &s) })
	s.Starts, s.Back = l.departures(m, "starts", "spread"), l.departures(m, "back", "spread_back")
	if s.Back != nil && !s.BothWays {
		l.report(m.at.at(m.join("both_ways")), "back-one-way")
	}
	if len(s.Bands) == 0 && s.Starts == nil && !l.asked(m, "bands", "starts", "spread") {
		l.report(m.at.at(m.join("starts")), "no-departures")
	}
	s.Begins, s.Ends = l.day(m, "begins"), l.day(m, "ends")
	i := len(l.pack.Services)
	l.pack.Services = append(l.pack.Services, s)
	l.after(func() { l.onTrack(&l.pack.Services[i], stops, pace) })
}

// asked reports whether a mapping has one of some keys, readable or not.
func (l *loader) asked(m *mapping, keys ...string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return m.keys[k] != nil })
}

// day reads a day on which something takes place; nil where there is none.
func (l *loader) day(m *mapping, key string) *area.Dated {
	o := m.sub(key, may)
	if o == nil {
		return nil
	}
	d := o.happened()
	o.done()
	return &d
}

// pace is a speed that run times are worked out from.
type pace struct {
	kmh float64 // from the first stop to the last, standing times included
	km  float64 // 0: the straight lines between the stops
}

// runs reads the seconds from stop to stop, or the speed they follow from.
func (l *loader) runs(m *mapping, s *area.Service) *pace {
	cells := m.cells("run", may)
	for _, c := range cells {
		v, err := strconv.Atoi(c.text)
		switch {
		case err != nil || c.quoted:
			l.report(c.at, "bad-whole-number", "value", c.text)
		case v < 1 || v > 12*3600:
			l.report(c.at, "out-of-range", "value", c.text, "low", "1", "high", "43200")
		}
		s.Run = append(s.Run, v)
	}
	speed := m.sub("speed", may)
	_, at := m.list("run", may)
	switch hasRun, hasSpeed := m.keys["run"] != nil, m.keys["speed"] != nil; {
	case hasRun == hasSpeed:
		l.report(at, "run-or-speed")
	case hasRun && len(s.Stops) > 1 && len(cells) != len(s.Stops)-1:
		l.report(at, "run-count", "n", strconv.Itoa(len(cells)), "stops", strconv.Itoa(len(s.Stops)), "want", strconv.Itoa(len(s.Stops)-1))
	}
	if speed == nil {
		return nil
	}
	p := &pace{kmh: speed.within("kmh", must, 5, 450), km: speed.positive("km", may)}
	speed.done()
	return p
}

func (l *loader) band(m *mapping, s *area.Service) {
	b := area.Band{From: m.clock("from", must), Until: m.clock("until", must)}
	b.Headway, _ = m.whole("headway", must, 30, 24*3600)
	if b.Until != noClock && b.From != noClock && b.Until <= b.From {
		l.report(m.look.cell("until").at, "clock-order", "value", clockText(b.Until), "before", clockText(b.From))
	}
	if n := len(s.Bands); n > 0 && b.From != noClock && s.Bands[n-1].Until > b.From {
		l.report(m.look.cell("from").at, "clock-order", "value", clockText(b.From), "before", clockText(s.Bands[n-1].Until))
	}
	s.Bands = append(s.Bands, b)
}

// departures reads times one by one under one key, or trains spread evenly under another.
func (l *loader) departures(m *mapping, listed, spread string) []area.Clock {
	var out []area.Clock
	for _, c := range m.cells(listed, may) {
		at := l.clockOf(c)
		if n := len(out); n > 0 && at != noClock && at <= out[n-1] {
			l.report(c.at, "clock-order", "value", clockText(at), "before", clockText(out[n-1]))
		}
		out = append(out, at)
	}
	k := m.sub(spread, may)
	if k == nil {
		return out
	}
	if out != nil {
		l.report(k.at, "starts-or-spread", "one", listed, "other", spread)
	}
	n, _ := k.whole("trains", must, 1, maxDepartures)
	first, last := k.clock("first", must), k.clock("last", must)
	if first != noClock && last != noClock && (last < first || last == first && n > 1) {
		l.report(k.look.cell("last").at, "clock-order", "value", clockText(last), "before", clockText(first))
	}
	k.done()
	for i := range n {
		out = append(out, first+area.Clock(math.Round(float64(last-first)*float64(i)/float64(max(1, n-1))/60)*60))
	}
	return out
}

// noClock stands for a time that could not be read, and is reported.
const noClock area.Clock = -1

var clockForm = regexp.MustCompile(`^([0-2][0-9]):([0-5][0-9])(:([0-5][0-9]))?$`)

// clock reads a time of the service day, "06:30" or "06:30:15", up to 29:59:59.
func (r record) clock(key string, n need) area.Clock {
	c, ok := r.scalar(key, n)
	if !ok {
		return noClock
	}
	return r.l.clockOf(c)
}

func (l *loader) clockOf(c cell) area.Clock {
	p := clockForm.FindStringSubmatch(c.text)
	if p == nil {
		l.report(c.at, "bad-clock", "value", c.text)
		return noClock
	}
	hour, _ := strconv.Atoi(p[1])
	minute, _ := strconv.Atoi(p[2])
	second, _ := strconv.Atoi(p[4]) // 0 where left out
	return area.Clock(hour*3600 + minute*60 + second)
}

// clockText writes a time as people write it.
func clockText(c area.Clock) string {
	s := fmt.Sprintf("%02d:%02d", c/3600, c/60%60)
	if c%60 != 0 {
		s += fmt.Sprintf(":%02d", c%60)
	}
	return s
}

// onTrack holds the stops of a service against its lines, once all are read, and works
// out run times from its speed.
func (l *loader) onTrack(s *area.Service, stops []cell, p *pace) {
	for _, kind := range []string{"station", "line", "section"} {
		if l.broken[kind] {
			return
		}
	}
	for _, id := range append([]string{s.Line}, s.Over...) {
		if _, known := l.ids["line"][id]; !known {
			return
		}
	}
	for _, id := range s.Stops {
		if _, known := l.ids["station"][id]; !known {
			return
		}
	}
	if l.tracked += len(stops) * l.stationsOn(s); l.tracked > maxTrack {
		l.report(place{file: servicesFile, line: s.Ref.Line}, "too-many-stops", "limit", strconv.Itoa(maxTrack))
		l.closed[servicesFile] = true // what follows is as long
		return
	}
	for i, way := range l.pack.Network.Under(s) {
		bare := slices.ContainsFunc(way, func(sections []string) bool { return len(sections) == 0 })
		switch at := stops[i+1].at; {
		case s.Stops[i] == s.Stops[i+1]:
			l.report(at, "listed-twice", "value", s.Stops[i])
		case way == nil:
			l.report(at, "not-joined", "from", s.Stops[i], "to", s.Stops[i+1], "line", s.Line)
		case bare && len(s.Needs) == 0 && l.perFile[railFile]+l.perFile[roadsFile] == 0:
			l.report(at, "no-section", "from", s.Stops[i], "to", s.Stops[i+1])
		}
	}
	if p != nil {
		s.Run = l.pack.paced(s, p)
	}
}

// stationsOn counts the stations of the lines that a service may run on.
func (l *loader) stationsOn(s *area.Service) int {
	n := 0
	for i := range l.pack.Network.Lines {
		if k := &l.pack.Network.Lines[i]; k.ID == s.Line || slices.Contains(s.Over, k.ID) {
			n += len(k.Stations)
		}
	}
	return n
}

// paced divides the time of a whole run among the ways from stop to stop by their
// straight lengths, standing times taken off first.
func (p *Pack) paced(s *area.Service, v *pace) []int {
	at := make(map[string][2]float64, len(p.Network.Stations))
	for _, k := range p.Network.Stations {
		at[k.ID] = k.Point
	}
	var lengths []float64
	sum := 0.0
	for i := 1; i < len(s.Stops); i++ {
		d := geo.Distance(at[s.Stops[i-1]], at[s.Stops[i]])
		lengths, sum = append(lengths, d), sum+d
	}
	km := v.km
	if km == 0 {
		km = sum / 1000
	}
	if v.kmh == 0 || sum == 0 {
		return make([]int, len(lengths))
	}
	moving := km/v.kmh*3600 - float64(max(0, len(s.Stops)-2)*s.Dwell)
	out := make([]int, len(lengths))
	for i, d := range lengths {
		out[i] = max(shortestRun, int(math.Round(moving*d/sum)))
	}
	return out
}
