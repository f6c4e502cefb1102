package family_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/livelihood/household/family"
)

var today, _ = area.ParseDate("2026-11-26")

// number is a citizen's number of a district that does not exist, sound by GB 11643.
func number(born area.Date, sex family.Sex, n int) family.Person {
	at := born.Time()
	order := n * 2 % 1000
	if sex == family.Male {
		order++
	}
	s := fmt.Sprintf("430199%04d%02d%02d%03d", at.Year(), at.Month(), at.Day(), order)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return family.Person(s + string("10X98765432"[sum%11]))
}

func day(t *testing.T, s string) area.Date {
	t.Helper()
	d, err := area.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func member(t *testing.T, name, born string, r family.Relation, sex family.Sex, guardians ...family.Person) family.Member {
	t.Helper()
	b := day(t, born)
	return family.Member{Person: number(b, sex, len(name)*7), Name: name, Sex: sex, Born: b, Relation: r, Guardians: guardians}
}

// home is a drawn family of three generations:
//
//	Gu (1950, f) ── mother of Hao
//	Hao (1978, m, head) ═ Wen (1980, f)
//	      ├─ Dan (2004, f)    └─ Kai (2015, m)
func home(t *testing.T) (family.Household, map[string]family.Person) {
	t.Helper()
	hao := member(t, "Hao", "1978-02-03", family.Head, family.Male)
	wen := member(t, "Wen W", "1980-05-06", family.Wife, family.Female)
	all := []family.Member{hao, wen, member(t, "Dan D D", "2004-01-02", "30", family.Female),
		member(t, "Kai", "2015-09-01", "20", family.Male, hao.Person, wen.Person), member(t, "Gu", "1950-10-01", family.Mother, family.Female)}
	h, err := family.Enter(family.Household{ID: "h", City: "zhuzhou", Kind: family.Family, Address: "road 2"}, all, today)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]family.Person{}
	for _, m := range all {
		by[m.Name[:2]] = m.Person
	}
	return h, by
}

func code(err error) string {
	var no *family.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	return fmt.Sprint(err)
}

func TestRelationsFollowToTheNewHead(t *testing.T) {
	h, by := home(t)
	for _, c := range []struct {
		name, head string
		leave      []string
		want       map[string]family.Relation
	}{
		{"the wife leads", "We", []string{"Ha"}, map[string]family.Relation{"We": "02", "Da": "30", "Ka": "20", "Gu": "54"}},
		{"the daughter leads", "Da", []string{"Ha"}, map[string]family.Relation{"We": "52", "Da": "02", "Ka": "73", "Gu": "62"}},
		{"the mother leads", "Gu", []string{"Ha"}, map[string]family.Relation{"We": "38", "Da": "42", "Ka": "41", "Gu": "02"}},
		{"nobody of weight leaves", "", []string{"Gu"}, map[string]family.Relation{"Ha": "02", "We": "12", "Da": "30", "Ka": "20"}},
		{"the wife leads while the husband stays", "We", []string{"Gu"}, map[string]family.Relation{"Ha": "11", "We": "02", "Da": "30", "Ka": "20"}},
	} {
		var leave []family.Person
		for _, n := range c.leave {
			leave = append(leave, by[n])
		}
		rest, left, err := h.Take(leave, by[c.head], nil, today)
		if err != nil || len(left) != len(leave) {
			t.Errorf("%s: %v, %d left", c.name, err, len(left))
			continue
		}
		for name, want := range c.want {
			if m, there := rest.Member(by[name]); !there || m.Relation != want {
				t.Errorf("%s: %s is %q to the head, want %q", c.name, name, m.Relation, want)
			}
		}
		if err := rest.Sound(today); err != nil || rest.Version != 2 || len(h.Members) != 5 || h.Version != 1 {
			t.Errorf("%s: %v; version %d after %d", c.name, err, rest.Version, h.Version)
		}
	}
}

