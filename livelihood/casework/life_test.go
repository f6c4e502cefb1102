package casework_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/area"
	"conurb/livelihood/casework"
)

// The people of the tests.
var (
	li    = casework.Person{City: "changsha", Account: "a-li", Kind: "111", Code: "430199199003070011", Name: "李明"}
	zhou  = casework.Person{City: "changsha", Account: "a-zhou", Kind: "111", Code: "430299198811150029", Name: "周云"}
	chen  = casework.Person{City: "changsha", Account: "a-chen", Name: "陈刚"}
	he    = casework.Person{City: "changsha", Account: "a-he", Name: "何敏"}
	chenL = casework.Person{City: "changsha", Account: "a-chen", Kind: li.Kind, Code: li.Code, Name: "陈刚"} // a clerk in his own affair
)

func as(by casework.By, p casework.Person, office string) casework.Actor {
	return casework.Actor{By: by, Person: p, Office: office}
}

var actors = map[string]casework.Actor{
	"li": as("applicant", li, ""), "zhou": as("applicant", zhou, ""), "chen": as("clerk", chen, "A"), "chen-B": as("clerk", chen, "B"), "any": as("clerk", he, ""),
	"chen-li": as("clerk", chenL, "A"), "he": as("supervisor", he, "A"), "chen-s": as("supervisor", chen, "A"), "clock": as("clock", casework.Person{}, ""),
	"far": as("clerk", casework.Person{City: "zhuzhou", Account: "x", Name: "远"}, ""),
}

// draft is a case that was just opened.
func draft(cal *casework.Calendar, c *casework.Course, at time.Time, limit int) casework.Case {
	k := casework.Case{ID: "k", Item: "i", City: "changsha", Office: "A", Version: "0", Course: c.Name, State: c.Start, Applicant: li, Form: json.RawMessage("{}"),
		Clock: casework.Clock{Limit: limit}, Opened: at}
	a := casework.Act{Move: "open", By: actors["li"], At: at}
	c.Settle(&k, &a, cal, true)
	k.Note(casework.Event{Move: "open", To: k.State, By: a.By, At: at})
	return k
}

func noon(d area.Date) time.Time { return d.Time().Add(4 * time.Hour) } // 12:00 in the zone

