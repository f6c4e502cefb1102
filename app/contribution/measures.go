package contribution

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"conurb/app/circle"
	measure "conurb/connect/circle"
	"conurb/kit/shapley"
	"conurb/plan/contribution"
)

// id is the indicator, the headline of the one-hour circle by its own name.
func (v *valuer) id() string {
	if v.asked.Indicator != measure.Circle60 {
		return v.asked.Indicator
	}
	return measure.Circle60 + "-" + v.headline
}

// ofDistrict is the indicator in a district; nil where it is not measured there.
func (v *valuer) ofDistrict() func(d *measure.ByDistrict) float64 {
	switch v.id() {
	case measure.Circle30:
		return func(d *measure.ByDistrict) float64 { return d.Life * d.People }
	case measure.Circle60Own:
		return func(d *measure.ByDistrict) float64 { return d.Own * d.People }
	case measure.Circle60Nearest:
		return func(d *measure.ByDistrict) float64 { return d.Nearest * d.People }
	case measure.Circle60All:
		return func(d *measure.ByDistrict) float64 { return d.All * d.People }
	case measure.ReachMedian:
		return func(d *measure.ByDistrict) float64 {
			if d.Reached == nil {
				return 0
			}
			return *d.Reached
		}
	}
	return nil
}

// unit is that of the indicator; empty where the answer does not have it.
func (v *valuer) unit(a *circle.Answer) string {
	if v.id() == ReachMean && a.Times != nil && a.Times.Reached != nil {
		return measure.People
	}
	if i := a.Result.Indicator(v.id()); i != nil {
		return i.Unit
	}
	return ""
}

// frame says what is measured, by an answer that has it.
func (v *valuer) frame(a *circle.Answer) error {
	unit := v.unit(a)
	if unit == "" {
		return fmt.Errorf("%s: %w", v.id(), ErrIndicator)
	}
	people := func(of float64) float64 {
		if unit == measure.Share {
			return of
		}
		return 0
	}
	v.measures = []contribution.Measure{{Indicator: v.id(), People: people(a.Result.People)}}
	if v.id() != ReachMean && v.ofDistrict() == nil {
		return nil
	}
	for _, d := range a.Result.Districts {
		v.places = append(v.places, d.District)
		v.measures = append(v.measures, contribution.Measure{Indicator: v.id(), District: d.Code, People: people(d.People)})
	}
	return nil
}

// read is the measures of an answer: shares as people.
func (v *valuer) read(a *circle.Answer) ([]float64, error) {
	if v.unit(a) == "" {
		return nil, fmt.Errorf("%s: %w", v.id(), ErrIndicator)
	}
	out := v.figures(a)
	if len(out) != len(v.measures) {
		return nil, fmt.Errorf("%d districts, and %d before", len(out)-1, len(v.measures)-1)
	}
	return out, nil
}

func (v *valuer) figures(a *circle.Answer) []float64 {
	if v.id() == ReachMean {
		return meanReach(a)
	}
	i := a.Result.Indicator(v.id())
	whole := i.Value
	if i.Unit == measure.Share {
		whole *= a.Result.People
	}
	out := []float64{whole}
	if of := v.ofDistrict(); of != nil {
		for k := range a.Result.Districts {
			out = append(out, of(&a.Result.Districts[k]))
		}
	}
	return out
}

// meanReach is whom a person reaches on average: of all, then of each district of the
// result.
func meanReach(a *circle.Answer) []float64 {
	at := map[string]int{}
	for k, d := range a.Result.Districts {
		at[d.Code] = k + 1
	}
	sum, people := make([]float64, len(at)+1), make([]float64, len(at)+1)
	for c, n := range a.Place.People {
		places := []int{0}
		if d := a.Place.District[c]; d >= 0 {
			if k, ok := at[a.Place.Districts[d].Code]; ok {
				places = append(places, k)
			}
		}
		for _, k := range places {
			sum[k] += n * a.Times.Reached[c]
			people[k] += n
		}
	}
	for k := range sum {
		if people[k] > 0 {
			sum[k] /= people[k]
		}
	}
	return sum
}

// digest is that of everything the values depend on: the two ends of the works and how
// they are numbered. Their digests hold rule, ground, timetable and roads.
func (v *valuer) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "contribution 1\n%s\n%s\n%+v\n", v.none.Digest, v.all.Digest, v.state(v.asked.AsOf, v.asked.Complete))
	for i, w := range v.works {
		fmt.Fprintf(h, "work %q %v %q\n", w.ID, v.wide[i].Mute, w.Sections)
	}
	for _, m := range v.measures {
		fmt.Fprintf(h, "measure %q %q\n", m.Indicator, m.District)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// memo opens what is known from earlier. Its sets are of players, as the book's are.
func (v *valuer) memo(keep Keep) (shapley.Memo, error) {
	if keep == nil {
		return nil, nil
	}
	m, err := keep(v.digest())
	if err != nil {
		return nil, err
	}
	return m, nil
}
