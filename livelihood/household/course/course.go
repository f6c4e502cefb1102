package course

import (
	"encoding/json"
	"fmt"
	"strings"

	"conurb/livelihood/casework"
	"conurb/livelihood/household/family"
)

// The items whose cases go by these courses: the first is in the catalogue, the second is opened
// by the other city's promise alone.
const (
	ItemIn  = "household-transfer"
	ItemOut = "household-move-out"
)

// The terms, in days.
const (
	PermitDays      = 40 // 准予迁入证明: commonly reported, assumed
	CertificateDays = 30 // 户口迁移证: notice of the Ministry of Public Security on its new form
	CheckDays       = 5  // working days for the check at the city that lets go
	LateAppealDays  = 7  // an appeal that was filed in time with the other city may come so much later: assumed
)

// The rules that the courses follow.
const (
	CiteCheck  = "公治安明发〔2021〕217号, 410号"
	CitePermit = casework.AssumedRule
	CiteBook   = "户口登记条例 art. 13"
)

// The states of a move-in, at the city that takes in; draft, withdrawn, closed and lapsed are
// those of package casework.
const (
	InAsking      casework.State = "in-asking"       // 核对户籍: the other city's register is asked
	InCorrect     casework.State = "in-correct"      // 待补正
	InExamining   casework.State = "in-examining"    // 审核中
	InPromised    casework.State = "in-promised"     // 已准予迁入
	InThere       casework.State = "in-there"        // 迁出地办理中
	InLeaving     casework.State = "in-leaving"      // 已决定迁出，待落户
	InWithdrawing casework.State = "in-withdrawing"  // 撤回待确认
	InBooked      casework.State = "in-booked"       // 已落户
	InDeclined    casework.State = "in-declined"     // 不予迁入
	InRefused     casework.State = "in-refused"      // 未办成: the other city does not let go
	InAppealed    casework.State = "in-appealed"     // 复议中: of 不予迁入
	InAppealThere casework.State = "in-appeal-there" // 迁出地复议中
	InDropping    casework.State = "in-dropping"     // 撤回复议待确认: the other city ends it, unless it has decided
	InOver        casework.State = "in-over"         // 未办成，已归档
)

// The states of a move-out, at the city that lets go.
const (
	OutAnnounced casework.State = "out-announced" // 待迁入地材料
	OutArrived   casework.State = "out-arrived"   // 待联系申请人
	OutReached   casework.State = "out-reached"   // 已联系，待决定
	OutDeciding  casework.State = "out-deciding"  // 已决定，待见证
	OutMoved     casework.State = "out-moved"     // 已迁出，待对方落户
	OutRefused   casework.State = "out-refused"   // 不予迁出
	OutAppealed  casework.State = "out-appealed"  // 复议中
	OutOver      casework.State = "out-over"      // 不予迁出，已归档
	OutLapsed    casework.State = "out-lapsed"    // 没有等到准迁
)

// The names of the courses.
const (
	MoveInName  = "household-move-in"
	MoveOutName = "household-move-out"
)