// lives are drawn: a day, who, what he does and gives; then the state, who has it and until when.
const lives = `
# the usual life: asked for more, accepted, granted
2026-09-21 li    submit                          -> submitted  clerk      2026-09-29
2026-09-22 chen  ask-more  reason=合同           -> supplement applicant  2026-10-22
2026-09-25 li    resubmit                        -> submitted  clerk      2026-10-09
2026-09-28 chen  accept                          -> accepted   clerk      2026-10-30
2026-10-08 chen  grant     grounds=符合          -> decided    -          2026-12-07
2026-12-08 clock close                           -> closed     -          -
# paused over National Day: 20 days from 28 September, 2 used before the pause on 30 September
2026-09-21 li    submit                          -> submitted  clerk      2026-09-29
2026-09-28 chen  accept                          -> accepted   clerk      2026-10-30
2026-09-30 chen  pause     reason=鉴定 until=2026-11-10 -> paused clerk   2026-11-10
2026-11-10 chen  resume                          -> accepted   clerk      2026-12-04
2026-11-11 he    extend    reason=复杂 days=10   -> accepted   clerk      2026-12-18
2026-11-12 he    extend    reason=再 days=1      !! extended-before
2026-12-23 chen  refuse    grounds=不符          -> decided    -          2027-02-21
2027-02-21 li    appeal    grounds=已补          -> appealed   supervisor 2027-04-22
2027-02-22 chen-s uphold   grounds=x             !! same-person
2027-02-22 he    change    grounds=应准          -> closed     -          -
# nobody answers for five working days: deemed accepted from the day of receipt
2026-11-27 li    submit                          -> submitted  clerk      2026-12-04
2026-12-04 clock deem-accepted                   !! too-early
2026-12-05 clock deem-accepted                   -> accepted   clerk      2026-12-25
# not accepted, reviewed, and handled anew
2026-11-02 li    submit                          -> submitted  clerk      2026-11-09
2026-11-03 chen  decline   grounds=不属本机关    -> decided    -          2027-01-02
2026-11-04 li    appeal    grounds=属于          -> appealed   supervisor 2027-01-03
2026-11-05 he    change    grounds=x             !! not-handled
2026-11-05 he    reopen    grounds=应受理        -> accepted   clerk      2026-12-03
# who asks for a review may take that back, and not ask again
2026-11-02 li    submit                          -> submitted  clerk      2026-11-09
2026-11-03 chen  decline   grounds=不属本机关    -> decided    -          2027-01-02
2026-11-03 li    withdraw-appeal                 !! wrong-state
2026-11-04 li    appeal    grounds=属于          -> appealed   supervisor 2027-01-03
2026-11-05 zhou  withdraw-appeal                 !! not-yours
2026-11-05 he    withdraw-appeal                 !! not-by
2026-11-05 li    withdraw-appeal                 -> closed     -          -
2026-11-06 li    appeal    grounds=还是属于      !! ended
# refusals on the way
2026-11-02 li    accept                          !! wrong-state
2026-11-02 zhou  submit                          !! not-yours
2026-11-02 li    fly                             !! unknown-move
2026-11-02 li    submit                          -> submitted  clerk      2026-11-09
2026-11-02 li    submit                          !! wrong-state
2026-11-02 li    accept                          !! not-by
2026-11-02 chen-B accept                         !! other-office
2026-11-02 far   accept                          !! other-city
2026-11-02 chen-li accept                        !! own-case
2026-11-03 chen  ask-more                        !! needs
2026-11-03 chen  ask-more  reason=　             !! needs
2026-11-03 chen  hand-over reason=归口 office=A  !! same-office
2026-11-03 chen  hand-over reason=归口 office=B  -> submitted  clerk      2026-11-09
2026-11-03 chen  accept                          !! other-office
2026-11-04 chen-B ask-more reason=一次           -> supplement applicant  2026-12-04
2026-11-05 li    resubmit                        -> submitted  clerk      2026-11-12
2026-11-05 chen-B ask-more reason=两次           !! asked-before
2026-11-06 any   accept                          -> accepted   clerk      2026-12-04
2026-11-06 any   pause     reason=x until=2026-11-06 !! bad-day
2026-11-06 li    object    reason=太慢           -> objected   supervisor 2026-11-13
2026-11-09 he    answer    reason=尽快           !! other-office
2026-11-10 li    withdraw                        -> withdrawn  -          -
2026-11-11 li    submit                          !! ended
# too late: the draft and its days
2026-01-05 li    submit                          -> submitted  clerk      2026-01-12
2026-01-06 chen  ask-more  reason=合同           -> supplement applicant  2026-02-05
2026-02-06 li    resubmit                        !! past-deadline
2026-02-06 clock expire                          -> lapsed     -          -
`

