package street

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"conurb/kit/form"
)

// Congestion slows the network down: single ways, or classes by hour.
type Congestion struct {
	ways    map[int64]waySpeed
	classes map[string]*[24]float64
}

// waySpeed is a factor of the speed, or a speed in km/h.
type waySpeed struct {
	value float64
	kmh   bool
}

// The columns of the two tables ReadCongestion knows.
var (
	wayColumns   = []string{"osm_id", "max_speed", "speed_type"}
	classColumns = []string{"class", "from", "until", "factor"}
)

// ReadCongestion reads a table of congestion and reports every bad row. One kind has
// the columns osm_id, max_speed and speed_type (scale, or km/h), as r5r writes it;
// the other class, from, until (hours of the day, until not included) and factor of
// the speed. Columns may stand in any order.
func ReadCongestion(file string, r io.Reader) (*Congestion, []Problem) {
	t := &table{Form: &form.Form{File: file}, c: csv.NewReader(io.LimitReader(r, 1<<28))}
	t.c.FieldsPerRecord = -1
	t.c.ReuseRecord = true
	c := &Congestion{ways: map[int64]waySpeed{}, classes: map[string]*[24]float64{}}
	header, ok := t.next()
	switch {
	case !ok:
		t.report(1, 1, "", "empty-file")
	case t.columns(header, wayColumns):
		t.rows(c.way)
	case t.columns(header, classColumns):
		t.rows(c.class)
	default:
		t.report(1, 1, "", "unknown-columns", "value", strings.Join(header, ","), "known", strings.Join(wayColumns, ",")+" / "+strings.Join(classColumns, ","))
	}
	if len(t.Problems) > 0 {
		return nil, t.Problems
	}
	return c, nil
}

// table is a CSV file whose columns are known by name.
type table struct {
	*form.Form
	c   *csv.Reader
	at  []int // place of each known column
	row []string
}

func (t *table) report(line, column int, field, code string, args ...string) {
	t.Form.Report(nil, field, code, args...)
	p := &t.Problems[len(t.Problems)-1]
	p.Line, p.Column = line, column
}

func (t *table) next() ([]string, bool) {
	row, err := t.c.Read()
	if err == nil {
		return row, true
	}
	if fault := (*csv.ParseError)(nil); errors.As(err, &fault) {
		t.report(fault.Line, fault.Column, "", "csv-syntax", "cause", fault.Err.Error())
	} else if !errors.Is(err, io.EOF) {
		t.report(1, 1, "", "csv-syntax", "cause", err.Error())
	}
	return nil, false
}

func (t *table) columns(header, want []string) bool {
	t.at = t.at[:0]
	for _, w := range want {
		i := slices.IndexFunc(header, func(h string) bool {
			return strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")) == w
		})
		if i < 0 {
			return false
		}
		t.at = append(t.at, i)
	}
	return len(header) == len(want)
}

func (t *table) rows(read func(*table)) {
	for {
		row, ok := t.next()
		if !ok {
			return
		}
		t.row = row
		if len(row) != len(t.at) {
			line, _ := t.c.FieldPos(0)
			t.report(line, 1, "", "column-count", "got", strconv.Itoa(len(row)), "want", strconv.Itoa(len(t.at)))
			continue
		}
		read(t)
	}
}

func (t *table) text(i int) string { return strings.TrimSpace(t.row[t.at[i]]) }

func (t *table) fault(i int, field, code string, args ...string) {
	line, column := t.c.FieldPos(t.at[i])
	t.report(line, column, field, code, args...)
}

func (t *table) number(i int, field string, low, high float64) float64 {
	v, err := strconv.ParseFloat(t.text(i), 64)
	switch {
	case err != nil || math.IsNaN(v):
		t.fault(i, field, "not-a-number", "value", t.text(i))
		return low
	case v < low || v > high:
		t.fault(i, field, "out-of-range", "value", t.text(i), "low", form.Decimal(low), "high", form.Decimal(high))
		return low
	}
	return v
}

