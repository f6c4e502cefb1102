package street_test

import (
	"math"
	"strings"
	"testing"

	"conurb/connect/street"
)

func tagged(text string) street.Tags {
	var out street.Tags
	for _, word := range strings.Fields(text) {
		k, v, _ := strings.Cut(word, "=")
		out = append(out, street.Tag{Key: k, Value: strings.ReplaceAll(v, "~", " ")})
	}
	return out
}

// TestSpeeds: km/h in the direction of the way and against it; 0 is closed.
func TestSpeeds(t *testing.T) {
	rows := []struct {
		name, profile, country, tags string
		forward, backward            float64
	}{
		{"class", "car", "", "highway=residential", 25, 25},
		{"no way", "car", "", "building=yes", 0, 0},
		{"km/h", "car", "", "highway=primary maxspeed=80", 68, 68},
		{"km/h written", "car", "", "highway=primary maxspeed=80~km/h", 68, 68},
		{"mph", "car", "", "highway=primary maxspeed=50~mph", 50 * 1.609344 * 0.85, 50 * 1.609344 * 0.85},
		{"mph without a blank", "car", "", "highway=primary maxspeed=50mph", 50 * 1.609344 * 0.85, 50 * 1.609344 * 0.85},
		{"knots", "car", "", "highway=primary maxspeed=20~knots", 20 * 1.852 * 0.85, 20 * 1.852 * 0.85},
		{"none", "car", "", "highway=motorway oneway=no maxspeed=none", 110.5, 110.5},
		{"walk", "car", "", "highway=living_street maxspeed=walk", 5.1, 5.1},
		{"signals say nothing", "car", "", "highway=primary maxspeed=signals", 55, 55},
		{"nonsense says nothing", "car", "", "highway=primary maxspeed=fast", 55, 55},
		{"zero says nothing", "car", "", "highway=primary maxspeed=0", 55, 55},
		{"two values: the lower", "car", "", "highway=primary maxspeed=60;40", 34, 34},
		{"MPH", "car", "", "highway=primary maxspeed=50~MPH", 50 * 1.609344 * 0.85, 50 * 1.609344 * 0.85},
		{"zone of Germany", "car", "", "highway=primary maxspeed=DE:urban", 42.5, 42.5},
		{"advised speed of Germany", "car", "", "highway=motorway oneway=no maxspeed:type=DE:motorway", 110.5, 110.5},
		{"zone of Romania", "car", "", "highway=primary zone:traffic=RO:rural", 76.5, 76.5},
		{"national speed limit", "car", "", "highway=primary maxspeed:type=GB:nsl_single", 96.56 * 0.85, 96.56 * 0.85},
		{"UK for GB", "car", "", "highway=primary maxspeed:type=UK:nsl_single", 96.56 * 0.85, 96.56 * 0.85},
		{"zone in miles", "car", "", "highway=residential maxspeed:type=GB:zone20", 20 * 1.609344 * 0.85, 20 * 1.609344 * 0.85},
		{"zone in kilometres", "car", "", "highway=residential maxspeed:type=DE:zone30", 25.5, 25.5},
		{"zone of the country at hand", "car", "PT", "highway=primary maxspeed:type=rural", 76.5, 76.5},
		{"zone of no country", "car", "", "highway=primary maxspeed:type=rural", 55, 55},
		{"a source is no limit", "car", "PT", "highway=primary source:maxspeed=25", 55, 55},
		{"a country without limits", "car", "KE", "highway=motorway oneway=no", 105, 105},
		{"zone of China", "car", "", "highway=primary maxspeed=CN:urban", 42.5, 42.5},
		{"zone of Brazil", "car", "", "highway=primary maxspeed=BR:rural", 85, 85},
		{"zone of Portugal", "car", "", "highway=trunk maxspeed=PT:motorway", 102, 102},
		{"zone with a figure", "car", "", "highway=residential maxspeed=PT:zone30", 25.5, 25.5},
		{"zone:30", "car", "", "highway=residential maxspeed=PT:zone:30", 25.5, 25.5},
		{"unknown zone", "car", "", "highway=primary maxspeed=XX:urban", 55, 55},
		{"zone beside", "car", "", "highway=primary source:maxspeed=PT:urban", 42.5, 42.5},
		{"zone:maxspeed", "car", "", "highway=residential zone:maxspeed=PT:30", 25.5, 25.5},
		{"the figure before the zone", "car", "", "highway=primary maxspeed=80 source:maxspeed=PT:urban", 68, 68},
		{"by direction", "car", "", "highway=primary maxspeed=80 maxspeed:backward=40", 68, 34},
		{"by vehicle", "car", "", "highway=primary maxspeed=80 maxspeed:motorcar=40", 34, 34},
		{"for other vehicles", "car", "", "highway=primary maxspeed=80 maxspeed:hgv=40", 68, 68},
		{"implied in China", "car", "CN", "highway=tertiary_link", 30, 30},
		{"implied lowers: Brazil, local", "car", "BR", "highway=tertiary", 34, 34},
		{"implied does not raise", "car", "PT", "highway=primary", 55, 55},
		{"a sign goes before the implied", "car", "BR", "highway=tertiary maxspeed=60", 51, 51},
		{"top", "car", "", "highway=motorway oneway=no maxspeed=200", 130, 130},
		{"surface", "car", "", "highway=residential surface=gravel", 15, 15},
		{"smoothness", "car", "", "highway=residential smoothness=bad", 17.5, 17.5},
		{"the worse of both", "car", "", "highway=residential surface=gravel smoothness=bad", 15, 15},
		{"impassable", "car", "", "highway=residential smoothness=impassable", 0, 0},
		{"track", "car", "", "highway=track tracktype=grade2", 12, 12},
		{"a bad track", "car", "", "highway=track tracktype=grade5", 0, 0},
		{"a bad track for farmers", "car", "", "highway=track motor_vehicle=agricultural", 0, 0},
		{"link", "car", "", "highway=motorway_link oneway=yes", 55, 0},
		{"aisle", "car", "", "highway=service service=parking_aisle", 10, 10},
		{"emergency access", "car", "", "highway=service service=emergency_access", 0, 0},
		{"pedestrian street with permission", "car", "", "highway=pedestrian motor_vehicle=yes", 8, 8},
		{"pedestrian street", "car", "", "highway=pedestrian", 0, 0},
		{"access=yes is no permission for cars", "car", "", "highway=pedestrian access=yes", 0, 0},
		{"unknown value", "car", "", "highway=residential motorcar=sometimes", 25, 25},
		{"first known of several", "car", "", "highway=residential motorcar=sometimes;no", 0, 0},
		{"psv only", "car", "", "highway=service motor_vehicle=psv", 0, 0},
		{"bus road", "car", "", "highway=busway", 0, 0},

		{"cycling", "bicycle", "", "highway=residential", 16, 16},
		{"a low limit binds cycling", "bicycle", "", "highway=residential maxspeed=10", 10, 10},
		{"a high limit speeds nobody up", "bicycle", "", "highway=residential maxspeed=80", 16, 16},
		{"pushed on a footway", "bicycle", "", "highway=footway", 4, 4},
		{"allowed on a footway", "bicycle", "", "highway=footway bicycle=yes", 8, 8},
		{"access=yes on a footway", "bicycle", "", "highway=footway access=yes", 4, 4},
		{"dismount", "bicycle", "", "highway=cycleway bicycle=dismount", 4, 4},
		{"use_sidepath", "bicycle", "", "highway=primary bicycle=use_sidepath", 0, 0},
		{"no motorway", "bicycle", "", "highway=motorway", 0, 0},
		{"sand", "bicycle", "", "highway=path surface=sand", 3, 3},
		{"platform", "bicycle", "", "railway=platform", 4, 4},

		{"walking", "walk", "", "highway=primary maxspeed=30", 4.8, 4.8},
		{"steps", "walk", "", "highway=steps", 2.4, 2.4},
		{"no foot", "walk", "", "highway=primary foot=no", 0, 0},
		{"sidewalk drawn apart", "walk", "", "highway=primary foot=use_sidepath", 0, 0},
		{"pier", "walk", "", "man_made=pier", 4.8, 4.8},
		{"motorway", "walk", "", "highway=motorway", 0, 0},
		{"motorroad", "walk", "", "highway=trunk motorroad=yes", 0, 0},
		{"private", "walk", "", "highway=footway access=private", 4.8, 4.8},
		{"backward by direction", "walk", "", "highway=footway foot:backward=no", 4.8, 0},

		{"ferry", "car", "", "route=ferry", 15, 15},
		{"ferry for people", "car", "", "route=ferry foot=yes", 0, 0},
		{"ferry for people and cars", "car", "", "route=ferry foot=yes motor_vehicle=yes", 15, 15},
		{"ferry without cars", "car", "", "route=ferry motor_vehicle=no", 0, 0},
		{"ferry on foot", "walk", "", "route=ferry", 15, 15},
		{"shuttle train", "car", "", "route=shuttle_train", 60, 60},
	}
	for _, r := range rows {
		t.Run(r.profile+"/"+r.name, func(t *testing.T) {
			rules := street.Rules{Profile: builtin(t, r.profile), Limits: limits(t), Country: r.country}
			got := rules.Way(tagged(r.tags))
			if !near(got.Forward.Kmh, r.forward) || !near(got.Backward.Kmh, r.backward) {
				t.Errorf("%s: %v and %v km/h, want %v and %v", r.tags, got.Forward.Kmh, got.Backward.Kmh, r.forward, r.backward)
			}
			if open := got.Forward.Access != street.No; open != (r.forward > 0) {
				t.Errorf("%s: access %v at %v km/h", r.tags, got.Forward.Access, got.Forward.Kmh)
			}
		})
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestDurations(t *testing.T) {
	rules := street.Rules{Profile: builtin(t, "walk")}
	for text, want := range map[string]street.Millis{
		"00:20": 1_200_000, "1:05:30": 3_930_000, "45": 2_700_000, "PT20M": 1_200_000, "PT1H30M": 5_400_000,
		"": 0, "soon": 0, "-5": 0, "1:2:3:4": 0, "PT": 0, "PTM": 0, "9999:00": 0,
	} {
		if got := rules.Way(street.Tags{{Key: "route", Value: "ferry"}, {Key: "duration", Value: text}}).Duration; got != want {
			t.Errorf("duration=%s is %d ms, want %d", text, got, want)
		}
	}
}
