package fund

import (
	"slices"
	"strconv"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/ledger"
)

// The codes of refusals. Their words are "casework.refusal.<code>".
const (
	RefusedForm     = "fund-form"      // field
	RefusedSame     = "fund-same-city" // the account is in this city already
	RefusedCity     = "fund-no-city"   // city
	RefusedNotYours = "fund-not-yours" // the form is of somebody else
	RefusedHere     = "fund-not-here"  // scheme: not enrolled at the city that is to take over
	RefusedEarly    = "fund-early"     // months, needed: not long enough at the new place
	RefusedUnknown  = "fund-unknown"   // city: no account there
	RefusedName     = "fund-name"      // city: another name under this number
	RefusedDebt     = "fund-debt"      // city, amount
	RefusedPaying   = "fund-paying"    // city: contributions are still paid there
	RefusedFrozen   = "fund-frozen"    // city
	RefusedLoan     = "fund-loan"      // city
	RefusedMoved    = "fund-moved"     // city, to, on
	RefusedLeaving  = "fund-leaving"   // city: another application has it
	RefusedEmpty    = "fund-empty"     // city: nothing to move
	RefusedPool     = "fund-pool"      // city: the pool has less than is to move
	RefusedOverlap  = "fund-overlap"   // year, months: paid in two cities for the same months
	RefusedChanged  = "fund-changed"   // was, is: the balance is another by now
	RefusedGround   = "fund-ground"    // reason: no ground to withdraw
	RefusedMore     = "fund-more"      // there, wanted
	RefusedKind     = "fund-kind"      // the act is for the other kind of application
	RefusedDates    = "fund-dates"     // from, until
	RefusedVisiting = "fund-visiting"  // to, until: registered there already
	RefusedClerk    = "fund-clerk"     // city, grounds: in the words of the clerk there
	RefusedReturned = "fund-returned"  // the money came back: reason
	RefusedItem     = "fund-item"      // item: unknown there
)

// Codes lists them.
var Codes = []string{RefusedForm, RefusedSame, RefusedCity, RefusedNotYours, RefusedHere, RefusedEarly, RefusedUnknown, RefusedName, RefusedDebt, RefusedPaying, RefusedFrozen, RefusedLoan,
	RefusedMoved, RefusedLeaving, RefusedEmpty, RefusedPool, RefusedOverlap, RefusedChanged, RefusedGround, RefusedMore, RefusedKind, RefusedDates, RefusedVisiting, RefusedClerk, RefusedReturned, RefusedItem}

// Rules are the figures of the schemes.
type Rules struct {
	PooledPermille int64     // of the wages since PooledFrom that move with an employee
	PooledFrom     int       // first year
	PooledStays    bool      // within the province the money of the pool does not move
	StableMonths   int       // at the new place before a provident fund is moved there
	VisitMonths    int       // of a referral that names no end
	Patience       int       // days that money may be under way before that is a finding
	Took           area.Date // when these were taken down
}

// Standard are the rules as this program has them; see Facts.
func Standard() Rules {
	return Rules{PooledPermille: 120, PooledFrom: 1998, StableMonths: 6, VisitMonths: 6, Patience: 3}
}

// Fact is where a figure comes from. Its words are "fund.fact.<id>".
type Fact struct {
	ID     string `json:"id"`
	Value  string `json:"value"`
	Source string `json:"source"`
	Grade  string `json:"grade"` // b, c, K, assumed
}

// Facts are the figures of these rules with their sources.
func (r Rules) Facts() []Fact {
	n := func(i int) string { return strconv.Itoa(i) }
	return []Fact{
		{"individual-whole", "100 %", "国办发〔2009〕66号 art. 4(1)", "c"},
		{"pooled-share", n(int(r.PooledPermille/10)) + " %", "国办发〔2009〕66号 art. 4(2)", "c"},
		{"pooled-stays", strconv.FormatBool(r.PooledStays), "国办发〔2009〕66号; Hunan", "assumed"},
		{"working-days", n(FifteenDays), "国办发〔2009〕66号 art. 8", "K"},
		{"stable-months", n(r.StableMonths), "建金〔2018〕46号", "K"},
		{"grounds", "24", "住房公积金管理条例 art. 24", "K"},
		{"three-days", n(ThreeDays), "住房公积金管理条例 art. 25", "c"},
		{"visit-months", n(r.VisitMonths), "医保发〔2022〕22号", "K"},
		{"visit-waived", "false", "医保发〔2022〕22号; Hunan", "assumed"},
		{"patience", n(r.Patience), "", "assumed"},
	}
}

// Grounds are the reasons to withdraw, as the form has them, with the items of art. 24.
var Grounds = map[string]string{"home": "24(1)", "rent": "24(6)", "retired": "24(2)", "left": "24(3)"}

// closing are the grounds by which the account ends (art. 24, second paragraph): all of it is paid.
var closing = []string{"retired"}

// Closes tells whether a ground ends the account.
func Closes(ground string) bool { return slices.Contains(closing, ground) }

// Balances are the accounts of a record by fund, and the pool of its scheme.
type Balances map[string]ledger.Account

