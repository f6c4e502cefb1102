package counter_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/app/counter"
	"conurb/internal/nodetest"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// history is what wang sees.
func (w *world) history(of trustlist.Party) []store.Visited {
	w.t.Helper()
	return must[[]store.Visited](w.t)(w.cities[of].History(w.t.Context(), store.VisitFilter{HolderKind: "111", HolderCode: wang}))
}

// again has messages that were delivered delivered once more, as by a sender who lost the
// answer.
func (w *world) again(from trustlist.Party) {
	w.t.Helper()
	s := w.cities[from].Node.Store()
	for _, o := range must[[]message.Out](w.t)(s.Outbox(w.t.Context(), message.Delivered, 100)) {
		to := w.cities[trustlist.Party(o.Sealed.Envelope.To)]
		post := nodetest.Post{Now: w.now, Peers: card.Peers(to.Cards())}
		known, err := post.Take(w.t.Context(), nodetest.Node{Voice: w.cities[from].Node.Voice(), Store: s}, nodetest.Node{Voice: to.Node.Voice(), Store: to.Node.Store()}, o.Sealed)
		if err != nil || !known {
			w.t.Errorf("%s again: known %v, %v", o.Sealed.Envelope.Kind, known, err)
		}
	}
	w.settle()
}

func TestHistoryAndObjection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		issuer, verifier := w.cities["changsha"], w.cities["xiangtan"]
		w.issue("changsha", permit)
		k := w.shows(verifier, permit, "attributes.address")
		w.shows(issuer, permit)
		w.settle()
		w.again("xiangtan")
		list := w.history("changsha")
		if len(list) != 2 {
			t.Fatalf("%d visits: %+v", len(list), list)
		}
		v := list[1] // the own counter was faster than the post
		if list[0].City == "xiangtan" {
			v = list[0]
		}
		if v.City != "xiangtan" || v.ID != k.ID || !slices.Equal(v.Asked, []string{"attributes.address"}) || !slices.Equal(v.Shown, v.Asked) || v.Purpose != purpose ||
			v.Clerk != (store.Clerk{Office: clerk.Office, Role: clerk.Role}) || v.Outcome != trustlist.Accepted || !v.At.Equal(k.At) {
			t.Errorf("visit: %+v", v.Visit)
		}

		object := func(kind, code, id, reason string) string {
			err := issuer.Object(t.Context(), kind, code, "xiangtan", id, reason)
			var no *counter.Refusal
			if errors.As(err, &no) {
				return no.Code
			} else if err != nil {
				t.Fatal(err)
			}
			return ""
		}
		for _, one := range []struct{ name, code, id, reason, want string }{
			{"without a reason", wang, k.ID, " ", counter.RefusedReason},
			{"to no visit", wang, "x", "为什么", counter.RefusedCheck},
			{"somebody else", "430103198001010011", k.ID, "为什么", counter.RefusedCheck},
			{"the holder", wang, k.ID, "我没有申请贷款", ""},
			{"again", wang, k.ID, "为什么", counter.RefusedDone},
		} {
			if got := object("111", one.code, one.id, one.reason); got != one.want {
				t.Errorf("objection, %s: %q, want %q", one.name, got, one.want)
			}
		}
		w.settle()
		w.again("changsha")
		disputed := must[[]store.Checked](t)(verifier.Disputed(t.Context(), 10))
		if len(disputed) != 1 || disputed[0].ID != k.ID || disputed[0].Objection.Text != "我没有申请贷款" || disputed[0].Reply != nil {
			t.Fatalf("disputed: %+v", disputed)
		}
		if err := verifier.Reply(t.Context(), k.ID, "是您配偶的共同申请", "陈主任"); err != nil {
			t.Fatal(err)
		}
		var no *counter.Refusal
		if err := verifier.Reply(t.Context(), k.ID, "又", "陈主任"); !errors.As(err, &no) || no.Code != counter.RefusedDone {
			t.Errorf("answered twice: %v", err)
		}
		w.settle()
		w.again("xiangtan")
		for _, v := range w.history("changsha") {
			if v.City == "xiangtan" && (v.Objection == nil || v.Reply == nil || v.Reply.Text != "是您配偶的共同申请") {
				t.Errorf("the holder sees %+v, %+v", v.Objection, v.Reply)
			}
		}
		// At the own counter nothing travels.
		for _, v := range w.history("changsha") {
			if v.City == "changsha" {
				if err := issuer.Object(t.Context(), "111", wang, "changsha", v.ID, "为什么"); err != nil {
					t.Fatal(err)
				}
				if err := issuer.Reply(t.Context(), v.ID, "例行核验", "主任"); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, v := range w.history("changsha") {
			if v.Reply == nil {
				t.Errorf("not answered: %+v", v)
			}
		}
		for _, c := range w.cities {
			report, err := c.Node.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
			if err != nil || !report.OK() {
				t.Errorf("%s: %v %+v", c.Node.Me(), err, report)
			}
		}
	})
}

