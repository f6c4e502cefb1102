package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"

	"conurb/livelihood/casework"
	"conurb/locale"
	"conurb/trust/rights"
)

// Cases is the desk of cases of a city. Refusals are *casework.Refusal, and are noted by the
// desk; what is not there is ErrUnknown.
type Cases interface {
	City() string
	Calendar() *casework.Calendar
	Offices(ctx context.Context) ([]CaseOffice, error)
	// Course is a course by its name, CourseOf that of a case.
	Course(name string) (*casework.Course, bool)
	CourseOf(k *casework.Case) (*casework.Course, error)
	// ItemName is what an item is called; its id where the catalogue does not have it.
	ItemName(ctx context.Context, id string) Text

	Open(ctx context.Context, by casework.Actor, item string, answers json.RawMessage) (casework.Case, error)
	OpenBundle(ctx context.Context, by casework.Actor, bundle string, answers json.RawMessage) (CaseBundle, error)
	Mine(ctx context.Context, p casework.Person, before string, limit int) ([]casework.Case, []CaseBundle, error)
	Case(ctx context.Context, id string) (casework.Case, error)
	Save(ctx context.Context, id string, by casework.Actor, answers json.RawMessage, version string) (casework.Case, error)
	Share(ctx context.Context, id string, by casework.Actor, s CaseConsent) (casework.Case, error)
	AskWallet(ctx context.Context, id string, by casework.Actor, w CaseWish) (CounterRequest, error)
	WalletRequest(ctx context.Context, id, request string) (CounterRequest, error)
	TakeShown(ctx context.Context, id string, by casework.Actor, request, material string) (casework.Case, error)
	Act(ctx context.Context, id string, a casework.Act) (casework.Case, error)
	Rate(ctx context.Context, id string, by casework.Actor, stars int, text string) (casework.Case, error)
	// Paper prints everything about a case on A4 (PDF). *PaperRefusal where a character has no glyph.
	Paper(ctx context.Context, k *casework.Case) ([]byte, error)
	// Materials are those that the answers of a case ask for.
	Materials(ctx context.Context, k *casework.Case) ([]CaseMaterial, error)

	Queue(ctx context.Context, q CaseQuery) (list []casework.Case, next string, err error)
	Supervision(ctx context.Context) ([]CaseFigures, error)
	// Trend is how long cases took, by casework.ByMonth or ByWeek.
	Trend(ctx context.Context, by string) ([]CaseTrend, error)
	// Refused notes what the door refused before the desk was asked.
	Refused(ctx context.Context, by casework.Actor, kase, move, code string) error
}

// CaseConsent is a licence of this node whose attributes are shared with a case.
type CaseConsent struct {
	Licence, Material, Version string
	Attributes                 []string
}

// CaseWish is a licence that a wallet is asked for.
type CaseWish struct {
	Type, Purpose, Language string
	Attributes              []string
}

// CaseQuery says which cases a queue has.
type CaseQuery struct {
	Office, Item, State, After string
	Phases                     []string
	Holders                    []casework.By
	Limit                      int
}

