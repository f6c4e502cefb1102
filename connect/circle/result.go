package circle

import "conurb/area"

// The indicators, by id. Circle60 is whichever of the three shares the rule makes the
// headline.
const (
	Circle30        = "circle-30"
	Circle30Service = "circle-30-services" // the services alone
	Circle30Centre  = "circle-30-centre"   // one of the centres alone
	Circle60        = "circle-60"
	Circle60Own     = "circle-60-own"
	Circle60Nearest = "circle-60-nearest"
	Circle60All     = "circle-60-all"
	ReachMedian     = "reach-60-median"
	Gini            = "gini"
	Palma           = "palma"
)

// The units of an indicator.
const (
	Share  = "share"  // of people, 0 to 1
	People = "people" // a number of people
	Ratio  = "ratio"
)

// Result is what one date and mode come to.
type Result struct {
	Rule       string       `json:"rule"`
	RuleDigest string       `json:"ruleDigest"`
	People     float64      `json:"people"` // who count
	Indicators []Indicator  `json:"indicators"`
	Districts  []ByDistrict `json:"districts"`
	Centres    []Centre     `json:"centres"`
	Between    [][]*float64 `json:"between"` // minutes from centre to centre; null where there is no way in time
	Histogram  []Bin        `json:"histogram"`
	Reach      *Reach       `json:"reach,omitempty"` // nil where people within reach were not counted
	Missing    []Missing    `json:"missing"`
	Basis      area.Basis   `json:"basis"` // of the people
}

// Indicator is a figure and, where the plan promises it, its verdict.
type Indicator struct {
	ID      string   `json:"id"`
	Unit    string   `json:"unit"` // share | people | ratio
	Value   float64  `json:"value"`
	People  float64  `json:"people,omitempty"` // whom a share counts
	Verdict *Verdict `json:"verdict,omitempty"`
}

// Verdict says whether a circle is basically realised, and how firmly.
type Verdict struct {
	Met       bool    `json:"met"`
	Threshold float64 `json:"threshold"`
	FlipsAt   float64 `json:"flipsAt"` // met up to this threshold, missed above

	AtThreshold []AtThreshold `json:"atThreshold"`
	AtMinutes   []AtMinutes   `json:"atMinutes"`
}

// AtThreshold is the verdict at another threshold.
type AtThreshold struct {
	Threshold float64 `json:"threshold"`
	Met       bool    `json:"met"`
}

// AtMinutes is the share, and the verdict at the rule's threshold, with another limit.
type AtMinutes struct {
	Minutes float64 `json:"minutes"`
	Share   float64 `json:"share"`
	Met     bool    `json:"met"`
}

// ByDistrict are the figures of one district; shares are of its people.
type ByDistrict struct {
	District
	People  float64  `json:"people"`
	Life    float64  `json:"life"` // circle-30
	Own     float64  `json:"own"`  // circle-60-...
	Nearest float64  `json:"nearest"`
	All     float64  `json:"all"`
	Median  *float64 `json:"median"`            // minutes to the nearest centre, at the median of people; null: never
	Reached *float64 `json:"reached,omitempty"` // people within reach, at the median of people
}

// Bin is the people whose time to the nearest centre is above From and up to Until
// minutes; the last has no Until: whoever needs longer, or has no way at all.
type Bin struct {
	From   float64 `json:"from"`
	Until  float64 `json:"until,omitempty"`
	People float64 `json:"people"`
}

// Reach is how many people one reaches, over people.
type Reach struct {
	Quantiles []Quantile `json:"quantiles"`
	Gini      float64    `json:"gini"`
	Palma     *float64   `json:"palma"` // null where the worst-served reach nobody
}

// Quantile is what the worst-served share of people reaches at most.
type Quantile struct {
	Share  float64 `json:"share"`
	People float64 `json:"people"`
}

// Indicator returns one by id; nil where it was not measured.
func (r *Result) Indicator(id string) *Indicator {
	for i := range r.Indicators {
		if r.Indicators[i].ID == id {
			return &r.Indicators[i]
		}
	}
	return nil
}
