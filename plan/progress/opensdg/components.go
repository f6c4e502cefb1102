package opensdg

import (
	"strings"
	"unicode/utf8"

	"conurb/plan/progress"
)

// Components is the content of indicator_calculation_components.yml, by
// indicator id.
type Components map[string]Entry

// Entry is an indicator's status and score with the series they are made of.
type Entry struct {
	Status string
	Score  *float64
	Series map[string]Component // by tag
	Notes  []Note               // not part of the published file
}

// Component is one series with every number of its calculation; the keys are
// those of the published file.
type Component struct {
	BaseValue     *float64 `json:"base_value" yaml:"base_value"`
	BaseYear      *float64 `json:"base_year" yaml:"base_year"`
	CurrentValue  *float64 `json:"current_value" yaml:"current_value"`
	CurrentYear   *float64 `json:"current_year" yaml:"current_year"`
	Direction     int      `json:"direction" yaml:"direction"`
	Limit         *float64 `json:"limit" yaml:"limit"`
	ProgressValue *float64 `json:"progress_value" yaml:"progress_value"`
	Score         *float64 `json:"score" yaml:"score"`
	Sign          *int     `json:"sign" yaml:"sign"`
	Status        string   `json:"status" yaml:"status"`
	Target        *float64 `json:"target" yaml:"target"`
	TargetYear    *float64 `json:"target_year" yaml:"target_year"`
}

// notAvailable is the published word for what could not be measured.
const notAvailable = "not_available"

// Components measures every indicator of the folder.
func (f *Folder) Components() Components {
	out := make(Components, len(f.Indicators))
	for _, i := range f.Indicators {
		out[i.ID] = f.entry(&i)
	}
	return out
}

func (f *Folder) entry(i *Indicator) Entry {
	switch {
	case i.Meta == nil:
		return Entry{}
	case !i.Meta.Auto:
		return Entry{Status: i.Meta.Status}
	}
	e := Entry{Series: map[string]Component{}}
	allAchieved := true
	mean, ok := f.mean(i, i.Meta.Options, &e, &allAchieved)
	switch {
	case !ok:
		e.Status = notAvailable
		return e
	case allAchieved:
		e.Status = published("target-achieved")
	default:
		e.Status = published(progress.CanadaStatus(mean))
	}
	e.Score = &mean
	return e
}

// mean measures the series of a list of options; a group counts as one. Series
// without a score do not count.
func (f *Folder) mean(i *Indicator, options []Option, e *Entry, allAchieved *bool) (float64, bool) {
	sum, n := 0.0, 0
	for _, o := range options {
		if o.Group != nil {
			if m, ok := f.mean(i, o.Group, e, allAchieved); ok {
				sum, n = sum+m, n+1
			}
			continue
		}
		s := f.series(i, o)
		result := s.Result()
		e.Series[s.Tag] = s.component(result)
		e.Notes = append(e.Notes, s.Notes...)
		if result.Score == nil {
			continue
		}
		sum, n = sum+*result.Score, n+1
		*allAchieved = *allAchieved && result.Status == "target-achieved"
	}
	if n == 0 {
		return 0, false
	}
	return sum / float64(n), true
}

// Series is one series of an indicator, ready to be judged by any method.
type Series struct {
	Tag        string // the id and what the option asks for, joined by " / "
	Input      progress.Input
	Thresholds progress.Thresholds
	Option     Option
	Notes      []Note
}

// Series returns the series of an indicator, groups unfolded.
func (f *Folder) Series(i Indicator) []Series {
	if i.Meta == nil {
		return nil
	}
	var out []Series
	var walk func([]Option)
	walk = func(options []Option) {
		for _, o := range options {
			if o.Group != nil {
				walk(o.Group)
				continue
			}
			out = append(out, f.series(&i, o))
		}
	}
	walk(i.Meta.Options)
	return out
}

