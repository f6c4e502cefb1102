package cases_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"conurb/app/cases"
	"conurb/internal/storetest"
	"conurb/internal/wordtest"
	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/evidence"
)

func TestALife(t *testing.T) {
	for _, kind := range storetest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			c := w.nodes["changsha"]
			k := w.submitted(c)
			if k.State != casework.Submitted || k.Holder.Until.String() != "2026-12-03" || k.Clock.Limit != 5 {
				t.Errorf("%s until %s, limit %d", k.State, k.Holder.Until, k.Clock.Limit)
			}
			k = w.act(c, k.ID, chen, casework.Act{Move: "hand-over", Reason: "归口", Input: []byte(`{"office":"B"}`)})
			if k.Holder.Office != "B" || k.Holder.Person != "" {
				t.Errorf("handed over: %+v", k.Holder)
			}
			if got := w.refused(c, k.ID, chen, casework.Act{Move: "accept"}); got != casework.RefusedAt {
				t.Errorf("by the office that no longer has it: %s", got)
			}
			k = w.act(c, k.ID, bo, casework.Act{Move: "accept"})
			k = w.act(c, k.ID, bo, casework.Act{Move: "grant", Grounds: "符合"})
			w.at("2027-01-25")
			if _, err := c.desk.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.at("2027-01-26")
			if n, err := c.desk.Tick(t.Context()); n != 1 || err != nil {
				t.Errorf("closed after 60 days: %d, %v", n, err)
			}
			k, err := c.store.Case(t.Context(), k.ID)
			if err != nil || k.State != casework.Closed || k.Holder.By != "" {
				t.Errorf("%s, %v", k.State, err)
			}
			if k, err = c.desk.Rate(t.Context(), k.ID, li, 4, "好"); err != nil || k.Rating.Stars != 4 {
				t.Errorf("rated: %v", err)
			}
			f, err := c.desk.Figures(t.Context())
			if err != nil || len(f.Lines) != 1 || f.Lines[0].Ended != 1 || f.Lines[0].Stars != 4 {
				t.Errorf("%+v, %v", f, err)
			}
			if got := strings.Join(c.told, " "); got != "case.submit case.hand-over case.accept case.grant case.close" {
				t.Errorf("told %s", got)
			}
			r, err := c.store.CheckIntegrity(t.Context(), evidence.AuditOptions{})
			if err != nil || !r.OK() {
				t.Errorf("%v, %+v", err, r)
			}
		})
	}
}

// What the clock does, and does once.
func TestTheClock(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.nodes["changsha"]
	tick := func(want int) {
		t.Helper()
		if n, err := c.desk.Tick(t.Context()); n != want || err != nil {
			t.Errorf("on %s: %d cases, %v, want %d", w.Now().Format("2006-01-02"), n, err, want)
		}
	}
	k := w.submitted(c) // on 26 November; to be accepted by 3 December
	tick(0)
	w.at("2026-12-03")
	tick(0)
	w.at("2026-12-04")
	tick(1)
	if k, _ = c.store.Case(t.Context(), k.ID); k.State != casework.Accepted || k.Clock.Started.String() != "2026-11-26" || k.Clock.Due.String() != "2026-12-03" {
		t.Errorf("deemed accepted: %s from %s, due %s", k.State, k.Clock.Started, k.Clock.Due)
	}
	tick(1) // it is late at once, and that is said once
	tick(0)
	f, err := c.desk.Figures(t.Context())
	if err != nil || f.Lines[0].Late != 1 || f.Lines[0].Risk != 0 {
		t.Errorf("%+v, %v", f, err)
	}
	draft, err := c.desk.Open(t.Context(), zhou, cases.Opening{Item: item, Applicant: zhou.Person})
	if err != nil {
		t.Fatal(err)
	}
	w.at("2027-02-28")
	tick(0)
	w.at("2027-03-01")
	tick(1) // a reminder to Zhou, whose draft lasts until 4 March
	tick(0)
	w.at("2027-03-05")
	if got := w.refused(c, draft.ID, zhou, casework.Act{Move: "submit"}); got != casework.RefusedLate {
		t.Errorf("submitted after 90 days: %s", got)
	}
	tick(1)
	if draft, _ = c.store.Case(t.Context(), draft.ID); draft.State != casework.Lapsed {
		t.Errorf("a draft of 91 days is %s", draft.State)
	}
	if got := strings.Join(c.told, " "); got != "case.submit case.deem-accepted case.late case.late-office case.reminder case.expire" {
		t.Errorf("told %s", got)
	}
}

