package town_test

import (
	"strings"
	"testing"

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
	if status, p := w.ask("registrar@changsha", "POST", "/households", students, &made); status != 201 {
		t.Fatalf("a collective household: %d %+v", status, p)
	}
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
	if status, p := w.ask("registrar@changsha", "POST", "/households", own, &made); status != 201 {
		t.Fatalf("another enters him: %d %+v", status, p)
	}
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
