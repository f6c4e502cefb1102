package trustlist_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	tl "conurb/trust/trustlist"
)

func want(t *testing.T, v tl.Verdict, outcome tl.Outcome, decided string) {
	t.Helper()
	for _, r := range v.Reasons {
		said(t, "trust.reason."+r.Code, r.Args)
		if r.Weight > tl.Note {
			said(t, "trust.reason."+r.Code+".remedy", r.Args)
		}
	}
	if v.Outcome != outcome || codes(v) != decided {
		t.Errorf("%s because of %q, want %s because of %q; all: %+v", v.Outcome, codes(v), outcome, decided, v.Reasons)
	}
}

// TestTheStory: a licence of Changsha in the three cities.
func TestTheStory(t *testing.T) {
	w := newWorld(t)
	l := w.licence()
	want(t, w.judge("xiangtan", household, l), tl.CannotTell, tl.ReasonNoList)

	w.publish(w.signed(w.row("changsha", bureau, household, "bureau", 0)))
	want(t, w.judge("changsha", household, l), tl.Accepted, "")
	want(t, w.judge("xiangtan", household, l), tl.NotAccepted, tl.ReasonNoEqual)

	w.publish(w.signed(w.equal(tl.Side{"changsha", household}, tl.Side{"xiangtan", household}, ""), "changsha"))
	want(t, w.judge("xiangtan", household, l), tl.Accepted, "")
	want(t, w.judge("zhuzhou", household, l), tl.NotAccepted, tl.ReasonNoEqual)

	before := w.now
	w.publish(w.signed(w.equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", residence}, ""), "changsha"))
	want(t, w.judge("zhuzhou", residence, l), tl.Accepted, "")
	want(t, w.judge("zhuzhou", household, l), tl.NotAccepted, tl.ReasonNoEqual)
	past := tl.Judge(w.list, tl.Question{At: before - 1, City: "zhuzhou", Wanted: residence}, l, tl.Knowledge{StatusAt: w.now})
	want(t, past, tl.NotAccepted, tl.ReasonNoEqual)

	back := tl.Licence{City: "zhuzhou", Authority: station, Type: residence, Issued: l.Issued, Status: tl.StatusValid, Holder: tl.BindingProven}
	want(t, w.judge("changsha", household, back), tl.NotAccepted, tl.ReasonNoRow+" "+tl.ReasonNoEqual) // the direction is stated

	good := w.now
	stolen := w.change(tl.Change{Kind: tl.RevokeKey, By: "changsha", Key: l.Key, At: at("2025-09-01T00:00:00Z")})
	w.publish(w.signed(stolen))
	want(t, w.judge("xiangtan", household, l), tl.Accepted, "")
	l.Issued = at("2025-09-01T00:00:00Z")
	want(t, w.judge("xiangtan", household, l), tl.NotAccepted, tl.ReasonKeyRevoked)
	past = tl.Judge(w.list, tl.Question{At: good - 1, City: "xiangtan", Wanted: household}, l, tl.Knowledge{StatusAt: w.now})
	want(t, past, tl.Accepted, "")
	if past.Version != 3 {
		t.Errorf("version %d answered for the past, want 3", past.Version)
	}
}

func TestEveryReasonHasItsCase(t *testing.T) {
	w := newWorld(t)
	end := at("2025-12-01T00:00:00Z")
	w.publish(
		w.signed(w.row("changsha", bureau, household, "bureau", 0)),
		w.signed(w.row("changsha", bureau, permit, "bureau", end)),
		w.signed(w.equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", residence}, `attributes.kind == "permanent" && at - issued < duration("87600h")`), "changsha"),
		w.signed(w.equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", permit}, `has(attributes.kind) && int(attributes.age) >= 16`), "changsha"),
	)
	lapsed := w.equal(tl.Side{"changsha", household}, tl.Side{"xiangtan", household}, "")
	lapsed.Equivalent.Until = at("2025-06-01T00:00:00Z")
	w.publish(w.signed(lapsed, "changsha"))
	seen := map[string]bool{}
	attributes := func(l *tl.Licence, text string) { _ = json.Unmarshal([]byte(text), &l.Attributes) }
	for _, c := range []struct {
		name    string
		city    tl.Party
		wanted  string
		change  func(*tl.Licence, *tl.Knowledge)
		outcome tl.Outcome
		decided string
	}{
		{"in order", "changsha", household, func(*tl.Licence, *tl.Knowledge) {}, tl.Accepted, ""},
		{"revoked", "changsha", household, func(l *tl.Licence, _ *tl.Knowledge) { l.Status = tl.StatusRevoked }, tl.NotAccepted, tl.ReasonRevoked},
		{"suspended", "changsha", household, func(l *tl.Licence, _ *tl.Knowledge) { l.Status = tl.StatusSuspended }, tl.NotAccepted, tl.ReasonSuspended},
		{"status unknown", "changsha", household, func(l *tl.Licence, _ *tl.Knowledge) { l.Status = "" }, tl.CannotTell, tl.ReasonStatusNone},
		{"no status list", "changsha", household, func(_ *tl.Licence, k *tl.Knowledge) { k.StatusAt = 0 }, tl.CannotTell, tl.ReasonStatusNone},
		{"old status", "changsha", household, func(_ *tl.Licence, k *tl.Knowledge) { k.StatusAt -= 3601; k.MostStatus = 3600 }, tl.CannotTell, tl.ReasonStatusOld},
		{"status just in time", "changsha", household, func(_ *tl.Licence, k *tl.Knowledge) { k.StatusAt -= 3600; k.MostStatus = 3600 }, tl.Accepted, ""},
		{"old list", "changsha", household, func(_ *tl.Licence, k *tl.Knowledge) { k.ListAt -= 7201; k.MostList = 7200 }, tl.CannotTell, tl.ReasonListOld},
		{"old list lacks a row", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { k.ListAt -= 7201; k.MostList = 7200; l.Authority = station }, tl.CannotTell, tl.ReasonNoRow + " " + tl.ReasonListOld},
		{"old list, revoked", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { k.ListAt -= 7201; k.MostList = 7200; l.Status = tl.StatusRevoked }, tl.NotAccepted, tl.ReasonRevoked},
		{"list as old as its publication", "changsha", household, func(_ *tl.Licence, k *tl.Knowledge) { k.ListAt = 0; k.MostList = 86399 }, tl.CannotTell, tl.ReasonListOld},
		{"holder not proven", "changsha", household, func(l *tl.Licence, _ *tl.Knowledge) { l.Holder = tl.BindingAbsent }, tl.CannotTell, tl.ReasonHolderAbsent},
		{"holder not asked for", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { l.Holder = tl.BindingAbsent; k.NeedHolder = false }, tl.Accepted, ""},
		{"another holder", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { l.Holder = tl.BindingFailed; k.NeedHolder = false }, tl.NotAccepted, tl.ReasonHolder},
		{"issued tomorrow", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { l.Issued = k.ListAt + 1 }, tl.NotAccepted, tl.ReasonLater},
		{"never issued", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { l.Issued = 0 }, tl.NotAccepted, tl.ReasonLater + " " + tl.ReasonRowNotThen},
		{"valid tomorrow", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { l.From = k.ListAt + 1 }, tl.NotAccepted, tl.ReasonNotYet},
		{"expired now", "changsha", household, func(l *tl.Licence, k *tl.Knowledge) { l.Until = k.ListAt }, tl.NotAccepted, tl.ReasonExpired},
		{"another key", "changsha", household, func(l *tl.Licence, _ *tl.Knowledge) { l.Key = w.issue["station"].Public().Thumbprint() }, tl.NotAccepted, tl.ReasonOtherKey},
		{"another authority", "changsha", household, func(l *tl.Licence, _ *tl.Knowledge) { l.Authority = station }, tl.NotAccepted, tl.ReasonNoRow},
		{"before the row", "changsha", household, func(l *tl.Licence, _ *tl.Knowledge) { l.Issued = at("2023-12-31T23:59:59Z") }, tl.NotAccepted, tl.ReasonRowNotThen},
		{"in a row that ended since", "changsha", permit, func(l *tl.Licence, _ *tl.Knowledge) { l.Type = permit; l.Issued = end - 1 }, tl.Accepted, ""},
		{"when the row ended", "changsha", permit, func(l *tl.Licence, _ *tl.Knowledge) { l.Type = permit; l.Issued = end }, tl.NotAccepted, tl.ReasonRowNotThen},
		{"another type at home", "changsha", permit, func(l *tl.Licence, _ *tl.Knowledge) {}, tl.NotAccepted, tl.ReasonNoEqual},
		{"an equivalent that lapsed", "xiangtan", household, func(l *tl.Licence, _ *tl.Knowledge) {}, tl.NotAccepted, tl.ReasonEqualNotNow},
		{"condition met", "zhuzhou", residence, func(l *tl.Licence, _ *tl.Knowledge) { attributes(l, `{"kind":"permanent"}`) }, tl.Accepted, ""},
		{"condition not met", "zhuzhou", residence, func(l *tl.Licence, _ *tl.Knowledge) { attributes(l, `{"kind":"collective"}`) }, tl.NotAccepted, tl.ReasonCondition},
		{"condition not answered", "zhuzhou", residence, func(l *tl.Licence, _ *tl.Knowledge) {}, tl.CannotTell, tl.ReasonUnanswered},
		{"an attribute of another kind", "zhuzhou", permit, func(l *tl.Licence, _ *tl.Knowledge) { attributes(l, `{"kind":1,"age":["x"]}`) }, tl.CannotTell, tl.ReasonUnanswered},
		{"a number", "zhuzhou", permit, func(l *tl.Licence, _ *tl.Knowledge) { attributes(l, `{"kind":1,"age":17.5}`) }, tl.Accepted, ""},
		{"offline", "changsha", household, func(_ *tl.Licence, k *tl.Knowledge) { k.Offline = true }, tl.Accepted, ""},
		{"everything at once", "xiangtan", permit, func(l *tl.Licence, k *tl.Knowledge) {
			*l = tl.Licence{City: "changsha", Status: tl.StatusRevoked, Holder: tl.BindingFailed, Issued: k.ListAt + 9, From: k.ListAt + 9}
		}, tl.NotAccepted, "status-revoked holder-failed issued-later not-yet-valid no-row no-equivalent"},
	} {
		l, k := w.licence(), tl.Knowledge{ListAt: w.now, StatusAt: w.now, NeedHolder: true}
		c.change(&l, &k)
		q := tl.Question{At: w.now, City: c.city, Wanted: c.wanted}
		v := tl.Judge(w.list, q, l, k)
		if v.Outcome != c.outcome || codes(v) != c.decided {
			t.Errorf("%s: %s because of %q, want %s because of %q", c.name, v.Outcome, codes(v), c.outcome, c.decided)
		}
		if again := tl.Judge(w.list, q, l, k); !reflect.DeepEqual(v, again) {
			t.Errorf("%s: asked twice, two verdicts", c.name)
		}
		for _, r := range v.Reasons {
			said(t, "trust.reason."+r.Code, r.Args)
			if seen[r.Code] = true; r.Weight > tl.Note {
				said(t, "trust.reason."+r.Code+".remedy", r.Args)
			}
		}
		for i := 1; i < len(v.Reasons); i++ {
			if v.Reasons[i].Weight > v.Reasons[i-1].Weight {
				t.Errorf("%s: reasons out of order: %+v", c.name, v.Reasons)
			}
		}
	}
	elsewhere := []string{tl.ReasonNoList, tl.ReasonKeyRevoked, tl.ReasonKeyLater} // in TestTheStory
	for _, code := range tl.Reasons {
		if !seen[code] && !slices.Contains(elsewhere, code) {
			t.Errorf("no case has the reason %s", code)
		}
	}
}

// TestConditionsEnd: a condition that would take long is cut short, and there is no answer.
func TestConditionsEnd(t *testing.T) {
	for _, long := range []string{
		`attributes.a.all(x, attributes.a.all(y, attributes.a.all(z, x + y + z >= 0)))`,
		`attributes.s.matches("(((x{9}){9}){9}){9}")`,
	} {
		w := newWorld(t)
		w.publish(w.signed(w.row("changsha", bureau, household, "bureau", 0)),
			w.signed(w.equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", residence}, long), "changsha"))
		l := w.licence()
		ones := make([]any, 1000)
		for i := range ones {
			ones[i] = json.Number("1")
		}
		l.Attributes = map[string]any{"a": ones, "s": "x"}
		want(t, w.judge("zhuzhou", residence, l), tl.CannotTell, tl.ReasonUnanswered)
	}
}

func TestConditionsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{"1", "attributes.x", "at >", "nobody == 1", `"` + string(make([]byte, 1100)) + `" == ""`} {
		c := w.equal(tl.Side{"changsha", household}, tl.Side{"zhuzhou", residence}, text)
		if err := c.Check(); faultCode(err) != tl.FaultCondition {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}
