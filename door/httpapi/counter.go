package httpapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"conurb/livelihood/licence"
	"conurb/trust/rights"
)

// Counter is where a city looks at licences that another city issued.
type Counter interface {
	// City is the city of the counter, Types the register of the region; nil: none is known.
	City() string
	Types() *licence.Register
	// Ask asks wallets for a licence. Here and below refusals are *CounterRefusal.
	Ask(ctx context.Context, d CounterDraft) (CounterRequest, error)
	// Request is a request with what came of it, Check a check; ErrUnknown where there is none.
	Request(ctx context.Context, id string) (CounterRequest, error)
	Check(ctx context.Context, id string) (CounterCheck, error)
	// Look looks at the text of a slip, or a presentation.
	Look(ctx context.Context, text string, q CounterQuestion) (CounterCheck, error)
	// Accept makes what was shown part of a case; id is that of a request or of a check.
	Accept(ctx context.Context, id, kase string, by CounterClerk) error
	// Checks lists checks, the newest first, those before an id and of an office where one is named.
	Checks(ctx context.Context, office, before string, limit int) ([]CounterCheck, error)
	// Disputed lists those to which holders object; Reply answers one.
	Disputed(ctx context.Context, limit int) ([]CounterCheck, error)
	Reply(ctx context.Context, id, text, by string) error
}

// CounterRefusal is why a counter did not do something; its words are
// "counter.refusal.<Code>". Kind tells which problem it is.
type CounterRefusal struct {
	Kind string // one of the Counter kinds
	Code string
	Args map[string]string
}

// The kinds of refusals.
const (
	CounterFaulty  = "bad-check"       // the question is not of its form
	CounterNotGood = "not-a-licence"   // what was shown
	CounterNotNow  = "counter-refused" // not as things stand
)

func (e *CounterRefusal) Error() string { return "counter: " + e.Code }

// CounterQuestion is what a clerk asks about a licence.
type CounterQuestion struct {
	Wanted, Purpose, Case string
	Clerk                 CounterClerk
	Offline               bool
	MostList, MostStatus  time.Duration // the oldest knowledge that answers; 0: the node's own limits
}

// CounterDraft is what a clerk asks wallets for.
type CounterDraft struct {
	CounterQuestion
	Attributes []string
	Language   string
}

func (s *server) counterRoutes(v1 string) {
	get := func(path, id, summary string) operation {
		return operation{method: http.MethodGet, path: v1 + path, id: id, tag: "counter", summary: summary}
	}
	post := func(path, id, summary string) operation {
		return operation{method: http.MethodPost, path: v1 + path, id: id, tag: "counter", summary: summary}
	}
	made := post("/counter/requests", "askWallet", "Ask a wallet for a licence: a link and a QR code, answered once within five minutes")
	made.status = http.StatusCreated
	register(s, made, s.askWallet)
	register(s, get("/counter/requests/{id}", "getWalletRequest", "A request to wallets, with the verdict once it is answered"), s.walletRequest)
	register(s, post("/counter/requests/{id}/accept", "acceptCheck", "Make what was shown part of a case"), s.acceptCheck)
	register(s, post("/counter/slips", "checkSlip", "Look at the text of a licence's QR code, or at a presentation"), s.checkSlip)
	register(s, get("/counter/checks", "listChecks", "Checks of an office, the newest first"), s.counterChecks)
	register(s, get("/counter/checks/{id}", "getCheck", "One check"), s.counterCheck)
	register(s, get("/counter/objections", "listObjections", "Checks to which holders object, the newest first"), s.objections)
	register(s, post("/counter/objections/{id}/answer", "answerObjection", "Answer a holder who objects"), s.answerObjection)
	register(s, get("/wallet/history", "listVisits", "Who looked at the licences of whoever is signed in, the newest first"), s.visits)
	register(s, post("/wallet/history/{id}/objection", "objectToVisit", "Object to a look at one's licence"), s.objectToVisit)
}

