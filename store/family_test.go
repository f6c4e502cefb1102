package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/livelihood/household/family"
	"conurb/store"
	"conurb/trust/evidence"
)

var familyDay, _ = area.ParseDate("2026-11-26")

// dweller is somebody of age whose number is sound.
func dweller(n int, r family.Relation) family.Member {
	s := fmt.Sprintf("430199%04d0307%03d", 1950+n%50, n*2%1000+1)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return family.Member{Person: family.Person(s + string("10X98765432"[sum%11])), Name: fmt.Sprint("m", n), Sex: family.Male,
		Born: area.NewDate(1950+n%50, 3, 7), Relation: r}
}

func homeOf(t testing.TB, members ...family.Member) family.Household {
	t.Helper()
	h, err := family.Enter(family.Household{City: "changsha", Kind: family.Family, Address: "road 1"}, members, familyDay)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func keep(s *store.Store, h family.Household, why string) (out family.Household, err error) {
	err = s.Do(context.Background(), func(d *store.Deed) error {
		out, err = d.KeepFamily(store.FamilyVersion{Household: h, By: "wang", Why: why})
		return err
	})
	return out, err
}

func TestHouseholdsAreKeptWithTheirHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		one, err := keep(s, homeOf(t, dweller(1, family.Head), dweller(2, "20"), dweller(3, "20")), "entered")
		if err != nil || one.ID == "" {
			t.Fatal(err)
		}
		other, err := keep(s, homeOf(t, dweller(4, family.Head)), "entered")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keep(s, homeOf(t, dweller(2, family.Head)), "entered"); !errors.Is(err, store.ErrExists) {
			t.Errorf("a person in two households: %v", err)
		}
		if _, err := keep(s, one, "born"); !errors.Is(err, store.ErrFamilyStale) {
			t.Errorf("the same version again: %v", err)
		}
		rest, left, err := one.Take([]family.Person{dweller(2, "").Person}, "", nil, familyDay)
		if err != nil {
			t.Fatal(err)
		}
		joined, err := other.Join(left, map[family.Person]family.Relation{left[0].Person: "97"}, familyDay)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keep(s, joined, "in"); !errors.Is(err, store.ErrExists) {
			t.Errorf("joined before he left: %v", err)
		}
		err = s.Do(ctx, func(d *store.Deed) error {
			if _, err := d.KeepFamily(store.FamilyVersion{Household: rest, Why: "out"}); err != nil {
				return err
			}
			_, err := d.KeepFamily(store.FamilyVersion{Household: joined, Why: "in"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if h, err := s.FamilyOf(ctx, left[0].Person); err != nil || h.ID != other.ID {
			t.Errorf("he is in %q: %v", h.ID, err)
		}
		history, err := s.FamilyHistory(ctx, one.ID)
		if err != nil || len(history) != 2 || len(history[0].Household.Members) != 3 || history[1].Why != "out" || history[0].By != "wang" {
			t.Errorf("history %+v: %v", history, err)
		}
		all, err := s.Families(ctx, store.FamilyFilter{Kind: family.Family, After: one.ID})
		if err != nil || len(all) != 1 || all[0].ID != other.ID {
			t.Errorf("listed are %+v: %v", all, err)
		}
		if _, err := s.FamilyOf(ctx, "nobody"); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("nobody's household: %v", err)
		}
		r, err := s.CheckIntegrity(ctx, evidence.AuditOptions{})
		if err != nil || !r.OK() {
			t.Errorf("verify: %v %+v", err, r)
		}
		saved := backup(t, s)
		two := storetest.Open(t, storetest.DSN(t, "sqlite"))
		if err := restore(two, saved); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved, backup(t, two)) {
			t.Error("the backup of what was restored differs")
		}
		if h, err := two.FamilyOf(ctx, left[0].Person); err != nil || h.ID != other.ID || h.Version != 2 {
			t.Errorf("restored, he is in %q: %v", h.ID, err)
		}
	})
}

