package httpapi

// CircleFrame is what can be asked about the circles of the region, and what the answers
// rest on.
type CircleFrame struct {
	Network    string            `json:"network" doc:"The street network of the region, of /api/v1/networks." example:"czt"`
	Rule       CircleRule        `json:"rule" doc:"The rule by which circles are measured."`
	First      string            `json:"first" format:"date" doc:"The first day worth asking about: the eve of the plan." example:"2021-12-31"`
	Today      string            `json:"today" format:"date" doc:"Today in the time zone of the area." example:"2026-11-26"`
	Modes      []string          `json:"modes" nullable:"false" doc:"The ways of moving that can be asked about." example:"[\"transit\",\"car\"]"`
	Works      []CircleWork      `json:"works" nullable:"false" doc:"What can be switched on and off, in the order of opening."`
	Centres    []CircleCentre    `json:"centres" nullable:"false" doc:"The centres of the cities."`
	Indicators []CircleIndicator `json:"indicators" nullable:"false" doc:"What is measured."`
	SideMetres float64           `json:"sideMetres" doc:"The side of a cell in metres." example:"1000"`
	Basis      []CircleBasis     `json:"basis" nullable:"false" doc:"What is modelled, assumed or missing: say so wherever the figures are shown."`
}

// CircleRule is a version of the rule.
type CircleRule struct {
	ID         string            `json:"id" doc:"The rule." example:"circle-v1"`
	Name       Text              `json:"name" doc:"Its name."`
	Digest     string            `json:"digest" doc:"The digest of its file." example:"sha256:9f86d081884c7d65"`
	Threshold  float64           `json:"threshold" doc:"The share of people from which a circle counts as basically realised." example:"0.8"`
	Parameters []CircleParameter `json:"parameters" nullable:"false" doc:"Each parameter with its reason."`
}

// CircleParameter is a parameter of the rule.
type CircleParameter struct {
	ID     string `json:"id" doc:"The parameter." example:"hour.minutes"`
	Name   Text   `json:"name" doc:"Its name."`
	Value  string `json:"value" doc:"Its value with its unit." example:"60 min"`
	Reason Text   `json:"reason" doc:"Why it is so."`
	Grade  string `json:"grade" enum:"a,b,c,d,K,assumed" doc:"How far it can be trusted." example:"assumed"`
	Source string `json:"source,omitempty" doc:"Its source; left out where it is assumed." example:"plan-press"`
}

// CircleWork is what a project builds.
type CircleWork struct {
	ID      string   `json:"id" doc:"The work." example:"west-ring"`
	Name    Text     `json:"name" doc:"Its name."`
	Project string   `json:"project,omitempty" doc:"The project of the plan that builds it; left out where the plan names none." example:"west-ring"`
	Kind    string   `json:"kind" enum:"rail,road" doc:"What it is." example:"rail"`
	Cities  []string `json:"cities" nullable:"false" doc:"The cities it lies in." example:"[\"changsha\",\"xiangtan\"]"`
	Opened  string   `json:"opened,omitempty" format:"date" doc:"The day the last of it opened; left out while it is not open." example:"2023-06-28"`
	Planned string   `json:"planned,omitempty" format:"date" doc:"The day it is planned to open, by the newest statement." example:"2026-12-31"`
	Yuan    float64  `json:"yuan,omitempty" doc:"What it costs in yuan; left out where no source says." example:"2780000000"`
	// Served is false where a work changes nothing that is measured.
	Served bool `json:"served" doc:"False where it changes no timetable and no road of the model, and why is among the basis." example:"true"`
}

// CircleCentre is the centre of a city.
type CircleCentre struct {
	City  string   `json:"city" doc:"The city." example:"changsha"`
	Name  Text     `json:"name" doc:"Its name."`
	Point Position `json:"point" doc:"WGS-84 longitude and latitude." example:"[112.9823,28.1941]"`
}

