package geo_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/geo"
)

type pair struct {
	at   geo.Point
	x, y float64
}

// projected are points as PROJ 9.1 projects them:
//
//	echo "113 28" | cs2cs -f %.6f +proj=longlat +ellps=WGS84 +to +proj=tmerc +lon_0=113 +ellps=WGS84
//
// The last is computed on GRS 80, as CGCS2000 is.
var projected = []struct {
	name  string
	by    geo.Projection
	pairs []pair
}{
	{"+proj=tmerc +lon_0=113 +ellps=WGS84", geo.NewProjection(113), []pair{
		{geo.Point{113, 28}, 0.000000, 3098441.747387},
		{geo.Point{112.97064, 28.19752}, -2882.621512, 3120331.469319},
		{geo.Point{114.5, 26.3}, 149803.547470, 2910940.621459},
		{geo.Point{111, 0}, -222684.513481, 0.000000},
		{geo.Point{108.25, -41.5}, -396662.707626, -4607011.006034},
		{geo.Point{116.4, 39.9}, 290792.739772, 4423963.651682},
		{geo.Point{120, 84}, 81524.649277, 9336785.641748},
		{geo.Point{113, 90}, 0.000000, 10001965.729313},
	}},
	{"+proj=utm +zone=49 +ellps=WGS84", geo.UTM(49, true), []pair{
		{geo.Point{113, 28}, 696667.540989, 3098814.253600},
		{geo.Point{112.97064, 28.19752}, 693425.103738, 3120655.128829},
		{geo.Point{114.5, 26.3}, 849510.317671, 2913641.383891},
		{geo.Point{111, 0}, 500000.000000, 0.000000},
		{geo.Point{108.25, -41.5}, 270466.482942, -4597915.702378},
		{geo.Point{116.4, 39.9}, 961735.918735, 4430638.163130},
		{geo.Point{120, 84}, 604608.837432, 9336281.991239},
		{geo.Point{113, 90}, 500000.000000, 9997964.943021},
	}},
	{"+proj=tmerc +lon_0=-8.5 +ellps=WGS84", geo.NewProjection(-8.5), []pair{
		{geo.Point{-8.6291, 41.1579}, -10835.890589, 4558116.978733},
		{geo.Point{-8.5, -1}, 0.000000, -110574.388558},
		{geo.Point{-12, 44.44}, -278642.375404, 4928676.245269},
	}},
	{"+proj=utm +zone=22 +south +ellps=WGS84", geo.UTM(22, false), []pair{
		{geo.Point{-51.2177, -30.0346}, 479010.600976, 6677360.718374},
		{geo.Point{-48.1, -0.0001}, 822836.194043, 9999988.932727},
		{geo.Point{-53.9, -72}, 400012.289865, 2008660.315593},
	}},
	{"+proj=utm +zone=1 +ellps=WGS84", geo.UTM(1, true), []pair{
		{geo.Point{179.9, 5}, 156185.175014, 553475.540042},
		{geo.Point{-179.9, -5}, 178386.220867, -553374.131616},
	}},
	{"+proj=utm +zone=60 +south +ellps=WGS84", geo.UTM(60, false), []pair{
		{geo.Point{179.9, 5}, 821613.779133, 10553374.131616},
		{geo.Point{-179.9, -5}, 843814.824986, 9446524.459958},
	}},
	{"+proj=tmerc +lon_0=114 +ellps=GRS80", geo.NewProjection(114), []pair{
		{geo.Point{113, 28}, -98364.680919, 3098844.765240},
		{geo.Point{112.97064, 28.19752}, -101067.581775, 3120760.132904},
		{geo.Point{114.5, 26.3}, 49931.414304, 2910168.193738},
		{geo.Point{111, 0}, -334112.201800, 0.000000},
		{geo.Point{108.25, -41.5}, -480201.790341, -4612097.623249},
		{geo.Point{116.4, 39.9}, 205254.659670, 4421184.039335},
		{geo.Point{120, 84}, 69923.445916, 9335471.091655},
		{geo.Point{113, 90}, -0.000000, 10001965.729230},
	}},
}

func TestProjectionsAgreeWithPROJ(t *testing.T) {
	for _, c := range projected {
		t.Run(c.name, func(t *testing.T) {
			within := 1e-6
			if strings.HasSuffix(c.name, "GRS80") { // whose axis is 0.1 mm shorter
				within = 2e-4
			}
			for _, p := range c.pairs {
				x, y := c.by.Forward(p.at)
				if d := math.Hypot(x-p.x, y-p.y); d > within {
					t.Errorf("%v lies %.7f m from where PROJ puts it: got %.6f %.6f, want %.6f %.6f", p.at, d, x, y, p.x, p.y)
				}
				if d := geo.Distance(c.by.Inverse(p.x, p.y), p.at); d > within {
					t.Errorf("back from %.6f %.6f: %.7f m from %v", p.x, p.y, d, p.at)
				}
			}
		})
	}
}

func TestProjectionsReturn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon := rapid.Float64Range(-180, 180).Draw(t, "meridian")
		p := geo.NewProjection(lon)
		if rapid.Bool().Draw(t, "zone") {
			p = geo.UTM(rapid.IntRange(1, 60).Draw(t, "number"), rapid.Bool().Draw(t, "north"))
		}
		at := geo.Point{math.Remainder(p.Meridian+rapid.Float64Range(-30, 30).Draw(t, "lon"), 360), rapid.Float64Range(-89.9, 89.9).Draw(t, "lat")}
		back := p.Inverse(p.Forward(at))
		if d := geo.Distance(at, back); !(d < 1e-5) || back[0] < -180 || back[0] > 180 {
			t.Fatalf("%v came back as %v, %g m away", at, back, d)
		}
	})
}

// Near the central meridian a projected length is the length on the ellipsoid,
// which the mean sphere gives to half a percent.
func TestProjectedLengthsAreMetres(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.NewProjection(113)
		a := geo.Point{113 + rapid.Float64Range(-1, 1).Draw(t, "lon"), rapid.Float64Range(-70, 70).Draw(t, "lat")}
		b := geo.Point{a[0] + rapid.Float64Range(-.01, .01).Draw(t, "dlon"), a[1] + rapid.Float64Range(.001, .01).Draw(t, "dlat")}
		ax, ay := p.Forward(a)
		bx, by := p.Forward(b)
		if got, want := math.Hypot(bx-ax, by-ay), geo.Distance(a, b); math.Abs(got-want) > .006*want {
			t.Fatalf("%v to %v: %g m projected, %g m on the sphere", a, b, got, want)
		}
	})
}
