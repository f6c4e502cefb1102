package httpapi

import (
	"context"
	"time"

	"conurb/area"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/eligibility"
	"conurb/trust/rights"
)

// Eligibility is what the rules of the region say about a case of a move.
type Eligibility struct {
	Finding eligibility.Finding
	Kind    eligibility.Kind // of the move; without a name where the region does not know it
	OldWay  area.Text        // what is said of kinds that are none of the nationwide procedure
	Consent *HostConsent     // of the head of the household that takes them in; nil: none is asked for
	Today   area.Date        // the day for which it holds
}

// HostConsent is how the head of a household that is to take somebody in has answered.
type HostConsent struct {
	How   string    `json:"how" enum:"asked,agreed,paper,refused,lapsed" doc:"How it stands: the head was asked; agreed, signed in; agreed on paper that a clerk saw; refused; did not answer in time." example:"agreed"`
	Words string    `json:"words" doc:"That in words, in the language asked for." example:"the head agreed, signed in"`
	At    time.Time `json:"at" doc:"Since when." example:"2026-11-26T08:30:00Z"`
	Name  string    `json:"name,omitempty" doc:"Who leads the household. Staff alone read it: whoever applies knows a household by its number, and does not learn from it who lives there." example:"李明"`
	Case  string    `json:"case,omitempty" doc:"The case by which the head was asked, where a written consent is recorded; for staff alone." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Paper string    `json:"paper,omitempty" doc:"The reference of the written consent; for staff alone." example:"2026-17"`
	Clerk string    `json:"clerk,omitempty" doc:"The clerk who recorded it; for staff alone." example:"陈刚"`
}

// EligibilityCondition is something that a kind of move asks for, and how it stands.
type EligibilityCondition struct {
	ID      string `json:"id" doc:"The condition; of its own within the kind of move." example:"employment"`
	Asks    Text   `json:"asks" doc:"What has to be so."`
	Stands  string `json:"stands" enum:"met,unmet,unseen,unsaid" doc:"How it stands: met; unmet; not known before a clerk has looked for a paper; not known because an answer it asks for is not there. Whoever promises needs all of them met." example:"met"`
	Missing Text   `json:"missing" doc:"What is missing and what to do, where it is not met."`
	Rule    string `json:"rule" doc:"The rule that was asked, in CEL." example:"\"employment\" in shown"`
	Source  Text   `json:"source" doc:"Where the condition is from."`
	Grade   string `json:"grade" enum:"a,b,c,d,K,assumed" doc:"How far that can be trusted." example:"c"`
}

// EligibilityView is whether somebody may move, condition by condition.
type EligibilityView struct {
	Kind       string                 `json:"kind" doc:"The kind of move that was applied for." example:"work"`
	Name       Text                   `json:"name" doc:"Its name."`
	Eligible   bool                   `json:"eligible" doc:"True where every condition is met." example:"false"`
	OldWay     *Text                  `json:"oldWay,omitempty" doc:"What to do where the kind is none of the nationwide procedure: nothing is judged then. Left out otherwise."`
	Source     Text                   `json:"source" doc:"Where the kind is from; empty where the region does not know it."`
	URL        string                 `json:"url,omitempty" doc:"The page of that source." example:"https://www.easyfang.com/a/2024/0313/015835217.html"`
	Grade      string                 `json:"grade,omitempty" enum:"a,b,c,d,K,assumed" doc:"How far that can be trusted." example:"c"`
	Conditions []EligibilityCondition `json:"conditions" nullable:"false" doc:"What is asked of every move, then what is asked of this kind."`
	Consent    *HostConsent           `json:"consent,omitempty" doc:"How the head of the household that takes them in has answered; left out where none is asked for."`
	Today      area.Date              `json:"today" format:"date" doc:"The day for which it holds: ages count from it." example:"2026-11-26"`
}

// eligibility answers as the clerk's promise will be judged, with the papers that nobody has looked
// for yet told apart.
func (s *server) eligibility(ctx context.Context, in *CaseInput) (*personal[EligibilityView], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	k, err := s.caseFor(ctx, c, in.ID, rights.CaseRead)
	if err != nil {
		return nil, err
	}
	if s.residents == nil || k.Item != course.ItemIn {
		return nil, unknown("eligibility", in.ID)
	}
	materials, err := c.Materials(ctx, &k)
	if err != nil {
		return nil, err
	}
	var unseen []string
	for _, m := range materials {
		if !m.There {
			unseen = append(unseen, m.ID)
		}
	}
	e, err := s.residents.Eligibility(ctx, &k, unseen)
	if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	v := eligibilityView(e)
	if v.Consent != nil {
		v.Consent.Words = wordOr(language(ctx), "residence.consent."+v.Consent.How, v.Consent.How)
		if p, _ := who(ctx); !s.rights.Decide(p, rights.CaseAct, caseResource(&k)).Allowed {
			v.Consent.Name, v.Consent.Case, v.Consent.Paper, v.Consent.Clerk = "", "", "", ""
		}
	}
	return confidential(v), nil
}

func eligibilityView(e Eligibility) EligibilityView {
	v := EligibilityView{Kind: e.Finding.Kind, Name: Text(e.Kind.Name), Eligible: e.Finding.Eligible(), Source: Text(e.Kind.Source), URL: e.Kind.URL,
		Grade: string(e.Kind.Grade), Conditions: []EligibilityCondition{}, Consent: e.Consent, Today: e.Today}
	if v.Name == (Text{}) {
		v.Name = Text{v.Kind, v.Kind}
	}
	if e.Finding.OldWay {
		way := Text(e.OldWay)
		v.OldWay = &way
	}
	for _, q := range e.Finding.Conditions {
		v.Conditions = append(v.Conditions, EligibilityCondition{q.ID, Text(q.Asks), string(q.Stands), Text(q.Missing), q.When, Text(q.Source), string(q.Grade)})
	}
	return v
}