// casesRoutes adds what is asked of cases.
func (s *server) casesRoutes(v1 string) {
	op := func(method, path, id, summary string) operation {
		return operation{method: method, path: v1 + path, id: id, tag: "cases", summary: summary}
	}
	made := func(o operation) operation { o.status = http.StatusCreated; return o }
	registerCase(s, made(op(http.MethodPost, "/cases", "openCase", "Open a case of an item, or of a bundle of items")), s.openCase)
	registerCase(s, op(http.MethodGet, "/cases", "listCases", "One's own cases, the newest first"), s.myCases)
	registerCase(s, op(http.MethodGet, "/cases/{id}", "getCase", "A case: where it lies, who holds it, since when and until when"), s.oneCase)
	registerCase(s, op(http.MethodPut, "/cases/{id}/form", "saveCaseForm", "Save answers and come back later; they may be incomplete"), s.saveCase)
	registerCase(s, made(op(http.MethodPost, "/cases/{id}/shares", "shareWithCase", "Share attributes of a licence with a case: of one of this node, or of any city by a request to one's wallet")), s.shareWithCase)
	registerCase(s, op(http.MethodGet, "/cases/{id}/shares/{request}", "getCaseWalletRequest", "Where a request to a wallet for a case stands"), s.caseWalletRequest)
	registerCase(s, op(http.MethodGet, "/cases/{id}/moves", "listCaseMoves", "What whoever is signed in can do to a case now, and what it takes"), s.caseMoves)
	registerCase(s, op(http.MethodPost, "/cases/{id}/moves", "moveCase", "Do something to a case"), s.moveCase)
	registerCase(s, made(op(http.MethodPost, "/cases/{id}/rating", "rateCase", "Say how it went")), s.rateCase)
	file := op(http.MethodGet, "/cases/{id}/file", "getCaseFile", "Everything about a case in one file, JSON or PDF")
	file.produces = "application/json"
	registerCase(s, file, s.caseFile)
	registerCase(s, op(http.MethodGet, "/cases/{id}/eligibility", "getCaseEligibility", "Whether the applicant of a move may move, condition by condition"), s.eligibility)
	registerCase(s, op(http.MethodGet, "/queue", "getQueue", "The cases that an office has to act on, the most urgent first"), s.caseQueue)
	registerCase(s, op(http.MethodGet, "/supervision", "getSupervision", "What is late and at risk, by item and office; of other cities as they last said"), s.supervision)
	registerCase(s, op(http.MethodGet, "/supervision/trend", "getSupervisionTrend", "How long cases took beside what was promised, by item and month or week; of other cities as they last said"), s.supervisionTrend)
	table := op(http.MethodGet, "/supervision/trend.csv", "supervisionTrendCSV", "The same as a table")
	table.produces = csvType
	registerCase(s, table, s.supervisionTrendCSV)
	register(s, op(http.MethodGet, "/courses/{name}", "getCourse", "The state machine of an affair"), s.course)
}

// caseKey is where a request keeps whether the desk has noted its refusal.
type caseKey struct{}

// registerCase adds an operation about cases: what is refused to whoever is signed in is noted.
func registerCase[I, O any](s *server, o operation, handler func(context.Context, *I) (*O, error)) {
	registerWith(s, o, huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		noted := &atomic.Bool{}
		next(huma.WithValue(ctx, caseKey{}, noted))
		status := ctx.Status()
		if s.cases == nil || noted.Load() || status < 400 || status >= 500 || o.method == http.MethodGet && status != http.StatusForbidden {
			return
		}
		if p, ok := who(ctx.Context()); ok {
			if err := s.cases.Refused(ctx.Context(), actorOf(&p, "", ""), ctx.Param("id"), o.id, http.StatusText(status)); err != nil {
				s.log.ErrorContext(ctx.Context(), "a refusal was not noted", "request", requestID(ctx.Context()), "error", err)
			}
		}
	}}, handler)
}

// casesHere is the desk of cases, where the node has one.
func (s *server) casesHere() (Cases, error) {
	if s.cases == nil {
		return nil, refuse("no-cases")
	}
	return s.cases, nil
}

// actorOf is somebody as he acts on cases.
func actorOf(p *rights.Principal, by casework.By, office string) casework.Actor {
	return casework.Actor{By: by, Office: office, Person: casework.Person{City: p.City, Account: p.ID, Kind: p.HolderKind, Code: p.HolderCode, Name: p.Name}}
}

// doing is what one needs to be allowed to make a move.
var doing = map[casework.By]rights.Action{casework.Applicant: rights.CaseApply, casework.Clerk: rights.CaseAct, casework.Supervisor: rights.CaseSupervise}