func TestWhatDoesNotFollowIsAsked(t *testing.T) {
	h, by := home(t)
	step := member(t, "Step son", "2000-03-03", family.StepSon, family.Male)
	h.Members = append(h.Members, step)
	_, _, err := h.Take([]family.Person{by["Ha"]}, by["We"], nil, today)
	if code(err) != family.RefusedRelation {
		t.Fatalf("a stepson of the old head: %v", err)
	}
	_, rest, err := h.Pick([]family.Person{by["Ha"]})
	if err != nil {
		t.Fatal(err)
	}
	old, _ := h.Member(by["Ha"])
	if asked := family.Asked(rest, old, by["We"]); !slices.Equal(asked, []family.Person{step.Person}) {
		t.Errorf("asked are %v", asked)
	}
	after, _, err := h.Take([]family.Person{by["Ha"]}, by["We"], map[family.Person]family.Relation{step.Person: "20", by["Ka"]: family.StepSon}, today)
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[family.Person]family.Relation{step.Person: "20", by["Ka"]: family.StepSon} {
		if m, _ := after.Member(p); m.Relation != want {
			t.Errorf("%s is %q, want what was said, %q", m.Name, m.Relation, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	h, by := home(t)
	blocked := h
	blocked.Members = slices.Clone(h.Members)
	blocked.Members[1].Block = &family.Block{Code: "criminal", Reason: "r"}
	dorm, err := family.Enter(family.Household{ID: "d", City: "changsha", Kind: family.Collective, Address: "a", Unit: "a school", Places: 1}, nil, today)
	if err != nil {
		t.Fatal(err)
	}
	take := func(h family.Household, head string, leave ...string) error {
		var list []family.Person
		for _, n := range leave {
			list = append(list, by[n])
		}
		_, _, err := h.Take(list, by[head], nil, today)
		return err
	}
	join := func(h family.Household, r family.Relation, in ...family.Member) error {
		told := map[family.Person]family.Relation{}
		for _, m := range in {
			told[m.Person] = r
		}
		_, err := h.Join(in, told, today)
		return err
	}
	stranger := member(t, "Out Out", "1990-01-01", "99", family.Male)
	child := member(t, "Chi", "2020-01-01", "20", family.Male)
	enter := func(change func(m *family.Member)) error {
		m := member(t, "New", "1990-07-08", family.Head, family.Female)
		change(&m)
		_, err := family.Enter(family.Household{Kind: family.Family, Address: "a"}, []family.Member{m}, today)
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"nobody leaves", take(h, ""), family.RefusedNobody},
		{"one twice", take(h, "", "Gu", "Gu"), family.RefusedTwice},
		{"a stranger", take(h, "", "XX"), family.RefusedStranger},
		{"the head without successor", take(h, "", "Ha"), family.RefusedHead},
		{"a successor who leaves", take(h, "We", "Ha", "We"), family.RefusedHeadGone},
		{"a successor under age", take(h, "Ka", "Ha"), family.RefusedHeadMinor},
		{"a child left alone", take(h, "Ka", "Ha", "We", "Da", "Gu"), family.RefusedAlone},
		{"blocked", take(blocked, "", "We"), family.RefusedBlocked},
		{"who is there already", join(h, "97", h.Members[1]), family.RefusedMember},
		{"no relation", join(h, "", stranger), family.RefusedRelation},
		{"a second head", join(h, family.Head, stranger), family.RefusedHeads},
		{"a man as daughter", join(h, "30", stranger), family.RefusedCode},
		{"no code", join(h, "03", stranger), family.RefusedCode},
		{"a full dormitory", join(dorm, "", stranger, child), family.RefusedFull},
		{"a household of nobody", join(family.Household{Kind: family.Family}, "97", stranger), family.RefusedHead},
		{"no number", enter(func(m *family.Member) { m.Person = "430199199007080000" }), family.RefusedNumber},
		{"another birthday", enter(func(m *family.Member) { m.Born++ }), family.RefusedBorn},
		{"another sex", enter(func(m *family.Member) { m.Sex = family.Male }), family.RefusedSex},
		{"no name", enter(func(m *family.Member) { m.Name = " " }), family.RefusedName},
		{"no head", enter(func(m *family.Member) { m.Relation = "30" }), family.RefusedHead},
		{"unborn", enter(func(m *family.Member) { m.Born = today + 1; m.Person = number(m.Born, family.Female, 1) }), family.RefusedFuture},
		{"a minor alone", family.Guarded([]family.Member{child}, nil, today), family.RefusedGuardian},
		{"a minor by his own consent", family.Guarded([]family.Member{child}, map[family.Person]family.Person{child.Person: child.Person}, today), family.RefusedGuardian},
		{"a minor with one who is no guardian", family.Guarded([]family.Member{h.Members[3], stranger}, nil, today), family.RefusedGuardian},
	} {
		if code(c.err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, c.err, c.want)
		}
	}
	for name, err := range map[string]error{
		"a minor with a guardian": family.Guarded(h.Members[:4], nil, today),
		"a minor by consent":      family.Guarded(h.Members[3:4], map[family.Person]family.Person{by["Ka"]: by["We"]}, today),
		"into the dormitory":      join(dorm, "", stranger),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// drawn is a family of anybody with relations as they may stand in a register.
func drawn(t *rapid.T) family.Household {
	n := rapid.IntRange(1, 8).Draw(t, "members")
	var all []family.Member
	for i := range n {
		sex := rapid.SampledFrom([]family.Sex{family.Male, family.Female}).Draw(t, "sex")
		born := today - area.Date(rapid.IntRange(0, 80*365).Draw(t, "age"))
		r := family.Head
		if i == 0 {
			born = today - area.Date(rapid.IntRange(19*366, 80*365).Draw(t, "age of the head"))
		} else {
			r = rapid.SampledFrom(family.Relations[1:]).Filter(func(r family.Relation) bool { return r.Fits(sex) }).Draw(t, "relation")
		}
		all = append(all, family.Member{Person: number(born, sex, i), Name: fmt.Sprint("m", i), Sex: sex, Born: born, Relation: r})
	}
	h, err := family.Enter(family.Household{ID: "h", City: "c", Kind: family.Family, Address: "a"}, all, today)
	if err != nil {
		t.Fatalf("enter: %v", err)
	}
	return h
}

// told says of everybody "other relative" to a head.
func told(members []family.Member) map[family.Person]family.Relation {
	all := map[family.Person]family.Relation{}
	for _, m := range members {
		all[m.Person] = family.Relative
	}
	return all
}

func TestAHouseholdHasOneHeadAndNobodyIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawn(t)
		var leave []family.Person
		for _, m := range h.Members {
			if rapid.Bool().Draw(t, "leaves") {
				leave = append(leave, m.Person)
			}
		}
		successor := rapid.SampledFrom(append([]family.Member{{}}, h.Members...)).Draw(t, "successor").Person
		before := slices.Clone(h.Members)
		rest, left, err := h.Take(leave, successor, told(h.Members), today)
		if !reflect.DeepEqual(before, h.Members) || h.Version != 1 {
			t.Fatal("the argument was changed")
		}
		if err != nil {
			if code(err) == "" || rest.Members != nil || left != nil {
				t.Fatalf("refused by halves: %v", err)
			}
			return
		}
		if len(rest.Members)+len(left) != len(h.Members) {
			t.Fatalf("%d stay and %d leave of %d", len(rest.Members), len(left), len(h.Members))
		}
		for _, m := range left {
			if _, there := rest.Member(m.Person); there {
				t.Fatalf("%s is in two places", m.Person)
			}
		}
		if err := rest.Sound(today); err != nil {
			t.Fatalf("those who stay: %v", err)
		}
		heads := 0
		for _, m := range rest.Members {
			if m.Relation == family.Head {
				heads++
			}
		}
		if heads != min(1, len(rest.Members)) {
			t.Fatalf("%d heads of %d", heads, len(rest.Members))
		}
		putBack(t, h, rest, left)
	})
}

