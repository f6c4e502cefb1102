package fund

import (
	"slices"

	"conurb/area"
	"conurb/livelihood/ledger"
)

// The schemes.
const (
	Social    = "social"    // 职工基本养老保险
	Provident = "provident" // 住房公积金
	Medical   = "medical"   // 基本医疗保险
	Visit     = "visit"     // 异地就医备案, at either city
)

// Schemes lists them.
var Schemes = []string{Social, Provident, Medical, Visit}

// The funds of schemes, each an account of the ledger.
const (
	Individual = "individual" // 个人账户
	Pooled     = "pooled"     // 统筹基金
	Savings    = "savings"    // 公积金账户
	Cash       = "bank"       // 银行存款
)

// Standing is how somebody stands to a scheme here.
type Standing string

// The standings.
const (
	Paying  Standing = "paying"  // contributions are paid
	Stopped Standing = "stopped" // no longer, the account stays (停保、封存)
	Leaving Standing = "leaving" // another city has been informed
	Gone    Standing = "moved"   // to another city
	InForce Standing = "in-force"
	Over    Standing = "over" // of a visit
)

// Standings lists them.
var Standings = []Standing{Paying, Stopped, Leaving, Gone, InForce, Over}

// Year is what was paid for somebody in a year, at one city.
type Year struct {
	Year   int         `json:"year"`
	City   ledger.City `json:"city"`
	Months int         `json:"months"` // 1 to 12
	Wages  ledger.Fen  `json:"wages"`  // on which contributions were paid, of all the months
}

// Record is what a scheme knows of a person here.
type Record struct {
	ID       string            `json:"id"`
	Scheme   string            `json:"scheme"`
	Person   string            `json:"person"` // citizen's number
	Name     string            `json:"name"`
	Number   string            `json:"number"` // of the scheme (个人编号)
	Standing Standing          `json:"standing"`
	Was      Standing          `json:"was,omitempty"` // before Leaving
	Since    area.Date         `json:"since"`
	Years    []Year            `json:"years,omitempty"`
	Months   int               `json:"months,omitempty"` // paid in a row up to now, of a provident fund
	Debt     ledger.Fen        `json:"debt,omitempty"`   // contributions not paid (欠费)
	Loan     bool              `json:"loan,omitempty"`   // a housing loan of the fund is not yet paid back
	Accounts map[string]string `json:"accounts,omitempty"`
	MovedTo  ledger.City       `json:"movedTo,omitempty"`
	MovedOn  area.Date         `json:"movedOn,omitzero"`
	Invented bool              `json:"invented,omitempty"` // of a demonstration

	// Of a visit.
	From  ledger.City `json:"from,omitempty"` // insured there
	To    ledger.City `json:"to,omitempty"`   // treated there
	Kind  string      `json:"kind,omitempty"` // settled, resident, posted, referral
	Until area.Date   `json:"until,omitzero"` // last day; zero: until it is ended
	Case  string      `json:"case,omitempty"` // of the city of insurance
}

// TotalMonths are the months of all years.
func (r *Record) TotalMonths() (n int) {
	for _, y := range r.Years {
		n += y.Months
	}
	return n
}

// Add takes over the years of another city, in the order of the calendar.
func (r *Record) Add(years []Year) {
	r.Years = append(slices.Clone(r.Years), years...)
	slices.SortStableFunc(r.Years, func(a, b Year) int { return a.Year - b.Year })
}

// Part is money of a fund.
type Part struct {
	Fund   string     `json:"fund"`
	Amount ledger.Fen `json:"amount"`
}

// Information is what the city that has the account tells of it (信息表).
type Information struct {
	Scheme string    `json:"scheme"`
	Person string    `json:"person"`
	Name   string    `json:"name"`
	Number string    `json:"number"`
	Since  area.Date `json:"since"`
	Years  []Year    `json:"years,omitempty"`
	Parts  []Part    `json:"parts"`
	Day    area.Date `json:"day"` // of the balance
}

// Total is the sum of the parts.
func (i Information) Total() (ledger.Fen, error) {
	var all []ledger.Fen
	for _, p := range i.Parts {
		all = append(all, p.Amount)
	}
	return ledger.Sum(all...)
}