func caseResource(k *casework.Case) rights.Resource {
	return rights.Resource{City: k.City, Office: k.Office, HolderKind: k.Applicant.Kind, HolderCode: k.Applicant.Code}
}

// applicant is who is signed in, as one who applies for himself.
func (s *server) applicant(ctx context.Context, c Cases) (casework.Actor, error) {
	p, _ := who(ctx)
	on := rights.Resource{City: c.City(), HolderKind: p.HolderKind, HolderCode: p.HolderCode}
	return actorOf(&p, casework.Applicant, ""), s.allow(ctx, rights.CaseApply, on)
}

// caseFor is a case that whoever is signed in may do something to. What its applicant has not
// handed in is not there for others; that they asked is noted.
func (s *server) caseFor(ctx context.Context, c Cases, id string, do rights.Action) (casework.Case, error) {
	p, ok := who(ctx)
	if !ok { // who is not signed in does not learn whether there is such a one
		return casework.Case{}, s.allow(ctx, do, rights.Resource{City: c.City()})
	}
	k, err := c.Case(ctx, id)
	if err != nil {
		return k, about(err, "case", id)
	}
	by := actorOf(&p, "", "")
	if hides(c, &k, by.Person) {
		if noted, ok := ctx.Value(caseKey{}).(*atomic.Bool); ok {
			noted.Store(true)
		}
		return casework.Case{}, errors.Join(unknown("case", id), c.Refused(ctx, by, id, string(do), "no-case"))
	}
	return k, s.allow(ctx, do, caseResource(&k))
}

// hides tells whether a case is kept from somebody. One whose course this program does not know is
// where it was left.
func hides(c Cases, k *casework.Case, from casework.Person) bool {
	course, err := c.CourseOf(k)
	if err != nil {
		course = casework.Standard()
	}
	return course.Hides(k, from)
}

// kindsOfRefusal are the problems that refusals of cases are; all others are "case-refused".
var kindsOfRefusal = map[string]string{
	casework.RefusedVersion: "case-changed",
	casework.RefusedBy:      "case-forbidden", casework.RefusedYours: "case-forbidden", casework.RefusedCity: "case-forbidden", casework.RefusedAt: "case-forbidden",
	casework.RefusedOwn: "case-forbidden", casework.RefusedSame: "case-forbidden", "not-your-licence": "case-forbidden",
	casework.RefusedMove: "bad-case", casework.RefusedNeeds: "bad-case", casework.RefusedInput: "bad-case", casework.RefusedLong: "bad-case", casework.RefusedDay: "bad-case",
	casework.RefusedNumber: "bad-case", "bad-form": "bad-case", "not-json": "bad-case", "too-large": "bad-case", "bad-stars": "bad-case", "no-attributes": "bad-case",
	"no-material": "bad-case", "other-type": "bad-case", "no-item": "bad-case", "no-bundle": "bad-case", "no-office": "bad-case", "no-licence": "bad-case",
	"no-case": "unknown",
}

// caseRefusal puts a refusal of the desk into words; other errors pass.
func caseRefusal(ctx context.Context, err error) error {
	var no *casework.Refusal
	if !errors.As(err, &no) {
		return counterRefusal(ctx, err)
	}
	if noted, ok := ctx.Value(caseKey{}).(*atomic.Bool); ok {
		noted.Store(true)
	}
	kind := kindsOfRefusal[no.Code]
	switch kind {
	case "":
		kind = "case-refused"
	case "unknown":
		return unknown("case", no.Args["id"])
	}
	lang := language(ctx)
	r := inWords(ctx, kind, "casework.refusal.", no.Code, CaseArgs(lang, no.Args), err)
	for i := range r.faults {
		r.faults[i].Location = placeInAct(no.Args["field"])
	}
	var all *casework.Faulty
	if errors.As(err, &all) {
		r.faults = nil
		for _, f := range all.Faults {
			r.faults = append(r.faults, Fault{Location: "form" + f.Field, Code: f.Code, Detail: locale.T(lang, f.Key, f.Args), Remedy: locale.T(lang, f.Key+".remedy", f.Args)})
		}
	}
	return r
}

