package street_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"conurb/connect/street"
	"conurb/internal/streettest"
)

// seconds of the fastest trip between two middles, rounded.
func seconds(t testing.TB, g *street.Graph, w *streettest.World, fromTo string) int {
	t.Helper()
	from, to, _ := strings.Cut(fromTo, ">")
	ms, _ := trip(g, middle(t, g, w, from), middle(t, g, w, to))
	return int(ms+500) / 1000
}

// TestTimes: 300 m between letters at 4.8 km/h are 225 s on foot; at 25 km/h by car
// 43.2 s.
func TestTimes(t *testing.T) {
	rows := []struct {
		name, profile string
		lines         []string
		trip          string
		want          int
	}{
		{"walk", "walk", []string{"AB highway=footway", "BC highway=footway", "CD highway=footway"}, "AB>CD", 450},
		{"within an edge", "walk", []string{"ABCD highway=footway"}, "AB>CD", 450},
		{"car", "car", []string{"AB highway=residential", "BCD highway=residential"}, "AB>CD", 86},
		{"signal at a junction", "car", []string{"AB highway=residential", "BCD highway=residential", "node B highway=traffic_signals"}, "AB>CD", 98},
		{"signal within an edge", "car", []string{"AB highway=residential", "BCD highway=residential", "DE highway=residential", "node C highway=traffic_signals"}, "AB>DE", 142},
		{"signal for the other direction", "car", []string{"AB highway=residential", "BCD highway=residential", "DE highway=residential", "node C highway=traffic_signals traffic_signals:direction=backward"}, "AB>DE", 130},
		{"signal of this direction", "car", []string{"AB highway=residential", "BCD highway=residential", "DE highway=residential", "node C highway=traffic_signals traffic_signals:direction=forward"}, "AB>DE", 142},
		{"crossing on foot", "walk", []string{"AB highway=footway", "BCD highway=footway", "node B highway=crossing crossing=traffic_signals"}, "AB>CD", 465},
		{"toll", "car", []string{"AB highway=residential", "BCD highway=residential", "node B barrier=toll_booth"}, "AB>CD", 101},
		{"ferry with duration", "walk", []string{"AB highway=footway", "BC route=ferry duration=00:10", "CD highway=footway"}, "AB>CD", 225 + 600 + 300},
		{"ferry in two pieces boards once", "walk", []string{"AB highway=footway", "BC route=ferry duration=00:10", "CD route=ferry duration=00:10", "DE highway=footway"}, "AB>DE", 225 + 1200 + 300},
		{"ferry without duration", "walk", []string{"AB highway=footway", "BC route=ferry", "CD highway=footway"}, "AB>CD", 225 + 72 + 300},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := streettest.Draw(t, "A--B--C--D--E", r.lines...)
			g, _ := build(t, w, builtin(t, r.profile))
			if got := seconds(t, g, w, r.trip); got != r.want {
				t.Errorf("%s takes %d s, want %d", r.trip, got, r.want)
			}
		})
	}
}