func TestLives(t *testing.T) {
	cal, c := czt(t), casework.Standard()
	var k casework.Case
	var story string
	for n, line := range strings.Split(strings.TrimSpace(lives), "\n") {
		if name, ok := strings.CutPrefix(line, "# "); ok {
			story, k = name, casework.Case{}
			continue
		}
		left, want, ok := strings.Cut(line, "->")
		if !ok {
			left, want, _ = strings.Cut(line, "!!")
		}
		f := strings.Fields(left)
		at := noon(date(t, f[0]))
		if k.ID == "" {
			k = draft(cal, c, at, 20)
		}
		a := casework.Act{Move: f[2], By: actors[f[1]], At: at}
		input := map[string]any{}
		for _, arg := range f[3:] {
			name, value, _ := strings.Cut(arg, "=")
			switch name {
			case "reason":
				a.Reason = value
			case "grounds":
				a.Grounds = value
			case "days":
				input[name] = json.Number(value)
			default:
				input[name] = value
			}
		}
		a.Input, _ = json.Marshal(input)
		before, _ := json.Marshal(k)
		got := ""
		after, err := c.Apply(&k, a, cal, nil)
		var no *casework.Refusal
		if errors.As(err, &no) {
			got = no.Code
			if unchanged, _ := json.Marshal(after); string(unchanged) != string(before) {
				t.Errorf("%s, line %d: refused, and changed", story, n)
			}
		} else if err != nil {
			t.Fatal(err)
		} else {
			k = after
			by, until := string(k.Holder.By), k.Holder.Until.String()
			got = fmt.Sprintf("%s %s %s", k.State, or(by, "-"), or(until, "-"))
		}
		if want := strings.Join(strings.Fields(want), " "); got != want {
			t.Errorf("%s: %s\n  got  %s\n  want %s", story, strings.TrimSpace(left), got, want)
		}
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// A slow clock: a day that is worked takes one of those that are left, unless it stands.
func TestPausesNeitherLoseNorGainAWorkingDay(t *testing.T) {
	cal, c := czt(t), casework.Standard()
	rapid.Check(t, func(t *rapid.T) {
		limit, natural := rapid.IntRange(1, 40).Draw(t, "limit"), rapid.Bool().Draw(t, "natural")
		day := area.NewDate(2022, 1, 3) + area.Date(rapid.IntRange(0, 1600).Draw(t, "day"))
		works := func(d area.Date) bool { return natural || cal.Works(d) }
		k := draft(cal, c, noon(day), limit)
		k.Clock.Natural = natural
		act := func(who, move string) {
			var err error
			if k, err = c.Apply(&k, casework.Act{Move: move, By: actors[who], At: noon(day), Reason: "x", Grounds: "y"}, cal, nil); err != nil {
				t.Fatalf("%s on %s: %v", move, day, err)
			}
		}
		act("li", "submit")
		act("chen", "accept")
		left := limit // the day of acceptance takes none
		if !works(day) {
			left--
		}
		pass := func(n int, runs bool) {
			for ; n > 0; n-- {
				if runs && works(day) {
					left--
				}
				day++
			}
		}
		for range rapid.IntRange(0, 4).Draw(t, "pauses") {
			pass(rapid.IntRange(0, 30).Draw(t, "run"), true) // into lateness too
			act("chen", "pause")
			pass(rapid.IntRange(0, 60).Draw(t, "stand"), false)
			act("chen", "resume")
			due, n := day, left
			for n > 0 || !works(due) { // ahead
				if works(due) {
					n--
				}
				due++
			}
			for n < 0 { // it was late, by as many days that are worked
				if due--; works(due) {
					n++
				}
			}
			if k.Clock.Due != due || k.Holder.Until != due {
				t.Fatalf("on %s with %d left: due %s, want %s", day, left, k.Clock.Due, due)
			}
		}
		pass(rapid.IntRange(0, 30).Draw(t, "last"), true)
		act("chen", "grant")
		if k.Clock.Used == nil || *k.Clock.Used != max(0, limit-left) {
			t.Fatalf("decided on %s with %d left of %d: %v used", day, left, limit, k.Clock.Used)
		}
	})
}

// Whatever is tried on a case: what is refused changes nothing; what is done makes one event and
// the next version; who has the case is known; and no move leads from an end.
func TestAnyActs(t *testing.T) {
	cal, c := czt(t), casework.Standard()
	var moves []string
	for _, m := range c.Moves {
		moves = append(moves, m.Name)
	}
	who := []string{"li", "zhou", "chen", "chen-B", "he", "clock", "far"}
	rapid.Check(t, func(t *rapid.T) {
		at := noon(area.NewDate(2026, 1, 5))
		k := draft(cal, c, at, rapid.IntRange(0, 30).Draw(t, "limit"))
		for range rapid.IntRange(1, 40).Draw(t, "acts") {
			at = at.Add(time.Duration(rapid.IntRange(0, 20*24).Draw(t, "hours")) * time.Hour)
			a := casework.Act{Move: rapid.SampledFrom(moves).Draw(t, "move"), By: actors[rapid.SampledFrom(who).Draw(t, "who")], At: at,
				Reason: rapid.SampledFrom([]string{"", "x"}).Draw(t, "reason"), Grounds: rapid.SampledFrom([]string{"", "y"}).Draw(t, "grounds"),
				Input: json.RawMessage(rapid.SampledFrom([]string{"", "{}", `{"office":"B"}`, `{"days":3,"until":"2026-12-01"}`, "[1]"}).Draw(t, "input"))}
			before, _ := json.Marshal(k)
			info, _ := c.State(k.State)
			n, err := c.Apply(&k, a, cal, nil)
			if now, _ := json.Marshal(k); string(now) != string(before) {
				t.Fatalf("%s changed what it was given", a.Move)
			}
			var no *casework.Refusal
			if errors.As(err, &no) {
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			next, known := c.State(n.State)
			switch {
			case info.End:
				t.Fatalf("%s leads from the end %s", a.Move, k.State)
			case !known || len(n.Events) != len(k.Events)+1 || n.Version != fmt.Sprint(len(n.Events)):
				t.Fatalf("%s: %s, version %s", a.Move, n.State, n.Version)
			case n.Holder.City != "changsha" || n.Holder.Office == "" || n.Holder.Since.IsZero() || n.Holder.By != next.With:
				t.Fatalf("after %s nobody has it: %+v", a.Move, n.Holder)
			case n.Clock.Due != 0 && !cal.Works(n.Clock.Due):
				t.Fatalf("due on %s, which is no working day", n.Clock.Due)
			case slices.ContainsFunc(n.Events[:len(k.Events)], func(e casework.Event) bool { return e.At.After(at) }):
				t.Fatal("events out of order")
			}
			k = n
		}
	})
}
