package street

import (
	"math"
	"strconv"
	"strings"
)

// Millis is a time in thousandths of a second.
type Millis int32

// ferryClass is the class of boats.
const ferryClass = "ferry"

// Direction is what one direction of a way offers.
type Direction struct {
	Access Access
	Push   bool
	Kmh    float64
}

// Rule is what the tags of a way mean for a profile. The zero value is a way that
// cannot be used.
type Rule struct {
	Class    string
	Forward  Direction
	Backward Direction
	Duration Millis // of the whole way, where tagged; then it counts, not the speed
	Ferry    bool
}

// Usable tells whether the way can be used at all.
func (r Rule) Usable() bool { return r.Forward.Access != No || r.Backward.Access != No }

// Rules reads tags for a profile in a country.
type Rules struct {
	*Profile
	Limits  *Limits // nil: no implied limits, no zones
	Country string  // ISO 3166-1 alpha-2; empty: no implied limits
}

// Way reads the tags of a way.
func (r *Rules) Way(tags Tags) Rule {
	class, ferry, ok := r.class(tags)
	if !ok {
		return Rule{}
	}
	for _, t := range r.Exclude {
		if tags.Has(t) {
			return Rule{}
		}
	}
	for i := range r.Refine {
		if f := &r.Refine[i]; tags.Has(f.Tag) {
			if f.Kmh > 0 {
				class.Kmh = f.Kmh
			}
			if f.Default != nil {
				class.Default = *f.Default
			}
		}
	}
	rule := Rule{Class: class.Name, Ferry: ferry}
	forward, backward := r.directions(tags)
	if forward {
		rule.Forward = r.direction(tags, class, ferry, "forward")
	}
	if backward {
		rule.Backward = r.direction(tags, class, ferry, "backward")
	}
	if ferry || class.Name == "route=shuttle_train" {
		rule.Duration = duration(tags.Get("duration"))
	}
	return rule
}

// class finds what kind of way it is. A way tagged as road and something else is
// the road.
func (r *Rules) class(tags Tags) (c Class, ferry, ok bool) {
	if c, ok := r.Classes[Tag{"highway", tags.Get("highway")}]; ok {
		return c, false, true
	}
	if tags.Get("route") == ferryClass {
		return Class{Name: ferryClass, Kmh: r.Ferry.Kmh, Default: r.ferryDefault(tags)}, true, true
	}
	if tags.Get("highway") != "" { // proposed, construction, raceway: not another kind of way
		return Class{}, false, false
	}
	for _, t := range tags {
		if c, ok := r.Classes[t]; ok {
			return c, false, true
		}
	}
	return Class{}, false, false
}

func (r *Rules) ferryDefault(tags Tags) Verdict {
	for _, key := range r.Ferry.Unless {
		if v := tags.Get(key); v != "" && v != "no" {
			return Verdict{}
		}
	}
	return r.Ferry.Default
}

func (r *Rules) direction(tags Tags, class Class, ferry bool, name string) Direction {
	v := r.access(tags, class.Default, name)
	if v.Access == No {
		return Direction{}
	}
	kmh := class.Kmh
	if ferry {
		return Direction{v.Access, false, kmh}
	}
	if v.Push {
		kmh = min(kmh, r.PushKmh)
	} else {
		kmh = r.limited(tags, class, name)
	}
	factor := 1.0
	for _, t := range tags {
		if f, ok := r.Surfaces[t]; ok {
			factor = min(factor, f)
		}
	}
	if factor == 0 {
		return Direction{}
	}
	return Direction{v.Access, v.Push, min(kmh, r.TopKmh) * factor}
}

// limited lowers, or with use drive replaces, the speed of the class by the limit.
func (r *Rules) limited(tags Tags, class Class, direction string) float64 {
	limit, tagged := r.tagged(tags, direction)
	switch {
	case tagged && r.Limit.Drive:
		return limit * r.Limit.Share
	case tagged:
		return min(class.Kmh, limit*r.Limit.Share)
	case r.Limit.Implied && r.Limits != nil:
		if v, ok := r.Limits.Countries[r.Country].Classes[class.Name]; ok {
			return min(class.Kmh, v*r.Limit.Share)
		}
	}
	return class.Kmh
}

// access decides by the most specific key with a known value. The least specific
// key (access) restricts but does not open what the class closes: access=yes on a
// footway admits no cars.
func (r *Rules) access(tags Tags, byClass Verdict, direction string) Verdict {
	for i := len(r.Keys) - 1; i >= 0; i-- {
		for _, key := range [2]string{r.Keys[i] + ":" + direction, r.Keys[i]} {
			v, ok := r.value(tags.Get(key))
			if !ok {
				continue
			}
			if i > 0 {
				return v
			}
			return Verdict{min(v.Access, byClass.Access), byClass.Push || v.Push}
		}
	}
	return byClass
}

