package town_test

import (
	"strings"
	"testing"
	"time"

	"conurb/app/people"
	"conurb/livelihood/licence"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

// Two students of a collective household, and a registrar who lives there too.
const (
	oneStudent     = "430199199801010013"
	anotherStudent = "430199199802020029"
	livesThere     = "430199199803030034"
)

// Of a collective household a member reads his own page, and nothing of those who were there before
// he came. A registrar enters nothing about himself and his own household.
func TestWhoReadsAndEntersAHousehold(t *testing.T) {
	w := newMoveWorld(t)
	member := func(number, name, sex, born string) string {
		return `{"person":"` + number + `","name":"` + name + `","sex":"` + sex + `","born":"` + born + `","relation":"99"}`
	}
	students := `{"kind":"collective","address":"大学路1号","unit":"示例大学","places":9,"reason":"立户","members":[` + member(oneStudent, "学生甲", "1", "1998-01-01") + `,` + member(anotherStudent, "学生乙", "2", "1998-02-02") + `]}`
	var made struct{ ID string }
	made.ID = w.enters("registrar@changsha", "/households", students).Household
	w.citizen("changsha", "student", oneStudent, "学生甲")
	type home struct {
		Household *struct {
			Members []struct{ Person string }
		}
		Households []struct {
			Members []struct{ Person string }
		}
		Versions []struct {
			Household struct {
				Members []struct{ Person string }
			}
		}
	}
	for _, path := range []string{"/households/mine", "/households/" + made.ID, "/households?person=" + oneStudent} {
		var h home
		if status, p := w.ask("student@changsha", "GET", path, "", &h); status != 200 {
			t.Fatalf("%s: %d %+v", path, status, p)
		}
		var people []string
		if h.Household != nil {
			h.Households = append(h.Households, *h.Household)
		}
		for _, v := range h.Versions {
			h.Households = append(h.Households, v.Household)
		}
		for _, one := range h.Households {
			for _, m := range one.Members {
				people = append(people, m.Person)
			}
		}
		if all := strings.Join(people, " "); !strings.Contains(all, oneStudent) || strings.Contains(all, anotherStudent) {
			t.Errorf("%s shows a student %s", path, all)
		}
		h = home{}
		if w.ask("registrar@changsha", "GET", "/households/"+made.ID, "", &h); h.Household == nil || len(h.Household.Members) != 2 {
			t.Errorf("a registrar does not see both: %+v", h.Household)
		}
	}
	w.keeper("keeper", livesThere)
	own := `{"kind":"family","address":"a","reason":"r","members":[{"person":"` + livesThere + `","name":"登记员","sex":"1","born":"1998-03-03","relation":"02"}]}`
	if status, p := w.ask("keeper", "POST", "/households", own, nil); status != 403 {
		t.Errorf("a registrar enters himself: %d %+v", status, p)
	}
	made.ID = w.enters("registrar@changsha", "/households", own).Household
	for path, body := range map[string]string{
		"/blocks": `{"person":"` + livesThere + `","code":"","reason":"r"}`,
		"/head":   `{"head":"` + livesThere + `","reason":"r"}`,
		"/births": `{"person":"` + oneStudent + `","name":"x","sex":"1","born":"1998-01-01","relation":"20","reason":"r"}`,
	} {
		if status, p := w.ask("keeper", "POST", "/households/"+made.ID+path, body, nil); status != 403 {
			t.Errorf("a registrar and his own household, %s: %d %+v", path, status, p)
		}
	}
}

// entry is what the tests read of one.
type entry struct {
	ID, State, Household, Why, Remedy, EndedWhy string
	Persons, Waits                              []string
	Cities                                      []struct{ City, Said, Text string }
}

// enters begins an entry and waits for its end.
func (w *moveWorld) enters(who, path, body string) (e entry) {
	w.t.Helper()
	if status, p := w.ask(who, "POST", path, body, &e); status != 201 || e.ID == "" {
		w.t.Fatalf("%s begins an entry: %d %+v", who, status, p)
	}
	for until := time.Now().Add(30 * time.Second); e.State == "asking"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			w.t.Fatalf("it waits: %+v", e)
		}
		e = entry{ID: e.ID}
		if status, p := w.ask(who, "GET", "/household-entries/"+e.ID, "", &e); status != 200 {
			w.t.Fatalf("the entry: %d %+v", status, p)
		}
	}
	return e
}

