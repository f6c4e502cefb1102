package line

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/connect/transit"
	"conurb/kit/gtfs"
)

func published(day area.Date) Publication {
	return Publication{Name: "drawn", URL: "http://127.0.0.1/", Timezone: "Asia/Shanghai", Lang: "en", Day: day, Version: "1"}
}

// readBack writes a feed and reads it again, as others would.
func readBack(t interface{ Fatal(...any) }, f *gtfs.Feed) *gtfs.Feed {
	var b bytes.Buffer
	if err := gtfs.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	again, report, err := gtfs.ReadZip(context.Background(), bytes.NewReader(b.Bytes()), int64(b.Len()), gtfs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range report.Groups() {
		if g.Severity != gtfs.Info { // modelled.txt is none of the specification
			t.Fatal(g.Code, g.First[0])
		}
	}
	return again
}

// TestFeedIsTheTimetable: read from the archive, the trains are those of the timetable.
func TestFeedIsTheTimetable(t *testing.T) {
	on, _ := area.ParseDate("2025-06-30")
	rapid.Check(t, func(t *rapid.T) {
		n, services, sections := world(t)
		for i := range services {
			services[i].Board = 0 // which GTFS does not know
		}
		open := these(someOf(t, "open", sections)...)
		want, _ := Timetable(n, services, open, always)
		f, _ := Feed(n, services, open, always, published(on))
		if len(f.Trips) == 0 {
			t.Skip("no trains: no feed can be read back")
		}
		again := readBack(t, f)
		got, _ := transit.OfFeed(again, gtfs.Date(on))
		a, b := rides(want, func(s transit.Stop) string { return n.Stations[s].ID }), rides(got, func(s transit.Stop) string { return again.Stops[s].ID })
		if !slices.Equal(a, b) {
			t.Fatalf("trains\n%v\nread back as\n%v", a, b)
		}
	})
}

// rides writes the trains that leave on the day, in order.
func rides(t *transit.Timetable, name func(transit.Stop) string) []string {
	var out []string
	for k := range t.Trips() {
		first := t.TripFirst[k]
		if t.Depart[first] < 0 || t.Depart[first] >= day {
			continue
		}
		text := ""
		for e := first; e < t.TripFirst[k+1]; e++ {
			text += name(t.EventStop[e]) + gtfs.Seconds(t.Arrive[e]).String() + gtfs.Seconds(t.Depart[e]).String() + " "
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}
