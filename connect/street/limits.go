package street

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Limits are the legal speeds of countries where no sign is tagged.
type Limits struct{ Countries map[string]Country }

// Country holds speeds in km/h: by zone (maxspeed=CN:urban) and by class of way.
type Country struct{ Zones, Classes map[string]float64 }

const (
	kmhOfMile = 1.609344
	kmhOfKnot = 1.852
)

// legal parses a value of maxspeed=* to km/h; ok is false where it states no speed
// (signals, variable, an unknown zone).
func (r *Rules) legal(value string) (kmh float64, ok bool) {
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, ";|") { // lanes or a mapper in doubt: the lowest is safe
		low := math.Inf(1)
		for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == '|' }) {
			if v, ok := r.legal(part); ok {
				low = min(low, v)
			}
		}
		return low, !math.IsInf(low, 1)
	}
	switch value {
	case "none":
		return r.Limit.UnlimitedKmh, true
	case "walk":
		return r.Limit.WalkKmh, true
	}
	if country, zone, ok := strings.Cut(value, ":"); ok {
		return r.Limits.zone(country, zone)
	}
	if v, ok := r.Limits.zone(r.Country, value); ok && !digit(value) {
		return v, true
	}
	return figure(value)
}

func digit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// figure reads "50", "30 mph", "10 knots", "5 km/h".
func figure(value string) (float64, bool) {
	end := strings.IndexFunc(value, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		end = len(value)
	}
	v, err := strconv.ParseFloat(value[:end], 64)
	if err != nil || v <= 0 || v > 500 {
		return 0, false
	}
	switch strings.ToLower(strings.TrimSpace(value[end:])) {
	case "", "km/h", "kmh", "kph":
		return v, true
	case "mph":
		return v * kmhOfMile, true
	case "knots":
		return v * kmhOfKnot, true
	}
	return 0, false
}

// zone reads urban, zone30, zone:30 and 30 of a country; figures are in the unit of
// its signs.
func (l *Limits) zone(country, zone string) (float64, bool) {
	if digits := strings.TrimPrefix(strings.TrimPrefix(zone, "zone"), ":"); digit(digits) {
		v, ok := figure(digits)
		if _, err := strconv.ParseFloat(digits, 64); ok && err == nil && listed(inMiles, country) {
			v *= kmhOfMile
		}
		return v, ok
	}
	if l == nil {
		return 0, false
	}
	if country == "UK" { // as many mappers write
		country = "GB"
	}
	v, ok := l.Countries[country].Zones[zone]
	return v, ok
}

// zoneKeys name the zone where maxspeed itself is missing.
var zoneKeys = []string{"maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"}

// tagged finds the limit for a direction ("forward" or "backward"): the most
// specific key first, and of one key the direction first.
func (r *Rules) tagged(tags Tags, direction string) (float64, bool) {
	keys := r.Limit.Keys
	for i := len(keys) - 1; i >= 0; i-- {
		for _, key := range [2]string{keys[i] + ":" + direction, keys[i]} {
			if value := tags.Get(key); value != "" {
				if v, ok := r.legal(value); ok {
					return v, true
				}
			}
		}
	}
	if len(keys) == 0 {
		return 0, false
	}
	for _, key := range zoneKeys {
		if v, ok := r.zoned(tags.Get(key)); ok {
			return v, true
		}
	}
	return 0, false
}

// zoned reads a value that names a zone, of a country or of the one at hand. Other
// words (sign, markings) tell where a limit is written, not what it is.
func (r *Rules) zoned(value string) (float64, bool) {
	country, zone, ok := strings.Cut(value, ":")
	if !ok {
		if country, zone = r.Country, value; digit(zone) || zone == "" {
			return 0, false
		}
	}
	return r.Limits.zone(country, zone)
}

// silent are values of maxspeed=* that are understood and state no speed.
var silent = []string{"signals", "variable", "implicit"}

// unread lists the tags on speed that were not understood, for the report.
func (r *Rules) unread(tags Tags, visit func(Tag)) {
	for _, t := range tags {
		key := strings.TrimSuffix(strings.TrimSuffix(t.Key, ":forward"), ":backward")
		switch {
		case slices.Contains(r.Limit.Keys, key) && !slices.Contains(silent, t.Value):
			if _, ok := r.legal(t.Value); !ok {
				visit(t)
			}
		case len(r.Limit.Keys) > 0 && slices.Contains(zoneKeys, t.Key) && tags.Get("maxspeed") == "":
			country, _, zone := strings.Cut(t.Value, ":")
			if _, ok := r.zoned(t.Value); !ok && zone && IsCountry(country) {
				visit(t)
			}
		}
	}
}
