package fund

import "conurb/livelihood/casework"

// The names of courses: of the city where the person applies, and of the one that has the account.
const (
	SocialIn     = ItemSocial
	SocialOut    = ItemSocial + "-out"
	ProvidentIn  = ItemProvident
	ProvidentOut = ItemProvident + "-out"
	MedicalOut   = ItemMedical
)

// Times in working days, where not said otherwise.
const (
	FifteenDays = 15 // 国办发〔2009〕66号 art. 8: each of three steps
	ThreeDays   = 3  // calendar days: 住房公积金管理条例 art. 25
	TwoDays     = 2
)

// The states beside those of the standard course.
const (
	Asked    casework.State = "fund-asked"    // 已发联系函，等原参保地
	Informed casework.State = "fund-informed" // 已收信息表
	Agreed   casework.State = "fund-agreed"   // 已同意接收，等资金
	Arrived  casework.State = "fund-arrived"  // 收到联系函
	Told     casework.State = "fund-told"     // 已回信息表
	Payable  casework.State = "fund-payable"  // 对方同意接收，待付款
	PaidOut  casework.State = "fund-paid"     // 已付，在途
	Returned casework.State = "fund-returned" // 资金退回
	Moved    casework.State = "fund-moved"    // 已转出
	Settled  casework.State = "fund-settled"  // 已提取
	NotMoved casework.State = "fund-declined" // 不予转出
	Called   casework.State = "fund-off"      // 对方撤回
	Valid    casework.State = "fund-in-force" // 备案有效
	Ended    casework.State = "fund-ended"    // 备案终止
)

// States lists them.
var States = []casework.State{Asked, Informed, Agreed, Arrived, Told, Payable, PaidOut, Returned, Moved, Settled, NotMoved, Called, Valid, Ended}

// The moves beside those of the standard course.
const (
	MoveInformed = "fund-inform"   // the other city answers
	MoveDeclined = "fund-decline"  // it says no
	MoveAgree    = "fund-agree"    // the clerk takes over what was told
	MoveAgain    = "fund-again"    // he asks again
	MoveTaken    = "fund-taken"    // the money is here
	MoveBack     = "fund-back"     // it went back
	MoveTell     = "fund-tell"     // the clerk of the old city informs
	MoveDecline  = "fund-turn"     // or says no
	MoveAgreed   = "fund-agreed"   // the new city agrees
	MovePay      = "fund-pay"      // money to the other city
	MovePayOut   = "fund-pay-out"  // money to the person
	MoveClosed   = "fund-closed"   // the other city has taken it in
	MoveCalled   = "fund-call-off" // the application was withdrawn
	MoveSettled  = "fund-settle"   // the other city has paid the person
	MoveStop     = "fund-stop"     // a registration is ended by the person
	MoveKnown    = "fund-known"    // the city of treatment has it
)

// Moves lists them.
var Moves = []string{MoveInformed, MoveDeclined, MoveAgree, MoveAgain, MoveTaken, MoveBack, MoveTell, MoveDecline, MoveAgreed, MovePay, MovePayOut, MoveClosed, MoveCalled, MoveSettled, MoveStop, MoveKnown}

// The guards and actions that app/fund binds.
var (
	GuardNames  = []string{"fund-form", "fund-here", "fund-may-leave", "fund-as-told", "fund-transfer", "fund-withdrawal", "fund-fits", "fund-insured", "fund-money"}
	ActionNames = []string{"fund-ask", "fund-informed", "fund-expect", "fund-take-over", "fund-drop", "fund-turned", "fund-tell", "fund-turn", "fund-pay", "fund-pay-out", "fund-gone",
		"fund-restore", "fund-stay", "fund-register", "fund-end-visit", "fund-told-off", "fund-payable"}
)