// MoveIn is the course of the city that takes in.
func MoveIn() *casework.Course {
	with := func(n casework.State, phase string, by casework.By, t casework.Term) casework.StateInfo {
		return casework.StateInfo{Name: n, Phase: phase, With: by, Term: t}
	}
	away := []casework.State{InPromised, InThere, InLeaving, InWithdrawing}
	review := casework.Term{Count: casework.ReviewDays, Unit: casework.Days, Cite: casework.CiteReview}
	early := []casework.State{casework.Draft, InAsking, InCorrect, InExamining}
	return &casework.Course{
		Name: MoveInName, Start: casework.Draft,
		States: []casework.StateInfo{
			with(casework.Draft, casework.PhaseDraft, casework.Applicant, casework.Term{Count: casework.DraftDays, Unit: casework.Days, Cite: casework.AssumedRule}),
			with(InAsking, casework.PhaseApplied, casework.ByMessage, casework.Term{Unit: casework.ByLimit, Cite: casework.AssumedRule}),
			with(InCorrect, casework.PhaseApplied, casework.Applicant, casework.Term{Count: casework.SuppliedDays, Unit: casework.Days, Cite: casework.AssumedRule}),
			with(InExamining, casework.PhaseHandling, casework.Clerk, casework.Term{Unit: casework.ByLimit, Cite: casework.CiteDecide}),
			with(InPromised, casework.PhaseHandling, casework.ByMessage, casework.Term{Count: PermitDays, Unit: casework.Days, Cite: CitePermit}),
			with(InThere, casework.PhaseHandling, casework.ByMessage, casework.Term{Unit: casework.ByInput, Cite: CiteCheck}),
			with(InLeaving, casework.PhaseHandling, casework.ByMessage, casework.Term{Count: CertificateDays, Unit: casework.Days, Cite: CiteBook}),
			with(InWithdrawing, casework.PhaseHandling, casework.ByMessage, casework.Term{}),
			with(InBooked, casework.PhaseDecided, "", casework.Term{Count: casework.AppealDays, Unit: casework.Days, Cite: casework.CiteAppeal}),
			with(InDeclined, casework.PhaseDecided, "", appealable(casework.AppealDays)),
			with(InRefused, casework.PhaseDecided, "", appealable(casework.AppealDays)),
			with(InAppealed, casework.PhaseDecided, casework.Supervisor, review),
			with(InAppealThere, casework.PhaseDecided, casework.ByMessage, review),
			with(InDropping, casework.PhaseDecided, casework.ByMessage, review),
			{Name: InOver, Phase: casework.PhaseEnded, End: true},
			{Name: casework.Closed, Phase: casework.PhaseEnded, End: true},
			{Name: casework.Withdrawn, Phase: casework.PhaseEnded, End: true},
			{Name: casework.Lapsed, Phase: casework.PhaseEnded, End: true},
		},
		Moves: []casework.Move{
			{Name: "submit", From: []casework.State{casework.Draft}, To: InAsking, By: casework.Applicant, Guards: []string{"in-time", "form", "materials", "in-application"}, Actions: []string{"receive", "in-ask"}, Clock: casework.Start},
			{Name: "in-again", From: []casework.State{InAsking}, To: InPromised, By: casework.ByMessage, Actions: []string{"noted", "in-hold"}, Clock: casework.Stop, Cite: casework.CiteReview},
			{Name: "in-answered", From: []casework.State{InAsking}, To: InExamining, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "in-faulty", From: []casework.State{InAsking}, To: InCorrect, By: casework.ByMessage, Actions: []string{"noted"}, Clock: casework.Pause},
			{Name: "in-host", From: []casework.State{InAsking, InCorrect, InExamining}, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "in-host-no", From: []casework.State{InExamining}, To: InCorrect, By: casework.ByMessage, Actions: []string{"noted"}, Clock: casework.Pause},
			{Name: "in-ask-more", From: []casework.State{InExamining}, To: InCorrect, By: casework.Clerk, Guards: []string{"in-time"}, Clock: casework.Pause, Needs: []string{"reason"}, Cite: casework.CiteAccept},
			{Name: "resubmit", From: []casework.State{InCorrect}, To: InAsking, By: casework.Applicant, Guards: []string{"in-time", "form", "materials", "in-application"}, Actions: []string{"in-ask"}, Clock: casework.Resume},
			{Name: "take", From: []casework.State{InExamining}, By: casework.Clerk},
			{Name: "in-decline", From: []casework.State{InExamining}, To: InDeclined, By: casework.Clerk, Actions: []string{"refuse", "in-host-over"}, Clock: casework.Stop, Needs: []string{"grounds"}, Cite: casework.CiteDecide},
			{Name: "in-promise", From: []casework.State{InExamining}, To: InPromised, By: casework.Clerk, Guards: []string{"in-eligible", "in-room"}, Actions: []string{"in-hold"}, Clock: casework.Stop, Needs: []string{"grounds"}, Cite: CiteCheck},
			{Name: "in-arrived", From: []casework.State{InPromised}, To: InThere, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "in-news", From: []casework.State{InPromised, InThere}, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "in-left", From: []casework.State{InPromised, InThere, InWithdrawing}, To: InLeaving, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "in-booked", From: away, To: InBooked, By: casework.ByMessage, Actions: []string{"noted", "in-granted"}},
			{Name: "in-refused", From: away, To: InRefused, By: casework.ByMessage, Actions: []string{"noted", "in-refusal"}},
			{Name: "in-reason", From: []casework.State{InRefused}, By: casework.ByMessage, Actions: []string{"noted", "in-refusal"}},
			{Name: "in-withdrawn", From: away, To: casework.Withdrawn, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "in-withdraw", From: []casework.State{InPromised, InThere}, To: InWithdrawing, By: casework.Applicant, Actions: []string{"in-withdraw"}},
			{Name: "in-done", From: []casework.State{InBooked}, To: casework.Closed, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "close", From: []casework.State{InBooked}, To: casework.Closed, By: casework.ByClock, Guards: []string{"time-past"}},
			{Name: "appeal", From: []casework.State{InDeclined}, To: InAppealed, By: casework.Applicant, Guards: []string{"in-time"}, Actions: []string{"appeal"}, Needs: []string{"grounds"}, Cite: casework.CiteAppeal},
			{Name: "appeal", From: []casework.State{InRefused}, To: InAppealThere, By: casework.Applicant, Guards: []string{"in-time"}, Actions: []string{"appeal", "in-appeal"}, Needs: []string{"grounds"}, Cite: casework.CiteAppeal},
			{Name: "uphold", From: []casework.State{InAppealed}, To: InOver, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"uphold"}, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
			{Name: "in-change", From: []casework.State{InAppealed}, To: InAsking, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"in-changed", "in-ask"}, Clock: casework.Start, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
			casework.WithdrawAppeal(InAppealed, InOver),
			{Name: "withdraw-appeal", From: []casework.State{InAppealThere}, To: InDropping, By: casework.Applicant, Actions: []string{"in-drop"}, Cite: casework.CiteGivenUp},
			{Name: "in-dropped", From: []casework.State{InAppealThere, InDropping}, To: InOver, By: casework.ByMessage, Actions: []string{"noted", "withdraw-appeal"}, Cite: casework.CiteGivenUp},
			{Name: "in-upheld", From: []casework.State{InRefused, InAppealThere, InDropping}, To: InOver, By: casework.ByMessage, Actions: []string{"noted", "in-upheld"}, Cite: casework.CiteReview},
			{Name: "in-changed", From: []casework.State{InRefused, InAppealThere, InDropping}, To: InAsking, By: casework.ByMessage, Actions: []string{"in-changed", "noted", "in-ask"}, Clock: casework.Start, Cite: casework.CiteReview},
			{Name: "in-remind", From: []casework.State{InAppealThere}, To: InAppealThere, By: casework.ByClock, Guards: []string{"time-past"}, Actions: []string{"in-appeal"}, Cite: casework.CiteReview},
			{Name: "in-drop-again", From: []casework.State{InDropping}, To: InDropping, By: casework.ByClock, Guards: []string{"time-past"}, Actions: []string{"in-drop"}, Cite: casework.CiteGivenUp},
			{Name: "in-close", From: []casework.State{InDeclined, InRefused}, To: InOver, By: casework.ByClock, Guards: []string{"time-past"}},
			{Name: "withdraw", From: early, To: casework.Withdrawn, By: casework.Applicant, Actions: []string{"in-host-over"}, Clock: casework.Stop},
			{Name: "expire", From: []casework.State{casework.Draft, InCorrect}, To: casework.Lapsed, By: casework.ByClock, Guards: []string{"time-past"}, Actions: []string{"in-host-over"}, Clock: casework.Stop},
		},
	}
}

