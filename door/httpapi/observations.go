package httpapi

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"conurb/area"
	"conurb/door/report"
	"conurb/kit/sheet"
	"conurb/locale"
	"conurb/plan"
	"conurb/plan/intake"
)

const (
	csvType  = "text/csv; charset=utf-8"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Observation is a version of a dated figure.
type Observation struct {
	ID         string    `json:"id" doc:"The id, the same over all corrections." example:"gdp-3c-2025"`
	Version    int       `json:"version" doc:"The version, from 1." example:"1"`
	Indicator  string    `json:"indicator" doc:"The indicator." example:"gdp"`
	Scope      string    `json:"scope" doc:"The area it is stated for." example:"three-cities"`
	Period     string    `json:"period" doc:"What it is about: a year, quarter, month or day." example:"2025"`
	Date       area.Date `json:"date" format:"date" doc:"The last day of the period." example:"2025-12-31"`
	Value      float64   `json:"value" doc:"The value in the unit of the indicator." example:"22878.5"`
	Source     string    `json:"source,omitempty" doc:"The source in the region pack." example:"bulletin-2025"`
	SourceText string    `json:"sourceText,omitempty" doc:"The citation of a figure that was added by hand." example:"Statistical bulletin 2025, table 3"`
	Grade      string    `json:"grade" doc:"How far it can be trusted." example:"c"`
	Published  area.Date `json:"published" format:"date" doc:"The day it could first be believed." example:"2026-02-01"`
	Note       string    `json:"note,omitempty" doc:"What is to be said about it." example:"Preliminary figure."`
	Withdrawn  bool      `json:"withdrawn" doc:"True when this version withdraws the observation." example:"false"`
	Reason     string    `json:"reason,omitempty" doc:"Why it was corrected or withdrawn." example:"Typing error in the bulletin."`
	Recorded   time.Time `json:"recorded" doc:"When this node wrote it." example:"2026-02-02T08:30:00Z"`
	By         string    `json:"by,omitempty" doc:"Who added it: pack, or the name of a token." example:"pack"`
	Log        int64     `json:"log" doc:"Its index in the evidence log." example:"4"`
	Ref        *Ref      `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// ObservationList is a page of observations.
type ObservationList struct {
	Items  []Observation `json:"items" nullable:"false" doc:"The newest version of each observation."`
	Total  int           `json:"total" doc:"How many there are in all." example:"42"`
	Offset int           `json:"offset" doc:"How many of them were skipped." example:"0"`
	Limit  int           `json:"limit" doc:"How many of them a page holds." example:"100"`
}

// Draft is an observation to be added.
type Draft struct {
	ID         string  `json:"id,omitempty" doc:"Leave it out for a new one; the id of an existing one makes this its correction." example:"gdp-3c-2025"`
	Indicator  string  `json:"indicator" doc:"A reported indicator of the region pack." example:"gdp"`
	Scope      string  `json:"scope" doc:"A scope of the region pack." example:"three-cities"`
	Period     string  `json:"period" doc:"2022, 2022-Q2, 2022-06 or 2022-06-28." example:"2025"`
	Value      float64 `json:"value" doc:"The value in the unit of the indicator." example:"22878.5"`
	Source     string  `json:"source,omitempty" doc:"A source of the region pack." example:"bulletin-2025"`
	SourceText string  `json:"sourceText,omitempty" maxLength:"1000" doc:"A citation, where the source is not in the pack." example:"Statistical bulletin 2025, table 3"`
	Grade      string  `json:"grade,omitempty" doc:"How far it can be trusted; that of the source when left out." example:"c"`
	Published  string  `json:"published,omitempty" doc:"The day it could first be read, YYYY-MM-DD; that of the source when left out." example:"2026-02-01"`
	Note       string  `json:"note,omitempty" maxLength:"2000" doc:"What is to be said about it." example:"Preliminary figure."`
	Reason     string  `json:"reason,omitempty" maxLength:"2000" doc:"Why it corrects an earlier version." example:"Typing error in the bulletin."`
}

// Added is what an import wrote.
type Added struct {
	Added int           `json:"added" doc:"How many observations were added." example:"12"`
	Items []Observation `json:"items" nullable:"false" doc:"The observations as they were written."`
}

type observationsInput struct {
	Language
	Indicator string `query:"indicator" doc:"Only observations of this indicator." example:"gdp"`
	Scope     string `query:"scope" doc:"Only observations of this scope." example:"three-cities"`
	Offset    int    `query:"offset" minimum:"0" doc:"How many to skip." example:"0"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many to return." example:"100"`
}

type observationInput struct {
	Language
	ID string `path:"id" maxLength:"200" doc:"The observation." example:"gdp-3c-2025"`
}

type draftInput struct {
	Language
	Body Draft
}

type withdrawInput struct {
	Language
	ID   string `path:"id" maxLength:"200" doc:"The observation." example:"gdp-3c-2025"`
	Body Withdrawal
}

// Withdrawal says why an observation is withdrawn.
type Withdrawal struct {
	Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why it is withdrawn." example:"The bulletin was retracted."`
}

type importInput struct {
	Language
	RawBody huma.MultipartFormFiles[importForm]
}

type importForm struct {
	File huma.FormFile `form:"file" contentType:"text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/octet-stream" required:"true" doc:"The table, made from the blank form."`
}

func (s *server) observations(ctx context.Context, in *observationsInput) (*answer[ObservationList], error) {
	list, total, err := s.desk.Observations(ctx, Filter{in.Indicator, in.Scope, in.Offset, in.Limit})
	if err != nil {
		return nil, err
	}
	return &answer[ObservationList]{ObservationList{each(list, observation), total, in.Offset, in.Limit}}, nil
}

func (s *server) observation(ctx context.Context, in *observationInput) (*answer[[]Observation], error) {
	list, err := s.desk.Versions(ctx, in.ID)
	if err != nil {
		return nil, about(err, "observation", in.ID)
	}
	return &answer[[]Observation]{each(list, observation)}, nil
}

func (s *server) addObservation(ctx context.Context, in *draftInput) (*answer[Observation], error) {
	d := in.Body
	o, problems := s.checker(ctx).One(map[string]string{
		"id": d.ID, "indicator": d.Indicator, "scope": d.Scope, "period": d.Period, "value": strconv.FormatFloat(d.Value, 'f', -1, 64),
		"source": d.Source, "source_text": d.SourceText, "grade": d.Grade, "published": d.Published, "note": d.Note, "reason": d.Reason,
	})
	if len(problems) > 0 {
		return nil, badObservations(ctx, problems)
	}
	written, err := s.desk.AddObservations(ctx, []plan.Observation{o}, writer(ctx))
	if err != nil {
		return nil, err
	}
	return &answer[Observation]{observation(written[0])}, nil
}

func (s *server) withdraw(ctx context.Context, in *withdrawInput) (*answer[Observation], error) {
	o, err := s.desk.Withdraw(ctx, in.ID, in.Body.Reason, writer(ctx))
	if err != nil {
		return nil, about(err, "observation", in.ID)
	}
	return &answer[Observation]{observation(o)}, nil
}

func (s *server) importFile(ctx context.Context, in *importInput) (*answer[Added], error) {
	b, err := io.ReadAll(in.RawBody.Data().File)
	if err != nil {
		return nil, err
	}
	rows, err := sheet.Read(b)
	if err != nil {
		return nil, badFile(err)
	}
	list, problems := s.checker(ctx).Rows(rows)
	if len(problems) > 0 {
		return nil, badObservations(ctx, problems)
	}
	written, err := s.desk.AddObservations(ctx, list, writer(ctx))
	if err != nil {
		return nil, err
	}
	return &answer[Added]{Added{len(written), each(written, observation)}}, nil
}

func (s *server) csvTemplate(ctx context.Context, _ *Language) (*file, error) {
	return document(csvType, "observations.csv", func(w io.Writer) error { return report.BlankCSV(w, s.words(ctx)) })
}

func (s *server) xlsxTemplate(ctx context.Context, _ *Language) (*file, error) {
	return document(xlsxType, "observations.xlsx", func(w io.Writer) error { return report.BlankXLSX(w, s.desk.Pack(), s.words(ctx)) })
}

// checker checks what comes in against the pack and what is known already.
func (s *server) checker(ctx context.Context) *intake.Checker {
	return &intake.Checker{Pack: s.desk.Pack(), Today: s.desk.Today(), NewID: s.newID, Strict: true, Known: func(id string) (plan.Observation, bool) {
		all, err := s.desk.Versions(ctx, id)
		if err != nil || len(all) == 0 {
			return plan.Observation{}, false
		}
		return all[len(all)-1], true
	}, Said: func(o plan.Observation) (plan.Observation, bool) {
		all, _, err := s.desk.Observations(ctx, Filter{Indicator: o.Indicator, Scope: o.Scope})
		if err != nil {
			return plan.Observation{}, false
		}
		for _, k := range all {
			if intake.SameStatement(k, o) {
				return k, true
			}
		}
		return plan.Observation{}, false
	}}
}

func badFile(err error) error {
	r := refuse("bad-file", "line", "")
	var syntax *sheet.SyntaxError
	kind := "workbook"
	switch {
	case errors.As(err, &syntax):
		kind, r.args["line"] = "syntax", strconv.Itoa(syntax.Line)
	case errors.Is(err, sheet.ErrEncoding):
		kind = "encoding"
	case errors.Is(err, sheet.ErrTooLong):
		kind, r.args["max"] = "too-long", strconv.Itoa(sheet.MaxRows)
	}
	r.code, r.cause = "bad-file-"+kind, err
	return r
}

func badObservations(ctx context.Context, problems []intake.Problem) error {
	r, lang := refuse("bad-observations", "n", strconv.Itoa(len(problems))), language(ctx)
	for _, p := range problems {
		where := strings.TrimSuffix("body."+strings.Replace(p.Column, "source_text", "sourceText", 1), ".")
		if p.Row > 0 {
			where = "file:" + strconv.Itoa(p.Row)
		}
		r.faults = append(r.faults, Fault{
			Location: where, Row: p.Row, Column: p.Column, Code: p.Code,
			Detail: locale.T(lang, "intake."+p.Code, p.Args), Remedy: locale.T(lang, "intake."+p.Code+".remedy", p.Args),
		})
	}
	return r
}

func observation(o plan.Observation) Observation {
	return Observation{
		ID: o.ID, Version: o.Version, Indicator: o.Indicator, Scope: o.Scope, Period: o.Period.String(), Date: o.Period.End(), Value: o.Value,
		Source: o.Source, SourceText: o.SourceText, Grade: string(o.Grade), Published: o.Published, Note: o.Note, Withdrawn: o.Withdrawn,
		Reason: o.Reason, Recorded: o.Recorded, By: o.By, Log: o.Log, Ref: ref(o.Ref),
	}
}
