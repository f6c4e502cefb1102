package services_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"conurb/app/cases"
	"conurb/app/services"
	"conurb/internal/storetest"
	"conurb/livelihood/catalogue"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

const id = "food-licence"

func each(t *testing.T, f func(t *testing.T, w *world)) {
	for _, kind := range storetest.Kinds() {
		t.Run(kind, func(t *testing.T) { f(t, newWorld(t, kind)) })
	}
}

func TestAnEditionReachesEveryNode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		changsha, zhuzhou := w.nodes["changsha"], w.nodes["zhuzhou"]
		if e, err := changsha.Item("changsha", id); err != nil || e.Version != 1 || e.Origin != store.EditionPack || e.At.IsZero() {
			t.Fatalf("at first %+v, %v", e.ServiceEdition, err)
		}
		done := changsha.publish(id, 1, quicker)
		if done.Version != 2 || done.Origin != store.EditionEdit || done.By != "editor" || !done.InForce {
			t.Fatalf("%+v", done.ServiceEdition)
		}
		w.settle()
		for _, name := range []trustlist.Party{trustlist.Office, "zhuzhou"} {
			e, err := w.nodes[name].Item("changsha", id)
			if err != nil || e.Version != 2 || e.Origin != store.EditionHeard || !e.At.Equal(done.At) || e.Of.Limits.Promised.Count != 7 || e.Reason != "时限缩短" {
				t.Errorf("%s has %+v, %v", name, e.ServiceEdition, err)
			}
			if e.By != "" {
				t.Errorf("%s knows who published it: %s", name, e.By)
			}
		}
		if e, _ := zhuzhou.Item("zhuzhou", id); e.Version != 1 || e.Of.Limits.Promised.Count != 8 {
			t.Errorf("zhuzhou's own item became %+v", e.ServiceEdition)
		}
		all := must[[]services.Edition](t)(w.nodes[trustlist.Office].Items(t.Context()))
		var items []*catalogue.Item
		for _, e := range all {
			if e.Item == id {
				items = append(items, e.Of)
			}
		}
		if d := catalogue.Diff(items); len(d) < 1 || d[0].Field != "promised" || d[0].Values["changsha"] != "7 working" || d[0].Values["xiangtan"] != "8 working" {
			t.Errorf("side by side they differ in %v", d)
		}
	})
}

func TestWhatIsNotPublished(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.nodes["changsha"]
		c.publish(id, 1, quicker)
		good := c.edited(id, quicker)
		for _, x := range []struct {
			name, item, city, reason string
			edit                     []byte
			after                    int
			want                     error
		}{
			{"another city's", id, "zhuzhou", "r", good, 1, services.ErrNotMine},
			{"of no city", id, "", "r", good, 1, services.ErrNotMine},
			{"an item of none", "nothing", "changsha", "r", good, 1, store.ErrUnknown},
			{"an old edition edited", id, "changsha", "r", good, 1, store.ErrServiceMoved},
			{"one that is not there yet", id, "changsha", "r", good, 3, store.ErrServiceMoved},
			{"no reason", id, "changsha", " \n", good, 2, services.ErrReason},
			{"nothing changed", id, "changsha", "r", c.edited(id, func(*catalogue.Item) {}), 2, services.ErrSame},
			{"a promise after the law", id, "changsha", "r", c.edited(id, func(i *catalogue.Item) { i.Limits.Promised.Count = 30 }), 2, services.ErrFaults},
			{"another basic code", id, "changsha", "r", c.edited(id, func(i *catalogue.Item) { i.Basic = "XXSCJ9999999" }), 2, services.ErrFaults},
			{"another form", id, "changsha", "r", c.edited(id, func(i *catalogue.Item) { i.Form, i.Materials[3].When = "personal", "" }), 2, services.ErrFaults},
			{"under another id", id, "changsha", "r", c.edited(id, func(i *catalogue.Item) { i.ID = "senior-card" }), 2, services.ErrFaults},
			{"in another city's name", id, "changsha", "r", c.edited(id, func(i *catalogue.Item) { i.City = "zhuzhou" }), 2, services.ErrFaults},
			{"no JSON", id, "changsha", "r", []byte("{"), 2, services.ErrFaults},
			{"a name twice", id, "changsha", "r", bytes.Replace(good, []byte(`{"id"`), []byte(`{"id":"a","id"`), 1), 2, services.ErrFaults},
			{"a field of none", id, "changsha", "r", bytes.Replace(good, []byte(`{"id"`), []byte(`{"colour":"red","id"`), 1), 2, services.ErrFaults},
			{"too long", id, "changsha", "r", bytes.Replace(good, []byte(`"kind"`), []byte(`"x":"`+strings.Repeat("长", 50_000)+`","kind"`), 1), 2, services.ErrFaults},
		} {
			_, err := c.Publish(t.Context(), x.item, x.city, x.edit, x.after, x.reason, "editor")
			if !errors.Is(err, x.want) {
				t.Errorf("%s: %v, want %v", x.name, err, x.want)
			}
			var bad *services.Faulty
			if errors.As(err, &bad) && (len(bad.Faults) == 0 || bad.Faults[0].Code == "") {
				t.Errorf("%s: no fault is named", x.name)
			}
		}
		if list := must[[]services.Edition](t)(c.Versions(t.Context(), id, "changsha")); len(list) != 2 {
			t.Errorf("%d editions", len(list))
		}
		w.settle()
		if e, _ := w.nodes["zhuzhou"].Item("changsha", id); e.Version != 2 {
			t.Errorf("zhuzhou heard of %d", e.Version)
		}
	})
}

func TestAFormerEditionIsBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.nodes["changsha"]
		c.publish(id, 1, quicker)
		c.publish(id, 2, quicker)
		e, err := c.Revert(t.Context(), id, "changsha", 1, 3, "填错", "editor")
		if err != nil || e.Version != 4 || e.Origin != store.EditionRevert || e.Of.Limits.Promised.Count != 8 {
			t.Fatalf("%+v %v", e.ServiceEdition, err)
		}
		if _, err := c.Revert(t.Context(), id, "changsha", 1, 4, "again", "editor"); !errors.Is(err, services.ErrSame) {
			t.Errorf("what is in force is brought back: %v", err)
		}
		if _, err := c.Revert(t.Context(), id, "changsha", 9, 4, "r", "editor"); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("an edition of none: %v", err)
		}
		if _, err := c.Revert(t.Context(), id, "changsha", 2, 3, "r", "editor"); !errors.Is(err, store.ErrServiceMoved) {
			t.Errorf("behind somebody's back: %v", err)
		}
		var days []int
		for _, e := range must[[]services.Edition](t)(c.Versions(t.Context(), id, "changsha")) {
			days = append(days, e.Of.Limits.Promised.Count)
		}
		if fmt.Sprint(days) != "[8 6 7 8]" {
			t.Errorf("editions promise %v", days)
		}
		if _, err := c.Versions(t.Context(), id, "zhuzhou"); !errors.Is(err, services.ErrNotMine) {
			t.Errorf("another city's editions: %v", err)
		}
	})
}

// TestACaseKeepsItsEdition asks of a case what was asked when it was opened.
func TestACaseKeepsItsEdition(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.nodes["changsha"]
		desk := c.ForCases()
		opened := must[cases.Item](t)(desk.Item(t.Context(), "changsha", id))
		c.publish(id, 1, func(i *catalogue.Item) { i.Materials = i.Materials[:2] })
		now := must[cases.Item](t)(desk.Item(t.Context(), "changsha", id))
		if opened.Edition != "1" || now.Edition != "2" {
			t.Fatalf("editions %s and %s", opened.Edition, now.Edition)
		}
		answers := json.RawMessage(`{"format":"restaurant","items":["hot"]}`)
		then := must[[]cases.Material](t)(desk.Needed(t.Context(), opened, answers))
		later := must[[]cases.Material](t)(desk.Needed(t.Context(), now, answers))
		if len(then) != 4 || len(later) != 2 {
			t.Errorf("%d materials were asked for, and %d", len(then), len(later))
		}
		opened.Edition = "7"
		if _, err := desk.Needed(t.Context(), opened, answers); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("an edition of none: %v", err)
		}
	})
}