// In is the course of the city where somebody applies to have an account moved to or paid out of.
func In(name string, wait casework.Term) *casework.Course {
	const draft, submitted, supplement, decided, appealed, closed, withdrawn, lapsed = casework.Draft, casework.Submitted, casework.Supplement, casework.Decided, casework.Appealed, casework.Closed, casework.Withdrawn, casework.Lapsed
	cite := wait.Cite
	c := &casework.Course{Name: name, Start: draft,
		States: []casework.StateInfo{
			{Name: draft, Phase: casework.PhaseDraft, With: casework.Applicant, Term: casework.Term{Count: casework.DraftDays, Unit: casework.Days, Cite: casework.AssumedRule}},
			{Name: submitted, Phase: casework.PhaseApplied, With: casework.Clerk, Term: wait},
			{Name: supplement, Phase: casework.PhaseApplied, With: casework.Applicant, Term: casework.Term{Count: casework.SuppliedDays, Unit: casework.Days, Cite: casework.AssumedRule}},
			{Name: Asked, Phase: casework.PhaseHandling, With: casework.ByMessage, Term: wait},
			{Name: Informed, Phase: casework.PhaseHandling, With: casework.Clerk, Term: wait},
			{Name: Agreed, Phase: casework.PhaseHandling, With: casework.ByMessage, Term: wait},
			{Name: decided, Phase: casework.PhaseDecided, Term: casework.Term{Count: casework.AppealDays, Unit: casework.Days, Cite: casework.CiteAppeal}},
			{Name: appealed, Phase: casework.PhaseDecided, With: casework.Supervisor, Term: casework.Term{Count: casework.ReviewDays, Unit: casework.Days, Cite: casework.CiteReview}},
			{Name: closed, Phase: casework.PhaseEnded, End: true},
			{Name: withdrawn, Phase: casework.PhaseEnded, End: true},
			{Name: lapsed, Phase: casework.PhaseEnded, End: true},
		}}
	c.Moves = append(applying(), []casework.Move{
		{Name: "accept", From: []casework.State{submitted}, To: Asked, By: casework.Clerk, Guards: []string{"fund-form", "fund-here"}, Actions: []string{"fund-ask"}, Clock: casework.Start, Cite: cite},
		{Name: "refuse", From: []casework.State{submitted}, To: decided, By: casework.Clerk, Actions: []string{"refuse"}, Needs: []string{"grounds"}, Cite: cite},
		{Name: MoveInformed, From: []casework.State{Asked, Informed, Agreed}, To: Informed, By: casework.ByMessage, Actions: []string{"fund-drop", "fund-informed"}, Cite: cite},
		{Name: MoveDeclined, From: []casework.State{Asked, Informed, Agreed}, To: decided, By: casework.ByMessage, Actions: []string{"fund-drop", "refuse"}, Clock: casework.Stop, Cite: cite},
		{Name: MoveSettled, From: []casework.State{Asked}, To: decided, By: casework.ByMessage, Actions: []string{"grant"}, Clock: casework.Stop, Cite: cite},
		{Name: MoveAgree, From: []casework.State{Informed}, To: Agreed, By: casework.Clerk, Guards: []string{"fund-transfer", "fund-fits"}, Actions: []string{"fund-expect"}, Cite: cite},
		{Name: MoveAgain, From: []casework.State{Informed}, To: Asked, By: casework.Clerk, Actions: []string{"fund-ask"}, Needs: []string{"reason"}},
		{Name: "refuse", From: []casework.State{Informed}, To: decided, By: casework.Clerk, Actions: []string{"fund-told-off", "refuse"}, Clock: casework.Stop, Needs: []string{"grounds"}, Cite: cite},
		{Name: MoveTaken, From: []casework.State{Agreed}, To: decided, By: casework.ByMessage, Actions: []string{"fund-take-over", "grant"}, Clock: casework.Stop, Cite: cite},
		{Name: MoveBack, From: []casework.State{Agreed}, To: Asked, By: casework.ByMessage, Actions: []string{"fund-ask"}},
		{Name: "withdraw", From: []casework.State{draft, submitted, supplement}, To: withdrawn, By: casework.Applicant, Clock: casework.Stop},
		{Name: "withdraw", From: []casework.State{Asked, Informed, Agreed}, To: withdrawn, By: casework.Applicant, Guards: []string{"fund-money"}, Actions: []string{"fund-drop", "fund-told-off"}, Clock: casework.Stop},
		{Name: "appeal", From: []casework.State{decided}, To: appealed, By: casework.Applicant, Guards: []string{"in-time"}, Actions: []string{"appeal"}, Needs: []string{"grounds"}, Cite: casework.CiteAppeal},
		{Name: "uphold", From: []casework.State{appealed}, To: closed, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"uphold"}, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
		casework.WithdrawAppeal(appealed, closed),
		{Name: "close", From: []casework.State{decided}, To: closed, By: casework.ByClock, Guards: []string{"time-past"}},
	}...)
	return c
}

