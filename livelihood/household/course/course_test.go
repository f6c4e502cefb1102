package course_test

import (
	"encoding/json"
	"slices"
	"testing"

	"conurb/livelihood/casework"
	"conurb/livelihood/household/course"
)

// desk are the guards that the desk of cases binds for every course.
var desk = []string{"form", "materials", "office"}

func TestTheCoursesAreSound(t *testing.T) {
	for _, c := range course.Courses() {
		for _, fault := range c.Check(slices.Concat(desk, course.GuardNames), course.ActionNames) {
			t.Error(fault)
		}
	}
}

// Every name that is said to be bound is named by a course.
func TestNothingIsBoundForNobody(t *testing.T) {
	named := map[string]bool{}
	for _, c := range course.Courses() {
		for _, m := range c.Moves {
			for _, n := range slices.Concat(m.Guards, m.Actions) {
				named[n] = true
			}
		}
	}
	for _, n := range slices.Concat(course.GuardNames, course.ActionNames) {
		if !named[n] {
			t.Errorf("no move names %s", n)
		}
	}
}

func TestFieldsAreThoseThatMovesNeed(t *testing.T) {
	for _, c := range course.Courses() {
		for _, m := range c.Moves {
			for _, need := range m.Needs {
				if need == "reason" || need == "grounds" {
					continue
				}
				if !slices.ContainsFunc(course.Fields[m.Name], func(f course.Field) bool { return f.Name == need && f.Must }) {
					t.Errorf("%s needs %s, and no field says how", m.Name, need)
				}
			}
			for _, f := range course.Fields[m.Name] {
				if f.Must != slices.Contains(m.Needs, f.Name) {
					t.Errorf("%s: %s is needed or not", m.Name, f.Name)
				}
			}
		}
	}
	for name := range course.Fields {
		found := false
		for _, c := range course.Courses() {
			_, _, known := c.Move(name, "")
			found = found || known
		}
		if !found {
			t.Errorf("fields of %s, which is no move", name)
		}
	}
}

// After the promise no clerk of the city that takes in ends the case: the other city decides.
func TestOnlyTheOtherCityEndsWhatWasPromised(t *testing.T) {
	c := course.MoveIn()
	for _, s := range []casework.State{course.InPromised, course.InThere, course.InLeaving, course.InWithdrawing} {
		for _, m := range c.MovesFrom(s, "") {
			if info, _ := c.State(m.To); info.End && m.By != casework.ByMessage {
				t.Errorf("%s ends %s by %s", m.Name, s, m.By)
			}
		}
	}
	out := course.MoveOut()
	for _, s := range []casework.State{course.OutDeciding, course.OutMoved} {
		for _, m := range out.MovesFrom(s, "") {
			if m.By != casework.ByMessage {
				t.Errorf("%s leads from %s by %s", m.Name, s, m.By)
			}
		}
	}
}

func TestRead(t *testing.T) {
	whole := `{"kind":"work","from":"zhuzhou","people":[{"number":"n","name":"a"}],"as":"found","address":"road","phone":"1","employer":"x"}`
	if _, err := course.Read(json.RawMessage(whole)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, form, want string }{
		{"no JSON", `{`, "/"},
		{"no kind", `{"from":"zhuzhou","people":[{"number":"n"}],"as":"found","address":"road","phone":"1"}`, "/kind"},
		{"no city", `{"kind":"work","people":[{"number":"n"}],"as":"found","address":"road","phone":"1"}`, "/from"},
		{"nobody", `{"kind":"work","from":"zhuzhou","people":[],"as":"found","address":"road","phone":"1"}`, "/people"},
		{"nowhere", `{"kind":"work","from":"zhuzhou","people":[{"number":"n"}],"as":"tent","phone":"1"}`, "/as"},
		{"no address", `{"kind":"work","from":"zhuzhou","people":[{"number":"n"}],"as":"found","address":" ","phone":"1"}`, "/address"},
		{"no host", `{"kind":"work","from":"zhuzhou","people":[{"number":"n"}],"as":"host","phone":"1"}`, "/host/household"},
		{"no collective", `{"kind":"work","from":"zhuzhou","people":[{"number":"n"}],"as":"collective","phone":"1"}`, "/collective"},
		{"no phone", `{"kind":"work","from":"zhuzhou","people":[{"number":"n"}],"as":"found","address":"road"}`, "/phone"},
		{"one twice", `{"kind":"work","from":"zhuzhou","people":[{"number":"n"},{"number":"n"}],"as":"found","address":"road","phone":"1"}`, ""},
		{"a date that is none", `{"kind":"work","from":"zhuzhou","people":[{"number":"n","born":"yesterday"}],"as":"found","address":"road","phone":"1"}`, "/"},
	} {
		_, err := course.Read(json.RawMessage(c.form))
		no, refused := err.(*casework.Refusal)
		if !refused || no.Args["field"] != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"kind":"work","from":"zhuzhou","people":[{"number":"n","name":"a"}],"as":"found","address":"road","phone":"1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := course.Read(b)
		if err == nil && (len(a.People) == 0 || len(a.Persons()) != len(a.People) || a.Phone == "") {
			t.Fatalf("%+v was taken", a)
		}
	})
}

func TestInputsAreReadFromTextsToo(t *testing.T) {
	for _, text := range []string{`["a","b"]`, `"a, b"`, `"a、b"`, `" a\nb "`} {
		var p course.Papers
		if err := json.Unmarshal([]byte(text), &p); err != nil || !slices.Equal(p, course.Papers{"a", "b"}) {
			t.Errorf("%s: %q, %v", text, p, err)
		}
	}
	for _, text := range []string{`{"1":"20","2":"97"}`, `"1=20 2=97"`, `"1=20；2=97"`} {
		var r course.Relations
		if err := json.Unmarshal([]byte(text), &r); err != nil || len(r) != 2 || r["1"] != "20" || r["2"] != "97" {
			t.Errorf("%s: %v, %v", text, r, err)
		}
	}
	for _, text := range []string{`"1"`, `["1"]`, `{"1":2}`} {
		var r course.Relations
		if json.Unmarshal([]byte(text), &r) == nil {
			t.Errorf("%s was read", text)
		}
	}
}
