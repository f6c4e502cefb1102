package casework

import (
	"encoding/json"
	"slices"
	"strconv"

	"conurb/area"
)

// Guard holds an act to a rule; nil: it may be done.
type Guard func(k *Case, a *Act, cal *Calendar) *Refusal

// Action changes a case as a move says.
type Action func(k *Case, a *Act, cal *Calendar) *Refusal

// The refusals of Apply.
const (
	RefusedMove    = "unknown-move"  // move
	RefusedState   = "wrong-state"   // move, state
	RefusedEnded   = "ended"         // state
	RefusedBy      = "not-by"        // move, by, needed
	RefusedVersion = "stale-version" // have, want
	RefusedNeeds   = "needs"         // move, field
	RefusedInput   = "bad-input"
	RefusedLong    = "too-long"  // field, most
	RefusedYours   = "not-yours" // the applicant is somebody else
	RefusedCity    = "other-city"
	RefusedAt      = "other-office" // office, his
	RefusedOwn     = "own-case"     // a clerk's own affair (回避)
)

// MostText is how long a reason or grounds may be, in bytes.
const MostText = 4000

// Apply does an act to a case: the case afterwards, with its event, or a *Refusal, in which
// case nothing is changed. guards are those of the affair's owner by name; one that is neither
// there nor of casework is left to whoever else binds it. The same holds for actions.
func (c *Course) Apply(k *Case, a Act, cal *Calendar, guards map[string]Guard) (Case, error) {
	m, err := c.may(k, &a)
	if err != nil {
		return *k, err
	}
	if err := stands(k, m, a, cal, guards); err != nil {
		return *k, err
	}
	n := k.Clone()
	if m.To != "" {
		n.State = m.To
		from, _ := c.State(k.State)
		to, _ := c.State(n.State)
		n.Unsent = from.Phase == PhaseDraft && to.Phase == PhaseEnded
	}
	n.tick(m.Clock, &a, cal)
	for _, name := range m.Actions {
		if do := Actions[name]; do != nil {
			if no := do(&n, &a, cal); no != nil {
				return *k, no
			}
		}
	}
	c.Settle(&n, &a, cal, m.To != "")
	n.Note(Event{Move: m.Name, From: k.State, To: n.State, By: a.By, At: a.At, Reason: a.Reason, Grounds: a.Grounds})
	return n, nil
}

func stands(k *Case, m Move, a Act, cal *Calendar, guards map[string]Guard) error {
	for _, name := range m.Guards {
		g := Guards[name]
		if own, ok := guards[name]; ok {
			g = own
		}
		if g == nil {
			continue
		}
		if no := g(k, &a, cal); no != nil {
			return no
		}
	}
	return nil
}

// onInput are the guards that look at what an act gives, and say nothing before it is given.
var onInput = []string{"extension", "other-office", "until-ahead"}

// Stands tells whether a move may be made as things stand, whatever else its act gives.
func (c *Course) Stands(k *Case, m Move, a Act, cal *Calendar) error {
	m.Guards = slices.DeleteFunc(slices.Clone(m.Guards), func(g string) bool { return slices.Contains(onInput, g) })
	return stands(k, m, a, cal, nil)
}

// may is the move that an act is, where the case, the actor and what he gives let him make it;
// guards are not asked.
func (c *Course) may(k *Case, a *Act) (Move, error) {
	m, leads, known := c.Move(a.Move, k.State)
	info, _ := c.State(k.State)
	switch {
	case !known:
		return m, Refuse(RefusedMove, "move", a.Move)
	case a.Version != "" && a.Version != k.Version:
		return m, Refuse(RefusedVersion, "have", k.Version, "want", a.Version)
	case info.End:
		return m, Refuse(RefusedEnded, "state", string(k.State))
	case !leads:
		return m, Refuse(RefusedState, "move", a.Move, "state", string(k.State))
	case m.By != a.By.By:
		return m, Refuse(RefusedBy, "move", a.Move, "by", string(a.By.By), "needed", string(m.By))
	}
	if err := k.Near(a.By); err != nil {
		return m, err
	}
	return m, a.gives(m)
}

// LinkPerson is the kind of link from a case to somebody whom it is about beside its applicant, by
// his number.
const LinkPerson = "person"

// about tells whether a case is somebody's own affair: he applies, or it is about him.
func (k *Case) about(p Person) bool {
	return p.Same(k.Applicant) || p.Code != "" && slices.ContainsFunc(k.Links, func(l Link) bool { return l.Kind == LinkPerson && l.ID == p.Code })
}

// Near holds an actor to a case: an applicant to his own, staff to those of their office and
// not to their own affairs.
func (k *Case) Near(by Actor) error {
	switch by.By {
	case Applicant:
		if !by.Same(k.Applicant) {
			return Refuse(RefusedYours)
		}
	case Clerk, Supervisor:
		switch {
		case by.City != k.City:
			return Refuse(RefusedCity, "city", k.City)
		case by.Office != "" && by.Office != k.Office:
			return Refuse(RefusedAt, "office", k.Office, "his", by.Office)
		case k.about(by.Person):
			return Refuse(RefusedOwn)
		}
	}
	return nil
}

