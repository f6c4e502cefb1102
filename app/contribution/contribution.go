package contribution

import (
	"context"
	"errors"
	"slices"

	"conurb/app/circle"
	"conurb/area"
	measure "conurb/connect/circle"
	"conurb/kit/shapley"
	"conurb/plan/contribution"
)

// Circles is what is asked: *circle.Circles has it.
type Circles interface {
	Works(asOf, believed area.Date) []circle.Work
	Rule() *measure.Rule
	Evaluate(ctx context.Context, a circle.Asked, p circle.Progress) (*circle.Answer, error)
}

var _ Circles = (*circle.Circles)(nil)

// Asked says what is to be told.
type Asked struct {
	Base      area.Date           `json:"base"`     // the day before the works
	AsOf      area.Date           `json:"asOf"`     // the last day; the one as of which everything is evaluated
	Complete  bool                `json:"complete"` // as of the plan complete: every work of the plan besides
	Believed  area.Date           `json:"believed"` // as far as was known on this day
	Today     area.Date           `json:"today"`    // works not wholly in service on this day are put in order
	Mode      string              `json:"mode"`
	Indicator string              `json:"indicator"`
	Method    contribution.Method `json:"method"`
	Sampling  shapley.Sampling    `json:"sampling"` // Orders 0: all sets, if there are few enough works
	Order     bool                `json:"order"`    // whether the best order is wanted
	Budget    int64               `json:"budget"`   // fen; 0: no limit
	MostSets  int                 `json:"mostSets"` // an exact order may ask about so many sets
}

// Answer is what the works add. The first measure is the whole area, the others its
// districts.
type Answer struct {
	Asked    Asked                  `json:"asked"`
	Unit     string                 `json:"unit"` // of the indicator: share is told in people
	Division *contribution.Division `json:"division"`
	Order    *contribution.Order    `json:"order,omitempty"` // nil where it was not asked for, or the indicator counts no people
	Works    []circle.Work          `json:"works"`           // in the order of Division.Shares
	Start    []float64              `json:"start"`           // on the first day, by measure
	End      []float64              `json:"end"`             // on the last
	Other    []float64              `json:"other"`           // what changed without any of the works
	Places   []measure.District     `json:"places"`          // of the measures from the second on
	Modelled []area.Basis           `json:"modelled"`
	Digest   string                 `json:"digest"` // of what the values depend on
}

// Keep opens the memo of a digest; it may be nil.
type Keep func(digest string) (shapley.Memo, error)

// Work says how it is computed.
type Work struct {
	Keep     Keep
	Progress func(done, total int) // sets of works
	Steps    circle.Progress       // before the first of them
}

// The refusals of this package.
var (
	ErrIndicator = errors.New("no such indicator")
	ErrPeriod    = errors.New("the last day is not after the first")
	ErrNoOrder   = errors.New("an order is for indicators that count people")
)

// Indicators lists what can be divided.
var Indicators = []string{measure.Circle60, measure.Circle60Own, measure.Circle60Nearest, measure.Circle60All,
	measure.Circle30, measure.Circle30Service, measure.Circle30Centre, ReachMean, measure.ReachMedian, measure.Gini, measure.Palma}

// ReachMean is how many people one reaches within an hour, at the mean over people: it
// moves with every work that brings people closer, where shares within a limit and
// medians may stand still.
const ReachMean = "reach-60-mean"

// counting are the indicators for which people within reach have to be counted.
var counting = []string{ReachMean, measure.ReachMedian, measure.Gini, measure.Palma}

// Divide tells what each work adds.
func Divide(ctx context.Context, c Circles, a Asked, w Work) (*Answer, error) {
	if !slices.Contains(Indicators, a.Indicator) {
		return nil, ErrIndicator
	}
	if !a.Complete && a.AsOf <= a.Base {
		return nil, ErrPeriod
	}
	v := &valuer{circles: c, asked: a, headline: c.Rule().OneHour.Headline, steps: w.Steps}
	out := &Answer{Asked: a}
	if err := v.begin(ctx, out); err != nil {
		return nil, err
	}
	memo, err := v.memo(w.Keep)
	if err != nil {
		return nil, err
	}
	study, err := contribution.NewStudy(v, shapley.Work{Cores: setsAtOnce, Memo: memo, Progress: w.Progress})
	if err != nil {
		return nil, err
	}
	if a.Order && out.Unit == measure.Ratio {
		return nil, ErrNoOrder
	}
	if out.Division, err = study.Divide(ctx, a.Method, a.Sampling); err != nil {
		return nil, err
	}
	out.Digest = v.digest()
	for m := range out.Start {
		d := out.Division
		out.Other = append(out.Other, d.Before[m]-out.Start[m]+out.End[m]-d.After[m])
	}
	if a.Order {
		out.Order, err = study.Order(ctx, 0, a.Budget, a.MostSets)
	}
	return out, err
}

