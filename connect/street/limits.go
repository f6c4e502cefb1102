package street

import (
	"math"
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
func (u *LimitUse) legal(value string, limits *Limits) (kmh float64, ok bool) {
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, ";|") { // lanes or a mapper in doubt: the lowest is safe
		low := math.Inf(1)
		for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == '|' }) {
			if v, ok := u.legal(part, limits); ok {
				low = min(low, v)
			}
		}
		return low, !math.IsInf(low, 1)
	}
	switch value {
	case "none":
		return u.UnlimitedKmh, true
	case "walk":
		return u.WalkKmh, true
	}
	if country, zone, ok := strings.Cut(value, ":"); ok {
		return limits.zone(country, zone)
	}
	return figure(value)
}

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
	switch strings.TrimSpace(value[end:]) {
	case "", "km/h", "kmh", "kph":
		return v, true
	case "mph":
		return v * kmhOfMile, true
	case "knots":
		return v * kmhOfKnot, true
	}
	return 0, false
}

// zone reads urban, zone30, zone:30 and 30 of a country.
func (l *Limits) zone(country, zone string) (float64, bool) {
	if digits := strings.TrimPrefix(strings.TrimPrefix(zone, "zone"), ":"); digits != "" && digits[0] >= '0' && digits[0] <= '9' {
		return figure(digits)
	}
	if l == nil {
		return 0, false
	}
	v, ok := l.Countries[country].Zones[zone]
	return v, ok
}

// zoneKeys name the zone where maxspeed itself is missing.
var zoneKeys = []string{"maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"}

// tagged finds the limit for a direction ("forward" or "backward"): the most
// specific key first, and of one key the direction first.
func (u *LimitUse) tagged(tags Tags, direction string, limits *Limits) (float64, bool) {
	for i := len(u.Keys) - 1; i >= 0; i-- {
		for _, key := range [2]string{u.Keys[i] + ":" + direction, u.Keys[i]} {
			if value := tags.Get(key); value != "" {
				if v, ok := u.legal(value, limits); ok {
					return v, true
				}
			}
		}
	}
	if len(u.Keys) == 0 {
		return 0, false
	}
	for _, key := range zoneKeys {
		if country, zone, ok := strings.Cut(tags.Get(key), ":"); ok {
			if v, ok := limits.zone(country, zone); ok {
				return v, true
			}
		}
	}
	return 0, false
}