// desk is the counter, where the node has one.
func (s *server) counterHere() (Counter, error) {
	if s.counter == nil {
		return nil, refuse("no-counter")
	}
	return s.counter, nil
}

// clerkOf is whoever asks, in the role of a clerk of an office; empty: the first office that
// he is a clerk of.
func (s *server) clerkOf(ctx context.Context, city, office string) (CounterClerk, error) {
	p, _ := who(ctx)
	if i := slices.IndexFunc(p.Roles, func(r rights.Role) bool { return r.Name == rights.Clerk }); office == "" && i >= 0 {
		office = p.Roles[i].Office
	}
	return CounterClerk{Name: p.Name, Office: office, Role: rights.Clerk}, s.allow(ctx, rights.CounterCheck, rights.Resource{City: city, Office: office})
}

// counterRefusal puts a refusal of the counter into words; other errors pass.
func counterRefusal(ctx context.Context, err error) error {
	var no *CounterRefusal
	if !errors.As(err, &no) {
		return err
	}
	return inWords(ctx, no.Kind, "counter.refusal.", no.Code, no.Args, err)
}

// CounterAsk is what a clerk asks a wallet for.
type CounterAsk struct {
	Wanted     string   `json:"wanted" minLength:"21" maxLength:"21" doc:"The type that the affair needs, by GB/T 36904; a licence of another city will do where the trust list says it counts as this one." example:"11100000XXGAB00010003"`
	Attributes []string `json:"attributes,omitempty" maxItems:"50" nullable:"false" doc:"What the wallet has to show beside what always stands open." example:"[\"attributes.address\"]"`
	Purpose    string   `json:"purpose" minLength:"1" maxLength:"500" doc:"Why it is wanted; the wallet and the holder's history show it." example:"办理公积金贷款"`
	Case       string   `json:"case,omitempty" maxLength:"100" doc:"The case it is for, where there is one." example:"湘潭公积金-2026-0001"`
	Office     string   `json:"office,omitempty" maxLength:"200" doc:"The office that asks; left out: the clerk's own." example:"11430300XX00000010"`
	MostList   int64    `json:"mostList,omitempty" minimum:"0" maximum:"315360000" doc:"The oldest trust list that answers, in seconds; 0: the node's limit." example:"604800"`
	MostStatus int64    `json:"mostStatus,omitempty" minimum:"0" maximum:"315360000" doc:"The oldest status list that answers, in seconds; 0: the node's limit." example:"86400"`
}

// AskWalletInput is the parameter of askWallet.
type AskWalletInput struct {
	Language
	Body CounterAsk
}

func (a *CounterAsk) question(clerk CounterClerk) CounterQuestion {
	return CounterQuestion{Wanted: a.Wanted, Purpose: a.Purpose, Case: a.Case, Clerk: clerk, MostList: time.Duration(a.MostList) * time.Second, MostStatus: time.Duration(a.MostStatus) * time.Second}
}

func (s *server) askWallet(ctx context.Context, in *AskWalletInput) (*answer[WalletRequest], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	clerk, err := s.clerkOf(ctx, c.City(), in.Body.Office)
	if err != nil {
		return nil, err
	}
	r, err := c.Ask(ctx, CounterDraft{CounterQuestion: in.Body.question(clerk), Attributes: in.Body.Attributes, Language: language(ctx)})
	if err != nil {
		return nil, counterRefusal(ctx, err)
	}
	return &answer[WalletRequest]{s.requestView(ctx, c, r)}, nil
}