// CircleIndicator is one of the figures.
type CircleIndicator struct {
	ID         string `json:"id" doc:"The indicator." example:"circle-60-nearest"`
	Circle     string `json:"circle" enum:"half-hour,one-hour" doc:"The circle it belongs to." example:"one-hour"`
	Name       Text   `json:"name" doc:"Its name."`
	Definition Text   `json:"definition" doc:"What is counted."`
	Unit       string `json:"unit" enum:"share,people,ratio" doc:"share: of people, from 0 to 1; people: a number of them; ratio: a number without unit." example:"share"`
	Headline   bool   `json:"headline" doc:"True for the figure by which the circle is judged." example:"true"`
}

// CircleBasis is something the figures rest on.
type CircleBasis struct {
	Kind string `json:"kind" enum:"modelled,assumed,missing" doc:"What is the matter with it." example:"missing"`
	Text Text   `json:"text" doc:"What it is, in a sentence."`
}

// CircleState is the state of the area that a figure is for.
type CircleState struct {
	AsOf   string   `json:"asOf" doc:"The day asked about, or plan." example:"2023-12-31"`
	Mode   string   `json:"mode" doc:"The way of moving." example:"transit"`
	On     []string `json:"on" nullable:"false" doc:"The works that are in service." example:"[\"west-ring\"]"`
	Digest string   `json:"digest" doc:"The digest of everything the figures were computed from." example:"sha256:9f86d081884c7d65"`
}

// CircleResult is what the circles are in a state of the area.
type CircleResult struct {
	CircleState
	People       float64            `json:"people" doc:"The people of the area." example:"16821434"`
	Figures      []CircleFigure     `json:"figures" nullable:"false" doc:"The indicators in the order of the frame."`
	Between      []CircleTrip       `json:"between" nullable:"false" doc:"From the centre of each city to that of each other."`
	Districts    []CircleDistrict   `json:"districts" nullable:"false" doc:"The districts in the order of the area."`
	Distribution []CircleBin        `json:"distribution" nullable:"false" doc:"How many people have how long to the nearest centre."`
	Reachable    CircleReachable    `json:"reachable" doc:"How many people a cell reaches within the one-hour circle."`
	Sensitivity  []CircleVerdictRow `json:"sensitivity" nullable:"false" doc:"What the verdict would be at other thresholds and minutes."`
}

// CircleFigure is one indicator measured.
type CircleFigure struct {
	ID      string   `json:"id" doc:"The indicator." example:"circle-60-nearest"`
	Value   *float64 `json:"value" doc:"Its value in the unit of the indicator; null where it cannot be told." example:"0.834"`
	People  float64  `json:"people,omitempty" doc:"The people behind a share." example:"14030000"`
	Verdict string   `json:"verdict,omitempty" enum:"realised,not-realised" doc:"Whether it reaches the threshold; left out where none applies." example:"realised"`
}

// CircleTrip is the way between two centres.
type CircleTrip struct {
	From    string   `json:"from" doc:"The city it begins in." example:"changsha"`
	To      string   `json:"to" doc:"The city it ends in." example:"zhuzhou"`
	Minutes *float64 `json:"minutes" doc:"What it takes at the percentile of the rule; null where it takes too long." example:"54"`
}

// CircleDistrict is a district in a state.
type CircleDistrict struct {
	Code    string             `json:"code" doc:"The district." example:"430104"`
	Name    Text               `json:"name" doc:"Its name."`
	City    string             `json:"city" doc:"Its city." example:"changsha"`
	People  float64            `json:"people" doc:"Its people." example:"1526641"`
	Shares  map[string]float64 `json:"shares" doc:"By indicator, the share of its people." example:"{\"circle-60-nearest\":0.93}"`
	Minutes *float64           `json:"minutes" doc:"The median of its people's minutes to the nearest centre; null where half of them take too long." example:"38"`
	Reach   *float64           `json:"reach" doc:"The median of the people they reach within the one-hour circle; null where that was not asked for." example:"2310000"`
}

// CircleBin is a part of the distribution.
type CircleBin struct {
	Until  float64 `json:"until" doc:"At most so many minutes, and more than the bin before; 0 is those who take longer than any or never arrive." example:"35"`
	People float64 `json:"people" doc:"So many people." example:"812345"`
}

