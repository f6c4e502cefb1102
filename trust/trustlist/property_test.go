package trustlist_test

import (
	"testing"

	"pgregory.net/rapid"

	tl "conurb/trust/trustlist"
)

var (
	cities      = []tl.Party{"changsha", "zhuzhou", "xiangtan"}
	types       = []string{household, residence, permit}
	authorities = []string{bureau, station}
	issuers     = []string{"bureau", "station", "stolen"}
)

// drawn is a world and changes that do not depend on one another; revocations come last
// and depend on rows.
type drawn struct {
	*world
	changes, revocations []tl.Signed
}

func draw(t *rapid.T, tb testing.TB) drawn {
	d := drawn{world: newWorld(tb)}
	party := rapid.SampledFrom(cities)
	moment := rapid.Custom(func(t *rapid.T) tl.Instant {
		return at("2024-01-01T00:00:00Z") + tl.Instant(rapid.IntRange(0, 9).Draw(t, "quarter"))*90*86400
	})
	until := func(from tl.Instant) tl.Instant {
		if n := rapid.IntRange(0, 6).Draw(t, "length"); n > 0 {
			return from + tl.Instant(n)*90*86400
		}
		return 0
	}
	seen := map[string]bool{}
	add := func(to *[]tl.Signed, s tl.Signed) {
		if id := s.Change.ID(); !seen[id] {
			seen[id] = true
			*to = append(*to, s)
		}
	}
	for range rapid.IntRange(0, 5).Draw(t, "rows") {
		from := moment.Draw(t, "from")
		c := d.row(party.Draw(t, "city"), rapid.SampledFrom(authorities).Draw(t, "authority"), rapid.SampledFrom(types).Draw(t, "type"), rapid.SampledFrom(issuers).Draw(t, "key"), until(from))
		c.Row.From = from
		add(&d.changes, d.signed(c))
		if rapid.IntRange(0, 3).Draw(t, "revoked") == 0 {
			key, err := c.Row.Key.Public()
			if err != nil {
				t.Fatal(err)
			}
			add(&d.revocations, d.signed(d.change(tl.Change{Kind: tl.RevokeKey, By: c.By, Key: key.Thumbprint(), At: moment.Draw(t, "revoked from")})))
		}
	}
	for range rapid.IntRange(0, 5).Draw(t, "equivalents") {
		from := moment.Draw(t, "from")
		c := d.equal(tl.Side{party.Draw(t, "of"), rapid.SampledFrom(types).Draw(t, "type")}, tl.Side{party.Draw(t, "as"), rapid.SampledFrom(types).Draw(t, "as type")}, "")
		c.Equivalent.From, c.Equivalent.Until = from, until(from)
		if s := d.signed(c); len(s.Missing()) > 0 {
			add(&d.changes, d.signed(c, s.Missing()...))
		} else {
			add(&d.changes, s)
		}
	}
	return d
}

// question draws a licence and what is asked about it.
func (d drawn) question(t *rapid.T) (tl.Question, tl.Licence) {
	day := func(name string) tl.Instant {
		return at("2024-01-01T00:00:00Z") + tl.Instant(rapid.IntRange(0, 900).Draw(t, name))*86400
	}
	l := tl.Licence{
		City: rapid.SampledFrom(cities).Draw(t, "city"), Authority: rapid.SampledFrom(authorities).Draw(t, "authority"), Type: rapid.SampledFrom(types).Draw(t, "type"),
		Key: d.issue[rapid.SampledFrom(issuers).Draw(t, "key")].Public().Thumbprint(), Issued: day("issued"), Status: tl.StatusValid, Holder: tl.BindingProven,
	}
	q := tl.Question{At: d.now + day("at") - at("2024-01-01T00:00:00Z"), City: rapid.SampledFrom(cities).Draw(t, "verifier"), Wanted: rapid.SampledFrom(types).Draw(t, "wanted")}
	for _, s := range d.changes { // mostly of what stands in the list, or verdicts are all alike
		r, e := s.Change.Row, s.Change.Equivalent
		switch take := rapid.Bool().Draw(t, "of this"); {
		case take && r != nil:
			key, err := r.Key.Public()
			if err != nil {
				t.Fatal(err)
			}
			l.City, l.Authority, l.Type, l.Key = r.City, r.Authority, r.Type, key.Thumbprint()
			q.City, q.Wanted = r.City, r.Type
		case take && e.Of == (tl.Side{City: l.City, Type: l.Type}):
			q.City, q.Wanted = e.As.City, e.As.Type
		}
	}
	return q, l
}