// setsAtOnce are evaluated at a time: an evaluation uses several cores itself, but for
// its beginning and end.
const setsAtOnce = 2

// valuer is the circles with some of the works in service.
type valuer struct {
	circles  Circles
	asked    Asked
	headline string
	steps    circle.Progress

	works    []circle.Work
	wide     []contribution.Work
	measures []contribution.Measure
	places   []measure.District
	none     *circle.Answer
	all      *circle.Answer
}

var _ contribution.Valuer = (*valuer)(nil)

// choose takes the works that are in service at the end and were not at the beginning.
func (v *valuer) choose(start, end *circle.Answer) {
	a := v.asked
	today := whole(v.circles.Works(a.Today, a.Believed))
	for _, w := range v.circles.Works(a.AsOf, a.Believed) {
		if len(w.Sections) == 0 || !slices.Contains(end.Works, w.ID) || slices.Contains(start.Works, w.ID) {
			continue
		}
		v.works = append(v.works, w)
		v.wide = append(v.wide, contribution.Work{ID: w.ID, Name: w.Name, Fen: w.Fen, Open: today[w.ID], Mute: mute(w, a.Mode)})
	}
}

// mute reports whether a work changes nothing that is measured: nothing runs on it, or
// it is nothing that the mode moves on.
func mute(w circle.Work, mode string) bool {
	return len(w.Mute) >= len(w.Sections) || mode != circle.Car && w.Mode == "road" || mode == circle.Car && w.Mode == "rail"
}

func whole(works []circle.Work) map[string]bool {
	out := map[string]bool{}
	for _, w := range works {
		out[w.ID] = w.Whole
	}
	return out
}

// Works and Measures are those of contribution.Valuer.
func (v *valuer) Works() []contribution.Work       { return v.wide }
func (v *valuer) Measures() []contribution.Measure { return v.measures }

// Value evaluates the end of the period without the works that are not on.
func (v *valuer) Value(ctx context.Context, on shapley.Set) ([]float64, error) {
	answer, err := v.evaluate(ctx, on, nil)
	if err != nil {
		return nil, err
	}
	return v.read(answer)
}

func (v *valuer) evaluate(ctx context.Context, on shapley.Set, steps circle.Progress) (*circle.Answer, error) {
	q := v.state(v.asked.AsOf, v.asked.Complete)
	for i, w := range v.works {
		if !on.Has(i) && !v.wide[i].Mute {
			q.Without = append(q.Without, w.ID)
		}
	}
	return v.circles.Evaluate(ctx, q, steps)
}

func (v *valuer) state(day area.Date, complete bool) circle.Asked {
	return circle.Asked{AsOf: day, Believed: v.asked.Believed, Complete: complete, Mode: v.asked.Mode, Reach: slices.Contains(counting, v.asked.Indicator)}
}

// begin evaluates both ends of the period, and the end without any of the works.
func (v *valuer) begin(ctx context.Context, out *Answer) error {
	start, err := v.circles.Evaluate(ctx, v.state(v.asked.Base, false), v.steps)
	if err != nil {
		return err
	}
	end, err := v.circles.Evaluate(ctx, v.state(v.asked.AsOf, v.asked.Complete), v.steps)
	if err != nil {
		return err
	}
	if err := v.frame(end); err != nil {
		return err
	}
	v.choose(start, end)
	out.Works, out.Modelled, out.Places, out.Unit = v.works, end.Modelled, v.places, v.unit(end)
	if out.Start, err = v.read(start); err != nil {
		return err
	}
	if out.End, err = v.read(end); err != nil {
		return err
	}
	if v.none, err = v.evaluate(ctx, 0, v.steps); err != nil {
		return err
	}
	v.all, err = v.evaluate(ctx, shapley.All(len(v.works)), v.steps)
	return err
}