// CircleReachable is a distribution over people.
type CircleReachable struct {
	Known   bool      `json:"known" doc:"False where it was not asked for." example:"true"`
	Percent []float64 `json:"percent" nullable:"false" doc:"Percentiles of people." example:"[5,25,50,75,95]"`
	People  []float64 `json:"people" nullable:"false" doc:"So many people they reach, by percentile." example:"[120000,840000,2300000,3600000,4700000]"`
	Gini    *float64  `json:"gini" doc:"The Gini coefficient; 0 is all alike." example:"0.41"`
	Palma   *float64  `json:"palma" doc:"The Palma ratio: what the best tenth of people reach together over what the worst four tenths do." example:"2.1"`
}

// CircleVerdictRow is the verdict at another threshold and other minutes.
type CircleVerdictRow struct {
	ID        string  `json:"id" doc:"The indicator." example:"circle-60-nearest"`
	Minutes   float64 `json:"minutes" doc:"The minutes of the circle." example:"55"`
	Share     float64 `json:"share" doc:"The share of people within them; the verdict turns at this threshold." example:"0.79"`
	Threshold float64 `json:"threshold" doc:"The threshold of the rule." example:"0.8"`
	Realised  bool    `json:"realised" doc:"The verdict at it." example:"false"`
}

// CircleCells are the cells in a state, in columns.
type CircleCells struct {
	CircleState
	SideMetres float64     `json:"sideMetres" doc:"The side of a cell in metres." example:"1000"`
	Centres    []string    `json:"centres" nullable:"false" doc:"The cities whose centres the minutes are to." example:"[\"changsha\",\"zhuzhou\",\"xiangtan\"]"`
	Points     []Position  `json:"points" nullable:"false" doc:"The middle of each cell, WGS-84 longitude and latitude." example:"[[112.98,28.19]]"`
	District   []string    `json:"district" nullable:"false" doc:"The district of each." example:"[\"430102\"]"`
	People     []float64   `json:"people" nullable:"false" doc:"The people of each." example:"[5120]"`
	Nearest    []float64   `json:"nearest" nullable:"false" doc:"Minutes to the nearest centre, -1 where it takes too long." example:"[23.4]"`
	Minutes    [][]float64 `json:"minutes" nullable:"false" doc:"For each centre, minutes from each cell, -1 where it takes too long." example:"[[23.4],[61],[-1]]"`
	Half       []bool      `json:"half" nullable:"false" doc:"Whether it lies in the half-hour living circle." example:"[true]"`
	Reach      []float64   `json:"reach" nullable:"false" doc:"The people it reaches within the one-hour circle; empty where that was not asked for." example:"[2310000]"`
}

// CircleComparison is what changes from a state to another.
type CircleComparison struct {
	From      CircleState            `json:"from" doc:"The one state."`
	To        CircleState            `json:"to" doc:"The other one."`
	Figures   []CircleChange         `json:"figures" nullable:"false" doc:"How the indicators change."`
	Gain      CircleGroup            `json:"gain" doc:"All people together."`
	Districts []CircleDistrictChange `json:"districts" nullable:"false" doc:"Who gains and who loses, by district."`
	Distances []CircleDistanceChange `json:"distances" nullable:"false" doc:"The same by distance from the nearest centre as the crow flies."`
}

// CircleChange is an indicator in both states.
type CircleChange struct {
	ID   string   `json:"id" doc:"The indicator." example:"circle-60-nearest"`
	From *float64 `json:"from" doc:"Its value before; null where it cannot be told." example:"0.812"`
	To   *float64 `json:"to" doc:"Its value after." example:"0.834"`
}

