package casework

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"conurb/area"
)

// Person is somebody a case is about or with.
type Person struct {
	City    string `json:"city"`              // whose node has the account
	Account string `json:"account,omitempty"` // empty: has none here
	Kind    string `json:"kind,omitempty"`    // of the number (GB/T 36903 annex A)
	Code    string `json:"code,omitempty"`
	Name    string `json:"name"`
}

// Same tells whether two are one person: by number, or by account where a number is missing.
func (p Person) Same(o Person) bool {
	if p.Code != "" && o.Code != "" {
		return p.Code == o.Code && p.Kind == o.Kind
	}
	return p.Account != "" && p.Account == o.Account && p.City == o.City
}

// Actor is who does something to a case, and as what.
type Actor struct {
	Person
	By     By     `json:"by"`
	Office string `json:"office,omitempty"` // of a clerk or supervisor; empty: every office of his city
}

// Holder is where a case lies: whoever is to act next.
type Holder struct {
	By     By        `json:"by,omitempty"` // empty: nobody has to act any more
	City   string    `json:"city"`
	Office string    `json:"office"`
	Person string    `json:"person,omitempty"` // name: the applicant, or the clerk who took it
	Since  time.Time `json:"since"`
	Until  area.Date `json:"until,omitzero"` // the last day; zero: no end is set
}

// Clock is the limit of a case as it runs. Days are those of the area's zone.
type Clock struct {
	Limit     int       `json:"limit"`               // promised working days, 0: none
	Natural   bool      `json:"natural,omitempty"`   // the limit counts all days (自然日)
	Statutory int       `json:"statutory,omitempty"` // working days that a law sets, 0: none
	Received  area.Date `json:"received,omitzero"`   // the application, or what was asked for
	Started   area.Date `json:"started,omitzero"`    // the day of acceptance
	Due       area.Date `json:"due,omitzero"`        // the last day in time; zero while it does not run
	Paused    area.Date `json:"paused,omitzero"`     // since when it stands; zero: it does not
	Left      int       `json:"left,omitempty"`      // days of the limit from the pause to what was due
	Stopped   area.Date `json:"stopped,omitzero"`
	Extended  int       `json:"extended,omitempty"` // working days given on top
	Used      *int      `json:"used,omitempty"`     // days of the limit until it stopped, without those in which it stood; nil: it runs, or there is none
	Assumed   bool      `json:"assumed,omitempty"`  // a day on the way is of no published year
}

// Link is what a case hangs together with.
type Link struct {
	Kind string `json:"kind"` // "transfer", "licence", "payment", "case"
	City string `json:"city"`
	ID   string `json:"id"`
}

// Share is a licence whose attributes its holder agreed to share with a case (亮证、用证).
type Share struct {
	Material   string         `json:"material,omitempty"` // that it stands for; empty: it only fills the form
	Type       string         `json:"type"`               // 21 characters
	City       string         `json:"city"`               // that issued it
	Licence    string         `json:"licence,omitempty"`  // id at this node, of its own licences
	Identifier string         `json:"identifier"`         // GB/T 36904
	Digest     string         `json:"digest"`             // SHA-256 of the credential or of what was shown
	Attributes map[string]any `json:"attributes"`         // those he agreed to
	Check      string         `json:"check,omitempty"`    // of the counter, where a wallet showed it
	At         time.Time      `json:"at"`                 // of the consent
}

// Outcome is how a case was decided; words are "casework.outcome.<outcome>".
type Outcome string

// The outcomes.
const (
	Granted  Outcome = "granted"  // 准予
	Refused  Outcome = "refused"  // 不予
	Declined Outcome = "declined" // 不予受理
)

// Outcomes are all of them.
var Outcomes = []Outcome{Granted, Refused, Declined}

// Decision is how a case was decided, by whom and why.
type Decision struct {
	Outcome Outcome   `json:"outcome"`
	Key     string    `json:"key,omitempty"` // of words that stand before the grounds, in the language of who reads
	Grounds string    `json:"grounds"`
	By      Actor     `json:"by"`
	At      time.Time `json:"at"`
	Changed bool      `json:"changed,omitempty"` // on appeal
}

// Appeal is an application for reconsideration (行政复议), and what came of it.
type Appeal struct {
	Grounds string    `json:"grounds"`
	At      time.Time `json:"at"`
	Against Decision  `json:"against"`
	Result  string    `json:"result,omitempty"` // one of those below; empty: open
	Reason  string    `json:"reason,omitempty"`
	By      *Actor    `json:"by,omitempty"`
	Decided time.Time `json:"decided,omitzero"`
}

// End is what an act decides about it.
func (x *Appeal) End(result string, a *Act) {
	by := a.By
	x.Result, x.Reason, x.By, x.Decided = result, a.Grounds, &by, a.At
}

// The results of an appeal; words are "casework.appeal.<result>".
const (
	AppealUpheld    = "upheld"
	AppealChanged   = "changed"
	AppealReopened  = "reopened"  // to be handled anew
	AppealWithdrawn = "withdrawn" // by the applicant: the decision stands
)

// Rating is what the applicant says afterwards (GB/T 39046 table 9: 5 very satisfied to 1 very
// dissatisfied).
type Rating struct {
	Stars int       `json:"stars"`
	Text  string    `json:"text,omitempty"`
	At    time.Time `json:"at"`
}

