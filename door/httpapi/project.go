package httpapi

import (
	"context"

	"conurb/area"
	"conurb/door/report"
	"conurb/plan"
	"conurb/plan/board"
)

// Standing is a project with the standing of its commitment.
type Standing struct {
	ID         string      `json:"id" doc:"The id of the project." example:"west-ring"`
	Name       Text        `json:"name" doc:"Its name."`
	Field      string      `json:"field" doc:"The field it belongs to." example:"f3"`
	Task       string      `json:"task,omitempty" doc:"The task it belongs to." example:"rail"`
	Verb       string      `json:"verb" enum:"finish,speed-up,plan,seek,study" doc:"The verb that binds the plan: finish, speed up, plan, seek national approval, study." example:"finish"`
	State      string      `json:"state" enum:"kept,late,pending,unknown" doc:"The standing of the commitment." example:"kept"`
	Due        area.Date   `json:"due" format:"date" doc:"The first day promised, or else the end of the plan." example:"2023-06-30"`
	DueBasis   string      `json:"dueBasis" enum:"milestone,horizon" doc:"Which of the two it is." example:"milestone"`
	Expected   area.Date   `json:"expected,omitempty" format:"date" doc:"The newest day promised." example:"2023-12-31"`
	Done       area.Date   `json:"done,omitempty" format:"date" doc:"The day it was kept." example:"2023-06-28"`
	SlipMonths *float64    `json:"slipMonths" doc:"Months between the first promise and what came of it; null when nothing is promised." example:"-0.1"`
	Phase      string      `json:"phase" doc:"The newest kind of milestone that happened; none at first." example:"open"`
	LastHeard  area.Date   `json:"lastHeard,omitempty" format:"date" doc:"The day of the newest statement of any kind." example:"2023-06-28"`
	Reasons    []Reason    `json:"reasons" nullable:"false" doc:"Why the standing is what it is."`
	Milestones []Milestone `json:"milestones" nullable:"false" doc:"Its dated steps."`
	Wordings   []Wording   `json:"wordings" nullable:"false" doc:"What each source says, in its own words."`
	JudgedBy   string      `json:"judgedBy,omitempty" doc:"The source whose wording is judged by." example:"hunan-daily-2022"`
	Cities     []string    `json:"cities" nullable:"false" doc:"The cities responsible." example:"[\"changsha\",\"xiangtan\"]"`
	Sections   []string    `json:"sections" nullable:"false" doc:"The sections of line or road it builds." example:"[\"west-ring-1\"]"`
	Cost       *Cost       `json:"cost,omitempty" doc:"What it costs; left out when not known."`
	Note       *Text       `json:"note,omitempty" doc:"What is to be said about it."`
	Source     string      `json:"source,omitempty" doc:"The source in the region pack." example:"hunan-daily-2022"`
	Grade      string      `json:"grade" doc:"How far that source can be trusted." example:"b"`
	Ref        *Ref        `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// Milestone is a dated step of a project.
type Milestone struct {
	ID      string  `json:"id" doc:"The id of the milestone." example:"open"`
	Kind    string  `json:"kind" doc:"study, national-plan, approval, ceremony, start, partial or open." example:"open"`
	Name    Text    `json:"name" doc:"Its name."`
	Planned []Dated `json:"planned" nullable:"false" doc:"What was promised, as often as it was promised and known on the day believed."`
	Actual  *Dated  `json:"actual,omitempty" doc:"What happened; left out when nothing was known of it."`
	Ref     *Ref    `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// Dated is a day that a source states.
type Dated struct {
	Date   area.Date `json:"date" format:"date" doc:"The day." example:"2023-06-28"`
	Known  area.Date `json:"known" format:"date" doc:"The day it could first be known." example:"2023-06-28"`
	Source string    `json:"source,omitempty" doc:"The source." example:"hunan-daily-2022"`
	Grade  string    `json:"grade" doc:"How far it can be trusted." example:"b"`
	Ref    *Ref      `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// Cost is an amount of money with its source.
type Cost struct {
	Fen    int64  `json:"fen" doc:"The amount in fen, a hundredth of a yuan." example:"2784000000000"`
	Source string `json:"source,omitempty" doc:"The source." example:"eia-2018"`
	Grade  string `json:"grade" doc:"How far it can be trusted." example:"b"`
}

type daysInput struct {
	Days
	Language
}

func (s *server) projects(ctx context.Context, in *daysInput) (*answer[[]Standing], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	b, err := s.desk.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	w := s.words(ctx)
	return &answer[[]Standing]{each(b.Projects, func(p board.ProjectStanding) Standing { return standing(&p, q.BelievedOn, w) })}, nil
}

func (s *server) project(ctx context.Context, in *itemInput) (*answer[Standing], error) {
	q, err := s.query(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	b, err := s.desk.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range b.Projects {
		if b.Projects[i].ID == in.ID {
			return &answer[Standing]{standing(&b.Projects[i], q.BelievedOn, s.words(ctx))}, nil
		}
	}
	return nil, unknown("project", in.ID)
}

// standing shows of a project's milestones only what was known on the day
// believed: the past must not show its future.
func standing(p *board.ProjectStanding, believed area.Date, w *report.Words) Standing {
	out := Standing{
		ID: p.ID, Name: text(p.Name), Field: p.Field, Task: p.Task, Verb: string(p.Verb), State: string(p.State), Due: p.Due,
		DueBasis: p.DueBasis, Expected: p.Expected, Done: p.Done, SlipMonths: p.SlipMonths, Phase: p.Phase, LastHeard: p.LastHeard,
		Reasons: reasons(p.Reasons, w), Wordings: each(p.Wordings, wording), JudgedBy: p.JudgedBy, Cities: strings0(p.Cities),
		Sections: strings0(p.Sections), Note: textOrNone(p.Note), Source: p.Source, Grade: string(p.Grade), Ref: ref(p.Ref),
		Milestones: each(p.Milestones, func(m plan.Milestone) Milestone { return milestone(m, believed) }),
	}
	if p.Cost != nil {
		out.Cost = &Cost{p.Cost.Fen, p.Cost.Source, string(p.Cost.Grade)}
	}
	return out
}

func milestone(m plan.Milestone, believed area.Date) Milestone {
	out := Milestone{ID: m.ID, Kind: m.Kind, Name: text(m.Name), Planned: []Dated{}, Ref: ref(m.Ref)}
	for _, d := range m.Planned {
		if d.Known <= believed {
			out.Planned = append(out.Planned, dated(d))
		}
	}
	if m.Actual != nil && m.Actual.Known <= believed {
		d := dated(*m.Actual)
		out.Actual = &d
	}
	return out
}

func dated(d area.Dated) Dated { return Dated{d.Date, d.Known, d.Source, string(d.Grade), ref(d.Ref)} }
