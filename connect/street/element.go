package street

import "math"

// Tag is one key and value of a map element.
type Tag struct{ Key, Value string }

// Tags are the tags of one element.
type Tags []Tag

// Get returns the value of key, or nothing.
func (t Tags) Get(key string) string {
	for i := range t {
		if t[i].Key == key {
			return t[i].Value
		}
	}
	return ""
}

// Has tells whether the element carries exactly this tag.
func (t Tags) Has(tag Tag) bool { return tag.Value != "" && t.Get(tag.Key) == tag.Value }

// MapNode is a point of the map.
type MapNode struct {
	ID    int64
	Place Place
	Tags  Tags
}

// MapWay is a line of the map: the points it runs through, by id.
type MapWay struct {
	ID   int64
	Refs []int64
	Tags Tags
}

// MapRelation ties elements together; turn restrictions are of this kind.
type MapRelation struct {
	ID      int64
	Tags    Tags
	Members []Member
}

// Member is one element in a relation.
type Member struct {
	Kind MemberKind
	ID   int64
	Role string
}

// MemberKind says what a member is.
type MemberKind uint8

// The kinds of element a relation can have.
const (
	NodeMember MemberKind = iota
	WayMember
	RelationMember
)

// Source hands over the elements of a map, each kind once. What is handed over,
// text included, may be used again after visit returns. An error of visit ends the
// walk and is returned.
type Source interface {
	Relations(visit func(MapRelation) error) error
	Ways(visit func(MapWay) error) error
	Nodes(visit func(MapNode) error) error
}

// Place is a position in WGS-84, in ten-millionths of a degree.
type Place struct{ Lon, Lat int32 }

// At gives the place of a longitude and a latitude in degrees.
func At(lon, lat float64) Place {
	return Place{int32(math.Round(lon * 1e7)), int32(math.Round(lat * 1e7))}
}

// eastward is the way from p to q in units of longitude, the short way round the
// earth.
func eastward(p, q Place) float64 {
	d := float64(q.Lon) - float64(p.Lon)
	switch {
	case d > half:
		return d - 2*half
	case d < -half:
		return d + 2*half
	}
	return d
}

// wrap brings a longitude back between -180 and 180 degrees.
func wrap(lon int64) int32 {
	switch {
	case lon > half:
		lon -= 2 * half
	case lon < -half:
		lon += 2 * half
	}
	return int32(lon)
}

// OnEarth tells whether the place is one: latitude within 90 degrees, longitude
// within 180.
func (p Place) OnEarth() bool {
	return p.Lat >= -half/2 && p.Lat <= half/2 && p.Lon >= -half && p.Lon <= half
}

// half of the way round the earth.
const half = 1_800_000_000

// Point returns longitude and latitude in degrees.
func (p Place) Point() [2]float64 { return [2]float64{float64(p.Lon) / 1e7, float64(p.Lat) / 1e7} }