// applying are the moves up to an application that is whole.
func applying() []casework.Move {
	const draft, submitted, supplement, lapsed = casework.Draft, casework.Submitted, casework.Supplement, casework.Lapsed
	return []casework.Move{
		{Name: "submit", From: []casework.State{draft}, To: submitted, By: casework.Applicant, Guards: []string{"in-time", "form", "materials", "fund-form"}, Actions: []string{"receive"}},
		{Name: "ask-more", From: []casework.State{submitted}, To: supplement, By: casework.Clerk, Guards: []string{"asked-once"}, Needs: []string{"reason"}, Cite: casework.CiteAccept},
		{Name: "resubmit", From: []casework.State{supplement}, To: submitted, By: casework.Applicant, Guards: []string{"in-time", "form", "materials", "fund-form"}, Actions: []string{"receive"}},
		{Name: "expire", From: []casework.State{draft, supplement}, To: lapsed, By: casework.ByClock, Guards: []string{"time-past"}, Clock: casework.Stop},
	}
}

// Out is the course of the city that has the account. A provident fund may be paid to the person.
func Out(name string, term casework.Term) *casework.Course {
	cite := term.Cite
	c := &casework.Course{Name: name, Start: Arrived,
		States: []casework.StateInfo{
			{Name: Arrived, Phase: casework.PhaseApplied, With: casework.Clerk, Term: term},
			{Name: Told, Phase: casework.PhaseHandling, With: casework.ByMessage, Term: term},
			{Name: Payable, Phase: casework.PhaseHandling, With: casework.Clerk, Term: term},
			{Name: PaidOut, Phase: casework.PhaseHandling, With: casework.ByMessage, Term: casework.Term{Count: TwoDays, Unit: casework.WorkingDays, Cite: casework.AssumedRule}},
			{Name: Returned, Phase: casework.PhaseHandling, With: casework.Clerk, Term: term},
			{Name: Moved, Phase: casework.PhaseEnded, End: true},
			{Name: NotMoved, Phase: casework.PhaseEnded, End: true},
			{Name: Called, Phase: casework.PhaseEnded, End: true},
		}}
	before := []casework.State{Arrived, Told, Payable, Returned}
	c.Moves = []casework.Move{
		{Name: MoveTell, From: []casework.State{Arrived, Payable, Returned}, To: Told, By: casework.Clerk, Guards: []string{"fund-transfer", "fund-may-leave"}, Actions: []string{"fund-tell"}, Cite: cite},
		{Name: MoveDecline, From: []casework.State{Arrived, Payable, Returned}, To: NotMoved, By: casework.Clerk, Actions: []string{"fund-turn", "refuse"}, Needs: []string{"grounds"}, Cite: cite},
		{Name: MoveAgain, From: []casework.State{Told, Payable, Returned}, To: Arrived, By: casework.ByMessage},
		{Name: MoveAgreed, From: []casework.State{Told}, To: Payable, By: casework.ByMessage, Actions: []string{"fund-payable"}},
		{Name: MovePay, From: []casework.State{Payable}, To: PaidOut, By: casework.Clerk, Guards: []string{"fund-may-leave", "fund-as-told"}, Actions: []string{"fund-pay"}, Cite: cite},
		{Name: MoveClosed, From: []casework.State{PaidOut}, To: Moved, By: casework.ByMessage, Actions: []string{"fund-gone", "grant"}},
		{Name: MoveBack, From: []casework.State{PaidOut}, To: Returned, By: casework.ByMessage, Actions: []string{"fund-stay"}},
		{Name: MoveCalled, From: before, To: Called, By: casework.ByMessage, Actions: []string{"fund-restore"}},
		{Name: MoveCalled, From: []casework.State{PaidOut}, By: casework.ByMessage, Actions: []string{"fund-stay"}},
	}
	if name == ProvidentOut {
		c.States = append(c.States, casework.StateInfo{Name: Settled, Phase: casework.PhaseEnded, End: true})
		c.Moves = append(c.Moves, casework.Move{Name: MovePayOut, From: []casework.State{Arrived}, To: Settled, By: casework.Clerk, Guards: []string{"fund-withdrawal"}, Actions: []string{"fund-pay-out", "grant"}, Cite: cite})
	}
	return c
}

