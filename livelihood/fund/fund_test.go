package fund_test

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/internal/wordtest"
	"conurb/livelihood/casework"
	"conurb/livelihood/fund"
	"conurb/livelihood/ledger"
)

func TestEverythingHasWords(t *testing.T) {
	wordtest.Need(t, "fund", slices.Concat(wordtest.Remedied("casework.refusal.", fund.Codes), wordtest.Remedied("casework.refusal.ledger-", ledger.Codes),
		wordtest.Keys("casework.state.", fund.States), wordtest.Keys("casework.move.", fund.Moves), wordtest.Keys("fund.scheme.", fund.Schemes),
		wordtest.Keys("fund.standing.", fund.Standings))...)
	for _, f := range fund.Standard().Facts() {
		wordtest.Need(t, "fund", "fund.fact."+f.ID)
	}
}

func TestTheCoursesAreSound(t *testing.T) {
	known := []casework.State{casework.Draft, casework.Submitted, casework.Supplement, casework.Decided, casework.Appealed, casework.Closed, casework.Withdrawn, casework.Lapsed}
	for _, c := range fund.Courses() {
		for _, fault := range c.Check(slices.Concat(fund.GuardNames, []string{"form", "materials"}), fund.ActionNames) {
			t.Error(fault)
		}
		for _, s := range c.States {
			if !slices.Contains(fund.States, s.Name) && !slices.Contains(known, s.Name) {
				t.Errorf("%s: state %s is not listed", c.Name, s.Name)
			}
		}
	}
}

// zhou has an account of pension insurance whose contributions stopped.
func zhou() *fund.Record {
	return &fund.Record{ID: "r", Scheme: fund.Social, Person: "430299198811150029", Name: "周云", Standing: fund.Stopped, Since: area.NewDate(1997, 1, 1),
		Years: []fund.Year{{Year: 1997, City: "zhuzhou", Months: 12, Wages: 1_000_000}, {Year: 1998, City: "zhuzhou", Months: 12, Wages: 1_000_004}, {Year: 2026, City: "zhuzhou", Months: 2, Wages: 1_000_005}}}
}

func have(own, pool ledger.Fen) fund.Balances {
	return fund.Balances{fund.Individual: {Kind: ledger.Person, Standing: ledger.Open, Sum: -own}, fund.Pooled: {Kind: ledger.Pool, Standing: ledger.Open, Sum: -pool}}
}

func codeOf(no *casework.Refusal) string {
	if no == nil {
		return ""
	}
	return no.Code
}

func TestRelease(t *testing.T) {
	const today = area.Date(740000)
	for _, c := range []struct {
		name   string
		change func(r *fund.Record, b fund.Balances) *fund.Record
		mine   bool
		want   string
	}{
		{"stopped", nil, false, ""},
		{"nobody", func(*fund.Record, fund.Balances) *fund.Record { return nil }, false, fund.RefusedUnknown},
		{"another name", func(r *fund.Record, _ fund.Balances) *fund.Record { r.Name = "周芸"; return r }, false, fund.RefusedName},
		{"debts", func(r *fund.Record, _ fund.Balances) *fund.Record { r.Debt = 1; return r }, false, fund.RefusedDebt},
		{"still paying", func(r *fund.Record, _ fund.Balances) *fund.Record { r.Standing = fund.Paying; return r }, false, fund.RefusedPaying},
		{"moved", func(r *fund.Record, _ fund.Balances) *fund.Record {
			r.Standing, r.MovedTo = fund.Gone, "xiangtan"
			return r
		}, false, fund.RefusedMoved},
		{"leaving by another", func(r *fund.Record, _ fund.Balances) *fund.Record { r.Standing = fund.Leaving; return r }, false, fund.RefusedLeaving},
		{"leaving by this one", func(r *fund.Record, _ fund.Balances) *fund.Record { r.Standing = fund.Leaving; return r }, true, ""},
		{"a loan", func(r *fund.Record, _ fund.Balances) *fund.Record { r.Loan = true; return r }, false, fund.RefusedLoan},
		{"frozen", func(r *fund.Record, b fund.Balances) *fund.Record {
			a := b[fund.Individual]
			a.Standing = ledger.Frozen
			b[fund.Individual] = a
			return r
		}, false, fund.RefusedFrozen},
		{"the pool is empty", func(r *fund.Record, b fund.Balances) *fund.Record {
			b[fund.Pooled] = ledger.Account{Kind: ledger.Pool}
			return r
		}, false, fund.RefusedPool},
		{"wages too large", func(r *fund.Record, _ fund.Balances) *fund.Record { r.Years[2].Wages = math.MaxInt64; return r }, false, fund.RefusedPool},
		{"nothing there", func(r *fund.Record, b fund.Balances) *fund.Record {
			b[fund.Individual], r.Years = ledger.Account{Kind: ledger.Person}, nil
			return r
		}, false, fund.RefusedEmpty},
	} {
		r, b := zhou(), have(123_456, 10_000_000)
		if c.change != nil {
			r = c.change(r, b)
		}
		i, no := fund.Standard().Release("zhuzhou", r, "周云", b, today, c.mine)
		if codeOf(no) != c.want {
			t.Errorf("%s: %v, want %s", c.name, no, c.want)
		}
		// 12 % of 10,000.04 and 10,000.05 yuan is 1,200.0048 and 1,200.006; of 1997 nothing moves.
		if want := []fund.Part{{Fund: fund.Individual, Amount: 123_456}, {Fund: fund.Pooled, Amount: 120_000 + 120_001}}; no == nil && !slices.Equal(i.Parts, want) {
			t.Errorf("%s: %+v, want %+v", c.name, i.Parts, want)
		}
	}
	stays := fund.Standard()
	stays.PooledStays = true
	if i, no := stays.Release("zhuzhou", zhou(), "周云", have(1, 0), today, false); no != nil || len(i.Parts) != 1 {
		t.Errorf("where the pool stays: %+v, %v", i.Parts, no)
	}
}