// MoveOut is the course of the city that lets go.
func MoveOut() *casework.Course {
	open := []casework.State{OutAnnounced, OutArrived, OutReached}
	limit := casework.Term{Unit: casework.ByLimit, Cite: CiteCheck}
	return &casework.Course{
		Name: MoveOutName, Start: OutAnnounced,
		States: []casework.StateInfo{
			{Name: OutAnnounced, Phase: casework.PhaseApplied, With: casework.ByMessage, Term: casework.Term{Count: PermitDays, Unit: casework.Days, Cite: CitePermit}},
			{Name: OutArrived, Phase: casework.PhaseHandling, With: casework.Clerk, Term: limit},
			{Name: OutReached, Phase: casework.PhaseHandling, With: casework.Clerk, Term: limit},
			{Name: OutDeciding, Phase: casework.PhaseHandling, With: casework.ByMessage},
			{Name: OutMoved, Phase: casework.PhaseDecided, With: casework.ByMessage, Term: casework.Term{Count: CertificateDays, Unit: casework.Days, Cite: CiteBook}},
			{Name: OutRefused, Phase: casework.PhaseDecided, Term: appealable(casework.AppealDays + LateAppealDays)},
			{Name: OutAppealed, Phase: casework.PhaseDecided, With: casework.Supervisor, Term: casework.Term{Count: casework.ReviewDays, Unit: casework.Days, Cite: casework.CiteReview}},
			{Name: OutOver, Phase: casework.PhaseEnded, End: true},
			{Name: OutLapsed, Phase: casework.PhaseEnded, End: true},
			{Name: casework.Closed, Phase: casework.PhaseEnded, End: true},
			{Name: casework.Withdrawn, Phase: casework.PhaseEnded, End: true},
		},
		Moves: []casework.Move{
			{Name: "out-arrive", From: []casework.State{OutAnnounced}, To: OutArrived, By: casework.ByMessage, Actions: []string{"receive", "noted", "out-arrived"}, Clock: casework.Start},
			{Name: "take", From: []casework.State{OutArrived, OutReached}, By: casework.Clerk},
			{Name: "out-reached", From: []casework.State{OutArrived}, To: OutReached, By: casework.Clerk, Guards: []string{"out-contact"}, Actions: []string{"out-contact"}, Needs: []string{"channel"}, Cite: CiteCheck},
			{Name: "out-missed", From: []casework.State{OutArrived}, By: casework.Clerk, Guards: []string{"out-contact"}, Actions: []string{"out-contact"}, Needs: []string{"channel"}, Cite: CiteCheck},
			{Name: "out-unreachable", From: []casework.State{OutArrived}, To: OutRefused, By: casework.Clerk, Guards: []string{"out-unreachable"}, Actions: []string{"refuse", "out-refuse"}, Clock: casework.Stop, Needs: []string{"grounds"}, Cite: CiteCheck},
			{Name: "out-refuse", From: []casework.State{OutArrived, OutReached}, To: OutRefused, By: casework.Clerk, Guards: []string{"out-code"}, Actions: []string{"refuse", "out-refuse"}, Clock: casework.Stop, Needs: []string{"grounds", "code"}, Cite: CiteCheck},
			{Name: "out-decide", From: []casework.State{OutReached}, To: OutDeciding, By: casework.Clerk, Guards: []string{"out-movable"}, Actions: []string{"grant", "out-decide"}, Clock: casework.Stop, Needs: []string{"grounds"}, Cite: CiteCheck},
			{Name: "out-moved", From: []casework.State{OutAnnounced, OutArrived, OutReached, OutDeciding}, To: OutMoved, By: casework.ByMessage, Actions: []string{"noted"}, Clock: casework.Stop},
			{Name: "out-done", From: []casework.State{OutMoved}, To: casework.Closed, By: casework.ByMessage, Actions: []string{"noted"}},
			{Name: "out-withdrawn", From: open, To: casework.Withdrawn, By: casework.ByMessage, Actions: []string{"noted"}, Clock: casework.Stop},
			{Name: "out-ended", From: []casework.State{OutAnnounced, OutArrived, OutReached, OutDeciding}, To: OutRefused, By: casework.ByMessage, Actions: []string{"noted", "out-ended"}, Clock: casework.Stop},
			{Name: "out-appeal", From: []casework.State{OutRefused}, To: OutAppealed, By: casework.ByMessage, Actions: []string{"appeal"}, Cite: casework.CiteAppeal},
			{Name: "uphold", From: []casework.State{OutAppealed}, To: OutOver, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"uphold", "out-upheld"}, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
			{Name: "out-change", From: []casework.State{OutAppealed}, To: OutAnnounced, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"out-changed"}, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
			{Name: "out-dropped", From: []casework.State{OutAppealed}, To: OutOver, By: casework.ByMessage, Actions: []string{"withdraw-appeal", "out-upheld"}, Cite: casework.CiteGivenUp},
			{Name: "out-lapse", From: []casework.State{OutAnnounced}, To: OutLapsed, By: casework.ByClock, Guards: []string{"time-past", "out-unpromised"}, Clock: casework.Stop, Cite: CitePermit},
			{Name: "out-close", From: []casework.State{OutRefused}, To: OutOver, By: casework.ByClock, Guards: []string{"time-past"}},
		},
	}
}

