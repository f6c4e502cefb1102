package httpapi

import (
	"context"
	"net/http"

	"conurb/area"
)

// WorkingDaysInput asks for the end of a time limit.
type WorkingDaysInput struct {
	Language
	Days int    `query:"days" minimum:"0" maximum:"1000" required:"true" doc:"How many working days." example:"12"`
	From string `query:"from" doc:"The day before the first that counts, YYYY-MM-DD in the time zone of the area; today when left out." example:"2026-11-26"`
}

// WorkingDays is the end of a time limit.
type WorkingDays struct {
	From    area.Date `json:"from" format:"date" doc:"The day before the first that counts." example:"2026-11-26"`
	Days    int       `json:"days" doc:"How many working days." example:"12"`
	By      area.Date `json:"by" format:"date" doc:"The last of them." example:"2026-12-14"`
	Assumed bool      `json:"assumed" doc:"True where a day on the way is of a year whose holidays are not published yet." example:"false"`
}

func (s *server) workdayRoutes(v1 string) {
	register(s, operation{method: http.MethodGet, path: v1 + "/working-days", id: "countWorkingDays", tag: "cases",
		summary: "When a number of working days ends, by the holidays of the area"}, s.workingDays)
}

func (s *server) workingDays(_ context.Context, in *WorkingDaysInput) (*answer[WorkingDays], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	cal := c.Calendar()
	from, err := day("from", in.From, cal.Day(s.now()))
	if err != nil {
		return nil, err
	}
	by := cal.After(from, in.Days)
	return &answer[WorkingDays]{WorkingDays{From: from, Days: in.Days, By: by, Assumed: !cal.Certain(from, by)}}, nil
}
