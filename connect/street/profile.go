package street

import (
	"embed"
	"fmt"
)

// Access says when a direction of a way may be used.
type Access uint8

// No is never; Ends is where a trip begins or ends and not to pass through.
const (
	No Access = iota
	Ends
	Yes
)

// Verdict is what a value of an access tag means: access, and whether the vehicle
// is pushed.
type Verdict struct {
	Access Access
	Push   bool
}

// Profile is one way of moving, as data. The comments name the keys of its file.
type Profile struct {
	ID           string
	Keys         []string           // access.keys, the least specific first
	Values       map[string]Verdict // access.yes, access.ends, access.push, access.no
	Exclude      []Tag              // access.exclude: ways with one of these are never used
	Oneway       Oneway
	Classes      map[Tag]Class
	Refine       []Refinement
	Limit        LimitUse
	Surfaces     map[Tag]float64 // factors of speed; zero is impassable
	Ferry        Ferry
	Barriers     map[string]Verdict // by the value of barrier=*; others pass
	Delays       []Delay
	Turns        Turns
	Restrictions RestrictionKeys
	Snap         SnapRule
	Slope        *Slope  // slope: what hills do; nil where they do not matter
	TopKmh       float64 // top_kmh: what the vehicle or the person can do
	PushKmh      float64 // push_kmh
}

// Oneway says how directions are read.
type Oneway struct {
	Keys     []string // the least specific first
	Forward  []Tag    // imply the direction of the way
	Backward []Tag    // imply the other
	Both     []Tag    // open both against the least specific key
}

// Class is what a kind of way offers when no other tag says more.
type Class struct {
	Name    string
	Kmh     float64
	Default Verdict
}

// Refinement changes the class of ways with a tag.
type Refinement struct {
	Tag     Tag
	Kmh     float64 // 0 leaves it
	Default *Verdict
}

// LimitUse says what a speed limit does to the speed.
type LimitUse struct {
	Keys         []string // the least specific first
	Drive        bool     // limit.use drive: a tagged limit replaces the speed of the class; cap: lowers it only
	Share        float64  // of the limit that is driven
	UnlimitedKmh float64  // maxspeed=none
	WalkKmh      float64  // maxspeed=walk
	Implied      bool     // the limits of the country lower the speed of the class
}

// Ferry says how boats are used.
type Ferry struct {
	Kmh     float64  // without a duration
	Board   Millis   // waiting and boarding, once
	Default Verdict  // without an access tag
	Unless  []string // keys of others: with one of them and none of ours, the boat is not for us
}

// Delay is time lost at nodes with a tag.
type Delay struct {
	Tag  Tag
	Time Millis
}

// Turns are the costs of turning, written for traffic on the right: left crosses the
// traffic. Where it keeps to the left, the two change places.
type Turns struct{ Left, Right, UTurn Millis }

// Any tells whether turning costs anything.
func (t Turns) Any() bool { return t != Turns{} }

// RestrictionKeys say which turn restrictions bind.
type RestrictionKeys struct {
	Keys   []string // restriction, restriction:bicycle
	Except []string // values of except=* that free us
}

// SnapRule says how a point is joined to the network.
type SnapRule struct {
	Limit float64 // metres
	Kmh   float64 // of the leg between the point and the edge
	Avoid []string
}

//go:embed profiles/*.yaml
var builtin embed.FS

// Builtins are the profiles that come with the program.
var Builtins = []string{"car", "bicycle", "walk"}

// Builtin returns a profile that comes with the program.
func Builtin(id string) (*Profile, error) {
	b, err := builtin.ReadFile("profiles/" + id + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("profile %q: %w", id, ErrUnknownProfile)
	}
	p, problems := ReadProfile(id+".yaml", b)
	if len(problems) > 0 {
		return nil, fmt.Errorf("profile %q: %v", id, problems[0])
	}
	return p, nil
}

// BuiltinLimits returns the legal speeds that come with the program.
func BuiltinLimits() (*Limits, error) {
	b, err := builtin.ReadFile("profiles/limits.yaml")
	if err != nil {
		return nil, fmt.Errorf("speed limits: %w", err)
	}
	l, problems := ReadLimits("limits.yaml", b)
	if len(problems) > 0 {
		return nil, fmt.Errorf("speed limits: %v", problems[0])
	}
	return l, nil
}

// BuiltinFile returns the text of a file that comes with the program, to be
// copied and edited: car, bicycle, walk or limits.
func BuiltinFile(id string) ([]byte, error) { return builtin.ReadFile("profiles/" + id + ".yaml") }