// A registrar enters somebody who is registered in another city: it is refused with the city and
// what to do, and nobody is registered who came with him.
func TestAnEntryIsRefusedByAnotherCity(t *testing.T) {
	w := newMoveWorld(t)
	const fresh = "430199199801010013"
	both := `{"kind":"family","address":"a","reason":"r","members":[{"person":"` + fresh + `","name":"甲","sex":"1","born":"1998-01-01","relation":"02"},` +
		`{"person":"` + zhouNumber + `","name":"周云（示例）","sex":"2","born":"1988-11-15","relation":"12"}]}`
	e := w.enters("registrar@changsha", "/households?lang=en", both)
	if e.State != "refused" || e.Household != "" || !strings.Contains(e.Why, zhouNumber) || !strings.Contains(e.Remedy, "move") && !strings.Contains(e.Remedy, "迁入") {
		t.Errorf("%+v", e)
	}
	if status, _ := w.ask("registrar@changsha", "GET", "/registrations/"+fresh, "", nil); status != 404 {
		t.Errorf("the other one: %d", status)
	}
	alone := strings.Replace(both, `,{"person":"`+zhouNumber+`","name":"周云（示例）","sex":"2","born":"1988-11-15","relation":"12"}`, "", 1)
	for range 10 { // the question of Changsha may still be on its way here, and goes first
		if e = w.enters("registrar@xiangtan", "/households", alone); e.State == "entered" {
			break
		}
	}
	if e.State != "entered" || len(e.Persons) != 1 {
		t.Errorf("alone, elsewhere: %+v", e)
	}
	for _, c := range []struct {
		who, method, path, body string
		want                    int
	}{
		{"registrar@xiangtan", "POST", "/household-entries/" + e.ID + "/withdraw", `{"reason":"r"}`, 409},
		{"registrar@xiangtan", "POST", "/household-entries/" + e.ID + "/withdraw", `{"reason":"r","sure":true}`, 409},
		{"registrar@xiangtan", "POST", "/household-entries/" + e.ID + "/withdraw", `{"reason":""}`, 422},
		{"registrar@xiangtan", "POST", "/household-entries/" + e.ID + "/again", ``, 409},
		{"registrar@xiangtan", "POST", "/household-entries/none/withdraw", `{"reason":"r"}`, 404},
		{"registrar@xiangtan", "POST", "/household-entries/none/again", ``, 404},
		{"registrar@xiangtan", "GET", "/household-entries/none", ``, 404},
		{"registrar@changsha", "GET", "/household-entries/" + e.ID, ``, 404},
		{"clerk@xiangtan", "POST", "/household-entries/" + e.ID + "/withdraw", `{"reason":"r"}`, 403},
		{"clerk@xiangtan", "POST", "/household-entries/" + e.ID + "/again", ``, 403},
		{"zhou.yun@zhuzhou", "GET", "/household-entries", ``, 403},
		{"zhou.yun@zhuzhou", "GET", "/household-entries/" + e.ID, ``, 403},
		{"zhou.yun@zhuzhou", "POST", "/household-entries/" + e.ID + "/withdraw", `{"reason":"r"}`, 403},
	} {
		if status, p := w.ask(c.who, c.method, c.path, c.body, nil); status != c.want || p.Detail == "" || p.Remedy == "" {
			t.Errorf("%s %s %s %s: %d %+v", c.who, c.method, c.path, c.body, status, p)
		}
	}
	var list struct{ Entries []entry }
	if status, _ := w.ask("registrar@xiangtan", "GET", "/household-entries?open=true", "", &list); status != 200 || len(list.Entries) != 0 {
		t.Errorf("open: %d %+v", status, list)
	}
}

// keeper adds a registrar of Changsha who has a number of his own.
func (w *moveWorld) keeper(login, number string) {
	w.t.Helper()
	const password = "a stone bridge in the rain"
	p, err := people.New(people.Options{Store: w.all["changsha"].App.Store(), Party: "changsha", URL: w.all["changsha"].URL(), Cost: identity.Cost{Passes: 1, Memory: 8 << 10, Threads: 1}})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := p.AddAccount(w.t.Context(), identity.Account{Login: login, Name: "登记员", Kind: rights.Staff, HolderKind: licence.KindCitizen, HolderCode: number,
		Roles: []rights.Role{{Name: rights.Registrar, City: "changsha"}}}, password, "test"); err != nil {
		w.t.Fatal(err)
	}
	accounts[login] = password
	w.in[login] = signIn(w.t, w.seats["changsha"], login)
}