// TestACaseHasTheLimitOfItsItem in the days that the item counts, and the law's in working days.
func TestACaseHasTheLimitOfItsItem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.nodes["changsha"]
		for i, l := range []struct {
			limits    catalogue.Limits
			promised  int
			natural   bool
			statutory int
		}{
			{catalogue.Limits{Statutory: catalogue.Days{Count: 20, Unit: catalogue.Working}, Promised: catalogue.Days{Count: 9, Unit: catalogue.Working}}, 9, false, 20},
			{catalogue.Limits{Statutory: catalogue.Days{Count: 30, Unit: catalogue.Calendar}, Promised: catalogue.Days{Count: 10, Unit: catalogue.Calendar}}, 10, true, 21},
		} {
			c.publish(id, i+1, func(it *catalogue.Item) {
				l.limits.Statutory.Mark, l.limits.Promised.Mark = it.Limits.Statutory.Mark, it.Limits.Promised.Mark
				for n := range it.Steps {
					if it.Steps[n].Days > 1 {
						it.Steps[n].Days += l.limits.Promised.Count - it.Limits.Promised.Count
						break
					}
				}
				it.Limits = l.limits
			})
			it := must[cases.Item](t)(c.ForCases().Item(t.Context(), "changsha", id))
			if it.Promised != l.promised || it.Natural != l.natural || it.Statutory != l.statutory || it.Office == "" || it.Offline {
				t.Errorf("%+v is %+v", l.limits, it)
			}
		}
	})
}

func TestWhatOthersTellIsHeldToTheRules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		changsha, zhuzhou := w.nodes["changsha"], w.nodes["zhuzhou"]
		says := func(city string, change func(i *catalogue.Item)) json.RawMessage {
			i, _ := catalogue.ReadItem(must[[]byte](t)(json.Marshal(w.nodes["changsha"].Catalogue.Item(id, city))))
			change(i)
			return must[[]byte](t)(json.Marshal(i))
		}
		body := func(city string, version int, says json.RawMessage) map[string]any {
			return map[string]any{"city": city, "item": id, "version": version, "at": "2026-11-26T08:00:00Z", "says": says}
		}
		with := func(b map[string]any, key string, v any) map[string]any { b[key] = v; return b }
		same := func(*catalogue.Item) {}
		for n, x := range []struct {
			name string
			body any
		}{
			{"another city's item", body("changsha", 5, says("changsha", quicker))},
			{"its own name on another's item", body("zhuzhou", 5, says("changsha", quicker))},
			{"an item of none", with(body("zhuzhou", 5, says("zhuzhou", same)), "item", "nothing")},
			{"an item under another id", with(body("zhuzhou", 5, says("zhuzhou", same)), "item", "senior-card")},
			{"a grave fault", body("zhuzhou", 5, says("zhuzhou", func(i *catalogue.Item) { i.Limits.Promised.Count = 99 }))},
			{"another form", body("zhuzhou", 5, says("zhuzhou", func(i *catalogue.Item) { i.Form, i.Materials[3].When = "personal", "" }))},
			{"version none", body("zhuzhou", 0, says("zhuzhou", quicker))},
			{"no moment", with(body("zhuzhou", 5, says("zhuzhou", quicker)), "at", "today")},
			{"more than is asked", with(body("zhuzhou", 5, says("zhuzhou", quicker)), "by", "me")},
			{"nothing", map[string]any{}},
			{"an item that is a text", with(body("zhuzhou", 5, nil), "says", "x")},
		} {
			zhuzhou.say("changsha", x.body)
			w.settle()
			if e, _ := changsha.Item("zhuzhou", id); e.Version != 1 {
				t.Errorf("%s was taken: %d", x.name, e.Version)
			}
			if e, _ := changsha.Item("changsha", id); e.Version != 1 {
				t.Errorf("%s changed changsha's own", x.name)
			}
			failed := 0
			for _, m := range must[[]store.In](t)(changsha.store.Inbox(t.Context(), 100)) {
				if m.Reason != nil && m.Reason.Code == message.Unhandled {
					failed++
				}
			}
			if failed != n+1 {
				t.Errorf("%s: %d messages wait for a person, want %d", x.name, failed, n+1)
			}
		}
	})
}