// CounterInput names a request, a check or a visit.
type CounterInput struct {
	Language
	ID string `path:"id" maxLength:"200" doc:"The request, the check or the visit." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) walletRequest(ctx context.Context, in *CounterInput) (*answer[WalletRequest], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	if _, err := s.officeOf(ctx, c, in.ID); err != nil {
		return nil, err
	}
	r, err := c.Request(ctx, in.ID)
	if err != nil {
		return nil, about(err, "wallet-request", in.ID)
	}
	return &answer[WalletRequest]{s.requestView(ctx, c, r)}, nil
}

// officeOf lets pass who is a clerk of the office whose request or check has an id.
func (s *server) officeOf(ctx context.Context, c Counter, id string) (CounterClerk, error) {
	if _, ok := who(ctx); !ok { // who is not signed in does not learn whether there is such a one
		return s.clerkOf(ctx, c.City(), "")
	}
	r, err := c.Request(ctx, id)
	clerk := r.Clerk
	if errors.Is(err, ErrUnknown) {
		var k CounterCheck
		k, err = c.Check(ctx, id)
		clerk = k.Clerk
	}
	if err != nil {
		return clerk, about(err, "check", id)
	}
	p, _ := who(ctx)
	return CounterClerk{Name: p.Name, Office: clerk.Office, Role: rights.Clerk}, s.allow(ctx, rights.CounterCheck, rights.Resource{City: c.City(), Office: clerk.Office})
}

// AcceptInput is the parameter of acceptCheck.
type AcceptInput struct {
	CounterInput
	Body struct {
		Case string `json:"case" minLength:"1" maxLength:"100" doc:"The case that what was shown becomes part of." example:"湘潭公积金-2026-0001"`
	}
}

func (s *server) acceptCheck(ctx context.Context, in *AcceptInput) (*answer[CheckView], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	clerk, err := s.officeOf(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	if err := c.Accept(ctx, in.ID, in.Body.Case, clerk); err != nil {
		return nil, counterRefusal(ctx, about(err, "check", in.ID))
	}
	id := in.ID
	if r, err := c.Request(ctx, id); err == nil && r.Result != nil {
		id = r.Result.ID
	}
	return s.oneCheck(ctx, c, id)
}

func (s *server) oneCheck(ctx context.Context, c Counter, id string) (*answer[CheckView], error) {
	k, err := c.Check(ctx, id)
	if err != nil {
		return nil, about(err, "check", id)
	}
	return &answer[CheckView]{s.checkView(ctx, c, &k)}, nil
}

// SlipInput is the parameter of checkSlip.
type SlipInput struct {
	Language
	Body struct {
		CounterAsk
		Text    string `json:"text" minLength:"1" doc:"The text of the QR code (CONURB1:...), or a presentation." example:"CONURB1:6BF..."`
		Offline bool   `json:"offline,omitempty" doc:"True: no other node is asked, and the verdict says how old what is known here is." example:"false"`
	}
}

func (s *server) checkSlip(ctx context.Context, in *SlipInput) (*answer[CheckView], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	clerk, err := s.clerkOf(ctx, c.City(), in.Body.Office)
	if err != nil {
		return nil, err
	}
	q := in.Body.question(clerk)
	q.Offline = in.Body.Offline
	k, err := c.Look(ctx, in.Body.Text, q)
	if err != nil {
		return nil, counterRefusal(ctx, err)
	}
	return &answer[CheckView]{s.checkView(ctx, c, &k)}, nil
}

// ChecksInput is the parameter of listChecks.
type ChecksInput struct {
	Language
	Office string `query:"office" maxLength:"200" doc:"The office whose checks are wanted; left out: the clerk's own." example:"11430300XX00000010"`
	Before string `query:"before" maxLength:"100" doc:"Only checks older than this one." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many at most." example:"50"`
}

func (s *server) counterChecks(ctx context.Context, in *ChecksInput) (*answer[[]CheckView], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	clerk, err := s.clerkOf(ctx, c.City(), in.Office)
	if err != nil {
		return nil, err
	}
	list, err := c.Checks(ctx, clerk.Office, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	return &answer[[]CheckView]{s.checkViews(ctx, c, list)}, nil
}

func (s *server) counterCheck(ctx context.Context, in *CounterInput) (*answer[CheckView], error) {
	c, err := s.counterHere()
	if err != nil {
		return nil, err
	}
	if _, err := s.officeOf(ctx, c, in.ID); err != nil {
		return nil, err
	}
	return s.oneCheck(ctx, c, in.ID)
}