// Days that are over: refused, noted, nothing changed.
func TestPastDeadlines(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.nodes["changsha"]
	k := w.submitted(c)
	w.act(c, k.ID, chen, casework.Act{Move: "ask-more", Reason: "学生证"})
	w.at("2026-12-27")
	if got := w.refused(c, k.ID, li, casework.Act{Move: "resubmit"}); got != casework.RefusedLate {
		t.Errorf("supplemented after 30 days: %s", got)
	}
	w.at("2026-12-26")
	w.act(c, k.ID, li, casework.Act{Move: "resubmit"})
	w.act(c, k.ID, chen, casework.Act{Move: "accept"})
	w.act(c, k.ID, chen, casework.Act{Move: "refuse", Grounds: "不符"})
	w.at("2027-02-25")
	if got := w.refused(c, k.ID, li, casework.Act{Move: "appeal", Grounds: "x"}); got != casework.RefusedLate {
		t.Errorf("appealed after 61 days: %s", got)
	}
	w.at("2027-02-24")
	w.act(c, k.ID, li, casework.Act{Move: "appeal", Grounds: "应准"})
	k = w.act(c, k.ID, he, casework.Act{Move: "change", Grounds: "应准"})
	if k.Decision.Outcome != casework.Granted || !k.Decision.Changed || k.Appeal.Against.Outcome != casework.Refused {
		t.Errorf("%+v, %+v", k.Decision, k.Appeal)
	}
}

// Of two clerks who saw the same, one is done and one is told that the case has changed.
func TestTwoClerksAtOnce(t *testing.T) {
	for _, kind := range storetest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			c := w.nodes["changsha"]
			k := w.submitted(c)
			var all sync.WaitGroup
			errs := make([]error, 6)
			for i := range errs {
				all.Go(func() {
					_, errs[i] = c.desk.Act(t.Context(), k.ID, casework.Act{Move: []string{"accept", "take"}[i%2], By: chen, Version: k.Version})
				})
			}
			all.Wait()
			done := 0
			for _, err := range errs {
				var no *casework.Refusal
				switch {
				case err == nil:
					done++
				case !errors.As(err, &no) || no.Code != casework.RefusedVersion:
					t.Errorf("%v", err)
				}
			}
			n, err := c.store.Case(t.Context(), k.ID)
			if done != 1 || err != nil || len(n.Events) != len(k.Events)+1 {
				t.Errorf("%d were done, %d events more, %v", done, len(n.Events)-len(k.Events), err)
			}
		})
	}
}

const moves = `{"name":"李明","number":"430199199003070011","phone":"13800000000","old":"changsha","new":"%s","employer":"株洲中车","since":"2026-11-01","agree":true,"delivery":"online",
	"address":"天元区1号","wants":{"permit":true}}`

// Several items at once, asked at one city and handled in another: the steps that wait for none
// are opened there, the next open by themselves when those are granted.
func TestABundleOverCities(t *testing.T) {
	w := newWorld(t, "sqlite")
	home, there := w.nodes["changsha"], w.nodes["zhuzhou"]
	b, err := home.desk.OpenBundle(t.Context(), li, "work-move", fmt.Appendf(nil, moves, "zhuzhou"))
	if err != nil {
		t.Fatal(err)
	}
	states := func() string {
		t.Helper()
		b, err := home.store.Bundle(t.Context(), b.ID)
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for _, s := range b.Steps {
			out += s.ID + ":" + s.State + " "
		}
		return strings.TrimSpace(out)
	}
	if got := states(); got != "job:asked pension:waiting permit:waiting" {
		t.Errorf("asked: %s", got)
	}
	w.settle()
	if got := states(); got != "job:open pension:waiting permit:waiting" {
		t.Errorf("opened: %s", got)
	}
	mine, err := there.store.Cases(t.Context(), store.CaseFilter{Person: &li.Person})
	if err != nil || len(mine) != 1 || !strings.Contains(string(mine[0].Form), "株洲中车") || mine[0].Applicant.Account != "" {
		t.Fatalf("at Zhuzhou: %+v, %v", mine, err)
	}
	clerk := chen
	clerk.City = "zhuzhou"
	me := li
	me.City, me.Account = "zhuzhou", "another account"
	for _, k := range mine {
		for _, share := range []string{"identity", "contract", "licence"} {
			_, _ = there.desk.Share(t.Context(), k.ID, me, cases.Consent{Licence: w.cardOnce(there), Attributes: []string{"holder.name"}, Material: share})
		}
		if _, err := there.desk.Act(t.Context(), k.ID, casework.Act{Move: "submit", By: me}); err != nil {
			var all *casework.Faulty
			errors.As(err, &all)
			t.Fatalf("%s: %v %+v", k.Item, err, all)
		}
		w.act(there, k.ID, clerk, casework.Act{Move: "accept"})
		w.act(there, k.ID, clerk, casework.Act{Move: "grant", Grounds: "符合"})
	}
	w.settle()
	// the pension relation has a course of its own that nobody handles in this world
	if got := states(); got != "job:granted pension:over permit:open" {
		t.Errorf("afterwards: %s", got)
	}
	if _, err := home.desk.OpenBundle(t.Context(), li, "work-move", fmt.Appendf(nil, moves, "xiangtan")); err == nil {
		t.Error("a city was asked that is not there")
	}
	for _, c := range []*city{home, there} {
		r, err := c.store.CheckIntegrity(t.Context(), evidence.AuditOptions{})
		if err != nil || !r.OK() {
			t.Errorf("%s: %v, %+v", c.name, err, r)
		}
	}
}

