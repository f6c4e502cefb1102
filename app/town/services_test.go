package town_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// offered is what the tests read of an item of a city.
type offered struct {
	City, Version, Origin, By, Reason string
	InForce                           bool
	Item                              map[string]any
}

type compared struct {
	Cities      []offered
	Differences []struct {
		Field, Label string
		Values       map[string]string
		Codes        map[string]string
	}
	Bundles []string
}

func (w *caseWorld) got(who, path string, to any) {
	w.t.Helper()
	if status, p := w.ask(who, http.MethodGet, path, "", to); status != http.StatusOK {
		w.t.Fatalf("%s: %d %+v", path, status, p)
	}
}

func edit(t *testing.T, item map[string]any, change func(map[string]any), more string) string {
	t.Helper()
	b, err := json.Marshal(item)
	if err != nil {
		t.Fatal(err)
	}
	var again map[string]any
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	change(again)
	if b, err = json.Marshal(again); err != nil {
		t.Fatal(err)
	}
	return `{"item":` + string(b) + more + `}`
}

func promise(days float64) func(map[string]any) {
	return func(i map[string]any) {
		i["limits"].(map[string]any)["promised"].(map[string]any)["count"] = days
		steps := i["steps"].([]any)
		for _, s := range steps {
			delete(s.(map[string]any), "days")
		}
		steps[0].(map[string]any)["days"] = days
	}
}

// TestTheCatalogueByTheAPI reads it as a citizen, and changes it as an editor.
func TestTheCatalogueByTheAPI(t *testing.T) {
	w := newCaseWorld(t)
	var list struct {
		Services []struct {
			ID      string
			Differs int
			Cities  []struct{ City, Version string }
		}
		Bundles []struct{ ID string }
		City    string
	}
	w.got("nobody", "/services", &list)
	if len(list.Services) < 25 || len(list.Bundles) != 4 || list.City != "changsha" || len(list.Services[0].Cities) != 3 {
		t.Errorf("%d items, %d bundles, edited: %s", len(list.Services), len(list.Bundles), list.City)
	}
	all := list.Services
	w.got("nobody", "/services?q=%E5%AD%A9%E5%AD%90%E4%B8%8A%E6%88%B7%E5%8F%A3", &list) // 孩子上户口
	if len(list.Services) == 0 || list.Services[0].ID != "birth-registration" {
		t.Errorf("孩子上户口: %+v", list.Services)
	}
	w.got("nobody", "/services?mode=deputy&subject=business&city=xiangtan", &list)
	if len(list.Services) != 0 {
		t.Errorf("xiangtan by deputy: %+v", list.Services)
	}
	w.got("nobody", "/services?mode=deputy&subject=business", &list)
	if len(list.Services) != 1 || len(list.Services[0].Cities) != 2 || list.Services[0].Differs != 1 {
		t.Errorf("by deputy: %+v", list.Services)
	}
	for _, s := range all { // every item and its form can be shown
		var c compared
		w.got("nobody", "/services/"+s.ID, &c)
		for _, o := range c.Cities {
			if form := o.Item["form"].(string); len(c.Cities) != 3 {
				t.Errorf("%s in %d cities", s.ID, len(c.Cities))
			} else {
				w.got("nobody", "/forms/"+form, nil)
			}
		}
	}
	for _, b := range []string{"newborn", "work-move", "retirement", "restaurant"} {
		w.got("nobody", "/bundles/"+b, nil)
	}

	var now offered
	w.got("nobody", "/services/food-licence/changsha", &now)
	const path = "/services/food-licence/changsha"
	var checked struct {
		Faults []struct {
			At, Code, Detail, Remedy string
			Mild                     bool
		}
		Differences []struct {
			Field  string
			Values map[string]string
		}
	}
	if status, p := w.ask("editor", http.MethodPost, path+"/check?lang=en", edit(t, now.Item, promise(30), ""), &checked); status != http.StatusOK {
		t.Fatal(status, p)
	}
	grave := slices.DeleteFunc(checked.Faults, func(f struct {
		At, Code, Detail, Remedy string
		Mild                     bool
	}) bool {
		return f.Mild
	})
	if len(grave) != 1 || grave[0].At != "/limits/promised" || grave[0].Detail != "The promise of 30 days ends after the 10 days of the law." || grave[0].Remedy == "" {
		t.Errorf("%+v", checked.Faults)
	}
	if checked.Differences[0].Field != "promised" || !maps.Equal(checked.Differences[0].Values, map[string]string{"now": "8 working days", "draft": "30 working days"}) {
		t.Errorf("%+v", checked.Differences)
	}

	for _, x := range []struct {
		who, method, path, body string
		status                  int
		code                    string
	}{
		{"nobody", http.MethodPost, path + "/check", edit(t, now.Item, promise(6), ""), 401, "sign-in"},
		{"li.ming", http.MethodPut, path, edit(t, now.Item, promise(6), `,"reason":"r","version":"1"`), 403, "forbidden"},
		{"clerk", http.MethodPut, path, edit(t, now.Item, promise(6), `,"reason":"r","version":"1"`), 403, "forbidden"},
		{"supervisor", http.MethodPost, path + "/revert", `{"to":"1","reason":"r","version":"1"}`, 403, "forbidden"},
		{"editor", http.MethodPut, "/services/food-licence/zhuzhou", edit(t, now.Item, promise(6), `,"reason":"r","version":"1"`), 403, "forbidden"},
		{"li.ming", http.MethodGet, path + "/versions", "", 403, "forbidden"},
		{"editor", http.MethodPut, path, edit(t, now.Item, promise(30), `,"reason":"r","version":"1"`), 409, "service-refused"},
		{"editor", http.MethodPut, path, edit(t, now.Item, promise(6), `,"reason":"r","version":"9"`), 409, "service-refused"},
		{"editor", http.MethodPut, path, edit(t, now.Item, promise(6), `,"reason":" ","version":"1"`), 409, "service-refused"},
		{"editor", http.MethodPut, path, edit(t, now.Item, promise(6), `,"version":"1"`), 422, "invalid"},
		{"editor", http.MethodPut, "/services/nothing/changsha", edit(t, now.Item, promise(6), `,"reason":"r","version":"1"`), 404, "unknown"},
		{"editor", http.MethodPost, path + "/revert", `{"to":"7","reason":"r","version":"1"}`, 404, "unknown"},
		{"nobody", http.MethodGet, "/services/food-licence/wuhan", "", 404, "unknown"},
		{"nobody", http.MethodGet, "/services/nothing", "", 404, "unknown"},
		{"nobody", http.MethodGet, "/bundles/nothing", "", 404, "unknown"},
		{"nobody", http.MethodGet, "/forms/nothing", "", 404, "unknown"},
		{"nobody", http.MethodGet, "/services?mode=sometimes", "", 422, "invalid"},
		{"nobody", http.MethodGet, "/services-export?format=pdf", "", 422, "invalid"},
	} {
		status, p := w.ask(x.who, x.method, x.path, x.body, nil)
		if status != x.status || p.Code != x.code || p.Remedy == "" {
			t.Errorf("%s %s %s: %d %+v, want %d %s", x.who, x.method, x.path, status, p, x.status, x.code)
		}
	}

	var done offered
	if status, p := w.ask("editor", http.MethodPut, path, edit(t, now.Item, promise(6), `,"reason":"快一点","version":"1"`), &done); status != http.StatusOK || done.Version != "2" || done.By == "" {
		t.Fatal(status, p, done.Version)
	}
	var c compared
	w.got("nobody", "/services/food-licence?lang=zh-CN", &c)
	if c.Cities[0].Version != "2" || c.Cities[0].By != "" || c.Differences[0].Field != "promised" || c.Differences[0].Label != "承诺办结时限" || c.Differences[0].Values["changsha"] != "6 个工作日" || c.Differences[0].Codes["zhuzhou"] != "8 working" || !slices.Contains(c.Bundles, "restaurant") {
		t.Errorf("%+v %+v", c.Cities[0], c.Differences[0])
	}
	if status, p := w.ask("editor", http.MethodPost, path+"/revert", `{"to":"1","reason":"填错","version":"2"}`, &done); status != http.StatusOK || done.Version != "3" || done.Origin != "revert" {
		t.Fatal(status, p, done.Version)
	}
	var versions []offered
	w.got("editor", path+"/versions", &versions)
	if len(versions) != 3 || !versions[0].InForce || versions[1].Reason != "快一点" || versions[1].By == "" || versions[2].Origin != "pack" {
		t.Errorf("%+v", versions)
	}
}