// TestAnOlderEditionThatComesLateHasNoEffect hears of the fourth, then of the third.
func TestAnOlderEditionThatComesLateHasNoEffect(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		changsha, zhuzhou := w.nodes["changsha"], w.nodes["zhuzhou"]
		i, _ := catalogue.ReadItem(must[[]byte](t)(json.Marshal(changsha.Catalogue.Item(id, "zhuzhou"))))
		for _, v := range []int{4, 3, 4} {
			quicker(i)
			zhuzhou.say("changsha", map[string]any{"city": "zhuzhou", "item": id, "version": v, "at": "2026-11-26T08:00:00Z", "says": i})
			w.settle()
		}
		if e, _ := changsha.Item("zhuzhou", id); e.Version != 4 || e.Of.Limits.Promised.Count != 7 {
			t.Errorf("version %d with %d days", e.Version, e.Of.Limits.Promised.Count)
		}
	})
}

func TestThePackSaysSomethingNew(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.nodes["changsha"]
		c.publish("signboard", 1, quicker)
		const name = "service/items/"
		files := changed(w.pack.Files, name+id+".yaml", bytes.Replace(w.pack.Files[name+id+".yaml"], []byte("en: food-business licence}"), []byte("en: licence for food}"), 1))
		files = changed(files, name+"signboard.yaml", bytes.Replace(files[name+"signboard.yaml"], []byte("putting up"), []byte("setting up"), 1))
		again := must[*services.Desk](t)(services.New(t.Context(), c.settings(files)))
		for _, x := range []struct {
			item, origin string
			version      int
		}{{id, store.EditionPack, 2}, {"signboard", store.EditionEdit, 2}, {"senior-card", store.EditionPack, 1}} {
			if e, err := again.Item("changsha", x.item); err != nil || e.Version != x.version || e.Origin != x.origin {
				t.Errorf("%s is %+v, %v", x.item, e.ServiceEdition, err)
			}
		}
		third := must[*services.Desk](t)(services.New(t.Context(), c.settings(files)))
		if e, _ := third.Item("changsha", id); e.Version != 2 {
			t.Errorf("a start without news made edition %d", e.Version)
		}
		w.settle()
		if e, _ := w.nodes["zhuzhou"].Item("changsha", id); e.Version != 2 || e.Of.Name.En != "licence for food" {
			t.Errorf("zhuzhou has %d: %s", e.Version, e.Of.Name.En)
		}
	})
}

func TestOfTwoEditorsOneIsFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.nodes["changsha"]
		edits := [][]byte{c.edited(id, quicker), c.edited(id, func(i *catalogue.Item) { i.Online.Delivery = false })}
		errs := make([]error, 8)
		var all sync.WaitGroup
		for n := range errs {
			all.Go(func() {
				_, errs[n] = c.Publish(t.Context(), id, "changsha", edits[n%2], 1, "r", fmt.Sprint(n))
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, store.ErrServiceMoved) && !errors.Is(err, services.ErrSame):
				t.Error(err)
			}
		}
		if list := must[[]services.Edition](t)(c.Versions(t.Context(), id, "changsha")); won != 1 || len(list) != 2 {
			t.Errorf("%d published, %d editions", won, len(list))
		}
	})
}

// TestAPublicationIsWholeOrNotAtAll cuts it off at every statement.
func TestAPublicationIsWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.nodes["changsha"]
		edit := c.edited(id, quicker)
		done := false
		for n := int64(0); n < 400 && !done; n++ {
			_, err := c.Publish(storetest.CutAfter(n), id, "changsha", edit, 1, "r", "editor")
			list := must[[]store.ServiceEdition](t)(c.store.ServiceEditions(context.Background(), "changsha", id))
			out := len(must[[]message.Out](t)(c.store.Outbox(t.Context(), message.Waiting, 100)))
			switch done = len(list) == 2; {
			case err == nil && !done:
				t.Fatalf("cut at %d: published, and not there", n)
			case done && out != 2 || !done && out != 0:
				t.Fatalf("cut at %d: %d editions, %d messages", n, len(list), out)
			}
		}
		if !done {
			t.Error("never published")
		}
	})
}
