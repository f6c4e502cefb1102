package forecast

import "conurb/kit/stat"

// Point is a value at a time on the axis of years.
type Point = stat.Point

// Goal is what is to be reached.
type Goal struct {
	Target    *float64 // nil: a forecast without a probability
	Direction int      // +1: at or above the target is good, -1: at or below
	DueT      float64  // when
	Now       float64  // time of judgement, used by Milestones: what is overdue has not opened by now; 0 is unknown
}

// Options bound a forecast. The zero value bounds nothing.
type Options struct {
	Limit *float64 // values cannot pass it in the good direction, such as 100 percent
}

// Forecast is a projection to a day with its uncertainty and its record.
type Forecast struct {
	Model       string     `json:"model"`              // drift | linear | ses | holt | holt-damped | milestones
	Why         string     `json:"why,omitempty"`      // code when there is none: too-few-values, ...
	Fan         []FanPoint `json:"fan"`                // from the last value to the target date
	Probability *float64   `json:"probability"`        // of reaching the accepted target value by its date
	Backtest    *Backtest  `json:"backtest"`           // nil when the series is too short
	N           int        `json:"n"`                  // values it was fitted on; for milestones the known delays
	Modelled    []string   `json:"modelled,omitempty"` // codes of assumptions made
}

// FanPoint is the predictive distribution at a time.
type FanPoint struct {
	T    float64 `json:"t"`
	Mean float64 `json:"mean"`
	Lo80 float64 `json:"lo80"`
	Hi80 float64 `json:"hi80"`
	Lo95 float64 `json:"lo95"`
	Hi95 float64 `json:"hi95"`
}

// Backtest is the rolling-origin error of the chosen model on the series.
type Backtest struct {
	Origins  int     `json:"origins"`
	MAE      float64 `json:"mae"`      // mean absolute error, in the indicator's unit
	MASE     float64 `json:"mase"`     // scaled by the naive forecast's error (Hyndman & Koehler 2006)
	Coverage float64 `json:"coverage"` // share of outcomes inside the 80% interval
}

// The models; texts are forecast.model.<code>.
var Models = []string{"drift", "linear", "ses", "holt", "holt-damped", "milestones"}

// The reasons why there is no forecast; texts are forecast.why.<code>.
const (
	WhyTooFew    = "too-few-values" // fewer than four
	WhyDuePassed = "due-passed"     // the newest value is at or after the due date
	WhyNotFinite = "out-of-range"   // figures too large for a computer's number
	WhyNoWorks   = "no-works"       // milestones: nothing is pending that could open by the due date
)

// Whys lists the reasons above.
var Whys = []string{WhyTooFew, WhyDuePassed, WhyNotFinite, WhyNoWorks}

// The assumptions; texts are forecast.modelled.<code>.
const (
	Continues    = "trend-continues"     // what moved the series so far goes on
	Irregular    = "irregular-spacing"   // smoothing constants are stretched to uneven gaps
	FewValues    = "few-values"          // fewer than eight: little to choose by
	Widened      = "widened-by-backtest" // intervals are wider than the model's own
	AtLimit      = "clipped-at-limit"    // the fan is cut at the natural limit
	NotNegative  = "not-below-zero"      // no value was negative so far: the fan is cut at zero
	SlipsRepeat  = "slips-repeat"        // pending works are delayed as finished ones were
	Independent  = "independent-works"   // one delay says nothing about another
	NoSlips      = "no-slips-known"      // no delay is known: every work has an even chance
	UndatedOut   = "undated-left-out"    // works without a date are not counted on
	RoundedTotal = "rounded-amounts"     // amounts are rounded to a grid fine enough to add up
)

// Assumptions lists the codes above.
var Assumptions = []string{
	Continues, Irregular, FewValues, Widened, AtLimit, NotNegative, SlipsRepeat, Independent, NoSlips, UndatedOut, RoundedTotal,
}
