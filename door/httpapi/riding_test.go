package httpapi_test

import (
	"strings"
	"testing"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/transit"
	"conurb/door/httpapi"
)

// startRiding is the town with a line from its west end to its east end, every ten
// minutes from eight to nine, two minutes long.
func startRiding(t *testing.T) *node {
	tt := &transit.Timetable{StopPlace: [][2]float64{{0, 0}, {12 * cell, 0}}, StopName: []string{"Post", "Harbour"}, RouteName: []string{"7"}, TripFirst: []int32{0}}
	for at := transit.Second(8 * 3600); at <= 9*3600; at += 600 {
		tt.EventStop = append(tt.EventStop, 0, 1)
		tt.Arrive, tt.Depart = append(tt.Arrive, at, at+120), append(tt.Depart, at, at+120)
		tt.TripFirst = append(tt.TripFirst, int32(len(tt.EventStop)))
		tt.TripRoute, tt.Stay = append(tt.TripRoute, 0), append(tt.Stay, transit.None)
	}
	g := town(t)
	riding, err := g.Riding(&reach.Service{Day: "2026-05-13", Basis: area.Basis{Text: area.Text{Zh: "时刻表", En: "Timetable"}, Source: "bus.zip"}, Table: tt})
	if err != nil {
		t.Fatal(err)
	}
	return startWith(t, httpapi.Options{Grounds: &grounds{[]httpapi.GroundState{{ID: "town", State: "ready", Ground: riding}, {ID: "plain", State: "ready", Ground: g}}}})
}

func TestNetworksTellTheirService(t *testing.T) {
	list := read[[]httpapi.StreetNetwork](startRiding(t), "/api/v1/networks")
	if s := list[0].Service; s == nil || s.Day != "2026-05-13" || s.Stops != 2 || s.Trips != 7 || s.Basis.Source != "bus.zip" {
		t.Errorf("service: %+v", s)
	}
	if list[1].Service != nil {
		t.Errorf("a network without public transport has some: %+v", list[1].Service)
	}
}

func TestIsochronesByPublicTransport(t *testing.T) {
	n := startRiding(t)
	const ask = "/api/v1/networks/town/isochrones?mode=transit&minutes=5,9&window=10&"
	// From 08:00 on, ten departures wait for the next bus at 08:10: the median takes 8
	// minutes to the other end, a walk of fifteen. Half way one walks, eight minutes.
	a := read[httpapi.Isochrones](n, ask+lonLat(0, 0))
	if a.Mode != "transit" || len(a.Within) != 2 || *a.Within[0].Places != 1 || *a.Within[1].Places != 3 || a.Within[1].Sums[0].Sum != 70 {
		t.Errorf("outbound: %+v", a.Within)
	}
	if len(a.Shapes.Features) != 2 || len(a.Shapes.Features[0].Geometry.Coordinates) < 2 {
		t.Errorf("the ground around two stops is in one piece: %+v", a.Shapes.Features)
	}
	// Nine of ten departures take longer than three minutes.
	if b := read[httpapi.Isochrones](n, ask+"percentile=10&"+lonLat(0, 0)); *b.Within[0].Places != 2 {
		t.Errorf("at the 10th percentile: %+v", b.Within)
	}
	if b := read[httpapi.Isochrones](n, ask+"direction=inbound&"+lonLat(12, 0)); *b.Within[1].Places != 3 {
		t.Errorf("inbound: %+v", b.Within)
	}
	if b := read[httpapi.Isochrones](n, ask+"direction=inbound&"+lonLat(0, 0)); *b.Within[1].Places != 2 {
		t.Errorf("nobody comes by a line that only leaves: %+v", b.Within)
	}
	for _, c := range []struct{ path, code string }{
		{"/api/v1/networks/plain/isochrones?mode=transit&" + lonLat(0, 0), "no-such-mode"},
		{"/api/v1/networks/town/isochrones?mode=transit&minutes=180&" + lonLat(0, 0), "long-journey"},
		{"/api/v1/networks/town/isochrones?mode=transit&lon=5&lat=5", "far-from-streets"},
	} {
		if r := n.get(c.path); r.status != 422 || decode[httpapi.Problem](n, r.body).Code != c.code {
			t.Errorf("%s: %d %s, want %s", c.path, r.status, r.body, c.code)
		}
	}
	if r := n.get(ask + "depart=8&" + lonLat(0, 0)); r.status != 422 {
		t.Errorf("depart=8: %d", r.status)
	}
}

func TestAJourneyLegByLeg(t *testing.T) {
	n := startRiding(t)
	w := read[httpapi.Way](n, "/api/v1/networks/town/route?mode=transit&depart=08:02&lang=en&from="+at(0, 0)+"&to="+at(12, 0))
	if w.Seconds != 600 || w.Journey == nil || w.Journey.Depart != 28920 || w.Journey.Arrive != 29520 || w.Journey.Changes != 0 {
		t.Fatalf("%v s, %+v", w.Seconds, w.Journey)
	}
	sum, texts := 0.0, []string{}
	for _, s := range w.Steps {
		sum, texts = sum+s.Seconds, append(texts, s.Text)
	}
	if sum != w.Seconds || !strings.Contains(strings.Join(texts, "; "), "08:02 wait at Post; 08:10 line 7 to Harbour, stops: 1") {
		t.Errorf("%v s: %q", sum, texts)
	}
	if zh := read[httpapi.Way](n, "/api/v1/networks/town/route?mode=transit&depart=09:30&lang=zh-CN&from="+at(0, 0)+"&to="+at(12, 0)); len(zh.Steps) != 1 || zh.Steps[0].Text != "09:30 步行至终点" {
		t.Errorf("when nothing runs: %+v", zh.Steps)
	}
	if walk := read[httpapi.Way](n, "/api/v1/networks/town/route?mode=walk&from="+at(0, 0)+"&to="+at(12, 0)); walk.Journey != nil {
		t.Errorf("a way on foot is a journey: %+v", walk.Journey)
	}
}
