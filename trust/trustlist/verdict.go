package trustlist

// Outcome is what a verifier may do with a licence.
type Outcome string

// The outcomes.
const (
	Accepted    Outcome = "accepted"
	NotAccepted Outcome = "not-accepted"
	CannotTell  Outcome = "cannot-tell"
)

// Weight is what a reason does to the outcome: one that refuses outweighs all doubts, a
// doubt all notes.
type Weight int

// The weights.
const (
	Note Weight = iota
	Doubts
	Refuses
)

var weights = []string{"note", "doubt", "refusal"}

// String is the weight's name.
func (w Weight) String() string { return weights[w] }

// MarshalText writes the name.
func (w Weight) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// Status of a licence as its status list has it.
type Status string

// The states of a licence. Any other word is StatusUnknown.
const (
	StatusValid     Status = "valid"
	StatusSuspended Status = "suspended"
	StatusRevoked   Status = "revoked"
	StatusUnknown   Status = "unknown"
)

// Binding says whether whoever shows a licence proved to be its holder.
type Binding string

// The bindings.
const (
	BindingProven Binding = "proven"
	BindingAbsent Binding = "absent" // nobody asked, or nothing was shown
	BindingFailed Binding = "failed"
)

// Licence is what a verifier found in a licence whose signature is that of Key: this room
// judges facts and checks no signature of a licence.
type Licence struct {
	City       Party          `json:"city"`
	Authority  string         `json:"authority"`
	Type       string         `json:"type"`
	Key        string         `json:"key"` // thumbprint (RFC 7638) of the key that signed it
	Issued     Instant        `json:"issued"`
	From       Instant        `json:"from,omitzero"` // validity; none: from issue
	Until      Instant        `json:"until,omitzero"`
	Status     Status         `json:"status"`
	Holder     Binding        `json:"holder"`
	Attributes map[string]any `json:"attributes,omitempty"` // those that were shown
}

// Knowledge is how old a verifier's knowledge is, and how old it lets it be. Ages are
// counted back from the instant asked about; what is known later than that has age 0.
type Knowledge struct {
	ListAt     Instant `json:"list_at,omitzero"`     // when the list was last got from the office; none: its newest publication
	StatusAt   Instant `json:"status_at,omitzero"`   // when the status was signed or got; none: never
	MostList   int64   `json:"most_list,omitzero"`   // oldest list that answers, seconds; 0: of any age
	MostStatus int64   `json:"most_status,omitzero"` // oldest status
	Offline    bool    `json:"offline,omitempty"`
	NeedHolder bool    `json:"need_holder,omitempty"` // a licence shown by no proven holder is in doubt
}

// Question is what a verifier asks.
type Question struct {
	At     Instant `json:"at"`
	City   Party   `json:"city"`   // the verifier's
	Wanted string  `json:"wanted"` // type that its affair needs, 21 characters
}

// Reason is one of the reasons of a verdict: words are "trust.reason.<code>".
type Reason struct {
	Code   string            `json:"code"`
	Weight Weight            `json:"weight"`
	Args   map[string]string `json:"args"`
}

// Verdict is the answer, with all reasons that apply, the weightiest first.
type Verdict struct {
	Outcome Outcome  `json:"outcome"`
	At      Instant  `json:"at"`
	Version int      `json:"version"` // of the list that answered; 0: none
	Reasons []Reason `json:"reasons"`
}

// The codes of reasons.
const (
	ReasonRevoked     = "status-revoked"
	ReasonSuspended   = "status-suspended"
	ReasonHolder      = "holder-failed"
	ReasonLater       = "issued-later" // than the instant asked about
	ReasonNotYet      = "not-yet-valid"
	ReasonExpired     = "expired"
	ReasonKeyRevoked  = "key-revoked"
	ReasonNoRow       = "no-row"
	ReasonOtherKey    = "other-key"
	ReasonRowNotThen  = "row-not-then"
	ReasonNoEqual     = "no-equivalent"
	ReasonEqualNotNow = "equivalent-not-now"
	ReasonCondition   = "condition-false"

	ReasonNoList       = "no-list"
	ReasonListOld      = "list-too-old"
	ReasonStatusOld    = "status-too-old"
	ReasonStatusNone   = "status-unknown"
	ReasonHolderAbsent = "holder-absent"
	ReasonUnanswered   = "condition-unanswered"

	ReasonRow       = "row"
	ReasonOwn       = "own-type"
	ReasonEqual     = "equivalent"
	ReasonStatus    = "status-valid"
	ReasonHolderOK  = "holder-proven"
	ReasonKeyLater  = "key-revoked-later"
	ReasonListAge   = "list-age"
	ReasonStatusAge = "status-age"
	ReasonOffline   = "offline"
)

// Reasons lists every code.
var Reasons = []string{
	ReasonRevoked, ReasonSuspended, ReasonHolder, ReasonLater, ReasonNotYet, ReasonExpired, ReasonKeyRevoked, ReasonNoRow, ReasonOtherKey,
	ReasonRowNotThen, ReasonNoEqual, ReasonEqualNotNow, ReasonCondition,
	ReasonNoList, ReasonListOld, ReasonStatusOld, ReasonStatusNone, ReasonHolderAbsent, ReasonUnanswered,
	ReasonRow, ReasonOwn, ReasonEqual, ReasonStatus, ReasonHolderOK, ReasonKeyLater, ReasonListAge, ReasonStatusAge, ReasonOffline,
}
