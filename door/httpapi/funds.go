package httpapi

import (
	"context"
	"net/http"

	"conurb/livelihood/licence"
	"conurb/trust/rights"
)

// Funds is the book of money of a city, and what its schemes know of persons. What is not there
// is ErrUnknown.
type Funds interface {
	City() string
	// OfPerson is everything of a person, by his citizen's number.
	OfPerson(ctx context.Context, lang, person string) (FundsOfPerson, error)
	// Account is an account with its newest entries, and whose it is.
	Account(ctx context.Context, lang, id string) (a FundAccount, owner string, err error)
	// Reconciliation is how the book stands to those of the other cities.
	Reconciliation(ctx context.Context, lang string) (Reconciliation, error)
}

// FundsOfPerson are the accounts and enrolments of a person in this city.
type FundsOfPerson struct {
	City     string        `json:"city" doc:"Whose book this is." example:"changsha"`
	Invented bool          `json:"invented" doc:"Whether some of it is invented for a demonstration." example:"true"`
	Accounts []FundAccount `json:"accounts" nullable:"false" doc:"Accounts with their balances; entries are left out."`
	Records  []FundRecord  `json:"records" nullable:"false" doc:"What the schemes know."`
	Facts    []FundFact    `json:"facts" nullable:"false" doc:"The figures by which accounts are moved, with source and grade."`
}

// FundAccount is an account.
type FundAccount struct {
	ID           string      `json:"id" doc:"The account." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Scheme       string      `json:"scheme" doc:"Of which scheme: social, provident." example:"provident"`
	SchemeName   string      `json:"schemeName" doc:"The scheme in words." example:"Housing provident fund"`
	Fund         string      `json:"fund" doc:"Which part of the scheme." example:"savings"`
	FundName     string      `json:"fundName" doc:"The part in words." example:"Savings"`
	Kind         string      `json:"kind" enum:"person,pool,due-to,due-from,bank" doc:"What the account stands for." example:"person"`
	City         string      `json:"city,omitempty" doc:"The other city, of a clearing account." example:"zhuzhou"`
	Standing     string      `json:"standing" enum:"open,frozen,closed" doc:"Whether it may be posted to." example:"open"`
	StandingName string      `json:"standingName" doc:"That in words." example:"open"`
	Opened       string      `json:"opened" doc:"Since when it is there." example:"2026-11-26"`
	Balance      int64       `json:"balance" doc:"What is there, in fen." example:"8640000"`
	Entries      []FundEntry `json:"entries,omitempty" doc:"The newest entries first, at most 200."`
}

// FundEntry is an entry as one account shows it.
type FundEntry struct {
	ID       string `json:"id" doc:"The entry." example:"01990a3c-7f7e-7000-8000-000000000000.1/in"`
	Day      string `json:"day" doc:"When it was made." example:"2026-11-26"`
	What     string `json:"what" doc:"What happened: opening, contribution, withdrawal, out, in, back." example:"in"`
	WhatName string `json:"whatName" doc:"That in words." example:"taken in from another city"`
	Amount   int64  `json:"amount" doc:"By how much the balance changed, in fen." example:"6123456"`
	Transfer string `json:"transfer,omitempty" doc:"The transfer between two cities of which it is part." example:"01990a3c-7f7e-7000-8000-000000000000.1"`
	Case     string `json:"case,omitempty" doc:"The case by which it was decided." example:"01990a3c-7f7e-7000-8000-000000000000"`
	By       string `json:"by,omitempty" doc:"Who made it." example:"陈刚（示例）"`
}

// FundRecord is what a scheme knows of a person.
type FundRecord struct {
	ID           string     `json:"id" doc:"The record." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Scheme       string     `json:"scheme" doc:"Of which scheme: social, provident, medical, visit (treatment elsewhere)." example:"social"`
	SchemeName   string     `json:"schemeName" doc:"The scheme in words." example:"Pension insurance of employees"`
	Number       string     `json:"number,omitempty" doc:"The person's number in the scheme." example:"YB-4302-0029"`
	Standing     string     `json:"standing" doc:"How the person stands to it: paying, stopped, leaving, moved, in-force, over." example:"stopped"`
	StandingName string     `json:"standingName" doc:"That in words." example:"stopped"`
	Since        string     `json:"since" doc:"Since when." example:"2012-07-01"`
	Until        string     `json:"until,omitempty" doc:"The last day, of treatment elsewhere." example:"2027-06-01"`
	From         string     `json:"from,omitempty" doc:"The city of insurance, of treatment elsewhere." example:"zhuzhou"`
	To           string     `json:"to,omitempty" doc:"The city of treatment, or the one that the account moved to." example:"changsha"`
	Months       int        `json:"months" doc:"Months of contributions." example:"158"`
	Debt         int64      `json:"debt" doc:"Contributions that are owed, in fen." example:"0"`
	Years        []FundYear `json:"years,omitempty" doc:"Contributions by year and city."`
	Invented     bool       `json:"invented" doc:"Whether it is invented for a demonstration." example:"true"`
}