// Treatment is the course of a registration for treatment elsewhere, at the city of insurance.
func Treatment() *casework.Course {
	const draft, submitted, supplement, withdrawn, lapsed = casework.Draft, casework.Submitted, casework.Supplement, casework.Withdrawn, casework.Lapsed
	c := &casework.Course{Name: MedicalOut, Start: draft,
		States: []casework.StateInfo{
			{Name: draft, Phase: casework.PhaseDraft, With: casework.Applicant, Term: casework.Term{Count: casework.DraftDays, Unit: casework.Days, Cite: casework.AssumedRule}},
			{Name: submitted, Phase: casework.PhaseApplied, With: casework.Clerk, Term: casework.Term{Count: TwoDays, Unit: casework.WorkingDays, Cite: casework.AssumedRule}},
			{Name: supplement, Phase: casework.PhaseApplied, With: casework.Applicant, Term: casework.Term{Count: casework.SuppliedDays, Unit: casework.Days, Cite: casework.AssumedRule}},
			{Name: Valid, Phase: casework.PhaseDecided, Term: casework.Term{Unit: casework.ByInput}},
			{Name: casework.Decided, Phase: casework.PhaseDecided, Term: casework.Term{Count: casework.AppealDays, Unit: casework.Days, Cite: casework.CiteAppeal}},
			{Name: casework.Appealed, Phase: casework.PhaseDecided, With: casework.Supervisor, Term: casework.Term{Count: casework.ReviewDays, Unit: casework.Days, Cite: casework.CiteReview}},
			{Name: casework.Closed, Phase: casework.PhaseEnded, End: true},
			{Name: Ended, Phase: casework.PhaseEnded, End: true},
			{Name: withdrawn, Phase: casework.PhaseEnded, End: true},
			{Name: lapsed, Phase: casework.PhaseEnded, End: true},
		}}
	c.Moves = append(applying(), []casework.Move{
		{Name: "grant", From: []casework.State{submitted}, To: Valid, By: casework.Clerk, Guards: []string{"fund-form", "fund-insured"}, Actions: []string{"fund-register", "grant"}},
		{Name: "refuse", From: []casework.State{submitted}, To: casework.Decided, By: casework.Clerk, Actions: []string{"refuse"}, Needs: []string{"grounds"}},
		{Name: "appeal", From: []casework.State{casework.Decided}, To: casework.Appealed, By: casework.Applicant, Guards: []string{"in-time"}, Actions: []string{"appeal"}, Needs: []string{"grounds"}, Cite: casework.CiteAppeal},
		{Name: "uphold", From: []casework.State{casework.Appealed}, To: casework.Closed, By: casework.Supervisor, Guards: []string{"another-person"}, Actions: []string{"uphold"}, Needs: []string{"grounds"}, Cite: casework.CiteReviewer},
		casework.WithdrawAppeal(casework.Appealed, casework.Closed),
		{Name: "close", From: []casework.State{casework.Decided}, To: casework.Closed, By: casework.ByClock, Guards: []string{"time-past"}},
		{Name: MoveKnown, From: []casework.State{Valid}, By: casework.ByMessage},
		{Name: MoveStop, From: []casework.State{Valid}, To: Ended, By: casework.Applicant, Actions: []string{"fund-end-visit"}},
		{Name: "expire", From: []casework.State{Valid}, To: Ended, By: casework.ByClock, Guards: []string{"time-past"}, Actions: []string{"fund-end-visit"}},
		{Name: "withdraw", From: []casework.State{draft, submitted, supplement}, To: withdrawn, By: casework.Applicant, Clock: casework.Stop},
	}...)
	return c
}

// Courses are all five.
func Courses() []*casework.Course {
	social := casework.Term{Count: FifteenDays, Unit: casework.WorkingDays, Cite: "国办发〔2009〕66号 art. 8"}
	provident := casework.Term{Count: ThreeDays, Unit: casework.Days, Cite: "住房公积金管理条例 art. 25"}
	return []*casework.Course{In(SocialIn, social), Out(SocialOut, social), In(ProvidentIn, provident), Out(ProvidentOut, provident), Treatment()}
}