// Release is what a city tells of an account that another wants to take over, or why it does not
// let go. A record that is Leaving already is told of again: leaving is by whose application.
func (r Rules) Release(me ledger.City, rec *Record, name string, b Balances, today area.Date, mine bool) (Information, *casework.Refusal) {
	city := string(me)
	if no := r.bound(city, rec, name, b, mine); no != nil {
		return Information{}, no
	}
	i := Information{Scheme: rec.Scheme, Person: rec.Person, Name: rec.Name, Number: rec.Number, Since: rec.Since, Years: rec.Years, Day: today}
	own := Savings
	if rec.Scheme == Social {
		own = Individual
	}
	if n := b[own].Balance(); n > 0 {
		i.Parts = append(i.Parts, Part{own, n})
	}
	if rec.Scheme == Social && !r.PooledStays {
		share, err := r.pooled(rec.Years)
		if err != nil {
			return i, casework.Refuse(RefusedPool, "city", city)
		}
		if share > b[Pooled].Balance() {
			return i, casework.Refuse(RefusedPool, "city", city)
		}
		if share > 0 {
			i.Parts = append(i.Parts, Part{Pooled, share})
		}
	}
	if len(i.Parts) == 0 {
		return i, casework.Refuse(RefusedEmpty, "city", city)
	}
	return i, nil
}

// bound is what keeps an account where it is.
func (r Rules) bound(city string, rec *Record, name string, b Balances, mine bool) *casework.Refusal {
	switch {
	case rec == nil:
		return casework.Refuse(RefusedUnknown, "city", city)
	case rec.Name != name:
		return casework.Refuse(RefusedName, "city", city)
	case rec.Standing == Gone:
		return casework.Refuse(RefusedMoved, "city", city, "to", string(rec.MovedTo), "on", rec.MovedOn.String())
	case rec.Standing == Leaving && !mine:
		return casework.Refuse(RefusedLeaving, "city", city)
	case rec.Debt > 0:
		return casework.Refuse(RefusedDebt, "city", city, "amount", rec.Debt.String())
	case rec.Standing == Paying:
		return casework.Refuse(RefusedPaying, "city", city)
	case rec.Loan:
		return casework.Refuse(RefusedLoan, "city", city)
	}
	for fund, a := range b {
		if fund != Pooled && a.Standing == ledger.Frozen {
			return casework.Refuse(RefusedFrozen, "city", city)
		}
	}
	return nil
}

// pooled is the share of the pool that moves.
func (r Rules) pooled(years []Year) (ledger.Fen, error) {
	sum := ledger.Fen(0)
	for _, y := range years {
		if y.Year < r.PooledFrom {
			continue
		}
		share, err := y.Wages.Permille(r.PooledPermille)
		if err != nil {
			return 0, err
		}
		if sum, err = sum.Plus(share); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Accept says whether a city takes over what another told of; here is nil where the person is not
// enrolled.
func (r Rules) Accept(here *Record, scheme string, i *Information) *casework.Refusal {
	if here == nil || here.Standing != Paying {
		return casework.Refuse(RefusedHere, "scheme", scheme)
	}
	if scheme == Provident && here.Months < r.StableMonths {
		return casework.Refuse(RefusedEarly, "months", strconv.Itoa(here.Months), "needed", strconv.Itoa(r.StableMonths))
	}
	if i == nil {
		return nil
	}
	months := map[int]int{}
	for _, y := range slices.Concat(here.Years, i.Years) {
		if months[y.Year] += y.Months; months[y.Year] > 12 {
			return casework.Refuse(RefusedOverlap, "year", strconv.Itoa(y.Year), "months", strconv.Itoa(months[y.Year]-12))
		}
	}
	return nil
}

// Withdrawal says whether somebody may be paid from his account, and how much: what he asks for,
// or all of it where the ground ends the account.
func (r Rules) Withdrawal(me ledger.City, rec *Record, name, ground string, wanted ledger.Fen, b Balances, mine bool) (ledger.Fen, *casework.Refusal) {
	if Grounds[ground] == "" {
		return 0, casework.Refuse(RefusedGround, "reason", ground)
	}
	if rec != nil && rec.Standing == Paying && (ground == "home" || ground == "rent") { // one who still pays in may, too
		n := *rec
		n.Standing = Stopped
		rec = &n
	}
	if no := r.bound(string(me), rec, name, b, mine); no != nil {
		return 0, no
	}
	there := b[Savings].Balance()
	if Closes(ground) {
		wanted = there
	}
	if there == 0 {
		return 0, casework.Refuse(RefusedEmpty, "city", string(me))
	}
	if wanted <= 0 || wanted > there {
		return 0, casework.Refuse(RefusedMore, "there", there.String(), "wanted", wanted.String())
	}
	return wanted, nil
}

// Stay is the time of a registration for treatment elsewhere: until is filled in where a referral
// names none.
func (r Rules) Stay(kind string, since, until, today area.Date) (area.Date, *casework.Refusal) {
	if until == 0 && kind == "referral" {
		until = since.AddMonths(r.VisitMonths)
	}
	if since < today.AddMonths(-3) || until != 0 && (until < since || until < today) {
		return until, casework.Refuse(RefusedDates, "from", since.String(), "until", until.String())
	}
	return until, nil
}
