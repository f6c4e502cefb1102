package licence

import (
	"slices"

	"conurb/area"
)

// Register is the types of licences that a region knows.
type Register struct {
	Types []Type `json:"types"`
}

// Type is a kind of licence (证照类型).
type Type struct {
	Code       string      `json:"code"` // 21 characters, GB/T 36904
	Name       area.Text   `json:"name"`
	Definer    Body        `json:"definer"`  // the body that defines the type
	Holders    []string    `json:"holders"`  // kinds of holder, GB/T 36903 annex A
	Several    bool        `json:"several"`  // a holder may have more than one live licence
	Months     int         `json:"months"`   // validity; 0: without end
	Transfer   bool        `json:"transfer"` // another authority may take it over
	Late       int         `json:"late"`     // months after its last day in which it can still be renewed
	Attributes []Attribute `json:"attributes"`
	Basis      area.Text   `json:"basis"` // what the code and the rules rest on
	Grade      area.Grade  `json:"grade"`
	Line       int         `json:"-"`
}

// Body is an office with its unified social credit code (统一社会信用代码).
type Body struct {
	Code string    `json:"code"`
	Name area.Text `json:"name"`
}

// Attribute is what a licence of a type says beside its metadata.
type Attribute struct {
	ID     string    `json:"id"`
	Name   area.Text `json:"name"`
	Form   string    `json:"form"` // one of Forms
	Needed bool      `json:"needed"`
	Open   bool      `json:"open"` // shown always; others only if the holder chooses to
}

// The forms of attributes.
const (
	FormText   = "text"
	FormDay    = "day" // 2026-11-26
	FormNumber = "number"
	FormYesNo  = "yesno"
	FormTexts  = "texts" // a list of texts
)

// Forms lists them.
var Forms = []string{FormText, FormDay, FormNumber, FormYesNo, FormTexts}

// Kinds are the kinds of holders' codes (持证主体代码类型代码, GB/T 36903 annex A). Their
// words are "licence.kind.<code>".
var Kinds = []string{"001", "099", "111", "114", "115", "118", "119", "120", "122", "411", "412", "413", "414", "511", "516", "999"}

// The kinds whose codes have a form that is checked.
const (
	KindCredit  = "001" // unified social credit code, GB 32100
	KindCitizen = "111" // citizen's number, GB 11643
)

// Type is the type with a code, or nil.
func (r *Register) Type(code string) *Type {
	i := slices.IndexFunc(r.Types, func(t Type) bool { return t.Code == code })
	if i < 0 {
		return nil
	}
	return &r.Types[i]
}

// Attribute is the attribute with an id, or nil.
func (t *Type) Attribute(id string) *Attribute {
	i := slices.IndexFunc(t.Attributes, func(a Attribute) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return &t.Attributes[i]
}

// citizen tells whether a text is a citizen's number: 17 digits and a check character by
// ISO 7064 MOD 11-2 (GB 11643-1999 §4.5).
func citizen(s string) bool {
	if len(s) != 18 {
		return false
	}
	for i := range 17 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return CitizenNumber(s[:17]) == s
}

// CitizenNumber is the citizen's number that begins with 17 digits: the check character comes behind them.
func CitizenNumber(digits string) string {
	sum := 0
	for i := range 17 {
		sum += int(digits[i]-'0') * (1 << (17 - i) % 11)
	}
	return digits + "10X98765432"[sum%11:sum%11+1]
}