// The office knows every city's figures, and when each said so; once a day.
func TestFiguresReachTheOffice(t *testing.T) {
	w := newWorld(t, "sqlite")
	c, office := w.nodes["changsha"], w.nodes["office"]
	w.submitted(c)
	for range 2 {
		if _, err := c.desk.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.settle()
	}
	list, err := office.desk.Others(t.Context())
	if err != nil || len(list) != 1 || list[0].City != "changsha" || !list[0].At.Equal(w.Now()) || list[0].Lines[0].Open != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	w.Pass(24 * time.Hour)
	if _, err := c.desk.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if list, err = office.desk.Others(t.Context()); err != nil || !list[0].At.Equal(w.Now()) {
		t.Errorf("the next day: %+v, %v", list, err)
	}
}

// How long cases took reaches the office by month: of months that are over, and of no few cases.
func TestDaysReachTheOffice(t *testing.T) {
	w := newWorld(t, "sqlite")
	c, office := w.nodes["changsha"], w.nodes["office"]
	decide := func(on ...string) { // accepted on the first Monday of October that is worked
		for _, day := range on {
			w.at("2026-10-12")
			k := w.submittedAgain(c)
			w.act(c, k.ID, chen, casework.Act{Move: "accept"})
			w.at(day)
			w.act(c, k.ID, chen, casework.Act{Move: "grant", Grounds: "x"})
		}
	}
	decide("2026-10-13", "2026-10-13", "2026-10-14", "2026-10-16", "2026-10-30", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05")
	told := func() string {
		t.Helper()
		if _, err := c.desk.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.settle()
		list, err := cases.Door{Desk: office.desk}.Trend(t.Context(), casework.ByMonth)
		if err != nil || len(list) != 2 || !list[0].Here || list[1].City != "changsha" || !list[1].At.Equal(w.Now()) {
			t.Fatalf("%+v, %v", list, err)
		}
		var out []string
		for _, l := range list[1].Lines {
			out = append(out, fmt.Sprintf("%s %d/%d %d %d of %d %s", l.From, l.InTime, l.Cases, l.Median, l.Decile, l.Most, l.Unit))
		}
		return strings.Join(out, "; ")
	}
	promised := func(day string) (n int) { // by the day's trend of the city itself
		t.Helper()
		list, err := c.desk.Trend(t.Context(), casework.ByWeek)
		w.must(err)
		for _, l := range list {
			if l.From.String() == day {
				n = l.Cases
			}
		}
		return n
	}
	w.at("2026-11-26")
	if got := told(); got != "2026-10-01 4/5 2 14 of 5 working-days" {
		t.Errorf("in November the office knows %q", got)
	}
	if n := promised("2026-10-12"); n != 4 {
		t.Errorf("the city itself counts %d in a week, also few", n)
	}
	w.at("2026-12-01")
	if got := told(); got != "2026-10-01 4/5 2 14 of 5 working-days" { // four of November are too few
		t.Errorf("in December the office knows %q", got)
	}
	list, err := cases.Door{Desk: office.desk}.Supervision(t.Context())
	w.must(err)
	var cities []string
	for _, f := range list {
		cities = append(cities, fmt.Sprint(f.City, !f.At.IsZero()))
	}
	if got := strings.Join(cities, " "); got != "officetrue changshatrue zhuzhoufalse" {
		t.Errorf("the office shows %s", got)
	}
	all, err := office.store.Figures(t.Context())
	w.must(err)
	for _, f := range all {
		for _, secret := range []string{li.Name, li.Code, li.Account} {
			if strings.Contains(string(f.Body), secret) {
				t.Errorf("%s is told", secret)
			}
		}
	}
}

// An act that is cut off at any statement is whole or not at all: the case, what its bundle opens
// next, the message to another city and the log.
func TestAnActIsCutOffAnywhere(t *testing.T) {
	for _, kind := range storetest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			c := w.nodes["changsha"]
			b, err := c.desk.OpenBundle(t.Context(), li, "work-move", fmt.Appendf(nil, moves, "changsha"))
			if err != nil {
				t.Fatal(err)
			}
			job := b.Steps[0].Case
			for _, m := range []string{"identity", "contract"} {
				_, _ = c.desk.Share(t.Context(), job, li, cases.Consent{Licence: w.cardOnce(c), Attributes: []string{"holder.name"}, Material: m})
			}
			w.act(c, job, li, casework.Act{Move: "submit"})
			w.act(c, job, chen, casework.Act{Move: "accept"})
			for cut := int64(0); ; cut++ {
				ctx := storetest.CutAfter(cut)
				_, err := c.desk.Act(ctx, job, casework.Act{Move: "grant", Grounds: "符合", By: chen})
				k, readErr := c.store.Case(t.Context(), job)
				if readErr != nil {
					t.Fatal(readErr)
				}
				have, readErr := c.store.Bundle(t.Context(), b.ID)
				if readErr != nil {
					t.Fatal(readErr)
				}
				granted := k.State == casework.Decided
				opened := slices.ContainsFunc(have.Steps, func(s store.BundleStep) bool { return s.ID == "permit" && s.State == store.StepOpen })
				if granted != opened || err == nil && !granted {
					t.Fatalf("cut after %d: granted %v, the next is open %v, %v", cut, granted, opened, err)
				}
				if granted {
					if cut < 5 {
						t.Errorf("it was cut %d times alone", cut)
					}
					break
				}
				if cut > 2000 {
					t.Fatal(err)
				}
			}
			r, err := c.store.CheckIntegrity(t.Context(), evidence.AuditOptions{})
			if err != nil || !r.OK() {
				t.Errorf("%v, %+v", err, r)
			}
		})
	}
}