func (a *Act) gives(m Move) error {
	var in map[string]json.RawMessage
	if len(a.Input) > 0 {
		if err := json.Unmarshal(a.Input, &in); err != nil || in == nil {
			return Refuse(RefusedInput)
		}
	}
	for field, text := range map[string]string{"reason": a.Reason, "grounds": a.Grounds} {
		if len(text) > MostText {
			return Refuse(RefusedLong, "field", field, "most", strconv.Itoa(MostText))
		}
	}
	for _, need := range m.Needs {
		there := false
		switch need {
		case "reason":
			there = filled(a.Reason)
		case "grounds":
			there = filled(a.Grounds)
		default:
			v := string(in[need])
			there = v != "" && v != "null" && v != `""`
		}
		if !there {
			return Refuse(RefusedNeeds, "move", m.Name, "field", need)
		}
	}
	return nil
}

func filled(s string) bool {
	return slices.ContainsFunc([]rune(s), func(r rune) bool { return r != ' ' && r != '\t' && r != '\n' && r != '\r' && r != '　' })
}

// tick is what a move does to the clock.
func (k *Case) tick(e ClockEffect, a *Act, cal *Calendar) {
	today, t := cal.Day(a.At), &k.Clock
	switch e {
	case Start, Deem:
		from := today
		if e == Deem && t.Received != 0 {
			from = t.Received
		}
		t.Started, t.Due, t.Paused, t.Stopped, t.Left, t.Used = from, 0, 0, 0, 0, nil
		if t.Limit > 0 {
			if t.Due = cal.After(from, t.Limit+t.Extended); t.Natural {
				t.Due = from + area.Date(t.Limit+t.Extended)
			}
			t.Assumed = !cal.Certain(from, t.Due)
		}
	case Pause:
		if t.Paused != 0 || t.Stopped != 0 {
			return
		}
		if t.Paused = today; t.Due != 0 {
			if t.Left = cal.Left(today, t.Due); t.Natural {
				t.Left = int(t.Due - today)
			}
			t.Due = 0
		}
	case Resume:
		if t.Paused == 0 {
			return
		}
		if t.Paused = 0; t.Started != 0 && t.Limit > 0 {
			if t.Due = cal.Ahead(today, t.Left); t.Natural {
				t.Due = today + area.Date(t.Left)
			}
			t.Assumed = t.Assumed || !cal.Certain(today, t.Due)
		}
		t.Left = 0
	case Stop:
		if t.Stopped == 0 {
			t.Used = t.used(today, cal)
			t.Stopped, t.Paused = today, 0
		}
	}
}

// used are the days of the limit that are gone on a day; a day off counts as the next working day.
// It is nil where there is no limit, or it never began to run.
func (t *Clock) used(today area.Date, cal *Calendar) *int {
	if t.Limit <= 0 || t.Started == 0 {
		return nil
	}
	left := t.Left
	switch {
	case t.Paused != 0:
	case t.Natural:
		left = int(t.Due - today)
	default:
		left = cal.Left(today, t.Due)
	}
	n := max(0, t.Limit+t.Extended-left)
	return &n
}

// Settle says where a case lies after an act. moved tells that its state was entered anew.
func (c *Course) Settle(k *Case, a *Act, cal *Calendar, moved bool) {
	info, _ := c.State(k.State)
	h := Holder{By: info.With, City: k.City, Office: k.Office, Person: k.Holder.Person, Since: k.Holder.Since, Until: k.Holder.Until}
	if moved || k.Holder.By != h.By || k.Holder.Office != h.Office {
		h.Since = a.At
	}
	same := k.Holder.By == h.By && k.Holder.Office == h.Office
	switch {
	case h.By == Applicant:
		h.Person = k.Applicant.Name
	case h.By == "" || !same && k.Holder.Office != h.Office:
		h.Person = ""
	case a.By.By == h.By: // who acted goes on
		h.Person = a.By.Name
	case !same:
		h.Person = ""
	}
	switch info.Term.Unit {
	case "":
		h.Until = 0
	case ByLimit:
		h.Until = k.Clock.Due
	case ByInput:
		if d, err := area.ParseDate(a.Text("until")); err == nil {
			h.Until = d
		} else if moved {
			h.Until = 0
		}
	case WorkingDays:
		if moved {
			h.Until = cal.After(cal.Day(a.At), info.Term.Count)
		}
	case Days:
		if moved {
			h.Until = cal.Day(a.At) + area.Date(info.Term.Count)
		}
	}
	k.Holder = h
}

// Note puts an event to a case, and gives it its new version.
func (k *Case) Note(e Event) {
	e.Number, e.Holder = len(k.Events)+1, k.Holder
	k.Events = append(k.Events, e)
	k.Version, k.Changed = strconv.Itoa(e.Number), e.At
}

// Late tells whether a case that has not ended is past its last day, and by how many working days.
func (k *Case) Late(today area.Date, cal *Calendar) (days int, late bool) {
	if k.Holder.Until == 0 || today <= k.Holder.Until {
		return 0, false
	}
	return cal.before(today+1) - cal.before(k.Holder.Until+1), true
}