// FundYear is what was paid for in a year at a city.
type FundYear struct {
	Year   int    `json:"year" doc:"The year." example:"2025"`
	City   string `json:"city" doc:"Where." example:"zhuzhou"`
	Months int    `json:"months" doc:"How many months." example:"12"`
	Wages  int64  `json:"wages" doc:"The wages on which contributions were paid, in fen." example:"4800000"`
}

// FundFact is a figure with its source.
type FundFact struct {
	ID     string `json:"id" doc:"Which figure." example:"pooled-share"`
	Name   string `json:"name" doc:"That in words." example:"share of the pooled fund that moves"`
	Value  string `json:"value" doc:"The figure." example:"12 %"`
	Source string `json:"source" doc:"Where it comes from; empty: ours." example:"国办发〔2009〕66号 art. 4(2)"`
	Grade  string `json:"grade" doc:"How sure: b official copy, c copy of a copy, K general knowledge, assumed." example:"c"`
}

// Reconciliation is how the book of this city stands to the others.
type Reconciliation struct {
	City     string        `json:"city" doc:"Whose book this is." example:"changsha"`
	Today    string        `json:"today" doc:"The day of the answer." example:"2026-11-26"`
	Patience int           `json:"patience" doc:"Days that money may be under way before that is a finding." example:"3"`
	Sum      int64         `json:"sum" doc:"Of all accounts, debits less credits, in fen: 0 in a sound book." example:"0"`
	Others   []FundOther   `json:"others" nullable:"false" doc:"The cities that money went to or came from."`
	UnderWay []FundMoney   `json:"underWay" nullable:"false" doc:"Transfers that have not ended."`
	Findings []FundFinding `json:"findings" nullable:"false" doc:"Differences, open ones first."`
	Accounts []FundAccount `json:"accounts" nullable:"false" doc:"Accounts that are nobody's: pools, bank, clearing."`
}

// FundOther is another city's book as this one sees it.
type FundOther struct {
	City    string `json:"city" doc:"The other city." example:"zhuzhou"`
	Stated  string `json:"stated,omitempty" doc:"The last day that was stated to it." example:"2026-11-25"`
	Heard   string `json:"heard,omitempty" doc:"The last day that it stated." example:"2026-11-25"`
	DueTo   int64  `json:"dueTo" doc:"What is owed to it, in fen." example:"0"`
	DueFrom int64  `json:"dueFrom" doc:"What it owes, in fen." example:"6123456"`
	Open    int    `json:"open" doc:"Open findings." example:"0"`
}

