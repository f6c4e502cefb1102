package people

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"conurb/area"
)

// Kind is how people gather round one kind of anchor.
type Kind struct {
	Km     float64 // distance at which their density has fallen to 1/e of that at the anchor
	Weight float64 // people drawn, beside other kinds; only the ratio counts
}

// Rule says how a district's residents are laid over its cells.
type Rule struct {
	Side       float64         // of a cell, metres
	Kinds      map[string]Kind // by area.Anchor.Kind
	MostPerKm2 float64         // urban residents of a square kilometre at most, where the district has room
	RuralBelow float64         // urban residents per km² under which ground counts as rural
	Stations   area.Date       // stations count as far as they were open that day: the day of the census
}

// DefaultRule is the rule of the method page. The form is Clark's; no figure of it was
// measured in any region: all are assumed, but for RuralBelow, which is the threshold
// of the Degree of Urbanisation (European Commission and others 2021, §7.2).
func DefaultRule() Rule {
	return Rule{
		Side: 1000,
		Kinds: map[string]Kind{
			area.AnchorCity:       {5, 1000},
			area.AnchorDistrict:   {2, 200},
			area.AnchorTown:       {1, 25},
			area.AnchorUniversity: {1, 20},
			area.AnchorHospital:   {0.7, 8},
			area.AnchorStation:    {0.7, 5},
		},
		MostPerKm2: 30000,
		RuralBelow: 300,
		Stations:   area.NewDate(2020, 11, 1), // the seventh census
	}
}

// Error is a reason why residents cannot be laid out, as a code with arguments; text
// under people.check.<code>.
type Error struct {
	Code string
	Args map[string]string
}

func (e *Error) Error() string {
	s := "lay out residents: " + e.Code
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		s += " " + k + "=" + e.Args[k]
	}
	return s
}

func fault(code string, args ...string) error {
	e := &Error{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// check refuses figures that no cell could be made with.
func (r *Rule) check() error {
	bad := func(field string, v float64) error { return fault("bad-figure", "field", field, "value", num(v)) }
	switch {
	case !(r.Side >= 50 && r.Side <= 50_000):
		return bad("Side", r.Side)
	case !(r.MostPerKm2 > 0):
		return bad("MostPerKm2", r.MostPerKm2)
	case !(r.RuralBelow >= 0):
		return bad("RuralBelow", r.RuralBelow)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Kinds)) {
		if k := r.Kinds[name]; !(k.Km > 0) || !(k.Weight >= 0) || math.IsInf(k.Km+k.Weight, 0) {
			return bad("Kinds."+name, k.Km)
		}
	}
	return nil
}

// basis states the rule in a sentence of each language.
func (r *Rule) basis() area.Basis {
	side := num(r.Side)
	return area.Basis{Modelled: true, Text: area.Text{
		Zh: fmt.Sprintf("模拟：各区县人口普查数按规则分到 %s 米方格。城镇人口按与市区中心、乡镇、高校、医院、车站的距离指数递减（Clark 1951，参数为假设），乡村人口均摊到其余方格；各区县合计与普查完全一致。区县轮廓粗略，方格不是实测。", side),
		En: fmt.Sprintf("Modelled: the census of each district laid over squares of %s m by rule. Urban residents thin out exponentially from centres, towns, universities, hospitals and stations (Clark 1951; figures assumed), rural ones are spread evenly over the rest; sums per district equal the census. Outlines are coarse; no square was surveyed.", side),
	}}
}

func num(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
