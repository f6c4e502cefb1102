package deputy

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"

	"conurb/app/authority"
	"conurb/app/cases"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/deputy"
	"conurb/store"
	"conurb/trust/message"
)

// Settings are what a desk is made of.
type Settings struct {
	Store     *store.Store
	Me        string
	Cases     *cases.Desk
	Authority *authority.Desk // nil: the node issues no licences
	Voice     func() store.Voice
	Cities    func() []string
	// Handed tells whether an item may be handed over (mode 异地代收代办).
	Handed func(item string) bool
	// Items are those whose course is the standard one and that may be handed over.
	Items []string
}

// Desk is the desk.
type Desk struct{ Settings }

// New makes a desk, registers its courses, and watches what the desk of cases tells applicants.
func New(s Settings) (*Desk, error) {
	if s.Store == nil || s.Me == "" || s.Cases == nil || s.Voice == nil || s.Cities == nil || s.Handed == nil {
		return nil, errors.New("deputy: store, city, cases, voice, cities and items are needed")
	}
	k := &Desk{s}
	guards := map[string]step{"deputy-other": k.other, "deputy-shown": k.shown, "deputy-paper": k.hasPaper, "deputy-registered": k.registered}
	actions := map[string]step{"deputy-send": k.send, "deputy-off": k.off, "deputy-result": k.result, "deputy-issue": k.issue}
	if err := s.Cases.Register(cases.Handler{Course: rules.Certificate(), Guards: guards, Actions: actions}); err != nil {
		return nil, err
	}
	over := rules.Over(casework.Standard(), casework.StandardName+rules.Suffix)
	for _, item := range s.Items {
		if err := s.Cases.Register(cases.Handler{Item: item, Course: over, Guards: guards, Actions: actions}); err != nil {
			return nil, err
		}
	}
	s.Cases.Teller = watch{s.Cases.Teller, k}
	return k, nil
}

type step = func(context.Context, *cases.Turn) error

// The kinds of messages.
const (
	KindHandOver = "case.deputy"
	KindMore     = "case.deputy.more"
	KindResult   = "case.deputy.result"
	KindOff      = "case.deputy.off"
)

// The bodies. Matter is the case of the city whose window took the application.
type (
	handOverBody struct {
		Matter    string           `json:"matter"`
		Item      string           `json:"item"`
		Applicant casework.Person  `json:"applicant"`
		Form      json.RawMessage  `json:"form"`
		Shares    []casework.Share `json:"shares"`
		Clerk     string           `json:"clerk"` // who took it
	}
	aboutBody struct {
		Matter string `json:"matter"`
		Reason string `json:"reason,omitempty"`
	}
	resultBody struct {
		Matter  string           `json:"matter"`
		Case    string           `json:"case,omitempty"`
		Outcome casework.Outcome `json:"outcome"`
		Grounds string           `json:"grounds"`
		Papers  []Paper          `json:"papers,omitempty"`
	}
)

// Paper is a licence of the city that decided, to be printed.
type Paper struct {
	Licence    string `json:"licence"` // id there
	Identifier string `json:"identifier"`
	Name       string `json:"name"`
	PDF        string `json:"pdf"` // base64
}

// The facts that a case keeps.
const (
	factTo     = "deputy-to"     // A: the city that decides
	factCity   = "deputy-city"   // B: whose window took it
	factMatter = "deputy-matter" // B: the case there
	factPapers = "deputy-papers" // A: JSON of the papers
)

// mostPapers bounds the PDFs of a result, in bytes of base64: a message takes 256 KiB.
const mostPapers = 200 << 10

func (k *Desk) say(d *store.Deed, to, kind, matter string, body any) error {
	_, err := d.Send(k.Voice(), message.Draft{To: message.Node(to), Kind: kind, Case: "deputy/" + matter, Body: body})
	return err
}

// other holds a hand-over to a city that is there, an item that may be handed over, and an
// application that was not handed over already.
func (k *Desk) other(_ context.Context, t *cases.Turn) error {
	to := t.Act.Text("to")
	switch {
	case to == k.Me || !slices.Contains(k.Cities(), to):
		return casework.Refuse(rules.RefusedCity, "city", to)
	case t.Case.Facts[factCity] != "":
		return casework.Refuse(rules.RefusedTwice, "city", t.Case.Facts[factCity])
	case t.Case.Facts[factTo] != "" && t.Case.Facts[factTo] != to:
		return casework.Refuse(rules.RefusedCity, "city", to)
	case !k.Handed(t.Case.Item):
		return casework.Refuse(rules.RefusedItem, "item", t.Case.Item)
	}
	return nil
}

// shown: somebody who is not here cannot be looked at, so that what he showed has to be with the
// application.
func (k *Desk) shown(_ context.Context, t *cases.Turn) error {
	if len(t.Case.Shared) == 0 {
		return casework.Refuse(rules.RefusedShown)
	}
	return nil
}

func (k *Desk) send(_ context.Context, t *cases.Turn) error {
	to, p := t.Act.Text("to"), t.Case.Applicant
	cases.SetFact(t.Case, factTo, to)
	return k.say(t.Deed, to, KindHandOver, t.Case.ID, handOverBody{Matter: t.Case.ID, Item: t.Case.Item, Form: t.Case.Form, Shares: append([]casework.Share{}, t.Case.Shared...), Clerk: t.Act.By.Name,
		Applicant: casework.Person{City: p.City, Kind: p.Kind, Code: p.Code, Name: p.Name}})
}

func (k *Desk) off(_ context.Context, t *cases.Turn) error {
	return k.say(t.Deed, t.Case.Facts[factTo], KindOff, t.Case.ID, aboutBody{Matter: t.Case.ID, Reason: t.Act.Reason})
}

// result keeps the papers that the other city made.
func (k *Desk) result(_ context.Context, t *cases.Turn) error {
	var body resultBody
	if err := json.Unmarshal(t.Act.Input, &body); err != nil {
		return err
	}
	text, err := json.Marshal(body.Papers)
	if err != nil {
		return err
	}
	cases.SetFact(t.Case, factPapers, string(text))
	to := t.Case.Facts[factTo]
	t.Case.Links = append(t.Case.Links, casework.Link{Kind: "case", City: to, ID: body.Case})
	for _, p := range body.Papers {
		t.Case.Links = append(t.Case.Links, casework.Link{Kind: "licence", City: to, ID: p.Licence})
	}
	return nil
}

// hasPaper: there is something to print.
func (k *Desk) hasPaper(ctx context.Context, t *cases.Turn) error {
	_, err := k.papers(t.Case)
	return err
}

func (k *Desk) papers(c *casework.Case) (list []Paper, err error) {
	if text := c.Facts[factPapers]; text != "" {
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, err
		}
	}
	if len(list) == 0 && (c.Decision == nil || len(c.Links) == 0) {
		return nil, casework.Refuse(rules.RefusedPaper)
	}
	return list, nil
}

// Paper is the PDF of what came of a case: that of the city that decided, or of this one.
func (k *Desk) Paper(ctx context.Context, c *casework.Case) ([]byte, error) {
	list, err := k.papers(c)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		return base64.StdEncoding.DecodeString(list[0].PDF)
	}
	for _, l := range c.Links {
		if l.Kind == "licence" && l.City == k.Me && k.Authority != nil {
			b, _, err := k.Authority.Paper(ctx, l.ID, true)
			return b, err
		}
	}
	return nil, casework.Refuse(rules.RefusedPaper)
}