// putBack returns those who left, and finds the household as it was.
func putBack(t *rapid.T, h, rest family.Household, left []family.Member) {
	was := map[family.Person]family.Relation{}
	for _, m := range h.Members {
		if m.Person != h.Head {
			was[m.Person] = m.Relation
		}
	}
	back := rest
	var err error
	if len(rest.Members) == 0 {
		old, _ := h.Member(h.Head)
		back, err = family.Found(h, left, old, h.Head, nil, today)
	} else {
		in := map[family.Person]family.Relation{}
		for _, m := range left {
			in[m.Person] = m.Relation
		}
		in[h.Head] = family.NoRelative // until he leads again
		if back, err = rest.Join(left, in, today); err == nil {
			back, err = back.Lead(h.Head, was, today)
		}
	}
	if err != nil {
		t.Fatalf("put back: %v", err)
	}
	for _, m := range h.Members {
		got, there := back.Member(m.Person)
		if !there || got.Relation != m.Relation {
			t.Fatalf("%s is %q, was %q", m.Person, got.Relation, m.Relation)
		}
	}
	if len(back.Members) != len(h.Members) || back.Head != h.Head {
		t.Fatalf("%d of %d are back, the head is %s", len(back.Members), len(h.Members), back.Head)
	}
}

// What follows holds both ways: who leads and hands back is what he was, up to the order of
// birth among children, which the register of a sibling does not know.
func TestRelationsFitWhoHasThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawn(t)
		head := rapid.SampledFrom(h.Members).Draw(t, "head")
		old, _ := h.Member(h.Head)
		led, err := family.Led(h.Members, old, head.Person, nil)
		if err != nil {
			if code(err) == family.RefusedRelation && len(family.Asked(h.Members, old, head.Person)) == 0 {
				t.Fatal("refused, and nobody is asked")
			}
			if code(err) == family.RefusedCode {
				t.Fatalf("what follows does not fit: %v", err)
			}
			return
		}
		for _, m := range led {
			if !m.Relation.Fits(m.Sex) || (m.Relation == family.Head) != (m.Person == head.Person) {
				t.Fatalf("%s is %q", m.Person, m.Relation)
			}
		}
	})
}
