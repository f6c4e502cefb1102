// Package deputy is how an affair of one city is handled at another's window (异地代收代办), as data:
// the moves that a course gets beside its own, so that the window that takes an application hands
// it to the city that decides, and hands out what comes back; and the course of certificates of
// registration (户籍类证明), one of the six items of the nationwide service.
//
// Mode and item are named in 国办发〔2020〕35号 and in the report on the six items, grade c; that a
// window waits two working days for an answer is assumed. Words are in locale/*/deputy.json.
package deputy

import (
	"slices"

	"conurb/livelihood/casework"
)

// The items and courses of this room.
const (
	ItemCertificate = "registration-certificate"
	Suffix          = "-deputy" // of a course of another room with these moves
)

// Sent is the state of an application that another city has.
const Sent casework.State = "deputy-sent"

// The moves.
const (
	MoveSend   = "deputy-send"   // 转交对方城市
	MoveMore   = "deputy-more"   // the other city asks for more
	MoveGrant  = "deputy-grant"  // it has decided for the applicant
	MoveRefuse = "deputy-refuse" // it has not
	MovePrint  = "deputy-print"  // 窗口打印交付
)

// Moves lists them.
var Moves = []string{MoveSend, MoveMore, MoveGrant, MoveRefuse, MovePrint}

// The guards and actions that app/deputy binds.
var (
	GuardNames  = []string{"deputy-other", "deputy-shown", "deputy-paper", "deputy-registered"}
	ActionNames = []string{"deputy-send", "deputy-off", "deputy-result", "deputy-issue"}
)

// The codes of refusals; words are "casework.refusal.<code>".
const (
	RefusedCity       = "deputy-city"       // city: not one to hand over to
	RefusedTwice      = "deputy-twice"      // city: it came from there
	RefusedShown      = "deputy-shown"      // nothing was shown or checked
	RefusedItem       = "deputy-item"       // item: not handled by another city
	RefusedPaper      = "deputy-paper"      // nothing to print
	RefusedRegistered = "deputy-registered" // city: not registered there
	RefusedMoved      = "deputy-moved"      // city, to
	RefusedStatement  = "deputy-statement"  // certificate: the clerk has to write the statement
	RefusedRelative   = "deputy-relative"   // not of his household
	RefusedType       = "deputy-type"       // the city issues no such certificates
)

// Codes lists them.
var Codes = []string{RefusedCity, RefusedTwice, RefusedShown, RefusedItem, RefusedPaper, RefusedRegistered, RefusedMoved, RefusedStatement, RefusedRelative, RefusedType}

// Days is how long a window waits, in working days; assumed.
const Days = 2

// Over is a course with the moves of a window beside its own; it needs the states draft,
// submitted, supplement, decided and withdrawn of the standard course.
func Over(c *casework.Course, name string) *casework.Course {
	n := *c
	n.Name = name
	n.States = append(slices.Clone(c.States), casework.StateInfo{Name: Sent, Phase: casework.PhaseHandling, With: casework.ByMessage,
		Term: casework.Term{Count: Days, Unit: casework.WorkingDays, Cite: casework.AssumedRule}})
	from := []casework.State{Sent}
	n.Moves = append(slices.Clone(c.Moves), []casework.Move{
		{Name: MoveSend, From: []casework.State{casework.Submitted}, To: Sent, By: casework.Clerk, Guards: []string{"deputy-other", "deputy-shown"}, Actions: []string{"deputy-send"}, Needs: []string{"to"}},
		{Name: MoveMore, From: from, To: casework.Supplement, By: casework.ByMessage, Needs: []string{"reason"}},
		{Name: MoveGrant, From: from, To: casework.Decided, By: casework.ByMessage, Actions: []string{"deputy-result", "grant"}},
		{Name: MoveRefuse, From: from, To: casework.Decided, By: casework.ByMessage, Actions: []string{"refuse"}},
		{Name: MovePrint, From: []casework.State{casework.Decided}, By: casework.Clerk, Guards: []string{"deputy-paper"}},
		{Name: "withdraw", From: from, To: casework.Withdrawn, By: casework.Applicant, Actions: []string{"deputy-off"}, Clock: casework.Stop},
	}...)
	return &n
}