// FundMoney is money on its way.
type FundMoney struct {
	ID        string `json:"id" doc:"The transfer." example:"01990a3c-7f7e-7000-8000-000000000000.1"`
	From      string `json:"from" doc:"The city that pays." example:"zhuzhou"`
	To        string `json:"to" doc:"The city that takes in." example:"changsha"`
	Scheme    string `json:"scheme" doc:"Of which scheme." example:"social"`
	Amount    int64  `json:"amount" doc:"In fen." example:"6123456"`
	State     string `json:"state" doc:"Where it stands: paid, expected." example:"paid"`
	StateName string `json:"stateName" doc:"That in words." example:"paid, under way"`
	Day       string `json:"day" doc:"Since when." example:"2026-11-26"`
	Case      string `json:"case" doc:"The case here." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

// FundFinding is a difference between two books.
type FundFinding struct {
	Other    string `json:"other" doc:"The other city." example:"zhuzhou"`
	Transfer string `json:"transfer,omitempty" doc:"The transfer; left out: the sums differ." example:"01990a3c-7f7e-7000-8000-000000000000.1"`
	Code     string `json:"code" doc:"What differs: too-long, only-here, only-there, differs, sum." example:"differs"`
	Words    string `json:"words" doc:"That in words." example:"The two books name different amounts."`
	Here     int64  `json:"here" doc:"What this book says, in fen." example:"6123456"`
	There    int64  `json:"there" doc:"What the other city last stated, in fen." example:"6123455"`
	Since    string `json:"since" doc:"When it was found." example:"2026-11-26"`
	Settled  string `json:"settled,omitempty" doc:"When the books agreed again; left out: it is open." example:"2026-11-27"`
}

// FundAccountInput names an account.
type FundAccountInput struct {
	Language
	ID string `path:"id" maxLength:"100" doc:"The account." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

// FundsInput asks for the money of a person: of oneself, or for staff of whom they name.
type FundsInput struct {
	Language
	Person string `query:"person" maxLength:"18" doc:"A citizen's number, for staff; left out: whoever is signed in." example:"430299198811150029"`
}

// fundsRoutes adds what is asked of money.
func (s *server) fundsRoutes(v1 string) {
	op := func(path, id, summary string) operation {
		return operation{method: http.MethodGet, path: v1 + "/funds" + path, id: id, tag: "funds", summary: summary}
	}
	register(s, op("/mine", "listFunds", "One's accounts of pension insurance and housing fund, and registrations for treatment elsewhere"), s.fundsOf)
	register(s, op("/accounts/{id}", "getFundAccount", "An account with its newest entries"), s.fundAccount)
	register(s, op("/reconciliation", "getReconciliation", "How the book of this city stands to those of the others"), s.reconciliation)
}

// fundsHere is the book, where the node has one.
func (s *server) fundsHere() (Funds, error) {
	if s.funds == nil {
		return nil, refuse("no-such-room")
	}
	return s.funds, nil
}

func (s *server) fundsOf(ctx context.Context, in *FundsInput) (*answer[FundsOfPerson], error) {
	f, err := s.fundsHere()
	if err != nil {
		return nil, err
	}
	me, _ := who(ctx)
	on := rights.Resource{City: f.City(), HolderKind: me.HolderKind, HolderCode: me.HolderCode}
	if in.Person != "" {
		on.HolderKind, on.HolderCode = licence.KindCitizen, in.Person
	}
	if err := s.allow(ctx, rights.FundRead, on); err != nil {
		return nil, err
	}
	all, err := f.OfPerson(ctx, language(ctx), on.HolderCode)
	return &answer[FundsOfPerson]{all}, err
}

func (s *server) fundAccount(ctx context.Context, in *FundAccountInput) (*answer[FundAccount], error) {
	f, err := s.fundsHere()
	if err != nil {
		return nil, err
	}
	a, owner, err := f.Account(ctx, language(ctx), in.ID)
	on := rights.Resource{City: f.City()} // whether there is one is for those to know who may read it
	if err == nil && owner != "" {
		on.HolderKind, on.HolderCode = licence.KindCitizen, owner
	}
	if no := s.allow(ctx, rights.FundRead, on); no != nil {
		return nil, no
	}
	return &answer[FundAccount]{a}, about(err, "account", in.ID)
}

func (s *server) reconciliation(ctx context.Context, _ *Language) (*answer[Reconciliation], error) {
	f, err := s.fundsHere()
	if err != nil {
		return nil, err
	}
	on := rights.Resource{City: f.City()}
	if err := s.allow(ctx, rights.FundRead, on); err != nil && s.allow(ctx, rights.CaseSupervise, on) != nil {
		return nil, err
	}
	r, err := f.Reconciliation(ctx, language(ctx))
	return &answer[Reconciliation]{r}, err
}
