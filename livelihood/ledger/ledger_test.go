package ledger_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/internal/wordtest"
	"conurb/livelihood/ledger"
	"conurb/trust/message"
)

func TestEveryCodeHasWords(t *testing.T) {
	wordtest.Need(t, "ledger", slices.Concat(wordtest.Remedied("ledger.refusal.", ledger.Codes), wordtest.Keys("ledger.outcome.", ledger.Outcomes), wordtest.Keys("ledger.kind.", ledger.Kinds))...)
}

func TestFen(t *testing.T) {
	for _, c := range []struct {
		text string
		want ledger.Fen
		out  string
	}{{"0", 0, "0.00"}, {"1234.5", 123450, "1234.50"}, {"-0.01", -1, "-0.01"}, {"0.1", 10, "0.10"}, {"92233720368547758.07", math.MaxInt64, "92233720368547758.07"}, {"-92233720368547758.08", math.MinInt64, "-92233720368547758.08"}} {
		got, err := ledger.ParseFen(c.text)
		if err != nil || got != c.want || got.String() != c.out {
			t.Errorf("%s: %d %q, %v", c.text, got, got, err)
		}
	}
	for _, bad := range []string{"", "-", "1.", ".5", "1.234", "1,5", "+1", "1e3", " 1", "--1", "92233720368547758.08", "１"} {
		if got, err := ledger.ParseFen(bad); !errors.Is(err, ledger.ErrAmount) {
			t.Errorf("%q: %d, %v", bad, got, err)
		}
	}
}

func TestFenAgainstBigNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		hold := func(what string, got ledger.Fen, err error, want *big.Int) {
			if fits := want.IsInt64(); fits != (err == nil) || fits && want.Int64() != int64(got) {
				t.Fatalf("%d %s %d: %d, %v, want %s", a, what, b, got, err, want)
			}
		}
		x, y := big.NewInt(a), big.NewInt(b)
		got, err := ledger.Fen(a).Plus(ledger.Fen(b))
		hold("+", got, err, new(big.Int).Add(x, y))
		got, err = ledger.Fen(a).Minus(ledger.Fen(b))
		hold("-", got, err, new(big.Int).Sub(x, y))
		if back, err := ledger.ParseFen(ledger.Fen(a).String()); err != nil || back != ledger.Fen(a) {
			t.Fatalf("%d: %d, %v", a, back, err)
		}
	})
}