// Event is one act as it was done.
type Event struct {
	Number  int       `json:"number"` // from 1
	Move    string    `json:"move"`   // of the course; or "open", "save", "share", "rate", "link"
	From    State     `json:"from,omitempty"`
	To      State     `json:"to"`
	By      Actor     `json:"by"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason,omitempty"`
	Grounds string    `json:"grounds,omitempty"`
	Holder  Holder    `json:"holder"` // afterwards
}

// FactInvented marks a case that was made for a demonstration: its person, what he says and the
// times of its acts are invented.
const FactInvented = "invented"

// Kept is what its applicant did to a case on the newest day on which he did something.
type Kept struct {
	Day   area.Date `json:"day"`
	Acts  int       `json:"acts"`
	Bytes int       `json:"bytes"` // of the versions that he made
}

// Case is an affair of a person at a city.
type Case struct {
	ID      string `json:"id"`
	Item    string `json:"item"`
	City    string `json:"city"`
	Office  string `json:"office"`            // that is responsible
	Edition string `json:"edition,omitempty"` // of the item when the case was opened
	Version string `json:"version"`           // of the case: another after every act
	Course  string `json:"course"`
	State   State  `json:"state"`
	Unsent  bool   `json:"unsent,omitempty"` // it ended as a draft

	Applicant Person          `json:"applicant"`
	Form      json.RawMessage `json:"form"` // what was answered; an object
	Shared    []Share         `json:"shared,omitempty"`
	Holder    Holder          `json:"holder"`
	Clock     Clock           `json:"clock"`
	Links     []Link          `json:"links,omitempty"`
	Decision  *Decision       `json:"decision,omitempty"`
	Appeal    *Appeal         `json:"appeal,omitempty"`
	Rating    *Rating         `json:"rating,omitempty"`
	Events    []Event         `json:"events"`

	Bundle  string            `json:"bundle,omitempty"` // id of the bundle that it is a step of
	Step    int               `json:"step,omitempty"`   // its place there, from 1
	Facts   map[string]string `json:"facts,omitempty"`  // what an affair keeps for itself between moves
	Kept    Kept              `json:"kept,omitzero"`
	Opened  time.Time         `json:"opened"`
	Changed time.Time         `json:"changed"`
}

// Act is something done to a case.
type Act struct {
	Move    string          `json:"move"`
	By      Actor           `json:"by"`
	At      time.Time       `json:"at"`
	Version string          `json:"version,omitempty"` // of the case that the actor saw; empty: any
	Reason  string          `json:"reason,omitempty"`
	Grounds string          `json:"grounds,omitempty"`
	Input   json.RawMessage `json:"input,omitempty"` // an object
}

// Text is a member of the input that is a text; empty where it is none.
func (a *Act) Text(name string) string {
	var all map[string]any
	if json.Unmarshal(a.Input, &all) != nil {
		return ""
	}
	s, _ := all[name].(string)
	return s
}

// Refusal is why something was not done; its words are "casework.refusal.<code>" and
// ".remedy".
type Refusal struct {
	Code string
	Args map[string]string
}

// Error is for logs.
func (r *Refusal) Error() string { return "casework: " + r.Code }

// Refuse makes a refusal from a code and pairs of names and values.
func Refuse(code string, pairs ...string) *Refusal {
	r := &Refusal{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}

// Fault is something wrong with a form; Key is that of its words, and of the remedy with
// ".remedy".
type Fault struct {
	Field string            `json:"field"` // JSON Pointer
	Code  string            `json:"code"`
	Key   string            `json:"key"`
	Args  map[string]string `json:"args,omitempty"`
}

// Faulty is a refusal with a fault for every field.
type Faulty struct {
	Refusal
	Faults []Fault
}

// Faults makes a refusal of faults.
func Faults(code string, faults []Fault) *Faulty {
	return &Faulty{Refusal: *Refuse(code), Faults: faults}
}

// Unwrap is the refusal.
func (f *Faulty) Unwrap() error { return &f.Refusal }

// Clone is a copy that shares nothing that Apply changes.
func (k *Case) Clone() Case {
	n := *k
	n.Shared, n.Links, n.Events = slices.Clone(k.Shared), slices.Clone(k.Links), slices.Clone(k.Events)
	n.Form, n.Facts = slices.Clone(k.Form), maps.Clone(k.Facts)
	if k.Decision != nil {
		d := *k.Decision
		n.Decision = &d
	}
	if k.Appeal != nil {
		a := *k.Appeal
		n.Appeal = &a
	}
	if k.Rating != nil {
		r := *k.Rating
		n.Rating = &r
	}
	return n
}

// Hides tells whether a case is kept from somebody: what its applicant never handed in is his own,
// and that of who opened it for him at a window.
func (c *Course) Hides(k *Case, from Person) bool {
	info, _ := c.State(k.State)
	if info.Phase != PhaseDraft && !k.Unsent || from.Same(k.Applicant) {
		return false
	}
	return len(k.Events) == 0 || k.Events[0].By.By != Clerk || !from.Same(k.Events[0].By.Person)
}

// Link is the first link of a kind.
func (k *Case) Link(kind string) (Link, bool) {
	i := slices.IndexFunc(k.Links, func(l Link) bool { return l.Kind == kind })
	if i < 0 {
		return Link{}, false
	}
	return k.Links[i], true
}