// placeInAct is where a member of an act stands in the body of its request.
func placeInAct(field string) string {
	switch field {
	case "reason", "grounds", "text":
		return "body." + field
	}
	if field == "" || strings.HasPrefix(field, "/") {
		return "body"
	}
	return "body.input." + field
}

// CaseArgs puts those arguments of a refusal into words that are codes.
func CaseArgs(lang string, args map[string]string) map[string]string {
	out := maps.Clone(args)
	for name, prefix := range map[string]string{"move": "casework.move.", "state": "casework.state.", "by": "casework.by.", "needed": "casework.by.", "field": "casework.need."} {
		if v := out[name]; v != "" {
			out[name] = wordOr(lang, prefix+v, v)
		}
	}
	return out
}

func wordOr(lang, key, otherwise string) string {
	if locale.Has(lang, key) {
		return locale.T(lang, key, nil)
	}
	return otherwise
}

// OpenCaseInput opens a case.
type OpenCaseInput struct {
	Language
	RawBody []byte
	Body    struct {
		Item   string         `json:"item,omitempty" maxLength:"100" doc:"The item; or else a bundle." example:"household-transfer"`
		Bundle string         `json:"bundle,omitempty" maxLength:"100" doc:"Several items at once." example:"work-move"`
		Form   map[string]any `json:"form,omitempty" doc:"Answers so far; of a bundle, those that are asked once." example:"{}"`
	}
}

// rawForm is the form of a body as it was sent, so that no number loses a digit.
func rawForm(body []byte) json.RawMessage {
	var b struct {
		Form json.RawMessage `json:"form"`
	}
	if json.Unmarshal(body, &b) != nil {
		return nil
	}
	return b.Form
}

func (s *server) openCase(ctx context.Context, in *OpenCaseInput) (*answer[OpenedCase], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	by, err := s.applicant(ctx, c)
	if err != nil {
		return nil, err
	}
	if (in.Body.Item == "") == (in.Body.Bundle == "") {
		return nil, caseRefusal(ctx, errors.Join(casework.Refuse(casework.RefusedInput), c.Refused(ctx, by, "", "openCase", casework.RefusedInput)))
	}
	if in.Body.Bundle != "" {
		b, err := c.OpenBundle(ctx, by, in.Body.Bundle, rawForm(in.RawBody))
		if err != nil {
			return nil, caseRefusal(ctx, err)
		}
		v := s.bundleView(ctx, c, b)
		return &answer[OpenedCase]{OpenedCase{Bundle: &v}}, nil
	}
	k, err := c.Open(ctx, by, in.Body.Item, rawForm(in.RawBody))
	if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	v, err := s.caseView(ctx, c, &k)
	return &answer[OpenedCase]{OpenedCase{Case: &v}}, err
}

// MyCasesInput lists one's own cases.
type MyCasesInput struct {
	Language
	Before string `query:"before" maxLength:"100" doc:"Only cases older than this one." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most." example:"50"`
}

