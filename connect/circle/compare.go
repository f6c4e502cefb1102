package circle

// Change is who gains and who loses from one set of times to another, on one place.
type Change struct {
	Total     Gain       `json:"total"`
	Districts []GainOf   `json:"districts"`
	Bands     []GainBand `json:"bands"`
	Largest   []CellGain `json:"largest"` // the cells that gain most minutes, at most LargestListed
}

// LargestListed is how many cells Change.Largest holds at most.
const LargestListed = 20

// Gain sums up a change over people. Minutes are to the nearest centre; a gain or loss
// is one of half a minute and more, or of having a way in time at all.
type Gain struct {
	People float64 `json:"people"`
	Gain   float64 `json:"gain"` // people who get there sooner
	Lose   float64 `json:"lose"` // people who get there later
	Mean   float64 `json:"mean"` // minutes saved, over people who get there before and after

	Life    float64 `json:"life"` // people more within the half-hour circle
	Own     float64 `json:"own"`  // and within the one-hour circles
	Nearest float64 `json:"nearest"`
	All     float64 `json:"all"`

	Reached *float64 `json:"reached,omitempty"` // people more within reach, mean over people; nil where they were not counted
}

// GainOf is the gain of a district.
type GainOf struct {
	District
	Gain
}

// GainBand is the gain of the cells whose nearest centre is from From to less than
// Until kilometres away, as the crow flies; the last band has no Until.
type GainBand struct {
	From  float64 `json:"from"`
	Until float64 `json:"until,omitempty"`
	Gain
}

// CellGain is a cell that gains.
type CellGain struct {
	Cell   int      `json:"cell"`
	ID     string   `json:"id"`
	People float64  `json:"people"`
	Before *float64 `json:"before"` // minutes; null: never
	After  *float64 `json:"after"`
}
