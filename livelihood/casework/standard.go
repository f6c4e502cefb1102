package casework

// StandardName is the name of the course of affairs that have none of their own.
const StandardName = "standard"

// The states of the standard course.
const (
	Draft      State = "draft"      // 草稿
	Submitted  State = "submitted"  // 已提交
	Supplement State = "supplement" // 待补正
	Accepted   State = "accepted"   // 已受理
	Paused     State = "paused"     // 中止计时
	Objected   State = "objected"   // 异议处理中
	Decided    State = "decided"    // 已办结
	Appealed   State = "appealed"   // 复议中
	Closed     State = "closed"     // 已归档
	Withdrawn  State = "withdrawn"  // 已撤回
	Lapsed     State = "lapsed"     // 已失效
)

// The rules that the standard course follows.
const (
	CiteAccept    = "Administrative Licensing Law art. 32"
	CiteDecide    = "Administrative Licensing Law art. 42"
	CitePause     = "Administrative Licensing Law art. 45"
	CiteAppeal    = "Administrative Reconsideration Law (2023) art. 20"
	CiteReview    = "Administrative Reconsideration Law (2023) art. 62"
	CiteReviewer  = AssumedRule // that another person than who decided reviews
	CiteGivenUp   = "Administrative Reconsideration Law (2023) art. 41"
	AssumedRule   = "assumed"
	DraftDays     = 90
	AcceptDays    = 5
	SuppliedDays  = 30
	ObjectionDays = 5
	AppealDays    = 60
	ReviewDays    = 60
)

// Standard is the course of an affair that an office decides. "form" and "materials" are guards
// of the desk (app/cases).
func Standard() *Course {
	open := []State{Draft, Submitted, Supplement, Accepted, Paused, Objected}
	return &Course{
		Name: StandardName, Start: Draft,
		States: []StateInfo{
			{Name: Draft, Phase: PhaseDraft, With: Applicant, Term: Term{DraftDays, Days, AssumedRule}},
			{Name: Submitted, Phase: PhaseApplied, With: Clerk, Term: Term{AcceptDays, WorkingDays, CiteAccept}},
			{Name: Supplement, Phase: PhaseApplied, With: Applicant, Term: Term{SuppliedDays, Days, AssumedRule}},
			{Name: Accepted, Phase: PhaseHandling, With: Clerk, Term: Term{Unit: ByLimit, Cite: CiteDecide}},
			{Name: Paused, Phase: PhaseHandling, With: Clerk, Term: Term{Unit: ByInput, Cite: CitePause}},
			{Name: Objected, Phase: PhaseHandling, With: Supervisor, Term: Term{ObjectionDays, WorkingDays, AssumedRule}},
			{Name: Decided, Phase: PhaseDecided, Term: Term{AppealDays, Days, CiteAppeal}},
			{Name: Appealed, Phase: PhaseDecided, With: Supervisor, Term: Term{ReviewDays, Days, CiteReview}},
			{Name: Closed, Phase: PhaseEnded, End: true},
			{Name: Withdrawn, Phase: PhaseEnded, End: true},
			{Name: Lapsed, Phase: PhaseEnded, End: true},
		},
		Moves: []Move{
			{Name: "submit", From: []State{Draft}, To: Submitted, By: Applicant, Guards: []string{"in-time", "form", "materials"}, Actions: []string{"receive"}},
			{Name: "ask-more", From: []State{Submitted}, To: Supplement, By: Clerk, Guards: []string{"in-time", "asked-once"}, Needs: []string{"reason"}, Cite: CiteAccept},
			{Name: "resubmit", From: []State{Supplement}, To: Submitted, By: Applicant, Guards: []string{"in-time", "form", "materials"}, Actions: []string{"receive"}},
			{Name: "accept", From: []State{Submitted}, To: Accepted, By: Clerk, Clock: Start, Cite: CiteAccept},
			{Name: "deem-accepted", From: []State{Submitted}, To: Accepted, By: ByClock, Guards: []string{"time-past"}, Clock: Deem, Cite: CiteAccept},
			{Name: "decline", From: []State{Submitted}, To: Decided, By: Clerk, Guards: []string{"in-time"}, Actions: []string{"decline"}, Needs: []string{"grounds"}, Cite: CiteAccept},
			{Name: "take", From: []State{Submitted, Accepted, Paused}, By: Clerk},
			{Name: "hand-over", From: []State{Submitted, Accepted}, By: Clerk, Guards: []string{"other-office", "office"}, Actions: []string{"hand-over"}, Needs: []string{"reason", "office"}},
			{Name: "pause", From: []State{Accepted}, To: Paused, By: Clerk, Guards: []string{"until-ahead"}, Clock: Pause, Needs: []string{"reason"}, Cite: CitePause},
			{Name: "resume", From: []State{Paused}, To: Accepted, By: Clerk, Clock: Resume, Cite: CitePause},
			{Name: "extend", From: []State{Accepted}, By: Supervisor, Guards: []string{"in-time", "extended-once", "extension"}, Actions: []string{"extend"}, Needs: []string{"reason", "days"}, Cite: CiteDecide},
			{Name: "object", From: []State{Accepted}, To: Objected, By: Applicant, Needs: []string{"reason"}},
			{Name: "answer", From: []State{Objected}, To: Accepted, By: Supervisor, Needs: []string{"reason"}},
			{Name: "grant", From: []State{Accepted}, To: Decided, By: Clerk, Actions: []string{"grant"}, Clock: Stop, Needs: []string{"grounds"}, Cite: CiteDecide},
			{Name: "refuse", From: []State{Accepted}, To: Decided, By: Clerk, Actions: []string{"refuse"}, Clock: Stop, Needs: []string{"grounds"}, Cite: CiteDecide},
			{Name: "appeal", From: []State{Decided}, To: Appealed, By: Applicant, Guards: []string{"in-time"}, Actions: []string{"appeal"}, Needs: []string{"grounds"}, Cite: CiteAppeal},
			{Name: "uphold", From: []State{Appealed}, To: Closed, By: Supervisor, Guards: []string{"another-person"}, Actions: []string{"uphold"}, Needs: []string{"grounds"}, Cite: CiteReviewer},
			{Name: "change", From: []State{Appealed}, To: Closed, By: Supervisor, Guards: []string{"another-person", "was-handled"}, Actions: []string{"change"}, Needs: []string{"grounds"}, Cite: CiteReviewer},
			{Name: "reopen", From: []State{Appealed}, To: Accepted, By: Supervisor, Guards: []string{"another-person"}, Actions: []string{"reopen"}, Clock: Start, Needs: []string{"grounds"}, Cite: CiteReviewer},
			WithdrawAppeal(Appealed, Closed),
			{Name: "close", From: []State{Decided}, To: Closed, By: ByClock, Guards: []string{"time-past"}},
			{Name: "withdraw", From: open, To: Withdrawn, By: Applicant, Clock: Stop},
			{Name: "expire", From: []State{Draft, Supplement}, To: Lapsed, By: ByClock, Guards: []string{"time-past"}, Clock: Stop},
		},
	}
}

// WithdrawAppeal is that an applicant takes back his application for reconsideration: the decision
// stands. Who reviews has to agree by law, and is assumed to.
func WithdrawAppeal(from, to State) Move {
	return Move{Name: "withdraw-appeal", From: []State{from}, To: to, By: Applicant, Actions: []string{"withdraw-appeal"}, Cite: CiteGivenUp}
}
