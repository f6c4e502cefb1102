package scenario_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/connect/transit"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

// corner is the place of a crossing of the drawn town: its letters are three columns
// and two rows apart.
func corner(x, y int) geo.Point {
	const cell = streettest.Cell / (geo.EarthRadius * math.Pi / 180)
	return geo.Point{3 * float64(x) * cell, -2 * float64(y) * cell}
}

const wide, high = 7, 7

// town is a grid of streets with lines of buses, drawn by a seed.
type town struct {
	engine *reach.Engine
	table  *transit.Timetable
	cells  *reach.Joined
	tr     *reach.Transit
	asked  question
	lines  []string
}

type question struct {
	window reach.Window
	reach.Question
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// grid is the picture of the streets.
func grid() (picture string, ways []string) {
	var b strings.Builder
	at := func(x, y int) string { return letters[y*wide+x : y*wide+x+1] }
	for y := range high {
		row := ""
		for x := range wide {
			row += at(x, y)
			if x+1 < wide {
				row += "--"
			}
		}
		b.WriteString(row + "\n")
		if y+1 < high {
			b.WriteString(strings.Repeat("|  ", wide) + "\n")
		}
	}
	for y := range high {
		line := ""
		for x := range wide {
			line += at(x, y)
		}
		ways = append(ways, fmt.Sprintf("%s highway=residential name=Row~%d", line, y))
	}
	for x := range wide {
		line := ""
		for y := range high {
			line += at(x, y)
		}
		ways = append(ways, fmt.Sprintf("%s highway=residential name=Column~%d", line, x))
	}
	return b.String(), ways
}

func built(t testing.TB, mode string) *network.Network {
	t.Helper()
	p, err := street.Builtin(mode)
	if err != nil {
		t.Fatal(err)
	}
	picture, ways := grid()
	n, err := network.Build(context.Background(), streettest.Draw(t, picture, ways...), []network.Rules{{Profile: p}}, network.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func drawn(t testing.TB, random *rand.Rand) *town {
	t.Helper()
	c := &town{engine: reach.New(built(t, "walk").Mode("walk")), table: &transit.Timetable{TripFirst: []int32{0}}}
	for y := range high {
		for x := range wide {
			c.table.StopPlace = append(c.table.StopPlace, corner(x, y))
			c.table.StopName = append(c.table.StopName, fmt.Sprintf("%d/%d", x, y))
		}
	}
	var works []area.Work
	for i := range 4 {
		name := fmt.Sprint("Bus ", i+1)
		works = append(works, area.Work{Edits: []area.Edit{newLine(random, name, 300+random.IntN(900))}})
		c.lines = append(c.lines, name)
	}
	var err error
	if c.table, err = scenarioLines(c.table, works); err != nil {
		t.Fatal(err)
	}
	var points []geo.Point
	for range 90 { // more than a batch
		points = append(points, corner(random.IntN(wide), random.IntN(high)))
	}
	c.cells = c.engine.Join(points, 0)
	j := reach.Journey{Access: reach.Minutes(4), Change: reach.Minutes(2), Egress: reach.Minutes(4), Slack: 20, Longest: reach.Minutes(15)}
	if c.tr, err = c.engine.NewTransit(t.Context(), c.table, c.cells, j, nil, reach.Work{}); err != nil {
		t.Fatal(err)
	}
	column := make([]float64, len(points))
	for i := range column {
		column[i] = float64(random.IntN(1000)) / 4
	}
	c.asked = question{reach.Window{From: 8 * 3600, Until: 8*3600 + 1800, Step: 60}, reach.Question{Limits: []reach.Decis{reach.Minutes(6), reach.Minutes(12)}, Columns: [][]float64{column}}}
	return c
}

// newLine runs straight through the town, or bends once.
func newLine(random *rand.Rand, name string, headway int) area.Edit {
	e := area.Edit{Kind: area.AddLine, Line: name, Dwell: random.IntN(20), Bands: []area.Band{{From: 7 * 3600, Until: 10 * 3600, Headway: headway}}}
	x, y := random.IntN(wide), random.IntN(high)
	dx, dy := 1, 0
	for step := range wide {
		if step == wide/2 && random.IntN(2) == 0 {
			dx, dy = dy, dx
		}
		e.Stops = append(e.Stops, area.Place{Name: fmt.Sprintf("%d/%d", x, y), Point: corner(x, y)})
		if x, y = x+dx, y+dy; x >= wide || y >= high {
			break
		}
	}
	if len(e.Stops) < 2 {
		return newLine(random, name, headway)
	}
	for range len(e.Stops) - 1 {
		e.Run = append(e.Run, 15+random.IntN(20))
	}
	return e
}

// anyEdit is an edit of one of the lines, or a line that is new.
func (c *town) anyEdit(random *rand.Rand, i int) area.Edit {
	line := c.lines[random.IntN(len(c.lines))]
	e := area.Edit{Line: line}
	switch random.IntN(9) {
	case 0:
		e.Kind = area.DropLine
	case 1:
		e.Kind, e.Seconds = area.Shift, random.IntN(900)-450
	case 2:
		e.Kind, e.Factor = area.RunTime, 0.5+random.Float64()
	case 3:
		e.Kind, e.Factor = area.Headway, []float64{0.5, 2, 0.7}[random.IntN(3)]
	case 4:
		e.Kind, e.Bands = area.Headway, []area.Band{{From: 8 * 3600, Until: 9 * 3600, Headway: 120 + random.IntN(600)}}
	case 5:
		e.Kind, e.Stop = area.SkipStop, c.calls(random, line)
	case 6:
		e.Kind, e.Stop, e.Dwell, e.Seconds = area.AddStop, c.calls(random, line), 10, random.IntN(60)
		e.Stops = []area.Place{{Name: fmt.Sprint("New ", i), Point: geo.Point{corner(1, 0)[0] * (0.5 + float64(random.IntN(5))), corner(0, 1)[1] * float64(random.IntN(high))}}}
	default:
		e = newLine(random, fmt.Sprint("New ", i), 200+random.IntN(900))
		if random.IntN(2) == 0 { // at stops that are new
			for k := range e.Stops {
				e.Stops[k].Name, e.Stops[k].Point[0] = fmt.Sprint("New ", i, " ", k), e.Stops[k].Point[0]+corner(1, 0)[0]/3
			}
		}
	}
	return e
}

// calls is a stop of a line, not its last.
func (c *town) calls(random *rand.Rand, line string) string {
	for k, r := range c.table.TripRoute {
		if c.table.RouteName[r] == line {
			n := int(c.table.TripFirst[k+1] - c.table.TripFirst[k])
			return c.table.StopName[c.table.EventStop[int(c.table.TripFirst[k])+random.IntN(n-1)]]
		}
	}
	return ""
}
