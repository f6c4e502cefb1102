package httpapi

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"conurb/area"
	"conurb/kit/sheet"
	"conurb/livelihood/casework"
	"conurb/trust/rights"
)

// CaseTrend is how long a city took for its cases.
type CaseTrend struct {
	City  string      `json:"city" doc:"The city." example:"changsha"`
	At    time.Time   `json:"at,omitzero" doc:"When it said so; this moment for the city itself; left out where it never did." example:"2026-11-26T00:10:00Z"`
	Here  bool        `json:"here" doc:"True for the city that answers." example:"true"`
	Lines []TrendLine `json:"lines" nullable:"false" doc:"By item and period, in this order. Of another city: only months that are over, with the least number of cases or more."`
}

// TrendLine is how long the cases of an item took that were decided in a month or week.
type TrendLine struct {
	Item     string    `json:"item" doc:"The item." example:"residence-permit"`
	ItemName string    `json:"itemName" doc:"Its name, in the language asked for." example:"Residence permit"`
	From     area.Date `json:"from" format:"date" doc:"The first day of the month, or the Monday of the week." example:"2026-10-01"`
	Unit     string    `json:"unit" enum:"working-days,days" doc:"What the days are: working days, or all days." example:"working-days"`
	Cases    int       `json:"cases" doc:"Cases that were accepted and decided, in the period of the decision; those without a limit are left out." example:"24"`
	InTime   int       `json:"inTime" doc:"Of those: decided within the promised days and those given on top." example:"22"`
	Median   int       `json:"median" doc:"Days that half of the cases took at most, without those in which the clock was paused." example:"6"`
	Decile   int       `json:"decile" doc:"Days that nine of ten cases took at most." example:"11"`
	Least    int       `json:"least" doc:"Days promised; the fewest, where the promise was changed." example:"15"`
	Most     int       `json:"most" doc:"Days promised; the most." example:"15"`
}

// SupervisionTrend is how long cases took beside what was promised.
type SupervisionTrend struct {
	At     time.Time   `json:"at" doc:"The moment of the answer." example:"2026-11-26T08:30:00Z"`
	By     string      `json:"by" enum:"month,week" doc:"The periods." example:"month"`
	Told   int         `json:"told" doc:"Of how many cases at least cities tell one another how long they took." example:"5"`
	Cities []CaseTrend `json:"cities" nullable:"false" doc:"This city first, then the others as they last said; by week this city alone."`
}

// TrendInput says by which periods a trend is told.
type TrendInput struct {
	Language
	By   string `query:"by" enum:"month,week" default:"month" doc:"By month of the calendar or by week from Monday: thirteen of them, with the one that runs." example:"month"`
	Item string `query:"item" maxLength:"100" doc:"Only this item." example:"residence-permit"`
}

func (s *server) supervisionTrend(ctx context.Context, in *TrendInput) (*answer[SupervisionTrend], error) {
	c, err := s.supervisor(ctx)
	if err != nil {
		return nil, err
	}
	list, err := c.Trend(ctx, in.By)
	if err != nil {
		return nil, err
	}
	for i := range list {
		kept := []TrendLine{}
		for _, l := range list[i].Lines {
			if in.Item == "" || in.Item == l.Item {
				l.ItemName = textIn(ctx, c.ItemName(ctx, l.Item))
				kept = append(kept, l)
			}
		}
		list[i].Lines = kept
	}
	return &answer[SupervisionTrend]{SupervisionTrend{At: s.now().UTC().Truncate(time.Second), By: in.By, Told: casework.LeastTold, Cities: list}}, nil
}

// supervisor is the desk of cases, for who may see how its cases stand.
func (s *server) supervisor(ctx context.Context) (Cases, error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	p, _ := who(ctx)
	return c, s.allow(ctx, rights.CaseSupervise, rights.Resource{City: c.City(), Office: officeOfRole(p.Roles)})
}

// trendHead are the columns of the table.
var trendHead = []string{"city", "at", "by", "from", "item", "itemName", "unit", "cases", "inTime", "shareInTime", "median", "decile", "promisedLeast", "promisedMost", "invented"}

func (s *server) supervisionTrendCSV(ctx context.Context, in *TrendInput) (*file, error) {
	a, err := s.supervisionTrend(ctx, in)
	if err != nil {
		return nil, err
	}
	rows, invented := [][]string{trendHead}, strconv.FormatBool(s.nodes != nil && s.nodes.Here().Demo)
	for _, c := range a.Body.Cities {
		for _, l := range c.Lines {
			rows = append(rows, []string{c.City, c.At.UTC().Format(time.RFC3339), in.By, l.From.String(), l.Item, l.ItemName, l.Unit, strconv.Itoa(l.Cases), strconv.Itoa(l.InTime),
				strconv.FormatFloat(float64(l.InTime)/float64(l.Cases), 'f', 3, 64), strconv.Itoa(l.Median), strconv.Itoa(l.Decile), strconv.Itoa(l.Least), strconv.Itoa(l.Most), invented})
		}
	}
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, rows); err != nil {
		return nil, err
	}
	return &file{Type: csvType, Disposition: `attachment; filename="days-` + s.now().UTC().Format(time.DateOnly) + `.csv"`, Caching: "no-store", Body: b.Bytes()}, nil
}
