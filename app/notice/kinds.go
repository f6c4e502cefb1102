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
	"case.submit":        Progress,
	"case.resubmit":      Progress,
	"case.ask-more":      Todo,
	"case.accept":        Progress,
	"case.deem-accepted": Progress,
	"case.decline":       Result,
	"case.take":          Progress,
	"case.hand-over":     Progress,
	"case.pause":         Progress,
	"case.resume":        Progress,
	"case.extend":        Progress,
	"case.answer":        Progress,
	"case.grant":         Result,
	"case.refuse":        Result,
	"case.uphold":        Result,
	"case.change":        Result,
	"case.reopen":        Result,
	"case.close":         Progress,
	"case.withdraw":      Progress,
	"case.expire":        Result,
	"case.reminder":      Todo,
	"case.late":          Progress,
}

// Public are the arguments that words of notices may hold: nothing of a person's. item and city
// are ids that become names, until is a day.
var Public = []string{"item", "city", "until", "days", "node"}