func ask(list *tl.List, q tl.Question, l tl.Licence) tl.Verdict {
	return tl.Judge(list, q, l, tl.Knowledge{ListAt: q.At, StatusAt: q.At})
}

// believed is the oracle: the sentence "a row, no revocation, and the same type or an
// equivalent", said in loops.
func believed(changes []tl.Signed, q tl.Question, l tl.Licence) bool {
	may, revoked, counts := false, false, q.City == l.City && q.Wanted == l.Type
	for _, s := range changes {
		c := s.Change
		if r := c.Row; r != nil && r.City == l.City && r.Authority == l.Authority && r.Type == l.Type {
			key, err := r.Key.Public()
			if err == nil && key.Thumbprint() == l.Key && r.From <= l.Issued && (r.Until == 0 || l.Issued < r.Until) {
				may = true
			}
		}
		if e := c.Equivalent; e != nil && e.Of == (tl.Side{City: l.City, Type: l.Type}) && e.As == (tl.Side{City: q.City, Type: q.Wanted}) && e.From <= q.At && (e.Until == 0 || q.At < e.Until) {
			counts = true
		}
		if c.Kind == tl.RevokeKey && c.By == l.City && c.Key == l.Key && c.At <= l.Issued {
			revoked = true
		}
	}
	return may && counts && !revoked && l.Issued <= q.At
}

func TestVerdictsAreWhatTheSentenceSays(t *testing.T) {
	outcomes := map[tl.Outcome]int{}
	rapid.Check(t, func(r *rapid.T) {
		d := draw(r, t)
		d.publish(d.changes...)
		d.publish(d.revocations...)
		for range 20 {
			q, l := d.question(r)
			v := ask(d.list, q, l)
			outcomes[v.Outcome]++
			if want := believed(append(d.changes, d.revocations...), q, l); (v.Outcome == tl.Accepted) != want {
				r.Fatalf("%s, want accepted %v: %+v", v.Outcome, want, v.Reasons)
			}
			if len(v.Reasons) == 0 {
				r.Fatal("no reason")
			}
		}
	})
	if outcomes[tl.Accepted] < 10 || outcomes[tl.NotAccepted] < 100 {
		t.Errorf("%v: too few to tell", outcomes)
	}
}

func TestTheOrderOfIndependentProposalsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := draw(r, t)
		one, other, alone := *d.world, *d.world, *d.world
		one.publish(d.changes...)
		shuffled := rapid.Permutation(d.changes).Draw(r, "order")
		other.publish(shuffled...)
		if one.list.Digest() != other.list.Digest() {
			r.Fatal("published at once in another order, another list")
		}
		for _, c := range shuffled {
			alone.publish(c)
		}
		alone.publish() // a list without publications answers nothing
		for range 10 {
			q, l := d.question(r)
			q.At += 30 * 86400 // after all of them
			a, b := ask(one.list, q, l), ask(alone.list, q, l)
			if a.Outcome != b.Outcome || codes(a) != codes(b) {
				r.Fatalf("%s %q at once, %s %q one by one", a.Outcome, codes(a), b.Outcome, codes(b))
			}
		}
	})
}

// TestASignatureLessNeverHelps: without any one signature nothing is published; and what
// can be published without that change accepts nothing more.
func TestASignatureLessNeverHelps(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := draw(r, t)
		if len(d.changes) == 0 {
			return
		}
		whole, less := *d.world, *d.world
		whole.publish(d.changes...)
		i := rapid.IntRange(0, len(d.changes)-1).Draw(r, "change")
		var rest, spoilt []tl.Signed
		for k, c := range d.changes {
			if k != i {
				rest, spoilt = append(rest, c), append(spoilt, c)
				continue
			}
			signatures := map[tl.Party]string{}
			gone := rapid.SampledFrom(cities).Draw(r, "city")
			for p, text := range c.Signatures {
				if p != gone && len(c.Signatures) > 1 {
					signatures[p] = text
				}
			}
			if len(signatures) == len(c.Signatures) {
				return
			}
			spoilt = append(spoilt, tl.Signed{Change: c.Change, Signatures: signatures})
		}
		if err := less.try(spoilt...); faultCode(err) != tl.FaultUnsigned {
			r.Fatalf("published without a signature: %v", err)
		}
		less.publish(rest...)
		for range 10 {
			q, l := d.question(r)
			if ask(less.list, q, l).Outcome == tl.Accepted && ask(whole.list, q, l).Outcome != tl.Accepted {
				r.Fatalf("accepted with less: %+v, %+v", q, l)
			}
		}
	})
}