func (s *server) myCases(ctx context.Context, in *MyCasesInput) (*answer[MyCases], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	by, err := s.applicant(ctx, c)
	if err != nil {
		return nil, err
	}
	list, bundles, err := c.Mine(ctx, by.Person, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	out := MyCases{Cases: s.caseRows(ctx, c, list), Bundles: []CaseBundleView{}}
	for _, b := range bundles {
		out.Bundles = append(out.Bundles, s.bundleView(ctx, c, b))
	}
	return &answer[MyCases]{out}, nil
}

// CaseInput names a case.
type CaseInput struct {
	Language
	ID string `path:"id" maxLength:"100" doc:"The case." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) oneCase(ctx context.Context, in *CaseInput) (*answer[CaseView], error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	k, err := s.caseFor(ctx, c, in.ID, rights.CaseRead)
	if err != nil {
		return nil, err
	}
	return s.seen(ctx, c, k, nil)
}

// seen answers with a case as it stands, or says why not.
func (s *server) seen(ctx context.Context, c Cases, k casework.Case, err error) (*answer[CaseView], error) {
	if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	v, err := s.caseView(ctx, c, &k)
	return &answer[CaseView]{v}, err
}

// SaveCaseInput saves answers.
type SaveCaseInput struct {
	CaseInput
	RawBody []byte
	Body    struct {
		Form    map[string]any `json:"form" doc:"All answers so far." example:"{}"`
		Version string         `json:"version,omitempty" maxLength:"20" doc:"The version of the case that was seen; another since then is a conflict." example:"3"`
	}
}

func (s *server) saveCase(ctx context.Context, in *SaveCaseInput) (*answer[CaseView], error) {
	c, _, by, err := s.ownCase(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	k, err := c.Save(ctx, in.ID, by, rawForm(in.RawBody), in.Body.Version)
	return s.seen(ctx, c, k, err)
}

// ownCase is the desk with a case and its applicant, who is signed in.
func (s *server) ownCase(ctx context.Context, id string) (c Cases, k casework.Case, by casework.Actor, err error) {
	if c, err = s.casesHere(); err != nil {
		return c, k, by, err
	}
	p, _ := who(ctx)
	k, err = s.caseFor(ctx, c, id, rights.CaseApply)
	return c, k, actorOf(&p, casework.Applicant, ""), err
}

// MoveCaseInput does something to a case.
type MoveCaseInput struct {
	CaseInput
	RawBody []byte
	Body    struct {
		Move    string         `json:"move" maxLength:"100" doc:"A move of the case's course." example:"accept"`
		Version string         `json:"version,omitempty" maxLength:"20" doc:"The version of the case that was seen; another since then is a conflict." example:"3"`
		Reason  string         `json:"reason,omitempty" doc:"Why; its applicant reads it." example:"缺少劳动合同"`
		Grounds string         `json:"grounds,omitempty" doc:"The grounds of a decision, in fact and in law." example:"符合准予迁入条件"`
		Input   map[string]any `json:"input,omitempty" doc:"What else the move needs, by name." example:"{\"until\":\"2026-12-31\"}"`
	}
}

func (s *server) moveCase(ctx context.Context, in *MoveCaseInput) (*answer[CaseView], error) {
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
	p, _ := who(ctx)
	by := actorOf(&p, casework.Applicant, "")
	if m, _, known := course.Move(in.Body.Move, k.State); known && doing[m.By] != "" {
		if err := s.allow(ctx, doing[m.By], caseResource(&k)); err != nil {
			return nil, err
		}
		by.By = m.By
	}
	if by.By != casework.Applicant {
		by.Office = k.Office
	}
	var raw struct {
		Input json.RawMessage `json:"input"`
	}
	if err := json.Unmarshal(in.RawBody, &raw); err != nil {
		return nil, refuse("malformed")
	}
	k, err = c.Act(ctx, in.ID, casework.Act{Move: in.Body.Move, By: by, Version: in.Body.Version, Reason: in.Body.Reason, Grounds: in.Body.Grounds, Input: raw.Input})
	return s.seen(ctx, c, k, err)
}

// RateCaseInput says how it went.
type RateCaseInput struct {
	CaseInput
	Body struct {
		Stars int    `json:"stars" doc:"From 1, very dissatisfied, to 5, very satisfied (GB/T 39046 table 9)." example:"5"`
		Text  string `json:"text,omitempty" doc:"In words." example:"很快"`
	}
}

func (s *server) rateCase(ctx context.Context, in *RateCaseInput) (*answer[CaseView], error) {
	c, _, by, err := s.ownCase(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	k, err := c.Rate(ctx, in.ID, by, in.Body.Stars, in.Body.Text)
	return s.seen(ctx, c, k, err)
}