func (c *Congestion) way(t *table) {
	id, err := strconv.ParseInt(t.text(0), 10, 64)
	if err != nil {
		t.fault(0, "osm_id", "not-a-number", "value", t.text(0))
		return
	}
	var s waySpeed
	switch kind := t.text(2); kind {
	case "scale":
		s = waySpeed{t.number(1, "max_speed", 0.01, 10), false}
	case "km/h":
		s = waySpeed{t.number(1, "max_speed", 0.1, 400), true}
	default:
		t.fault(2, "speed_type", "not-one-of", "value", kind, "known", "scale, km/h")
		return
	}
	c.ways[id] = s
}

func (c *Congestion) class(t *table) {
	from, until := t.number(1, "from", 0, 23), t.number(2, "until", 1, 24)
	factor := t.number(3, "factor", 0.01, 10)
	if from != math.Trunc(from) || until != math.Trunc(until) || until <= from {
		t.fault(2, "until", "bad-hours", "from", t.text(1), "until", t.text(2))
		return
	}
	name := t.text(0)
	hours := c.classes[name]
	if hours == nil {
		hours = &[24]float64{}
		c.classes[name] = hours
	}
	for h := int(from); h < int(until); h++ {
		if hours[h] != 0 {
			t.fault(1, "from", "hours-twice", "class", name, "hour", strconv.Itoa(h))
			return
		}
		hours[h] = factor
	}
}

// Unknown lists the classes of the table that the graph does not have: mostly a
// slip of the pen.
func (c *Congestion) Unknown(g *Graph) []string {
	var out []string
	for name := range c.classes {
		if !slices.Contains(g.Classes, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// UnknownWays lists the ways of the table that the graph does not have, in order.
func (c *Congestion) UnknownWays(g *Graph) []int64 {
	have := make(map[int64]bool, len(c.ways))
	for _, w := range g.EdgeWay {
		if _, ok := c.ways[w]; ok {
			have[w] = true
		}
	}
	var out []int64
	for w := range c.ways {
		if !have[w] {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// ErrHour tells that an hour is not between 0 and 23.
var ErrHour = errors.New("no such hour")

// Times are the times of all arcs at an hour. Delays and boats keep theirs.
func (g *Graph) Times(c *Congestion, hour int) ([]Millis, error) {
	if hour < 0 || hour > 23 {
		return nil, fmt.Errorf("hour %d: %w", hour, ErrHour)
	}
	times := make([]Millis, g.Arcs())
	for a := range times {
		times[a] = g.Wait[a]
		s := g.ArcSide[a]
		if s == None {
			continue
		}
		times[a] += g.slowed(c, s.Edge(), g.Move[a], hour)
	}
	return times, nil
}

// Congested is the graph at an hour: its arcs, and the sides on which trips begin and
// end, take the times of then. All other arrays are shared.
func (g *Graph) Congested(c *Congestion, hour int) (*Graph, error) {
	times, err := g.Times(c, hour)
	if err != nil {
		return nil, err
	}
	out := *g
	out.Move = times
	for a := range times {
		times[a] -= g.Wait[a]
	}
	out.SideMove = make([]Millis, len(g.SideMove))
	for s, move := range g.SideMove {
		if out.SideMove[s] = move; move > 0 {
			out.SideMove[s] = g.slowed(c, Side(s).Edge(), move, hour)
		}
	}
	return &out, nil
}

func (g *Graph) slowed(c *Congestion, e Edge, move Millis, hour int) Millis {
	class := g.Classes[g.EdgeClass[e]]
	if s, ok := c.ways[g.EdgeWay[e]]; ok {
		if s.kmh {
			return slow(float64(g.EdgeMetres[e]) * 3600 / s.value)
		}
		return slow(float64(move) / s.value)
	}
	if hours := c.classes[class]; hours != nil && hours[hour] != 0 {
		return slow(float64(move) / hours[hour])
	}
	return move
}

func slow(ms float64) Millis { return Millis(math.Round(min(ms, math.MaxInt32/4))) }
