package household_test

import (
	"encoding/json"
	"testing"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// sent is a message of a city as another one gets it.
func sent(t *testing.T, from, to household.City, kind string, body any) message.Sealed {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return message.Sealed{Signature: "x", Envelope: message.Envelope{ID: "x", From: from, To: to, Kind: kind, Body: text}}
}

// decided is the body of a decision of changsha about P1, who was in these cities before.
func decided(t *testing.T, been any) map[string]any {
	return map[string]any{"transfer": "T9", "to": "zhuzhou", "persons": []household.Token{{Person: "P1", Epoch: 2}}, "been": been, "incarnation": 0,
		"promise": sent(t, "zhuzhou", "changsha", household.KindPromise, map[string]any{"transfer": "T9"})}
}

// TestAWitnessTellsEveryCityOfBefore: P1 went from xiangtan to changsha, which has decided to let him
// go on. Xiangtan comes back from a time at which it had him; changsha has forgotten him. The witness
// alone knows, and tells xiangtan that he is in changsha: what came of the decision is changsha's to say.
func TestAWitnessTellsEveryCityOfBefore(t *testing.T) {
	for rule, want := range map[string]household.Entry{
		"": {Token: household.Token{Person: "P1", Epoch: 2}, Standing: household.Moved, To: "changsha"},
		"where somebody was before is not handed on": {Token: household.Token{Person: "P1", Epoch: 1}, Standing: household.Registered},
	} {
		all := desks(t, 0)
		for _, d := range all {
			household.Break(d.Machine, household.Breaches[rule])
		}
		office, x := all["office"], all["xiangtan"]
		office.do(t, func(b household.Book) error {
			return office.Handle(b, sent(t, "changsha", "office", household.KindDecision, decided(t, [][]household.City{{"xiangtan"}})))
		})
		x.do(t, func(b household.Book) error {
			return b.SetEntry(household.Entry{Token: household.Token{Person: "P1", Epoch: 1}, Standing: household.Registered})
		})
		carry(t, all, func(l []message.Sealed) []message.Sealed { return l })
		x.do(t, func(b household.Book) error {
			if e, _, err := b.Entry("P1"); err != nil || e != want {
				t.Errorf("%q: %+v, %v; want %+v", rule, e, err, want)
			}
			return nil
		})
		if !x.serves(t) {
			t.Errorf("%q: does not serve", rule)
		}
	}
}

// TestATrailIsOfItsForm: what another node says of where people were is held to its form.
func TestATrailIsOfItsForm(t *testing.T) {
	for name, c := range map[string]struct {
		been any
		ok   bool
	}{
		"nowhere":             {[][]string{{}}, true},
		"two":                 {[][]string{{"xiangtan", "zhuzhou"}}, true},
		"of nobody":           {nil, false},
		"of two, with one":    {[][]string{{}, {}}, false},
		"out of order":        {[][]string{{"zhuzhou", "xiangtan"}}, false},
		"one twice":           {[][]string{{"zhuzhou", "zhuzhou"}}, false},
		"no name of a city":   {[][]string{{"Xiang Tan"}}, false},
		"not a list of names": {"zhuzhou", false},
	} {
		office := desks(t, 0)["office"]
		s := sent(t, "changsha", "office", household.KindDecision, decided(t, c.been))
		b, _ := office.mem.Begin()
		if err := office.Handle(b, s); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if _, kept, err := b.Witnessed("changsha", "P1", 3); err != nil || kept != c.ok {
			t.Errorf("%s: kept %v, %v", name, kept, err)
		}
	}
}
