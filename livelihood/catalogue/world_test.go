package catalogue_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
	"conurb/plan/pack"
	"conurb/region"
)

// czt is the catalogue of the region that comes with the program.
type cztWorld struct {
	files map[string][]byte
	refs  catalogue.Refs
	all   *catalogue.Catalogue
}

var loadCZT = sync.OnceValues(func() (cztWorld, error) {
	p, problems := pack.Load(region.CZT())
	if p == nil {
		return cztWorld{}, catalogue.Problems{{Code: problems[0].Code}}
	}
	types, err := licence.ReadRegister(licence.RegisterFile, p.Files[licence.RegisterFile])
	if err != nil {
		return cztWorld{}, err
	}
	w := cztWorld{files: p.Files, refs: catalogue.Refs{Types: types, Sources: func(id string) bool { return p.Source(id) != nil }}}
	for _, c := range p.Area.Cities {
		w.refs.Cities = append(w.refs.Cities, c.ID)
	}
	w.all, err = catalogue.Load(p.Files, w.refs)
	if err == nil {
		w.refs.Forms = w.all.Form
	}
	return w, err
})

func czt(t testing.TB) cztWorld {
	t.Helper()
	w, err := loadCZT()
	if problems, ok := err.(catalogue.Problems); ok {
		for _, x := range problems {
			t.Errorf("%s", x)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// again is a copy of an item by way of its JSON.
func again(t testing.TB, i *catalogue.Item) *catalogue.Item {
	t.Helper()
	b, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	n, faults := catalogue.ReadItem(b)
	if n == nil || len(faults) > 0 {
		t.Fatalf("%s of %s is not read again: %v", i.ID, i.City, faults)
	}
	return n
}

// told writes faults as "pointer code", the mild ones in brackets.
func told(list []catalogue.Fault) string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.At + " " + f.Code
		if f.Mild {
			out[i] = "(" + out[i] + ")"
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestTheRegionHasItsItemsInEveryCity(t *testing.T) {
	w := czt(t)
	count := map[string][]string{}
	basic, code := map[string]string{}, map[string]string{}
	for _, i := range w.all.Items {
		count[i.ID] = append(count[i.ID], i.City)
		if first := basic[i.Basic]; first != "" && first != i.ID {
			t.Errorf("%s and %s have the basic code %s", first, i.ID, i.Basic)
		}
		basic[i.Basic] = i.ID
		if first := code[i.Code]; first != "" {
			t.Errorf("%s of %s has the code %s, as has %s", i.ID, i.City, i.Code, first)
		}
		code[i.Code] = i.ID + " of " + i.City
		if f := told(catalogue.Check(again(t, i), w.refs)); strings.ReplaceAll(f, "(/places/0/address address-vague)", "") != "" {
			t.Errorf("%s of %s: %s", i.ID, i.City, f)
		}
	}
	if len(count) < 25 {
		t.Errorf("%d items", len(count))
	}
	for id, cities := range count {
		if !slices.Equal(cities, []string{"changsha", "zhuzhou", "xiangtan"}) {
			t.Errorf("%s in %v", id, cities)
		}
	}
	for _, id := range []string{"household-transfer", "social-security-transfer", "provident-fund", "medical-elsewhere", "registration-certificate"} {
		if count[id] == nil {
			t.Errorf("no %s", id)
		}
	}
	events := map[string]bool{}
	for _, b := range w.all.Bundles {
		events[b.Event] = true
	}
	if len(events) != len(catalogue.Events) {
		t.Errorf("bundles for %v", slices.Sorted(maps.Keys(events)))
	}
}

// TestAFigureIsSourcedOrAssumed holds the five working days of the check to their source, and
// what no source says to be marked.
func TestAFigureIsSourcedOrAssumed(t *testing.T) {
	i := czt(t).all.Item("household-transfer", "xiangtan")
	days := 0
	for _, s := range i.Steps {
		if s.ID == "move-out" {
			days = s.Days
		}
	}
	if days != 5 {
		t.Errorf("the check of the city that lets go takes %d working days, not 5", days)
	}
	if g := i.Limits.Promised.Mark.Grade; g != "assumed" {
		t.Errorf("the whole limit is graded %q, though no source says it", g)
	}
	if i.Grounds[1].Mark.Source != "household-nationwide" {
		t.Errorf("the nationwide procedure rests on %q", i.Grounds[1].Mark.Source)
	}
}