func TestHouseholdsThatWereTamperedWithAreNamed(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	s := storetest.Open(t, dsn)
	if _, err := keep(s, homeOf(t, dweller(1, family.Head), dweller(2, "20")), "entered"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"a member elsewhere", `UPDATE family_member SET household = 'other' WHERE person = '` + string(dweller(2, "").Person) + `'`, "family_member " + string(dweller(2, "").Person)},
		{"a member gone", `DELETE FROM family_member WHERE person = '` + string(dweller(1, "").Person) + `'`, "family_member " + string(dweller(1, "").Person)},
		{"a member more", `INSERT INTO family_member (person, household, log) VALUES ('x', 'y', 0)`, "family_member x"},
		{"another kind", `UPDATE family_household SET kind = 'collective'`, "family_household"},
		{"no number", `UPDATE family_household SET members = 'many'`, "family_household"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := storetest.Raw(t, dsn)
			tx, err := db.Begin()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(c.text); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			r, err := s.CheckIntegrity(context.Background(), evidence.AuditOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(r.Findings, func(f evidence.Finding) bool { return strings.HasPrefix(f.ID, c.want) }) {
				t.Errorf("not named: %+v", r.Findings)
			}
			mend(t, db)
		})
	}
}

func mend(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, text := range []string{`DELETE FROM family_member`, `UPDATE family_household SET kind = 'family', members = 2`,
		`INSERT INTO family_member (person, household, log) SELECT '` + string(dweller(1, "").Person) + `', id, log FROM family_household`,
		`INSERT INTO family_member (person, household, log) SELECT '` + string(dweller(2, "").Person) + `', id, log FROM family_household`} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever is kept in whatever order, nobody is in two households, and the tables follow from
// the notes.
func TestNobodyIsInTwoHouseholds(t *testing.T) {
	ctx, s := context.Background(), storetest.Open(t, storetest.DSN(t, "sqlite"))
	rapid.Check(t, func(rt *rapid.T) {
		var ids []string
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			n := rapid.IntRange(0, 12).Draw(rt, "who")
			h := homeOf(t, dweller(n, family.Head), dweller(n+rapid.IntRange(1, 3).Draw(rt, "beside"), "20"))
			if h, err := keep(s, h, "entered"); err == nil {
				ids = append(ids, h.ID)
			} else if !errors.Is(err, store.ErrExists) {
				rt.Fatal(err)
			}
		}
		where := map[family.Person]string{}
		all, err := s.Families(ctx, store.FamilyFilter{Limit: 1000})
		if err != nil {
			rt.Fatal(err)
		}
		for _, h := range all {
			for _, m := range h.Members {
				if where[m.Person] != "" {
					rt.Fatalf("%s is in two households", m.Person)
				}
				where[m.Person] = h.ID
			}
		}
		for _, id := range ids { // leave room for the next
			h, err := s.Family(ctx, id)
			if err != nil {
				rt.Fatal(err)
			}
			var gone []family.Person
			for _, m := range h.Members {
				gone = append(gone, m.Person)
			}
			rest, _, err := h.Take(gone, "", nil, familyDay)
			if err != nil {
				rt.Fatal(err)
			}
			if _, err := keep(s, rest, "out"); err != nil {
				rt.Fatal(err)
			}
		}
	})
	if r, err := s.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || !r.OK() {
		t.Errorf("verify: %v %+v", err, r)
	}
}

// A write that is cut off anywhere leaves nothing of it.
func TestAHouseholdIsKeptWholeOrNotAtAll(t *testing.T) {
	s := storetest.Open(t, storetest.DSN(t, "sqlite"))
	h := homeOf(t, dweller(1, family.Head), dweller(2, "20"))
	for n := int64(0); ; n++ {
		cut := storetest.CutAfter(n)
		err := s.Do(cut, func(d *store.Deed) error {
			_, err := d.KeepFamily(store.FamilyVersion{Household: h, Why: "entered"})
			return err
		})
		all, err2 := s.Families(context.Background(), store.FamilyFilter{})
		if err2 != nil {
			t.Fatal(err2)
		}
		if err == nil {
			if len(all) != 1 {
				t.Fatalf("%d households are there", len(all))
			}
			return
		}
		if len(all) != 0 {
			if _, err := s.FamilyOf(context.Background(), dweller(1, "").Person); err != nil {
				t.Fatalf("after %d questions half of it is there: %v", n, err)
			}
			return // it was committed, and the caller was told too late
		}
	}
}