// appealable is how long a refusal waits for an application for reconsideration (行政复议).
func appealable(days int) casework.Term {
	return casework.Term{Count: days, Unit: casework.Days, Cite: casework.CiteAppeal}
}

// Courses are those of the two cities, and that of the consent of a host.
func Courses() []*casework.Course { return []*casework.Course{MoveIn(), MoveOut(), HostConsent()} }

// The names that app/residence binds, beside those of casework and the desk.
var (
	GuardNames  = []string{"in-application", "in-eligible", "in-room", "out-contact", "out-unreachable", "out-code", "out-movable", "out-unpromised", "host-head", "host-clerk"}
	ActionNames = []string{"noted", "in-ask", "in-hold", "in-withdraw", "in-granted", "in-refusal", "in-appeal", "in-drop", "in-changed", "in-upheld",
		"out-arrived", "out-contact", "out-refuse", "out-decide", "out-ended", "out-changed", "out-upheld", "in-host-over", "host-paper", "host-told"}
)

// Why a city does not let go. Words are "residence.why.<code>".
const (
	WhyMismatch    = "mismatch"    // what was said of somebody and the register differ
	WhyDuplicate   = "duplicate"   // registered twice, or the registration was cancelled
	WhyBlocked     = "blocked"     // frozen, or an open criminal case
	WhyGuardian    = "guardian"    // somebody under age without a guardian
	WhyNotWilling  = "not-willing" // the applicant, asked, does not want to
	WhyUnreachable = "unreachable" // nobody was reached within five working days
	WhyOther       = "other"       // as the grounds say
)

