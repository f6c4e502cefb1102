package catalogue_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"conurb/livelihood/catalogue"
)

// drawn writes planned steps as "step:item@city<-after".
func drawn(list []catalogue.Planned) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = fmt.Sprintf("%s@%s", p.Step, p.City)
		if len(p.After) > 0 {
			out[i] += "<-" + strings.Join(p.After, "+")
		}
	}
	return strings.Join(out, " ")
}

func TestBundlesAreAskedOnce(t *testing.T) {
	w := czt(t)
	const me = `"name":"李明","number":"11010519491231002X","phone":"13800000000","delivery":"online"`
	for _, c := range []struct{ bundle, answers, want string }{
		{"newborn", `{` + me + `,"child":{"name":"李小","sex":"1","born":"2026-11-01"},"parents":{"mother":"王","mother_number":"11010519491231002X"},"hospital":"市妇幼","married":true,
			"born_in":"changsha","live_in":"zhuzhou","follows":"mother","card":"electronic"}`,
			"certificate@changsha register@zhuzhou<-certificate insurance@zhuzhou<-register card@zhuzhou<-register"},
		{"newborn", `{` + me + `,"child":{"name":"李小","sex":"1","born":"2026-11-01"},"parents":{"mother":"王","mother_number":"11010519491231002X"},"hospital":"市妇幼","married":true,
			"born_in":"changsha","live_in":"zhuzhou","follows":"mother","card":"both","bank":"icbc","wants":{"maternity":true},"account":{"bank":"工行","card":"6222000000000000"}}`,
			"certificate@changsha register@zhuzhou<-certificate insurance@zhuzhou<-register card@zhuzhou<-register benefits@zhuzhou<-certificate"},
		{"work-move", `{` + me + `,"old":"zhuzhou","new":"changsha","employer":"某厂","since":"2026-11-01","address":"岳麓区 1 号","agree":true}`,
			"job@changsha pension@changsha<-job"},
		{"work-move", `{` + me + `,"old":"zhuzhou","new":"changsha","employer":"某厂","since":"2026-11-01","address":"岳麓区 1 号","agree":true,"wants":{"permit":true,"fund":true}}`,
			"job@changsha pension@changsha<-job fund@changsha<-job permit@changsha<-job"},
		{"retirement", `{` + me + `,"city":"xiangtan","retires":"2026-12-01","kind":"normal","bank":"建行","card":"6222000000000000","elsewhere":true,"paid_in":"changsha","agree":true,"wants":{"senior":true}}`,
			"combine@xiangtan pension@xiangtan<-combine medical@xiangtan<-pension senior@xiangtan"},
		{"restaurant", `{"phone":"13800000000","delivery":"online","enterprise":{"name":"小馆","address":"五一路 1 号"},"person":{"name":"李","number":"11010519491231002X"},"city":"changsha","kind":"individual","scope":"餐饮","format":"restaurant","items":["hot"],"area":80.5,"floor":1,"way":"declare"}`,
			"licence@changsha food@changsha<-licence fire@changsha<-licence tax@changsha<-licence staff@changsha<-licence"},
	} {
		b := w.all.Bundle(c.bundle)
		list, faults := b.Plan(w.all.Form(b.Form), json.RawMessage(c.answers))
		if len(faults) > 0 {
			t.Errorf("%s: %s", c.bundle, told(faults))
			continue
		}
		if got := drawn(list); got != c.want {
			t.Errorf("%s leads to %s, not %s", c.bundle, got, c.want)
		}
		for _, p := range list { // what is shared is an answer to the item's form
			form := w.all.Form(w.all.Item(p.Item, p.City).Form)
			if bad := form.Check(p.Answers, false); len(bad) > 0 {
				t.Errorf("%s, %s: %s in %s", c.bundle, p.Step, told(bad), p.Answers)
			}
			if len(p.Answers) < 10 {
				t.Errorf("%s, %s: nothing is shared", c.bundle, p.Step)
			}
		}
	}
	b := w.all.Bundle("newborn")
	if list, faults := b.Plan(w.all.Form(b.Form), json.RawMessage(`{}`)); list != nil || len(faults) == 0 {
		t.Errorf("nothing answered leads to %v", list)
	}
}

// TestAfterAStepThatDoesNotApply waits for what that one waits for.
func TestAfterAStepThatDoesNotApply(t *testing.T) {
	w := czt(t)
	b := *w.all.Bundle("newborn")
	b.Steps = []catalogue.BundleStep{
		{ID: "a", Item: "birth-certificate", City: "/born_in"},
		{ID: "b", Item: "maternity", City: "/live_in", After: []string{"a"}, When: []catalogue.Cond{{At: "/wants/maternity", In: []string{"true"}}}},
		{ID: "c", Item: "social-security-card", City: "/live_in", After: []string{"b", "a"}},
	}
	answers := `{"name":"李明","number":"11010519491231002X","phone":"13800000000","delivery":"online","child":{"name":"李小","sex":"1","born":"2026-11-01"},"parents":{"mother":"王","mother_number":"11010519491231002X"},"hospital":"市妇幼","married":true,
		"born_in":"changsha","live_in":"zhuzhou","follows":"mother","card":"electronic"}`
	list, faults := b.Plan(w.all.Form(b.Form), json.RawMessage(answers))
	if got := drawn(list); got != "a@changsha c@zhuzhou<-a" || len(faults) > 0 {
		t.Errorf("%s %v", got, faults)
	}
}

func TestFaultsOfBundles(t *testing.T) {
	w := czt(t)
	for _, c := range []struct {
		name   string
		change func(b *catalogue.Bundle)
		want   string
	}{
		{"as it is", func(*catalogue.Bundle) {}, ""},
		{"an item of none", func(b *catalogue.Bundle) { b.Steps[0].Item = "nothing" }, "/steps/0/item unknown-item"},
		{"a city that is no question", func(b *catalogue.Bundle) { b.Steps[0].City = "/name" }, "/steps/0/city not-a-city-question"},
		{"after nothing", func(b *catalogue.Bundle) { b.Steps[1].After = []string{"nothing"} }, "/steps/1/after/0 unknown-step"},
		{"round and round", func(b *catalogue.Bundle) { b.Steps[0].After = []string{"card"} }, "/steps round"},
		{"an event of none", func(b *catalogue.Bundle) { b.Event = "party" }, "/event unknown-value"},
		{"a form of none", func(b *catalogue.Bundle) { b.Form = "nothing" }, "/form unknown-form"},
		{"two steps alike", func(b *catalogue.Bundle) { b.Steps[4].ID = "card" }, "/steps round, /steps/4/id id-twice"},
		{"shared into nothing", func(b *catalogue.Bundle) { b.Steps[0].Share = map[string]string{"/nothing": "/name"} }, "/steps/0/share/~1nothing no-such-answer"},
		{"shared out of nothing", func(b *catalogue.Bundle) { b.Steps[0].Share = map[string]string{"/name": "/nothing"} }, "/steps/0/share/~1name no-such-answer"},
		{"a text for a number", func(b *catalogue.Bundle) { b.Steps[0].Share = map[string]string{"/number": "/name"} }, "/steps/0/share/~1number unlike"},
		{"a longer text for a shorter", func(b *catalogue.Bundle) { b.Steps[0].Share = map[string]string{"/name": "/hospital"} }, "/steps/0/share/~1name unlike"},
	} {
		b := *w.all.Bundle("newborn")
		b.Steps = append([]catalogue.BundleStep{}, b.Steps...)
		c.change(&b)
		if got := told(b.Check(w.all, w.refs)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
