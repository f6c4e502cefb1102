package progress

import (
	"math"

	"conurb/kit/stat"
)

// Point is a value at a time on the axis of years (2025.0 is 2025-01-01; annual
// series may simply use the year).
type Point = stat.Point

// Input is what a method may look at.
type Input struct {
	Series    []Point  // ascending in T, one value each
	Base      *Point   // start of the comparison; nil lets the method choose by its own rule
	Target    *float64 // nil where the indicator has a direction only
	TargetT   float64  // when the target is due; 0 is 2030, the year of the published methods
	Direction int      // +1: more is better, -1: less is better
	Limit     *float64 // natural bound of the indicator, such as 100 percent
	Now       float64  // time of judgement: later values are not looked at; 0 is after all values
}

// Result is what one published method says.
type Result struct {
	Method string             `json:"method"`          // canada | eurostat | escap-current | escap-anticipated | oecd | trajectory
	Value  *float64           `json:"value"`           // the method's own figure; nil when it does not apply
	Score  *float64           `json:"score,omitempty"` // where the method publishes one
	Status string             `json:"status"`          // the method's own word, see each function; "not-applicable" with Why set
	Why    string             `json:"why,omitempty"`   // code: too-few-values, zero-base, no-target, ...
	Inputs map[string]float64 `json:"inputs"`          // every number that entered the formula
}

// NotApplicable is the status of a method that cannot speak.
const NotApplicable = "not-applicable"

// The reasons why a method does not apply; texts are progress.why.<code>.
const (
	WhyNoValues       = "no-values"        // nothing is known up to Now
	WhyTooFew         = "too-few-values"   // fewer than the method needs
	WhyTooShort       = "too-short"        // less than a year between base and current value
	WhyBaseAfterData  = "base-after-data"  // the base is later than every value
	WhyNoTarget       = "no-target"        // the method needs a figure to reach
	WhyZeroBase       = "zero-base"        // growth from zero has no rate
	WhyZeroTarget     = "zero-target"      // nor has growth to zero
	WhySignChange     = "sign-change"      // growth through zero has no rate
	WhyNoGrowth       = "no-growth-needed" // base and target are the same
	WhyBasePastTarget = "base-past-target" // the comparison starts beyond the target
	WhyNoTime         = "no-time"          // the target is due at the base
	WhyNoVariation    = "no-variation"     // the values never change: no unit to measure a distance in
	WhyNoPath         = "no-path"          // no trajectory was registered
	WhyNotStarted     = "not-started"      // the trajectory begins after the newest value
	WhyOutOfRange     = "out-of-range"     // the figure is too large for a computer's number
)

// Whys lists the reasons above.
var Whys = []string{
	WhyNoValues, WhyTooFew, WhyTooShort, WhyBaseAfterData, WhyNoTarget, WhyZeroBase, WhyZeroTarget, WhySignChange,
	WhyNoGrowth, WhyBasePastTarget, WhyNoTime, WhyNoVariation, WhyNoPath, WhyNotStarted, WhyOutOfRange,
}

// Statuses lists the words of each method, best first, without NotApplicable.
func Statuses(method string) []string {
	switch method {
	case "canada":
		return []string{"target-achieved", "substantial-progress", "moderate-progress", "limited-progress", "deterioration"}
	case "eurostat":
		return []string{"significant-progress", "moderate-progress", "insufficient-progress", "movement-away", "moderate-movement-away", "significant-movement-away"}
	case "escap-current":
		return []string{"reached", "on-pace", "behind-pace", "regressed"}
	case "escap-anticipated":
		return []string{"maintain", "accelerate", "reverse"}
	case "oecd":
		return []string{"met", "on-track", "insufficient", "no-progress"}
	case "trajectory":
		return []string{"reached", "ahead", "on-path", "behind", "far-behind"}
	}
	return nil
}

// Methods lists the methods in the order All runs them.
var Methods = []string{"canada", "eurostat", "escap-current", "escap-anticipated", "oecd", "trajectory"}

// InputKeys lists every key that Result.Inputs may have; texts are
// progress.input.<key>.
var InputKeys = []string{
	"direction", "target", "target-time", "base-value", "base-time", "current-value", "current-time",
	"growth", "required-growth", "sign", "limit", "coefficient",
	"threshold-high", "threshold-medium", "threshold-low", "pace", "predicted", "slope", "values",
	"deviation", "rho", "p", "projected", "expected", "path-start", "path-end", "steps",
}

// known returns the values that are not later than the time of judgement.
func (in *Input) known() []Point {
	n := len(in.Series)
	if in.Now != 0 {
		for n > 0 && in.Series[n-1].T > in.Now {
			n--
		}
	}
	return in.Series[:n]
}

// better reports whether a is at or past b in the good direction.
func (in *Input) better(a, b float64) bool {
	if in.Direction < 0 {
		return a <= b
	}
	return a >= b
}

func (in *Input) sign() float64 {
	if in.Direction < 0 {
		return -1
	}
	return 1
}

// targetYear is the year that a target without a date is due in all of the
// published methods.
const targetYear = 2030

func (in *Input) due() float64 {
	if in.TargetT == 0 {
		return targetYear
	}
	return in.TargetT
}

// result starts a Result with the numbers that every method shows.
func (in *Input) result(method string, size int) Result {
	r := Result{Method: method, Status: NotApplicable, Inputs: make(map[string]float64, size)}
	r.Inputs["direction"] = in.sign()
	if in.Target != nil {
		r.Inputs["target"] = *in.Target
		r.Inputs["target-time"] = in.due()
	}
	return r
}

func (r Result) not(why string) Result {
	r.Status, r.Why, r.Value, r.Score = NotApplicable, why, nil, nil
	return r
}

// checked refuses a figure that is no number, which JSON could not carry: the
// quotient of two values a thousand powers of ten apart.
func checked(r Result) Result {
	for k, v := range r.Inputs {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			delete(r.Inputs, k)
			r = r.not(WhyOutOfRange)
		}
	}
	for _, v := range []*float64{r.Value, r.Score} {
		if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
			return r.not(WhyOutOfRange)
		}
	}
	return r
}

func number(v float64) *float64 { return &v }