func TestAnswersByTheAPI(t *testing.T) {
	w := newCaseWorld(t)
	var got struct {
		Faults    []struct{ At, Code, Detail, Remedy string }
		Materials []struct{ ID string }
		Fees      []struct{ Amount int }
	}
	if status, p := w.ask("nobody", http.MethodPost, "/services/household-transfer/changsha/answers?lang=en", `{"answers":{"kind":"spouse","people":[{"number":"1"}]},"complete":false}`, &got); status != http.StatusOK {
		t.Fatal(status, p)
	}
	if len(got.Faults) != 1 || got.Faults[0].At != "/people/0/number" || !strings.Contains(got.Faults[0].Detail, "check digit") || len(got.Materials) != 3 || got.Materials[2].ID != "marriage" {
		t.Errorf("%+v", got)
	}
	var plan struct {
		Faults []struct{ At, Code string }
		Steps  []struct{ Step, Item, City string }
	}
	if status, p := w.ask("nobody", http.MethodPost, "/bundles/retirement/plan", `{"answers":{}}`, &plan); status != http.StatusOK || len(plan.Faults) < 5 || len(plan.Steps) != 0 {
		t.Fatal(status, p, plan)
	}
	body := `{"answers":{"name":"李明","number":"11010519491231002X","phone":"13800000000","delivery":"online","city":"xiangtan","retires":"2026-12-01","kind":"normal","bank":"建行","card":"6222000000000000","agree":true}}`
	if status, p := w.ask("nobody", http.MethodPost, "/bundles/retirement/plan", body, &plan); status != http.StatusOK || len(plan.Steps) != 2 || plan.Steps[0].City != "xiangtan" {
		t.Errorf("%d %+v %+v", status, p, plan)
	}
}

func TestTheCatalogueIsExported(t *testing.T) {
	w := newCaseWorld(t)
	for _, x := range []struct{ format, kind, has string }{
		{"cpsv-ap", "application/ld+json", `"@type": [`}, {"turtle", "text/turtle; charset=utf-8", "a cpsv:PublicService"}, {"csv", "text/csv; charset=utf-8", "household-transfer,changsha,1,"},
	} {
		c := w.in["nobody"]
		answer, err := c.client.Get(c.seat.url() + "/api/v1/services-export?format=" + x.format)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), strings.Split(x.kind, ";")[0]) || !strings.Contains(string(b), x.has) {
			t.Errorf("%s: %d %s %v: %.200s", x.format, answer.StatusCode, answer.Header.Get("Content-Type"), err, b)
		}
	}
}
