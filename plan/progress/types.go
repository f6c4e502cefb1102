package progress

// Point is a value at a time on the axis of years (2025.0 is 2025-01-01; annual
// series may simply use the year).
type Point struct {
	T float64 `json:"t"`
	V float64 `json:"v"`
}

// Input is what a method may look at.
type Input struct {
	Series    []Point  // ascending in T, one value each
	Base      *Point   // start of the comparison; nil lets the method choose by its own rule
	Target    *float64 // nil where the indicator has a direction only
	TargetT   float64  // when the target is due
	Direction int      // +1: more is better, -1: less is better
	Limit     *float64 // natural bound of the indicator, such as 100 percent
	Now       float64  // time of judgement
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
