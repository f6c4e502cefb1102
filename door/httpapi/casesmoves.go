package httpapi

import (
	"context"
	"errors"
	"strings"

	"conurb/livelihood/casework"
	"conurb/locale"
	"conurb/trust/rights"
)

// PossibleMove is something that can be done to a case now.
type PossibleMove struct {
	Name  string     `json:"name" doc:"The move." example:"pause"`
	Label string     `json:"label" doc:"Its name, in the language asked for." example:"Pause the clock"`
	Note  string     `json:"note,omitempty" doc:"What to know before." example:"The applicant reads the reason."`
	By    string     `json:"by" doc:"As what one makes it." example:"clerk"`
	To    string     `json:"to,omitempty" doc:"Where it leads." example:"paused"`
	Clock string     `json:"clock,omitempty" doc:"What it does to the clock." example:"pause"`
	Cite  string     `json:"cite,omitempty" doc:"The rule it follows." example:"Administrative Licensing Law art. 45"`
	Needs []MoveNeed `json:"needs" nullable:"false" doc:"What it takes."`
	Final bool       `json:"final" doc:"True where it cannot be taken back." example:"false"`
}

// MoveNeed is something that a move takes.
type MoveNeed struct {
	Name     string       `json:"name" doc:"reason, grounds, or a member of the input." example:"reason"`
	Widget   string       `json:"widget" enum:"area,text,day,number,yesno,choice" doc:"How it is asked." example:"area"`
	Label    string       `json:"label" doc:"Its name, in the language asked for." example:"Reason"`
	Hint     string       `json:"hint,omitempty" doc:"What to write." example:"The applicant reads it."`
	Required bool         `json:"required" doc:"True where the move cannot be made without it." example:"true"`
	Options  []NeedOption `json:"options,omitempty" nullable:"false" doc:"Of a choice."`
}

// NeedOption is one of a choice.
type NeedOption struct {
	Value string `json:"value" doc:"Its value." example:"11430100XX00000010"`
	Label string `json:"label" doc:"Its name." example:"长沙市公安局"`
}

// widgets say how needs are asked, by the end of their name; all others are short texts.
var widgets = map[string]string{"reason": "area", "grounds": "area", "until": "day", "days": "number", "office": "choice"}

// optional are the needs that a move takes and can do without.
var optional = map[string][]string{"pause": {"until"}}