func TestAccept(t *testing.T) {
	info := &fund.Information{Scheme: fund.Social, Years: zhou().Years}
	here := func(months int) *fund.Record {
		return &fund.Record{Standing: fund.Paying, Months: months, Years: []fund.Year{{Year: 2026, City: "changsha", Months: months}}}
	}
	for _, c := range []struct {
		name   string
		here   *fund.Record
		scheme string
		info   *fund.Information
		want   string
	}{
		{"paying", here(8), fund.Social, info, ""},
		{"twelve months in all", here(10), fund.Social, info, ""},
		{"one twice", here(11), fund.Social, info, fund.RefusedOverlap},
		{"not enrolled", nil, fund.Social, nil, fund.RefusedHere},
		{"stopped", &fund.Record{Standing: fund.Stopped}, fund.Social, nil, fund.RefusedHere},
		{"half a year", here(6), fund.Provident, nil, ""},
		{"less", here(5), fund.Provident, nil, fund.RefusedEarly},
	} {
		if got := codeOf(fund.Standard().Accept(c.here, c.scheme, c.info)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWithdrawals(t *testing.T) {
	for _, c := range []struct {
		name, ground string
		standing     fund.Standing
		there, asks  ledger.Fen
		want         string
		paid         ledger.Fen
	}{
		{"a home, and he pays in", "home", fund.Paying, 900, 400, "", 400},
		{"left, and he pays in", "left", fund.Paying, 900, 400, fund.RefusedPaying, 0},
		{"retired: all of it", "retired", fund.Stopped, 900, 400, "", 900},
		{"more than there is", "rent", fund.Stopped, 900, 901, fund.RefusedMore, 0},
		{"nothing", "rent", fund.Stopped, 900, 0, fund.RefusedMore, 0},
		{"less than nothing", "rent", fund.Stopped, 900, -5, fund.RefusedMore, 0},
		{"an empty account", "retired", fund.Stopped, 0, 1, fund.RefusedEmpty, 0},
		{"no ground", "party", fund.Stopped, 900, 1, fund.RefusedGround, 0},
		{"leaving", "rent", fund.Leaving, 900, 1, fund.RefusedLeaving, 0},
	} {
		r := &fund.Record{Scheme: fund.Provident, Name: "周云", Standing: c.standing}
		b := fund.Balances{fund.Savings: {Kind: ledger.Person, Sum: -c.there}}
		got, no := fund.Standard().Withdrawal("zhuzhou", r, "周云", c.ground, c.asks, b, false)
		if codeOf(no) != c.want || got != c.paid || r.Standing != c.standing {
			t.Errorf("%s: %s %v, want %s %s", c.name, got, no, c.paid, c.want)
		}
	}
}

func TestStays(t *testing.T) {
	today := area.NewDate(2026, 11, 26)
	for _, c := range []struct {
		kind         string
		since, until area.Date
		want         area.Date
		code         string
	}{
		{"resident", today, 0, 0, ""},
		{"referral", today, 0, area.NewDate(2027, 5, 26), ""},
		{"referral", today, today, today, ""},
		{"referral", today, today - 1, today - 1, fund.RefusedDates},
		{"resident", today - 40, today - 1, today - 1, fund.RefusedDates},
		{"resident", today - 200, 0, 0, fund.RefusedDates},
	} {
		if got, no := fund.Standard().Stay(c.kind, c.since, c.until, today); got != c.want || codeOf(no) != c.code {
			t.Errorf("%+v: %s, %v", c, got, no)
		}
	}
}

func TestForms(t *testing.T) {
	good := map[string]string{
		fund.ItemSocial:    `{"name":"周云","number":"430299198811150029","from":"zhuzhou","reason":"new-job"}`,
		fund.ItemProvident: `{"name":"周云","number":"430299198811150029","from":"zhuzhou","do":"withdraw","reason":"home","amount":5,"bank":"B","card":"123456789012"}`,
		fund.ItemMedical:   `{"name":"周云","number":"430299198811150029","to":"zhuzhou","kind":"resident","since":"2026-12-01"}`,
	}
	for _, c := range []struct {
		name, item, form, want string
	}{
		{"social", fund.ItemSocial, "", ""}, {"provident", fund.ItemProvident, "", ""}, {"medical", fund.ItemMedical, "", ""},
		{"no object", fund.ItemSocial, `[]`, fund.RefusedForm},
		{"of another", fund.ItemSocial, `{"name":"周云","number":"430299198811150037","from":"zhuzhou"}`, fund.RefusedNotYours},
		{"no name", fund.ItemSocial, `{"name":" ","number":"430299198811150029","from":"zhuzhou"}`, fund.RefusedForm},
		{"no city", fund.ItemSocial, `{"name":"周云","number":"430299198811150029"}`, fund.RefusedForm},
		{"this city", fund.ItemSocial, `{"name":"周云","number":"430299198811150029","from":"changsha"}`, fund.RefusedSame},
		{"nothing to do", fund.ItemProvident, `{"name":"周云","number":"430299198811150029","from":"zhuzhou"}`, fund.RefusedForm},
		{"no bank", fund.ItemProvident, `{"name":"周云","number":"430299198811150029","from":"zhuzhou","do":"withdraw","amount":5}`, fund.RefusedForm},
		{"no amount", fund.ItemProvident, `{"name":"周云","number":"430299198811150029","from":"zhuzhou","do":"withdraw","bank":"B","card":"1"}`, fund.RefusedForm},
		{"yuan with a point", fund.ItemProvident, `{"name":"周云","number":"430299198811150029","from":"zhuzhou","do":"withdraw","bank":"B","card":"1","amount":1.5}`, fund.RefusedForm},
		{"no such kind", fund.ItemMedical, `{"name":"周云","number":"430299198811150029","to":"zhuzhou","kind":"holiday","since":"2026-12-01"}`, fund.RefusedForm},
		{"no day", fund.ItemMedical, `{"name":"周云","number":"430299198811150029","to":"zhuzhou","kind":"resident"}`, fund.RefusedForm},
		{"no such day", fund.ItemMedical, `{"name":"周云","number":"430299198811150029","to":"zhuzhou","kind":"resident","since":"2026-02-30"}`, fund.RefusedForm},
	} {
		form := c.form
		if form == "" {
			form = good[c.item]
		}
		k := &casework.Case{Item: c.item, Form: json.RawMessage(form), Applicant: casework.Person{Code: "430299198811150029"}}
		if _, no := fund.ReadForm(k, "changsha"); codeOf(no) != c.want {
			t.Errorf("%s: %v, want %s", c.name, no, c.want)
		}
	}
}

// The share of the pool is that of exact arithmetic, and no more than the wages.
func TestTheShareOfThePool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, want := zhou(), new(big.Int)
		r.Years = nil
		for range rapid.IntRange(1, 40).Draw(t, "years") {
			y := fund.Year{Year: rapid.IntRange(1992, 2026).Draw(t, "year"), Months: 12, Wages: ledger.Fen(rapid.Int64Range(0, 5_000_000_00).Draw(t, "wages"))}
			r.Years = append(r.Years, y)
			if y.Year >= 1998 {
				n := new(big.Int).Mul(big.NewInt(int64(y.Wages)), big.NewInt(120))
				want.Add(want, n.Add(n, big.NewInt(500)).Quo(n, big.NewInt(1000)))
			}
		}
		i, no := fund.Standard().Release("zhuzhou", r, "周云", have(1, math.MaxInt64/2), 740000, false)
		if no != nil {
			t.Fatal(no)
		}
		total, err := i.Total()
		if err != nil || int64(total)-1 != want.Int64() {
			t.Fatalf("%s, want %s and one fen", total, want)
		}
	})
}