// small is a book with two persons and the bank, who has what was paid in.
func small(t testing.TB) (*ledger.Machine, *memory) {
	t.Helper()
	m, b := &ledger.Machine{Me: "zhuzhou", Patience: 3}, quiet("zhuzhou")
	for _, a := range []ledger.Account{{ID: "bank", Kind: ledger.Bank}, {ID: "a", Kind: ledger.Person, Owner: "1", Scheme: "s", Fund: "f"}, {ID: "b", Kind: ledger.Person, Owner: "2", Scheme: "s", Fund: "f"}} {
		if err := m.OpenAccount(b, a); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Post(b, post("open", "bank", 500, "a", -500)); err != nil {
		t.Fatal(err)
	}
	return m, b
}

func post(id string, list ...any) ledger.Entry {
	e := ledger.Entry{ID: id}
	for i := 0; i < len(list); i += 2 {
		n, _ := list[i+1].(int)
		e.Postings = append(e.Postings, ledger.Posting{Account: list[i].(string), Amount: ledger.Fen(n)})
	}
	return e
}

func TestEntries(t *testing.T) {
	for _, c := range []struct {
		name  string
		entry ledger.Entry
		want  string
	}{
		{"good", post("x", "a", 200, "b", -200), ""},
		{"the same again", post("open", "bank", 500, "a", -500), ""},
		{"another of that name", post("open", "bank", 400, "a", -400), ledger.RefusedEntry},
		{"one line", post("x", "a", 200), ledger.RefusedEmpty},
		{"of nothing", post("x", "a", 0, "b", 0), ledger.RefusedEmpty},
		{"an account twice", post("x", "a", 200, "a", -200), ledger.RefusedEmpty},
		{"no name", post("", "a", 200, "b", -200), ledger.RefusedEmpty},
		{"not to zero", post("x", "a", 200, "b", -199), ledger.RefusedUnbalanced},
		{"too large", post("x", "a", math.MaxInt64, "bank", 1, "b", -1), ledger.RefusedOverflow},
		{"no account", post("x", "a", 200, "c", -200), ledger.RefusedAccount},
		{"more than there is", post("x", "a", 501, "b", -501), ledger.RefusedOverdrawn},
		{"the bank has less", post("x", "bank", -501, "b", 501), ledger.RefusedOverdrawn},
	} {
		m, b := small(t)
		before := len(b.posted)
		got := code(b.do(func(b ledger.Book) error { return m.Post(b, c.entry) }))
		if got != c.want || c.want != "" && len(b.posted) != before {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStandings(t *testing.T) {
	m, b := small(t)
	steps := []struct {
		name string
		do   func() error
		want string
	}{
		{"close what is not empty", func() error { return m.Stand(b, "a", ledger.Closed) }, ledger.RefusedOverdrawn},
		{"freeze", func() error { return m.Stand(b, "a", ledger.Frozen) }, ""},
		{"take out", func() error { return m.Post(b, post("1", "a", 1, "b", -1)) }, ledger.RefusedFrozen},
		{"pay in", func() error { return m.Post(b, post("2", "bank", 1, "a", -1)) }, ""},
		{"thaw", func() error { return m.Stand(b, "a", ledger.Open) }, ""},
		{"take all out", func() error { return m.Post(b, post("3", "a", 501, "b", -501)) }, ""},
		{"close", func() error { return m.Stand(b, "a", ledger.Closed) }, ""},
		{"pay into what is closed", func() error { return m.Post(b, post("4", "bank", 1, "a", -1)) }, ledger.RefusedClosed},
		{"open again", func() error { return m.Stand(b, "a", ledger.Open) }, ledger.RefusedClosed},
		{"nobody's", func() error { return m.Stand(b, "z", ledger.Frozen) }, ledger.RefusedAccount},
		{"an account without owner", func() error { return m.OpenAccount(b, ledger.Account{ID: "n", Kind: ledger.Person}) }, ledger.RefusedAccount},
		{"another of that name", func() error { return m.OpenAccount(b, ledger.Account{ID: "a", Kind: ledger.Person, Owner: "9"}) }, ledger.RefusedAccount},
	}
	for _, s := range steps {
		if got := code(s.do()); got != s.want {
			t.Errorf("%s: %q, want %q", s.name, got, s.want)
		}
	}
}

// Whatever is posted, the book sums to zero, nobody is overdrawn, and what is refused leaves no
// trace.
func TestBooksSumToZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, b := &ledger.Machine{Me: "zhuzhou"}, quiet("zhuzhou")
		names := []string{"bank", "a", "b", "pool"}
		kinds := []ledger.Account{{Kind: ledger.Bank}, {Kind: ledger.Person, Owner: "1"}, {Kind: ledger.Person, Owner: "2"}, {Kind: ledger.Pool}}
		for i, n := range names {
			kinds[i].ID = n
			if err := m.OpenAccount(b, kinds[i]); err != nil {
				t.Fatal(err)
			}
		}
		for i := range rapid.IntRange(1, 30).Draw(t, "entries") {
			e := ledger.Entry{ID: rapid.SampledFrom([]string{"same", "x", "y"}).Draw(t, "id") + string(rune('a'+i%20))}
			sum := ledger.Fen(0)
			for range rapid.IntRange(1, 3).Draw(t, "lines") {
				amount := ledger.Fen(rapid.OneOf(rapid.Int64Range(-500, 500), rapid.Int64()).Draw(t, "amount"))
				e.Postings = append(e.Postings, ledger.Posting{Account: rapid.SampledFrom(names).Draw(t, "account"), Amount: amount})
				sum -= amount
			}
			if rapid.Bool().Draw(t, "balanced") {
				e.Postings = append(e.Postings, ledger.Posting{Account: rapid.SampledFrom(names).Draw(t, "last"), Amount: sum})
			}
			before := len(b.posted)
			if err := b.do(func(b ledger.Book) error { return m.Post(b, e) }); err != nil && (code(err) == err.Error() || len(b.posted) != before) {
				t.Fatalf("%+v: %v", e, err)
			}
		}
		all := new(big.Int)
		for _, a := range b.accounts {
			all.Add(all, big.NewInt(int64(a.Sum)))
			if a.Balance() < 0 {
				t.Fatalf("%s is overdrawn: %s", a.ID, a.Balance())
			}
		}
		if all.Sign() != 0 {
			t.Fatalf("the accounts sum to %s", all)
		}
	})
}

// What two books can say of a transfer, and what that is called.
func TestOutcomes(t *testing.T) {
	const today, amount = area.Date(740100), ledger.Fen(300)
	out := func(s ledger.State, day area.Date) *ledger.Transfer {
		return &ledger.Transfer{From: "zhuzhou", To: "changsha", State: s, Parts: []ledger.Part{{Amount: amount}}, Paid: day, Day: day}
	}
	in := func(s ledger.State, day area.Date) *ledger.Transfer {
		return &ledger.Transfer{From: "changsha", To: "zhuzhou", State: s, Parts: []ledger.Part{{Amount: amount}}, Paid: day, Day: day}
	}
	line := func(pays bool, n ledger.Fen, day area.Date) *ledger.Line {
		return &ledger.Line{Pays: pays, Amount: n, Day: day}
	}
	m := &ledger.Machine{Me: "zhuzhou", Patience: 3}
	for _, c := range []struct {
		name  string
		here  *ledger.Transfer
		there *ledger.Line
		want  string
	}{
		{"paid and taken in", out(ledger.Done, today-9), line(false, amount, today-8), ledger.Matched},
		{"paid today", out(ledger.Paid, today), nil, ledger.UnderWay},
		{"paid long ago", out(ledger.Paid, today-4), nil, ledger.TooLong},
		{"paid and got back", out(ledger.Returned, today), nil, ledger.Matched},
		{"got back and yet taken in", out(ledger.Returned, today), line(false, amount, today), ledger.OnlyThere},
		{"taken in", in(ledger.Taken, today-2), line(true, amount, today-2), ledger.Matched},
		{"taken in and not yet stated", in(ledger.Taken, today-2), nil, ledger.UnderWay},
		{"taken in and never stated", in(ledger.Taken, today-4), nil, ledger.OnlyHere},
		{"taken in and got back there", in(ledger.Taken, today-4), line(true, 0, today-3), ledger.OnlyHere},
		{"expected, paid there", in(ledger.Expected, today-9), line(true, amount, today-1), ledger.UnderWay},
		{"expected, paid there long ago", in(ledger.Expected, today-9), line(true, amount, today-4), ledger.TooLong},
		{"expected", in(ledger.Expected, today-90), nil, ledger.Matched},
		{"another amount", out(ledger.Done, today), line(false, amount-1, today), ledger.Differs},
		{"both say that they pay", out(ledger.Paid, today), line(true, amount, today), ledger.Differs},
		{"unknown here, paid there", nil, line(true, amount, today-1), ledger.UnderWay},
		{"unknown here, paid there long ago", nil, line(true, amount, today-4), ledger.OnlyThere},
		{"unknown here, taken in there", nil, line(false, amount, today), ledger.OnlyThere},
		{"unknown here, nothing there", nil, line(true, 0, today-40), ledger.Matched},
	} {
		if got := m.Outcome(ledger.Pair{Here: c.here, There: c.there}, today); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A book that is tampered with, or comes back from a backup, is found by the statements, at both
// ends; and the finding closes when the books agree.
func TestDifferencesAreFound(t *testing.T) {
	for _, c := range []struct {
		name        string
		harm        func(w *world, id string)
		here, there string // findings at changsha, which took in, and at zhuzhou, which paid
	}{
		{"the amount here", func(w *world, id string) {
			tr := w.books["changsha"].transfers[id]
			tr.Parts = []ledger.Part{{Fund: "individual", Amount: 7}}
			w.books["changsha"].transfers[id] = tr
		}, ledger.Differs, ""},
		{"the payment is forgotten", func(w *world, id string) { delete(w.books["zhuzhou"].transfers, id) }, ledger.OnlyHere, ledger.OnlyThere},
		{"the receipt is forgotten", func(w *world, id string) { delete(w.books["changsha"].transfers, id) }, ledger.OnlyThere, ledger.TooLong},
		{"nothing", func(*world, string) {}, "", ""},
	} {
		w := newWorld(t, 1, whole)
		w.calm = true
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		tr := ledger.Transfer{ID: "T", Scheme: "social", From: "zhuzhou", To: "changsha", Case: "c", Parts: []ledger.Part{{Fund: "individual", Account: account(0, "individual"), Amount: 100}}}
		must(w.machines["changsha"].Expect(w.books["changsha"], tr))
		must(w.machines["zhuzhou"].PayOut(w.books["zhuzhou"], tr, "clerk"))
		w.settle(t)
		saved := map[ledger.City]ledger.Transfer{"changsha": w.books["changsha"].transfers["T"], "zhuzhou": w.books["zhuzhou"].transfers["T"]}
		if c.there == ledger.TooLong { // before the other stated that it had it
			c.harm(w, "T")
		}
		w.nextDay(t)
		if c.there != ledger.TooLong {
			if c.name == "the payment is forgotten" { // a backup of before the statement at both ends
				clear(w.books["changsha"].told)
			}
			c.harm(w, "T")
		}
		for range 5 {
			w.nextDay(t)
		}
		if got := w.open("changsha", "T"); got != c.here {
			t.Errorf("%s: at the one that took in %q, want %q", c.name, got, c.here)
		}
		if got := w.open("zhuzhou", "T"); got != c.there {
			t.Errorf("%s: at the one that paid %q, want %q", c.name, got, c.there)
		}
		for city, was := range saved {
			was.Day, was.Paid = w.books[city].today, w.books["zhuzhou"].today // put right by hand today
			w.books[city].transfers["T"] = was
		}
		w.nextDay(t)
		w.nextDay(t)
		for _, city := range cities {
			if got := w.open(city, "T"); got != "" {
				t.Errorf("%s: put right, and %s still finds %s", c.name, city, got)
			}
		}
	}
}

func (w *world) open(c ledger.City, transfer string) string {
	for _, f := range w.books[c].findings {
		if f.Transfer == transfer && f.Settled == 0 {
			return f.Code
		}
	}
	return ""
}

// settle brings every letter once, until there are none.
func (w *world) settle(t *testing.T) {
	t.Helper()
	for range 4 {
		for _, c := range cities {
			out := w.books[c].outbox
			w.books[c].outbox = nil
			w.mail = append(w.mail, out...)
		}
		if err := w.deliver(len(w.mail)); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) nextDay(t *testing.T) {
	t.Helper()
	for _, b := range w.books {
		b.today++
	}
	if err := w.state(w.books["changsha"].today - 1); err != nil {
		t.Fatal(err)
	}
	w.settle(t)
}

// What no city sends is refused, and changes nothing.
func TestForeignMessages(t *testing.T) {
	for _, c := range []struct {
		name, kind, from, body string
		want                   string
	}{
		{"no object", ledger.KindPaid, "changsha", `[]`, ledger.RefusedForm},
		{"a field too many", ledger.KindTaken, "changsha", `{"transfer":"T","amount":1,"more":2}`, ledger.RefusedForm},
		{"of nothing", ledger.KindPaid, "changsha", `{"transfer":"T","scheme":"s","parts":[],"day":"2026-11-26"}`, ledger.RefusedAmount},
		{"a negative amount", ledger.KindPaid, "changsha", `{"transfer":"T","scheme":"s","parts":[{"fund":"f","account":"","amount":-5}],"day":"2026-11-26"}`, ledger.RefusedAmount},
		{"a fund twice", ledger.KindPaid, "changsha", `{"transfer":"T","scheme":"s","parts":[{"fund":"f","account":"","amount":5},{"fund":"f","account":"","amount":5}],"day":"2026-11-26"}`, ledger.RefusedAmount},
		{"too much", ledger.KindPaid, "changsha", `{"transfer":"T","scheme":"s","parts":[{"fund":"f","account":"","amount":9223372036854775807},{"fund":"g","account":"","amount":5}],"day":"2026-11-26"}`, ledger.RefusedOverflow},
		{"more than an int64", ledger.KindPaid, "changsha", `{"transfer":"T","scheme":"s","parts":[{"fund":"f","account":"","amount":9223372036854775808}],"day":"2026-11-26"}`, ledger.RefusedForm},
		{"taken in, of what was not paid", ledger.KindTaken, "changsha", `{"transfer":"T","amount":1}`, ledger.RefusedCity},
		{"given back, of another city's", ledger.KindReturned, "xiangtan", `{"transfer":"MINE","amount":100}`, ledger.RefusedCity},
		{"taken in, by another city", ledger.KindTaken, "xiangtan", `{"transfer":"MINE","amount":100}`, ledger.RefusedCity},
		{"what is expected of another city", ledger.KindPaid, "xiangtan", `{"transfer":"THEIRS","scheme":"s","parts":[{"fund":"f","account":"","amount":100}],"day":"2026-11-26"}`, ledger.RefusedCity},
		{"a statement of the future", ledger.KindStatement, "changsha", `{"day":"9999-01-01","part":1,"last":true,"lines":[],"paid":0}`, ledger.RefusedForm},
		{"a negative line", ledger.KindStatement, "changsha", `{"day":"2026-01-01","part":1,"last":true,"lines":[{"transfer":"T","pays":true,"amount":-1,"day":"2026-01-01"}],"paid":0}`, ledger.RefusedForm},
		{"no kind", "ledger.gift", "changsha", `{}`, ledger.RefusedForm},
	} {
		m, b := small(t)
		tr := ledger.Transfer{ID: "MINE", Scheme: "s", From: "zhuzhou", To: "changsha", Parts: []ledger.Part{{Fund: "f", Account: "a", Amount: 100}}}
		if err := m.PayOut(b, tr, ""); err != nil {
			t.Fatal(err)
		}
		tr.ID, tr.From, tr.To = "THEIRS", "changsha", "zhuzhou"
		if err := m.Expect(b, tr); err != nil {
			t.Fatal(err)
		}
		posted, sent := len(b.posted), len(b.outbox)
		s := message.Sealed{Envelope: message.Envelope{From: message.Node(c.from), To: "zhuzhou", Kind: c.kind, Body: json.RawMessage(c.body)}}
		err := b.do(func(b ledger.Book) error { _, err := m.Handle(b, s); return err })
		if code(err) != c.want || len(b.posted) != posted || len(b.outbox) != sent || b.transfers["MINE"].State != ledger.Paid || b.transfers["THEIRS"].State != ledger.Expected {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func FuzzHandle(f *testing.F) {
	f.Add(ledger.KindPaid, []byte(`{"transfer":"T","scheme":"s","parts":[{"fund":"f","account":"","amount":5}],"day":"2026-11-26"}`))
	f.Add(ledger.KindReturned, []byte(`{"transfer":"MINE","amount":100,"reason":"x"}`))
	f.Add(ledger.KindStatement, []byte(`{"day":"2026-01-01","part":1,"last":true,"lines":[{"transfer":"T","pays":true,"amount":1,"day":"2026-01-01"}],"paid":1}`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		m, b := small(t)
		if err := m.PayOut(b, ledger.Transfer{ID: "MINE", Scheme: "s", From: "zhuzhou", To: "changsha", Parts: []ledger.Part{{Fund: "f", Account: "a", Amount: 100}}}, ""); err != nil {
			t.Fatal(err)
		}
		_ = b.do(func(b ledger.Book) error {
			_, err := m.Handle(b, message.Sealed{Envelope: message.Envelope{From: "changsha", To: "zhuzhou", Kind: kind, Body: body}})
			return err
		})
		sum := ledger.Fen(0)
		for _, a := range b.accounts {
			sum += a.Sum
			if a.Balance() < 0 {
				t.Fatalf("%s is overdrawn", a.ID)
			}
		}
		if sum != 0 {
			t.Fatalf("the book sums to %s", sum)
		}
	})
}