func (s *server) caseMoves(ctx context.Context, in *CaseInput) (*answer[[]PossibleMove], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	k, err := s.caseFor(ctx, c, in.ID, rights.CaseRead)
	if err != nil {
		return nil, err
	}
	course, err := c.CourseOf(&k)
	if err != nil {
		return nil, err
	}
	out := []PossibleMove{}
	p, _ := who(ctx)
	for _, m := range course.MovesFrom(k.State, "") {
		do, ok := doing[m.By]
		if !ok || !s.rights.Decide(p, do, caseResource(&k)).Allowed {
			continue
		}
		by := actorOf(&p, m.By, k.Office)
		if m.By == casework.Applicant {
			by.Office = ""
		}
		if k.Near(by) != nil || course.Stands(&k, m, casework.Act{Move: m.Name, By: by, At: s.now()}, c.Calendar()) != nil {
			continue
		}
		v, err := s.possible(ctx, c, course, &k, m)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return &answer[[]PossibleMove]{out}, nil
}

func (s *server) possible(ctx context.Context, c Cases, course *casework.Course, k *casework.Case, m casework.Move) (PossibleMove, error) {
	lang := language(ctx)
	v := PossibleMove{Name: m.Name, Label: wordOr(lang, "casework.move."+m.Name, m.Name), Note: wordOr(lang, "casework.move."+m.Name+".note", ""), By: string(m.By), To: string(m.To),
		Clock: string(m.Clock), Cite: m.Cite, Needs: []MoveNeed{}}
	if to, ok := course.State(m.To); ok {
		v.Final = to.End || to.Phase == casework.PhaseDecided && k.Decision == nil
	}
	add := func(name string, required bool) error {
		n := MoveNeed{Name: name, Widget: widgets[name], Label: wordOr(lang, "casework.need."+name, name), Hint: wordOr(lang, "casework.need."+name+".hint", ""), Required: required}
		if n.Widget == "" {
			n.Widget = "text"
			if strings.HasPrefix(name, "is-") {
				n.Widget = "yesno"
			}
		}
		if name == "office" {
			list, err := c.Offices(ctx)
			if err != nil {
				return err
			}
			for _, o := range list {
				if o.Code != k.Office {
					n.Options = append(n.Options, NeedOption{o.Code, o.Name})
				}
			}
		}
		v.Needs = append(v.Needs, n)
		return nil
	}
	for _, name := range m.Needs {
		if err := add(name, true); err != nil {
			return v, err
		}
	}
	for _, name := range optional[m.Name] {
		if err := add(name, false); err != nil {
			return v, err
		}
	}
	householdNeeds(lang, m.Name, &v)
	return v, nil
}

// ShareCaseInput shares with a case: a licence, a request to a wallet, or what one answered.
type ShareCaseInput struct {
	CaseInput
	Body struct {
		Licence    string   `json:"licence,omitempty" maxLength:"200" doc:"A licence of this node, by its id or identifier; or else wanted, or request." example:"01990a3c-7f7e-7000-8000-000000000000"`
		Wanted     string   `json:"wanted,omitempty" maxLength:"21" doc:"A type by GB/T 36904 that a wallet is asked for; a licence of another city will do where the trust list says it counts as this one." example:"11100000XXGAB00010001"`
		Request    string   `json:"request,omitempty" maxLength:"100" doc:"A request that a wallet answered: what it showed becomes part of the case." example:"01990a3c-7f7e-7000-8000-000000000000"`
		Attributes []string `json:"attributes,omitempty" maxItems:"50" nullable:"false" doc:"What the holder agrees to share, or is asked to show, by the ids of the type's attributes." example:"[\"address\"]"`
		Material   string   `json:"material,omitempty" maxLength:"100" doc:"The material that it stands for; left out: it only fills the form." example:"host-register"`
		Version    string   `json:"version,omitempty" maxLength:"20" doc:"The version of the case that was seen; another since then is a conflict." example:"3"`
	}
}

// SharedCase is what came of it.
type SharedCase struct {
	Case    *CaseView      `json:"case,omitempty" doc:"The case, where something was shared."`
	Request *WalletRequest `json:"request,omitempty" doc:"The request, where a wallet is asked."`
}

func (s *server) shareWithCase(ctx context.Context, in *ShareCaseInput) (*answer[SharedCase], error) {
	c, k, by, err := s.ownCase(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	switch {
	case b.Licence != "" && b.Wanted == "" && b.Request == "":
		k, err = c.Share(ctx, in.ID, by, CaseConsent{Licence: b.Licence, Attributes: b.Attributes, Material: b.Material, Version: b.Version})
	case b.Request != "" && b.Wanted == "" && b.Licence == "":
		k, err = c.TakeShown(ctx, in.ID, by, b.Request, b.Material)
	case b.Wanted != "" && b.Licence == "" && b.Request == "":
		return s.askWalletForCase(ctx, c, &k, by, in)
	default:
		err = errors.Join(casework.Refuse(casework.RefusedInput), c.Refused(ctx, by, in.ID, "share", casework.RefusedInput))
	}
	if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	v, err := s.caseView(ctx, c, &k)
	return &answer[SharedCase]{SharedCase{Case: &v}}, err
}

func (s *server) askWalletForCase(ctx context.Context, c Cases, k *casework.Case, by casework.Actor, in *ShareCaseInput) (*answer[SharedCase], error) {
	lang := language(ctx)
	purpose := locale.T(lang, "casework.purpose", map[string]string{"item": textIn(ctx, c.ItemName(ctx, k.Item))})
	r, err := c.AskWallet(ctx, in.ID, by, CaseWish{Type: in.Body.Wanted, Attributes: in.Body.Attributes, Purpose: purpose, Language: lang})
	if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	v, err := s.walletView(ctx, r)
	return &answer[SharedCase]{SharedCase{Request: &v}}, err
}

func (s *server) walletView(ctx context.Context, r CounterRequest) (WalletRequest, error) {
	counter, err := s.counterHere()
	if err != nil {
		return WalletRequest{}, err
	}
	return s.requestView(ctx, counter, r), nil
}

// CaseWalletInput names a request to a wallet for a case.
type CaseWalletInput struct {
	CaseInput
	Request string `path:"request" maxLength:"100" doc:"The request." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) caseWalletRequest(ctx context.Context, in *CaseWalletInput) (*answer[WalletRequest], error) {
	c, _, _, err := s.ownCase(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := c.WalletRequest(ctx, in.ID, in.Request)
	if err != nil {
		return nil, about(err, "wallet-request", in.Request)
	}
	v, err := s.walletView(ctx, r)
	return &answer[WalletRequest]{v}, err
}