// CircleGroup is how a group of people fares.
type CircleGroup struct {
	People  float64 `json:"people" doc:"How many they are." example:"1526641"`
	Gaining float64 `json:"gaining" doc:"Of them, those who get to the nearest centre sooner." example:"210000"`
	Losing  float64 `json:"losing" doc:"Those who get there later." example:"0"`
	Minutes float64 `json:"minutes" doc:"The change of their minutes on average, of those who arrive in both states; below 0 is sooner." example:"-1.7"`
	Newly   float64 `json:"newly" doc:"Those who are within the one-hour circle of the nearest centre and were not before, less those the other way round." example:"48000"`
}

// CircleDistrictChange is a district's.
type CircleDistrictChange struct {
	Code string `json:"code" doc:"The district." example:"430104"`
	Name Text   `json:"name" doc:"Its name."`
	CircleGroup
}

// CircleDistanceChange is that of a ring.
type CircleDistanceChange struct {
	FromKm float64 `json:"fromKm" doc:"From so many km from the nearest centre." example:"10"`
	ToKm   float64 `json:"toKm" doc:"To less than so many; 0 is no end." example:"20"`
	CircleGroup
}

// CircleContributions are what each work adds, or how far the computation is.
type CircleContributions struct {
	State       string         `json:"state" enum:"working,ready,failed,cancelled" doc:"How far it is; ask again while it is working." example:"working"`
	Job         string         `json:"job,omitempty" doc:"The job, to follow or cancel it." example:"01JD3W9YQ4"`
	Done        int            `json:"done" doc:"Sets of works evaluated." example:"120"`
	Total       int            `json:"total" doc:"Of so many." example:"256"`
	SecondsLeft *float64       `json:"secondsLeft" doc:"About how long it will still take; null until that can be told." example:"14"`
	Cause       string         `json:"cause,omitempty" doc:"Why it failed." example:"the road network could not be built"`
	Method      string         `json:"method" enum:"shapley,leave-one-out,add-first" doc:"How the change is shared out." example:"shapley"`
	Indicator   string         `json:"indicator" doc:"The indicator." example:"circle-60-nearest"`
	Before      float64        `json:"before" doc:"Its value without any of the works." example:"0.78"`
	After       float64        `json:"after" doc:"Its value with all of them." example:"0.84"`
	Residual    float64        `json:"residual" doc:"The whole change less the sum of the shares: 0 but for rounding by Shapley, more by the other methods." example:"0"`
	Sampled     bool           `json:"sampled" doc:"True where orders were drawn at random, and the error of each share is given." example:"false"`
	Works       []CircleShare  `json:"works" nullable:"false" doc:"What each adds, in the order of opening."`
	Order       []CircleChoice `json:"order" nullable:"false" doc:"The best order of the works that are not open yet, under the budget."`
	Bound       *float64       `json:"bound" doc:"What no choice under the budget can add more than; null where nothing is to be chosen." example:"0.031"`
	Exact       bool           `json:"exact" doc:"True where the order is proven to be the best." example:"true"`
	Unpriced    []string       `json:"unpriced" nullable:"false" doc:"Works that are not in the order because their cost is not known." example:"[\"direct-line\"]"`
}

// CircleShare is a work's share of the change.
type CircleShare struct {
	ID        string             `json:"id" doc:"The work." example:"west-ring"`
	Value     float64            `json:"value" doc:"What it adds, in the unit of the indicator." example:"0.011"`
	People    float64            `json:"people" doc:"The same in people." example:"185000"`
	Error     float64            `json:"error" doc:"The standard error; 0 where every set was evaluated." example:"0"`
	Districts map[string]float64 `json:"districts" doc:"By district, the people it adds." example:"{\"430304\":92000}"`
	PerYi     *float64           `json:"perYi" doc:"People for each 100 million yuan; null where its cost is not known." example:"1700"`
}

// CircleChoice is a step of the order.
type CircleChoice struct {
	ID    string  `json:"id" doc:"The work." example:"maglev-east"`
	Gain  float64 `json:"gain" doc:"What it adds after those before it." example:"0.004"`
	Yuan  float64 `json:"yuan" doc:"What it costs." example:"2780000000"`
	Spent float64 `json:"spent" doc:"What is spent with it." example:"2780000000"`
}
