package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"conurb/livelihood/casework"
	"conurb/trust/rights"
)

// CaseFileInput names a case and a form of its file.
type CaseFileInput struct {
	CaseInput
	Format string `query:"format" enum:"json,pdf" default:"json" doc:"json for programs, pdf for people and archives." example:"pdf"`
}

func (s *server) caseFile(ctx context.Context, in *CaseFileInput) (*file, error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	k, err := s.caseFor(ctx, c, in.ID, rights.CaseRead)
	if err != nil {
		return nil, err
	}
	kind, text := "application/pdf", []byte(nil)
	if in.Format == "pdf" {
		text, err = c.Paper(ctx, &k)
	} else {
		kind = "application/json"
		var v CaseView
		if v, err = s.caseView(ctx, c, &k); err == nil {
			text, err = json.MarshalIndent(v, "", "  ")
		}
	}
	var glyph *PaperRefusal
	if errors.As(err, &glyph) {
		return nil, refuse("no-glyph", "character", string(glyph.Rune))
	} else if err != nil {
		return nil, err
	}
	return &file{Type: kind, Disposition: `attachment; filename="case-` + k.ID + `.` + in.Format + `"`, Caching: "no-store", Body: text}, nil
}

// CourseInput names a course.
type CourseInput struct {
	Language
	Name string `path:"name" maxLength:"100" doc:"The course." example:"standard"`
}

func (s *server) course(_ context.Context, in *CourseInput) (*answer[CaseCourse], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	course, ok := c.Course(in.Name)
	if !ok {
		return nil, unknown("course", in.Name)
	}
	return &answer[CaseCourse]{courseView(course)}, nil
}

// QueueInput says which cases a queue has.
type QueueInput struct {
	Language
	Office string `query:"office" maxLength:"200" doc:"The office; left out: the clerk's own." example:"11430300XX00000010"`
	Item   string `query:"item" maxLength:"100" doc:"Only cases of this item." example:"household-transfer"`
	State  string `query:"state" maxLength:"100" doc:"Only cases in this state." example:"submitted"`
	All    bool   `query:"all" doc:"Those too that the office does not have to act on: with the applicant, decided, ended." example:"false"`
	After  string `query:"after" maxLength:"200" doc:"The end of the page before." example:"2026-11-30/01990a3c-7f7e-7000-8000-000000000000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most." example:"100"`
}

func (s *server) caseQueue(ctx context.Context, in *QueueInput) (*answer[Queue], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	p, _ := who(ctx)
	office := in.Office
	if office == "" {
		office = officeOfRole(p.Roles)
	}
	if err := s.allow(ctx, rights.CaseRead, rights.Resource{City: c.City(), Office: office}); err != nil {
		return nil, err
	}
	q := CaseQuery{Office: office, Item: in.Item, State: in.State, After: in.After, Limit: in.Limit, Phases: []string{casework.PhaseApplied, casework.PhaseHandling, casework.PhaseDecided},
		Holders: []casework.By{casework.Clerk, casework.Supervisor}}
	if in.All {
		q.Phases, q.Holders = casework.Phases[1:], nil
	}
	list, next, err := c.Queue(ctx, q)
	if err != nil {
		return nil, err
	}
	me := actorOf(&p, "", "").Person
	list = slices.DeleteFunc(list, func(k casework.Case) bool { return hides(c, &k, me) })
	offices, err := c.Offices(ctx)
	return &answer[Queue]{Queue{Cases: s.caseRows(ctx, c, list), Next: next, Offices: append([]CaseOffice{}, offices...), At: s.now().UTC()}}, err
}

func officeOfRole(roles []rights.Role) string {
	i := slices.IndexFunc(roles, func(r rights.Role) bool { return r.Name == rights.Clerk || r.Name == rights.Supervisor })
	if i < 0 {
		return ""
	}
	return roles[i].Office
}

func (s *server) supervision(ctx context.Context, _ *Language) (*answer[Supervision], error) {
	c, err := s.supervisor(ctx)
	if err != nil {
		return nil, err
	}
	list, err := c.Supervision(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		for j := range list[i].Lines {
			l := &list[i].Lines[j]
			l.ItemName = textIn(ctx, c.ItemName(ctx, l.Item))
		}
	}
	return &answer[Supervision]{Supervision{Cities: list, At: s.now().UTC().Truncate(time.Second)}}, nil
}
