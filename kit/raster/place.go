package raster

import (
	"errors"
	"fmt"
	"math"

	"conurb/kit/geo"
)

// place says where pixels lie: x = x0 + column dx, y = y0 + row dy, at the upper left
// corner of the pixel, in degrees or in metres of a projection.
type place struct {
	x0, y0, dx, dy float64
	projected      bool
	by             geo.Projection
}

// The keys of GeoTIFF that are read, and what they may say.
const (
	keyModel      = 1024
	keyRasterType = 1025
	keyGeographic = 2048
	keyProjected  = 3072

	modelProjected  = 1
	modelGeographic = 2
	pixelIsPoint    = 2
)

// locate reads the place of the pixels.
func (d *directory) locate() (place, error) {
	p, err := d.transform()
	if err != nil {
		return p, err
	}
	keys, err := d.keys()
	if err != nil {
		return p, err
	}
	if keys[keyRasterType] == pixelIsPoint { // the tiepoint is the centre of a pixel
		p.x0, p.y0 = p.x0-p.dx/2, p.y0-p.dy/2
	}
	return p, p.system(keys)
}

func (d *directory) transform() (p place, err error) {
	scale, err := d.floats(tagPixelScale)
	if err != nil {
		return p, err
	}
	tie, err := d.floats(tagTiepoint)
	if err != nil {
		return p, err
	}
	m, err := d.floats(tagTransformation)
	switch {
	case err != nil:
		return p, err
	case len(m) == 16 && (m[1] != 0 || m[4] != 0):
		return p, unsupported("a raster that is turned against the axes of its coordinates")
	case len(m) == 16:
		p.x0, p.y0, p.dx, p.dy = m[3], m[7], m[0], m[5]
	case len(scale) >= 2 && len(tie) == 6:
		p.dx, p.dy = scale[0], -scale[1]
		p.x0, p.y0 = tie[3]-tie[0]*p.dx, tie[4]-tie[1]*p.dy
	case len(scale) >= 2 && len(tie) > 6:
		return p, unsupported("a raster fitted to %d tiepoints", len(tie)/6)
	default:
		return p, unsupported("a TIFF without a place on earth (no pixel scale with a tiepoint, no transformation)")
	}
	if !(p.dx > 0) || p.dy == 0 {
		return p, unsupported("pixels of %v by %v", p.dx, p.dy)
	}
	return p, nil
}

// keys reads the GeoKeys that stand in the directory itself, as those read here do.
func (d *directory) keys() (map[uint64]uint64, error) {
	v, err := d.wholes(tagGeoKeys, maxValues)
	if err != nil {
		return nil, err
	}
	keys := map[uint64]uint64{}
	for i := 4; i+3 < len(v); i += 4 {
		if v[i+1] == 0 {
			keys[v[i]] = v[i+3]
		}
	}
	return keys, nil
}

func (p *place) system(keys map[uint64]uint64) error {
	code := keys[keyProjected]
	switch model := keys[keyModel]; {
	case model == modelProjected && code > 32600 && code <= 32660:
		p.projected, p.by = true, geo.UTM(int(code-32600), true)
	case model == modelProjected && code > 32700 && code <= 32760:
		p.projected, p.by = true, geo.UTM(int(code-32700), false)
	case model == modelProjected && (code == 0 || code == 32767):
		return unsupported("a projection without an EPSG code; known are UTM on WGS 84 (EPSG 326zz, 327zz) and longitude and latitude (4326, 4490)")
	case model == modelProjected:
		return unsupported("the projection EPSG:%d; known are UTM on WGS 84 (EPSG 326zz, 327zz) and longitude and latitude (4326, 4490)", code)
	case model == modelGeographic && (keys[keyGeographic] == 4326 || keys[keyGeographic] == 4490):
	case model == modelGeographic:
		return unsupported("the geographic system EPSG:%d; known are WGS 84 (4326) and CGCS2000 (4490)", keys[keyGeographic])
	case model == 0:
		return unsupported("a TIFF that does not say what its coordinates are (no GeoKeys)")
	default:
		return unsupported("coordinates of model %d, neither projected nor geographic", model)
	}
	return nil
}

// check holds that a raster of this size lies on earth.
func (p *place) check(width, height int) error {
	x1, y1 := p.x0+float64(width)*p.dx, p.y0+float64(height)*p.dy
	lowX, highX, lowY, highY := -181.0, 361.0, -91.0, 91.0
	if p.projected {
		lowX, highX, lowY, highY = -4e6, 5e6, -1e7, 2e7
	}
	for _, v := range []float64{p.x0, x1} {
		if !(v >= lowX && v <= highX) {
			return &Error{0, fmt.Errorf("x of the raster from %v to %v: %w", p.x0, x1, errOffEarth)}
		}
	}
	for _, v := range []float64{p.y0, y1} {
		if !(v >= lowY && v <= highY) {
			return &Error{0, fmt.Errorf("y of the raster from %v to %v: %w", p.y0, y1, errOffEarth)}
		}
	}
	return nil
}

var errOffEarth = errors.New("off the globe in these coordinates")

// point is the WGS-84 point of fractional pixel coordinates.
func (p *place) point(x, y float64) geo.Point {
	x, y = p.x0+x*p.dx, p.y0+y*p.dy
	if p.projected {
		return p.by.Inverse(x, y)
	}
	if x > 180 {
		x -= 360
	}
	return geo.Point{x, y}
}

// pixel is the inverse of point.
func (p *place) pixel(q geo.Point) (x, y float64) {
	x, y = q[0], q[1]
	if p.projected {
		x, y = p.by.Forward(q)
	} else if x < p.x0 && x+360 >= p.x0 { // rasters from 0 to 360 degrees
		x += 360
	}
	return (x - p.x0) / p.dx, (y - p.y0) / p.dy
}

// envelope is what bounds (west, south, east, north) span in pixel coordinates,
// found along their four sides.
func (p *place) envelope(b [4]float64) (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	const steps = 32
	for i := range steps + 1 {
		f := float64(i) / steps
		lon, lat := b[0]+f*(b[2]-b[0]), b[1]+f*(b[3]-b[1])
		for _, q := range []geo.Point{{lon, b[1]}, {lon, b[3]}, {b[0], lat}, {b[2], lat}} {
			x, y := p.pixel(q)
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
		}
	}
	return x0, y0, x1, y1
}