// TestTurnCosts: with them the graph is edge-based; left across the traffic costs
// most.
func TestTurnCosts(t *testing.T) {
	p := builtin(t, "car")
	p.Turns = street.Turns{Left: 10_000, Right: 4_000, UTurn: 60_000}
	w := streettest.Draw(t, crossing, "WM highway=residential", "ME highway=residential", "NM highway=residential", "MS highway=residential")
	g, _ := build(t, w, p)
	plain, _ := build(t, w, builtin(t, "car"))
	japan, _, err := street.Build(context.Background(), w, street.Options{Profile: p, Country: "JP"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"WM>ME": 0, "WM>NM": 4, "WM>MS": 10, "ME>NM": 10, "MS>NM": 0} {
		if got := seconds(t, japan, w, name) - seconds(t, plain, w, name); got != want {
			t.Errorf("on the left %s costs %d s more, want %d", name, got, want)
		}
	}
	for name, want := range map[string]int{"WM>ME": 0, "WM>NM": 10, "WM>MS": 4, "ME>NM": 4, "ME>MS": 10, "NM>ME": 10, "MS>ME": 4} {
		if got := seconds(t, g, w, name) - seconds(t, plain, w, name); got != want {
			t.Errorf("%s costs %d s more, want %d", name, got, want)
		}
	}
	if g.Nodes() <= plain.Nodes() {
		t.Errorf("%d nodes with turn costs, %d without", g.Nodes(), plain.Nodes())
	}
}

// TestPartsAreReported: an island is left out and named.
func TestPartsAreReported(t *testing.T) {
	w := streettest.Draw(t, "A--B--C   D--E\n   |\n   F", "ABC highway=residential", "BF highway=residential oneway=yes", "DE highway=residential")
	g, rep := build(t, w, builtin(t, "car"))
	if g.Nodes() != 3 || rep.Junctions != 3 || len(rep.Parts) != 2 {
		t.Fatalf("%d nodes, report %+v", g.Nodes(), rep)
	}
	lon, lat := w.At("D", 0, 0)
	p := rep.Parts[0]
	if p.Junctions != 2 || p.Metres < 299 || p.Metres > 301 || p.Way != w.Way("DE") || p.Place != street.At(lon, lat) {
		t.Errorf("the island is reported as %+v", p)
	}
	if p := rep.Parts[1]; p.Junctions != 1 || p.Way != w.Way("BF") {
		t.Errorf("the end of the oneway road is reported as %+v", p)
	}
}

// TestRestrictionsAreCounted: what cannot be applied is said.
func TestRestrictionsAreCounted(t *testing.T) {
	ways := []string{"WM highway=residential", "ME highway=residential", "NMS highway=residential", "NKE highway=residential"}
	for line, want := range map[string]street.Restrictions{
		"turn WM ME restriction=no_straight_on via=M":                           {Applied: 1},
		"turn WM ME restriction=no_straight_on via=M except=motorcar":           {Other: 1},
		"turn WM ME restriction:hgv=no_straight_on via=M":                       {Other: 1},
		"turn WM NKE restriction=no_u_turn via=ME":                              {Applied: 1, ViaWay: 1},
		"turn WM NMS restriction=no_left_turn via=M":                            {Ambiguous: 1},
		"turn WM NKE restriction=no_left_turn via=M":                            {Idle: 1},
		"turn WM ME restriction=forbidden via=M":                                {Incomplete: 1},
		"turn WM ME restriction=no_straight_on":                                 {Incomplete: 1},
		"turn WM ME restriction:conditional=no_straight_on~@~(Mo-Fr) via=M":     {Conditional: 1},
		"turn WM ME restriction=no_straight_on via=M hour_on=07:00":             {Conditional: 1},
		"turn WM WM restriction=no_u_turn via=M":                                {Applied: 1},
		"turn WM ME restriction=no_straight_on restriction:motorcar=none via=M": {Other: 1},
	} {
		w := streettest.Draw(t, crossing, append(append([]string{}, ways...), line)...)
		if _, rep := build(t, w, builtin(t, "car")); rep.Restrictions != want {
			t.Errorf("%s: counted %+v, want %+v", line, rep.Restrictions, want)
		}
	}
}

// TestEdgeOfAnExtract: a way is cut where its nodes are missing.
func TestEdgeOfAnExtract(t *testing.T) {
	w := streettest.Draw(t, "A--B--C--D--E--F", "ABCDEF highway=residential")
	w.Lose("D")
	g, rep := build(t, w, builtin(t, "car"))
	if rep.MissingNodes != 1 || g.Edges() != 1 || len(rep.Parts) != 1 {
		t.Errorf("%d edges, report %+v", g.Edges(), rep)
	}
}

// TestSpeedsNotUnderstood are reported, and so is a country without legal speeds.
func TestSpeedsNotUnderstood(t *testing.T) {
	w := streettest.Draw(t, "A--B--C--D--E--F--G", "AB highway=primary maxspeed=fast", "BC highway=primary maxspeed=fast maxspeed:backward=signals",
		"CD highway=primary maxspeed:type=KE:urban", "DE highway=primary maxspeed=30~mph source:maxspeed=sign", "EF highway=primary maxspeed=RO:rural", "FG highway=primary maxspeed:forward=XX:rural")
	_, rep, err := street.Build(context.Background(), w, street.Options{Profile: builtin(t, "car"), Limits: limits(t), Country: "KE"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"maxspeed=fast": 2, "maxspeed:type=KE:urban": 1, "maxspeed:forward=XX:rural": 1}
	if !maps.Equal(rep.Unread, want) || rep.UnreadTags != 4 || !rep.NoLimits {
		t.Errorf("not understood: %v, %d, no limits %v", rep.Unread, rep.UnreadTags, rep.NoLimits)
	}
	if _, rep := build(t, w, builtin(t, "walk")); rep.UnreadTags != 0 || rep.NoLimits {
		t.Errorf("on foot: %v", rep.Unread)
	}
}

func TestBuildRefuses(t *testing.T) {
	nowhere := streettest.Draw(t, "A--B", "AB highway=residential")
	nowhere.Lose("A")
	nowhere.Lose("B")
	ok := streettest.Draw(t, "A--B", "AB highway=residential")
	car := builtin(t, "car")
	for name, c := range map[string]struct {
		src  street.Source
		o    street.Options
		want error
	}{
		"no streets":         {streettest.Draw(t, "A--B", "AB building=yes"), street.Options{Profile: car}, street.ErrNoStreets},
		"streets elsewhere":  {nowhere, street.Options{Profile: car}, street.ErrNoStreets},
		"no profile":         {ok, street.Options{}, street.ErrOptions},
		"an unknown country": {ok, street.Options{Profile: car, Limits: limits(t), Country: "ZZ"}, street.ErrOptions},
	} {
		if _, _, err := street.Build(context.Background(), c.src, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := street.Build(ended, ok, street.Options{Profile: car}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}

func TestCongestion(t *testing.T) {
	w := streettest.Draw(t, "A--B--C--D", "AB highway=residential", "BC highway=primary", "CD highway=residential")
	g, _ := build(t, w, builtin(t, "car"))
	read := func(text string) *street.Congestion {
		t.Helper()
		c, problems := street.ReadCongestion("c.csv", strings.NewReader(text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return c
	}
	time := func(c *street.Congestion, hour int, way string) street.Millis {
		t.Helper()
		times, err := g.Times(c, hour)
		if err != nil {
			t.Fatal(err)
		}
		for a := range times {
			if s := g.ArcSide[a]; s != street.None && g.EdgeWay[s.Edge()] == w.Way(way) {
				return times[a]
			}
		}
		t.Fatalf("no arc on %s", way)
		return 0
	}
	classes := read("class,from,until,factor\nprimary,7,9,0.5\nprimary,17,19,0.25\nmotorwy,0,24,1\n")
	free := time(classes, 12, "BC")
	if got := time(classes, 7, "BC"); got != 2*free {
		t.Errorf("at seven %d ms, want %d", got, 2*free)
	}
	if got := time(classes, 9, "BC"); got != free {
		t.Errorf("at nine %d ms, want %d", got, free)
	}
	if got := time(classes, 7, "AB"); got != time(classes, 12, "AB") {
		t.Error("another class is slowed down")
	}
	if got := classes.Unknown(g); len(got) != 1 || got[0] != "motorwy" {
		t.Errorf("unknown classes %v", got)
	}
	ways := read("speed_type,osm_id,max_speed\nscale,2,0.5\nkm/h,1,10.8\n")
	if got := time(ways, 3, "BC"); got != 2*free {
		t.Errorf("scaled %d ms, want %d", got, 2*free)
	}
	if got := time(ways, 3, "AB"); got < 99_900 || got > 100_100 {
		t.Errorf("300 m at 3 m/s take %d ms", got)
	}
	if got := ways.UnknownWays(g); len(got) != 0 {
		t.Errorf("unknown ways %v", got)
	}
	if got := read("osm_id,max_speed,speed_type\n7,0.5,scale\n2,1,scale\n-3,1,scale\n").UnknownWays(g); !slices.Equal(got, []int64{-3, 7}) {
		t.Errorf("unknown ways %v", got)
	}
	// A trip from the middle of AB to the middle of CD has half of each and all of BC.
	rush, err := g.Congested(classes, 7)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := seconds(t, rush, w, "AB>CD"), seconds(t, g, w, "AB>CD")+int(free+500)/1000; got < want-1 || got > want+1 {
		t.Errorf("at seven the trip takes %d s, want %d", got, want)
	}
	rush, err = g.Congested(ways, 7)
	if err != nil {
		t.Fatal(err)
	}
	if got := seconds(t, rush, w, "AB>CD"); got < 50+2*19+21 || got > 50+2*21+23 {
		t.Errorf("on slowed ways the trip takes %d s", got)
	}
	if _, err := g.Times(ways, 24); !errors.Is(err, street.ErrHour) {
		t.Errorf("hour 24: %v", err)
	}
}

func TestBadCongestion(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "empty-file",
		"a,b\n1,2\n":                             "unknown-columns",
		"class,from,until,factor\nprimary,7,9\n": "column-count",
		"class,from,until,factor\nprimary,9,7,0.5\n":               "bad-hours",
		"class,from,until,factor\nprimary,7,9,x\n":                 "not-a-number",
		"class,from,until,factor\nprimary,7,9,0\n":                 "out-of-range",
		"class,from,until,factor\nprimary,7,9,1\nprimary,8,9,.5\n": "hours-twice",
		"osm_id,max_speed,speed_type\n1,2,furlongs\n":              "not-one-of",
		"osm_id,max_speed,speed_type\nx,2,scale\n":                 "not-a-number",
		"osm_id,max_speed,speed_type\n1,\"2,scale\n":               "csv-syntax",
	} {
		c, problems := street.ReadCongestion("c.csv", strings.NewReader(text))
		if c != nil || len(problems) == 0 || problems[0].Code != want {
			t.Errorf("%q: %v, want %s", text, problems, want)
		}
	}
}
