package catalogue_test

import (
	"encoding/json"
	"strings"
	"testing"

	"conurb/livelihood/catalogue"
)

func TestAnswersOfTheHouseholdTransfer(t *testing.T) {
	f := czt(t).all.Form("household-transfer")
	const me, son = "430203199003070014", "430203201505200018"
	for _, c := range []struct {
		name, answers string
		part          bool // not complete
		want          string
	}{
		{"whole", `{"kind":"work","from":"zhuzhou","people":[{"number":"` + me + `","name":"李明"}],"as":"found","address":"岳麓区 1 号","phone":"13800000000"}`, false, ""},
		{"nothing yet", `{}`, true, ""},
		{"nothing at the end", `{}`, false, "/as required, /from required, /kind required, /people required, /phone required"},
		{"half typed", `{"kind":"","phone":"","people":[{"name":""}]}`, true, ""},
		{"half typed, and wrong", `{"phone":"138"}`, true, "/phone not-a-phone"},
		{"a kind of none", `{"kind":"holiday"}`, true, "/kind not-one-of"},
		{"no address", `{"kind":"work","from":"zhuzhou","people":[{"number":"` + me + `","name":"李明"}],"as":"found","phone":"13800000000"}`, false, "/address required"},
		{"host not named", `{"kind":"spouse","from":"zhuzhou","people":[{"number":"` + me + `","name":"李明"}],"as":"host","phone":"13800000000"}`, false, "/host/household required, /host/number required"},
		{"consent in the place of the host", `{"kind":"spouse","from":"zhuzhou","people":[{"number":"` + me + `","name":"李明"}],"as":"host","consent":true,"host":{"name":"王","household":"01a219ce-a3a2-7039-babb-8a47a5bb4ec3","number":"` + son + `"},"phone":"13800000000"}`, false, "/consent unknown, /host/name unknown"},
		{"answered where it is not asked", `{"kind":"work","from":"zhuzhou","people":[{"number":"` + me + `","name":"李明"}],"as":"collective","collective":"G1","address":"旧址","phone":"13800000000"}`, false, "/address not-asked"},
		{"the same while it is kept", `{"as":"collective","address":"旧址"}`, true, ""},
		{"a number with a bad check digit", `{"people":[{"number":"430203199003070010","name":"李明"}]}`, true, "/people/0/number not-a-citizen-number"},
		{"somebody without a name", `{"kind":"work","from":"zhuzhou","people":[{"number":"` + me + `"}],"as":"found","address":"a","phone":"13800000000"}`, false, "/people/0/name required"},
		{"nobody", `{"kind":"work","from":"zhuzhou","people":[],"as":"found","address":"a","phone":"13800000000"}`, false, "/people too-few"},
		{"a head who leaves others", `{"kind":"work","from":"zhuzhou","people":[{"number":"` + me + `","name":"李明"}],"leaves":true,"as":"found","address":"a","phone":"13800000000"}`, false, "/successor/name required, /successor/number required"},
		{"a question that is not there", `{"kind":"work","colour":"red"}`, true, "/colour unknown"},
		{"of another type", `{"kind":7,"people":{},"leaves":"yes"}`, true, "/kind type, /leaves type, /people type"},
		{"a day of none", `{"people":[{"number":"` + me + `","name":"a","born":"2026-02-30"}]}`, true, "/people/0/born not-a-day"},
		{"too many people", `{"people":[` + strings.TrimSuffix(strings.Repeat(`{"name":"a"},`, 51), ",") + `]}`, true, "/people too-many"},
		{"no JSON", `{"kind":`, true, " not-json"},
		{"a name twice", `{"kind":"work","kind":"spouse"}`, true, " not-json"},
		{"nested beyond reason", strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20), true, " not-json"},
		{"not an object", `[]`, true, " not-json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			faults := f.Check(json.RawMessage(c.answers), !c.part)
			if got := told(faults); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatIsNotAskedIsDropped(t *testing.T) {
	f := czt(t).all.Form("household-transfer")
	for _, c := range []struct{ answers, want string }{
		{`{"as":"host","address":"旧址","host":{"household":"h"}}`, `{"as":"host","host":{"household":"h"}}`},
		{`{"as":"found","address":"a","host":{"household":"h","number":"1"}}`, `{"address":"a","as":"found","host":{}}`},
		{`{"kind":"","people":[{"name":"a","born":""}]}`, `{"people":[{"name":"a"}]}`},
		{`no JSON`, `no JSON`},
	} {
		if got := string(f.Clean(json.RawMessage(c.answers))); got != c.want {
			t.Errorf("%s is cleaned to %s, not %s", c.answers, got, c.want)
		}
	}
}

func TestLicencesAnswerQuestions(t *testing.T) {
	f := czt(t).all.Form("business-registration")
	identity := map[string]any{"holder.name": "李明", "holder.code": "430203199003070014"}
	for _, c := range []struct {
		name, answers, licence string
		says                   map[string]any
		want                   string
	}{
		{"empty questions are filled", `{}`, "11100000XXGAB00010002", identity, `{"person":{"name":"李明","number":"430203199003070014"}}`},
		{"what was answered stays", `{"person":{"name":"王"}}`, "11100000XXGAB00010002", identity, `{"person":{"name":"王","number":"430203199003070014"}}`},
		{"another licence answers nothing", `{}`, "11100000XXGAB00010001", identity, `{}`},
		{"what the question does not take is left out", `{}`, "11100000XXGAB00010002", map[string]any{"holder.code": "1", "holder.name": 7}, `{}`},
	} {
		if got := string(f.FillFrom(json.RawMessage(c.answers), c.licence, c.says)); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

func TestFaultsOfForms(t *testing.T) {
	w := czt(t)
	for _, c := range []struct {
		name, old, new string // of the form as JSON
		want           string
	}{
		{"a keyword that is not known", `"type":"object"`, `"type":"object","if":{}`, "/schema not-a-schema"},
		{"an open object", `"additionalProperties":false`, `"additionalProperties":true`, "/schema not-a-schema"},
		{"another draft", `draft/2020-12`, `draft-07`, "/schema not-a-schema"},
		{"a format of none", `"format":"phone"`, `"format":"email"`, "/schema not-a-schema"},
		{"a field for no answer", `{"at":"/agree"`, `{"at":"/agreed"`, "/layout/1/fields/6/at no-such-answer, /schema never-asked"},
		{"asked twice", `{"at":"/agree"`, `{"at":"/card"`, "/layout/1/fields/6/at asked-twice, /schema never-asked"},
		{"a widget of none", `"widget":"money"`, `"widget":"gold"`, "/layout/1/fields/3/widget unknown-value"},
		{"shown on an answer of none", `"in":["withdraw"]`, `"in":["borrow"]`, "/layout/1/fields/2/when/0/in/0 unknown-value"},
		{"an option too many", `{"value":"left"`, `{"value":"lost"`, "/layout/1/fields/2/options option-missing, /layout/1/fields/2/options/3/value unknown-value"},
		{"filled from an attribute of none", `11100000XXGAB00010002/holder.name`, `11100000XXGAB00010002/shoe_size`, "/layout/0/fields/0/fill unknown-attribute"},
		{"filled from a licence of none", `11100000XXGAB00010002/holder.name`, `x/holder.name`, "/layout/0/fields/0/fill unknown-licence"},
		{"no words in English", `"en":"Amount to withdraw"`, `"en":""`, "/layout/1/fields/3/label missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := json.Marshal(w.all.Form("provident-fund"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(b), c.old) {
				t.Fatalf("the form has no %s", c.old)
			}
			f := &catalogue.Form{}
			if err := json.Unmarshal([]byte(strings.Replace(string(b), c.old, c.new, 1)), f); err != nil {
				t.Fatal(err)
			}
			if got := told(f.CheckForm(w.refs)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatAnswersAskFor(t *testing.T) {
	w := czt(t)
	for _, c := range []struct{ item, answers, want string }{
		{"household-transfer", `{}`, "household-register identity"},
		{"household-transfer", `{"kind":"spouse","as":"host"}`, "household-register identity marriage host-register"},
		{"household-transfer", `{"kind":"work","as":"found"}`, "household-register identity employment housing"},
		{"household-transfer", `{"kind":7}`, "household-register identity"},
		{"food-licence", `{"format":"drinks","items":["drink"]}`, "business-licence identity layout"},
		{"food-licence", `{"format":"drinks","items":["drink","cold"]}`, "business-licence identity layout health-cards"},
		{"provident-fund", `{"do":"withdraw","reason":"rent"}`, "identity lease"},
	} {
		i := w.all.Item(c.item, "zhuzhou")
		needs, err := i.Needed(w.all.Form(i.Form), json.RawMessage(c.answers))
		if err != nil {
			t.Errorf("%s %s: %v", c.item, c.answers, err)
			continue
		}
		var got []string
		for _, m := range needs.Materials {
			got = append(got, m.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s asks for %v, want %s", c.item, c.answers, got, c.want)
		}
	}
	i := w.all.Item("identity-card", "zhuzhou")
	needs, err := i.Needed(w.all.Form(i.Form), json.RawMessage(`{}`))
	if err != nil || len(needs.Fees) != 1 || needs.Fees[0].Amount != 2000 {
		t.Errorf("fees of an identity card: %v, %v", needs.Fees, err)
	}
}

// TestAConditionCannotCostWithoutEnd asks one that goes through a list for each of a list.
func TestAConditionCannotCostWithoutEnd(t *testing.T) {
	w := czt(t)
	i := again(t, w.all.Item("household-transfer", "zhuzhou"))
	i.Materials[0].When = `form.people.all(a, form.people.all(b, form.people.all(c, a.name + b.name + c.name != "x")))`
	if faults := catalogue.Check(i, w.refs); strings.Contains(told(faults), "bad-condition") {
		t.Fatalf("refused before it was asked: %s", told(faults))
	}
	people := strings.TrimSuffix(strings.Repeat(`{"name":"李"},`, 50), ",")
	if _, err := i.Needed(w.all.Form(i.Form), json.RawMessage(`{"people":[`+people+`]}`)); err == nil || !strings.Contains(err.Error(), "cost") {
		t.Errorf("answered, or not refused for its cost: %v", err)
	}
}