// Whys lists those that a clerk may choose; WhyUnreachable has a move of its own.
var Whys = []string{WhyMismatch, WhyDuplicate, WhyBlocked, WhyGuardian, WhyNotWilling, WhyOther}

// Channels are the ways of reaching an applicant. Words are "residence.channel.<code>".
var Channels = []string{"phone", "message", "video", "visit"}

// Field is a member of the input of a move, as a page asks for it; its words are
// "casework.need.<name>", with ".hint" where there is more to say.
type Field struct {
	Name string   `json:"name"`
	Of   []string `json:"of,omitempty"`   // of a choice
	Word string   `json:"word,omitempty"` // key below which the words of the choice are
	Must bool     `json:"must,omitempty"` // Needs names it too
}

// Fields are what moves ask for beside reason and grounds. papers is a list of ids of materials,
// or a text of them with blanks between; relations an object of codes by number, or a text of
// number=code with blanks between.
var Fields = map[string][]Field{
	"in-promise":  {{Name: "papers"}},
	"out-reached": {{Name: "channel", Of: Channels, Word: "residence.channel", Must: true}},
	"out-missed":  {{Name: "channel", Of: Channels, Word: "residence.channel", Must: true}},
	"out-refuse":  {{Name: "code", Of: Whys, Word: "residence.why", Must: true}},
	"out-decide":  {{Name: "successor"}, {Name: "relations"}},
	"host-paper":  {{Name: "paper", Must: true}},
}

// Papers are ids in a text or a list.
type Papers []string

// UnmarshalJSON reads either.
func (p *Papers) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*p = strings.FieldsFunc(text, apart)
		return nil
	}
	return json.Unmarshal(b, (*[]string)(p))
}

// Relations are codes by number, in an object or a text of number=code.
type Relations map[family.Person]family.Relation

// UnmarshalJSON reads either.
func (r *Relations) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) != nil {
		return json.Unmarshal(b, (*map[family.Person]family.Relation)(r))
	}
	*r = Relations{}
	for _, one := range strings.FieldsFunc(text, apart) {
		number, code, whole := strings.Cut(one, "=")
		if !whole {
			return fmt.Errorf("%q is not number=code", one)
		}
		(*r)[family.Person(number)] = family.Relation(code)
	}
	return nil
}

func apart(r rune) bool { return strings.ContainsRune(" ,;，；、\n\t", r) }
