package httpapi

import (
	"context"
	"time"

	"conurb/trust/rights"
)

// History is who looked at the licences of a node's holders.
type History interface {
	// Visits lists them, the newest first.
	Visits(ctx context.Context, holderKind, holderCode string, limit int) ([]Visit, error)
	// Object keeps an objection to one, and passes it on; refusals are *CounterRefusal.
	Object(ctx context.Context, holderKind, holderCode, id, reason string) error
}

// Visit is that somebody looked at a licence.
type Visit struct {
	ID, City, Office, Role, Purpose, Form string
	Identifier, Licence, Type             string
	Asked, Shown                          []string
	At                                    time.Time
	Offline                               bool
	Outcome                               string
	Objection, Reply                      *CounterSaid
}

// VisitView is that somebody looked at a licence of whoever is signed in.
type VisitView struct {
	ID         string       `json:"id" doc:"The visit: the city that looked, a dot, its check." example:"xiangtan.01990a3c-7f7e-7000-8000-000000000000"`
	At         time.Time    `json:"at" doc:"When." example:"2026-11-26T08:30:30Z"`
	City       string       `json:"city" doc:"The city that looked." example:"xiangtan"`
	Office     string       `json:"office" doc:"Its office." example:"11430300XX00000010"`
	Role       string       `json:"role" doc:"The role of who looked." example:"clerk"`
	Purpose    string       `json:"purpose" doc:"Why." example:"办理公积金贷款"`
	Form       string       `json:"form" enum:"wallet,slip,file" doc:"How it was shown." example:"wallet"`
	Offline    bool         `json:"offline" doc:"True where it was looked at without a network." example:"false"`
	Identifier string       `json:"identifier" doc:"The licence, GB/T 36904." example:"1.2.156.3005.2.11100000XXGAB00010003.11430100XX00000010.2BPBDT2TIE07OA75D3I0.001.T"`
	Licence    string       `json:"licence" doc:"The licence by its id." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Type       Named        `json:"type" doc:"Its type."`
	Asked      []string     `json:"asked" nullable:"false" doc:"What was asked for." example:"[\"attributes.address\"]"`
	Shown      []string     `json:"shown" nullable:"false" doc:"What was shown beside what always stands open." example:"[\"attributes.address\"]"`
	Outcome    Named        `json:"outcome" doc:"What came of it."`
	Objection  *CounterSaid `json:"objection,omitempty" doc:"What the holder objects."`
	Answer     *CounterSaid `json:"answer,omitempty" doc:"What the city that looked answers."`
}

// VisitsInput is the parameter of listVisits.
type VisitsInput struct {
	Language
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most." example:"100"`
}

// holder is whoever is signed in, as a holder of licences of this node.
func (s *server) holder(ctx context.Context) (rights.Principal, Counter, error) {
	c, err := s.counterHere()
	if err == nil && s.history == nil {
		err = refuse("no-counter")
	}
	if err != nil {
		return rights.Principal{}, nil, err
	}
	p, _ := who(ctx)
	return p, c, s.allow(ctx, rights.WalletUse, rights.Resource{City: c.City(), HolderKind: p.HolderKind, HolderCode: p.HolderCode})
}

func (s *server) visits(ctx context.Context, in *VisitsInput) (*answer[[]VisitView], error) {
	p, c, err := s.holder(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.history.Visits(ctx, p.HolderKind, p.HolderCode, in.Limit)
	if err != nil {
		return nil, err
	}
	out := make([]VisitView, len(list))
	for i, v := range list {
		out[i] = VisitView{ID: v.ID, At: v.At, City: v.City, Office: v.Office, Role: v.Role, Purpose: v.Purpose, Form: v.Form, Offline: v.Offline, Identifier: v.Identifier, Licence: v.Licence,
			Type: typeName(ctx, c.Types(), v.Type), Asked: filled(v.Asked), Shown: filled(v.Shown), Outcome: outcomeName(ctx, v.Outcome), Objection: v.Objection, Answer: v.Reply}
	}
	return &answer[[]VisitView]{out}, nil
}

// SaidInput is the parameter of objectToVisit and answerObjection.
type SaidInput struct {
	CounterInput
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"1000" doc:"What is said." example:"我没有申请贷款"`
	}
}

// Noted is that something was written down.
type Noted struct {
	ID string `json:"id" doc:"What it is about." example:"xiangtan.01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) objectToVisit(ctx context.Context, in *SaidInput) (*answer[Noted], error) {
	p, _, err := s.holder(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.history.Object(ctx, p.HolderKind, p.HolderCode, in.ID, in.Body.Text); err != nil {
		return nil, counterRefusal(ctx, about(err, "check", in.ID))
	}
	return &answer[Noted]{Noted{in.ID}}, nil
}

func (s *server) objections(ctx context.Context, in *VisitsInput) (*answer[[]CheckView], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, rights.NodeOperate, rights.Resource{City: c.City()}); err != nil {
		return nil, err
	}
	list, err := c.Disputed(ctx, in.Limit)
	if err != nil {
		return nil, err
	}
	for i := range list { // what was shown is for the office that looked
		list[i].Metadata, list[i].Attributes = nil, nil
	}
	return &answer[[]CheckView]{s.checkViews(ctx, c, list)}, nil
}

func (s *server) answerObjection(ctx context.Context, in *SaidInput) (*answer[Noted], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, rights.NodeOperate, rights.Resource{City: c.City()}); err != nil {
		return nil, err
	}
	if err := c.Reply(ctx, in.ID, in.Body.Text, writer(ctx)); err != nil {
		return nil, counterRefusal(ctx, about(err, "check", in.ID))
	}
	return &answer[Noted]{Noted{in.ID}}, nil
}
