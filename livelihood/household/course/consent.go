package course

import "conurb/livelihood/casework"

// ItemConsent is the item of the cases by which the head of a household is asked whether somebody
// may be registered in it (接收入户同意). Nobody applies for it: the application asks.
const (
	ItemConsent = "household-host-consent"
	ConsentName = "household-host-consent"
	ConsentDays = 30 // that the head has for an answer: assumed
)

// The states of a consent.
const (
	HostOpen    casework.State = "host-open"    // 登记待发
	HostAsked   casework.State = "host-asked"   // 待户主答复
	HostAgreed  casework.State = "host-agreed"  // 已同意
	HostRefused casework.State = "host-refused" // 不同意
	HostLapsed  casework.State = "host-lapsed"  // 逾期未答复
)

// How a consent stands, as rules of who may move read it ("host.consent").
const (
	ConsentAsked   = "asked"
	ConsentAgreed  = "agreed" // by the head himself, signed in
	ConsentPaper   = "paper"  // on paper, which a clerk saw at the window
	ConsentRefused = "refused"
	ConsentLapsed  = "lapsed"
)

// Consents lists them. Words are "residence.consent.<how>".
var Consents = []string{ConsentAsked, ConsentAgreed, ConsentPaper, ConsentRefused, ConsentLapsed}

// HostConsent is the course of asking the head of a household: its applicant is the head.
func HostConsent() *casework.Course {
	asked, agreed := []casework.State{HostAsked}, []casework.State{HostAgreed}
	told := []string{"host-told"}
	return &casework.Course{
		Name: ConsentName, Start: HostOpen,
		States: []casework.StateInfo{
			{Name: HostOpen, Phase: casework.PhaseApplied, With: casework.ByMessage},
			{Name: HostAsked, Phase: casework.PhaseApplied, With: casework.Applicant, Term: casework.Term{Count: ConsentDays, Unit: casework.Days, Cite: casework.AssumedRule}},
			{Name: HostAgreed, Phase: casework.PhaseHandling, With: casework.ByMessage},
			{Name: HostRefused, Phase: casework.PhaseEnded, End: true},
			{Name: HostLapsed, Phase: casework.PhaseEnded, End: true},
			{Name: casework.Closed, Phase: casework.PhaseEnded, End: true},
			{Name: casework.Withdrawn, Phase: casework.PhaseEnded, End: true},
		},
		Moves: []casework.Move{
			{Name: "host-ask", From: []casework.State{HostOpen}, To: HostAsked, By: casework.ByMessage},
			{Name: "host-agree", From: asked, To: HostAgreed, By: casework.Applicant, Guards: []string{"in-time", "host-head"}, Actions: told},
			{Name: "host-refuse", From: asked, To: HostRefused, By: casework.Applicant, Actions: told},
			{Name: "host-paper", From: asked, To: HostAgreed, By: casework.Clerk, Guards: []string{"host-head", "host-clerk"}, Actions: []string{"host-paper", "host-told"}, Needs: []string{"paper"}, Cite: casework.AssumedRule},
			{Name: "host-take-back", From: agreed, To: HostRefused, By: casework.Applicant, Actions: told},
			{Name: "host-lapse", From: asked, To: HostLapsed, By: casework.ByClock, Guards: []string{"time-past"}, Actions: told},
			{Name: "host-used", From: agreed, To: casework.Closed, By: casework.ByMessage},
			{Name: "host-over", From: []casework.State{HostOpen, HostAsked, HostAgreed}, To: casework.Withdrawn, By: casework.ByMessage},
		},
	}
}
