package notice

// The kinds of notices, by which people choose what leaves the node. Their words are
// "notice.kind.<kind>".
const (
	Todo     = "todo"     // the reader has to do something
	Progress = "progress" // it goes on
	Result   = "result"   // it is decided, or something was issued
)

// Kinds are all of them, as they are shown.
var Kinds = []string{Todo, Result, Progress}

// Codes are the codes of notices with their kind. The words are "notice.<code>", a line, and
// "notice.<code>.text", what it means and what to do.
var Codes = map[string]string{
	"case.submit":          Progress,
	"case.resubmit":        Progress,
	"case.ask-more":        Todo,
	"case.accept":          Progress,
	"case.deem-accepted":   Progress,
	"case.decline":         Result,
	"case.take":            Progress,
	"case.hand-over":       Progress,
	"case.pause":           Progress,
	"case.resume":          Progress,
	"case.extend":          Progress,
	"case.answer":          Progress,
	"case.grant":           Result,
	"case.refuse":          Result,
	"case.uphold":          Result,
	"case.change":          Result,
	"case.reopen":          Result,
	"case.close":           Progress,
	"case.withdraw":        Progress,
	"case.expire":          Result,
	"case.reminder":        Todo,
	"case.late":            Progress,
	"case.late-office":     Todo,
	"case.in-answered":     Progress,
	"case.in-faulty":       Todo,
	"case.in-host":         Progress,
	"case.in-host-no":      Todo,
	"case.host-ask":        Todo,
	"case.host-agree":      Progress,
	"case.host-refuse":     Progress,
	"case.host-take-back":  Progress,
	"case.host-paper":      Todo,
	"case.host-lapse":      Progress,
	"case.host-used":       Progress,
	"case.host-over":       Progress,
	"case.in-ask-more":     Todo,
	"case.in-decline":      Result,
	"case.in-promise":      Result,
	"case.in-arrived":      Todo,
	"case.in-news":         Progress,
	"case.in-left":         Progress,
	"case.in-booked":       Result,
	"case.in-refused":      Result,
	"case.in-change":       Result,
	"case.in-changed":      Result,
	"case.in-upheld":       Result,
	"case.in-again":        Result,
	"case.in-reason":       Progress,
	"case.in-remind":       Progress,
	"case.in-close":        Progress,
	"case.out-appeal":      Progress,
	"case.out-change":      Result,
	"case.out-close":       Progress,
	"case.out-lapse":       Result,
	"case.in-withdraw":     Progress,
	"case.in-withdrawn":    Result,
	"case.out-arrive":      Todo,
	"case.out-missed":      Todo,
	"case.out-reached":     Progress,
	"case.out-unreachable": Result,
	"case.out-refuse":      Result,
	"case.out-decide":      Progress,
	"case.out-moved":       Result,
	"case.out-withdrawn":   Progress,
	"case.out-ended":       Result,
	"case.fund-inform":     Progress,
	"case.fund-decline":    Result,
	"case.fund-agree":      Progress,
	"case.fund-again":      Progress,
	"case.deputy-send":     Progress,
	"case.deputy-more":     Todo,
	"case.deputy-grant":    Result,
	"case.deputy-refuse":   Result,
	"case.deputy-print":    Progress,
	"case.fund-taken":      Result,
	"case.fund-back":       Result,
	"case.fund-tell":       Progress,
	"case.fund-turn":       Result,
	"case.fund-agreed":     Progress,
	"case.fund-pay":        Progress,
	"case.fund-pay-out":    Result,
	"case.fund-closed":     Result,
	"case.fund-call-off":   Progress,
	"case.fund-settle":     Result,
	"fund.finding":         Todo,
	"fund.settled":         Progress,
	"case.fund-stop":       Result,
	"case.fund-known":      Progress,
}

// Public are the arguments that words of notices may hold: nothing of a person's. item and city
// are ids that become names, until is a day.
var Public = []string{"item", "city", "until", "days", "node"}