func (f *Folder) series(i *Indicator, o Option) Series {
	s := Series{Tag: f.tag(i.ID, o), Option: o, Thresholds: progress.CanadaDirection}
	pick := selection{words: f.texts, table: i.Table, tag: s.Tag}
	s.Input = progress.Input{Series: pick.points(o), Direction: -1, TargetT: o.TargetYear, Limit: o.Limit}
	s.Notes = pick.notes
	if o.Positive {
		s.Input.Direction = 1
	}
	if o.Target != nil {
		s.Input.Target, s.Thresholds = o.Target, progress.CanadaTarget
	}
	for _, t := range []struct {
		own *float64
		use *float64
	}{{o.High, &s.Thresholds.High}, {o.Med, &s.Thresholds.Medium}, {o.Low, &s.Thresholds.Low}} {
		if t.own != nil {
			*t.use = *t.own
		}
	}
	s.Input.Base = base(s.Input.Series, o.BaseYear)
	return s
}

// base is the value of the base year, else of the next year that has one. A
// base year after all values leaves a base there, which no method accepts.
func base(points []progress.Point, year float64) *progress.Point {
	for i := range points {
		if points[i].T >= year {
			return &points[i]
		}
	}
	return &progress.Point{T: year}
}

// Result judges the series by the method that the repository publishes.
func (s *Series) Result() progress.Result { return progress.CanadaWith(s.Input, s.Thresholds) }

func (s *Series) component(r progress.Result) Component {
	of := func(key string) *float64 {
		if v, ok := r.Inputs[key]; ok {
			return &v
		}
		return nil
	}
	c := Component{
		BaseValue: of("base-value"), BaseYear: of("base-time"),
		CurrentValue: of("current-value"), CurrentYear: of("current-time"),
		Direction: s.Input.Direction, Limit: s.Input.Limit,
		ProgressValue: r.Value, Score: r.Score, Status: published(r.Status),
		Target: of("target"), TargetYear: &s.Option.TargetYear,
	}
	if sign := of("sign"); sign != nil {
		n := int(*sign)
		c.Sign = &n
	} else {
		c.BaseYear = &s.Option.BaseYear
	}
	if zero := s.Option.Target; zero != nil && *zero == 0 && (c.Target == nil || *c.Target == 0) {
		v := 0.001 // the build replaces it before it looks at any data
		c.Target = &v
	}
	return c
}

// published turns a method's word into the published file's.
func published(status string) string {
	if status == progress.NotApplicable {
		return notAvailable
	}
	return strings.ReplaceAll(status, "-", "_")
}

// longestTag is the length beyond which the published file shortens a tag: YAML
// would write a longer key in another form.
const longestTag = 122

// tag names a series: id / series / unit / values, in the words people read. A
// tag that is too long loses characters from its longest part, the first among
// equals, until it fits.
func (f *Folder) tag(id string, o Option) string {
	parts := []string{id}
	if o.Series != "" {
		parts = append(parts, f.texts.label(o.Series, seriesColumn))
	}
	if o.Unit != "" {
		parts = append(parts, f.texts.label(o.Unit, unitColumn))
	}
	for _, d := range o.Disaggregation {
		parts = append(parts, f.texts.label(d.Value, d.Column))
	}
	return shorten(parts, longestTag)
}

func shorten(parts []string, limit int) string {
	const joint, dots = " / ", "..."
	total := len(joint) * (len(parts) - 1)
	lengths := make([]int, len(parts))
	for i, p := range parts {
		lengths[i] = utf8.RuneCountInString(p)
		total += lengths[i]
	}
	for total > limit {
		longest := 0
		for i := range lengths {
			if lengths[i] > lengths[longest] {
				longest = i
			}
		}
		if lengths[longest] <= len(dots)+1 {
			break
		}
		lengths[longest]--
		total--
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		if r := []rune(p); len(r) > lengths[i] {
			p = string(r[:lengths[i]-len(dots)]) + dots
		}
		out[i] = p
	}
	return strings.Join(out, joint)
}
