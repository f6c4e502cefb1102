package strategic

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"conurb/area"
)

// Band is a density of residents and the limit on local streets where it is reached.
type Band struct {
	PerKm2   float64
	LimitKmh float64
}

// Rule holds the figures that streets are laid with. Distances are metres.
type Rule struct {
	Local        []Band             // densest first; the last from 0
	ClassKmh     map[string]float64 // limit of a road without a design speed, by area class
	Interchanges float64            // between interchanges where the pack states none
	Ramp         float64            // farthest road an interchange is joined with
	RampKmh      float64            // limit on ramps
	Access       float64            // between connectors of other roads
	Join         float64            // farthest road that an end is joined with
	Change       float64            // stations at most so far apart are joined on foot
	Lights       float64            // residents per km² from which primary and secondary roads have signals at their connectors
}

// DefaultRule is the rule of the method page; every figure of it is assumed, and
// checked against times that are commonly known.
func DefaultRule() Rule {
	return Rule{
		Local:        []Band{{8000, 30}, {3000, 35}, {1000, 40}, {0, 45}},
		ClassKmh:     map[string]float64{"expressway": 100, "trunk": 70},
		Interchanges: 9000,
		Ramp:         2500,
		RampKmh:      40,
		Access:       1000,
		Join:         1500,
		Change:       400,
		Lights:       1500,
	}
}

// Error is a reason why no streets can be laid, as a code with arguments; text under
// strategic.check.<code>.
type Error struct {
	Code string
	Args map[string]string
}

func (e *Error) Error() string {
	s := "lay out streets: " + e.Code
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		s += " " + k + "=" + e.Args[k]
	}
	return s
}

func (r *Rule) check(cells *area.Cells) error {
	bad := func(field string, v float64) error {
		return &Error{"bad-figure", map[string]string{"field": field, "value": num(v)}}
	}
	for _, f := range []struct {
		field string
		v     float64
	}{{"Interchanges", r.Interchanges}, {"RampKmh", r.RampKmh}, {"Access", r.Access}, {"Ramp", r.Ramp}, {"Join", r.Join}, {"Change", r.Change}} {
		if !(f.v > 0) {
			return bad(f.field, f.v)
		}
	}
	for _, b := range r.Local {
		if !(b.LimitKmh > 0) {
			return bad("Local", b.LimitKmh)
		}
	}
	switch {
	case len(r.Local) == 0 || r.Local[len(r.Local)-1].PerKm2 > 0:
		return bad("Local", 0)
	case cells == nil || cells.Len() == 0:
		return &Error{Code: "no-cells"}
	case !(cells.Side > 0):
		return &Error{Code: "points"}
	}
	return nil
}

// limit is that of local streets at a density.
func (r *Rule) limit(perKm2 float64) float64 {
	for _, b := range r.Local {
		if perKm2 >= b.PerKm2 {
			return b.LimitKmh
		}
	}
	return r.Local[len(r.Local)-1].LimitKmh
}

// basis states the rule in a sentence of each language.
func (r *Rule) basis(side float64) area.Basis {
	return area.Basis{Modelled: true, Text: area.Text{
		Zh: fmt.Sprintf("模拟路网：数据包手绘的高速公路和干线，加上 %s 米方格之间按规则铺设的地方道路与连接线（方格网平均绕行系数 4/π≈1.27，限速随人口密度而定）。不是实测路网，速度和间距均为假设；可用 conurb import osm 换成真实路网。", num(side)),
		En: fmt.Sprintf("Modelled streets: expressways and main roads as the pack sketches them, local streets and connectors laid by rule between squares of %s m (a square net: detour 4/π ≈ 1.27 on average; limits by density). No survey; speeds and spacings are assumed. conurb import osm replaces it by real streets.", num(side)),
	}}
}

func num(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