// value reads an access value; of several the first that is known.
func (r *Rules) value(s string) (Verdict, bool) {
	if s == "" {
		return Verdict{}, false
	}
	if v, ok := r.Values[s]; ok {
		return v, true
	}
	for part := range strings.SplitSeq(s, ";") {
		if v, ok := r.Values[strings.TrimSpace(part)]; ok {
			return v, true
		}
	}
	return Verdict{}, false
}

// directions reads the oneway keys: a specific key decides; then tags that open
// both directions; then the general key; then what other tags imply.
func (r *Rules) directions(tags Tags) (forward, backward bool) {
	o := &r.Oneway
	for i := len(o.Keys) - 1; i > 0; i-- {
		if f, b, ok := oneway(tags.Get(o.Keys[i])); ok {
			return f, b
		}
	}
	if f, b, ok := oneway(tags.Get(first(o.Keys))); ok {
		if (f || b) && hasAny(tags, o.Both) { // a road closed by oneway=reversible stays closed
			return true, true
		}
		return f, b
	}
	switch {
	case hasAny(tags, o.Both):
		return true, true
	case hasAny(tags, o.Forward):
		return true, false
	case hasAny(tags, o.Backward):
		return false, true
	}
	return true, true
}

func oneway(value string) (forward, backward, ok bool) {
	switch value {
	case "yes", "true", "1":
		return true, false, true
	case "-1", "reverse":
		return false, true, true
	case "no", "false", "0", "alternating":
		return true, true, true
	case "reversible": // open in one direction at hours the map does not tell
		return false, false, true
	}
	return false, false, false
}

func first(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return keys[0]
}

func hasAny(tags Tags, list []Tag) bool {
	for _, t := range list {
		if tags.Has(t) {
			return true
		}
	}
	return false
}

// stop is what the tags of a node mean: whether one may pass, and the time lost in
// each direction of the way through it.
type stop struct {
	pass              Access
	forward, backward Millis
}

// node reads the tags of a node.
func (r *Rules) node(tags Tags) stop {
	s := stop{pass: Yes}
	if len(tags) == 0 {
		return s
	}
	if kind := tags.Get("barrier"); kind != "" {
		byKind, ok := r.Barriers[kind]
		if !ok {
			byKind = Verdict{Yes, false}
		}
		s.pass = r.barrier(tags, byKind).Access
	}
	for i := range r.Delays {
		d := &r.Delays[i]
		if !tags.Has(d.Tag) {
			continue
		}
		direction := tags.Get("direction")
		if v := tags.Get(d.Tag.Value + ":direction"); v != "" {
			direction = v
		}
		if direction != "backward" {
			s.forward = max(s.forward, d.Time)
		}
		if direction != "forward" {
			s.backward = max(s.backward, d.Time)
		}
	}
	return s
}

// barrier is access at a node: here access=yes does open, since the barrier itself
// is what is tagged, and locked=yes closes a gate nothing else speaks of.
func (r *Rules) barrier(tags Tags, byKind Verdict) Verdict {
	for i := len(r.Keys) - 1; i >= 0; i-- {
		if v, ok := r.value(tags.Get(r.Keys[i])); ok {
			return v
		}
	}
	if tags.Get("locked") == "yes" {
		return Verdict{}
	}
	return byKind
}

// duration reads "00:20", "1:05:30", "20" (minutes) and "PT20M"; 0 where it cannot.
func duration(s string) Millis {
	if rest, ok := strings.CutPrefix(s, "PT"); ok {
		return isoDuration(rest)
	}
	total, parts := 0, strings.Split(s, ":")
	if len(parts) > 3 {
		return 0
	}
	for _, part := range parts {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 0 || n > 10_000 {
			return 0
		}
		total = total*60 + n
	}
	if len(parts) < 3 {
		total *= 60
	}
	return sane(float64(total))
}

func isoDuration(s string) Millis {
	total := 0.0
	for s != "" {
		end := strings.IndexAny(s, "HMS")
		if end < 1 {
			return 0
		}
		v, err := strconv.ParseFloat(s[:end], 64)
		if err != nil || v < 0 {
			return 0
		}
		total += v * map[byte]float64{'H': 3600, 'M': 60, 'S': 1}[s[end]]
		s = s[end+1:]
	}
	return sane(total)
}

// sane refuses times beyond a week.
func sane(seconds float64) Millis {
	if seconds > 7*24*3600 {
		return 0
	}
	return Millis(math.Round(seconds * 1000))
}
