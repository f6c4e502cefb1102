package catalogue

// Fault is something wrong with answers or with an item. Its words are
// "catalogue.fault.<Code>", what to do about it the same with ".remedy".
type Fault struct {
	At   string            `json:"at"`             // JSON pointer (RFC 6901); "" is the whole
	Code string            `json:"code"`           // one of Codes
	Rule string            `json:"rule,omitempty"` // of the checker of service guides: MISSING-事项名称
	Ref  string            `json:"ref,omitempty"`  // table and field of the standard
	Mild bool              `json:"mild,omitempty"` // does not keep an item from being published
	Args map[string]string `json:"args,omitempty"`
}

// The codes of faults of answers.
const (
	CodeJSON     = "not-json"
	CodeType     = "type" // want: of JSON Schema
	CodeUnknown  = "unknown"
	CodeRequired = "required"
	CodeConst    = "const"
	CodeOneOf    = "not-one-of"
	CodeShort    = "too-short"
	CodeLong     = "too-long"
	CodeFew      = "too-few"
	CodeMany     = "too-many"
	CodeTwice    = "twice"
	CodePattern  = "pattern"
	CodeSmall    = "too-small"
	CodeLarge    = "too-large"
	CodeDay      = "not-a-day"
	CodeCitizen  = "not-a-citizen-number"
	CodePhone    = "not-a-phone"
	CodeNotAsked = "not-asked" // answered where it is not asked
)

// AnswerCodes lists them.
var AnswerCodes = []string{CodeJSON, CodeType, CodeUnknown, CodeRequired, CodeConst, CodeOneOf, CodeShort, CodeLong, CodeFew, CodeMany,
	CodeTwice, CodePattern, CodeSmall, CodeLarge, CodeDay, CodeCitizen, CodePhone, CodeNotAsked}