// TestForgedMessages has a node say what is not so: nothing of it has an effect.
func TestForgedMessages(t *testing.T) {
	w := newWorld(t, "sqlite")
	r := w.issue("changsha", permit)
	k := w.shows(w.cities["xiangtan"], permit)
	w.settle()
	good := map[string]any{"check": "01990a3c-7f7e-7000-8000-000000000000", "identifier": r.Identifier, "form": "wallet", "asked": []string{}, "shown": []string{}, "office": "o", "role": "clerk",
		"purpose": "p", "at": w.now(), "outcome": "accepted"}
	but := func(name string, v any) map[string]any {
		m := map[string]any{}
		for k, v := range good {
			m[k] = v
		}
		m[name] = v
		return m
	}
	other := w.issue("xiangtan", permit)
	next := r.Identifier[:len(r.Identifier)-5] + "999." + r.Identifier[len(r.Identifier)-1:]
	for name, one := range map[string]struct {
		from, to trustlist.Party
		kind     string
		body     map[string]any
		accepted bool
	}{
		"a licence of another city":    {"zhuzhou", "changsha", counter.KindChecked, but("identifier", other.Identifier), false},
		"an edition that is none":      {"zhuzhou", "changsha", counter.KindChecked, but("identifier", next), false},
		"no identifier":                {"zhuzhou", "changsha", counter.KindChecked, but("identifier", r.ID), false},
		"no purpose":                   {"zhuzhou", "changsha", counter.KindChecked, but("purpose", " "), false},
		"a field more":                 {"zhuzhou", "changsha", counter.KindChecked, but("more", 1), false},
		"a check that is no id":        {"zhuzhou", "changsha", counter.KindChecked, but("check", "x"), false},
		"of tomorrow":                  {"zhuzhou", "changsha", counter.KindChecked, but("at", w.now().Add(24*time.Hour)), false},
		"an objection of another city": {"zhuzhou", "xiangtan", counter.KindObjection, map[string]any{"check": k.ID, "text": "t", "at": w.now()}, false},
		"an objection to no check":     {"changsha", "xiangtan", counter.KindObjection, map[string]any{"check": "x", "text": "t", "at": w.now()}, false},
		"an answer nobody asked for":   {"xiangtan", "changsha", counter.KindAnswer, map[string]any{"check": k.ID, "text": "t", "at": w.now()}, false},
		"an answer of another city":    {"zhuzhou", "changsha", counter.KindAnswer, map[string]any{"check": k.ID, "text": "t", "at": w.now()}, false},
		"a status list of another's":   {"zhuzhou", "xiangtan", counter.KindStatus, map[string]any{"uri": w.cities["changsha"].server.URL + "/statuses/1"}, false},
		"what is so":                   {"zhuzhou", "changsha", counter.KindChecked, but("office", "窗口"), true},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := w.cities[one.from], w.cities[one.to]
			kase := uuid.NewString() // each is a case of its own
			if one.kind == counter.KindChecked {
				if one.body["check"] == good["check"] {
					one.body["check"] = uuid.NewString()
				}
				kase = one.body["check"].(string)
			}
			var sent message.Sealed
			err := from.Node.Store().Do(t.Context(), func(d *store.Deed) (err error) {
				sent, err = d.Send(from.Node.Voice(), message.Draft{To: message.Node(one.to), Kind: one.kind, Case: kase, Body: one.body})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			before := len(w.history("changsha"))
			w.settle()
			refused := false
			for _, in := range must[[]store.In](t)(to.Node.Store().Inbox(t.Context(), 100)) { // what had its effect is not there
				refused = refused || in.Sealed.Envelope.ID == sent.Envelope.ID && in.Reason != nil && in.Reason.Code == message.Unhandled
			}
			want := before
			if one.accepted {
				want++
			}
			if after := len(w.history("changsha")); refused == one.accepted || after != want {
				t.Errorf("refused %v, %d visits, were %d", refused, after, before)
			}
		})
	}
	if list := must[[]store.Checked](t)(w.cities["xiangtan"].Disputed(t.Context(), 10)); len(list) != 0 {
		t.Errorf("disputed: %+v", list)
	}
}
