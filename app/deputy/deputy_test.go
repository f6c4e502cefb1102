package deputy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"conurb/app/cases"
	"conurb/app/deputy"
	"conurb/internal/casetest"
	"conurb/internal/nodetest"
	"conurb/internal/storetest"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/deputy"
	"conurb/store"
	"conurb/trust/message"
)

func TestACertificateAtAnotherWindow(t *testing.T) {
	for _, c := range []struct{ name, form, input, says string }{
		{"registration", form("registered", ""), "", "示例路2号"},
		{"of the child", form("registered", child), "", "周小"},
		{"kinship", form("relatives", ""), "", "周小"},
		{"moves, in the clerk's words", form("moved", ""), `{"statement":"2010年由湘潭迁入。"}`, "2010年由湘潭迁入"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, at := context.Background(), watch()
			window, home := two(t, fresh(t), at)
			k, err := window.apply(ctx, rules.ItemCertificate, c.form)
			must(t, err)
			must(t, window.clerk(ctx, k.ID, rules.MoveSend, "", toZhuzhou))
			settle(t, window, home, at)
			there := home.newest()
			if there.State != casework.Submitted || there.Applicant.Code != zhou || len(there.Shared) != 1 || there.Shared[0].Digest != "d1" || there.Shared[0].Check != "check-1" || there.Holder.By != casework.Clerk {
				t.Fatalf("at Zhuzhou: %+v", there)
			}
			must(t, home.clerk(ctx, there.ID, "grant", "登记属实", c.input))
			settle(t, window, home, at)
			now := window.of(k.ID)
			if now.State != casework.Decided || now.Decision.Outcome != casework.Granted || now.Decision.Grounds != "登记属实" {
				t.Fatalf("at Changsha: %s %+v", now.State, now.Decision)
			}
			done := home.of(there.ID)
			l, ok := done.Link("licence")
			if !ok {
				t.Fatal("no licence")
			}
			r, err := home.Store.Licence(ctx, l.ID)
			must(t, err)
			if s, _ := r.Attributes["statement"].(string); r.Holder.Code != zhou || !strings.Contains(s, c.says) || r.Attributes["window"] != "changsha" || r.Credential == "" {
				t.Errorf("the certificate: %+v", r.Attributes)
			}
			b, err := window.Paper(ctx, &now)
			if err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) || len(b) < 1000 {
				t.Errorf("paper at the window: %d bytes, %v", len(b), err)
			}
			must(t, window.clerk(ctx, k.ID, rules.MovePrint, "", ""))
			if home.told.codes[len(home.told.codes)-1] != "case.grant" {
				t.Errorf("told %v", home.told.codes)
			}
			window.sound()
			home.sound()
		})
	}
}

func TestWhatTheOtherCityAnswers(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name, item, form string
		there            func(home *city, id string) error
		state            casework.State
		says             string
	}{
		{"refused", rules.ItemCertificate, form("registered", ""), func(h *city, id string) error { return h.clerk(ctx, id, "refuse", "材料不符", "") }, casework.Decided, "材料不符"},
		{"the form does not hold there", rules.ItemCertificate, `{"certificate":"registered"}`, nil, casework.Decided, "/purpose"},
		{"another item, not accepted", "permit", `{"purpose":"x"}`, func(h *city, id string) error { return h.clerk(ctx, id, "decline", "不属本机关职权", "") }, casework.Decided, "不属本机关职权"},
		{"asks for more", rules.ItemCertificate, form("registered", ""), func(h *city, id string) error { return h.clerk(ctx, id, "ask-more", "请写明用途", "") }, casework.Supplement, "请写明用途"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := watch()
			window, home := two(t, fresh(t), at)
			k, err := window.apply(ctx, c.item, c.form)
			must(t, err)
			must(t, window.clerk(ctx, k.ID, rules.MoveSend, "", toZhuzhou))
			settle(t, window, home, at)
			if c.there != nil {
				must(t, c.there(home, home.newest().ID))
				settle(t, window, home, at)
			}
			now := window.of(k.ID)
			last := now.Events[len(now.Events)-1]
			if now.State != c.state || !strings.Contains(last.Grounds+last.Reason, c.says) {
				t.Fatalf("%s, %q %q", now.State, last.Grounds, last.Reason)
			}
			if c.state != casework.Supplement {
				if _, err := window.Paper(ctx, &now); casetest.Code(err) != rules.RefusedPaper {
					t.Errorf("a paper of what was refused: %v", err)
				}
				return
			}
			_, err = window.Cases.Act(ctx, k.ID, casework.Act{Move: "resubmit", By: casework.Actor{Person: applicant, By: casework.Applicant}})
			must(t, err)
			must(t, window.clerk(ctx, k.ID, rules.MoveSend, "", toZhuzhou))
			settle(t, window, home, at)
			if there := home.newest(); there.State != casework.Submitted {
				t.Errorf("added: %s", there.State)
			}
			must(t, home.clerk(ctx, home.newest().ID, "grant", "登记属实", ""))
			settle(t, window, home, at)
			if now := window.of(k.ID); now.State != casework.Decided || now.Decision.Outcome != casework.Granted {
				t.Errorf("in the end %s", now.State)
			}
			if list, err := home.Store.Cases(ctx, store.CaseFilter{}); err != nil || len(list) != 1 {
				t.Errorf("%d cases there, %v", len(list), err)
			}
		})
	}
}

