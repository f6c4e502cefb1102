package licence_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/kit/licenceid"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
)

func day(t testing.TB, s string) area.Date {
	d, err := area.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func how(t testing.TB, on, reason string) licence.How {
	return licence.How{At: day(t, on).Time().Add(4 * time.Hour), Today: day(t, on), By: "clerk", Reason: reason}
}

func fresh(n int) licence.Fresh {
	return licence.Fresh{
		ID: fmt.Sprintf("id-%d", n), Serial: fmt.Sprintf("SERIAL%014d", n), Salt: fmt.Sprint("salt", n),
		Place: licence.Place{List: "1", Index: n, Bits: 2, Size: 1 << 17},
	}
}

func draft(t testing.TB) licence.Draft {
	d, err := licence.ReadDraft("d.yaml", []byte(identityDraft), czt(t))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// life does actions one after another and writes the states; an action that is refused
// stands with its code.
func life(t testing.TB, ty *licence.Type, d licence.Draft, steps ...string) string {
	var out []string
	var r licence.Record
	for i, step := range steps {
		on, name, _ := strings.Cut(step, " ")
		var err error
		var next licence.Record
		if a := licence.Action(name); a == licence.Issue {
			next, err = licence.Begin(ty, d, fresh(i), how(t, on, ""))
		} else {
			next, err = r.Act(ty, a, fresh(i), how(t, on, "because"))
		}
		var no *licence.Refusal
		if errors.As(err, &no) {
			if !slices.Contains(licence.Refusals, no.Code) {
				t.Errorf("refusal %s is not listed", no.Code)
			}
			out = append(out, "("+no.Code+")")
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		r = next
		out = append(out, fmt.Sprintf("%s/%d", r.State, r.Edition))
	}
	return strings.Join(out, " ")
}

func TestLives(t *testing.T) {
	r := czt(t)
	short := *r.Type(identity)
	short.Months, short.Late = 12, 1
	moving := short
	moving.Transfer = true
	for _, c := range []struct {
		name  string
		ty    *licence.Type
		steps string
		want  string
	}{
		{"suspended and given back", &short, "2026-11-26 issue, 2026-12-01 suspend, 2026-12-01 suspend, 2026-12-05 resume", "valid/1 suspended/1 (state) valid/1"},
		{"renewed in time", &short, "2026-11-26 issue, 2027-11-01 renew, 2027-11-26 expire, 2028-11-26 expire", "valid/1 valid/2 (early) expired/2"},
		{"renewed late", &short, "2026-11-26 issue, 2027-11-26 expire, 2027-12-20 renew", "valid/1 expired/1 valid/2"},
		{"renewed too late", &short, "2026-11-26 issue, 2027-11-26 expire, 2027-12-26 renew", "valid/1 expired/1 (late)"},
		{"revoked for good", &short, "2026-11-26 issue, 2026-12-01 revoke, 2026-12-02 resume, 2026-12-02 renew", "valid/1 revoked/1 (state) (state)"},
		{"not transferred", &short, "2026-11-26 issue, 2026-12-01 transfer-out", "valid/1 (transfer)"},
		{"transferred", &moving, "2026-11-26 issue, 2026-12-01 transfer-out, 2026-12-02 change, 2026-12-03 move, 2026-12-04 stay", "valid/1 leaving/1 (state) moved/1 (state)"},
		{"stays after all", &moving, "2026-11-26 issue, 2026-12-01 transfer-out, 2026-12-03 stay, 2026-12-04 change", "valid/1 leaving/1 valid/1 valid/2"},
		{"changed when over", &short, "2026-11-26 issue, 2027-11-26 change", "valid/1 (past)"},
	} {
		if got := life(t, c.ty, draft(t), strings.Split(c.steps, ", ")...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAReasonIsNeeded(t *testing.T) {
	ty := czt(t).Type(identity)
	r, err := licence.Begin(ty, draft(t), fresh(1), how(t, "2026-11-26", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range licence.None.May() {
		if a == licence.Issue {
			continue
		}
		d := draft(t)
		d.Former = r.Identifier
		moving := *ty
		moving.Transfer = true
		if _, err := licence.Begin(&moving, d, fresh(2), how(t, "2026-11-26", "")); !refused(err, licence.RefusedReason) {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, a := range licence.Valid.May() {
		_, err := r.Act(ty, a, fresh(2), how(t, "2026-12-26", "  "))
		want := licence.RefusedReason
		if a == licence.Expire {
			want = licence.RefusedEarly
		}
		if !refused(err, want) {
			t.Errorf("%s without a reason: %v", a, err)
		}
	}
}

func refused(err error, code string) bool {
	var r *licence.Refusal
	return errors.As(err, &r) && r.Code == code
}

func TestATransferCarriesTheIdentifier(t *testing.T) {
	ty := czt(t).Type(household)
	d := licence.Draft{
		Type: household, Authority: licence.Authority{City: "zhuzhou", Code: "11430200XX00000010", Name: "株洲市公安局"}, Holder: draft(t).Holder,
		Former: "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", Reason: "moved",
	}
	r, err := licence.Begin(ty, d, fresh(3), how(t, "2026-11-26", ""))
	if err != nil {
		t.Fatal(err)
	}
	if r.Action != licence.TransferIn || r.Action.Code() != "08" || r.Former != d.Former {
		t.Errorf("%+v", r)
	}
	if m := r.Export(ty); m["KZ_GLZZBS"] != d.Former {
		t.Errorf("exported as %v", m)
	}
}

// Random lives: the identifier stays well formed and counts editions, versions count up,
// what is final stays so, and a record comes back from its JSON as it was.
func TestEveryLifeIsInTheTable(t *testing.T) {
	types := czt(t).Types
	rapid.Check(t, func(t *rapid.T) {
		ty := &types[rapid.IntRange(0, len(types)-1).Draw(t, "type")]
		d := licence.Draft{Type: ty.Code, Authority: licence.Authority{City: "changsha", Code: "11430100XX00000010", Name: "x"}, Holder: licence.Holder{Kind: ty.Holders[0], Code: "1", Name: "n"}}
		today := area.NewDate(2026, 1, 1)
		at := func() licence.How {
			return licence.How{At: today.Time(), Today: today, Reason: "r"}
		}
		r, err := licence.Begin(ty, d, fresh(1), at())
		if err != nil {
			t.Fatal(err)
		}
		for n := range rapid.IntRange(0, 20).Draw(t, "steps") {
			today += area.Date(rapid.IntRange(0, 400).Draw(t, "days"))
			a := rapid.SampledFrom(licence.Actions).Draw(t, "action")
			next, err := r.Act(ty, a, fresh(n+2), at())
			allowed := slices.Contains(r.State.May(), a)
			if err != nil {
				var no *licence.Refusal
				if !errors.As(err, &no) || (no.Code == licence.RefusedState) == allowed {
					t.Fatalf("%s after %s: %v", a, r.State, err)
				}
				continue
			}
			if !allowed || next.Version != r.Version+1 || next.NewEdition() != (next.Edition == r.Edition+1) || !next.NewEdition() && next.Place != r.Place {
				t.Fatalf("%s after %s: %+v", a, r.State, next)
			}
			id, err := licenceid.Parse(next.Identifier)
			if err != nil || id.Version != fmt.Sprintf("%03d", next.Edition) {
				t.Fatalf("%s: %v", next.Identifier, err)
			}
			b, err := next.JSON()
			if err != nil {
				t.Fatal(err)
			}
			back, err := licence.ParseRecord(b)
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := back.JSON(); !bytes.Equal(again, b) {
				t.Fatalf("%s comes back as %s", b, again)
			}
			r = next
		}
	})
}

func TestTheTableIsWhole(t *testing.T) {
	for _, s := range licence.States {
		if s.Code() == "" {
			t.Errorf("%s has no code", s)
		}
		reached := slices.ContainsFunc(licence.Transitions, func(x licence.Transition) bool { return x.To == s })
		if !reached {
			t.Errorf("nothing leads to %s", s)
		}
	}
	for _, a := range licence.Actions {
		if !slices.ContainsFunc(licence.Transitions, func(x licence.Transition) bool { return x.Action == a }) {
			t.Errorf("%s is never possible", a)
		}
	}
	for i, x := range licence.Transitions {
		for _, y := range licence.Transitions[:i] {
			if x.From == y.From && x.Action == y.Action {
				t.Errorf("%s after %s stands twice", x.Action, x.From)
			}
		}
	}
	if s := licence.Suspended; s.Status(1) != statuslist.Invalid || s.Status(2) != statuslist.Suspended || licence.Leaving.Status(8) != statuslist.Valid {
		t.Error("statuses")
	}
}

// The state machine in the method pages is that of the table.
func TestThePagesShowTheTable(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "docs", "methods", lang, "licence.md"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "```mermaid\n"+licence.Drawing()+"```") {
			t.Errorf("%s: the drawing is not\n%s", lang, licence.Drawing())
		}
	}
}