// A licence counts while it is valid and the applicant's own; the desk keeps what he agreed to.
func TestSharing(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.nodes["changsha"]
	k, err := c.desk.Open(t.Context(), li, cases.Opening{Item: item, Applicant: li.Person, Form: []byte(`{"name":"明"}`)})
	if err != nil {
		t.Fatal(err)
	}
	card := w.cardOf(c)
	k, err = c.desk.Share(t.Context(), k.ID, li, cases.Consent{Licence: card.Identifier, Attributes: []string{"holder.name", "holder.code"}, Material: "identity"})
	if err != nil {
		t.Fatal(err)
	}
	s := k.Shared[0]
	if string(k.Form) != `{"name":"明","number":"430199199003070011"}` || s.Identifier != card.Identifier || s.Digest != evidence.SHA256([]byte(card.Credential)) || len(s.Attributes) != 2 {
		t.Errorf("%s, %+v", k.Form, s)
	}
	if k, err = c.desk.Share(t.Context(), k.ID, li, cases.Consent{Licence: card.ID, Attributes: []string{"address"}, Material: "identity"}); err != nil || len(k.Shared) != 1 {
		t.Errorf("shared again for the same material: %d, %v", len(k.Shared), err)
	}
	if _, err := c.desk.AskWallet(t.Context(), k.ID, li, cases.Wish{Type: card.Type}); err == nil {
		t.Error("a wallet was asked by a desk that asks none")
	}
}

func TestEveryRefusalOfTheDeskHasWords(t *testing.T) {
	wordtest.Need(t, "casework", wordtest.Remedied("casework.refusal.", cases.Refusals)...)
	wordtest.Need(t, "casework", wordtest.Keys("casework.step.", []string{store.StepWaiting, store.StepAsked, store.StepOpen, store.StepGranted, store.StepOver})...)
}