// Certificate is the course of a certificate of registration: decided on the spot, here or by the
// city of registration.
func Certificate() *casework.Course {
	const draft, submitted, supplement, decided, appealed, closed, withdrawn, lapsed = casework.Draft, casework.Submitted, casework.Supplement, casework.Decided, casework.Appealed, casework.Closed, casework.Withdrawn, casework.Lapsed
	c := &casework.Course{Name: ItemCertificate, Start: draft,
		States: []casework.StateInfo{
			{Name: draft, Phase: casework.PhaseDraft, With: casework.Applicant, Term: casework.Term{Count: casework.DraftDays, Unit: casework.Days, Cite: casework.AssumedRule}},
			{Name: submitted, Phase: casework.PhaseApplied, With: casework.Clerk, Term: casework.Term{Count: 1, Unit: casework.WorkingDays, Cite: casework.AssumedRule}},
			{Name: supplement, Phase: casework.PhaseApplied, With: casework.Applicant, Term: casework.Term{Count: casework.SuppliedDays, Unit: casework.Days, Cite: casework.AssumedRule}},
			{Name: decided, Phase: casework.PhaseDecided, Term: casework.Term{Count: casework.AppealDays, Unit: casework.Days, Cite: casework.CiteAppeal}},
			{Name: appealed, Phase: casework.PhaseDecided, With: casework.Supervisor, Term: casework.Term{Count: casework.ReviewDays, Unit: casework.Days, Cite: casework.CiteReview}},
			{Name: closed, Phase: casework.PhaseEnded, End: true},
			{Name: withdrawn, Phase: casework.PhaseEnded, End: true},
			{Name: lapsed, Phase: casework.PhaseEnded, End: true},
		},
		Moves: []casework.Move{
			{Name: "submit", From: []casework.State{draft}, To: submitted, By: casework.Applicant, Guards: []string{"in-time", "form", "materials"}, Actions: []string{"receive"}},
			{Name: "ask-more", From: []casework.State{submitted}, To: supplement, By: casework.Clerk, Needs: []string{"reason"}, Cite: casework.CiteAccept},
			{Name: "resubmit", From: []casework.State{supplement}, To: submitted, By: casework.Applicant, Guards: []string{"in-time", "form", "materials"}, Actions: []string{"receive"}},
			{Name: "grant", From: []casework.State{submitted}, To: decided, By: casework.Clerk, Guards: []string{"deputy-registered"}, Actions: []string{"deputy-issue", "grant"}, Needs: []string{"grounds"}},
			{Name: "refuse", From: []casework.State{submitted}, To: decided, By: casework.Clerk, Actions: []string{"refuse"}, Needs: []string{"grounds"}},
			{Name: "appeal", From: []casework.State{decided}, To: appealed, By: casework.Applicant, Guards: []string{"in-time"}, Actions: []string{"appeal"}, Needs: []string{"grounds"}, Cite: casework.CiteAppeal},
			{Name: "uphold", From: []casework.State{appealed}, To: closed, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"uphold"}, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
			{Name: "reopen", From: []casework.State{appealed}, To: submitted, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"reopen"}, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
			casework.WithdrawAppeal(appealed, closed),
			{Name: "close", From: []casework.State{decided}, To: closed, By: casework.ByClock, Guards: []string{"time-past"}},
			{Name: "withdraw", From: []casework.State{draft, submitted, supplement}, To: withdrawn, By: casework.Applicant, Clock: casework.Stop},
			{Name: "expire", From: []casework.State{draft, supplement}, To: lapsed, By: casework.ByClock, Guards: []string{"time-past"}, Clock: casework.Stop},
		}}
	return Over(c, ItemCertificate)
}