func TestWhatIsNotHandedOver(t *testing.T) {
	ctx, at := context.Background(), watch()
	window, home := two(t, fresh(t), at)
	k, err := window.apply(ctx, rules.ItemCertificate, form("registered", ""))
	must(t, err)
	for _, c := range []struct{ name, input, want string }{
		{"to itself", `{"to":"changsha"}`, rules.RefusedCity}, {"to nobody", `{"to":"paris"}`, rules.RefusedCity}, {"not said to whom", `{}`, casework.RefusedNeeds},
	} {
		if got := casetest.Code(window.clerk(ctx, k.ID, rules.MoveSend, "", c.input)); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	if got := casetest.Code(window.clerk(ctx, k.ID, "grant", "x", "")); got != rules.RefusedRegistered {
		t.Errorf("issued where she is not registered: %s", got)
	}
	if got := casetest.Code(window.clerk(ctx, k.ID, rules.MovePrint, "", "")); got != casework.RefusedState {
		t.Errorf("printed before it is decided: %s", got)
	}
	must(t, window.clerk(ctx, k.ID, rules.MoveSend, "", toZhuzhou))
	settle(t, window, home, at)
	there := home.newest()
	if got := casetest.Code(home.clerk(ctx, there.ID, rules.MoveSend, "", `{"to":"changsha"}`)); got != rules.RefusedCity && got != rules.RefusedTwice {
		t.Errorf("handed on: %s", got)
	}
	_, err = window.Cases.Act(ctx, k.ID, casework.Act{Move: "withdraw", By: casework.Actor{Person: applicant, By: casework.Applicant}})
	must(t, err)
	settle(t, window, home, at)
	if a, b := window.of(k.ID), home.of(there.ID); a.State != casework.Withdrawn || b.State != casework.Withdrawn {
		t.Errorf("withdrawn: %s and %s", a.State, b.State)
	}
	by := casework.Actor{Person: applicant, By: casework.Applicant}
	bare, err := window.Cases.Open(ctx, by, cases.Opening{Item: rules.ItemCertificate, Applicant: applicant, Form: json.RawMessage(form("registered", "43010019900101001X"))})
	must(t, err)
	_, err = window.Cases.Act(ctx, bare.ID, casework.Act{Move: "submit", By: by})
	must(t, err)
	if got := casetest.Code(window.clerk(ctx, bare.ID, rules.MoveSend, "", toZhuzhou)); got != rules.RefusedShown {
		t.Errorf("with nothing shown: %s", got)
	}
	must(t, window.show(ctx, bare.ID))
	must(t, window.clerk(ctx, bare.ID, rules.MoveSend, "", toZhuzhou))
	settle(t, window, home, at)
	if got := casetest.Code(home.clerk(ctx, home.newest().ID, "grant", "x", "")); got != rules.RefusedRelative {
		t.Errorf("about a stranger: %s", got)
	}
	window.sound()
	home.sound()
}

func TestForeignMessages(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name, kind string
		body       any
	}{
		{"no body of its kind", deputy.KindHandOver, map[string]any{"matter": 3}},
		{"nothing shown", deputy.KindHandOver, map[string]any{"matter": "m", "item": "permit", "applicant": map[string]any{"code": zhou}, "form": map[string]any{}, "shares": []any{}}},
		{"a result nobody waits for", deputy.KindResult, map[string]any{"matter": "m", "outcome": "granted", "grounds": "x"}},
		{"more of nothing", deputy.KindMore, map[string]any{"matter": "m", "reason": "x"}},
		{"a paper that is none", deputy.KindResult, map[string]any{"matter": "MINE", "outcome": "granted", "grounds": "x", "papers": []any{map[string]any{"licence": "l", "identifier": "i", "name": "n", "pdf": "eA=="}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := watch()
			window, home := two(t, fresh(t), at)
			k, err := window.apply(ctx, rules.ItemCertificate, form("registered", ""))
			must(t, err)
			must(t, window.clerk(ctx, k.ID, rules.MoveSend, "", toZhuzhou))
			if body := c.body.(map[string]any); body["matter"] == "MINE" {
				body["matter"] = k.ID
			}
			must(t, home.Store.Do(ctx, func(d *store.Deed) error {
				_, err := d.Send(home.Voice(), message.Draft{To: "changsha", Kind: c.kind, Case: "c", Body: c.body})
				return err
			}))
			if err := nodetest.Later(ctx, at, window.node(), home.node()); err == nil || !strings.Contains(err.Error(), message.Unhandled) {
				t.Errorf("handled: %v", err)
			}
			if now := window.of(k.ID); now.State != rules.Sent {
				t.Errorf("now %s", now.State)
			}
			if list, err := window.Store.Cases(ctx, store.CaseFilter{}); err != nil || len(list) != 1 {
				t.Errorf("%d cases, %v", len(list), err)
			}
		})
	}
}

func TestCutOffAnywhere(t *testing.T) {
	cuts := 0
	for n := int64(0); ; n += 127 {
		at := watch()
		dsns := fresh(t)
		window, home := two(t, dsns, at)
		ctx := storetest.CutAfter(n)
		err := way(ctx, window, home, at)
		if window.Store.Close() != nil || home.Store.Close() != nil {
			t.Fatal("not closed")
		}
		window, home = newCity(t, dsns[0], "changsha", at), newCity(t, dsns[1], "zhuzhou", at)
		if !ctx.Over() {
			must(t, err)
			break
		}
		cuts++
		at.Pass(250 * time.Second)
		must(t, way(context.Background(), window, home, at))
		now := window.newest()
		list, err := home.Store.Licences(context.Background(), store.LicenceFilter{Limit: 10})
		if err != nil || now.State != casework.Decided || len(list) != 1 {
			t.Fatalf("cut off at %d: %s, %d licences, %v", n, now.State, len(list), err)
		}
		window.sound()
		home.sound()
	}
	t.Logf("cut off at %d places", cuts)
	if cuts < 10 {
		t.Errorf("cut off at %d places only", cuts)
	}
}

// way takes an application as far as it gets, from wherever it stands.
func way(ctx context.Context, window, home *city, at *storetest.Watch) error {
	by := casework.Actor{Person: applicant, By: casework.Applicant}
	for range 8 {
		if err := nodetest.Later(ctx, at, window.node(), home.node()); err != nil {
			return err
		}
		mine, err := casetest.Newest(ctx, window.Store)
		theirs, e2 := casetest.Newest(ctx, home.Store)
		if err = errors.Join(err, e2); err != nil {
			return err
		}
		switch {
		case mine == nil:
			_, err = window.apply(ctx, rules.ItemCertificate, form("registered", ""))
		case mine.State == casework.Draft:
			if err = window.show(ctx, mine.ID); err == nil {
				_, err = window.Cases.Act(ctx, mine.ID, casework.Act{Move: "submit", By: by})
			}
		case mine.State == casework.Submitted:
			err = window.clerk(ctx, mine.ID, rules.MoveSend, "", toZhuzhou)
		case theirs != nil && theirs.State == casework.Submitted:
			err = home.clerk(ctx, theirs.ID, "grant", "登记属实", "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
