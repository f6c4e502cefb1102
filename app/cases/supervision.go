package cases

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// KindFigures is the daily message of a city to the office: how its cases stand.
const KindFigures = "case.figures"

// RiskDays is how many working days before its last day a case is at risk.
const RiskDays = 2

// Line is how the cases of an item stand at an office (GB/T 39046-2020 table 11).
type Line struct {
	Item    string `json:"item"`
	Office  string `json:"office"`
	Drafts  int    `json:"drafts"`
	Open    int    `json:"open"` // applied for, not decided
	Late    int    `json:"late"` // with the office, past the last day
	Risk    int    `json:"risk"` // with the office, at most RiskDays working days left
	Decided int    `json:"decided"`
	Ended   int    `json:"ended"`
	Rated   int    `json:"rated"`
	Stars   int    `json:"stars"` // the sum of all ratings
}

// Figures is how the cases of a city stand, as it says itself.
type Figures struct {
	City  string           `json:"city"`
	At    time.Time        `json:"at"`
	Lines []Line           `json:"lines"`
	Trend []casework.Trend `json:"trend,omitempty"` // by month, those that casework.Tellable lets out
}

// TrendPeriods is how many months or weeks a trend goes back, with the one that runs.
const TrendPeriods = 13

// Figures counts the cases of this city.
func (k *Desk) Figures(ctx context.Context) (Figures, error) {
	f := Figures{City: k.City, At: k.Now().UTC(), Lines: []Line{}}
	counts, err := k.Store.CountCases(ctx)
	if err != nil {
		return f, err
	}
	today := k.Calendar.Day(f.At)
	for _, c := range counts {
		i := slices.IndexFunc(f.Lines, func(l Line) bool { return l.Item == c.Item && l.Office == c.Office })
		if i < 0 {
			i = len(f.Lines)
			f.Lines = append(f.Lines, Line{Item: c.Item, Office: c.Office})
		}
		l := &f.Lines[i]
		switch c.Phase {
		case casework.PhaseDraft:
			l.Drafts += c.Number
		case casework.PhaseApplied, casework.PhaseHandling:
			l.Open += c.Number
		case casework.PhaseDecided:
			l.Decided += c.Number
		default:
			l.Ended += c.Number
		}
		if c.Until != 0 && (c.Holder == casework.Clerk || c.Holder == casework.Supervisor) {
			switch {
			case today > c.Until:
				l.Late += c.Number
			case k.Calendar.Left(today, c.Until) <= RiskDays:
				l.Risk += c.Number
			}
		}
		l.Rated += c.Rated
		l.Stars += c.Stars
	}
	return f, nil
}

// Trend is how long this city took for its cases, by item and month or week.
func (k *Desk) Trend(ctx context.Context, by string) ([]casework.Trend, error) {
	from := casework.Period(k.Calendar.Day(k.Now()), by)
	if by == casework.ByWeek {
		from -= 7 * (TrendPeriods - 1)
	} else {
		from = from.AddMonths(1 - TrendPeriods)
	}
	spans, err := k.Store.CaseSpans(ctx, from)
	return casework.Trends(spans, by), err
}

// Others is what every other city last said of its cases.
func (k *Desk) Others(ctx context.Context) (list []Figures, err error) {
	all, err := k.Store.Figures(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		var f Figures
		if s.City == k.City {
			continue
		}
		if err := json.Unmarshal(s.Body, &f); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// reportDaily tells the office once a day how the cases stand.
func (k *Desk) reportDaily(ctx context.Context) error {
	said, err := k.Store.Figures(ctx)
	if err != nil {
		return err
	}
	today := k.Calendar.Day(k.Now())
	for _, s := range said {
		if s.City == k.City && k.Calendar.Day(s.At) >= today {
			return nil
		}
	}
	return k.Report(ctx)
}

// Report tells the office how the cases stand now.
func (k *Desk) Report(ctx context.Context) error {
	if k.Voice == nil || k.City == string(trustlist.Office) {
		return nil
	}
	today := k.Calendar.Day(k.Now())
	f, err := k.Figures(ctx)
	if err != nil {
		return err
	}
	trend, err := k.Trend(ctx, casework.ByMonth)
	if err != nil {
		return err
	}
	f.Trend = casework.Tellable(trend, today)
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return k.Store.Do(ctx, func(d *store.Deed) error {
		if err := d.KeepFigures(store.CaseFigures{City: k.City, At: f.At, Body: body}); err != nil {
			return err
		}
		_, err := d.Send(k.Voice(), message.Draft{To: message.Node(trustlist.Office), Kind: KindFigures, Case: "figures-" + k.City, Body: json.RawMessage(body)})
		return err
	})
}
